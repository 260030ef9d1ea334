//! The history of a document for people and for programs (`kyso.history/1` by docs/history.schema.json). It gives no verdict.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::{JsonDocument, Tool, argument, shown};
use super::report::Style;
use super::text::layout::{self, Block};
use super::text::quoted;
use crate::format::{Change, ChangeLevel, History, RevisionFacts, RevisionSignature, SignatureKind, SignatureState};
use crate::message::{Locale, Message, id, word};
use crate::time::Time;

impl History {
    /// The history as one line of JSON (`kyso.history/1`), texts in the language of `locale`. No line break at the end.
    #[must_use]
    pub fn to_json(&self, locale: &Locale) -> String {
        let history = JsonHistory {
            schema: "kyso.history/1",
            tool: Tool::default(),
            document: JsonDocument::named(self.name.as_deref().unwrap_or_default()).with_bytes(self.bytes),
            revisions: self.revisions.iter().map(|revision| JsonRevision::new(revision, locale)).collect(),
        };
        // Everything here is made of strings, numbers and lists, which JSON can always say.
        serde_json::to_string(&history).unwrap_or_default()
    }

    /// A page for people: plain text of at most 80 columns, line breaks included.
    #[must_use]
    pub fn to_text(&self, locale: &Locale) -> String {
        self.to_styled_text(locale, Style::default())
    }

    /// The page in a style.
    #[must_use]
    pub fn to_styled_text(&self, locale: &Locale, style: Style) -> String {
        let unnamed = || word(id::PAGE_UNNAMED, locale.language).to_owned();
        let name = self.name.clone().unwrap_or_else(unnamed);
        let title = Message::new(id::HISTORY_TITLE).with("file", name).with("bytes", self.bytes).with("revisions", self.revisions.len());
        let mut out = layout::finish(title.text(locale), style);
        out.push('\n');
        let digits = self.revisions.last().map_or(1, |last| last.number.to_string().len());
        let labels = LABELS.map(|label| word(label, locale.language));
        for revision in &self.revisions {
            let mut block = Block::unjudged(revision.number, digits, extent(revision, self.bytes).text(locale));
            for (label, text) in lines(revision, locale) {
                block.line(word(label, locale.language), text);
            }
            block.write(&mut out, &labels, style);
        }
        layout::paragraph(&mut out, " ", &self.closing(locale), style);
        layout::finish(out, style)
    }

    /// What the page does not say, and how to see what was signed.
    fn closing(&self, locale: &Locale) -> String {
        let file = self.name.as_deref().map_or_else(|| word(id::PAGE_UNNAMED, locale.language).to_owned(), quoted);
        let signatures = || self.revisions.iter().flat_map(|revision| &revision.signatures);
        if signatures().next().is_none() {
            return word(id::HISTORY_NO_SIGNATURE, locale.language).to_owned();
        }
        let no_verdict = word(id::HISTORY_NO_VERDICT, locale.language);
        let Some(signature) = signatures().find(|one| !matches!(one.state, SignatureState::NoRevision | SignatureState::Unsigned)) else {
            return no_verdict.to_owned();
        };
        let see = Message::new(id::PAGE_SEE_SIGNED).with("number", signature.number).with("file", file);
        format!("{no_verdict}\n{}", see.text(locale))
    }
}

const LABELS: [&str; 6] = [
    id::HISTORY_LABEL_CHANGE,
    id::HISTORY_LABEL_FORBIDDEN,
    id::HISTORY_LABEL_SIGNED_BY,
    id::PAGE_LABEL_NOTE,
    id::PAGE_LABEL_SIGNED,
    id::PAGE_LABEL_STAMPED,
];

fn extent(revision: &RevisionFacts, bytes: u64) -> Message {
    let id = match revision.rebuilt {
        true => id::HISTORY_REBUILT,
        false if revision.end == bytes => id::HISTORY_WHOLE,
        false => id::HISTORY_EXTENT,
    };
    Message::new(id).with("end", revision.end)
}

/// The lines of a revision, each with the id of its label.
fn lines(revision: &RevisionFacts, locale: &Locale) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for signature in &revision.signatures {
        let is_signed = matches!(signature.state, SignatureState::Fits | SignatureState::Unknown);
        let label = if is_signed { id::HISTORY_LABEL_SIGNED_BY } else { id::PAGE_LABEL_NOTE };
        lines.push((label, signer(signature).text(locale)));
        lines.extend(time(signature).map(|(label, message)| (label, message.text(locale))));
    }
    let Some(changes) = &revision.changes else {
        let unknown = Message::new(id::LATER_UNREADABLE);
        lines.push((id::HISTORY_LABEL_CHANGE, said(&unknown, locale)));
        return lines;
    };
    for change in changes {
        let label = if is_allowed(revision, change) == Some(false) { id::HISTORY_LABEL_FORBIDDEN } else { id::HISTORY_LABEL_CHANGE };
        lines.push((label, said(&change.message, locale)));
    }
    if changes.is_empty() && revision.number > 1 {
        lines.push((id::HISTORY_LABEL_CHANGE, word(id::HISTORY_NOTHING, locale.language).to_owned()));
    }
    lines
}

fn said(message: &Message, locale: &Locale) -> String {
    format!("{}  [{}]", message.text(locale), message.id())
}

/// Whether the signatures before the revision allow the change; `None` where there is none.
fn is_allowed(revision: &RevisionFacts, change: &Change) -> Option<bool> {
    revision.allowed.map(|allowed| change.level <= allowed && change.level != ChangeLevel::Other)
}

/// Who signed, as far as nobody has looked at whether it is so.
fn signer(signature: &RevisionSignature) -> Message {
    let message = |id| Message::new(id).with("number", signature.number);
    let is_timestamp = signature.kind == SignatureKind::DocumentTimestamp;
    let named = match signature.state {
        SignatureState::Unsigned => return message(id::HISTORY_UNSIGNED),
        SignatureState::Differs => message(id::HISTORY_DIFFERS),
        SignatureState::NoRevision => message(id::HISTORY_NO_REVISION),
        SignatureState::Unknown => message(id::HISTORY_UNKNOWN),
        SignatureState::Fits if is_timestamp => message(id::HISTORY_TIMESTAMP),
        SignatureState::Fits => message(id::HISTORY_SIGNATURE),
    };
    match (&signature.signer, &signature.organization) {
        (Some(name), Some(organization)) if name != organization => named.with("name", format!("{name}, {organization}")),
        (Some(name), _) | (None, Some(name)) => named.with("name", name.clone()),
        (None, None) => named.with_word("name", id::PAGE_NAME_NOBODY),
    }
}

fn time(signature: &RevisionSignature) -> Option<(&'static str, Message)> {
    if !matches!(signature.state, SignatureState::Fits) {
        return None;
    }
    match (signature.timestamp, signature.claimed_time) {
        (Some(at), _) if signature.kind == SignatureKind::DocumentTimestamp => {
            Some((id::PAGE_LABEL_STAMPED, Message::new(id::HISTORY_STAMPED).with("at", at)))
        }
        (_, Some(claimed)) => Some((id::PAGE_LABEL_SIGNED, Message::new(id::PAGE_TIME_CLAIMED).with("at", claimed.time))),
        _ => None,
    }
}

#[derive(Serialize)]
struct JsonHistory<'a> {
    schema: &'static str,
    tool: Tool,
    document: JsonDocument<'a>,
    revisions: Vec<JsonRevision<'a>>,
}

#[derive(Serialize)]
struct JsonRevision<'a> {
    number: u64,
    end: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    rebuilt: bool,
    signatures: Vec<JsonSigned>,
    /// `null` where it could not be found out.
    changes: Option<Vec<JsonChange<'a>>>,
}

impl<'a> JsonRevision<'a> {
    fn new(revision: &'a RevisionFacts, locale: &Locale) -> Self {
        let changes = revision.changes.as_ref();
        Self {
            number: revision.number,
            end: revision.end,
            rebuilt: revision.rebuilt,
            signatures: revision.signatures.iter().map(JsonSigned::new).collect(),
            changes: changes
                .map(|changes| changes.iter().map(|change| JsonChange::new(change, is_allowed(revision, change), locale)).collect()),
        }
    }
}

#[derive(Serialize)]
struct JsonSigned {
    number: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<Time>,
    state: SignatureState,
}

impl JsonSigned {
    fn new(signature: &RevisionSignature) -> Self {
        let text = |value: &Option<String>| value.as_deref().map(shown);
        Self {
            number: signature.number,
            kind: if signature.kind == SignatureKind::Signature { "signature" } else { "timestamp" },
            field: text(&signature.field),
            name: text(&signature.signer),
            organization: text(&signature.organization),
            claimed_time: signature.claimed_time.map(|claimed| claimed.time),
            timestamp: signature.timestamp,
            state: signature.state,
        }
    }
}

/// A change in words and as data.
#[derive(Serialize)]
pub(super) struct JsonChange<'a> {
    revision: u64,
    id: &'a str,
    level: ChangeLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<bool>,
    /// Whether it can cover what was certified.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    covers: bool,
    lang: &'static str,
    text: String,
    args: BTreeMap<&'a str, serde_json::Value>,
}

impl<'a> JsonChange<'a> {
    pub(super) fn new(change: &'a Change, allowed: Option<bool>, locale: &Locale) -> Self {
        Self {
            revision: change.revision,
            id: change.message.id(),
            level: change.level,
            allowed,
            covers: change.covers,
            lang: locale.language.tag(),
            text: change.message.text(locale),
            args: change.message.arguments().iter().map(|(name, value)| (&**name, argument(value))).collect(),
        }
    }
}
