//! Certificates, CRLs (and, later, OCSP answers) that may prove something; none of them is trusted for being here.

use crate::x509::{Certificate, Crl};

/// Where a piece of evidence came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// From the caller.
    Caller,
    /// From the document security store (`/DSS`).
    DocumentSecurityStore,
    /// From the signature.
    Signature,
    /// From the trust store.
    TrustStore,
}

/// A set of evidence; duplicates are kept once, with the first origin.
#[derive(Clone, Debug, Default)]
pub struct Evidence {}

impl Evidence {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        todo!()
    }

    /// Adds what `bytes` hold: certificates or CRLs, DER or PEM, or PKCS#7 with certificates.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where they hold neither.
    pub fn add(&mut self, _bytes: &[u8]) -> crate::Result<()> {
        todo!()
    }

    pub(crate) fn add_certificate(&mut self, _certificate: Certificate, _origin: Origin) {
        todo!()
    }

    pub(crate) fn add_crl(&mut self, _crl: Crl, _origin: Origin) {
        todo!()
    }

    /// Takes over all of `other`.
    pub(crate) fn extend(&mut self, _other: &Self) {
        todo!()
    }

    pub(crate) fn certificates(&self) -> impl Iterator<Item = (&Certificate, Origin)> {
        std::iter::empty()
    }

    pub(crate) fn crls(&self) -> impl Iterator<Item = (&Crl, Origin)> {
        std::iter::empty()
    }
}
