//! What to sign with, and how.

use super::{Identity, Padding, Prepared, Signed, Signer};
use crate::crypto::DigestAlgorithm;
use crate::document::Document;
use crate::time::{Time, Zone};

/// What a certification signature allows afterwards (DocMDP `/P`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certification {
    /// 1: nothing but long-term data.
    NoChanges,
    /// 2: form filling and signing.
    FormFilling,
    /// 3: annotations too.
    Annotations,
}

/// What is special to PDF.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PdfOptions {
    /// The full name of the signature field: an existing empty one, or a new one. `None`: the one empty field there is, else a new one.
    pub field: Option<String>,
    /// Certify instead of approve.
    pub certification: Option<Certification>,
}

/// How to sign.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignOptions {
    /// `/Reason`.
    pub reason: Option<String>,
    /// `/Location`.
    pub location: Option<String>,
    /// `/ContactInfo`.
    pub contact: Option<String>,
    /// The signing time to claim, and the zone to write it in. The edge sets the time where the caller does not.
    pub time: Option<Time>,
    /// The zone of the claimed time.
    pub zone: Zone,
    /// SHA-256, SHA-384 or SHA-512.
    pub digest: DigestAlgorithm,
    /// The RSA scheme.
    pub padding: Padding,
    /// What is special to PDF.
    pub pdf: PdfOptions,
    /// Bytes to reserve for the signature; `None`: estimated from the chain.
    pub reserve: Option<usize>,
}

impl SignOptions {
    /// Signs `document` at the claimed time `self.time`.
    ///
    /// # Errors
    /// Refused before the key is touched: an expired or not yet valid certificate, the wrong key usage, SHA-1, RSA below 2048, a document whose
    /// certification forbids it, a document that could only be read by repair, a field that does not exist empty.
    pub fn sign(&self, _document: &Document, _signer: &dyn Signer) -> crate::Result<Signed> {
        todo!()
    }

    /// Prepares a signature for a key that is elsewhere.
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub fn prepare(&self, _document: &Document, _identity: &Identity) -> crate::Result<Prepared> {
        todo!()
    }

    /// Prepares a signature without knowing the certificate: only [`Prepared::finish_with_cms`] can finish it.
    ///
    /// # Errors
    /// As [`Self::sign`], as far as it can be known.
    pub fn prepare_unknown(&self, _document: &Document) -> crate::Result<Prepared> {
        todo!()
    }
}
