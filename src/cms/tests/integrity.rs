//! Codes over a document, honest and forged.

use super::*;
use crate::cms::{IntegrityCode, Match, Protected};
use crate::crypto::mac;

const FILE_KEY: [u8; 32] = [7; 32];
const SALT: [u8; 32] = [9; 32];

/// A code, and what may be odd about it.
struct Code {
    digest: DigestAlgorithm,
    kind: Oid<'static>,
    mac_algorithm: Oid<'static>,
    derivation: Option<Oid<'static>>,
    wrap: Oid<'static>,
    version: u64,
    signature_digest: Option<Vec<u8>>,
    attributes: Option<Vec<Vec<u8>>>,
    recipients: usize,
    more: Vec<u8>,
    trailing: Vec<u8>,
}

impl Code {
    fn honest() -> Self {
        Self {
            digest: SHA256,
            kind: Oid::PDF_MAC_INTEGRITY_INFO,
            mac_algorithm: Oid::HMAC_SHA256,
            derivation: Some(Oid::PDF_MAC_WRAP_KDF),
            wrap: Oid::AES256_WRAP,
            version: 0,
            signature_digest: None,
            attributes: None,
            recipients: 1,
            more: Vec::new(),
            trailing: Vec::new(),
        }
    }

    fn content(&self) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.unsigned(self.version);
                writer.octet_string(&self.digest.digest(b"document"));
                if let Some(digest) = &self.signature_digest {
                    writer.primitive(Tag::context(0), digest);
                }
            });
        })
    }

    fn attributes(&self) -> Vec<Vec<u8>> {
        vec![
            attribute(Oid::CONTENT_TYPE, |writer| writer.oid(Oid::PDF_MAC_INTEGRITY_INFO)),
            attribute(Oid::MESSAGE_DIGEST, |writer| writer.octet_string(&self.digest.digest(&self.content()))),
            protection(self.digest, self.mac_algorithm),
        ]
    }

    fn to_der(&self) -> Vec<u8> {
        let key = mac::hkdf_sha256(&FILE_KEY, &SALT, b"PDFMAC").unwrap();
        let wrapped = mac::wrap_aes256(&key, &[3; 32]).unwrap();
        let attributes = self.attributes.clone().unwrap_or_else(|| self.attributes());
        let set = Writer::build(|writer| writer.set_of(Tag::SET, attributes.clone()));
        let code = mac::hmac_sha256(&[3; 32], &set);
        let recipient = |writer: &mut Writer| {
            writer.constructed(Tag::context(3), |writer| {
                writer.unsigned(0);
                if let Some(derivation) = self.derivation {
                    writer.constructed(Tag::context(0), |writer| writer.oid(derivation));
                }
                writer.sequence(|writer| writer.oid(self.wrap));
                writer.octet_string(&wrapped);
            });
        };
        let body = |writer: &mut Writer| {
            writer.unsigned(0);
            writer.constructed(Tag::SET, |writer| (0..self.recipients).for_each(|_| recipient(writer)));
            writer.sequence(|writer| writer.oid(self.mac_algorithm));
            writer.constructed(Tag::context(1), |writer| writer.oid(self.digest.oid()));
            writer.sequence(|writer| {
                writer.oid(self.kind);
                writer.constructed(Tag::context(0), |writer| writer.octet_string(&self.content()));
            });
            writer.set_of(Tag::context(2), attributes.clone());
            writer.octet_string(&code);
            writer.raw(&self.more);
        };
        let mut out = Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.oid(Oid::AUTHENTICATED_DATA);
                writer.constructed(Tag::context(0), |writer| writer.sequence(body));
            });
        });
        out.extend(&self.trailing);
        out
    }

    /// `None` where it cannot be read.
    fn check(&self) -> Option<Match> {
        checked(&self.to_der(), self.digest, None)
    }
}

fn checked(der: &[u8], digest: DigestAlgorithm, signature_digest: Option<&[u8]>) -> Option<Match> {
    let data_digest = digest.digest(b"document");
    let protected = Protected { file_key: &FILE_KEY, salt: &SALT, data_digest: &data_digest, signature_digest };
    IntegrityCode::parse(der, 32).ok().map(|code| code.check(&protected))
}

fn attribute(kind: Oid<'_>, value: impl FnOnce(&mut Writer)) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(kind);
            writer.constructed(Tag::SET, value);
        });
    })
}

fn protection(digest: DigestAlgorithm, mac: Oid<'_>) -> Vec<u8> {
    attribute(Oid::ALGORITHM_PROTECTION, |writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| writer.oid(digest.oid()));
            writer.constructed(Tag::context(2), |writer| writer.oid(mac));
        });
    })
}

#[test]
fn an_honest_code_fits() {
    use DigestAlgorithm::{Sha3_256, Sha3_384, Sha3_512, Sha256, Sha384, Sha512, Shake256};
    for digest in [Sha256, Sha384, Sha512, Sha3_256, Sha3_384, Sha3_512, Shake256] {
        assert_eq!(Code { digest, ..Code::honest() }.check(), Some(Match::Matches), "{digest:?}");
    }
}

#[test]
fn a_code_over_something_else_differs() {
    let der = Code::honest().to_der();
    let data_digest = SHA256.digest(b"another document");
    for (file_key, salt, digest) in [
        (&FILE_KEY, &SALT, &data_digest),
        (&[8; 32], &SALT, &SHA256.digest(b"document")),
        (&FILE_KEY, &[8; 32], &SHA256.digest(b"document")),
    ] {
        let protected = Protected { file_key, salt, data_digest: digest, signature_digest: None };
        assert_eq!(IntegrityCode::parse(&der, 32).unwrap().check(&protected), Match::Differs);
    }
}

#[test]
fn a_code_belongs_to_the_signature_that_bears_it() {
    let bound = Code { signature_digest: Some(SHA256.digest(b"value")), ..Code::honest() }.to_der();
    assert_eq!(checked(&bound, SHA256, Some(&SHA256.digest(b"value"))), Some(Match::Matches));
    assert_eq!(checked(&bound, SHA256, Some(&SHA256.digest(b"other"))), Some(Match::Differs));
    assert_eq!(checked(&bound, SHA256, None), Some(Match::Differs));
    assert_eq!(checked(&Code::honest().to_der(), SHA256, Some(&SHA256.digest(b"value"))), Some(Match::Differs));
}

#[test]
fn what_is_made_otherwise_is_unchecked() {
    let odd = [
        Code { digest: DigestAlgorithm::Sha1, ..Code::honest() },
        Code { digest: DigestAlgorithm::Sha224, ..Code::honest() },
        Code { mac_algorithm: Oid::DATA, ..Code::honest() },
        Code { derivation: None, ..Code::honest() },
        Code { derivation: Some(Oid::DATA), ..Code::honest() },
        Code { wrap: Oid::DATA, ..Code::honest() },
    ];
    for (index, code) in odd.iter().enumerate() {
        assert_eq!(code.check(), Some(Match::Unchecked), "{index}");
    }
}

#[test]
fn attributes_must_say_what_they_must() {
    let honest = Code::honest();
    let [kind, digest, protected] = honest.attributes().try_into().unwrap();
    let both = attribute(Oid::ALGORITHM_PROTECTION, |writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| writer.oid(SHA256.oid()));
            writer.constructed(Tag::context(1), |writer| writer.oid(Oid::RSA_ENCRYPTION));
            writer.constructed(Tag::context(2), |writer| writer.oid(Oid::HMAC_SHA256));
        });
    });
    let lists = [
        vec![digest.clone(), protected.clone()],
        vec![kind.clone(), protected.clone()],
        vec![kind.clone(), digest.clone()],
        vec![kind.clone(), digest.clone(), digest.clone(), protected.clone()],
        vec![attribute(Oid::CONTENT_TYPE, |writer| writer.oid(Oid::DATA)), digest.clone(), protected.clone()],
        vec![kind.clone(), attribute(Oid::MESSAGE_DIGEST, |writer| writer.octet_string(&[0; 32])), protected],
        vec![kind.clone(), digest.clone(), protection(DigestAlgorithm::Sha512, Oid::HMAC_SHA256)],
        vec![kind.clone(), digest.clone(), protection(SHA256, Oid::DATA)],
        vec![kind, digest, both],
    ];
    for (index, attributes) in lists.into_iter().enumerate() {
        let code = Code { attributes: Some(attributes), ..Code::honest() };
        assert_eq!(code.check(), Some(Match::Differs), "{index}");
    }
}

#[test]
fn what_has_another_form_cannot_be_read() {
    let unread = [
        Code { kind: Oid::DATA, ..Code::honest() },
        Code { version: 1, ..Code::honest() },
        Code { recipients: 0, ..Code::honest() },
        Code { recipients: 2, ..Code::honest() },
        Code { more: vec![0xA3, 0], ..Code::honest() },
        Code { trailing: vec![0], ..Code::honest() },
    ];
    for (index, code) in unread.iter().enumerate() {
        assert_eq!(code.check(), None, "{index}");
    }
}

#[test]
fn no_changed_byte_fits() {
    let der = Code::honest().to_der();
    for index in 0..der.len() {
        for bit in [1, 0x80] {
            let mut other = der.clone();
            other[index] ^= bit;
            assert_ne!(checked(&other, SHA256, None), Some(Match::Matches), "byte {index}");
        }
        assert_eq!(checked(&der[..index], SHA256, None), None, "cut at {index}");
    }
}
