//! The path to an anchor, and its dates.

use super::{Case, Check, Outcome, Subject, called, is_anchor, name_of};
use crate::message::{Message, id};
use crate::trust::PathStep;
use crate::verify::report::SubIndication;

pub(super) const ANCHOR: Check = Check::new(id::CHAIN_ANCHOR, "RFC 5280 6.1, EN 319 102-1 5.2.6", anchor)
    .uncertain(SubIndication::NoCertificateChainFound, id::SUMMARY_ISSUER)
    .core();

pub(super) const IN_DATE: Check = Check::new(id::CERTIFICATE_IN_DATE, "RFC 5280 6.1.3 (a)(2), EN 319 102-1 5.2.6", in_date)
    .uncertain(SubIndication::OutOfBoundsNoPoe, id::SUMMARY_EXPIRED);

pub(super) const EXPIRED: Check = Check::new(id::CERTIFICATE_EXPIRED, "EN 319 102-1 5.2.6, 5.5.4", expired)
    .fails(SubIndication::Expired, id::SUMMARY_EXPIRED_BEFORE)
    .of(Subject::Signature);

pub(super) const TOO_EARLY: Check = Check::new(id::CERTIFICATE_TOO_EARLY, "EN 319 102-1 5.5.4", too_early)
    .fails(SubIndication::NotYetValid, id::SUMMARY_NOT_YET_VALID)
    .of(Subject::Signature);

pub(super) const NOT_YET_VALID: Check = Check::new(id::CERTIFICATE_NOT_YET_VALID, "RFC 5280 6.1.3 (a)(2)", not_yet_valid)
    .uncertain(SubIndication::OutOfBoundsNoPoe, id::SUMMARY_NOT_YET_VALID);

/// Whoever may not sign documents has signed none, whatever the key did. Vietnamese certificates say nothing of documents in their extended
/// key usage, so that is not asked.
pub(super) const KEY_USAGE: Check = Check::new(id::CERTIFICATE_KEY_USAGE, "RFC 5280 4.2.1.3", key_usage)
    .uncertain(SubIndication::ChainConstraintsFailure, id::SUMMARY_PATH)
    .of(Subject::Signature);

pub(super) const ISSUERS_IN_DATE: Check = Check::new(id::CHAIN_IN_DATE, "RFC 5280 6.1.3 (a)(2)", issuers_in_date)
    .uncertain(SubIndication::OutOfBoundsNoPoe, id::SUMMARY_ISSUER_EXPIRED);

// RFC 5280 6.1.1 (d): the dates of an anchor are no input of path validation; whoever pinned it should hear of them all the same.
pub(super) const ANCHOR_IN_DATE: Check = Check::new(id::CHAIN_ANCHOR_IN_DATE, "RFC 5280 6.1.1 (d)", anchor_in_date)
    .uncertain(SubIndication::OutOfBoundsNoPoe, id::SUMMARY_ISSUER_EXPIRED)
    .warns();

fn anchor(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(path) = case.path() else { return Outcome::NotApplicable };
    let Some(first) = path.steps.first() else { return Outcome::NotApplicable };
    if path.anchored {
        return Outcome::Passed;
    }
    let message = Message::new(id::CHAIN_ANCHOR).with("issuer", called(first.certificate.issuer()));
    Outcome::failed_if_any([message].into_iter().chain(path.rejected.iter().cloned()).collect())
}

fn in_date(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(signer) = case.cms().and_then(|cms| cms.signer.as_ref()) else { return Outcome::NotApplicable };
    if case.time <= signer.not_after() {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(id::CERTIFICATE_IN_DATE).with_day("from", signer.not_before()).with_day("until", signer.not_after()))
}

/// What was signed contains a time-stamp that was made when the certificate had run out.
fn expired(case: &Case<'_>, check: &Check) -> Outcome {
    let signer = case.cms().and_then(|cms| cms.signer.as_ref());
    let (Some(signer), Some(after)) = (signer, case.proof.and_then(|proof| proof.made_after)) else { return Outcome::NotApplicable };
    if after <= signer.not_after() {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(check.id).with_day("until", signer.not_after()).with("at", after))
}

/// A time-stamp proves that the signature existed before the certificate did.
fn too_early(case: &Case<'_>, check: &Check) -> Outcome {
    let signer = case.cms().and_then(|cms| cms.signer.as_ref());
    let (Some(signer), Some(proven)) = (signer, case.proven()) else { return Outcome::NotApplicable };
    if proven >= signer.not_before() {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(check.id).with_day("from", signer.not_before()).with("at", proven))
}

fn not_yet_valid(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(signer) = case.cms().and_then(|cms| cms.signer.as_ref()) else { return Outcome::NotApplicable };
    if case.time >= signer.not_before() {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(id::CERTIFICATE_NOT_YET_VALID).with_day("from", signer.not_before()).with("at", case.time))
}

fn key_usage(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(signer) = case.cms().and_then(|cms| cms.signer.as_ref()) else { return Outcome::NotApplicable };
    // Without the extension every use is allowed.
    let usage = signer.extensions().key_usage;
    if usage.is_none_or(|usage| usage.digital_signature || usage.non_repudiation) {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(check.id).with("certificate", name_of(signer)))
}

/// Issuers that lead to no anchor prove nothing, in date or not.
fn issuers_in_date(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(path) = case.path().filter(|path| path.anchored) else { return Outcome::NotApplicable };
    let issuers = path.steps.iter().enumerate().filter(|(index, _)| *index > 0 && !is_anchor(path, *index));
    Outcome::failed_if_any(issuers.filter_map(|(_, step)| out_of_date(case, step, id::CHAIN_IN_DATE)).collect())
}

fn anchor_in_date(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(path) = case.path().filter(|path| path.anchored) else { return Outcome::NotApplicable };
    // Where the signer's certificate is the anchor, its own dates have been said.
    let anchor = path.steps.last().filter(|_| path.steps.len() > 1);
    Outcome::failed_if_any(anchor.and_then(|step| out_of_date(case, step, id::CHAIN_ANCHOR_IN_DATE)).into_iter().collect())
}

fn out_of_date(case: &Case<'_>, step: &PathStep, id: &'static str) -> Option<Message> {
    let certificate = &step.certificate;
    let out = case.time < certificate.not_before() || case.time > certificate.not_after();
    out.then(|| {
        let message = Message::new(id).with("name", name_of(certificate));
        message.with_day("from", certificate.not_before()).with_day("until", certificate.not_after())
    })
}
