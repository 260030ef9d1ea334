//! Time-stamps on a signature: whether each is of a kind that can prove a time, whoever its authority is.
//!
//! One that belongs to another signature, or is damaged, fails the signature (`cms.signature_timestamp_…`). What is wrong here takes the proof
//! away, and no more: the signature is what it would be without the time-stamp, and the report says why.

use super::{Case, Check, Outcome, Subject, find};
use crate::cms::{CmsFacts, Match, ReferenceMatch, TimestampFacts};
use crate::message::{Message, id};
use crate::verify::policy::Policy;
use crate::verify::report::Severity;

/// A row for the problems with this id.
pub(super) const fn row(id: &'static str, clause: &'static str) -> Check {
    Check::new(id, clause, run).of(Subject::Signature).warns()
}

/// Findings about a token that have a row of their own for the signature that carries it.
const NAMED: &[(&str, &str)] = &[
    (id::CMS_ONE_SIGNER, id::TIMESTAMP_ONE_SIGNER),
    (id::CMS_TIMESTAMP_ACCURACY, id::TIMESTAMP_ACCURACY),
    (id::CMS_TIMESTAMP_EXTENSION, id::TIMESTAMP_EXTENSION),
    (id::CMS_TIMESTAMP_USAGE, id::TIMESTAMP_USAGE),
];

fn run(case: &Case<'_>, check: &Check) -> Outcome {
    let timestamps = case.cms().map_or(&[][..], |cms| &cms.signature_timestamps);
    if timestamps.is_empty() {
        return Outcome::NotApplicable;
    }
    let all = timestamps.iter().flat_map(|timestamp| problems(timestamp, case.policy));
    Outcome::failed_if_any(all.filter(|problem| problem.id() == check.id).collect())
}

/// Why `timestamp` proves no time, whoever its authority is; empty where it does. The ids are those of rows.
pub(in crate::verify) fn problems(timestamp: &TimestampFacts, policy: &Policy) -> Vec<Message> {
    let Some(token) = &timestamp.token else { return vec![Message::new(id::CMS_SIGNATURE_TIMESTAMP_BROKEN)] };
    let mut problems = Vec::new();
    match timestamp.imprint {
        Match::Differs => problems.push(Message::new(id::CMS_SIGNATURE_TIMESTAMP_IMPRINT)),
        Match::Matches => {}
        Match::Unchecked => problems.push(Message::new(id::TIMESTAMP_IMPRINT)),
    }
    match (token.content, token.value) {
        (Match::Differs, _) | (_, Match::Differs) => problems.push(Message::new(id::CMS_SIGNATURE_TIMESTAMP_BROKEN)),
        (_, Match::Matches) if token.signed_attributes && token.signing_certificate != ReferenceMatch::Matches => {
            problems.push(Message::new(id::TIMESTAMP_REFERENCE));
        }
        (_, Match::Matches) => {}
        (_, Match::Unchecked) => problems.push(Message::new(id::TIMESTAMP_VALUE)),
    }
    problems.extend(token.findings.iter().filter_map(|finding| problem(finding, token, policy)));
    problems
}

/// What a finding about a token means for its proof. What only warns of a message alone does not harm it.
fn problem(finding: &Message, token: &CmsFacts, policy: &Policy) -> Option<Message> {
    if let Some((_, named)) = NAMED.iter().find(|(known, _)| *known == finding.id()) {
        return Some(finding.renamed(named));
    }
    // Said by the rows of the value and the imprint.
    let is_said = (finding.id() == id::CMS_SIGNER_CERTIFICATE && token.signer.is_none()) || finding.id() == id::CMS_IMPRINT_UNSUPPORTED;
    let weighs = find(finding.id()).is_none_or(|row| policy.severity(row) == Severity::Fail);
    (weighs && !is_said).then(|| Message::new(id::TIMESTAMP_RULE).with_messages("why", vec![finding.clone()]))
}
