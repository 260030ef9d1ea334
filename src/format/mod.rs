//! Document formats. A format opens bytes, says what its signatures are (`SignatureFacts`), and takes additions.

mod facts;
pub(crate) mod kind;
pub(crate) mod pdf;

pub use facts::{
    Change, ChangeLevel, ClaimedTime, CoverageFacts, DocumentFacts, History, Later, Place, RevisionFacts, RevisionSignature,
    SignatureFacts, SignatureKind, SignatureState, TimeSource,
};

/// Where the rule for a change after signing is from, by the id of its message.
pub(crate) fn source_of_change(id: &str) -> Option<&'static str> {
    pdf::diff_rules::find(id).map(|rule| rule.source)
}
