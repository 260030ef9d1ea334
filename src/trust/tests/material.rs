//! What the tests over collections of others share: the folder, the judgement by date, and lists of exceptions that must stay true.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::evidence::{Evidence, Origin};
use crate::limits::{Budget, Exceeded};
use crate::time::Time;
use crate::trust::{Cache, PathFacts, PathOptions, RevocationFacts, RevocationStatus, TrustStore, Use, Wanted, build_path};
use crate::x509::Certificate;

/// The folder `other/x509path` of the collection; `None`, said aloud, where it is not there.
pub(super) fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("KYSO_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let folder = root.join("other/x509path");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "{} is not there", folder.display());
    println!("skipped: {} is not there", folder.display());
    None
}

/// One case: is there a good path?
pub(super) struct Case {
    pub(super) end: Vec<u8>,
    pub(super) others: Vec<Vec<u8>>,
    pub(super) anchors: Vec<Vec<u8>>,
    pub(super) lists: Vec<Vec<u8>>,
    pub(super) options: PathOptions,
    pub(super) time: Time,
}

/// What counts as good.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Anchor, rules, dates.
    Path,
    /// And a fresh list that says "good", for each certificate below the anchor.
    PathAndStatus,
}

impl Case {
    /// Why there is no good path; empty where there is one. What cannot be read, or costs too much, is none.
    pub(super) fn reasons(&self, depth: Depth) -> Vec<String> {
        match self.facts() {
            Some(Ok(facts)) => self.reasons_in(&facts, depth),
            Some(Err(exceeded)) => vec![format!("limit.{}", exceeded.0.name())],
            None => vec!["unreadable".to_owned()],
        }
    }

    fn facts(&self) -> Option<Result<PathFacts, Exceeded>> {
        let mut trust = TrustStore::new();
        let mut evidence = Evidence::new();
        for anchor in &self.anchors {
            trust.add(Certificate::from_der(anchor).ok()?);
        }
        for other in &self.others {
            if let Ok(certificate) = Certificate::from_der(other) {
                evidence.add_certificate(certificate, Origin::Caller);
            }
        }
        for list in &self.lists {
            evidence.add(list).ok()?;
        }
        let end = Certificate::from_der(&self.end).ok()?;
        let (cache, budget) = (Cache::default(), Budget::default());
        Some(build_path(&end, &trust, Use::Signing, &evidence, &self.options, self.time, &cache, &budget, &Wanted::default()))
    }

    fn reasons_in(&self, facts: &PathFacts, depth: Depth) -> Vec<String> {
        let mut reasons: Vec<String> = facts.problems.iter().map(|problem| problem.message.id().to_owned()).collect();
        if !facts.anchored {
            reasons.push("chain.anchor".to_owned());
        }
        if !facts.steps.iter().all(|step| step.certificate.is_in_date(self.time)) {
            reasons.push("certificate.in_date".to_owned());
        }
        let statuses = facts.steps.iter().filter_map(|step| step.revocation.as_ref()).filter(|_| depth == Depth::PathAndStatus);
        reasons.extend(statuses.filter_map(|facts| self.reason_of_status(facts)).map(str::to_owned));
        reasons
    }

    fn reason_of_status(&self, facts: &RevocationFacts) -> Option<&'static str> {
        match facts.status {
            RevocationStatus::Revoked => Some("status.revoked"),
            RevocationStatus::Good if facts.next_update.is_none_or(|next| next >= self.time) => None,
            RevocationStatus::Good => Some("status.stale"),
            RevocationStatus::Unknown => Some("status.unknown"),
        }
    }
}

/// Counts results and holds them against the exceptions.
pub(super) struct Tally {
    name: &'static str,
    exceptions: &'static [(&'static str, &'static str)],
    met: BTreeSet<String>,
    ran: usize,
    wrong: Vec<String>,
}

impl Tally {
    pub(super) fn new(name: &'static str, exceptions: &'static [(&'static str, &'static str)]) -> Self {
        Self { name, exceptions, met: BTreeSet::new(), ran: 0, wrong: Vec::new() }
    }

    pub(super) fn count(&mut self, id: &str, expected: bool, found: bool) {
        self.ran += 1;
        let exception = self.exceptions.iter().find(|exception| exception.0 == id);
        match (expected == found, exception) {
            (true, None) => {}
            (true, Some(_)) => self.wrong.push(format!("{id}: the exception is no longer true")),
            (false, Some((_, reason))) => {
                println!("{}: exception {id}: {reason}", self.name);
                self.met.insert(id.to_owned());
            }
            (false, None) => self.wrong.push(format!("{id}: expected {}", if expected { "a good path" } else { "no good path" })),
        }
    }

    pub(super) fn finish(mut self, at_least: usize) {
        for (id, _) in self.exceptions.iter().filter(|exception| !self.met.contains(exception.0)) {
            self.wrong.push(format!("{id}: an exception that no case has, or that no longer holds"));
        }
        println!(
            "{}: {} cases ran, {} as expected, {} exceptions",
            self.name,
            self.ran,
            self.ran - self.met.len() - self.wrong.len(),
            self.met.len()
        );
        assert!(self.ran >= at_least, "{}: only {} cases ran", self.name, self.ran);
        assert!(self.wrong.is_empty(), "{}:\n  {}", self.name, self.wrong.join("\n  "));
    }
}
