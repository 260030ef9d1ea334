//! Puts together what is so about the signatures of a PDF document.

use super::coverage::{self, Case, Range, revision_ending_at};
use super::crypt::Crypt;
use super::digests::{Request, digests};
use super::entries::{Contents, Entries, SubFilter};
use super::field::FieldTree;
use super::lint::Depth;
use super::signature::{Forms, Found, find};
use super::{Pdf, diff, dss, lint, mac, permissions, seed};
use crate::bytes::{Bytes, Span};
use crate::cms::{self, CmsFacts, ContentDigests, SignedData};
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, ErrorKind};
use crate::evidence::Evidence;
use crate::format::{ChangeLevel, ClaimedTime, DocumentFacts, Later, SignatureFacts, SignatureKind, TimeSource};
use crate::limits::Resource;
use crate::message::{Message, id};
use crate::time::Zone;
use crate::x509::Certificate;

/// Examines every signature. `extra` are certificates given besides those in the document.
pub(crate) fn examine(pdf: &Pdf, extra: &Evidence) -> crate::Result<DocumentFacts> {
    let forms = Forms::read(pdf)?;
    let (signatures, mut facts) = without_later(pdf, &forms, extra)?;
    // Last, because it may use up what work is left: then the rest is still known, and that this is not.
    for (facts, later) in facts.iter_mut().zip(diff::later(pdf, &forms, &signatures)?) {
        facts.later = later;
    }
    let shadows = signed_shadows(pdf, &forms, &signatures)?;
    let mut findings = [pdf.repairs().to_vec(), pdf.oddities().unwrap_or_default(), pdf.findings(), shadows].concat();
    if pdf.is_sealed() {
        findings.push(Message::new(id::DOCUMENT_NOT_DECRYPTED));
    }
    if pdf.crypt().is_some_and(Crypt::is_rewritten) {
        findings.push(Message::new(id::DOCUMENT_PERMISSIONS_ODD));
    }
    findings.extend(mac::examine(pdf)?);
    findings.extend(permissions::findings(pdf.last())?);
    Ok(DocumentFacts {
        format: "pdf".to_owned(),
        bytes: u64::try_from(pdf.bytes().len()).unwrap_or(u64::MAX),
        sha256: None,
        pages: pdf.last().page_count(),
        revisions: u64::try_from(pdf.revisions().len()).unwrap_or(u64::MAX),
        findings,
        signatures: facts,
    })
}

/// What in the document as it is now a signer is to be warned of.
pub(crate) fn shadows(pdf: &Pdf) -> crate::Result<Vec<Message>> {
    if pdf.is_sealed() {
        return Ok(Vec::new());
    }
    let view = pdf.last();
    let findings = lint::findings(view, &FieldTree::read(view)?, Depth::AllObjects)?;
    Ok(findings.into_iter().filter(lint::warns).collect())
}

/// What in the newest signed revision may show people something else than was signed. What came later is compared with it.
fn signed_shadows(pdf: &Pdf, forms: &Forms, signatures: &[Signature]) -> crate::Result<Vec<Message>> {
    let Some(revision) = signatures.iter().filter_map(|signature| signature.revision).max() else { return Ok(Vec::new()) };
    match forms.of(revision) {
        Some(fields) if !pdf.is_sealed() => lint::findings(pdf.view(revision), fields, Depth::FewObjects),
        _ => Ok(Vec::new()),
    }
}

/// Every signature, and what is so about it but for what came after it.
pub(super) fn without_later(pdf: &Pdf, forms: &Forms, extra: &Evidence) -> crate::Result<(Vec<Signature>, Vec<SignatureFacts>)> {
    let signatures = read_signatures(pdf, forms)?;
    if signatures.is_empty() && pdf.hides_objects() {
        // There may be one: nobody without a key can say that there is none.
        return Err(Error::new(ErrorKind::Unsupported, Message::new(id::DOCUMENT_ENCRYPTION_PUBLIC_KEY)));
    }
    let values = verify_values(pdf, &signatures, extra)?;
    let mut facts = Vec::with_capacity(signatures.len());
    for (signature, value) in signatures.iter().zip(values) {
        facts.push(facts_of(pdf, signature, &signatures, value)?);
    }
    Ok((signatures, facts))
}

/// The bytes that the signature with this number (from 1) saw: the document up to the end of its revision.
pub(crate) fn signed_revision(pdf: &Pdf, number: usize) -> crate::Result<Bytes> {
    let signatures = read_signatures(pdf, &Forms::read(pdf)?)?;
    let count = signatures.len();
    let missing =
        || Error::new(ErrorKind::Argument, Message::new(id::DOCUMENT_NO_SUCH_SIGNATURE).with("number", number).with("count", count));
    let signature = number.checked_sub(1).and_then(|index| signatures.get(index)).ok_or_else(missing)?;
    let end = signature.range.filter(|_| signature.revision == Some(signature.found.revision)).map(|range| range.end);
    end.and_then(|end| pdf.bytes().slice(Span::new(0, end)))
        .ok_or_else(|| Error::new(ErrorKind::Format, Message::new(id::DOCUMENT_NO_SIGNED_REVISION).with("number", number)))
}

/// The contents of `/Contents` of every signature, in the order of the facts.
pub(crate) fn contents(pdf: &Pdf) -> crate::Result<Vec<Vec<u8>>> {
    let signatures = read_signatures(pdf, &Forms::read(pdf)?)?;
    Ok(signatures.into_iter().map(|signature| signature.contents.bytes.to_vec()).collect())
}

/// A signature as far as the PDF goes.
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) found: Found,
    pub(crate) entries: Entries,
    pub(crate) contents: Contents,
    pub(crate) range: Option<Range>,
    /// The index of the revision that the signed bytes are.
    pub(crate) revision: Option<usize>,
}

fn read_signatures(pdf: &Pdf, forms: &Forms) -> crate::Result<Vec<Signature>> {
    let mut signatures = Vec::new();
    for found in find(pdf, forms)? {
        let range = Range::read(&found.dictionary, pdf.bytes().len());
        signatures.push(Signature {
            entries: Entries::read(pdf.view(found.shown), &found)?,
            contents: Contents::read(pdf, &found),
            range,
            revision: range.and_then(|range| revision_ending_at(pdf, range.end)),
            found,
        });
    }
    Ok(signatures)
}

/// What the signature value turned out to be.
#[derive(Debug, Default)]
struct Verified {
    facts: Option<CmsFacts>,
    is_unsigned: bool,
    findings: Vec<Message>,
}

/// The form of a signature value, parsed.
enum Parsed<'a> {
    Message(SignedData<'a>),
    /// `adbe.x509.rsa_sha1`, with the certificates beside it.
    Raw(Vec<Certificate>),
    /// Not to be verified, and why.
    Unread(Message),
}

fn verify_values(pdf: &Pdf, signatures: &[Signature], extra: &Evidence) -> crate::Result<Vec<Verified>> {
    let parsed = signatures.iter().map(|signature| parse(pdf, signature)).collect::<crate::Result<Vec<Parsed<'_>>>>()?;
    let asked = signatures.iter().zip(&parsed).map(|(signature, parsed)| algorithms(pdf, signature, parsed));
    let asked = asked.collect::<crate::Result<Vec<Vec<DigestAlgorithm>>>>()?;
    let mut requests = Vec::new();
    for (signature, algorithms) in signatures.iter().zip(&asked) {
        let range = signature.range.into_iter();
        requests.extend(range.flat_map(|range| algorithms.iter().map(move |algorithm| Request { range, algorithm: *algorithm })));
    }
    let mut answers = digests(pdf.bytes(), &requests).into_iter();
    let mut certificates: Vec<Certificate> = Vec::new();
    if parsed.iter().any(|parsed| !matches!(parsed, Parsed::Unread(_))) {
        let stored = dss::evidence(pdf)?;
        certificates.extend(extra.certificates().chain(stored.certificates()).map(|(certificate, _)| certificate.clone()));
    }
    let mut values = Vec::with_capacity(signatures.len());
    for ((signature, parsed), algorithms) in signatures.iter().zip(parsed).zip(asked) {
        let mut content = content_of(pdf, signature);
        if signature.range.is_some() {
            let digests = algorithms.into_iter().zip(answers.by_ref()).filter_map(|(algorithm, digest)| Some((algorithm, digest?)));
            content.digests.extend(digests);
        }
        values.push(verify(pdf, signature, parsed, &content, &certificates)?);
    }
    Ok(values)
}

fn parse<'a>(pdf: &Pdf, signature: &'a Signature) -> crate::Result<Parsed<'a>> {
    let limits = pdf.budget().limits();
    let bytes = &signature.contents.bytes;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limits.signature_bytes) {
        let message = Message::new(id::FORMAT_CONTENTS_LIMIT);
        return Ok(Parsed::Unread(message.with("count", bytes.len()).with("limit", limits.signature_bytes)));
    }
    if signature.contents.is_missing {
        return Ok(Parsed::Unread(Message::new(id::CMS_READABLE).with("offset", 0_u64)));
    }
    if signature.contents.is_blank() {
        return Ok(Parsed::Unread(Message::new(id::FORMAT_NOT_SIGNED)));
    }
    if signature.entries.sub_filter == Some(SubFilter::X509RsaSha1) {
        let mut certificates = Vec::new();
        for der in &signature.entries.certificates {
            pdf.budget().spend(Resource::Certificates, 1)?;
            certificates.extend(Certificate::from_der(der));
        }
        return Ok(Parsed::Raw(certificates));
    }
    Ok(match SignedData::parse(bytes, limits.asn1_depth) {
        Ok(message) => Parsed::Message(message),
        Err(error) => Parsed::Unread(error.finding()),
    })
}

fn algorithms(pdf: &Pdf, signature: &Signature, parsed: &Parsed<'_>) -> crate::Result<Vec<DigestAlgorithm>> {
    let mut algorithms = match parsed {
        Parsed::Message(message) => message.content_digests(),
        Parsed::Raw(certificates) => {
            let named = match certificates.first() {
                Some(signer) => cms::raw_rsa_digest(&signature.contents.bytes, signer, pdf.budget())?,
                None => None,
            };
            vec![named.unwrap_or(DigestAlgorithm::Sha1)]
        }
        Parsed::Unread(_) => Vec::new(),
    };
    if signature.entries.sub_filter == Some(SubFilter::Pkcs7Sha1) && matches!(parsed, Parsed::Message(_)) {
        algorithms.push(DigestAlgorithm::Sha1);
    }
    algorithms.sort_unstable();
    algorithms.dedup();
    Ok(algorithms)
}

fn content_of(pdf: &Pdf, signature: &Signature) -> ContentDigests {
    const START: usize = 64;
    let before = signature.range.and_then(|range| pdf.bytes().get(..range.gap.start.min(START)));
    ContentDigests {
        digests: Vec::new(),
        start: before.unwrap_or_default().to_vec(),
        sha1_in_content: signature.entries.sub_filter == Some(SubFilter::Pkcs7Sha1),
        timestamp: signature.entries.sub_filter == Some(SubFilter::Timestamp),
    }
}

fn verify(
    pdf: &Pdf,
    signature: &Signature,
    parsed: Parsed<'_>,
    content: &ContentDigests,
    extra: &[Certificate],
) -> crate::Result<Verified> {
    let facts = match parsed {
        Parsed::Message(message) => cms::verify(&message, content, extra, pdf.budget())?,
        Parsed::Raw(certificates) => cms::verify_raw_rsa(&signature.contents.bytes, &certificates, content, pdf.budget())?,
        Parsed::Unread(finding) => {
            let is_unsigned = finding.id() == id::FORMAT_NOT_SIGNED;
            return Ok(Verified { facts: None, is_unsigned, findings: vec![finding] });
        }
    };
    Ok(Verified { facts: Some(facts), ..Verified::default() })
}

fn facts_of(pdf: &Pdf, signature: &Signature, all: &[Signature], value: Verified) -> crate::Result<SignatureFacts> {
    // A dictionary that came later claims what it may: the signature of the revision is not worse for it.
    let claims = |other: &&Signature| {
        let is_of_revision = other.revision.is_some() && other.revision == signature.revision;
        is_of_revision && (other.revision == Some(other.found.revision) || std::ptr::eq(*other, signature))
    };
    let claims = all.iter().filter(claims).count();
    let case =
        Case { pdf, found: &signature.found, contents: &signature.contents, range: signature.range, revision: signature.revision, claims };
    let (coverage, mut findings) = coverage::examine(&case)?;
    let entries = &signature.entries;
    findings.extend(entries.findings.iter().cloned());
    findings.extend(certification_order(signature, all));
    findings.extend(seed::findings(pdf, signature, value.facts.as_ref())?);
    findings.extend(value.findings);
    let field = signature.found.fields.first();
    Ok(SignatureFacts {
        kind: entries.kind,
        field: field.map(|field| field.name.clone()),
        sub_filter: entries.sub_filter_name.clone(),
        claimed_time: claimed_time(signature, value.facts.as_ref()),
        name: entries.name.clone(),
        reason: entries.reason.clone(),
        location: entries.location.clone(),
        contact: entries.contact.clone(),
        place: signature.found.fields.iter().find_map(|field| field.place),
        certification: entries.certification,
        coverage,
        later: Later { level: None, allowed: ChangeLevel::Nothing, changes: Vec::new() },
        cms: value.facts,
        unsigned: value.is_unsigned,
        findings,
    })
}

/// `/M` where there is one, as EN 319 142-1 has it; else the attribute of the message. A document timestamp claims nothing: it proves.
fn claimed_time(signature: &Signature, cms: Option<&CmsFacts>) -> Option<ClaimedTime> {
    if signature.entries.kind == SignatureKind::DocumentTimestamp {
        return None;
    }
    let dictionary = signature.entries.time.map(|(time, zone)| ClaimedTime { time, zone, source: TimeSource::Dictionary });
    let attribute = || Some(ClaimedTime { time: cms?.signing_time?, zone: Zone::UTC, source: TimeSource::Attribute });
    dictionary.or_else(attribute)
}

/// ISO 32000-2 12.8.2.2.1: at most one certification, and it comes first.
fn certification_order(signature: &Signature, all: &[Signature]) -> Option<Message> {
    signature.entries.certification?;
    let is_before = |other: &&Signature| other.found.revision < signature.found.revision && other.entries.kind == SignatureKind::Signature;
    let before = || all.iter().filter(is_before);
    if before().any(|other| other.entries.certification.is_some() && !other.found.fields.is_empty()) {
        return Some(Message::new(id::FORMAT_CERTIFICATION_TWICE));
    }
    before().next().is_some().then(|| Message::new(id::FORMAT_CERTIFICATION_ORDER))
}

#[cfg(test)]
pub(crate) mod tests;
