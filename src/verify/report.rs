//! The report: what was judged, with reasons, in a form that text and JSON are made of.

use std::fmt;

use super::{json, text};
use crate::format::{Change, Place, SignatureKind};
use crate::message::{Locale, Message};
use crate::time::{Time, Zone};
use crate::trust::RevocationSource;
use crate::x509::Certificate;

pub use super::text::Style;

/// The verdict on a signature or a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Invalid: TOTAL-FAILED.
    Failed,
    /// Uncertain: INDETERMINATE.
    Indeterminate,
    /// Valid: TOTAL-PASSED.
    Passed,
    /// There is no signature (documents alone).
    Unsigned,
}

impl Verdict {
    /// The word of the JSON report: `valid`, `uncertain`, `invalid` or `unsigned`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "invalid",
            Self::Indeterminate => "uncertain",
            Self::Passed => "valid",
            Self::Unsigned => "unsigned",
        }
    }

    /// The exit status of the command for a document with this verdict.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Indeterminate => 3,
            Self::Unsigned => 4,
        }
    }

    /// The worse of both: FAILED before INDETERMINATE before PASSED.
    /// The indication that EN 319 102-1 has for it.
    pub(super) const fn indication(self) -> Indication {
        match self {
            Self::Failed => Indication::TotalFailed,
            Self::Passed => Indication::TotalPassed,
            Self::Indeterminate | Self::Unsigned => Indication::Indeterminate,
        }
    }

    pub(super) fn worse(self, other: Self) -> Self {
        if self.rank() <= other.rank() { self } else { other }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Failed => 0,
            Self::Indeterminate => 1,
            Self::Passed => 2,
            Self::Unsigned => 3,
        }
    }
}

/// The indications of EN 319 102-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Indication {
    /// INDETERMINATE.
    Indeterminate,
    /// TOTAL-FAILED.
    TotalFailed,
    /// TOTAL-PASSED.
    TotalPassed,
}

impl Indication {
    /// The name in EN 319 102-1, such as `TOTAL-PASSED`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Indeterminate => "INDETERMINATE",
            Self::TotalFailed => "TOTAL-FAILED",
            Self::TotalPassed => "TOTAL-PASSED",
        }
    }
}

/// The sub-indications of EN 319 102-1 that occur here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubIndication {
    /// CERTIFICATE_CHAIN_GENERAL_FAILURE.
    CertificateChainGeneralFailure,
    /// CHAIN_CONSTRAINTS_FAILURE.
    ChainConstraintsFailure,
    /// CRYPTO_CONSTRAINTS_FAILURE_NO_POE.
    CryptoConstraintsFailureNoPoe,
    /// EXPIRED.
    Expired,
    /// FORMAT_FAILURE.
    FormatFailure,
    /// HASH_FAILURE.
    HashFailure,
    /// NO_CERTIFICATE_CHAIN_FOUND.
    NoCertificateChainFound,
    /// NO_SIGNING_CERTIFICATE_FOUND.
    NoSigningCertificateFound,
    /// NOT_YET_VALID.
    NotYetValid,
    /// OUT_OF_BOUNDS_NO_POE.
    OutOfBoundsNoPoe,
    /// REVOKED.
    Revoked,
    /// REVOKED_CA_NO_POE.
    RevokedCaNoPoe,
    /// REVOKED_NO_POE.
    RevokedNoPoe,
    /// SIG_CONSTRAINTS_FAILURE.
    SigConstraintsFailure,
    /// SIG_CRYPTO_FAILURE.
    SigCryptoFailure,
    /// SIGNED_DATA_NOT_FOUND.
    SignedDataNotFound,
    /// TRY_LATER.
    TryLater,
}

impl SubIndication {
    /// The name in EN 319 102-1, such as `HASH_FAILURE`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CertificateChainGeneralFailure => "CERTIFICATE_CHAIN_GENERAL_FAILURE",
            Self::ChainConstraintsFailure => "CHAIN_CONSTRAINTS_FAILURE",
            Self::CryptoConstraintsFailureNoPoe => "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
            Self::Expired => "EXPIRED",
            Self::FormatFailure => "FORMAT_FAILURE",
            Self::HashFailure => "HASH_FAILURE",
            Self::NoCertificateChainFound => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::NoSigningCertificateFound => "NO_SIGNING_CERTIFICATE_FOUND",
            Self::NotYetValid => "NOT_YET_VALID",
            Self::OutOfBoundsNoPoe => "OUT_OF_BOUNDS_NO_POE",
            Self::Revoked => "REVOKED",
            Self::RevokedCaNoPoe => "REVOKED_CA_NO_POE",
            Self::RevokedNoPoe => "REVOKED_NO_POE",
            Self::SigConstraintsFailure => "SIG_CONSTRAINTS_FAILURE",
            Self::SigCryptoFailure => "SIG_CRYPTO_FAILURE",
            Self::SignedDataNotFound => "SIGNED_DATA_NOT_FOUND",
            Self::TryLater => "TRY_LATER",
        }
    }
}

/// How much a check weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// It decides the verdict.
    Fail,
    /// It is said, and decides nothing.
    Info,
    /// It is said as a warning.
    Warn,
}

impl Severity {
    /// The word of the JSON report and of policies: `fail`, `warn` or `info`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Info => "info",
            Self::Warn => "warn",
        }
    }

    /// The severity that `name` names.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Fail, Self::Warn, Self::Info].into_iter().find(|severity| severity.name() == name)
    }
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckResult {
    /// The rule does not hold.
    Failed,
    /// There was nothing to check.
    NotApplicable,
    /// The rule holds.
    Passed,
    /// It could not be found out.
    Unknown,
}

impl CheckResult {
    /// The word of the JSON report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NotApplicable => "not_applicable",
            Self::Passed => "passed",
            Self::Unknown => "unknown",
        }
    }
}

/// One check and how it came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// The id of the check, a key of policies and of the documentation.
    pub id: &'static str,
    /// How it came out.
    pub result: CheckResult,
    /// How much it weighs under the policy.
    pub severity: Severity,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Why {
    /// What is so, with its values.
    pub message: Message,
    /// How much it weighs.
    pub severity: Severity,
    /// The id of the check that says it; often that of the message.
    pub check: &'static str,
}

/// What came after a signature, judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LaterChanges {
    /// Changes of a kind that the signature allows.
    Allowed,
    /// Changes that it does not allow.
    Forbidden,
    /// Nothing.
    None,
    /// It could not be found out.
    Unknown,
}

impl LaterChanges {
    /// The word of the JSON report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Forbidden => "forbidden",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

/// What bytes a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Covers {
    /// The revision that was signed, from 1; `None` where the signed bytes are no whole revision.
    pub revision: Option<u64>,
    /// The number of revisions in the file.
    pub of: u64,
    /// Whether the signed bytes reach to the end of the file.
    pub whole: bool,
    /// What came later.
    pub later: LaterChanges,
    /// What kind of things allowed changes added.
    pub added: Added,
}

/// What allowed changes added to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Added {
    /// Nothing that is known.
    Nothing,
    /// Time-stamps over the document, and certificates and lists for checking it in the future.
    LongTermData,
    /// Further signatures.
    Signatures,
    /// Something that a reader may see besides.
    Other,
}

/// Who signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignerReport {
    /// Whether the certificate leads to an anchor, and the signature fits it. Where not, anybody can have written the names.
    pub proven: bool,
    /// What a person calls the holder.
    pub name: Option<String>,
    /// The organisation, or else the organisational unit.
    pub organization: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The certificate, with the whole subject, the issuer and the period of validity.
    pub certificate: Option<Certificate>,
    /// The certificate of the trust store that it leads to.
    pub anchor: Option<Certificate>,
    /// Whether the certificate itself is the anchor.
    pub pinned: bool,
}

/// When it was signed, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningTime {
    /// The signer's own clock.
    Claimed {
        /// The time.
        at: Time,
        /// The zone it was written in.
        zone: Zone,
    },
    /// Nobody says.
    None,
    /// A time-stamping authority says so; it is the time of a time-stamp itself.
    Timestamp {
        /// The time.
        at: Time,
        /// The authority.
        by: Option<String>,
    },
}

/// What is known about revocation of the signer's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateStatus {
    /// Not revoked, by a list.
    Good,
    /// No list that covers it was at hand.
    NotChecked,
    /// Revoked.
    Revoked,
    /// Lists were at hand, but none could be used.
    Unknown,
}

impl CertificateStatus {
    /// The word of the JSON report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::NotChecked => "not_checked",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }
}

/// The status of the signer's certificate with its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReport {
    /// The status at the time of judgement.
    pub status: CertificateStatus,
    /// Whether a list or a status service says so.
    pub source: Option<RevocationSource>,
    /// thisUpdate of the list or answer that says so.
    pub this_update: Option<Time>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
}

/// The verdict as of the time of judgement, where the one that counts is as of an earlier, proven time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AsOfNow {
    /// The verdict.
    pub verdict: Verdict,
    /// Its reason, by EN 319 102-1.
    pub sub_indication: Option<SubIndication>,
    /// The most useful reason in words.
    pub why: Option<Why>,
}

/// Until when a signature stays provable without anything being done.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Horizon {
    /// The last moment.
    pub until: Time,
    /// What ends then, in words.
    pub because: Message,
}

/// The report on one signature or document time-stamp.
#[derive(Clone, Debug)]
pub struct SignatureReport {
    pub(super) number: usize,
    pub(super) counted: bool,
    pub(super) kind: SignatureKind,
    pub(super) field: Option<String>,
    pub(super) sub_filter: Option<String>,
    pub(super) level: Option<&'static str>,
    pub(super) verdict: Verdict,
    pub(super) sub_indication: Option<SubIndication>,
    pub(super) as_of_now: Option<AsOfNow>,
    pub(super) lacks: Option<Message>,
    pub(super) horizon: Option<Horizon>,
    pub(super) signer: SignerReport,
    pub(super) time: SigningTime,
    pub(super) status: StatusReport,
    pub(super) covers: Covers,
    pub(super) added: Vec<Change>,
    pub(super) place: Option<Place>,
    pub(super) reason: Option<String>,
    pub(super) location: Option<String>,
    pub(super) algorithm: Option<String>,
    pub(super) why: Vec<Why>,
    pub(super) checks: Vec<Checked>,
}

impl SignatureReport {
    /// The number in the document, from 1, time-stamps counted too.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.number
    }

    /// The id in the report: `S1`, or `T2` for a document time-stamp.
    #[must_use]
    pub fn id(&self) -> String {
        let letter = if self.kind == SignatureKind::Signature { 'S' } else { 'T' };
        format!("{letter}{}", self.number)
    }

    /// Whether it counts for the document: a field of the document refers to it.
    #[must_use]
    pub const fn counted(&self) -> bool {
        self.counted
    }

    /// A signature, or a time-stamp over the document.
    #[must_use]
    pub const fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// The full name of the field.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The level of PAdES that was found, such as `B-B`; `None` where it is no baseline signature.
    #[must_use]
    pub const fn level(&self) -> Option<&'static str> {
        self.level
    }

    /// The verdict.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The verdict by its name in EN 319 102-1.
    #[must_use]
    pub const fn indication(&self) -> Indication {
        self.verdict.indication()
    }

    /// The reason for the verdict by its name in EN 319 102-1; `None` where it passed.
    #[must_use]
    pub const fn sub_indication(&self) -> Option<SubIndication> {
        self.sub_indication
    }

    /// Who signed, and whether that is proven.
    #[must_use]
    pub const fn signer(&self) -> &SignerReport {
        &self.signer
    }

    /// When it was signed, and who says so.
    #[must_use]
    pub const fn time(&self) -> &SigningTime {
        &self.time
    }

    /// The verdict as of the time of judgement; `None` where that is the verdict.
    #[must_use]
    pub const fn as_of_now(&self) -> Option<&AsOfNow> {
        self.as_of_now.as_ref()
    }

    /// What is missing for the next level (EN 319 142-1 6.1), in words; `None` where nothing is.
    #[must_use]
    pub const fn lacks(&self) -> Option<&Message> {
        self.lacks.as_ref()
    }

    /// Until when it stays provable; `None` where it is not proven now, or nothing of it ends.
    #[must_use]
    pub const fn horizon(&self) -> Option<&Horizon> {
        self.horizon.as_ref()
    }

    /// Whether the signer's certificate was revoked.
    #[must_use]
    pub const fn status(&self) -> StatusReport {
        self.status
    }

    /// What it covers.
    #[must_use]
    pub const fn covers(&self) -> Covers {
        self.covers
    }

    /// What came after it.
    #[must_use]
    pub const fn later(&self) -> LaterChanges {
        self.covers.later
    }

    /// What was changed after it, and is allowed, and a reader may see: fields that were filled in, notes. Signatures are listed by themselves.
    /// At most 100 changes; none where something is not allowed, which [`Self::why`] says.
    #[must_use]
    pub fn added(&self) -> &[Change] {
        &self.added
    }

    /// Where it is shown; `None` where it is invisible.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        self.place
    }

    /// Digest and scheme of the signature, such as `RSA-PKCS#1 v1.5 with SHA-256`.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.algorithm.as_deref()
    }

    /// The reasons, the most useful first: what failed, what could not be found out, warnings, notes.
    #[must_use]
    pub fn why(&self) -> &[Why] {
        &self.why
    }

    /// Every check, in the order of the table, with how it came out.
    #[must_use]
    pub fn checks(&self) -> &[Checked] {
        &self.checks
    }
}

/// The report on a document. `Display` is the clerk's page in English.
#[derive(Clone, Debug)]
pub struct Report {
    pub(super) name: Option<String>,
    pub(super) format: String,
    pub(super) bytes: u64,
    pub(super) sha256: Option<String>,
    pub(super) pages: Option<u64>,
    pub(super) gathered_at: Time,
    pub(super) time: Time,
    pub(super) policy: String,
    pub(super) trust: (String, u64),
    pub(super) online: bool,
    pub(super) verdict: Verdict,
    pub(super) signatures: Vec<SignatureReport>,
    pub(super) why: Vec<Why>,
}

impl Report {
    /// The verdict on the whole document: the worst of its signatures.
    ///
    /// A document time-stamp that fails makes the document fail; one that cannot be confirmed is a warning, for no signature
    /// rests on it, unless it is shown on a page.
    /// A document with time-stamps alone is uncertain at best: nobody signed it.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The exit status that the command gives for it (0, 1, 3, 4).
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        self.verdict.exit_code()
    }

    /// The name of the document, as it was given.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// One report a signature or document time-stamp.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureReport] {
        &self.signatures
    }

    /// What is to be said about the document itself.
    #[must_use]
    pub fn why(&self) -> &[Why] {
        &self.why
    }

    /// The time that was judged for.
    #[must_use]
    pub const fn time(&self) -> Time {
        self.time
    }

    /// The reason that decides the verdict, with the signature it is about, where it is about one; `None` where nothing is wrong.
    #[must_use]
    pub fn lead(&self) -> Option<(Option<&SignatureReport>, &Why)> {
        if !matches!(self.verdict, Verdict::Failed | Verdict::Indeterminate) {
            return None;
        }
        let of_kind = |kind| {
            let worst = self.signatures.iter().find(|one| one.kind == kind && one.counted && one.verdict == self.verdict)?;
            Some((Some(worst), worst.why.first()?))
        };
        let document = || self.why.iter().find(|why| why.severity == Severity::Fail).map(|why| (None, why));
        of_kind(SignatureKind::Signature).or_else(|| match self.verdict {
            Verdict::Failed => of_kind(SignatureKind::DocumentTimestamp).or_else(document),
            // A time-stamp that is uncertain decides nothing.
            _ => document(),
        })
    }

    /// The report as one line of JSON (`kyso.report/1`), texts in the language of `locale`. No line break at the end.
    #[must_use]
    pub fn to_json(&self, locale: &Locale) -> String {
        json::report(self, locale)
    }

    /// The clerk's page: plain text of at most 80 columns, line breaks included.
    #[must_use]
    pub fn to_text(&self, locale: &Locale) -> String {
        self.to_styled_text(locale, Style::default())
    }

    /// The clerk's page in a style.
    #[must_use]
    pub fn to_styled_text(&self, locale: &Locale, style: Style) -> String {
        text::page(self, locale, style)
    }

    /// The first line of the clerk's page, without a line break.
    #[must_use]
    pub fn headline(&self, locale: &Locale, style: Style) -> String {
        text::headline(self, locale, style)
    }

    /// Every check of every signature with how it came out, line by line, and the details that the clerk's page leaves out.
    #[must_use]
    pub fn explain(&self, locale: &Locale, style: Style) -> String {
        text::explain(self, locale, style)
    }

    /// The JSON object of a document that could not be opened when it was to be judged for `time`: `"verdict":"error","exit":2`.
    #[must_use]
    pub fn error_json_at(name: &str, error: &crate::Error, time: Time, locale: &Locale) -> String {
        json::error(name, error, time, locale)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.to_text(&Locale::default()).trim_end())
    }
}
