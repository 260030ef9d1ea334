//! The page for a clerk: the verdict first, then each signature, then what to do.

pub(super) mod layout;

use std::fmt::Write as _;

use layout::{Block, Marks, paint};

use super::checks::{self, Check};
use super::report::{Added, CertificateStatus, CheckResult, LaterChanges, Report, Severity, SignatureReport, SigningTime, Verdict, Why};
use crate::format::{self, Change, SignatureKind};
use crate::message::{self, Locale, Message, id, printable, word};
use crate::time::Time;
use crate::trust::RevocationSource;
use crate::x509::Certificate;

/// Lines with a label that one signature may have.
const MOST_LINES: usize = 6;

/// How a page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Style {
    /// Colours on the verdict and the marks, by the codes of terminals.
    pub color: bool,
    /// `[OK]` and its like instead of `✓`, and no typographic quotes or dashes.
    pub ascii: bool,
    /// The column to break lines before; `None`: never. The first line is never broken.
    pub width: Option<usize>,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, ascii: false, width: Some(80) }
    }
}

impl Style {
    /// No colours, no line breaks: for files and pipes.
    #[must_use]
    pub const fn plain() -> Self {
        Self { color: false, ascii: false, width: None }
    }

    /// With or without colours.
    #[must_use]
    pub const fn with_color(mut self, color: bool) -> Self {
        self.color = color;
        self
    }

    /// With or without characters outside ASCII in marks, quotes and dashes.
    #[must_use]
    pub const fn with_ascii(mut self, ascii: bool) -> Self {
        self.ascii = ascii;
        self
    }

    /// With lines of this width.
    #[must_use]
    pub const fn with_width(mut self, width: Option<usize>) -> Self {
        self.width = width;
        self
    }
}

/// The whole page, with a line break at its end.
pub(super) fn page(report: &Report, locale: &Locale, style: Style) -> String {
    let mut out = headline(report, locale, style);
    out.push('\n');
    let digits = report.signatures.iter().map(|one| one.number).max().unwrap_or(0).to_string().len();
    let labels = LABELS.map(|label| word(label, locale.language));
    for signature in &report.signatures {
        let mut block = Block::new(signature.verdict, Some(signature.number), digits, name_line(signature, locale));
        for (label, text) in lines(report, signature, locale) {
            block.line(word(label, locale.language), text);
        }
        block.write(&mut out, &labels, style);
    }
    for why in report.why.iter().filter(|why| why.severity != Severity::Info) {
        let verdict = match checks::find(why.check) {
            Some(check) if why.severity == Severity::Fail => check.verdict,
            _ => Verdict::Unsigned,
        };
        Block::new(verdict, None, digits, reason(why, locale)).write(&mut out, &[], style);
    }
    if let Some(advice) = advice(report, locale) {
        layout::advice(&mut out, word(id::PAGE_TO_DO, locale.language), &advice, style);
    }
    layout::finish(out, style)
}

/// `NAME: VERDICT — sentence`.
pub(super) fn headline(report: &Report, locale: &Locale, style: Style) -> String {
    let name = report.name.as_deref().map_or_else(|| word(id::PAGE_UNNAMED, locale.language).into(), printable);
    let verdict = paint(verdict_word(report.verdict, locale), report.verdict, style);
    layout::finish(format!("{name}: {verdict} — {}", sentence(report, locale)), style)
}

fn verdict_word(verdict: Verdict, locale: &Locale) -> &'static str {
    let id = match verdict {
        Verdict::Failed => id::PAGE_VERDICT_FAILED,
        Verdict::Indeterminate => id::PAGE_VERDICT_INDETERMINATE,
        Verdict::Passed => id::PAGE_VERDICT_PASSED,
        Verdict::Unsigned => id::PAGE_VERDICT_UNSIGNED,
    };
    word(id, locale.language)
}

/// The one sentence behind the verdict.
fn sentence(report: &Report, locale: &Locale) -> String {
    let counted = || report.signatures.iter().filter(|one| one.counted && one.kind == SignatureKind::Signature);
    let count = counted().count();
    match report.verdict {
        Verdict::Unsigned => word(id::SUMMARY_UNSIGNED, locale.language).to_owned(),
        Verdict::Passed => {
            let id = match counted().map(|one| one.covers.added).max() {
                Some(Added::Other) => id::SUMMARY_VALID_LATER,
                Some(Added::Signatures) => id::SUMMARY_VALID_SIGNED_ON,
                _ => id::SUMMARY_VALID,
            };
            say(Message::new(id).with("count", count), locale)
        }
        Verdict::Failed | Verdict::Indeterminate => {
            let Some((signature, why)) = report.lead() else { return String::new() };
            let sentence = word(checks::find(why.check).map_or(id::SUMMARY_UNKNOWN, |check| check.summary), locale.language);
            if count < 2 || signature.is_none_or(|one| one.kind != SignatureKind::Signature) {
                return sentence.to_owned();
            }
            let bad = counted().filter(|one| one.verdict == report.verdict).count();
            say(Message::new(id::SUMMARY_OF_MANY).with("bad", bad).with("count", count).with("sentence", sentence), locale)
        }
    }
}

/// What to do: for every outcome that is not valid.
fn advice(report: &Report, locale: &Locale) -> Option<String> {
    if report.verdict == Verdict::Unsigned {
        return Message::new(id::SUMMARY_UNSIGNED).hint(locale);
    }
    let (signature, why) = report.lead()?;
    let mut hint = why.message.hint(locale).unwrap_or_default();
    if let Some(network) = signature.and_then(|signature| network_hint(signature, why.check, locale)) {
        hint = format!("{hint} {network}");
    }
    let Some(signature) = signature.filter(|_| why.check == id::LATER_CHANGES) else { return Some(hint) };
    let file = report.name.as_deref().map_or_else(|| word(id::PAGE_UNNAMED, locale.language).to_owned(), quoted);
    let see = Message::new(id::PAGE_SEE_SIGNED).with("number", signature.number).with("file", file);
    Some(format!("{hint} {}", say(see, locale)))
}

/// What to do about the first address that gave nothing, where that is a reason of the check.
fn network_hint(signature: &SignatureReport, check: &str, locale: &Locale) -> Option<String> {
    let failed = signature.why.iter().find(|why| why.check == check && why.message.id().starts_with(NETWORK))?;
    let hint = failed.message.hint(locale)?;
    let mut letters = hint.chars();
    Some(letters.next()?.to_uppercase().chain(letters).collect())
}

/// How the ids of what the network gave, or did not give, begin.
const NETWORK: &str = "net.";

/// A file name as a shell takes it for one word.
pub(super) fn quoted(name: &str) -> String {
    let safe =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '/' | '-' | '_' | '\\' | ':' | '+' | ',' | '@' | '%');
    if !name.is_empty() && name.chars().all(safe) { name.to_owned() } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

fn name_line(signature: &SignatureReport, locale: &Locale) -> String {
    if signature.why.first().is_some_and(|why| why.check == id::FORMAT_NOT_SIGNED) {
        return say(Message::new(id::PAGE_UNSIGNED_FIELD).with("field", signature.field.as_deref().unwrap_or_default()), locale);
    }
    let signer = &signature.signer;
    let name = match (&signer.name, &signer.organization) {
        (Some(name), Some(organization)) if name != organization => Some(format!("{name}, {organization}")),
        (Some(name), _) | (None, Some(name)) => Some(name.clone()),
        (None, None) => None,
    };
    let Some(mut name) = name else { return word(id::PAGE_NAME_NOBODY, locale.language).to_owned() };
    if signature.kind == SignatureKind::DocumentTimestamp {
        name = say(Message::new(id::PAGE_TIMESTAMP_BY).with("name", name), locale);
    }
    if signer.proven {
        return printable(&name).into_owned();
    }
    // Whoever leads nowhere may have written anything; otherwise something else is wrong.
    let id =
        if signature.verdict == Verdict::Indeterminate && signer.anchor.is_none() { id::PAGE_NAME_SAYS } else { id::PAGE_NAME_NOT_PROVEN };
    say(Message::new(id).with("name", name), locale)
}

/// What a signature's lines are about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Story {
    /// The content or the value does not fit: nothing else about it can be relied on.
    Broken,
    /// It failed for another reason.
    Failed,
    /// The certificate was out of date.
    OutOfDate,
    /// Something cannot be known.
    Uncertain,
    /// All is well.
    Valid,
}

fn story(signature: &SignatureReport) -> Story {
    let lead = signature.why.first().map(|why| why.check);
    let without_worth = [id::SUMMARY_BROKEN, id::SUMMARY_NOT_SIGNED, id::SUMMARY_VALUE];
    let broken = |check| checks::find(check).is_some_and(|check| without_worth.contains(&check.summary));
    match signature.verdict {
        Verdict::Failed if lead.is_some_and(broken) => Story::Broken,
        Verdict::Failed => Story::Failed,
        Verdict::Passed => Story::Valid,
        _ if lead.is_some_and(is_date) => Story::OutOfDate,
        _ => Story::Uncertain,
    }
}

fn is_date(check: &str) -> bool {
    check == id::CERTIFICATE_IN_DATE || check == id::CERTIFICATE_NOT_YET_VALID
}

/// The lines of a signature, each with the id of its label.
fn lines(report: &Report, signature: &SignatureReport, locale: &Locale) -> Vec<(&'static str, String)> {
    let story = story(signature);
    let mut lines = Vec::new();
    if story != Story::Broken {
        lines.extend(time_line(signature, locale));
    }
    if matches!(story, Story::Failed | Story::Uncertain | Story::Valid) {
        lines.push((id::PAGE_LABEL_COVERS, covers_line(signature, story, locale)));
    }
    if matches!(story, Story::OutOfDate | Story::Uncertain | Story::Valid) && signature.signer.anchor.is_some() || story == Story::OutOfDate
    {
        lines.extend(certificate_line(signature, story, locale).map(|text| (id::PAGE_LABEL_CERTIFICATE, text)));
    }
    if story == Story::Valid {
        lines.extend(
            signature.signer.anchor.as_ref().map(|anchor| (id::PAGE_LABEL_TRUSTED, printable(&checks::name_of(anchor)).into_owned())),
        );
    }
    if story == Story::Valid {
        lines.extend(lasting_line(signature, locale));
    }
    lines.extend(now_line(signature, locale));
    if matches!(story, Story::Uncertain | Story::Valid) {
        add_changes(report, signature, locale, &mut lines);
    }
    add_reasons(report, signature, story, locale, &mut lines);
    lines
}

/// What was added later, as far as there is room. What can cover the page is among the reasons.
fn add_changes(report: &Report, signature: &SignatureReport, locale: &Locale, lines: &mut Vec<(&'static str, String)>) {
    const MOST: usize = 3;
    let changes: Vec<&Change> = signature.added.iter().filter(|change| !change.covers).collect();
    let shown = if changes.len() > MOST { MOST.saturating_sub(1) } else { MOST };
    lines.extend(changes.iter().take(shown).map(|change| (id::PAGE_LABEL_LATER, change.message.text(locale))));
    let rest = changes.len().saturating_sub(shown);
    if rest > 0 {
        let file = report.name.as_deref().map_or_else(String::new, quoted);
        lines.push((id::PAGE_LABEL_LATER, say(Message::new(id::PAGE_MORE_LATER).with("count", rest).with("file", file), locale)));
    }
}

/// The reasons that are worth a line, as far as there is room.
fn add_reasons(report: &Report, signature: &SignatureReport, story: Story, locale: &Locale, lines: &mut Vec<(&'static str, String)>) {
    let reasons: Vec<&Why> = signature.why.iter().filter(|why| is_shown(signature, story, why)).collect();
    let room = MOST_LINES.saturating_sub(lines.len()).max(1);
    let shown = if reasons.len() > room { room.saturating_sub(1).max(1) } else { room };
    for why in reasons.iter().take(shown) {
        let label = if why.severity == Severity::Fail { id::PAGE_LABEL_WHY } else { id::PAGE_LABEL_NOTE };
        lines.push((label, reason(why, locale)));
    }
    let rest = reasons.len().saturating_sub(shown);
    if rest > 0 {
        let file = report.name.as_deref().map_or_else(String::new, quoted);
        lines.push((id::PAGE_LABEL_NOTE, say(Message::new(id::PAGE_MORE).with("count", rest).with("file", file), locale)));
    }
}

/// A signature that failed is not made worse by what cannot be known; dates and claimed times stand in lines of their own.
fn is_shown(signature: &SignatureReport, story: Story, why: &Why) -> bool {
    match story {
        Story::Broken | Story::Failed => failed(signature, why),
        Story::OutOfDate if is_date(why.check) => false,
        _ => why.severity != Severity::Info && why.check != id::TIME_OUTSIDE_CERTIFICATE,
    }
}

/// Whether `why` says FAILED.
fn failed(signature: &SignatureReport, why: &Why) -> bool {
    let result = signature.checks.iter().find(|checked| checked.id == why.check).map(|checked| checked.result);
    let row = checks::find(why.check);
    why.severity == Severity::Fail && result == Some(CheckResult::Failed) && row.is_some_and(|row| row.verdict == Verdict::Failed)
}

fn reason(why: &Why, locale: &Locale) -> String {
    format!("{}  [{}]", why.message.text(locale), why.message.id())
}

fn time_line(signature: &SignatureReport, locale: &Locale) -> Option<(&'static str, String)> {
    match &signature.time {
        SigningTime::None => None,
        SigningTime::Timestamp { at, by } if signature.kind == SignatureKind::Signature => {
            let message = Message::new(id::PAGE_TIME_PROVEN).with("at", *at);
            let message = match by {
                Some(by) => message.with("by", by.as_str()),
                None => message.with_word("by", id::WORD_UNKNOWN_NAME),
            };
            Some((id::PAGE_LABEL_SIGNED, say(message, locale)))
        }
        SigningTime::Timestamp { at, .. } => Some((id::PAGE_LABEL_STAMPED, locale.date_time(*at))),
        SigningTime::Claimed { at, .. } => {
            let certificate = signature.signer.certificate.as_ref();
            let id = if certificate.is_some_and(|certificate| *at > certificate.not_after()) {
                id::PAGE_TIME_CLAIMED_AFTER
            } else if certificate.is_some_and(|certificate| *at < certificate.not_before()) {
                id::PAGE_TIME_CLAIMED_BEFORE
            } else {
                id::PAGE_TIME_CLAIMED
            };
            Some((id::PAGE_LABEL_SIGNED, say(Message::new(id).with("at", *at), locale)))
        }
    }
}

/// Until when it stays provable, where something beside the signer's own certificate carries it.
fn lasting_line(signature: &SignatureReport, locale: &Locale) -> Option<(&'static str, String)> {
    let is_proven = signature.kind == SignatureKind::Signature && matches!(signature.time, SigningTime::Timestamp { .. });
    let horizon = signature.horizon.as_ref().filter(|_| is_proven)?;
    let message = Message::new(id::PAGE_LASTS).with_day("until", horizon.until).with("because", horizon.because.text(locale));
    Some((id::PAGE_LABEL_LASTS, say(message, locale)))
}

/// The verdict as of now, where it is worse than that as of the proven time.
fn now_line(signature: &SignatureReport, locale: &Locale) -> Option<(&'static str, String)> {
    let now = signature.as_of_now.as_ref().filter(|now| now.verdict != signature.verdict)?;
    let why = now.why.as_ref().map(|why| why.message.text(locale)).unwrap_or_default();
    let verdict = verdict_word(now.verdict, locale);
    Some((id::PAGE_LABEL_NOTE, say(Message::new(id::PAGE_AS_OF_NOW).with("verdict", verdict).with("why", why), locale)))
}

fn covers_line(signature: &SignatureReport, story: Story, locale: &Locale) -> String {
    let covers = &signature.covers;
    let Some(revision) = covers.revision else { return word(id::PAGE_COVERS_UNKNOWN, locale.language).to_owned() };
    let id = match (covers.later, covers.added) {
        (LaterChanges::None, _) if covers.whole && story == Story::Valid => id::PAGE_COVERS_WHOLE,
        (LaterChanges::None, _) if covers.whole => id::PAGE_COVERS_UNCHANGED,
        (LaterChanges::Allowed, Added::Signatures) => id::PAGE_COVERS_SIGNED_ON,
        (LaterChanges::Allowed, Added::LongTermData) => id::PAGE_COVERS_LONG_TERM,
        (LaterChanges::Allowed, _) => id::PAGE_COVERS_ALLOWED,
        _ => id::PAGE_COVERS_REVISION,
    };
    say(Message::new(id).with("revision", revision).with("of", covers.of), locale)
}

fn certificate_line(signature: &SignatureReport, story: Story, locale: &Locale) -> Option<String> {
    let certificate = signature.signer.certificate.as_ref()?;
    let (from, until) = (certificate.not_before(), certificate.not_after());
    let dates = || say(Message::new(id::PAGE_CERTIFICATE_DATES).with_day("from", from).with_day("until", until), locale);
    if story == Story::OutOfDate {
        let lead = signature.why.first()?;
        return Some(format!("{}  [{}]", dates(), lead.message.id()));
    }
    if signature.why.iter().any(|why| is_date(why.check)) {
        return Some(dates());
    }
    let validity = say(Message::new(id::PAGE_CERTIFICATE_IN_DATE).with_day("until", until), locale);
    let said = signature.why.iter().any(|why| why.check.starts_with("revocation."));
    Some(match (signature.status.status, signature.status.this_update) {
        _ if signature.signer.pinned => say(Message::new(id::PAGE_CERTIFICATE_ANCHOR).with("validity", validity), locale),
        (CertificateStatus::Good, Some(at)) => {
            let source = signature.status.source.map_or("", |source| if source == RevocationSource::Ocsp { "OCSP" } else { "CRL" });
            let message = Message::new(id::PAGE_CERTIFICATE_GOOD).with("validity", validity).with("source", source);
            say(message.with("at", minute(at, locale)), locale)
        }
        _ if said => validity,
        _ => say(Message::new(id::PAGE_CERTIFICATE_STATUS_UNKNOWN).with("validity", validity), locale),
    })
}

/// A day and a time of day to the minute, with the offset.
fn minute(time: Time, locale: &Locale) -> String {
    let civil = time.civil(locale.zone);
    format!("{} {:02}:{:02} {}", locale.date(time), civil.hour, civil.minute, locale.zone)
}

fn say(message: Message, locale: &Locale) -> String {
    message.text(locale)
}

const LABELS: [&str; 9] = [
    id::PAGE_LABEL_CERTIFICATE,
    id::PAGE_LABEL_COVERS,
    id::PAGE_LABEL_LASTS,
    id::PAGE_LABEL_LATER,
    id::PAGE_LABEL_NOTE,
    id::PAGE_LABEL_SIGNED,
    id::PAGE_LABEL_STAMPED,
    id::PAGE_LABEL_TRUSTED,
    id::PAGE_LABEL_WHY,
];

/// Every check of every signature.
pub(super) fn explain(report: &Report, locale: &Locale, style: Style) -> String {
    let mut out = headline(report, locale, style);
    out.push('\n');
    let marks = Marks::of(style);
    let longest = checks::CHECKS.iter().map(|check| check.id.len()).max().unwrap_or(0);
    for signature in &report.signatures {
        let digits = signature.number.to_string().len();
        let mut block = Block::new(signature.verdict, Some(signature.number), digits, name_line(signature, locale));
        for (label, text) in details(signature, locale) {
            block.line(word(label, locale.language), text);
        }
        block.write(&mut out, &DETAILS.map(|label| word(label, locale.language)), style);
        for checked in &signature.checks {
            let result = word(result_word(checked.result), locale.language);
            let _ = write!(out, "   {} {:longest$}  {result}", marks.of_check(checked.result), checked.id);
            let said: Vec<String> =
                signature.why.iter().filter(|why| why.check == checked.id).map(|why| why.message.text(locale)).collect();
            if !said.is_empty() {
                let _ = write!(out, " ({}): {}", word(severity_word(checked.severity), locale.language), said.join("; "));
            }
            out.push('\n');
        }
    }
    layout::finish(out, style)
}

const DETAILS: [&str; 5] = [id::EXPLAIN_SUBJECT, id::EXPLAIN_ISSUER, id::EXPLAIN_VALIDITY, id::EXPLAIN_ALGORITHM, id::EXPLAIN_FIELD];

/// What the page leaves out.
fn details(signature: &SignatureReport, locale: &Locale) -> Vec<(&'static str, String)> {
    let certificate = signature.signer.certificate.as_ref();
    let dates = |certificate: &Certificate| {
        let message = Message::new(id::PAGE_CERTIFICATE_DATES);
        say(message.with_day("from", certificate.not_before()).with_day("until", certificate.not_after()), locale)
    };
    let named = [
        (id::EXPLAIN_SUBJECT, certificate.map(|certificate| certificate.subject().to_string())),
        (id::EXPLAIN_ISSUER, certificate.map(|certificate| certificate.issuer().to_string())),
        (id::EXPLAIN_VALIDITY, certificate.map(dates)),
        (id::EXPLAIN_ALGORITHM, signature.algorithm.clone()),
        (id::EXPLAIN_FIELD, signature.field.clone()),
    ];
    named.into_iter().filter_map(|(label, text)| Some((label, printable(&text?).into_owned()))).collect()
}

const fn result_word(result: CheckResult) -> &'static str {
    match result {
        CheckResult::Failed => id::EXPLAIN_FAILED,
        CheckResult::NotApplicable => id::EXPLAIN_NOT_APPLICABLE,
        CheckResult::Passed => id::EXPLAIN_PASSED,
        CheckResult::Unknown => id::EXPLAIN_UNKNOWN,
    }
}

const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Fail => id::EXPLAIN_SEVERITY_FAIL,
        Severity::Info => id::EXPLAIN_SEVERITY_INFO,
        Severity::Warn => id::EXPLAIN_SEVERITY_WARN,
    }
}

/// What a check or another message means, and what to do about it; `None` where there is no such id, or nothing to explain.
#[must_use]
pub fn explain_check(id: &str, locale: &Locale, style: Style) -> Option<String> {
    let id = message::ids().find(|known| *known == id)?;
    let explanation = message::explanation(id, locale.language)?;
    let clause = checks::find(id).map(|Check { clause, .. }| *clause).or_else(|| format::source_of_change(id));
    let mut out = match clause {
        Some(clause) => format!("{id}  ({clause})\n"),
        None => format!("{id}\n"),
    };
    layout::paragraph(&mut out, " ", explanation, style);
    if let Some(hint) = Message::new(id).hint(locale) {
        layout::advice(&mut out, word(id::PAGE_TO_DO, locale.language), &hint, style);
    }
    Some(layout::finish(out, style))
}
