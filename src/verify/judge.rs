//! Judges facts: pure.
//!
//! Every check runs. A signature FAILED where a check of severity `fail` says so, else it is INDETERMINATE where one says so, else PASSED; and
//! it is never PASSED while a core check did not pass. The reasons are ordered by weight, then by the table of checks; the first one leads.

use super::checks::{self, CHECKS, Case, Check, Outcome, Standing, Subject};
use super::past::{Proof, Proofs};
use super::report::{
    Added, AsOfNow, CertificateStatus, CheckResult, Checked, Covers, LaterChanges, Report, Severity, SignatureReport, SignerReport,
    SigningTime, StatusReport, SubIndication, Verdict, Why,
};
use super::{Facts, Policy, level};
use crate::cms::{CmsFacts, Match, ReferenceMatch};
use crate::format::{Change, ChangeLevel, SignatureFacts, SignatureKind};
use crate::message::{Message, id};
use crate::time::Time;
use crate::trust::{PathFacts, RevocationFacts};

/// Judges `facts` under `policy` at `time`.
///
/// Each signature is judged as of the earliest time at which time-stamps that hold themselves prove that it existed, and, for a second verdict,
/// as of `time`. What signers claim is shown as claimed and decides nothing.
#[must_use]
pub fn judge(facts: &Facts, policy: &Policy, time: Time) -> Report {
    let document = &facts.document;
    let proofs = Proofs::of(facts, policy, time);
    let one = |(index, found)| signature(facts, policy, time, (index, found), &proofs.at(index));
    let signatures: Vec<SignatureReport> = document.signatures.iter().enumerate().map(one).collect();
    let judged = run(&Case::of_document(facts, policy, time), |check| check.subject == Subject::Document);
    Report {
        name: facts.name.clone(),
        format: document.format.clone(),
        bytes: document.bytes,
        sha256: document.sha256.clone(),
        pages: document.pages,
        gathered_at: facts.time,
        time,
        policy: policy.id().to_owned(),
        trust: facts.trust.clone(),
        online: facts.online,
        verdict: whole(&signatures, judged.verdict),
        signatures,
        why: judged.why,
    }
}

/// The verdict on the document: the worst of its signatures and of what is so about the document itself.
///
/// A document time-stamp that failed counts as well, for it says that what it covers is not what was stamped. One that is uncertain does
/// so where it is shown on a page, for then nobody answers for what it shows; else no signature rests on it.
fn whole(signatures: &[SignatureReport], document: Verdict) -> Verdict {
    let counted = || signatures.iter().filter(|report| report.counted);
    if counted().next().is_none() {
        return Verdict::Unsigned;
    }
    let decides =
        |report: &&SignatureReport| report.kind == SignatureKind::Signature || report.verdict == Verdict::Failed || report.place.is_some();
    let verdicts = counted().filter(decides);
    verdicts.map(|report| report.verdict).fold(document, Verdict::worse)
}

/// What the checks say together.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    reason: Option<SubIndication>,
    pub(super) why: Vec<Why>,
    checks: Vec<Checked>,
}

/// One reason with what it does to the verdict.
struct Weighed {
    verdict: Verdict,
    reason: SubIndication,
    why: Why,
}

/// Runs the checks that `concerns` picks.
pub(super) fn run(case: &Case<'_>, concerns: impl Fn(&Check) -> bool) -> Judged {
    let mut weighed = Vec::new();
    let mut checked = Vec::new();
    let mut proven = true;
    for check in CHECKS.iter().filter(|check| concerns(check)) {
        let severity = case.policy.severity(check);
        let (result, verdict, messages) = match (check.run)(case, check) {
            Outcome::Failed(messages) => (CheckResult::Failed, check.verdict, messages),
            Outcome::NotApplicable => (CheckResult::NotApplicable, Verdict::Passed, Vec::new()),
            Outcome::Passed => (CheckResult::Passed, Verdict::Passed, Vec::new()),
            Outcome::Unknown(messages) => (CheckResult::Unknown, Verdict::Indeterminate, messages),
        };
        // Of a document without time-stamps or signatures there is nothing to prove.
        proven &= !check.core || result == CheckResult::Passed || check.subject == Subject::Document;
        let verdict = if severity == Severity::Fail { verdict } else { Verdict::Passed };
        let reason = if result == CheckResult::Unknown { uncertain(check.reason) } else { check.reason };
        weighed.extend(messages.into_iter().map(|message| Weighed { verdict, reason, why: Why { message, severity, check: check.id } }));
        checked.push(Checked { id: check.id, result, severity });
    }
    if !proven && weighed.iter().all(|one| one.verdict == Verdict::Passed) {
        weighed.push(not_proven());
    }
    weighed.sort_by_key(weight);
    let lead = weighed.first().filter(|one| one.verdict != Verdict::Passed);
    Judged {
        verdict: lead.map_or(Verdict::Passed, |one| one.verdict),
        reason: lead.map(|one| one.reason),
        why: weighed.into_iter().map(|one| one.why).collect(),
        checks: checked,
    }
}

/// What FAILED first, then what is INDETERMINATE, then warnings, then notes; the order of the table is kept within each.
fn weight(one: &Weighed) -> u8 {
    match (one.verdict, one.why.severity) {
        (Verdict::Failed, _) => 0,
        (Verdict::Indeterminate, _) => 1,
        (_, Severity::Fail | Severity::Warn) => 2,
        (_, Severity::Info) => 3,
    }
}

/// The reason of INDETERMINATE where a check that would say FAILED could not find out.
const fn uncertain(reason: SubIndication) -> SubIndication {
    match reason {
        SubIndication::FormatFailure | SubIndication::HashFailure => SubIndication::SignedDataNotFound,
        SubIndication::SigCryptoFailure => SubIndication::CryptoConstraintsFailureNoPoe,
        other => other,
    }
}

/// The facts lack what a verdict of PASSED rests on, and nobody says why.
fn not_proven() -> Weighed {
    let why = Why { message: Message::new(id::REPORT_NOT_PROVEN), severity: Severity::Fail, check: id::REPORT_NOT_PROVEN };
    Weighed { verdict: Verdict::Indeterminate, reason: SubIndication::SignedDataNotFound, why }
}

fn signature(all: &Facts, policy: &Policy, now: Time, (index, facts): (usize, &SignatureFacts), proof: &Proof) -> SignatureReport {
    let case = Case::of_signature(all, policy, now, (index, facts), Some(proof));
    let judged = run(&case, |check| check.concerns(facts.kind));
    let as_of_now = (case.time < now).then(|| {
        let judged = run(&Case::of_signature(all, policy, now, (index, facts), None), |check| check.concerns(facts.kind));
        AsOfNow { verdict: judged.verdict, sub_indication: judged.reason, why: judged.why.into_iter().next() }
    });
    let path = case.path();
    let status = path.and_then(|path| path.steps.first()).and_then(|step| step.revocation.as_ref());
    let signer = signer(facts, path, case.time);
    SignatureReport {
        number: index.saturating_add(1),
        counted: checks::counts(all, facts),
        kind: facts.kind,
        field: facts.field.clone(),
        sub_filter: facts.sub_filter.clone(),
        level: level::found(&case),
        lacks: level::lacks(&case),
        horizon: level::horizon(&case).filter(|_| judged.verdict == Verdict::Passed),
        as_of_now,
        verdict: judged.verdict,
        sub_indication: judged.reason,
        time: signing_time(facts, &signer, proof),
        signer,
        status: status_report(status, case.time),
        covers: covers(facts),
        added: added_changes(facts),
        place: facts.place,
        reason: facts.reason.clone(),
        location: facts.location.clone(),
        algorithm: facts.cms.as_ref().and_then(algorithm),
        why: judged.why,
        checks: judged.checks,
    }
}

fn algorithm(cms: &CmsFacts) -> Option<String> {
    match cms.algorithm {
        Some(algorithm) => Some(algorithm.name()),
        None => (!cms.algorithm_text.is_empty()).then(|| cms.algorithm_text.clone()),
    }
}

/// Who signed. Names are proven where the content and the value fit, and the certificate leads to an anchor by a path without a flaw.
fn signer(facts: &SignatureFacts, path: Option<&PathFacts>, time: Time) -> SignerReport {
    let Some(cms) = &facts.cms else { return claimed_signer(facts) };
    let Some(certificate) = &cms.signer else { return claimed_signer(facts) };
    let subject = certificate.subject();
    let anchor = path.filter(|path| path.anchored).and_then(|path| path.steps.last()).map(|step| &step.certificate);
    let fits = cms.value == Match::Matches && cms.content != Match::Differs && cms.signing_certificate != ReferenceMatch::Differs;
    let holds = path.is_some_and(|path| {
        path.anchored && path.problems.is_empty() && path.steps.iter().all(|step| !revoked(step.revocation.as_ref(), time))
    });
    SignerReport {
        proven: fits && holds,
        name: subject.display_name().map(str::to_owned),
        organization: subject.organization().or_else(|| subject.values("OU").first().copied()).map(str::to_owned),
        title: subject.title().map(str::to_owned),
        certificate: Some(certificate.clone()),
        anchor: anchor.cloned(),
        pinned: path.is_some_and(|path| path.anchored && path.steps.len() == 1),
    }
}

/// Without a certificate there is the name in the signature dictionary, which anybody can write.
fn claimed_signer(facts: &SignatureFacts) -> SignerReport {
    SignerReport { name: facts.name.clone(), ..SignerReport::default() }
}

fn revoked(facts: Option<&RevocationFacts>, time: Time) -> bool {
    matches!(checks::standing(facts, time), Standing::Revoked(_))
}

fn signing_time(facts: &SignatureFacts, signer: &SignerReport, proof: &Proof) -> SigningTime {
    let token = facts.cms.as_ref().and_then(|cms| cms.timestamp_time);
    if let (SignatureKind::DocumentTimestamp, Some(at)) = (facts.kind, token) {
        return SigningTime::Timestamp { at, by: signer.name.clone() };
    }
    if let (SignatureKind::Signature, Some(existed)) = (facts.kind, &proof.existed) {
        return SigningTime::Timestamp { at: existed.time, by: existed.by.clone() };
    }
    match checks::claimed(facts) {
        Some((at, zone)) => SigningTime::Claimed { at, zone },
        None => SigningTime::None,
    }
}

fn status_report(facts: Option<&RevocationFacts>, time: Time) -> StatusReport {
    let status = match checks::standing(facts, time) {
        Standing::Good(_) => CertificateStatus::Good,
        Standing::OnHold(_) | Standing::Revoked(_) => CertificateStatus::Revoked,
        Standing::Unknown if facts.is_some_and(|facts| !facts.rejected.is_empty()) => CertificateStatus::Unknown,
        Standing::Unknown => CertificateStatus::NotChecked,
    };
    let known = facts.filter(|_| matches!(status, CertificateStatus::Good | CertificateStatus::Revoked));
    let source = known.and_then(|facts| facts.source);
    StatusReport {
        status,
        source,
        this_update: known.and_then(|facts| facts.this_update),
        revoked_at: known.and_then(|facts| facts.revoked_at),
    }
}

fn covers(facts: &SignatureFacts) -> Covers {
    let later = checks::later_state(facts);
    Covers {
        revision: facts.coverage.revision,
        of: facts.coverage.revisions,
        whole: facts.coverage.whole_file,
        later,
        added: added(facts, later),
    }
}

/// What allowed changes added. Where no change is kept, anything of the level may be there.
fn added(facts: &SignatureFacts, later: LaterChanges) -> Added {
    if later != LaterChanges::Allowed {
        return Added::Nothing;
    }
    let kind = |change: &Change| match change.level {
        ChangeLevel::Nothing => Added::Nothing,
        ChangeLevel::LongTermData => Added::LongTermData,
        _ if SIGNING.contains(&change.message.id()) => Added::Signatures,
        _ => Added::Other,
    };
    let level = if facts.later.level <= Some(ChangeLevel::LongTermData) { Added::LongTermData } else { Added::Other };
    facts.later.changes.iter().map(kind).max().unwrap_or(level)
}

/// The allowed changes that a reader may see, without signatures: those are listed by themselves.
fn added_changes(facts: &SignatureFacts) -> Vec<Change> {
    if checks::later_state(facts) != LaterChanges::Allowed {
        return Vec::new();
    }
    let is_visible = |change: &&Change| change.level > ChangeLevel::LongTermData && !SIGNING.contains(&change.message.id());
    facts.later.changes.iter().filter(is_visible).cloned().collect()
}

/// What signing brings along, besides data for checking it in the future.
const SIGNING: &[&str] =
    &[id::LATER_CERTIFIED, id::LATER_FORM_DEFAULTS, id::LATER_SIGNATURE_ADDED, id::LATER_SIGNATURE_FIELD_ADDED, id::LATER_STRUCTURE];
