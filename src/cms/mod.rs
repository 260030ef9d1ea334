//! CMS signed data (RFC 5652), CAdES attributes (EN 319 122-1) and timestamp tokens (RFC 3161).

mod algorithms;
mod attribute;
mod authenticated;
mod build;
mod content;
mod facts;
mod signed_data;
mod signer;
mod timestamp;
#[cfg_attr(not(feature = "http"), allow(dead_code, reason = "nobody is asked without a network"))]
mod tsp;
mod verify;

pub(crate) use authenticated::{IntegrityCode, Protected};
pub(crate) use build::{SignedDataBuilder, SignerAttributes};
pub use facts::{CmsFacts, Match, ReferenceMatch, StatedFacts, TimestampFacts};
pub(crate) use signed_data::SignedData;
pub(crate) use tsp::take_token;
#[cfg(feature = "http")]
pub(crate) use tsp::{NONCE_BYTES, TimestampRequest};
pub(crate) use verify::{ContentDigests, raw_rsa_digest, verify, verify_raw_rsa};

/// Lists of byte strings as base64 in JSON.
pub(crate) mod base64_list {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(crate) fn serialize<S: Serializer>(list: &[Vec<u8>], serializer: S) -> Result<S::Ok, S::Error> {
        list.iter().map(|bytes| STANDARD.encode(bytes)).collect::<Vec<_>>().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<u8>>, D::Error> {
        Vec::<String>::deserialize(deserializer)?.iter().map(|text| STANDARD.decode(text).map_err(serde::de::Error::custom)).collect()
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
