use super::*;
use crate::format::pdf::testing::{Layout, Objects};
use crate::format::pdf::{OpenOptions, Value};
use crate::limits::Budget;

fn addition() -> Addition<'static> {
    Addition {
        field: None,
        certification: None,
        reason: None,
        location: None,
        contact: None,
        time: Time::parse("2026-11-23T16:28:29+07:00", Zone::UTC).unwrap(),
        zone: Zone::VIETNAM,
        digest: DigestAlgorithm::Sha256,
        certificates: &[],
        reserve: 10,
    }
}

fn open(bytes: &[u8]) -> Pdf {
    Pdf::open(bytes.into(), &OpenOptions::default(), &Budget::default()).unwrap()
}

fn draft(original: &[u8], addition: &Addition<'_>) -> Draft {
    Draft::new(&open(original), addition).unwrap()
}

fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

const EMPTY_FIELD: &str = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (NAME) /Rect [0 0 0 0] /F 132 /P 3 0 R >>";

/// A letter with an empty signature field for each name.
fn with_fields(names: &[&str]) -> Vec<u8> {
    let references: String = (6..6 + names.len()).map(|number| format!("{number} 0 R ")).collect();
    let form = Objects::letter(&format!("/AcroForm << /Fields [{references}] >> "), &format!("/Annots [{references}] "));
    names.iter().fold(form, |objects, name| objects.with(&EMPTY_FIELD.replace("NAME", name))).write(Layout::Table)
}

#[test]
fn a_date_says_the_time_in_its_zone() {
    let time = Time::parse("2026-01-02T23:04:05Z", Zone::UTC).unwrap();
    for (zone, expected) in [("+07:00", "D:20260103060405+07'00'"), ("Z", "D:20260102230405+00'00'"), ("-03:30", "D:20260102193405-03'30'")]
    {
        assert_eq!(date(time, Zone::parse(zone).unwrap()), expected);
    }
}

#[test]
fn the_range_is_everything_but_the_hole_and_as_long_whatever_its_numbers_are() {
    assert_eq!(byte_range(&[0, 0, 0]).len(), byte_range(&[usize::MAX >> 1; 3]).len());
    let original = Objects::letter("", "").write(Layout::Table);
    let draft = draft(&original, &addition());
    let whole = [&original[..], &draft.appended].concat();
    let pdf = open(&whole);
    let tree = FieldTree::read(pdf.last()).unwrap();
    let value = tree.named("Signature1").unwrap().1.value.clone().unwrap();
    let Value::Dictionary(signature) = pdf.last().resolve(&value).unwrap().value else { panic!("no dictionary") };
    let range: Vec<_> =
        signature.get(b"ByteRange").unwrap().value.as_array().unwrap().0.iter().map(|number| number.value.as_integer().unwrap()).collect();
    let (start, end) = (original.len() + draft.hole.start, original.len() + draft.hole.end);
    assert_eq!(range, [0, start, end, whole.len() - end].map(|number| i64::try_from(number).unwrap()));
    assert_eq!(signature.get(b"Contents").unwrap().span, Span::new(start, end));
    assert_eq!(text(&whole[start..end]), "<00000000000000000000>");
    assert_eq!(draft.reserved(), 10);
}

#[test]
fn a_value_fills_the_hole_from_its_start_and_no_longer_one_does() {
    let original = Objects::letter("", "").write(Layout::Table);
    let draft = draft(&original, &addition());
    let filled = draft.fill(&[0xAB, 0x01]).unwrap();
    assert_eq!(text(&filled[draft.hole.range()]), "<ab010000000000000000>");
    assert_eq!((&filled[..draft.hole.start], &filled[draft.hole.end..]), draft.signed_parts().into());
    assert!(draft.fill(&[1; 10]).is_ok());
    assert_eq!(draft.fill(&[1; 11]), Err(TooSmall { reserved: 10, needed: 11 }));
}

#[test]
fn the_digest_is_of_original_and_appended_bytes() {
    let original = Objects::letter("", "").write(Layout::Table);
    let draft = draft(&original, &addition());
    let mut hasher = DigestAlgorithm::Sha256.hasher();
    hasher.update(&original);
    let [before, after] = draft.signed_parts();
    assert_eq!(draft.digest(hasher), DigestAlgorithm::Sha256.digest(&[&original, before, after].concat()));
}

#[test]
fn a_field_is_found_or_made() {
    let named = |name| Addition { field: Some(name), ..addition() };
    for (names, addition, expected) in [
        (&[][..], addition(), "Signature1"),
        (&["GiamDoc"], addition(), "GiamDoc"),
        (&["GiamDoc", "VanThu"], addition(), "Signature1"),
        (&["Signature1", "Signature2"], addition(), "Signature3"),
        (&["GiamDoc", "VanThu"], named("VanThu"), "VanThu"),
        (&["GiamDoc"], named("Chữ ký mới"), "Chữ ký mới"),
    ] {
        let original = with_fields(names);
        let draft = draft(&original, &addition);
        assert_eq!(draft.field, expected, "{names:?}");
        let whole = [&original[..], &draft.appended].concat();
        let tree = FieldTree::read(open(&whole).last()).unwrap();
        assert_eq!(
            tree.fields().filter(|(_, node)| node.value.is_some()).map(|(_, node)| node.name.as_str()).collect::<Vec<_>>(),
            [expected]
        );
        assert_eq!(tree.nodes.len(), if names.contains(&expected) { names.len() } else { names.len() + 1 }, "{names:?}");
    }
}

#[test]
fn a_certification_is_named_in_the_catalog_and_says_its_level() {
    for (catalog, level) in [("", 1), ("/Perms << /Own 1 >> ", 2), ("/Perms 6 0 R ", 3)] {
        let original = Objects::letter(catalog, "").with("<< /Own 1 >>").write(Layout::Table);
        let draft = draft(&original, &Addition { certification: Some(level), ..addition() });
        let appended = text(&draft.appended);
        let reference =
            format!("<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P {level} >> >>");
        assert_eq!(appended.matches(&reference).count(), 1, "{appended}");
        let whole = [&original[..], &draft.appended].concat();
        let pdf = open(&whole);
        let catalog = pdf.last().catalog().unwrap();
        let permissions = pdf.last().get(&catalog, b"Perms").unwrap().unwrap();
        let certified = permissions.value.as_dictionary().unwrap().get(b"DocMDP").unwrap().value.as_reference();
        let tree = FieldTree::read(pdf.last()).unwrap();
        assert_eq!(certified, tree.named("Signature1").unwrap().1.value.as_ref().unwrap().value.as_reference());
    }
}

#[test]
fn a_field_that_locks_others_gets_its_reference() {
    for (lock, parameters) in [
        ("/Action /All", "/Action /All >> >>"),
        ("/Action /Include /Fields [(So) (Ng\\340y)]", "/Action /Include /Fields [(So)<FEFF004E006700E00079>] >> >>"),
        ("/Action /Exclude /Fields []", "/Action /Exclude /Fields [] >> >>"),
    ] {
        let field = EMPTY_FIELD.replace("NAME", "GiamDoc").replace("/P 3", &format!("/Lock << /Type /SigFieldLock {lock} >> /P 3"));
        let original = Objects::letter("/AcroForm << /Fields [6 0 R] >> ", "/Annots [6 0 R] ").with(&field).write(Layout::Table);
        let appended = text(&draft(&original, &addition()).appended);
        let start = "<< /Type /SigRef /TransformMethod /FieldMDP /Data 1 0 R /TransformParams << /Type /TransformParams /V /1.2 ";
        assert!(appended.contains(&format!("{start}{parameters}")), "{lock}: {appended}");
    }
}

#[test]
fn a_page_of_a_tagged_document_gets_a_tab_order_with_the_first_signature_alone() {
    let tagged = "/MarkInfo << /Marked true >> ";
    for (catalog, page, expected) in
        [(tagged, "", true), (tagged, "/Tabs /R ", false), ("", "", false), ("/MarkInfo << /Marked false >> ", "", false)]
    {
        let original = Objects::letter(catalog, page).write(Layout::Table);
        let appended = text(&draft(&original, &addition()).appended);
        assert_eq!(appended.contains("/Tabs /S"), expected, "{catalog} {page}");
    }
    let signed = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (A) /Rect [0 0 0 0] /V << /Type /Sig >> >>";
    let original =
        Objects::letter(&format!("{tagged}/AcroForm << /Fields [6 0 R] >> "), "/Annots [6 0 R] ").with(signed).write(Layout::Table);
    assert!(!text(&draft(&original, &addition()).appended).contains("/Tabs"));
}

#[test]
fn a_stored_draft_that_is_not_made_like_this_is_not_consistent() {
    let original = Objects::letter("", "").write(Layout::Table);
    let good = draft(&original, &addition());
    assert!(good.is_consistent(original.len()));
    assert!(!good.is_consistent(original.len() + 1));
    let Span { start, end } = good.hole;
    for hole in [Span::new(start + 1, end), Span::new(start, end - 1), Span::new(start, end + 2), Span::new(end, start), Span::new(0, 0)] {
        assert!(!Draft { hole, ..good.clone() }.is_consistent(original.len()), "{hole:?}");
    }
    let mut filled = good.clone();
    filled.appended[start + 3] = b'1';
    assert!(!filled.is_consistent(original.len()));
    let mut odd = good;
    odd.appended[start - 3] = b'x';
    assert!(!odd.is_consistent(original.len()));
}
