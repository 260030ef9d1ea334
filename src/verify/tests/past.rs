//! Proofs of existence: a letter signed in 2021 with a certificate that ran out with that year, and what became of it.

use super::*;
use crate::cms::TimestampFacts;
use crate::verify::facts::PastPath;
use crate::verify::report::SubIndication as S;
use crate::verify::report::{SigningTime, SubIndication, Verdict};
use crate::verify::{Policy, judge};

const FAILED: Verdict = Verdict::Failed;
const UNCERTAIN: Verdict = Verdict::Indeterminate;
const PASSED: Verdict = Verdict::Passed;

/// When the letter was stamped, and when it was archived.
const STAMPED: &str = "2021-06-01T08:00:00Z";
const ARCHIVED: &str = "2021-07-01T08:00:00Z";
/// In date, and after.
const IN_DATE: &str = "2021-09-01T00:00:00Z";
const LATER: &str = "2026-01-01T00:00:00Z";

/// What the letter has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Has {
    Nothing,
    /// A signature timestamp.
    Stamp,
    /// And certificates and statuses, in a second revision.
    Evidence,
    /// And a document timestamp over them, in a third.
    Archive,
}

/// The status of the signer as lists made after the timestamps say it.
fn status(revoked_at: Option<&str>) -> RevocationFacts {
    let known = RevocationFacts { this_update: Some(at("2021-06-30T00:00:00Z")), next_update: Some(at("2021-12-31T00:00:00Z")), ..good() };
    match revoked_at {
        Some(time) => RevocationFacts { status: RevocationStatus::Revoked, revoked_at: Some(at(time)), reason: Some(1), ..known },
        None => known,
    }
}

/// The path of a holder with this status; issuers stay good.
fn holder(name: &str, own: &RevocationFacts, stored: bool) -> PathFacts {
    let mut path = path(&[name, "sub-rsa", "root-rsa"]);
    path.steps[0].revocation = Some(own.clone());
    path.steps[1].revocation = Some(RevocationFacts { next_update: Some(at("2060-01-01T00:00:00Z")), ..status(None) });
    for step in &mut path.steps {
        step.revision = stored.then_some(2);
        if let Some(status) = &mut step.revocation {
            status.revision = stored.then_some(2);
        }
    }
    path
}

/// The letter, as it is known at `now`.
fn letter(has: Has, revoked_at: Option<&str>, now: &str) -> Facts {
    let stored = has >= Has::Evidence;
    let own = status(revoked_at);
    let mut one = signature("expired", "Sig1");
    one.coverage.revisions = 3;
    let authority = SignerFacts {
        path: Some(holder("tsa", &status(None), stored)),
        past: past("tsa", &status(None), stored),
        ..SignerFacts::default()
    };
    let mut signer =
        SignerFacts { path: Some(holder("expired", &own, stored)), past: past("expired", &own, stored), ..SignerFacts::default() };
    if at(now) > certificate("expired").not_after() {
        // Issuers keep no status of certificates that have run out, but for what the letter keeps.
        signer.path.as_mut().unwrap().steps[0].revocation = stored.then_some(own);
    }
    if has >= Has::Stamp {
        let token = CmsFacts { timestamp_time: Some(at(STAMPED)), ..cms("tsa") };
        one.cms.as_mut().unwrap().signature_timestamps = vec![TimestampFacts { imprint: Match::Matches, token: Some(Box::new(token)) }];
        signer.timestamps = vec![authority.clone()];
    }
    one.claimed_time = Some(ClaimedTime { time: at("2021-06-01T07:59:00Z"), zone: Zone::VIETNAM, source: TimeSource::Dictionary });
    let mut facts = facts(vec![one], Vec::new());
    facts.signers = vec![signer];
    if has >= Has::Archive {
        let mut stamp = timestamp("tsa");
        stamp.coverage = CoverageFacts { revision: Some(3), revisions: 3, ..stamp.coverage };
        stamp.cms.as_mut().unwrap().timestamp_time = Some(at(ARCHIVED));
        facts.document.signatures.push(stamp);
        // What is known of the authority since.
        let mut authority = authority;
        authority.path.as_mut().unwrap().steps[0].revocation.as_mut().unwrap().this_update = Some(at("2021-07-02T00:00:00Z"));
        facts.signers.push(authority);
    }
    facts.time = at(now);
    facts
}

fn past(name: &str, own: &RevocationFacts, stored: bool) -> Vec<PastPath> {
    let of = |time: &str| PastPath { time: at(time), path: holder(name, own, stored), revoked_since: vec![own.revoked_at, None, None] };
    vec![of(STAMPED), of(ARCHIVED)]
}

/// Verdict and reason, and the verdict as of now where it is another question.
type Found = (Verdict, Option<SubIndication>, Option<Verdict>);

fn found(facts: &Facts, policy: &Policy) -> Found {
    let report = judge(facts, policy, facts.time);
    let one = &report.signatures()[0];
    (one.verdict(), one.sub_indication(), one.as_of_now().map(|now| now.verdict))
}

#[test]
fn the_verdict_is_as_of_the_proven_time() {
    let rows: &[(Has, Option<&str>, &str, Found)] = &[
        (Has::Nothing, None, IN_DATE, (PASSED, None, None)),
        (Has::Nothing, None, LATER, (UNCERTAIN, Some(S::OutOfBoundsNoPoe), None)),
        (Has::Nothing, Some("2021-08-01T00:00:00Z"), IN_DATE, (UNCERTAIN, Some(S::RevokedNoPoe), None)),
        (Has::Stamp, None, IN_DATE, (PASSED, None, Some(PASSED))),
        (Has::Stamp, None, LATER, (PASSED, None, Some(UNCERTAIN))),
        (Has::Stamp, Some("2021-08-01T00:00:00Z"), IN_DATE, (PASSED, None, Some(UNCERTAIN))),
        (Has::Stamp, Some("2021-08-01T00:00:00Z"), LATER, (PASSED, None, Some(UNCERTAIN))),
        (Has::Stamp, Some("2021-05-01T00:00:00Z"), IN_DATE, (UNCERTAIN, Some(S::RevokedNoPoe), Some(UNCERTAIN))),
        (Has::Evidence, None, LATER, (PASSED, None, Some(UNCERTAIN))),
        (Has::Evidence, Some("2021-05-01T00:00:00Z"), LATER, (UNCERTAIN, Some(S::RevokedNoPoe), Some(UNCERTAIN))),
        (Has::Archive, None, LATER, (PASSED, None, Some(UNCERTAIN))),
        (Has::Archive, Some("2021-06-15T00:00:00Z"), LATER, (PASSED, None, Some(UNCERTAIN))),
    ];
    for (has, revoked_at, now, expected) in rows {
        assert_eq!(found(&letter(*has, *revoked_at, now), &Policy::basic()), *expected, "{has:?}, revoked {revoked_at:?}, at {now}");
    }
}

#[test]
fn the_level_is_named_with_what_it_lacks() {
    let rows = [
        (Has::Nothing, "B-B", Some("level.lacks_timestamp")),
        (Has::Stamp, "B-T", Some("level.lacks_status")),
        (Has::Evidence, "B-LT", Some("level.lacks_archive")),
        (Has::Archive, "B-LTA", None),
    ];
    for (has, level, lacks) in rows {
        let report = judge(&letter(has, None, IN_DATE), &Policy::basic(), at(IN_DATE));
        let one = &report.signatures()[0];
        assert_eq!((one.level(), one.lacks().map(Message::id)), (Some(level), lacks), "{has:?}");
    }
}

#[test]
fn the_time_shown_is_the_proven_one_and_whose_it_is() {
    let report = judge(&letter(Has::Archive, None, LATER), &Policy::basic(), at(LATER));
    let by = Some("Kyso Test TSA".to_owned());
    assert_eq!(*report.signatures()[0].time(), SigningTime::Timestamp { at: at(STAMPED), by });
}

/// What is wrong with the timestamp or its authority; then it is as if there were none.
#[test]
fn a_timestamp_that_does_not_hold_proves_nothing() {
    fn token(facts: &mut Facts) -> &mut CmsFacts {
        first_cms(facts).signature_timestamps[0].token.as_mut().unwrap()
    }
    fn paths(facts: &mut Facts) -> impl Iterator<Item = &mut PathFacts> {
        let authority = &mut facts.signers[0].timestamps[0];
        authority.path.iter_mut().chain(authority.past.iter_mut().map(|past| &mut past.path))
    }
    let rows: &[(&str, fn(&mut Facts))] = &[
        ("of another signature", |facts| first_cms(facts).signature_timestamps[0].imprint = Match::Differs),
        ("its signature does not fit", |facts| token(facts).value = Match::Differs),
        ("its signature could not be checked", |facts| token(facts).value = Match::Unchecked),
        ("its digest does not fit", |facts| token(facts).content = Match::Differs),
        ("another certificate is named", |facts| token(facts).signing_certificate = ReferenceMatch::Differs),
        ("it names none", |facts| token(facts).signing_certificate = ReferenceMatch::Absent),
        ("no authority", |facts| token(facts).signer = None),
        ("weak", |facts| token(facts).content_digest_algorithm = Some(DigestAlgorithm::Md5)),
        ("not trusted", |facts| paths(facts).for_each(|path| path.anchored = false)),
        ("not for timestamps", |facts| {
            let message = Message::new("chain.extended_key_usage");
            let problem = || crate::trust::PathProblem { step: 0, message: message.clone() };
            paths(facts).for_each(|path| path.problems.push(problem()));
        }),
        ("its authority is for more than timestamps", |facts| token(facts).findings.push(Message::new(id::CMS_TIMESTAMP_USAGE))),
        ("what must be understood is not", |facts| token(facts).findings.push(Message::new(id::CMS_TIMESTAMP_EXTENSION))),
        ("hours off", |facts| token(facts).findings.push(Message::new(id::CMS_TIMESTAMP_ACCURACY))),
        ("of two", |facts| token(facts).findings.push(Message::new(id::CMS_ONE_SIGNER).with("count", 2_u64))),
        ("its authority is revoked", |facts| {
            paths(facts).for_each(|path| path.steps[0].revocation = Some(status(Some("2021-05-01T00:00:00Z"))))
        }),
        ("nothing is known of its authority", |facts| paths(facts).for_each(|path| path.steps[0].revocation = None)),
        ("the status is older than the timestamp", |facts| {
            paths(facts).for_each(|path| {
                let status = path.steps[0].revocation.as_mut().unwrap();
                (status.this_update, status.next_update) = (Some(at("2021-05-01T00:00:00Z")), Some(at("2021-05-15T00:00:00Z")));
            });
        }),
        ("unreadable", |facts| first_cms(facts).signature_timestamps[0].token = None),
    ];
    for (what, change) in rows {
        let mut facts = letter(Has::Stamp, None, LATER);
        change(&mut facts);
        let (verdict, reason, now) = found(&facts, &Policy::basic());
        assert_eq!((verdict, reason, now), (UNCERTAIN, Some(S::OutOfBoundsNoPoe), None), "{what}");
        let report = judge(&facts, &Policy::basic(), facts.time);
        let why = report.signatures()[0].why();
        assert!(why.iter().any(|why| why.message.id() == "timestamp.proves_nothing"), "{what}: {why:?}");
    }
}

/// An authority that is past its own day lives on in a later timestamp.
#[test]
fn timestamps_are_judged_as_of_the_later_ones() {
    let gone = |facts: &mut Facts| {
        // Since then nobody knows anything of the first authority.
        facts.signers[0].timestamps[0].path.as_mut().unwrap().anchored = false;
    };
    let mut alone = letter(Has::Stamp, None, LATER);
    gone(&mut alone);
    assert_eq!(found(&alone, &Policy::basic()).0, UNCERTAIN);
    let mut archived = letter(Has::Archive, None, LATER);
    gone(&mut archived);
    assert_eq!(found(&archived, &Policy::basic()).0, PASSED);
    // The later one must hold itself.
    archived.signers[1].path.as_mut().unwrap().anchored = false;
    assert_eq!(found(&archived, &Policy::basic()).0, UNCERTAIN);
}

/// A policy under which SHA-256 is no longer trusted after a day of 2024.
fn without_sha256() -> Policy {
    Policy::from_toml("schema = \"kyso.policy/1\"\nname = \"later\"\nversion = 1\n[algorithms]\n\"SHA-256\" = \"2024-01-01\"\n").unwrap()
}

#[test]
fn what_is_weak_now_counts_as_far_as_it_was_covered_in_time() {
    let policy = without_sha256();
    for (has, expected) in [
        (Has::Nothing, (UNCERTAIN, Some(S::OutOfBoundsNoPoe), None)),
        // The timestamp is of SHA-256 itself.
        (Has::Stamp, (UNCERTAIN, Some(S::OutOfBoundsNoPoe), None)),
        (Has::Evidence, (UNCERTAIN, Some(S::OutOfBoundsNoPoe), None)),
        (Has::Archive, (UNCERTAIN, Some(S::OutOfBoundsNoPoe), None)),
    ] {
        assert_eq!(found(&letter(has, None, LATER), &policy), expected, "{has:?}");
    }
    // The archive timestamp is of SHA-512, and so is the way to its authority.
    let mut strong = letter(Has::Archive, None, LATER);
    let stamp = strong.document.signatures[1].cms.as_mut().unwrap();
    stamp.content_digest_algorithm = Some(DigestAlgorithm::Sha512);
    stamp.algorithm = Some(SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha512 });
    // An anchor of its own, so that nothing else of SHA-256 is in the way.
    strong.signers[1].path = Some(path(&["tsa"]));
    strong.signers[1].path.as_mut().unwrap().steps[0].revocation = None;
    let (verdict, reason, _) = found(&strong, &policy);
    assert_eq!((verdict, reason), (PASSED, None));
    // What no timestamp covers is too weak to be believed: here the statuses.
    for status in strong.signers[0].past.iter_mut().flat_map(|past| &mut past.path.steps).filter_map(|step| step.revocation.as_mut()) {
        status.revision = None;
    }
    let (verdict, reason, _) = found(&strong, &policy);
    assert_eq!((verdict, reason), (UNCERTAIN, Some(S::CryptoConstraintsFailureNoPoe)));
}

#[test]
fn what_a_revoked_issuer_said_must_be_older() {
    let revoked = |facts: &mut Facts, time: &str| {
        for past in &mut facts.signers[0].past {
            past.revoked_since[1] = Some(at(time));
        }
    };
    for (has, time, expected) in [
        (Has::Archive, "2023-01-01T00:00:00Z", PASSED),
        (Has::Archive, "2021-06-20T00:00:00Z", UNCERTAIN),
        (Has::Stamp, "2023-01-01T00:00:00Z", UNCERTAIN),
        (Has::Evidence, "2023-01-01T00:00:00Z", UNCERTAIN),
    ] {
        let mut facts = letter(has, None, LATER);
        revoked(&mut facts, time);
        let (verdict, reason, _) = found(&facts, &Policy::basic());
        assert_eq!((verdict, reason), (expected, (expected == UNCERTAIN).then_some(S::RevokedCaNoPoe)), "{has:?}, {time}");
    }
}

/// The letter with a document timestamp in what was signed.
fn signed_after(stamp: &str, revoked_at: Option<&str>) -> Facts {
    let mut facts = letter(Has::Archive, revoked_at, LATER);
    let cms = facts.document.signatures[1].cms.as_mut().unwrap();
    cms.timestamp_time = Some(at(stamp));
    facts.document.signatures[1].coverage.revision = Some(1);
    facts.document.signatures[0].coverage.revision = Some(2);
    // Its status then, and until now.
    let status = facts.signers[1].path.as_mut().unwrap().steps[0].revocation.as_mut().unwrap();
    (status.this_update, status.next_update) = (Some(at("2025-12-31T00:00:00Z")), Some(at("2026-12-31T00:00:00Z")));
    facts
}

#[test]
fn a_signature_that_was_provably_made_too_late_fails() {
    let found = |facts: &Facts| found(facts, &Policy::basic());
    let expired = signed_after("2022-06-01T00:00:00Z", None);
    assert_eq!((found(&expired).0, found(&expired).1), (FAILED, Some(S::Expired)));
    let mut revoked = signed_after("2021-05-20T00:00:00Z", Some("2021-05-01T00:00:00Z"));
    assert_eq!((found(&revoked).0, found(&revoked).1), (FAILED, Some(S::Revoked)));
    // A timestamp that does not hold proves nothing in this direction either.
    revoked.signers[1].path.as_mut().unwrap().anchored = false;
    assert_eq!((found(&revoked).0, found(&revoked).1), (UNCERTAIN, Some(S::RevokedNoPoe)));
}

#[test]
fn a_signature_that_is_older_than_its_certificate_fails() {
    let mut facts = letter(Has::Stamp, None, LATER);
    let early = at("2019-06-01T00:00:00Z");
    first_cms(&mut facts).signature_timestamps[0].token.as_mut().unwrap().timestamp_time = Some(early);
    facts.signers[0].past[0].time = early;
    let (verdict, reason, _) = found(&facts, &Policy::basic());
    assert_eq!((verdict, reason), (FAILED, Some(S::NotYetValid)));
}

#[test]
fn strict_policies_ask_for_the_authority_of_today() {
    assert_eq!(found(&letter(Has::Stamp, None, LATER), &Policy::basic()).0, PASSED);
    let strict = Policy::from_toml("schema = \"kyso.policy/1\"\nname = \"now\"\nversion = 1\n[revocation]\ncurrent_authorities = true\n");
    assert_eq!(found(&letter(Has::Stamp, None, LATER), &strict.unwrap()).0, UNCERTAIN);
}

#[test]
fn claimed_times_are_held_against_the_proven_one() {
    for (claimed, expected) in [
        ("2021-06-01T07:59:00Z", [false, false]),
        ("2021-06-01T08:04:00Z", [false, false]),
        ("2021-06-01T09:00:00Z", [true, false]),
        ("2021-06-01T14:59:00Z", [true, true]),
        ("2021-06-01T16:00:00Z", [true, false]),
    ] {
        let mut facts = letter(Has::Stamp, None, IN_DATE);
        first(&mut facts).claimed_time.as_mut().unwrap().time = at(claimed);
        let report = judge(&facts, &Policy::basic(), facts.time);
        let said = |id: &str| report.signatures()[0].why().iter().any(|why| why.message.id() == id);
        assert_eq!([said("time.after_proof"), said("time.seven_hours")], expected, "{claimed}");
        assert_eq!(report.verdict(), PASSED);
    }
}

#[test]
fn how_long_it_stays_provable_is_told_with_what_ends() {
    let horizon = |has, policy: &Policy, now| {
        let report = judge(&letter(has, None, now), policy, at(now));
        report.signatures()[0].horizon().map(|horizon| (horizon.until.rfc3339(), horizon.because.id().to_owned()))
    };
    let until = |time: &str, because: &str| Some((time.to_owned(), because.to_owned()));
    let basic = Policy::basic();
    // Without a timestamp, what there is counts until the next list is due; the certificate runs out a day later.
    assert_eq!(horizon(Has::Nothing, &basic, IN_DATE), until("2021-12-31T00:00:00Z", "horizon.status"));
    assert_eq!(horizon(Has::Stamp, &basic, IN_DATE), until("2060-01-01T00:00:00Z", "horizon.certificate"));
    assert_eq!(horizon(Has::Archive, &basic, LATER), until("2060-01-01T00:00:00Z", "horizon.certificate"));
    assert_eq!(horizon(Has::Archive, &without_sha256(), IN_DATE).unwrap().1, "horizon.algorithm");
    assert_eq!(horizon(Has::Nothing, &basic, LATER), None);
}

#[test]
fn the_policy_for_archives_asks_for_everything() {
    let archive = Policy::named("archive").unwrap();
    for (has, expected) in [(Has::Stamp, UNCERTAIN), (Has::Evidence, UNCERTAIN), (Has::Archive, PASSED)] {
        assert_eq!(found(&letter(has, None, IN_DATE), &archive).0, expected, "{has:?}");
    }
}

#[test]
fn the_policy_of_viet_nam_knows_its_algorithms_and_says_the_padding() {
    let policy = Policy::named("vietnam-2025").unwrap();
    let judged = |change: fn(&mut CmsFacts)| {
        let mut facts = perfect();
        change(first_cms(&mut facts));
        let report = judge(&facts, &policy, facts.time);
        let said = report.signatures()[0].why().iter().any(|why| why.message.id() == "algorithm.padding");
        (report.verdict(), said)
    };
    assert_eq!(judged(|_| {}), (PASSED, true));
    let pss = |cms: &mut CmsFacts| {
        let digest = DigestAlgorithm::Sha256;
        cms.algorithm = Some(SignatureAlgorithm::RsaPss { digest, mask_digest: digest, salt_length: 32 });
    };
    assert_eq!(judged(pss), (PASSED, false));
    assert_eq!(judged(|cms| cms.content_digest_algorithm = Some(DigestAlgorithm::Sha1)).0, UNCERTAIN);
    assert_eq!(judged(|cms| cms.content_digest_algorithm = Some(DigestAlgorithm::Sha512_224)).0, PASSED);
    // The status at signing time is mandatory.
    let mut unknown = perfect();
    first_path(&mut unknown).steps[0].revocation = None;
    assert_eq!(judge(&unknown, &policy, unknown.time).verdict(), UNCERTAIN);
}

/// Whoever has the key of the issuer can make a certificate for the key that signed, unless the signature names it.
#[test]
fn a_certificate_that_the_signature_does_not_name_may_be_younger() {
    let mut facts = letter(Has::Archive, None, LATER);
    for past in &mut facts.signers[0].past {
        past.revoked_since[1] = Some(at("2023-01-01T00:00:00Z"));
        past.path.steps[0].revision = None;
    }
    assert_eq!(found(&facts, &Policy::basic()).0, PASSED);
    first(&mut facts).sub_filter = Some("adbe.pkcs7.detached".to_owned());
    first_cms(&mut facts).signing_certificate = ReferenceMatch::Absent;
    let (verdict, reason, _) = found(&facts, &Policy::basic());
    assert_eq!((verdict, reason), (UNCERTAIN, Some(S::RevokedCaNoPoe)));
}
