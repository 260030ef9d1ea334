//! The times that somebody claims. None of them proves anything; what cannot be so is said.

use super::{Case, Check, Outcome, Subject};
use crate::format::SignatureFacts;
use crate::message::{Message, id};
use crate::time::{Time, Zone};

/// Clocks differ a little.
const TOLERANCE_SECONDS: i64 = 300;

pub(super) const OUTSIDE_CERTIFICATE: Check =
    Check::new(id::TIME_OUTSIDE_CERTIFICATE, "EN 319 102-1 5.5.4", outside_certificate).of(Subject::Signature).warns();

pub(super) const IN_FUTURE: Check = Check::new(id::TIME_IN_FUTURE, "EN 319 102-1 5.5.4", in_future).warns();

pub(super) const TIMESTAMP_NOT_CHECKED: Check =
    Check::new(id::TIMESTAMP_NOT_CHECKED, "EN 319 102-1 5.5.4", timestamp_not_checked).of(Subject::Signature).informs();

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
    if at.seconds_since(case.time) <= TOLERANCE_SECONDS {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(id::TIME_IN_FUTURE).with("at", at).with("checked_at", case.time))
}

fn timestamp_not_checked(case: &Case<'_>, _check: &Check) -> Outcome {
    match case.cms() {
        Some(cms) if cms.has_signature_timestamp => Outcome::unknown(Message::new(id::TIMESTAMP_NOT_CHECKED)),
        _ => Outcome::NotApplicable,
    }
}
