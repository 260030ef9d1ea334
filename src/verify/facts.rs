//! All that a verdict rests on, serialisable.

use crate::error::{Error, ErrorKind};
use crate::format::DocumentFacts;
use crate::message::{Message, id};
use crate::time::Time;
use crate::trust::PathFacts;

/// What is so about a signature's signer.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct SignerFacts {
    /// The best certification path; `None` where the signer's certificate is not known.
    pub path: Option<PathFacts>,
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
