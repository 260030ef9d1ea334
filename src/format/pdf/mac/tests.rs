use super::*;
use crate::bytes::Bytes;
use crate::format::pdf::OpenOptions;
use crate::format::pdf::sample::Sample;
use crate::limits::Budget;

/// What is said of a document with these trailers, one for each revision.
fn finding(trailers: &[&str]) -> Option<String> {
    let mut sample = Sample::with_four("null");
    for trailer in trailers {
        sample.table(trailer).object(5, "null");
    }
    let pdf = Pdf::open(Bytes::from(sample.bytes), &OpenOptions::default(), &Budget::default()).unwrap();
    examine(&pdf).unwrap().map(|message| message.id().to_owned())
}

#[test]
fn a_document_without_encryption_needs_no_code() {
    assert_eq!(finding(&[""]), None);
}

#[test]
fn a_code_without_encryption_cannot_be_checked() {
    assert_eq!(finding(&["/AuthCode << /MACLocation /Standalone >>"]).as_deref(), Some(id::DOCUMENT_MAC_UNCHECKED));
}

#[test]
fn a_code_that_was_there_is_missed() {
    assert_eq!(finding(&["/AuthCode << /MACLocation /Standalone >>", ""]).as_deref(), Some(id::DOCUMENT_MAC_MISSING));
}

#[test]
fn a_range_is_over_all_but_the_code() {
    let whole = |text: &str, range: &str| {
        let mut sample = Sample::with_four("null");
        sample.object(5, text).table("");
        let length = sample.bytes.len();
        let gap = sample.bytes.windows(4).position(|bytes| bytes == b"<00f").unwrap();
        let numbers = range.replace("END", &(length - gap - 6).to_string()).replace("SHORT", &(length - gap - 7).to_string());
        let numbers =
            numbers.replace("GAP", &gap.to_string()).replace("BEHIND", &(gap + 6).to_string()).replace("LATE", &(gap + 7).to_string());
        let at = sample.bytes.windows(40).position(|bytes| bytes == [b'x'; 40]).unwrap();
        let padded = format!("{numbers:40}");
        sample.bytes.splice(at..at + 40, padded.bytes());
        let pdf = Pdf::open(Bytes::from(sample.bytes), &OpenOptions::default(), &Budget::default()).unwrap();
        let object = pdf.last().object(crate::format::pdf::Reference { number: 5, generation: 0 }).unwrap();
        whole_file(&pdf, object.value.as_dictionary().unwrap()).map(|(_, code)| code)
    };
    let place = "x".repeat(40);
    let entry = format!("<< /MAC <00ff> /ByteRange [{place}] >>");
    assert_eq!(whole(&entry, "0 GAP BEHIND END"), Some(vec![0, 255]));
    assert_eq!(whole(&entry, "0 GAP BEHIND SHORT"), Some(vec![0, 255]), "white space may follow");
    assert_eq!(whole(&entry, "0 GAP BEHIND 9"), None, "something follows");
    assert_eq!(whole(&entry, "0 GAP LATE SHORT"), None, "the gap is wider");
    assert_eq!(whole(&entry, "1 GAP BEHIND END"), None, "not from the start");
    assert_eq!(whole(&format!("<< /MAC <00ff > /ByteRange [{place}] >>"), "0 GAP LATE SHORT"), None, "a space in the gap");
}
