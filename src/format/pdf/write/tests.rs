use super::*;
use crate::format::pdf::testing::{LAYOUTS, Layout, Objects};
use crate::format::pdf::{OpenOptions, PdfString};
use crate::limits::Budget;

fn open(bytes: &[u8]) -> Pdf {
    Pdf::open(bytes.into(), &OpenOptions::default(), &Budget::default()).unwrap()
}

fn entries(numbers: &[u32]) -> BTreeMap<u32, (u64, u16)> {
    numbers.iter().map(|number| (*number, (u64::from(*number) * 10, 0))).collect()
}

fn catalog(update: &Update<'_>) -> Located {
    Located::at(update.view(), Reference { number: 1, generation: 0 }).unwrap()
}

/// The document with `/More true` in its catalog.
fn updated(original: &[u8]) -> Vec<u8> {
    let pdf = open(original);
    let mut update = Update::new(&pdf).unwrap();
    let catalog = catalog(&update);
    update.set(&catalog, b"More", b"true").unwrap();
    [original, &update.finish().unwrap().appended].concat()
}

fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

#[test]
fn successive_numbers_make_one_subsection() {
    assert_eq!(runs(&entries(&[1, 2, 3, 7, 9, 10])), [(1, 3), (7, 1), (9, 2)]);
    assert_eq!(runs(&entries(&[u32::MAX])), [(u32::MAX, 1)]);
    assert_eq!(runs(&entries(&[])), []);
}

#[test]
fn a_table_has_entries_of_twenty_bytes() {
    let mut entries = entries(&[3, 5, 6]);
    entries.insert(6, (LARGEST_TABLE_OFFSET, 7));
    assert_eq!(table(&entries), "xref\n3 1\n0000000030 00000 n\r\n5 2\n0000000050 00000 n\r\n9999999999 00007 n\r\n");
}

#[test]
fn offsets_past_the_table_go_into_a_stream_of_as_many_bytes_as_they_need() {
    assert!(!needs_stream(false, LARGEST_TABLE_OFFSET));
    assert!(needs_stream(false, LARGEST_TABLE_OFFSET + 1));
    assert!(needs_stream(true, 9));
    for (largest, bytes) in [(0, 3), (0xFF_FFFF, 3), (0x100_0000, 4), (LARGEST_TABLE_OFFSET, 5), (u64::MAX, 8)] {
        assert_eq!(width(largest), bytes, "{largest}");
    }
    let entries = BTreeMap::from([(4, (0x01_0203_0405, 0x0607))]);
    assert_eq!(stream_entries(&entries, 0x01_0203_0405), [1, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn names_and_strings_are_tokens_that_read_the_same() {
    for name in [&b"Name"[..], b"A B", b"#", b"a/b(c)", b"\0\xFF", b"T\xE1\xBB\x87p", b""] {
        let mut token = b"/Extra ".to_vec();
        push_name(&mut token, name);
        let pdf = open(&Objects::letter(&text(&token), "").write(Layout::Table));
        assert_eq!(pdf.last().catalog().unwrap().get(b"Extra").unwrap().value.as_name(), Some(name));
    }
    let pdf = open(&Objects::letter("", "").write(Layout::Table));
    let update = Update::new(&pdf).unwrap();
    let owner = Reference { number: 1, generation: 0 };
    for (string, token) in
        [("Phe duyet", "(Phe duyet)"), ("a(b)c\\", "(a\\(b\\)c\\\\)"), ("", "()"), ("Ký", "<FEFF004B00FD>"), ("a\nb", "<FEFF0061000A0062>")]
    {
        assert_eq!(text(&update.text(owner, string).unwrap()), token);
        let pdf = open(&Objects::letter(&format!("/Extra {token} "), "").write(Layout::Table));
        let read = pdf.last().catalog().unwrap().get(b"Extra").unwrap().value.as_string().map(PdfString::text);
        assert_eq!(read.as_deref(), Some(string));
    }
}

#[test]
fn what_does_not_change_keeps_its_spelling() {
    let odd = "/Odd#20Name 00123.4500 /S (\\116\\\n) /H <4 e6 7>%note\r/A[ 1  2 ]";
    for layout in LAYOUTS {
        let original = Objects::letter(odd, "").write(layout);
        let appended = text(&updated(&original)[original.len()..]);
        assert!(
            appended.contains(&format!("1 0 obj\n<< /Type /Catalog /Pages 2 0 R {odd} /More true>>\nendobj\n")),
            "{layout:?}: {appended}"
        );
    }
}

#[test]
fn the_section_is_of_the_kind_that_the_document_ends_with() {
    for layout in LAYOUTS {
        let original = Objects::letter("", "").write(layout);
        let whole = updated(&original);
        let (before, after) = (open(&original), open(&whole));
        let [first, second] = after.revisions() else { panic!("{layout:?}") };
        assert_eq!(second.stream, matches!(layout, Layout::Stream | Layout::ObjectStream), "{layout:?}");
        assert!(!second.hybrid && second.well_formed && after.repairs().is_empty(), "{layout:?}");
        assert_eq!((first.end, second.end), (original.len(), whole.len()), "{layout:?}");
        assert_eq!(second.trailer.get(b"Prev").unwrap().value.as_integer(), i64::try_from(before.revisions()[0].section).ok());
        assert_eq!(second.trailer.contains(b"Type"), second.stream, "{layout:?}");
        assert!(!second.trailer.contains(b"XRefStm"), "{layout:?}");
        for number in second.numbers() {
            let Some(Entry::At { offset, generation }) = after.last().entry(number) else { panic!("{layout:?} {number}") };
            assert!(whole[offset..].starts_with(format!("{number} {generation} obj").as_bytes()), "{layout:?} {number}");
        }
    }
}

#[test]
fn the_first_identifier_stays_and_the_second_is_new() {
    let original = Objects::letter("", "").write(Layout::Table);
    let once = updated(&original);
    let twice = updated(&once);
    let identifiers = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let trailer = open(bytes).last().trailer();
        let array = trailer.get(b"ID").unwrap().value.as_array().unwrap().0.clone();
        array.iter().map(|object| object.value.as_string().unwrap().bytes.to_vec()).collect()
    };
    let (before, once, twice) = (identifiers(&original), identifiers(&once), identifiers(&twice));
    assert_eq!((&before[0], &before[0]), (&once[0], &twice[0]));
    assert!(before[1] != once[1] && once[1] != twice[1] && once[1].len() == 16);
    let without: Vec<u8> = text(&original).replace("/ID [<", "/XX [<").chars().map(|character| u8::try_from(character).unwrap()).collect();
    let added = identifiers(&updated(&without));
    assert_eq!((added.len(), &added[0]), (2, &added[1]));
}

#[test]
fn other_entries_of_the_trailer_stay() {
    let original: Vec<u8> = Objects::letter("", "").write(Layout::Table);
    let place = original.windows(7).rposition(|window| window == b"/Root 1").unwrap();
    let original = [&original[..place], b"/Info 4 0 R /Own#20Key (\\101) ", &original[place..]].concat();
    let whole = updated(&original);
    assert!(
        text(&whole[original.len()..]).contains(" /Info 4 0 R /Own#20Key (\\101) /Root 1 0 R /ID ["),
        "{}",
        text(&whole[original.len()..])
    );
}

#[test]
fn new_numbers_are_past_every_number_in_use() {
    let original = text(&Objects::letter("", "").write(Layout::Table)).replace("/Size 6", "/Size 3");
    let original: Vec<u8> = original.chars().map(|character| u8::try_from(character).unwrap()).collect();
    let pdf = open(&original);
    assert_eq!(Update::new(&pdf).unwrap().allocate().unwrap(), Reference { number: 6, generation: 0 });
    let original = text(&original).replace("/Size 3", "/Size 40");
    let original: Vec<u8> = original.chars().map(|character| u8::try_from(character).unwrap()).collect();
    let pdf = open(&original);
    assert_eq!(Update::new(&pdf).unwrap().allocate().unwrap(), Reference { number: 40, generation: 0 });
}

#[test]
fn an_update_begins_on_a_line_of_its_own() {
    let mut original = Objects::letter("", "").write(Layout::Table);
    assert_eq!(updated(&original)[original.len()], b'1');
    original.pop();
    assert!(original.ends_with(b"%%EOF"));
    assert_eq!(&updated(&original)[original.len()..][..2], b"\n1");
}

#[test]
fn a_key_that_occurs_twice_is_not_changed() {
    let pdf = open(&Objects::letter("/More 1 /More 2 ", "").write(Layout::Table));
    let mut update = Update::new(&pdf).unwrap();
    let catalog = catalog(&update);
    assert!(update.set(&catalog, b"More", b"3").is_err());
    assert!(update.set(&catalog, b"Other", b"3").is_ok());
}
