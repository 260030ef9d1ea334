//! Reads BER and DER without copying: every element knows the bytes it came from.

#![warn(clippy::arithmetic_side_effects)]

use std::borrow::Cow;

use super::Oid;
use super::time::{generalized_time, utc_time};
use crate::time::Time;

/// Why bytes are not the ASN.1 that was expected, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub(crate) struct Asn1Error {
    pub(crate) kind: Asn1ErrorKind,
    /// The offset in the bytes that the outermost reader was given.
    pub(crate) offset: usize,
}

/// The kinds of [`Asn1Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Asn1ErrorKind {
    #[error("a value that this type cannot have")]
    BadValue,
    #[error("bytes that follow the end")]
    Extra,
    #[error("a form that DER forbids")]
    NotDer,
    #[error("values nested too deeply")]
    TooDeep,
    #[error("the end comes too early")]
    Truncated,
    #[error("another type than expected")]
    UnexpectedTag,
}

/// Which encoding rules hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Basic: indefinite lengths and strings in parts are allowed.
    Ber,
    /// Distinguished: one encoding for each value.
    Der,
}

/// The class of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Universal,
    Application,
    Context,
    Private,
}

/// A tag: class and number. Whether an element is constructed is the element's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tag {
    pub(crate) class: Class,
    pub(crate) number: u32,
}

#[allow(dead_code, reason = "the universal tags, used or not")]
impl Tag {
    pub(crate) const BOOLEAN: Self = Self::universal(1);
    pub(crate) const INTEGER: Self = Self::universal(2);
    pub(crate) const BIT_STRING: Self = Self::universal(3);
    pub(crate) const OCTET_STRING: Self = Self::universal(4);
    pub(crate) const NULL: Self = Self::universal(5);
    pub(crate) const OID: Self = Self::universal(6);
    pub(crate) const ENUMERATED: Self = Self::universal(10);
    pub(crate) const UTF8_STRING: Self = Self::universal(12);
    pub(crate) const SEQUENCE: Self = Self::universal(16);
    pub(crate) const SET: Self = Self::universal(17);
    pub(crate) const NUMERIC_STRING: Self = Self::universal(18);
    pub(crate) const PRINTABLE_STRING: Self = Self::universal(19);
    pub(crate) const TELETEX_STRING: Self = Self::universal(20);
    pub(crate) const IA5_STRING: Self = Self::universal(22);
    pub(crate) const UTC_TIME: Self = Self::universal(23);
    pub(crate) const GENERALIZED_TIME: Self = Self::universal(24);
    pub(crate) const VISIBLE_STRING: Self = Self::universal(26);
    pub(crate) const UNIVERSAL_STRING: Self = Self::universal(28);
    pub(crate) const BMP_STRING: Self = Self::universal(30);

    pub(crate) const fn universal(number: u32) -> Self {
        Self { class: Class::Universal, number }
    }

    pub(crate) const fn context(number: u32) -> Self {
        Self { class: Class::Context, number }
    }
}

/// One element: tag, length and contents, with the bytes of all of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    pub(crate) constructed: bool,
    /// All bytes: identifier, length, contents, and the end mark of an indefinite length.
    pub(crate) raw: &'a [u8],
    /// The contents alone.
    pub(crate) content: &'a [u8],
    /// The offset of `raw` in what the outermost reader was given.
    pub(crate) offset: usize,
    content_offset: usize,
    encoding: Encoding,
    depth: u32,
}

/// Reads one element after the other.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
    encoding: Encoding,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// A reader of `bytes` that follows constructed values `depth` levels down.
    pub(crate) const fn new(bytes: &'a [u8], encoding: Encoding, depth: u32) -> Self {
        Self { rest: bytes, offset: 0, encoding, depth }
    }

    /// A DER reader for values of a known, small shape.
    pub(crate) const fn der(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Encoding::Der, 32)
    }

    /// A BER reader for values of a known, small shape.
    pub(crate) const fn ber(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Encoding::Ber, 64)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The bytes that have not been read.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next tag, where there is a well-formed one.
    pub(crate) fn peek(&self) -> Option<Tag> {
        self.identifier().ok().map(|(tag, _, _)| tag)
    }

    /// Reads the next element, whatever it is.
    pub(crate) fn read(&mut self) -> Result<Element<'a>, Asn1Error> {
        let (tag, constructed, identifier_len) = self.identifier()?;
        let behind = self.rest.get(identifier_len..).unwrap_or_default();
        let (length, length_len) = self.length(behind)?;
        let header_len = identifier_len.saturating_add(length_len);
        let body = self.rest.get(header_len..).unwrap_or_default();
        let (content_len, trailer_len) = match length {
            Some(length) => (length, 0),
            None if !constructed => return Err(self.error(Asn1ErrorKind::BadValue)),
            None => (self.indefinite_len(body, header_len)?, 2),
        };
        let content = body.get(..content_len).ok_or_else(|| self.error(Asn1ErrorKind::Truncated))?;
        let total = header_len.saturating_add(content_len).saturating_add(trailer_len);
        let raw = self.rest.get(..total).ok_or_else(|| self.error(Asn1ErrorKind::Truncated))?;
        let element = Element {
            tag,
            constructed,
            raw,
            content,
            offset: self.offset,
            content_offset: self.offset.saturating_add(header_len),
            encoding: self.encoding,
            depth: self.depth,
        };
        self.rest = self.rest.get(total..).unwrap_or_default();
        self.offset = self.offset.saturating_add(total);
        Ok(element)
    }

    /// Reads the next element, which must have `tag`.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Element<'a>, Asn1Error> {
        match self.peek() {
            Some(found) if found == tag => self.read(),
            Some(_) => Err(self.error(Asn1ErrorKind::UnexpectedTag)),
            None => Err(self.error(Asn1ErrorKind::Truncated)),
        }
    }

    /// Reads the next element if it has `tag`.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, Asn1Error> {
        if self.peek() == Some(tag) { self.read().map(Some) } else { Ok(None) }
    }

    /// Reads a SEQUENCE and gives a reader of its contents.
    pub(crate) fn sequence(&mut self) -> Result<Self, Asn1Error> {
        self.expect(Tag::SEQUENCE)?.children()
    }

    /// Reads an OBJECT IDENTIFIER.
    pub(crate) fn oid(&mut self) -> Result<Oid<'a>, Asn1Error> {
        self.expect(Tag::OID)?.oid()
    }

    /// Fails where something follows.
    pub(crate) fn finish(&self) -> Result<(), Asn1Error> {
        if self.is_empty() { Ok(()) } else { Err(self.error(Asn1ErrorKind::Extra)) }
    }

    pub(crate) const fn error(&self, kind: Asn1ErrorKind) -> Asn1Error {
        Asn1Error { kind, offset: self.offset }
    }

    /// Tag, whether it is constructed, and the number of identifier bytes (X.690 8.1.2).
    fn identifier(&self) -> Result<(Tag, bool, usize), Asn1Error> {
        let truncated = self.error(Asn1ErrorKind::Truncated);
        let first = *self.rest.first().ok_or(truncated)?;
        let class = match first >> 6 {
            0 => Class::Universal,
            1 => Class::Application,
            2 => Class::Context,
            _ => Class::Private,
        };
        let constructed = first & 0x20 != 0;
        if first & 0x1F != 0x1F {
            return Ok((Tag { class, number: u32::from(first & 0x1F) }, constructed, 1));
        }
        let mut number: u32 = 0;
        for (index, byte) in self.rest.iter().enumerate().skip(1) {
            // Five groups of seven bits hold every number that is ever used; a longer one is an attack on the reader.
            if index > 4 || (index == 1 && *byte == 0x80) {
                return Err(self.error(Asn1ErrorKind::BadValue));
            }
            number = (number << 7) | u32::from(byte & 0x7F);
            if byte & 0x80 == 0 {
                // X.690 8.1.2.2: numbers up to 30 have the short form, in BER too.
                let tag = Tag { class, number };
                return if number < 31 {
                    Err(self.error(Asn1ErrorKind::BadValue))
                } else {
                    Ok((tag, constructed, index.saturating_add(1)))
                };
            }
        }
        Err(truncated)
    }

    /// The length, `None` for an indefinite one, and the number of length bytes (X.690 8.1.3).
    fn length(&self, bytes: &[u8]) -> Result<(Option<usize>, usize), Asn1Error> {
        let first = *bytes.first().ok_or_else(|| self.error(Asn1ErrorKind::Truncated))?;
        if first < 0x80 {
            return Ok((Some(usize::from(first)), 1));
        }
        if first == 0x80 {
            return if self.encoding == Encoding::Der { Err(self.error(Asn1ErrorKind::NotDer)) } else { Ok((None, 1)) };
        }
        let count = usize::from(first & 0x7F);
        let digits = bytes.get(1..count.saturating_add(1)).ok_or_else(|| self.error(Asn1ErrorKind::Truncated))?;
        let mut length: usize = 0;
        for digit in digits {
            length = length
                .checked_mul(256)
                .and_then(|value| value.checked_add(usize::from(*digit)))
                .ok_or_else(|| self.error(Asn1ErrorKind::Truncated))?;
        }
        if self.encoding == Encoding::Der && (length < 0x80 || digits.first() == Some(&0)) {
            return Err(self.error(Asn1ErrorKind::NotDer));
        }
        Ok((Some(length), count.saturating_add(1)))
    }

    /// The number of bytes before the end mark that closes an indefinite length. One pass, however deep lengths nest.
    fn indefinite_len(&self, body: &[u8], header_len: usize) -> Result<usize, Asn1Error> {
        let mut scan = Reader { rest: body, offset: self.offset.saturating_add(header_len), encoding: Encoding::Ber, depth: 0 };
        let mut open: u32 = 1;
        loop {
            if scan.rest.starts_with(&[0, 0]) {
                open = open.saturating_sub(1);
                if open == 0 {
                    return Ok(body.len().saturating_sub(scan.rest.len()));
                }
                scan.skip(2);
                continue;
            }
            let (_, constructed, identifier_len) = scan.identifier()?;
            let (length, length_len) = scan.length(scan.rest.get(identifier_len..).unwrap_or_default())?;
            let header = identifier_len.saturating_add(length_len);
            match length {
                Some(length) if scan.rest.len() >= header.saturating_add(length) => scan.skip(header.saturating_add(length)),
                Some(_) => return Err(scan.error(Asn1ErrorKind::Truncated)),
                None if !constructed => return Err(scan.error(Asn1ErrorKind::BadValue)),
                None if open >= self.depth => return Err(scan.error(Asn1ErrorKind::TooDeep)),
                None => {
                    open = open.saturating_add(1);
                    scan.skip(header);
                }
            }
        }
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
        self.offset = self.offset.saturating_add(count);
    }
}

impl<'a> Element<'a> {
    /// A reader of the elements inside.
    pub(crate) const fn children(&self) -> Result<Reader<'a>, Asn1Error> {
        if !self.constructed {
            return Err(self.error(Asn1ErrorKind::UnexpectedTag));
        }
        let Some(depth) = self.depth.checked_sub(1) else { return Err(self.error(Asn1ErrorKind::TooDeep)) };
        Ok(Reader { rest: self.content, offset: self.content_offset, encoding: self.encoding, depth })
    }

    /// The one element inside, as explicit tagging has it.
    pub(crate) fn inner(&self) -> Result<Self, Asn1Error> {
        let mut reader = self.children()?;
        let inner = reader.read()?;
        reader.finish()?;
        Ok(inner)
    }

    pub(crate) fn boolean(&self) -> Result<bool, Asn1Error> {
        match (self.content, self.encoding) {
            ([0], _) => Ok(false),
            ([0xFF], _) | ([_], Encoding::Ber) => Ok(true),
            ([_], Encoding::Der) => Err(self.error(Asn1ErrorKind::NotDer)),
            _ => Err(self.error(Asn1ErrorKind::BadValue)),
        }
    }

    /// The two's complement bytes of an INTEGER, at least one.
    pub(crate) const fn integer(&self) -> Result<&'a [u8], Asn1Error> {
        if self.constructed || self.content.is_empty() { Err(self.error(Asn1ErrorKind::BadValue)) } else { Ok(self.content) }
    }

    /// The two's complement bytes of an INTEGER, as few as its value takes: X.690 8.3.2 holds for BER too.
    pub(crate) fn minimal_integer(&self) -> Result<&'a [u8], Asn1Error> {
        let bytes = self.integer()?;
        match bytes {
            [0, second, ..] if second & 0x80 == 0 => Err(self.error(Asn1ErrorKind::BadValue)),
            [0xFF, second, ..] if second & 0x80 != 0 => Err(self.error(Asn1ErrorKind::BadValue)),
            _ => Ok(bytes),
        }
    }

    /// A non-negative INTEGER that fits.
    pub(crate) fn unsigned(&self) -> Result<u64, Asn1Error> {
        let bytes = self.integer()?;
        if bytes.first().is_some_and(|first| first & 0x80 != 0) {
            return Err(self.error(Asn1ErrorKind::BadValue));
        }
        let mut value: u64 = 0;
        for byte in bytes {
            value = value
                .checked_mul(256)
                .and_then(|value| value.checked_add(u64::from(*byte)))
                .ok_or_else(|| self.error(Asn1ErrorKind::BadValue))?;
        }
        Ok(value)
    }

    pub(crate) fn oid(&self) -> Result<Oid<'a>, Asn1Error> {
        match self.content.last() {
            Some(last) if last & 0x80 == 0 && !self.constructed => Ok(Oid(self.content)),
            _ => Err(self.error(Asn1ErrorKind::BadValue)),
        }
    }

    /// The bytes of an OCTET STRING or another byte string; one that BER gives in parts is put together.
    pub(crate) fn octets(&self) -> Result<Cow<'a, [u8]>, Asn1Error> {
        if !self.constructed {
            return Ok(Cow::Borrowed(self.content));
        }
        if self.encoding == Encoding::Der {
            return Err(self.error(Asn1ErrorKind::NotDer));
        }
        let mut out = Vec::with_capacity(self.content.len());
        self.gather(&mut out)?;
        Ok(Cow::Owned(out))
    }

    fn gather(&self, out: &mut Vec<u8>) -> Result<(), Asn1Error> {
        if !self.constructed {
            out.extend_from_slice(self.content);
            return Ok(());
        }
        let mut parts = self.children()?;
        while !parts.is_empty() {
            parts.expect(Tag::OCTET_STRING)?.gather(out)?;
        }
        Ok(())
    }

    /// The bytes of a BIT STRING whose number of bits is a multiple of eight.
    pub(crate) fn bit_string_octets(&self) -> Result<&'a [u8], Asn1Error> {
        match self.content.split_first() {
            Some((0, bytes)) if !self.constructed => Ok(bytes),
            _ => Err(self.error(Asn1ErrorKind::BadValue)),
        }
    }

    /// A UTCTime or GeneralizedTime.
    pub(crate) fn time(&self) -> Result<Time, Asn1Error> {
        let bytes = self.octets()?;
        let time = match self.tag {
            Tag::UTC_TIME => utc_time(&bytes),
            Tag::GENERALIZED_TIME => generalized_time(&bytes),
            _ => return Err(self.error(Asn1ErrorKind::UnexpectedTag)),
        };
        time.ok_or_else(|| self.error(Asn1ErrorKind::BadValue))
    }

    pub(crate) const fn error(&self, kind: Asn1ErrorKind) -> Asn1Error {
        Asn1Error { kind, offset: self.offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: Encoding) -> Result<Element<'_>, Asn1ErrorKind> {
        Reader::new(bytes, encoding, 4).read().map_err(|error| error.kind)
    }

    #[test]
    fn lengths_that_der_forbids_are_read_in_ber_alone() {
        for (bytes, content) in [
            (&[0x04, 0x81, 0x01, 0x41][..], &b"A"[..]),
            (&[0x04, 0x82, 0x00, 0x01, 0x41], b"A"),
            (&[0x24, 0x80, 0x04, 0x01, 0x41, 0x04, 0x01, 0x42, 0x00, 0x00], b"AB"),
        ] {
            assert_eq!(read(bytes, Encoding::Ber).unwrap().octets().unwrap(), content);
            assert_eq!(read(bytes, Encoding::Der).err(), Some(Asn1ErrorKind::NotDer));
        }
    }

    #[test]
    fn ends_that_come_too_early_are_told() {
        for bytes in [
            &[][..],
            &[0x04],
            &[0x04, 0x02, 0x41],
            &[0x04, 0x84, 0x01],
            &[0x04, 0x88, 255, 255, 255, 255, 255, 255, 255, 255],
            &[0x30, 0x80, 0x04, 0x01, 0x41],
        ] {
            assert_eq!(read(bytes, Encoding::Ber).err(), Some(Asn1ErrorKind::Truncated), "{bytes:x?}");
        }
    }

    #[test]
    fn an_indefinite_length_needs_a_constructed_value() {
        assert_eq!(read(&[0x04, 0x80, 0x00, 0x00], Encoding::Ber).err(), Some(Asn1ErrorKind::BadValue));
    }

    #[test]
    fn nesting_ends_at_the_depth() {
        let mut bytes = [0x30, 0x80].repeat(100_000);
        bytes.extend(vec![0; 200_000]);
        assert_eq!(read(&bytes, Encoding::Ber).err(), Some(Asn1ErrorKind::TooDeep));
        let nested = [0x30, 0x06, 0x30, 0x04, 0x30, 0x02, 0x05, 0x00];
        let mut element = Reader::new(&nested, Encoding::Der, 2).read().unwrap();
        element = element.inner().unwrap().inner().unwrap();
        assert_eq!(element.inner().map(|inner| inner.tag).map_err(|error| error.kind), Err(Asn1ErrorKind::TooDeep));
    }

    #[test]
    fn offsets_are_those_of_the_whole_input() {
        let bytes = [0x30, 0x05, 0x02, 0x01, 0x07, 0x05, 0x01];
        let mut reader = Reader::der(&bytes).sequence().unwrap();
        assert_eq!(reader.expect(Tag::INTEGER).unwrap().unsigned(), Ok(7));
        assert_eq!(reader.expect(Tag::NULL).map(|_| ()), Err(Asn1Error { kind: Asn1ErrorKind::Truncated, offset: 5 }));
    }

    #[test]
    fn long_tags_are_read_and_endless_ones_refused() {
        let element = read(&[0x9F, 0x81, 0x00, 0x00], Encoding::Der).unwrap();
        assert_eq!(element.tag, Tag::context(128));
        assert_eq!(read(&[0x9F, 0x80, 0x01, 0x00], Encoding::Der).err(), Some(Asn1ErrorKind::BadValue));
        assert_eq!(read(&[0x3F, 0x10, 0x00], Encoding::Ber).err(), Some(Asn1ErrorKind::BadValue));
        assert_eq!(read(&[0x9F, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x00], Encoding::Der).err(), Some(Asn1ErrorKind::BadValue));
    }

    #[test]
    fn padding_of_an_integer_is_told_in_ber_too() {
        for bytes in [&[0x02, 0x02, 0x00, 0x50][..], &[0x02, 0x03, 0x00, 0x00, 0x80], &[0x02, 0x02, 0xFF, 0x80], &[0x02, 0x00]] {
            for encoding in [Encoding::Ber, Encoding::Der] {
                let integer = read(bytes, encoding).unwrap().minimal_integer().map_err(|error| error.kind);
                assert_eq!(integer, Err(Asn1ErrorKind::BadValue), "{bytes:x?}");
            }
        }
        for bytes in [&[0x02, 0x01, 0x00][..], &[0x02, 0x02, 0x00, 0x80], &[0x02, 0x01, 0xFF], &[0x02, 0x02, 0xFF, 0x7F]] {
            assert_eq!(read(bytes, Encoding::Ber).unwrap().minimal_integer(), Ok(&bytes[2..]));
        }
    }

    #[test]
    fn integers_keep_their_sign() {
        assert_eq!(read(&[0x02, 0x01, 0x80], Encoding::Der).unwrap().unsigned().map_err(|error| error.kind), Err(Asn1ErrorKind::BadValue));
        assert_eq!(read(&[0x02, 0x02, 0x00, 0x80], Encoding::Der).unwrap().unsigned(), Ok(128));
        assert_eq!(read(&[0x02, 0x00], Encoding::Der).unwrap().unsigned().map_err(|error| error.kind), Err(Asn1ErrorKind::BadValue));
    }
}
