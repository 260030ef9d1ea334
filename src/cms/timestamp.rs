//! Timestamps over the signature value (RFC 3161 appendix A, EN 319 122-1 5.3): whether each token belongs to the signature that carries it.
//!
//! Whether its authority is trusted, and what its time then proves, is not asked here.

#![warn(clippy::arithmetic_side_effects)]

use super::attribute::{self, Attributes};
use super::signer::Given;
use super::tsp::{Accuracy, TimestampInfo};
use super::verify::{ContentDigests, examine};
use super::{CmsFacts, Match, SignedData, StatedFacts, TimestampFacts};
use crate::asn1::Oid;
use crate::crypto::DigestAlgorithm;
use crate::limits::{Budget, Exceeded};
use crate::message::{Message, id};
use crate::x509::Certificate;

/// id-kp-timeStamping.
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// A time that may be off by more than an hour is no time of signing.
const COARSEST_MICROSECONDS: u64 = 3_600_000_000;

/// What a token is to be of.
pub(super) enum Stamped<'a> {
    Bytes(&'a [u8]),
    Digest(DigestAlgorithm, &'a [u8]),
}

/// Examines every token in `attributes` over `value`, the signature value of the signer that carries them.
pub(super) fn examine_tokens(attributes: &Attributes<'_>, value: &[u8], given: &Given<'_>, facts: &mut CmsFacts) -> Result<(), Exceeded> {
    // The authority's certificate may stand beside those of the signer.
    let beside: Vec<_> = facts.certificates.iter().chain(given.extra).cloned().collect();
    let given = Given { extra: &beside, budget: given.budget };
    for token in attributes.values(Oid::SIGNATURE_TIMESTAMP) {
        let token = examine_token(token.raw, &Stamped::Bytes(value), &given)?;
        if token.imprint == Match::Differs {
            facts.findings.push(Message::new(id::CMS_SIGNATURE_TIMESTAMP_IMPRINT));
        }
        if token.is_broken() {
            facts.findings.push(Message::new(id::CMS_SIGNATURE_TIMESTAMP_BROKEN));
        }
        facts.signature_timestamps.push(token);
    }
    Ok(())
}

/// Examines a token with nothing beside it.
pub(super) fn examine_alone(token: &[u8], stamped: &Stamped<'_>, budget: &Budget) -> Result<TimestampFacts, Exceeded> {
    examine_token(token, stamped, &Given { extra: &[], budget })
}

fn examine_token(token: &[u8], stamped: &Stamped<'_>, given: &Given<'_>) -> Result<TimestampFacts, Exceeded> {
    let mut facts = TimestampFacts { imprint: Match::Unchecked, token: None };
    let Ok(message) = SignedData::parse(token, given.budget.limits().asn1_depth) else { return Ok(facts) };
    let info = message.encapsulated_content().filter(|_| message.content_type == Oid::TST_INFO).and_then(TimestampInfo::parse);
    let Some(info) = info else { return Ok(facts) };
    let mut content = ContentDigests { timestamp: true, ..ContentDigests::default() };
    if let Some(algorithm) = info.imprint_algorithm {
        facts.imprint = stamped.digest(algorithm).map_or(Match::Differs, |digest| Match::of(digest == info.imprint));
        // Whether the imprint is the right one is said above: here the token is held against itself.
        content.digests.push((algorithm, info.imprint));
    }
    facts.token = Some(Box::new(examine(&message, &content, given)?));
    Ok(facts)
}

/// What a TSTInfo says that keeps its time from proving anything.
pub(super) fn findings(info: &TimestampInfo) -> Vec<Message> {
    let mut findings: Vec<Message> =
        info.unknown.iter().map(|unknown| Message::new(id::CMS_TIMESTAMP_EXTENSION).with("extension", unknown.as_str())).collect();
    match info.accuracy {
        Accuracy::Malformed => findings.push(Message::new(id::CMS_TIMESTAMP_ACCURACY)),
        Accuracy::Microseconds(off) if off > COARSEST_MICROSECONDS => findings.push(Message::new(id::CMS_TIMESTAMP_ACCURACY)),
        Accuracy::Microseconds(_) | Accuracy::Unstated => {}
    }
    findings
}

/// RFC 3161 2.3: the certificate of an authority has an extended key usage, critical, of id-kp-timeStamping alone.
pub(super) fn wrong_usage(authority: &Certificate) -> Option<Message> {
    let extensions = authority.extensions();
    let reason = match &extensions.extended_key_usage {
        None => id::WORD_USAGE_ABSENT,
        Some(usages) if usages.iter().all(|usage| usage != TIME_STAMPING) => id::WORD_USAGE_OTHER,
        Some(usages) if usages.len() > 1 => id::WORD_USAGE_NOT_ALONE,
        Some(_) if !extensions.extended_key_usage_critical => id::WORD_USAGE_NOT_CRITICAL,
        Some(_) => return None,
    };
    Some(Message::new(id::CMS_TIMESTAMP_USAGE).with_word("reason", reason))
}

/// Whether every length and string of `token` is in the form of DER.
pub(super) fn has_definite_lengths(token: &[u8], depth: u32) -> bool {
    attribute::is_der(token, depth)
}

impl Stamped<'_> {
    /// The imprint that a token by `algorithm` must have; `None` where it is another algorithm than was asked for.
    fn digest(&self, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(algorithm.digest(bytes)),
            Self::Digest(asked, digest) => (*asked == algorithm).then(|| digest.to_vec()),
        }
    }
}

impl StatedFacts {
    pub(super) fn of(info: &TimestampInfo) -> Self {
        Self {
            policy: Oid(&info.policy).dotted(),
            serial: info.serial.iter().map(|byte| format!("{byte:02x}")).collect(),
            accuracy: if let Accuracy::Microseconds(off) = info.accuracy { Some(off) } else { None },
            imprint_algorithm: info.imprint_algorithm,
        }
    }
}

impl TimestampFacts {
    /// Whether there is no token, or one that is not what its own signature is over.
    fn is_broken(&self) -> bool {
        self.time().is_none() || self.content() == Match::Differs || self.value() == Match::Differs
    }
}
