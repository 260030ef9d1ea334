//! What is so about the document as a whole.

use super::{Case, Check, Outcome, Subject, found};
use crate::format::{DocumentFacts, SignatureFacts, SignatureKind};
use crate::message::{Message, id};
use crate::verify::facts::Facts;
use crate::verify::report::SubIndication;

pub(super) const ONLY_TIMESTAMPS: Check = Check::new(id::DOCUMENT_ONLY_TIMESTAMPS, "EN 319 102-1 5.4", only_timestamps)
    .uncertain(SubIndication::SigConstraintsFailure, id::SUMMARY_TIMESTAMP_ONLY)
    .of(Subject::Document)
    .core();

pub(super) const UNKNOWN: Check = Check::new(id::DOCUMENT_UNKNOWN_FINDING, "EN 319 102-1 5.2.8", found::unknown)
    .uncertain(SubIndication::SigConstraintsFailure, id::SUMMARY_UNKNOWN)
    .of(Subject::Document)
    .core();

pub(super) const NOT_DECRYPTED: Check = found::row(id::DOCUMENT_NOT_DECRYPTED, "ISO 32000-2 7.6.5")
    .uncertain(SubIndication::SignedDataNotFound, id::SUMMARY_ENCRYPTED)
    .of(Subject::Document)
    .core();

/// Whether the document could be read but for its strings and streams.
pub(super) fn is_not_decrypted(document: &DocumentFacts) -> bool {
    document.findings.iter().any(|finding| finding.id() == id::DOCUMENT_NOT_DECRYPTED)
}

pub(super) const ORPHAN: Check = Check::new(id::DOCUMENT_ORPHAN, "ISO 32000-2 12.7.5.5", orphan).of(Subject::Document).warns();

/// Whether a signature dictionary counts as a signature of the document: a field refers to it. Where the file had to be searched for its
/// parts, or could not be decrypted, fields may be lost or unreadable, and so every one counts.
pub(in crate::verify) fn counts(facts: &Facts, signature: &SignatureFacts) -> bool {
    const MAY_HIDE_FIELDS: [&str; 2] = [id::DOCUMENT_NOT_DECRYPTED, id::DOCUMENT_XREF_REBUILT];
    signature.field.is_some() || facts.document.findings.iter().any(|finding| MAY_HIDE_FIELDS.contains(&finding.id()))
}

fn only_timestamps(case: &Case<'_>, check: &Check) -> Outcome {
    let counted = || case.facts.document.signatures.iter().filter(|signature| counts(case.facts, signature));
    if counted().next().is_none() {
        return Outcome::NotApplicable;
    }
    if counted().any(|signature| signature.kind == SignatureKind::Signature) {
        return Outcome::Passed;
    }
    Outcome::failed(Message::new(check.id))
}

fn orphan(case: &Case<'_>, check: &Check) -> Outcome {
    let orphans = case.facts.document.signatures.iter().filter(|signature| !counts(case.facts, signature));
    match orphans.count() {
        0 => Outcome::Passed,
        count => Outcome::failed(Message::new(check.id).with("count", count)),
    }
}

/// Addresses of a certificate that were known to be wrong.
pub(super) const CORRECTED: Check = Check::new(id::NET_CORRECTED, "RFC 5280 4.2.2.1", corrected).of(Subject::Document).informs();

fn corrected(case: &Case<'_>, _check: &Check) -> Outcome {
    if case.facts.online { Outcome::failed_if_any(case.facts.corrections.clone()) } else { Outcome::NotApplicable }
}
