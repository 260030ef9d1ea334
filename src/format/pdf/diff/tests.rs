use crate::format::pdf::letter::{FORM, facts, letter_with, page, seal, signature, signature_field, signed, text_field};
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
