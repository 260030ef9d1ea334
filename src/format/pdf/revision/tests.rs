use std::path::PathBuf;

use super::*;
use crate::format::pdf::sample::Sample;
use crate::format::pdf::{Object, Value};
use crate::limits::Limits;

fn open(bytes: &[u8]) -> Pdf {
    Pdf::open(bytes.into(), &OpenOptions::default(), &Budget::default()).unwrap()
}

fn four(view: View<'_>) -> String {
    show(&view.object(Reference { number: 4, generation: 0 }).unwrap())
}

fn show(object: &Object) -> String {
    match &object.value {
        Value::String(string) => String::from_utf8_lossy(&string.bytes).into_owned(),
        Value::Null => "null".to_owned(),
        other => format!("{other:?}"),
    }
}

fn ids(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(Message::id).collect()
}

/// A change to a file of one revision that holds `(REV1)` in object 4, and what object 4 then is.
type Case = (&'static str, fn(&mut Sample) -> &mut Sample, &'static str);

#[test]
fn the_newest_revision_decides_what_an_object_is() {
    let cases: [Case; 12] = [
        ("replaced", |sample| sample.object(4, "(REV2)").table(""), "REV2"),
        ("freed", |sample| sample.entry(4, Entry::Free { generation: 1 }).table(""), "null"),
        ("given another generation", |sample| sample.object_of(4, 1, "(GEN1)").table(""), "null"),
        ("put in an object stream", |sample| sample.object_stream(7, &[(4, "(REV2)")]).section_stream(8, ""), "REV2"),
        ("put in an object stream by a hybrid section", hybrid, "REV2"),
        ("said to be where another object is", |sample| sample.entry(4, Entry::At { offset: 15, generation: 0 }).table(""), "null"),
        (
            "in an object stream but in no section",
            |sample| sample.object_stream(7, &[(5, "(PHANTOM)"), (4, "(PHANTOM)")]).table(""),
            "REV1",
        ),
        ("replaced by a lower generation", |sample| sample.object_of(4, 5, "(GEN5)").table("").object(4, "(REV2)").table(""), "REV2"),
        ("replaced by one with a key twice", |sample| sample.object(5, "<< /A (FIRST) /A (LAST) >>").object(4, "5 0 R").table(""), "LAST"),
        ("put where there is nothing", |sample| sample.entry(4, Entry::At { offset: 3, generation: 0 }).table(""), "null"),
        ("put past the end", |sample| sample.entry(4, Entry::At { offset: 1 << 30, generation: 0 }).table(""), "null"),
        ("not touched", |sample| sample.object(5, "null").table(""), "REV1"),
    ];
    for (what, change, expected) in cases {
        let mut sample = Sample::with_four("(REV1)");
        sample.table("");
        let first = sample.bytes.len();
        change(&mut sample);
        let pdf = open(&sample.bytes);
        let last = pdf.last();
        let object = last.resolve(&last.object(Reference { number: 4, generation: 0 }).unwrap()).unwrap();
        let value = object.value.as_dictionary().and_then(|dictionary| dictionary.get(b"A").cloned()).unwrap_or(object);
        assert_eq!(show(&value), expected, "{what}");
        assert_eq!(four(pdf.view(0)), "REV1", "{what}");
        assert_eq!(pdf.revisions()[0].end, first);
        assert!(pdf.revisions().iter().all(|revision| revision.well_formed), "{what}");
        assert_eq!((pdf.revisions().last().unwrap().end, pdf.repairs()), (sample.bytes.len(), &[][..]), "{what}");
        assert_eq!(pdf.revisions().last().unwrap().hybrid, what.contains("hybrid"));
    }
}

fn hybrid(sample: &mut Sample) -> &mut Sample {
    let start = sample.object_stream(7, &[(4, "(REV2)")]).section_stream_only(8, "");
    sample.entry(4, Entry::Free { generation: 0 }).table(&format!("/XRefStm {start}"))
}

#[test]
fn junk_before_the_header_moves_every_offset() {
    let mut sample = Sample::with_four("(REV1)");
    sample.table("").object(4, "(REV2)").table("");
    let junk = b"HTTP/1.1 200 OK\r\n\r\n";
    let pdf = open(&[junk, &sample.bytes[..]].concat());
    assert_eq!((four(pdf.last()), four(pdf.view(0))), ("REV2".into(), "REV1".into()));
    assert_eq!(ids(pdf.repairs()), ["document.junk_before_header"]);
    assert!(pdf.revisions().iter().all(|revision| revision.well_formed));

    // Some writers count from the first byte all the same.
    let mut sample = Sample::new();
    sample.bytes.splice(0..0, *b"junk\n");
    sample.object(1, "<< /Type /Catalog >>").object(4, "(REV1)").table("");
    assert_eq!(four(open(&sample.bytes).last()), "REV1");
}

#[test]
fn a_bad_startxref_is_repaired_and_no_revision_is_made_of_it() {
    let mut sample = Sample::with_four("(REV1)");
    sample.table("");
    let first = sample.bytes.len();
    sample.object(4, "(REV2)").raw("xref\n0 0\ntrailer << /Root 1 0 R >>\n").close(7);
    let pdf = open(&sample.bytes);
    assert_eq!(ids(pdf.repairs()), ["document.xref_rebuilt"]);
    assert_eq!((four(pdf.last()), four(pdf.view(0))), ("REV2".into(), "REV1".into()));
    let facts: Vec<_> = pdf.revisions().iter().map(|revision| (revision.end, revision.well_formed, revision.recovered)).collect();
    assert_eq!(facts, [(first, true, false), (sample.bytes.len(), false, true)]);
}

#[test]
fn a_rebuilt_file_shows_its_newest_objects_and_those_in_object_streams() {
    let mut sample = Sample::with_four("(OLD)");
    sample.object(4, "(NEW)").object_stream(7, &[(9, "(MEMBER)"), (1, "<< /Type /Catalog /Pages 2 0 R /Version /1.7 >>")]);
    sample.raw("trailer << /Root 1 0 R >>\n");
    let pdf = open(&sample.bytes);
    assert_eq!((pdf.revisions().len(), pdf.revisions()[0].well_formed), (1, false));
    assert_eq!(four(pdf.last()), "NEW");
    assert_eq!(show(&pdf.last().object(Reference { number: 9, generation: 0 }).unwrap()), "MEMBER");
    assert!(pdf.last().catalog().unwrap().contains(b"Version"));

    // Without a trailer the catalog is found by what it is.
    let sample = Sample::with_four("(OLD)");
    assert_eq!(four(open(&sample.bytes).last()), "OLD");
}

#[test]
fn an_old_section_does_not_reach_into_later_bytes() {
    let mut sample = Sample::with_four("(REV1)");
    sample.entry(6, Entry::At { offset: 3_000, generation: 0 }).table("");
    let first = sample.bytes.len();
    let padding = " ".repeat(3_000 - first);
    sample.raw(padding).raw("6 0 obj\n(LATER)\nendobj\n").object(5, "null").table("");
    let pdf = open(&sample.bytes);
    for view in [pdf.view(0), pdf.view(1)] {
        assert!(matches!(view.object(Reference { number: 6, generation: 0 }).unwrap().value, Value::Null));
    }
    assert_eq!(ids(&pdf.findings()), ["document.object_outside"]);
}

#[test]
fn an_object_that_begins_before_the_end_of_its_revision_and_ends_behind_it_is_missing() {
    let mut sample = Sample::with_four("(REV1)");
    let body = sample.bytes.len();
    sample.raw("6 0 obj\n[").entry(6, Entry::At { offset: body, generation: 0 }).table("");
    sample.raw("]\nendobj\n").object(5, "null").table("");
    let pdf = open(&sample.bytes);
    assert!(matches!(pdf.last().object(Reference { number: 6, generation: 0 }).unwrap().value, Value::Null));
}

#[test]
fn a_revision_ends_behind_its_end_mark_and_its_line_end() {
    for (tail, length, well_formed) in [
        ("\n%%EOF\n", 7, true),
        ("\n%%EOF\r\n", 8, true),
        ("\n%%EOF\r", 7, true),
        ("\n%%EOF", 6, true),
        ("\r\n%%EOF\n\n\n", 8, true),
        (" %%EOF\n%%EOF\n", 7, true),
        ("\n%%EOF garbage", 6, true),
        ("\n", 0, false),
        ("\n%EOF\n", 0, false),
        ("\n% hello\n%%EOF\n", 0, false),
    ] {
        let mut sample = Sample::with_four("(REV1)");
        sample.table("");
        let number = sample.bytes.len() - "\n%%EOF\n".len();
        sample.bytes.truncate(number);
        sample.raw(tail);
        let pdf = open(&sample.bytes);
        let revision = &pdf.revisions()[0];
        assert_eq!((revision.end, revision.well_formed), (number + length, well_formed), "{tail:?}");
        assert_eq!(four(pdf.last()), "REV1");
    }
}

#[test]
fn a_startxref_that_names_another_section_makes_no_revision() {
    let mut sample = Sample::with_four("(REV1)");
    sample.table("");
    let (first, section) = (sample.bytes.len(), sample.last_section().unwrap());
    sample.object(4, "(REV2)").table("");
    // The first revision is now said to begin somewhere else.
    let text = format!("startxref\n{section}\n");
    let at = memchr::memmem::find(&sample.bytes, text.as_bytes()).unwrap();
    sample.bytes[at + 10] = b'9';
    let pdf = open(&sample.bytes);
    let facts: Vec<_> = pdf.revisions().iter().map(|revision| (revision.end, revision.well_formed)).collect();
    assert_eq!(facts, [(first, false), (sample.bytes.len(), true)]);
}

#[test]
fn a_linearised_pair_is_one_revision() {
    let mut sample = Sample::new();
    sample.object(1, "<< /Type /Catalog /Pages 2 0 R >>").object(4, "(REV1)");
    let start = sample.bytes.len();
    // The second section is further on; its offset is patched in.
    sample.table("/Prev 0000000000").object(2, "<< /Type /Pages /Kids [] /Count 0 >>");
    let main = sample.bytes.len();
    let at = memchr::memmem::find(&sample.bytes, b"/Prev 0000000000").unwrap();
    sample.bytes.splice(at..at + 16, format!("/Prev {main:010}").into_bytes());
    let named = memchr::memmem::find(&sample.bytes, b"startxref\n").unwrap() + 10;
    let line = start.to_string().len();
    sample.bytes.splice(named..named + line, "0".repeat(line).into_bytes());
    sample.follow(None);
    sample.table("");
    let end = sample.bytes.len();
    let patched = memchr::memmem::rfind(&sample.bytes, b"startxref\n").unwrap() + 10;
    sample.bytes.splice(patched..patched + main.to_string().len(), format!("{start:0width$}", width = main.to_string().len()).into_bytes());
    sample.follow(Some(start));
    sample.object(4, "(REV2)").table("");
    let pdf = open(&sample.bytes);
    let facts: Vec<_> = pdf.revisions().iter().map(|revision| (revision.end, revision.section, revision.well_formed)).collect();
    assert_eq!(facts[0], (end, start, true));
    assert_eq!((facts.len(), facts[1].2), (2, true));
    assert_eq!((four(pdf.view(0)), four(pdf.view(1))), ("REV1".into(), "REV2".into()));
    assert_eq!(pdf.view(0).page_count(), Some(0));
}

#[test]
fn a_circle_of_sections_ends_and_is_no_revision() {
    let mut sample = Sample::with_four("(REV1)");
    let start = sample.bytes.len();
    sample.table(&format!("/Prev {start}"));
    let pdf = open(&sample.bytes);
    assert_eq!(ids(pdf.repairs()), ["document.xref_loop"]);
    assert_eq!((pdf.revisions().len(), pdf.revisions()[0].well_formed), (1, false));
    assert_eq!(four(pdf.last()), "REV1");
}

#[test]
fn a_section_may_be_given_up_to_the_limit() {
    let mut sample = Sample::with_four("(REV1)");
    for _ in 0..12 {
        sample.object(4, "(NEXT)").table("");
    }
    let pdf = open(&sample.bytes);
    assert_eq!(pdf.revisions().len(), 12);
    assert_eq!(four(pdf.view(11)), "NEXT");
    assert!(matches!(pdf.view(11).object(Reference { number: 5, generation: 0 }).unwrap().value, Value::Null));
    let budget = Budget::new(Limits { sections: 11, ..Limits::default() });
    let error = Pdf::open(sample.bytes.into(), &OpenOptions::default(), &budget).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn odd_tables_are_read() {
    for (what, table, odd) in [
        ("lines of 19 bytes", "0 2\n0000000000 65535 f\n{1} 00000 n\n2 3\n{2} 00000 n\n0000000000 00000 f\n{4} 00000 n\n", false),
        ("lines of 21 bytes", "0 2\n0000000000 65535 f  \n{1} 00000 n  \n2 3\n{2} 00000 n  \n0000000000 00000 f  \n{4} 00000 n  \n", false),
        ("carriage returns", "0 2\r0000000000 65535 f\r\n{1} 00000 n\r\n2 3\r{2} 00000 n\r\n0000000000 00000 f\r\n{4} 00000 n\r\n", false),
        ("short numbers", "0 2 0 65535 f {1} 0 n 2 3 {2} 0 n 0 0 f {4} 0 n ", false),
        ("a first number off by one", "1 5\n0000000000 65535 f \n{1} 00000 n \n{2} 00000 n \n0000000000 00000 f \n{4} 00000 n \n", true),
        ("too many promised", "0 9\n0000000000 65535 f \n{1} 00000 n \n{2} 00000 n \n0000000000 00000 f \n{4} 00000 n \n", true),
        ("too few promised", "0 3\n0000000000 65535 f \n{1} 00000 n \n{2} 00000 n \n4 0\n{4} 00000 n \n", true),
    ] {
        let mut sample = Sample::with_four("(REV1)");
        let mut text = table.to_owned();
        for (number, entry) in sample.entries_so_far() {
            let Entry::At { offset, .. } = entry else { panic!() };
            text = text.replace(&format!("{{{number}}}"), &format!("{offset:010}"));
        }
        let start = sample.bytes.len();
        sample.raw(format!("xref\n{text}trailer\n<< /Root 1 0 R >>\n")).close(start);
        let pdf = open(&sample.bytes);
        let expected: &[&str] = if odd { &["document.xref_odd"] } else { &[] };
        assert_eq!(ids(pdf.repairs()), expected, "{what}");
        assert_eq!(four(pdf.last()), if what == "too few promised" { "null" } else { "REV1" }, "{what}");
        assert!(pdf.revisions()[0].well_formed);
        assert_eq!(pdf.last().page_count(), Some(0));
    }
}

#[test]
fn two_places_for_one_object_are_told() {
    let mut sample = Sample::with_four("(FIRST)");
    sample.object(4, "(SECOND)").table("");
    let pdf = open(&sample.bytes);
    assert_eq!((four(pdf.last()).as_str(), pdf.revisions()[0].twins()), ("FIRST", vec![4]));

    let mut sample = Sample::with_four("(TABLE)");
    let start = sample.object_stream(7, &[(5, "(HIDDEN)")]).entry(4, Entry::At { offset: 15, generation: 0 }).section_stream_only(8, "");
    for (number, entry) in Sample::with_four("(TABLE)").entries_so_far() {
        sample.entry(*number, *entry);
    }
    sample.entry(5, Entry::Free { generation: 0 }).table(&format!("/XRefStm {start}"));
    let pdf = open(&sample.bytes);
    assert_eq!((four(pdf.last()).as_str(), pdf.revisions()[0].twins()), ("TABLE", vec![4]));
    assert_eq!(show(&pdf.last().object(Reference { number: 5, generation: 0 }).unwrap()), "HIDDEN");
}

#[test]
fn a_wrong_stream_length_is_repaired_and_told() {
    for length in ["1", "999999999999999999999", "5 0 R", "6 0 R", "-1"] {
        let mut sample = Sample::new();
        sample
            .object(1, "<< /Type /Catalog >>")
            .object(4, &format!("<< /Length {length} >>\nstream\r\nDATA\r\nendstream"))
            .object(5, "3")
            .table("");
        let pdf = open(&sample.bytes);
        let object = pdf.last().object(Reference { number: 4, generation: 0 }).unwrap();
        assert_eq!(pdf.raw(object.value.as_stream().unwrap()), b"DATA", "{length}");
        assert_eq!(ids(&pdf.findings()), ["document.stream_length"], "{length}");
    }
}

#[test]
fn pages_are_found_in_order_and_circles_end() {
    let mut sample = Sample::new();
    sample
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R 5 0 R << /Type /Page /Direct true >> 2 0 R 9 0 R] /Count 3 >>")
        .object(3, "<< /Type /Pages /Kids [4 0 R 2 0 R] >>")
        .object(4, "<< /Type /Page >>")
        .object(5, "<< /Type /Page >>")
        .table("");
    let pdf = open(&sample.bytes);
    let numbers = |limit| -> Vec<_> {
        pdf.last().pages(limit).unwrap().into_iter().map(|(reference, _)| reference.map(|reference| reference.number)).collect()
    };
    assert_eq!(numbers(10), [Some(4), Some(5), None]);
    assert_eq!(numbers(1), [Some(4)]);
    assert_eq!(pdf.last().page_count(), Some(3));
}

#[test]
fn locations_are_equal_where_the_bytes_are_the_same() {
    let mut sample = Sample::with_four("(REV1)");
    sample.object_stream(7, &[(5, "(A)"), (6, "(B)")]).section_stream(8, "").object(4, "(REV1)").section_stream(9, "");
    let pdf = open(&sample.bytes);
    let same = |number| pdf.view(0).location(number) == pdf.view(1).location(number);
    assert!(!same(4) && same(5) && same(6) && same(1));
    assert_ne!(pdf.view(0).location(5), pdf.view(0).location(6));
    assert_eq!(pdf.view(0).location(77), None);
    let extent = pdf.view(1).extent(4).unwrap().unwrap();
    assert_eq!(extent.of(&sample.bytes).unwrap(), b"4 0 obj\n(REV1)\nendobj");
    assert_eq!(pdf.revisions()[1].numbers(), [4, 9]);
    assert_eq!(pdf.revisions()[0].highest(), Some(8));
}

/// The folder of the corpus, where it is there.
fn corpus() -> Option<PathBuf> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("KYSO_CORPUS").map_or(default, PathBuf::from);
    if folder.join("pdf/manifest.tsv").is_file() {
        return Some(folder);
    }
    assert!(std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "the corpus is required, and not at {}", folder.display());
    println!("skipped: no corpus at {}", folder.display());
    None
}

#[test]
fn every_object_of_every_revision_of_the_corpus_is_read_without_a_panic() {
    let Some(folder) = corpus() else { return };
    let manifest = std::fs::read_to_string(folder.join("pdf/manifest.tsv")).unwrap();
    let mut lines = manifest.lines();
    let heads: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| heads.iter().position(|head| *head == name).unwrap();
    let (file, password) = (column("file"), column("password"));
    let (mut opened, mut failed, mut objects) = (0, 0, 0_usize);
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let bytes = std::fs::read(folder.join("pdf").join(cells[file])).unwrap();
        let password = Some(cells[password]).filter(|password| !password.is_empty() && *password != "-");
        let options = OpenOptions { password: password.map(|password| password.as_bytes().to_vec().into()) };
        match Pdf::open(bytes.into(), &options, &Budget::default()) {
            Ok(pdf) => {
                opened += 1;
                objects += walk(&pdf);
                let ends: Vec<_> = pdf.revisions().iter().map(|revision| (revision.end, revision.well_formed)).collect();
                let notes: Vec<_> = pdf
                    .repairs()
                    .iter()
                    .chain(&pdf.findings())
                    .chain(&pdf.oddities().unwrap())
                    .map(|note| note.text(&crate::Locale::default()))
                    .collect();
                println!("{}: {:?} of {} {notes:?}", cells[file], ends, pdf.bytes().len());
            }
            Err(error) => {
                failed += 1;
                println!("{}: {error}", cells[file]);
            }
        }
    }
    println!("{opened} opened, {failed} failed, {objects} objects read");
    assert!(opened > 0);
}

pub(super) fn walk(pdf: &Pdf) -> usize {
    let mut objects = 0;
    for index in 0..pdf.revisions().len() {
        let view = pdf.view(index);
        for number in pdf.revisions()[index].numbers() {
            let generation = match view.entry(number) {
                Some(Entry::At { generation, .. }) => generation,
                _ => 0,
            };
            if let Ok(object) = view.object(Reference { number, generation }) {
                objects += 1;
                if let Some(stream) = object.value.as_stream() {
                    let _ = view.decode(stream);
                }
            }
        }
        let _ = view.pages(100);
        let _ = view.page_count();
    }
    objects
}
