//! Files made to do harm. Work is bounded by the budget, and no test here asserts a time: one that is not bounded does not end.

use super::tests::walk;
use super::*;
use crate::format::pdf::sample::Sample;
use crate::limits::Limits;

/// Limits that honest small files stay far below.
fn tight() -> Budget {
    Budget::new(Limits { objects: 200_000, decoded_bytes: 8 << 20, ..Limits::default() })
}

fn read(bytes: &[u8]) -> Option<usize> {
    Pdf::open(bytes.into(), &OpenOptions::default(), &tight()).ok().map(|pdf| walk(&pdf))
}

/// A file whose object 4 is `four`, with a table.
fn with_four(four: &str) -> Vec<u8> {
    let mut sample = Sample::with_four(four);
    sample.table("");
    sample.bytes
}

fn deflate(data: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn deep_nesting_is_a_passed_limit() {
    for four in ["[".repeat(100_000), "<</A".repeat(100_000), "[".repeat(100_000) + &"]".repeat(100_000)] {
        let bytes = with_four(&four);
        let pdf = Pdf::open(bytes.as_slice().into(), &OpenOptions::default(), &Budget::default()).unwrap();
        let error = pdf.last().object(Reference { number: 4, generation: 0 }).unwrap_err();
        assert_eq!((error.kind(), error.to_string().contains("depth")), (ErrorKind::Limit, true));
    }
}

#[test]
fn an_object_of_very_many_values_is_a_passed_limit() {
    let bytes = with_four(&format!("[{}]", "0 ".repeat((1 << 20) + 1)));
    let pdf = Pdf::open(bytes.into(), &OpenOptions::default(), &Budget::default()).unwrap();
    assert_eq!(pdf.last().object(Reference { number: 4, generation: 0 }).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn strings_without_an_end_are_not_read_again_and_again() {
    for piece in ["4 0 obj (", "4 0 obj <4", "4 0 obj << /A (", "4 0 obj 5 %"] {
        let mut sample = Sample::with_four("null");
        for number in 5..3_000 {
            let offset = sample.bytes.len();
            sample.entry(number, Entry::At { offset, generation: 0 }).raw(piece);
        }
        sample.raw("\n").table("");
        // Whether it ends by the budget or by reaching the end is all the same; it ends.
        let _ = read(&sample.bytes);
        let _ = read(&piece.repeat(20_000).into_bytes());
    }
}

#[test]
fn a_scan_passes_over_the_bytes_once() {
    for piece in [
        "obj ",
        "1 0 obj ",
        "1 0 obj stream ",
        "1 0 obj<<>>stream\nendobj ",
        "endobj ",
        "endstream ",
        "trailer<<",
        "startxref 9 ",
        "xref ",
        "1 0 obj<</Type/XRef>>stream ",
        "1 0 obj<</Type/ObjStm>>stream ",
        "11111111111 ",
    ] {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        bytes.extend(piece.repeat(100_000).bytes());
        let _ = read(&bytes);
        bytes.extend(b"\n2 0 obj << /Type /Catalog >> endobj\n");
        let _ = read(&bytes);
    }
}

#[test]
fn numbers_of_objects_are_bounded_in_a_scan() {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    for number in 0..300_000 {
        bytes.extend(format!("{number} 0 obj ").bytes());
    }
    let error = Pdf::open(bytes.into(), &OpenOptions::default(), &tight()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn circles_end() {
    for four in [
        "4 0 R",
        "<< /Length 4 0 R >>\nstream\nx\nendstream",
        "<< /Type /ObjStm /N 1 /First 4 0 R /Length 4 >>\nstream\n1 0 \nendstream",
        "<< /Filter 4 0 R /Length 1 >>\nstream\nx\nendstream",
        "<< /DecodeParms 4 0 R /Filter /FlateDecode /Length 1 >>\nstream\nx\nendstream",
    ] {
        assert!(read(&with_four(four)).is_some(), "{four}");
    }
    // An object stream that says it is inside itself, and one whose length is inside it.
    let mut sample = Sample::with_four("null");
    sample.object_stream(7, &[(7, "null")]).section_stream(8, "");
    assert!(read(&sample.bytes).is_some());
    let mut sample = Sample::with_four("null");
    let offset = sample.bytes.len();
    sample.entry(7, Entry::At { offset, generation: 0 }).entry(9, Entry::InStream { stream: 7, index: 0 });
    sample.raw("7 0 obj << /Type /ObjStm /N 1 /First 4 /Length 9 0 R >> stream\n9 0 5\nendstream\nendobj\n").section_stream(8, "");
    assert!(read(&sample.bytes).is_some());
}

#[test]
fn page_trees_that_are_deep_wide_or_circular_end() {
    let mut deep = Sample::new();
    deep.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
    for number in 2..5_000 {
        deep.object(number, &format!("<< /Type /Pages /Kids [{} 0 R 2 0 R] /Count 99999999999999 >>", number + 1));
    }
    deep.table("");
    let pdf = Pdf::open(deep.bytes.into(), &OpenOptions::default(), &tight()).unwrap();
    assert_eq!((pdf.last().pages(usize::MAX).unwrap().len(), pdf.last().page_count()), (0, None));

    let mut wide = Sample::new();
    let kids = "2 0 R 3 0 R ".repeat(60_000);
    wide.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, &format!("<< /Kids [{kids}] >>"))
        .object(3, &format!("<< /Kids [{kids}] >>"))
        .table("");
    let pdf = Pdf::open(wide.bytes.into(), &OpenOptions::default(), &Budget::default()).unwrap();
    assert!(pdf.last().pages(usize::MAX).unwrap().is_empty());
}

#[test]
fn bombs_in_object_streams_sections_and_filters_end_by_the_budget() {
    let bomb = deflate(&vec![b' '; 20 << 20]);
    let mut members = Sample::with_four("null");
    members.entry(9, Entry::InStream { stream: 7, index: 0 }).stream(7, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &bomb);
    members.section_stream(8, "");
    let pdf = Pdf::open(members.bytes.into(), &OpenOptions::default(), &tight()).unwrap();
    assert_eq!(pdf.last().object(Reference { number: 9, generation: 0 }).unwrap_err().kind(), ErrorKind::Limit);

    let mut section = Sample::with_four("null");
    let start = section.bytes.len();
    section.stream(8, "/Type /XRef /W [1 1 1] /Size 4000000000 /Root 1 0 R /Filter /FlateDecode", &bomb).close(start);
    assert_eq!(Pdf::open(section.bytes.into(), &OpenOptions::default(), &tight()).unwrap_err().kind(), ErrorKind::Limit);

    let twice = deflate(&deflate(&vec![0; 20 << 20]));
    let mut nested = Sample::with_four("null");
    nested.stream(7, "/Filter [/FlateDecode /FlateDecode]", &twice).table("");
    let pdf = Pdf::open(nested.bytes.into(), &OpenOptions::default(), &tight()).unwrap();
    let object = pdf.last().object(Reference { number: 7, generation: 0 }).unwrap();
    assert_eq!(pdf.last().decode(object.value.as_stream().unwrap()).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn many_sections_with_one_stream_are_bounded() {
    let mut sample = Sample::with_four("null");
    let rows = vec![0; 1 << 20];
    let start = sample.bytes.len();
    sample.stream(8, "/Type /XRef /W [1 1 1] /Size 9999999 /Root 1 0 R", &rows);
    for _ in 0..50 {
        sample.table(&format!("/XRefStm {start}"));
    }
    assert_eq!(Pdf::open(sample.bytes.into(), &OpenOptions::default(), &tight()).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn trailers_inside_each_other_are_bounded() {
    // Each section holds the next one in a string of its trailer.
    let mut text = "x".repeat(1 << 20);
    let mut head = String::from("%PDF-1.7\n");
    let mut offsets = vec![];
    for _ in 0..500 {
        offsets.push(head.len());
        let next = head.len() + "xref\n0 0\ntrailer << /Root 1 0 R /Prev 0000000000 /A (".len();
        head += &format!("xref\n0 0\ntrailer << /Root 1 0 R /Prev {next:010} /A (");
    }
    text += &") >> ".repeat(500);
    let bytes = format!("{head}{text}\nstartxref\n{}\n%%EOF\n", offsets[0]);
    assert_eq!(Pdf::open(bytes.into_bytes().into(), &OpenOptions::default(), &tight()).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn absurd_counts_are_only_counts() {
    for (dictionary, rows) in [
        ("/W [1 4 2] /Size 4294967295", &b""[..]),
        ("/W [1 4 2] /Index [4294967295 4294967295 0 9]", &[1; 70]),
        ("/W [0 0 1] /Size 10", &[0; 10]),
        ("/W [16 16 16] /Size 1", &[255; 48]),
        ("/W [17 0 0] /Size 1", &[0; 17]),
        ("/W [0 0 0] /Size 99999999", b""),
        ("/W [1 -1 2] /Size 1", b""),
        ("/W [1 4 2] /Index [-1 5]", &[0; 35]),
        ("/W [1 4 2] /Index [0]", &[0; 7]),
    ] {
        let mut sample = Sample::with_four("null");
        let start = sample.bytes.len();
        sample.stream(8, &format!("/Type /XRef /Root 1 0 R {dictionary}"), rows).close(start);
        let _ = read(&sample.bytes);
    }
    for table in [
        "0 4294967295\n",
        "4294967295 2\n0000000010 00000 n \n0000000010 00000 n \n",
        "0 99999999999999999999\n",
        "-1 1\n",
        "0 1\n9999999999 99999 n \n",
    ] {
        let mut sample = Sample::with_four("null");
        let start = sample.bytes.len();
        sample.raw(format!("xref\n{table}trailer << /Root 1 0 R >>\n")).close(start);
        assert!(read(&sample.bytes).is_some(), "{table}");
    }
    for (count, first) in [("99999999999", "5"), ("-1", "5"), ("2", "99999999999999"), ("2", "-5"), ("(x)", "null")] {
        let mut sample = Sample::with_four("null");
        sample.entry(9, Entry::InStream { stream: 7, index: 65_535 }).entry(10, Entry::InStream { stream: 7, index: 0 });
        sample
            .stream(7, &format!("/Type /ObjStm /N {count} /First {first}"), b"10 99999999999999999 11 4294967296 9 (")
            .section_stream(8, "");
        assert!(read(&sample.bytes).is_some());
    }
}

#[test]
fn random_changes_never_panic_or_hang() {
    let mut table = Sample::with_four("<< /A [1 2.5 (x\\)) <0fF> /N#20 true null 1 0 R] /B << /C (d) >> >>");
    table.stream(5, "/Filter /FlateDecode", &deflate(b"some data that are packed")).table("").object(4, "(REV2)").table("");
    let mut streams = Sample::with_four("(REV1)");
    streams.object_stream(7, &[(5, "<< /K 4 0 R >>"), (6, "[1 2 3]")]).section_stream(8, "");
    streams.object_stream(9, &[(5, "(REV2)")]).section_stream(10, "/Info 5 0 R");
    let mut hybrid = Sample::with_four("(REV1)");
    let start = hybrid.object_stream(7, &[(5, "(HIDDEN)")]).section_stream_only(8, "");
    hybrid.object(1, "<< /Type /Catalog /Pages 2 0 R >>").object(2, "<< /Type /Pages /Kids [3 0 R] >>").object(3, "<< /Type /Page >>");
    hybrid.table(&format!("/XRefStm {start}"));
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut opened = 0;
    for round in 0..5_000 {
        let original = [&table.bytes, &streams.bytes, &hybrid.bytes][round % 3];
        let bytes = random.change(original.clone());
        opened += usize::from(read(&bytes).is_some());
    }
    println!("5000 changed files, {opened} opened");
    assert!(opened > 1_000);
}

/// A small generator (xorshift64), so that a failure comes again.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }

    fn change(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        const WORDS: [&str; 16] = [
            "obj",
            "endobj",
            "stream",
            "endstream",
            "<<",
            ">>",
            "[",
            "]",
            "(",
            ")",
            " R",
            "99999999999999999999",
            "-1",
            "xref",
            "%%EOF",
            "trailer",
        ];
        for _ in 0..=self.next(4) {
            let at = self.next(bytes.len());
            match self.next(6) {
                0 => bytes.truncate(at),
                1 => bytes[at] ^= 1 << self.next(8),
                2 => drop(bytes.splice(at..at, WORDS[self.next(WORDS.len())].bytes())),
                3 => drop(bytes.drain(at..bytes.len().min(at + 1 + self.next(20)))),
                4 => {
                    let from = self.next(bytes.len());
                    let piece = bytes[from..bytes.len().min(from + 1 + self.next(60))].to_vec();
                    bytes.splice(at..at, piece);
                }
                _ => bytes[at] = b"0123456789 /<>[]()%"[self.next(19)],
            }
            if bytes.is_empty() {
                break;
            }
        }
        bytes
    }
}
