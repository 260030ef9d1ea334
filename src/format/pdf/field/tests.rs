use crate::format::pdf::field::{FieldKind, FieldTree, Lock, LockScope};
use crate::format::pdf::revision::{OpenOptions, Pdf};
use crate::format::pdf::sample::Sample;
use crate::format::pdf::{Object, View};
use crate::{Budget, Limits};

fn open(fields: &str, objects: &[(u32, &str)]) -> Pdf {
    let mut sample = Sample::new();
    sample.object(1, &format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields {fields} >> >>"));
    sample.object(2, "<< /Type /Pages /Kids [] /Count 0 >>");
    for (number, object) in objects {
        sample.object(*number, object);
    }
    Pdf::open(sample.table("").bytes.clone().into(), &OpenOptions::default(), &Budget::new(Limits::default())).unwrap()
}

fn names(pdf: &Pdf) -> Vec<(String, FieldKind, usize)> {
    let tree = FieldTree::read(pdf.last()).unwrap();
    tree.fields().map(|(index, field)| (field.name.clone(), field.kind, tree.widgets(index).count())).collect()
}

#[test]
fn names_are_joined_and_kinds_are_inherited() {
    let pdf = open(
        "[3 0 R 6 0 R]",
        &[
            (3, "<< /T (Office) /FT /Sig /Kids [4 0 R 5 0 R] >>"),
            (4, "<< /T (Leader) /Parent 3 0 R /Rect [0 0 9 9] >>"),
            (5, "<< /T <FEFF0110> /Parent 3 0 R >>"),
            (6, "<< /T (Number) /FT /Tx /Kids [7 0 R << /Rect [0 0 1 1] >>] >>"),
            (7, "<< /Parent 6 0 R /Rect [0 0 9 9] >>"),
        ],
    );
    let expected = [
        ("Office.Leader".to_owned(), FieldKind::Signature, 1),
        ("Office.\u{110}".to_owned(), FieldKind::Signature, 0),
        ("Number".to_owned(), FieldKind::Text, 2),
    ];
    assert_eq!(names(&pdf), expected);
}

#[test]
fn loops_and_shared_kids_end() {
    let pdf = open("[3 0 R]", &[(3, "<< /T (a) /Kids [3 0 R 4 0 R] >>"), (4, "<< /T (b) /Kids [3 0 R] >>")]);
    assert_eq!(names(&pdf).len(), 1);
    // An array of kids that holds dictionaries which name it again would multiply without end.
    let pdf = open("5 0 R", &[(5, "[<< /T (a) /Kids 5 0 R >> << /T (b) /Kids 5 0 R >>]")]);
    assert_eq!(names(&pdf).len(), 2);
}

#[test]
fn a_lock_names_fields_and_what_is_below_them() {
    let lock = |scope| Lock { scope, permission: None };
    let named = lock(LockScope::Only(vec!["Office".into()]));
    assert!(named.covers("Office") && named.covers("Office.Leader") && !named.covers("Officer") && !named.covers("Number"));
    let but = lock(LockScope::AllBut(vec!["Office".into()]));
    assert!(!but.covers("Office.Leader") && but.covers("Number"));
    assert!(lock(LockScope::All).covers("anything"));
}

#[test]
fn a_lock_that_makes_no_sense_locks_everything() {
    let all = |permission| Lock { scope: LockScope::All, permission };
    let only = |permission| Lock { scope: LockScope::Only(vec!["a".into()]), permission };
    for (text, expected) in [
        ("<< /Action /Perhaps /Fields [(a)] /P 2 >>", all(Some(2))),
        ("<< /Action /Include /Fields [(a)] /P 3 >>", only(Some(3))),
        ("<< /Action /Include /Fields [(a)] >>", only(None)),
        ("<< /Action /Include /Fields [(a)] /P null >>", only(None)),
        ("<< /Action /Include >>", all(None)),
        ("<< /Action /Include /Fields (a) >>", all(None)),
        ("<< /Action /Include /Fields [(a) 7] >>", all(None)),
        ("<< /Action /Exclude >>", all(None)),
        ("<< /Action /Exclude /Fields [] >>", Lock { scope: LockScope::AllBut(Vec::new()), permission: None }),
        ("<< /Action /Include /Fields [(a)] /P 0 >>", only(Some(1))),
        ("<< /Action /Include /Fields [(a)] /P 4 >>", only(Some(1))),
        ("<< /Action /Include /Fields [(a)] /P 300 >>", only(Some(1))),
        ("<< /Action /Include /Fields [(a)] /P -2 >>", only(Some(1))),
        ("<< /Action /Include /Fields [(a)] /P /Two >>", only(Some(1))),
        ("/All", all(None)),
        ("[]", all(None)),
    ] {
        let pdf = open("[]", &[(3, text)]);
        let view: View<'_> = pdf.last();
        let object: Object = view.object(crate::format::pdf::Reference { number: 3, generation: 0 }).unwrap();
        assert_eq!(Lock::read(view, &object).unwrap(), expected, "{text}");
    }
}
