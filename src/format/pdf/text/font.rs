//! What the codes of a font mean (ISO 32000-2 9.6 to 9.10).

use std::collections::HashMap;

use super::encoding::{Encoding, encoding};
use super::glyph;
use crate::format::pdf::field::tolerate;
use crate::format::pdf::lexer::{Lexer, Token};
use crate::format::pdf::{Array, Dictionary, Value, View};
use crate::limits::Resource;

/// The meaning of the codes of one font.
#[derive(Debug, Default)]
pub(super) struct Font {
    codes: Codes,
    unicode: Option<ToUnicode>,
    /// `None`: the encoding is that of the font program, which is not read.
    base: Option<Encoding>,
    differences: HashMap<u8, Option<String>>,
}

/// How bytes become codes.
#[derive(Debug, Default, PartialEq, Eq)]
enum Codes {
    /// In a way that is not known here.
    #[default]
    Unknown,
    OneByte,
    TwoBytes,
    /// The bytes are UTF-16 themselves.
    Utf16,
}

impl Font {
    pub(super) fn read(view: View<'_>, font: &Dictionary) -> crate::Result<Self> {
        let unicode = match tolerate(view.get(font, b"ToUnicode"))?.flatten().map(|object| object.value) {
            Some(Value::Stream(stream)) => match tolerate(view.decode(&stream))? {
                Some(data) => Some(ToUnicode::parse(view, &data)?),
                None => None,
            },
            _ => None,
        };
        let encoding = tolerate(view.get(font, b"Encoding"))?.flatten();
        if font.get(b"Subtype").and_then(|kind| kind.value.as_name()) == Some(b"Type0") {
            let codes = match encoding.as_ref().and_then(|encoding| encoding.value.as_name()) {
                Some(b"Identity-H" | b"Identity-V") => Codes::TwoBytes,
                // Table 116: UCS-2 is UTF-16 without surrogates.
                Some(name) if name.starts_with(b"Uni") && (contains(name, b"UTF16") || contains(name, b"UCS2")) => Codes::Utf16,
                _ => Codes::Unknown,
            };
            return Ok(Self { codes, unicode, ..Self::default() });
        }
        let mut simple = Self { codes: Codes::OneByte, unicode, base: builtin(view, font)?, differences: HashMap::new() };
        match encoding.map(|encoding| encoding.value) {
            Some(Value::Name(name)) => simple.base = self::encoding(&name.0).or(simple.base),
            Some(Value::Dictionary(dictionary)) => {
                let base = tolerate(view.get(&dictionary, b"BaseEncoding"))?.flatten();
                simple.base = base.and_then(|base| self::encoding(base.value.as_name()?)).or(simple.base);
                if let Some(Value::Array(differences)) = tolerate(view.get(&dictionary, b"Differences"))?.flatten().map(|value| value.value)
                {
                    simple.differences = self::differences(view, &differences)?;
                }
            }
            _ => {}
        }
        Ok(simple)
    }

    /// Adds the text of `bytes` to `out`. `false` where some of it is not known.
    pub(super) fn decode(&self, bytes: &[u8], out: &mut String) -> bool {
        match self.codes {
            Codes::Unknown => bytes.is_empty(),
            Codes::OneByte => bytes.iter().filter(|byte| !self.one(**byte, out)).count() == 0,
            Codes::TwoBytes => {
                let Some(unicode) = &self.unicode else { return bytes.is_empty() };
                let codes = bytes.chunks(2).map(|pair| pair.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)));
                codes.filter(|code| !unicode.add(*code, out)).count() == 0
            }
            Codes::Utf16 => {
                let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(u16::from_be_bytes);
                let mut known = true;
                for character in char::decode_utf16(units) {
                    known &= character.is_ok();
                    out.extend(character);
                }
                known
            }
        }
    }

    fn one(&self, byte: u8, out: &mut String) -> bool {
        if self.unicode.as_ref().is_some_and(|unicode| unicode.add(byte.into(), out)) {
            return true;
        }
        if let Some(glyph) = self.differences.get(&byte) {
            out.push_str(glyph.as_deref().unwrap_or_default());
            return glyph.is_some();
        }
        let character = self.base.and_then(|base| base(byte));
        out.extend(character);
        character.is_some()
    }
}

/// The encoding of a simple font that does not say one (9.6.5): that of the standard fonts, where the font is not embedded and no
/// collection of symbols.
fn builtin(view: View<'_>, font: &Dictionary) -> crate::Result<Option<Encoding>> {
    const SYMBOLIC: i64 = 4;
    let name = font.get(b"BaseFont").and_then(|name| name.value.as_name()).unwrap_or_default();
    let name = name.iter().position(|byte| *byte == b'+').and_then(|plus| name.get(plus.saturating_add(1)..)).unwrap_or(name);
    let kind = font.get(b"Subtype").and_then(|kind| kind.value.as_name());
    if kind == Some(b"Type3") || [b"Symbol".as_slice(), b"ZapfDingbats"].iter().any(|symbols| name.starts_with(symbols)) {
        return Ok(None);
    }
    let descriptor = tolerate(view.get(font, b"FontDescriptor"))?.flatten();
    let Some(descriptor) = descriptor.as_ref().and_then(|descriptor| descriptor.value.as_dictionary()) else {
        return Ok(encoding(b"StandardEncoding"));
    };
    let flags = tolerate(view.get(descriptor, b"Flags"))?.flatten().and_then(|flags| flags.value.as_integer()).unwrap_or(SYMBOLIC);
    let is_embedded = [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.contains(key));
    let is_known = flags & SYMBOLIC == 0 && (!is_embedded || kind == Some(b"TrueType"));
    Ok(if is_known { encoding(b"StandardEncoding") } else { None })
}

/// `/Differences` (Table 112). A name that means nothing here is kept as unknown.
fn differences(view: View<'_>, array: &Array) -> crate::Result<HashMap<u8, Option<String>>> {
    let mut differences = HashMap::new();
    let mut code: i64 = 0;
    let Array(items) = array;
    view.pdf.budget().spend(Resource::Objects, u64::try_from(items.len()).unwrap_or(u64::MAX))?;
    for item in items {
        match &item.value {
            Value::Integer(number) => code = *number,
            Value::Name(name) => {
                if let Ok(code) = u8::try_from(code) {
                    differences.insert(code, glyph::text(&name.0));
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    Ok(differences)
}

/// A `/ToUnicode` map (9.10.3).
#[derive(Debug, Default)]
struct ToUnicode {
    single: HashMap<u32, String>,
    /// First code, last code, text of the first.
    ranges: Vec<(u32, u32, String)>,
}

impl ToUnicode {
    fn parse(view: View<'_>, data: &[u8]) -> crate::Result<Self> {
        let mut map = Self::default();
        let mut lexer = Lexer::new(data, 0);
        let mut section = None;
        let mut strings: Vec<Vec<u8>> = Vec::new();
        let mut array: Option<Vec<Vec<u8>>> = None;
        let mut entries: u64 = 0;
        while let Ok((token, _)) = lexer.token() {
            match token {
                Token::End => break,
                Token::Keyword(b"beginbfchar") => section = Some(2),
                Token::Keyword(b"beginbfrange") => section = Some(3),
                Token::Keyword(b"endbfchar" | b"endbfrange") => section = None,
                Token::ArrayOpen => array = Some(Vec::new()),
                Token::ArrayClose => {
                    if let ([first, _], Some(texts)) = (strings.as_slice(), array.take()) {
                        let codes = code(first)..;
                        map.single.extend(codes.zip(texts.iter().map(|text| utf16(text))));
                    }
                    strings.clear();
                }
                Token::String(string) => {
                    entries = entries.saturating_add(1);
                    match &mut array {
                        Some(array) => array.push(string.bytes.to_vec()),
                        None => strings.push(string.bytes.to_vec()),
                    }
                }
                _ => {}
            }
            let Some(width) = section else {
                strings.clear();
                continue;
            };
            if array.is_none() && strings.len() == width {
                match strings.as_slice() {
                    [from, to] => drop(map.single.insert(code(from), utf16(to))),
                    [first, last, to] => map.ranges.push((code(first), code(last), utf16(to))),
                    _ => {}
                }
                strings.clear();
            }
        }
        view.pdf.budget().spend(Resource::Objects, entries)?;
        map.ranges.sort_unstable();
        Ok(map)
    }

    /// Adds the text of `code`. `false` where the map has none.
    fn add(&self, code: u32, out: &mut String) -> bool {
        let text = match self.single.get(&code) {
            Some(text) => text.clone(),
            None => self.in_range(code).unwrap_or_default(),
        };
        // Some writers map what they do not know to zero.
        if text.is_empty() || text.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            return false;
        }
        out.push_str(&text);
        true
    }

    fn in_range(&self, code: u32) -> Option<String> {
        let behind = self.ranges.partition_point(|(first, ..)| *first <= code);
        let (first, last, text) = self.ranges.get(behind.checked_sub(1)?)?;
        if code > *last {
            return None;
        }
        // The last unit is counted up.
        let mut text = text.clone();
        let end = u32::from(text.pop()?).checked_add(code.checked_sub(*first)?)?;
        text.push(char::from_u32(end)?);
        Some(text)
    }
}

fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks(2).map(|pair| pair.iter().fold(0_u16, |unit, byte| unit << 8 | u16::from(*byte)));
    char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn contains(name: &[u8], part: &[u8]) -> bool {
    name.windows(part.len()).any(|window| window == part)
}
