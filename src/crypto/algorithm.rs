//! Algorithm identifiers, and the signature algorithms they name.

use super::DigestAlgorithm;
use crate::asn1::{Asn1Error, Element, Oid, Reader};

/// An `AlgorithmIdentifier` as it was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AlgorithmIdentifier<'a> {
    pub(crate) oid: Oid<'a>,
    pub(crate) parameters: Option<Element<'a>>,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads one from a SEQUENCE.
    pub(crate) fn read(_reader: &mut Reader<'a>) -> Result<Self, Asn1Error> {
        todo!()
    }

    /// The digest algorithm that it names as such.
    pub(crate) fn digest(&self) -> Option<DigestAlgorithm> {
        DigestAlgorithm::from_oid(self.oid)
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
    pub(crate) fn from_identifier(_identifier: &AlgorithmIdentifier<'_>, _digest: Option<DigestAlgorithm>) -> Option<Self> {
        todo!()
    }

    /// The DER `AlgorithmIdentifier`, as signatures that we make have it.
    pub(crate) fn to_identifier(self) -> Vec<u8> {
        todo!()
    }

    /// The digest that the scheme applies to the message; `None` for EdDSA.
    #[must_use]
    pub fn digest(self) -> Option<DigestAlgorithm> {
        todo!()
    }

    /// A name for people and programs, such as `RSA-PKCS#1 v1.5 with SHA-256`.
    #[must_use]
    pub fn name(self) -> String {
        todo!()
    }
}
