//! One pass over all objects of one version of the document, without building them: which refers to which, and which bear a name that
//! something to be looked for bears. Data of streams is never looked at, object streams apart.

use std::collections::{HashMap, HashSet};

use crate::format::pdf::lexer::{is_regular, is_space};
use crate::format::pdf::revision::Entry;
use crate::format::pdf::{Dictionary, Object, Reference, Value, View};
use crate::limits::Resource;

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// Source and target of each reference.
    pub(super) edges: Vec<(u32, u32)>,
    /// Objects that bear names of a kind, in the order of their numbers.
    marked: Vec<(u32, u8)>,
}

/// Kinds of names.
pub(super) const ACTIVE: u8 = 1;
pub(super) const ALTERNATE: u8 = 2;
pub(super) const CONTENT: u8 = 4;
pub(super) const EXTERNAL: u8 = 8;

/// The names of each kind. A name may occur where it means something else: whoever asks for a kind looks at the object itself.
fn kind(name: &[u8]) -> u8 {
    match name {
        b"3D" | b"GoToE" | b"GoToR" | b"Hide" | b"ImportData" | b"JS" | b"JavaScript" | b"Launch" | b"Movie" | b"Rendition"
        | b"ResetForm" | b"RichMedia" | b"SetOCGState" | b"Sound" | b"SubmitForm" => ACTIVE,
        b"Alternates" => ALTERNATE,
        b"Catalog" | b"Form" | b"Image" | b"Page" | b"Pages" => CONTENT,
        b"F" | b"FFilter" | b"OPI" | b"Ref" => EXTERNAL,
        _ => 0,
    }
}

impl Sweep {
    /// Passes over every object of the version.
    ///
    /// # Errors
    /// Where a limit is passed.
    pub(super) fn of(view: View<'_>) -> crate::Result<Self> {
        let mut sweep = Self::default();
        let revisions = view.pdf.revisions();
        let numbers = revisions.iter().take(view.revision.saturating_add(1)).flat_map(|revision| revision.numbers());
        let mut numbers: Vec<u32> = numbers.collect();
        numbers.sort_unstable();
        numbers.dedup();
        // Bytes that several numbers share are read for each; the budget bounds that.
        for number in numbers {
            match view.entry(number) {
                Some(Entry::At { offset, .. }) => sweep.look(view, number, view.pdf.bytes().get(offset..).unwrap_or_default())?,
                Some(Entry::InStream { stream, index }) => {
                    if let Some(container) = crate::format::pdf::field::tolerate(view.packed(stream))?.flatten() {
                        sweep.look(view, number, container.text(index))?;
                    }
                }
                _ => {}
            }
        }
        Ok(sweep)
    }

    /// The objects that bear a name of `kind`, read.
    ///
    /// # Errors
    /// Where a limit is passed.
    pub(super) fn bearing<'s>(&'s self, view: View<'s>, kind: u8) -> impl Iterator<Item = crate::Result<(u32, Object)>> + 's {
        self.bearing_of(view, kind, |_| true)
    }

    /// As [`Self::bearing`], of the numbers that `wanted` picks.
    ///
    /// # Errors
    /// Where a limit is passed.
    pub(super) fn bearing_of<'s>(
        &'s self,
        view: View<'s>,
        kind: u8,
        wanted: impl Fn(u32) -> bool + 's,
    ) -> impl Iterator<Item = crate::Result<(u32, Object)>> + 's {
        let marked = self.marked.iter().filter(move |(number, kinds)| kinds & kind != 0 && wanted(*number));
        marked.filter_map(move |(number, _)| Some(object(view, *number).transpose()?.map(|object| (*number, object))))
    }

    /// Every object that the trailer leads to.
    pub(super) fn reachable(&self, view: View<'_>) -> HashSet<u32> {
        let mut waiting = Vec::new();
        references(&view.trailer(), &mut waiting);
        self.closure(waiting, |_| true)
    }

    /// Every object that those waiting lead to, through objects that `passes` lets through.
    pub(super) fn closure(&self, mut waiting: Vec<u32>, passes: impl Fn(u32) -> bool) -> HashSet<u32> {
        let mut targets: HashMap<u32, Vec<u32>> = HashMap::new();
        for (source, target) in &self.edges {
            targets.entry(*source).or_default().push(*target);
        }
        let mut reached = HashSet::new();
        while let Some(number) = waiting.pop() {
            if passes(number) && reached.insert(number) {
                waiting.extend(targets.get(&number).into_iter().flatten());
            }
        }
        reached
    }

    fn look(&mut self, view: View<'_>, number: u32, text: &[u8]) -> crate::Result<()> {
        let mut kinds = 0;
        let edges = &mut self.edges;
        let length = glance(text, |item| match item {
            Item::Name(name) => kinds |= kind(name),
            Item::Reference(target) => edges.push((number, target)),
        });
        if kinds != 0 {
            self.marked.push((number, kinds));
        }
        let cost = 1_usize.saturating_add(length / BYTES_PER_STEP);
        Ok(view.pdf.budget().spend(Resource::Objects, u64::try_from(cost).unwrap_or(u64::MAX))?)
    }
}

/// The object with this number.
pub(super) fn object(view: View<'_>, number: u32) -> crate::Result<Option<Object>> {
    let generation = match view.entry(number) {
        Some(Entry::At { generation, .. }) => generation,
        _ => 0,
    };
    crate::format::pdf::field::tolerate(view.object(Reference { number, generation }))
}

/// The numbers that a dictionary refers to.
pub(super) fn references(dictionary: &Dictionary, out: &mut Vec<u32>) {
    let mut waiting: Vec<&Value> = dictionary.entries.iter().map(|(_, object)| &object.value).collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Reference(reference) => out.push(reference.number),
            Value::Array(array) => waiting.extend(array.0.iter().map(|object| &object.value)),
            Value::Dictionary(dictionary) => waiting.extend(dictionary.entries.iter().map(|(_, object)| &object.value)),
            _ => {}
        }
    }
}

/// Something in the text of an object.
enum Item<'a> {
    Name(&'a [u8]),
    Reference(u32),
}

/// Calls `found` for each name and reference of the object in `text`, its head included. Gives how far it read: to the end of the object, or
/// the data of the stream.
fn glance<'a>(text: &'a [u8], mut found: impl FnMut(Item<'_>)) -> usize {
    let mut at = 0;
    // The two integers read last.
    let mut integers: [Option<u32>; 2] = [None, None];
    let rest = |at: usize| -> &'a [u8] { text.get(at..).unwrap_or_default() };
    while let Some(byte) = text.get(at) {
        let length = match byte {
            b'/' => {
                let name = regular(rest(at.saturating_add(1)));
                if name.contains(&b'#') {
                    found(Item::Name(&decoded(name)))
                } else {
                    found(Item::Name(name))
                }
                name.len().saturating_add(1)
            }
            b'(' => string(rest(at)),
            b'<' if rest(at).starts_with(b"<<") => 2,
            b'<' => memchr::memchr(b'>', rest(at)).map_or_else(|| rest(at).len(), |end| end.saturating_add(1)),
            b'%' => memchr::memchr2(b'\r', b'\n', rest(at)).unwrap_or_else(|| rest(at).len()),
            byte if is_space(*byte) => {
                at = at.saturating_add(1);
                continue;
            }
            byte if is_regular(*byte) => {
                let word = regular(rest(at));
                match word {
                    b"R" => found(Item::Reference(integers[0].unwrap_or(0))),
                    b"endobj" | b"stream" => return at,
                    _ => {}
                }
                integers = [integers[1], std::str::from_utf8(word).ok().and_then(|digits| digits.parse().ok())];
                at = at.saturating_add(word.len());
                continue;
            }
            _ => 1,
        };
        integers = [None, None];
        at = at.saturating_add(length);
    }
    at
}

fn regular(text: &[u8]) -> &[u8] {
    let length = text.iter().position(|byte| !is_regular(*byte)).unwrap_or(text.len());
    text.get(..length).unwrap_or_default()
}

/// The length of the literal string that `text` begins with.
fn string(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(next) = memchr::memchr3(b'(', b')', b'\\', text.get(at..).unwrap_or_default()) {
        let place = at.saturating_add(next);
        at = place.saturating_add(1);
        match text.get(place) {
            Some(b'(') => depth = depth.saturating_add(1),
            Some(b'\\') => at = at.saturating_add(1),
            _ => depth = depth.saturating_sub(1),
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// A name with `#` in it (7.3.5).
fn decoded(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((byte, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| *byte == b'#').and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                out.push(code);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*byte);
                rest = behind;
            }
        }
    }
    out
}

/// Bytes that count as one object read.
const BYTES_PER_STEP: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> (Vec<String>, Vec<u32>, usize) {
        let (mut names, mut references) = (Vec::new(), Vec::new());
        let length = glance(text.as_bytes(), |item| match item {
            Item::Name(name) => names.push(String::from_utf8_lossy(name).into_owned()),
            Item::Reference(number) => references.push(number),
        });
        (names, references, length)
    }

    #[test]
    fn names_and_references_are_seen_and_what_looks_like_them_is_not() {
        let text =
            "5 0 obj << /A#4a#53 7 0 R /B [8 0 R 9 10 0 R] /C (/No 1 0 R \\) (x) ) /D <2F4E6F> % /No 2 0 R\n/E/F 11 0 R>> endobj /No";
        let (names, references, length) = items(text);
        assert_eq!((names.join(" "), references), (String::from("AJS B C D E F"), vec![7, 8, 10, 11]));
        assert!(text[length..].starts_with("endobj"));
    }

    #[test]
    fn the_data_of_a_stream_is_not_looked_at() {
        assert_eq!(items("5 0 obj << /A 1 >> stream\n/No 1 0 R").0, ["A"]);
    }

    #[test]
    fn what_never_ends_ends() {
        for text in ["(", "(\\", "<", "%", "/", "<< /A (((", "R", "1 R"] {
            assert_eq!(items(text).2, text.len(), "{text}");
        }
    }
}
