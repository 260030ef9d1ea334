//! Timestamp tokens (RFC 3161, RFC 5816).

use crate::crypto::DigestAlgorithm;
use crate::time::Time;

/// TSTInfo.
#[derive(Clone, Debug)]
pub(crate) struct TimestampInfo {
    pub(crate) imprint_algorithm: Option<DigestAlgorithm>,
    pub(crate) imprint: Vec<u8>,
    pub(crate) time: Time,
}

impl TimestampInfo {
    pub(crate) fn parse(_content: &[u8]) -> Option<Self> {
        todo!()
    }
}
