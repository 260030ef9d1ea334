//! Which object refers to which, in every revision: an index from objects to all that lead to them.
//!
//! Most changes ask only for what refers to the few objects that a later revision touched. For those, objects that cannot name one of them
//! are passed over without being parsed: the cost goes with what was touched, not with the document.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use memchr::memmem::Finder;

use super::diff_rules::TRAILER_WAYS;
use super::field::tolerate;
use super::lexer::is_space;
use super::revision::Entry;
use super::{Array, Dictionary, Pdf, Reference, Value, View};

/// The number that stands for the trailer, which is no object; object 0 is always free.
pub(crate) const TRAILER: u32 = 0;

/// One reference.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    /// The object that holds it.
    pub(crate) source: u32,
    /// The index of the revision that this version of the object is from.
    pub(crate) revision: usize,
    /// The keys on the way through the object, joined by zero bytes; arrays add nothing.
    pub(crate) path: Arc<[u8]>,
}

/// The references of all versions of all objects, as far as they were asked for.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    pdf: &'a Pdf,
    /// The objects that `part` knows everything about.
    targets: HashSet<u32>,
    part: Index,
    whole: OnceCell<Index>,
}

impl<'a> Graph<'a> {
    /// Reads what refers to what the revisions after `first` touched, and what refers to arrays that do.
    pub(crate) fn read(pdf: &'a Pdf, first: usize) -> crate::Result<Self> {
        const ROUNDS: usize = 4;
        let mut targets = touched(pdf, first);
        let mut part = Index::read(pdf, Some(&targets))?;
        for _ in 0..ROUNDS {
            let arrays: Vec<u32> = part.arrays().filter(|array| !targets.contains(array)).collect();
            if arrays.is_empty() {
                break;
            }
            targets.extend(arrays);
            part = Index::read(pdf, Some(&targets))?;
        }
        Ok(Self { pdf, targets, part, whole: OnceCell::new() })
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
    pub(crate) fn referrers(&self, target: Reference, revision: usize) -> crate::Result<Vec<Edge>> {
        let index = if self.targets.contains(&target.number) { &self.part } else { self.whole()? };
        let edges = index.referrers.get(&target.number).map(Vec::as_slice).unwrap_or_default();
        Ok(edges.iter().filter(|edge| is_live(self.pdf, edge, revision)).cloned().collect())
    }

    /// Every object that the trailer of the revision leads to.
    pub(crate) fn reachable(&self, revision: usize) -> crate::Result<HashSet<u32>> {
        let mut targets: HashMap<u32, Vec<u32>> = HashMap::new();
        for (target, edges) in &self.whole()?.referrers {
            for edge in edges.iter().filter(|edge| is_live(self.pdf, edge, revision)) {
                targets.entry(edge.source).or_default().push(*target);
            }
        }
        let mut reached = HashSet::new();
        let mut waiting = VecDeque::from([TRAILER]);
        while let Some(source) = waiting.pop_front() {
            for target in targets.remove(&source).unwrap_or_default() {
                if reached.insert(target) {
                    waiting.push_back(target);
                }
            }
        }
        Ok(reached)
    }

    fn whole(&self) -> crate::Result<&Index> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        let whole = Index::read(self.pdf, None)?;
        Ok(self.whole.get_or_init(|| whole))
    }
}

/// The numbers whose place changed in a revision after `first`.
fn touched(pdf: &Pdf, first: usize) -> HashSet<u32> {
    let mut touched = HashSet::new();
    for (index, revision) in pdf.revisions().iter().enumerate().skip(first.saturating_add(1)) {
        let (before, after) = (pdf.view(index.saturating_sub(1)), pdf.view(index));
        let is_moved = |number: &u32| before.entry(*number) != after.entry(*number) || before.location(*number) != after.location(*number);
        touched.extend(revision.numbers().into_iter().filter(is_moved));
    }
    touched
}

#[derive(Debug, Default)]
struct Index {
    /// By number: readers that people use do not look at the generation of a reference.
    referrers: HashMap<u32, Vec<Edge>>,
    paths: HashSet<Arc<[u8]>>,
    /// Object streams, and the first revision that has objects in them.
    containers: HashMap<u32, usize>,
    /// The objects that were ever in those of the object streams that are targets.
    members: HashMap<u32, Vec<u32>>,
}

/// What is read: everything, or what refers to one of the targets.
struct Reading<'a> {
    targets: Option<&'a HashSet<u32>>,
    finders: [Finder<'static>; 2],
    /// Whether an object stream, by its place in the file, may refer to a target.
    streams: HashMap<Option<usize>, bool>,
}

impl Index {
    fn read(pdf: &Pdf, targets: Option<&HashSet<u32>>) -> crate::Result<Self> {
        let mut reading = Reading { targets, finders: [Finder::new(b"endobj"), Finder::new(b"stream")], streams: HashMap::new() };
        let mut index = Self::default();
        for (position, revision) in pdf.revisions().iter().enumerate() {
            let view = pdf.view(position);
            let mut trailer = Dictionary::clone(&view.trailer());
            trailer.entries.retain(|(key, _)| TRAILER_WAYS.contains(&&*key.0));
            index.add_dictionary(targets, &trailer, TRAILER, position, &mut Vec::new());
            for number in revision.numbers() {
                let (generation, may_refer) = match revision.entry(number) {
                    Some(Entry::At { offset, generation }) => (generation, reading.object_may_refer(pdf, offset)),
                    Some(Entry::InStream { stream, .. }) => {
                        index.containers.entry(stream).or_insert(position);
                        if targets.is_some_and(|targets| targets.contains(&stream)) {
                            index.members.entry(stream).or_default().push(number);
                        }
                        (0, reading.stream_may_refer(view, stream)?)
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
                        index.add_dictionary(targets, &dictionary, number, position, &mut Vec::new());
                    }
                    Some(value) => index.add(targets, &value, number, position, &mut Vec::new()),
                    None => {}
                }
            }
        }
        Ok(index)
    }

    /// Array objects that hold references: what they are is known by what refers to them.
    fn arrays(&self) -> impl Iterator<Item = u32> {
        self.referrers.values().flatten().filter(|edge| edge.path.is_empty() && edge.source != TRAILER).map(|edge| edge.source)
    }

    fn add(&mut self, targets: Option<&HashSet<u32>>, value: &Value, source: u32, revision: usize, path: &mut Vec<u8>) {
        match value {
            Value::Array(array) => {
                let Array(items) = &**array;
                items.iter().for_each(|item| self.add(targets, &item.value, source, revision, path));
            }
            Value::Dictionary(dictionary) => self.add_dictionary(targets, dictionary, source, revision, path),
            Value::Reference(reference) if targets.is_none_or(|targets| targets.contains(&reference.number)) => {
                let path = self.path(path);
                self.referrers.entry(reference.number).or_default().push(Edge { source, revision, path });
            }
            Value::Stream(stream) => self.add_dictionary(targets, &stream.dictionary, source, revision, path),
            _ => {}
        }
    }

    fn add_dictionary(
        &mut self,
        targets: Option<&HashSet<u32>>,
        dictionary: &Dictionary,
        source: u32,
        revision: usize,
        path: &mut Vec<u8>,
    ) {
        for (key, object) in &dictionary.entries {
            let length = path.len();
            extend(path, &key.0);
            self.add(targets, &object.value, source, revision, path);
            path.truncate(length);
        }
    }

    fn path(&mut self, path: &[u8]) -> Arc<[u8]> {
        if let Some(known) = self.paths.get(path) {
            return Arc::clone(known);
        }
        let path: Arc<[u8]> = path.into();
        self.paths.insert(Arc::clone(&path));
        path
    }
}

impl Reading<'_> {
    /// Whether the object at `offset` may name a target. In doubt it may.
    fn object_may_refer(&self, pdf: &Pdf, offset: usize) -> bool {
        let Some(targets) = self.targets else { return true };
        let Some(rest) = pdf.bytes().get(offset..) else { return true };
        let [end, stream] = &self.finders;
        let Some(close) = end.find(rest) else { return true };
        let body = rest.get(..close).unwrap_or_default();
        let body = stream.find(body).and_then(|stream| body.get(..stream)).unwrap_or(body);
        // What looks like the end may stand in a name, a string or a comment; such objects are read properly.
        let is_end = body.last().is_some_and(|byte| is_space(*byte) || matches!(byte, b'>' | b']' | b')'));
        !is_end || memchr::memchr3(b'(', b'%', 0, body).is_some() || has_hexadecimal(body) || names_one_of(body, targets)
    }

    /// Whether an object stream may name a target.
    fn stream_may_refer(&mut self, view: View<'_>, stream: u32) -> crate::Result<bool> {
        let Some(targets) = self.targets else { return Ok(true) };
        let place = match view.entry(stream) {
            Some(Entry::At { offset, .. }) => Some(offset),
            _ => None,
        };
        if let Some(known) = self.streams.get(&place) {
            return Ok(*known);
        }
        let object = tolerate(view.object(Reference { number: stream, generation: 0 }))?;
        let data = match object.as_ref().and_then(|object| object.value.as_stream()) {
            Some(stream) => tolerate(view.decode(stream))?,
            None => None,
        };
        let may_refer = data.is_none_or(|data| memchr::memchr(b'%', &data).is_some() || names_one_of(&data, targets));
        self.streams.insert(place, may_refer);
        Ok(may_refer)
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
fn names_one_of(text: &[u8], targets: &HashSet<u32>) -> bool {
    memchr::memchr_iter(b'R', text).any(|at| {
        let before = text.get(..at).unwrap_or_default();
        let Some((before, _)) = number_at_end(before) else { return false };
        number_at_end(before).is_some_and(|(_, number)| targets.contains(&number))
    })
}

/// The number before the white space at the end of the text, and what comes before it.
fn number_at_end(text: &[u8]) -> Option<(&[u8], u32)> {
    let spaces = text.iter().rev().take_while(|byte| is_space(**byte)).count();
    let text = text.get(..text.len().checked_sub(spaces)?).filter(|_| spaces > 0)?;
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, digits) = text.split_at_checked(text.len().checked_sub(digits)?)?;
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((before, number))
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

/// Whether the version of the object that holds the reference is the one that counts in the revision.
fn is_live(pdf: &Pdf, edge: &Edge, revision: usize) -> bool {
    if edge.source == TRAILER {
        return edge.revision == revision;
    }
    edge.revision <= revision && pdf.locate(edge.source, revision).is_some_and(|(defined, _)| defined == edge.revision)
}

#[cfg(test)]
mod tests;
