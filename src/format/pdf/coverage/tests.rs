use crate::format::pdf::letter::{VALUE, facts, ids, letter, letter_with, page, seal, signature, signature_field, signed};
use crate::format::pdf::revision::Entry;

/// The bytes with one text replaced by another of the same length, once.
fn swap(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = memchr::memmem::find(bytes, old.as_bytes()).unwrap();
    [&bytes[..at], new.as_bytes(), &bytes[at + old.len()..]].concat()
}

/// The byte range of the signed letter, as written.
fn range(bytes: &[u8]) -> (String, [usize; 4]) {
    let start = memchr::memmem::find(bytes, b"/ByteRange ").unwrap() + 11;
    let text = String::from_utf8_lossy(&bytes[start..start + 36]).into_owned();
    let numbers: Vec<usize> = text.trim_matches(['[', ']']).split(' ').map(|number| number.parse().unwrap()).collect();
    (text, numbers.try_into().unwrap())
}

/// The findings of coverage where the byte range is written as `new`.
fn with_range(new: impl Fn([usize; 4]) -> String) -> Vec<String> {
    let bytes = signed("").bytes;
    let (old, numbers) = range(&bytes);
    let bytes = swap(&bytes, &old, &format!("{:<36}", new(numbers)));
    let facts = facts(&bytes);
    assert_eq!(facts.signatures.len(), 1);
    ids(&facts.signatures[0], "coverage.").into_iter().map(str::to_owned).collect()
}

#[test]
fn an_honest_signature_covers_the_whole_file() {
    let facts = facts(&signed("").bytes);
    let signature = &facts.signatures[0];
    assert_eq!(ids(signature, "coverage."), Vec::<&str>::new());
    assert_eq!((signature.coverage.revision, signature.coverage.revisions, signature.coverage.whole_file), (Some(1), 1, true));
    assert_eq!(signature.field.as_deref(), Some("Leader"));
}

#[test]
fn a_byte_range_is_four_integers_that_rise_from_zero_inside_the_file() {
    let broken: [fn([usize; 4]) -> String; 10] = [
        |[_, a, b, _]| format!("[0 {a} {b}]"),
        |[_, a, b, c]| format!("[0 {a} {b} {c} 0 0]"),
        |[_, a, b, c]| format!("[1 {a} {b} {c}]"),
        |[_, a, b, c]| format!("[0 {a} {b} {}]", c + 1),
        |[_, a, b, c]| format!("[0 {a} {b} -{c}]"),
        |[_, a, b, c]| format!("[0 {a}.0 {b} {c}]"),
        |[_, a, b, _]| format!("[0 {a} {b} 0]"),
        |[_, _, b, c]| format!("[0 {b} {b} {c}]"),
        |[_, a, b, _]| format!("[0 {a} {b} 9223372036854775807]"),
        |_| "null".to_owned(),
    ];
    for (index, range) in broken.into_iter().enumerate() {
        assert!(with_range(range).contains(&"coverage.byte_range".to_owned()), "{index}");
    }
}

#[test]
fn the_gap_is_the_value_and_nothing_else() {
    let wide: [fn([usize; 4]) -> String; 4] = [
        |[_, a, b, c]| format!("[0 {} {b} {c}]", a - 1),
        |[_, a, b, c]| format!("[0 {a} {} {}]", b + 1, c - 1),
        |[_, a, b, c]| format!("[0 {} {b} {c}]", a + 1),
        |[_, a, b, c]| format!("[0 {a} {} {}]", b - 1, c + 1),
    ];
    for range in wide {
        assert_eq!(with_range(range), ["coverage.gap"]);
    }
}

#[test]
fn the_signed_bytes_end_with_a_revision() {
    assert_eq!(with_range(|[_, a, b, c]| format!("[0 {a} {b} {}]", c - 3)), ["coverage.revision"]);
    // The end of line behind the end mark is nobody's.
    assert_eq!(with_range(|[_, a, b, c]| format!("[0 {a} {b} {}]", c - 1)), Vec::<String>::new());
}

#[test]
fn the_value_is_a_direct_hexadecimal_string() {
    let bytes = signed("").bytes;
    for (new, expected) in [
        ("(0060102030405060000 )", ["coverage.contents", "coverage.gap"].as_slice()),
        ("<300601020304 5060000>", ["coverage.contents"].as_slice()),
    ] {
        let facts = facts(&swap(&bytes, VALUE, new));
        assert_eq!(ids(&facts.signatures[0], "coverage."), expected, "{new}");
    }
    let mut indirect = letter();
    indirect.object(9, &signature_field("Leader", "/V 10 0 R"));
    indirect.object(10, &signature("").replace(VALUE, "11 0 R")).object(11, VALUE).table("");
    seal(&mut indirect);
    let facts = facts(&indirect.bytes);
    assert!(ids(&facts.signatures[0], "coverage.").contains(&"coverage.contents"));
    assert!(!facts.signatures[0].unsigned);
}

#[test]
fn a_signature_in_an_object_stream_is_not_covered() {
    let mut sample = letter();
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object_stream(12, &[(10, &signature(""))]).section_stream(13, "");
    seal(&mut sample);
    let facts = facts(&sample.bytes);
    assert!(ids(&facts.signatures[0], "coverage.").contains(&"coverage.contents"));
}

#[test]
fn only_white_space_may_follow_the_last_revision() {
    let bytes = signed("").bytes;
    for (tail, expected) in [
        (b"\r\n\0\0".as_slice(), Vec::<&str>::new()),
        (b"12 0 obj\n(new)\nendobj\n", vec!["coverage.trailing"]),
        (b"%%EOF", vec!["coverage.trailing"]),
        (b"x", vec!["coverage.trailing"]),
    ] {
        let facts = facts(&[&bytes, tail].concat());
        assert_eq!(ids(&facts.signatures[0], "coverage."), expected, "{}", String::from_utf8_lossy(tail));
    }
}

#[test]
fn a_signature_that_says_something_else_now_is_found() {
    let mut sample = signed("/Reason (agreed)");
    let start = memchr::memmem::find(&sample.bytes, b"<< /Type /Sig").unwrap();
    let end = start + memchr::memmem::find(&sample.bytes[start..], b"\nendobj").unwrap();
    let dictionary = String::from_utf8_lossy(&sample.bytes[start..end]).into_owned();
    // The same dictionary in another order says the same.
    let reordered = dictionary.replacen("/Type /Sig /Filter /Adobe.PPKLite", "/Filter /Adobe.PPKLite /Type /Sig", 1);
    for (again, expected) in [(dictionary.replace("agreed", "refused"), vec!["coverage.dictionary"]), (reordered, vec![])] {
        let bytes = sample.bytes.clone();
        let facts = facts(&sample.object(10, &again).table("").bytes);
        assert_eq!(facts.signatures.len(), 1);
        assert_eq!(facts.signatures[0].reason.as_deref(), Some("agreed"));
        assert_eq!(ids(&facts.signatures[0], "coverage."), expected);
        let section = memchr::memmem::rfind(&bytes, b"xref\n0 1");
        sample.bytes = bytes;
        sample.follow(section);
    }
}

#[test]
fn two_signatures_cannot_close_one_revision() {
    let mut sample = letter_with(&page("/Annots [9 0 R 11 0 R]"), "<< /Fields [9 0 R 11 0 R] >>");
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature(""));
    sample.object(11, &signature_field("Office", "/V 12 0 R")).object(12, &signature("")).table("");
    seal(&mut sample);
    let facts = facts(&sample.bytes);
    assert_eq!(facts.signatures.len(), 2);
    for signature in &facts.signatures {
        assert_eq!(ids(signature, "coverage."), ["coverage.overlap"]);
    }
}

#[test]
fn an_object_stands_in_one_place() {
    let mut sample = letter();
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature(""));
    sample.stream(4, "", b"BT (another) Tj ET").table("");
    seal(&mut sample);
    let facts = facts(&sample.bytes);
    assert_eq!(ids(&facts.signatures[0], "coverage."), ["coverage.twins"]);
}

#[test]
fn a_signature_belongs_to_the_revision_that_it_closes() {
    // Its range reaches over the revision behind it.
    let mut sample = letter();
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).table("");
    sample.object(11, "(later)").table("");
    seal(&mut sample);
    let facts = facts(&sample.bytes);
    assert_eq!(ids(&facts.signatures[0], "coverage."), ["coverage.revision"]);
}

#[test]
fn a_rebuilt_file_has_no_revision_that_can_be_signed() {
    let mut sample = signed("");
    let start = memchr::memmem::rfind(&sample.bytes, b"startxref").unwrap();
    sample.bytes[start + 10] = b'9';
    sample.entry(1, Entry::Free { generation: 0 });
    let facts = facts(&sample.bytes);
    assert!(!facts.findings.is_empty());
    assert!(ids(&facts.signatures[0], "coverage.").contains(&"coverage.revision"));
}
