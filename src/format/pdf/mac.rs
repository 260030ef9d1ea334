//! The code over an encrypted document (ISO/TS 32004): whoever changes the document without its password breaks it.

use super::coverage::Range;
use super::crypt::Crypt;
use super::digests::{Request, digests};
use super::field::tolerate;
use super::lexer::decode_hexadecimal;
use super::revision::only_space;
use super::{Dictionary, Pdf};
use crate::bytes::Span;
use crate::cms::{IntegrityCode, Match, Protected, SignedData};
use crate::message::{Message, id};

/// What is to be said of the code over the document, whether there is one or there should be one.
pub(crate) fn examine(pdf: &Pdf) -> crate::Result<Option<Message>> {
    let trailer = pdf.last().trailer();
    let Some(entry) = trailer.get(b"AuthCode") else { return Ok(missing(pdf)) };
    if pdf.is_sealed() {
        // The key of a recipient makes that of the code; that the document cannot be read is said already.
        return Ok(None);
    }
    let Some((file_key, salt)) = pdf.crypt().and_then(Crypt::code_key) else {
        return Ok(Some(Message::new(id::DOCUMENT_MAC_UNCHECKED)));
    };
    // The dictionary stands in the trailer itself.
    let Some(entry) = entry.value.as_dictionary() else { return Ok(Some(Message::new(id::DOCUMENT_MAC_DIFFERS))) };
    let found = match entry.get(b"MACLocation").and_then(|place| place.value.as_name()) {
        Some(b"Standalone") => standalone(pdf, entry),
        Some(b"AttachedToSig") => attached(pdf, entry)?,
        _ => return Ok(Some(Message::new(id::DOCUMENT_MAC_UNCHECKED))),
    };
    let outcome = match &found {
        Some(found) => found.check(pdf, file_key, salt),
        None => Match::Differs,
    };
    Ok(Some(Message::new(match outcome {
        Match::Matches => id::DOCUMENT_MAC_FITS,
        Match::Differs => id::DOCUMENT_MAC_DIFFERS,
        Match::Unchecked => id::DOCUMENT_MAC_UNCHECKED,
    })))
}

/// Whether there should be a code: where there was one, or what one is made with, somebody took it away. A bit alone may also be that of
/// a program which knows nothing of codes.
fn missing(pdf: &Pdf) -> Option<Message> {
    let was_there = pdf.revisions().iter().any(|revision| revision.trailer.contains(b"AuthCode"));
    if was_there || pdf.crypt().is_some_and(|crypt| crypt.code_key().is_some()) {
        return Some(Message::new(id::DOCUMENT_MAC_MISSING));
    }
    pdf.crypt().is_some_and(Crypt::requires_code).then(|| Message::new(id::DOCUMENT_MAC_REQUIRED))
}

/// Whether a signature put into the document must bring a code with it.
pub(crate) fn is_expected(pdf: &Pdf) -> bool {
    pdf.last().trailer().contains(b"AuthCode") || missing(pdf).is_some()
}

/// A code, and what it is over.
struct Found {
    /// The AuthenticatedData.
    code: Vec<u8>,
    range: Range,
    /// The value of the signature that it is attached to.
    signature: Option<Vec<u8>>,
}

/// A code on its own, in the gap of the range beside it.
fn standalone(pdf: &Pdf, entry: &Dictionary) -> Option<Found> {
    let stated = &entry.get(b"MAC")?.value.as_string()?.bytes;
    let (range, code) = whole_file(pdf, entry)?;
    (*code == **stated).then_some(Found { code, range, signature: None })
}

/// A code in a signature, which is over the file as the signature is.
fn attached(pdf: &Pdf, entry: &Dictionary) -> crate::Result<Option<Found>> {
    let Some(reference) = entry.get(b"SigObjRef").and_then(|reference| reference.value.as_reference()) else { return Ok(None) };
    let Some(signature) = tolerate(pdf.last().object(reference))? else { return Ok(None) };
    let read = || {
        let (range, contents) = whole_file(pdf, signature.value.as_dictionary()?)?;
        let message = SignedData::parse(&contents, pdf.budget().limits().asn1_depth).ok()?;
        let (code, value) = message.integrity_code()?;
        Some(Found { code: code.to_vec(), range, signature: Some(value.to_vec()) })
    };
    Ok(read())
}

/// A range over the whole file but for one string in hexadecimal form, and that string. White space may follow, as for signatures.
fn whole_file(pdf: &Pdf, dictionary: &Dictionary) -> Option<(Range, Vec<u8>)> {
    let bytes = pdf.bytes();
    let range = Range::read(dictionary, bytes.len()).filter(|range| only_space(bytes, Span::new(range.end, bytes.len())))?;
    let digits = range.gap.of(bytes)?.strip_prefix(b"<")?.strip_suffix(b">")?;
    let is_within_limit = u64::try_from(digits.len() >> 1).is_ok_and(|length| length <= pdf.budget().limits().signature_bytes);
    let is_plain = is_within_limit && digits.iter().all(u8::is_ascii_hexdigit);
    is_plain.then(|| (range, decode_hexadecimal(digits)))
}

impl Found {
    fn check(&self, pdf: &Pdf, file_key: &[u8], salt: &[u8]) -> Match {
        let Ok(code) = IntegrityCode::parse(&self.code, pdf.budget().limits().asn1_depth) else { return Match::Differs };
        let Some(algorithm) = code.digest() else { return Match::Unchecked };
        let data_digest = digests(pdf.bytes(), &[Request { range: self.range, algorithm }]).pop().flatten();
        let Some(data_digest) = data_digest else { return Match::Unchecked };
        let signature_digest = self.signature.as_ref().map(|value| algorithm.digest(value));
        code.check(&Protected { file_key, salt, data_digest: &data_digest, signature_digest: signature_digest.as_deref() })
    }
}

#[cfg(test)]
mod tests;
