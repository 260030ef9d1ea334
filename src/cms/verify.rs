//! Verifies the signer of a SignedData by the decisions of docs/decisions.md (VALIDATION.md 2).

use super::{CmsFacts, SignedData};
use crate::crypto::DigestAlgorithm;
use crate::limits::{Budget, Exceeded};
use crate::x509::Certificate;

/// The digests of the detached content, one for each algorithm asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContentDigests {
    pub(crate) digests: Vec<(DigestAlgorithm, Vec<u8>)>,
    /// Whether the content is SHA-1-digested and encapsulated (`adbe.pkcs7.sha1`): then the eContent must equal the SHA-1 digest.
    pub(crate) sha1_in_content: bool,
    /// Whether this is a timestamp token (`ETSI.RFC3161`): then TSTInfo's imprint must equal the digest of the content.
    pub(crate) timestamp: bool,
}

/// Verifies the one signer. Several or no signers are a finding (`cms.one_signer`). `extra` are certificates given besides.
pub(crate) fn verify(
    _signed_data: &SignedData<'_>,
    _content: &ContentDigests,
    _extra: &[Certificate],
    _budget: &Budget,
) -> Result<CmsFacts, Exceeded> {
    todo!()
}

/// Verifies `adbe.x509.rsa_sha1`: a PKCS#1 value (in a DER OCTET STRING) with its certificates (the first is the signer's).
pub(crate) fn verify_raw_rsa(
    _contents: &[u8],
    _certificates: &[Certificate],
    _content: &ContentDigests,
    _budget: &Budget,
) -> Result<CmsFacts, Exceeded> {
    todo!()
}
