//! The signed documents that mutations start from.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kyso::{Certification, Document, Evidence, PemKey, SignOptions, Signer as _, Time, TrustStore, Verdict, Verifier, Zone};
use lopdf::Object;
use lopdf::xref::XrefEntry;

use super::letter;
use super::render::{Image, RENDERERS};
use super::write::Layout;

/// Fixtures of every structure, certification and kind of form.
const FIXTURES: &[&str] = &[
    "honest/base-table",
    "honest/base-streams",
    "honest/base-hybrid",
    "honest/base-whole",
    "honest/base-double",
    "honest/base-p1",
    "honest/base-p2",
    "honest/base-p2-hybrid",
    "honest/base-p2-streams",
    "honest/base-p3",
    "honest/base-prepared-double",
    "honest/base-prepared-hybrid",
    "honest/base-prepared-p1",
    "honest/base-prepared-p2",
    "honest/base-prepared-p2-hybrid",
    "honest/base-prepared-p2-streams",
    "honest/base-prepared-p3",
    "honest/base-prepared-streams",
    "honest/base-prepared-table",
    "honest/base-prepared-whole",
    "honest/base-timestamped-hybrid",
    "honest/base-timestamped-streams",
    "honest/base-timestamped-table",
    "honest/form-filled-first",
    "honest/form-locked-other",
    "honest/form-mupdf-signed",
    "honest/form-mupdf-filled-pypdf-certified",
    "honest/form-pdflib-signed",
    "honest/form-pdflib-filled-mupdf-certified",
    "honest/form-reportlab-signed",
    "honest/form-reportlab-filled-mupdf-signed",
    "honest/form-reportlab-filled-pypdf-certified",
    "honest/itext-form-signed",
    "honest/itext-letter-certified3",
    "honest/itext-ltv",
    "honest/itext-streams-twice",
    "honest/pdfbox-form-signed",
    "honest/pyhanko-certified-p2-dss",
    "honest/pyhanko-certified-p3-signed",
    "honest/pyhanko-fields-signed",
    "honest/pyhanko-ghostscript",
    "honest/pyhanko-pages",
    "honest/pyhanko-qpdf-linear-streams",
    "honest/pyhanko-visible",
    "pdf/annotated-certified",
    "pdf/certified-then-signed",
    "pdf/form-filled",
    "pdf/form-filled-certified",
    "pdf/reason",
    "pdf/streams",
    "pdf/two-signers",
];

/// A signed document.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) objects: BTreeMap<u32, Object>,
    pub(crate) offsets: BTreeMap<u32, usize>,
    pub(crate) trailer: lopdf::Dictionary,
    pub(crate) layout: Layout,
    /// The first number that nothing has.
    pub(crate) next: u32,
    /// The byte ranges of its signatures.
    pub(crate) ranges: Vec<Vec<i64>>,
    /// What each renderer shows of it.
    pub(crate) images: Vec<Vec<Image>>,
    /// Whether it is one of those that have everything.
    pub(crate) is_rich: bool,
}

/// A verifier that trusts the test authority.
pub(crate) fn verifier() -> Verifier {
    let mut trust = TrustStore::new();
    for root in ["root-rsa.pem", "root-p256.pem", "root-ed25519.pem", "tsa.pem"] {
        trust.add_bytes(&fs::read(fixtures().join("pki").join(root)).unwrap()).unwrap();
    }
    let mut evidence = Evidence::new();
    for file in ["sub-rsa.pem", "sub-unknown.pem", "root-rsa.crl", "sub-rsa.crl", "sub-p256.pem", "root-p256.crl", "sub-p256.crl"] {
        evidence.add(&fs::read(fixtures().join("pki").join(file)).unwrap()).unwrap();
    }
    Verifier::new(trust).with_time(Time::parse("2026-11-24T02:00:00Z", Zone::UTC).unwrap()).with_evidence(evidence)
}

/// All of them, drawn. `scratch` is a folder.
pub(crate) fn all(scratch: &Path) -> Vec<Base> {
    let verifier = verifier();
    let mut bases: Vec<Base> = FIXTURES
        .iter()
        .map(|name| {
            let bytes = fs::read(fixtures().join(name).join("doc.pdf")).unwrap_or_else(|error| panic!("{name}: {error}"));
            base(name, bytes, &verifier, scratch)
        })
        .collect();
    for (layout, packed) in [(Layout::Table, false), (Layout::Stream, true)] {
        let letter = document(layout, packed);
        let of = |certification, field| {
            base(&format!("{layout:?} letter {certification:?}"), sign(&letter, certification, field), &verifier, scratch)
        };
        for certification in [None, Some(Certification::NoChanges), Some(Certification::FormFilling), Some(Certification::Annotations)] {
            bases.push(Base { is_rich: true, ..of(certification, "ChuTich") });
        }
        bases.push(Base { is_rich: true, ..of(None, "Moi") });
    }
    bases
}

fn base(name: &str, bytes: Vec<u8>, verifier: &Verifier, scratch: &Path) -> Base {
    let document = Document::parse(bytes.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let gathered = verifier.gather(&document).unwrap();
    let report = verifier.verify(&document).unwrap();
    assert_eq!(report.verdict(), Verdict::Passed, "{name}: {report}");
    let read = lopdf::Document::load_mem(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut offsets = BTreeMap::new();
    for (number, entry) in &read.reference_table.entries {
        if let XrefEntry::Normal { offset, .. } = entry {
            offsets.insert(*number, usize::try_from(*offset).unwrap());
        }
    }
    let objects: BTreeMap<u32, Object> = read.objects.into_iter().map(|((number, _), object)| (number, object)).collect();
    let size = read.trailer.get(b"Size").and_then(Object::as_i64).unwrap();
    let most = objects.keys().copied().max().unwrap_or(0).max(read.max_id).max(u32::try_from(size).unwrap());
    let section = super::write::last_section(&bytes);
    let is_table = bytes[section..].trim_ascii_start().starts_with(b"xref");
    let has = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    let layout = match (is_table, has(b"/XRefStm")) {
        (false, _) => Layout::Stream,
        (true, true) => Layout::Hybrid,
        (true, false) => Layout::Table,
    };
    let path = scratch.join("base.pdf");
    fs::write(&path, &bytes).unwrap();
    let images: Vec<Vec<Image>> = RENDERERS.iter().map(|renderer| renderer.pages(&path, &scratch.join("base.pgm"))).collect();
    assert!(images.iter().all(|pages| !pages.is_empty()), "{name} is not shown");
    let ranges = gathered.facts.document.signatures.iter().map(|signature| signature.coverage.byte_range.clone()).collect();
    Base {
        name: name.to_owned(),
        bytes,
        objects,
        offsets,
        trailer: read.trailer,
        layout,
        next: most.max(100) + 1,
        ranges,
        images,
        is_rich: false,
    }
}

/// The letter that has everything, unsigned.
fn document(layout: Layout, packed: bool) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut rows: Vec<(u32, u8, u32, u16)> = vec![(0, 0, 0, u16::MAX)];
    rows.extend(letter::FREE.map(|number| (number, 0, 0, 0)));
    let (mut head, mut body, mut count) = (String::new(), String::new(), 0_u16);
    for (number, text) in letter::objects() {
        if packed && !text.contains("endstream") {
            head.push_str(&format!("{number} {} ", body.len()));
            body.push_str(&format!("{text}\n"));
            rows.push((number, 2, 98, count));
            count += 1;
            continue;
        }
        rows.push((number, 1, u32::try_from(out.len()).unwrap(), 0));
        out.extend(format!("{number} 0 obj\n{text}\nendobj\n").bytes());
    }
    if packed {
        rows.push((98, 1, u32::try_from(out.len()).unwrap(), 0));
        let data = format!("{head}{body}");
        let entries = format!("/Type /ObjStm /N {count} /First {} /Length {}", head.len(), data.len());
        out.extend(format!("98 0 obj\n<< {entries} >>\nstream\n{data}\nendstream\nendobj\n").bytes());
    }
    let trailer =
        format!("/Size 100 /Root {} 0 R /Info {} 0 R /ID [(0123456789abcdef) (0123456789abcdef)]", letter::CATALOG, letter::INFORMATION);
    let section = out.len();
    if layout == Layout::Table {
        out.extend(b"xref\n");
        for (number, kind, at, generation) in rows {
            out.extend(format!("{number} 1\n{at:010} {generation:05} {}\r\n", if kind == 0 { 'f' } else { 'n' }).bytes());
        }
        out.extend(format!("trailer\n<< {trailer} >>\n").bytes());
    } else {
        rows.push((99, 1, u32::try_from(section).unwrap(), 0));
        let index: String = rows.iter().map(|(number, ..)| format!("{number} 1 ")).collect();
        let data: Vec<u8> =
            rows.iter().flat_map(|(_, kind, one, other)| [&[*kind][..], &one.to_be_bytes(), &other.to_be_bytes()].concat()).collect();
        out.extend(format!("99 0 obj\n<< /Type /XRef {trailer} /W [1 4 2] /Index [{index}] /Length {} >>\nstream\n", data.len()).bytes());
        out.extend(data);
        out.extend(b"\nendstream\nendobj\n");
    }
    out.extend(format!("startxref\n{section}\n%%EOF\n").bytes());
    out
}

fn sign(letter: &[u8], certification: Option<Certification>, field: &str) -> Vec<u8> {
    let read = |name: &str| fs::read(fixtures().join("pki").join(name)).unwrap();
    let signer = PemKey::from_bytes(&read("an.key.pem"), None, &read("an.pem")).unwrap();
    let document = Document::parse(letter.to_vec()).unwrap();
    let at = Time::parse("2026-11-23T09:28:29Z", Zone::UTC).unwrap();
    let mut options = SignOptions::at(at).with_field(field);
    if let Some(certification) = certification {
        options = options.with_certification(certification);
    }
    let prepared = options.prepare(&document, signer.identity()).unwrap();
    let value = signer.sign(prepared.algorithm().unwrap(), prepared.message().unwrap()).unwrap();
    prepared.finish(&document, &value).unwrap().to_bytes()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}
