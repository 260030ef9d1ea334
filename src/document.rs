//! An opened document of any format.

use crate::bytes::Bytes;
use crate::format::DocumentFacts;
use crate::limits::{Budget, Limits};

/// How to read a document.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DocumentOptions {
    /// The password of an encrypted document (user's or owner's).
    pub password: Option<zeroize::Zeroizing<String>>,
    /// Bounds of the work.
    pub limits: Limits,
    /// The name shown in reports.
    pub name: Option<String>,
}

/// An opened document.
#[derive(Debug)]
pub struct Document {
    name: Option<String>,
    pdf: crate::format::pdf::Pdf,
}

impl Document {
    /// Reads a document from memory.
    ///
    /// # Errors
    /// Where it is no document of a known format, is encrypted and no password fits, or passes a limit. The message says what the bytes
    /// look like (HTML, image, Word document, cut-off PDF, …) where that is known.
    pub fn parse(bytes: impl Into<Bytes>) -> crate::Result<Self> {
        Self::parse_with(bytes, DocumentOptions::default())
    }

    /// As [`Self::parse`], with options.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_with(_bytes: impl Into<Bytes>, _options: DocumentOptions) -> crate::Result<Self> {
        todo!()
    }

    /// The name for reports.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The bytes of the document.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        self.pdf.bytes()
    }

    pub(crate) const fn pdf(&self) -> &crate::format::pdf::Pdf {
        &self.pdf
    }

    /// `pdf`.
    #[must_use]
    pub const fn format(&self) -> &'static str {
        "pdf"
    }

    /// Finds every signature and what is so about it. `extra` are certificates given besides those in the document.
    ///
    /// # Errors
    /// Where a limit is passed.
    pub fn examine(&self, _extra: &crate::evidence::Evidence) -> crate::Result<DocumentFacts> {
        todo!()
    }

    /// The exact bytes that the signature with this number (from 1) saw: the document up to the end of its revision.
    ///
    /// # Errors
    /// Where there is no such signature, or its range is no whole revision.
    pub fn signed_revision(&self, _signature: usize) -> crate::Result<Bytes> {
        todo!()
    }
}
