//! Who signs. The key never crosses this boundary.

use crate::crypto::SignatureAlgorithm;
use crate::x509::Certificate;

/// Which RSA scheme to sign with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Padding {
    /// RSASSA-PKCS1-v1_5.
    #[default]
    Pkcs1,
    /// RSASSA-PSS, the salt as long as the digest.
    Pss,
}

/// The public side of a signer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Identity {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// Its issuers, nearest first, as far as they are known.
    pub chain: Vec<Certificate>,
}

impl Identity {
    /// An identity of a certificate and its issuers.
    #[must_use]
    pub const fn new(certificate: Certificate, chain: Vec<Certificate>) -> Self {
        Self { certificate, chain }
    }
}

/// Something that can sign.
pub trait Signer {
    /// Who signs.
    fn identity(&self) -> &Identity;

    /// Signs `message` with `algorithm`, which suits the key of the certificate.
    ///
    /// # Errors
    /// Where the key cannot be used.
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> crate::Result<Vec<u8>>;
}
