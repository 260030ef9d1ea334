//! The checks, one row each.
//!
//! The order of [`CHECKS`] is that of usefulness: of several reasons with the same weight, the first in the table leads the report. What was
//! broken comes before who cannot be known, and what cannot be known before what is merely odd.

mod algorithm;
mod chain;
mod content;
mod document;
mod found;
mod later;
mod revocation;
mod time;

use found::row;

use super::facts::{Facts, PastPath, SignerFacts};
use super::past::Proof;
use super::policy::Policy;
use super::report::SubIndication::{
    CertificateChainGeneralFailure, ChainConstraintsFailure, CryptoConstraintsFailureNoPoe, FormatFailure, HashFailure,
    NoSigningCertificateFound, SigConstraintsFailure, SigCryptoFailure, SignedDataNotFound,
};
use super::report::{Severity, SubIndication, Verdict};
use crate::cms::CmsFacts;
use crate::format::{SignatureFacts, SignatureKind};
use crate::message::{Message, id};
use crate::time::Time;
use crate::trust::{PathFacts, PathProblem};
use crate::x509::{Certificate, Name};

pub(super) use document::counts;
pub(super) use later::state as later_state;
pub(super) use revocation::{Standing, standing};
pub(super) use time::claimed;

/// One check.
#[derive(Clone, Copy)]
pub(crate) struct Check {
    /// The key in policies, reports, documentation and the catalogue.
    pub(crate) id: &'static str,
    /// How much it weighs where a policy does not say.
    pub(crate) severity: Severity,
    /// A verdict of PASSED needs it to pass, and no policy can lower it.
    pub(crate) core: bool,
    /// What a failure means.
    pub(crate) verdict: Verdict,
    /// What a failure means, by EN 319 102-1.
    pub(crate) reason: SubIndication,
    /// Where the rule stands.
    pub(crate) clause: &'static str,
    /// What it looks at.
    pub(crate) subject: Subject,
    /// The sentence of the clerk's first line where this check leads.
    pub(crate) summary: &'static str,
    /// Finds out.
    pub(crate) run: fn(&Case<'_>, &Self) -> Outcome,
}

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The document as a whole.
    Document,
    /// Each signature.
    Signature,
    /// Each signature and each document time-stamp.
    Both,
    /// Each document time-stamp.
    Timestamp,
}

/// How a check came out. The messages say what is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The rule does not hold.
    Failed(Vec<Message>),
    /// There is nothing to check.
    NotApplicable,
    /// The rule holds.
    Passed,
    /// It could not be found out.
    Unknown(Vec<Message>),
}

/// What a check may look at.
pub(crate) struct Case<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) policy: &'a Policy,
    /// The best proven time: without a time-stamp that holds, the time of judgement.
    pub(crate) time: Time,
    /// The time of judgement.
    pub(crate) now: Time,
    /// The signature; `None` for checks of the document.
    pub(crate) signature: Option<&'a SignatureFacts>,
    /// Its signer.
    pub(crate) signer: Option<&'a SignerFacts>,
    /// What time-stamps prove of it.
    pub(crate) proof: Option<&'a Proof>,
}

impl<'a> Case<'a> {
    /// The case of the document as a whole.
    pub(crate) const fn of_document(facts: &'a Facts, policy: &'a Policy, now: Time) -> Self {
        Self { facts, policy, time: now, now, signature: None, signer: None, proof: None }
    }

    /// The case of the signature with this index as of the time that `proof` allows.
    pub(crate) fn of_signature(
        facts: &'a Facts,
        policy: &'a Policy,
        now: Time,
        (index, signature): (usize, &'a SignatureFacts),
        proof: Option<&'a Proof>,
    ) -> Self {
        let case = Self { signature: Some(signature), proof, ..Self::of_document(facts, policy, now) };
        case.with_signer(facts.signers.get(index))
    }

    /// The same with this signer. It is judged as of the proven time where the path as of then is known, else as of now.
    pub(crate) fn with_signer(self, signer: Option<&'a SignerFacts>) -> Self {
        let proven = self.proof.and_then(|proof| proof.existed.as_ref()).map(|existence| existence.time);
        let known = proven.filter(|time| *time < self.now && signer.is_some_and(|signer| signer.past_path(*time).is_some()));
        Self { signer, time: known.unwrap_or(self.now), ..self }
    }

    fn signature(&self) -> Option<&'a SignatureFacts> {
        self.signature
    }

    fn cms(&self) -> Option<&'a CmsFacts> {
        self.signature()?.cms.as_ref()
    }

    /// The path as of the judged time.
    pub(crate) fn path(&self) -> Option<&'a PathFacts> {
        match self.past() {
            Some(past) => Some(&past.path),
            None => self.signer?.path.as_ref(),
        }
    }

    /// The path of the past that the judged time asks for.
    fn past(&self) -> Option<&'a PastPath> {
        if self.time < self.now { self.signer?.past_path(self.time) } else { None }
    }

    /// The earliest time at which the signature provably existed.
    fn proven(&self) -> Option<Time> {
        self.proof.and_then(|proof| proof.existed.as_ref()).map(|existence| existence.time)
    }

    /// When what the document has since `revision` provably existed; the time of judgement where nothing proves it.
    fn existence_of(&self, revision: Option<u64>) -> Time {
        self.proof.and_then(|proof| proof.existence_of(revision)).map_or(self.now, |time| time.min(self.now))
    }

    /// Every rule that a lower module found broken. Of what is not signed yet, nothing else matters.
    fn findings(&self) -> impl Iterator<Item = &'a Message> {
        let signature = self.signature();
        let hollow = signature.is_some_and(|signature| signature.unsigned);
        let own: &[Message] = signature.map_or(&self.facts.document.findings, |signature| &signature.findings);
        let cms: &[Message] = self.cms().map_or(&[], |cms| &cms.findings);
        let path: &[PathProblem] = self.path().map_or(&[], |path| &path.problems);
        let all = own.iter().chain(cms).chain(path.iter().map(|problem| &problem.message));
        all.filter(move |finding| !hollow || finding.id() == id::FORMAT_NOT_SIGNED)
    }
}

impl Check {
    /// A row that decides the verdict where its rule does not hold.
    const fn new(id: &'static str, clause: &'static str, run: fn(&Case<'_>, &Self) -> Outcome) -> Self {
        Self {
            id,
            severity: Severity::Fail,
            core: false,
            verdict: Verdict::Indeterminate,
            reason: SigConstraintsFailure,
            clause,
            subject: Subject::Both,
            summary: id::SUMMARY_CONSTRAINTS,
            run,
        }
    }

    /// FAILED with `reason`, said with `summary`.
    const fn fails(mut self, reason: SubIndication, summary: &'static str) -> Self {
        self.verdict = Verdict::Failed;
        self.reason = reason;
        self.summary = summary;
        self
    }

    /// INDETERMINATE with `reason`, said with `summary`.
    const fn uncertain(mut self, reason: SubIndication, summary: &'static str) -> Self {
        self.verdict = Verdict::Indeterminate;
        self.reason = reason;
        self.summary = summary;
        self
    }

    const fn of(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    const fn warns(mut self) -> Self {
        self.severity = Severity::Warn;
        self
    }

    const fn informs(mut self) -> Self {
        self.severity = Severity::Info;
        self
    }

    const fn core(mut self) -> Self {
        self.core = true;
        self
    }

    /// Whether the check looks at signatures of `kind`.
    pub(crate) fn concerns(&self, kind: SignatureKind) -> bool {
        match self.subject {
            Subject::Both => true,
            Subject::Document => false,
            Subject::Signature => kind == SignatureKind::Signature,
            Subject::Timestamp => kind == SignatureKind::DocumentTimestamp,
        }
    }
}

impl Outcome {
    /// Fails with one message.
    fn failed(message: Message) -> Self {
        Self::Failed(vec![message])
    }

    /// Unknown, with one message.
    fn unknown(message: Message) -> Self {
        Self::Unknown(vec![message])
    }

    /// Fails with `messages` where there are any.
    fn failed_if_any(messages: Vec<Message>) -> Self {
        if messages.is_empty() { Self::Passed } else { Self::Failed(messages) }
    }

    /// Unknown with `messages` where there are any.
    fn unknown_if_any(messages: Vec<Message>) -> Self {
        if messages.is_empty() { Self::Passed } else { Self::Unknown(messages) }
    }
}

/// Whether the step with this index is the anchor of `path`, trusted as it is.
fn is_anchor(path: &PathFacts, index: usize) -> bool {
    path.anchored && index.checked_add(1) == Some(path.steps.len())
}

/// What a person calls the holder of `certificate`.
pub(in crate::verify) fn name_of(certificate: &Certificate) -> String {
    called(certificate.subject())
}

/// What a person calls whoever bears `name`.
pub(in crate::verify) fn called(name: &Name) -> String {
    name.display_name().map_or_else(|| name.to_string(), str::to_owned)
}

/// The check with this id.
pub(crate) fn find(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

/// Every check, the most useful first.
pub(crate) static CHECKS: &[Check] = &[
    // Is what was signed still what was signed?
    content::NOT_SIGNED,
    content::DIGEST,
    row("cms.timestamp_imprint", "RFC 3161 2.4.2").fails(HashFailure, id::SUMMARY_BROKEN).of(Subject::Timestamp),
    content::VALUE,
    row("cms.key_mismatch", "RFC 5652 5.6").fails(SigCryptoFailure, id::SUMMARY_VALUE),
    row("cms.algorithm_mismatch", "RFC 5652 5.4").fails(SigCryptoFailure, id::SUMMARY_VALUE),
    row("cms.algorithm_protection", "RFC 6211 3").fails(SigCryptoFailure, id::SUMMARY_VALUE),
    row("cms.pss_parameters", "RFC 4056 3").fails(SigCryptoFailure, id::SUMMARY_VALUE),
    content::REFERENCE,
    row("cms.signature_timestamp_imprint", "EN 319 102-1 5.4, RFC 3161 appendix A").fails(HashFailure, id::SUMMARY_TIMESTAMP),
    row("cms.signature_timestamp_broken", "EN 319 102-1 5.4, RFC 3161 2.4.2").fails(SigCryptoFailure, id::SUMMARY_TIMESTAMP),
    // Do the signed bytes mean what the reader sees?
    row("coverage.byte_range", "ISO 32000-2 12.8.1").fails(FormatFailure, id::SUMMARY_COVERAGE),
    row("coverage.contents", "ISO 32000-2 12.8.1, table 255").fails(FormatFailure, id::SUMMARY_COVERAGE),
    row("coverage.gap", "EN 319 142-1 5.4.2").fails(FormatFailure, id::SUMMARY_COVERAGE),
    content::REVISION,
    row("coverage.trailing", "ISO 32000-2 7.5.5").fails(FormatFailure, id::SUMMARY_COVERAGE),
    row("coverage.dictionary", "ISO 32000-2 12.8.1").fails(FormatFailure, id::SUMMARY_COVERAGE),
    row("coverage.overlap", "ISO 32000-2 12.8.1").fails(FormatFailure, id::SUMMARY_COVERAGE),
    row("coverage.twins", "ISO 32000-2 7.5.4").fails(FormatFailure, id::SUMMARY_COVERAGE),
    row("format.removed", "ISO 32000-2 12.7.5.5").fails(FormatFailure, id::SUMMARY_COVERAGE),
    later::CHANGES,
    // Is it a well-formed signature?
    content::READABLE,
    row("format.duplicate_key", "ISO 32000-2 7.3.7").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("format.field_type", "ISO 32000-2 12.7.5.5").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("format.subfilter", "ISO 32000-2 12.8.3, EN 319 142-1 5.3").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("format.type", "EN 319 142-1 5.4.3").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("format.certification", "ISO 32000-2 12.8.2.2").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("format.certification_twice", "ISO 32000-2 12.8.2.2.1").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.one_signer", "EN 319 142-1 4.1").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.duplicate_attribute", "RFC 5652 5.3").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.attribute_malformed", "RFC 5652 5.3").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.ambiguous_attributes", "RFC 5652 5.4").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.message_digest", "RFC 5652 11.2").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.content_type", "RFC 5652 11.1").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.encapsulated_content", "ISO 32000-2 12.8.3.3").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.sha_one_content", "ISO 32000-1 12.8.3.3.1").fails(FormatFailure, id::SUMMARY_FORMAT),
    row("cms.timestamp_content", "RFC 3161 2.4.2").fails(FormatFailure, id::SUMMARY_FORMAT).of(Subject::Timestamp),
    row("cms.timestamp_extension", "RFC 3161 2.4.2").uncertain(SigConstraintsFailure, id::SUMMARY_CONSTRAINTS).of(Subject::Timestamp),
    row("cms.timestamp_accuracy", "RFC 3161 2.4.2").uncertain(SigConstraintsFailure, id::SUMMARY_CONSTRAINTS).of(Subject::Timestamp),
    row("format.contents_limit", "EN 319 102-1 5.2.2").uncertain(SignedDataNotFound, id::SUMMARY_FORMAT),
    row("cms.content_needed", "RFC 8419 3.1").uncertain(SignedDataNotFound, id::SUMMARY_FORMAT),
    row("format.transform", "ISO 32000-2 12.8.2, table 256").uncertain(SigConstraintsFailure, id::SUMMARY_FORMAT),
    row("format.orphan", "ISO 32000-2 12.7.5.5").uncertain(SigConstraintsFailure, id::SUMMARY_FORMAT),
    found::UNKNOWN,
    // Who signed?
    content::SIGNER,
    row("cms.reference_unsupported", "RFC 5035 5.4").uncertain(NoSigningCertificateFound, id::SUMMARY_SIGNER),
    chain::ANCHOR,
    row("chain.signature", "RFC 5280 6.1.3").uncertain(CertificateChainGeneralFailure, id::SUMMARY_PATH),
    row("chain.algorithm_unsupported", "RFC 5280 6.1.3").uncertain(CryptoConstraintsFailureNoPoe, id::SUMMARY_WEAK),
    row("chain.malformed", "RFC 5280 4.2").uncertain(CertificateChainGeneralFailure, id::SUMMARY_PATH),
    row("chain.version", "RFC 5280 4.1.2.1").uncertain(CertificateChainGeneralFailure, id::SUMMARY_PATH),
    row("chain.basic_constraints", "RFC 5280 6.1.4 (k)").uncertain(ChainConstraintsFailure, id::SUMMARY_PATH),
    row("chain.path_length", "RFC 5280 6.1.4 (m)").uncertain(ChainConstraintsFailure, id::SUMMARY_PATH),
    row("chain.key_usage", "RFC 5280 4.2.1.3").uncertain(ChainConstraintsFailure, id::SUMMARY_PATH),
    row("chain.extended_key_usage", "RFC 5280 4.2.1.12").uncertain(ChainConstraintsFailure, id::SUMMARY_PATH),
    row("cms.timestamp_usage", "RFC 3161 2.3").uncertain(ChainConstraintsFailure, id::SUMMARY_PATH).of(Subject::Timestamp),
    row("chain.name_constraints", "RFC 5280 6.1.3 (b)").uncertain(ChainConstraintsFailure, id::SUMMARY_PATH),
    row("chain.policy", "RFC 5280 6.1.5 (g)").uncertain(ChainConstraintsFailure, id::SUMMARY_PATH),
    row("chain.critical_extension", "RFC 5280 6.1.4 (o)").uncertain(ChainConstraintsFailure, id::SUMMARY_PATH),
    // Was the certificate good?
    chain::KEY_USAGE,
    revocation::REVOKED_BEFORE,
    revocation::REVOKED,
    revocation::CA_REVOKED,
    revocation::ISSUER_REVOKED_SINCE,
    revocation::ON_HOLD,
    chain::EXPIRED,
    chain::TOO_EARLY,
    chain::IN_DATE,
    chain::NOT_YET_VALID,
    chain::ISSUERS_IN_DATE,
    revocation::CHECKED,
    revocation::FRESH,
    // Is it strong enough, and made as it should be?
    row("cms.algorithm_unsupported", "EN 319 102-1 5.2.7").uncertain(CryptoConstraintsFailureNoPoe, id::SUMMARY_WEAK),
    row("cms.key_unsupported", "EN 319 102-1 5.2.7").uncertain(CryptoConstraintsFailureNoPoe, id::SUMMARY_WEAK),
    row("cms.imprint_unsupported", "RFC 3161 2.4.2").uncertain(CryptoConstraintsFailureNoPoe, id::SUMMARY_WEAK).of(Subject::Timestamp),
    algorithm::DIGEST,
    algorithm::SIGNATURE,
    algorithm::KEY,
    algorithm::CHAIN,
    algorithm::REVOCATION,
    row("cms.no_signed_attributes", "EN 319 102-1 5.2.3").uncertain(SigConstraintsFailure, id::SUMMARY_CONSTRAINTS),
    content::REQUIRED_REFERENCE,
    content::LEAST_LEVEL,
    content::SIGNED_REFERENCE,
    // What is to be said of the document.
    document::ONLY_TIMESTAMPS,
    document::NOT_DECRYPTED,
    document::UNKNOWN,
    document::ORPHAN,
    row("document.twin_entries", "ISO 32000-2 7.5.4").of(Subject::Document).fails(FormatFailure, id::SUMMARY_COVERAGE),
    row("document.mac_differs", "ISO/TS 32004").of(Subject::Document).fails(HashFailure, id::SUMMARY_MAC),
    row("document.mac_missing", "ISO/TS 32004").of(Subject::Document).fails(FormatFailure, id::SUMMARY_MAC),
    row("document.mac_required", "ISO/TS 32004").of(Subject::Document).uncertain(SigConstraintsFailure, id::SUMMARY_MAC_UNKNOWN),
    row("document.mac_unchecked", "ISO/TS 32004").of(Subject::Document).uncertain(SigConstraintsFailure, id::SUMMARY_MAC_UNKNOWN),
    row("document.revision_malformed", "ISO 32000-2 7.5.6").of(Subject::Document).warns(),
    row("document.unaccounted_bytes", "ISO 32000-2 7.5.6").of(Subject::Document).warns(),
    row("document.xref_rebuilt", "ISO 32000-2 7.5.4").of(Subject::Document).warns(),
    row("document.xref_loop", "ISO 32000-2 7.5.5").of(Subject::Document).warns(),
    row("document.object_unreadable", "ISO 32000-2 7.3.10").of(Subject::Document).warns(),
    row("document.object_outside", "ISO 32000-2 7.3.10").of(Subject::Document).warns(),
    row("document.stream_damaged", "ISO 32000-2 7.4").of(Subject::Document).warns(),
    row("document.permissions_odd", "ISO 32000-2 7.6.4.4.11").of(Subject::Document).warns(),
    row("document.permissions_unknown", "ISO 32000-2 12.8.6, table 263").of(Subject::Document).informs(),
    row("document.usage_rights", "ISO 32000-2 12.8.2.3").of(Subject::Document).informs(),
    row("document.mac_fits", "ISO/TS 32004").of(Subject::Document).informs(),
    row("shadow.value", "ISO 32000-2 12.7.4.3").of(Subject::Document).warns(),
    row("shadow.layer_hidden", "ISO 32000-2 8.11").of(Subject::Document).warns(),
    row("shadow.layer_not_printed", "ISO 32000-2 8.11").of(Subject::Document).warns(),
    row("shadow.layer_only_printed", "ISO 32000-2 8.11").of(Subject::Document).warns(),
    row("shadow.orphan_pages", "ISO 32000-2 7.5.4").of(Subject::Document).warns(),
    row("shadow.external", "ISO 32000-2 7.3.8.2").of(Subject::Document).warns(),
    row("shadow.alternates", "ISO 32000-2 8.9.5.4").of(Subject::Document).warns(),
    row("shadow.script", "ISO 32000-2 12.6.4.17").of(Subject::Document).warns(),
    row("shadow.action", "ISO 32000-2 12.6").of(Subject::Document).warns(),
    row("shadow.media", "ISO 32000-2 13").of(Subject::Document).warns(),
    row("shadow.need_appearances", "ISO 32000-2 12.7.3").of(Subject::Document).warns(),
    row("shadow.unfinished", "ISO 32000-2 12.7.4.3").of(Subject::Document).warns(),
    row("shadow.not_searched", "EN 319 102-1 5.2.8").of(Subject::Document).informs(),
    row("shadow.value_unread", "ISO 32000-2 12.7.4.3").of(Subject::Document).informs(),
    row("shadow.format_script", "ISO 32000-2 12.6.4.17").of(Subject::Document).informs(),
    row("shadow.action_leading", "ISO 32000-2 12.6").of(Subject::Document).informs(),
    row("shadow.orphan_pictures", "ISO 32000-2 7.5.4").of(Subject::Document).informs(),
    row("document.junk_before_header", "ISO 32000-2 7.5.2").of(Subject::Document).informs(),
    row("document.object_misplaced", "ISO 32000-2 7.3.10").of(Subject::Document).informs(),
    row("document.start_far", "ISO 32000-2 7.5.5").of(Subject::Document).informs(),
    row("document.stream_length", "ISO 32000-2 7.3.8").of(Subject::Document).informs(),
    row("document.xref_odd", "ISO 32000-2 7.5.4").of(Subject::Document).informs(),
    document::CORRECTED,
    // What is to be said besides.
    later::PAINTED_OVER,
    chain::ANCHOR_IN_DATE,
    time::OUTSIDE_CERTIFICATE,
    time::IN_FUTURE,
    row("cms.signing_time", "EN 319 142-1 6.3").warns(),
    row("cms.attributes_der", "RFC 5652 5.4").warns(),
    row("cms.issuer_serial", "RFC 5035 5.4.1").warns(),
    row("cms.certificate_unreadable", "RFC 5652 5.1").warns(),
    row("cms.encapsulated_content_equal", "ISO 32000-2 12.8.3.3").warns(),
    row("cms.trailing_data", "ISO 32000-2 12.8.3.3").warns(),
    content::LEGACY,
    row("format.certification_order", "ISO 32000-2 12.8.2.2").warns(),
    row("format.permissions", "ISO 32000-2 12.8.6, table 263").warns(),
    row("format.transform_version", "ISO 32000-2 12.8.2, tables 257 and 258").warns(),
    row("seed.differs", "ISO 32000-2 12.7.5.5, table 237").warns(),
    row("seed.lacks", "ISO 32000-2 12.7.5.5, table 237").warns(),
    row("seed.unchecked", "ISO 32000-2 12.7.5.5, table 237").warns(),
    row("format.two_fields", "ISO 32000-2 12.7.5.5").warns(),
    algorithm::ANCHOR,
    algorithm::PADDING,
    time::AFTER_PROOF,
    time::TIMESTAMP_PROVES_NOTHING,
    time::SEVEN_HOURS,
    row("cms.digest_identifier", "RFC 5652 5.3").informs(),
    row("cms.encapsulated_content_empty", "ISO 32000-2 12.8.3.3").informs(),
    row("format.filter", "ISO 32000-2 12.8.1, table 255").informs(),
    row("format.time", "ISO 32000-2 7.9.4").informs(),
];
