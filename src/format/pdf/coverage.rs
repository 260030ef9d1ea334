//! What bytes a signature protects, and whether they are what a reader sees. A digest proves nothing until every rule here holds.
//!
//! Leniencies, each for real files that carry nothing in the bytes concerned:
//! - white space (ISO 32000-2 Table 1: zero, tab, line feed, form feed, carriage return, space) may stand between `%%EOF` and the end
//!   of the signed bytes, or the end of the file, wherever the one or the other ends first. iText lets four bytes of any kind pass;
//!   zeros are what some archives pad with.
//! - an odd number of hexadecimal digits in `/Contents` (7.3.4.3).

use std::sync::Arc;

use super::entries::{Contents, byte_range};
use super::field::tolerate;
use super::signature::{Bearer, Found};
use super::{Dictionary, Pdf, Reference, Value, equal};
use crate::bytes::Span;
use crate::format::CoverageFacts;
use crate::message::{Message, id};

/// A `/ByteRange` that is one: the signed bytes are those up to `gap`, and those from `gap` to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) gap: Span,
    pub(crate) end: usize,
}

impl Range {
    /// Four integers: from 0, increasing, nothing empty, inside the file. Nothing is clipped.
    pub(crate) fn read(dictionary: &Dictionary, length: usize) -> Option<Self> {
        let numbers: [usize; 4] =
            byte_range(dictionary)?.into_iter().map(usize::try_from).collect::<Result<Vec<_>, _>>().ok()?.try_into().ok()?;
        let [start, first, second, rest] = numbers;
        let end = second.checked_add(rest)?;
        (start == 0 && first > 0 && first < second && second < end && end <= length).then_some(Self { gap: Span::new(first, second), end })
    }
}

/// One signature, for the rules.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) pdf: &'a Pdf,
    pub(crate) found: &'a Found,
    pub(crate) contents: &'a Contents,
    pub(crate) range: Option<Range>,
    /// The index of the revision that the signed bytes are.
    pub(crate) revision: Option<usize>,
    /// How many signatures claim that revision, this one included.
    pub(crate) claims: usize,
}

/// One rule: its id, and what is wrong where it does not hold.
struct Rule(&'static str, fn(&Case<'_>, Message) -> crate::Result<Option<Message>>);

/// The rules of coverage, and where they come from.
const RULES: &[Rule] = &[
    // ISO 32000-2 12.8.1 and Table 255: pairs of integers; EN 319 142-1 5.4.2.2: the whole file but for /Contents.
    Rule(id::COVERAGE_BYTE_RANGE, range_is_well_formed),
    // Table 255: /Contents is a byte string in hexadecimal form; 7.5.7: what a signature covers is not compressed.
    Rule(id::COVERAGE_CONTENTS, contents_are_direct),
    // 12.8.1: the gap is the value of /Contents, and nothing else.
    Rule(id::COVERAGE_GAP, gap_is_contents),
    // 7.5.6, 12.8.1: the signed bytes are a whole revision, the one that brought the signature.
    Rule(id::COVERAGE_REVISION, range_is_revision),
    // Two signatures cannot both have been the last of one revision.
    Rule(id::COVERAGE_OVERLAP, revision_is_claimed_once),
    // 7.5.4: an object number occurs once in a section; a hybrid file hides objects from old readers and shows no others.
    Rule(id::COVERAGE_TWINS, objects_are_unambiguous),
    // 7.5.5: what follows the last %%EOF belongs to no revision.
    Rule(id::COVERAGE_TRAILING, nothing_trails),
    // A reader shows the signature as it is now; what was signed is the signature as it was then.
    Rule(id::COVERAGE_DICTIONARY, dictionary_is_kept),
];

/// What the signature covers, and every rule that does not hold.
pub(crate) fn examine(case: &Case<'_>) -> crate::Result<(CoverageFacts, Vec<Message>)> {
    let mut findings = Vec::new();
    for Rule(id, check) in RULES {
        findings.extend(check(case, Message::new(id))?);
    }
    let number = |index: usize| u64::try_from(index).unwrap_or(u64::MAX);
    let bytes = case.pdf.bytes();
    let facts = CoverageFacts {
        byte_range: byte_range(&case.found.dictionary).unwrap_or_default(),
        revision: case.revision.map(|index| number(index).saturating_add(1)),
        revisions: number(case.pdf.revisions().len()),
        whole_file: case.range.is_some_and(|range| is_blank(bytes.get(range.end..))),
    };
    Ok((facts, findings))
}

/// The index of the well-formed revision that ends at `end`, white space aside.
pub(crate) fn revision_ending_at(pdf: &Pdf, end: usize) -> Option<usize> {
    let bytes = pdf.bytes();
    let revisions = pdf.revisions();
    let next = revisions.partition_point(|revision| revision.end < end);
    let index = match revisions.get(next) {
        Some(revision) if is_blank(bytes.get(end..revision.end)) => next,
        _ => {
            let index = next.checked_sub(1)?;
            is_blank(bytes.get(revisions.get(index)?.end..end)).then_some(index)?
        }
    };
    revisions.get(index).filter(|revision| revision.well_formed && !revision.recovered)?;
    // What is cut off with the white space must not be the end mark.
    let signed = bytes.get(..end)?;
    trim_end(signed).ends_with(b"%%EOF").then_some(index)
}

fn range_is_well_formed(case: &Case<'_>, message: Message) -> crate::Result<Option<Message>> {
    Ok(case.range.is_none().then_some(message))
}

fn contents_are_direct(case: &Case<'_>, message: Message) -> crate::Result<Option<Message>> {
    let is_direct = case.contents.token.is_some() && case.contents.is_plain;
    Ok((!is_direct).then_some(message))
}

fn gap_is_contents(case: &Case<'_>, message: Message) -> crate::Result<Option<Message>> {
    let Some(range) = case.range else { return Ok(None) };
    Ok((case.contents.token != Some(range.gap)).then(|| message.with("from", range.gap.start).with("to", range.gap.end)))
}

fn range_is_revision(case: &Case<'_>, message: Message) -> crate::Result<Option<Message>> {
    Ok((case.range.is_some() && case.revision != Some(case.found.revision)).then_some(message))
}

fn revision_is_claimed_once(case: &Case<'_>, message: Message) -> crate::Result<Option<Message>> {
    let Some(revision) = case.revision else { return Ok(None) };
    Ok((case.claims > 1).then(|| message.with("revision", revision.saturating_add(1))))
}

fn objects_are_unambiguous(case: &Case<'_>, message: Message) -> crate::Result<Option<Message>> {
    let twin = case.pdf.revisions().iter().find_map(|revision| revision.twins().first().copied());
    Ok(twin.map(|object| message.with("object", object)))
}

fn nothing_trails(case: &Case<'_>, message: Message) -> crate::Result<Option<Message>> {
    let end = case.pdf.revisions().last().map_or(0, |revision| revision.end);
    let rest = case.pdf.bytes().get(end..);
    Ok((!is_blank(rest)).then(|| message.with("offset", end).with("count", rest.map_or(0, <[u8]>::len))))
}

/// The signature dictionary, the field that bears it, and `/Perms`, as they were signed and as they are now.
fn dictionary_is_kept(case: &Case<'_>, message: Message) -> crate::Result<Option<Message>> {
    let kept = dictionary_is_same(case)? && fields_are_same(case)? && permissions_are_same(case)?;
    Ok((!kept).then_some(message))
}

fn dictionary_is_same(case: &Case<'_>) -> crate::Result<bool> {
    let Some(reference) = case.found.reference else { return Ok(true) };
    let last = case.pdf.revisions().len().saturating_sub(1);
    if super::signature::defining_revision(case.pdf, reference.number, last) == Some(case.found.revision) {
        return Ok(true);
    }
    let now = object(case.pdf, last, reference)?;
    Ok(now.is_some_and(|now| equal::same_dictionaries(&case.found.dictionary, &now, &[])))
}

/// The keys of a field that say what it bears. Others are for the analysis of later changes.
fn fields_are_same(case: &Case<'_>) -> crate::Result<bool> {
    const KEYS: [&[u8]; 4] = [b"FT", b"T", b"V", b"Parent"];
    let last = case.pdf.revisions().len().saturating_sub(1);
    for Bearer { reference, dictionary, .. } in &case.found.fields {
        let Some(reference) = reference else { continue };
        let Some(now) = object(case.pdf, last, *reference)? else { return Ok(false) };
        if equal::changed_keys(dictionary, &now).any(|key| KEYS.contains(&key)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn permissions_are_same(case: &Case<'_>) -> crate::Result<bool> {
    let certified = |revision: usize| -> crate::Result<Option<Reference>> {
        let view = case.pdf.view(revision);
        let Some(catalog) = tolerate(view.catalog())? else { return Ok(None) };
        let permissions = tolerate(view.get(&catalog, b"Perms"))?.flatten();
        Ok(permissions.and_then(|permissions| permissions.value.as_dictionary()?.get(b"DocMDP")?.value.as_reference()))
    };
    let signed = certified(case.revision.unwrap_or(case.found.shown))?;
    Ok(signed.is_none() || signed == certified(case.pdf.revisions().len().saturating_sub(1))?)
}

fn object(pdf: &Pdf, revision: usize, reference: Reference) -> crate::Result<Option<Arc<Dictionary>>> {
    Ok(tolerate(pdf.view(revision).object(reference))?.and_then(|object| match object.value {
        Value::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }))
}

/// Whether there is nothing but white space; more than 64 KiB of it is something.
fn is_blank(bytes: Option<&[u8]>) -> bool {
    const PADDING: usize = 1 << 16;
    bytes.is_some_and(|bytes| bytes.len() <= PADDING && bytes.iter().all(|byte| is_white_space(*byte)))
}

const fn is_white_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// The bytes without the white space at their end.
fn trim_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !is_white_space(*byte)).map_or(0, |last| last.saturating_add(1));
    bytes.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
