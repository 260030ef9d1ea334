//! The verdict: facts are gathered, then judged under a policy.

mod checks;
mod facts;
mod gather;
mod judge;
mod policy;
mod report;
mod text;

pub use facts::{Facts, SignerFacts};
pub use gather::{Gathered, gather};
pub use judge::judge;
pub use policy::Policy;
pub use report::{Indication, Report, Severity, SignatureReport, SubIndication, Verdict, Why};
