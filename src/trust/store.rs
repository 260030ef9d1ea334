//! The certificates that are trusted because somebody added them.

use crate::x509::Certificate;

/// What an anchor is trusted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Use {
    /// Certificates of signers.
    Signing,
    /// Certificates of time-stamping authorities.
    Timestamping,
}

/// A certificate that is trusted as it is: pinned. Any certificate may be one, root or not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Anchor {
    /// The certificate.
    pub certificate: Certificate,
    /// What it is trusted for.
    pub uses: Vec<Use>,
}

/// The trust store. It is empty until somebody adds something.
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    anchors: Vec<Anchor>,
}

impl TrustStore {
    /// A store that trusts nobody.
    #[must_use]
    pub const fn new() -> Self {
        Self { anchors: Vec::new() }
    }

    /// Trusts `certificate` for signing and for timestamps. Adding it again changes nothing.
    pub fn add(&mut self, _certificate: Certificate) {
        todo!()
    }

    /// Trusts `certificate` for `uses`.
    pub fn add_for(&mut self, _certificate: Certificate, _uses: &[Use]) {
        todo!()
    }

    /// Trusts every certificate in `bytes` (PEM, DER, or PKCS#7).
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where there is none.
    pub fn add_bytes(&mut self, _bytes: &[u8]) -> crate::Result<()> {
        todo!()
    }

    /// The anchors, in the order they were added.
    #[must_use]
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// A stable identifier of the set: the first 16 hexadecimal digits of a SHA-256 over the sorted fingerprints and uses.
    #[must_use]
    pub fn id(&self) -> String {
        todo!()
    }
}
