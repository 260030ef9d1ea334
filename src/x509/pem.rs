//! PEM (RFC 7468), read tolerantly: text around the blocks, CR LF, and missing line breaks are no error.

use super::{Certificate, Crl};

/// One block of a PEM file.
pub(crate) struct PemBlock {
    /// `CERTIFICATE`, `X509 CRL`, `ENCRYPTED PRIVATE KEY`, …
    pub(crate) label: String,
    pub(crate) der: Vec<u8>,
}

/// Every block of `text`. A block that cannot be decoded is an error that names its label.
pub(crate) fn decode(_text: &[u8]) -> crate::Result<Vec<PemBlock>> {
    todo!()
}

/// The certificates in `bytes`: PEM with any number of blocks, one DER certificate, or PKCS#7 in either form.
pub(crate) fn certificates(_bytes: &[u8]) -> crate::Result<Vec<Certificate>> {
    todo!()
}

/// The CRLs in `bytes`, PEM or DER.
pub(crate) fn crls(_bytes: &[u8]) -> crate::Result<Vec<Crl>> {
    todo!()
}
