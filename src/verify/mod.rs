//! The verdict: facts are gathered, then judged under a policy.

mod checks;
mod facts;
mod gather;
mod history;
mod json;
mod judge;
mod level;
mod past;
mod policy;
mod report;
mod text;

pub use facts::{Facts, PastPath, SignerFacts};
pub use gather::{Gathered, gather};
pub(crate) use gather::{examine, gather_from};
pub use judge::judge;
pub use policy::Policy;
pub use report::{
    Added, AsOfNow, CertificateStatus, CheckResult, Checked, Covers, Horizon, Indication, LaterChanges, Report, Severity, SignatureReport,
    SignerReport, SigningTime, StatusReport, Style, SubIndication, Verdict, Why,
};
pub use text::explain_check;

#[cfg(test)]
pub(crate) mod tests;
