//! What was signed, with what value, and by whom.

use super::found::found;
use super::{Case, Check, Outcome, Subject, find};
use crate::cms::{CmsFacts, Match, ReferenceMatch};
use crate::format::SignatureFacts;
use crate::message::{Message, id};
use crate::verify::level;
use crate::verify::report::{Severity, SubIndication};

pub(super) const NOT_SIGNED: Check = Check::new(id::FORMAT_NOT_SIGNED, "ISO 32000-2 12.8.1, EN 319 102-1 5.2.2", not_signed)
    .fails(SubIndication::FormatFailure, id::SUMMARY_NOT_SIGNED)
    .core();

pub(super) const DIGEST: Check = Check::new(id::CONTENT_DIGEST, "EN 319 102-1 5.2.7, RFC 5652 11.2", digest)
    .fails(SubIndication::HashFailure, id::SUMMARY_BROKEN)
    .core();

pub(super) const VALUE: Check =
    Check::new(id::CMS_VALUE, "EN 319 102-1 5.2.7, RFC 5652 5.6", value).fails(SubIndication::SigCryptoFailure, id::SUMMARY_VALUE).core();

pub(super) const REFERENCE: Check = Check::new(id::CMS_REFERENCE_DIFFERS, "EN 319 102-1 5.2.3, RFC 5035", reference)
    .fails(SubIndication::SigCryptoFailure, id::SUMMARY_VALUE)
    .core();

pub(super) const REVISION: Check =
    Check::new(id::COVERAGE_REVISION, "ISO 32000-2 7.5.6", revision).fails(SubIndication::FormatFailure, id::SUMMARY_COVERAGE).core();

pub(super) const READABLE: Check =
    Check::new(id::CMS_READABLE, "RFC 5652 5.1", readable).fails(SubIndication::FormatFailure, id::SUMMARY_FORMAT).core();

pub(super) const SIGNER: Check = Check::new(id::CMS_SIGNER_CERTIFICATE, "EN 319 102-1 5.2.3", signer)
    .uncertain(SubIndication::NoSigningCertificateFound, id::SUMMARY_SIGNER)
    .core();

pub(super) const LEGACY: Check = Check::new(id::FORMAT_LEGACY, "ISO 32000-2 12.8.3, table 260", legacy).of(Subject::Signature).warns();

pub(super) const REQUIRED_REFERENCE: Check =
    Check::new(id::CMS_REFERENCE_REQUIRED, "EN 319 142-1 5.3 and 6.3, RFC 5816 2.2.1", required_reference)
        .uncertain(SubIndication::SigConstraintsFailure, id::SUMMARY_CONSTRAINTS);

pub(super) const LEAST_LEVEL: Check = Check::new(id::LEVEL_LEAST, "EN 319 142-1 6.1", least_level)
    .uncertain(SubIndication::SigConstraintsFailure, id::SUMMARY_LEVEL)
    .of(Subject::Signature);

pub(super) const SIGNED_REFERENCE: Check = Check::new(id::CMS_REFERENCE_ABSENT, "EN 319 142-1 6.3, RFC 5035", signed_reference)
    .uncertain(SubIndication::SigConstraintsFailure, id::SUMMARY_CONSTRAINTS)
    .warns();

/// Whether the signature has the level that the policy asks for.
fn least_level(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(least) = case.policy.least_level() else { return Outcome::NotApplicable };
    let found = level::found(case);
    let rank = |name: &str| level::NAMES.iter().position(|known| *known == name);
    if found.and_then(rank) >= rank(least) {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(check.id).with("least", least).with("level", found.unwrap_or("–")))
}

/// A place that was made ready for a signature which never came is no signature, whatever else may be said of it.
fn not_signed(case: &Case<'_>, check: &Check) -> Outcome {
    match found(case, check) {
        Outcome::Passed if case.signature().is_some_and(|signature| signature.unsigned) => Outcome::failed(Message::new(check.id)),
        outcome => outcome,
    }
}

/// ISO 32000-2 12.8.3 calls these kinds deprecated: they are checked, and said.
fn legacy(case: &Case<'_>, check: &Check) -> Outcome {
    match case.signature().and_then(|signature| signature.sub_filter.as_deref()) {
        Some(kind @ ("adbe.pkcs7.sha1" | "adbe.x509.rsa_sha1")) => Outcome::failed(Message::new(check.id).with("kind", kind)),
        Some(_) => Outcome::Passed,
        None => Outcome::NotApplicable,
    }
}

fn digest(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(cms) = case.cms() else { return Outcome::NotApplicable };
    match (cms.content, cms.value) {
        // RFC 3161: the imprint of a token is what the content is compared with; that it differs is said by a row of its own.
        (Match::Differs, _) if cms.findings.iter().any(|finding| finding.id() == id::CMS_TIMESTAMP_IMPRINT) => Outcome::NotApplicable,
        (Match::Differs, _) => Outcome::failed(Message::new(id::CONTENT_DIGEST)),
        (Match::Matches, _) => Outcome::Passed,
        // RFC 5652 5.4: without signed attributes the value itself is over the content.
        (Match::Unchecked, Match::Matches) if !cms.signed_attributes => Outcome::Passed,
        // Whatever kept it from being compared is said by another row.
        (Match::Unchecked, _) if is_explained(cms) => Outcome::NotApplicable,
        (Match::Unchecked, _) => Outcome::unknown(Message::new(id::CONTENT_UNCHECKED)),
    }
}

fn value(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(cms) = case.cms() else { return Outcome::NotApplicable };
    match cms.value {
        Match::Differs => Outcome::failed(Message::new(id::CMS_VALUE)),
        Match::Matches => Outcome::Passed,
        Match::Unchecked if cms.signer.is_none() || is_explained(cms) => Outcome::NotApplicable,
        Match::Unchecked => Outcome::unknown(Message::new(id::CMS_VALUE_UNCHECKED)),
    }
}

/// Whether a finding that decides a verdict says why something could not be checked.
fn is_explained(cms: &CmsFacts) -> bool {
    cms.findings.iter().any(|finding| find(finding.id()).is_some_and(|row| row.severity == Severity::Fail))
}

fn reference(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(cms) = case.cms() else { return Outcome::NotApplicable };
    match cms.signing_certificate {
        ReferenceMatch::Differs => Outcome::failed(Message::new(id::CMS_REFERENCE_DIFFERS)),
        // Nothing is claimed, so nothing is claimed falsely: whether that is enough is another row.
        ReferenceMatch::Absent | ReferenceMatch::Matches => Outcome::Passed,
    }
}

/// The kinds of ETSI promise the reference; without it, the certificate may have been exchanged for another with the same key.
fn required_reference(case: &Case<'_>, check: &Check) -> Outcome {
    if is_reference_required(case) { has_reference(case, check) } else { Outcome::NotApplicable }
}

/// The older kinds do not ask for the reference.
fn signed_reference(case: &Case<'_>, check: &Check) -> Outcome {
    if is_reference_required(case) { Outcome::NotApplicable } else { has_reference(case, check) }
}

fn is_reference_required(case: &Case<'_>) -> bool {
    case.signature().and_then(|signature| signature.sub_filter.as_deref()).is_some_and(|kind| kind.starts_with("ETSI."))
}

fn has_reference(case: &Case<'_>, check: &Check) -> Outcome {
    match case.cms() {
        Some(cms) if cms.signed_attributes && cms.signing_certificate == ReferenceMatch::Absent => Outcome::failed(Message::new(check.id)),
        Some(cms) if cms.signed_attributes => Outcome::Passed,
        // Without signed attributes there is no place for it; that is another row.
        _ => Outcome::NotApplicable,
    }
}

fn revision(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(signature) = case.signature().filter(|signature| !signature.unsigned) else { return Outcome::NotApplicable };
    match (found(case, check), signature.coverage.revision) {
        // Without a proper range there is nothing that could be a revision; that is said by the rows of the range.
        (Outcome::Passed, None) if case.findings().any(|finding| finding.id().starts_with("coverage.")) => Outcome::NotApplicable,
        (Outcome::Passed, None) => Outcome::failed(Message::new(id::COVERAGE_REVISION).with("end", signed_end(signature))),
        (outcome, _) => outcome,
    }
}

/// The offset behind the last signed byte, as far as the range says one.
fn signed_end(signature: &SignatureFacts) -> i64 {
    match signature.coverage.byte_range.as_slice() {
        [.., start, length] => start.saturating_add(*length),
        _ => 0,
    }
}

fn readable(case: &Case<'_>, check: &Check) -> Outcome {
    match (case.cms(), found(case, check)) {
        (Some(_), Outcome::NotApplicable) => Outcome::Passed,
        // Whatever kept it from being read is said by another row.
        (None, Outcome::Passed) => Outcome::NotApplicable,
        (_, outcome) => outcome,
    }
}

fn signer(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(cms) = case.cms() else { return Outcome::NotApplicable };
    match found(case, check) {
        Outcome::Passed if cms.signer.is_none() => Outcome::failed(Message::new(id::CMS_SIGNER_CERTIFICATE)),
        outcome => outcome,
    }
}
