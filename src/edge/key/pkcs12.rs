//! PKCS#12 files.

use std::path::Path;

use crate::{Identity, Signer};

/// The key and certificates of a PKCS#12 file.
pub struct Pkcs12 {
    identity: Identity,
}

impl Pkcs12 {
    /// Opens a file.
    ///
    /// # Errors
    /// A wrong password, no key, or a key of an unsupported kind; the message says which.
    pub fn open(_path: impl AsRef<Path>, _password: &str) -> crate::Result<Self> {
        todo!()
    }
    /// Reads bytes.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn from_bytes(_bytes: &[u8], _password: &str) -> crate::Result<Self> {
        todo!()
    }
}

impl Signer for Pkcs12 {
    fn identity(&self) -> &Identity {
        &self.identity
    }
    fn sign(&self, _algorithm: crate::SignatureAlgorithm, _message: &[u8]) -> crate::Result<Vec<u8>> {
        todo!()
    }
}
