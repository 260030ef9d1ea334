//! An opened document of any format.

use crate::bytes::Bytes;
use crate::format::DocumentFacts;
use crate::format::pdf::{OpenOptions, Pdf};
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
    pdf: Pdf,
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
    pub fn parse_with(bytes: impl Into<Bytes>, options: DocumentOptions) -> crate::Result<Self> {
        let password = options.password.map(|password| zeroize::Zeroizing::new(password.as_bytes().to_vec()));
        let pdf = Pdf::open(bytes.into(), &OpenOptions { password }, &Budget::new(options.limits))?;
        Ok(Self { name: options.name, pdf })
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
