//! Distinguished names (RFC 5280 4.1.2.4, 7.1).

#![warn(clippy::arithmetic_side_effects)]

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use crate::asn1::{Element, Oid, Reader, Tag, directory_string};

/// A distinguished name; cheap to clone.
#[derive(Clone)]
pub struct Name(Arc<Inner>);

struct Inner {
    der: Box<[u8]>,
    /// In the order of the encoding: the widest first, as a rule.
    parts: Vec<Part>,
    /// The same for every name that matches; others may share it.
    key: u64,
}

/// A RelativeDistinguishedName.
struct Part {
    attributes: Vec<Attribute>,
    /// The same for every part that RFC 5280 7.1 calls equal.
    canonical: Vec<u8>,
}

struct Attribute {
    kind: Box<[u8]>,
    /// DER of the value.
    value: Box<[u8]>,
    text: Option<String>,
}

impl Name {
    /// Reads a DER `Name`.
    pub(crate) fn parse(der: &[u8]) -> Option<Self> {
        let mut reader = Reader::der(der);
        let mut sets = reader.sequence().ok()?;
        reader.finish().ok()?;
        let mut parts = Vec::new();
        while !sets.is_empty() {
            parts.push(Part::read(&sets.expect(Tag::SET).ok()?)?);
        }
        let mut hasher = DefaultHasher::new();
        parts.iter().for_each(|part: &Part| part.canonical.hash(&mut hasher));
        Some(Self(Arc::new(Inner { der: der.into(), key: hasher.finish(), parts })))
    }

    /// The DER bytes as they were read.
    pub(crate) fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.parts.is_empty()
    }

    /// Whether both are the same name by RFC 5280 7.1 (case folded, white space collapsed, string types equal).
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.0.key == other.0.key && self.0.parts.len() == other.0.parts.len() && self.is_within(other)
    }

    /// Whether this name lies within the subtree `base` (RFC 5280 4.2.1.10).
    pub(crate) fn is_within(&self, base: &Self) -> bool {
        base.0.parts.len() <= self.0.parts.len()
            && base.0.parts.iter().zip(&self.0.parts).all(|(theirs, ours)| theirs.canonical == ours.canonical)
    }

    /// A number that is the same for every name that [`Self::matches`] this one; other names may have it too.
    pub(crate) fn key(&self) -> u64 {
        self.0.key
    }

    /// The name that continues this one by a DER RelativeDistinguishedName, as nameRelativeToCRLIssuer has it: the SET, or its contents
    /// under another tag.
    pub(crate) fn join(&self, relative: &[u8]) -> Option<Self> {
        let content = Reader::der(relative).read().ok()?.content;
        let own = Reader::der(self.as_der()).read().ok()?.content;
        Self::parse(&crate::asn1::Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.raw(own);
                writer.constructed(Tag::SET, |writer| writer.raw(content));
            });
        }))
    }

    /// The last common name, else the last organisational unit, organisation or e-mail address: what a person calls the holder.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        [Oid::COMMON_NAME, Oid::ORGANIZATIONAL_UNIT, Oid::ORGANIZATION, Oid::EMAIL_ADDRESS]
            .into_iter()
            .find_map(|kind| self.texts(kind).filter(|text| !text.trim().is_empty()).last())
    }

    /// The first value of the organisation.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.texts(Oid::ORGANIZATION).next()
    }

    /// The first value of the title.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.texts(Oid::TITLE).next()
    }

    /// Every value of the attribute `short` (`CN`, `O`, `OU`, `L`, `UID`, `emailAddress`, …), in order.
    #[must_use]
    pub fn values(&self, short: &str) -> Vec<&str> {
        self.attributes()
            .filter(|attribute| Oid(&attribute.kind).name() == Some(short))
            .filter_map(|attribute| attribute.text.as_deref())
            .collect()
    }

    /// The e-mail addresses in the name.
    pub(crate) fn email_addresses(&self) -> impl Iterator<Item = &str> {
        self.texts(Oid::EMAIL_ADDRESS)
    }

    fn texts(&self, kind: Oid<'static>) -> impl Iterator<Item = &str> {
        self.attributes().filter(move |attribute| *attribute.kind == *kind.0).filter_map(|attribute| attribute.text.as_deref())
    }

    fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.0.parts.iter().flat_map(|part| &part.attributes)
    }

    /// Whether the encoding names the holder first and the country last, against the custom.
    fn is_narrow_first(&self) -> bool {
        let names_holder = |part: Option<&Part>| {
            part.is_some_and(|part| {
                part.attributes
                    .iter()
                    .any(|attribute| [Oid::COMMON_NAME.0, Oid::USER_ID.0, Oid::EMAIL_ADDRESS.0].contains(&&*attribute.kind))
            })
        };
        names_holder(self.0.parts.first()) && !names_holder(self.0.parts.last())
    }
}

impl Part {
    fn read(set: &Element<'_>) -> Option<Self> {
        let mut members = set.children().ok()?;
        let mut attributes = Vec::new();
        while !members.is_empty() {
            let mut fields = members.sequence().ok()?;
            let kind = fields.oid().ok()?;
            let value = fields.read().ok()?;
            fields.finish().ok()?;
            attributes.push(Attribute { kind: kind.0.into(), value: value.raw.into(), text: directory_string(&value) });
        }
        let mut keys: Vec<Vec<u8>> = attributes.iter().map(Attribute::canonical).collect();
        // The members of a SET have no order.
        keys.sort();
        Some(Self { attributes, canonical: keys.concat() })
    }
}

impl Attribute {
    fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::new();
        push_sized(&mut out, &self.kind);
        match &self.text {
            Some(text) => {
                out.push(1);
                push_sized(&mut out, fold(text).as_bytes());
            }
            None => {
                out.push(0);
                push_sized(&mut out, &self.value);
            }
        }
        out
    }
}

fn push_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&bytes.len().to_be_bytes());
    out.extend_from_slice(bytes);
}

/// The text with its case folded, white space at the ends left out, and runs of white space inside as one space (RFC 4518 2.2, 2.6.1).
/// The compatibility forms of RFC 4518 2.3 are not put together: no issuer is known to write one name in two of them.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase));
    }
    out
}

impl std::fmt::Debug for Name {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Name({self})")
    }
}

/// RFC 4514 with the order as people write it: `CN=…,O=…,C=VN`; NFC as stored.
impl std::fmt::Display for Name {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts: Vec<&Part> = self.0.parts.iter().collect();
        if !self.is_narrow_first() {
            parts.reverse();
        }
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                formatter.write_char(',')?;
            }
            for (index, attribute) in part.attributes.iter().enumerate() {
                if index > 0 {
                    formatter.write_char('+')?;
                }
                write!(formatter, "{}={}", Oid(&attribute.kind), attribute.escaped())?;
            }
        }
        Ok(())
    }
}

impl Attribute {
    /// The value as RFC 4514 2.4 writes it.
    fn escaped(&self) -> String {
        let Some(text) = &self.text else {
            return self.value.iter().fold(String::from("#"), |mut out, byte| {
                let _ = write!(out, "{byte:02x}");
                out
            });
        };
        let mut out = String::with_capacity(text.len());
        let last = text.chars().count().saturating_sub(1);
        for (index, character) in text.chars().enumerate() {
            match character {
                '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.push('\\'),
                '#' if index == 0 => out.push('\\'),
                ' ' if index == 0 || index == last => out.push('\\'),
                '\0' => {
                    out.push_str("\\00");
                    continue;
                }
                _ => {}
            }
            out.push(character);
        }
        out
    }
}
