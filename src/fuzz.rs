//! The doors that the fuzz targets knock at. They are here for `--cfg fuzzing` and for the replay of the corpus by the tests.

mod later;

use crate::asn1::{Asn1Error, Encoding, Reader};
use crate::{Budget, Certificate, Document, DocumentOptions, Evidence, Limits, Locale, Policy, Prepared, Time, TrustStore};

/// Walks every element, in both encodings.
pub fn asn1(data: &[u8]) {
    for encoding in [Encoding::Ber, Encoding::Der] {
        let _ = walk(Reader::new(data, encoding, 64), &mut 100_000);
    }
}

fn walk(mut reader: Reader<'_>, steps: &mut u32) -> Result<(), Asn1Error> {
    while !reader.is_empty() {
        let element = reader.read()?;
        let Some(left) = steps.checked_sub(1) else { return Ok(()) };
        *steps = left;
        let _ = (element.boolean(), element.integer(), element.unsigned(), element.oid().map(|oid| oid.to_string()));
        let _ = (element.octets(), element.bit_string_octets(), element.time(), crate::asn1::directory_string(&element));
        if element.constructed {
            walk(element.children()?, steps)?;
        }
    }
    Ok(())
}

/// Parses signed data and verifies it over some content.
pub fn cms(data: &[u8]) {
    let Ok(signed_data) = crate::cms::SignedData::parse(data, 64) else { return };
    let digests = signed_data.content_digests().into_iter().map(|algorithm| (algorithm, algorithm.digest(b"content"))).collect();
    let content = crate::cms::ContentDigests { digests, ..Default::default() };
    let _ = crate::cms::verify(&signed_data, &content, &[], &Budget::new(limits()));
}

/// Parses certificates and revocation lists, in every form.
pub fn x509(data: &[u8]) {
    if let Ok(certificate) = Certificate::from_der(data) {
        let _ = (certificate.subject().to_string(), certificate.key_kind(), certificate.signature_algorithm(), certificate.sha256_hex());
        let _ = certificate.is_signed_by(certificate.public_key());
    }
    let mut evidence = Evidence::new();
    let _ = evidence.add(data);
    for (crl, _) in evidence.crls() {
        let _ = crl.entry(crl.issuer(), &[1]);
    }
}

/// Opens a document and looks at every page.
pub fn pdf_open(data: &[u8]) {
    let Ok(document) = open(data) else { return };
    let _ = document.examine(&Evidence::new());
}

/// Puts what the input says behind a signed document, and looks at what the analysis of later changes makes of it.
///
/// # Panics
/// Where it says what cannot be.
pub fn pdf_diff(data: &[u8]) {
    later::check(data);
}

/// Walks every revision of a document: its pages, objects and fields, and what its signatures saw.
pub fn pdf_revisions(data: &[u8]) {
    let Ok(document) = open(data) else { return };
    later::walk(document.pdf());
    let _ = document.history(&Evidence::new());
    let count = document.examine(&Evidence::new()).map_or(1, |facts| facts.signatures.len());
    for number in 1..=count {
        let seen = document.signed_revision(number);
        assert!(seen.is_ok_and(|seen| data.starts_with(&seen)) || document.signed_revision(number).is_err());
    }
}

/// Opens, verifies, and writes the report.
pub fn verify_any(data: &[u8]) {
    let Ok(document) = open(data) else { return };
    let Some(time) = Time::from_unix(1_795_000_000) else { return };
    let Ok(gathered) = crate::gather(&document, &TrustStore::new(), &Evidence::new(), time) else { return };
    let report = crate::judge(&gathered.facts, &Policy::basic(), time);
    let _ = report.to_json(&Locale::default());
    for number in 1..=report.signatures().len() {
        let _ = document.signed_revision(number);
    }
}

/// Reads a stored prepared signature and finishes it with nonsense.
pub fn prepared(data: &[u8]) {
    let Ok(prepared) = Prepared::from_bytes(data) else { return };
    let _ = (prepared.digest(), prepared.message().map(<[u8]>::len));
    if let Ok(document) = open(b"%PDF-1.7\n") {
        let _ = prepared.finish(&document, data);
        let _ = prepared.finish_with_cms(&document, data);
    }
    let _ = Prepared::from_bytes(&prepared.to_bytes());
}

fn open(data: &[u8]) -> crate::Result<Document> {
    let mut options = DocumentOptions::default();
    options.limits = limits();
    Document::parse_with(data, options)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.decoded_bytes = 32 << 20;
    limits.objects = 200_000;
    limits
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    type Door = (&'static str, fn(&[u8]));

    const DOORS: &[Door] = &[
        ("asn1", super::asn1),
        ("cms", super::cms),
        ("x509", super::x509),
        ("pdf_diff", super::pdf_diff),
        ("pdf_open", super::pdf_open),
        ("pdf_revisions", super::pdf_revisions),
        ("verify_any", super::verify_any),
        ("prepared", super::prepared),
    ];

    #[test]
    fn what_the_fuzzers_found_once_stays_mended() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
        for (name, door) in DOORS {
            let files: Vec<_> = fs::read_dir(root.join(name)).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
            assert!(!files.is_empty(), "fuzz/regressions/{name} is empty");
            for file in &files {
                door(&fs::read(file).unwrap());
            }
            println!("{name}: {} inputs", files.len());
        }
    }
}
