//! The report as JSON: `kyso.report/1` by docs/report.schema.json. The same report gives the same bytes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::history::JsonChange;
use super::report::{AsOfNow, Report, SignatureReport, SigningTime, StatusReport, Why};
use crate::error::Error;
use crate::format::{Place, SignatureKind};
use crate::message::{Argument, Locale, printable};
use crate::time::Time;
use crate::trust::RevocationSource;
use crate::x509::{Certificate, Name};

const SCHEMA: &str = "kyso.report/1";

/// The report on one line.
pub(super) fn report(report: &Report, locale: &Locale) -> String {
    let name = report.name.as_deref().unwrap_or_default();
    to_line(&JsonReport {
        schema: SCHEMA,
        tool: Tool::default(),
        document: JsonDocument {
            sha256: report.sha256.as_deref(),
            kind: Some(&report.format),
            pages: report.pages,
            ..JsonDocument::named(name).with_bytes(report.bytes)
        },
        checked: JsonChecked {
            at: report.gathered_at,
            validation_time: report.time,
            online: report.online,
            policy: Some(&report.policy),
            trust: Some(JsonTrust { id: &report.trust.0, anchors: report.trust.1 }),
        },
        verdict: report.verdict.name(),
        exit: report.exit_code(),
        error: None,
        why: report.why.iter().map(|why| JsonMessage::why(why, locale)).collect(),
        signatures: report.signatures.iter().map(|signature| JsonSignature::new(signature, locale)).collect(),
    })
}

/// A document that could not be opened, on one line.
pub(super) fn error(name: &str, error: &Error, time: Time, locale: &Locale) -> String {
    let mut message = JsonMessage::new(error.message(), "fail", locale);
    message.text = error.text(locale);
    message.kind = Some(error.kind().name());
    to_line(&JsonReport {
        schema: SCHEMA,
        tool: Tool::default(),
        document: JsonDocument::named(name),
        checked: JsonChecked { at: time, validation_time: time, online: false, policy: None, trust: None },
        verdict: "error",
        exit: 2,
        error: Some(message),
        why: Vec::new(),
        signatures: Vec::new(),
    })
}

/// Everything here is made of strings, numbers and lists, which JSON can always say.
fn to_line(value: &JsonReport<'_>) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'static str,
    tool: Tool,
    document: JsonDocument<'a>,
    checked: JsonChecked<'a>,
    verdict: &'static str,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<JsonMessage<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<JsonMessage<'a>>,
    signatures: Vec<JsonSignature<'a>>,
}

#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Default for Tool {
    fn default() -> Self {
        Self { name: "kyso", version: env!("CARGO_PKG_VERSION") }
    }
}

#[derive(Serialize)]
pub(super) struct JsonDocument<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<u64>,
}

impl<'a> JsonDocument<'a> {
    /// The name is the last part of a path; the path is said where there is more of it.
    pub(super) fn named(given: &'a str) -> Self {
        let name = Path::new(given).file_name().and_then(|name| name.to_str()).unwrap_or(given);
        let path = (name != given).then_some(given);
        Self { name, path, bytes: None, sha256: None, kind: None, pages: None }
    }

    pub(super) const fn with_bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }
}

#[derive(Serialize)]
struct JsonChecked<'a> {
    at: Time,
    validation_time: Time,
    online: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<JsonTrust<'a>>,
}

#[derive(Serialize)]
struct JsonTrust<'a> {
    id: &'a str,
    anchors: u64,
}

#[derive(Serialize)]
struct JsonSignature<'a> {
    id: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    counted: bool,
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    /// What is missing for the next level.
    #[serde(skip_serializing_if = "Option::is_none")]
    lacks: Option<JsonMessage<'a>>,
    /// Until when the signature stays provable.
    #[serde(skip_serializing_if = "Option::is_none")]
    provable_until: Option<Time>,
    /// What ends then.
    #[serde(skip_serializing_if = "Option::is_none")]
    provable_because: Option<JsonMessage<'a>>,
    verdict: &'static str,
    indication: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_indication: Option<&'static str>,
    signer: JsonSigner,
    time: JsonTime,
    /// The verdict as of the time of judgement, where the one above is as of a proven time.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<JsonNow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithm: Option<String>,
    revocation: JsonStatus,
    covers: JsonCovers<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
    why: Vec<JsonMessage<'a>>,
}

impl<'a> JsonSignature<'a> {
    fn new(report: &'a SignatureReport, locale: &Locale) -> Self {
        let etsi = report.sub_filter.as_deref().is_some_and(|name| name.starts_with("ETSI."));
        Self {
            id: report.id(),
            kind: if report.kind == SignatureKind::Signature { "signature" } else { "timestamp" },
            field: report.field.as_deref().map(shown),
            counted: report.counted,
            format: if etsi { "pades" } else { "pdf" },
            sub_filter: report.sub_filter.as_deref().map(shown),
            level: report.level,
            lacks: report.lacks.as_ref().map(|lacks| JsonMessage::new(lacks, "info", locale)),
            provable_until: report.horizon.as_ref().map(|horizon| horizon.until),
            provable_because: report.horizon.as_ref().map(|horizon| JsonMessage::new(&horizon.because, "info", locale)),
            verdict: report.verdict.name(),
            indication: report.indication().name(),
            sub_indication: report.sub_indication.map(super::SubIndication::name),
            signer: JsonSigner::new(report),
            time: JsonTime::new(&report.time),
            now: report.as_of_now.as_ref().map(|now| JsonNow::new(now, locale)),
            reason: report.reason.as_deref().map(shown),
            location: report.location.as_deref().map(shown),
            algorithm: report.algorithm.as_deref().map(shown),
            revocation: JsonStatus::new(report.status),
            covers: JsonCovers::new(report, locale),
            place: report.place.and_then(JsonPlace::new),
            why: report.why.iter().map(|why| JsonMessage::why(why, locale)).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonNow<'a> {
    verdict: &'static str,
    indication: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_indication: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<JsonMessage<'a>>,
}

impl<'a> JsonNow<'a> {
    fn new(now: &'a AsOfNow, locale: &Locale) -> Self {
        Self {
            verdict: now.verdict.name(),
            indication: now.verdict.indication().name(),
            sub_indication: now.sub_indication.map(super::SubIndication::name),
            why: now.why.as_ref().map(|why| JsonMessage::why(why, locale)),
        }
    }
}

#[derive(Serialize)]
struct JsonSigner {
    proven: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pinned: bool,
}

impl JsonSigner {
    fn new(report: &SignatureReport) -> Self {
        let signer = &report.signer;
        let certificate = signer.certificate.as_ref();
        let text = |value: &Option<String>| value.as_deref().map(shown);
        let full = |name: &Name| shown(&name.to_string());
        Self {
            proven: signer.proven,
            name: text(&signer.name),
            organization: text(&signer.organization),
            title: text(&signer.title),
            subject: certificate.map(|certificate| full(certificate.subject())),
            certificate_sha256: certificate.map(Certificate::sha256_hex),
            valid_from: certificate.map(Certificate::not_before),
            valid_until: certificate.map(Certificate::not_after),
            issuer: certificate.map(|certificate| full(certificate.issuer())),
            anchor: signer.anchor.as_ref().map(|anchor| full(anchor.subject())),
            pinned: signer.pinned,
        }
    }
}

#[derive(Serialize)]
struct JsonTime {
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

impl JsonTime {
    fn new(time: &SigningTime) -> Self {
        match time {
            SigningTime::Claimed { at, .. } => Self { source: "claimed", at: Some(*at), by: None },
            SigningTime::None => Self { source: "none", at: None, by: None },
            SigningTime::Timestamp { at, by } => Self { source: "timestamp", at: Some(*at), by: by.as_deref().map(shown) },
        }
    }
}

#[derive(Serialize)]
struct JsonStatus {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    this_update: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Time>,
}

impl JsonStatus {
    fn new(report: StatusReport) -> Self {
        Self {
            status: report.status.name(),
            source: report.source.map(RevocationSource::name),
            this_update: report.this_update,
            revoked_at: report.revoked_at,
        }
    }
}

#[derive(Serialize)]
struct JsonCovers<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    of: u64,
    whole: bool,
    later: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<JsonChange<'a>>,
}

impl<'a> JsonCovers<'a> {
    fn new(report: &'a SignatureReport, locale: &Locale) -> Self {
        let covers = report.covers;
        let changes = report.added.iter().map(|change| JsonChange::new(change, Some(true), locale)).collect();
        Self { revision: covers.revision, of: covers.of, whole: covers.whole, later: covers.later.name(), changes }
    }
}

#[derive(Serialize)]
struct JsonPlace {
    page: u64,
    rect: [serde_json::Number; 4],
}

impl JsonPlace {
    /// `None` where a coordinate is no number that JSON can say.
    fn new(place: Place) -> Option<Self> {
        let [left, bottom, right, top] = place.rect.map(number);
        Some(Self { page: place.page, rect: [left?, bottom?, right?, top?] })
    }
}

/// Whole numbers without a fraction.
fn number(value: f64) -> Option<serde_json::Number> {
    let text = value.to_string();
    text.parse::<i64>().ok().map(serde_json::Number::from).or_else(|| serde_json::Number::from_f64(value))
}

#[derive(Serialize)]
struct JsonMessage<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    severity: &'static str,
    lang: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    args: BTreeMap<&'a str, serde_json::Value>,
}

impl<'a> JsonMessage<'a> {
    fn new(message: &'a crate::Message, severity: &'static str, locale: &Locale) -> Self {
        Self {
            id: message.id(),
            check: None,
            kind: None,
            severity,
            lang: locale.language.tag(),
            text: message.text(locale),
            // Line breaks are for pages.
            hint: message.hint(locale).map(|hint| hint.replace('\n', " ")),
            args: message.arguments().iter().map(|(name, value)| (&**name, argument(value))).collect(),
        }
    }

    fn why(why: &'a Why, locale: &Locale) -> Self {
        let check = (why.check != why.message.id()).then_some(why.check);
        Self { check, ..Self::new(&why.message, why.severity.name(), locale) }
    }
}

/// Values for programs: numbers, strings, times in UTC.
pub(super) fn argument(value: &Argument) -> serde_json::Value {
    match value {
        Argument::Day { day } => day.rfc3339().into(),
        Argument::Messages { messages } => messages.iter().map(|message| message.id()).collect(),
        Argument::Number(number) => (*number).into(),
        Argument::Text(text) => text.as_str().into(),
        Argument::Time(time) => time.rfc3339().into(),
        Argument::Word { word } => word.as_ref().into(),
    }
}

/// Names from outside, with control characters shown.
pub(super) fn shown(text: &str) -> String {
    printable(text).into_owned()
}
