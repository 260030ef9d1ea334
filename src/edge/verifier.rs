//! Verifies documents: gathers, judges, with the clock where no time is given.

use std::sync::Arc;

use super::clock::now;
use super::fetching::{Fetching, MAX_ROUNDS};
use crate::crypto::DigestAlgorithm;
use crate::format::DocumentFacts;
use crate::trust::Cache;
use crate::{Document, Error, Evidence, Fetch, Gathered, Locale, Policy, Report, Time, TrustStore, judge};

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
/// Nothing is fetched unless [`Self::with_fetch`] is called: what a document does not carry and the caller does not give is not known.
#[derive(Clone)]
pub struct Verifier {
    trust: Arc<TrustStore>,
    evidence: Arc<Evidence>,
    policy: Arc<Policy>,
    time: Option<Time>,
    digest: DocumentDigest,
    cache: Cache,
    fetch: Option<Arc<dyn Fetch>>,
}

/// A piece of evidence, to be kept as a file (Circular 15/2025/TT-BKHCN, articles 5.4 and 6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvidenceFile {
    /// A name made of what it is and its SHA-256, such as `list-0123456789abcdef.crl`.
    pub name: String,
    /// The bytes, DER.
    pub bytes: Vec<u8>,
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
            fetch: None,
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

    /// With `fetch`, which is asked for issuers and status that are not at hand: for at most 64 things a document. What cannot be had makes a
    /// verdict uncertain, with the address and the reason in the report; it is never an error.
    #[must_use]
    pub fn with_fetch(mut self, fetch: impl Fetch + 'static) -> Self {
        self.fetch = Some(Arc::new(fetch));
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

    /// The certificates, lists and OCSP responses by which `gathered` was found out, each as a file of its own: with them, and without a
    /// network, the same document gets the same verdict at the same time.
    ///
    /// # Errors
    /// Where a limit is passed.
    pub fn evidence_files(&self, document: &Document, gathered: &Gathered) -> crate::Result<Vec<EvidenceFile>> {
        let data = crate::sign::archive::validation_data(document, gathered)?;
        let kinds = [("certificate", "cer", data.certificates), ("list", "crl", data.crls), ("status", "ors", data.responses)];
        let mut files = Vec::new();
        for (kind, extension, list) in kinds {
            for bytes in list {
                let digest: String = DigestAlgorithm::Sha256.digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
                files.push(EvidenceFile { name: format!("{kind}-{digest}.{extension}"), bytes });
            }
        }
        Ok(files)
    }

    /// The facts alone.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn gather(&self, document: &Document) -> crate::Result<Gathered> {
        let time = self.time.unwrap_or_else(now);
        let examined = crate::verify::examine(document, &self.evidence)?;
        let mut gathered = match &self.fetch {
            Some(fetch) => self.gather_online(document, &examined, time, &**fetch)?,
            None => self.pass(document, &examined, &self.evidence, time)?,
        };
        if self.digest == DocumentDigest::Reported {
            gathered.facts.document.sha256 = Some(document.sha256().to_owned());
        }
        Ok(gathered)
    }

    /// Gathers, asks for what would help, and gathers again, until nothing new is had.
    fn gather_online(&self, document: &Document, examined: &DocumentFacts, time: Time, fetch: &dyn Fetch) -> crate::Result<Gathered> {
        let mut evidence = (*self.evidence).clone();
        let mut fetching = Fetching::new(fetch, time);
        let mut gathered = self.pass(document, examined, &evidence, time)?;
        for _ in 0..MAX_ROUNDS {
            if !fetching.ask(&gathered.wanted, &mut evidence) {
                break;
            }
            // Where a limit is passed with more evidence, what was known without it still holds.
            let Ok(again) = self.pass(document, examined, &evidence, time) else { break };
            gathered = again;
        }
        if fetching.close(&gathered.wanted, &mut evidence)
            && let Ok(again) = self.pass(document, examined, &evidence, time)
        {
            gathered = again;
        }
        gathered.facts.online = true;
        gathered.facts.corrections = fetching.corrections();
        Ok(gathered)
    }

    fn pass(&self, document: &Document, examined: &DocumentFacts, evidence: &Evidence, time: Time) -> crate::Result<Gathered> {
        crate::verify::gather_from(document, examined, &self.trust, evidence, time, &self.cache)
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Verifier")
            .field("trust", &self.trust)
            .field("policy", &self.policy)
            .field("time", &self.time)
            .field("online", &self.fetch.is_some())
            .finish_non_exhaustive()
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
