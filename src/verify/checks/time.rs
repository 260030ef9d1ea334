//! The times that somebody claims. None of them proves anything; what cannot be so is said.

use super::{Case, Check, Outcome, Subject};
use crate::format::SignatureFacts;
use crate::message::{Message, id};
use crate::time::{Time, Zone};
use crate::verify::report::Verdict;

/// Clocks differ a little.
const TOLERANCE_SECONDS: i64 = 300;

pub(super) const OUTSIDE_CERTIFICATE: Check =
    Check::new(id::TIME_OUTSIDE_CERTIFICATE, "EN 319 102-1 5.5.4", outside_certificate).of(Subject::Signature).warns();

pub(super) const IN_FUTURE: Check = Check::new(id::TIME_IN_FUTURE, "EN 319 102-1 5.5.4", in_future).warns();

pub(super) const AFTER_PROOF: Check = Check::new(id::TIME_AFTER_PROOF, "EN 319 102-1 5.5.4", after_proof).of(Subject::Signature).warns();

pub(super) const SEVEN_HOURS: Check = Check::new(id::TIME_SEVEN_HOURS, "RFC 5652 11.3", seven_hours).of(Subject::Signature).informs();

pub(super) const TIMESTAMP_PROVES_NOTHING: Check =
    Check::new(id::TIMESTAMP_PROVES_NOTHING, "EN 319 102-1 5.5.4", proves_nothing).of(Subject::Signature).warns();

/// The time that the signer says, with the zone it was written in.
pub(in crate::verify) fn claimed(signature: &SignatureFacts) -> Option<(Time, Zone)> {
    let attribute = || signature.cms.as_ref()?.signing_time.map(|time| (time, Zone::UTC));
    signature.claimed_time.map(|claimed| (claimed.time, claimed.zone)).or_else(attribute)
}

fn outside_certificate(case: &Case<'_>, _check: &Check) -> Outcome {
    let signer = case.cms().and_then(|cms| cms.signer.as_ref());
    let (Some((at, _)), Some(signer)) = (case.signature().and_then(claimed), signer) else { return Outcome::NotApplicable };
    if at >= signer.not_before() && at <= signer.not_after() {
        return Outcome::Passed;
    }
    let message = Message::new(id::TIME_OUTSIDE_CERTIFICATE).with("at", at);
    Outcome::failed(message.with_day("from", signer.not_before()).with_day("until", signer.not_after()))
}

fn in_future(case: &Case<'_>, _check: &Check) -> Outcome {
    let token = case.cms().and_then(|cms| cms.timestamp_time);
    let Some(at) = token.or_else(|| case.signature().and_then(claimed).map(|(at, _)| at)) else { return Outcome::NotApplicable };
    if at.seconds_since(case.now) <= TOLERANCE_SECONDS {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(id::TIME_IN_FUTURE).with("at", at).with("checked_at", case.now))
}

fn after_proof(case: &Case<'_>, check: &Check) -> Outcome {
    let claimed = case.signature().and_then(claimed);
    let (Some((at, _)), Some(proven)) = (claimed, case.proven()) else { return Outcome::NotApplicable };
    if at.seconds_since(proven) <= TOLERANCE_SECONDS {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(check.id).with("at", at).with("proven", proven))
}

/// Vietnamese software that writes local time where UTC is meant claims seven hours too many. It is explained, and corrected nowhere.
fn seven_hours(case: &Case<'_>, check: &Check) -> Outcome {
    let attribute = case.cms().and_then(|cms| cms.signing_time);
    let Some(at) = attribute.or_else(|| case.signature().and_then(claimed).map(|(at, _)| at)) else { return Outcome::NotApplicable };
    let true_time = case.proven().or_else(|| (at > case.now).then_some(case.now));
    let Some(true_time) = true_time else { return Outcome::NotApplicable };
    // What was claimed at the moment of signing is at most as old as the proof; how old that is, nobody knows but for a time-stamp at once.
    let ahead = at.seconds_since(true_time);
    if !(SEVEN_HOURS_SECONDS - QUIRK_SECONDS..=SEVEN_HOURS_SECONDS + TOLERANCE_SECONDS).contains(&ahead) {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(check.id).with("at", at))
}

/// Why none of the signature time-stamps proves a time.
fn proves_nothing(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(tokens) = case.proof.map(|proof| &proof.tokens).filter(|tokens| !tokens.is_empty()) else { return Outcome::NotApplicable };
    if tokens.iter().any(|token| token.verdict == Verdict::Passed) {
        return Outcome::Passed;
    }
    let mut messages = Vec::new();
    for token in tokens {
        let by = Message::new(check.id);
        messages.push(match &token.by {
            Some(name) => by.with("name", name.as_str()),
            None => by.with_word("name", id::WORD_UNKNOWN_NAME),
        });
        messages.extend(token.why.first().map(|why| why.message.clone()));
    }
    Outcome::Failed(messages)
}

const SEVEN_HOURS_SECONDS: i64 = 7 * 3600;
/// A time-stamp comes within minutes of the signature.
const QUIRK_SECONDS: i64 = 900;
