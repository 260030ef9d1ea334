//! OCSP responses (RFC 6960 4.2).

#![warn(clippy::arithmetic_side_effects)]

use std::sync::Arc;

use super::certificate::Frame;
use super::crl::{for_each_extension, minimal};
use super::extension::only;
use super::{Certificate, Name};
use crate::asn1::{Asn1Error, Asn1ErrorKind, Element, Oid, Reader, Tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm, PublicKey, SignatureAlgorithm, VerifyError};
use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};
use crate::time::Time;

/// A basic OCSP response; cheap to clone.
#[derive(Clone)]
pub(crate) struct OcspResponse(Arc<Inner>);

struct Inner {
    /// The BasicOCSPResponse.
    basic: Box<[u8]>,
    /// As it was read: with its status around it, or without.
    der: Box<[u8]>,
    sha256: [u8; 32],
    frame: Frame,
    responder: Responder,
    produced_at: Time,
    answers: Vec<OcspAnswer>,
    nonce: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    unknown_critical: bool,
}

/// Who says to have signed (RFC 6960 4.2.2.3).
#[derive(Debug)]
enum Responder {
    Key(Vec<u8>),
    Name(Name),
}

/// What a response says of one certificate.
#[derive(Clone, Debug)]
pub(crate) struct OcspAnswer {
    digest: Option<DigestAlgorithm>,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    serial: Vec<u8>,
    pub(crate) status: OcspStatus,
    pub(crate) this_update: Time,
    pub(crate) next_update: Option<Time>,
    /// The responder keeps the status of certificates that expired since then (RFC 6960 4.4.4).
    pub(crate) archive_cutoff: Option<Time>,
    /// It has a critical extension that nothing here processes, or a malformed one.
    pub(crate) unknown_critical: bool,
}

/// CertStatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OcspStatus {
    Good,
    /// When, and the number of CRLReason; 0 where the response gives none.
    Revoked(Time, u8),
    Unknown,
}

impl OcspResponse {
    /// Reads an OCSPResponse, or the BasicOCSPResponse in it alone, in DER.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] where it is none, or of another type; [`ErrorKind::Unsupported`] where the responder refused, with the
    /// status it gave.
    pub(crate) fn from_der(der: &[u8]) -> crate::Result<Self> {
        let malformed =
            |error: Asn1Error| Error::new(ErrorKind::Format, Message::new(id::REVOCATION_OCSP_MALFORMED)).at(error.offset).because(error);
        let basic = match Envelope::read(der).map_err(malformed)? {
            Envelope::Basic(basic) => basic,
            Envelope::Refused(status) => {
                return Err(Error::new(ErrorKind::Unsupported, Message::new(id::REVOCATION_OCSP_REFUSED).with("status", status)));
            }
        };
        read(basic, der).map(|inner| Self(Arc::new(inner))).map_err(malformed)
    }

    /// The bytes as they were read.
    pub(crate) fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the BasicOCSPResponse.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        self.0.sha256
    }

    pub(crate) fn produced_at(&self) -> Time {
        self.0.produced_at
    }

    /// The earliest nextUpdate of its answers; `None` where one of them has none.
    pub(crate) fn next_update(&self) -> Option<Time> {
        self.0.answers.iter().map(|answer| answer.next_update).collect::<Option<Vec<Time>>>()?.into_iter().min()
    }

    /// The contents of the nonce extension (RFC 9654), where there is one.
    pub(crate) fn nonce(&self) -> Option<&[u8]> {
        self.0.nonce.as_deref()
    }

    /// The certificates beside the response: candidates for its signer, not trusted for being there.
    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.0.certificates
    }

    /// Whether it has a critical extension that nothing here processes, or a malformed one.
    pub(crate) fn has_unknown_critical(&self) -> bool {
        self.0.unknown_critical
    }

    /// What it says of `certificate`, issued by `issuer`: the newest where it says several things, and the worst of equally new ones.
    pub(crate) fn answer(&self, certificate: &Certificate, issuer: &Certificate) -> Option<&OcspAnswer> {
        let fitting = self.0.answers.iter().filter(|answer| answer.concerns(certificate, issuer));
        fitting.max_by_key(|answer| (answer.this_update, matches!(answer.status, OcspStatus::Revoked(..))))
    }

    /// Whether any of its answers has this serial number: it may be meant for the certificate.
    pub(crate) fn mentions(&self, certificate: &Certificate) -> bool {
        self.0.answers.iter().any(|answer| minimal(&answer.serial) == minimal(certificate.serial()))
    }

    /// Whether `certificate` is the one that the response names as its responder.
    pub(crate) fn is_by(&self, certificate: &Certificate) -> bool {
        match &self.0.responder {
            // RFC 6960 4.2.1: the SHA-1 of the key, always.
            Responder::Key(hash) => DigestAlgorithm::Sha1.digest(certificate.public_key().key_bits()) == *hash,
            Responder::Name(name) => certificate.subject().matches(name),
        }
    }

    /// What to call the responder: its name as `shown`, or the hash of its key.
    pub(crate) fn responder(&self, shown: impl FnOnce(&Name) -> String) -> String {
        match &self.0.responder {
            Responder::Key(hash) => hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            Responder::Name(name) => shown(name),
        }
    }

    /// The algorithm of the signature, where it is known.
    pub(crate) fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.0.frame.algorithm(&self.0.basic)
    }

    pub(crate) fn is_signed_by(&self, responder: &PublicKey) -> Result<(), VerifyError> {
        self.0.frame.verify(&self.0.basic, responder)
    }
}

impl std::fmt::Debug for OcspResponse {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "OcspResponse({:?} {})", self.0.responder, self.0.produced_at)
    }
}

impl OcspAnswer {
    /// RFC 6960 4.1.1: the hash of the issuer's name as the certificate has it, and of its key; both must fit.
    fn concerns(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(digest) = self.digest else { return false };
        minimal(&self.serial) == minimal(certificate.serial())
            && digest.digest(certificate.issuer().as_der()) == self.issuer_name
            && digest.digest(issuer.public_key().key_bits()) == self.issuer_key
    }
}

/// What is around a basic response.
enum Envelope<'a> {
    Basic(&'a [u8]),
    /// The name of the OCSPResponseStatus.
    Refused(&'static str),
}

impl<'a> Envelope<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Asn1Error> {
        let mut outer = Reader::der(der);
        let mut fields = outer.sequence()?;
        outer.finish()?;
        // A BasicOCSPResponse begins with what was signed.
        if fields.peek() == Some(Tag::SEQUENCE) {
            return Ok(Self::Basic(der));
        }
        let status = fields.expect(Tag::ENUMERATED)?;
        let number = status.unsigned()?;
        if number != 0 {
            let refusal = REFUSALS.iter().find(|(known, _)| *known == number);
            return refusal.map(|(_, name)| Self::Refused(name)).ok_or_else(|| status.error(Asn1ErrorKind::BadValue));
        }
        let mut bytes = fields.expect(Tag::context(0))?.children()?.sequence()?;
        fields.finish()?;
        if bytes.oid()? != Oid::OCSP_BASIC {
            return Err(bytes.error(Asn1ErrorKind::BadValue));
        }
        let basic = bytes.expect(Tag::OCTET_STRING)?;
        bytes.finish()?;
        Ok(Self::Basic(basic.content))
    }
}

fn read(basic: &[u8], der: &[u8]) -> Result<Inner, Asn1Error> {
    let (frame, beside) = Frame::read_with_certificates(basic)?;
    let mut data = Reader::der(basic).sequence()?.sequence()?;
    if let Some(version) = data.optional(Tag::context(0))?
        && version.inner()?.unsigned()? != 0
    {
        return Err(version.error(Asn1ErrorKind::BadValue));
    }
    let responder = Responder::read(&data.read()?)?;
    let produced_at = data.expect(Tag::GENERALIZED_TIME)?.time()?;
    let mut list = data.sequence()?;
    let mut answers = Vec::new();
    while !list.is_empty() {
        answers.push(OcspAnswer::read(list.sequence()?)?);
    }
    let extensions = data.optional(Tag::context(1))?;
    data.finish()?;
    let mut inner = Inner {
        sha256: DigestAlgorithm::Sha256.digest(basic).try_into().unwrap_or_default(),
        basic: basic.into(),
        der: der.into(),
        frame,
        responder,
        produced_at,
        answers,
        nonce: None,
        certificates: beside.map(|list| certificates(&list)).transpose()?.unwrap_or_default(),
        unknown_critical: false,
    };
    if let Some(extensions) = extensions {
        for_each_extension(&extensions.inner()?, |oid, critical, value| {
            match oid {
                Oid::OCSP_NONCE => inner.nonce = Some(value.to_vec()),
                // Which definition of the extended status is meant; nothing here depends on it.
                Oid::OCSP_EXTENDED_REVOKE => {}
                _ => inner.unknown_critical |= critical,
            }
            Ok(())
        })?;
    }
    Ok(inner)
}

/// The certificates in `certs`. One that cannot be read is left out: it signs nothing.
fn certificates(list: &Element<'_>) -> Result<Vec<Certificate>, Asn1Error> {
    let mut list = list.inner()?.children()?;
    let mut out = Vec::new();
    while !list.is_empty() && out.len() < MAX_CERTIFICATES {
        out.extend(Certificate::from_der(list.read()?.raw));
    }
    Ok(out)
}

impl Responder {
    fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        if element.tag == Tag::context(1) {
            let name = element.inner()?;
            return Name::parse(name.raw).map(Self::Name).ok_or_else(|| name.error(Asn1ErrorKind::BadValue));
        }
        if element.tag == Tag::context(2) {
            let key = element.inner()?;
            if key.tag == Tag::OCTET_STRING {
                return Ok(Self::Key(key.content.to_vec()));
            }
        }
        Err(element.error(Asn1ErrorKind::UnexpectedTag))
    }
}

impl OcspAnswer {
    fn read(mut fields: Reader<'_>) -> Result<Self, Asn1Error> {
        let mut certificate = fields.sequence()?;
        let digest = AlgorithmIdentifier::read(&mut certificate)?.digest();
        let issuer_name = certificate.expect(Tag::OCTET_STRING)?.content.to_vec();
        let issuer_key = certificate.expect(Tag::OCTET_STRING)?.content.to_vec();
        let serial = certificate.expect(Tag::INTEGER)?.integer()?.to_vec();
        certificate.finish()?;
        let status = OcspStatus::read(&fields.read()?)?;
        let this_update = fields.expect(Tag::GENERALIZED_TIME)?.time()?;
        let next_update = fields.optional(Tag::context(0))?.map(|next| next.inner()?.time()).transpose()?;
        let extensions = fields.optional(Tag::context(1))?;
        fields.finish()?;
        let mut answer = Self {
            digest,
            issuer_name,
            issuer_key,
            serial,
            status,
            this_update,
            next_update,
            archive_cutoff: None,
            unknown_critical: false,
        };
        if let Some(extensions) = extensions {
            for_each_extension(&extensions.inner()?, |oid, critical, value| {
                match oid {
                    Oid::OCSP_ARCHIVE_CUTOFF => answer.archive_cutoff = Some(only(value, Tag::GENERALIZED_TIME)?.time()?),
                    // Where the list is that the answer is from, and the extensions of its entry.
                    Oid::OCSP_CRL_REFERENCE | Oid::REASON_CODE | Oid::INVALIDITY_DATE | Oid::CERTIFICATE_ISSUER => {}
                    _ => answer.unknown_critical |= critical,
                }
                Ok(())
            })?;
        }
        Ok(answer)
    }
}

impl OcspStatus {
    fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        if element.tag == Tag::context(0) && element.content.is_empty() {
            return Ok(Self::Good);
        }
        if element.tag == Tag::context(2) && element.content.is_empty() {
            return Ok(Self::Unknown);
        }
        if element.tag != Tag::context(1) {
            return Err(element.error(Asn1ErrorKind::UnexpectedTag));
        }
        let mut fields = element.children()?;
        let at = fields.expect(Tag::GENERALIZED_TIME)?.time()?;
        let reason = match fields.optional(Tag::context(0))? {
            Some(reason) => {
                let reason = reason.inner()?;
                reason.unsigned()?.try_into().map_err(|_| reason.error(Asn1ErrorKind::BadValue))?
            }
            None => 0,
        };
        fields.finish()?;
        Ok(Self::Revoked(at, reason))
    }
}

/// OCSPResponseStatus (RFC 6960 4.2.1), as the standard names it.
const REFUSALS: &[(u64, &str)] = &[(1, "malformedRequest"), (2, "internalError"), (3, "tryLater"), (5, "sigRequired"), (6, "unauthorized")];
/// Real responses carry one or two.
const MAX_CERTIFICATES: usize = 16;
