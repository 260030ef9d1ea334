//! PDF objects as they were read: strings keep their kind, everything its span.

use std::sync::Arc;

use crate::bytes::Span;

/// A reference to an indirect object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Reference {
    pub(crate) number: u32,
    pub(crate) generation: u16,
}

/// A value and the bytes it stands in: of the file, or of the decoded object stream that holds it.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// A value. Clones are cheap.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Array(Arc<Array>),
    Boolean(bool),
    Dictionary(Arc<Dictionary>),
    Integer(i64),
    Name(Name),
    Null,
    /// The span of the object has the spelling.
    Real(f64),
    Reference(Reference),
    Stream(Arc<Stream>),
    String(PdfString),
}

/// A name, decoded (`#20` is a space), without the slash.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(pub(crate) Arc<[u8]>);

/// A string, decoded from its literal or hexadecimal form, and decrypted where the document is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PdfString {
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) hexadecimal: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Array(pub(crate) Vec<Object>);

/// A dictionary in the order of the file. Where a key occurs twice, the last entry counts and `duplicates` names the key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    pub(crate) entries: Vec<(Name, Object)>,
    pub(crate) duplicates: Vec<Name>,
}

/// A stream: its dictionary, and where its raw bytes are in the file.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) dictionary: Dictionary,
    pub(crate) raw: Span,
    /// The object it is, for decryption.
    pub(crate) reference: Reference,
}

impl Dictionary {
    /// The value of `key`, a reference not followed. A value `null` is as if absent (ISO 32000-2 7.3.7).
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Object> {
        let object = &self.entries.iter().rev().find(|(name, _)| &*name.0 == key)?.1;
        (!matches!(object.value, Value::Null)).then_some(object)
    }

    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.get(key).is_some()
    }
}

impl Value {
    pub(crate) fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(&name.0) } else { None }
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(value) = self { Some(*value) } else { None }
    }

    /// Integers and reals.
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => {
                let high = i32::try_from(value >> 32).ok()?;
                let low = u32::try_from(value & 0xffff_ffff).ok()?;
                Some(f64::from(high).mul_add(4_294_967_296.0, f64::from(low)))
            }
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_reference(&self) -> Option<Reference> {
        if let Self::Reference(reference) = self { Some(*reference) } else { None }
    }

    pub(crate) fn as_array(&self) -> Option<&Array> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    /// A dictionary, or that of a stream.
    pub(crate) fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            Self::Stream(stream) => Some(&stream.dictionary),
            _ => None,
        }
    }

    pub(crate) fn as_stream(&self) -> Option<&Arc<Stream>> {
        if let Self::Stream(stream) = self { Some(stream) } else { None }
    }

    pub(crate) fn as_string(&self) -> Option<&PdfString> {
        if let Self::String(string) = self { Some(string) } else { None }
    }
}

impl PdfString {
    /// A text string (ISO 32000-2 7.9.2.2): UTF-16 with mark, UTF-8 with mark, else PDFDocEncoding.
    pub(crate) fn text(&self) -> String {
        match &*self.bytes {
            [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
            // Not in the standard, but written and read by widespread software.
            [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
            [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
            other => other.iter().map(|&byte| pdf_doc_character(byte)).collect(),
        }
    }
}

/// UTF-16 without its language escapes (7.9.2.2.1).
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(unit);
    let mut text = String::with_capacity(bytes.len());
    let mut escaped = false;
    for character in char::decode_utf16(units) {
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        if character == '\u{1b}' {
            escaped = !escaped;
        } else if !escaped {
            text.push(character);
        }
    }
    text
}

/// A character of PDFDocEncoding (ISO 32000-2 D.2).
pub(crate) fn pdf_doc_character(byte: u8) -> char {
    match byte {
        0x18..=0x1f => PDF_DOC_18.get(usize::from(byte.saturating_sub(0x18))).copied(),
        0x80..=0xa0 => PDF_DOC_80.get(usize::from(byte.saturating_sub(0x80))).copied(),
        0x7f | 0xad => None,
        other => Some(char::from(other)),
    }
    .unwrap_or(char::REPLACEMENT_CHARACTER)
}

const PDF_DOC_18: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
const PDF_DOC_80: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı',
    'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
];

impl std::fmt::Debug for Name {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "/{}", String::from_utf8_lossy(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_are_read_in_each_of_their_encodings() {
        for (bytes, expected) in [
            (&b"\xfe\xff\x01\x10\x00a"[..], "Đa"),
            (b"\xff\xfe\x10\x01a\x00", "Đa"),
            (b"\xef\xbb\xbf\xc4\x90\xc3\xa0", "Đà"),
            (b"\xfe\xff\x00\x1b\x00v\x00i\x00\x1b\x00a", "a"),
            (b"\xfe\xff\xd8\x00", "\u{fffd}"),
            (b"a\x80\xa0\xe0\x7f", "a•€à\u{fffd}"),
        ] {
            assert_eq!(PdfString { bytes: bytes.into(), hexadecimal: false }.text(), expected);
        }
    }

    #[test]
    fn integers_are_numbers_whatever_their_size() {
        for integer in [0, 1, -1, 595, -4_294_967_297, 9_007_199_254_740_992] {
            let expected: f64 = integer.to_string().parse().unwrap();
            assert_eq!(Value::Integer(integer).as_number(), Some(expected));
        }
    }
}
