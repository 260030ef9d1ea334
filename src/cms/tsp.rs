//! Timestamp tokens and the protocol by which they are had (RFC 3161, RFC 5816).
//!
//! Pure: a nonce, a clock and the bytes of an answer are given from outside.

#![warn(clippy::arithmetic_side_effects)]

use super::timestamp::{self, Stamped};
use super::{CmsFacts, Match, ReferenceMatch};
use crate::asn1::{Asn1Error, Encoding, Oid, Reader, Tag, Writer, directory_string, parse_dotted};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::{Error, ErrorKind};
use crate::limits::Budget;
use crate::message::{Message, id};
use crate::time::Time;
use crate::x509::Certificate;

/// Random bytes of a nonce: twice what is asked for at least, so that no two requests of anybody meet.
pub(crate) const NONCE_BYTES: usize = 16;

/// How far the clock of an authority may be from that of this computer.
const TOLERANCE_SECONDS: i64 = 300;

/// A request for a timestamp (TimeStampReq, RFC 3161 2.4.1).
#[derive(Clone, Debug)]
pub(crate) struct TimestampRequest {
    algorithm: DigestAlgorithm,
    imprint: Vec<u8>,
    /// The contents of a positive INTEGER.
    nonce: Vec<u8>,
    /// The contents of an OBJECT IDENTIFIER.
    policy: Option<Vec<u8>>,
}

/// A token that may be used, and what it states.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) der: Vec<u8>,
    pub(crate) time: Time,
    pub(crate) authority: Certificate,
}

impl TimestampRequest {
    /// Asks for the time of `imprint`, a digest by `algorithm`, under the policy with these numbers where one is given.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where the digest is none of SHA-256, SHA-384 and SHA-512, or has another length, or the policy is no identifier.
    pub(crate) fn new(algorithm: DigestAlgorithm, imprint: &[u8], nonce: [u8; NONCE_BYTES], policy: Option<&str>) -> Result<Self, Error> {
        let wrong = |message| Error::new(ErrorKind::Argument, message);
        let is_strong = matches!(algorithm, DigestAlgorithm::Sha256 | DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512);
        if !is_strong || imprint.len() != algorithm.length() {
            return Err(wrong(Message::new(id::SIGN_DIGEST).with("digest", algorithm.name())));
        }
        let policy = match policy {
            Some(text) => Some(parse_dotted(text).ok_or_else(|| wrong(Message::new(id::TSA_POLICY_MALFORMED).with("policy", text)))?),
            None => None,
        };
        let mut nonce = nonce.to_vec();
        if let Some(first) = nonce.first_mut() {
            // Positive, and as short as its value: what comes back can be compared byte for byte.
            *first = (*first & 0x7F) | 0x40;
        }
        Ok(Self { algorithm, imprint: imprint.to_vec(), nonce, policy })
    }

    /// The DER TimeStampReq, version 1, with the wish for the certificate of the authority.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.unsigned(1);
                writer.sequence(|writer| {
                    writer.sequence(|writer| {
                        writer.oid(self.algorithm.oid());
                        // RFC 5754 2 lets the parameters be absent or NULL; authorities know NULL.
                        writer.null();
                    });
                    writer.octet_string(&self.imprint);
                });
                if let Some(policy) = &self.policy {
                    writer.oid(Oid(policy));
                }
                writer.primitive(Tag::INTEGER, &self.nonce);
                writer.primitive(Tag::BOOLEAN, &[0xFF]);
            });
        })
    }

    /// The token in `response`, which must answer this very request, and be of about `now`.
    ///
    /// # Errors
    /// [`ErrorKind::Timestamp`] where the authority refuses, or its answer is not what was asked for.
    pub(crate) fn token(&self, response: &[u8], now: Time, budget: &Budget) -> Result<Token, Error> {
        let token = take_token(granted(response, budget)?, self.algorithm, &self.imprint, budget)?;
        let info = token_info(&token.der, budget).ok_or_else(unreadable)?;
        // RFC 3161 2.4.2: the nonce MUST be there with the same value.
        if info.nonce.as_deref() != Some(&*self.nonce) {
            return Err(rejected(Message::new(id::TSA_NONCE)));
        }
        if let Some(wanted) = self.policy.as_ref().filter(|wanted| **wanted != info.policy) {
            let message = Message::new(id::TSA_POLICY).with("policy", Oid(&info.policy).dotted());
            return Err(rejected(message.with("wanted", Oid(wanted).dotted())));
        }
        if token.time.seconds_since(now).saturating_abs() > TOLERANCE_SECONDS {
            let message = Message::new(id::TSA_CLOCK).with("at", token.time).with("now", now);
            return Err(rejected(message.with("minutes", TOLERANCE_SECONDS.saturating_div(60))));
        }
        Ok(token)
    }
}

/// Takes `token` over, which must be a timestamp of `imprint` that proves its time as far as can be seen without knowing whom to trust.
///
/// # Errors
/// [`ErrorKind::Timestamp`] where it is none.
pub(crate) fn take_token(token: &[u8], algorithm: DigestAlgorithm, imprint: &[u8], budget: &Budget) -> Result<Token, Error> {
    let der = with_definite_lengths(token, budget).map_err(|error| unreadable().because(error))?;
    let facts = timestamp::examine_alone(&der, &Stamped::Digest(algorithm, imprint), budget)?;
    let Some((cms, time)) = facts.token.and_then(|cms| cms.timestamp_time.map(|time| (cms, time))) else { return Err(unreadable()) };
    if facts.imprint != Match::Matches {
        return Err(rejected(Message::new(id::TSA_IMPRINT)));
    }
    let Some(authority) = cms.signer.as_ref().filter(|authority| cms.certificates.contains(authority)) else {
        return Err(rejected(Message::new(id::TSA_CERTIFICATE)));
    };
    if let Some(problem) = problem(&cms, authority, time) {
        return Err(rejected(problem));
    }
    Ok(Token { der, time, authority: authority.clone() })
}

/// What a verifier would hold against a token later is said now, while another can still be had.
fn problem(token: &CmsFacts, authority: &Certificate, time: Time) -> Option<Message> {
    if token.content != Match::Matches || token.value != Match::Matches {
        return Some(Message::new(id::TSA_VALUE));
    }
    if token.signing_certificate != ReferenceMatch::Matches {
        return Some(Message::new(id::TSA_REFERENCE));
    }
    if !authority.is_in_date(time) {
        return Some(Message::new(id::TSA_CERTIFICATE_DATES));
    }
    let finding = token.findings.iter().find(|finding| !HARMLESS.contains(&finding.id()))?;
    Some(Message::new(id::TSA_RULE).with_messages("why", vec![finding.clone()]))
}

/// Findings about a token that take nothing from what it proves.
const HARMLESS: &[&str] =
    &[id::CMS_ATTRIBUTES_DER, id::CMS_CERTIFICATE_UNREADABLE, id::CMS_DIGEST_IDENTIFIER, id::CMS_ISSUER_SERIAL, id::CMS_SIGNING_TIME];

/// The token of a TimeStampResp (RFC 3161 2.4.2), as encoded, where one was granted.
fn granted<'a>(response: &'a [u8], budget: &Budget) -> Result<&'a [u8], Error> {
    let (status, token) = read_response(response, budget).map_err(|error| unreadable().because(error))?;
    // 0 is granted, 1 granted with modifications, which the checks of the token then look at.
    match (status.number, token) {
        (Some(0 | 1), Some(token)) => Ok(token),
        (Some(0 | 1), None) => Err(unreadable()),
        _ => Err(Error::new(ErrorKind::Timestamp, status.refusal())),
    }
}

fn read_response<'a>(response: &'a [u8], budget: &Budget) -> Result<(Status, Option<&'a [u8]>), Asn1Error> {
    let mut outer = Reader::new(response, Encoding::Ber, budget.limits().asn1_depth);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let status = Status::read(&mut fields.sequence()?)?;
    let token = fields.optional(Tag::SEQUENCE)?;
    fields.finish()?;
    Ok((status, token.map(|token| token.raw)))
}

/// PKIStatusInfo: how the authority answers.
struct Status {
    /// `None` where it is no number that could mean something.
    number: Option<u64>,
    /// Free text, in whatever language the authority speaks.
    text: String,
    /// The bits of PKIFailureInfo.
    failure: Vec<usize>,
}

/// More of what an authority says is no sentence.
const LONGEST_TEXT: usize = 400;

impl Status {
    fn read(fields: &mut Reader<'_>) -> Result<Self, Asn1Error> {
        let number = fields.expect(Tag::INTEGER)?.unsigned().ok();
        let mut text = String::new();
        if let Some(list) = fields.optional(Tag::SEQUENCE)? {
            let mut strings = list.children()?;
            while !strings.is_empty() && text.len() < LONGEST_TEXT {
                let string = strings.read()?;
                if !text.is_empty() {
                    text.push_str("; ");
                }
                text.extend(directory_string(&string).unwrap_or_default().chars().take(LONGEST_TEXT));
            }
        }
        let failure = match fields.optional(Tag::BIT_STRING)? {
            Some(bits) => set_bits(bits.content.get(1..).unwrap_or_default()),
            None => Vec::new(),
        };
        fields.finish()?;
        Ok(Self { number, text, failure })
    }

    /// Why there is no token, in words.
    fn refusal(&self) -> Message {
        let known = FAILURES.iter().find(|(bit, _)| self.failure.contains(bit)).map_or(id::TSA_FAILURE_UNKNOWN, |(_, word)| *word);
        let message = Message::new(if self.text.is_empty() { id::TSA_REFUSED } else { id::TSA_REFUSED_SAYING });
        let number = self.number.unwrap_or(u64::MAX);
        message.with_word("failure", known).with("status", number).with("text", self.text.as_str())
    }
}

/// PKIFailureInfo (RFC 3161 2.4.2): the bit, and what it means.
const FAILURES: &[(usize, &str)] = &[
    (0, id::TSA_FAILURE_ALGORITHM),
    (2, id::TSA_FAILURE_REQUEST),
    (5, id::TSA_FAILURE_FORMAT),
    (14, id::TSA_FAILURE_CLOCK),
    (15, id::TSA_FAILURE_POLICY),
    (16, id::TSA_FAILURE_EXTENSION),
    (17, id::TSA_FAILURE_INFORMATION),
    (25, id::TSA_FAILURE_SYSTEM),
];

/// The numbers of the bits that are set, the first of the first byte being 0. Four bytes hold every one that means something.
fn set_bits(bytes: &[u8]) -> Vec<usize> {
    let bits = bytes.iter().take(4).flat_map(|byte| (0..8).map(move |bit| byte & (0x80_u8 >> bit) != 0));
    bits.enumerate().filter(|(_, set)| *set).map(|(number, _)| number).collect()
}

/// The token with every length definite and every string in one piece, as DER wants it around what is signed; the signed parts have one
/// encoding (content octets, DER attributes, DER certificates) that this does not touch.
fn with_definite_lengths(token: &[u8], budget: &Budget) -> Result<Vec<u8>, Asn1Error> {
    let depth = budget.limits().asn1_depth;
    if timestamp::has_definite_lengths(token, depth) {
        return Ok(token.to_vec());
    }
    let mut writer = Writer::default();
    rewrite(&mut Reader::new(token, Encoding::Ber, depth), &mut writer)?;
    Ok(writer.into_bytes())
}

/// Recursion ends where the reader's depth does.
fn rewrite(reader: &mut Reader<'_>, writer: &mut Writer) -> Result<(), Asn1Error> {
    while !reader.is_empty() {
        let element = reader.read()?;
        if !element.constructed {
            writer.primitive(element.tag, element.content);
        } else if element.tag == Tag::OCTET_STRING {
            writer.octet_string(&element.octets()?);
        } else {
            let mut inner = Writer::default();
            rewrite(&mut element.children()?, &mut inner)?;
            writer.constructed(element.tag, |writer| writer.raw(&inner.into_bytes()));
        }
    }
    Ok(())
}

fn token_info(token: &[u8], budget: &Budget) -> Option<TimestampInfo> {
    let message = super::SignedData::parse(token, budget.limits().asn1_depth).ok()?;
    TimestampInfo::parse(message.encapsulated_content()?)
}

fn unreadable() -> Error {
    rejected(Message::new(id::TSA_UNREADABLE))
}

fn rejected(message: Message) -> Error {
    Error::new(ErrorKind::Timestamp, message)
}

/// What a TSTInfo (RFC 3161 2.4.2) says: what the time is for, and the time.
#[derive(Clone, Debug)]
pub(super) struct TimestampInfo {
    /// The contents of the identifier.
    pub(super) policy: Vec<u8>,
    /// `None` where the algorithm is unknown.
    pub(super) imprint_algorithm: Option<DigestAlgorithm>,
    pub(super) imprint: Vec<u8>,
    pub(super) serial: Vec<u8>,
    pub(super) time: Time,
    pub(super) accuracy: Accuracy,
    nonce: Option<Vec<u8>>,
    /// What has to be understood, and is not: another version, critical extensions (dotted).
    pub(super) unknown: Vec<String>,
}

/// How far off the time may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accuracy {
    Malformed,
    Microseconds(u64),
    Unstated,
}

impl TimestampInfo {
    /// Reads a TSTInfo; `None` where it is none, or something follows it.
    pub(super) fn parse(content: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(content, Encoding::Ber, 32);
        let mut info = outer.sequence().ok()?;
        outer.finish().ok()?;
        read(&mut info).ok().filter(|_| info.is_empty())
    }
}

fn read(info: &mut Reader<'_>) -> Result<TimestampInfo, Asn1Error> {
    let mut unknown = Vec::new();
    match info.expect(Tag::INTEGER)?.unsigned() {
        Ok(1) => {}
        version => unknown.push(format!("TSTInfo {}", version.unwrap_or_default())),
    }
    let policy = info.oid()?.0.to_vec();
    let mut imprint = info.sequence()?;
    let imprint_algorithm = AlgorithmIdentifier::read(&mut imprint)?.digest();
    let digest = imprint.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
    imprint.finish()?;
    let serial = info.expect(Tag::INTEGER)?.integer()?.to_vec();
    let time = info.expect(Tag::GENERALIZED_TIME)?.time()?;
    let accuracy = match info.optional(Tag::SEQUENCE)? {
        Some(accuracy) => read_accuracy(&mut accuracy.children()?).map_or(Accuracy::Malformed, Accuracy::Microseconds),
        None => Accuracy::Unstated,
    };
    // ordering
    info.optional(Tag::BOOLEAN)?;
    let nonce = info.optional(Tag::INTEGER)?.map(|nonce| nonce.content.to_vec());
    // tsa: a hint, and no more (the signed reference names the certificate).
    info.optional(Tag::context(0))?;
    if let Some(extensions) = info.optional(Tag::context(1))? {
        read_extensions(&mut extensions.children()?, &mut unknown)?;
    }
    Ok(TimestampInfo { policy, imprint_algorithm, imprint: digest, serial, time, accuracy, nonce, unknown })
}

/// `None` where it is not what RFC 3161 2.4.2 says.
fn read_accuracy(fields: &mut Reader<'_>) -> Option<u64> {
    let mut part = |tag, most| match fields.optional(tag) {
        Ok(Some(number)) => number.unsigned().ok().filter(|number| *number <= most),
        Ok(None) => Some(0),
        Err(_) => None,
    };
    let seconds = part(Tag::INTEGER, u64::from(u32::MAX))?;
    let (millis, micros) = (part(Tag::context(0), 999)?, part(Tag::context(1), 999)?);
    fields.finish().ok()?;
    seconds.checked_mul(1_000_000)?.checked_add(millis.checked_mul(1_000)?)?.checked_add(micros)
}

/// No extension changes what a token proves here: a critical one asks for something that is not done.
fn read_extensions(extensions: &mut Reader<'_>, unknown: &mut Vec<String>) -> Result<(), Asn1Error> {
    while !extensions.is_empty() {
        let mut extension = extensions.sequence()?;
        let kind = extension.oid()?;
        let is_critical = extension.optional(Tag::BOOLEAN)?.map_or(Ok(false), |critical| critical.boolean())?;
        extension.expect(Tag::OCTET_STRING)?;
        extension.finish()?;
        if is_critical {
            unknown.push(kind.dotted());
        }
    }
    Ok(())
}
