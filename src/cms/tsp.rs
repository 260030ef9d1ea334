//! Timestamp tokens (RFC 3161, RFC 5816).

#![warn(clippy::arithmetic_side_effects)]

use crate::asn1::{Asn1Error, Encoding, Reader, Tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::time::Time;

/// What a TSTInfo (RFC 3161 2.4.2) says: what the time is for, and the time.
#[derive(Clone, Debug)]
pub(super) struct TimestampInfo {
    /// `None` where the algorithm is unknown.
    pub(super) imprint_algorithm: Option<DigestAlgorithm>,
    pub(super) imprint: Vec<u8>,
    pub(super) time: Time,
}

impl TimestampInfo {
    /// Reads a TSTInfo; `None` where it is none, or something follows it.
    pub(super) fn parse(content: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(content, Encoding::Ber, 32);
        let mut info = outer.sequence().ok()?;
        outer.finish().ok()?;
        read(&mut info).ok().filter(|_| info.is_empty())
    }
}

fn read(info: &mut Reader<'_>) -> Result<TimestampInfo, Asn1Error> {
    info.expect(Tag::INTEGER)?;
    // policy
    info.oid()?;
    let mut imprint = info.sequence()?;
    let imprint_algorithm = AlgorithmIdentifier::read(&mut imprint)?.digest();
    let digest = imprint.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
    imprint.finish()?;
    // serialNumber
    info.expect(Tag::INTEGER)?;
    let time = info.expect(Tag::GENERALIZED_TIME)?.time()?;
    // accuracy, ordering, nonce, tsa, extensions
    for tag in [Tag::SEQUENCE, Tag::BOOLEAN, Tag::INTEGER, Tag::context(0), Tag::context(1)] {
        info.optional(tag)?;
    }
    Ok(TimestampInfo { imprint_algorithm, imprint: digest, time })
}
