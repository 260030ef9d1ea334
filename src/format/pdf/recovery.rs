//! Rebuilds the cross-reference of a broken file by a scan for objects. What is found is for reading only: no signature is ever taken to
//! cover a rebuilt revision.

use std::sync::Arc;

use super::Dictionary;
use super::lexer::{Bounds, Lexer, is_space};
use super::revision::{self, Entry, Pdf, Revision};
use super::xref::Section;
use crate::bytes::{Bytes, Span};
use crate::limits::{Budget, Resource};

/// What a scan found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    objects: Vec<Found>,
    /// Objects that seem to be object streams, by number and offset.
    containers: Vec<(u32, usize)>,
    /// Dictionaries of cross-reference streams.
    sections: Vec<Span>,
    /// The object that looks most like a catalog.
    catalog: Option<(u32, u16)>,
}

#[derive(Clone, Copy, Debug)]
struct Found {
    number: u32,
    generation: u16,
    offset: usize,
}

/// An object whose end has not been seen.
struct Pending {
    found: Found,
    body: usize,
}

impl Scan {
    /// One pass over the bytes.
    pub(super) fn of(bytes: &[u8], budget: &Budget) -> crate::Result<Self> {
        let mut scan = Self::default();
        let (mut objects, mut streams, mut ends) = (Keyword::new(b"obj"), Keyword::new(b"stream"), Keyword::new(b"endstream"));
        let mut pending: Option<Pending> = None;
        let mut position = 0;
        loop {
            let (object, stream) = (objects.next(bytes, position), streams.next(bytes, position));
            if let Some(at) = stream
                && object.is_none_or(|object| at < object)
            {
                let end = at.saturating_add(b"stream".len());
                position = end;
                if let Some(pending) = pending.take_if(|_| !is_closing(bytes, at)) {
                    scan.stream(bytes, &pending, at);
                    // Where there is no `endstream`, the objects in the rest are all that is left.
                    position = ends.next(bytes, end).map_or(end, |at| at.saturating_add(b"endstream".len()));
                }
                continue;
            }
            let Some(at) = object else { break };
            position = at.saturating_add(b"obj".len());
            let header = if is_closing(bytes, at) { None } else { header_before(bytes, at) };
            if let Some(done) = pending.take() {
                scan.plain(bytes, &done, header.map_or(at, |found| found.offset));
            }
            if let Some(found) = header {
                budget.spend(Resource::Objects, 1)?;
                scan.objects.push(found);
                pending = Some(Pending { found, body: position });
            }
        }
        if let Some(last) = pending {
            scan.plain(bytes, &last, bytes.len());
        }
        // Of several objects with one number, the one furthest on in the file.
        scan.objects.sort_by_key(|found| (found.number, std::cmp::Reverse(found.offset)));
        scan.objects.dedup_by_key(|found| found.number);
        Ok(scan)
    }

    fn stream(&mut self, bytes: &[u8], pending: &Pending, end: usize) {
        let body = bytes.get(pending.body..end).unwrap_or_default();
        if memchr::memmem::find(body, b"ObjStm").is_some() {
            self.containers.push((pending.found.number, pending.found.offset));
        } else if memchr::memmem::find(body, b"XRef").is_some() {
            self.sections.push(Span::new(pending.body, end));
        }
    }

    fn plain(&mut self, bytes: &[u8], done: &Pending, end: usize) {
        let body = bytes.get(done.body..end.min(done.body.saturating_add(LARGEST_DICTIONARY))).unwrap_or_default();
        if memchr::memmem::find(body, b"/Catalog").is_some() {
            self.catalog = Some((done.found.number, done.found.generation));
        }
    }

    /// The revision that the objects found make, without those in object streams.
    pub(super) fn revision(&self, bytes: &Bytes, budget: &Budget) -> Option<Revision> {
        if self.objects.is_empty() {
            return None;
        }
        let trailer = self.trailer(bytes, budget).unwrap_or_default();
        let entries = self.objects.iter().map(|found| (found.number, at(found))).collect();
        Some(Revision::rebuilt(bytes.clone(), Section::rebuilt(entries, Arc::new(trailer), bytes.len())))
    }

    /// The same with the members of object streams, which `pdf` can read by now.
    pub(super) fn with_members(&self, pdf: &Pdf) -> crate::Result<Revision> {
        let view = pdf.last();
        let mut entries: Vec<(u32, usize, Entry)> = self.objects.iter().map(|found| (found.number, found.offset, at(found))).collect();
        for &(stream, offset) in &self.containers {
            // Only the last object of a number is that number.
            if view.entry(stream) != Some(Entry::At { offset, generation: 0 }) {
                continue;
            }
            for (index, number) in (0..).zip(view.members(stream)?) {
                entries.push((number, offset, Entry::InStream { stream, index }));
            }
        }
        Ok(Revision::rebuilt(pdf.bytes().clone(), Section::rebuilt(latest(entries), view.trailer(), pdf.bytes().len())))
    }

    /// The last trailer or cross-reference stream that names a catalog; failing that, one made for the catalog that was found.
    fn trailer(&self, bytes: &[u8], budget: &Budget) -> Option<Dictionary> {
        let bounds = Bounds::new(budget.limits().depth);
        let dictionary = |start: usize| {
            let end = bytes.len().min(start.saturating_add(LARGEST_DICTIONARY));
            let value = Lexer::new(bytes.get(..end)?, start).value(bounds).ok()?.value;
            value.as_dictionary().filter(|dictionary| dictionary.contains(b"Root")).cloned().map(|dictionary| (start, dictionary))
        };
        let tables = memchr::memmem::rfind_iter(bytes, b"trailer").take(MOST_TRAILERS);
        let table = tables.filter_map(|at| dictionary(at.saturating_add(b"trailer".len()))).next();
        let stream = self.sections.iter().rev().take(MOST_TRAILERS).filter_map(|span| dictionary(span.start)).next();
        let newest = table.into_iter().chain(stream).max_by_key(|(at, _)| *at).map(|(_, dictionary)| dictionary);
        newest.or_else(|| {
            let (number, generation) = self.catalog?;
            let text = format!("<< /Root {number} {generation} R >>");
            Lexer::new(text.as_bytes(), 0).value(bounds).ok()?.value.as_dictionary().cloned()
        })
    }
}

/// The newest revisions that can be read in full from some `startxref` of the file: they are real, whatever was broken behind them.
pub(super) fn sound_revisions(bytes: &Bytes, header: usize, budget: &Budget) -> crate::Result<Vec<Revision>> {
    for at in memchr::memmem::rfind_iter(bytes, b"startxref").take(MOST_STARTS) {
        let mut lexer = Lexer::new(bytes, at.saturating_add(b"startxref".len()));
        let Some(start) = lexer.unsigned().and_then(|start| usize::try_from(start).ok()) else { continue };
        let chain = match revision::chain_at(bytes, header, start, budget) {
            Ok(chain) if !chain.looped && !chain.cut => chain,
            Ok(_) | Err(super::xref::XrefError::Broken(_)) => continue,
            Err(super::xref::XrefError::Exceeded(exceeded)) => return Err(exceeded.into()),
        };
        let revisions = revision::build(bytes, header, chain, &mut Vec::new());
        if revisions.last().is_some_and(|last| last.well_formed) {
            return Ok(revisions);
        }
    }
    Ok(Vec::new())
}

/// The places of one keyword, each looked for once.
struct Keyword {
    finder: memchr::memmem::Finder<'static>,
    known: Option<Option<usize>>,
}

impl Keyword {
    fn new(keyword: &'static [u8]) -> Self {
        Self { finder: memchr::memmem::Finder::new(keyword), known: None }
    }

    fn next(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        match self.known {
            Some(known) if known.is_none_or(|at| at >= from) => known,
            _ => {
                let found = self.finder.find(bytes.get(from..).unwrap_or_default()).map(|at| at.saturating_add(from));
                self.known = Some(found);
                found
            }
        }
    }
}

/// Whether the keyword at `at` is the tail of `endobj` or `endstream`.
fn is_closing(bytes: &[u8], at: usize) -> bool {
    bytes.get(..at).is_some_and(|before| before.ends_with(b"end"))
}

/// The number of the first object in `span`, as a scan would find it.
pub(super) fn first_object(bytes: &[u8], span: Span) -> Option<u32> {
    let text = bytes.get(..span.end)?;
    let from = text.get(span.start..)?;
    memchr::memmem::find_iter(from, b"obj").find_map(|at| {
        let at = span.start.saturating_add(at);
        header_before(text, at).filter(|_| !is_closing(text, at)).filter(|found| found.offset >= span.start).map(|found| found.number)
    })
}

/// The number and generation that stand before `obj` at `at`.
fn header_before(bytes: &[u8], at: usize) -> Option<Found> {
    let (generation, start) = number_before(bytes, at)?;
    let parted = bytes.get(..start)?.last().is_some_and(|byte| is_space(*byte));
    let (number, offset) = number_before(bytes, start).filter(|_| parted)?;
    Some(Found { number: u32::try_from(number).ok()?, generation: u16::try_from(generation).ok()?, offset })
}

/// A number of up to ten digits before `end`, white space between skipped, and where it begins.
fn number_before(bytes: &[u8], end: usize) -> Option<(u64, usize)> {
    let before = bytes.get(end.saturating_sub(32)..end)?;
    let spaces = before.iter().rev().take_while(|byte| is_space(**byte)).count();
    let before = before.get(..before.len().saturating_sub(spaces))?;
    let digits = before.iter().rev().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let text = before.get(before.len().saturating_sub(digits)..)?;
    let start = end.saturating_sub(spaces).saturating_sub(digits);
    Some((std::str::from_utf8(text).ok()?.parse().ok()?, start))
}

const fn at(found: &Found) -> Entry {
    Entry::At { offset: found.offset, generation: found.generation }
}

/// Of several entries for a number, the one furthest on in the file.
fn latest(mut entries: Vec<(u32, usize, Entry)>) -> Vec<(u32, Entry)> {
    entries.sort_by_key(|(number, offset, _)| (*number, std::cmp::Reverse(*offset)));
    entries.dedup_by_key(|(number, ..)| *number);
    entries.into_iter().map(|(number, _, entry)| (number, entry)).collect()
}

/// Bytes of a trailer or catalog, at most.
const LARGEST_DICTIONARY: usize = 64 << 10;
/// Trailers that are tried, from the last.
const MOST_TRAILERS: usize = 64;
/// Places of `startxref` that are tried, from the last.
const MOST_STARTS: usize = 16;
