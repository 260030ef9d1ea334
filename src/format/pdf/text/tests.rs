use super::*;
use crate::format::pdf::testing::{LAYOUTS, Objects};
use crate::format::pdf::{OpenOptions, Pdf};
use crate::limits::Budget;

const MAP: &str = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange \
                   2 beginbfchar <0001> <1EBF> <0002> <00660069> endbfchar \
                   2 beginbfrange <0010> <0019> <0030> <0020> <0021> [<0041> <0042>] endbfrange endcmap";

/// What the form object with this content and these fonts (names and objects) writes.
fn written(content: &str, fonts: &[(&str, &str)]) -> Written {
    let stream = |dictionary: &str, data: &str| format!("<< {dictionary} /Length {} >>\nstream\n{data}\nendstream", data.len());
    let entries: String = fonts.iter().zip(10..).map(|((name, _), number)| format!("/{name} {number} 0 R ")).collect();
    let resources = format!("<< /Font << {entries}>> /XObject << /Inner 7 0 R /Self 6 0 R /Picture 8 0 R >> >>");
    let mut objects = Objects::letter("", "")
        .with(&stream(&format!("/Type /XObject /Subtype /Form /Resources {resources}"), content))
        .with(&stream("/Type /XObject /Subtype /Form", "BT /F 9 Tf (in) Tj ET"))
        .with(&stream("/Type /XObject /Subtype /Image /Width 1 /Height 1", "x"))
        .with(&stream("", MAP));
    for (_, font) in fonts {
        objects = objects.with(font);
    }
    let mut all = Vec::new();
    for layout in LAYOUTS {
        let pdf = Pdf::open(objects.write(layout).into(), &OpenOptions::default(), &Budget::default()).unwrap();
        let object = pdf.last().object(Reference { number: 6, generation: 0 }).unwrap();
        all.push(Reader::new(pdf.last()).read(object.value.as_stream().unwrap()).unwrap());
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    all.remove(0)
}

const HELVETICA: (&str, &str) = ("F", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
const COMPOSITE: (&str, &str) = ("C", "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 9 0 R >>");

fn whole(text: &str) -> Written {
    Written { text: text.to_owned(), is_partial: false }
}

#[test]
fn every_operator_that_shows_text_is_read() {
    let content = "/Tx BMC q BT /F 9 Tf 2 2 Td (a) Tj [(b) -300 <63>] TJ 0 -9 Td (d) Tj T* (e) Tj (f) ' 1 2 (g) \" ET Q EMC";
    assert_eq!(written(content, &[HELVETICA]), whole("abc d e f g"));
}

#[test]
fn forms_within_forms_are_read_and_loops_end() {
    assert_eq!(written("/Inner Do", &[HELVETICA]), whole("in"));
    let loops = written("BT /F 9 Tf (a) Tj ET /Self Do", &[HELVETICA]);
    assert!(loops.is_partial && loops.text.starts_with("a a"));
}

#[test]
fn the_font_is_part_of_what_q_saves() {
    assert_eq!(written("BT /C 9 Tf q /F 9 Tf (a) Tj Q <0010> Tj ET", &[HELVETICA, COMPOSITE]), whole("a0"));
}

#[test]
fn composite_fonts_are_read_by_their_map() {
    assert_eq!(written("BT /C 9 Tf <00010002001000190021> Tj ET", &[COMPOSITE]), whole("ếfi09B"));
    assert!(written("BT /C 9 Tf <0077> Tj ET", &[COMPOSITE]).is_partial);
    let bare = ("C", "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H >>");
    assert_eq!(written("BT /C 9 Tf <0001> Tj ET", &[bare]), Written { text: String::new(), is_partial: true });
    let unicode = ("C", "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /UniGB-UCS2-H >>");
    assert_eq!(written("BT /C 9 Tf <1EBF> Tj ET", &[unicode]), whole("ế"));
}

#[test]
fn simple_fonts_are_read_by_their_encoding() {
    let font = |more: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {more} >>");
    for (more, text) in [
        ("", "a‘"),
        ("/Encoding /WinAnsiEncoding", "a`"),
        ("/Encoding << /Differences [96 /uhorn 97 /Dcroat] >>", "Đư"),
        ("/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [97 /uni1EBF] >>", "ế`"),
    ] {
        assert_eq!(written("BT /S 9 Tf (a`) Tj ET", &[("S", font(more).as_str())]), whole(text), "{more}");
    }
    for unknown in [
        "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>",
        "<< /Type /Font /Subtype /Type3 /Encoding << /Differences [97 /g1] >> >>",
        "<< /Type /Font /Subtype /TrueType /BaseFont /AAAAAA+X /FontDescriptor << /Flags 4 /FontFile2 5 0 R >> >>",
    ] {
        assert!(written("BT /S 9 Tf (a) Tj ET", &[("S", unknown)]).is_partial, "{unknown}");
    }
}

#[test]
fn what_may_be_read_otherwise_is_said() {
    assert_eq!(written("BT /F 9 Tf 3 Tr (a) Tj 0 Tr (b) Tj ET 0 0 9 9 re f", &[HELVETICA]), whole("b"));
    for content in ["/Picture Do", "BI /W 1 /H 1 ID x EI", "/P scn 0 0 9 9 re f", "BT /Missing 9 Tf (a) Tj ET", "("] {
        assert!(written(content, &[HELVETICA]).is_partial, "{content}");
    }
    assert!(written(&"0 0 1 1 2 2 c ".repeat(40), &[]).is_partial);
    let behind = written("BI /W 1 /H 1 ID (EI\n EI BT /F 9 Tf (a) Tj ET", &[HELVETICA]);
    assert_eq!(behind, Written { text: String::from("a"), is_partial: true });
}
