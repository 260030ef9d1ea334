//! Searches for certification paths: from the end certificate up, by name, key identifier and signature.

use std::collections::{HashMap, HashSet};

use super::status::Statuses;
use super::validation::{Path, problems};
use super::{Cache, PathFacts, PathOptions, PathProblem, PathStep, RevocationFacts, RevocationStatus, TrustStore, Use, Wanted};
use crate::crypto::VerifyError;
use crate::evidence::{Evidence, Origin, Request};
use crate::limits::{Budget, Exceeded, Resource};
use crate::message::id;
use crate::time::Time;
use crate::x509::Certificate;

/// All that a search depends on.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) trust: &'a TrustStore,
    pub(super) usage: Use,
    /// The one anchor that the path must end at, where that is settled.
    pub(super) anchor: Option<&'a Certificate>,
    pub(super) evidence: &'a Evidence,
    pub(super) options: &'a PathOptions,
    pub(super) time: Time,
    pub(super) cache: &'a Cache,
    pub(super) budget: &'a Budget,
    pub(super) wanted: &'a Wanted,
}

impl<'a> Question<'a> {
    /// The certificates that are trusted for the purpose.
    pub(super) fn anchors(&self) -> impl Iterator<Item = &'a Certificate> + use<'a> {
        let only = self.anchor;
        self.trust.trusted_for(self.usage).filter(move |anchor| only.is_none_or(|only| only == *anchor))
    }

    /// Every certificate that may be part of a path.
    pub(super) fn pool(&self) -> impl Iterator<Item = (&'a Certificate, Origin)> + use<'a> {
        let stored = self.trust.anchors().iter().map(|anchor| (&anchor.certificate, Origin::TrustStore));
        self.evidence.certificates().chain(stored)
    }

    fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.anchors().any(|anchor| anchor == certificate)
    }

    /// Where the certificate is from.
    fn origin(&self, certificate: &Certificate) -> Origin {
        if self.is_anchor(certificate) {
            return Origin::TrustStore;
        }
        self.pool().find(|(known, _)| *known == certificate).map_or(Origin::Signature, |(_, origin)| origin)
    }
}

/// A search in progress.
pub(super) struct Search<'a> {
    question: Question<'a>,
    statuses: Statuses<'a>,
    path: Vec<Certificate>,
    misfits: Vec<(usize, VerifyError)>,
    /// Keys of the names from which, by names alone, an anchor can be reached.
    reachable: Option<HashSet<u64>>,
    best: Option<(Score, PathFacts)>,
}

/// Certificates whose key made a signature, and those that are named as issuer but whose key did not.
type Issuers = (Vec<Certificate>, Vec<(Certificate, VerifyError)>);

/// How far a path gets; the greater, the more useful.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    anchored: bool,
    signatures_fit: bool,
    faultless: bool,
    unrevoked: bool,
    in_date: bool,
    status_known: bool,
    few_problems: std::cmp::Reverse<usize>,
    length: i64,
}

impl Score {
    const fn is_perfect(&self) -> bool {
        self.anchored && self.faultless && self.unrevoked && self.in_date
    }
}

/// Whether the search goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Done,
    GoOn,
}

impl<'a> Search<'a> {
    pub(super) fn new(question: Question<'a>) -> Self {
        Self::with_statuses(question, Statuses::new(question))
    }

    /// A search within the look-up of a status, which knows what is being looked up already.
    pub(super) const fn with_statuses(question: Question<'a>, statuses: Statuses<'a>) -> Self {
        Self { question, statuses, path: Vec::new(), misfits: Vec::new(), reachable: None, best: None }
    }

    /// The best path from `end`.
    pub(super) fn best(mut self, end: &Certificate) -> Result<PathFacts, Exceeded> {
        self.path.push(end.clone());
        self.explore()?;
        let mut facts = match self.best.take() {
            Some((_, facts)) => facts,
            None => self.facts(false)?.1,
        };
        self.want_issuers(&mut facts);
        Ok(facts)
    }

    /// Notes where issuers may be had that a path lacks: above its end, and where another key of the name was at hand.
    fn want_issuers(&self, facts: &mut PathFacts) {
        let misfits = facts.problems.iter().filter(|problem| problem.message.id() == id::CHAIN_SIGNATURE);
        let misfits = misfits.filter_map(|problem| facts.steps.get(problem.step));
        let end = facts.steps.last().filter(|_| !facts.anchored);
        let orphans: Vec<&Certificate> =
            misfits.chain(end).map(|step| &step.certificate).filter(|orphan| !orphan.is_self_issued()).collect();
        for orphan in &orphans {
            self.question.wanted.add(Request::issuers(orphan));
        }
        let failures = orphans.iter().flat_map(|orphan| self.question.evidence.failures(orphan));
        facts.rejected = failures.cloned().collect();
    }

    /// Goes on from the last certificate of the path.
    fn explore(&mut self) -> Result<Progress, Exceeded> {
        let Some(current) = self.path.last().cloned() else { return Ok(Progress::Done) };
        if self.question.is_anchor(&current) {
            return self.consider(true);
        }
        let mut extended = false;
        if self.path.len() < MAX_LENGTH {
            let (fitting, misfitting) = self.issuers(&current)?;
            let hopeless = !self.reaches_anchor(&current);
            // Where no anchor can be reached, one path is as good as another: the first is followed to its end.
            let width = if hopeless { 1 } else { usize::MAX };
            for issuer in fitting.into_iter().take(width) {
                extended = true;
                if self.step_to(issuer)? == Progress::Done {
                    return Ok(Progress::Done);
                }
            }
            if !extended && self.misfits.is_empty() {
                for (issuer, error) in misfitting.into_iter().take(width) {
                    extended = true;
                    self.misfits.push((self.path.len().saturating_sub(1), error));
                    let progress = self.step_to(issuer)?;
                    self.misfits.pop();
                    if progress == Progress::Done {
                        return Ok(Progress::Done);
                    }
                }
            }
        }
        if extended { Ok(Progress::GoOn) } else { self.consider(false) }
    }

    fn step_to(&mut self, issuer: Certificate) -> Result<Progress, Exceeded> {
        self.path.push(issuer);
        let progress = self.explore();
        self.path.pop();
        progress
    }

    /// The certificates that may have issued `current`, the likely ones first.
    fn issuers(&mut self, current: &Certificate) -> Result<Issuers, Exceeded> {
        let wanted_key = current.extensions().authority_key_identifier.as_deref();
        let mut candidates: Vec<(bool, bool, bool, &Certificate)> = Vec::new();
        let mut seen = HashSet::new();
        for (candidate, _) in self.question.pool().filter(|(candidate, _)| candidate.subject().matches(current.issuer())) {
            self.question.budget.spend(Resource::PathSteps, 1)?;
            if self.is_in_path(candidate) || !seen.insert(candidate.sha256()) {
                continue;
            }
            let key = candidate.extensions().subject_key_identifier.as_deref();
            let contradicts = matches!((wanted_key, key), (Some(wanted), Some(key)) if wanted != key);
            let (distant, stale) = (!self.question.is_anchor(candidate), !candidate.is_in_date(self.question.time));
            candidates.push((contradicts, distant, stale, candidate));
        }
        candidates.sort_by_key(|(contradicts, distant, stale, _)| (*contradicts, *distant, *stale));
        let (mut fitting, mut misfitting) = (Vec::new(), Vec::new());
        for (contradicts, _, _, candidate) in candidates {
            match self.question.cache.certificate(current, candidate.public_key(), self.question.budget)? {
                Ok(()) => fitting.push(candidate.clone()),
                // Another key of the same issuer is no sign of forgery.
                Err(_) if contradicts => {}
                Err(error) => misfitting.push((candidate.clone(), error)),
            }
        }
        Ok((fitting, misfitting))
    }

    /// Whether the path has this certificate, or one of the same subject and key (RFC 4158 5.2): it would go in circles.
    fn is_in_path(&self, candidate: &Certificate) -> bool {
        self.path.iter().any(|known| {
            known == candidate || (known.public_key() == candidate.public_key() && known.subject().matches(candidate.subject()))
        })
    }

    /// Whether names lead from the certificate to an anchor. Saves the search from walking through every path of a large graph without one.
    fn reaches_anchor(&mut self, certificate: &Certificate) -> bool {
        let question = self.question;
        let reachable = self.reachable.get_or_insert_with(|| {
            let mut below: HashMap<u64, Vec<u64>> = HashMap::new();
            for (known, _) in question.pool() {
                below.entry(known.issuer().key()).or_default().push(known.subject().key());
            }
            let mut open: Vec<u64> = question.anchors().map(|anchor| anchor.subject().key()).collect();
            let mut reached = HashSet::new();
            while let Some(name) = open.pop() {
                if reached.insert(name) {
                    open.extend(below.get(&name).into_iter().flatten());
                }
            }
            reached
        });
        reachable.contains(&certificate.issuer().key())
    }

    /// Weighs the path as it stands.
    fn consider(&mut self, anchored: bool) -> Result<Progress, Exceeded> {
        let (score, facts) = self.facts(anchored)?;
        if self.best.as_ref().is_none_or(|(best, _)| score > *best) {
            self.best = Some((score, facts));
        }
        Ok(if score.is_perfect() { Progress::Done } else { Progress::GoOn })
    }

    fn facts(&mut self, anchored: bool) -> Result<(Score, PathFacts), Exceeded> {
        let question = self.question;
        question.budget.spend(Resource::PathSteps, self.path.iter().map(work).fold(0, u64::saturating_add))?;
        let path = Path { certificates: &self.path, anchored, misfits: &self.misfits };
        let problems = problems(&path, question.options, question.budget)?;
        let last = self.path.len().saturating_sub(1);
        let anchor = if anchored { self.path.last() } else { None };
        let mut steps = Vec::with_capacity(self.path.len());
        for (index, certificate) in self.path.iter().enumerate() {
            let issuer = self.path.get(index.saturating_add(1));
            let pinned = anchored && index == last;
            let revocation = if pinned { None } else { Some(self.statuses.of(certificate, issuer, anchor)?) };
            let revision = question.evidence.revision_of(certificate.sha256());
            steps.push(PathStep { certificate: certificate.clone(), origin: question.origin(certificate), revision, revocation });
        }
        let wanted = match self.path.last() {
            Some(certificate) if !anchored => certificate.extensions().issuer_urls.clone(),
            _ => Vec::new(),
        };
        let score = self.score(&steps, &problems, anchored);
        Ok((score, PathFacts { steps, anchored, problems, wanted, rejected: Vec::new() }))
    }

    fn score(&self, steps: &[PathStep], problems: &[PathProblem], anchored: bool) -> Score {
        let misfit = |problem: &PathProblem| [id::CHAIN_SIGNATURE, id::CHAIN_ALGORITHM_UNSUPPORTED].contains(&problem.message.id());
        let statuses = || steps.iter().filter_map(|step| step.revocation.as_ref()).map(|facts: &RevocationFacts| facts.status);
        let length = i64::try_from(steps.len()).unwrap_or(i64::MAX);
        Score {
            anchored,
            signatures_fit: !problems.iter().any(misfit),
            faultless: problems.is_empty(),
            unrevoked: !statuses().any(|status| status == RevocationStatus::Revoked),
            in_date: steps.iter().all(|step| step.certificate.is_in_date(self.question.time)),
            status_known: statuses().all(|status| status == RevocationStatus::Good),
            few_problems: std::cmp::Reverse(problems.len()),
            length: if anchored { length.saturating_neg() } else { length },
        }
    }
}

/// What it costs to validate one certificate of a path: its policies are gone through each time.
fn work(certificate: &Certificate) -> u64 {
    let extensions = certificate.extensions();
    let policies = extensions.policies.as_ref().map_or(0, Vec::len).saturating_add(extensions.policy_mappings.len());
    u64::try_from(policies / 16).unwrap_or(u64::MAX).saturating_add(1)
}

/// Certificates in a path. Real ones have four or five; the limit keeps the recursion shallow.
const MAX_LENGTH: usize = 64;
