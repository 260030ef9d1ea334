use super::history;
use crate::format::pdf::Pdf;
use crate::format::pdf::letter::{letter, page, seal, signature, signature_field, signed, text_field};
use crate::format::pdf::revision::OpenOptions;
use crate::format::pdf::sample::Sample;
use crate::format::{ChangeLevel, RevisionFacts, SignatureState};
use crate::{Budget, Evidence, Limits};

fn of(bytes: &[u8]) -> Vec<RevisionFacts> {
    let pdf = Pdf::open(bytes.into(), &OpenOptions::default(), &Budget::default()).unwrap();
    history(&pdf, &Evidence::new()).unwrap()
}

fn ids(revision: &RevisionFacts) -> Vec<&str> {
    revision.changes.as_ref().unwrap().iter().map(|change| change.message.id()).collect()
}

/// A letter that nobody has signed, saved three times.
fn three_times() -> Sample {
    let mut sample = letter();
    sample.table("");
    sample.object(7, &text_field("(13)", "20 0 R")).stream(20, "/Type /XObject /Subtype /Form", b"BT (13) Tj ET").table("");
    sample.stream(4, "", b"BT (forged) Tj ET").table("");
    sample
}

#[test]
fn an_unsigned_document_that_was_saved_three_times_says_what_each_time_did() {
    let sample = three_times();
    let revisions = of(&sample.bytes);
    assert_eq!(revisions.iter().map(|revision| revision.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(revisions.windows(2).all(|pair| pair[0].end < pair[1].end));
    assert_eq!(revisions[2].end, sample.bytes.len() as u64);
    assert!(revisions.iter().all(|revision| revision.signatures.is_empty() && revision.allowed.is_none() && !revision.rebuilt));
    assert_eq!(ids(&revisions[0]), [""; 0]);
    assert_eq!(ids(&revisions[1]), ["later.field_filled"]);
    assert_eq!(ids(&revisions[2]), ["later.page_content"]);
}

#[test]
fn a_revision_names_its_signature_and_the_next_is_judged_by_it() {
    let mut sample = signed("");
    sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]")).object(20, "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] >>").table("");
    let revisions = of(&sample.bytes);
    let [signed, changed] = &revisions[..] else { panic!("{revisions:?}") };
    assert_eq!(signed.allowed, None);
    let [signature] = &signed.signatures[..] else { panic!("{signed:?}") };
    assert_eq!((signature.number, signature.field.as_deref()), (1, Some("Leader")));
    // The value is no CMS.
    assert_eq!(signature.state, SignatureState::Unknown);
    assert_eq!(changed.allowed, Some(ChangeLevel::FormFilling));
    assert_eq!(ids(changed), ["later.annotation_added"]);
    assert_eq!(changed.changes.as_ref().unwrap()[0].level, ChangeLevel::Annotations);
}

#[test]
fn each_revision_has_the_limits_of_all_signatures_before_it() {
    const CERTIFIED: &str = "/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /V /1.2 /P 3 >> >>]";
    let mut sample = signed(CERTIFIED);
    sample.object(3, &page("/Annots [7 0 R 9 0 R 20 0 R]")).object(20, &signature_field("Office", "/V 21 0 R"));
    sample.object(6, "<< /Fields [7 0 R 9 0 R 20 0 R] /SigFlags 3 /DR << /Font << /F1 5 0 R >> >> >>");
    let lock = "/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /V /1.2 /Action /All >> >>]";
    sample.object(21, &signature(lock)).table("");
    seal(&mut sample);
    sample.object(7, &text_field("(13)", "22 0 R")).stream(22, "/Type /XObject /Subtype /Form", b"BT (13) Tj ET").table("");
    let revisions = of(&sample.bytes);
    let [_, second, third] = &revisions[..] else { panic!("{revisions:?}") };
    assert_eq!(second.allowed, Some(ChangeLevel::Annotations));
    assert_eq!(ids(second), ["later.signature_added"]);
    assert_eq!(second.signatures.iter().map(|signature| signature.number).collect::<Vec<_>>(), [2]);
    assert_eq!(third.allowed, Some(ChangeLevel::Annotations));
    assert_eq!(ids(third), ["later.field_locked"]);
}

#[test]
fn a_signature_whose_bytes_are_no_revision_is_listed_where_it_came_from() {
    let mut sample = signed("");
    let start = memchr::memmem::find(&sample.bytes, b"/ByteRange [0 ").unwrap();
    sample.bytes[start + b"/ByteRange [".len()] = b'1';
    let revisions = of(&sample.bytes);
    assert_eq!(revisions[0].signatures[0].state, SignatureState::NoRevision);
}

#[test]
fn where_the_work_runs_out_the_revisions_are_known_and_their_changes_are_not() {
    let sample = three_times();
    let with = |objects| {
        let limits = Limits { objects, ..Limits::default() };
        let pdf = Pdf::open(sample.bytes[..].into(), &OpenOptions::default(), &Budget::new(limits)).ok()?;
        history(&pdf, &Evidence::new()).ok()
    };
    let found = (1..500).find_map(with).unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].changes, Some(Vec::new()));
    assert_eq!(found[1].changes, None);
    assert_eq!(found[2].changes, None);
}
