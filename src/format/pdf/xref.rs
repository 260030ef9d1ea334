//! Cross-reference sections (ISO 32000-2 7.5.4 and 7.5.8) and the chain they form.

use std::sync::Arc;

use super::lexer::{Bounds, Lexer, Token};
use super::revision::Entry;
use super::stream::{self, Filter, FilterError};
use super::{Dictionary, Object, Reference, Value};
use crate::bytes::Span;
use crate::limits::{Budget, Exceeded, Resource};

/// One table or stream. Its entries stay in the bytes they came in and are looked up by arithmetic where that is possible.
#[derive(Debug)]
pub(crate) struct Section {
    /// Where it begins: at `xref`, or at the number of the stream's object.
    pub(crate) offset: usize,
    /// The offset behind the trailer dictionary, or behind the stream's data.
    pub(crate) end: usize,
    /// The object that it is, where it is a stream.
    pub(crate) stream: Option<Reference>,
    pub(crate) trailer: Arc<Dictionary>,
    /// Object numbers that it gives two different places; the first counts.
    pub(crate) twins: Vec<u32>,
    /// Whether its counts or first numbers had to be guessed.
    pub(crate) odd: bool,
    /// What its offsets are relative to.
    base: usize,
    rows: Rows,
}

/// A section, and the stream that `/XRefStm` of its trailer names.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) main: Section,
    pub(crate) hidden: Option<Section>,
}

/// Why a chain cannot be read.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum XrefError {
    #[error("there is no readable cross-reference section at byte {0}")]
    Broken(usize),
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
}

/// The sections from the newest to the oldest.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    pub(crate) links: Vec<Link>,
    /// Whether the chain came back to a section that it had already passed.
    pub(crate) looped: bool,
    /// Whether it ends with `/Prev 0`, which may stand for a section that is lost.
    pub(crate) cut: bool,
}

/// Bytes of a file, and the number that its offsets are relative to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) base: usize,
    pub(crate) budget: &'a Budget,
}

/// The object, dictionary, data and end of a cross-reference stream.
type StreamParts = (Reference, Arc<Dictionary>, Span, usize);

#[derive(Debug)]
enum Rows {
    /// Entries that fit no arithmetic, by number.
    List(Vec<(u32, Entry)>),
    /// Rows of an xref stream, of three columns.
    Stream { ranges: Vec<Range>, widths: [usize; 3], data: Vec<u8> },
    /// Lines of exactly 20 bytes.
    Table { ranges: Vec<Range> },
}

/// The entries of the numbers from `first` on; the first of them is at `at`, which counts bytes of the file or rows of the stream.
#[derive(Clone, Copy, Debug)]
struct Range {
    first: u32,
    count: u32,
    at: usize,
}

impl Source<'_> {
    /// Follows `/Prev` from the section at `start`, an offset in the file.
    pub(crate) fn chain(&self, start: usize) -> Result<Chain, XrefError> {
        let mut chain = Chain::default();
        let mut seen = std::collections::HashSet::new();
        let mut next = Some(start);
        while let Some(offset) = next {
            if !seen.insert(offset) {
                chain.looped = true;
                break;
            }
            let link = self.link(offset)?;
            next = self.previous(&link.main.trailer)?;
            if next.is_some() {
                // Every entry of an update is looked up, and kept in an index: a few bytes of a compressed section may hold millions.
                let rows = link.hidden.as_ref().map_or(0, Section::len).saturating_add(link.main.len());
                self.budget.spend(Resource::Objects, u64::try_from(rows).unwrap_or(u64::MAX).saturating_mul(VALUES_PER_ROW))?;
            }
            chain.cut |= next.is_none() && link.main.trailer.contains(b"Prev");
            chain.links.push(link);
        }
        Ok(chain)
    }

    fn link(&self, offset: usize) -> Result<Link, XrefError> {
        let main = self.section(offset)?;
        let hidden = match main.trailer.get(b"XRefStm") {
            Some(object) if main.stream.is_none() => {
                let offset = self.offset(object).ok_or(XrefError::Broken(offset))?;
                let section = self.section(offset)?;
                Some(section).filter(|section| section.stream.is_some())
            }
            _ => None,
        };
        Ok(Link { main, hidden })
    }

    fn previous(&self, trailer: &Dictionary) -> Result<Option<usize>, XrefError> {
        let Some(object) = trailer.get(b"Prev") else { return Ok(None) };
        // Some writers say `/Prev 0` where there is nothing before.
        if object.value.as_integer() == Some(0) {
            return Ok(None);
        }
        self.offset(object).map(Some).ok_or(XrefError::Broken(object.span.start))
    }

    fn offset(&self, object: &Object) -> Option<usize> {
        let offset = usize::try_from(object.value.as_integer()?).ok()?.checked_add(self.base)?;
        (offset < self.bytes.len()).then_some(offset)
    }

    /// Reads the section at `offset`, white space before it skipped.
    pub(crate) fn section(&self, offset: usize) -> Result<Section, XrefError> {
        self.budget.spend(Resource::Sections, 1)?;
        let mut lexer = Lexer::new(self.bytes, offset);
        lexer.skip_space();
        let start = lexer.position();
        let read = if lexer.keyword(b"xref") { self.table(start, lexer.position())? } else { self.stream(start)? };
        read.ok_or(XrefError::Broken(offset))
    }

    fn table(&self, offset: usize, body: usize) -> Result<Option<Section>, Exceeded> {
        let fixed = self.fixed_table(body).map(|(ranges, end)| (Rows::Table { ranges }, Vec::new(), false, end));
        let Some((rows, twins, odd, end)) = fixed.or_else(|| self.loose_table(body)) else { return Ok(None) };
        let mut lexer = Lexer::new(self.bytes, end);
        if !lexer.keyword(b"trailer") {
            return Ok(None);
        }
        let trailer = lexer.value(self.bounds());
        self.budget.spend(Resource::Objects, lexer.cost(end))?;
        let Ok(Object { value: Value::Dictionary(dictionary), span }) = trailer else { return Ok(None) };
        Ok(Some(Section { offset, end: span.end, stream: None, trailer: dictionary, twins, odd, base: self.base, rows }))
    }

    /// Subsections of lines of 20 bytes that do not overlap: nearly every table.
    fn fixed_table(&self, body: usize) -> Option<(Vec<Range>, usize)> {
        let mut ranges: Vec<Range> = Vec::new();
        let mut lexer = Lexer::new(self.bytes, body);
        while let Some(first) = lexer.unsigned() {
            let first = u32::try_from(first).ok()?;
            let count = u32::try_from(lexer.unsigned()?).ok()?;
            lexer.skip_space();
            let at = lexer.position();
            let length = usize::try_from(count).ok()?.checked_mul(LINE)?;
            let lines = self.bytes.get(at..at.checked_add(length)?)?;
            first.checked_add(count)?;
            if !lines.chunks_exact(LINE).all(is_line) || (first == 1 && lines.starts_with(HEAD_OF_FREE_LIST)) {
                return None;
            }
            lexer.seek(at.saturating_add(length));
            ranges.push(Range { first, count, at });
        }
        let end = lexer.position();
        (lexer.keyword(b"trailer") && sort(&mut ranges)).then_some((ranges, end))
    }

    /// Any table that can be told from something else: odd spacing, wrong counts, overlapping subsections.
    fn loose_table(&self, body: usize) -> Option<(Rows, Vec<u32>, bool, usize)> {
        let mut entries = Vec::new();
        let mut odd = false;
        let mut lexer = Lexer::new(self.bytes, body);
        while let Some(first) = lexer.unsigned() {
            let mut number = u32::try_from(first).ok()?;
            let count = lexer.unsigned()?;
            for index in 0..count {
                let before = lexer.position();
                let Some(entry) = self.loose_line(&mut lexer) else {
                    // Fewer lines than were promised; what follows must be `trailer` or a subsection.
                    lexer.seek(before);
                    odd = true;
                    break;
                };
                // Acrobat takes a table that begins with the head of the free list to begin at 0.
                if index == 0 && number == 1 && entry == (Entry::Free { generation: u16::MAX }) {
                    number = 0;
                    odd = true;
                }
                entries.push((number, entry));
                number = number.checked_add(1)?;
            }
            odd |= self.surplus(&mut lexer);
        }
        let (entries, twins) = settle(entries);
        Some((Rows::List(entries), twins, odd, lexer.position()))
    }

    fn loose_line(&self, lexer: &mut Lexer<'_>) -> Option<Entry> {
        let offset = lexer.unsigned()?;
        let generation = lexer.unsigned()?;
        match lexer.token().ok()?.0 {
            Token::Keyword(b"n") => Some(used(offset, generation, self.base)),
            Token::Keyword(b"f") => Some(Entry::Free { generation: u16::try_from(generation).unwrap_or(u16::MAX) }),
            _ => None,
        }
    }

    /// Skips lines past the promised count.
    fn surplus(&self, lexer: &mut Lexer<'_>) -> bool {
        let mut found = false;
        loop {
            let before = lexer.position();
            if self.loose_line(lexer).is_none() {
                lexer.seek(before);
                return found;
            }
            found = true;
        }
    }

    fn stream(&self, offset: usize) -> Result<Option<Section>, XrefError> {
        let Some((reference, dictionary, data, end)) = self.stream_parts(offset)? else { return Ok(None) };
        let Some((widths, mut ranges)) = layout(&dictionary) else { return Ok(None) };
        let row: usize = widths.iter().sum();
        let promised = ranges.iter().fold(0_usize, |sum, range| sum.saturating_add(usize::try_from(range.count).unwrap_or(usize::MAX)));
        let most = promised.saturating_mul(row).saturating_add(SLACK).min(MAX_STREAM);
        let filters = plain_filters(&dictionary).unwrap_or_default();
        let data = match stream::decode(data.of(self.bytes).unwrap_or_default(), &filters, most, self.budget) {
            Ok(decoded) => {
                // These bytes are kept, so they are paid for twice.
                self.budget.spend(Resource::DecodedBytes, u64::try_from(decoded.bytes.len()).unwrap_or(u64::MAX))?;
                decoded.bytes
            }
            Err(FilterError::Exceeded(exceeded)) => return Err(exceeded.into()),
            Err(FilterError::Unknown(_)) => return Ok(None),
        };
        let there = data.len().checked_div(row).unwrap_or_default();
        clip(&mut ranges, there);
        let mut twins = Vec::new();
        let rows = if sort(&mut ranges) {
            Rows::Stream { ranges, widths, data }
        } else {
            let entries =
                ranges.iter().flat_map(|range| (0..range.count).filter_map(|index| row_of(&data, widths, *range, index, self.base)));
            let (entries, found) = settle(entries.collect());
            twins = found;
            Rows::List(entries)
        };
        Ok(Some(Section { offset, end, stream: Some(reference), trailer: dictionary, twins, odd: there < promised, base: self.base, rows }))
    }

    /// The parts of the stream at `offset`. Its `/Length` is direct, for nothing can be looked up yet.
    fn stream_parts(&self, offset: usize) -> Result<Option<StreamParts>, Exceeded> {
        let mut lexer = Lexer::new(self.bytes, offset);
        let Some(reference) = lexer.object_header() else { return Ok(None) };
        let value = lexer.value(self.bounds());
        self.budget.spend(Resource::Objects, lexer.cost(offset))?;
        let Ok(Object { value: Value::Dictionary(dictionary), .. }) = value else { return Ok(None) };
        if dictionary.get(b"Type").and_then(|kind| kind.value.as_name()) != Some(b"XRef") || !lexer.keyword(b"stream") {
            return Ok(None);
        }
        let start = data_start(self.bytes, lexer.position());
        let length = dictionary.get(b"Length").and_then(|length| usize::try_from(length.value.as_integer()?).ok());
        let stated = length.and_then(|length| start.checked_add(length)).filter(|&end| end_of_stream(self.bytes, end).is_some());
        let Some(end) = stated.or_else(|| self.search_end(start)) else { return Ok(None) };
        let mut behind = Lexer::new(self.bytes, end);
        behind.keyword(b"endstream");
        behind.keyword(b"endobj");
        Ok(Some((reference, dictionary, Span::new(start, end), behind.position())))
    }

    /// Looks for the end of a stream whose length is wrong; the budget pays for the distance.
    fn search_end(&self, start: usize) -> Option<usize> {
        let end = search_end(self.bytes, start)?;
        let distance = u64::try_from(end.saturating_sub(start)).ok()?;
        self.budget.spend(Resource::DecodedBytes, distance).ok()?;
        Some(end)
    }

    fn bounds(&self) -> Bounds {
        Bounds::new(self.budget.limits().depth)
    }
}

impl Section {
    /// A section made of a scan: `entries` in ascending order of their numbers, each number once.
    pub(crate) fn rebuilt(entries: Vec<(u32, Entry)>, trailer: Arc<Dictionary>, end: usize) -> Self {
        Self { offset: end, end, stream: None, trailer, twins: Vec::new(), odd: false, base: 0, rows: Rows::List(entries) }
    }

    /// The entry of `number`.
    pub(crate) fn entry(&self, bytes: &[u8], number: u32) -> Option<Entry> {
        match &self.rows {
            Rows::List(entries) => {
                let index = entries.binary_search_by_key(&number, |(number, _)| *number).ok()?;
                entries.get(index).map(|(_, entry)| *entry)
            }
            Rows::Stream { ranges, widths, data } => {
                let (range, index) = find(ranges, number)?;
                row_of(data, *widths, range, index, self.base).map(|(_, entry)| entry)
            }
            Rows::Table { ranges } => {
                let (range, index) = find(ranges, number)?;
                let at = range.at.checked_add(usize::try_from(index).ok()?.checked_mul(LINE)?)?;
                let line: &[u8; LINE] = bytes.get(at..)?.first_chunk()?;
                Some(line_entry(line, self.base))
            }
        }
    }

    /// The numbers it has entries for, ascending.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        match &self.rows {
            Rows::List(entries) => entries.iter().map(|(number, _)| *number).collect(),
            Rows::Stream { ranges, .. } | Rows::Table { ranges, .. } => {
                ranges.iter().flat_map(|range| range.first..range.first.saturating_add(range.count)).collect()
            }
        }
    }

    /// How many numbers it has entries for.
    pub(crate) fn len(&self) -> usize {
        match &self.rows {
            Rows::List(entries) => entries.len(),
            Rows::Stream { ranges, .. } | Rows::Table { ranges } => {
                ranges.iter().fold(0, |sum, range| sum.saturating_add(usize::try_from(range.count).unwrap_or(usize::MAX)))
            }
        }
    }

    /// The highest of these numbers.
    pub(crate) fn highest(&self) -> Option<u32> {
        match &self.rows {
            Rows::List(entries) => entries.last().map(|(number, _)| *number),
            Rows::Stream { ranges, .. } | Rows::Table { ranges, .. } => {
                ranges.last().map(|range| range.first.saturating_add(range.count.saturating_sub(1)))
            }
        }
    }
}

/// Sorts by number; `false` where two ranges overlap.
fn sort(ranges: &mut Vec<Range>) -> bool {
    let in_order = ranges.clone();
    ranges.retain(|range| range.count > 0);
    ranges.sort_by_key(|range| range.first);
    let disjoint = ranges.windows(2).all(|pair| matches!(pair, [a, b] if a.first.saturating_add(a.count) <= b.first));
    if !disjoint {
        *ranges = in_order;
    }
    disjoint
}

/// The range that `number` is in, and its place in it.
fn find(ranges: &[Range], number: u32) -> Option<(Range, u32)> {
    let behind = ranges.partition_point(|range| range.first <= number);
    let range = *ranges.get(behind.checked_sub(1)?)?;
    let index = number.checked_sub(range.first)?;
    (index < range.count).then_some((range, index))
}

/// Entries by number. Of several for one number the first counts, as in the readers that people use; the number is a twin where they differ.
fn settle(mut entries: Vec<(u32, Entry)>) -> (Vec<(u32, Entry)>, Vec<u32>) {
    entries.sort_by_key(|(number, _)| *number);
    let mut twins = Vec::new();
    entries.dedup_by(|later, first| {
        if later.0 == first.0 && later.1 != first.1 && twins.last() != Some(&first.0) {
            twins.push(first.0);
        }
        later.0 == first.0
    });
    (entries, twins)
}

/// `nnnnnnnnnn ggggg n` and two bytes of space or line end. A file of many pages has a hundred thousand lines, so eight bytes are looked at
/// at a time.
fn is_line(line: &[u8]) -> bool {
    let Some((offset, rest)) = line.split_first_chunk::<8>() else { return false };
    let Some((middle, rest)) = rest.split_first_chunk::<8>() else { return false };
    let [b' ', kind, first, second] = rest else { return false };
    let [o1, o2, space, generation @ ..] = middle;
    let [g1, g2, g3, g4, g5] = generation;
    let ends = matches!(kind, b'n' | b'f') && matches!(first, b' ' | b'\r' | b'\n') && matches!(second, b' ' | b'\r' | b'\n');
    ends && *space == b' ' && are_digits(*offset) && are_digits([*o1, *o2, b'0', *g1, *g2, *g3, *g4, *g5])
}

/// Whether the high half of each byte is 3, and stays so when 6 is added: `0` to `9` and nothing else.
const fn are_digits(bytes: [u8; 8]) -> bool {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const THREES: u64 = 0x3030_3030_3030_3030;
    let word = u64::from_le_bytes(bytes);
    word & HIGH == THREES && word.wrapping_add(0x0606_0606_0606_0606) & HIGH == THREES
}

fn line_entry(line: &[u8; LINE], base: usize) -> Entry {
    let number =
        |digits: &[u8]| digits.iter().fold(0_u64, |sum, byte| sum.saturating_mul(10).saturating_add(u64::from(byte.wrapping_sub(b'0'))));
    let [offset @ .., _, g1, g2, g3, g4, g5, _, kind, _, _] = line;
    let generation = number(&[*g1, *g2, *g3, *g4, *g5]);
    if *kind == b'n' {
        used(number(offset), generation, base)
    } else {
        Entry::Free { generation: u16::try_from(generation).unwrap_or(u16::MAX) }
    }
}

/// An entry in use. No object is at 0, where the header is: some writers mean a free entry by it.
fn used(offset: u64, generation: u64, base: usize) -> Entry {
    let absolute = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(base));
    match (absolute, u16::try_from(generation)) {
        (Some(absolute), Ok(generation)) if offset > 0 => Entry::At { offset: absolute, generation },
        _ => Entry::Free { generation: u16::MAX },
    }
}

/// `/W` and `/Index` of a cross-reference stream.
fn layout(dictionary: &Dictionary) -> Option<([usize; 3], Vec<Range>)> {
    let numbers = |key: &[u8]| -> Option<Vec<u32>> {
        let array = dictionary.get(key)?.value.as_array()?;
        array.0.iter().map(|object| u32::try_from(object.value.as_integer()?).ok()).collect()
    };
    let widths: Vec<usize> = numbers(b"W")?.into_iter().map(usize::try_from).collect::<Result<_, _>>().ok()?;
    let widths: [usize; 3] = widths.try_into().ok()?;
    if widths.iter().any(|&width| width > 16) || widths.iter().all(|&width| width == 0) {
        return None;
    }
    let pairs = if dictionary.contains(b"Index") {
        numbers(b"Index")?
    } else {
        vec![0, u32::try_from(dictionary.get(b"Size")?.value.as_integer()?).ok()?]
    };
    let ranges = pairs
        .chunks_exact(2)
        .filter_map(|pair| if let [first, count] = pair { Some(Range { first: *first, count: *count, at: 0 }) } else { None });
    Some((widths, ranges.collect()))
}

/// Gives each range its rows, as far as there are rows and numbers.
fn clip(ranges: &mut [Range], mut rows: usize) {
    let mut at = 0_usize;
    for range in ranges {
        let count = usize::try_from(range.count).unwrap_or(usize::MAX).min(rows);
        range.at = at;
        range.count = u32::try_from(count).unwrap_or(u32::MAX).min(u32::MAX.saturating_sub(range.first));
        rows = rows.saturating_sub(count);
        at = at.saturating_add(count);
    }
}

/// Table 18: the meaning of a row.
fn row_of(data: &[u8], widths: [usize; 3], range: Range, index: u32, base: usize) -> Option<(u32, Entry)> {
    let length: usize = widths.iter().sum();
    let start = range.at.checked_add(usize::try_from(index).ok()?)?.checked_mul(length)?;
    let row = data.get(start..start.checked_add(length)?)?;
    let [kind, second, third] = widths;
    let (kind_bytes, rest) = row.split_at_checked(kind)?;
    let (second_bytes, rest) = rest.split_at_checked(second)?;
    let kind = if kind == 0 { 1 } else { big_endian(kind_bytes) };
    let (second, third) = (big_endian(second_bytes), big_endian(rest.get(..third)?));
    let entry = match kind {
        0 => Entry::Free { generation: u16::try_from(third).unwrap_or(u16::MAX) },
        1 => used(second, third, base),
        2 => match (u32::try_from(second), u32::try_from(third)) {
            (Ok(stream), Ok(index)) => Entry::InStream { stream, index },
            _ => Entry::Free { generation: u16::MAX },
        },
        // "Any other value shall be interpreted as a reference to the null object."
        _ => Entry::Free { generation: u16::MAX },
    };
    Some((range.first.checked_add(index)?, entry))
}

/// A number, or the largest one where it does not fit.
fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0_u64, |sum, byte| match sum.checked_mul(256) {
        Some(shifted) => shifted.saturating_add(u64::from(*byte)),
        None => u64::MAX,
    })
}

/// The filters of a stream whose dictionary holds nothing indirect; `None` where it does.
pub(crate) fn plain_filters(dictionary: &Dictionary) -> Option<Vec<Filter>> {
    filters(dictionary, |object| (!matches!(object.value, Value::Reference(_))).then(|| object.clone()))
}

/// The filters of a stream, with `resolve` to follow references.
pub(crate) fn filters(dictionary: &Dictionary, mut resolve: impl FnMut(&Object) -> Option<Object>) -> Option<Vec<Filter>> {
    let Some(names) = dictionary.get(b"Filter") else { return Some(Vec::new()) };
    let names = match resolve(names)?.value {
        Value::Array(array) => array.0.iter().map(&mut resolve).collect::<Option<Vec<_>>>()?,
        Value::Name(name) => vec![Object { value: Value::Name(name), span: Span::default() }],
        _ => return Some(Vec::new()),
    };
    let parameters = match dictionary.get(b"DecodeParms") {
        Some(object) => match resolve(object)?.value {
            Value::Array(array) => array.0.iter().map(&mut resolve).collect::<Option<Vec<_>>>()?,
            other => vec![Object { value: other, span: Span::default() }],
        },
        None => Vec::new(),
    };
    let mut filters = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let Value::Name(name) = name.value else { return None };
        let parameters = parameters.get(index).and_then(|object| object.value.as_dictionary()).cloned().unwrap_or_default();
        filters.push(Filter { name, parameters });
    }
    Some(filters)
}

/// Where the data of a stream begin whose keyword `stream` ends at `position` (7.3.8.1).
pub(crate) fn data_start(bytes: &[u8], position: usize) -> usize {
    let rest = bytes.get(position..).unwrap_or_default();
    let spaces = rest.iter().take(16).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let length = match rest.get(spaces..).unwrap_or_default() {
        [b'\r', b'\n', ..] => spaces.saturating_add(2),
        [b'\n' | b'\r', ..] => spaces.saturating_add(1),
        _ => 0,
    };
    position.saturating_add(length)
}

/// The offset behind `endstream`, where the data of a stream do end at `end`. A missing `endstream` before `endobj` is tolerated.
pub(crate) fn end_of_stream(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = bytes.get(end..)?;
    let spaces = rest.iter().take(16).take_while(|byte| super::lexer::is_space(**byte)).count();
    let behind = rest.get(spaces..)?;
    let keyword = if behind.starts_with(b"endstream") {
        b"endstream".len()
    } else if behind.starts_with(b"endobj") {
        0
    } else {
        return None;
    };
    end.checked_add(spaces)?.checked_add(keyword)
}

/// The end of the data before the first `endstream` from `start` on.
pub(crate) fn search_end(bytes: &[u8], start: usize) -> Option<usize> {
    let data = bytes.get(start..)?;
    let found = memchr::memmem::find(data, b"endstream")?;
    Some(start.saturating_add(trim_line_end(data.get(..found)?).len()))
}

/// `data` without one end of line at its end.
pub(crate) fn trim_line_end(data: &[u8]) -> &[u8] {
    data.strip_suffix(b"\r\n").or_else(|| data.strip_suffix(b"\n")).or_else(|| data.strip_suffix(b"\r")).unwrap_or(data)
}

/// What an entry of an update costs, in values.
const VALUES_PER_ROW: u64 = 2;
/// Bytes of a line of a table.
const LINE: usize = 20;
const HEAD_OF_FREE_LIST: &[u8] = b"0000000000 65535 f";
/// Decoded bytes of one cross-reference stream, in any case.
const MAX_STREAM: usize = 64 << 20;
/// Decoded bytes past the promised rows that are let pass.
const SLACK: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_table_are_told_from_everything_else() {
        assert!(is_line(b"0123456789 65535 f\r\n") && is_line(b"9876543210 00000 n \n") && is_line(b"0000000000 00000 n\n "));
        let good = b"0123456789 00042 n \n";
        for position in 0..LINE {
            for byte in 0..=u8::MAX {
                let mut line = *good;
                line[position] = byte;
                let expected = match position {
                    10 | 16 => byte == b' ',
                    17 => matches!(byte, b'n' | b'f'),
                    18 | 19 => matches!(byte, b' ' | b'\r' | b'\n'),
                    _ => byte.is_ascii_digit(),
                };
                assert_eq!(is_line(&line), expected, "{position} {byte}");
            }
        }
        assert_eq!(line_entry(good, 7), Entry::At { offset: 123_456_796, generation: 42 });
    }
}
