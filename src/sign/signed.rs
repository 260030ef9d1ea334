//! A document with a new signature.

use std::fmt;
use std::sync::Arc;

use super::Timestamp;
use super::proof::Proof;
use crate::bytes::Bytes;
use crate::document::Document;

/// A signed document: the original bytes, untouched, and what was appended.
#[derive(Clone)]
pub struct Signed {
    pub(crate) original: Bytes,
    pub(crate) appended: Bytes,
    field: String,
    pub(super) timestamp: Option<Timestamp>,
    pub(super) proof: Arc<Proof>,
    /// Whether the proof is done: else whoever saves does it, once the whole lies in one piece.
    is_checked: bool,
}

impl Signed {
    /// Reads the whole again, unless it is so large that a copy in memory would be too much: then whoever saves it does.
    pub(super) fn new(document: &Document, appended: Vec<u8>, field: String, proof: Proof) -> crate::Result<Self> {
        let original = document.bytes().clone();
        let is_checked = original.len() <= LARGEST_COPY;
        let signed = Self { original, appended: Bytes::from(appended), field, timestamp: None, proof: Arc::new(proof), is_checked };
        if is_checked {
            signed.proof.check(Bytes::from(signed.to_bytes()))?;
        }
        Ok(signed)
    }

    /// Whether [`Self::check`] is still to be done.
    pub(crate) const fn is_unchecked(&self) -> bool {
        !self.is_checked
    }

    /// Checks `saved`, which is to hold original and appended bytes: the new signature covers the document and fits it, and every earlier
    /// signature is as it was. For whoever saves, before the file gets its name.
    pub(crate) fn check(&self, saved: Bytes) -> crate::Result<()> {
        self.proof.check(saved)
    }

    /// The original bytes, and the bytes that follow them.
    #[must_use]
    pub fn parts(&self) -> (&[u8], &[u8]) {
        (&self.original, &self.appended)
    }

    /// All bytes in one piece.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&*self.original, &*self.appended].concat()
    }

    /// The full name of the field that holds the signature.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What the timestamp states that was asked for; `None` where none was.
    #[must_use]
    pub const fn timestamp(&self) -> Option<&Timestamp> {
        self.timestamp.as_ref()
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Signed")
            .field("original", &self.original)
            .field("appended", &self.appended)
            .field("field", &self.field)
            .field("timestamp", &self.timestamp)
            .finish()
    }
}

/// Larger originals are not copied to be read again.
const LARGEST_COPY: usize = 64 << 20;
