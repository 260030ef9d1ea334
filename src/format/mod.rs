//! Document formats. A format opens bytes, says what its signatures are (`SignatureFacts`), and takes additions.

mod facts;
pub(crate) mod kind;
pub(crate) mod pdf;

pub use facts::{
    Change, ChangeLevel, ClaimedTime, CoverageFacts, DocumentFacts, History, Later, Place, RevisionFacts, RevisionSignature,
    SignatureFacts, SignatureKind, SignatureState, TimeSource,
};
