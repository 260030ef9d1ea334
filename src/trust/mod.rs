//! Anchors, certification paths (RFC 5280 6) and revocation.

mod constraint;
mod path;
mod policy_tree;
mod revocation;
mod store;

pub(crate) use path::Cache;
pub(crate) use path::build as build_path;
pub use path::{PathFacts, PathOptions, PathProblem, PathStep};
pub use revocation::{RevocationFacts, RevocationStatus};
pub use store::{Anchor, TrustStore, Use};
