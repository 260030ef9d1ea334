//! Certificates (RFC 5280 4).

use std::sync::Arc;

use super::{Extensions, Name};
use crate::crypto::{KeyKind, PublicKey, SignatureAlgorithm};
use crate::time::Time;

/// A certificate; cheap to clone. Equality is equality of the DER bytes.
#[derive(Clone)]
pub struct Certificate(#[allow(dead_code)] Arc<Inner>);

struct Inner {}

impl Certificate {
    /// Reads one DER certificate with nothing behind it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where it is none.
    pub fn from_der(_der: &[u8]) -> crate::Result<Self> {
        todo!()
    }

    /// The DER bytes as they were read.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        todo!()
    }

    /// SHA-256 of the DER bytes.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        todo!()
    }

    /// SHA-256 of the DER bytes as lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        todo!()
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> &Name {
        todo!()
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        todo!()
    }

    /// The first moment of the validity period.
    #[must_use]
    pub fn not_before(&self) -> Time {
        todo!()
    }

    /// The last moment of the validity period.
    #[must_use]
    pub fn not_after(&self) -> Time {
        todo!()
    }

    /// The kind and size of the public key.
    #[must_use]
    pub fn key_kind(&self) -> KeyKind {
        todo!()
    }

    /// The algorithm that the issuer signed with, where it is known.
    #[must_use]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        todo!()
    }

    /// Whether subject and issuer are the same name (RFC 5280 "self-issued").
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        todo!()
    }

    /// The contents of the INTEGER.
    pub(crate) fn serial(&self) -> &[u8] {
        todo!()
    }

    /// The whole `Name` of the issuer as encoded; issuerAndSerialNumber is compared with it.
    pub(crate) fn issuer_der(&self) -> &[u8] {
        todo!()
    }

    pub(crate) fn public_key(&self) -> &PublicKey {
        todo!()
    }

    pub(crate) fn version(&self) -> u32 {
        todo!()
    }

    pub(crate) fn extensions(&self) -> &Extensions {
        todo!()
    }

    /// The signed part, and the signature value, for checking with the issuer's key.
    pub(crate) fn signed_part(&self) -> (&[u8], &[u8]) {
        todo!()
    }

    /// Whether the key of `issuer` made the signature; names are not compared here.
    pub(crate) fn is_signed_by(&self, _issuer: &PublicKey) -> Result<(), crate::crypto::VerifyError> {
        todo!()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.as_der() == other.as_der()
    }
}

impl Eq for Certificate {}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Certificate({})", self.subject())
    }
}

/// Base64 of the DER bytes.
impl serde::Serialize for Certificate {
    fn serialize<S: serde::Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        todo!()
    }
}

impl<'de> serde::Deserialize<'de> for Certificate {
    fn deserialize<D: serde::Deserializer<'de>>(_deserializer: D) -> Result<Self, D::Error> {
        todo!()
    }
}
