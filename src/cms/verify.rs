//! Verifies the signer of a SignedData by the decisions of docs/decisions.md.

#![warn(clippy::arithmetic_side_effects)]

use super::algorithms::Algorithms;
use super::attribute::{RevocationArchive, SignedAttributes};
use super::content::Subject;
use super::signed_data::SignerInfo;
use super::signer::{self, Given, Outcome, Signed};
use super::{CmsFacts, Match, ReferenceMatch, SignedData, timestamp};
use crate::asn1::{Encoding, Oid, Reader, Tag};
use crate::crypto::{DigestAlgorithm, Input, SignatureAlgorithm};
use crate::limits::{Budget, Exceeded, Resource};
use crate::message::{Message, id};
use crate::x509::Certificate;

/// The digests of the detached content, one for each algorithm asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContentDigests {
    pub(crate) digests: Vec<(DigestAlgorithm, Vec<u8>)>,
    /// The first bytes of the content, 64 where it has so many. They tell content that reads as signed attributes.
    pub(crate) start: Vec<u8>,
    /// Whether the content is SHA-1-digested and encapsulated (`adbe.pkcs7.sha1`): then the eContent must equal the SHA-1 digest.
    pub(crate) sha1_in_content: bool,
    /// Whether this is a timestamp token (`ETSI.RFC3161`): then TSTInfo's imprint must equal the digest of the content.
    pub(crate) timestamp: bool,
}

impl ContentDigests {
    pub(super) fn of(&self, algorithm: DigestAlgorithm) -> Option<&[u8]> {
        self.digests.iter().find(|(known, _)| *known == algorithm).map(|(_, digest)| digest.as_slice())
    }
}

/// Verifies the one signer. Several or no signers are a finding (`cms.one_signer`); of several, the first is examined.
/// `extra` are certificates given besides.
pub(crate) fn verify(
    signed_data: &SignedData<'_>,
    content: &ContentDigests,
    extra: &[Certificate],
    budget: &Budget,
) -> Result<CmsFacts, Exceeded> {
    let given = Given { extra, budget };
    let mut facts = examine(signed_data, content, &given)?;
    if let Some(signer) = signed_data.signers.first()
        && let Some(attributes) = &signer.unsigned_attributes
    {
        timestamp::examine_tokens(attributes, &signer.signature, &given, &mut facts)?;
    }
    Ok(facts)
}

/// All but the timestamps over the signature value, which are messages themselves.
pub(super) fn examine(signed_data: &SignedData<'_>, content: &ContentDigests, given: &Given<'_>) -> Result<CmsFacts, Exceeded> {
    let mut facts = CmsFacts::unknown();
    examine_message(signed_data, given.budget, &mut facts)?;
    if signed_data.signers.len() != 1 {
        facts.findings.push(Message::new(id::CMS_ONE_SIGNER).with("count", signed_data.signers.len()));
    }
    if let Some(signer) = signed_data.signers.first() {
        let subject = Subject::of(signed_data, content, &mut facts);
        examine_signer(signer, &subject, given, &mut facts)?;
    }
    if content.timestamp
        && let Some(authority) = &facts.signer
    {
        facts.findings.extend(timestamp::wrong_usage(authority));
    }
    Ok(facts)
}

/// What belongs to the message, and to no signer of it.
fn examine_message(signed_data: &SignedData<'_>, budget: &Budget, facts: &mut CmsFacts) -> Result<(), Exceeded> {
    note_trailing(signed_data.trailing, facts);
    for der in &signed_data.certificates {
        budget.spend(Resource::Certificates, 1)?;
        match Certificate::from_der(der) {
            Ok(certificate) => facts.certificates.push(certificate),
            Err(_) => facts.findings.push(Message::new(id::CMS_CERTIFICATE_UNREADABLE)),
        }
    }
    facts.crls.extend(signed_data.crls.iter().map(|crl| crl.to_vec()));
    let responses = signed_data.other_revocation.iter().filter(|(kind, _)| *kind == Oid::OCSP_RESPONSE);
    facts.ocsp_responses.extend(responses.map(|(_, response)| response.to_vec()));
    Ok(())
}

fn examine_signer(signer: &SignerInfo<'_>, subject: &Subject<'_>, given: &Given<'_>, facts: &mut CmsFacts) -> Result<(), Exceeded> {
    let algorithms = Algorithms::of(signer);
    algorithms.findings(signer, &mut facts.findings);
    facts.algorithm = algorithms.signature;
    facts.algorithm_text = Algorithms::text(signer);
    for attributes in [&signer.signed_attributes, &signer.unsigned_attributes].into_iter().flatten() {
        let archive = RevocationArchive::read(attributes);
        facts.crls.extend(archive.crls.iter().map(|crl| crl.to_vec()));
        facts.ocsp_responses.extend(archive.ocsp_responses.iter().map(|response| response.to_vec()));
    }
    facts.has_signature_timestamp = signer.unsigned_attributes.as_ref().is_some_and(|attributes| attributes.has(Oid::SIGNATURE_TIMESTAMP));
    let Some(attributes) = &signer.signed_attributes else {
        return examine_without_attributes(signer, subject, algorithms, given, facts);
    };
    facts.signed_attributes = true;
    let said = SignedAttributes::read(attributes, &mut facts.findings);
    facts.signing_time = said.signing_time;
    facts.content_digest_algorithm = subject.document_digest_algorithm(algorithms.digest);
    if said.protection.as_ref().is_some_and(|own| !own.agrees(&signer.digest_algorithm, &signer.signature_algorithm)) {
        facts.findings.push(Message::new(id::CMS_ALGORITHM_PROTECTION));
    }
    subject.check_content_type(said.content_type, facts);
    facts.content = subject.compare(algorithms.digest, said.message_digest.as_deref(), facts);
    // RFC 5652 5.4 asks for the DER encoding; what the signer wrote comes first.
    let (encoded, sorted) = (attributes.as_encoded(), attributes.sorted());
    let mut inputs: Vec<Input<'_>> = encoded.as_deref().map(Input::Message).into_iter().collect();
    if encoded.as_deref() != Some(sorted.as_slice()) {
        inputs.push(Input::Message(&sorted));
    }
    let signed = Signed { algorithm: algorithms.signature, inputs, value: &signer.signature };
    signer::find(signer, &said.references, &signed, given, facts)
}

/// The value is over the content itself: nothing signed names the certificate, and content and value cannot be told apart.
fn examine_without_attributes(
    signer: &SignerInfo<'_>,
    subject: &Subject<'_>,
    algorithms: Algorithms,
    given: &Given<'_>,
    facts: &mut CmsFacts,
) -> Result<(), Exceeded> {
    facts.findings.push(Message::new(id::CMS_NO_SIGNED_ATTRIBUTES));
    // RFC 5652 5.3: content of another kind than data must have signed attributes.
    subject.check_content_type(Some(Oid::DATA), facts);
    let ambiguous = subject.reads_as_attributes();
    if ambiguous {
        facts.findings.push(Message::new(id::CMS_AMBIGUOUS_ATTRIBUTES));
    }
    let digest = algorithms.signature.and_then(SignatureAlgorithm::digest);
    facts.content_digest_algorithm = subject.document_digest_algorithm(digest);
    let input = subject.input(digest);
    if input.is_none() && algorithms.signature.is_some() {
        facts.findings.push(Message::new(id::CMS_CONTENT_NEEDED));
    }
    let signed = Signed { algorithm: algorithms.signature, inputs: input.into_iter().collect(), value: &signer.signature };
    signer::find(signer, &[], &signed, given, facts)?;
    let fits = if facts.value == Match::Matches && !ambiguous { Match::Matches } else { Match::Unchecked };
    facts.content = fits.and(subject.linked());
    Ok(())
}

/// The digest of the content that the value in `contents` was made with, as the value itself says: `adbe.x509.rsa_sha1` says it nowhere else.
pub(crate) fn raw_rsa_digest(contents: &[u8], signer: &Certificate, budget: &Budget) -> Result<Option<DigestAlgorithm>, Exceeded> {
    budget.spend(Resource::SignatureChecks, 1)?;
    let value = Reader::new(contents, Encoding::Ber, 2).expect(Tag::OCTET_STRING).and_then(|element| element.octets());
    Ok(value.ok().and_then(|value| signer.public_key().digest_in_value(&value)))
}

/// Verifies `adbe.x509.rsa_sha1`: a PKCS#1 value (in a DER OCTET STRING) with its certificates (the first is the signer's).
///
/// The digest is whichever of `content` the value was made with (ISO 32000-1 table 257 allows more than SHA-1).
pub(crate) fn verify_raw_rsa(
    contents: &[u8],
    certificates: &[Certificate],
    content: &ContentDigests,
    budget: &Budget,
) -> Result<CmsFacts, Exceeded> {
    let mut facts = CmsFacts::unknown();
    facts.certificates = certificates.to_vec();
    facts.signer = certificates.first().cloned();
    facts.algorithm_text = Oid::RSA_ENCRYPTION.to_string();
    facts.findings.push(Message::new(id::CMS_NO_SIGNED_ATTRIBUTES));
    let mut reader = Reader::new(contents, Encoding::Ber, 2);
    let value = match reader.expect(Tag::OCTET_STRING).and_then(|element| element.octets()) {
        Ok(value) => value,
        Err(error) => {
            facts.findings.push(Message::new(id::CMS_READABLE).with("offset", error.offset));
            return Ok(facts);
        }
    };
    note_trailing(reader.rest(), &mut facts);
    let Some(signer) = certificates.first() else {
        facts.findings.push(Message::new(id::CMS_SIGNER_CERTIFICATE));
        return Ok(facts);
    };
    let mut outcome = Outcome::Unchecked;
    for (digest, bytes) in &content.digests {
        let algorithm = SignatureAlgorithm::RsaPkcs1 { digest: *digest };
        let signed = Signed { algorithm: Some(algorithm), inputs: vec![Input::Digest(bytes)], value: &value };
        outcome = signed.check(signer, budget)?;
        facts.algorithm = Some(algorithm);
        facts.content_digest_algorithm = Some(*digest);
        if outcome.value() == Match::Matches {
            break;
        }
    }
    facts.value = outcome.value();
    facts.findings.extend(outcome.finding(&facts.algorithm_text));
    facts.content = if facts.value == Match::Matches { Match::Matches } else { Match::Unchecked };
    Ok(facts)
}

fn note_trailing(trailing: &[u8], facts: &mut CmsFacts) {
    if trailing.iter().any(|byte| *byte != 0) {
        facts.findings.push(Message::new(id::CMS_TRAILING_DATA).with("count", trailing.len()));
    }
}

impl CmsFacts {
    /// Nothing is known yet.
    fn unknown() -> Self {
        Self {
            algorithm: None,
            content_digest_algorithm: None,
            algorithm_text: String::new(),
            content: Match::Unchecked,
            value: Match::Unchecked,
            signer: None,
            certificates: Vec::new(),
            crls: Vec::new(),
            ocsp_responses: Vec::new(),
            signing_certificate: ReferenceMatch::Absent,
            signed_attributes: false,
            signing_time: None,
            has_signature_timestamp: false,
            signature_timestamps: Vec::new(),
            timestamp_time: None,
            stated: None,
            findings: Vec::new(),
        }
    }
}
