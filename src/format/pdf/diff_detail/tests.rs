use super::shortened;
use crate::format::pdf::letter::{facts, page, seal, signature, signature_field, signed, text_field};
use crate::format::pdf::sample::Sample;
use crate::format::{Change, ChangeLevel, Later};
use crate::message::{Language, Locale};
use crate::time::Zone;

const CERTIFIED: &str = "/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /V /1.2 /P 3 >> >>]";

fn later(certified: &str, change: impl Fn(&mut Sample)) -> Later {
    let mut sample = signed(certified);
    change(&mut sample);
    sample.table("");
    seal(&mut sample);
    facts(&sample.bytes).signatures.swap_remove(0).later
}

fn texts(later: &Later) -> Vec<String> {
    later.changes.iter().map(|change| change.message.text(&Locale::default())).collect()
}

/// What is said of the text field that is filled in with this value.
fn filled(value: &str) -> String {
    let later = later("", |sample| {
        sample.object(7, &text_field(value, "20 0 R")).stream(20, "/Type /XObject /Subtype /Form", b"BT (x) Tj ET");
    });
    assert_eq!(later.level, Some(ChangeLevel::FormFilling));
    texts(&later).concat()
}

/// The one change of a certified letter that gets this annotation.
fn annotated(annotation: &str) -> Change {
    let later = later(CERTIFIED, |sample| {
        sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]")).object(20, annotation);
    });
    assert_eq!((later.level, later.changes.len()), (Some(ChangeLevel::Annotations), 1), "{annotation}");
    later.changes.into_iter().next().unwrap()
}

#[test]
fn a_field_that_is_filled_in_names_its_page_and_both_values() {
    assert_eq!(filled("(123/UBND)"), "version 2 fills in the field “Number” on page 1: was “12”, now “123/UBND”");
    assert_eq!(filled("()"), "version 2 fills in the field “Number” on page 1: was “12”, now “”");
    assert_eq!(filled("<FEFF0110>"), "version 2 fills in the field “Number” on page 1: was “12”, now “Đ”");
    assert_eq!(filled("/Yes"), "version 2 fills in the field “Number” on page 1: was “12”, now “Yes”");
    assert_eq!(filled("[(a) (b)]"), "version 2 fills in the field “Number” on page 1: was “12”, now “a; b”");
    // What cannot be shown as text is not guessed.
    assert_eq!(filled("[1 2]"), "version 2 fills in the field “Number” on page 1");
}

#[test]
fn a_value_cannot_disguise_itself() {
    let said = filled("<FEFF202E00410022201D000A200B00AD>");
    assert!(said.ends_with("now “U+202EA\"\"U+000AU+200BU+00AD”"), "{said}");
    let later = later("", |sample| {
        sample.object(7, &text_field("<FEFF202E0041>", "20 0 R")).stream(20, "/Type /XObject /Subtype /Form", b"BT (x) Tj ET");
    });
    // Nor in what programs get.
    assert!(!serde_json::to_string(&later.changes).unwrap().contains('\u{202e}'));
}

#[test]
fn long_values_are_shown_from_where_they_differ() {
    let (old, new) = (format!("{}x", "a".repeat(500)), format!("{}y{}", "a".repeat(500), "b".repeat(90)));
    let (old, new) = shortened(&old, &new);
    assert_eq!(old, "…aaaaaaaaaax");
    assert_eq!(new, format!("…aaaaaaaaaay{}…", "b".repeat(49)));
    assert_eq!(shortened("", "123/UBND"), (String::new(), "123/UBND".to_owned()));
}

#[test]
fn a_password_is_not_told() {
    let field = |value: &str| text_field(value, "20 0 R").replace("/FT /Tx", "/FT /Tx /Ff 8192");
    let later = later("", |sample| {
        sample.object(7, &field("(secret)")).stream(20, "/Type /XObject /Subtype /Form", b"BT (***) Tj ET");
    });
    assert!(!serde_json::to_string(&later.changes).unwrap().contains("secret"));
    assert!(texts(&later).concat().contains("fills in the field “Number”"));
}

#[test]
fn a_locked_field_says_what_was_changed_in_it() {
    const LOCK: &str = "/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /V /1.2 /Action /All >> >>]";
    let later = later(LOCK, |sample| {
        sample.object(7, &text_field("(13)", "20 0 R")).stream(20, "/Type /XObject /Subtype /Form", b"BT (13) Tj ET");
    });
    assert_eq!(texts(&later), ["version 2 changes the field “Number” on page 1, which a signer had locked: was “12”, now “13”"]);
}

#[test]
fn an_annotation_names_kind_page_and_rectangle() {
    let change = annotated("<< /Type /Annot /Subtype /FreeText /Rect [172.4 99.6 72 60] /Contents (x) >>");
    let say = |language| change.message.text(&Locale::new(language, Zone::UTC));
    assert_eq!(say(Language::English), "version 2 puts a text box (FreeText) on page 1, at 72,60–172,100 points");
    assert_eq!(say(Language::Vietnamese), "bản 2 thêm hộp văn bản (FreeText) vào trang 1, vị trí 72,60–172,100 điểm");
    let odd = annotated("<< /Type /Annot /Subtype /Bdo#e2#80#ae /Rect [0 0 9 9] >>");
    assert_eq!(odd.message.text(&Locale::default()), "version 2 puts a note or drawing on page 1, at 0,0–9,9 points");
}

#[test]
fn what_paints_can_cover_a_certified_page() {
    for (annotation, covers) in [
        ("<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] >>", true),
        ("<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>", true),
        ("<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] >>", true),
        ("<< /Type /Annot /Subtype /Unheard /Rect [0 0 9 9] >>", true),
        ("<< /Type /Annot /Rect [0 0 9 9] >>", true),
        ("<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /F 2 >>", false),
        ("<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] >>", false),
        ("<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /AP << /N 8 0 R >> >>", true),
        ("<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] >>", false),
    ] {
        assert_eq!(annotated(annotation).covers, covers, "{annotation}");
    }
    // Without a certification it is forbidden anyhow.
    let later = later("", |sample| {
        sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]")).object(20, "<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>");
    });
    assert_eq!((later.changes[0].covers, later.allowed), (false, ChangeLevel::FormFilling));
}

#[test]
fn a_crowd_of_harmless_notes_does_not_hide_one_that_covers() {
    let later = later(CERTIFIED, |sample| {
        let numbers: Vec<String> = (20..420).map(|number| format!("{number} 0 R")).collect();
        sample.object(3, &page(&format!("/Annots [7 0 R 9 0 R {}]", numbers.join(" "))));
        for number in 20..420 {
            let subtype = if number == 419 { "FreeText" } else { "Link" };
            sample.object(number, &format!("<< /Type /Annot /Subtype /{subtype} /Rect [0 0 {number} 9] >>"));
        }
    });
    assert_eq!(later.changes.len(), 100);
    let covering: Vec<&Change> = later.changes.iter().filter(|change| change.covers).collect();
    let [stamp] = &covering[..] else { panic!("{covering:?}") };
    assert_eq!(stamp.message.text(&Locale::default()), "version 2 puts a text box (FreeText) on page 1, at 0,0–419,9 points");
}

#[test]
fn a_new_place_of_a_signature_can_cover_a_certified_page_and_a_foreseen_one_cannot() {
    let sign = |field: &str| {
        later(CERTIFIED, |sample| {
            sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]")).object(20, field).object(21, &signature(""));
            sample.object(6, "<< /Fields [7 0 R 9 0 R 20 0 R] /SigFlags 3 /DR << /Font << /F1 5 0 R >> >> >>");
        })
    };
    let invisible = sign(&signature_field("Office", "/V 21 0 R"));
    assert_eq!(texts(&invisible), ["version 2 adds a signature: “Office”"]);
    assert!(!invisible.changes[0].covers);
    let visible = sign(&signature_field("Office", "/V 21 0 R").replace("[0 0 0 0]", "[72 500 200 540]"));
    assert_eq!(texts(&visible), ["version 2 adds a signature: “Office”, shown on page 1, at 72,500–200,540 points"]);
    assert!(visible.changes[0].covers);
    let printed = sign(&signature_field("Office", "/V 21 0 R").replace("[0 0 0 0] /F 132", "[72 500 200 540] /F 36"));
    assert!(printed.changes[0].covers, "it is not seen, but printed");
}

#[test]
fn a_field_without_a_page_is_looked_for() {
    let later = later("", |sample| {
        sample.object(7, &text_field("(13)", "20 0 R").replace("/P 3 0 R", ""));
        sample.stream(20, "/Type /XObject /Subtype /Form", b"BT (13) Tj ET");
    });
    let said = texts(&later).concat();
    assert!(said.contains("on page 1") || said.contains("in another way"), "{said}");
}
