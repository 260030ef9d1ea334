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
    ] {
        let outcome = verify(&file(folder.path(), name, &bytes));
        assert!(matches!(outcome.code, Some(2 | 4)), "{name}: {:?} {}{}", outcome.code, outcome.stdout, outcome.stderr);
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
