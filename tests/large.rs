//! Offsets past four gibibytes: a sparse file of five is signed and verified. Skipped, visibly, where the disk has no room for the output.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use kyso::{Document, PemKey, SignOptions, Time, TrustStore, Verifier, Zone};

const GIBIBYTE: u64 = 1 << 30;
const SIZE: u64 = 5 * GIBIBYTE;

#[test]
fn a_file_of_five_gibibytes_is_signed_and_verified() {
    let folder = tempfile::tempdir().unwrap();
    if available(folder.path()) < SIZE + GIBIBYTE {
        println!("skipped: less than 6 GiB free in {}", folder.path().display());
        return;
    }
    let input = folder.path().join("large.pdf");
    write_large(&input);
    let at = Time::parse("2026-11-23T09:28:29Z", Zone::UTC).unwrap();
    let read = |name: &str| fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki").join(name)).unwrap();
    let signer = PemKey::from_bytes(&read("binh.key.pem"), None, &[read("binh.pem"), read("sub-p256.pem")].concat()).unwrap();

    let output = folder.path().join("large.signed.pdf");
    SignOptions::at(at).sign(&Document::open(&input).unwrap(), &signer).unwrap().save(&output).unwrap();

    let document = Document::open(&output).unwrap();
    let facts = Verifier::new(TrustStore::new()).with_time(at).gather(&document).unwrap().facts;
    let signature = facts.document.signatures.first().unwrap();
    assert!(signature.coverage.byte_range[2] > i64::try_from(SIZE).unwrap());
    assert!(signature.coverage.whole_file);
    assert_eq!(signature.findings, []);
    let cms = signature.cms.as_ref().unwrap();
    assert_eq!((cms.content, cms.value), (kyso::Match::Matches, kyso::Match::Matches));
    println!("{} bytes signed and verified", document.bytes().len());
}

/// A document whose one stream is a hole of five gibibytes.
fn write_large(path: &Path) {
    let mut file = File::create(path).unwrap();
    let head = format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n4 0 obj\n<< /Length {SIZE} >>\nstream\n"
    );
    let offset = |what: &str| head.find(what).unwrap();
    file.write_all(head.as_bytes()).unwrap();
    file.seek(SeekFrom::Current(i64::try_from(SIZE).unwrap())).unwrap();
    file.write_all(b"\nendstream\nendobj\n").unwrap();
    let section = file.stream_position().unwrap();
    let mut tail = "xref\n0 5\n0000000000 65535 f\r\n".to_owned();
    for number in 1..5 {
        tail.push_str(&format!("{:010} 00000 n\r\n", offset(&format!("{number} 0 obj"))));
    }
    tail.push_str(&format!("trailer\n<< /Size 5 /Root 1 0 R /ID [<6b79736f> <6b79736f>] >>\nstartxref\n{section}\n%%EOF\n"));
    file.write_all(tail.as_bytes()).unwrap();
}

/// Free bytes on the disk of `folder`, as `df` tells; none where there is no `df`.
fn available(folder: &Path) -> u64 {
    let output = std::process::Command::new("df").args(["-Pk"]).arg(folder).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let kibibytes = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).and_then(|word| word.parse::<u64>().ok());
    kibibytes.unwrap_or(0).saturating_mul(1024)
}
