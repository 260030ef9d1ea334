use std::collections::BTreeSet;

use super::{Graph, Index, ends_in, names_one_of};
use crate::format::pdf::letter::{letter, signature, signature_field};
use crate::format::pdf::revision::{OpenOptions, Pdf};
use crate::format::pdf::sample::Sample;
use crate::{Budget, Limits};

/// How the object 30, which the last revision touches, is named in odd ways.
const NAMINGS: [&str; 11] = [
    "[30 -0 R]",
    "[30 +0 R]",
    "[+30 0 R]",
    "[30 0 R]",
    "<< /A 30 0\nR/B 1 >>",
    "[30 %30\n0 %R\nR]",
    "[(endobj) 30 0 R]",
    "[<73747265616D> 30 0 R]",
    "<< /endobj 30 0 R >>",
    "<< /A (stream) /B << /C [[030 0 R]] >> >>",
    "<< /A(x)/B 30\x000\tR >>",
];

fn open(bytes: &[u8]) -> Pdf {
    Pdf::open(bytes.into(), &OpenOptions::default(), &Budget::new(Limits::default())).unwrap()
}

/// That the part of the graph knows of its targets what the whole knows; the number of references compared.
fn compare(pdf: &Pdf) -> usize {
    let graph = Graph::read(pdf, 0).unwrap();
    let whole = Index::read(pdf, None).unwrap();
    let mut count = 0;
    for target in &graph.targets.numbers {
        let links = |index: &Index| {
            let key = |link: &super::Link| (link.source, link.revision, link.until, index.paths.of(link.path).to_vec());
            index.links_to(*target).iter().map(key).collect::<BTreeSet<_>>()
        };
        assert_eq!(links(&graph.part), links(&whole), "{target:?}");
        count += links(&whole).len();
    }
    count
}

#[test]
fn no_reference_to_a_touched_object_is_passed_over() {
    for naming in NAMINGS {
        let mut sample = letter();
        sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature(""));
        sample.object(20, naming).object(21, "[1 0 R]").table("");
        sample.object(30, "(touched)").table("");
        assert_eq!(compare(&open(&sample.bytes)), 1, "{naming}");
        let mut packed = Sample::with_four("(four)");
        packed.object_stream(12, &[(20, naming), (21, "[1 0 R]")]).section_stream(13, "");
        packed.object(30, "(touched)").section_stream(14, "");
        assert_eq!(compare(&open(&packed.bytes)), 1, "{naming}");
    }
}

#[test]
fn references_are_seen_in_any_spelling() {
    let mut targets = super::Targets::default();
    targets.extend([30].into_iter());
    for (text, expected) in
        [("30 0 R", true), ("x030\r\n00000\tR", true), ("30 0R", false), ("300 0 R", false), ("3 0 R 30", false), ("R", false)]
    {
        assert_eq!(names_one_of(text.as_bytes(), &targets), expected, "{text}");
    }
}

#[test]
fn the_corpus_has_no_reference_that_is_passed_over() {
    let Some(files) = crate::format::pdf::examine::tests::files() else { return };
    let (mut documents, mut references) = (0, 0);
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let budget = Budget::new(Limits::default());
        let Ok(pdf) = Pdf::open(bytes.into(), &OpenOptions::default(), &budget) else { continue };
        if pdf.revisions().len() > 1 {
            documents += 1;
            references += compare(&pdf);
        }
    }
    println!("{documents} documents, {references} references");
    assert!(documents > 50 && references > 1_000);
}

#[test]
fn a_member_that_reaches_into_the_next_is_read() {
    // Whatever the offsets say: values that overlap, that end elsewhere, and that only seem to end.
    for (text, expected) in [
        ("<< /A [1 2] /B << >> >> ", true),
        ("[1 [2]] 3", true),
        ("  [] ", true),
        ("<< /A [1 2] /B << >> ", false),
        ("<< /A (>>) >>", false),
        ("<< /A <3E3E> >>", false),
        ("[ %]\n 30 0 R ]", false),
        ("30 ", false),
        ("/Name", false),
        ("", false),
    ] {
        assert_eq!(ends_in(text.as_bytes()), expected, "{text}");
    }
    let overlapping = ["[1 ", "[30 0 ", "[[30 0 R] ", "30 0 R", "(30", "[(]) 30 0 R]", "<< /A [", "30 "];
    let mut count = 0;
    for first in overlapping {
        for second in overlapping {
            let mut sample = Sample::with_four("(four)");
            sample.object_stream(12, &[(20, first), (21, second), (22, "R ] ] >> ]"), (23, "[30 0 R]")]).section_stream(13, "");
            sample.object(30, "(touched)").section_stream(14, "");
            count += compare(&open(&sample.bytes));
        }
    }
    assert!(count > 80, "{count}");
}
