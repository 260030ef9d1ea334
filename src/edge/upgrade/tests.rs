//! Letters on their way through the levels.

use crate::cms::testing::Authority;
use crate::crypto::DigestAlgorithm;
use crate::format::pdf::testing::Layout;
use crate::sign::tests::peers::{Folder, run, said};
use crate::sign::tests::support::{Person, letter, open, options};
use crate::{Certificate, Document, Evidence, Level, Time, Timestamper, TrustStore, Upgrade, UpgradeStep, Verdict, Verifier, Zone};

const NOW: &str = "2026-11-24T02:00:00Z";

struct Stamper(Authority);

impl Stamper {
    fn at(time: &str) -> Self {
        Self(Authority::new("tsa", time))
    }
}

impl Timestamper for Stamper {
    fn timestamp(&self, algorithm: DigestAlgorithm, imprint: &[u8]) -> crate::Result<Vec<u8>> {
        Ok(self.0.token(algorithm, imprint))
    }
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/pki/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Trusts the test root, with what is named of the evidence, at the time of these tests.
fn verifier(evidence: &[&str]) -> Verifier {
    let mut trust = TrustStore::new();
    trust.add(Certificate::read_all(&fixture("root-rsa.pem")).unwrap().remove(0));
    let mut given = Evidence::new();
    evidence.iter().for_each(|name| given.add(&fixture(name)).unwrap());
    Verifier::new(trust).with_evidence(given).with_time(Time::parse(NOW, Zone::UTC).unwrap())
}

fn complete() -> Verifier {
    verifier(&["sub-rsa.pem", "sub-rsa.crl", "root-rsa.crl"])
}

fn signed(layout: Layout) -> Document {
    let signed = options().sign(&open(&letter().write(layout), None), &Person::new("an")).unwrap();
    open(&signed.to_bytes(), None)
}

fn stamped(layout: Layout) -> Document {
    let stamper = Stamper::at("2026-11-23T10:00:00Z");
    let signed = options().sign_with_timestamp(&open(&letter().write(layout), None), &Person::new("an"), &stamper).unwrap();
    open(&signed.to_bytes(), None)
}

fn levels(document: &Document) -> Vec<Option<&'static str>> {
    // What the document carries is enough.
    let report = verifier(&[]).verify(document).unwrap();
    assert_ne!(report.verdict(), Verdict::Failed, "{report}");
    report.signatures().iter().map(|one| one.level()).collect()
}

#[test]
fn a_letter_goes_up_all_levels() {
    let (verifier, stamper) = (complete(), Stamper::at("2026-11-23T10:00:00Z"));
    for layout in [Layout::Table, Layout::Stream] {
        for (level, name, steps) in [(Level::T, "B-T", 1), (Level::Lt, "B-LT", 2), (Level::Lta, "B-LTA", 3)] {
            let upgraded = Upgrade::new(level, &verifier).with_timestamper(&stamper).apply(&signed(layout)).unwrap();
            assert_eq!(upgraded.steps.len(), steps, "{name}");
            assert_eq!(levels(&upgraded.document)[0], Some(name), "{layout:?}");
            let report = complete().verify(&upgraded.document).unwrap();
            assert_eq!(report.verdict(), Verdict::Passed, "{name} {report}");
        }
    }
}

#[test]
fn what_is_there_is_not_stored_again() {
    let (verifier, stamper) = (complete(), Stamper::at("2026-11-23T10:00:00Z"));
    let stored = Upgrade::new(Level::Lt, &verifier).with_timestamper(&stamper).apply(&signed(Layout::Table)).unwrap();
    // Of the letter of level B-LT, everything is there.
    let again = Upgrade::new(Level::Lt, &verifier).with_timestamper(&stamper).apply(&stored.document);
    assert_eq!(again.unwrap_err().message().id(), "upgrade.nothing");
    // An archive timestamp is renewed with another one; the authority and its status are there already, but for the entry of the first.
    let archived = Upgrade::new(Level::Lta, &verifier).with_timestamper(&stamper).apply(&stored.document).unwrap();
    let later = Stamper::at("2026-11-24T01:00:00Z");
    let renewed = Upgrade::new(Level::Lta, &verifier).with_timestamper(&later).apply(&archived.document).unwrap();
    let evidence: Vec<u64> = renewed
        .steps
        .iter()
        .filter_map(|step| match step {
            UpgradeStep::Evidence(bytes) => Some(*bytes),
            UpgradeStep::Timestamp(_) => None,
        })
        .collect();
    assert!(evidence.iter().all(|bytes| *bytes < 2048), "{evidence:?}");
    assert_eq!(levels(&renewed.document)[0], Some("B-LTA"));
    assert_eq!(complete().verify(&renewed.document).unwrap().verdict(), Verdict::Passed);
}

#[test]
fn no_byte_of_the_document_changes() {
    let (verifier, stamper) = (complete(), Stamper::at("2026-11-23T10:00:00Z"));
    let document = signed(Layout::Table);
    let upgraded = Upgrade::new(Level::Lta, &verifier).with_timestamper(&stamper).apply(&document).unwrap();
    assert!(upgraded.document.bytes().starts_with(document.bytes()));
}

#[test]
fn what_cannot_be_had_is_named_and_nothing_is_made() {
    let stamper = Stamper::at("2026-11-23T10:00:00Z");
    let rows: [(&str, Verifier, &str); 3] = [
        ("no list", verifier(&["sub-rsa.pem"]), "upgrade.lacks_status"),
        ("no list of the root", verifier(&["sub-rsa.crl"]), "upgrade.lacks_status"),
        ("nothing", verifier(&[]), "upgrade.lacks_status"),
    ];
    for (what, verifier, id) in rows {
        let error = Upgrade::new(Level::Lt, &verifier).with_timestamper(&stamper).apply(&signed(Layout::Table)).unwrap_err();
        assert_eq!(error.message().id(), id, "{what}");
    }
    let refusal = |upgrade: Upgrade<'_>, document: &Document| upgrade.apply(document).unwrap_err().message().id().to_owned();
    let verifier = complete();
    assert_eq!(refusal(Upgrade::new(Level::T, &verifier), &signed(Layout::Table)), "upgrade.needs_timestamper");
    let unsigned = open(&letter().write(Layout::Table), None);
    assert_eq!(refusal(Upgrade::new(Level::T, &verifier).with_timestamper(&stamper), &unsigned), "upgrade.unsigned");
    let small = Upgrade::new(Level::Lt, &verifier).with_timestamper(&stamper).with_max_growth(20_000);
    assert_eq!(refusal(small, &signed(Layout::Table)), "upgrade.growth");
    let mut broken = signed(Layout::Table).bytes().to_vec();
    let at = broken.windows(5).position(|window| window == b"/Font").unwrap();
    broken[at + 1] = b'f';
    assert_eq!(refusal(Upgrade::new(Level::T, &verifier).with_timestamper(&stamper), &open(&broken, None)), "upgrade.failed");
}

#[test]
fn a_plan_says_what_would_be_done() {
    let (verifier, stamper) = (complete(), Stamper::at("2026-11-23T10:00:00Z"));
    let plan = |level| Upgrade::new(level, &verifier).with_timestamper(&stamper).plan(&signed(Layout::Table)).unwrap();
    assert_eq!([plan(Level::T).timestamps, plan(Level::Lt).timestamps, plan(Level::Lta).timestamps], [1, 1, 2]);
    assert!(plan(Level::T).growth < plan(Level::Lt).growth && plan(Level::Lt).growth < plan(Level::Lta).growth);
    let done = Upgrade::new(Level::Lta, &verifier).with_timestamper(&stamper).apply(&signed(Layout::Table)).unwrap();
    let growth = done.document.bytes().len() - signed(Layout::Table).bytes().len();
    let planned = plan(Level::Lta).growth;
    assert!(u64::try_from(growth).unwrap().abs_diff(planned) < planned / 4, "{growth} instead of {planned}");
}

/// pyHanko finds each level that was made; pdfsig finds every signature valid, and qpdf the structure sound.
#[test]
fn other_programs_accept_each_level() {
    let (verifier, archive) = (complete(), Stamper::at("2026-11-23T11:00:00Z"));
    let folder = Folder::new();
    let root = format!("{}/fixtures/pki/root-rsa.pem", env!("CARGO_MANIFEST_DIR"));
    let script = format!("{}/src/edge/upgrade/tests/ltv.py", env!("CARGO_MANIFEST_DIR"));
    let mut accepted = 0;
    for layout in [Layout::Table, Layout::Stream, Layout::Hybrid] {
        for (level, name) in [(Level::T, "B-T"), (Level::Lt, "B-LT"), (Level::Lta, "B-LTA")] {
            // What pyHanko calls LTA has a timestamp over the signature.
            let document = if level == Level::Lta { stamped(layout) } else { signed(layout) };
            let upgraded = Upgrade::new(level, &verifier).with_timestamper(&archive).apply(&document).unwrap();
            let file = folder.file(&format!("{name}.pdf"), upgraded.document.bytes());
            let file = file.to_str().unwrap();
            let Some(output) = run("qpdf", &["--check", file]) else { return };
            assert!(output.status.success(), "qpdf: {layout:?} {name}: {}", said(&output));
            let Some(output) = run("pdfsig", &["-nocert", file]) else { return };
            assert!(!said(&output).contains("Invalid"), "pdfsig: {layout:?} {name}: {}", said(&output));
            // pyHanko takes no hybrid documents.
            if layout == Layout::Hybrid {
                continue;
            }
            let Some(output) = run("python3", &[&script, &root, file, name]) else { return };
            assert!(output.status.success(), "pyHanko: {layout:?} {name}: {}", said(&output));
            accepted += 1;
        }
    }
    println!("pyHanko: {accepted} documents at their level");
}
