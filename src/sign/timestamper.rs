//! Who gives timestamps, and the one that goes into a signature.

use super::check;
use crate::cms::take_token;
use crate::crypto::DigestAlgorithm;
use crate::limits::Budget;
use crate::time::Time;
use crate::x509::Certificate;

/// Something that gives timestamp tokens (RFC 3161): an authority over the network, or several in order.
pub trait Timestamper: Send + Sync {
    /// A token (DER ContentInfo) over `imprint`, a digest by `algorithm`. Whoever implements this holds the token against what was asked
    /// (nonce, policy) and against a clock; that the token fits the imprint, and proves its time as far as can be seen without knowing whom
    /// to trust, is checked again by whoever asked.
    ///
    /// # Errors
    /// Where none could be had.
    fn timestamp(&self, algorithm: DigestAlgorithm, imprint: &[u8]) -> crate::Result<Vec<u8>>;

    /// The digest to make imprints with: SHA-256, SHA-384 or SHA-512.
    fn digest_algorithm(&self) -> DigestAlgorithm {
        DigestAlgorithm::Sha256
    }

    /// The bytes to keep for a token before it is there. Where it turns out larger, the key must sign again.
    fn token_length(&self) -> usize {
        TOKEN_LENGTH
    }
}

/// What the timestamp in a signature states. Whether its authority is trusted is for whoever verifies.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Timestamp {
    /// The time.
    pub time: Time,
    /// The certificate of the authority.
    pub authority: Certificate,
}

/// A token with what it states.
#[derive(Debug)]
pub(super) struct Stamp {
    pub(super) token: Vec<u8>,
    pub(super) timestamp: Timestamp,
}

/// Most tokens, with the certificates of the authority and its issuers, have less than half of this.
pub(super) const TOKEN_LENGTH: usize = 16 << 10;

/// Has the signature `value` of `signer` stamped.
pub(super) fn stamp(value: &[u8], signer: &Certificate, timestamper: &dyn Timestamper) -> crate::Result<Stamp> {
    let algorithm = check::digest(timestamper.digest_algorithm())?;
    let imprint = algorithm.digest(value);
    let token = timestamper.timestamp(algorithm, &imprint)?;
    let (token, timestamp) = taken(&token, algorithm, &imprint)?;
    // A time at which the signer could not sign would prove the signature wrong.
    check::certificate(signer, [timestamp.time])?;
    Ok(Stamp { token, timestamp })
}

pub(super) fn taken(token: &[u8], algorithm: DigestAlgorithm, imprint: &[u8]) -> crate::Result<(Vec<u8>, Timestamp)> {
    let token = take_token(token, algorithm, imprint, &Budget::default())?;
    Ok((token.der, Timestamp { time: token.time, authority: token.authority }))
}
