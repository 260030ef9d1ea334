//! No single changed byte inside the signed range, and none in the signature value, may leave a small signed letter intact.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

use std::fs;
use std::path::Path;

use kyso::{ChangeLevel, Document, Match, PemKey, SignOptions, Signer as _, Time, TrustStore, Verifier, Zone};

#[test]
fn no_changed_byte_leaves_a_letter_intact() {
    let (letter, value) = signed_letter();
    assert!(is_intact(&letter), "the letter is not intact to begin with");
    let open = letter.windows(10).rposition(|window| window == b"/Contents ").unwrap_or_else(|| find(&letter, b"/Contents"));
    let hole = open + find(&letter[open..], b"<")..open + find(&letter[open..], b">") + 1;
    let digits: Vec<u8> = value.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect();
    let lower = letter.to_ascii_lowercase();
    let value = find(&lower, &digits);
    let value = value..value + digits.len();
    assert!(hole.contains(&value.start) && hole.contains(&value.end));

    let mut tried = 0_u32;
    let mut intact = Vec::new();
    for position in (0..letter.len()).filter(|position| !hole.contains(position) || value.contains(position)) {
        for changed in changes(letter[position], value.contains(&position)) {
            let mut copy = letter.clone();
            copy[position] = changed;
            tried += 1;
            if is_intact(&copy) {
                intact.push((position, changed));
            }
        }
    }
    println!("{tried} changed letters of {} bytes, {} of them intact", letter.len(), intact.len());
    assert!(tried > 5_000);
    assert_eq!(intact, []);
}

/// Other bytes for one: bits turned in the signed range, other digits in the value.
fn changes(byte: u8, digit: bool) -> Vec<u8> {
    if digit {
        return vec![if byte == b'0' { b'1' } else { b'0' }, if byte.eq_ignore_ascii_case(&b'f') { b'e' } else { b'f' }];
    }
    vec![byte ^ 0x01, byte ^ 0x20, byte ^ 0x80]
}

/// Whether every signature fits its bytes and covers them rightly, whoever made it.
fn is_intact(bytes: &[u8]) -> bool {
    let Ok(document) = Document::parse(bytes.to_vec()) else { return false };
    let at = Time::from_unix(1_795_000_000).unwrap();
    let Ok(gathered) = Verifier::new(TrustStore::new()).with_time(at).gather(&document) else { return false };
    let document = &gathered.facts.document;
    !document.signatures.is_empty()
        && document.signatures.iter().all(|signature| {
            let fits = signature.cms.as_ref().is_some_and(|cms| cms.content == Match::Matches && cms.value == Match::Matches);
            fits && signature.coverage.whole_file && signature.findings.is_empty() && signature.later.level == Some(ChangeLevel::Nothing)
        })
}

/// A letter of one line, signed, and the signature value.
fn signed_letter() -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki").join(name)).unwrap();
    let signer = PemKey::from_bytes(&read("an.key.pem"), None, &read("an.pem")).unwrap();
    let document = Document::parse(letter()).unwrap();
    let at = Time::parse("2026-11-23T09:28:29Z", Zone::UTC).unwrap();
    let prepared = SignOptions::at(at).prepare(&document, signer.identity()).unwrap();
    let value = signer.sign(prepared.algorithm().unwrap(), prepared.message().unwrap()).unwrap();
    (prepared.finish(&document, &value).unwrap().to_bytes(), value)
}

fn letter() -> Vec<u8> {
    let content = "BT /F1 12 Tf 70 700 Td (Giay xac nhan so 123) Tj ET";
    let bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut out = "%PDF-1.7\n".to_owned();
    let mut rows = String::new();
    for (index, body) in bodies.iter().enumerate() {
        rows.push_str(&format!("{:010} 00000 n\r\n", out.len()));
        out.push_str(&format!("{} 0 obj\n{body}\nendobj\n", index + 1));
    }
    let section = out.len();
    out.push_str(&format!("xref\n0 5\n0000000000 65535 f\r\n{rows}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{section}\n%%EOF\n"));
    out.into_bytes()
}

fn find(text: &[u8], what: &[u8]) -> usize {
    text.windows(what.len()).position(|window| window == what).unwrap()
}
