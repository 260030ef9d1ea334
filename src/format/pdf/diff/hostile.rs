//! Updates made to do harm. Time is not asserted: what is counted is what the budget was asked for, which every loop over them asks.

use crate::format::ChangeLevel;
use crate::format::pdf::letter::{FORM, letter, page, seal, signature, signature_field, text_field};
use crate::format::pdf::revision::{OpenOptions, Pdf};
use crate::format::pdf::sample::Sample;
use crate::{Budget, Evidence, Limits, Resource};

/// A signed letter that is followed by as much of something as the number says, and how far that goes.
type Case = (&'static str, fn(u32) -> Sample, ChangeLevel);

/// The first number that the letter does not use.
const FREE: u32 = 100;

const CASES: &[Case] = &[
    ("a name tree", |count| later(&chain(count, "/Limits [(a) (b)]"), "/Names << /Dests 100 0 R >>"), ChangeLevel::Other),
    (
        "a page tree",
        |count| packed(&[chain(count, "/Type /Pages /Count 1"), vec![(2, PAGES.replace(']', " 100 0 R]"))]].concat()),
        ChangeLevel::Other,
    ),
    ("a tree of fields", |count| later(&chain(count, "/T (a)"), "/AcroForm << /Fields [100 0 R] >>"), ChangeLevel::Other),
    ("revisions that touch one object", |count| revisions(count, |_| vec![(2, format!("{PAGES} "))]), ChangeLevel::Nothing),
    ("revisions that bring an object", |count| revisions(count, |round| vec![(FREE + round, "[2 0 R]".into())]), ChangeLevel::LongTermData),
    ("revisions that change the page", |count| revisions(count, |round| vec![(3, page(&format!("/Rotate {round}")))]), ChangeLevel::Other),
    ("annotations on one page", annotations, ChangeLevel::Annotations),
    ("fields filled in", |count| filled(count, |_| "30 0 R".into()), ChangeLevel::FormFilling),
    ("fields that share their appearances", |count| filled(count, |_| "31 0 R".into()), ChangeLevel::FormFilling),
    ("objects that are packed again", |count| packed(&bodies(count, |number| format!("[{number}]"))), ChangeLevel::LongTermData),
    ("arrays that refer to each other", |count| packed(&mesh(count)), ChangeLevel::LongTermData),
    ("one array that is referred to twice by each", twice, ChangeLevel::LongTermData),
    ("elements of structure", structure, ChangeLevel::FormFilling),
];

const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";

/// Twice the input is twice the work.
#[test]
fn work_goes_with_the_size_of_the_update() {
    const COUNT: u32 = 200;
    let mut wrong = Vec::new();
    for (name, make, expected) in CASES {
        let [small, large] = [COUNT, 2 * COUNT].map(|count| {
            let sample = make(count);
            let (level, spent) = spent(&sample.bytes, Limits::default());
            if level != Some(*expected) {
                wrong.push(format!("{name}: {level:?}"));
            }
            (u64::try_from(sample.bytes.len()).unwrap(), spent)
        });
        let (bytes, work) = (large.0 * 100 / small.0, large.1 * 100 / small.1);
        if work > bytes * 5 / 4 {
            wrong.push(format!("{name}: {bytes} % of bytes, {work} % of work: {small:?} {large:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Where the work is more than the size of the input by its nature, the budget ends it, and what came later is unknown.
#[test]
fn what_is_more_work_than_input_ends_with_the_budget() {
    let shared = |count: u32| {
        let mut sample = signed(&bodies(count, |_| "[20 0 R]".into()));
        for round in 0..count {
            sample.object(20, &format!("({round})")).table("");
        }
        sample
    };
    let direct = |count: u32| {
        let annotations: String = (0..count).map(|number| format!("<< /Rect [0 0 {number} 9] >>")).collect();
        let mut sample = signed(&[(3, page(&format!("/Annots [{annotations}]")))]);
        sample.object(3, &page(&format!("/Annots [{}]", annotations.replace('9', "8")))).table("");
        sample
    };
    let fields = |count: u32| {
        let mut sample =
            signed(&[form(&bodies(count, |_| text_field("(1)", "8 0 R"))), bodies(count, |_| text_field("(1)", "8 0 R"))].concat());
        for round in 0..count {
            sample.object(FREE + round, &text_field("(2)", "8 0 R")).table("");
        }
        sample
    };
    for (name, make) in
        [("an object that many refer to, changed often", &shared as &dyn Fn(u32) -> Sample), ("annotations", &direct), ("fields", &fields)]
    {
        let sample = make(600);
        let bytes = u64::try_from(sample.bytes.len()).unwrap();
        let pdf = Pdf::open(
            sample.bytes.as_slice().into(),
            &OpenOptions::default(),
            &Budget::new(Limits { objects: bytes / 2, ..Limits::default() }),
        );
        let facts = pdf.and_then(|pdf| super::super::examine(&pdf, &Evidence::new()));
        assert!(facts.as_ref().is_err() || facts.is_ok_and(|facts| facts.signatures[0].later.level.is_none()), "{name}");
    }
}

/// A few bytes of a compressed section stand for millions of entries.
#[test]
fn entries_of_compressed_sections_are_paid_for() {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![9; 100_000]).unwrap();
    let rows = encoder.finish().unwrap();
    let mut sample = signed(&[]);
    for round in 0..10 {
        let (start, previous) = (sample.bytes.len(), sample.last_section().unwrap());
        let dictionary =
            format!("/Type /XRef /Size 200000 /W [0 1 0] /Index [1000 100000] /Prev {previous} /Root 1 0 R /Filter /FlateDecode");
        sample.stream(400_000 + round, &dictionary, &rows).follow(Some(start)).close(start);
    }
    let open =
        |objects| Pdf::open(sample.bytes.as_slice().into(), &OpenOptions::default(), &Budget::new(Limits { objects, ..Limits::default() }));
    assert!(open(8_000_000).is_ok());
    assert_eq!(open(1_500_000).unwrap_err().kind(), crate::ErrorKind::Limit);
}

/// How far later changes go, and the objects that were paid for.
fn spent(bytes: &[u8], limits: Limits) -> (Option<ChangeLevel>, u64) {
    let budget = Budget::new(limits);
    let pdf = Pdf::open(bytes.into(), &OpenOptions::default(), &budget).unwrap();
    let facts = super::super::examine(&pdf, &Evidence::new()).unwrap();
    (facts.signatures[0].later.level, budget.spent(Resource::Objects))
}

type Bodies = Vec<(u32, String)>;

/// The letter with these objects, signed and certified for annotations.
fn signed(objects: &[(u32, String)]) -> Sample {
    let mut sample = letter();
    let certified = "/Reference [<< /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 3 /V /1.2 >> >>]";
    sample.table("").object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature(certified));
    add(&mut sample, objects);
    sample.table("");
    seal(&mut sample);
    sample
}

fn add(sample: &mut Sample, objects: &[(u32, String)]) {
    for (number, body) in objects {
        sample.object(*number, body);
    }
}

fn bodies(count: u32, body: impl Fn(u32) -> String) -> Bodies {
    (FREE..FREE + count).map(|number| (number, body(number))).collect()
}

/// Nodes of which each is the only kid of the one before.
fn chain(count: u32, entries: &str) -> Bodies {
    bodies(count, |number| format!("<< {entries} /Parent {} 0 R /Kids [{} 0 R] >>", number - 1, number + 1))
}

/// The signed letter and one update with these objects, and with these entries in the catalog.
fn later(objects: &[(u32, String)], catalog: &str) -> Sample {
    let mut sample = signed(&[]);
    add(&mut sample, objects);
    let form = if catalog.contains("/AcroForm") { "" } else { "/AcroForm 6 0 R" };
    sample.object(1, &format!("<< /Type /Catalog /Pages 2 0 R {form} {catalog} >>")).table("");
    sample
}

/// The same in an object stream, with a section that is one too.
fn packed(objects: &[(u32, String)]) -> Sample {
    let mut sample = signed(&[]);
    let members: Vec<(u32, &str)> = objects.iter().map(|(number, body)| (*number, body.as_str())).collect();
    sample.object_stream(50, &members).section_stream(51, "");
    sample
}

fn revisions(count: u32, touch: impl Fn(u32) -> Bodies) -> Sample {
    let mut sample = signed(&[]);
    for round in 0..count {
        add(&mut sample, &touch(round));
        sample.table("");
    }
    sample
}

fn references(objects: &[(u32, String)]) -> String {
    objects.iter().map(|(number, _)| format!("{number} 0 R ")).collect()
}

fn annotations(count: u32) -> Sample {
    let annotations = bodies(count, |_| "<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] >>".into());
    let more = format!("/Annots [7 0 R 9 0 R {}]", references(&annotations));
    later(&[annotations, vec![(3, page(&more))]].concat(), "")
}

/// A form with these fields besides its own.
fn form(fields: &[(u32, String)]) -> Bodies {
    vec![(6, FORM.replace("9 0 R]", &format!("9 0 R {}]", references(fields))))]
}

/// Fields of which each gets another value and this appearance.
fn filled(count: u32, appearance: impl Fn(u32) -> String) -> Sample {
    let field = |number: u32, value: &str, appearance: &str| {
        let name = format!("/T (f{number})");
        text_field(value, "8 0 R").replace("/T (Number)", &name).replace("/AP << /N 8 0 R >>", &format!("/AP {appearance}"))
    };
    let before = bodies(count, |number| field(number, "(1)", "20 0 R"));
    let stream = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 3 >>\nstream\nq Q\nendstream";
    let mut sample = signed(&[form(&before), before, vec![(20, "<< /N 8 0 R >>".into())]].concat());
    add(&mut sample, &bodies(count, |number| field(number, "(2)", &appearance(number))));
    add(&mut sample, &[(30, "<< /N 32 0 R >>".into()), (31, "<< /N 8 0 R >>".into()), (32, stream.into())]);
    sample.table("");
    sample
}

/// Fifty times as many references as the count says, in arrays of which each refers to all.
fn mesh(count: u32) -> Bodies {
    let side = (50 * count).isqrt();
    let all: String = (FREE..FREE + side).map(|number| format!("{number} 0 R ")).collect();
    bodies(side, |_| format!("[{all}]"))
}

fn twice(count: u32) -> Sample {
    packed(&bodies(count, |_| "[100 0 R 101 0 R 100 0 R 101 0 R]".into()))
}

/// A structure tree that grows by an element in each of its arrays.
fn structure(count: u32) -> Sample {
    let elements = bodies(count, |number| format!("<< /Type /StructElem /S /P /P 20 0 R /K [{number}] >>"));
    let root = |more: &str| (20, format!("<< /Type /StructTreeRoot /K [{}{more}] /ParentTree << /Nums [] >> >>", references(&elements)));
    let catalog = (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /StructTreeRoot 20 0 R >>".to_owned());
    let mut sample = signed(&[elements.clone(), vec![root(""), catalog]].concat());
    add(&mut sample, &[root("21 0 R"), (21, "<< /Type /StructElem /S /P /P 20 0 R >>".into())]);
    sample.table("");
    sample
}
