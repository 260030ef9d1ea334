//! What was signed, with what value, and by whom.

use super::found::found;
use super::{Case, Check, Outcome};
use crate::cms::{Match, ReferenceMatch};
use crate::message::{Message, id};
use crate::verify::report::SubIndication;

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

pub(super) const SIGNED_REFERENCE: Check = Check::new(id::CMS_REFERENCE_ABSENT, "EN 319 142-1 6.3, RFC 5035", signed_reference)
    .uncertain(SubIndication::SigConstraintsFailure, id::SUMMARY_CONSTRAINTS)
    .warns();

fn digest(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(cms) = case.cms() else { return Outcome::NotApplicable };
    match (cms.content, cms.value) {
        (Match::Differs, _) => Outcome::failed(Message::new(id::CONTENT_DIGEST)),
        (Match::Matches, _) => Outcome::Passed,
        // RFC 5652 5.4: without signed attributes the value itself is over the content.
        (Match::Unchecked, Match::Matches) if !cms.signed_attributes => Outcome::Passed,
        (Match::Unchecked, _) => Outcome::unknown(Message::new(id::CONTENT_UNCHECKED)),
    }
}

fn value(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(cms) = case.cms() else { return Outcome::NotApplicable };
    match cms.value {
        Match::Differs => Outcome::failed(Message::new(id::CMS_VALUE)),
        Match::Matches => Outcome::Passed,
        // Said by the check of the certificate.
        Match::Unchecked if cms.signer.is_none() => Outcome::NotApplicable,
        Match::Unchecked => Outcome::unknown(Message::new(id::CMS_VALUE_UNCHECKED)),
    }
}

fn reference(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(cms) = case.cms() else { return Outcome::NotApplicable };
    match cms.signing_certificate {
        ReferenceMatch::Differs => Outcome::failed(Message::new(id::CMS_REFERENCE_DIFFERS)),
        // Nothing is claimed, so nothing is claimed falsely: whether that is enough is another row.
        ReferenceMatch::Absent | ReferenceMatch::Matches => Outcome::Passed,
    }
}

fn signed_reference(case: &Case<'_>, _check: &Check) -> Outcome {
    match case.cms() {
        Some(cms) if cms.signed_attributes && cms.signing_certificate == ReferenceMatch::Absent => {
            Outcome::failed(Message::new(id::CMS_REFERENCE_ABSENT))
        }
        Some(cms) if cms.signed_attributes => Outcome::Passed,
        // Without signed attributes there is no place for it; that is another row.
        _ => Outcome::NotApplicable,
    }
}

fn revision(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(signature) = case.signature() else { return Outcome::NotApplicable };
    match (found(case, check), signature.coverage.revision) {
        (Outcome::Passed, None) => Outcome::failed(Message::new(id::COVERAGE_REVISION)),
        (outcome, _) => outcome,
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
