//! Bad input through the command: a clear message, a documented exit status, and never a panic.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]
#![cfg(feature = "cli")]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

#[test]
fn what_is_no_document_is_an_error_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| file(folder.path(), name, bytes);
    let sparse = folder.path().join("sparse.pdf");
    File::create(&sparse).unwrap().set_len(2 << 30).unwrap();
    let inputs = [
        write("empty.pdf", b""),
        write("one-byte.pdf", b"%"),
        write("text.pdf", "Kính gửi: Ủy ban nhân dân phường Ví Dụ\n".as_bytes()),
        write("page.pdf", b"<!DOCTYPE html><html><body>login</body></html>"),
        write("picture.pdf", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        write("word.pdf", b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xmlword/document.xml"),
        folder.path().to_owned(),
        sparse,
    ];
    for input in inputs {
        let outcome = verify(&input);
        assert_eq!(outcome.code, Some(2), "{}: {}", input.display(), outcome.stderr);
        assert!(outcome.stdout.is_empty(), "{}: {}", input.display(), outcome.stdout);
        assert!(outcome.stderr.starts_with("kyso: ") && outcome.stderr.contains("What to do: "), "{}: {}", input.display(), outcome.stderr);
    }
}

#[test]
fn a_letter_cut_off_anywhere_is_never_valid() {
    let folder = tempfile::tempdir().unwrap();
    let letter = fs::read(fixture("pdf/valid/doc.pdf")).unwrap();
    for tenth in 1..10 {
        let input = file(folder.path(), &format!("{tenth}.pdf"), &letter[..letter.len() * tenth / 10]);
        let outcome = verify(&input);
        assert!(matches!(outcome.code, Some(1 | 2 | 4)), "{tenth}/10: {:?} {}{}", outcome.code, outcome.stdout, outcome.stderr);
    }
}

#[test]
fn documents_made_to_exhaust_a_reader_end_soon() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("nested.pdf", nested()),
        (
            "page-cycle.pdf",
            document(
                &[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Count 1 /Kids [2 0 R 2 0 R] /Parent 2 0 R >>".to_vec()],
                "",
            ),
        ),
        ("xref-cycle.pdf", xref_cycle()),
        ("bomb.pdf", bomb()),
        ("many-objects.pdf", b"%PDF-1.7\n".iter().copied().chain(b"1 0 obj <<".repeat(400_000)).collect()),
        ("many-annotations.pdf", unsigned(&annotations(3))),
        ("long-name.pdf", unsigned(&long_name(3))),
        ("null-kids.pdf", document(&[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), null_kids()], "")),
        ("deep-fields.pdf", unsigned(&deep_fields(3))),
        ("deep-names.pdf", unsigned(&deep_names(3))),
        ("many-revisions.pdf", revisions(&unsigned(&[]))),
    ] {
        let outcome = verify(&file(folder.path(), name, &bytes));
        assert!(matches!(outcome.code, Some(2 | 4)), "{name}: {:?} {}{}", outcome.code, outcome.stdout, outcome.stderr);
    }
}

/// The same behind a signature, where changes are looked at more closely.
#[test]
fn updates_made_to_exhaust_a_reader_end_soon_and_are_never_valid() {
    let folder = tempfile::tempdir().unwrap();
    let letter = fs::read(fixture("pdf/valid/doc.pdf")).unwrap();
    let annotated = [annotations(FREE), vec![(8, page(&format!("/Parent 6 0 R /Annots {FREE} 0 R")))]].concat();
    let catalog = |entries: &str| (15, format!("<< /Type /Catalog /Pages 6 0 R {entries} >>").into_bytes());
    for (name, objects) in [
        ("later-annotations.pdf", annotated),
        ("later-name.pdf", [long_name(FREE), vec![catalog(&format!("/Long {FREE} 0 R"))]].concat()),
        ("later-kids.pdf", vec![(6, null_kids())]),
        ("later-fields.pdf", [deep_fields(FREE), vec![catalog(&format!("/AcroForm << /SigFlags 3 /Fields [{FREE} 0 R] >>"))]].concat()),
        ("later-names.pdf", [deep_names(FREE), vec![catalog(&format!("/Names << /Dests {FREE} 0 R >>"))]].concat()),
    ] {
        let outcome = verify(&file(folder.path(), name, &update(&letter, &objects, "/Root 15 0 R")));
        assert!(matches!(outcome.code, Some(1 | 2)), "{name}: {:?} {}{}", outcome.code, outcome.stdout, outcome.stderr);
    }
    let outcome = verify(&file(folder.path(), "later-revisions.pdf", &revisions(&letter)));
    assert!(matches!(outcome.code, Some(1 | 2)), "{:?} {}{}", outcome.code, outcome.stdout, outcome.stderr);
}

/// A large document is copied by the system, not written: here into a file that may not become so large.
#[cfg(unix)]
#[test]
fn a_large_document_on_a_full_disk_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let document = large();
    let input = file(folder.path(), "large.pdf", &document);
    for (name, prepare) in [("full", "trap '' XFSZ; ulimit -f 65536"), ("killed", "ulimit -c 0; ulimit -f 65536")] {
        let key = format!("--key {} --cert {}", fixture("pki/binh.key.pem").display(), fixture("pki/binh.pem").display());
        let line = format!("{prepare}; exec {} sign {key} -o signed.pdf large.pdf", env!("CARGO_BIN_EXE_kyso"));
        let output = Command::new("sh").args(["-c", &line]).current_dir(folder.path()).output().unwrap();
        let expected = if name == "full" { Some(2) } else { None };
        assert_eq!(output.status.code(), expected, "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!folder.path().join("signed.pdf").exists(), "{name}");
        assert!(fs::read(&input).unwrap() == document, "{name}: the input was changed");
    }
}

/// The first objects of a file with a classic table; the catalog is the first.
fn document(bodies: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, body) in bodies.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", index + 1).into_bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    }
    let section = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f\r\n", bodies.len() + 1).into_bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n\r\n").into_bytes());
    }
    out.extend(format!("trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{section}\n%%EOF\n", bodies.len() + 1).into_bytes());
    out
}

/// Objects by their numbers.
type Objects = Vec<(usize, Vec<u8>)>;

/// The first number that the signed letter does not use.
const FREE: usize = 22;

/// A document whose catalog names the third object in every way that matters here, and with these objects from the third on.
fn unsigned(objects: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let catalog = "<< /Type /Catalog /Pages 2 0 R /Names << /Dests 3 0 R >> /AcroForm << /Fields [3 0 R] >> >>";
    let pages = format!("<< /Type /Pages /Count 1 /Kids [{}] >>", String::from_utf8(page("/Parent 2 0 R /Annots 3 0 R")).unwrap());
    let bodies = [catalog.as_bytes().to_vec(), pages.into_bytes()];
    document(&bodies.into_iter().chain(objects.iter().map(|(_, body)| body.clone())).collect::<Vec<_>>(), "")
}

fn page(entries: &str) -> Vec<u8> {
    format!("<< /Type /Page /MediaBox [0 0 595 842] {entries} >>").into_bytes()
}

/// An array of 100,000 annotations, and they themselves.
fn annotations(first: usize) -> Objects {
    let all = first + 1..first + 100_001;
    let array: String = all.clone().map(|number| format!("{number} 0 R ")).collect();
    let annotation = b"<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] >>";
    std::iter::once((first, format!("[{array}]").into_bytes())).chain(all.map(|number| (number, annotation.to_vec()))).collect()
}

fn long_name(number: usize) -> Objects {
    vec![(number, [b"<< /".as_slice(), &b"N".repeat(1_000_000), b" /", &b"V".repeat(1_000_000), b" >>"].concat())]
}

fn null_kids() -> Vec<u8> {
    [b"<< /Type /Pages /Count 1000000 /Kids [".to_vec(), b"9999 0 R ".repeat(1_000_000), b"] >>".to_vec()].concat()
}

/// Fields of which each is the only kid of the one before.
fn deep_fields(first: usize) -> Objects {
    let field = |number| (number, format!("<< /T (f) /Parent {} 0 R /Kids [{} 0 R] >>", number - 1, number + 1).into_bytes());
    (first..first + 100_000).map(field).collect()
}

/// Nodes of a name tree of which each is the only kid of the one before.
fn deep_names(first: usize) -> Objects {
    let node = |number| (number, format!("<< /Limits [(a) (b)] /Kids [{} 0 R] >>", number + 1).into_bytes());
    (first..first + 100_000).map(node).collect()
}

/// 50,000 updates that change nothing.
fn revisions(original: &[u8]) -> Vec<u8> {
    let root = if original.windows(11).any(|window| window == b"/Root 1 0 R") { "/Root 1 0 R" } else { "/Root 15 0 R" };
    let mut out = original.to_vec();
    let mut section = last_section(&out);
    for _ in 0..50_000 {
        let previous = std::mem::replace(&mut section, out.len());
        let tail =
            format!("xref\n0 1\n0000000000 65535 f\r\ntrailer\n<< /Size 99 {root} /Prev {previous} >>\nstartxref\n{section}\n%%EOF\n");
        out.extend(tail.into_bytes());
    }
    out
}

/// The document with an update that holds these objects.
fn update(original: &[u8], objects: &[(usize, Vec<u8>)], trailer: &str) -> Vec<u8> {
    let mut out = original.to_vec();
    let mut table = b"xref\n".to_vec();
    for (number, body) in objects {
        table.extend(format!("{number} 1\n{:010} 00000 n\r\n", out.len()).into_bytes());
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    }
    let section = out.len();
    let size = objects.iter().map(|(number, _)| number + 1).max().unwrap_or(0).max(FREE);
    let previous = last_section(original);
    out.extend(table);
    out.extend(format!("trailer\n<< /Size {size} /Prev {previous} {trailer} >>\nstartxref\n{section}\n%%EOF\n").into_bytes());
    out
}

/// What the last `startxref` of a document says.
fn last_section(document: &[u8]) -> usize {
    let at = document.windows(9).rposition(|window| window == b"startxref").unwrap();
    String::from_utf8_lossy(&document[at + 9..]).split_whitespace().next().unwrap().parse().unwrap()
}

/// A document of 100 MiB.
fn large() -> Vec<u8> {
    let length = 100 << 20;
    let stream = [format!("<< /Length {length} >>\nstream\n").into_bytes(), vec![b'0'; length], b"\nendstream".to_vec()].concat();
    let pages = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_vec();
    document(&[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), pages, page("/Parent 2 0 R"), stream], "")
}

fn nested() -> Vec<u8> {
    let array = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    document(
        &[
            [b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields ".to_vec(), array, b" >> >>".to_vec()].concat(),
            b"<< /Type /Pages /Count 0 /Kids [] >>".to_vec(),
        ],
        "",
    )
}

fn xref_cycle() -> Vec<u8> {
    let file =
        document(&[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Count 0 /Kids [] >>".to_vec()], "/Prev 0000000000");
    let section = file.windows(5).position(|window| window == b"xref\n").unwrap();
    let text = String::from_utf8(file).unwrap().replace("/Prev 0000000000", &format!("/Prev {section:010}"));
    text.into_bytes()
}

/// An object stream of zeros that is a thousand times smaller than what it holds, in several layers.
fn bomb() -> Vec<u8> {
    let mut layer = vec![b' '; 1 << 30 >> 4];
    for _ in 0..2 {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&layer).unwrap();
        layer = encoder.finish().unwrap();
    }
    let stream = format!("<< /Type /ObjStm /N 1000 /First 8000 /Filter [/FlateDecode /FlateDecode] /Length {} >>\nstream\n", layer.len());
    let stream = [stream.into_bytes(), layer, b"\nendstream".to_vec()].concat();
    let mut file = b"%PDF-1.7\n".to_vec();
    let at = file.len();
    file.extend(b"1 0 obj\n");
    file.extend(stream);
    file.extend(b"\nendobj\n");
    let section = file.len();
    let mut rows = vec![0, 0, 0, 0, 0, 1];
    rows.extend(u32::try_from(at).unwrap().to_be_bytes());
    rows.push(0);
    for index in 0..2_u8 {
        rows.extend([2, 0, 0, 0, 1, index]);
    }
    rows.push(1);
    rows.extend(u32::try_from(section).unwrap().to_be_bytes());
    rows.push(0);
    file.extend(format!("4 0 obj\n<< /Type /XRef /Size 5 /Root 2 0 R /W [1 4 1] /Length {} >>\nstream\n", rows.len()).into_bytes());
    file.extend(&rows);
    file.extend(format!("\nendstream\nendobj\nstartxref\n{section}\n%%EOF\n").into_bytes());
    file
}

fn verify(input: &Path) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_kyso"))
        .args(["verify", "--no-user-trust", "--lang", "en"])
        .arg(input)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let outcome = Outcome { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) };
    assert!(!outcome.stderr.contains("panicked"), "{}: {}", input.display(), outcome.stderr);
    outcome
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}
