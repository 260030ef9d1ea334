//! Builds certification paths and validates them by RFC 5280 6.1, except for time: what a date decides is judged later from the facts.

use super::{RevocationFacts, TrustStore, Use};
use crate::evidence::{Evidence, Origin};
use crate::limits::{Budget, Exceeded};
use crate::message::Message;
use crate::time::Time;
use crate::x509::Certificate;

/// What the caller asks of a path.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PathOptions {
    /// user-initial-policy-set, dotted; empty: any-policy.
    pub initial_policies: Vec<String>,
    /// initial-explicit-policy.
    pub explicit_policy: bool,
    /// initial-policy-mapping-inhibit.
    pub inhibit_policy_mapping: bool,
    /// initial-any-policy-inhibit.
    pub inhibit_any_policy: bool,
    /// An extended key usage, dotted, that the end certificate must allow if it limits its usage.
    pub extended_key_usage: Option<String>,
}

/// One certificate of a path.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct PathStep {
    /// The certificate.
    pub certificate: Certificate,
    /// Where it came from.
    pub origin: Origin,
    /// Its status; `None` for the anchor, whose status is the trust store.
    pub revocation: Option<RevocationFacts>,
}

/// A rule that a path breaks, whatever the time. Ids are checks: `chain.signature`, `chain.basic_constraints`, `chain.path_length`,
/// `chain.key_usage`, `chain.name_constraints`, `chain.policy`, `chain.critical_extension`, `chain.malformed`, `chain.version`,
/// `chain.extended_key_usage`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct PathProblem {
    /// The index in [`PathFacts::steps`] of the certificate that breaks it.
    pub step: usize,
    /// Which rule, and with what values.
    pub message: Message,
}

/// The best path that was found.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct PathFacts {
    /// The certificates: the end certificate first, the anchor last where one was reached.
    pub steps: Vec<PathStep>,
    /// Whether the last step is an anchor.
    pub anchored: bool,
    /// The rules it breaks; empty in a good path.
    pub problems: Vec<PathProblem>,
    /// Where issuer certificates may be had, when the path ends early: addresses from the last step.
    pub wanted: Vec<String>,
}

/// Certificate signatures that were checked already, by certificate and issuer key. Share one over a process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cache {}

/// The best path from `end` to an anchor of `trust` for `usage`: one without problems that is valid at `time` if there is one, else the
/// one with the most useful failure. Certificate signatures are checked; status is looked up in the CRLs of `evidence` as of `time`.
#[expect(clippy::too_many_arguments, reason = "a pure function of all its inputs")]
pub(crate) fn build(
    _end: &Certificate,
    _trust: &TrustStore,
    _usage: Use,
    _evidence: &Evidence,
    _options: &PathOptions,
    _time: Time,
    _cache: &Cache,
    _budget: &Budget,
) -> Result<PathFacts, Exceeded> {
    todo!()
}
