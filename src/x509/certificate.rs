//! Certificates (RFC 5280 4).

#![warn(clippy::arithmetic_side_effects)]

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser as _;

use super::{Extensions, Name};
use crate::asn1::{Asn1Error, Element, Reader, Tag};
use crate::bytes::Span;
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm, Input, KeyKind, PublicKey, SignatureAlgorithm, VerifyError};
use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};
use crate::time::Time;

/// A certificate; cheap to clone. Equality is equality of the DER bytes.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    der: Box<[u8]>,
    sha256: [u8; 32],
    version: u32,
    serial: Box<[u8]>,
    issuer: Name,
    subject: Name,
    not_before: Time,
    not_after: Time,
    public_key: PublicKey,
    extensions: Extensions,
    has_extensions: bool,
    frame: Frame,
    signature_algorithm: Option<SignatureAlgorithm>,
}

impl Certificate {
    /// Reads one DER certificate with nothing behind it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where it is none.
    pub fn from_der(der: &[u8]) -> crate::Result<Self> {
        read(der).map(|inner| Self(Arc::new(inner)))
    }

    /// Reads every certificate in `bytes`, in their order: PEM, one of DER, or PKCS#7 in either form.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where there is none.
    pub fn read_all(bytes: &[u8]) -> crate::Result<Vec<Self>> {
        super::pem_certificates(bytes)
    }

    /// The DER bytes as they were read.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the DER bytes.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.0.sha256
    }

    /// SHA-256 of the DER bytes as lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        self.0.sha256.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// The first moment of the validity period.
    #[must_use]
    pub fn not_before(&self) -> Time {
        self.0.not_before
    }

    /// The last moment of the validity period.
    #[must_use]
    pub fn not_after(&self) -> Time {
        self.0.not_after
    }

    /// The kind and size of the public key.
    #[must_use]
    pub fn key_kind(&self) -> KeyKind {
        self.0.public_key.kind()
    }

    /// The algorithm that the issuer signed with, where it is known.
    #[must_use]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.0.signature_algorithm
    }

    /// Whether subject and issuer are the same name (RFC 5280 "self-issued").
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.0.subject.matches(&self.0.issuer)
    }

    /// The contents of the INTEGER.
    pub(crate) fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// The whole `Name` of the issuer as encoded; issuerAndSerialNumber is compared with it.
    pub(crate) fn issuer_der(&self) -> &[u8] {
        self.0.issuer.as_der()
    }

    pub(crate) fn public_key(&self) -> &PublicKey {
        &self.0.public_key
    }

    /// The version as people count it: 1, 2 or 3.
    pub(crate) fn version(&self) -> u32 {
        self.0.version
    }

    pub(crate) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// Whether `time` lies in the validity period; both ends belong to it, to the whole second (RFC 5280 4.1.2.5).
    #[must_use]
    pub fn is_in_date(&self, time: Time) -> bool {
        (self.0.not_before.unix()..=self.0.not_after.unix()).contains(&time.unix())
    }

    /// Whether there is any extension, known or not.
    pub(crate) fn has_extensions(&self) -> bool {
        self.0.has_extensions
    }

    /// Whether the algorithm inside the signed part is the one outside it (RFC 5280 4.1.1.2).
    pub(crate) fn algorithms_agree(&self) -> bool {
        self.0.frame.algorithms_agree
    }

    /// The signed part, and the signature value.
    #[cfg(test)]
    pub(crate) fn signed_part(&self) -> (&[u8], &[u8]) {
        let Frame { signed, value, .. } = self.0.frame;
        (signed.of(&self.0.der).unwrap_or_default(), value.of(&self.0.der).unwrap_or_default())
    }

    /// Whether the key of `issuer` made the signature; names are not compared here.
    pub(crate) fn is_signed_by(&self, issuer: &PublicKey) -> Result<(), VerifyError> {
        self.0.frame.verify(&self.0.der, issuer)
    }
}

fn read(der: &[u8]) -> crate::Result<Inner> {
    let malformed = || Error::new(ErrorKind::Format, Message::new(id::CERTIFICATE_MALFORMED));
    let frame = Frame::read(der).map_err(|error| malformed().at(error.offset).because(error))?;
    // The contents of extensions are read by `Extensions`: the parser's own readers overlook bytes that follow.
    let (rest, certificate) = X509CertificateParser::new()
        .with_deep_parse_extensions(false)
        .parse(der)
        .map_err(|error| malformed().because(error.to_string()))?;
    if !rest.is_empty() {
        return Err(malformed().at(der.len().saturating_sub(rest.len())));
    }
    let signed = &certificate.tbs_certificate;
    // The parser stops where it knows no more; what the issuer signed must be understood to its end.
    if count_extensions(der, &frame).map_err(|error| malformed().at(error.offset).because(error))? != signed.extensions().len() {
        return Err(malformed());
    }
    let time = |time: &x509_parser::time::ASN1Time| Time::from_unix(time.timestamp()).ok_or_else(malformed);
    let extensions = signed.extensions().iter().map(|extension| (extension.oid.as_bytes(), extension.critical, extension.value));
    let sha256 = DigestAlgorithm::Sha256.digest(der).try_into().map_err(|_| malformed())?;
    Ok(Inner {
        sha256,
        version: signed.version.0.saturating_add(1),
        serial: signed.raw_serial().into(),
        issuer: Name::parse(signed.issuer.as_raw()).ok_or_else(malformed)?,
        subject: Name::parse(signed.subject.as_raw()).ok_or_else(malformed)?,
        not_before: time(&signed.validity.not_before)?,
        not_after: time(&signed.validity.not_after)?,
        public_key: PublicKey::parse(signed.subject_pki.raw).ok_or_else(malformed)?,
        extensions: Extensions::read(extensions),
        has_extensions: !signed.extensions().is_empty(),
        signature_algorithm: frame.algorithm(der),
        frame,
        der: der.into(),
    })
}

/// Walks over the signed part of a certificate to its end (RFC 5280 4.1), and counts the extensions.
fn count_extensions(der: &[u8], frame: &Frame) -> Result<usize, Asn1Error> {
    let mut fields = Reader::der(frame.signed.of(der).unwrap_or_default()).sequence()?;
    fields.optional(Tag::context(0))?;
    fields.expect(Tag::INTEGER)?;
    for _ in ["signature", "issuer", "validity", "subject", "subjectPublicKeyInfo"] {
        fields.expect(Tag::SEQUENCE)?;
    }
    fields.optional(Tag::context(1))?;
    fields.optional(Tag::context(2))?;
    let extensions = fields.optional(Tag::context(3))?;
    fields.finish()?;
    let Some(extensions) = extensions else { return Ok(0) };
    let mut list = extensions.inner()?.children()?;
    let mut count: usize = 0;
    while !list.is_empty() {
        list.expect(Tag::SEQUENCE)?;
        count = count.saturating_add(1);
    }
    Ok(count)
}

/// Where the parts of `SIGNED { ToBeSigned }` are, as certificates and CRLs have it.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) signed: Span,
    algorithm: Span,
    value: Span,
    algorithms_agree: bool,
}

impl Frame {
    /// Finds the parts in strict DER with nothing behind it.
    pub(super) fn read(der: &[u8]) -> Result<Self, Asn1Error> {
        let mut outer = Reader::der(der);
        let mut parts = outer.sequence()?;
        outer.finish()?;
        let (mut frame, signed) = Self::parts(&mut parts)?;
        parts.finish()?;
        frame.algorithms_agree = inner_algorithm(&signed)?.is_some_and(|inner| inner.raw == frame.algorithm.of(der).unwrap_or_default());
        Ok(frame)
    }

    /// As [`Self::read`], of a BasicOCSPResponse (RFC 6960 4.2.1): the algorithm stands outside the signed part alone, and certificates may
    /// follow.
    pub(super) fn read_with_certificates(der: &[u8]) -> Result<(Self, Option<Element<'_>>), Asn1Error> {
        let mut outer = Reader::der(der);
        let mut parts = outer.sequence()?;
        outer.finish()?;
        let (frame, _) = Self::parts(&mut parts)?;
        let certificates = parts.optional(Tag::context(0))?;
        parts.finish()?;
        Ok((Self { algorithms_agree: true, ..frame }, certificates))
    }

    fn parts<'a>(parts: &mut Reader<'a>) -> Result<(Self, Element<'a>), Asn1Error> {
        let signed = parts.expect(Tag::SEQUENCE)?;
        let algorithm = parts.expect(Tag::SEQUENCE)?;
        let value = parts.expect(Tag::BIT_STRING)?;
        // A value that is no whole number of bytes is read as an empty one, which nothing verifies.
        let octets = value.bit_string_octets().unwrap_or_default();
        let end = value.offset.saturating_add(value.raw.len());
        let value = Span::new(end.saturating_sub(octets.len()), end);
        Ok((Self { signed: span(&signed), algorithm: span(&algorithm), value, algorithms_agree: false }, signed))
    }

    /// The algorithm outside the signed part, where it is known.
    pub(super) fn algorithm(&self, der: &[u8]) -> Option<SignatureAlgorithm> {
        let mut reader = Reader::der(self.algorithm.of(der)?);
        SignatureAlgorithm::from_identifier(&AlgorithmIdentifier::read(&mut reader).ok()?, None)
    }

    /// Checks the signature value with the key of `issuer`.
    pub(super) fn verify(&self, der: &[u8], issuer: &PublicKey) -> Result<(), VerifyError> {
        if !self.algorithms_agree {
            return Err(VerifyError::Mismatch);
        }
        let algorithm = self.algorithm(der).ok_or(VerifyError::Unsupported)?;
        issuer.verify(algorithm, Input::Message(self.signed.of(der).unwrap_or_default()), self.value.of(der).unwrap_or_default())
    }
}

fn span(element: &Element<'_>) -> Span {
    Span::new(element.offset, element.offset.saturating_add(element.raw.len()))
}

/// The first SEQUENCE among the leading fields of the signed part: behind version and serial number in certificates, behind the
/// version in CRLs.
fn inner_algorithm<'a>(signed: &Element<'a>) -> Result<Option<Element<'a>>, Asn1Error> {
    let mut fields = signed.children()?;
    for _ in 0..3 {
        let field = fields.read()?;
        if field.tag == Tag::SEQUENCE {
            return Ok(Some(field));
        }
    }
    Ok(None)
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.as_der() == other.as_der()
    }
}

impl Eq for Certificate {}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Certificate({})", self.subject())
    }
}

/// Base64 of the DER bytes.
impl serde::Serialize for Certificate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.as_der()))
    }
}

impl<'de> serde::Deserialize<'de> for Certificate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let der = STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        Self::from_der(&der).map_err(serde::de::Error::custom)
    }
}
