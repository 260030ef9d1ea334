//! Whether a certificate of the path was revoked, at the time that is judged.

use super::algorithm::existence;
use super::{Case, Check, Outcome, Subject, is_anchor, name_of};
use crate::message::{Message, id};
use crate::time::Time;
use crate::trust::{PathStep, RevocationFacts, RevocationStatus};
use crate::verify::report::SubIndication;

/// A responder's clock may be a little behind, and time goes on while it is asked.
const TOLERANCE_SECONDS: i64 = 300;

/// CRLReason certificateHold (RFC 5280 5.3.1).
const CERTIFICATE_HOLD: u8 = 6;

pub(super) const REVOKED_BEFORE: Check = Check::new(id::REVOCATION_REVOKED_BEFORE, "EN 319 102-1 5.2.6, 5.5.4", revoked_before)
    .fails(SubIndication::Revoked, id::SUMMARY_REVOKED_BEFORE)
    .of(Subject::Signature);

pub(super) const REVOKED: Check = Check::new(id::REVOCATION_REVOKED, "RFC 5280 6.3, EN 319 102-1 5.2.6", revoked)
    .uncertain(SubIndication::RevokedNoPoe, id::SUMMARY_REVOKED);

pub(super) const CA_REVOKED: Check = Check::new(id::REVOCATION_CA_REVOKED, "RFC 5280 6.3, EN 319 102-1 5.2.6", ca_revoked)
    .uncertain(SubIndication::RevokedCaNoPoe, id::SUMMARY_REVOKED);

/// EN 319 102-1 5.6.2.2: what an issuer said counts as far back as it provably was said before the issuer was revoked.
pub(super) const ISSUER_REVOKED_SINCE: Check = Check::new(id::REVOCATION_ISSUER_SINCE, "EN 319 102-1 5.6.2.2", issuer_revoked_since)
    .uncertain(SubIndication::RevokedCaNoPoe, id::SUMMARY_REVOKED);

pub(super) const ON_HOLD: Check =
    Check::new(id::REVOCATION_ON_HOLD, "EN 319 102-1 5.2.6", on_hold).uncertain(SubIndication::TryLater, id::SUMMARY_ON_HOLD);

pub(super) const CHECKED: Check =
    Check::new(id::REVOCATION_NOT_CHECKED, "EN 319 102-1 5.2.6", checked).uncertain(SubIndication::TryLater, id::SUMMARY_STATUS);

pub(super) const FRESH: Check =
    Check::new(id::REVOCATION_FRESH, "EN 319 102-1 5.2.5", fresh).uncertain(SubIndication::TryLater, id::SUMMARY_STATUS);

/// How a certificate stands at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::verify) enum Standing<'a> {
    /// A list says that it is not revoked, or was not yet.
    Good(&'a RevocationFacts),
    /// Suspended.
    OnHold(&'a RevocationFacts),
    /// Revoked.
    Revoked(&'a RevocationFacts),
    /// Nobody says.
    Unknown,
}

/// How a certificate with these facts stands at `time`.
pub(in crate::verify) fn standing(facts: Option<&RevocationFacts>, time: Time) -> Standing<'_> {
    let Some(facts) = facts else { return Standing::Unknown };
    match facts.status {
        RevocationStatus::Unknown => Standing::Unknown,
        RevocationStatus::Good => Standing::Good(facts),
        RevocationStatus::Revoked if facts.revoked_at.is_some_and(|at| at > time) => Standing::Good(facts),
        RevocationStatus::Revoked if facts.reason == Some(CERTIFICATE_HOLD) => Standing::OnHold(facts),
        RevocationStatus::Revoked => Standing::Revoked(facts),
    }
}

/// The certificates of a path that are not trusted as they are, the signer's first.
fn steps<'a>(case: &Case<'a>) -> Option<Vec<(usize, &'a PathStep)>> {
    let path = case.path()?;
    Some(path.steps.iter().enumerate().filter(|(index, _)| !is_anchor(path, *index)).collect())
}

/// A message for each certificate that `says` has something to say of.
fn each<'a>(case: &Case<'a>, says: impl Fn(usize, &'a PathStep) -> Option<Message>) -> Option<Vec<Message>> {
    Some(steps(case)?.into_iter().filter_map(|(index, step)| says(index, step)).collect())
}

fn revoked(case: &Case<'_>, check: &Check) -> Outcome {
    each(case, |index, step| (index == 0).then(|| revocation(case, step, check.id))?).map_or(Outcome::NotApplicable, Outcome::failed_if_any)
}

/// What was signed contains a time-stamp that was made when the certificate had been revoked.
fn revoked_before(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(after) = case.proof.and_then(|proof| proof.made_after) else { return Outcome::NotApplicable };
    let step = case.path().and_then(|path| path.steps.first());
    let Standing::Revoked(facts) = standing(step.and_then(|step| step.revocation.as_ref()), case.time) else { return Outcome::Passed };
    match facts.revoked_at.filter(|at| *at <= after) {
        Some(at) => Outcome::failed(Message::new(check.id).with("at", at).with("after", after)),
        None => Outcome::Passed,
    }
}

/// For each certificate whose issuer was revoked since the judged time: itself and its status must provably be older.
fn issuer_revoked_since(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(past) = case.past() else { return Outcome::NotApplicable };
    let mut messages = Vec::new();
    for (index, step) in past.path.steps.iter().enumerate() {
        let above = index.saturating_add(1);
        let Some(revoked) = past.revoked_since.get(above).copied().flatten() else { continue };
        let certificate = existence(case, index, step);
        let status = step.revocation.as_ref().map_or(case.now, |facts| case.existence_of(facts.revision));
        if certificate.max(status) >= revoked
            && let Some(issuer) = past.path.steps.get(above)
        {
            messages.push(Message::new(check.id).with("name", name_of(&issuer.certificate)).with("at", revoked));
        }
    }
    Outcome::failed_if_any(messages)
}

fn ca_revoked(case: &Case<'_>, check: &Check) -> Outcome {
    each(case, |index, step| (index > 0).then(|| revocation(case, step, check.id))?).map_or(Outcome::NotApplicable, Outcome::failed_if_any)
}

fn revocation(case: &Case<'_>, step: &PathStep, id: &'static str) -> Option<Message> {
    let Standing::Revoked(facts) = standing(step.revocation.as_ref(), case.time) else { return None };
    let message = Message::new(id).with("name", name_of(&step.certificate));
    Some(match facts.revoked_at {
        Some(at) => message.with("at", at),
        None => message.with_word("at", id::WORD_UNKNOWN_TIME),
    })
}

fn on_hold(case: &Case<'_>, check: &Check) -> Outcome {
    let messages = each(case, |_, step| match standing(step.revocation.as_ref(), case.time) {
        Standing::OnHold(_) => Some(Message::new(check.id).with("name", name_of(&step.certificate))),
        _ => None,
    });
    messages.map_or(Outcome::NotApplicable, Outcome::failed_if_any)
}

/// Whose status is asked for: of a path that leads to an anchor, every certificate that has not run out. Of one that has, issuers keep no
/// status; that it has run out is said by another row.
fn asked<'a>(case: &Case<'a>, says: impl Fn(&'a PathStep) -> Option<Message>) -> Outcome {
    if !case.path().is_some_and(|path| path.anchored) {
        return Outcome::NotApplicable;
    }
    let in_date = |step: &PathStep| case.time <= step.certificate.not_after();
    let mut messages: Vec<Message> = Vec::new();
    for (_, step) in steps(case).unwrap_or_default().into_iter().filter(|(_, step)| in_date(step)) {
        let Some(message) = says(step) else { continue };
        for message in [message].into_iter().chain(reasons(case, step)) {
            if !messages.contains(&message) {
                messages.push(message);
            }
        }
    }
    Outcome::unknown_if_any(messages)
}

/// Why nothing better was had of a certificate, where somebody was asked for it.
fn reasons<'a>(case: &Case<'a>, step: &'a PathStep) -> impl Iterator<Item = Message> + use<'a> {
    let rejected = step.revocation.as_ref().filter(|_| case.facts.online).map(|facts| &facts.rejected);
    rejected.into_iter().flatten().cloned()
}

fn checked(case: &Case<'_>, check: &Check) -> Outcome {
    asked(case, |step| {
        let facts = step.revocation.as_ref();
        let id = match facts {
            Some(facts) if case.facts.online && facts.rejected.is_empty() && facts.wanted.is_empty() => id::REVOCATION_NOWHERE_TO_ASK,
            _ if case.facts.online => id::REVOCATION_ASKED_IN_VAIN,
            _ => check.id,
        };
        (standing(facts, case.time) == Standing::Unknown).then(|| Message::new(id).with("name", name_of(&step.certificate)))
    })
}

fn fresh(case: &Case<'_>, check: &Check) -> Outcome {
    asked(case, |step| {
        let Standing::Good(facts) = standing(step.revocation.as_ref(), case.time) else { return None };
        let message = || Message::new(check.id).with("name", name_of(&step.certificate));
        let Some(this_update) = facts.this_update else { return Some(message().with_word("at", id::WORD_UNKNOWN_TIME)) };
        // A list made after the judged time speaks for it.
        let slack = if case.time == case.now { TOLERANCE_SECONDS } else { 0 };
        let is_new = case.time.seconds_since(this_update) <= slack;
        let covers = is_new || facts.next_update.is_some_and(|next| next >= case.time) || speaks_for_stamp(case, this_update);
        (!covers || is_too_old(case, step, this_update)).then(|| message().with("at", this_update))
    })
}

/// Of a time-stamp it is enough to know that its authority was in good standing when it stamped, unless the policy asks for more: whoever
/// checks it years later without a network has nothing newer.
fn speaks_for_stamp(case: &Case<'_>, this_update: Time) -> bool {
    let stamped = case.cms().and_then(|cms| cms.timestamp_time);
    !case.policy.asks_for_current_authorities() && stamped.is_some_and(|stamped| this_update >= stamped)
}

/// Whether the policy asks for a newer list: that holds for the signer's certificate, whose issuer publishes often.
fn is_too_old(case: &Case<'_>, step: &PathStep, this_update: Time) -> bool {
    let end = case.path().and_then(|path| path.steps.first()).is_some_and(|first| first.certificate == step.certificate);
    end && case.policy.max_list_age_seconds().is_some_and(|age| case.time.seconds_since(this_update) > age)
}
