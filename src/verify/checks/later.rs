//! What came after the signature.

use super::document::is_not_decrypted;
use super::{Case, Check, Outcome, Subject};
use crate::format::{Change, ChangeLevel, SignatureFacts};
use crate::message::{Message, id};
use crate::verify::report::{LaterChanges, SubIndication};

pub(super) const CHANGES: Check =
    Check::new(id::LATER_CHANGES, "ISO 32000-2 12.8.2.2", changes).fails(SubIndication::SigConstraintsFailure, id::SUMMARY_CHANGED).core();

/// What was put over a certified page is said, though it is allowed: a reader may see something else than was certified (the evil annotation
/// and sneaky signature attacks).
pub(super) const PAINTED_OVER: Check =
    Check::new(id::LATER_PAINTED_OVER, "ISO 32000-2 12.5, 12.8.2.2.2", painted_over).of(Subject::Signature).warns();

/// What came after `signature`, judged by the level that it allows.
pub(in crate::verify) fn state(signature: &SignatureFacts) -> LaterChanges {
    // The signed bytes are no revision, so nothing can be compared with them.
    if signature.coverage.revision.is_none() {
        return LaterChanges::Unknown;
    }
    match level(signature) {
        None => LaterChanges::Unknown,
        Some(ChangeLevel::Nothing) => LaterChanges::None,
        Some(level) if level <= signature.later.allowed && level != ChangeLevel::Other => LaterChanges::Allowed,
        Some(_) => LaterChanges::Forbidden,
    }
}

/// The level of all changes; never lower than that of one of them.
fn level(signature: &SignatureFacts) -> Option<ChangeLevel> {
    let highest = signature.later.changes.iter().map(|change| change.level).max();
    signature.later.level.map(|level| highest.map_or(level, |highest| highest.max(level)))
}

fn changes(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(signature) = case.signature().filter(|signature| !signature.unsigned) else { return Outcome::NotApplicable };
    match state(signature) {
        LaterChanges::Allowed | LaterChanges::None => Outcome::Passed,
        LaterChanges::Unknown if signature.coverage.revision.is_none() => Outcome::NotApplicable,
        // The changes are there for those who have a key; nobody can say that they are forbidden.
        LaterChanges::Unknown if is_not_decrypted(&case.facts.document) => Outcome::unknown(Message::new(id::LATER_UNREADABLE)),
        LaterChanges::Unknown => Outcome::failed(Message::new(id::LATER_UNREADABLE)),
        LaterChanges::Forbidden => Outcome::Failed(forbidden(signature)),
    }
}

fn painted_over(case: &Case<'_>, _check: &Check) -> Outcome {
    let Some(signature) = case.signature().filter(|signature| !signature.unsigned) else { return Outcome::NotApplicable };
    let covering = signature.later.changes.iter().filter(|change| change.covers && is_allowed(signature, change));
    Outcome::failed_if_any(covering.map(|change| covering_message(&change.message)).collect())
}

/// Where the look of a field changed and nothing was added, its own sentence says more.
fn covering_message(message: &Message) -> Message {
    if message.id() == id::LATER_APPEARANCE_ONLY { message.clone() } else { message.renamed(id::LATER_PAINTED_OVER) }
}

/// Whether `signature` allows the change.
pub(in crate::verify) fn is_allowed(signature: &SignatureFacts, change: &Change) -> bool {
    change.level != ChangeLevel::Other && change.level <= signature.later.allowed
}

/// The changes that are not allowed; a general sentence where none is kept.
fn forbidden(signature: &SignatureFacts) -> Vec<Message> {
    let changes = signature.later.changes.iter();
    let forbidden = changes.filter(|change| !is_allowed(signature, change));
    let messages: Vec<Message> = forbidden.map(|change| change.message.clone()).collect();
    if messages.is_empty() { vec![Message::new(id::LATER_CHANGES)] } else { messages }
}
