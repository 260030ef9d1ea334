//! What happened to the document after a signature.

use std::sync::Arc;

use super::Pdf;
use super::diff_graph::Graph;
use super::diff_rules as rules;
use super::diff_step::{Event, KEPT, compare};
use super::examine::Signature;
use super::field::{FieldTree, Lock};
use super::signature::Forms;
use crate::error::ErrorKind;
use crate::format::{Change, ChangeLevel, Later, SignatureKind};

/// What came after each of `signatures`, in their order. Each revision is compared with the one before it, once for all signatures: what
/// one revision may not do, a later one cannot undo.
pub(crate) fn later(pdf: &Pdf, forms: &Forms, signatures: &[Signature]) -> crate::Result<Vec<Later>> {
    let last = pdf.revisions().len().saturating_sub(1);
    let first = signatures.iter().filter_map(|signature| signature.revision).min().unwrap_or(last);
    let steps = match first < last {
        true if pdf.is_sealed() => None,
        true => steps(pdf, forms, first, last)?,
        false => Some(Vec::new()),
    };
    Ok(signatures.iter().map(|signature| of_signature(signature, signatures, steps.as_deref(), last)).collect())
}

/// What a revision did, and the highest level that the signatures before it allow, where there are any.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) allowed: Option<ChangeLevel>,
    pub(crate) changes: Vec<Change>,
}

/// What each revision after the first did, by the signatures that were there before it. `None` where that could not be found out.
pub(crate) fn every(pdf: &Pdf, forms: &Forms, signatures: &[Signature]) -> crate::Result<Option<Vec<Step>>> {
    let last = pdf.revisions().len().saturating_sub(1);
    if last == 0 || pdf.is_sealed() {
        return Ok((last == 0).then(Vec::new));
    }
    let Some(steps) = steps(pdf, forms, 0, last)? else { return Ok(None) };
    let judged = steps.iter().map(|(revision, events)| {
        // The last one before it has the limits of those before.
        let before = signatures.iter().filter(|signature| signature.found.revision < *revision);
        let limits = before.max_by_key(|signature| signature.found.revision).map(|signature| Limits::of(signature, signatures));
        let allowed = limits.as_ref().map(|limits| limits.allowed);
        let limits = limits.unwrap_or_else(Limits::none);
        Step { allowed, changes: kept(&limits, || events.iter().map(|event| (*revision, event))) }
    });
    Ok(Some(judged.collect()))
}

/// Whether the last revision did nothing but sign: no field was filled in, and nothing else was altered. In doubt it did.
pub(crate) fn only_signs(pdf: &Pdf) -> crate::Result<bool> {
    let last = pdf.revisions().len().saturating_sub(1);
    let steps = if last > 0 { steps(pdf, &Forms::read(pdf)?, last.saturating_sub(1), last)? } else { None };
    let signs = |event: &Event| event.rule.level <= ChangeLevel::FormFilling && event.rule.id != rules::FIELD_FILLED.id;
    Ok(steps.is_some_and(|steps| steps.iter().all(|(_, events)| events.iter().all(signs))))
}

/// The index of a revision, and what it did.
type Changes = (usize, Vec<Event>);

/// The events of each revision, with its index, from the one after `first`. `None` where a limit was reached: then nothing is known.
fn steps(pdf: &Pdf, forms: &Forms, first: usize, last: usize) -> crate::Result<Option<Vec<Changes>>> {
    let analyse = || -> crate::Result<Vec<Changes>> {
        let graph = Graph::read(pdf, first)?;
        let empty: Arc<FieldTree> = Arc::default();
        let tree = |revision: usize| forms.of(revision).unwrap_or(&empty);
        let mut steps = Vec::new();
        for revision in first.saturating_add(1)..=last {
            steps.push((revision, compare(pdf, &graph, [tree(revision.saturating_sub(1)), tree(revision)], revision)?));
        }
        Ok(steps)
    };
    match analyse() {
        Ok(steps) => Ok(Some(steps)),
        Err(error) if error.kind() == ErrorKind::Limit => Ok(None),
        Err(error) => Err(error),
    }
}

fn of_signature(signature: &Signature, all: &[Signature], steps: Option<&[Changes]>, last: usize) -> Later {
    let limits = Limits::of(signature, all);
    let Some(signed) = signature.revision else {
        return Later { level: None, allowed: limits.allowed, changes: Vec::new() };
    };
    let Some(steps) = steps else {
        return Later { level: (signed >= last).then_some(ChangeLevel::Nothing), allowed: limits.allowed, changes: Vec::new() };
    };
    let after = || {
        let later = steps.iter().filter(|(revision, _)| *revision > signed);
        later.flat_map(|(revision, events)| events.iter().map(|event| (*revision, event)))
    };
    let level = after().map(|(_, event)| limits.level(event)).max().unwrap_or(ChangeLevel::Nothing);
    Later { level: Some(level), allowed: limits.allowed, changes: kept(&limits, after) }
}

/// The changes that are told, in their order. Of very many, those that are not allowed are kept first, and then those that can cover a page.
fn kept<'a, I: Iterator<Item = (usize, &'a Event)>>(limits: &Limits<'_>, events: impl Fn() -> I) -> Vec<Change> {
    let rank = |event: &Event| match (limits.level(event) <= limits.allowed, event.covers) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    };
    let mut kept: Vec<(usize, (usize, &Event))> = Vec::new();
    for wanted in 0..=2 {
        let room = KEPT.saturating_sub(kept.len());
        kept.extend(events().enumerate().filter(|(_, (_, event))| rank(event) == wanted).take(room));
    }
    kept.sort_by_key(|(position, _)| *position);
    kept.into_iter().map(|(_, (revision, event))| limits.judge(revision, event)).collect()
}

fn number(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1)
}

/// What a signature and those before it allow.
struct Limits<'a> {
    allowed: ChangeLevel,
    is_certified: bool,
    locks: Vec<&'a Lock>,
}

impl<'a> Limits<'a> {
    /// Where nobody has signed yet, everything may change.
    const fn none() -> Self {
        Self { allowed: ChangeLevel::Other, is_certified: false, locks: Vec::new() }
    }

    /// ISO 32000-2 12.8.2.2.2: the level of the certification; without one, what is usual for approval signatures. Locks only tighten it.
    fn of(signature: &'a Signature, all: &'a [Signature]) -> Self {
        let upto = signature.found.revision;
        let before: Vec<&Signature> = all.iter().filter(|other| other.found.revision <= upto).collect();
        let certified = before.iter().filter_map(|other| other.entries.certification).min();
        let locks: Vec<&Lock> = before.iter().flat_map(|other| &other.entries.locks).collect();
        // Only one that a field bears counts as a signature, and may allow more than is usual; a time-stamp says nothing for anybody.
        let is_borne = |other: &&Signature| other.entries.kind == SignatureKind::Signature && !other.found.fields.is_empty();
        let is_certified = before.iter().any(|other| other.entries.certification.is_some() && is_borne(other));
        let most = if is_certified { ChangeLevel::Annotations } else { ChangeLevel::FormFilling };
        let base = certified.map_or(ChangeLevel::FormFilling, level).min(most);
        let lowest = locks.iter().filter_map(|lock| lock.permission).map(level).min().unwrap_or(base);
        Self { allowed: base.min(lowest), is_certified: certified.is_some(), locks }
    }

    fn judge(&self, revision: usize, event: &Event) -> Change {
        let revision = number(revision);
        let message = match self.locked(event) {
            Some(field) => event.message.renamed(rules::FIELD_LOCKED.id).with("field", field),
            None => event.message.clone(),
        };
        // Without a certification, signers who follow are expected to show their signatures.
        Change { revision, level: self.level(event), covers: self.is_certified && event.covers, message }
    }

    fn level(&self, event: &Event) -> ChangeLevel {
        match self.locked(event) {
            Some(_) => rules::FIELD_LOCKED.level,
            None if self.is_certified => event.rule.certified,
            None => event.rule.level,
        }
    }

    /// The field that the event is about, where it is locked.
    fn locked<'e>(&self, event: &'e Event) -> Option<&'e str> {
        event.field.as_deref().filter(|field| self.locks.iter().any(|lock| lock.covers(field)))
    }
}

/// DocMDP and lock permissions, 1 to 3.
const fn level(permission: u8) -> ChangeLevel {
    match permission {
        0 | 1 => ChangeLevel::LongTermData,
        2 => ChangeLevel::FormFilling,
        _ => ChangeLevel::Annotations,
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
