//! All that a verdict rests on, serialisable.

use crate::error::{Error, ErrorKind};
use crate::format::DocumentFacts;
use crate::message::{Message, id};
use crate::time::Time;
use crate::trust::PathFacts;

/// What is so about the signer of a signature, or about the authority of a timestamp.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct SignerFacts {
    /// The best certification path; `None` where the signer's certificate is not known.
    pub path: Option<PathFacts>,
    /// The best paths as of earlier times, the earliest first: those that timestamps over it state.
    pub past: Vec<PastPath>,
    /// The authorities of the signature timestamps in the CMS, in their order.
    pub timestamps: Vec<Self>,
}

/// A certification path as of an earlier time.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct PastPath {
    /// The time.
    pub time: Time,
    /// The path, with every status as of that time.
    pub path: PathFacts,
    /// When each certificate of the path was revoked, as far as it is known at the time of judgement; `None` where it was not.
    pub revoked_since: Vec<Option<Time>>,
}

impl SignerFacts {
    /// The path as of `time`, where it was built for that time.
    pub(super) fn past_path(&self, time: Time) -> Option<&PastPath> {
        self.past.iter().find(|past| past.time == time)
    }

    /// Every path that was built, those of the authorities of timestamps included.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &PathFacts> {
        let all = [self].into_iter().chain(&self.timestamps);
        all.flat_map(|signer| signer.path.iter().chain(signer.past.iter().map(|past| &past.path)))
    }
}

/// Everything that was found out: enough to judge, and to judge again under another policy or at another date, without the document.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Facts {
    /// `kyso.facts/1`.
    pub schema: String,
    /// The name of the document.
    pub name: Option<String>,
    /// The document and its signatures.
    pub document: DocumentFacts,
    /// One for each of `document.signatures`, in the same order.
    pub signers: Vec<SignerFacts>,
    /// The identifier of the trust store, and the number of its anchors.
    pub trust: (String, u64),
    /// The time that paths were built for.
    pub time: Time,
    /// Whether the network was asked.
    #[serde(default)]
    pub online: bool,
    /// Addresses that were known to be wrong, and what was asked instead: message ids with values.
    #[serde(default)]
    pub corrections: Vec<Message>,
}

impl Facts {
    pub(super) const SCHEMA: &'static str = "kyso.facts/1";

    /// The facts as one line of JSON (`kyso.facts/1`).
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads facts from JSON, to judge them again.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] where they are none, of another schema, or incomplete.
    pub fn from_json(text: &str) -> crate::Result<Self> {
        let malformed = || Error::new(ErrorKind::Format, Message::new(id::REPORT_FACTS_MALFORMED));
        let facts: Self = serde_json::from_str(text).map_err(|error| malformed().because(error))?;
        if facts.schema != Self::SCHEMA || facts.signers.len() != facts.document.signatures.len() {
            return Err(malformed());
        }
        Ok(facts)
    }
}
