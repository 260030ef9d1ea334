use crate::format::pdf::letter::{FORM, facts, letter, letter_with, page, seal, signature, signature_field, signed, text_field};
use crate::format::pdf::revision::Entry;
use crate::format::pdf::sample::Sample;
use crate::format::{ChangeLevel, Later};

/// What came after the first signature of a letter that is signed with `certified` and then changed.
fn later(certified: &str, change: impl Fn(&mut Sample)) -> Later {
    let mut sample = signed(certified);
    change(&mut sample);
    sample.table("");
    seal(&mut sample);
    facts(&sample.bytes).signatures.swap_remove(0).later
}

fn ids(later: &Later) -> Vec<&str> {
    later.changes.iter().map(|change| change.message.id()).collect()
}

type Change = fn(&mut Sample);

#[test]
fn every_change_has_its_level() {
    use ChangeLevel::{Annotations, FormFilling, LongTermData, Nothing, Other};
    let cases: &[(Change, ChangeLevel, &[&str])] = &[
        // Nothing.
        (
            |sample| {
                sample.object(2, "<< /Count 1.0 /Type /Pages /Kids [3 0 R] >>");
            },
            Nothing,
            &[],
        ),
        // Long-term data.
        (
            |sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /DSS 20 0 R >>");
                sample.object(20, "<< /Certs [21 0 R] /VRI << /AB << /Cert [21 0 R] >> >> >>").stream(21, "", b"0");
            },
            LongTermData,
            &["later.validation_data"],
        ),
        (
            |sample| {
                sample.object(20, "(unused)");
            },
            LongTermData,
            &["later.unused_objects"],
        ),
        (
            |sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Version /2.0 /Metadata 20 0 R >>");
                sample.stream(20, "/Type /Metadata /Subtype /XML", b"<x/>");
            },
            LongTermData,
            &["later.extensions", "later.metadata"],
        ),
        (
            |sample| {
                new_field(sample, "Stamp", "/V 21 0 R");
                sample.object(21, &signature("").replace("/Sig ", "/DocTimeStamp ").replace("ETSI.CAdES.detached", "ETSI.RFC3161"));
            },
            LongTermData,
            &["later.timestamp_added"],
        ),
        // Form filling and signing.
        (
            |sample| {
                sample.object(7, &text_field("(13)", "20 0 R")).stream(20, "/Type /XObject /Subtype /Form", b"BT (13) Tj ET");
            },
            FormFilling,
            &["later.field_filled"],
        ),
        (
            |sample| {
                new_field(sample, "Office", "/V 21 0 R");
                sample.object(21, &signature(""));
            },
            FormFilling,
            &["later.signature_added"],
        ),
        (|sample| new_field(sample, "Office", ""), FormFilling, &["later.signature_field_added"]),
        // Annotations.
        (
            |sample| {
                sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]")).object(20, "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] >>");
            },
            Annotations,
            &["later.annotation_added"],
        ),
        (
            |sample| {
                sample.object(7, &text_field("(12)", "20 0 R")).stream(20, "/Type /XObject /Subtype /Form", b"BT (99) Tj ET");
            },
            Annotations,
            &["later.appearance_only"],
        ),
        // Other.
        (
            |sample| {
                sample.stream(4, "", b"BT (forged) Tj ET");
            },
            Other,
            &["later.page_content"],
        ),
        (
            |sample| {
                sample.object(5, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>");
            },
            Other,
            &["later.form_defaults", "later.page_content"],
        ),
        (
            |sample| {
                sample.object(3, &page("/Annots [7 0 R 9 0 R] /Rotate 90"));
            },
            Other,
            &["later.page"],
        ),
        (
            |sample| {
                sample.object(2, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>");
            },
            Other,
            &["later.pages"],
        ),
        (
            |sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /OpenAction [3 0 R /Fit] >>");
            },
            Other,
            &["later.catalog"],
        ),
        (
            |sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
            },
            Other,
            &["later.form"],
        ),
        (
            |sample| {
                sample.entry(4, Entry::Free { generation: 1 });
            },
            Other,
            &["later.object_removed"],
        ),
        (
            |sample| {
                sample.object(6, "<< /Fields [7 0 R 9 0 R 20 0 R] /SigFlags 3 /DR << /Font << /F1 5 0 R >> >> >>");
                sample.object(20, "<< /FT /Tx /T (Sum) /V (1000) >>");
            },
            Other,
            &["later.field_added"],
        ),
        (
            |sample| {
                sample.object(7, &text_field("(12)", "8 0 R").replace("[100", "[200"));
            },
            Other,
            &["later.field_changed"],
        ),
        (
            |sample| {
                sample.object(9, &signature_field("Leader", "/V 10 0 R /AP << /N 8 0 R >>"));
            },
            Other,
            &["later.signature_changed"],
        ),
    ];
    for (index, (change, level, expected)) in cases.iter().enumerate() {
        let later = later("", change);
        assert_eq!((later.level, ids(&later).as_slice()), (Some(*level), *expected), "case {index}");
    }
}

/// A new signature field 20 in the form and on the page.
fn new_field(sample: &mut Sample, name: &str, more: &str) {
    new_field_at(sample, "[0 0 0 0]", name, more);
}

fn new_field_at(sample: &mut Sample, rect: &str, name: &str, more: &str) {
    sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]"));
    sample.object(6, "<< /Fields [7 0 R 9 0 R 20 0 R] /SigFlags 3 /DR << /Font << /F1 5 0 R >> >> >>");
    sample.object(20, &signature_field(name, more).replace("[0 0 0 0]", rect));
}

#[test]
fn an_appearance_changed_in_place_must_be_used_nowhere_else() {
    let fill = |sample: &mut Sample| {
        sample.object(7, &text_field("(13)", "8 0 R")).stream(8, "/Type /XObject /Subtype /Form", b"BT (13) Tj ET");
    };
    assert_eq!(ids(&later("", fill)), ["later.field_filled"]);
    // The same object is drawn by the page.
    let shared = page("/Annots [7 0 R 9 0 R]").replace("/Font <<", "/XObject << /X 8 0 R >> /Font <<");
    let mut sample = letter_with(&shared, FORM);
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).table("");
    seal(&mut sample);
    fill(&mut sample);
    let later = facts(&sample.table("").bytes).signatures.swap_remove(0).later;
    assert_eq!((later.level, ids(&later)), (Some(ChangeLevel::Other), vec!["later.field_filled", "later.page_content"]));
}

#[test]
fn an_object_that_was_awaited_is_content() {
    // The signed page already names a content stream that is not there.
    let mut sample = letter_with(&page("/Annots [7 0 R 9 0 R]").replace("/Contents 4 0 R", "/Contents [4 0 R 30 0 R]"), FORM);
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).table("");
    seal(&mut sample);
    sample.stream(30, "", b"BT (forged) Tj ET").table("");
    let facts = facts(&sample.bytes);
    assert_eq!(facts.signatures[0].later.level, Some(ChangeLevel::Other));
    assert_eq!(ids(&facts.signatures[0].later), ["later.hidden_object"]);
}

#[test]
fn what_is_allowed_follows_the_certification_and_the_locks() {
    use ChangeLevel::{Annotations, FormFilling, LongTermData};
    let certified = |level: u8| format!("/Reference [<< /TransformMethod /DocMDP /TransformParams << /P {level} >> >>]");
    let lock = |more: &str| format!("/Reference [<< /TransformMethod /FieldMDP /TransformParams << {more} >> >>]");
    let nothing = |_: &mut Sample| {};
    for (dictionary, allowed) in [
        (String::new(), FormFilling),
        (certified(1), LongTermData),
        (certified(2), FormFilling),
        (certified(3), Annotations),
        (lock("/Action /All /P 1"), LongTermData),
        (lock("/Action /All /P 3"), FormFilling),
    ] {
        assert_eq!(later(&dictionary, nothing).allowed, allowed, "{dictionary}");
    }
}

#[test]
fn a_locked_field_may_not_be_filled_in() {
    let lock = |names: &str| format!("/Reference [<< /TransformMethod /FieldMDP /TransformParams << {names} >> >>]");
    let fill = |sample: &mut Sample| {
        sample.object(7, &text_field("(13)", "8 0 R"));
    };
    for (dictionary, expected) in [
        (lock("/Action /Include /Fields [(Number)]"), "later.field_locked"),
        (lock("/Action /Exclude /Fields [(Number)]"), "later.field_filled"),
        (lock("/Action /Include /Fields [(Sum)]"), "later.field_filled"),
        (lock("/Action /All"), "later.field_locked"),
    ] {
        assert_eq!(ids(&later(&dictionary, fill)), [expected], "{dictionary}");
    }
}

#[test]
fn under_a_certification_no_place_for_a_signature_may_come() {
    let certified = "/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 2 >> >>]";
    let later = later(certified, |sample| new_field(sample, "Office", ""));
    assert_eq!((later.level, later.allowed), (Some(ChangeLevel::Annotations), ChangeLevel::FormFilling));
}

#[test]
fn sneaky_twins_of_allowed_changes_are_not_allowed() {
    use ChangeLevel::{Annotations, FormFilling, Other};
    const SHOWN: &str = "/AP << /N 22 0 R >>";
    let drawing = |sample: &mut Sample| {
        sample.stream(22, "/Type /XObject /Subtype /Form", b"BT (forged) Tj ET");
    };
    let cases: &[(&str, &dyn Fn(&mut Sample), ChangeLevel, &[&str])] = &[
        (
            "an empty place for a signature that shows something",
            &|sample| {
                new_field_at(sample, "[100 100 300 200]", "Office", SHOWN);
                drawing(sample);
            },
            Annotations,
            &["later.widget_changed"],
        ),
        (
            "a document timestamp that shows something",
            &|sample| {
                new_field_at(sample, "[100 100 300 200]", "Stamp", &format!("/V 21 0 R {SHOWN}"));
                sample.object(21, &signature("").replace("/Sig ", "/DocTimeStamp ").replace("ETSI.CAdES.detached", "ETSI.RFC3161"));
                drawing(sample);
            },
            FormFilling,
            &["later.signature_added"],
        ),
        (
            "annotations that are a stream",
            &|sample| {
                sample.object(3, &page("/Annots 22 0 R"));
                drawing(sample);
            },
            Other,
            &["later.page", "later.widget_changed"],
        ),
        (
            "a value that is a stream",
            &|sample| {
                sample.object(7, &text_field("22 0 R", "8 0 R"));
                drawing(sample);
            },
            Other,
            &["later.field_changed"],
        ),
        (
            "a key twice",
            &|sample| {
                sample.object(6, "<< /Fields [7 0 R 9 0 R] /SigFlags 3 /SigFlags 3 /DR << /Font << /F1 5 0 R >> >> >>");
            },
            Other,
            &["later.object"],
        ),
        ("an old signature in a new field", &|sample| new_field(sample, "Office", "/V 10 0 R"), Other, &["later.signature_changed"]),
        (
            "something else among the validation data",
            &|sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /DSS << /Certs [] /Extra 22 0 R >> >>");
                drawing(sample);
            },
            Other,
            &["later.validation_data_odd"],
        ),
        (
            "validation data that is also content",
            &|sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /DSS << /Certs [4 0 R] >> >>").stream(4, "", b"BT ET");
            },
            Other,
            &["later.validation_data", "later.page_content"],
        ),
        (
            "a catalog of another document",
            &|sample| {
                sample.object(24, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>");
                sample.object(1, "<< /Type /Catalog /Pages 24 0 R /AcroForm 6 0 R >>");
            },
            Other,
            &["later.catalog"],
        ),
    ];
    for (what, change, level, expected) in cases {
        let later = later("", change);
        let found = ids(&later);
        assert_eq!(later.level, Some(*level), "{what}: {found:?}");
        assert!(expected.iter().all(|id| found.contains(id)), "{what}: {found:?}");
    }
}

/// What came after the signature of a letter whose author prepared it: `first` before it is signed, `change` after.
fn prepared(first: impl Fn(&mut Sample), change: impl Fn(&mut Sample)) -> Later {
    let mut sample = letter();
    first(sample.table(""));
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).table("");
    seal(&mut sample);
    change(&mut sample);
    sample.table("");
    let facts = facts(&sample.bytes);
    facts.signatures.into_iter().find(|signature| signature.field.as_deref() == Some("Leader")).unwrap().later
}

const OTHER_PAGE: &str = "<< /Type /Page /Parent 30 0 R /Contents 32 0 R /MediaBox [0 0 595 842] >>";
const FORGED: &[u8] = b"BT (forged) Tj ET";

#[test]
fn an_object_in_two_roles_is_judged_in_both() {
    type Parts<'a> = (&'a str, &'a dyn Fn(&mut Sample), &'a dyn Fn(&mut Sample), &'a str);
    let cases: &[Parts<'_>] = &[
        (
            "content that calls itself a cross-reference stream",
            &|sample| {
                sample.stream(4, "/Type /XRef", b"BT ET");
            },
            &|sample| {
                sample.stream(4, "/Type /XRef", FORGED);
            },
            "later.page_content",
        ),
        (
            "content that calls itself an object stream",
            &|sample| {
                sample.stream(4, "/Type /ObjStm /N 0 /First 0", b"BT ET");
            },
            &|sample| {
                sample.stream(4, "/Type /ObjStm /N 0 /First 0", FORGED);
            },
            "later.page_content",
        ),
        (
            "a form object that calls itself a cross-reference stream leads to what a field shows",
            &|sample| {
                sample.object(3, &page("/Annots [7 0 R 9 0 R]").replace("/Font <<", "/XObject << /X 30 0 R >> /Font <<"));
                sample.stream(30, "/Type /XRef /Subtype /Form /Resources << /XObject << /Y 8 0 R >> >>", b"/Y Do");
            },
            &|sample| {
                sample.object(7, &text_field("(13)", "8 0 R")).stream(8, "/Type /XObject /Subtype /Form", FORGED);
            },
            "later.page_content",
        ),
        (
            "a node of the page tree that looks like structure",
            &|sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /StructTreeRoot 31 0 R >>");
                sample.object(2, "<< /Type /Pages /Kids [30 0 R] /Count 1 >>").object(31, "<< /Type /StructTreeRoot /K [] >>");
                sample.object(30, "<< /S /Sect /P 2 0 R /Parent 2 0 R /Kids [3 0 R] /Count 1 >>");
            },
            &|sample| {
                sample.object(30, "<< /S /Sect /P 2 0 R /Parent 2 0 R /Kids [33 0 R 3 0 R] /Count 1 >>");
                sample.object(33, OTHER_PAGE).stream(32, "", FORGED);
            },
            "later.object",
        ),
        (
            "numbers of pages that look like those of marked content",
            &|sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /StructTreeRoot 31 0 R /PageLabels 30 0 R >>");
                sample.object(30, "<< /Nums 32 0 R >>").object(32, "[0 << /S /D >>]").object(31, "<< /Type /StructTreeRoot /K [] >>");
            },
            &|sample| {
                sample.object(32, "[0 << /S /D >> 1 << /S /R >>]");
            },
            "later.object",
        ),
        (
            "a field that is also a page",
            &|sample| {
                sample.object(7, "<< /FT /Tx /T (Number) /V (12) /Type /Page /Kids [33 0 R] >>").object(33, OTHER_PAGE);
            },
            &|sample| {
                sample.object(7, "<< /FT /Tx /T (Number) /V (13) /Type /Pages /Kids [33 0 R] >>");
            },
            "later.field_changed",
        ),
        (
            "a new place for a signature that is also a page",
            &|_| {},
            &|sample| {
                new_field(sample, "Office", "/Contents 32 0 R");
                sample.stream(32, "", FORGED);
            },
            "later.field_added",
        ),
    ];
    for (what, first, change, expected) in cases {
        let later = prepared(first, change);
        let found = ids(&later);
        assert_eq!(later.level, Some(ChangeLevel::Other), "{what}: {found:?}");
        assert!(found.contains(expected), "{what}: {found:?}");
    }
}

#[test]
fn what_readers_disagree_about_is_not_allowed() {
    type Parts<'a> = (&'a str, &'a dyn Fn(&mut Sample), &'a dyn Fn(&mut Sample), &'a str);
    let cases: &[Parts<'_>] = &[
        (
            "a reference of another generation is filled with what a field shows",
            &|sample| {
                sample.object(3, &page("/Annots [7 0 R 9 0 R]").replace("/Font <<", "/XObject << /X 30 5 R >> /Font <<"));
            },
            &|sample| {
                sample.object(7, &text_field("(13)", "30 0 R")).stream(30, "/Type /XObject /Subtype /Form", FORGED);
            },
            "later.hidden_object",
        ),
        (
            "an object stream goes, and its objects with it",
            &|sample| {
                sample.object(3, &page("/Annots [7 0 R 9 0 R]").replace("/Font <<", "/XObject 31 0 R /Font <<"));
                sample.object_stream(30, &[(31, "<< /X 8 0 R >>")]).section_stream(32, "");
            },
            &|sample| {
                sample.entry(30, Entry::Free { generation: 1 });
            },
            "later.hidden_object",
        ),
        (
            "an object that no table names",
            &|_| {},
            &|sample| {
                sample.raw("4 0 obj\n<< /Length 2 >>\nstream\nBT\nendstream\nendobj\n");
            },
            "later.object",
        ),
        (
            "an awaited object that is not at its place",
            &|sample| {
                sample.object(3, &page("/Annots [7 0 R 9 0 R]").replace("/Font <<", "/XObject << /X 30 0 R >> /Font <<"));
            },
            &|sample| {
                let offset = sample.bytes.len();
                sample.entry(30, Entry::At { offset, generation: 0 }).stream(31, "/Type /XObject /Subtype /Form", FORGED);
            },
            "later.hidden_object",
        ),
    ];
    for (what, first, change, expected) in cases {
        let later = prepared(first, change);
        let found = ids(&later);
        assert!(later.level == Some(ChangeLevel::Other) && found.contains(expected), "{what}: {found:?}");
    }
}

#[test]
fn two_catalogs_in_one_trailer_are_not_allowed() {
    let mut sample = signed("");
    sample.table("/Root 20 0 R /Root 1 0 R");
    assert_eq!(ids(&facts(&sample.bytes).signatures[0].later), ["later.trailer"]);
}

#[test]
fn only_a_certification_that_a_field_bears_allows_annotations() {
    let certified = "/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 3 >> >>]";
    let orphan = |sample: &mut Sample| {
        sample.object(30, &signature(certified));
    };
    let later = prepared(orphan, |sample| {
        sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]")).object(20, "<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>");
    });
    assert_eq!((later.level, later.allowed), (Some(ChangeLevel::Annotations), ChangeLevel::FormFilling));
}

#[test]
fn what_one_revision_does_another_cannot_hide() {
    let mut sample = signed("");
    let content = b"BT /F1 18 Tf 72 720 Td (Kinh gui) Tj ET";
    sample.stream(4, "", b"BT (forged) Tj ET").table("").stream(4, "", content).table("");
    let facts = facts(&sample.bytes);
    assert_eq!(facts.signatures[0].later.level, Some(ChangeLevel::Other));
}

#[test]
fn a_copy_that_says_the_same_is_no_change() {
    let later = later("", |sample| {
        sample.object(3, &page("/Annots [7 0 R 9 0 R]").replace("<< /Font << /F1 5 0 R >> >>", "20 0 R"));
        sample.object(20, "<< /Font 21 0 R >>").object(21, "<< /F1 5 0 R >>");
    });
    assert_eq!((later.level, ids(&later)), (Some(ChangeLevel::Nothing), vec![]));
}

#[test]
fn too_much_work_leaves_it_unknown() {
    use crate::format::pdf::revision::{OpenOptions, Pdf};
    let mut sample = signed("");
    let many = "[ 1 ]".repeat(5_000);
    sample.object(20, &format!("[{many}]")).table("");
    let budget = crate::Budget::new(crate::Limits { objects: 4_000, ..crate::Limits::default() });
    let pdf = Pdf::open(sample.bytes.clone().into(), &OpenOptions::default(), &budget).unwrap();
    let facts = super::super::examine(&pdf, &crate::Evidence::new()).unwrap();
    assert_eq!(facts.signatures[0].later.level, None);
}

#[test]
fn what_steers_the_reader_may_not_come_and_its_neighbour_may() {
    use ChangeLevel::{Annotations, FormFilling, LongTermData, Nothing, Other};
    const CATALOG: &str = "/Type /Catalog /Pages 2 0 R /AcroForm 6 0 R";
    const PAGES: &str = "/Type /Pages /Kids [3 0 R] /Count 1";
    let annotated = || page("/Annots [7 0 R 9 0 R]");
    let catalog = |more: &str| (1, format!("<< {CATALOG} {more} >>"));
    let pages = |more: &str| (2, format!("<< {PAGES} {more} >>"));
    let cases = [
        // The catalog.
        (catalog("/OpenAction [3 0 R /Fit]"), Other, "later.catalog"),
        (catalog("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), Other, "later.catalog"),
        (catalog("/AA << /WC << /S /JavaScript /JS (0) >> >>"), Other, "later.catalog"),
        (catalog("/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (0) >>] >> >>"), Other, "later.catalog"),
        (catalog("/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a) >>] >> >>"), Other, "later.catalog"),
        (catalog("/OCProperties << /OCGs [] /D << /BaseState /OFF >> >>"), Other, "later.catalog"),
        (catalog("/AF [<< /Type /Filespec /F (a) >>]"), Other, "later.catalog"),
        (catalog("/Collection << /View /T >>"), Other, "later.catalog"),
        (catalog("/ViewerPreferences << /HideToolbar true >>"), Other, "later.catalog"),
        (catalog("/PageLabels << /Nums [0 << /S /r >>] >>"), Other, "later.catalog"),
        (catalog("/Lang (vi)"), Other, "later.catalog"),
        (catalog("/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 2 >> >>"), LongTermData, "later.extensions"),
        (catalog("/Unknown null"), Nothing, ""),
        (catalog("/Version /1.3"), LongTermData, "later.extensions"),
        (catalog("/Version /new"), Other, "later.catalog"),
        (catalog("/Version << /JS (0) >>"), Other, "later.catalog"),
        // The page tree, which pages inherit from.
        (pages("/Resources << /Font << /F1 5 0 R >> >>"), Other, "later.pages"),
        (pages("/MediaBox [0 0 1 1]"), Other, "later.pages"),
        (pages("/CropBox [0 0 1 1]"), Other, "later.pages"),
        (pages("/Rotate 180"), Other, "later.pages"),
        (pages(""), Nothing, ""),
        // Pages.
        ((3, annotated().replace("/Contents 4 0 R", "/Contents [4 0 R 4 0 R]")), Other, "later.page_content"),
        ((3, annotated().replace("/Contents 4 0 R", "/Contents []")), Other, "later.page_content"),
        ((3, annotated().replace("/F1 5 0 R", "/F1 5 0 R /F2 5 0 R")), Other, "later.page_content"),
        ((3, annotated().replace("595 842", "595 84")), Other, "later.page"),
        ((3, page("/Annots [7 0 R 9 0 R] /AA << /O << /S /JavaScript /JS (0) >> >>")), Other, "later.page"),
        ((3, page("/Annots [7 0 R 9 0 R] /AF [<< /Type /Filespec /F (a) >>]")), Other, "later.page"),
        ((3, page("/Annots [7 0 R 9 0 R] /UserUnit 2")), Other, "later.page"),
        ((3, page("/Annots [7 0 R 9 0 R] /Tabs /R")), Annotations, "later.tab_order"),
        ((3, page("/Annots [9 0 R 7 0 R]")), Annotations, "later.annotation_changed"),
        ((3, page("/Annots [7 0 R 7 0 R 9 0 R]")), Annotations, "later.annotation_changed"),
        ((3, page("/Annots [7 0 R 9 0 R] /Tabs /S")), FormFilling, "later.structure"),
        ((3, page("/Annots [7 0 R 9 0 R] /StructParents 0")), FormFilling, "later.structure"),
        ((3, annotated().replace("595 842", "595.0 842")), Nothing, ""),
    ];
    for ((number, body), level, expected) in &cases {
        let later = later("", |sample| {
            sample.object(*number, body);
        });
        let found = ids(&later);
        assert_eq!((later.level, found.join(" ").as_str()), (Some(*level), *expected), "{body}");
    }
}

#[test]
fn what_pages_inherit_and_show_may_not_change_behind_a_reference() {
    let shared =
        page("/Annots 31 0 R").replace("/Contents 4 0 R", "/Contents 30 0 R").replace("/Resources << /Font << /F1 5 0 R >> >>", "");
    let contents = |sample: &mut Sample, list: &str| {
        sample.object(30, list);
    };
    let cases: &[(&dyn Fn(&mut Sample), ChangeLevel, &str)] = &[
        (&|sample| contents(sample, "[4 0 R 4 0 R]"), ChangeLevel::Other, "later.page_content"),
        (&|sample| contents(sample, "[4   0 R]"), ChangeLevel::Nothing, ""),
        (
            &|sample| {
                sample.object(32, "<< /Font << /F1 5 0 R /F2 5 0 R >> >>");
            },
            ChangeLevel::Other,
            "later.object",
        ),
        (
            &|sample| {
                sample.object(31, "[9 0 R 7 0 R]");
            },
            ChangeLevel::Annotations,
            "later.annotation_changed",
        ),
        (
            &|sample| {
                sample.object(33, "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 /Resources 32 0 R /Rotate 90 >>");
            },
            ChangeLevel::Other,
            "later.pages",
        ),
    ];
    for (index, (change, level, expected)) in cases.iter().enumerate() {
        let mut sample = letter_with(&shared.replace("/Parent 2 0 R", "/Parent 33 0 R"), FORM);
        sample.table("").object(2, "<< /Type /Pages /Kids [33 0 R] /Count 1 >>");
        sample.object(33, "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 /Resources 32 0 R >>");
        sample.object(32, "<< /Font << /F1 5 0 R >> >>").object(30, "[4 0 R]").object(31, "[7 0 R 9 0 R]");
        sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).table("");
        seal(&mut sample);
        change(&mut sample);
        let later = facts(&sample.table("").bytes).signatures.swap_remove(0).later;
        assert_eq!((later.level, ids(&later).join(" ").as_str()), (Some(*level), *expected), "case {index}");
    }
}

#[test]
fn the_version_of_the_format_may_be_another_but_stays_one() {
    use ChangeLevel::{LongTermData, Nothing, Other};
    const CATALOG: &str = "/Type /Catalog /Pages 2 0 R /AcroForm 6 0 R";
    for (after, level) in [
        ("/Version /1.7", Nothing),
        ("/Version /2.0", LongTermData),
        ("/Version /1.3", LongTermData),
        ("", Other),
        ("/Version (1.7)", Other),
        ("/Version /1.7.1", Other),
    ] {
        let mut sample = letter();
        sample.table("").object(1, &format!("<< {CATALOG} /Version /1.7 >>"));
        sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).table("");
        seal(&mut sample);
        sample.object(1, &format!("<< {CATALOG} {after} >>")).table("");
        assert_eq!(facts(&sample.bytes).signatures.swap_remove(0).later.level, Some(level), "{after}");
    }
}

#[test]
fn the_trailer_keeps_leading_to_the_same_document() {
    use ChangeLevel::{LongTermData, Nothing, Other};
    const ID: &str = "/ID [<01> <02>]";
    let cases: &[(&str, &str, ChangeLevel, &str)] = &[
        (ID, ID, Nothing, ""),
        (ID, "", Nothing, ""),
        ("", ID, Nothing, ""),
        // Honest software does it.
        (ID, "/ID [<03> <02>]", Nothing, ""),
        (ID, "/ID [<01> <02>] /Info 40 0 R", LongTermData, "later.metadata"),
        (ID, "/ID [<01> <02>] /Root 41 0 R", LongTermData, "later.extensions"),
        (ID, "/ID [<01> <02>] /Root 42 0 R", Other, "later.catalog"),
        // What was there already, and meant something else.
        (ID, "/ID [<01> <02>] /Root 20 0 R", Other, "later.trailer"),
        (ID, "/ID [<01> <02>] /Info 20 0 R", LongTermData, "later.metadata"),
        (ID, "/ID [<01> <02>] /Unknown 1", Other, "later.trailer"),
    ];
    for (before, after, level, expected) in cases {
        let mut sample = letter_with(&page("/Annots [7 0 R 9 0 R]"), FORM);
        sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature(""));
        sample.object(20, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>").table(before);
        seal(&mut sample);
        for (number, named, body) in [
            (40, "/Info 40", "<< /Title (Giay) >>"),
            (41, "/Root 41", "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Version /2.0 >>"),
            (42, "/Root 42", "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /OpenAction [3 0 R /Fit] >>"),
        ] {
            if after.contains(named) {
                sample.object(number, body);
            }
        }
        // The last of two equal keys counts for this reader, so the root of the sample gives way.
        let start = sample.bytes.len();
        sample.table(after);
        if after.contains("/Root") {
            let at = start + memchr::memmem::find(&sample.bytes[start..], b"/Root 1 0 R").unwrap();
            sample.bytes[at..at + 11].fill(b' ');
        }
        let later = facts(&sample.bytes).signatures.swap_remove(0).later;
        assert_eq!((later.level, ids(&later).join(" ").as_str()), (Some(*level), *expected), "{before} {after}");
    }
}

/// An encryption dictionary for the empty password, of which nothing but the rights is used: strings and streams stay as they are.
fn encryption(more: &str) -> String {
    let owner = "/O <d2a21975cff3e7ca14c71bc38d889c64694c49c231d4ef34036237dd27f2e1205758e63b06986d13c43e93939172fc10>";
    let owner_key = "/OE <9df7b97cc2dbc00b3f00be4b8b530d0b3f8e4311a32677612ba082b453559033>";
    let user = "/U <70c0aeeaeac92d258cb0f331f80c1fbe98c79130cc70dde998613278c0b217affaf82142e26c7aeff2298d0f547265bb>";
    let user_key = "/UE <9555b207ce5551265d8105a3992eee092bedb2fc2081f5f2c34148d5200311fe>";
    let rights = "/P -4 /Perms <e0d3eeb3b0b03445504c36faa4ba7d4f>";
    let method = "/StmF /Identity /StrF /Identity /CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >>";
    format!("<< /Filter /Standard /V 5 /R 6 /Length 256 {owner} {owner_key} {user} {user_key} {rights} {method} {more} >>")
}

#[test]
fn encryption_stays_as_it_was_signed() {
    use crate::format::pdf::examine;
    use crate::format::pdf::revision::{OpenOptions, Pdf};
    let direct = format!("/Encrypt {}", encryption(""));
    let first = format!("{direct} /ID [<01> <02>]");
    let other = Some(ChangeLevel::Other);
    let cases = [
        (first.clone(), first.clone(), Some(ChangeLevel::Nothing)),
        (first.clone(), first.replace("<02>", "<03>"), Some(ChangeLevel::Nothing)),
        (first.clone(), first.replace("<01>", "<03>"), other),
        (first.clone(), first.replace("[<01> <02>]", "(01)"), other),
        (first.clone(), direct.clone(), other),
        (first.clone(), "/ID [<01> <02>]".to_owned(), other),
        (first.clone(), first.replace("/Length 256", "/Length 256 /Other 1"), other),
        (String::new(), direct, other),
        (String::new(), "/Encrypt 1".to_owned(), other),
        ("/Encrypt 50 0 R".to_owned(), "/Encrypt 51 0 R".to_owned(), other),
        ("/Encrypt 50 0 R".to_owned(), "/Encrypt 50 0 R".to_owned(), other),
        // Nobody can read it, so nobody says that it is the same.
        (String::new(), "/Encrypt << /Filter /Nobody >>".to_owned(), None),
    ];
    for (before, after, expected) in cases {
        let mut sample = letter_with(&page("/Annots [7 0 R 9 0 R]"), FORM);
        sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).object(50, &encryption("")).table(&before);
        seal(&mut sample);
        if before.contains("50 0 R") {
            sample.object(50, &encryption("/Other 1")).object(51, &encryption(""));
        }
        sample.table(&after);
        let opened = Pdf::open(sample.bytes.into(), &OpenOptions::default(), &crate::Budget::default());
        let facts = opened.and_then(|pdf| examine(&pdf, &crate::Evidence::new()));
        let level = facts.ok().and_then(|facts| facts.signatures.first().and_then(|signature| signature.later.level));
        assert_eq!(level, expected, "{before} {after}");
    }
}

#[test]
fn a_stream_is_the_same_only_with_its_right_length() {
    let content = "BT /F1 18 Tf 72 720 Td (Kinh gui) Tj ET";
    let rewrite = |length: &str, data: &str| {
        let (length, data) = (length.to_owned(), data.to_owned());
        later("", move |sample| {
            sample.object(4, &format!("<< /Length {length} >>\nstream\n{data}\nendstream"));
        })
    };
    let right = content.len().to_string();
    assert_eq!(ids(&rewrite(&right, content)), Vec::<&str>::new());
    for length in ["13", "0", "-1", "99999", "(39)", "null", "60 0 R"] {
        let later = rewrite(length, content);
        assert_eq!((later.level, ids(&later)), (Some(ChangeLevel::Other), vec!["later.page_content"]), "{length}");
    }
    // Told apart in the way it is stored: that does not count.
    let stored: String = content.bytes().map(|byte| format!("{byte:02x}")).collect();
    let filtered = |length: usize| {
        let stored = stored.clone();
        later("", move |sample| {
            sample.object(4, &format!("<< /Filter /ASCIIHexDecode /Length {length} >>\nstream\n{stored}\nendstream"));
        })
    };
    assert_eq!(filtered(stored.len()).level, Some(ChangeLevel::Nothing));
    assert_eq!(filtered(20).level, Some(ChangeLevel::Other));
}

#[test]
fn there_is_one_certification() {
    use ChangeLevel::{FormFilling, Other};
    let docmdp = |level: u8| format!("/Reference [<< /TransformMethod /DocMDP /TransformParams << /P {level} >> >>]");
    let cases = [
        (docmdp(2), docmdp(3), Other, vec!["later.signature_added", "later.certified"]),
        (docmdp(2), docmdp(2), Other, vec!["later.signature_added", "later.certified"]),
        (docmdp(3), docmdp(1), Other, vec!["later.signature_added", "later.certified"]),
        (docmdp(2), String::new(), FormFilling, vec!["later.signature_added"]),
        // The first one, but late: that is said elsewhere.
        (String::new(), docmdp(2), FormFilling, vec!["later.signature_added", "later.certified"]),
    ];
    for (first, second, level, expected) in &cases {
        let later = later(first, |sample| {
            new_field(sample, "Office", "/V 21 0 R");
            sample.object(21, &signature(second));
        });
        assert_eq!((later.level, ids(&later)), (Some(*level), expected.clone()), "{first} {second}");
    }
}

#[test]
fn an_annotation_that_does_something_is_no_note() {
    use ChangeLevel::{Annotations, Other};
    const ADDED: &str = "later.annotation_added";
    const ACTION: &str = "later.annotation_action later.annotation_added";
    let cases = [
        ("", Annotations, ADDED),
        ("/Dest [3 0 R /Fit]", Annotations, ADDED),
        ("/A << /S /GoTo /D [3 0 R /Fit] >>", Annotations, ADDED),
        ("/A << /S /URI /URI (https://example.vn) >>", Annotations, ADDED),
        ("/A << /S /URI /URI (https://example.vn) /Next << /S /JavaScript /JS (0) >> >>", Other, ACTION),
        ("/A << /S /JavaScript /JS (0) >>", Other, ACTION),
        ("/A << /S /Launch /F (a) >>", Other, ACTION),
        ("/A << /S /Hide /T (Number) >>", Other, ACTION),
        ("/A << >>", Other, ACTION),
        ("/A [3 0 R]", Other, ACTION),
        ("/A 21 0 R", Other, ACTION),
        ("/PA << /S /JavaScript /JS (0) >>", Other, ACTION),
        ("/AA << /E << /S /URI /URI (https://example.vn) >> >>", Other, ACTION),
    ];
    let certified = "/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 3 >> >>]";
    let note = |more: &str| format!("<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] {more} >>");
    for (more, level, expected) in cases {
        let indirect = later(certified, |sample| {
            sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]")).object(20, &note(more));
            if more.contains("21 0 R") {
                sample.object(21, "<< /S /JavaScript /JS (0) >>");
            }
        });
        assert_eq!((indirect.level, ids(&indirect).join(" ").as_str()), (Some(level), expected), "{more}");
        if !more.contains("21 0 R") {
            let direct = later(certified, |sample| {
                sample.object(3, &page(&format!("/Annots [7 0 R 9 0 R {}]", note(more))));
            });
            assert_eq!(direct.level, Some(level), "{more}");
        }
    }
}

#[test]
fn an_annotation_does_not_learn_to_do_something() {
    let certified = "/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 3 >> >>]";
    let note = |more: &str| format!("<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /P 3 0 R {more} >>");
    let address = |address: &str| format!("/A << /S /URI /URI ({address}) >>");
    let script = "/A << /S /JavaScript /JS (0) >>".to_owned();
    for (old, new, level) in [
        (address("a"), address("b"), ChangeLevel::Annotations),
        (script.clone(), format!("{script} /Contents (x)"), ChangeLevel::Annotations),
        (address("a"), script.clone(), ChangeLevel::Other),
        (String::new(), script, ChangeLevel::Other),
    ] {
        let mut sample = letter_with(&page("/Annots [7 0 R 9 0 R 20 0 R]"), FORM);
        sample.object(20, &note(&old)).object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature(certified)).table("");
        seal(&mut sample);
        sample.object(20, &note(&new)).table("");
        let later = facts(&sample.bytes).signatures.swap_remove(0).later;
        assert_eq!(later.level, Some(level), "{old} {new}: {:?}", ids(&later));
    }
}

#[test]
fn a_picture_that_two_share_is_not_changed_for_one() {
    use ChangeLevel::{Annotations, FormFilling, Other};
    const SUM: &str = "<< /FT /Tx /T (Sum) /V (12) /Type /Annot /Subtype /Widget /Rect [100 600 190 620] /P 3 0 R /AP 40 0 R >>";
    let number = |value: &str, appearance: &str| text_field(value, "8 0 R").replace("<< /N 8 0 R >>", appearance);
    let drawing = |sample: &mut Sample, object: u32| {
        sample.stream(object, "/Type /XObject /Subtype /Form", b"BT (13) Tj ET");
    };
    let own = |sample: &mut Sample| {
        sample.object(7, &number("(13)", "<< /N 50 0 R >>"));
        drawing(sample, 50);
    };
    let picture = |sample: &mut Sample| {
        sample.object(7, &number("(13)", "40 0 R"));
        drawing(sample, 8);
    };
    let dictionary = |sample: &mut Sample| {
        sample.object(7, &number("(13)", "40 0 R")).object(40, "<< /N 50 0 R >>");
        drawing(sample, 50);
    };
    let fields = "<< /Fields [7 0 R 9 0 R 30 0 R] /SigFlags 3 /DR << /Font << /F1 5 0 R >> >> >>";
    const ALONE: &str = "/AcroForm 6 0 R";
    const ELSEWHERE: &str = "/AcroForm 6 0 R /FooBar 40 0 R";
    let cases: &[(&str, &str, &str, &dyn Fn(&mut Sample), ChangeLevel, &str)] = &[
        ("alone, replaced", ALONE, FORM, &own, FormFilling, "later.field_filled"),
        ("alone, picture redrawn", ALONE, FORM, &picture, FormFilling, "later.field_filled"),
        ("alone, dictionary redrawn", ALONE, FORM, &dictionary, FormFilling, "later.field_filled"),
        ("two widgets, replaced for one", ALONE, fields, &own, FormFilling, "later.field_filled"),
        ("two widgets, picture redrawn", ALONE, fields, &picture, Annotations, "later.field_filled later.appearance_only"),
        ("two widgets, dictionary redrawn", ALONE, fields, &dictionary, Annotations, "later.field_filled later.appearance_only"),
        ("used elsewhere, replaced", ELSEWHERE, FORM, &own, Other, "later.shared_object later.field_filled"),
        ("used elsewhere, dictionary redrawn", ELSEWHERE, FORM, &dictionary, Other, "later.field_filled later.shared_object"),
    ];
    for (what, catalog, form, change, level, expected) in cases {
        let mut sample = letter_with(&page("/Annots [7 0 R 9 0 R 30 0 R]"), form);
        sample.table("").object(1, &format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"));
        let other = if *form == fields { SUM } else { "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] >>" };
        sample.object(7, &number("(12)", "40 0 R")).object(30, other).object(40, "<< /N 8 0 R >>");
        sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).table("");
        seal(&mut sample);
        change(&mut sample);
        let later = facts(&sample.table("").bytes).signatures.swap_remove(0).later;
        assert_eq!((later.level, ids(&later).join(" ").as_str()), (Some(*level), *expected), "{what}");
    }
}

#[test]
fn a_page_cannot_let_go_of_a_picture_in_the_same_breath() {
    // The page drew the appearance; it no longer does in the version that alters it.
    let shared = page("/Annots [7 0 R 9 0 R]").replace("/Font <<", "/XObject << /X 8 0 R >> /Font <<");
    let mut sample = letter_with(&shared, FORM);
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("")).table("");
    seal(&mut sample);
    sample.object(7, &text_field("(13)", "8 0 R")).stream(8, "/Type /XObject /Subtype /Form", b"BT (13) Tj ET");
    sample.object(3, &page("/Annots [7 0 R 9 0 R]")).table("");
    let later = facts(&sample.bytes).signatures.swap_remove(0).later;
    assert_eq!((later.level, ids(&later)), (Some(ChangeLevel::Other), vec!["later.field_filled", "later.page_content"]));
}

#[test]
fn what_hangs_on_an_untouched_object_belongs_to_all_who_use_it() {
    type Parts<'a> = (&'a str, &'a dyn Fn(&mut Sample), &'a dyn Fn(&mut Sample));
    let square = "<< /Type /Annot /Subtype /Square /Rect [0 0 90 90] >>";
    let cases: &[Parts<'_>] = &[
        (
            "the resources of the form are the page, and a drawing on it is metadata now",
            &|sample| {
                sample.object(3, &page("/Annots [7 0 R 9 0 R 30 0 R]")).object(30, square);
            },
            &|sample| {
                sample.object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Metadata 31 0 R >>");
                sample.stream(31, "/Type /Metadata /Subtype /XML", b"<x/>");
                sample.object(6, "<< /Fields [7 0 R 9 0 R] /SigFlags 3 /DR 3 0 R >>");
                sample.object(
                    30,
                    &square.replace("/Annot ", "/Metadata ").replace("/Subtype /Square", "/Subtype /XML").replace("/Rect", "/B"),
                );
            },
        ),
        (
            "a stamp shares the pictures of a field, which is filled in",
            &|sample| {
                sample.object(3, &page("/Annots [7 0 R 9 0 R 30 0 R]")).object(31, "<< /N 8 0 R >>");
                sample.object(7, &text_field("(12)", "8 0 R").replace("<< /N 8 0 R >> >>", "31 0 R >>"));
                sample.object(30, "<< /Type /Annot /Subtype /Stamp /Rect [0 0 90 90] /AP 31 0 R >>");
            },
            &|sample| {
                sample.object(7, &text_field("(13)", "8 0 R").replace("<< /N 8 0 R >> >>", "31 0 R >>"));
                sample.stream(8, "/Type /XObject /Subtype /Form /BBox [0 0 90 20]", FORGED);
            },
        ),
    ];
    for (what, first, change) in cases {
        let later = prepared(first, change);
        let found = ids(&later);
        assert!(later.level == Some(ChangeLevel::Other) && found.contains(&"later.shared_object"), "{what}: {found:?}");
    }
}

#[test]
fn cross_references_that_programs_read_apart_are_not_allowed() {
    let key =
        |later: &Later| -> Vec<String> { later.changes.iter().map(|change| change.message.text(&crate::Locale::default())).collect() };
    let mut sample = signed("");
    sample.object(20, "(unused)");
    let start = sample.bytes.len();
    sample.table("");
    let at = start + memchr::memmem::find(&sample.bytes[start..], b"/Size 99").unwrap();
    let mut bytes = sample.bytes.clone();
    bytes[at..at + 8].fill(b' ');
    let found = key(&facts(&bytes).signatures[0].later);
    assert!(found.iter().any(|text| text.contains("(Size)")), "no size: {found:?}");
    bytes[at..at + 8].copy_from_slice(b"/Size 20");
    let found = key(&facts(&bytes).signatures[0].later);
    assert!(found.iter().any(|text| text.contains("(Size)")), "too small a size: {found:?}");

    let mut broken = signed("");
    broken.object(20, "(unused)").raw("startxref\n3\n%%EOF\n");
    let later = facts(&broken.bytes).signatures.swap_remove(0).later;
    assert_eq!(later.level, Some(ChangeLevel::Other), "no table: {:?}", key(&later));

    let first = |sample: &mut Sample| {
        sample.object_stream(30, &[(31, "<< /X 8 0 R >>")]).section_stream(32, "");
    };
    let table = prepared(first, |sample| {
        sample.object(20, "(unused)");
    });
    assert!(key(&table).iter().any(|text| text.contains("(xref)")), "a table behind streams: {:?}", key(&table));
}

#[test]
fn pages_are_found_by_reference() {
    let later = later("", |sample| {
        sample.object(1, "<< /Type /Catalog /Pages << /Type /Pages /Kids [3 0 R] /Count 1 >> /AcroForm 6 0 R >>");
    });
    assert_eq!(ids(&later), ["later.catalog"]);
}

#[test]
fn a_time_stamp_with_a_place_may_be_drawn() {
    let later = later("", |sample| {
        new_field_at(sample, "[10 10 90 90]", "Stamp", "/V 21 0 R");
        sample.object(21, &signature("").replace("/Sig ", "/DocTimeStamp ").replace("ETSI.CAdES.detached", "ETSI.RFC3161"));
    });
    assert_eq!((later.level, ids(&later)), (Some(ChangeLevel::FormFilling), vec!["later.signature_added"]));
}

#[test]
fn an_annotation_is_named_by_the_page_that_shows_it() {
    let first = |sample: &mut Sample| {
        sample
            .object(3, &page("/Annots [7 0 R 9 0 R 30 0 R]"))
            .object(30, "<< /Type /Annot /Subtype /Square /Rect [0 0 90 90] /P 99 0 R >>");
    };
    let later = prepared(first, |sample| {
        sample.object(30, "<< /Type /Annot /Subtype /Square /Rect [0 0 95 90] /P 99 0 R >>");
    });
    let change = &later.changes[0].message;
    assert_eq!((change.id(), change.arguments().get("page")), ("later.annotation_changed", Some(&crate::message::Argument::Number(1))));
}

#[test]
fn the_name_of_a_subtype_stays_where_it_is() {
    let later = later("", |sample| {
        sample.object(9, &signature_field("Leader", "/V 10 0 R").replace("/Widget", "30 0 R")).object(30, "/Widget");
    });
    assert_eq!((later.level, ids(&later)), (Some(ChangeLevel::Other), vec!["later.signature_changed", "later.object"]));
}

#[test]
fn a_copy_of_a_layer_is_another_layer() {
    const LAYER: &str = "<< /Type /OCG /Name (An) >>";
    let catalog = |layers: &str| {
        format!("<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /OCProperties << /OCGs [{layers}] /D << /OFF [30 0 R] >> >> >>")
    };
    let resources = |layer: &str| page("/Annots [7 0 R 9 0 R]").replace("/Font <<", &format!("/Properties << /G {layer} >> /Font <<"));
    let first = |sample: &mut Sample| {
        sample.object(1, &catalog("30 0 R")).object(3, &resources("30 0 R")).object(30, LAYER);
    };
    let in_catalog = prepared(first, |sample| {
        sample.object(1, &catalog(LAYER));
    });
    let on_page = prepared(first, |sample| {
        sample.object(3, &resources("31 0 R")).object(31, LAYER);
    });
    assert!(ids(&in_catalog).contains(&"later.catalog"), "{:?}", ids(&in_catalog));
    assert!(ids(&on_page).contains(&"later.page_content"), "{:?}", ids(&on_page));
}
