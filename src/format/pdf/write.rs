//! Writes an incremental update (ISO 32000-2 7.5.6): objects that are new or changed, and one cross-reference section.
//!
//! A changed object keeps its source bytes; only the places that change are spliced. So numbers, strings and names keep their spelling.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::revision::Entry;
use super::{Dictionary, Object, Pdf, Reference, Value, View};
use crate::bytes::{Bytes, Span};
use crate::crypto::DigestAlgorithm;
use crate::error::ErrorKind;
use crate::message::{Message, id};

/// An update under construction.
pub(crate) struct Update<'a> {
    view: View<'a>,
    trailer: Arc<Dictionary>,
    objects: BTreeMap<u32, Body>,
    next: u32,
}

/// A value, and the indirect object whose bytes it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) owner: Reference,
    pub(crate) object: Object,
}

/// A finished update.
#[derive(Debug)]
pub(crate) struct Written {
    /// The bytes that follow the original.
    pub(crate) appended: Vec<u8>,
    /// Where in `appended` the value of each object begins.
    pub(crate) values: BTreeMap<u32, usize>,
}

enum Body {
    Changed(Changed),
    New(Vec<u8>),
}

struct Changed {
    generation: u16,
    object: Object,
    /// The file, or the decoded object stream.
    source: Bytes,
    in_object_stream: bool,
    edits: Vec<(Span, Vec<u8>)>,
}

impl Located {
    /// The indirect object `reference`.
    pub(crate) fn at(view: View<'_>, reference: Reference) -> crate::Result<Self> {
        Ok(Self { owner: reference, object: view.object(reference)? })
    }

    /// The value of `key` in this dictionary, references followed; `None` where it is absent or null.
    pub(crate) fn child(&self, view: View<'_>, key: &[u8]) -> crate::Result<Option<Self>> {
        let Some(object) = self.object.value.as_dictionary().and_then(|dictionary| dictionary.get(key)) else { return Ok(None) };
        let mut child = Self { owner: self.owner, object: object.clone() };
        for _ in 0..view.pdf.budget().limits().depth {
            match child.object.value {
                Value::Reference(reference) => child = Self::at(view, reference)?,
                Value::Null => return Ok(None),
                _ => return Ok(Some(child)),
            }
        }
        Err(unusable(self.owner))
    }
}

impl<'a> Update<'a> {
    /// An update of the document as it is now. A document that could only be read by repair takes none.
    pub(crate) fn new(pdf: &'a Pdf) -> crate::Result<Self> {
        let view = pdf.last();
        let trailer = view.trailer();
        let size =
            trailer.get(b"Size").and_then(|size| size.value.as_integer()).and_then(|size| u32::try_from(size).ok()).unwrap_or_default();
        let highest = pdf.revisions().iter().filter_map(|revision| revision.highest()).max().unwrap_or_default();
        let next = size.max(highest.checked_add(1).ok_or_else(too_many_objects)?);
        Ok(Self { view, trailer, objects: BTreeMap::new(), next })
    }

    pub(crate) const fn view(&self) -> View<'a> {
        self.view
    }

    /// A number that no object has yet.
    pub(crate) fn allocate(&mut self) -> crate::Result<Reference> {
        let reference = Reference { number: self.next, generation: 0 };
        self.next = self.next.checked_add(1).ok_or_else(too_many_objects)?;
        Ok(reference)
    }

    /// Adds a new object with the value `body`.
    pub(crate) fn add(&mut self, reference: Reference, body: Vec<u8>) {
        self.objects.insert(reference.number, Body::New(body));
    }

    /// Gives `key` the value `value`, in a dictionary of the document.
    pub(crate) fn set(&mut self, dictionary: &Located, key: &[u8], value: &[u8]) -> crate::Result<()> {
        let entries = dictionary.object.value.as_dictionary().ok_or_else(|| unusable(dictionary.owner))?;
        if entries.duplicates.iter().any(|name| &*name.0 == key) {
            return Err(unusable(dictionary.owner));
        }
        let span = dictionary.object.span;
        let old = entries.entries.iter().find(|(name, _)| &*name.0 == key).map(|(_, value)| value.span);
        let changed = self.changed(dictionary.owner)?;
        if let Some(old) = old {
            changed.edits.push((old, [b" ", value].concat()));
            return Ok(());
        }
        let end = changed.before(span, b">>").ok_or_else(|| unusable(dictionary.owner))?;
        let mut insertion = vec![b' '];
        push_name(&mut insertion, key);
        insertion.push(b' ');
        insertion.extend_from_slice(value);
        changed.edits.push((Span::new(end, end), insertion));
        Ok(())
    }

    /// Appends `value` to an array of the document.
    pub(crate) fn push(&mut self, array: &Located, value: &[u8]) -> crate::Result<()> {
        let span = array.object.span;
        let changed = self.changed(array.owner)?;
        let end = changed.before(span, b"]").ok_or_else(|| unusable(array.owner))?;
        changed.edits.push((Span::new(end, end), [b" ", value].concat()));
        Ok(())
    }

    /// A text string of the object `owner`, encrypted where the document is.
    pub(crate) fn text(&self, owner: Reference, text: &str) -> crate::Result<Vec<u8>> {
        let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let bytes = if plain {
            text.as_bytes().to_vec()
        } else {
            [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        };
        self.string(owner, &bytes)
    }

    /// A byte string of the object `owner`, encrypted where the document is.
    pub(crate) fn string(&self, owner: Reference, bytes: &[u8]) -> crate::Result<Vec<u8>> {
        string(self.view.pdf, owner, bytes)
    }

    /// The bytes to append: the objects, a cross-reference section of the kind that the document ends with, and its trailer.
    pub(crate) fn finish(mut self) -> crate::Result<Written> {
        let bytes = self.view.pdf.bytes().clone();
        let mut appended = Vec::new();
        if !matches!(bytes.last(), Some(b'\n' | b'\r')) {
            appended.push(b'\n');
        }
        let mut values = BTreeMap::new();
        let mut entries = BTreeMap::new();
        for (number, body) in std::mem::take(&mut self.objects) {
            let generation = if let Body::Changed(changed) = &body { changed.generation } else { 0 };
            let offset = offset(&bytes, &appended)?;
            entries.insert(number, (offset, generation));
            appended.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            values.insert(number, appended.len());
            match body {
                Body::New(value) => appended.extend_from_slice(&value),
                Body::Changed(changed) => changed.render(self.view.pdf, Reference { number, generation }, &mut appended)?,
            }
            appended.extend_from_slice(b"\nendobj\n");
        }
        self.section(&bytes, &mut appended, entries)?;
        Ok(Written { appended, values })
    }

    fn changed(&mut self, reference: Reference) -> crate::Result<&mut Changed> {
        if !self.objects.contains_key(&reference.number) {
            let changed = self.load(reference)?;
            self.objects.insert(reference.number, Body::Changed(changed));
        }
        match self.objects.get_mut(&reference.number) {
            Some(Body::Changed(changed)) => Ok(changed),
            _ => Err(unusable(reference)),
        }
    }

    fn load(&self, reference: Reference) -> crate::Result<Changed> {
        let object = self.view.object(reference)?;
        let (generation, source, in_object_stream) = match self.view.entry(reference.number) {
            Some(Entry::At { generation, .. }) => (generation, self.view.pdf.bytes().clone(), false),
            Some(Entry::InStream { stream, .. }) => {
                let container = self.view.object(Reference { number: stream, generation: 0 })?;
                let container = container.value.as_stream().ok_or_else(|| unusable(reference))?;
                (0, self.view.decode(container)?, true)
            }
            _ => return Err(unusable(reference)),
        };
        if matches!(object.value, Value::Stream(_) | Value::Null) || object.span.of(&source).is_none() {
            return Err(unusable(reference));
        }
        Ok(Changed { generation, object, source, in_object_stream, edits: Vec::new() })
    }

    fn section(mut self, bytes: &[u8], appended: &mut Vec<u8>, mut entries: BTreeMap<u32, (u64, u16)>) -> crate::Result<()> {
        let last = self.view.pdf.revisions().last().ok_or_else(no_revision)?;
        let start = offset(bytes, appended)?;
        let previous = last.section;
        if needs_stream(last.stream, start) {
            let reference = self.allocate()?;
            entries.insert(reference.number, (start, 0));
            let data = stream_entries(&entries, start);
            let mut dictionary = format!(
                "{} 0 obj\n<< /Type /XRef /Size {} /Prev {previous} /W [1 {} 2] /Index [",
                reference.number,
                self.next,
                width(start)
            );
            for (first, count) in runs(&entries) {
                let _ = write!(dictionary, "{first} {count} ");
            }
            let _ = write!(dictionary, "] /Length {}", data.len());
            appended.extend_from_slice(dictionary.as_bytes());
            self.trailer_entries(bytes, appended)?;
            appended.extend_from_slice(b" >>\nstream\n");
            appended.extend_from_slice(&data);
            appended.extend_from_slice(b"\nendstream\nendobj\n");
        } else {
            appended.extend_from_slice(table(&entries).as_bytes());
            appended.extend_from_slice(format!("trailer\n<< /Size {} /Prev {previous}", self.next).as_bytes());
            self.trailer_entries(bytes, appended)?;
            appended.extend_from_slice(b" >>\n");
        }
        appended.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
        Ok(())
    }

    /// Every entry of the last trailer stays as it is written (ISO 32000-2 7.5.6), but for what describes one section or is new each time.
    fn trailer_entries(&self, bytes: &[u8], appended: &mut Vec<u8>) -> crate::Result<()> {
        for (name, value) in &self.trailer.entries {
            if OF_ONE_SECTION.contains(&&*name.0) || matches!(value.value, Value::Null) {
                continue;
            }
            appended.push(b' ');
            push_name(appended, &name.0);
            appended.push(b' ');
            appended.extend_from_slice(value.span.of(bytes).ok_or_else(no_revision)?);
        }
        let first = match self.view.get(&self.trailer, b"ID")? {
            Some(identifiers) => identifiers.value.as_array().and_then(|array| Some(array.0.first()?.value.as_string()?.bytes.clone())),
            None => None,
        };
        // Where there is none, the key of an encrypted document is made without it.
        if first.is_none() && self.view.pdf.is_encrypted() {
            return Ok(());
        }
        let mut hasher = DigestAlgorithm::Sha256.hasher();
        hasher.update(first.as_deref().unwrap_or_default());
        hasher.update(&bytes.len().to_be_bytes());
        hasher.update(appended);
        let new: Vec<u8> = hasher.finish().into_iter().take(16).collect();
        appended.extend_from_slice(b" /ID [");
        push_hexadecimal(appended, first.as_deref().unwrap_or(&new));
        push_hexadecimal(appended, &new);
        appended.push(b']');
        Ok(())
    }
}

impl Changed {
    /// The offset of the closing `token` of the value at `span`.
    fn before(&self, span: Span, token: &[u8]) -> Option<usize> {
        let end = span.end.checked_sub(token.len()).filter(|end| *end > span.start)?;
        (Span::new(end, span.end).of(&self.source)? == token).then_some(end)
    }

    fn render(mut self, pdf: &Pdf, reference: Reference, out: &mut Vec<u8>) -> crate::Result<()> {
        if pdf.is_encrypted() && self.in_object_stream {
            self.encrypt_strings(pdf, reference)?;
        }
        self.edits.sort_by_key(|(span, _)| *span);
        let mut position = self.object.span.start;
        for (span, replacement) in &self.edits {
            let kept = Span::new(position, span.start).of(&self.source).ok_or_else(|| unusable(reference))?;
            out.extend_from_slice(kept);
            out.extend_from_slice(replacement);
            position = span.end;
        }
        out.extend_from_slice(Span::new(position, self.object.span.end).of(&self.source).ok_or_else(|| unusable(reference))?);
        Ok(())
    }

    /// Strings in an object stream are not encrypted by themselves (ISO 32000-2 7.6.2); outside of it they are.
    fn encrypt_strings(&mut self, pdf: &Pdf, reference: Reference) -> crate::Result<()> {
        let replaced: Vec<Span> = self.edits.iter().map(|(span, _)| *span).collect();
        let mut open = vec![&self.object];
        let mut edits = Vec::new();
        while let Some(object) = open.pop() {
            match &object.value {
                Value::Array(array) => open.extend(&array.0),
                Value::Dictionary(dictionary) => open.extend(dictionary.entries.iter().map(|(_, value)| value)),
                Value::String(text) if !replaced.iter().any(|span| span.start <= object.span.start && object.span.end <= span.end) => {
                    edits.push((object.span, string(pdf, reference, &text.bytes)?));
                }
                _ => {}
            }
        }
        self.edits.extend(edits);
        Ok(())
    }
}

/// A name with its slash, as a token.
pub(crate) fn push_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &byte in name {
        if matches!(byte, b'!'..=b'~') && !b"#%()/<>[]{}".contains(&byte) {
            out.push(byte);
        } else {
            out.push(b'#');
            push_digits(out, byte);
        }
    }
}

/// `12 0 R`.
pub(crate) fn reference_token(reference: Reference) -> Vec<u8> {
    format!("{} {} R", reference.number, reference.generation).into_bytes()
}

fn string(pdf: &Pdf, owner: Reference, bytes: &[u8]) -> crate::Result<Vec<u8>> {
    let encrypted;
    let bytes = if pdf.is_encrypted() {
        encrypted = pdf.encrypt_string(owner, bytes)?;
        &encrypted
    } else {
        bytes
    };
    let mut out = Vec::with_capacity(bytes.len());
    if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        out.push(b'(');
        for &byte in bytes {
            if matches!(byte, b'(' | b')' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b')');
    } else {
        push_hexadecimal(&mut out, bytes);
    }
    Ok(out)
}

fn push_hexadecimal(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'<');
    bytes.iter().for_each(|byte| push_digits(out, *byte));
    out.push(b'>');
}

/// The two hexadecimal digits of `byte`.
pub(crate) fn push_digits(out: &mut Vec<u8>, byte: u8) {
    for digit in [byte >> 4, byte & 15] {
        out.push(if digit < 10 { b'0' + digit } else { b'A' - 10 + digit });
    }
}

fn offset(bytes: &[u8], appended: &[u8]) -> crate::Result<u64> {
    bytes.len().checked_add(appended.len()).and_then(|offset| u64::try_from(offset).ok()).ok_or_else(too_many_objects)
}

/// The kind that the document ends with, unless the offsets do not fit a table.
const fn needs_stream(is_stream: bool, largest: u64) -> bool {
    is_stream || largest > LARGEST_TABLE_OFFSET
}

/// One canonical form: a subsection for each run of numbers, ascending (fragments break other signatures in Acrobat: pdf-lib issue 1388).
fn table(entries: &BTreeMap<u32, (u64, u16)>) -> String {
    let mut out = String::from("xref\n");
    let mut rest = entries.values();
    for (first, count) in runs(entries) {
        let _ = writeln!(out, "{first} {count}");
        for (offset, generation) in rest.by_ref().take(count) {
            let _ = write!(out, "{offset:010} {generation:05} n\r\n");
        }
    }
    out
}

fn stream_entries(entries: &BTreeMap<u32, (u64, u16)>, largest: u64) -> Vec<u8> {
    let mut out = Vec::new();
    for (offset, generation) in entries.values() {
        let bytes = offset.to_be_bytes();
        out.push(1);
        out.extend_from_slice(bytes.get(bytes.len().saturating_sub(width(largest))..).unwrap_or_default());
        out.extend_from_slice(&generation.to_be_bytes());
    }
    out
}

/// The number of bytes that `largest` needs, at least 3.
fn width(largest: u64) -> usize {
    let zeros = largest.to_be_bytes().iter().take_while(|byte| **byte == 0).count();
    8_usize.saturating_sub(zeros).max(3)
}

/// Runs of successive numbers: the first, and how many.
fn runs(entries: &BTreeMap<u32, (u64, u16)>) -> Vec<(u32, usize)> {
    let mut runs: Vec<(u32, usize)> = Vec::new();
    let mut expected = None;
    for &number in entries.keys() {
        match runs.last_mut() {
            Some((_, count)) if expected == Some(number) => *count = count.saturating_add(1),
            _ => runs.push((number, 1)),
        }
        expected = number.checked_add(1);
    }
    runs
}

/// Nothing can be added to the object, or it is not what it should be.
pub(crate) fn unusable(reference: Reference) -> crate::Error {
    crate::Error::new(ErrorKind::Refused, Message::new(id::SIGN_OBJECT_UNUSABLE).with("object", reference.number))
}

fn too_many_objects() -> crate::Error {
    crate::Error::new(ErrorKind::Refused, Message::new(id::SIGN_DOCUMENT_FULL))
}

fn no_revision() -> crate::Error {
    crate::Error::new(ErrorKind::Refused, Message::new(id::SIGN_REPAIRED))
}

/// A cross-reference table has ten digits for an offset.
const LARGEST_TABLE_OFFSET: u64 = 9_999_999_999;

/// Trailer entries that describe one section, and `/ID`, which is new in each.
const OF_ONE_SECTION: &[&[u8]] = &[
    b"DL",
    b"DecodeParms",
    b"F",
    b"FDecodeParms",
    b"FFilter",
    b"Filter",
    b"ID",
    b"Index",
    b"Length",
    b"Prev",
    b"Size",
    b"Type",
    b"W",
    b"XRefStm",
];

#[cfg(test)]
mod tests;
