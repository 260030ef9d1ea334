//! PKCS#8 keys in PEM, plain or encrypted, with certificates in PEM.

use crate::{Identity, Signer};

/// A key and certificates from PEM or DER.
pub struct PemKey {
    identity: Identity,
}

impl PemKey {
    /// `key`: PKCS#8, PEM or DER. `certificates`: the signer's (found by its key) and its issuers, in any order.
    ///
    /// # Errors
    /// A wrong or missing password, no such key, no certificate that fits the key.
    pub fn from_bytes(_key: &[u8], _password: Option<&str>, _certificates: &[u8]) -> crate::Result<Self> {
        todo!()
    }
}

impl Signer for PemKey {
    fn identity(&self) -> &Identity {
        &self.identity
    }
    fn sign(&self, _algorithm: crate::SignatureAlgorithm, _message: &[u8]) -> crate::Result<Vec<u8>> {
        todo!()
    }
}
