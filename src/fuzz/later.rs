//! What must hold of the analysis of later changes, whatever is put behind a signed document.

use std::collections::BTreeMap;

use super::{limits, open};
use crate::format::pdf::{Array, Dictionary, Name, Object, Pdf, Reference, Value, View};
use crate::format::{ChangeLevel, DocumentFacts, SignatureFacts};
use crate::{Document, Evidence, Policy, Time, TrustStore, Verdict};

/// Signed documents of each make: a table, streams, both; certified to each level; with a form to fill in.
const BASES: [&[u8]; 8] = [
    include_bytes!("../../fixtures/honest/base-table/doc.pdf"),
    include_bytes!("../../fixtures/honest/base-streams/doc.pdf"),
    include_bytes!("../../fixtures/honest/base-hybrid/doc.pdf"),
    include_bytes!("../../fixtures/honest/base-p1/doc.pdf"),
    include_bytes!("../../fixtures/honest/base-p2/doc.pdf"),
    include_bytes!("../../fixtures/honest/base-p3/doc.pdf"),
    include_bytes!("../../fixtures/honest/form-mupdf-signed/doc.pdf"),
    include_bytes!("../../fixtures/honest/form-pdflib-signed/doc.pdf"),
];

/// The first byte of the input chooses the base, the second how the rest is put behind it: as it is, or as updates.
pub(super) fn check(data: &[u8]) {
    let [base, form, rest @ ..] = data else { return };
    let Some(base) = BASES.get(usize::from(base & 7)) else { return };
    let bytes = match form & 3 {
        0 => [base, rest].concat(),
        form => updated(base, form, rest),
    };
    let Some(facts) = examine(&bytes) else { return };
    assert_eq!(examine(&bytes).as_ref(), Some(&facts), "another run says something else");
    if let Some(time) = Time::from_unix(1_795_000_000)
        && let Ok(document) = open(&bytes)
        && let Ok(gathered) = crate::gather(&document, &TrustStore::new(), &Evidence::new(), time)
    {
        assert_ne!(crate::judge(&gathered.facts, &Policy::basic(), time).verdict(), Verdict::Passed, "trusted without trust");
    }
    end_of_line_changes_nothing(&bytes, &facts);
    pages_are_as_they_were(&bytes, base.len(), &facts);
}

fn examine(bytes: &[u8]) -> Option<DocumentFacts> {
    open(bytes).ok()?.examine(&Evidence::new()).ok()
}

/// White space behind the end mark does not make a change smaller.
fn end_of_line_changes_nothing(bytes: &[u8], facts: &DocumentFacts) {
    if !bytes.trim_ascii_end().ends_with(b"%%EOF") {
        return;
    }
    let Some(longer) = examine(&[bytes, b"\n \n"].concat()) else { return };
    assert!(longer.signatures.len() >= facts.signatures.len(), "white space hides a signature");
    // What was cut off it may complete: then a signature is found, or a range is one, that was none.
    let range = |facts: &SignatureFacts| (facts.coverage.byte_range.clone(), facts.coverage.revision);
    let both = longer.signatures.iter().zip(&facts.signatures);
    for (longer, shorter) in both.filter(|(longer, shorter)| range(longer) == range(shorter)) {
        let far = |level: Option<ChangeLevel>| level.map_or(u8::MAX, |level| level as u8);
        assert!(far(longer.later.level) >= far(shorter.later.level), "white space makes a change smaller");
    }
}

/// Where the pages say something else than what the first signature saw, that is a change that nothing allows.
fn pages_are_as_they_were(bytes: &[u8], signed: usize, facts: &DocumentFacts) {
    let Ok(document) = open(bytes) else { return };
    let pdf = document.pdf();
    let Some(before) = pdf.revisions().iter().rposition(|revision| revision.well_formed && revision.end == signed) else { return };
    let known = |level: ChangeLevel| level < ChangeLevel::Other;
    if !facts
        .signatures
        .first()
        .is_some_and(|first| first.coverage.revision == u64::try_from(before + 1).ok() && first.later.level.is_some_and(known))
    {
        return;
    }
    let (Some(before), Some(after)) = (pages(pdf.view(before)), pages(pdf.last())) else { return };
    assert_eq!(before, after, "the pages are not what was signed");
}

/// What the pages draw, in one spelling; `None` where that takes too long to find out.
fn pages(view: View<'_>) -> Option<Vec<String>> {
    let mut left = 50_000;
    let pages = view.pages(20).ok()?;
    pages.iter().map(|(_, page)| drawn(view, page, &mut left)).collect()
}

fn drawn(view: View<'_>, page: &Dictionary, left: &mut usize) -> Option<String> {
    let mut text = String::new();
    for key in [b"Contents".as_slice(), b"Resources", b"MediaBox", b"CropBox", b"Rotate", b"UserUnit"] {
        let mut holder = page.clone();
        let mut value = holder.get(key).cloned();
        // Some of them are inherited (7.7.3.4).
        for _ in 0..8 {
            if value.is_some() {
                break;
            }
            let Some(Value::Dictionary(above)) = view.get(&holder, b"Parent").ok()?.map(|above| above.value) else { break };
            holder = Dictionary::clone(&above);
            value = holder.get(key).cloned();
        }
        if let Some(value) = value {
            spell(view, &value, &mut Vec::new(), left, &mut text)?;
        }
        text.push('|');
    }
    Some(text)
}

fn spell(view: View<'_>, object: &Object, way: &mut Vec<Reference>, left: &mut usize, text: &mut String) -> Option<()> {
    *left = left.checked_sub(1)?;
    match &object.value {
        Value::Reference(reference) => {
            if way.contains(reference) || way.len() > 20 {
                text.push('^');
                return Some(());
            }
            way.push(*reference);
            spell(view, &view.object(*reference).ok()?, way, left, text)?;
            way.pop();
        }
        Value::Array(array) => {
            let Array(items) = &**array;
            text.push('[');
            for item in items {
                spell(view, item, way, left, text)?;
                text.push(' ');
            }
            text.push(']');
        }
        Value::Dictionary(dictionary) => spell_entries(view, dictionary, &[], way, left, text)?,
        Value::Stream(stream) => {
            let storage: &[&[u8]] = &[b"DecodeParms", b"Filter", b"Length", b"DL"];
            spell_entries(view, &stream.dictionary, storage, way, left, text)?;
            text.push_str(&format!("{:?}", view.decode(stream).ok()?.as_ref() as &[u8]));
        }
        value => match value.as_number() {
            Some(number) => text.push_str(&format!("{}", number + 0.0)),
            None => match value {
                Value::Null => text.push_str("null"),
                Value::String(string) => text.push_str(&format!("{:?}", string.bytes)),
                Value::Boolean(truth) => text.push_str(&format!("{truth}")),
                other => text.push_str(&format!("{:?}", other.as_name())),
            },
        },
    }
    Some(())
}

fn spell_entries(
    view: View<'_>,
    dictionary: &Dictionary,
    without: &[&[u8]],
    way: &mut Vec<Reference>,
    left: &mut usize,
    text: &mut String,
) -> Option<()> {
    // Ways back up to the page, and what means nothing to who draws.
    const BACK: &[&[u8]] = &[b"P", b"Parent", b"StructParent", b"StructParents"];
    text.push('<');
    let sorted: BTreeMap<&[u8], &Object> = dictionary.entries.iter().map(|(Name(key), value)| (&**key, value)).collect();
    for (key, value) in sorted {
        if without.contains(&key) || BACK.contains(&key) || matches!(value.value, Value::Null) {
            continue;
        }
        text.push_str(&format!("{key:?} "));
        spell(view, value, way, left, text)?;
    }
    text.push('>');
    Some(())
}

/// Every revision of a file, its pages, fields and objects.
pub(super) fn walk(pdf: &Pdf) {
    const REVISIONS: usize = 64;
    for (index, revision) in pdf.revisions().iter().enumerate().take(REVISIONS) {
        let view = pdf.view(index);
        let _ = (view.page_count(), view.catalog(), view.pages(100), pdf.gaps(index), revision.twins());
        let _ = crate::format::pdf::field::FieldTree::read(view);
        for number in revision.numbers().into_iter().take(1_000) {
            let _ = (view.location(number), view.extent(number));
            let Ok(object) = view.object(Reference { number, generation: 0 }) else { continue };
            if let Some(stream) = object.value.as_stream() {
                let _ = view.decode(stream);
            }
        }
    }
    let _ = crate::format::pdf::diff::only_signs(pdf);
}

/// The base with updates: zero bytes part the objects of one, the byte 1 the updates. Of an object the first byte is the number, counted
/// from the space, the rest its value; number 0 stands for entries of the trailer. `form` says how objects and references to them are laid
/// out: a table, a stream, or all in an object stream where they may be.
fn updated(base: &[u8], form: u8, rest: &[u8]) -> Vec<u8> {
    const MOST: usize = 16;
    let mut bytes = base.to_vec();
    let root = match Document::parse_with(base, options()) {
        Ok(document) => document.pdf().last().trailer().get(b"Root").and_then(|root| root.value.as_reference()),
        Err(_) => None,
    };
    for (round, update) in rest.split(|byte| *byte == 1).take(MOST).enumerate() {
        let mut trailer = Vec::new();
        let mut objects: BTreeMap<usize, &[u8]> = BTreeMap::new();
        for object in update.split(|byte| *byte == 0) {
            let [number, body @ ..] = object else { continue };
            match usize::from(number.saturating_sub(b' ')) {
                0 => trailer.extend_from_slice(body),
                number => _ = objects.insert(number, body),
            }
        }
        if !trailer.windows(5).any(|window| window == b"/Root")
            && let Some(root) = root
        {
            trailer.extend(format!(" /Root {} {} R", root.number, root.generation).into_bytes());
        }
        Update { bytes: &mut bytes, entries: Vec::new(), next: 300 + 2 * round }.write(form, &objects, &trailer);
    }
    bytes
}

fn options() -> crate::DocumentOptions {
    let mut options = crate::DocumentOptions::default();
    options.limits = limits();
    options
}

struct Update<'a> {
    bytes: &'a mut Vec<u8>,
    /// Number, kind, and what goes with it.
    entries: Vec<(usize, u8, usize, usize)>,
    /// A number that is free.
    next: usize,
}

impl Update<'_> {
    fn write(mut self, form: u8, objects: &BTreeMap<usize, &[u8]>, trailer: &[u8]) {
        let previous = last_section(self.bytes);
        let (mut head, mut packed) = (String::new(), Vec::new());
        let container = self.next;
        for (index, (number, body)) in objects.iter().enumerate() {
            if form == 3 && !body.windows(6).any(|window| window == b"stream") {
                self.entries.push((*number, 2, container, head.matches(' ').count() / 2));
                head.push_str(&format!("{number} {} ", packed.len()));
                packed.extend_from_slice(body);
                packed.push(b'\n');
            } else {
                self.object(*number, body);
            }
            debug_assert!(index < 256);
        }
        if !head.is_empty() {
            let count = head.matches(' ').count() / 2;
            let length = head.len() + packed.len();
            let dictionary = format!("<< /Type /ObjStm /N {count} /First {} /Length {length} >>\nstream\n{head}", head.len());
            self.object(container, &[dictionary.as_bytes(), &packed, b"\nendstream"].concat());
        }
        let section = self.bytes.len();
        match form {
            1 => self.table(previous, trailer),
            _ => self.stream(previous, trailer),
        }
        self.bytes.extend(format!("startxref\n{section}\n%%EOF\n").into_bytes());
    }

    fn object(&mut self, number: usize, body: &[u8]) {
        self.entries.push((number, 1, self.bytes.len(), 0));
        self.bytes.extend(format!("{number} 0 obj\n").into_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    fn table(&mut self, previous: usize, trailer: &[u8]) {
        let mut table = b"xref\n".to_vec();
        for (number, _, offset, _) in &self.entries {
            table.extend(format!("{number} 1\n{offset:010} 00000 n\r\n").into_bytes());
        }
        self.bytes.extend(table);
        self.bytes.extend(format!("trailer\n<< /Size 400 /Prev {previous} ").into_bytes());
        self.bytes.extend_from_slice(trailer);
        self.bytes.extend_from_slice(b" >>\n");
    }

    fn stream(&mut self, previous: usize, trailer: &[u8]) {
        let number = self.next + 1;
        self.entries.push((number, 1, self.bytes.len(), 0));
        self.entries.sort_unstable();
        let index: String = self.entries.iter().map(|(number, ..)| format!("{number} 1 ")).collect();
        let mut rows = Vec::new();
        for (_, kind, second, third) in &self.entries {
            rows.push(*kind);
            rows.extend(u32::try_from(*second).unwrap_or_default().to_be_bytes());
            rows.extend(u16::try_from(*third).unwrap_or_default().to_be_bytes());
        }
        let head = format!("{number} 0 obj\n<< /Type /XRef /Size 400 /W [1 4 2] /Index [{index}] /Prev {previous} /Length {} ", rows.len());
        self.bytes.extend(head.into_bytes());
        self.bytes.extend_from_slice(trailer);
        self.bytes.extend_from_slice(b" >>\nstream\n");
        self.bytes.extend(rows);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }
}

fn last_section(bytes: &[u8]) -> usize {
    let at = bytes.windows(9).rposition(|window| window == b"startxref").map_or(0, |at| at + 9);
    let digits: String = bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take_while(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    digits.parse().unwrap_or_default()
}
