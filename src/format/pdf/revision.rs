//! A PDF file with every revision addressable.

use std::sync::{Arc, Mutex, OnceLock};

use super::cache::Cache;
use super::crypt::Crypt;
use super::lexer::{Lexer, is_space};
use super::recovery::{self, Scan};
use super::xref::{Chain, Link, Section, Source, XrefError};
use super::{Dictionary, Reference, Stream};
use crate::bytes::{Bytes, Span};
use crate::error::ErrorKind;
use crate::evidence::Evidence;
use crate::limits::Budget;
use crate::message::{Message, id};

pub(crate) use super::view::View;

/// How to open.
#[derive(Clone, Default)]
pub(crate) struct OpenOptions {
    pub(crate) password: Option<zeroize::Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for OpenOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpenOptions").finish_non_exhaustive()
    }
}

/// An opened file. Objects are parsed when asked for, and kept.
#[derive(Debug)]
pub(crate) struct Pdf {
    pub(super) bytes: Bytes,
    pub(super) budget: Budget,
    pub(super) revisions: Vec<Revision>,
    pub(super) crypt: Option<Crypt>,
    pub(super) cache: Cache,
    /// What the document security store holds, once it was asked for.
    pub(super) evidence: OnceLock<Evidence>,
    options: OpenOptions,
    header: usize,
    repairs: Vec<Message>,
    findings: Mutex<Vec<Message>>,
    /// Which of the many revisions after the first name an object: number, revision.
    updates: OnceLock<Vec<(u32, u32)>>,
}

/// One revision: what one cross-reference section (a hybrid pair or linearised pair counts as one) added.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    /// The offset behind this revision: past its `%%EOF` and the end of line that follows it.
    pub(crate) end: usize,
    /// The offset of its cross-reference section.
    pub(crate) section: usize,
    /// Whether the section is a stream.
    pub(crate) stream: bool,
    /// Whether the section is a table with `/XRefStm`.
    pub(crate) hybrid: bool,
    /// Its trailer dictionary.
    pub(crate) trailer: Arc<Dictionary>,
    /// Whether the bytes up to `end` are by themselves a document whose `startxref` names this section, followed by `%%EOF`, and whose
    /// chain of sections lies before `end`. Only such a revision can be what a signature covers.
    pub(crate) well_formed: bool,
    /// Whether it is no revision of the file, but what a scan found in it.
    pub(crate) recovered: bool,
    /// The end of the revision before.
    start: usize,
    /// Objects of this revision lie before this offset.
    pub(super) reach: usize,
    /// In the order they are asked.
    sections: Arc<[Section]>,
    source: Bytes,
}

/// `/P` and `/R` of the encryption dictionary (ISO 32000-2 table 22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Permissions {
    pub(crate) bits: i32,
    pub(crate) revision: u8,
}

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// At `offset` in the file.
    At { offset: usize, generation: u16 },
    /// The `index`-th object of the object stream `stream`.
    InStream { stream: u32, index: u32 },
    /// Free.
    Free { generation: u16 },
}

impl Entry {
    const fn is_used(&self) -> bool {
        !matches!(self, Self::Free { .. })
    }
}

impl Pdf {
    /// Opens `bytes`. Broken cross-references are rebuilt by a scan where that is possible; [`Pdf::repairs`] then says so.
    pub(crate) fn open(bytes: Bytes, options: &OpenOptions, budget: &Budget) -> crate::Result<Self> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > budget.limits().document_bytes {
            return Err(crate::Error::new(ErrorKind::Limit, Message::new(id::LIMIT_EXCEEDED).with("limit", "document_bytes")));
        }
        let header = header(&bytes).ok_or_else(unreadable)?;
        let mut repairs = Vec::new();
        if header > 0 {
            repairs.push(Message::new(id::DOCUMENT_JUNK_BEFORE_HEADER).with("bytes", header));
        }
        let mut cut = false;
        let (revisions, intact) = match read_chain(&bytes, header, budget, &mut repairs) {
            Ok(chain) => {
                cut = chain.cut;
                (build(&bytes, header, chain, &mut repairs), true)
            }
            Err(XrefError::Broken(_)) => (recovery::sound_revisions(&bytes, header, budget)?, false),
            Err(XrefError::Exceeded(exceeded)) => return Err(exceeded.into()),
        };
        let mut pdf = Self::with(bytes, header, options, budget, revisions);
        pdf.repairs = repairs;
        if intact {
            pdf.unlock()?;
            if pdf.has_catalog()? {
                return Ok(pdf);
            }
            if cut {
                pdf.revisions = recovery::sound_revisions(&pdf.bytes, header, budget)?;
            }
        }
        pdf.rebuild()?;
        Ok(pdf)
    }

    /// Adds what a scan finds to the revisions that are sound.
    fn rebuild(&mut self) -> crate::Result<()> {
        let scan = Scan::of(&self.bytes, &self.budget)?;
        let rebuilt = scan.revision(&self.bytes, &self.budget).ok_or_else(unreadable)?;
        self.repairs.push(Message::new(id::DOCUMENT_XREF_REBUILT));
        self.crypt = None;
        self.cache = Cache::default();
        self.revisions.push(rebuilt);
        self.unlock()?;
        let complete = scan.with_members(self)?;
        self.revisions.pop();
        self.revisions.push(complete);
        self.updates = OnceLock::new();
        if self.has_catalog()? { Ok(()) } else { Err(unreadable()) }
    }

    fn with(bytes: Bytes, header: usize, options: &OpenOptions, budget: &Budget, revisions: Vec<Revision>) -> Self {
        Self {
            bytes,
            budget: budget.clone(),
            revisions,
            crypt: None,
            cache: Cache::default(),
            evidence: OnceLock::new(),
            options: options.clone(),
            header,
            repairs: Vec::new(),
            findings: Mutex::default(),
            updates: OnceLock::new(),
        }
    }

    /// Finds out whether the document is encrypted, and its key.
    fn unlock(&mut self) -> crate::Result<()> {
        let view = self.last();
        let trailer = view.trailer();
        let Some(entry) = trailer.get(b"Encrypt") else { return Ok(()) };
        let object = view.resolve(entry)?;
        let Some(dictionary) = object.value.as_dictionary() else { return Ok(()) };
        let mut dictionary = dictionary.clone();
        for (_, value) in &mut dictionary.entries {
            *value = view.resolve(value)?;
        }
        let identifier = match view.get(&trailer, b"ID")?.as_ref().and_then(|identifier| identifier.value.as_array()) {
            Some(array) => array.0.first().map(|first| view.resolve(first)).transpose()?,
            None => None,
        };
        let identifier = identifier.as_ref().and_then(|object| object.value.as_string()).map(|string| &*string.bytes);
        let password = self.options.password.as_ref().map(|password| password.as_slice());
        let crypt = Crypt::open(&dictionary, entry.value.as_reference(), identifier.unwrap_or_default(), password)?;
        self.crypt = Some(crypt);
        self.cache = Cache::default();
        Ok(())
    }

    /// Whether there is a catalog, and the page tree that it names: what a reader needs at least.
    fn has_catalog(&self) -> crate::Result<bool> {
        let view = self.last();
        let is_there = || -> crate::Result<bool> {
            let catalog = view.catalog()?;
            let Some(pages) = catalog.get(b"Pages") else { return Ok(!catalog.entries.is_empty()) };
            Ok(view.resolve(pages)?.value.as_dictionary().is_some())
        };
        match is_there() {
            Err(error) if self.hides_objects() && error.kind() == ErrorKind::Unsupported => Ok(true),
            outcome => outcome,
        }
    }

    pub(crate) const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) const fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Oldest first; at least one.
    pub(crate) fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// What had to be repaired to read the file: message ids `document.…`. Not empty: the file cannot be signed by an update.
    pub(crate) fn repairs(&self) -> &[Message] {
        &self.repairs
    }

    /// What was odd about objects read so far: message ids `document.…`, each with its `object`. It grows as objects are read.
    pub(crate) fn findings(&self) -> Vec<Message> {
        self.findings.lock().map(|findings| findings.clone()).unwrap_or_default()
    }

    pub(super) fn find(&self, finding: Message) {
        if let Ok(mut findings) = self.findings.lock()
            && findings.len() < MAX_FINDINGS
            && !findings.contains(&finding)
        {
            findings.push(finding);
        }
    }

    pub(crate) const fn is_encrypted(&self) -> bool {
        self.crypt.is_some()
    }

    /// Whether it is encrypted for certain recipients, so that strings are empty and streams cannot be decoded.
    pub(crate) fn is_sealed(&self) -> bool {
        self.crypt.as_ref().is_some_and(Crypt::is_sealed)
    }

    /// Whether there are objects that cannot be read for want of a key. What is not found may be among them.
    pub(crate) fn hides_objects(&self) -> bool {
        self.crypt.as_ref().is_some_and(Crypt::hides_objects) && self.revisions.iter().any(Revision::has_members)
    }

    /// The handler of its encryption; `None` where it is not encrypted.
    pub(super) const fn crypt(&self) -> Option<&Crypt> {
        self.crypt.as_ref()
    }

    /// What the user may do; `None` where the document is not encrypted, or was opened as its owner.
    pub(crate) fn permissions(&self) -> Option<Permissions> {
        self.crypt.as_ref()?.permissions()
    }

    /// The bytes that stand for the string `plain` in the object `owner` of an encrypted document.
    pub(crate) fn encrypt_string(&self, owner: Reference, plain: &[u8]) -> crate::Result<Vec<u8>> {
        self.crypt.as_ref().map_or_else(|| Ok(plain.to_vec()), |crypt| crypt.encrypt_string(owner, plain))
    }

    /// The bytes that stand for the data `plain` of the stream `owner` of an encrypted document, its filters applied already.
    pub(crate) fn encrypt_stream(&self, owner: Reference, plain: &[u8]) -> crate::Result<Vec<u8>> {
        self.crypt.as_ref().map_or_else(|| Ok(plain.to_vec()), |crypt| crypt.encrypt_stream(owner, plain))
    }

    /// What it was opened with, the password too: what is appended to it is opened the same way.
    pub(crate) const fn options(&self) -> &OpenOptions {
        &self.options
    }

    /// The document as of the revision with this index (0 is the oldest); the last one where there is no such revision.
    pub(crate) fn view(&self, revision: usize) -> View<'_> {
        View { pdf: self, revision: revision.min(self.revisions.len().saturating_sub(1)) }
    }

    /// The document as it is now.
    pub(crate) fn last(&self) -> View<'_> {
        self.view(usize::MAX)
    }

    /// The raw bytes of a stream, still encoded and encrypted.
    pub(crate) fn raw(&self, stream: &Stream) -> &[u8] {
        stream.raw.of(&self.bytes).unwrap_or_default()
    }

    /// The bytes of the revision with this index that are in no object, section or end mark of it, and no white space or comment.
    pub(crate) fn gaps(&self, index: usize) -> crate::Result<Vec<Span>> {
        let Some(revision) = self.revisions.get(index).filter(|revision| !revision.recovered) else { return Ok(Vec::new()) };
        let start = revision.start.max(self.header);
        let view = self.view(index);
        let mut spans: Vec<Span> = revision.spans().collect();
        for number in revision.numbers() {
            // An entry may point at white space before its object.
            if matches!(revision.entry(number), Some(Entry::At { offset, .. }) if offset.saturating_add(MOST_SPACE) >= start) {
                spans.extend(view.extent(number)?.filter(|span| span.end > start));
            }
        }
        let closing = revision.spans().map(|span| span.end).fold(start, usize::max);
        let mark = memchr::memmem::find(self.bytes.get(closing..revision.end).unwrap_or_default(), START);
        spans.extend(mark.map(|at| Span::new(closing.saturating_add(at), revision.end)));
        spans.sort_unstable();
        let mut gaps = Vec::new();
        let mut reached = start;
        for span in spans.into_iter().chain([Span::new(revision.end, revision.end)]) {
            let mut lexer = Lexer::new(self.bytes.get(..span.start).unwrap_or_default(), reached);
            lexer.skip_space();
            if lexer.position() < span.start {
                gaps.push(Span::new(lexer.position(), span.start));
            }
            reached = reached.max(span.end);
        }
        Ok(gaps)
    }

    /// What is odd about the structure of the file, beyond [`Pdf::repairs`]: it can be read, but others may read it otherwise.
    pub(crate) fn oddities(&self) -> crate::Result<Vec<Message>> {
        let mut oddities = Vec::new();
        for (index, revision) in self.revisions.iter().enumerate() {
            let number = index.saturating_add(1);
            for twin in revision.twins().into_iter().take(MAX_FINDINGS) {
                oddities.push(Message::new(id::DOCUMENT_TWIN_ENTRIES).with("object", twin).with("revision", number));
            }
            if !revision.well_formed && !revision.recovered {
                oddities.push(Message::new(id::DOCUMENT_REVISION_MALFORMED).with("revision", number));
            } else if index > 0 {
                let lost = self.gaps(index)?;
                if let Some(first) = lost.first() {
                    let count = lost.iter().map(|gap| gap.len()).fold(0, usize::saturating_add);
                    let message = Message::new(id::DOCUMENT_UNACCOUNTED_BYTES).with("revision", number);
                    oddities.push(message.with("count", count).with("offset", first.start));
                }
            }
        }
        Ok(oddities)
    }

    /// The newest revision up to `revision` that has an entry for `number`, and the entry.
    pub(super) fn locate(&self, number: u32, revision: usize) -> Option<(usize, Entry)> {
        if self.revisions.len() > FEW_REVISIONS {
            let updates = self.updates.get_or_init(|| self.index());
            let revision = u32::try_from(revision).unwrap_or(u32::MAX);
            let behind = updates.partition_point(|&update| update <= (number, revision));
            let newest = behind.checked_sub(1).and_then(|at| updates.get(at)).filter(|(of, _)| *of == number);
            let index = newest.map_or(0, |(_, revision)| usize::try_from(*revision).unwrap_or_default());
            return Some((index, self.revisions.get(index)?.entry(number)?));
        }
        let asked = self.revisions.get(..=revision)?.iter().enumerate().rev();
        asked.filter_map(|(index, revision)| Some((index, revision.entry(number)?))).next()
    }

    /// The first revision after this one that has an entry for `number` again.
    pub(crate) fn redefined(&self, number: u32, revision: u32) -> u32 {
        let count = u32::try_from(self.revisions.len()).unwrap_or(u32::MAX);
        if self.revisions.len() > FEW_REVISIONS {
            let updates = self.updates.get_or_init(|| self.index());
            let next = updates.get(updates.partition_point(|&update| update <= (number, revision)));
            return next.filter(|(of, _)| *of == number).map_or(count, |(_, next)| *next);
        }
        let later = (0..).zip(&self.revisions).find(|(index, later)| *index > revision && later.entry(number).is_some());
        later.map_or(count, |(index, _)| index)
    }

    fn index(&self) -> Vec<(u32, u32)> {
        let mut updates = Vec::new();
        for (index, revision) in self.revisions.iter().enumerate().skip(1) {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            updates.extend(revision.numbers().into_iter().map(|number| (number, index)));
        }
        // Each revision is in order already.
        updates.sort();
        updates
    }
}

impl Revision {
    /// The revision of a file that a scan rebuilt.
    pub(super) fn rebuilt(source: Bytes, section: Section) -> Self {
        let end = source.len();
        Self {
            end,
            section: end,
            stream: false,
            hybrid: false,
            trailer: Arc::clone(&section.trailer),
            well_formed: false,
            recovered: true,
            start: 0,
            reach: end,
            sections: Arc::new([section]),
            source,
        }
    }

    /// The entry that this revision itself gives `number`.
    pub(crate) fn entry(&self, number: u32) -> Option<Entry> {
        let mut free = None;
        for section in &*self.sections {
            match section.entry(&self.source, number) {
                // 7.5.8.4: an object that the table of a hybrid file hides as free is in the stream.
                Some(entry @ Entry::Free { .. }) if self.hybrid => free = free.or(Some(entry)),
                Some(entry) => return Some(entry),
                None => {}
            }
        }
        free
    }

    /// The highest number that its sections name.
    pub(crate) fn highest(&self) -> Option<u32> {
        self.sections.iter().filter_map(Section::highest).max()
    }

    /// Object numbers that this revision gives two different places, by a hybrid pair or by overlapping subsections. That a table calls
    /// an object free and its `/XRefStm` does not is what hybrid files are for, and no twin. Neither is an older stream whose `/XRefStm` was
    /// copied along with the trailer, as some writers do.
    pub(crate) fn twins(&self) -> Vec<u32> {
        let mut twins: Vec<u32> = self.sections.iter().flat_map(|section| section.twins.iter().copied()).collect();
        let own: Vec<&Section> = self.sections.iter().filter(|section| section.offset >= self.start).collect();
        for (index, first) in own.iter().enumerate() {
            for second in own.iter().skip(index.saturating_add(1)) {
                // The first page of a linearised file is short, and so is what a hybrid file hides.
                let shorter = if first.len() < second.len() { first } else { second };
                twins.extend(shorter.numbers().into_iter().filter(|&number| {
                    let places = [first, second].map(|section| section.entry(&self.source, number).filter(|entry| entry.is_used()));
                    matches!(places, [Some(first), Some(second)] if first != second)
                }));
            }
        }
        twins.sort_unstable();
        twins.dedup();
        twins
    }

    /// Keys that a trailer, or the dictionary of a cross-reference stream, has twice.
    pub(crate) fn duplicate_keys(&self) -> impl Iterator<Item = &super::Name> {
        self.sections.iter().flat_map(|section| &section.trailer.duplicates)
    }

    /// The sections, each from its first byte to the end of its trailer or data.
    fn spans(&self) -> impl Iterator<Item = Span> {
        self.sections.iter().map(|section| Span::new(section.offset, section.end))
    }

    /// Whether objects of it are in object streams.
    pub(crate) fn has_members(&self) -> bool {
        self.numbers().iter().any(|number| matches!(self.entry(*number), Some(Entry::InStream { .. })))
    }

    /// The numbers that its sections name, used and free, ascending.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.sections.iter().flat_map(Section::numbers).collect();
        if self.sections.len() > 1 {
            numbers.sort_unstable();
            numbers.dedup();
        }
        numbers
    }
}

/// The offset of `%PDF-`, which may follow up to 1,024 bytes of something else.
pub(crate) fn header(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes.get(..bytes.len().min(1_024 + 5))?, b"%PDF-")
}

fn read_chain(bytes: &[u8], header: usize, budget: &Budget, repairs: &mut Vec<Message>) -> Result<Chain, XrefError> {
    let tail = bytes.len().saturating_sub(TAIL);
    let near = memchr::memmem::rfind(bytes.get(tail..).unwrap_or_default(), START).map(|at| at.saturating_add(tail));
    let far = || {
        repairs.push(Message::new(id::DOCUMENT_START_FAR));
        memchr::memmem::rfind(bytes, START)
    };
    let at = near.or_else(far).ok_or(XrefError::Broken(bytes.len()))?;
    let mut lexer = Lexer::new(bytes, at.saturating_add(START.len()));
    let start = lexer.unsigned().and_then(|start| usize::try_from(start).ok()).ok_or(XrefError::Broken(at))?;
    chain_at(bytes, header, start, budget)
}

/// The chain from the offset that a `startxref` gives, counted from the header or, where that fails, from the first byte.
pub(super) fn chain_at(bytes: &[u8], header: usize, start: usize, budget: &Budget) -> Result<Chain, XrefError> {
    let read = |base: usize| {
        let start = start.checked_add(base).ok_or(XrefError::Broken(start))?;
        Source { bytes, base, budget }.chain(start)
    };
    match read(header) {
        Err(XrefError::Broken(_)) if header > 0 => read(0),
        other => other,
    }
}

/// Makes revisions of a chain.
pub(super) fn build(bytes: &Bytes, header: usize, chain: Chain, repairs: &mut Vec<Message>) -> Vec<Revision> {
    if chain.looped {
        repairs.push(Message::new(id::DOCUMENT_XREF_LOOP));
    }
    let odd = |section: &Section| section.odd;
    if chain.links.iter().any(|link| odd(&link.main) || link.hidden.as_ref().is_some_and(odd)) {
        repairs.push(Message::new(id::DOCUMENT_XREF_ODD));
    }
    let mut starts: Vec<usize> = chain.links.iter().map(|link| link.main.offset).collect();
    starts.sort_unstable();
    let looped = chain.looped;
    let mut furthest = 0;
    let mut revisions: Vec<Revision> = Vec::new();
    for group in groups(chain) {
        furthest = group.iter().map(Link::end).fold(furthest, usize::max);
        let mut revision = from_group(bytes, header, group, &starts);
        let before = revisions.last().map_or(0, |before| before.end);
        revision.well_formed &= !looped && furthest <= revision.end && before <= revision.section && before < revision.end;
        revision.start = before;
        revisions.push(revision);
    }
    let mut reach = bytes.len();
    for revision in revisions.iter_mut().rev() {
        if revision.well_formed {
            reach = revision.end;
        }
        revision.reach = reach;
    }
    revisions
}

/// Links from the oldest to the newest, each a group of one; but the two oldest together where the file is linearised: then the
/// section that stands first in the file is read first, and names the one further on (ISO 32000-2 annex F.3).
fn groups(chain: Chain) -> Vec<Vec<Link>> {
    let mut groups: Vec<Vec<Link>> = Vec::new();
    for link in chain.links.into_iter().rev() {
        match groups.as_mut_slice() {
            [only] if only.len() == 1 && only.iter().all(|older| older.main.offset > link.main.offset) => only.insert(0, link),
            _ => groups.push(vec![link]),
        }
    }
    groups
}

/// The first link of `group` is the one that `startxref` names, the last stands last in the file.
fn from_group(bytes: &Bytes, header: usize, group: Vec<Link>, starts: &[usize]) -> Revision {
    let closing = group.iter().map(Link::end).fold(0, usize::max);
    let next = starts.get(starts.partition_point(|&start| start < closing)).copied().unwrap_or(bytes.len());
    let mut sections = Vec::new();
    let mut hybrid = false;
    let mut main = None;
    let mut trailer = None;
    let mut stream = false;
    for link in group {
        main = main.or(Some(link.main.offset));
        trailer = trailer.or_else(|| {
            stream = link.main.stream.is_some();
            Some(Arc::clone(&link.main.trailer))
        });
        hybrid |= link.hidden.is_some();
        sections.push(link.main);
        sections.extend(link.hidden);
    }
    let section = main.unwrap_or_default();
    let close = close(bytes, closing, next);
    let named = close.start.is_some_and(|start| {
        let from = |base: usize| start.checked_add(base).is_some_and(|at| at <= section && only_space(bytes, Span::new(at, section)));
        from(header) || from(0)
    });
    Revision {
        end: close.end,
        section,
        stream,
        hybrid,
        trailer: trailer.unwrap_or_default(),
        well_formed: named && close.marked,
        recovered: false,
        start: 0,
        reach: close.end,
        sections: sections.into(),
        source: bytes.clone(),
    }
}

/// What follows the last section of a revision.
struct Close {
    start: Option<usize>,
    marked: bool,
    end: usize,
}

/// Finds the `startxref` that follows a section, before the `next` section begins, and the `%%EOF` behind it.
fn close(bytes: &[u8], section_end: usize, next: usize) -> Close {
    let between = bytes.get(section_end..next).unwrap_or_default();
    let Some(found) = memchr::memmem::find(between, START) else { return Close { start: None, marked: false, end: section_end } };
    let mut lexer = Lexer::new(bytes, section_end.saturating_add(found).saturating_add(START.len()));
    let start = lexer.unsigned().and_then(|start| usize::try_from(start).ok());
    let number_end = lexer.position();
    let rest = bytes.get(number_end..).unwrap_or_default();
    let spaces = rest.iter().take_while(|byte| is_space(**byte)).count();
    match rest.get(spaces..).and_then(|rest| rest.strip_prefix(END_MARK)) {
        Some(behind) => {
            let line_end = match behind {
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => 0,
            };
            let end = [spaces, END_MARK.len(), line_end].into_iter().fold(number_end, usize::saturating_add);
            Close { start, marked: true, end }
        }
        None => Close { start, marked: false, end: number_end },
    }
}

impl Link {
    fn end(&self) -> usize {
        self.hidden.as_ref().map_or(0, |hidden| hidden.end).max(self.main.end)
    }
}

/// Whether `span` holds white space only.
pub(crate) fn only_space(bytes: &[u8], span: Span) -> bool {
    span.of(bytes).is_some_and(|bytes| bytes.iter().all(|byte| is_space(*byte)))
}

fn unreadable() -> crate::Error {
    crate::Error::new(ErrorKind::Format, Message::new(id::DOCUMENT_UNREADABLE))
}

/// `startxref` is looked for in this many bytes at the end (Acrobat's rule).
const TAIL: usize = 1_024;
const START: &[u8] = b"startxref";
const END_MARK: &[u8] = b"%%EOF";
/// From here on it pays to know which revisions name an object.
const FEW_REVISIONS: usize = 8;
/// White space before an object that entries are taken to point at.
const MOST_SPACE: usize = 16;
/// More findings than anyone reads.
const MAX_FINDINGS: usize = 100;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
