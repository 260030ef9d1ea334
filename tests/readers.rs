//! Other readers open what kyso signs, and see the same pages and signatures.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use kyso::{Document, Evidence};

/// Cases whose document is not for every reader: what they show needs a broken or an encrypted file.
const NOT_FOR_ALL: &[&str] = &["encrypted", "trailing"];

#[test]
fn what_kyso_signs_opens_in_other_readers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pdf");
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if NOT_FOR_ALL.contains(&name.as_str()) {
            continue;
        }
        let bytes = fs::read(entry.path().join("doc.pdf")).unwrap();
        let facts = Document::parse(bytes.clone()).unwrap().examine(&Evidence::new()).unwrap();
        let pages = facts.pages.unwrap();
        let mut ranges: Vec<Vec<i64>> = facts.signatures.iter().map(|signature| signature.coverage.byte_range.clone()).collect();
        ranges.sort();

        assert_eq!(by_lopdf(&bytes), (pages, ranges), "{name}: lopdf");
        assert_eq!(by_pdf(&bytes), pages, "{name}: pdf");
        assert_eq!(by_hayro(&bytes), pages, "{name}: hayro");
        read += 1;
    }
    println!("{read} documents read by three other readers");
    assert!(read >= 20);
}

fn by_lopdf(bytes: &[u8]) -> (u64, Vec<Vec<i64>>) {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let dictionaries = document.objects.values().filter_map(|object| object.as_dict().ok());
    let ranges = dictionaries.filter_map(|dictionary| dictionary.get(b"ByteRange").and_then(lopdf::Object::as_array).ok());
    let mut ranges: Vec<Vec<i64>> = ranges.map(|range| range.iter().map(|number| number.as_i64().unwrap()).collect()).collect();
    ranges.sort();
    (document.get_pages().len().try_into().unwrap(), ranges)
}

fn by_pdf(bytes: &[u8]) -> u64 {
    pdf::file::FileOptions::uncached().load(bytes.to_vec()).unwrap().num_pages().into()
}

fn by_hayro(bytes: &[u8]) -> u64 {
    hayro_syntax::Pdf::new(Arc::new(bytes.to_vec())).unwrap().pages().len().try_into().unwrap()
}
