//! Signs and verifies administrative e-documents with personal digital certificates.

// The exceptions are the map in `edge/file.rs` and, behind its feature, the C library.
#![deny(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::field_reassign_with_default,
        clippy::panic,
        clippy::type_complexity,
        clippy::unwrap_used,
        reason = "a test stops where something is wrong"
    )
)]

mod asn1;
mod bytes;
#[cfg(feature = "capi")]
#[expect(unsafe_code, reason = "the C boundary")]
pub mod capi;
mod cms;
mod crypto;
mod document;
mod edge;
mod error;
mod evidence;
mod format;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod limits;
mod message;
mod sign;
mod time;
mod trust;
mod verify;
mod x509;

pub use bytes::{Bytes, Span};
pub use cms::{CmsFacts, Match, ReferenceMatch, StatedFacts, TimestampFacts};
pub use crypto::{DigestAlgorithm, KeyKind, SignatureAlgorithm};
pub use document::{Document, DocumentOptions, Mapping};
#[cfg(feature = "pkcs12")]
pub use edge::Pkcs12;
pub use edge::{EvidenceFile, Level, PemKey, Upgrade, UpgradePlan, UpgradeStep, Upgraded, Verifier, io_error, now};
#[cfg(feature = "http")]
pub use edge::{Http, HttpOptions, ProxyChoice, TimestampClient};
pub use error::{Error, ErrorKind, Result};
pub use evidence::{Evidence, Fetch, FetchError, Origin, Request, RequestKind};
pub use format::{
    Change, ChangeLevel, ClaimedTime, CoverageFacts, DocumentFacts, History, Later, Place, RevisionFacts, RevisionSignature,
    SignatureFacts, SignatureKind, SignatureState, TimeSource,
};
pub use limits::{Budget, Exceeded, Limits, Resource};
pub use message::{Argument, Language, Locale, Message, explanation, ids, printable, word};
pub use sign::{Certification, Identity, Padding, PdfOptions, Prepared, Scrutiny, SignOptions, Signed, Signer, Timestamp, Timestamper};
pub use time::{Time, Zone};
pub use trust::{
    Anchor, PathFacts, PathOptions, PathProblem, PathStep, RevocationFacts, RevocationSource, RevocationStatus, TrustStore, Use,
};
pub use verify::{
    Added, AsOfNow, CertificateStatus, CheckResult, Checked, Covers, Facts, Gathered, Horizon, Indication, LaterChanges, PastPath, Policy,
    Report, Severity, SignatureReport, SignerFacts, SignerReport, SigningTime, StatusReport, Style, SubIndication, Verdict, Why,
    explain_check, gather, judge,
};
pub use x509::{Certificate, Name};
