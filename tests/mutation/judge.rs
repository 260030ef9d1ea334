//! What kyso says of a changed document, and where on the pages that lets it differ.

use std::collections::BTreeMap;

use kyso::{Argument, Change, ChangeLevel, Document, Verdict, Verifier, judge};
use lopdf::{Dictionary, Object};

use super::base::Base;
use super::draft::Draft;
use super::render::{Image, SCALE};

/// The answer for the signatures of the base, the most trusting of them.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// The document could not be read.
    Refused,
    Failed(Vec<Change>),
    Indeterminate,
    /// Passed, with the changes that the report names.
    Passed(ChangeLevel, Vec<Change>),
}

/// The answer, and how far later changes may go by the signatures.
pub(crate) fn answer(base: &Base, bytes: Vec<u8>, verifier: &Verifier) -> (Answer, ChangeLevel) {
    let Ok(document) = Document::parse(bytes) else { return (Answer::Refused, ChangeLevel::Nothing) };
    let Ok(gathered) = verifier.gather(&document) else { return (Answer::Refused, ChangeLevel::Nothing) };
    let policy = kyso::Policy::named("basic").unwrap();
    let report = judge(&gathered.facts, &policy, gathered.facts.time);
    let mut allowed = ChangeLevel::Other;
    let mut answers = Vec::new();
    for (facts, signature) in gathered.facts.document.signatures.iter().zip(report.signatures()) {
        if !base.ranges.contains(&facts.coverage.byte_range) {
            continue;
        }
        let later = &facts.later;
        allowed = allowed.min(later.allowed);
        answers.push(match signature.verdict() {
            Verdict::Passed => Answer::Passed(later.level.unwrap_or(ChangeLevel::Nothing), later.changes.clone()),
            Verdict::Indeterminate => Answer::Indeterminate,
            _ => Answer::Failed(later.changes.clone()),
        });
    }
    // One signature that fails makes the document invalid; those that pass must be right all the same.
    let gone = || match report.verdict() {
        Verdict::Passed => Answer::Passed(ChangeLevel::Nothing, Vec::new()),
        _ => Answer::Failed(Vec::new()),
    };
    (answers.into_iter().max_by_key(rank).unwrap_or_else(gone), allowed)
}

const fn rank(answer: &Answer) -> u8 {
    match answer {
        Answer::Refused | Answer::Failed(_) => 0,
        Answer::Indeterminate => 1,
        Answer::Passed(ChangeLevel::Nothing | ChangeLevel::LongTermData, _) => 3,
        Answer::Passed(..) => 2,
    }
}

/// A place on a page, in points from the lower left corner of what is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// From 0.
    pub(crate) page: usize,
    pub(crate) corners: [f64; 4],
}

/// The places of the fields that the changes name, and the pages whose annotations they name.
pub(crate) fn places(draft: &Draft<'_>, changes: &[Change]) -> Vec<Place> {
    let text = |change: &Change, key: &str| match change.message.arguments().get(key) {
        Some(Argument::Text(text)) => Some(text.clone()),
        Some(Argument::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let fields: Vec<String> = changes.iter().filter_map(|change| text(change, "field")).collect();
    let pages: Vec<usize> = changes
        .iter()
        .filter(|change| change.message.id().starts_with("later.annotation"))
        .filter_map(|change| text(change, "page")?.parse().ok())
        .collect();
    let mut found = Vec::new();
    for objects in [&draft.base.objects, &draft.objects] {
        for (index, page) in page_numbers(objects, &draft.base.trailer).into_iter().enumerate() {
            let Some(page) = dictionary(objects.get(&page)) else { continue };
            let origin = origin(objects, page);
            let Some(annotations) = page.get(b"Annots").ok().and_then(|list| resolve(objects, list).as_array().ok()) else { continue };
            for annotation in annotations.iter().filter_map(|annotation| dictionary(Some(resolve(objects, annotation)))) {
                if full_name(objects, annotation).is_none_or(|name| !fields.contains(&name)) {
                    continue;
                }
                let rect = annotation.get(b"Rect").ok().and_then(|rect| resolve(objects, rect).as_array().ok());
                let corners: Vec<f64> =
                    rect.into_iter().flatten().filter_map(|corner| resolve(objects, corner).as_float().ok()).map(f64::from).collect();
                if let [left, bottom, right, top] = corners[..] {
                    let [x, y] = origin;
                    let corners = [left.min(right) - x, bottom.min(top) - y, left.max(right) - x, bottom.max(top) - y];
                    found.push(Place { page: index, corners });
                }
            }
        }
    }
    // A note may be drawn anywhere on its page, and programs draw those that are odd in odd places.
    let everywhere = [f64::MIN, f64::MIN, f64::MAX, f64::MAX];
    found.extend(pages.into_iter().filter_map(|page| Some(Place { page: page.checked_sub(1)?, corners: everywhere })));
    found
}

/// A pixel that differs outside of the places: its page, column and row.
pub(crate) fn stray(before: &[Image], after: &[Image], places: &[Place]) -> Option<(usize, usize, usize)> {
    const MARGIN: f64 = 3.0;
    // Something transparent elsewhere on the page makes renderers round otherwise.
    const ROUNDING: u8 = 4;
    if before.len() != after.len() {
        return Some((before.len().min(after.len()), 0, 0));
    }
    for (page, (before, after)) in before.iter().zip(after).enumerate() {
        if (before.width, before.height) != (after.width, after.height) {
            return Some((page, 0, 0));
        }
        for (position, _) in
            before.pixels.iter().zip(&after.pixels).enumerate().filter(|(_, (before, after))| before.abs_diff(**after) > ROUNDING)
        {
            let (column, row) = (position % before.width, position / before.width);
            let real = |number: usize| f64::from(u32::try_from(number).unwrap());
            let (x, y) = ((real(column) + 0.5) / SCALE, (real(before.height - row) - 0.5) / SCALE);
            let covers = |place: &Place| {
                let [left, bottom, right, top] = place.corners;
                place.page == page && x > left - MARGIN && x < right + MARGIN && y > bottom - MARGIN && y < top + MARGIN
            };
            if !places.iter().any(covers) {
                return Some((page, column, row));
            }
        }
    }
    None
}

type Objects = BTreeMap<u32, Object>;

fn resolve<'a>(objects: &'a Objects, object: &'a Object) -> &'a Object {
    match object {
        Object::Reference((number, _)) => objects.get(number).unwrap_or(&Object::Null),
        other => other,
    }
}

fn dictionary(object: Option<&Object>) -> Option<&Dictionary> {
    object.and_then(|object| object.as_dict().ok())
}

fn page_numbers(objects: &Objects, trailer: &Dictionary) -> Vec<u32> {
    let mut pages = Vec::new();
    let root = dictionary(trailer.get(b"Root").ok().map(|root| resolve(objects, root)));
    let mut waiting: Vec<u32> =
        root.and_then(|root| root.get(b"Pages").and_then(Object::as_reference).ok()).into_iter().map(|(number, _)| number).collect();
    while let Some(number) = waiting.pop() {
        let Some(node) = dictionary(objects.get(&number)) else { continue };
        match node.get(b"Kids").ok().and_then(|kids| resolve(objects, kids).as_array().ok()) {
            Some(kids) if pages.len() < 100 && waiting.len() < 100 => {
                waiting.extend(kids.iter().rev().filter_map(|kid| kid.as_reference().ok()).map(|(number, _)| number));
            }
            Some(_) => {}
            None => pages.push(number),
        }
    }
    pages
}

/// The lower left corner of what is shown of a page.
fn origin(objects: &Objects, page: &Dictionary) -> [f64; 2] {
    let mut node = Some(page);
    for _ in 0..10 {
        let Some(dictionary) = node else { break };
        let boxes = [b"CropBox".as_slice(), b"MediaBox"].iter().find_map(|key| dictionary.get(key).ok());
        if let Some(Ok(corners)) = boxes.map(|corners| resolve(objects, corners).as_array()) {
            let corner = |index: usize| corners.get(index).and_then(|corner| corner.as_float().ok()).map_or(0.0, f64::from);
            return [corner(0).min(corner(2)), corner(1).min(corner(3))];
        }
        node = dictionary.get(b"Parent").ok().and_then(|parent| self::dictionary(Some(resolve(objects, parent))));
    }
    [0.0, 0.0]
}

/// The full name of the field that the widget is of.
fn full_name(objects: &Objects, widget: &Dictionary) -> Option<String> {
    let mut names = Vec::new();
    let mut node = Some(widget);
    for _ in 0..10 {
        let Some(dictionary) = node else { break };
        if let Some(Object::String(name, _)) = dictionary.get(b"T").ok().map(|name| resolve(objects, name)) {
            names.push(decode(name));
        }
        node = dictionary.get(b"Parent").ok().and_then(|parent| self::dictionary(Some(resolve(objects, parent))));
    }
    names.reverse();
    (!names.is_empty()).then(|| names.join("."))
}

fn decode(text: &[u8]) -> String {
    match text.strip_prefix(b"\xfe\xff") {
        Some(wide) => {
            let units: Vec<u16> = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        None => text.iter().map(|byte| char::from(*byte)).collect(),
    }
}
