//! Verifies documents: gathers, judges, with the clock where no time is given.

use std::sync::Arc;

use super::clock::now;
use crate::trust::Cache;
use crate::{Document, Error, Evidence, Gathered, Locale, Policy, Report, Time, TrustStore, judge};

/// Verifies documents. One verifier serves many documents, and several threads: certificates that occur in many documents are checked once.
///
/// ```no_run
/// use kyso::{Document, TrustStore, Verdict, Verifier};
///
/// let report = Verifier::new(TrustStore::open("roots/")?).verify(&Document::open("letter.pdf")?)?;
/// assert_eq!(report.verdict(), Verdict::Passed);
/// # Ok::<(), kyso::Error>(())
/// ```
///
/// Nothing is fetched: what a document does not carry and the caller does not give is not known.
#[derive(Clone, Debug)]
pub struct Verifier {
    trust: Arc<TrustStore>,
    evidence: Arc<Evidence>,
    policy: Arc<Policy>,
    time: Option<Time>,
    digest: DocumentDigest,
    cache: Cache,
}

/// Whether the digest of the whole document goes into the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DocumentDigest {
    Omitted,
    Reported,
}

impl Verifier {
    /// A verifier that trusts the anchors of `trust`, under the policy `basic`, at the time of each call.
    #[must_use]
    pub fn new(trust: TrustStore) -> Self {
        Self {
            trust: Arc::new(trust),
            evidence: Arc::default(),
            policy: Arc::default(),
            time: None,
            digest: DocumentDigest::Omitted,
            cache: Cache::default(),
        }
    }

    /// Under `policy`.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = Arc::new(policy);
        self
    }

    /// At `time` instead of now.
    #[must_use]
    pub fn with_time(mut self, time: Time) -> Self {
        self.time = Some(time);
        self
    }

    /// With evidence besides that in the documents.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = Arc::new(evidence);
        self
    }

    /// With the SHA-256 of each document in its facts and its report. No verdict needs it, and a large document takes a while.
    #[must_use]
    pub fn with_document_digest(mut self) -> Self {
        self.digest = DocumentDigest::Reported;
        self
    }

    /// Verifies every signature of `document`.
    ///
    /// # Errors
    /// Where no report could be made: a limit was passed.
    pub fn verify(&self, document: &Document) -> crate::Result<Report> {
        let gathered = self.gather(document)?;
        Ok(judge(&gathered.facts, &self.policy, gathered.facts.time))
    }

    /// Judges what [`Self::gather`] gave, under the policy of this verifier.
    #[must_use]
    pub fn judge(&self, gathered: &Gathered) -> Report {
        judge(&gathered.facts, &self.policy, gathered.facts.time)
    }

    /// The facts alone.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn gather(&self, document: &Document) -> crate::Result<Gathered> {
        let time = self.time.unwrap_or_else(now);
        let mut gathered = crate::verify::gather_with(document, &self.trust, &self.evidence, time, &self.cache)?;
        if self.digest == DocumentDigest::Reported {
            gathered.facts.document.sha256 = Some(document.sha256().to_owned());
        }
        Ok(gathered)
    }
}

impl Report {
    /// The JSON object of a document that could not be opened now: `"verdict":"error","exit":2`.
    #[must_use]
    pub fn error_json(name: &str, error: &Error, locale: &Locale) -> String {
        Self::error_json_at(name, error, now(), locale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_serves_several_threads() {
        const fn is_shared<T: Send + Sync>() {}
        is_shared::<Verifier>();
    }
}
