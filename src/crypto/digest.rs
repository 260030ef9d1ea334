//! Message digests.

use super::backend::rustcrypto::State;
use crate::asn1::Oid;

/// A message digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// MD5.
    #[serde(rename = "MD5")]
    Md5,
    /// SHA-1.
    #[serde(rename = "SHA-1")]
    Sha1,
    /// SHA-224.
    #[serde(rename = "SHA-224")]
    Sha224,
    /// SHA-256.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// SHA-384.
    #[serde(rename = "SHA-384")]
    Sha384,
    /// SHA-512.
    #[serde(rename = "SHA-512")]
    Sha512,
    /// SHA-512/224.
    #[serde(rename = "SHA-512/224")]
    Sha512_224,
    /// SHA-512/256.
    #[serde(rename = "SHA-512/256")]
    Sha512_256,
    /// SHA3-224.
    #[serde(rename = "SHA3-224")]
    Sha3_224,
    /// SHA3-256.
    #[serde(rename = "SHA3-256")]
    Sha3_256,
    /// SHA3-384.
    #[serde(rename = "SHA3-384")]
    Sha3_384,
    /// SHA3-512.
    #[serde(rename = "SHA3-512")]
    Sha3_512,
    /// SHAKE256 with 512 bits, as Ed448 has it (RFC 8419).
    #[serde(rename = "SHAKE256")]
    Shake256,
}

impl DigestAlgorithm {
    /// The algorithm that `oid` names.
    pub(crate) fn from_oid(oid: Oid<'_>) -> Option<Self> {
        TABLE.iter().find(|row| row.oid == oid).map(|row| row.algorithm)
    }

    /// The object identifier.
    pub(crate) fn oid(self) -> Oid<'static> {
        self.row().oid
    }

    /// The name that standards use, such as `SHA-256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The number of bytes of a digest.
    #[must_use]
    pub const fn length(self) -> usize {
        self.row().length
    }

    /// A running digest of nothing yet.
    pub(crate) fn hasher(self) -> Hasher {
        Hasher(State::new(self))
    }

    /// The digest of `message`.
    pub(crate) fn digest(self, message: &[u8]) -> Vec<u8> {
        let mut hasher = self.hasher();
        hasher.update(message);
        hasher.finish()
    }

    const fn row(self) -> &'static Row {
        match self {
            Self::Md5 => &MD5,
            Self::Sha1 => &SHA1,
            Self::Sha224 => &SHA224,
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
            Self::Sha512_224 => &SHA512_224,
            Self::Sha512_256 => &SHA512_256,
            Self::Sha3_224 => &SHA3_224,
            Self::Sha3_256 => &SHA3_256,
            Self::Sha3_384 => &SHA3_384,
            Self::Sha3_512 => &SHA3_512,
            Self::Shake256 => &SHAKE256,
        }
    }
}

/// A running digest; a clone goes on by itself.
#[derive(Clone)]
pub(crate) struct Hasher(State);

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.finish()
    }
}

struct Row {
    algorithm: DigestAlgorithm,
    oid: Oid<'static>,
    name: &'static str,
    length: usize,
}

impl Row {
    const fn new(algorithm: DigestAlgorithm, oid: Oid<'static>, name: &'static str, length: usize) -> Self {
        Self { algorithm, oid, name, length }
    }
}

static MD5: Row = Row::new(DigestAlgorithm::Md5, Oid::MD5, "MD5", 16);
static SHA1: Row = Row::new(DigestAlgorithm::Sha1, Oid::SHA1, "SHA-1", 20);
static SHA224: Row = Row::new(DigestAlgorithm::Sha224, Oid::SHA224, "SHA-224", 28);
static SHA256: Row = Row::new(DigestAlgorithm::Sha256, Oid::SHA256, "SHA-256", 32);
static SHA384: Row = Row::new(DigestAlgorithm::Sha384, Oid::SHA384, "SHA-384", 48);
static SHA512: Row = Row::new(DigestAlgorithm::Sha512, Oid::SHA512, "SHA-512", 64);
static SHA512_224: Row = Row::new(DigestAlgorithm::Sha512_224, Oid::SHA512_224, "SHA-512/224", 28);
static SHA512_256: Row = Row::new(DigestAlgorithm::Sha512_256, Oid::SHA512_256, "SHA-512/256", 32);
static SHA3_224: Row = Row::new(DigestAlgorithm::Sha3_224, Oid::SHA3_224, "SHA3-224", 28);
static SHA3_256: Row = Row::new(DigestAlgorithm::Sha3_256, Oid::SHA3_256, "SHA3-256", 32);
static SHA3_384: Row = Row::new(DigestAlgorithm::Sha3_384, Oid::SHA3_384, "SHA3-384", 48);
static SHA3_512: Row = Row::new(DigestAlgorithm::Sha3_512, Oid::SHA3_512, "SHA3-512", 64);
static SHAKE256: Row = Row::new(DigestAlgorithm::Shake256, Oid::SHAKE256, "SHAKE256", 64);

static TABLE: [&Row; 13] =
    [&MD5, &SHA1, &SHA224, &SHA256, &SHA384, &SHA512, &SHA512_224, &SHA512_256, &SHA3_224, &SHA3_256, &SHA3_384, &SHA3_512, &SHAKE256];

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests of the empty message, as FIPS 180-4, FIPS 202 and RFC 1321 have them.
    const EMPTY: [(DigestAlgorithm, &str); 13] = [
        (DigestAlgorithm::Md5, "d41d8cd98f00b204"),
        (DigestAlgorithm::Sha1, "da39a3ee5e6b4b0d"),
        (DigestAlgorithm::Sha224, "d14a028c2a3a2bc9"),
        (DigestAlgorithm::Sha256, "e3b0c44298fc1c14"),
        (DigestAlgorithm::Sha384, "38b060a751ac9638"),
        (DigestAlgorithm::Sha512, "cf83e1357eefb8bd"),
        (DigestAlgorithm::Sha512_224, "6ed0dd02806fa89e"),
        (DigestAlgorithm::Sha512_256, "c672b8d1ef56ed28"),
        (DigestAlgorithm::Sha3_224, "6b4e03423667dbb7"),
        (DigestAlgorithm::Sha3_256, "a7ffc6f8bf1ed766"),
        (DigestAlgorithm::Sha3_384, "0c63a75b845e4f7d"),
        (DigestAlgorithm::Sha3_512, "a69f73cca23a9ac5"),
        (DigestAlgorithm::Shake256, "46b9dd2b0ba88d13"),
    ];

    #[test]
    fn each_algorithm_gives_its_own_digest() {
        for (algorithm, begin) in EMPTY {
            let digest = algorithm.digest(b"");
            let text: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((text.as_str(), digest.len()), (begin, algorithm.length()), "{}", algorithm.name());
            assert_eq!(DigestAlgorithm::from_oid(algorithm.oid()), Some(algorithm));
            assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.name());
        }
    }

    #[test]
    fn a_clone_goes_on_by_itself() {
        for (algorithm, _) in EMPTY {
            let mut one = algorithm.hasher();
            one.update(b"a");
            let mut two = one.clone();
            two.update(b"b");
            assert_eq!(one.finish(), algorithm.digest(b"a"));
            assert_eq!(two.finish(), algorithm.digest(b"ab"));
        }
    }
}
