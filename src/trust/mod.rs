//! Anchors, certification paths (RFC 5280 6) and revocation.

mod cache;
mod constraint;
mod crl_scope;
mod crl_status;
mod ocsp_status;
mod path;
mod policy_tree;
mod search;
mod status;
mod store;
#[cfg(test)]
mod tests;
mod validation;
mod wanted;

pub(crate) use cache::Cache;
pub(crate) use path::build as build_path;
pub use path::{PathFacts, PathOptions, PathProblem, PathStep};
pub use status::{RevocationFacts, RevocationSource, RevocationStatus};
pub(crate) use status::{StatusQuestion, statuses_of};
pub use store::{Anchor, TrustStore, Use};
pub(crate) use wanted::Wanted;
