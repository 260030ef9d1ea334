//! Whether the algorithms were strong enough at the judged time.

use super::{Case, Check, Outcome, Standing, Subject, is_anchor, name_of, standing};
use crate::cms::ReferenceMatch;
use crate::crypto::SignatureAlgorithm;
use crate::message::{Message, id};
use crate::time::Time;
use crate::trust::PathStep;
use crate::verify::policy::{Lifetime, key_name};
use crate::verify::report::SubIndication;
use crate::x509::Certificate;

const CLAUSE: &str = "EN 319 102-1 5.2.8, TS 119 312";

pub(super) const DIGEST: Check = weak(id::ALGORITHM_DIGEST, digest);
pub(super) const SIGNATURE: Check = weak(id::ALGORITHM_SIGNATURE, signature);
pub(super) const KEY: Check = weak(id::ALGORITHM_KEY, key);
pub(super) const CHAIN: Check = weak(id::ALGORITHM_CHAIN, chain);
pub(super) const REVOCATION: Check = weak(id::ALGORITHM_REVOCATION, revocation);
pub(super) const ANCHOR: Check = weak(id::ALGORITHM_ANCHOR, anchor).informs();

/// Circular 15/2025 names RSASSA-PSS; what tokens and services of Viet Nam make is PKCS#1 v1.5. It is said, and decides nothing.
pub(super) const PADDING: Check =
    Check::new(id::ALGORITHM_PADDING, "Circular 15/2025/TT-BKHCN, appendix I 1.2", padding).of(Subject::Signature).informs();

fn padding(case: &Case<'_>, check: &Check) -> Outcome {
    match case.cms().and_then(|cms| cms.algorithm).filter(|_| case.policy.notes_padding()) {
        Some(SignatureAlgorithm::RsaPkcs1 { .. }) => Outcome::failed(Message::new(check.id)),
        Some(_) => Outcome::Passed,
        None => Outcome::NotApplicable,
    }
}

const fn weak(id: &'static str, run: fn(&Case<'_>, &Check) -> Outcome) -> Check {
    Check::new(id, CLAUSE, run).uncertain(SubIndication::CryptoConstraintsFailureNoPoe, id::SUMMARY_WEAK)
}

/// A message where an algorithm with this name and lifetime is not trusted at `time`.
fn outlived(time: Time, check: &Check, name: &str, lifetime: Lifetime) -> Option<Message> {
    let message = || Message::new(check.id).with("algorithm", name);
    match lifetime {
        Lifetime::Always => None,
        Lifetime::Never => Some(message()),
        Lifetime::Until(last) => (time > last).then(|| message().with_day("until", last)),
    }
}

/// Since when the certificate with this index on the path provably is as it is: the one that the signature names since the signature is, the
/// others since a time-stamp covers them.
pub(super) fn existence(case: &Case<'_>, index: usize, step: &PathStep) -> Time {
    let is_named = index == 0 && case.cms().is_some_and(|cms| cms.signing_certificate == ReferenceMatch::Matches);
    if is_named { case.time } else { case.existence_of(step.revision) }
}

fn digest(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(cms) = case.cms() else { return Outcome::NotApplicable };
    let mut digests: Vec<_> = cms.content_digest_algorithm.into_iter().collect();
    digests.extend(cms.algorithm.and_then(|algorithm| algorithm.digest()));
    digests.dedup();
    // An unknown algorithm is said by the check of the value, which it leaves unchecked.
    if digests.is_empty() && cms.algorithm.is_none() {
        return Outcome::NotApplicable;
    }
    let weak = digests.iter().filter_map(|digest| outlived(case.time, check, digest.name(), case.policy.digest_lifetime(*digest)));
    Outcome::failed_if_any(weak.collect())
}

fn signature(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(algorithm) = case.cms().and_then(|cms| cms.algorithm) else { return Outcome::NotApplicable };
    Outcome::failed_if_any(outlived(case.time, check, &algorithm.name(), case.policy.scheme_lifetime(algorithm)).into_iter().collect())
}

fn key(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(signer) = case.cms().and_then(|cms| cms.signer.as_ref()) else { return Outcome::NotApplicable };
    Outcome::failed_if_any(weak_key(case, case.time, check, signer).into_iter().collect())
}

fn weak_key(case: &Case<'_>, time: Time, check: &Check, certificate: &Certificate) -> Option<Message> {
    let kind = certificate.key_kind();
    outlived(time, check, &key_name(&kind), case.policy.key_lifetime(&kind))
}

/// The signatures on the certificates of the path, and the keys of the issuers. An anchor is trusted as it is: its own signature proves
/// nothing, and so cannot be too weak for it. A path that leads to no anchor proves nothing, weak or not.
fn chain(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(path) = case.path().filter(|path| path.anchored) else { return Outcome::NotApplicable };
    let mut messages = Vec::new();
    for (index, step) in path.steps.iter().enumerate() {
        let time = existence(case, index, step);
        if !is_anchor(path, index) {
            messages.extend(weak_signature(case, time, check, &step.certificate));
        }
        // What the key of an issuer signed is the certificate below.
        if let Some((below, signed)) = index.checked_sub(1).and_then(|below| Some((below, path.steps.get(below)?))) {
            let time = existence(case, below, signed);
            messages.extend(weak_key(case, time, check, &step.certificate).map(|message| message.with("name", name_of(&step.certificate))));
        }
    }
    Outcome::failed_if_any(messages)
}

fn anchor(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(path) = case.path().filter(|path| path.anchored) else { return Outcome::NotApplicable };
    let weak = path.steps.last().and_then(|step| weak_signature(case, case.time, check, &step.certificate));
    Outcome::failed_if_any(weak.into_iter().collect())
}

/// The signatures on the lists that say that a certificate is not revoked.
fn revocation(case: &Case<'_>, check: &Check) -> Outcome {
    let Some(path) = case.path() else { return Outcome::NotApplicable };
    let weak = path.steps.iter().filter_map(|step| match standing(step.revocation.as_ref(), case.time) {
        Standing::Good(facts) => weak_scheme(case, case.existence_of(facts.revision), check, facts.signature_algorithm?, &step.certificate),
        _ => None,
    });
    Outcome::failed_if_any(weak.collect())
}

fn weak_signature(case: &Case<'_>, time: Time, check: &Check, certificate: &Certificate) -> Option<Message> {
    weak_scheme(case, time, check, certificate.signature_algorithm()?, certificate)
}

/// A message about `certificate` where its signature, or the one on its list, is by a weak algorithm.
fn weak_scheme(case: &Case<'_>, time: Time, check: &Check, algorithm: SignatureAlgorithm, certificate: &Certificate) -> Option<Message> {
    let digest = algorithm.digest().and_then(|digest| outlived(time, check, digest.name(), case.policy.digest_lifetime(digest)));
    let weak = digest.or_else(|| outlived(time, check, &algorithm.name(), case.policy.scheme_lifetime(algorithm)))?;
    Some(weak.with("name", name_of(certificate)))
}
