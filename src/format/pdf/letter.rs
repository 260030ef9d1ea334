//! A signed letter with a form, for tests. Its signature value is no CMS: what is tested here comes before any digest.

use super::revision::OpenOptions;
use super::sample::Sample;
use super::{Pdf, examine};
use crate::format::{DocumentFacts, SignatureFacts};
use crate::{Budget, Evidence};

/// The byte range before its numbers are known.
const HOLE: &str = "[0 0000000000 0000000000 0000000000]";
/// The signature value.
pub(crate) const VALUE: &str = "<30060102030405060000>";

/// Catalog 1, pages 2, page 3 with content 4 and font 5, form 6, text field 7 with appearance 8.
pub(crate) fn letter() -> Sample {
    letter_with(&page("/Annots [7 0 R 9 0 R]"), FORM)
}

/// The form, with the text field and the signature field.
pub(crate) const FORM: &str = "<< /Fields [7 0 R 9 0 R] /SigFlags 3 /DR << /Font << /F1 5 0 R >> >> >>";

/// The letter with this page and form.
pub(crate) fn letter_with(page: &str, form: &str) -> Sample {
    let mut sample = Sample::new();
    sample
        .object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, page)
        .stream(4, "", b"BT /F1 18 Tf 72 720 Td (Kinh gui) Tj ET")
        .object(5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
        .object(6, form)
        .object(7, &text_field("(12)", "8 0 R"))
        .stream(8, "/Type /XObject /Subtype /Form /BBox [0 0 90 20] /Resources << /Font << /F1 5 0 R >> >>", b"BT (12) Tj ET");
    sample
}

pub(crate) fn page(more: &str) -> String {
    format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R {more} >>")
}

/// The field “Number”.
pub(crate) fn text_field(value: &str, appearance: &str) -> String {
    format!("<< /FT /Tx /T (Number) /V {value} /Type /Annot /Subtype /Widget /Rect [100 700 190 720] /P 3 0 R /AP << /N {appearance} >> >>")
}

pub(crate) fn signature_field(name: &str, more: &str) -> String {
    format!("<< /FT /Sig /T ({name}) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R {more} >>")
}

/// A signature dictionary whose byte range [`seal`] fills in.
pub(crate) fn signature(more: &str) -> String {
    format!("<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange {HOLE} /Contents {VALUE} {more} >>")
}

/// The letter with the signed field “Leader” 9 and its signature 10.
pub(crate) fn signed(more: &str) -> Sample {
    let mut sample = letter();
    sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature(more)).table("");
    seal(&mut sample);
    sample
}

/// Fills in the byte ranges that are still open: up to the value behind each, and from there to the end of the file.
pub(crate) fn seal(sample: &mut Sample) {
    let bytes = &mut sample.bytes;
    while let Some(hole) = memchr::memmem::find(bytes, HOLE.as_bytes()) {
        let start = hole + memchr::memmem::find(&bytes[hole..], VALUE.as_bytes()).unwrap();
        let end = start + VALUE.len();
        let range = format!("[0 {start:010} {end:010} {:010}]", bytes.len() - end);
        bytes[hole..hole + HOLE.len()].copy_from_slice(range.as_bytes());
    }
}

pub(crate) fn facts(bytes: &[u8]) -> DocumentFacts {
    let pdf = Pdf::open(bytes.into(), &OpenOptions::default(), &Budget::default()).unwrap();
    examine(&pdf, &Evidence::new()).unwrap()
}

/// The ids of findings of a kind, in order.
pub(crate) fn ids<'a>(signature: &'a SignatureFacts, kind: &str) -> Vec<&'a str> {
    signature.findings.iter().map(crate::Message::id).filter(|id| id.starts_with(kind)).collect()
}
