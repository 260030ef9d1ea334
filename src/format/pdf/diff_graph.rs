//! Which object refers to which, in every revision: an index from objects to all that lead to them.
//!
//! Most changes ask only for what refers to the few objects that a later revision touched. For those, objects that cannot name one of them
//! are passed over without being parsed: the cost goes with what was touched, not with the document.

use std::cell::OnceCell;
use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet, hash_map};
use std::sync::Arc;

use memchr::memmem::Finder;

use super::cache::ObjectStream;
use super::diff_rules::TRAILER_WAYS;
use super::field::tolerate;
use super::lexer::is_space;
use super::revision::Entry;
use super::{Array, Dictionary, Pdf, Reference, Value, View};
use crate::limits::Resource;

/// The number that stands for the trailer, which is no object; object 0 is always free.
pub(crate) const TRAILER: u32 = 0;

/// One reference, as of some revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge<'a> {
    /// The object that holds it.
    pub(crate) source: u32,
    /// The keys on the way through the object, joined by zero bytes; arrays add nothing.
    pub(crate) path: &'a [u8],
}

/// The references of all versions of all objects, as far as they were asked for.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    pdf: &'a Pdf,
    /// What each revision touched, from the one after `first`.
    touched: Vec<Vec<u32>>,
    first: usize,
    /// The objects that `part` knows everything about.
    targets: Targets,
    part: Index,
    whole: OnceCell<Index>,
}

impl<'a> Graph<'a> {
    /// Reads what refers to what the revisions after `first` touched, and what refers to arrays that do.
    pub(crate) fn read(pdf: &'a Pdf, first: usize) -> crate::Result<Self> {
        const ROUNDS: usize = 4;
        let touched = touched(pdf, first)?;
        let mut targets = Targets::default();
        targets.extend(touched.iter().flatten().copied());
        let mut part = Index::read(pdf, Some(&targets))?;
        for _ in 0..ROUNDS {
            let arrays: Vec<u32> = part.arrays().filter(|array| !targets.contains(*array)).collect();
            if arrays.is_empty() {
                break;
            }
            targets.extend(arrays.into_iter());
            part = Index::read(pdf, Some(&targets))?;
        }
        Ok(Self { pdf, touched, first, targets, part, whole: OnceCell::new() })
    }

    /// The numbers whose place the revision with this index changed.
    pub(crate) fn touched(&self, revision: usize) -> &[u32] {
        let place = revision.checked_sub(self.first).and_then(|behind| behind.checked_sub(1));
        place.and_then(|place| self.touched.get(place)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first revision that has objects in this object stream.
    pub(crate) fn members_since(&self, stream: u32) -> Option<usize> {
        self.part.containers.get(&stream).copied()
    }

    /// Whether the revision still looks for objects in this object stream.
    pub(crate) fn has_members(&self, stream: u32, view: View<'_>) -> bool {
        let members = self.part.members.get(&stream).into_iter().flatten();
        members.copied().any(|number| matches!(view.entry(number), Some(Entry::InStream { stream: now, .. }) if now == stream))
    }

    /// What refers to `target` in the revision with this index.
    pub(crate) fn referrers(&self, target: Reference, revision: usize) -> crate::Result<Vec<Edge<'_>>> {
        self.referrers_of(target.number, revision)
    }

    fn referrers_of(&self, target: u32, revision: usize) -> crate::Result<Vec<Edge<'_>>> {
        let index = if self.targets.contains(target) { &self.part } else { self.whole()? };
        let links = index.links_to(target);
        self.pdf.budget().spend(Resource::Objects, u64::try_from(links.len() / LINKS_PER_VALUE).unwrap_or(u64::MAX))?;
        let revision = u32::try_from(revision).unwrap_or(u32::MAX);
        let live = links.iter().filter(|link| link.revision <= revision && revision < link.until);
        Ok(live.map(|link| Edge { source: link.source, path: index.paths.of(link.path) }).collect())
    }

    /// Whether the trailer of the revision leads to the object. It is looked for upward: most objects are found within a few steps, and
    /// of those that nothing leads to there are few above them.
    pub(crate) fn is_reachable(&self, known: &mut Reached, number: u32, revision: usize) -> crate::Result<bool> {
        // Each object that was met, and the one below it that it was met from.
        let mut met: HashMap<u32, u32> = HashMap::from([(number, number)]);
        let mut waiting = vec![number];
        while let Some(object) = waiting.pop() {
            if object == TRAILER || known.yes.contains(&object) {
                // Whatever lies on the way down to it is reached too.
                let below = |object: &u32| met.get(object).copied().filter(|below| below != object);
                known.yes.extend(std::iter::successors(Some(object), below));
                return Ok(true);
            }
            if known.no.contains(&object) {
                continue;
            }
            self.pdf.budget().spend(Resource::Objects, 1)?;
            for edge in self.referrers_of(object, revision)?.into_iter().rev() {
                if let Slot::Vacant(place) = met.entry(edge.source) {
                    place.insert(object);
                    waiting.push(edge.source);
                }
            }
        }
        // Nothing that leads to it is reached, however far up.
        known.no.extend(met.into_keys());
        Ok(false)
    }

    fn whole(&self) -> crate::Result<&Index> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        let whole = Index::read(self.pdf, None)?;
        Ok(self.whole.get_or_init(|| whole))
    }
}

/// What is known of the objects of a revision: whether its trailer leads to them.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    yes: HashSet<u32>,
    no: HashSet<u32>,
}

/// The numbers whose place changed, for each revision after `first`.
fn touched(pdf: &Pdf, first: usize) -> crate::Result<Vec<Vec<u32>>> {
    let mut touched = Vec::new();
    for (index, revision) in pdf.revisions().iter().enumerate().skip(first.saturating_add(1)) {
        let (before, after) = (pdf.view(index.saturating_sub(1)), pdf.view(index));
        let is_moved = |number: &u32| match (before.entry(*number), after.entry(*number)) {
            (Some(old @ Entry::InStream { .. }), Some(new)) if old == new => before.location(*number) != after.location(*number),
            (old, new) => old != new,
        };
        let numbers = revision.numbers();
        // Each is looked up several times, here and where the revision is compared.
        pdf.budget().spend(Resource::Objects, u64::try_from(numbers.len()).unwrap_or(u64::MAX).saturating_mul(LOOKUPS))?;
        touched.push(numbers.into_iter().filter(is_moved).collect());
    }
    Ok(touched)
}

/// A set of numbers that is asked for very many.
#[derive(Debug, Default)]
struct Targets {
    numbers: HashSet<u32>,
    /// A bit for each number of the usual size, by which nearly all are told without a search.
    bits: Vec<u64>,
}

impl Targets {
    const DENSE: u32 = 1 << 22;

    fn extend(&mut self, numbers: impl Iterator<Item = u32>) {
        for number in numbers {
            self.numbers.insert(number);
            if let Some((word, bit)) = Self::place(number) {
                if self.bits.len() <= word {
                    self.bits.resize(word.saturating_add(1), 0);
                }
                if let Some(word) = self.bits.get_mut(word) {
                    *word |= bit;
                }
            }
        }
    }

    fn contains(&self, number: u32) -> bool {
        match Self::place(number) {
            Some((word, bit)) => self.bits.get(word).is_some_and(|word| word & bit != 0),
            None => self.numbers.contains(&number),
        }
    }

    fn place(number: u32) -> Option<(usize, u64)> {
        let word = usize::try_from(number / u64::BITS).ok().filter(|_| number < Self::DENSE)?;
        Some((word, 1_u64 << (number % u64::BITS)))
    }
}

/// A reference, stored: there may be millions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    target: u32,
    /// The index of the revision that this version of the source is from, and of the first that has another.
    revision: u32,
    source: u32,
    until: u32,
    path: u32,
}

#[derive(Debug, Default)]
struct Paths {
    known: HashMap<Arc<[u8]>, u32>,
    all: Vec<Arc<[u8]>>,
}

impl Paths {
    fn number(&mut self, path: &[u8]) -> u32 {
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let path: Arc<[u8]> = path.into();
        self.all.push(Arc::clone(&path));
        self.known.insert(path, number);
        number
    }

    fn of(&self, number: u32) -> &[u8] {
        usize::try_from(number).ok().and_then(|number| self.all.get(number)).map(|path| &**path).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct Index {
    /// By target; by number alone: readers that people use do not look at the generation of a reference.
    links: Vec<Link>,
    paths: Paths,
    /// Object streams, and the first revision that has objects in them.
    containers: HashMap<u32, usize>,
    /// The objects that were ever in those of the object streams that are targets.
    members: HashMap<u32, Vec<u32>>,
}

impl Index {
    /// Reads every version of every object, as far as it may refer to a target.
    fn read(pdf: &Pdf, targets: Option<&Targets>) -> crate::Result<Self> {
        let mut reading =
            Reading { targets, finders: [Finder::new(b"endobj"), Finder::new(b"stream")], streams: HashMap::new(), scanned: 0 };
        let mut index = Self::default();
        for (position, revision) in pdf.revisions().iter().enumerate() {
            let view = pdf.view(position);
            let mut trailer = Dictionary::clone(&view.trailer());
            trailer.entries.retain(|(key, _)| TRAILER_WAYS.contains(&&*key.0));
            index.add(pdf, targets, &Value::Dictionary(Arc::new(trailer)), [TRAILER, at(position)])?;
            for number in revision.numbers() {
                let (generation, may_refer) = match revision.entry(number) {
                    Some(Entry::At { offset, generation }) => (generation, reading.object_may_refer(pdf, offset)?),
                    Some(Entry::InStream { stream, index: index_in }) => {
                        index.containers.entry(stream).or_insert(position);
                        if targets.is_some_and(|targets| targets.contains(stream)) {
                            index.members.entry(stream).or_default().push(number);
                        }
                        (0, reading.member_may_refer(view, number, [stream, index_in])?)
                    }
                    Some(Entry::Free { .. }) | None => continue,
                };
                if !may_refer {
                    continue;
                }
                let object = tolerate(view.object(Reference { number, generation }))?;
                match object.map(|object| object.value) {
                    // A cross-reference stream repeats the trailer. What calls itself one may be drawn all the same.
                    Some(Value::Stream(stream)) if is_of_type(&Value::Stream(Arc::clone(&stream)), b"XRef") => {
                        let mut dictionary = stream.dictionary.clone();
                        dictionary.entries.retain(|(key, _)| !TRAILER_WAYS.contains(&&*key.0));
                        index.add(pdf, targets, &Value::Dictionary(Arc::new(dictionary)), [number, at(position)])?;
                    }
                    Some(value) => index.add(pdf, targets, &value, [number, at(position)])?,
                    None => {}
                }
            }
        }
        index.links.sort_unstable();
        index.links.dedup();
        Ok(index)
    }

    fn links_to(&self, target: u32) -> &[Link] {
        let start = self.links.partition_point(|link| link.target < target);
        let behind = self.links.get(start..).unwrap_or_default();
        behind.get(..behind.partition_point(|link| link.target == target)).unwrap_or_default()
    }

    /// Array objects that hold references: what they are is known by what refers to them.
    fn arrays(&self) -> impl Iterator<Item = u32> {
        let is_array = |link: &&Link| self.paths.of(link.path).is_empty() && link.source != TRAILER;
        self.links.iter().filter(is_array).map(|link| link.source)
    }

    /// Adds the references of an object, given by its number and its revision.
    fn add(&mut self, pdf: &Pdf, targets: Option<&Targets>, value: &Value, [source, revision]: [u32; 2]) -> crate::Result<()> {
        let before = self.links.len();
        let mut visit =
            Visit { index: self, targets, link: Link { target: 0, revision, source, until: 0, path: 0 }, path: Vec::new(), number: None };
        visit.value(value);
        let added = self.links.len().saturating_sub(before);
        pdf.budget().spend(Resource::Objects, u64::try_from(added).unwrap_or(u64::MAX))?;
        if added > 0 {
            let until = if source == TRAILER { revision.saturating_add(1) } else { pdf.redefined(source, revision) };
            self.links.iter_mut().skip(before).for_each(|link| link.until = until);
        }
        Ok(())
    }
}

/// The walk through one object.
struct Visit<'a> {
    index: &'a mut Index,
    targets: Option<&'a Targets>,
    link: Link,
    path: Vec<u8>,
    /// The number of the path, once it was asked for.
    number: Option<u32>,
}

impl Visit<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(array) => {
                let Array(items) = &**array;
                items.iter().for_each(|item| self.value(&item.value));
            }
            Value::Dictionary(dictionary) => self.dictionary(dictionary),
            Value::Reference(reference) if self.targets.is_none_or(|targets| targets.contains(reference.number)) => {
                let path = match self.number {
                    Some(number) => number,
                    None => *self.number.insert(self.index.paths.number(&self.path)),
                };
                let link = Link { target: reference.number, path, ..self.link };
                if self.index.links.last() != Some(&link) {
                    self.index.links.push(link);
                }
            }
            Value::Stream(stream) => self.dictionary(&stream.dictionary),
            _ => {}
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary) {
        for (key, object) in &dictionary.entries {
            let (length, number) = (self.path.len(), self.number);
            extend(&mut self.path, &key.0);
            self.number = None;
            self.value(&object.value);
            self.path.truncate(length);
            self.number = number;
        }
    }
}

/// What is read: everything, or what refers to one of the targets.
struct Reading<'a> {
    targets: Option<&'a Targets>,
    finders: [Finder<'static>; 2],
    /// Object streams by their place in the file; what is none may hold anything.
    streams: HashMap<Option<usize>, Option<Members>>,
    /// Bytes that were looked at.
    scanned: usize,
}

impl Reading<'_> {
    /// Whether the object at `offset` may name a target. In doubt it may.
    fn object_may_refer(&mut self, pdf: &Pdf, offset: usize) -> crate::Result<bool> {
        let Some(targets) = self.targets else { return Ok(true) };
        let Some(rest) = pdf.bytes().get(offset..) else { return Ok(true) };
        let [end, stream] = &self.finders;
        let close = end.find(rest);
        let length = close.unwrap_or(rest.len());
        // All objects together are as long as the file; where they overlap, that is paid for.
        self.scanned = self.scanned.saturating_add(length);
        if self.scanned > pdf.bytes().len().saturating_mul(2) {
            pdf.budget().spend(Resource::Objects, u64::try_from(length / BYTES_PER_VALUE).unwrap_or(u64::MAX))?;
        }
        if close.is_none() {
            return Ok(true);
        }
        let body = rest.get(..length).unwrap_or_default();
        let body = stream.find(body).and_then(|stream| body.get(..stream)).unwrap_or(body);
        // What looks like the end may stand in a name, a string or a comment; such objects are read properly.
        let is_end = body.last().is_some_and(|byte| is_space(*byte) || matches!(byte, b'>' | b']' | b')'));
        Ok(!is_end || memchr::memchr3(b'(', b'%', 0, body).is_some() || has_hexadecimal(body) || names_one_of(body, targets))
    }

    /// Whether a member of an object stream may name a target. In doubt it may.
    fn member_may_refer(&mut self, view: View<'_>, number: u32, [stream, index]: [u32; 2]) -> crate::Result<bool> {
        let Some(targets) = self.targets else { return Ok(true) };
        let place = match view.entry(stream) {
            Some(Entry::At { offset, .. }) => Some(offset),
            _ => None,
        };
        let members = match self.streams.entry(place) {
            hash_map::Entry::Occupied(known) => known.into_mut(),
            hash_map::Entry::Vacant(vacant) => {
                let container = tolerate(view.object_stream(stream, 0))?.flatten();
                vacant.insert(container.map(|container| Members::of(container, targets)))
            }
        };
        Ok(members.as_ref().is_none_or(|members| members.may_refer(number, index)))
    }
}

/// The members of an object stream.
struct Members {
    container: Arc<ObjectStream>,
    /// Where members begin, ascending, and whether one that begins there may name a target.
    starts: Vec<(usize, bool)>,
}

impl Members {
    fn of(container: Arc<ObjectStream>, targets: &Targets) -> Self {
        let data: &[u8] = &container.data;
        let hits: Vec<usize> = memchr::memchr_iter(b'R', data).filter(|at| ends_reference(data, *at, targets)).collect();
        // A comment may stand between the numbers of a reference.
        let is_certain = memchr::memchr(b'%', data).is_none();
        let mut starts = Vec::new();
        if !is_certain || !hits.is_empty() {
            starts.extend(container.index.iter().map(|(_, start)| (*start, true)));
            starts.sort_unstable();
            starts.dedup();
        }
        let ends: Vec<usize> = starts.iter().skip(1).map(|(start, _)| *start).chain([data.len()]).collect();
        for ((start, may_refer), end) in starts.iter_mut().zip(ends).filter(|_| is_certain) {
            let is_named = hits.get(hits.partition_point(|hit| hit < start)).is_some_and(|hit| *hit < end);
            *may_refer = is_named || !data.get(*start..end).is_some_and(ends_in);
        }
        Self { container, starts }
    }

    fn may_refer(&self, number: u32, index: u32) -> bool {
        let member = usize::try_from(index).ok().and_then(|index| self.container.index.get(index));
        // What is not where it is said to be is null.
        let Some((_, start)) = member.filter(|(found, _)| *found == number) else { return false };
        let place = self.starts.binary_search_by_key(start, |(start, _)| *start);
        place.ok().and_then(|place| self.starts.get(place)).is_some_and(|(_, may_refer)| *may_refer)
    }
}

/// Whether the value at the beginning of the text is an array or a dictionary that ends in it. Where there are strings, in doubt not.
fn ends_in(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    if !text.starts_with(b"[") && !text.starts_with(b"<<") {
        return false;
    }
    let mut rest = text;
    let mut depth = 0_usize;
    loop {
        let (taken, open) = match rest {
            [b'<', b'<', ..] => (2, true),
            [b'[', ..] => (1, true),
            [b'>', b'>', ..] => (2, false),
            [b']', ..] => (1, false),
            [b'<' | b'>' | b'(' | b'%', ..] | [] => return false,
            [..] => {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
        };
        depth = if open { depth.saturating_add(1) } else { depth.saturating_sub(1) };
        if depth == 0 {
            return true;
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
}

/// Whether there is a hexadecimal string.
fn has_hexadecimal(body: &[u8]) -> bool {
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'<', rest) {
        match rest.get(at.saturating_add(1)..).and_then(|behind| behind.strip_prefix(b"<")) {
            Some(behind) => rest = behind,
            None => return true,
        }
    }
    false
}

/// Whether something that can be read as a reference to one of the targets stands in the text, be it in a string.
fn names_one_of(text: &[u8], targets: &Targets) -> bool {
    memchr::memchr_iter(b'R', text).any(|at| ends_reference(text, at, targets))
}

/// Whether the letter R at this place ends a reference to one of the targets.
fn ends_reference(text: &[u8], at: usize, targets: &Targets) -> bool {
    let Some((before, _)) = number_at_end(text.get(..at).unwrap_or_default()) else { return false };
    // A generation may have a sign (7.3.3); before a number it does not matter.
    let before = before.strip_suffix(b"+").or_else(|| before.strip_suffix(b"-")).unwrap_or(before);
    number_at_end(before).is_some_and(|(_, number)| targets.contains(number))
}

/// The number before the white space at the end of the text, and what comes before it.
fn number_at_end(text: &[u8]) -> Option<(&[u8], u32)> {
    let spaces = text.iter().rev().take_while(|byte| is_space(**byte)).count();
    let text = text.get(..text.len().checked_sub(spaces)?).filter(|_| spaces > 0)?;
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, digits) = text.split_at_checked(text.len().checked_sub(digits)?)?;
    let mut number = 0_u32;
    for digit in digits {
        number = number.checked_mul(10)?.checked_add(u32::from(digit.saturating_sub(b'0')))?;
    }
    (!digits.is_empty()).then_some((before, number))
}

/// Whether the dictionary, or that of the stream, says that it is of this type.
pub(crate) fn is_of_type(value: &Value, name: &[u8]) -> bool {
    let kind = value.as_dictionary().and_then(|dictionary| dictionary.get(b"Type"));
    kind.is_some_and(|kind| kind.value.as_name() == Some(name))
}

/// Goes one key further on a path.
pub(crate) fn extend(path: &mut Vec<u8>, key: &[u8]) {
    if !path.is_empty() {
        path.push(0);
    }
    path.extend_from_slice(key);
}

/// A place in a list as it is stored.
fn at(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Bytes that are looked at for as much as it takes to read a value.
const BYTES_PER_VALUE: usize = 256;
/// References that are looked at for as much as it takes to read a value.
const LINKS_PER_VALUE: usize = 8;
/// How often the place of each object is looked up that a revision names.
const LOOKUPS: u64 = 4;

#[cfg(test)]
mod tests;
