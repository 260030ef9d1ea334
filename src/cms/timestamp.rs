//! Timestamps over the signature value (RFC 3161 appendix A, EN 319 122-1 5.3): whether each token belongs to the signature that carries it.
//!
//! Whether its authority is trusted, and what its time then proves, is not asked here.

#![warn(clippy::arithmetic_side_effects)]

use super::attribute::Attributes;
use super::signer::Given;
use super::tsp::TimestampInfo;
use super::verify::{ContentDigests, examine};
use super::{CmsFacts, Match, SignedData, TimestampFacts};
use crate::asn1::Oid;
use crate::limits::Exceeded;
use crate::message::{Message, id};

/// Examines every token in `attributes` over `value`, the signature value of the signer that carries them.
pub(super) fn examine_tokens(attributes: &Attributes<'_>, value: &[u8], given: &Given<'_>, facts: &mut CmsFacts) -> Result<(), Exceeded> {
    // The authority's certificate may stand beside those of the signer.
    let beside: Vec<_> = facts.certificates.iter().chain(given.extra).cloned().collect();
    let given = Given { extra: &beside, budget: given.budget };
    for token in attributes.values(Oid::SIGNATURE_TIMESTAMP) {
        let token = examine_token(token.raw, value, &given)?;
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

fn examine_token(token: &[u8], value: &[u8], given: &Given<'_>) -> Result<TimestampFacts, Exceeded> {
    let mut facts = TimestampFacts { imprint: Match::Unchecked, token: None };
    let Ok(message) = SignedData::parse(token, given.budget.limits().asn1_depth) else { return Ok(facts) };
    let info = message.encapsulated_content().filter(|_| message.content_type == Oid::TST_INFO).and_then(TimestampInfo::parse);
    let Some(info) = info else { return Ok(facts) };
    let mut content = ContentDigests { timestamp: true, ..ContentDigests::default() };
    if let Some(algorithm) = info.imprint_algorithm {
        facts.imprint = Match::of(algorithm.digest(value) == info.imprint);
        // Whether the imprint is the right one is said above: here the token is held against itself.
        content.digests.push((algorithm, info.imprint));
    }
    facts.token = Some(Box::new(examine(&message, &content, given)?));
    Ok(facts)
}

impl TimestampFacts {
    /// Whether there is no token, or one that is not what its own signature is over.
    fn is_broken(&self) -> bool {
        self.time().is_none() || self.content() == Match::Differs || self.value() == Match::Differs
    }
}
