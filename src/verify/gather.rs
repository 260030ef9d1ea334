//! One pass of gathering: a pure function of document, evidence, trust and time.

use super::Facts;
use crate::document::Document;
use crate::evidence::Evidence;
use crate::time::Time;
use crate::trust::TrustStore;

/// The facts, and what could be fetched to know more.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gathered {
    /// What was found out.
    pub facts: Facts,
    /// Addresses of CRLs, OCSP responders and issuer certificates that would help.
    pub wanted: Vec<String>,
}

/// Gathers the facts of `document`.
///
/// # Errors
/// Where a limit is passed.
pub fn gather(_document: &Document, _trust: &TrustStore, _evidence: &Evidence, _time: Time) -> crate::Result<Gathered> {
    todo!()
}
