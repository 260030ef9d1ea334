//! Algorithm identifiers, and the signature algorithms they name.

use super::DigestAlgorithm;
use crate::asn1::{Asn1Error, Class, Element, Oid, Reader, Tag, Writer};

/// An `AlgorithmIdentifier` as it was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlgorithmIdentifier<'a> {
    pub(crate) oid: Oid<'a>,
    pub(crate) parameters: Option<Element<'a>>,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads one from a SEQUENCE.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Asn1Error> {
        Self::read_fields(reader.sequence()?)
    }

    /// Reads one with an implicit tag, where it is there.
    pub(crate) fn read_implicit(reader: &mut Reader<'a>, tag: Tag) -> Result<Option<Self>, Asn1Error> {
        reader.optional(tag)?.map(|element| Self::read_fields(element.children()?)).transpose()
    }

    fn of(element: Element<'a>) -> Option<Self> {
        if element.tag != Tag::SEQUENCE {
            return None;
        }
        Self::read_fields(element.children().ok()?).ok()
    }

    fn read_fields(mut inside: Reader<'a>) -> Result<Self, Asn1Error> {
        let oid = inside.expect(Tag::OID)?.oid()?;
        let parameters = if inside.is_empty() { None } else { Some(inside.read()?) };
        inside.finish()?;
        Ok(Self { oid, parameters })
    }

    /// The digest algorithm that it names as such.
    pub(crate) fn digest(&self) -> Option<DigestAlgorithm> {
        if self.oid == Oid::SHAKE256_LENGTH {
            // RFC 8419 3.1: the length is a parameter, and Ed448 uses 512 bits.
            return (self.parameters?.unsigned() == Ok(512)).then_some(DigestAlgorithm::Shake256);
        }
        DigestAlgorithm::from_oid(self.oid)
    }

    /// Whether there are no parameters, or NULL.
    pub(crate) fn has_no_parameters(&self) -> bool {
        self.parameters.is_none_or(|parameters| parameters.tag == Tag::NULL && parameters.content.is_empty())
    }
}

/// A signature scheme with all that is needed to verify with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// ECDSA with a DER signature value.
    Ecdsa {
        /// The digest of the message.
        digest: DigestAlgorithm,
    },
    /// ECDSA with the value r‖s (BSI TR-03111 identifiers alone).
    PlainEcdsa {
        /// The digest of the message.
        digest: DigestAlgorithm,
    },
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// Ed448 (RFC 8032).
    Ed448,
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1 {
        /// The digest of the message.
        digest: DigestAlgorithm,
    },
    /// RSASSA-PSS.
    RsaPss {
        /// The digest of the message.
        digest: DigestAlgorithm,
        /// The digest of the mask generation function.
        mask_digest: DigestAlgorithm,
        /// The length of the salt in bytes.
        salt_length: usize,
    },
}

impl SignatureAlgorithm {
    /// The algorithm that `identifier` names. A bare key identifier (rsaEncryption, id-ecPublicKey) takes `digest`.
    /// `None` where it is unknown or its parameters are malformed.
    pub(crate) fn from_identifier(identifier: &AlgorithmIdentifier<'_>, digest: Option<DigestAlgorithm>) -> Option<Self> {
        match identifier.oid {
            // RFC 8410 3: parameters must be absent. Some signers write NULL, which says no more.
            Oid::ED25519 => return identifier.has_no_parameters().then_some(Self::Ed25519),
            Oid::ED448 => return identifier.has_no_parameters().then_some(Self::Ed448),
            Oid::RSASSA_PSS => return PssParameters::read(identifier.parameters).map(Self::from),
            // RFC 5652 10.1.2, RFC 3370 3.2: rsaEncryption stands for PKCS#1 v1.5 with the digest of the signer info.
            Oid::RSA_ENCRYPTION if identifier.has_no_parameters() => return digest.map(|digest| Self::RsaPkcs1 { digest }),
            // The parameters of a key are a curve.
            Oid::EC_PUBLIC_KEY => return digest.map(|digest| Self::Ecdsa { digest }),
            _ => {}
        }
        let row = TABLE.iter().find(|row| row.0 == identifier.oid)?;
        // Signers by BSI TR-03111 repeat the curve of the key here; the key decides.
        let curve = matches!(row.1, Self::PlainEcdsa { .. }) && identifier.parameters.is_some_and(|element| element.tag == Tag::OID);
        (curve || identifier.has_no_parameters()).then_some(row.1)
    }

    /// The DER `AlgorithmIdentifier`, as signatures that we make have it.
    pub(crate) fn to_identifier(self) -> Vec<u8> {
        let named = TABLE.iter().find(|row| row.1 == self).map(|row| row.0);
        Writer::build(|writer| {
            writer.sequence(|writer| match self {
                Self::Ed25519 => writer.oid(Oid::ED25519),
                Self::Ed448 => writer.oid(Oid::ED448),
                // Without an identifier of its own, the scheme is named by its key; the digest stands elsewhere.
                Self::Ecdsa { .. } | Self::PlainEcdsa { .. } => writer.oid(named.unwrap_or(Oid::EC_PUBLIC_KEY)),
                Self::RsaPkcs1 { .. } => {
                    writer.oid(named.unwrap_or(Oid::RSA_ENCRYPTION));
                    writer.null();
                }
                Self::RsaPss { digest, mask_digest, salt_length } => {
                    writer.oid(Oid::RSASSA_PSS);
                    PssParameters { digest, mask_digest, salt_length }.write(writer);
                }
            });
        })
    }

    /// The digest that the scheme applies to the message; `None` for EdDSA.
    #[must_use]
    pub const fn digest(self) -> Option<DigestAlgorithm> {
        match self {
            Self::Ecdsa { digest } | Self::PlainEcdsa { digest } | Self::RsaPkcs1 { digest } | Self::RsaPss { digest, .. } => Some(digest),
            Self::Ed25519 | Self::Ed448 => None,
        }
    }

    /// A name for people and programs, such as `RSA-PKCS#1 v1.5 with SHA-256`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Ecdsa { digest } => format!("ECDSA with {}", digest.name()),
            Self::PlainEcdsa { digest } => format!("PLAIN-ECDSA with {}", digest.name()),
            Self::Ed25519 => "Ed25519".to_owned(),
            Self::Ed448 => "Ed448".to_owned(),
            Self::RsaPkcs1 { digest } => format!("RSA-PKCS#1 v1.5 with {}", digest.name()),
            Self::RsaPss { digest, mask_digest, salt_length } if digest == mask_digest && salt_length == digest.length() => {
                format!("RSA-PSS with {}", digest.name())
            }
            Self::RsaPss { digest, mask_digest, salt_length } => {
                format!("RSA-PSS with {} (MGF1 with {}, salt of {salt_length} bytes)", digest.name(), mask_digest.name())
            }
        }
    }
}

/// `RSASSA-PSS-params` (RFC 4055 3.1), of a signature or of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PssParameters {
    pub(super) digest: DigestAlgorithm,
    pub(super) mask_digest: DigestAlgorithm,
    pub(super) salt_length: usize,
}

impl From<PssParameters> for SignatureAlgorithm {
    fn from(parameters: PssParameters) -> Self {
        let PssParameters { digest, mask_digest, salt_length } = parameters;
        Self::RsaPss { digest, mask_digest, salt_length }
    }
}

impl PssParameters {
    /// What absent parameters mean.
    const DEFAULT: Self = Self { digest: DigestAlgorithm::Sha1, mask_digest: DigestAlgorithm::Sha1, salt_length: 20 };

    /// Reads them; `None` where they are malformed or name something unknown.
    pub(super) fn read(parameters: Option<Element<'_>>) -> Option<Self> {
        let Some(parameters) = parameters else { return Some(Self::DEFAULT) };
        if parameters.tag != Tag::SEQUENCE {
            return None;
        }
        let mut out = Self::DEFAULT;
        let mut reader = parameters.children().ok()?;
        let mut last = None;
        while !reader.is_empty() {
            let field = reader.read().ok()?;
            if field.tag.class != Class::Context || last.is_some_and(|last| last >= field.tag.number) {
                return None;
            }
            last = Some(field.tag.number);
            let inner = field.inner().ok()?;
            match field.tag.number {
                0 => out.digest = read_digest(inner)?,
                1 => out.mask_digest = read_mask(inner)?,
                2 if inner.tag == Tag::INTEGER => out.salt_length = usize::try_from(inner.unsigned().ok()?).ok()?,
                // The one trailer that is defined, 0xBC.
                3 if inner.tag == Tag::INTEGER && inner.unsigned() == Ok(1) => {}
                _ => return None,
            }
        }
        Some(out)
    }

    /// Writes them, without the fields that have their default value (X.690 11.5).
    pub(super) fn write(self, writer: &mut Writer) {
        writer.sequence(|writer| {
            if self.digest != Self::DEFAULT.digest {
                writer.constructed(Tag::context(0), |writer| write_digest(writer, self.digest));
            }
            if self.mask_digest != Self::DEFAULT.mask_digest {
                writer.constructed(Tag::context(1), |writer| {
                    writer.sequence(|writer| {
                        writer.oid(Oid::MGF1);
                        write_digest(writer, self.mask_digest);
                    });
                });
            }
            if self.salt_length != Self::DEFAULT.salt_length {
                writer.constructed(Tag::context(2), |writer| writer.unsigned(u64::try_from(self.salt_length).unwrap_or(u64::MAX)));
            }
        });
    }
}

fn read_digest(element: Element<'_>) -> Option<DigestAlgorithm> {
    let identifier = AlgorithmIdentifier::of(element)?;
    identifier.has_no_parameters().then(|| identifier.digest())?
}

fn read_mask(element: Element<'_>) -> Option<DigestAlgorithm> {
    let identifier = AlgorithmIdentifier::of(element)?;
    if identifier.oid != Oid::MGF1 {
        return None;
    }
    identifier.parameters.map_or(Some(PssParameters::DEFAULT.mask_digest), read_digest)
}

fn write_digest(writer: &mut Writer, digest: DigestAlgorithm) {
    writer.sequence(|writer| {
        writer.oid(digest.oid());
        writer.null();
    });
}

const fn pkcs1(digest: DigestAlgorithm) -> SignatureAlgorithm {
    SignatureAlgorithm::RsaPkcs1 { digest }
}

const fn ecdsa(digest: DigestAlgorithm) -> SignatureAlgorithm {
    SignatureAlgorithm::Ecdsa { digest }
}

const fn plain(digest: DigestAlgorithm) -> SignatureAlgorithm {
    SignatureAlgorithm::PlainEcdsa { digest }
}

/// The identifiers that name scheme and digest at once; of two names for one scheme, the first is written.
static TABLE: [(Oid<'static>, SignatureAlgorithm); 31] = [
    (Oid::MD5_WITH_RSA, pkcs1(DigestAlgorithm::Md5)),
    (Oid::SHA1_WITH_RSA, pkcs1(DigestAlgorithm::Sha1)),
    (Oid::SHA1_WITH_RSA_OIW, pkcs1(DigestAlgorithm::Sha1)),
    (Oid::SHA224_WITH_RSA, pkcs1(DigestAlgorithm::Sha224)),
    (Oid::SHA256_WITH_RSA, pkcs1(DigestAlgorithm::Sha256)),
    (Oid::SHA384_WITH_RSA, pkcs1(DigestAlgorithm::Sha384)),
    (Oid::SHA512_WITH_RSA, pkcs1(DigestAlgorithm::Sha512)),
    (Oid::SHA512_224_WITH_RSA, pkcs1(DigestAlgorithm::Sha512_224)),
    (Oid::SHA512_256_WITH_RSA, pkcs1(DigestAlgorithm::Sha512_256)),
    (Oid::SHA3_224_WITH_RSA, pkcs1(DigestAlgorithm::Sha3_224)),
    (Oid::SHA3_256_WITH_RSA, pkcs1(DigestAlgorithm::Sha3_256)),
    (Oid::SHA3_384_WITH_RSA, pkcs1(DigestAlgorithm::Sha3_384)),
    (Oid::SHA3_512_WITH_RSA, pkcs1(DigestAlgorithm::Sha3_512)),
    (Oid::SHA1_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha1)),
    (Oid::SHA224_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha224)),
    (Oid::SHA256_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha256)),
    (Oid::SHA384_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha384)),
    (Oid::SHA512_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha512)),
    (Oid::SHA3_224_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha3_224)),
    (Oid::SHA3_256_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha3_256)),
    (Oid::SHA3_384_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha3_384)),
    (Oid::SHA3_512_WITH_ECDSA, ecdsa(DigestAlgorithm::Sha3_512)),
    (Oid::PLAIN_ECDSA_SHA1, plain(DigestAlgorithm::Sha1)),
    (Oid::PLAIN_ECDSA_SHA224, plain(DigestAlgorithm::Sha224)),
    (Oid::PLAIN_ECDSA_SHA256, plain(DigestAlgorithm::Sha256)),
    (Oid::PLAIN_ECDSA_SHA384, plain(DigestAlgorithm::Sha384)),
    (Oid::PLAIN_ECDSA_SHA512, plain(DigestAlgorithm::Sha512)),
    (Oid::PLAIN_ECDSA_SHA3_224, plain(DigestAlgorithm::Sha3_224)),
    (Oid::PLAIN_ECDSA_SHA3_256, plain(DigestAlgorithm::Sha3_256)),
    (Oid::PLAIN_ECDSA_SHA3_384, plain(DigestAlgorithm::Sha3_384)),
    (Oid::PLAIN_ECDSA_SHA3_512, plain(DigestAlgorithm::Sha3_512)),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(der: &[u8], digest: Option<DigestAlgorithm>) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::from_identifier(&AlgorithmIdentifier::read(&mut Reader::der(der)).unwrap(), digest)
    }

    fn identifier(oid: Oid<'_>, parameters: &[u8]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.oid(oid);
                writer.raw(parameters);
            });
        })
    }

    fn pss(digest: DigestAlgorithm, mask_digest: DigestAlgorithm, salt_length: usize) -> SignatureAlgorithm {
        SignatureAlgorithm::RsaPss { digest, mask_digest, salt_length }
    }

    const NULL: &[u8] = &[5, 0];
    const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;

    #[test]
    fn what_is_written_is_read_again() {
        let pss = [(SHA256, SHA256, 32), (DigestAlgorithm::Sha1, DigestAlgorithm::Sha1, 20), (SHA256, DigestAlgorithm::Sha1, 0)];
        let pss = pss.map(|(digest, mask_digest, salt_length)| self::pss(digest, mask_digest, salt_length));
        let all = TABLE.iter().map(|row| row.1).chain(pss).chain([SignatureAlgorithm::Ed25519, SignatureAlgorithm::Ed448]);
        for algorithm in all {
            assert_eq!(read(&algorithm.to_identifier(), None), Some(algorithm), "{}", algorithm.name());
            let json = serde_json::to_string(&algorithm).unwrap();
            assert_eq!(serde_json::from_str::<SignatureAlgorithm>(&json).unwrap(), algorithm, "{json}");
        }
    }

    #[test]
    fn no_two_rows_name_the_same_identifier() {
        let mut seen = std::collections::HashSet::new();
        assert!(TABLE.iter().all(|row| seen.insert(row.0.0)));
    }

    #[test]
    fn null_and_absent_parameters_are_the_same() {
        for oid in [Oid::SHA256_WITH_RSA, Oid::SHA1_WITH_RSA_OIW, Oid::SHA256_WITH_ECDSA, Oid::ED25519, Oid::ED448] {
            assert!(read(&identifier(oid, &[]), None).is_some());
            assert_eq!(read(&identifier(oid, NULL), None), read(&identifier(oid, &[]), None));
            assert_eq!(read(&identifier(oid, &[5, 1, 0]), None), None);
            assert_eq!(read(&identifier(oid, &[4, 0]), None), None);
        }
    }

    #[test]
    fn the_identifier_of_a_key_takes_the_digest_beside_it() {
        let curve = Writer::build(|writer| writer.oid(Oid::SECP256R1));
        assert_eq!(read(&identifier(Oid::RSA_ENCRYPTION, NULL), Some(SHA256)), Some(SignatureAlgorithm::RsaPkcs1 { digest: SHA256 }));
        assert_eq!(read(&identifier(Oid::EC_PUBLIC_KEY, &curve), Some(SHA256)), Some(SignatureAlgorithm::Ecdsa { digest: SHA256 }));
        assert_eq!(read(&identifier(Oid::EC_PUBLIC_KEY, &[]), None), None);
        assert_eq!(read(&identifier(Oid::RSA_ENCRYPTION, NULL), None), None);
        let sha1 = SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha1 };
        assert_eq!(read(&identifier(Oid::SHA1_WITH_RSA, NULL), Some(SHA256)), Some(sha1));
    }

    #[test]
    fn pss_parameters_have_the_defaults_of_rfc_4055_and_one_trailer() {
        let field = |number, content: &[u8]| Writer::build(|writer| writer.constructed(Tag::context(number), |writer| writer.raw(content)));
        let sequence = |fields: &[Vec<u8>]| Writer::build(|writer| writer.sequence(|writer| writer.raw(&fields.concat())));
        let read = |parameters: &[u8]| read(&identifier(Oid::RSASSA_PSS, parameters), None);
        let default = Some(pss(DigestAlgorithm::Sha1, DigestAlgorithm::Sha1, 20));
        assert_eq!(read(&[]), default);
        assert_eq!(read(&sequence(&[])), default);
        assert_eq!(read(&sequence(&[field(3, &[2, 1, 1])])), default);
        assert_eq!(read(&sequence(&[field(2, &[2, 1, 7])])), Some(pss(DigestAlgorithm::Sha1, DigestAlgorithm::Sha1, 7)));
        let sha256 = identifier(Oid::SHA256, &[]);
        assert_eq!(read(&sequence(&[field(0, &sha256)])), Some(pss(SHA256, DigestAlgorithm::Sha1, 20)));
        for malformed in [
            NULL.to_vec(),
            sequence(&[field(3, &[2, 1, 2])]),
            sequence(&[field(2, &[2, 1, 0xFF])]),
            sequence(&[field(2, &[2, 1, 7]), field(2, &[2, 1, 7])]),
            sequence(&[field(2, &[2, 1, 7]), field(0, &sha256)]),
            sequence(&[field(4, &[2, 1, 7])]),
            sequence(&[field(1, &sha256)]),
            sequence(&[vec![2, 1, 7]]),
        ] {
            assert_eq!(read(&malformed), None, "{malformed:x?}");
        }
    }

    #[test]
    fn shake256_has_the_length_of_ed448() {
        let digest = |der: &[u8]| AlgorithmIdentifier::read(&mut Reader::der(der)).unwrap().digest();
        assert_eq!(digest(&identifier(Oid::SHAKE256, &[])), Some(DigestAlgorithm::Shake256));
        assert_eq!(digest(&identifier(Oid::SHAKE256_LENGTH, &[2, 2, 2, 0])), Some(DigestAlgorithm::Shake256));
        assert_eq!(digest(&identifier(Oid::SHAKE256_LENGTH, &[2, 2, 1, 0])), None);
        assert_eq!(digest(&identifier(Oid::SHAKE256_LENGTH, &[])), None);
    }
}
