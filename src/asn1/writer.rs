//! Writes DER.

use super::{Oid, Tag};
use crate::asn1::Class;

/// Builds DER front to back; nested values are written by closures.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// The DER that `write` writes.
    pub(crate) fn build(write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut writer = Self::default();
        write(&mut writer);
        writer.out
    }

    /// What was written.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Bytes that are DER already.
    pub(crate) fn raw(&mut self, der: &[u8]) {
        self.out.extend_from_slice(der);
    }

    /// A primitive element.
    pub(crate) fn primitive(&mut self, tag: Tag, content: &[u8]) {
        self.element(tag, false, content);
    }

    /// A constructed element.
    pub(crate) fn constructed(&mut self, tag: Tag, write: impl FnOnce(&mut Self)) {
        let content = Self::build(write);
        self.element(tag, true, &content);
    }

    pub(crate) fn sequence(&mut self, write: impl FnOnce(&mut Self)) {
        self.constructed(Tag::SEQUENCE, write);
    }

    /// A SET OF, its elements in the order that DER asks for (X.690 11.6).
    pub(crate) fn set_of(&mut self, tag: Tag, mut elements: Vec<Vec<u8>>) {
        elements.sort();
        self.constructed(tag, |writer| elements.iter().for_each(|element| writer.raw(element)));
    }

    pub(crate) fn oid(&mut self, oid: Oid<'_>) {
        self.primitive(Tag::OID, oid.0);
    }

    pub(crate) fn null(&mut self) {
        self.primitive(Tag::NULL, &[]);
    }

    pub(crate) fn octet_string(&mut self, bytes: &[u8]) {
        self.primitive(Tag::OCTET_STRING, bytes);
    }

    /// A non-negative INTEGER.
    pub(crate) fn unsigned(&mut self, value: u64) {
        let bytes = value.to_be_bytes();
        let zeros = usize::try_from(value.leading_zeros() / 8).unwrap_or_default().min(7);
        let mut content = bytes.get(zeros..).unwrap_or_default().to_vec();
        if content.first().is_some_and(|first| first & 0x80 != 0) {
            content.insert(0, 0);
        }
        self.primitive(Tag::INTEGER, &content);
    }

    fn element(&mut self, tag: Tag, constructed: bool, content: &[u8]) {
        let class: u8 = match tag.class {
            Class::Universal => 0x00,
            Class::Application => 0x40,
            Class::Context => 0x80,
            Class::Private => 0xC0,
        };
        let form = if constructed { 0x20 } else { 0 };
        match u8::try_from(tag.number) {
            Ok(number) if number < 31 => self.out.push(class | form | number),
            _ => {
                self.out.push(class | form | 0x1F);
                let groups = (32 - tag.number.leading_zeros()).div_ceil(7).max(1);
                for group in (0..groups).rev() {
                    let low = u8::try_from((tag.number >> (7 * group)) & 0x7F).unwrap_or_default();
                    self.out.push(if group == 0 { low } else { low | 0x80 });
                }
            }
        }
        self.length(content.len());
        self.out.extend_from_slice(content);
    }

    fn length(&mut self, length: usize) {
        if let Ok(short) = u8::try_from(length)
            && short < 0x80
        {
            self.out.push(short);
            return;
        }
        let bytes = length.to_be_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let digits = bytes.get(zeros..).unwrap_or_default();
        self.out.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
        self.out.extend_from_slice(digits);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for length in [0, 1, 127, 128, 255, 256, 65_536] {
            let der = Writer::build(|writer| writer.octet_string(&vec![7; length]));
            let mut reader = Reader::der(&der);
            assert_eq!(reader.read().unwrap().content.len(), length);
            reader.finish().unwrap();
        }
        for value in [0, 1, 127, 128, 255, 256, u64::MAX] {
            let der = Writer::build(|writer| writer.unsigned(value));
            assert_eq!(Reader::der(&der).read().unwrap().unsigned(), Ok(value));
        }
        for number in [0, 30, 31, 127, 128, 5_000_000] {
            let der = Writer::build(|writer| writer.primitive(Tag::context(number), &[]));
            assert_eq!(Reader::der(&der).read().unwrap().tag, Tag::context(number));
        }
    }

    #[test]
    fn a_set_is_sorted() {
        let der = Writer::build(|writer| writer.set_of(Tag::SET, vec![vec![2, 1, 9], vec![2, 1, 1]]));
        assert_eq!(der, [0x31, 6, 2, 1, 1, 2, 1, 9]);
    }
}
