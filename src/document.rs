//! An opened document of any format.

use std::fmt::{self, Write as _};
use std::sync::OnceLock;

use zeroize::Zeroizing;

use crate::bytes::Bytes;
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, ErrorKind};
use crate::evidence::Evidence;
use crate::format::{DocumentFacts, History, kind, pdf};
use crate::limits::{Budget, Limits};
use crate::message::Message;

/// How to read a document.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct DocumentOptions {
    /// The password of an encrypted document (user's or owner's).
    pub password: Option<Zeroizing<String>>,
    /// Bounds of the work.
    pub limits: Limits,
    /// The name shown in reports.
    pub name: Option<String>,
    /// Whether large files are mapped into memory.
    pub mapping: Mapping,
}

/// How files are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mapping {
    /// Files above 64 MiB are mapped, smaller ones are read. If another program shortens a mapped file meanwhile, the system stops this one.
    #[default]
    LargeFiles,
    /// Every file is read into memory.
    Never,
}

impl fmt::Debug for DocumentOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DocumentOptions").field("name", &self.name).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// An opened document.
pub struct Document {
    name: Option<String>,
    pdf: pdf::Pdf,
    sha256: OnceLock<String>,
    shadows: OnceLock<Vec<Message>>,
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Document").field("name", &self.name).field("bytes", &self.bytes().len()).finish_non_exhaustive()
    }
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
        let bytes = bytes.into();
        let password = options.password.map(|password| Zeroizing::new(password.as_bytes().to_vec()));
        let open = pdf::OpenOptions { password };
        match pdf::Pdf::open(bytes.clone(), &open, &Budget::new(options.limits)) {
            Ok(pdf) => Ok(Self { name: options.name, pdf, sha256: OnceLock::new(), shadows: OnceLock::new() }),
            Err(error) if error.kind() == ErrorKind::Format => {
                let better = kind::complaint(&bytes, options.name.as_deref());
                Err(better.map_or(error, |message| Error::new(ErrorKind::Format, message)))
            }
            Err(error) => Err(error),
        }
    }

    /// Reads `bytes` as this document was read: with its password, its limits and its name.
    pub(crate) fn with_bytes(&self, bytes: impl Into<Bytes>) -> crate::Result<Self> {
        let budget = Budget::new(self.pdf.budget().limits().clone());
        let pdf = pdf::Pdf::open(bytes.into(), self.pdf.options(), &budget)?;
        Ok(Self { name: self.name.clone(), pdf, sha256: OnceLock::new(), shadows: OnceLock::new() })
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

    pub(crate) const fn pdf(&self) -> &pdf::Pdf {
        &self.pdf
    }

    /// What is left of the limits for this document.
    pub(crate) fn budget(&self) -> &Budget {
        self.pdf.budget()
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
    pub fn examine(&self, extra: &Evidence) -> crate::Result<DocumentFacts> {
        pdf::examine(&self.pdf, extra)
    }

    /// What in the document as it is now can make people see something else than what a signature on it would cover: fields that show
    /// another text than their value, hidden layers, a second document, scripts, content that lies elsewhere. To be looked at before
    /// signing; [`crate::Verifier`] reports the same of what was signed. An empty answer does not promise that there is nothing.
    ///
    /// # Errors
    /// Where the document cannot be read.
    pub fn shadows(&self) -> crate::Result<&[Message]> {
        if let Some(known) = self.shadows.get() {
            return Ok(known);
        }
        let found = pdf::shadows(&self.pdf)?;
        Ok(self.shadows.get_or_init(|| found))
    }

    /// The revisions of the document: where each ends, who signed it, and what it did to the one before. Where a revision follows signatures,
    /// its changes are judged by what those allow. `extra` as for [`Self::examine`].
    ///
    /// # Errors
    /// Where a limit is passed.
    pub fn history(&self, extra: &Evidence) -> crate::Result<History> {
        let revisions = pdf::history(&self.pdf, extra)?;
        Ok(History { name: self.name.clone(), bytes: u64::try_from(self.bytes().len()).unwrap_or(u64::MAX), revisions })
    }

    /// The exact bytes that the signature with this number (from 1) saw: the document up to the end of its revision.
    ///
    /// # Errors
    /// Where there is no such signature, or its range is no whole revision.
    pub fn signed_revision(&self, signature: usize) -> crate::Result<Bytes> {
        pdf::signed_revision(&self.pdf, signature)
    }

    /// The certificates and CRLs that the document carries outside of its signatures (`/DSS`). None of them is trusted for being there.
    ///
    /// # Errors
    /// Where a limit is passed.
    pub fn evidence(&self) -> crate::Result<Evidence> {
        self.stored().cloned()
    }

    /// As [`Self::evidence`], not copied.
    pub(crate) fn stored(&self) -> crate::Result<&Evidence> {
        pdf::evidence(&self.pdf)
    }

    /// SHA-256 of all bytes as lower-case hexadecimal digits. It is computed when first asked for: a verdict does not need it.
    #[must_use]
    pub fn sha256(&self) -> &str {
        self.sha256.get_or_init(|| {
            let digest = DigestAlgorithm::Sha256.digest(self.bytes());
            digest.iter().fold(String::with_capacity(64), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
        })
    }
}
