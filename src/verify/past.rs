//! What timestamps prove about the past (EN 319 102-1 5.4 to 5.6): when each signature existed at the latest, and when it was made at the earliest.
//!
//! Every timestamp is judged as a signature of its own, the last one first: at the time of judgement, or as of the time that a later timestamp
//! proves for it. One that passes proves that what it is over existed at its time. So the time as of which anything is judged slides back along
//! the timestamps over it, and stops at the first one that does not hold.

use super::Policy;
use super::checks::{Case, Subject};
use super::facts::{Facts, SignerFacts};
use super::gather::covers;
use super::judge::run;
use super::report::{Verdict, Why};
use crate::cms::{CmsFacts, Match};
use crate::format::{ChangeLevel, CoverageFacts, Later, SignatureFacts, SignatureKind};
use crate::time::Time;
use crate::trust::PathFacts;

/// What is proven about the signatures of a document.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    /// One for each signature, in their order.
    of: Vec<Proof>,
    /// The document timestamps that hold: the revision that each is over, and its time.
    stamps: Vec<(u64, Time)>,
}

/// What is proven about one signature.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proof {
    /// The earliest time at which it provably existed.
    pub(crate) existed: Option<Existence>,
    /// It was made after this time: what was signed contains a timestamp of it.
    pub(crate) made_after: Option<Time>,
    /// What came of each signature timestamp, in their order.
    pub(crate) tokens: Vec<Token>,
    /// When the document with the signature provably existed: what came in no later revision existed then.
    revisions: Vec<(u64, Time)>,
}

/// A proven time, and who proves it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Existence {
    pub(crate) time: Time,
    /// The name of the time-stamping authority.
    pub(crate) by: Option<String>,
}

/// What came of a signature timestamp.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) time: Option<Time>,
    pub(crate) by: Option<String>,
    pub(crate) verdict: Verdict,
    /// Why it proves nothing, the most useful reason first.
    pub(crate) why: Vec<Why>,
    /// The path of its authority that it was judged by.
    pub(crate) path: Option<PathFacts>,
}

impl Proofs {
    /// Judges every timestamp in `facts`.
    pub(super) fn of(facts: &Facts, policy: &Policy, now: Time) -> Self {
        let signatures = &facts.document.signatures;
        let mut proofs = Self { of: vec![Proof::default(); signatures.len()], stamps: Vec::new() };
        let mut stamps: Vec<usize> = (0..signatures.len()).filter(|index| is_stamp(signatures, *index)).collect();
        stamps.sort_by_key(|index| std::cmp::Reverse(signatures.get(*index).and_then(|stamp| stamp.coverage.revision)));
        for index in stamps {
            proofs.stamp(facts, policy, now, index);
        }
        for index in 0..signatures.len() {
            proofs.signature(facts, policy, now, index);
        }
        proofs
    }

    /// What is proven of the signature with this index.
    pub(super) fn at(&self, index: usize) -> Proof {
        self.of.get(index).cloned().unwrap_or_default()
    }

    /// When a document timestamp that holds proves at the earliest that `signature` existed.
    fn covered(&self, facts: &Facts, signature: &SignatureFacts) -> Option<Existence> {
        let holding = facts.document.signatures.iter().filter(|stamp| covers(stamp, signature) && self.holds(stamp));
        let existing = holding.filter_map(|stamp| Some(Existence { time: stamp.cms.as_ref()?.timestamp_time?, by: authority(stamp) }));
        existing.min_by_key(|existence| existence.time)
    }

    fn holds(&self, stamp: &SignatureFacts) -> bool {
        let time = stamp.cms.as_ref().and_then(|cms| cms.timestamp_time);
        matches!((stamp.coverage.revision, time), (Some(revision), Some(time)) if self.stamps.contains(&(revision, time)))
    }

    fn stamp(&mut self, facts: &Facts, policy: &Policy, now: Time, index: usize) {
        let Some(signature) = facts.document.signatures.get(index) else { return };
        let existed = self.covered(facts, signature);
        let proof = Proof { existed, revisions: self.stamps.clone(), ..Proof::default() };
        let case = Case::of_signature(facts, policy, now, (index, signature), Some(&proof));
        let verdict = run(&case, |check| check.concerns(SignatureKind::DocumentTimestamp)).verdict;
        let stated = signature.cms.as_ref().and_then(|cms| cms.timestamp_time);
        if let (Verdict::Passed, Some(revision), Some(time)) = (verdict, signature.coverage.revision, stated) {
            self.stamps.push((revision, time));
        }
        if let Some(place) = self.of.get_mut(index) {
            *place = proof;
        }
    }

    fn signature(&mut self, facts: &Facts, policy: &Policy, now: Time, index: usize) {
        let Some(signature) = facts.document.signatures.get(index) else { return };
        let covered = self.covered(facts, signature);
        let tokens = self.tokens(facts, policy, now, index, covered.as_ref());
        let stated = tokens.iter().filter(|token| token.verdict == Verdict::Passed);
        let existing = stated.filter_map(|token| Some(Existence { time: token.time?, by: token.by.clone() }));
        let existed = existing.chain(covered).min_by_key(|existence| existence.time);
        let contained = facts.document.signatures.iter().filter(|stamp| covers_revision_before(signature, stamp) && self.holds(stamp));
        let made_after = contained.filter_map(|stamp| stamp.cms.as_ref()?.timestamp_time).max();
        let revisions = self.stamps.clone();
        if let Some(place) = self.of.get_mut(index) {
            *place = Proof { existed, made_after, tokens, revisions };
        }
    }

    /// Judges each signature timestamp of the signature as a timestamp in the place of its signature.
    fn tokens(&self, facts: &Facts, policy: &Policy, now: Time, index: usize, covered: Option<&Existence>) -> Vec<Token> {
        let signature = facts.document.signatures.get(index);
        let Some(cms) = signature.and_then(|signature| signature.cms.as_ref()) else { return Vec::new() };
        let signers = facts.signers.get(index).map(|signer| signer.timestamps.as_slice()).unwrap_or_default();
        let unknown = SignerFacts::default();
        let mut tokens = Vec::with_capacity(cms.signature_timestamps.len());
        for (number, timestamp) in cms.signature_timestamps.iter().enumerate() {
            let Some(token) = timestamp.token.as_deref() else {
                tokens.push(Token { time: None, by: None, verdict: Verdict::Failed, why: Vec::new(), path: None });
                continue;
            };
            let stand_in = in_place(token, signature);
            let signer = signers.get(number).unwrap_or(&unknown);
            let proof = Proof { existed: covered.cloned(), revisions: self.stamps.clone(), ..Proof::default() };
            let case = Case::of_signature(facts, policy, now, (index, &stand_in), Some(&proof)).with_signer(Some(signer));
            let judged = run(&case, |check| check.concerns(SignatureKind::DocumentTimestamp) && check.subject != Subject::Document);
            let belongs = timestamp.imprint == Match::Matches;
            let verdict = if belongs { judged.verdict } else { Verdict::Failed };
            let by = authority(&stand_in);
            tokens.push(Token { time: token.timestamp_time, by, verdict, why: judged.why, path: case.path().cloned() });
        }
        tokens
    }
}

impl Proof {
    /// Whether the document timestamp over this revision, from 1, of this time holds.
    pub(super) fn holds(&self, stamp: (u64, Time)) -> bool {
        self.revisions.contains(&stamp)
    }

    /// When what the document has since `revision`, from 1, provably existed; `None` where nothing proves it.
    pub(crate) fn existence_of(&self, revision: Option<u64>) -> Option<Time> {
        let revision = revision?;
        self.revisions.iter().filter(|(stamped, _)| *stamped >= revision).map(|(_, time)| *time).min()
    }
}

fn is_stamp(signatures: &[SignatureFacts], index: usize) -> bool {
    signatures.get(index).is_some_and(|signature| signature.kind == SignatureKind::DocumentTimestamp)
}

/// Whether the document timestamp is in what `signature` is over.
fn covers_revision_before(signature: &SignatureFacts, stamp: &SignatureFacts) -> bool {
    stamp.kind == SignatureKind::DocumentTimestamp
        && stamp.coverage.revision.is_some()
        && stamp.coverage.revision < signature.coverage.revision
}

/// What a person calls the authority of a timestamp.
fn authority(stamp: &SignatureFacts) -> Option<String> {
    let signer = stamp.cms.as_ref()?.signer.as_ref()?;
    Some(super::checks::called(signer.subject()))
}

/// A signature timestamp as a document timestamp that covers what its signature covers: all else about it is the same.
fn in_place(token: &CmsFacts, signature: Option<&SignatureFacts>) -> SignatureFacts {
    let coverage = signature.map(|signature| signature.coverage.clone()).unwrap_or_default();
    SignatureFacts {
        kind: SignatureKind::DocumentTimestamp,
        field: signature.and_then(|signature| signature.field.clone()),
        sub_filter: Some("ETSI.RFC3161".to_owned()),
        claimed_time: None,
        name: None,
        reason: None,
        location: None,
        contact: None,
        place: None,
        certification: None,
        coverage: CoverageFacts { whole_file: true, ..coverage },
        later: Later { level: Some(ChangeLevel::Nothing), allowed: ChangeLevel::Nothing, changes: Vec::new() },
        cms: Some(token.clone()),
        unsigned: false,
        findings: Vec::new(),
    }
}
