//! The baseline level that a signature has (EN 319 142-1 6), what it lacks for the next, and until when it stays provable.
//!
//! A level is a matter of what is there and fits; whether it is trusted decides the verdict.

use super::checks::{Case, name_of};
use super::gather::covers;
use super::past::Token;
use super::policy::{Lifetime, key_name};
use super::report::{Horizon, Verdict};
use crate::cms::{CmsFacts, Match, ReferenceMatch, TimestampFacts};
use crate::format::{SignatureFacts, SignatureKind};
use crate::message::{Message, id};
use crate::time::Time;
use crate::trust::{PathFacts, RevocationStatus};

/// A level, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    B,
    T,
    Lt,
    Lta,
}

/// The names of the levels, the lowest first.
pub(super) const NAMES: [&str; 4] = ["B-B", "B-T", "B-LT", "B-LTA"];

/// The level that was found, such as `B-T`; `None` where it is no baseline signature.
pub(super) fn found(case: &Case<'_>) -> Option<&'static str> {
    let [b, t, lt, lta] = NAMES;
    Some(match level(case)?.0 {
        Level::B => b,
        Level::T => t,
        Level::Lt => lt,
        Level::Lta => lta,
    })
}

/// What is missing for the next level; `None` where it has the highest, or none.
pub(super) fn lacks(case: &Case<'_>) -> Option<Message> {
    level(case)?.1
}

/// The level, and what is missing for the next.
fn level(case: &Case<'_>) -> Option<(Level, Option<Message>)> {
    let signature = case.signature.filter(|signature| signature.kind == SignatureKind::Signature)?;
    let cms = signature.cms.as_ref()?;
    let is_baseline = signature.sub_filter.as_deref() == Some("ETSI.CAdES.detached") && cms.signing_certificate == ReferenceMatch::Matches;
    if !is_baseline {
        return None;
    }
    let stamps: Vec<(usize, &SignatureFacts)> = fitting_stamps(case, signature).collect();
    if !cms.signature_timestamps.iter().any(fits) && stamps.is_empty() {
        return Some((Level::B, Some(Message::new(id::LEVEL_LACKS_TIMESTAMP))));
    }
    let stored = match needed_since(case, &stamps) {
        Ok(stored) => stored,
        Err(lacking) => return Some((Level::T, Some(lacking))),
    };
    if stamps.iter().any(|(_, stamp)| stamp.coverage.revision >= Some(stored)) {
        return Some((Level::Lta, None));
    }
    Some((Level::Lt, Some(Message::new(id::LEVEL_LACKS_ARCHIVE))))
}

/// Whether a signature timestamp belongs to its signature and is what its authority signed.
fn fits(timestamp: &TimestampFacts) -> bool {
    timestamp.imprint == Match::Matches && timestamp.content() == Match::Matches && timestamp.value() == Match::Matches
}

/// The document timestamps over the signature that are what their authorities signed.
fn fitting_stamps<'a>(case: &Case<'a>, signature: &'a SignatureFacts) -> impl Iterator<Item = (usize, &'a SignatureFacts)> {
    let all = case.facts.document.signatures.iter().enumerate();
    all.filter(|(_, stamp)| {
        let fits = |cms: &CmsFacts| cms.content == Match::Matches && cms.value == Match::Matches;
        covers(stamp, signature) && stamp.cms.as_ref().is_some_and(fits)
    })
}

/// The revision since which the document has all that is needed to check the signature and its signature timestamps, or the first document
/// timestamp where it has none; or what it lacks.
fn needed_since(case: &Case<'_>, stamps: &[(usize, &SignatureFacts)]) -> Result<u64, Message> {
    let mut paths: Vec<&PathFacts> = case.path().into_iter().collect();
    let tokens = case.proof.map(|proof| proof.tokens.as_slice()).unwrap_or_default();
    paths.extend(tokens.iter().filter_map(|token| token.path.as_ref()));
    if tokens.is_empty() {
        let first = stamps.iter().min_by_key(|(_, stamp)| stamp.coverage.revision);
        paths.extend(first.and_then(|(index, _)| case.facts.signers.get(*index)?.path.as_ref()));
    }
    let mut since = 0;
    for path in paths {
        since = since.max(stored_since(path)?);
    }
    Ok(since)
}

/// The revision since which the document has the certificates of the path, but for the anchor, and the status of each.
fn stored_since(path: &PathFacts) -> Result<u64, Message> {
    let Some(first) = path.steps.first() else { return Ok(0) };
    if !path.anchored {
        return Err(Message::new(id::LEVEL_LACKS_CERTIFICATE).with("name", name_of(&first.certificate)));
    }
    let mut since = 0;
    for step in path.steps.iter().take(path.steps.len().saturating_sub(1)) {
        let lacking = |id: &'static str| Message::new(id).with("name", name_of(&step.certificate));
        let status = step.revocation.as_ref().filter(|facts| facts.status != RevocationStatus::Unknown);
        let status = status.and_then(|facts| facts.revision).ok_or_else(|| lacking(id::LEVEL_LACKS_STATUS))?;
        let certificate = step.revision.ok_or_else(|| lacking(id::LEVEL_LACKS_CERTIFICATE))?;
        since = since.max(status).max(certificate);
    }
    Ok(since)
}

/// Until when the signature stays provable with what there is now.
///
/// Where document timestamps cover the signature and all its evidence, that is as long as the last of them does; with a signature timestamp, as
/// long as that does and the evidence counts that no timestamp covers; without, as long as the signer's own certificate and status do.
pub(super) fn horizon(case: &Case<'_>) -> Option<Horizon> {
    let signature = case.signature?;
    let mut ends = Ends { case, all: Vec::new() };
    if case.time == case.now {
        ends.message(signature.cms.as_ref()?);
        ends.path(case.path()?);
        ends.statuses(case.path()?);
    } else if let Some((stamp, path)) = last_stamp(case) {
        ends.message(stamp);
        ends.path(path);
    } else {
        let tokens = case.proof.map(|proof| proof.tokens.as_slice()).unwrap_or_default();
        let (number, token) = tokens.iter().enumerate().find(|(_, token)| is_proof(token, case.time))?;
        ends.message(signature.cms.as_ref()?.signature_timestamps.get(number)?.token.as_deref()?);
        ends.path(token.path.as_ref()?);
    }
    ends.all.into_iter().min_by_key(|(until, _)| *until).map(|(until, because)| Horizon { until, because })
}

fn is_proof(token: &Token, time: Time) -> bool {
    token.verdict == Verdict::Passed && token.time == Some(time)
}

/// The last document timestamp over the signature that holds, with its path.
fn last_stamp<'a>(case: &Case<'a>) -> Option<(&'a CmsFacts, &'a PathFacts)> {
    let signature = case.signature?;
    let holding = fitting_stamps(case, signature).filter(|(_, stamp)| {
        let at = stamp.coverage.revision.zip(stamp.cms.as_ref().and_then(|cms| cms.timestamp_time));
        at.is_some_and(|at| case.proof.is_some_and(|proof| proof.holds(at)))
    });
    let (index, stamp) = holding.max_by_key(|(_, stamp)| stamp.coverage.revision)?;
    Some((stamp.cms.as_ref()?, case.facts.signers.get(index)?.path.as_ref()?))
}

/// What ends, and when.
struct Ends<'c, 'a> {
    case: &'c Case<'a>,
    all: Vec<(Time, Message)>,
}

impl Ends<'_, '_> {
    /// The algorithms of a message, and the key that signed it.
    fn message(&mut self, cms: &CmsFacts) {
        let policy = self.case.policy;
        let digests = cms.content_digest_algorithm.into_iter().chain(cms.algorithm.and_then(|algorithm| algorithm.digest()));
        let mut lifetimes: Vec<(String, Lifetime)> =
            digests.map(|digest| (digest.name().to_owned(), policy.digest_lifetime(digest))).collect();
        lifetimes.extend(cms.algorithm.map(|algorithm| (algorithm.name(), policy.scheme_lifetime(algorithm))));
        lifetimes.extend(cms.signer.as_ref().map(|signer| (key_name(&signer.key_kind()), policy.key_lifetime(&signer.key_kind()))));
        for (name, lifetime) in lifetimes {
            if let Lifetime::Until(last) = lifetime {
                self.all.push((last, Message::new(id::HORIZON_ALGORITHM).with("algorithm", name)));
            }
        }
    }

    /// The certificates of a path, but for the anchor.
    fn path(&mut self, path: &PathFacts) {
        let count = if path.anchored { path.steps.len().saturating_sub(1) } else { path.steps.len() };
        for step in path.steps.iter().take(count) {
            let message = Message::new(id::HORIZON_CERTIFICATE).with("name", name_of(&step.certificate));
            self.all.push((step.certificate.not_after(), message));
        }
    }

    /// The statuses of a path: with what there is now, they count until the next list is due.
    fn statuses(&mut self, path: &PathFacts) {
        for step in &path.steps {
            if let Some(next) = step.revocation.as_ref().and_then(|facts| facts.next_update) {
                self.all.push((next, Message::new(id::HORIZON_STATUS).with("name", name_of(&step.certificate))));
            }
        }
    }
}
