//! Rules that a lower module checks: a finding with the id of the row says that the rule does not hold.

use super::{Case, Check, Outcome, Subject, find};
use crate::message::{Message, id};
use crate::verify::report::SubIndication;

/// A row for the findings with this id.
pub(super) const fn row(id: &'static str, clause: &'static str) -> Check {
    Check::new(id, clause, found)
}

/// Fails with every finding that bears the id of `check`.
pub(super) fn found(case: &Case<'_>, check: &Check) -> Outcome {
    let messages: Vec<Message> = case.findings().filter(|finding| finding.id() == check.id).cloned().collect();
    if messages.is_empty() && !is_examined(case, check) { Outcome::NotApplicable } else { Outcome::failed_if_any(messages) }
}

/// Whether the module that makes such findings had something to look at.
fn is_examined(case: &Case<'_>, check: &Check) -> bool {
    if check.id.starts_with("cms.") {
        case.cms().is_some()
    } else if check.id.starts_with("chain.") {
        case.path().is_some()
    } else {
        true
    }
}

/// What nobody here knows the meaning of is not passed over.
pub(super) const UNKNOWN: Check = Check::new(id::REPORT_UNKNOWN_FINDING, "EN 319 102-1 5.2.8", unknown)
    .uncertain(SubIndication::SigConstraintsFailure, id::SUMMARY_UNKNOWN)
    .of(Subject::Both)
    .core();

/// Findings that no row knows.
pub(super) fn unknown(case: &Case<'_>, check: &Check) -> Outcome {
    let unknown = case.findings().filter(|finding| find(finding.id()).is_none());
    Outcome::unknown_if_any(unknown.map(|finding| Message::new(check.id).with("finding", finding.id())).collect())
}
