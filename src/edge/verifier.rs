//! Verifies a document: gathers, judges, with the clock where no time is given.

use crate::{Document, Evidence, Policy, Report, Time, TrustStore};

/// Verifies documents. One verifier serves many documents, and several threads.
#[derive(Clone, Debug)]
pub struct Verifier {}

impl Verifier {
    /// A verifier that trusts the anchors of `trust`, under the policy `basic`, at the time of each call.
    #[must_use]
    pub fn new(_trust: TrustStore) -> Self {
        todo!()
    }
    /// Under `policy`.
    #[must_use]
    pub fn with_policy(self, _policy: Policy) -> Self {
        todo!()
    }
    /// At `time` instead of now.
    #[must_use]
    pub fn with_time(self, _time: Time) -> Self {
        todo!()
    }
    /// With evidence besides that in the documents.
    #[must_use]
    pub fn with_evidence(self, _evidence: Evidence) -> Self {
        todo!()
    }
    /// Verifies every signature of `document`.
    ///
    /// # Errors
    /// Where no report could be made: a limit was passed.
    pub fn verify(&self, _document: &Document) -> crate::Result<Report> {
        todo!()
    }
    /// The facts alone.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn gather(&self, _document: &Document) -> crate::Result<crate::Gathered> {
        todo!()
    }
}
