//! Builds certification paths and validates them by RFC 5280 6.1, except for time: what a date decides is judged later from the facts.

use super::search::{Question, Search};
use super::{Cache, RevocationFacts, TrustStore, Use, Wanted};
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
    /// The first revision of the document that has it, from 1; `None` where none has it.
    pub revision: Option<u64>,
    /// Its status; `None` for the anchor, whose status is the trust store.
    pub revocation: Option<RevocationFacts>,
}

/// A rule that a path breaks, whatever the time. Ids are checks: `chain.signature`, `chain.basic_constraints`, `chain.path_length`,
/// `chain.key_usage`, `chain.name_constraints`, `chain.policy`, `chain.critical_extension`, `chain.malformed`, `chain.version`,
/// `chain.extended_key_usage`, `chain.algorithm_unsupported`.
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
    /// Why the certificates of issuers could not be had, where they were asked for: message ids with values.
    #[serde(default)]
    pub rejected: Vec<Message>,
}

/// The best path from `end` to an anchor of `trust` for `usage`. Certificate signatures are checked; status is looked up in the CRLs of
/// `evidence` as of `time`. What could be asked to know more goes into `wanted`: the issuers of a path that ends early, the status of what
/// leads to an anchor.
///
/// A pinned certificate ends the path wherever it occurs, `end` itself included, and nothing above it is looked at: neither its own
/// signature nor its issuer. Where it issues other certificates, it must still be allowed to (RFC 5937): basic constraints, path length, key
/// usage and name constraints count.
///
/// The first path is taken that reaches an anchor, breaks no rule, has no revoked certificate and is in date at `time`. Where there is none,
/// the most useful failure is the one that gets furthest in this order: it reaches an anchor; all signatures fit; no rule is broken; nothing
/// is revoked; all is in date; the status of all is known; fewer rules are broken; it is shorter, or where no anchor is reached, longer.
#[expect(clippy::too_many_arguments, reason = "a pure function of all its inputs")]
pub(crate) fn build(
    end: &Certificate,
    trust: &TrustStore,
    usage: Use,
    evidence: &Evidence,
    options: &PathOptions,
    time: Time,
    cache: &Cache,
    budget: &Budget,
    wanted: &Wanted,
) -> Result<PathFacts, Exceeded> {
    Search::new(Question { trust, usage, anchor: None, evidence, options, time, cache, budget, wanted }).best(end)
}
