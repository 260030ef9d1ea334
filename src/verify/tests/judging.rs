//! One thing is wrong at a time, and the verdict follows.

use std::collections::BTreeSet;

use super::*;
use crate::trust::PathProblem;
use crate::verify::checks::{CHECKS, Check, Subject};
use crate::verify::report::SubIndication as S;
use crate::verify::report::{CheckResult, LaterChanges, Severity, SubIndication, Verdict};
use crate::verify::{Policy, Report, judge};

fn basic(facts: &Facts) -> Report {
    judge(facts, &Policy::basic(), noon())
}

/// The verdict on the first signature, the reason, and the id that leads.
fn verdict(facts: &Facts) -> (Verdict, Option<SubIndication>, Option<String>) {
    let report = basic(facts);
    let signature = &report.signatures()[0];
    let lead = signature.why().first().filter(|why| why.severity == Severity::Fail).map(|why| why.message.id().to_owned());
    (signature.verdict(), signature.sub_indication(), lead)
}

#[test]
fn a_signature_that_nothing_is_wrong_with_passes() {
    let report = basic(&perfect());
    assert_eq!(report.verdict(), Verdict::Passed);
    assert_eq!(report.exit_code(), 0);
    assert_eq!(report.why(), []);
    let signature = &report.signatures()[0];
    assert_eq!(signature.why(), []);
    assert_eq!(signature.level(), Some("B-B"));
    assert_eq!(signature.signer().name.as_deref(), Some("Nguyễn Văn A"));
    assert!(signature.signer().proven);
    let not_passed: Vec<_> = signature.checks().iter().filter(|checked| checked.result == CheckResult::Failed).collect();
    assert_eq!(not_passed, Vec::<&_>::new());
}

struct Case {
    check: &'static str,
    change: fn(&mut Facts),
    verdict: Verdict,
    reason: Option<SubIndication>,
    /// The id of the leading message; that of the check unless said otherwise.
    lead: Option<&'static str>,
}

const fn case(check: &'static str, change: fn(&mut Facts), verdict: Verdict, reason: Option<SubIndication>) -> Case {
    Case { check, change, verdict, reason, lead: Some(check) }
}

const fn led(
    check: &'static str,
    change: fn(&mut Facts),
    verdict: Verdict,
    reason: Option<SubIndication>,
    lead: Option<&'static str>,
) -> Case {
    Case { check, change, verdict, reason, lead }
}

const FAILED: Verdict = Verdict::Failed;
const UNCERTAIN: Verdict = Verdict::Indeterminate;
const PASSED: Verdict = Verdict::Passed;

/// What is computed from facts; findings have a test of their own.
const CASES: &[Case] = &[
    case("content.digest", |facts| first_cms(facts).content = Match::Differs, FAILED, Some(S::HashFailure)),
    led(
        "content.digest",
        |facts| first_cms(facts).content = Match::Unchecked,
        UNCERTAIN,
        Some(S::SignedDataNotFound),
        Some("content.unchecked"),
    ),
    case("format.not_signed", |facts| first(facts).unsigned = true, FAILED, Some(S::FormatFailure)),
    case("cms.value", |facts| first_cms(facts).value = Match::Differs, FAILED, Some(S::SigCryptoFailure)),
    led(
        "cms.value",
        |facts| first_cms(facts).value = Match::Unchecked,
        UNCERTAIN,
        Some(S::CryptoConstraintsFailureNoPoe),
        Some("cms.value_unchecked"),
    ),
    case(
        "cms.reference_differs",
        |facts| first_cms(facts).signing_certificate = ReferenceMatch::Differs,
        FAILED,
        Some(S::SigCryptoFailure),
    ),
    case(
        "cms.reference_required",
        |facts| first_cms(facts).signing_certificate = ReferenceMatch::Absent,
        UNCERTAIN,
        Some(S::SigConstraintsFailure),
    ),
    led(
        "cms.reference_absent",
        |facts| {
            first(facts).sub_filter = Some("adbe.pkcs7.detached".to_owned());
            first_cms(facts).signing_certificate = ReferenceMatch::Absent;
        },
        PASSED,
        None,
        None,
    ),
    case("coverage.revision", |facts| first(facts).coverage.revision = None, FAILED, Some(S::FormatFailure)),
    led("later.changes", changed_page, FAILED, Some(S::SigConstraintsFailure), Some("later.page_content")),
    led("later.changes", |facts| first(facts).later.level = None, FAILED, Some(S::SigConstraintsFailure), Some("later.unreadable")),
    case("later.changes", |facts| first(facts).later.level = Some(ChangeLevel::Annotations), FAILED, Some(S::SigConstraintsFailure)),
    // A level that a signature claims to allow does not make everything else allowed.
    case(
        "later.changes",
        |facts| first(facts).later = Later { level: Some(ChangeLevel::Other), allowed: ChangeLevel::Other, changes: Vec::new() },
        FAILED,
        Some(S::SigConstraintsFailure),
    ),
    case(
        "cms.readable",
        |facts| {
            first(facts).cms = None;
            first(facts).findings.push(Message::new(id::CMS_READABLE).with("offset", 0_u64));
            facts.signers[0].path = None;
        },
        FAILED,
        Some(S::FormatFailure),
    ),
    // What explains that something was not checked leads, not that it was not.
    led(
        "cms.value",
        |facts| {
            first_cms(facts).value = Match::Unchecked;
            first_cms(facts).content = Match::Unchecked;
            first_cms(facts).findings.push(Message::new(id::CMS_ALGORITHM_UNSUPPORTED));
        },
        UNCERTAIN,
        Some(S::CryptoConstraintsFailureNoPoe),
        Some("cms.algorithm_unsupported"),
    ),
    // Nobody says why there are no facts: then there is no verdict of PASSED all the same.
    led(
        "cms.readable",
        |facts| {
            first(facts).cms = None;
            facts.signers[0].path = None;
        },
        UNCERTAIN,
        Some(S::SignedDataNotFound),
        Some("report.not_proven"),
    ),
    case(
        "report.unknown_finding",
        |facts| first(facts).findings.push(serde_json::from_str(r#"{"id":"format.of_the_future"}"#).unwrap()),
        UNCERTAIN,
        Some(S::SigConstraintsFailure),
    ),
    case(
        "report.unknown_finding",
        |facts| first_cms(facts).findings.push(serde_json::from_str(r#"{"id":"cms.of_the_future"}"#).unwrap()),
        UNCERTAIN,
        Some(S::SigConstraintsFailure),
    ),
    case(
        "cms.signer_certificate",
        |facts| {
            first_cms(facts).signer = None;
            first_cms(facts).value = Match::Unchecked;
            facts.signers[0].path = None;
        },
        UNCERTAIN,
        Some(S::NoSigningCertificateFound),
    ),
    case("chain.anchor", unknown_issuer, UNCERTAIN, Some(S::NoCertificateChainFound)),
    led("chain.anchor", |facts| first_path(facts).steps.clear(), UNCERTAIN, Some(S::SignedDataNotFound), Some("report.not_proven")),
    case("revocation.revoked", |facts| first_path(facts).steps[0].revocation = Some(revoked()), UNCERTAIN, Some(S::RevokedNoPoe)),
    case(
        "revocation.revoked",
        |facts| first_path(facts).steps[0].revocation = Some(RevocationFacts { revoked_at: None, ..revoked() }),
        UNCERTAIN,
        Some(S::RevokedNoPoe),
    ),
    case("revocation.ca_revoked", |facts| first_path(facts).steps[1].revocation = Some(revoked()), UNCERTAIN, Some(S::RevokedCaNoPoe)),
    case(
        "revocation.on_hold",
        |facts| first_path(facts).steps[0].revocation = Some(RevocationFacts { reason: Some(6), ..revoked() }),
        UNCERTAIN,
        Some(S::TryLater),
    ),
    case("certificate.in_date", expired, UNCERTAIN, Some(S::OutOfBoundsNoPoe)),
    case("certificate.key_usage", |facts| *facts = signed_by("wrong-usage"), UNCERTAIN, Some(S::ChainConstraintsFailure)),
    case("certificate.not_yet_valid", |facts| *facts = signed_by("future"), UNCERTAIN, Some(S::OutOfBoundsNoPoe)),
    case("chain.in_date", |facts| first_path(facts).steps[1].certificate = certificate("expired"), UNCERTAIN, Some(S::OutOfBoundsNoPoe)),
    led("chain.anchor_in_date", |facts| first_path(facts).steps[2].certificate = certificate("expired"), PASSED, None, None),
    case("revocation.not_checked", |facts| first_path(facts).steps[0].revocation = None, UNCERTAIN, Some(S::TryLater)),
    case("revocation.not_checked", |facts| first_status(facts).status = RevocationStatus::Unknown, UNCERTAIN, Some(S::TryLater)),
    case("revocation.not_checked", |facts| first_path(facts).steps[1].revocation = None, UNCERTAIN, Some(S::TryLater)),
    case("revocation.fresh", |facts| made_at(facts, "2026-11-23T09:25:04Z", Some("2026-11-23T09:30:04Z")), UNCERTAIN, Some(S::TryLater)),
    case("revocation.fresh", |facts| made_at(facts, "2026-11-23T09:25:04Z", None), UNCERTAIN, Some(S::TryLater)),
    case("revocation.fresh", |facts| first_status(facts).this_update = None, UNCERTAIN, Some(S::TryLater)),
    case(
        "algorithm.revocation",
        |facts| first_status(facts).signature_algorithm = Some(SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha1 }),
        UNCERTAIN,
        Some(S::CryptoConstraintsFailureNoPoe),
    ),
    case(
        "algorithm.digest",
        |facts| first_cms(facts).content_digest_algorithm = Some(DigestAlgorithm::Sha1),
        UNCERTAIN,
        Some(S::CryptoConstraintsFailureNoPoe),
    ),
    case(
        "algorithm.digest",
        |facts| first_cms(facts).algorithm = Some(SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Md5 }),
        UNCERTAIN,
        Some(S::CryptoConstraintsFailureNoPoe),
    ),
    led(
        "later.painted_over",
        |facts| {
            changed(facts, ChangeLevel::FormFilling, Message::new("later.signature_added").with("field", "Office").with("page", 1_u64));
            first(facts).later.changes[0].covers = true;
        },
        PASSED,
        None,
        None,
    ),
    led("format.legacy", |facts| first(facts).sub_filter = Some("adbe.pkcs7.sha1".to_owned()), PASSED, None, None),
    led(
        "time.outside_certificate",
        |facts| first(facts).claimed_time.as_mut().unwrap().time = at("2024-12-31T23:59:59Z"),
        PASSED,
        None,
        None,
    ),
    led("time.in_future", |facts| first(facts).claimed_time.as_mut().unwrap().time = at("2026-11-23T09:36:00Z"), PASSED, None, None),
];

/// The status of the signer is from a list of this time, good until the other.
fn made_at(facts: &mut Facts, this_update: &str, next_update: Option<&str>) {
    let status = first_status(facts);
    (status.this_update, status.next_update) = (Some(at(this_update)), next_update.map(at));
}

#[test]
fn an_answer_of_a_moment_ago_is_new() {
    let mut facts = perfect();
    made_at(&mut facts, "2026-11-23T09:28:00Z", None);
    assert_eq!(verdict(&facts), (PASSED, None, None));
}

fn unknown_issuer(facts: &mut Facts) {
    *facts = signed_by("unknown");
    first_path(facts).steps.truncate(1);
    first_path(facts).steps[0].revocation = None;
    first_path(facts).anchored = false;
}

fn expired(facts: &mut Facts) {
    *facts = signed_by("expired");
    // Issuers keep no status of certificates that have run out.
    first_path(facts).steps[0].revocation = None;
}

fn signed_by(name: &str) -> Facts {
    facts(vec![signature(name, "Sig1")], vec![path(&[name, "sub-rsa", "root-rsa"])])
}

#[test]
fn one_thing_that_is_wrong_decides_the_verdict() {
    let mut problems = Vec::new();
    for case in CASES {
        let mut facts = perfect();
        (case.change)(&mut facts);
        let expected = (case.verdict, case.reason, case.lead.map(str::to_owned));
        let found = verdict(&facts);
        let reacted =
            basic(&facts).signatures()[0].checks().iter().any(|checked| checked.id == case.check && checked.result != CheckResult::Passed);
        if found != expected || !reacted {
            problems.push(format!("{}: {found:?} instead of {expected:?}, reacted: {reacted}", case.check));
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

/// The rows with cases of their own: they need more than one signature, a time-stamp, or another policy.
const ELSEWHERE: &[&str] = &[
    "algorithm.anchor",
    "algorithm.chain",
    "algorithm.key",
    "algorithm.padding",
    "algorithm.signature",
    "certificate.expired",
    "certificate.too_early",
    "document.only_timestamps",
    "document.orphan",
    "document.unknown_finding",
    "level.least",
    "net.corrected",
    "revocation.issuer_since",
    "revocation.revoked_before",
    "time.after_proof",
    "time.seven_hours",
    "timestamp.proves_nothing",
];

#[test]
fn a_corrected_address_is_said_and_decides_nothing() {
    let mut facts = perfect();
    facts.corrections.push(Message::new("net.corrected").with("address", "http://a.example.vn/").with("target", "http://b.example.vn/"));
    let said = |facts: &Facts| basic(facts).why().iter().map(|why| why.message.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(said(&facts), Vec::<String>::new(), "offline nothing was asked");
    facts.online = true;
    assert_eq!((basic(&facts).verdict(), said(&facts)), (PASSED, vec!["net.corrected".to_owned()]));
}

#[test]
fn what_was_asked_in_vain_is_said_otherwise_than_what_was_not_asked() {
    let said = |online: bool, wanted: &[&str], rejected: &[&'static str]| {
        let mut facts = perfect();
        facts.online = online;
        let status = first_status(&mut facts);
        status.status = RevocationStatus::Unknown;
        status.wanted = wanted.iter().map(|address| (*address).to_owned()).collect();
        status.rejected = rejected.iter().map(|id| Message::new(id)).collect();
        let report = basic(&facts);
        assert_eq!((report.verdict(), report.signatures()[0].sub_indication()), (UNCERTAIN, Some(S::TryLater)));
        report.signatures()[0].why().iter().map(|why| why.message.id().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(said(false, &["http://a.vn/"], &["revocation.crl_signature"]), ["revocation.not_checked"]);
    assert_eq!(said(true, &[], &[]), ["revocation.nowhere_to_ask"]);
    assert_eq!(said(true, &["http://a.vn/"], &["net.refused", "net.refused"]), ["revocation.asked_in_vain", "net.refused"]);
}

#[test]
fn every_check_can_come_out_wrong() {
    let mut with_case: BTreeSet<&str> = CASES.iter().map(|case| case.check).chain(ELSEWHERE.iter().copied()).collect();
    for check in CHECKS {
        if reacts_to_its_finding(check) {
            with_case.insert(check.id);
        }
    }
    let without: Vec<&str> = CHECKS.iter().map(|check| check.id).filter(|id| !with_case.contains(id)).collect();
    assert_eq!(without, Vec::<&str>::new(), "checks without a negative case");
    assert!(CHECKS.len() > 70, "only {} checks", CHECKS.len());
}

/// Whether a finding with the id of `check` gives the verdict of its row, and leads the report.
fn reacts_to_its_finding(check: &Check) -> bool {
    let mut facts = match check.subject {
        Subject::Timestamp => facts(vec![timestamp("an")], vec![path(&["an", "sub-rsa", "root-rsa"])]),
        _ => perfect(),
    };
    let message = Message::new(check.id);
    match check.id.split('.').next() {
        Some("cms") => first_cms(&mut facts).findings.push(message),
        Some("chain") => first_path(&mut facts).problems.push(PathProblem { step: 0, message }),
        Some("document" | "shadow") => facts.document.findings.push(message),
        _ => first(&mut facts).findings.push(message),
    }
    let report = basic(&facts);
    let (why, checks, verdict) = match check.subject {
        Subject::Document => (report.why(), None, report.verdict()),
        _ => (report.signatures()[0].why(), Some(report.signatures()[0].checks()), report.signatures()[0].verdict()),
    };
    let expected = if check.severity == Severity::Fail { check.verdict } else { PASSED };
    let failed = checks.is_none_or(|checks| checks.iter().any(|checked| checked.id == check.id && checked.result == CheckResult::Failed));
    failed
        && why.iter().any(|why| why.check == check.id && why.message.id() == check.id && why.severity == check.severity)
        && verdict == expected
}

#[test]
fn the_verdict_of_a_finding_is_that_of_its_row() {
    for (id, expected, reason) in [
        ("coverage.gap", FAILED, Some(S::FormatFailure)),
        ("coverage.dictionary", FAILED, Some(S::FormatFailure)),
        ("cms.one_signer", FAILED, Some(S::FormatFailure)),
        ("cms.algorithm_mismatch", FAILED, Some(S::SigCryptoFailure)),
        ("cms.no_signed_attributes", UNCERTAIN, Some(S::SigConstraintsFailure)),
        ("chain.key_usage", UNCERTAIN, Some(S::ChainConstraintsFailure)),
        ("chain.signature", UNCERTAIN, Some(S::CertificateChainGeneralFailure)),
        ("cms.signature_timestamp_imprint", FAILED, Some(S::HashFailure)),
        ("cms.signature_timestamp_broken", FAILED, Some(S::SigCryptoFailure)),
        ("format.not_signed", FAILED, Some(S::FormatFailure)),
        ("document.not_decrypted", UNCERTAIN, Some(S::SignedDataNotFound)),
        ("cms.attributes_der", PASSED, None),
        ("format.time", PASSED, None),
    ] {
        let check = crate::verify::checks::find(id).unwrap();
        let expected_row = if check.severity == Severity::Fail { (check.verdict, Some(check.reason)) } else { (PASSED, None) };
        assert_eq!(expected_row, (expected, reason), "{id}");
        assert!(reacts_to_its_finding(check), "{id}");
    }
}

#[test]
fn what_is_broken_leads_before_what_cannot_be_known() {
    let mut facts = perfect();
    unknown_issuer(&mut facts);
    first_cms(&mut facts).content = Match::Differs;
    first(&mut facts).findings.push(Message::new(id::COVERAGE_TRAILING));
    assert_eq!(verdict(&facts), (FAILED, Some(S::HashFailure), Some("content.digest".to_owned())));
    let report = basic(&facts);
    let ids: Vec<&str> = report.signatures()[0].why().iter().map(|why| why.message.id()).collect();
    assert_eq!(ids, ["content.digest", "coverage.trailing", "chain.anchor"]);
    assert!(!report.signatures()[0].signer().proven);
}

#[test]
fn a_revocation_after_the_judged_time_does_not_count() {
    let mut facts = perfect();
    first_path(&mut facts).steps[0].revocation =
        Some(RevocationFacts { revoked_at: Some(at("2026-11-24T00:00:00Z")), this_update: Some(at("2026-11-25T00:00:00Z")), ..revoked() });
    assert_eq!(verdict(&facts), (PASSED, None, None));
    assert_eq!(judge(&facts, &Policy::basic(), at("2026-11-24T00:00:00Z")).verdict(), UNCERTAIN);
}

#[test]
fn a_signer_who_is_trusted_as_such_needs_no_list() {
    let facts = facts(vec![signature("an", "Sig1")], vec![path(&["an"])]);
    assert_eq!(verdict(&facts), (PASSED, None, None));
    assert!(basic(&facts).signatures()[0].signer().pinned);
}

#[test]
fn the_weak_signature_of_an_issuer_counts_unless_it_is_the_anchor() {
    // Ed25519 stands for any algorithm that a policy does not trust.
    let policy =
        Policy::from_toml("schema = \"kyso.policy/1\"\nname = \"t\"\nversion = 1\n[algorithms]\n\"RSASSA-PKCS1-v1_5\" = \"never\"\n")
            .unwrap();
    let mut facts = perfect();
    first_cms(&mut facts).algorithm = Some(SignatureAlgorithm::Ed25519);
    let report = judge(&facts, &policy, noon());
    assert_eq!(report.verdict(), UNCERTAIN);
    let ids = |report: &Report| report.signatures()[0].why().iter().map(|why| why.message.id().to_owned()).collect::<Vec<_>>();
    let lists = "algorithm.revocation";
    assert_eq!(ids(&report), ["algorithm.chain", "algorithm.chain", lists, lists, "algorithm.anchor"]);
    // The certificate of the signer is pinned: its own signature proves nothing, and is not asked for.
    facts.signers[0].path = Some(path(&["an"]));
    let report = judge(&facts, &policy, noon());
    assert_eq!((report.verdict(), ids(&report)), (PASSED, vec!["algorithm.anchor".to_owned()]));
    first_cms(&mut facts).algorithm = Some(SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha256 });
    assert_eq!(ids(&judge(&facts, &policy, noon())), ["algorithm.signature", "algorithm.anchor"]);
    let policy =
        Policy::from_toml("schema = \"kyso.policy/1\"\nname = \"t\"\nversion = 1\n[algorithms]\n\"RSA-2048\" = \"2026-11-22\"\n").unwrap();
    assert_eq!(ids(&judge(&facts, &policy, noon())), ["algorithm.key"]);
    assert_eq!(judge(&facts, &policy, at("2026-11-22T23:59:59Z")).verdict(), PASSED);
}

#[test]
fn without_signed_attributes_the_value_stands_for_the_content() {
    let mut facts = perfect();
    let cms = first_cms(&mut facts);
    cms.signed_attributes = false;
    cms.content = Match::Unchecked;
    cms.signing_certificate = ReferenceMatch::Absent;
    cms.findings.push(Message::new(id::CMS_NO_SIGNED_ATTRIBUTES));
    assert_eq!(verdict(&facts), (UNCERTAIN, Some(S::SigConstraintsFailure), Some("cms.no_signed_attributes".to_owned())));
    let legacy = judge(&facts, &Policy::named("legacy").unwrap(), noon());
    assert_eq!(legacy.verdict(), PASSED);
    assert_eq!(legacy.signatures()[0].why()[0].severity, Severity::Warn);
}

#[test]
fn the_kinds_of_etsi_must_name_the_certificate() {
    let legacy = Policy::named("legacy").unwrap();
    let cases = [
        ("ETSI.CAdES.detached", UNCERTAIN, "cms.reference_required"),
        ("ETSI.RFC3161", UNCERTAIN, "cms.reference_required"),
        ("adbe.pkcs7.detached", PASSED, "cms.reference_absent"),
    ];
    for (kind, verdict, lead) in cases {
        let path = || path(&["an", "sub-rsa", "root-rsa"]);
        let mut facts = facts(vec![signature("an", "Sig1"), timestamp("an")], vec![path(), path()]);
        let position = usize::from(kind == "ETSI.RFC3161");
        facts.document.signatures[position].sub_filter = Some(kind.to_owned());
        facts.document.signatures[position].cms.as_mut().unwrap().signing_certificate = ReferenceMatch::Absent;
        let report = basic(&facts);
        let judged = &report.signatures()[position];
        assert_eq!((judged.verdict(), judged.why()[0].message.id()), (verdict, lead), "{kind}");
        assert_eq!(judge(&facts, &legacy, noon()).signatures()[position].verdict(), PASSED, "{kind}");
    }
}

#[test]
fn the_worst_signature_decides_for_the_document() {
    let three = || {
        let path = || path(&["an", "sub-rsa", "root-rsa"]);
        facts(vec![signature("an", "A"), signature("an", "B"), signature("an", "C")], vec![path(), path(), path()])
    };
    assert_eq!(basic(&three()).verdict(), PASSED);
    let mut one_uncertain = three();
    one_uncertain.document.signatures[1].cms.as_mut().unwrap().content_digest_algorithm = Some(DigestAlgorithm::Sha1);
    assert_eq!(basic(&one_uncertain).verdict(), UNCERTAIN);
    let mut one_failed = one_uncertain;
    one_failed.document.signatures[2].cms.as_mut().unwrap().value = Match::Differs;
    let report = basic(&one_failed);
    assert_eq!(report.verdict(), FAILED);
    assert_eq!(report.lead().map(|(signature, why)| (signature.unwrap().id(), why.message.id())), Some(("S3".to_owned(), "cms.value")));
}

#[test]
fn a_document_without_signatures_is_unsigned() {
    let report = basic(&facts(Vec::new(), Vec::new()));
    assert_eq!((report.verdict(), report.exit_code(), report.signatures().len()), (Verdict::Unsigned, 4, 0));
}

#[test]
fn a_place_made_ready_for_a_signature_that_never_came_fails_for_that_reason_alone() {
    let mut hollow = perfect();
    first(&mut hollow).unsigned = true;
    first(&mut hollow).cms = None;
    first(&mut hollow).coverage.revision = None;
    first(&mut hollow).findings = vec![Message::new(id::COVERAGE_GAP), Message::new(id::FORMAT_NOT_SIGNED)];
    hollow.signers[0].path = None;
    let report = basic(&hollow);
    let ids: Vec<&str> = report.signatures()[0].why().iter().map(|why| why.message.id()).collect();
    assert_eq!((report.verdict(), ids), (FAILED, vec!["format.not_signed"]));
}

#[test]
fn a_document_that_could_not_be_decrypted_is_uncertain_at_best() {
    let sealed = |mut facts: Facts| {
        facts.document.findings.push(Message::new(id::DOCUMENT_NOT_DECRYPTED));
        facts
    };
    let report = basic(&sealed(perfect()));
    assert_eq!((report.verdict(), report.signatures()[0].verdict()), (UNCERTAIN, PASSED));
    assert!(crate::verify::checks::find("document.not_decrypted").unwrap().core, "a policy could lower it");
    // What came later cannot be read: nobody says that it is forbidden.
    let mut later = sealed(perfect());
    first(&mut later).later.level = None;
    assert_eq!(verdict(&later), (UNCERTAIN, Some(S::SigConstraintsFailure), Some("later.unreadable".to_owned())));
    // The field may be among what cannot be read.
    let mut orphan = sealed(perfect());
    first(&mut orphan).field = None;
    assert_eq!(basic(&orphan).verdict(), UNCERTAIN);
    let mut broken = sealed(perfect());
    first_cms(&mut broken).content = Match::Differs;
    assert_eq!(basic(&broken).verdict(), FAILED);
}

#[test]
fn a_signature_that_no_field_refers_to_does_not_count_and_is_said() {
    let mut orphan = perfect();
    first(&mut orphan).field = None;
    first(&mut orphan).findings.push(Message::new(id::FORMAT_ORPHAN));
    let report = basic(&orphan);
    assert_eq!(report.verdict(), Verdict::Unsigned);
    assert_eq!(report.why()[0].message.id(), "document.orphan");
    assert_eq!(report.signatures()[0].verdict(), UNCERTAIN);
    // Of a file that was put together again, what referred to it may be lost.
    orphan.document.findings.push(Message::new(id::DOCUMENT_XREF_REBUILT));
    assert_eq!(basic(&orphan).verdict(), UNCERTAIN);
    first(&mut orphan).findings.push(Message::new(id::COVERAGE_BYTE_RANGE));
    assert_eq!(basic(&orphan).verdict(), FAILED);
}

#[test]
fn a_time_stamp_that_fails_fails_the_document_and_an_unconfirmed_one_counts_where_it_is_shown() {
    let stamped = || {
        let hidden = SignatureFacts { place: None, ..timestamp("unknown") };
        facts(vec![signature("an", "Sig1"), hidden], vec![path(&["an", "sub-rsa", "root-rsa"]), path(&["unknown", "sub-rsa", "root-rsa"])])
    };
    assert_eq!(basic(&stamped()).verdict(), PASSED);
    let mut untrusted = stamped();
    untrusted.signers[1].path.as_mut().unwrap().anchored = false;
    let report = basic(&untrusted);
    assert_eq!((report.verdict(), report.signatures()[1].verdict()), (PASSED, UNCERTAIN));
    untrusted.document.signatures[1].place = untrusted.document.signatures[0].place;
    assert_eq!(basic(&untrusted).verdict(), UNCERTAIN);
    let mut broken = stamped();
    broken.document.signatures[1].cms.as_mut().unwrap().content = Match::Differs;
    assert_eq!(basic(&broken).verdict(), FAILED);
}

#[test]
fn a_document_with_time_stamps_alone_is_uncertain_at_best() {
    let facts = facts(vec![timestamp("an")], vec![path(&["an", "sub-rsa", "root-rsa"])]);
    let report = basic(&facts);
    assert_eq!((report.verdict(), report.signatures()[0].verdict()), (UNCERTAIN, PASSED));
    assert_eq!(report.lead().map(|(signature, why)| (signature.is_none(), why.message.id())), Some((true, "document.only_timestamps")));
}

#[test]
fn what_is_not_understood_about_the_document_is_not_passed_over() {
    let mut facts = perfect();
    facts.document.findings.push(serde_json::from_str(r#"{"id":"document.of_the_future"}"#).unwrap());
    let report = basic(&facts);
    assert_eq!((report.verdict(), report.why()[0].message.id()), (UNCERTAIN, "document.unknown_finding"));
}

#[test]
fn a_document_that_programs_read_differently_fails_whatever_its_signatures_say() {
    let mut facts = perfect();
    facts.document.findings.push(Message::new(id::DOCUMENT_TWIN_ENTRIES).with("object", 4_u64).with("revision", 1_u64));
    let report = basic(&facts);
    assert_eq!((report.verdict(), report.signatures()[0].verdict()), (FAILED, PASSED));
    assert_eq!(report.lead().map(|(signature, why)| (signature.is_none(), why.message.id())), Some((true, "document.twin_entries")));
}

#[test]
fn allowed_changes_are_told_apart() {
    for (level, message, later, verdict) in [
        (ChangeLevel::LongTermData, id::LATER_VALIDATION_DATA, LaterChanges::Allowed, PASSED),
        (ChangeLevel::FormFilling, id::LATER_FIELD_FILLED, LaterChanges::Allowed, PASSED),
        (ChangeLevel::Annotations, id::LATER_ANNOTATION_ADDED, LaterChanges::Forbidden, FAILED),
        (ChangeLevel::Other, id::LATER_PAGE_CONTENT, LaterChanges::Forbidden, FAILED),
    ] {
        let mut facts = perfect();
        changed(&mut facts, level, Message::new(message));
        let report = basic(&facts);
        assert_eq!((report.signatures()[0].later(), report.verdict()), (later, verdict), "{level:?}");
    }
}

#[test]
fn a_change_above_the_stated_level_counts() {
    let mut facts = perfect();
    changed(&mut facts, ChangeLevel::Other, Message::new(id::LATER_CHANGES));
    first(&mut facts).later.level = Some(ChangeLevel::Nothing);
    assert_eq!(basic(&facts).verdict(), FAILED);
}

#[test]
fn facts_judged_again_from_json_give_the_same_report() {
    let mut changed = perfect();
    changed_page(&mut changed);
    first_cms(&mut changed).crls.push(vec![1, 2, 3]);
    for facts in [perfect(), changed] {
        let again = Facts::from_json(&facts.to_json()).unwrap();
        assert_eq!(again, facts);
        let json = |facts| basic(facts).to_json(&crate::Locale::default());
        assert_eq!(json(&again), json(&facts));
    }
}

#[test]
fn facts_of_another_schema_are_refused() {
    let json = perfect().to_json();
    for text in ["", "{}", &json.replace("kyso.facts/1", "kyso.facts/2"), &json.replace("\"signers\":[{", "\"signers\":[{\"path\":null},{")]
    {
        assert_eq!(Facts::from_json(text).map_err(|error| error.kind()), Err(crate::ErrorKind::Format));
    }
}
