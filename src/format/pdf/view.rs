//! The document as of one revision: objects, pages, decoded streams.

use std::collections::HashSet;
use std::sync::Arc;

use super::cache::{ANY_REVISION, ObjectStream, Parsed};
use super::lexer::{Bounds, Lexer, Problem, SyntaxError};
use super::revision::Entry;
use super::stream::{self, Filter, FilterError};
use super::xref::{data_start, end_of_stream, filters, trim_line_end};
use super::{Dictionary, Name, Object, Pdf, Reference, Stream, Value};
use crate::bytes::{Bytes, Span};
use crate::error::ErrorKind;
use crate::limits::Resource;
use crate::message::{Message, id};

/// The document as of one revision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) pdf: &'a Pdf,
    /// The index of the revision.
    pub(crate) revision: usize,
}

/// Where the bytes of an object are: two views that give an object the same location read the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Location {
    /// At this offset in the file.
    File(usize),
    /// The `index`-th object of the object stream at `offset`.
    Member { offset: usize, index: u32 },
}

impl View<'_> {
    /// The trailer that counts in this revision.
    pub(crate) fn trailer(&self) -> Arc<Dictionary> {
        self.pdf.revisions.get(self.revision).map(|revision| Arc::clone(&revision.trailer)).unwrap_or_default()
    }

    /// Where the object `number` is in this revision.
    pub(crate) fn entry(&self, number: u32) -> Option<Entry> {
        self.pdf.locate(number, self.revision).map(|(_, entry)| entry)
    }

    /// The bytes that hold the object `number`; `None` where it is free or missing.
    pub(crate) fn location(&self, number: u32) -> Option<Location> {
        match self.entry(number)? {
            Entry::At { offset, .. } => Some(Location::File(offset)),
            Entry::InStream { stream, index } => match self.entry(stream)? {
                Entry::At { offset, .. } => Some(Location::Member { offset, index }),
                _ => None,
            },
            Entry::Free { .. } => None,
        }
    }

    /// The indirect object; `Null` where it is free, missing, of another generation, or not at its place.
    pub(crate) fn object(&self, reference: Reference) -> crate::Result<Object> {
        self.load(reference, 0)
    }

    /// The bytes of the file from the number of the object up to `endobj`, both included; `None` for a member of an object stream.
    pub(crate) fn extent(&self, number: u32) -> crate::Result<Option<Span>> {
        let Some((revision, Entry::At { offset, generation })) = self.pdf.locate(number, self.revision) else { return Ok(None) };
        let parsed = self.parsed(Reference { number, generation }, offset, revision, 0)?;
        Ok(parsed.map(|parsed| Span::new(offset, parsed.end)))
    }

    /// Follows references (at most `Limits::depth` of them) to a value.
    pub(crate) fn resolve(&self, object: &Object) -> crate::Result<Object> {
        let mut object = object.clone();
        for _ in 0..self.pdf.budget.limits().depth {
            let Value::Reference(reference) = object.value else { return Ok(object) };
            object = self.object(reference)?;
        }
        Ok(null())
    }

    /// The resolved value of `key`; `None` where it is absent or null.
    pub(crate) fn get(&self, dictionary: &Dictionary, key: &[u8]) -> crate::Result<Option<Object>> {
        let Some(object) = dictionary.get(key) else { return Ok(None) };
        let object = self.resolve(object)?;
        Ok((!matches!(object.value, Value::Null)).then_some(object))
    }

    /// The document catalog; empty where there is none.
    pub(crate) fn catalog(&self) -> crate::Result<Arc<Dictionary>> {
        Ok(match self.get(&self.trailer(), b"Root")?.map(|root| root.value) {
            Some(Value::Dictionary(catalog)) => catalog,
            _ => Arc::default(),
        })
    }

    /// The pages in order, with the reference of each where it has one; bounded, loops end. `limit` pages at most.
    pub(crate) fn pages(&self, limit: usize) -> crate::Result<Vec<(Option<Reference>, Arc<Dictionary>)>> {
        let catalog = self.catalog()?;
        let mut pages = Vec::new();
        let mut seen = HashSet::new();
        let mut waiting: Vec<(Object, u32)> = catalog.get(b"Pages").cloned().map(|root| (root, 0)).into_iter().collect();
        while let Some((node, depth)) = waiting.pop() {
            let reference = node.value.as_reference();
            if pages.len() >= limit {
                break;
            }
            if depth > self.pdf.budget.limits().depth || reference.is_some_and(|reference| !seen.insert(reference)) {
                continue;
            }
            let Value::Dictionary(dictionary) = self.resolve(&node)?.value else { continue };
            match self.get(&dictionary, b"Kids")?.map(|kids| kids.value) {
                Some(Value::Array(kids)) if dictionary.get(b"Type").and_then(|kind| kind.value.as_name()) != Some(b"Page") => {
                    waiting.extend(kids.0.iter().rev().map(|kid| (kid.clone(), depth.saturating_add(1))));
                }
                _ => pages.push((reference, dictionary)),
            }
        }
        Ok(pages)
    }

    /// `/Count` of the page tree where it is plausible, without a walk.
    pub(crate) fn page_count(&self) -> Option<u64> {
        let pages = self.get(&*self.catalog().ok()?, b"Pages").ok()??;
        let count = self.get(pages.value.as_dictionary()?, b"Count").ok()??.value.as_integer()?;
        // A page takes a dozen bytes at the very least, even when it is compressed away to almost nothing.
        u64::try_from(count).ok().filter(|count| usize::try_from(*count).is_ok_and(|count| count <= self.pdf.bytes.len()))
    }

    /// The decrypted and decoded bytes of a stream. Filters: Flate, LZW, ASCIIHex, ASCII85, RunLength, Crypt/Identity, predictors.
    pub(crate) fn decode(&self, stream: &Stream) -> crate::Result<Bytes> {
        self.decode_up_to(stream, MAX_DECODED)
    }

    fn decode_up_to(&self, stream: &Stream, most: usize) -> crate::Result<Bytes> {
        let chain = self.filters(&stream.dictionary)?;
        let decrypted = match &self.pdf.crypt {
            Some(crypt) => crypt.stream(stream, &chain, self.pdf.raw(stream))?,
            None => None,
        };
        if chain.is_empty() {
            return Ok(decrypted.map_or_else(|| self.pdf.bytes.slice(stream.raw).unwrap_or_else(|| Vec::new().into()), Bytes::from));
        }
        let data = decrypted.as_deref().unwrap_or_else(|| self.pdf.raw(stream));
        let decoded = stream::decode(data, &chain, most, &self.pdf.budget).map_err(|error| match error {
            FilterError::Exceeded(exceeded) => exceeded.into(),
            FilterError::Unknown(Name(name)) => {
                let message = Message::new(id::DOCUMENT_FILTER_UNSUPPORTED).with("filter", String::from_utf8_lossy(&name).into_owned());
                crate::Error::new(ErrorKind::Unsupported, message).at(stream.raw.start)
            }
        })?;
        if decoded.damaged {
            self.pdf.find(Message::new(id::DOCUMENT_STREAM_DAMAGED).with("object", stream.reference.number));
        }
        Ok(decoded.bytes.into())
    }

    fn filters(&self, dictionary: &Dictionary) -> crate::Result<Vec<Filter>> {
        let mut failed = None;
        let chain = filters(dictionary, |object| {
            let resolved = self.resolve_inside(object);
            resolved.map_err(|error| failed = Some(error)).ok()
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(chain.unwrap_or_default()),
        }
    }

    /// Resolves the object and, where it is a dictionary, its values.
    fn resolve_inside(&self, object: &Object) -> crate::Result<Object> {
        let mut object = self.resolve(object)?;
        if let Value::Dictionary(dictionary) = &mut object.value {
            let mut resolved = Dictionary::clone(dictionary);
            for (_, value) in &mut resolved.entries {
                *value = self.resolve(value)?;
            }
            *dictionary = Arc::new(resolved);
        }
        Ok(object)
    }

    /// `level` counts objects that are read in order to read another: lengths and object streams.
    fn load(&self, reference: Reference, level: u8) -> crate::Result<Object> {
        let Some((revision, entry)) = self.pdf.locate(reference.number, self.revision) else { return Ok(null()) };
        match entry {
            Entry::At { offset, generation } if generation == reference.generation => {
                let parsed = self.parsed(reference, offset, revision, level)?;
                Ok(parsed.map_or_else(null, |parsed| parsed.object.clone()))
            }
            Entry::InStream { stream, index } if reference.generation == 0 => self.member(reference.number, stream, index, level),
            _ => Ok(null()),
        }
    }

    /// The object that the entry of `revision` puts at `offset`, if it is there.
    fn parsed(&self, reference: Reference, offset: usize, revision: usize, level: u8) -> crate::Result<Option<Arc<Parsed>>> {
        let reach = self.pdf.revisions.get(revision).map_or(0, |revision| revision.reach);
        let key = u32::try_from(self.revision).unwrap_or(u32::MAX);
        let parsed = match self.pdf.cache.object(offset, key) {
            Some(parsed) => parsed,
            None => match self.parse(reference, offset, level)? {
                Some((parsed, depends)) => {
                    let parsed = Arc::new(parsed);
                    self.pdf.cache.keep_object(offset, if depends { key } else { ANY_REVISION }, &parsed);
                    parsed
                }
                None => return Ok(None),
            },
        };
        // An entry of an old section must not reach into bytes that were appended later.
        if offset >= reach || parsed.end > reach {
            self.pdf.find(Message::new(id::DOCUMENT_OBJECT_OUTSIDE).with("object", reference.number));
            return Ok(None);
        }
        if parsed.reference != reference {
            self.pdf.find(Message::new(id::DOCUMENT_OBJECT_MISPLACED).with("object", reference.number));
            return Ok(None);
        }
        Ok(Some(parsed))
    }

    /// Parses what stands at `offset`; the flag says whether it depends on the revision.
    fn parse(&self, wanted: Reference, offset: usize, level: u8) -> crate::Result<Option<(Parsed, bool)>> {
        let bytes: &[u8] = &self.pdf.bytes;
        // Once the budget is spent nothing is read any more, whatever callers make of the error.
        self.pdf.budget.spend(Resource::Objects, 1)?;
        let mut lexer = Lexer::new(bytes, offset);
        let Some(reference) = lexer.object_header() else {
            self.pdf.budget.spend(Resource::Objects, lexer.cost(offset))?;
            self.pdf.find(Message::new(id::DOCUMENT_OBJECT_MISPLACED).with("object", wanted.number));
            return Ok(None);
        };
        let object = self.value(&mut lexer, reference.number)?;
        let Some(object) = object else { return Ok(None) };
        let values = lexer.values;
        let (mut object, end, depends) = match &object.value {
            Value::Dictionary(dictionary) if lexer.keyword(b"stream") => {
                let (raw, end, depends) = self.extent_of_data(reference, dictionary, lexer.position(), level)?;
                let stream = Stream { dictionary: Dictionary::clone(dictionary), raw, reference };
                (Object { value: Value::Stream(Arc::new(stream)), span: Span::new(object.span.start, raw.end) }, end, depends)
            }
            _ => {
                let end = lexer.position();
                (object, end, false)
            }
        };
        let mut behind = Lexer::new(bytes, end);
        let end = if behind.keyword(b"endobj") { behind.position() } else { end };
        if let Some(crypt) = &self.pdf.crypt {
            crypt.strings(&mut object, reference);
        }
        Ok(Some((Parsed { reference, object, end, values }, depends)))
    }

    /// The data of a stream whose keyword ends at `position`, and where `endstream` ends.
    fn extent_of_data(
        &self,
        reference: Reference,
        dictionary: &Dictionary,
        position: usize,
        level: u8,
    ) -> crate::Result<(Span, usize, bool)> {
        let bytes: &[u8] = &self.pdf.bytes;
        let start = data_start(bytes, position);
        let mut depends = false;
        let length = match dictionary.get(b"Length").map(|length| &length.value) {
            Some(Value::Integer(length)) => usize::try_from(*length).ok(),
            Some(Value::Reference(length)) if level < MAX_LEVEL => {
                depends = true;
                self.load(*length, level.saturating_add(1))?.value.as_integer().and_then(|length| usize::try_from(length).ok())
            }
            _ => None,
        };
        if let Some(end) = length.and_then(|length| start.checked_add(length))
            && let Some(behind) = end_of_stream(bytes, end)
        {
            return Ok((Span::new(start, end), behind, depends));
        }
        self.pdf.find(Message::new(id::DOCUMENT_STREAM_LENGTH).with("object", reference.number));
        let rest = bytes.get(start..).unwrap_or_default();
        let found = self.pdf.cache.search(start, || memchr::memmem::find(rest, b"endstream").map(|at| start.saturating_add(at)));
        let stop = found.unwrap_or(bytes.len());
        let data = trim_line_end(bytes.get(start..stop).unwrap_or_default());
        let behind = found.map_or(stop, |found| found.saturating_add(b"endstream".len()));
        Ok((Span::new(start, start.saturating_add(data.len())), behind, depends))
    }

    /// A value, paid for. `None` where there is none, which becomes a finding.
    fn value(&self, lexer: &mut Lexer<'_>, number: u32) -> crate::Result<Option<Object>> {
        let start = lexer.position();
        let read = lexer.value(Bounds::new(self.pdf.budget.limits().depth));
        self.pdf.budget.spend(Resource::Objects, lexer.cost(start))?;
        match read {
            Ok(object) => Ok(Some(object)),
            Err(SyntaxError { problem: problem @ (Problem::Deep | Problem::Many), offset }) => {
                let limit = if problem == Problem::Deep { "depth" } else { "objects" };
                Err(crate::Error::new(ErrorKind::Limit, Message::new(id::LIMIT_EXCEEDED).with("limit", limit)).at(offset))
            }
            Err(_) => {
                self.pdf.find(Message::new(id::DOCUMENT_OBJECT_UNREADABLE).with("object", number));
                Ok(None)
            }
        }
    }

    fn member(&self, number: u32, stream: u32, index: u32, level: u8) -> crate::Result<Object> {
        self.pdf.budget.spend(Resource::Objects, 1)?;
        if level >= MAX_LEVEL {
            return Ok(null());
        }
        let container = self.object_stream(stream, level.saturating_add(1))?;
        let at = usize::try_from(index).ok().and_then(|index| container.as_ref()?.index.get(index).copied());
        let (Some(container), Some((_, offset))) = (container, at.filter(|(found, _)| *found == number)) else {
            self.pdf.find(Message::new(id::DOCUMENT_OBJECT_MISPLACED).with("object", number));
            return Ok(null());
        };
        if let Some(known) = self.pdf.cache.member(&container, offset) {
            return Ok(known);
        }
        let mut lexer = Lexer::new(&container.data, offset);
        let object = self.value(&mut lexer, number)?.unwrap_or_else(null);
        self.pdf.cache.keep_member(&container, offset, &object, lexer.values);
        Ok(object)
    }

    /// The object stream `number`.
    pub(super) fn packed(&self, number: u32) -> crate::Result<Option<Arc<ObjectStream>>> {
        self.object_stream(number, 0)
    }

    /// The numbers of the objects in the object stream `number`, in its order.
    pub(super) fn members(&self, number: u32) -> crate::Result<Vec<u32>> {
        let container = self.object_stream(number, 0)?;
        Ok(container.map(|container| container.index.iter().map(|(number, _)| *number).collect()).unwrap_or_default())
    }

    /// The object stream `number`. `/Extends` is of no concern: every object is asked for in the stream its entry names.
    pub(super) fn object_stream(&self, number: u32, level: u8) -> crate::Result<Option<Arc<ObjectStream>>> {
        // An object stream is never inside another, and its generation is 0 (7.5.7).
        let Some(Entry::At { offset, generation: 0 }) = self.entry(number) else { return Ok(None) };
        let Value::Stream(stream) = self.load(Reference { number, generation: 0 }, level)?.value else { return Ok(None) };
        if let Some(known) = self.pdf.cache.stream(offset) {
            return Ok(Some(known));
        }
        if self.get(&stream.dictionary, b"Type")?.and_then(|kind| kind.value.as_name().map(|name| name == b"ObjStm")) != Some(true) {
            return Ok(None);
        }
        let integer = |key: &[u8]| -> crate::Result<Option<usize>> {
            Ok(self.get(&stream.dictionary, key)?.and_then(|value| usize::try_from(value.value.as_integer()?).ok()))
        };
        let (Some(count), Some(first)) = (integer(b"N")?, integer(b"First")?) else { return Ok(None) };
        let data = self.decode_up_to(&stream, MAX_OBJECT_STREAM)?;
        let mut lexer = Lexer::new(&data, 0);
        let mut index = Vec::new();
        for _ in 0..count {
            let (Some(number), Some(offset)) = (lexer.unsigned(), lexer.unsigned()) else { break };
            let offset = usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(first);
            index.push((u32::try_from(number).unwrap_or(u32::MAX), offset));
        }
        self.pdf.budget.spend(Resource::Objects, u64::try_from(index.len()).unwrap_or(u64::MAX))?;
        let known = Arc::new(ObjectStream { place: offset, data, index });
        self.pdf.cache.keep_stream(offset, &known);
        Ok(Some(known))
    }
}

fn null() -> Object {
    Object { value: Value::Null, span: Span::default() }
}

/// Decoded bytes of one stream: above the largest CRLs that documents carry.
const MAX_DECODED: usize = 128 << 20;
/// Decoded bytes of one object stream.
const MAX_OBJECT_STREAM: usize = 64 << 20;
/// A length in an object stream whose own length is in another one: no honest file goes further.
const MAX_LEVEL: u8 = 4;
