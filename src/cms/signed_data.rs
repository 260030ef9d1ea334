//! A span-keeping view of SignedData: nothing is re-encoded.

use crate::asn1::Oid;
use crate::crypto::DigestAlgorithm;

/// Why bytes are no SignedData.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {offset}")]
pub(crate) struct CmsError {
    pub(crate) reason: &'static str,
    pub(crate) offset: usize,
}

/// A parsed SignedData; borrows the bytes it was read from.
#[derive(Debug)]
pub(crate) struct SignedData<'a> {
    /// Bytes behind the outer element (PDF pads `/Contents` with zeros).
    pub(crate) trailing: &'a [u8],
    pub(crate) content_type: Oid<'a>,
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo that holds SignedData, in DER or BER; whatever follows it is kept in `trailing`.
    pub(crate) fn parse(_bytes: &'a [u8], _depth: u32) -> Result<Self, CmsError> {
        todo!()
    }

    /// The digest algorithms that verification will ask of the content: that of the (one) signer, and SHA-1 for adbe.pkcs7.sha1.
    pub(crate) fn content_digests(&self) -> Vec<DigestAlgorithm> {
        todo!()
    }

    /// The encapsulated content, put together where BER gives it in parts.
    pub(crate) fn encapsulated_content(&self) -> Option<std::borrow::Cow<'a, [u8]>> {
        todo!()
    }
}
