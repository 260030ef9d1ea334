//! What is said about signatures that others made and judged. The files are no part of the project; see `KYSO_CORPUS`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::{Match, ReferenceMatch};
use super::*;
use crate::asn1::{Encoding, Reader};

/// The folder of the corpus, where it is there.
fn corpus() -> Option<PathBuf> {
    let folder =
        std::env::var_os("KYSO_CORPUS").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("KYSO_PEERS").map_or(true, |value| value != "required"), "no corpus at {}", folder.display());
    println!("skipped: no corpus at {}", folder.display());
    None
}

/// The rows of a table with a header, by column name.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    lines.map(|line| header.iter().cloned().zip(line).collect()).collect()
}

/// A byte range of a PDF and the hexadecimal string in its gap, found without any knowledge of PDF.
struct Found {
    signed: Vec<u8>,
    contents: Vec<u8>,
    /// What stands around the gap, where the names of the dictionary are.
    around: String,
}

fn scan(pdf: &[u8]) -> Vec<Found> {
    let mut found: BTreeMap<[usize; 4], Found> = BTreeMap::new();
    for position in memchr::memmem::find_iter(pdf, b"/ByteRange") {
        let text = String::from_utf8_lossy(&pdf[position + 10..(position + 120).min(pdf.len())]).into_owned();
        let numbers = text.trim_start().trim_start_matches('[').split(']').next().unwrap_or_default();
        let numbers: Option<Vec<usize>> = numbers.split_whitespace().map(|number| number.parse().ok()).collect();
        let Some(Ok(range)) = numbers.map(<[usize; 4]>::try_from) else { continue };
        let [start, first, second, length] = range;
        let (Some(before), Some(gap), Some(after)) = (
            start.checked_add(first).and_then(|end| pdf.get(start..end)),
            start.checked_add(first).and_then(|begin| pdf.get(begin..second)),
            second.checked_add(length).and_then(|end| pdf.get(second..end)),
        ) else {
            continue;
        };
        let [b'<', digits @ .., b'>'] = gap else { continue };
        let digits: Option<Vec<u8>> = digits.iter().map(|digit| char::from(*digit).to_digit(16)?.try_into().ok()).collect();
        let Some(digits) = digits else { continue };
        let contents: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        if contents.iter().all(|byte| *byte == 0) {
            continue;
        }
        let around = [&before[before.len().saturating_sub(600)..], &after[..after.len().min(600)]].concat();
        let around = String::from_utf8_lossy(&around).into_owned();
        // A raw value has its certificate in the dictionary, which takes a reader of PDF; a MAC (ISO 32004) is no signature.
        if around.contains("adbe.x509.rsa_sha1") || around.contains("/AuthCode") {
            continue;
        }
        found.insert(range, Found { signed: [before, after].concat(), contents, around });
    }
    found.into_values().collect()
}

fn examine(found: &Found) -> Option<CmsFacts> {
    let mode = ContentDigests {
        sha1_in_content: found.around.contains("adbe.pkcs7.sha1"),
        timestamp: found.around.contains("ETSI.RFC3161"),
        ..ContentDigests::default()
    };
    SignedData::parse(&found.contents, 64).ok()?;
    Some(facts(&found.contents, &mode, &found.signed, &[]))
}

/// Findings that are said and decide nothing. Corpora have messages with content, and ones without attributes.
const HARMLESS: [&str; 9] = [
    "cms.attributes_der",
    "cms.certificate_unreadable",
    "cms.digest_identifier",
    "cms.encapsulated_content_empty",
    "cms.encapsulated_content_equal",
    "cms.issuer_serial",
    "cms.no_signed_attributes",
    "cms.signing_time",
    "cms.trailing_data",
];

fn fits(facts: &CmsFacts) -> bool {
    facts.content == Match::Matches
        && facts.value == Match::Matches
        && facts.signing_certificate != ReferenceMatch::Differs
        && ids(facts).iter().all(|id| HARMLESS.contains(id))
}

fn shown(facts: &CmsFacts) -> String {
    let (content, value, reference) = (facts.content, facts.value, facts.signing_certificate);
    format!("content {content:?}, value {value:?}, reference {reference:?}, {} {:?}", facts.algorithm_text, ids(facts))
}

#[test]
fn signatures_in_pdf_documents() {
    let Some(corpus) = corpus() else { return };
    let (mut blobs, mut parsed, mut fitting, mut files, mut differences) = (0, 0, 0, 0, 0);
    let mut findings: BTreeMap<String, u32> = BTreeMap::new();
    for row in table(&corpus.join("pdf/manifest.tsv")) {
        let Ok(pdf) = fs::read(corpus.join("pdf").join(&row["file"])) else { continue };
        files += 1;
        let found = scan(&pdf);
        let facts: Vec<Option<CmsFacts>> = found.iter().map(examine).collect();
        blobs += facts.len();
        parsed += facts.iter().flatten().count();
        fitting += facts.iter().flatten().filter(|facts| fits(facts)).count();
        for finding in facts.iter().flatten().flat_map(|facts| &facts.findings) {
            *findings.entry(finding.id().to_owned()).or_default() += 1;
        }
        let all = facts.iter().all(|facts| facts.as_ref().is_some_and(fits));
        let expected = match row["integrity"].as_str() {
            "intact" => true,
            "broken" => false,
            _ => continue,
        };
        if all != expected && !facts.is_empty() {
            differences += 1;
            println!("{} is {} ({})", row["file"], row["integrity"], row["openssl_says"]);
            for facts in &facts {
                println!("    {}", facts.as_ref().map_or_else(|| "unreadable".to_owned(), shown));
            }
        }
    }
    println!("{files} files, {blobs} signature values: {parsed} parse, {fitting} fit; {differences} files differ from the table");
    println!("{findings:#?}");
    assert!(files > 200 && parsed > 300, "the corpus is not where it should be");
    assert!(fitting * 10 > blobs * 9, "honest signatures do not fit");
}

/// The message in a DER, PEM or base64 file, or a mail, and what is signed where the mail holds that too.
fn unpack(file: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    if file.first() == Some(&0x30) {
        return (file.to_vec(), None);
    }
    let text = String::from_utf8_lossy(file).replace("\r\n", "\n");
    if let Some((_, boundary)) = text.split_once("boundary=\"") {
        let boundary = format!("\n--{}", boundary.split('"').next().unwrap());
        let parts: Vec<&str> = text.split(boundary.as_str()).collect();
        let body = parts[2].split_once("\n\n").unwrap().1;
        return (decode(body), Some(parts[1].strip_prefix('\n').unwrap().replace('\n', "\r\n").into_bytes()));
    }
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    (decode(&body), None)
}

fn decode(text: &str) -> Vec<u8> {
    STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap_or_default()
}

/// What a row says is signed: a file, or a digest.
fn detached(row: &BTreeMap<String, String>, corpus: &Path) -> Option<Vec<u8>> {
    let (_, path) = row["detached"].split(';').next()?.split_once('=')?;
    fs::read(corpus.join("other").join(path)).ok()
}

fn examine_row(row: &BTreeMap<String, String>, corpus: &Path) -> Result<CmsFacts, String> {
    let file = fs::read(corpus.join("other").join(&row["corpus_path"])).map_err(|error| error.to_string())?;
    let (message, mailed) = unpack(&file);
    let signed_data = SignedData::parse(&message, 64).map_err(|error| error.to_string())?;
    let timestamp = row["kind"] == "tsp";
    let document = mailed.or_else(|| detached(row, corpus)).or_else(|| signed_data.encapsulated_content().map(<[u8]>::to_vec));
    let mut content = ContentDigests { timestamp, ..ContentDigests::default() };
    if let Some(document) = document {
        content.digests = signed_data.content_digests().into_iter().map(|digest| (digest, digest.digest(&document))).collect();
    }
    if let Some(digest) = row["detached"].strip_prefix("digest:SHA256:") {
        content.digests = vec![(SHA256, decode(digest.split(':').next().unwrap()))];
    }
    verify(&signed_data, &content, &[], &Budget::default()).map_err(|error| error.to_string())
}

#[test]
fn messages_and_timestamps() {
    let Some(corpus) = corpus() else { return };
    let (mut rows, mut parsed, mut fitting, mut differences) = (0, 0, 0, 0);
    for row in table(&corpus.join("other/manifest.tsv")) {
        let token = row["scope"] == "token";
        if !(row["kind"] == "cades" || (row["kind"] == "tsp" && token)) {
            continue;
        }
        rows += 1;
        let facts = examine_row(&row, &corpus);
        parsed += usize::from(facts.is_ok());
        // Nobody says what a token is for; that its value fits is what its row says.
        let fit = facts.as_ref().is_ok_and(|facts| if token { facts.value == Match::Matches } else { fits(facts) });
        fitting += usize::from(fit);
        if row["scope"] == "parse" || fit != (row["verdict"] == "valid") {
            differences += usize::from(row["scope"] != "parse");
            println!("{} {} is {}: {}", row["id"], row["scope"], row["verdict"], row["peer"]);
            println!("    {}", facts.as_ref().map_or_else(Clone::clone, shown));
        }
    }
    println!("{rows} messages: {parsed} parse, {fitting} fit; {differences} differ from the table");
    assert!(rows > 150 && parsed * 10 > rows * 9, "the corpus is not where it should be");
    assert!(fitting > 110, "honest signatures do not fit");
}

#[test]
fn a_prefix_of_any_message_does_no_harm() {
    let Some(corpus) = corpus() else { return };
    let mut tried = 0;
    for row in table(&corpus.join("other/manifest.tsv")).iter().filter(|row| row["kind"] == "tsp" && row["scope"] == "token") {
        let Ok(file) = fs::read(corpus.join("other").join(&row["corpus_path"])) else { continue };
        let length = Reader::new(&file, Encoding::Ber, 64).read().map_or(file.len(), |element| element.raw.len());
        for end in 0..length {
            assert!(SignedData::parse(&file[..end], 64).is_err(), "{} cut at {end}", row["id"]);
            tried += 1;
        }
    }
    println!("{tried} prefixes");
    assert!(tried > 10_000, "the corpus is not where it should be");
}
