//! The syntax of PDF objects (ISO 32000-2 7.2 and 7.3): tokens, and values built of them without recursion.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Array, Dictionary, Name, Object, PdfString, Reference, Value};
use crate::bytes::Span;

/// Bytes that are no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {offset}")]
pub(crate) struct SyntaxError {
    pub(crate) problem: Problem,
    pub(crate) offset: usize,
}

/// What is wrong with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("values are nested too deeply")]
    Deep,
    #[error("the bytes end inside a value")]
    End,
    #[error("a dictionary has a key that is no name")]
    Key,
    #[error("there are too many values in one object")]
    Many,
    #[error("something else stands where a value should be")]
    Unexpected,
}

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    ArrayClose,
    ArrayOpen,
    DictionaryClose,
    DictionaryOpen,
    End,
    Integer(i64),
    Keyword(&'a [u8]),
    Name(Name),
    Real(f64),
    String(PdfString),
}

/// How much one value may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) depth: usize,
    pub(crate) values: usize,
}

impl Bounds {
    /// `depth` levels, and as many values as no honest object has.
    pub(crate) fn new(depth: u32) -> Self {
        // Dropping a nested value recurses, so the caller's figure has a ceiling.
        Self { depth: usize::try_from(depth).unwrap_or(usize::MAX).min(MAX_DEPTH), values: MAX_VALUES }
    }
}

/// Reads tokens and values from `data`, starting anywhere.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    data: &'a [u8],
    position: usize,
    /// Values read so far, for the budget.
    pub(crate) values: usize,
}

/// An array or dictionary whose end has not been seen.
struct Open {
    dictionary: bool,
    start: usize,
    items: Vec<Object>,
}

impl<'a> Lexer<'a> {
    pub(crate) const fn new(data: &'a [u8], position: usize) -> Self {
        Self { data, position, values: 0 }
    }

    pub(crate) const fn position(&self) -> usize {
        self.position
    }

    pub(crate) const fn seek(&mut self, position: usize) {
        self.position = position;
    }

    /// Reads one value. References are told from integers by looking ahead.
    pub(crate) fn value(&mut self, bounds: Bounds) -> Result<Object, SyntaxError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let (token, span) = self.token()?;
            let finished = match token {
                Token::ArrayOpen | Token::DictionaryOpen => {
                    if open.len() >= bounds.depth {
                        return Err(SyntaxError { problem: Problem::Deep, offset: span.start });
                    }
                    open.push(Open { dictionary: token == Token::DictionaryOpen, start: span.start, items: Vec::new() });
                    continue;
                }
                Token::ArrayClose | Token::DictionaryClose => close(open.pop(), token == Token::DictionaryClose, span)?,
                Token::Keyword(b"R") => match open.last_mut().and_then(|frame| fold_reference(&mut frame.items, span)) {
                    Some(reference) => reference,
                    None => return Err(SyntaxError { problem: Problem::Unexpected, offset: span.start }),
                },
                other => self.scalar(other, span, open.is_empty())?,
            };
            self.values = self.values.saturating_add(1);
            if self.values > bounds.values {
                return Err(SyntaxError { problem: Problem::Many, offset: span.start });
            }
            match open.last_mut() {
                Some(frame) => frame.items.push(finished),
                None => return Ok(finished),
            }
        }
    }

    fn scalar(&mut self, token: Token<'_>, span: Span, outermost: bool) -> Result<Object, SyntaxError> {
        let value = match token {
            Token::End => return Err(SyntaxError { problem: Problem::End, offset: span.start }),
            Token::Integer(number) if outermost => return Ok(self.reference_or_integer(number, span)),
            Token::Integer(number) => Value::Integer(number),
            Token::Keyword(b"true") => Value::Boolean(true),
            Token::Keyword(b"false") => Value::Boolean(false),
            Token::Keyword(b"null") => Value::Null,
            Token::Name(name) => Value::Name(name),
            Token::Real(number) => Value::Real(number),
            Token::String(string) => Value::String(string),
            _ => return Err(SyntaxError { problem: Problem::Unexpected, offset: span.start }),
        };
        Ok(Object { value, span })
    }

    fn reference_or_integer(&mut self, number: i64, span: Span) -> Object {
        let mut ahead = self.clone();
        let generation = ahead.unsigned().and_then(|generation| u16::try_from(generation).ok());
        if let (Ok(number), Some(generation), true) =
            (u32::try_from(number), generation, ahead.keyword(b"R") && ahead.peek(0).is_none_or(|byte| !is_regular(byte)))
        {
            self.position = ahead.position;
            let span = Span::new(span.start, ahead.position);
            return Object { value: Value::Reference(Reference { number, generation }), span };
        }
        Object { value: Value::Integer(number), span }
    }

    /// Reads one token; [`Token::End`] at the end of the data. The span leaves white space and comments out.
    pub(crate) fn token(&mut self) -> Result<(Token<'a>, Span), SyntaxError> {
        self.skip_space();
        let start = self.position;
        let token = match self.peek(0) {
            None => Token::End,
            Some(b'[') => self.take(1, Token::ArrayOpen),
            Some(b']') => self.take(1, Token::ArrayClose),
            Some(b'<') if self.peek(1) == Some(b'<') => self.take(2, Token::DictionaryOpen),
            Some(b'>') if self.peek(1) == Some(b'>') => self.take(2, Token::DictionaryClose),
            Some(b'<') => Token::String(self.hexadecimal_string()?),
            Some(b'(') => Token::String(self.literal_string()?),
            Some(b'/') => Token::Name(self.name()),
            Some(b')' | b'>' | b'{' | b'}') => return Err(SyntaxError { problem: Problem::Unexpected, offset: start }),
            Some(_) => number_or_keyword(self.regular()),
        };
        Ok((token, Span::new(start, self.position)))
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) {
        loop {
            match self.peek(0) {
                Some(byte) if is_space(byte) => self.position = self.position.saturating_add(1),
                Some(b'%') => {
                    let rest = self.data.get(self.position..).unwrap_or_default();
                    let length = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                    self.position = self.position.saturating_add(length);
                }
                _ => return,
            }
        }
    }

    /// Takes `keyword` where it comes next.
    pub(crate) fn keyword(&mut self, keyword: &[u8]) -> bool {
        self.skip_space();
        let found = self.data.get(self.position..).is_some_and(|rest| rest.starts_with(keyword));
        if found {
            self.position = self.position.saturating_add(keyword.len());
        }
        found
    }

    /// Takes an integer that is not negative, where one comes next.
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        let before = self.position;
        self.skip_space();
        let text = if self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) { self.regular() } else { &[] };
        let number = match number_or_keyword(text) {
            Token::Integer(number) => u64::try_from(number).ok(),
            _ => None,
        };
        if number.is_none() {
            self.position = before;
        }
        number
    }

    /// What the budget is asked for what was read from `start` on: each value counts, and long stretches of bytes count as values.
    pub(crate) fn cost(&self, start: usize) -> u64 {
        let stretch = self.position.saturating_sub(start) / BYTES_PER_VALUE;
        u64::try_from(self.values.saturating_add(stretch)).unwrap_or(u64::MAX)
    }

    /// Takes `N G obj`.
    pub(crate) fn object_header(&mut self) -> Option<Reference> {
        let number = u32::try_from(self.unsigned()?).ok()?;
        let generation = u16::try_from(self.unsigned()?).ok()?;
        self.keyword(b"obj").then_some(Reference { number, generation })
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.data.get(self.position.checked_add(ahead)?).copied()
    }

    const fn take(&mut self, length: usize, token: Token<'a>) -> Token<'a> {
        self.position = self.position.saturating_add(length);
        token
    }

    fn regular(&mut self) -> &'a [u8] {
        let rest = self.data.get(self.position..).unwrap_or_default();
        let length = rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len());
        self.position = self.position.saturating_add(length);
        rest.get(..length).unwrap_or_default()
    }

    fn name(&mut self) -> Name {
        self.position = self.position.saturating_add(1);
        let raw = self.regular();
        if !raw.contains(&b'#') {
            return Name(raw.into());
        }
        let mut decoded = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            // 7.3.5: `#` with two hexadecimal digits; anything else stays as it is.
            if byte == b'#'
                && let [high, low, behind @ ..] = after
                && let (high @ ..=0xF, low @ ..=0xF) = (digit(*high), digit(*low))
            {
                decoded.push(high << 4 | low);
                rest = behind;
            } else {
                decoded.push(byte);
            }
        }
        Name(decoded.into())
    }

    fn hexadecimal_string(&mut self) -> Result<PdfString, SyntaxError> {
        let start = self.position;
        let body = self.data.get(start.saturating_add(1)..).unwrap_or_default();
        let Some(length) = memchr::memchr(b'>', body) else {
            self.position = self.data.len();
            return Err(SyntaxError { problem: Problem::End, offset: start });
        };
        self.position = start.saturating_add(length).saturating_add(2);
        Ok(PdfString { bytes: decode_hexadecimal(body.get(..length).unwrap_or_default()).into(), hexadecimal: true })
    }

    fn literal_string(&mut self) -> Result<PdfString, SyntaxError> {
        let start = self.position;
        self.position = start.saturating_add(1);
        let mut bytes = Vec::new();
        let mut level = 0_usize;
        while let Some(byte) = self.peek(0) {
            self.position = self.position.saturating_add(1);
            match byte {
                b'(' => level = level.saturating_add(1),
                b')' if level == 0 => return Ok(PdfString { bytes: bytes.into(), hexadecimal: false }),
                b')' => level = level.saturating_sub(1),
                b'\\' => {
                    bytes.extend(self.escape());
                    continue;
                }
                // 7.3.4.2: an end of line in a string is a line feed, however it is written.
                b'\r' => {
                    self.line_feed();
                    bytes.push(b'\n');
                    continue;
                }
                _ => {}
            }
            bytes.push(byte);
        }
        Err(SyntaxError { problem: Problem::End, offset: start })
    }

    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek(0)?;
        self.position = self.position.saturating_add(1);
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'\n' => return None,
            b'\r' => {
                self.line_feed();
                return None;
            }
            b'0'..=b'7' => self.octal(byte),
            other => other,
        })
    }

    fn octal(&mut self, first: u8) -> u8 {
        let mut value = u32::from(first.saturating_sub(b'0'));
        for _ in 0..2 {
            let Some(next @ b'0'..=b'7') = self.peek(0) else { break };
            value = value << 3 | u32::from(next.saturating_sub(b'0'));
            self.position = self.position.saturating_add(1);
        }
        // 7.3.4.2: high-order overflow is ignored.
        u8::try_from(value & 0xff).unwrap_or_default()
    }

    fn line_feed(&mut self) {
        if self.peek(0) == Some(b'\n') {
            self.position = self.position.saturating_add(1);
        }
    }
}

fn close(frame: Option<Open>, dictionary: bool, span: Span) -> Result<Object, SyntaxError> {
    let frame = frame.filter(|frame| frame.dictionary == dictionary);
    let Some(frame) = frame else { return Err(SyntaxError { problem: Problem::Unexpected, offset: span.start }) };
    let value = if dictionary { Value::Dictionary(Arc::new(pair_up(frame.items)?)) } else { Value::Array(Arc::new(Array(frame.items))) };
    Ok(Object { value, span: Span::new(frame.start, span.end) })
}

fn pair_up(items: Vec<Object>) -> Result<Dictionary, SyntaxError> {
    let mut entries = Vec::with_capacity(items.len() / 2);
    let mut items = items.into_iter();
    while let Some(key) = items.next() {
        let Value::Name(name) = key.value else { return Err(SyntaxError { problem: Problem::Key, offset: key.span.start }) };
        let missing = Object { value: Value::Null, span: Span::new(key.span.end, key.span.end) };
        entries.push((name, items.next().unwrap_or(missing)));
    }
    let duplicates = duplicates(&entries);
    Ok(Dictionary { entries, duplicates })
}

fn duplicates(entries: &[(Name, Object)]) -> Vec<Name> {
    let mut found: Vec<Name> = Vec::new();
    if entries.len() <= 16 {
        for (index, (name, _)) in entries.iter().enumerate() {
            if entries.iter().take(index).any(|(earlier, _)| earlier == name) && !found.contains(name) {
                found.push(name.clone());
            }
        }
        return found;
    }
    let mut seen = HashSet::with_capacity(entries.len());
    let mut twice = HashSet::new();
    for (name, _) in entries {
        if !seen.insert(name) && twice.insert(name) {
            found.push(name.clone());
        }
    }
    found
}

/// The last two items as a reference, taken off.
fn fold_reference(items: &mut Vec<Object>, keyword: Span) -> Option<Object> {
    let [.., first, second] = items.as_slice() else { return None };
    let (Value::Integer(number), Value::Integer(generation)) = (&first.value, &second.value) else { return None };
    let reference = reference(*number, *generation)?;
    let start = first.span.start;
    items.truncate(items.len().saturating_sub(2));
    Some(Object { value: Value::Reference(reference), span: Span::new(start, keyword.end) })
}

fn reference(number: i64, generation: i64) -> Option<Reference> {
    Some(Reference { number: u32::try_from(number).ok()?, generation: u16::try_from(generation).ok()? })
}

fn number_or_keyword(text: &[u8]) -> Token<'_> {
    if !matches!(text.first(), Some(b'0'..=b'9' | b'+' | b'-' | b'.'))
        || !text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'))
    {
        return Token::Keyword(text);
    }
    let spelled = std::str::from_utf8(text).unwrap_or_default();
    if let Ok(number) = spelled.parse() {
        return Token::Integer(number);
    }
    // An integer that is too large for us is a number, but no integer any more; it is never wrapped.
    let number: f64 = spelled.parse().unwrap_or_else(|_| odd_number(spelled));
    Token::Real(if number.is_finite() { number } else { f64::MAX.copysign(number) })
}

/// Numbers such as `--5`, `1.2.3` or `5-3`, which readers take as far as they make sense.
fn odd_number(text: &str) -> f64 {
    let negative = text.starts_with('-');
    let text = text.trim_start_matches(['+', '-']);
    let mut points = 0_usize;
    let end = text
        .bytes()
        .position(|byte| {
            points = points.saturating_add(usize::from(byte == b'.'));
            points > 1 || matches!(byte, b'+' | b'-')
        })
        .unwrap_or(text.len());
    let number: f64 = text.get(..end).unwrap_or_default().parse().unwrap_or_default();
    if negative { -number } else { number }
}

/// The bytes that hexadecimal digits spell; other bytes are skipped, and an odd last digit is followed by 0 (7.3.4.3).
pub(crate) fn decode_hexadecimal(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len().div_ceil(2));
    let mut rest = text;
    // Signature values are long, and nothing but digits: whole blocks of them are spelled without a branch for each.
    while let Some((block, behind)) = rest.split_first_chunk::<BLOCK>() {
        if block.iter().fold(false, |other, byte| other | !byte.is_ascii_hexdigit()) {
            break;
        }
        bytes.extend(block.as_chunks::<2>().0.iter().map(|[high, low]| spelled(*high) << 4 | spelled(*low)));
        rest = behind;
    }
    let mut high = None;
    for digit in rest.iter().map(|byte| digit(*byte)).filter(|digit| *digit <= 0xF) {
        match high.take() {
            Some(first) => bytes.push(first << 4 | digit),
            None => high = Some(digit),
        }
    }
    bytes.extend(high.map(|first: u8| first << 4));
    bytes
}

/// The value of a byte that is a hexadecimal digit.
const fn spelled(digit: u8) -> u8 {
    (digit & 0xF).wrapping_add((digit >> 6).wrapping_mul(9))
}

/// The value of a hexadecimal digit; 0xFF where it is none.
const fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte.wrapping_sub(b'0'),
        b'a'..=b'f' => byte.wrapping_sub(b'a').wrapping_add(10),
        b'A'..=b'F' => byte.wrapping_sub(b'A').wrapping_add(10),
        _ => 0xFF,
    }
}

/// White space (ISO 32000-2 table 1).
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// Neither white space nor a delimiter (table 2).
pub(crate) const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Digits that are spelled at once.
const BLOCK: usize = 64;
/// Bytes that cost as much as a value: a string without an end must not be read again and again for nothing.
const BYTES_PER_VALUE: usize = 64;
/// A hard ceiling for nesting.
const MAX_DEPTH: usize = 1_000;
/// Values in one indirect object; the largest honest page trees and structure trees stay far below.
const MAX_VALUES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { depth: 8, values: 100 };

    fn read(text: &str) -> Result<Value, Problem> {
        Lexer::new(text.as_bytes(), 0).value(BOUNDS).map(|object| object.value).map_err(|error| error.problem)
    }

    #[test]
    fn values_are_read_as_they_are_written() {
        for (text, expected) in [
            ("42", "Integer(42)"),
            ("-9223372036854775808", "Integer(-9223372036854775808)"),
            ("9223372036854775808", "Real(9.223372036854776e18)"),
            ("123456.789012", "Real(123456.789012)"),
            ("-.5", "Real(-0.5)"),
            ("--5", "Real(-5.0)"),
            ("1.2.3", "Real(1.2)"),
            ("-", "Real(-0.0)"),
            ("/A#20b#zz", "Name(/A b#zz)"),
            ("/", "Name(/)"),
            ("true", "Boolean(true)"),
            ("% comment\r\n null", "Null"),
            ("4 0 R", "Reference(Reference { number: 4, generation: 0 })"),
            ("4 0 obj", "Integer(4)"),
            ("4 70000 R", "Integer(4)"),
        ] {
            assert_eq!(format!("{:?}", read(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn strings_are_decoded() {
        for (text, expected) in [
            ("(a(b)c)", &b"a(b)c"[..]),
            ("(\\n\\r\\t\\b\\f\\(\\)\\\\\\x)", b"\n\r\t\x08\x0c()\\x"),
            ("(\\1012\\53\\0539\\777)", b"A2++9\xff"),
            ("(a\\\r\nb\\\nc\\\rd)", b"abcd"),
            ("(a\r\nb\rc\nd)", b"a\nb\nc\nd"),
            ("<48 65\n6C6c6F7>", b"Hello\x70"[..6].as_ref()),
            ("<>", b""),
        ] {
            let Value::String(string) = read(text).unwrap() else { panic!("{text}") };
            assert_eq!(&*string.bytes, expected, "{text}");
            assert_eq!(string.hexadecimal, text.starts_with('<'));
        }
    }

    #[test]
    fn every_value_knows_its_span() {
        let text = b"  << /ByteRange [ 0 10 20 30 ] /Contents <00 ff> /V 7 0 R >> x";
        let object = Lexer::new(text, 0).value(BOUNDS).unwrap();
        let dictionary = object.value.as_dictionary().unwrap();
        let of = |object: &Object| String::from_utf8_lossy(object.span.of(text).unwrap()).into_owned();
        assert_eq!(of(&object), "<< /ByteRange [ 0 10 20 30 ] /Contents <00 ff> /V 7 0 R >>");
        assert_eq!(of(dictionary.get(b"ByteRange").unwrap()), "[ 0 10 20 30 ]");
        assert_eq!(of(dictionary.get(b"Contents").unwrap()), "<00 ff>");
        assert_eq!(of(dictionary.get(b"V").unwrap()), "7 0 R");
    }

    #[test]
    fn the_last_of_two_equal_keys_counts_and_both_are_seen() {
        for extra in ["", " /a 1 /b 1 /c 1 /d 1 /e 1 /f 1 /g 1 /h 1 /i 1 /j 1 /k 1 /l 1 /m 1 /n 1 /o 1 /p 1"] {
            let value = read(&format!("<< /K 1 /#4B 2 /L 3 /M null{extra} /L null /K 4 >>")).unwrap();
            let dictionary = value.as_dictionary().unwrap();
            assert_eq!(dictionary.get(b"K").unwrap().value.as_integer(), Some(4));
            assert_eq!(dictionary.duplicates, [Name(b"K"[..].into()), Name(b"L"[..].into())]);
            assert!(!dictionary.contains(b"L") && !dictionary.contains(b"M"));
        }
        assert!(matches!(read("<< /K >>").unwrap().as_dictionary().unwrap().entries.as_slice(), [(_, Object { value: Value::Null, .. })]));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let deep = "[".repeat(9);
        let many = format!("[{}]", "0 ".repeat(101));
        for (text, problem) in [
            ("", Problem::End),
            ("[1 2", Problem::End),
            ("(abc", Problem::End),
            ("<41", Problem::End),
            ("]", Problem::Unexpected),
            ("[1>>", Problem::Unexpected),
            ("<< 1 2 >>", Problem::Key),
            ("[1 R]", Problem::Unexpected),
            ("[-1 0 R]", Problem::Unexpected),
            ("endobj", Problem::Unexpected),
            (")", Problem::Unexpected),
            (&deep, Problem::Deep),
            (&many, Problem::Many),
        ] {
            assert_eq!(read(text).unwrap_err(), problem, "{text}");
        }
    }
}
