//! A signature half made, and one made.

use crate::bytes::Bytes;

/// A signature that waits for its value. It can be stored, and goes on another day.
#[derive(Clone, Debug)]
pub struct Prepared {}

impl Prepared {
    /// The digest of the bytes that will be signed (of the document, the hole left out).
    #[must_use]
    pub fn document_digest(&self) -> &[u8] {
        todo!()
    }

    /// The message to sign (the DER signed attributes); `None` after `prepare_unknown`.
    #[must_use]
    pub fn message(&self) -> Option<&[u8]> {
        todo!()
    }

    /// The digest of [`Self::message`], for keys that sign digests.
    #[must_use]
    pub fn digest(&self) -> Option<Vec<u8>> {
        todo!()
    }

    /// Finishes with a signature value over [`Self::message`]; it is checked before it goes in. `document` is the one that was prepared.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Signature`] where the value does not fit; [`crate::ErrorKind::Argument`] where the document is another one.
    pub fn finish(&self, _document: &crate::Document, _signature: &[u8]) -> crate::Result<Signed> {
        todo!()
    }

    /// Finishes with a whole CMS made elsewhere, which is verified before it goes in.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_with_cms(&self, _document: &crate::Document, _cms: &[u8]) -> crate::Result<Signed> {
        todo!()
    }

    /// The stored form: JSON, `kyso.prepared/1`. It holds the appended bytes, not the document, and the SHA-256 of the document.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        todo!()
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`].
    pub fn from_bytes(_bytes: &[u8]) -> crate::Result<Self> {
        todo!()
    }
}

/// A signed document: the original bytes, untouched, and what was appended.
#[derive(Clone, Debug)]
pub struct Signed {
    pub(crate) original: Bytes,
    pub(crate) appended: Bytes,
}

impl Signed {
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
}

impl Prepared { pub const fn digest_algorithm(&self) -> crate::DigestAlgorithm { todo!() } }
