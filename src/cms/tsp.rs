//! Timestamp tokens (RFC 3161, RFC 5816).

#![warn(clippy::arithmetic_side_effects)]

use crate::asn1::{Encoding, Reader, Tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::time::Time;

/// TSTInfo.
#[derive(Clone, Debug)]
pub(crate) struct TimestampInfo {
    /// Dotted.
    pub(crate) policy: String,
    pub(crate) imprint_algorithm: Option<DigestAlgorithm>,
    pub(crate) imprint: Vec<u8>,
    /// The contents of the INTEGER.
    pub(crate) serial: Vec<u8>,
    pub(crate) time: Time,
    /// How far `time` may be off, in microseconds.
    pub(crate) accuracy: Option<u64>,
    /// The contents of the INTEGER.
    pub(crate) nonce: Option<Vec<u8>>,
}

impl TimestampInfo {
    /// Reads a TSTInfo; `None` where it is none, or something follows it.
    pub(crate) fn parse(content: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(content, Encoding::Ber, 32);
        let mut info = outer.sequence().ok()?;
        outer.finish().ok()?;
        (info.expect(Tag::INTEGER).ok()?.unsigned().ok()? == 1).then_some(())?;
        let policy = info.oid().ok()?.dotted();
        let mut imprint = info.sequence().ok()?;
        let algorithm = AlgorithmIdentifier::read(&mut imprint).ok()?;
        let digest = imprint.expect(Tag::OCTET_STRING).ok()?.octets().ok()?.into_owned();
        imprint.finish().ok()?;
        let serial = info.expect(Tag::INTEGER).ok()?.integer().ok()?.to_vec();
        let time = info.expect(Tag::GENERALIZED_TIME).ok()?.time().ok()?;
        let accuracy = match info.optional(Tag::SEQUENCE).ok()? {
            Some(element) => Some(accuracy(element.children().ok()?)?),
            None => None,
        };
        info.optional(Tag::BOOLEAN).ok()?;
        let nonce = match info.optional(Tag::INTEGER).ok()? {
            Some(element) => Some(element.integer().ok()?.to_vec()),
            None => None,
        };
        info.optional(Tag::context(0)).ok()?;
        info.optional(Tag::context(1)).ok()?;
        info.finish().ok()?;
        Some(Self { policy, imprint_algorithm: algorithm.digest(), imprint: digest, serial, time, accuracy, nonce })
    }
}

/// Seconds, and [0] milliseconds and [1] microseconds, each optional.
fn accuracy(mut reader: Reader<'_>) -> Option<u64> {
    let mut total: u64 = 0;
    for (tag, microseconds) in [(Tag::INTEGER, 1_000_000), (Tag::context(0), 1_000), (Tag::context(1), 1)] {
        if let Some(element) = reader.optional(tag).ok()? {
            total = total.checked_add(element.unsigned().ok()?.checked_mul(microseconds)?)?;
        }
    }
    reader.finish().ok()?;
    Some(total)
}
