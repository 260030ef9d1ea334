//! A timestamp authority made for the tests, honest unless it is told to lie.

use crate::asn1::{Oid, Reader, Tag, Writer};
use crate::crypto::{DigestAlgorithm, PrivateKey, SignatureAlgorithm};
use crate::time::{Time, Zone};
use crate::x509::{Certificate, pem_certificates, pem_decode};

/// An authority with its certificate and key, and what it says.
#[derive(Clone)]
pub(crate) struct Authority {
    pub(crate) certificate: Certificate,
    key: std::sync::Arc<PrivateKey>,
    pub(crate) time: Time,
    /// The issuers whose certificates go with the token.
    pub(crate) chain: Vec<Certificate>,
    pub(crate) lies: Lies,
}

/// What an authority says otherwise than it should.
#[derive(Clone, Default)]
pub(crate) struct Lies {
    pub(crate) status: Option<(u8, Option<&'static str>, Option<u8>)>,
    pub(crate) nonce: Option<Vec<u8>>,
    pub(crate) policy: Option<&'static str>,
    pub(crate) imprint: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) extension: Option<(&'static str, bool)>,
    /// The DER contents of the SEQUENCE.
    pub(crate) accuracy: Option<Vec<u8>>,
    pub(crate) version: Option<u64>,
    pub(crate) signers: Option<usize>,
    pub(crate) without_certificate: bool,
    pub(crate) without_reference: bool,
    /// The certificate that the signed reference names.
    pub(crate) reference: Option<Certificate>,
    /// Indefinite lengths, and the content in parts, as BER allows.
    pub(crate) ber: bool,
    /// How many bytes the token grows by.
    pub(crate) ballast: usize,
}

impl Authority {
    /// `fixtures/pki/NAME`, whose clock stands at `time`.
    pub(crate) fn new(name: &str, time: &str) -> Self {
        let read = |file: String| std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki").join(file)).unwrap();
        let certificate = pem_certificates(&read(format!("{name}.pem"))).unwrap().remove(0);
        let key = PrivateKey::from_pkcs8(&pem_decode(&read(format!("{name}.key.pem"))).unwrap().remove(0).der).unwrap();
        Self { certificate, key: key.into(), time: Time::parse(time, Zone::UTC).unwrap(), chain: Vec::new(), lies: Lies::default() }
    }

    pub(crate) fn lying(mut self, lie: impl FnOnce(&mut Lies)) -> Self {
        lie(&mut self.lies);
        self
    }

    /// The TimeStampResp to a TimeStampReq.
    pub(crate) fn answer(&self, request: &[u8]) -> Vec<u8> {
        let mut fields = Reader::der(request).sequence().unwrap();
        assert_eq!(fields.expect(Tag::INTEGER).unwrap().unsigned().unwrap(), 1);
        let imprint = fields.expect(Tag::SEQUENCE).unwrap();
        let policy = fields.optional(Tag::OID).unwrap().map(|policy| policy.content.to_vec());
        let nonce = fields.optional(Tag::INTEGER).unwrap().map(|nonce| nonce.content.to_vec());
        assert!(fields.expect(Tag::BOOLEAN).unwrap().boolean().unwrap());
        fields.finish().unwrap();
        let (status, text, failure) = self.lies.status.unwrap_or((0, None, None));
        Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.sequence(|writer| {
                    writer.unsigned(status.into());
                    if let Some(text) = text {
                        writer.sequence(|writer| writer.primitive(Tag::UTF8_STRING, text.as_bytes()));
                    }
                    if let Some(bit) = failure {
                        let mut bits = vec![0; 5];
                        bits[usize::from(bit / 8) + 1] = 0x80 >> (bit % 8);
                        writer.primitive(Tag::BIT_STRING, &bits);
                    }
                });
                if status < 2 {
                    writer.raw(&self.token_over(imprint.raw, policy.as_deref(), nonce.as_deref()));
                }
            });
        })
    }

    /// A token over `imprint`, a digest by `algorithm`, that answers no request.
    pub(crate) fn token(&self, algorithm: DigestAlgorithm, imprint: &[u8]) -> Vec<u8> {
        let imprint = Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.sequence(|writer| writer.oid(algorithm.oid()));
                writer.octet_string(imprint);
            });
        });
        self.token_over(&imprint, None, None)
    }

    fn token_over(&self, imprint: &[u8], policy: Option<&[u8]>, nonce: Option<&[u8]>) -> Vec<u8> {
        let lies = &self.lies;
        let own = lies.policy.map(|policy| crate::asn1::parse_dotted(policy).unwrap());
        let policy = own.as_deref().or(policy).unwrap_or(Oid::ANY_POLICY.0);
        let time: String = self.time.rfc3339().chars().filter(|character| character.is_ascii_digit() || *character == 'Z').collect();
        let content = Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.unsigned(lies.version.unwrap_or(1));
                writer.oid(Oid(policy));
                writer.raw(lies.imprint.as_deref().unwrap_or(imprint));
                writer.unsigned(77);
                writer.primitive(Tag::GENERALIZED_TIME, time.as_bytes());
                let accuracy = lies.accuracy.clone().unwrap_or_else(|| vec![2, 1, 1, 0x80, 1, 5]);
                writer.sequence(|writer| writer.raw(&accuracy));
                if let Some(nonce) = lies.nonce.as_deref().or(nonce) {
                    writer.primitive(Tag::INTEGER, nonce);
                }
                if let Some((kind, critical)) = lies.extension {
                    writer.constructed(Tag::context(1), |writer| {
                        writer.sequence(|writer| {
                            writer.oid(Oid(&crate::asn1::parse_dotted(kind).unwrap()));
                            writer.primitive(Tag::BOOLEAN, &[if critical { 0xFF } else { 0 }]);
                            writer.octet_string(&[5, 0]);
                        });
                    });
                }
            });
        });
        self.signed(&content)
    }

    fn signed(&self, content: &[u8]) -> Vec<u8> {
        let digest = DigestAlgorithm::Sha256;
        let algorithm = SignatureAlgorithm::RsaPkcs1 { digest };
        let attribute = |kind: Oid<'_>, write: &dyn Fn(&mut Writer)| {
            Writer::build(|writer| {
                writer.sequence(|writer| {
                    writer.oid(kind);
                    writer.constructed(Tag::SET, write);
                });
            })
        };
        let named = self.lies.reference.as_ref().unwrap_or(&self.certificate);
        let mut attributes = vec![
            attribute(Oid::CONTENT_TYPE, &|writer| writer.oid(Oid::TST_INFO)),
            attribute(Oid::MESSAGE_DIGEST, &|writer| writer.octet_string(&digest.digest(content))),
        ];
        if !self.lies.without_reference {
            attributes.push(attribute(Oid::SIGNING_CERTIFICATE_V2, &|writer| {
                writer.sequence(|writer| {
                    writer.sequence(|writer| writer.sequence(|writer| writer.octet_string(&digest.digest(named.as_der()))));
                });
            }));
        }
        let to_sign = Writer::build(|writer| writer.set_of(Tag::SET, attributes.clone()));
        let value = self.lies.value.clone().unwrap_or_else(|| self.key.sign(algorithm, &to_sign).unwrap());
        let signer = Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.unsigned(1);
                writer.sequence(|writer| {
                    writer.raw(self.certificate.issuer_der());
                    writer.primitive(Tag::INTEGER, self.certificate.serial());
                });
                writer.sequence(|writer| writer.oid(digest.oid()));
                writer.set_of(Tag::context(0), attributes);
                writer.raw(&algorithm.to_identifier());
                writer.octet_string(&value);
                if self.lies.ballast > 0 {
                    let ballast = attribute(Oid::ADOBE_REVOCATION, &|writer| writer.octet_string(&vec![0; self.lies.ballast]));
                    writer.set_of(Tag::context(1), vec![ballast]);
                }
            });
        });
        let body = Writer::build(|writer| {
            writer.unsigned(3);
            writer.constructed(Tag::SET, |writer| writer.sequence(|writer| writer.oid(digest.oid())));
            writer.sequence(|writer| {
                writer.oid(Oid::TST_INFO);
                writer.constructed(Tag::context(0), |writer| match self.lies.ber {
                    true => writer.raw(&in_parts(content)),
                    false => writer.octet_string(content),
                });
            });
            if !self.lies.without_certificate {
                let all = std::iter::once(&self.certificate).chain(&self.chain);
                writer.constructed(Tag::context(0), |writer| all.for_each(|certificate| writer.raw(certificate.as_der())));
            }
            writer.constructed(Tag::SET, |writer| (0..self.lies.signers.unwrap_or(1)).for_each(|_| writer.raw(&signer)));
        });
        let kind = Writer::build(|writer| writer.oid(Oid::SIGNED_DATA));
        match self.lies.ber {
            true => indefinite(0x30, &[kind, indefinite(0xA0, &indefinite(0x30, &body))].concat()),
            false => Writer::build(|writer| {
                writer.sequence(|writer| {
                    writer.raw(&kind);
                    writer.constructed(Tag::context(0), |writer| writer.sequence(|writer| writer.raw(&body)));
                });
            }),
        }
    }
}

fn indefinite(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], content, &[0, 0]].concat()
}

fn in_parts(content: &[u8]) -> Vec<u8> {
    let (one, two) = content.split_at(content.len() / 2);
    let parts = Writer::build(|writer| {
        writer.octet_string(one);
        writer.octet_string(two);
    });
    indefinite(0x24, &parts)
}
