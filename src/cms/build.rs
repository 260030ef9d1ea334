//! Builds SignedData with one signer.

use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::x509::Certificate;

/// What goes into the signed attributes: content-type, message-digest and signing-certificate-v2; no signing-time (EN 319 142-1 5.3).
pub(crate) struct SignerAttributes<'a> {
    pub(crate) digest: DigestAlgorithm,
    pub(crate) content_digest: &'a [u8],
    pub(crate) certificate: &'a Certificate,
}

impl SignerAttributes<'_> {
    /// The DER SET OF attributes: the message that is signed.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        todo!()
    }
}

/// A detached SignedData with one signer.
pub(crate) struct SignedDataBuilder<'a> {
    pub(crate) digest: DigestAlgorithm,
    pub(crate) algorithm: SignatureAlgorithm,
    /// The signer's certificate first, then its chain.
    pub(crate) certificates: &'a [Certificate],
    /// What [`SignerAttributes::to_der`] gave.
    pub(crate) signed_attributes: &'a [u8],
    pub(crate) signature: &'a [u8],
}

impl SignedDataBuilder<'_> {
    /// The DER ContentInfo.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        todo!()
    }

    /// An upper bound for the length of [`Self::to_der`] with a signature value of `value_length` bytes.
    pub(crate) fn estimate(_certificates: &[Certificate], _value_length: usize) -> usize {
        todo!()
    }
}
