//! Signed and unsigned attributes (RFC 5652 5.3 and 11, RFC 5035, RFC 6211, EN 319 122-1 5).

#![warn(clippy::arithmetic_side_effects)]

use std::borrow::Cow;

use crate::asn1::{Asn1Error, Asn1ErrorKind, Class, Element, Encoding, Oid, Reader, Tag, Writer};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::message::{Message, id};
use crate::time::Time;

/// A SET OF Attribute with the bytes that it was read from.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    raw: &'a [u8],
    list: Vec<Attribute<'a>>,
    /// Whether the bytes are DER, the order of the attributes aside.
    der: bool,
}

#[derive(Debug)]
struct Attribute<'a> {
    kind: Oid<'a>,
    values: Vec<Element<'a>>,
    raw: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// Reads the attributes in `element`, whatever its tag.
    pub(super) fn read(element: &Element<'a>, depth: u32) -> Result<Self, Asn1Error> {
        let mut reader = element.children()?;
        let mut list = Vec::new();
        while !reader.is_empty() {
            let attribute = reader.expect(Tag::SEQUENCE)?;
            let mut parts = attribute.children()?;
            let kind = parts.oid()?;
            let mut set = parts.expect(Tag::SET)?.children()?;
            parts.finish()?;
            let mut values = Vec::new();
            while !set.is_empty() {
                values.push(set.read()?);
            }
            list.push(Attribute { kind, values, raw: attribute.raw });
        }
        Ok(Self { raw: element.raw, list, der: is_der(element.raw, depth) })
    }

    /// The bytes as they were read, with the tag of a SET (RFC 5652 5.4). `None` where the tag has no short form.
    pub(super) fn as_encoded(&self) -> Option<Vec<u8>> {
        let (0xA0..=0xBE, rest) = self.raw.split_first()? else { return None };
        let mut set = Vec::with_capacity(self.raw.len());
        set.push(0x31);
        set.extend_from_slice(rest);
        Some(set)
    }

    /// The attributes in the order of DER, each as it was read.
    pub(super) fn sorted(&self) -> Vec<u8> {
        Writer::build(|writer| writer.set_of(Tag::SET, self.list.iter().map(|attribute| attribute.raw.to_vec()).collect()))
    }

    /// Whether the bytes are the one encoding that DER allows, for what is compared here: lengths, forms and order.
    pub(super) fn is_der(&self) -> bool {
        self.der && self.as_encoded().is_some_and(|encoded| encoded == self.sorted())
    }

    /// Whether an attribute of this kind is there.
    pub(super) fn has(&self, kind: Oid<'_>) -> bool {
        self.list.iter().any(|attribute| attribute.kind == kind)
    }

    pub(super) fn values(&self, kind: Oid<'_>) -> impl Iterator<Item = &Element<'a>> {
        self.list.iter().filter(move |attribute| attribute.kind == kind).flat_map(|attribute| &attribute.values)
    }

    /// The one value of the one attribute of `kind`; `None` where there is none, or there are more.
    pub(super) fn single(&self, kind: Oid<'_>) -> Option<&Element<'a>> {
        let mut values = self.values(kind);
        let value = values.next()?;
        let is_single = values.next().is_none() && self.list.iter().filter(|attribute| attribute.kind == kind).count() == 1;
        is_single.then_some(value)
    }

    /// Says which of the attributes that are there once, with one value, are there more often.
    fn findings(&self, findings: &mut Vec<Message>) {
        for kind in SINGLE {
            let twice = self.list.iter().filter(|attribute| attribute.kind == kind).nth(1).is_some();
            if twice || self.values(kind).nth(1).is_some() {
                findings.push(Message::new(id::CMS_DUPLICATE_ATTRIBUTE).with("attribute", kind.to_string()));
            }
        }
    }
}

/// Attributes of which there is one, with one value (RFC 5652 11, RFC 5035 3, RFC 6211 2, RFC 5126 5.8.1). Others may be repeated, and real
/// signers do so with attributes of their own.
const SINGLE: [Oid<'static>; 7] = [
    Oid::CONTENT_TYPE,
    Oid::MESSAGE_DIGEST,
    Oid::SIGNING_TIME,
    Oid::SIGNING_CERTIFICATE,
    Oid::SIGNING_CERTIFICATE_V2,
    Oid::ALGORITHM_PROTECTION,
    Oid::SIGNATURE_POLICY,
];

/// What the signed attributes say. Where an attribute occurs twice, its first value is here, and a finding says so.
#[derive(Debug, Default)]
pub(super) struct SignedAttributes<'a> {
    pub(super) content_type: Option<Oid<'a>>,
    pub(super) message_digest: Option<Cow<'a, [u8]>>,
    pub(super) signing_time: Option<Time>,
    pub(super) references: Vec<CertificateReference<'a>>,
    pub(super) protection: Option<AlgorithmProtection<'a>>,
}

/// The first ESSCertID or ESSCertIDv2 of an attribute: the signer's certificate (RFC 5035 4).
#[derive(Debug)]
pub(super) struct CertificateReference<'a> {
    /// `None` where the digest algorithm is unknown.
    pub(super) algorithm: Option<DigestAlgorithm>,
    pub(super) hash: Cow<'a, [u8]>,
    pub(super) issuer_serial: Option<Element<'a>>,
}

/// CMSAlgorithmProtection (RFC 6211).
#[derive(Debug)]
pub(super) struct AlgorithmProtection<'a> {
    pub(super) digest: AlgorithmIdentifier<'a>,
    pub(super) signature: Option<AlgorithmIdentifier<'a>>,
    pub(super) mac: Option<AlgorithmIdentifier<'a>>,
}

impl<'a> SignedAttributes<'a> {
    pub(super) fn read(attributes: &Attributes<'a>, findings: &mut Vec<Message>) -> Self {
        attributes.findings(findings);
        if !attributes.is_der() {
            findings.push(Message::new(id::CMS_ATTRIBUTES_DER));
        }
        let mut read = Self {
            content_type: first(attributes, Oid::CONTENT_TYPE, findings, content_type),
            message_digest: first(attributes, Oid::MESSAGE_DIGEST, findings, message_digest),
            signing_time: None,
            references: Vec::new(),
            protection: first(attributes, Oid::ALGORITHM_PROTECTION, findings, AlgorithmProtection::read),
        };
        read.references.extend(first(attributes, Oid::SIGNING_CERTIFICATE, findings, CertificateReference::read_v1));
        read.references.extend(first(attributes, Oid::SIGNING_CERTIFICATE_V2, findings, CertificateReference::read_v2));
        // The claimed time proves nothing; that it is unreadable is said, and no more.
        read.signing_time = attributes.values(Oid::SIGNING_TIME).next().and_then(|value| value.time().ok());
        if read.signing_time.is_none() && attributes.has(Oid::SIGNING_TIME) {
            findings.push(Message::new(id::CMS_SIGNING_TIME));
        }
        read
    }
}

/// The first value of `kind`. That it is malformed, or that there is none, is a finding.
fn first<'a, T>(
    attributes: &Attributes<'a>,
    kind: Oid<'_>,
    findings: &mut Vec<Message>,
    read: impl Fn(&Element<'a>) -> Result<T, Asn1Error>,
) -> Option<T> {
    if !attributes.has(kind) {
        return None;
    }
    let value = attributes.values(kind).next().and_then(|value| read(value).ok());
    if value.is_none() {
        findings.push(Message::new(id::CMS_ATTRIBUTE_MALFORMED).with("attribute", kind.to_string()));
    }
    value
}

pub(super) fn content_type<'a>(value: &Element<'a>) -> Result<Oid<'a>, Asn1Error> {
    if value.tag == Tag::OID { value.oid() } else { Err(value.error(Asn1ErrorKind::UnexpectedTag)) }
}

pub(super) fn message_digest<'a>(value: &Element<'a>) -> Result<Cow<'a, [u8]>, Asn1Error> {
    if value.tag == Tag::OCTET_STRING { value.octets() } else { Err(value.error(Asn1ErrorKind::UnexpectedTag)) }
}

impl<'a> CertificateReference<'a> {
    fn read_v1(value: &Element<'a>) -> Result<Self, Asn1Error> {
        let mut identifier = first_identifier(value)?;
        let hash = identifier.expect(Tag::OCTET_STRING)?.octets()?;
        Self::with_issuer(Some(DigestAlgorithm::Sha1), hash, identifier)
    }

    fn read_v2(value: &Element<'a>) -> Result<Self, Asn1Error> {
        let mut identifier = first_identifier(value)?;
        // hashAlgorithm DEFAULT SHA-256.
        let algorithm = match identifier.peek() {
            Some(Tag::SEQUENCE) => AlgorithmIdentifier::read(&mut identifier)?.digest(),
            _ => Some(DigestAlgorithm::Sha256),
        };
        let hash = identifier.expect(Tag::OCTET_STRING)?.octets()?;
        Self::with_issuer(algorithm, hash, identifier)
    }

    fn with_issuer(algorithm: Option<DigestAlgorithm>, hash: Cow<'a, [u8]>, mut rest: Reader<'a>) -> Result<Self, Asn1Error> {
        let issuer_serial = rest.optional(Tag::SEQUENCE)?;
        rest.finish()?;
        Ok(Self { algorithm, hash, issuer_serial })
    }
}

/// SigningCertificate(V2): a SEQUENCE of a SEQUENCE OF identifiers, and of policies that nothing reads.
fn first_identifier<'a>(value: &Element<'a>) -> Result<Reader<'a>, Asn1Error> {
    if value.tag != Tag::SEQUENCE {
        return Err(value.error(Asn1ErrorKind::UnexpectedTag));
    }
    value.children()?.sequence()?.sequence()
}

impl<'a> AlgorithmProtection<'a> {
    pub(super) fn read(value: &Element<'a>) -> Result<Self, Asn1Error> {
        if value.tag != Tag::SEQUENCE {
            return Err(value.error(Asn1ErrorKind::UnexpectedTag));
        }
        let mut parts = value.children()?;
        let digest = AlgorithmIdentifier::read(&mut parts)?;
        let signature = AlgorithmIdentifier::read_implicit(&mut parts, Tag::context(1))?;
        let mac = AlgorithmIdentifier::read_implicit(&mut parts, Tag::context(2))?;
        parts.finish()?;
        Ok(Self { digest, signature, mac })
    }

    /// Whether both identifiers are those that the signer states (RFC 6211 2). Absent parameters and NULL are the same.
    pub(super) fn agrees(&self, digest: &AlgorithmIdentifier<'_>, signature: &AlgorithmIdentifier<'_>) -> bool {
        same(&self.digest, digest) && self.signature.as_ref().is_some_and(|own| same(own, signature)) && self.mac.is_none()
    }

    /// Whether both identifiers are those of the authenticated data, and none of a signature.
    pub(super) fn agrees_with_mac(&self, digest: &AlgorithmIdentifier<'_>, mac: &AlgorithmIdentifier<'_>) -> bool {
        same(&self.digest, digest) && self.mac.as_ref().is_some_and(|own| same(own, mac)) && self.signature.is_none()
    }
}

fn same(one: &AlgorithmIdentifier<'_>, other: &AlgorithmIdentifier<'_>) -> bool {
    let parameters = |identifier: &AlgorithmIdentifier<'_>| {
        identifier.parameters.filter(|element| element.tag != Tag::NULL).map(|element| element.raw.to_vec())
    };
    one.oid == other.oid && parameters(one) == parameters(other)
}

/// CRLs and OCSP responses of adbe-revocationInfoArchival (ISO 32000-2 12.8.3.3.2), as encoded. They are evidence and prove themselves, so
/// what is malformed is left out.
#[derive(Debug, Default)]
pub(super) struct RevocationArchive<'a> {
    pub(super) crls: Vec<&'a [u8]>,
    pub(super) ocsp_responses: Vec<&'a [u8]>,
}

impl<'a> RevocationArchive<'a> {
    pub(super) fn read(attributes: &Attributes<'a>) -> Self {
        let mut archive = Self::default();
        for value in attributes.values(Oid::ADOBE_REVOCATION) {
            let Ok(mut parts) = value.children() else { continue };
            while let Ok(part) = parts.read() {
                let list = if part.tag == Tag::context(0) {
                    &mut archive.crls
                } else if part.tag == Tag::context(1) {
                    &mut archive.ocsp_responses
                } else {
                    continue;
                };
                let Ok(mut items) = part.inner().and_then(|sequence| sequence.children()) else { continue };
                while let Ok(item) = items.read() {
                    list.push(item.raw);
                }
            }
        }
        archive
    }
}

/// Whether every length and every string of `bytes` is in the form that DER asks for.
pub(super) fn is_der(bytes: &[u8], depth: u32) -> bool {
    let mut open = vec![Reader::new(bytes, Encoding::Der, depth)];
    while let Some(mut reader) = open.pop() {
        while !reader.is_empty() {
            let Ok(element) = reader.read() else { return false };
            if !element.constructed {
                continue;
            }
            let string = element.tag.class == Class::Universal && element.tag != Tag::SEQUENCE && element.tag != Tag::SET;
            match element.children() {
                Ok(children) if !string => open.push(children),
                _ => return false,
            }
        }
    }
    true
}
