//! What is said to people: one catalogue a language, looked up by a stable id.
//!
//! The catalogues are `messages/en.toml` and `messages/vi.toml`. The build fails where one has an id, a part or a placeholder that
//! the other lacks, and code can only name ids that exist ([`id`]).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::time::{Time, Zone};

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
include!(concat!(env!("OUT_DIR"), "/message_ids.rs"));

/// One id of a catalogue with its texts in every language.
struct Entry {
    id: &'static str,
    languages: [Texts; 2],
}

/// The parts of a message in one language; `hint` and `explain` may be empty.
struct Texts {
    text: &'static str,
    hint: &'static str,
    explain: &'static str,
}

/// A language that messages exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Vietnamese.
    Vietnamese,
}

impl Language {
    /// The language of a tag such as `vi`, `vi_VN.UTF-8` or `en-GB`, where there is one.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['_', '-', '.', '@']).next()?;
        if primary.eq_ignore_ascii_case("vi") {
            Some(Self::Vietnamese)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else {
            None
        }
    }

    /// The tag of the language: `en` or `vi`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Vietnamese => "vi",
        }
    }
}

/// How things are said to one reader: in which language, and with times in which zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Locale {
    /// The language of every message.
    pub language: Language,
    /// The zone that times are shown in. The offset is always written.
    pub zone: Zone,
}

impl Locale {
    /// A locale of `language` that shows times in `zone`.
    #[must_use]
    pub const fn new(language: Language, zone: Zone) -> Self {
        Self { language, zone }
    }

    /// A day, as people of the language write it.
    #[must_use]
    pub fn date(&self, time: Time) -> String {
        let civil = time.civil(self.zone);
        match self.language {
            Language::English => format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day),
            Language::Vietnamese => format!("{:02}/{:02}/{:04}", civil.day, civil.month, civil.year),
        }
    }

    /// A day, a time of day to the second, and the offset.
    #[must_use]
    pub fn date_time(&self, time: Time) -> String {
        let civil = time.civil(self.zone);
        format!("{} {:02}:{:02}:{:02} {}", self.date(time), civil.hour, civil.minute, civil.second, self.zone)
    }
}

/// A value that goes into the placeholder of a message.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Argument {
    /// A number.
    Number(i64),
    /// A point in time, shown with its time of day.
    Time(Time),
    /// A text from the outside; control characters in it are shown, not sent.
    Text(String),
    /// Further messages, shown one after the other.
    Messages {
        /// The messages.
        messages: Vec<Message>,
    },
    /// A day.
    Day {
        /// Some time of that day.
        day: Time,
    },
    /// A word of the catalogue, by its id.
    Word {
        /// The id.
        word: Cow<'static, str>,
    },
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Time> for Argument {
    fn from(time: Time) -> Self {
        Self::Time(time)
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Something to say: an id of the catalogue and the values for its placeholders.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Message {
    id: Cow<'static, str>,
    #[serde(default, rename = "args", skip_serializing_if = "BTreeMap::is_empty")]
    arguments: BTreeMap<Cow<'static, str>, Argument>,
}

impl Message {
    /// The message `id` of the catalogue, with no values yet. An id that the catalogue lacks is shown as it is: a [`crate::Signer`] or a
    /// program of its own can say its own sentence.
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self { id: Cow::Borrowed(id), arguments: BTreeMap::new() }
    }

    /// The message with `value` for the placeholder `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.insert(Cow::Borrowed(name), value.into());
        self
    }

    /// The message with the word `id` of the catalogue for the placeholder `name`.
    #[must_use]
    pub fn with_word(self, name: &'static str, id: &'static str) -> Self {
        self.with(name, Argument::Word { word: Cow::Borrowed(id) })
    }

    /// The message with the day of `time` for the placeholder `name`.
    #[must_use]
    pub fn with_day(self, name: &'static str, time: Time) -> Self {
        self.with(name, Argument::Day { day: time })
    }

    /// The message with `messages`, in the reader's language too, for the placeholder `name`.
    #[must_use]
    pub fn with_messages(self, name: &'static str, messages: Vec<Self>) -> Self {
        self.with(name, Argument::Messages { messages })
    }

    /// The message `id` with the same values.
    pub(crate) fn renamed(&self, id: &'static str) -> Self {
        Self { id: Cow::Borrowed(id), arguments: self.arguments.clone() }
    }

    /// The stable id, the key for programs and for `--explain`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The values for the placeholders, by name.
    #[must_use]
    pub const fn arguments(&self) -> &BTreeMap<Cow<'static, str>, Argument> {
        &self.arguments
    }

    /// The message in words.
    #[must_use]
    pub fn text(&self, locale: &Locale) -> String {
        texts(&self.id, locale.language).map_or_else(|| self.id.to_string(), |texts| fill(texts.text, &self.arguments, locale))
    }

    /// What the reader should do, where there is something to do.
    #[must_use]
    pub fn hint(&self, locale: &Locale) -> Option<String> {
        let texts = texts(&self.id, locale.language)?;
        (!texts.hint.is_empty()).then(|| fill(texts.hint, &self.arguments, locale))
    }
}

/// What the check or message `id` means, at length, where the catalogue says so.
#[must_use]
pub fn explanation(id: &str, language: Language) -> Option<&'static str> {
    let texts = texts(id, language)?;
    (!texts.explain.is_empty()).then_some(texts.explain)
}

/// Every id of the catalogue, in order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    CATALOGUE.iter().map(|entry| entry.id)
}

/// A fixed word or sentence of the catalogue; the id itself where the catalogue lacks it.
#[must_use]
pub fn word(id: &'static str, language: Language) -> &'static str {
    texts(id, language).map_or(id, |texts| texts.text)
}

fn texts(id: &str, language: Language) -> Option<&'static Texts> {
    let index = CATALOGUE.binary_search_by(|entry| entry.id.cmp(id)).ok()?;
    let [english, vietnamese] = &CATALOGUE.get(index)?.languages;
    Some(match language {
        Language::English => english,
        Language::Vietnamese => vietnamese,
    })
}

/// Puts values into `{name}` and picks words for `{name:one:many}`. `[[this||that]]` is `this` where it has all its values, else `that`;
/// `||that` may be left out.
fn fill(pattern: &str, arguments: &BTreeMap<Cow<'static, str>, Argument>, locale: &Locale) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("[[") {
        let Some((part, behind)) = after.split_once("]]") else { break };
        let (this, that) = part.split_once("||").unwrap_or((part, ""));
        let has_all = names(this).all(|name| arguments.contains_key(name));
        fill_part(&mut out, before, arguments, locale);
        fill_part(&mut out, if has_all { this } else { that }, arguments, locale);
        rest = behind;
    }
    fill_part(&mut out, rest, arguments, locale);
    out
}

/// The names of the placeholders in a part of a pattern.
fn names(part: &str) -> impl Iterator<Item = &str> {
    part.split('{').skip(1).filter_map(|after| after.split(['}', ':']).next())
}

fn fill_part(out: &mut String, pattern: &str, arguments: &BTreeMap<Cow<'static, str>, Argument>, locale: &Locale) {
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else { break };
        let mut parts = name.splitn(3, ':');
        let value = arguments.get(parts.next().unwrap_or_default());
        match (parts.next(), parts.next()) {
            (Some(one), Some(many)) => out.push_str(if value == Some(&Argument::Number(1)) { one } else { many }),
            _ => show(out, value, locale),
        }
        rest = behind;
    }
    out.push_str(rest);
}

fn show(out: &mut String, value: Option<&Argument>, locale: &Locale) {
    match value {
        Some(Argument::Day { day }) => out.push_str(&locale.date(*day)),
        Some(Argument::Messages { messages }) => {
            let texts: Vec<String> = messages.iter().map(|message| message.text(locale)).collect();
            out.push_str(&texts.join("; "));
        }
        Some(Argument::Number(number)) => {
            let _ = write!(out, "{number}");
        }
        Some(Argument::Text(text)) => out.push_str(&printable(text)),
        Some(Argument::Time(time)) => out.push_str(&locale.date_time(*time)),
        Some(Argument::Word { word }) => out.push_str(texts(word, locale.language).map_or(word, |texts| texts.text)),
        None => out.push('?'),
    }
}

/// The text with control characters and characters that turn the reading direction shown as `U+202E`, so that a hostile name
/// can neither steer a terminal nor hide what it says.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            let _ = write!(out, "U+{:04X}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// Control characters, line and paragraph separators, bidirectional controls, characters without width or ink, and tag characters.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{3164}' | '\u{FFA0}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_sorted_for_the_search() {
        assert!(CATALOGUE.len() > 20);
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].id < pair[1].id));
    }

    #[test]
    fn values_go_into_their_places() {
        let mut arguments = BTreeMap::new();
        arguments.insert(Cow::Borrowed("count"), Argument::Number(1));
        arguments.insert(Cow::Borrowed("name"), Argument::Text("a\u{202E}b\n".into()));
        let locale = Locale::default();
        assert_eq!(fill("{count} {count:file:files} {name}.{missing}", &arguments, &locale), "1 file aU+202EbU+000A.?");
        arguments.insert(Cow::Borrowed("count"), Argument::Number(0));
        assert_eq!(fill("{count} {count:file:files}", &arguments, &locale), "0 files");
    }

    #[test]
    fn a_part_without_its_values_is_left_out_or_said_otherwise() {
        let locale = Locale::default();
        let mut arguments = BTreeMap::new();
        let pattern = "[[{kind} ({subtype})||a note]] on a page[[, page {page}]][[ at {left}]]";
        assert_eq!(fill(pattern, &arguments, &locale), "a note on a page");
        arguments.insert(Cow::Borrowed("kind"), Argument::Text("a [[stamp]] {page}".into()));
        arguments.insert(Cow::Borrowed("page"), Argument::Number(2));
        assert_eq!(fill(pattern, &arguments, &locale), "a note on a page, page 2");
        arguments.insert(Cow::Borrowed("subtype"), Argument::Text("||".into()));
        assert_eq!(fill(pattern, &arguments, &locale), "a [[stamp]] {page} (||) on a page, page 2");
    }

    #[test]
    fn times_show_their_offset_and_the_custom_of_the_language() {
        let time = Time::parse("2026-11-23T09:28:29Z", Zone::UTC).unwrap();
        let vietnamese = Locale::new(Language::Vietnamese, Zone::VIETNAM);
        assert_eq!(vietnamese.date_time(time), "23/11/2026 16:28:29 +07:00");
        assert_eq!(Locale::default().date_time(time), "2026-11-23 09:28:29 +00:00");
    }

    #[test]
    fn vietnamese_letters_stay_as_they_are() {
        assert_eq!(printable("Nguyễn Thị Ơn Đặng"), "Nguyễn Thị Ơn Đặng");
    }

    #[test]
    fn an_argument_survives_json() {
        let message = Message::new(id::FILE_NOT_PDF)
            .with("file", "a.pdf")
            .with("count", 3_u64)
            .with_day("day", Time::from_unix(0).unwrap())
            .with("at", Time::from_unix(1).unwrap())
            .with_word("kind", id::KIND_HTML)
            .with_messages("why", vec![Message::new(id::KIND_HTML).with("count", 1_u32)]);
        let json = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), message);
    }
}
