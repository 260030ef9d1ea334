//! A span-keeping view of SignedData (RFC 5652 5): nothing is re-encoded.

#![warn(clippy::arithmetic_side_effects)]

use std::borrow::Cow;

use super::algorithms::Algorithms;
use super::attribute::Attributes;
use super::tsp::TimestampInfo;
use crate::asn1::{Asn1Error, Element, Encoding, Oid, Reader, Tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::message::{Message, id};

/// Why bytes are no SignedData.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {offset}")]
pub(crate) struct CmsError {
    pub(crate) reason: &'static str,
    pub(crate) offset: usize,
}

impl CmsError {
    /// The error as the finding of a check.
    pub(crate) fn finding(self) -> Message {
        Message::new(id::CMS_READABLE).with("offset", self.offset)
    }
}

/// A parsed SignedData; borrows the bytes it was read from.
#[derive(Debug)]
pub(crate) struct SignedData<'a> {
    /// Bytes behind the outer element (PDF pads `/Contents` with zeros).
    pub(crate) trailing: &'a [u8],
    pub(crate) content_type: Oid<'a>,
    /// The OCTET STRING of the encapsulated content, put together where BER gives it in parts.
    content: Option<Cow<'a, [u8]>>,
    /// Each certificate as encoded.
    pub(super) certificates: Vec<&'a [u8]>,
    /// Each CRL as encoded.
    pub(super) crls: Vec<&'a [u8]>,
    /// Revocation data in other formats: what it is, and its encoding.
    pub(super) other_revocation: Vec<(Oid<'a>, &'a [u8])>,
    pub(super) signers: Vec<SignerInfo<'a>>,
}

/// One SignerInfo.
#[derive(Debug)]
pub(super) struct SignerInfo<'a> {
    pub(super) identifier: SignerIdentifier<'a>,
    pub(super) digest_algorithm: AlgorithmIdentifier<'a>,
    pub(super) signed_attributes: Option<Attributes<'a>>,
    pub(super) signature_algorithm: AlgorithmIdentifier<'a>,
    pub(super) signature: Cow<'a, [u8]>,
    pub(super) unsigned_attributes: Option<Attributes<'a>>,
}

/// How a SignerInfo names the signer's certificate.
#[derive(Debug)]
pub(super) enum SignerIdentifier<'a> {
    /// The encoded name of the issuer, and the contents of the serial number.
    IssuerAndSerial {
        issuer: &'a [u8],
        serial: &'a [u8],
    },
    KeyIdentifier(Cow<'a, [u8]>),
}

/// More signers than this in one message is no honest message.
const SIGNERS: usize = 64;

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo that holds SignedData, in DER or BER; whatever follows it is kept in `trailing`.
    pub(crate) fn parse(bytes: &'a [u8], depth: u32) -> Result<Self, CmsError> {
        let mut reader = Reader::new(bytes, Encoding::Ber, depth);
        let mut body = signed_data_body(&mut reader)?;
        minimal_integer(&mut body).map_err(part("no version of SignedData"))?;
        body.expect(Tag::SET).map_err(part("no digest algorithms of SignedData"))?;
        let (content_type, content) = content_info(&mut body).map_err(part("the encapsulated content is malformed"))?;
        let mut data = Self {
            trailing: reader.rest(),
            content_type,
            content,
            certificates: Vec::new(),
            crls: Vec::new(),
            other_revocation: Vec::new(),
            signers: Vec::new(),
        };
        data.read_certificates(&mut body).map_err(part("the certificates are malformed"))?;
        data.read_revocation(&mut body).map_err(part("the revocation data is malformed"))?;
        data.read_signers(&mut body, depth)?;
        body.finish().map_err(part("something follows the signers"))?;
        Ok(data)
    }

    /// The digest algorithms that verification will ask of the content: those of the (one) signer, that of a timestamp's
    /// imprint, and SHA-1 for adbe.pkcs7.sha1.
    pub(crate) fn content_digests(&self) -> Vec<DigestAlgorithm> {
        let mut digests = Vec::new();
        if let Some(signer) = self.signers.first() {
            let algorithms = Algorithms::of(signer);
            digests.extend(algorithms.digest);
            digests.extend(algorithms.signature.and_then(|signature| signature.digest()));
        }
        if let Some(content) = &self.content {
            if self.content_type == Oid::TST_INFO {
                digests.extend(TimestampInfo::parse(content).and_then(|info| info.imprint_algorithm));
            } else if content.len() == DigestAlgorithm::Sha1.length() {
                digests.push(DigestAlgorithm::Sha1);
            }
        }
        digests.sort_unstable();
        digests.dedup();
        digests
    }

    /// The encapsulated content, put together where BER gives it in parts.
    pub(crate) fn encapsulated_content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    fn read_certificates(&mut self, body: &mut Reader<'a>) -> Result<(), Asn1Error> {
        let Some(set) = body.optional(Tag::context(0))? else { return Ok(()) };
        let mut choices = set.children()?;
        while !choices.is_empty() {
            let choice = choices.read()?;
            // The other choices are attribute certificates and formats of others; nothing here needs them.
            if choice.tag == Tag::SEQUENCE {
                self.certificates.push(choice.raw);
            }
        }
        Ok(())
    }

    fn read_revocation(&mut self, body: &mut Reader<'a>) -> Result<(), Asn1Error> {
        let Some(set) = body.optional(Tag::context(1))? else { return Ok(()) };
        let mut choices = set.children()?;
        while !choices.is_empty() {
            let choice = choices.read()?;
            if choice.tag == Tag::SEQUENCE {
                self.crls.push(choice.raw);
            } else if choice.tag == Tag::context(1) {
                let mut other = choice.children()?;
                self.other_revocation.push((other.oid()?, other.read()?.raw));
            }
        }
        Ok(())
    }

    fn read_signers(&mut self, body: &mut Reader<'a>, depth: u32) -> Result<(), CmsError> {
        let set = body.expect(Tag::SET).map_err(part("no signers of SignedData"))?;
        let mut signers = set.children().map_err(part("the signers are malformed"))?;
        while !signers.is_empty() {
            if self.signers.len() == SIGNERS {
                return Err(part("too many signers")(signers.error(crate::asn1::Asn1ErrorKind::Extra)));
            }
            let signer = signers.sequence().map_err(part("a signer is malformed"))?;
            self.signers.push(SignerInfo::read(signer, depth)?);
        }
        Ok(())
    }
}

/// The reader of what is inside ContentInfo and SignedData.
fn signed_data_body<'a>(reader: &mut Reader<'a>) -> Result<Reader<'a>, CmsError> {
    let outer = reader.expect(Tag::SEQUENCE).map_err(part("no ContentInfo"))?;
    let mut info = outer.children().map_err(part("no ContentInfo"))?;
    let kind = info.expect(Tag::OID).map_err(part("no ContentInfo"))?;
    if kind.oid().map_err(part("no ContentInfo"))? != Oid::SIGNED_DATA {
        return Err(part("another content than SignedData")(kind.error(crate::asn1::Asn1ErrorKind::BadValue)));
    }
    let content = info.expect(Tag::context(0)).map_err(part("no SignedData"))?;
    info.finish().map_err(part("something follows SignedData"))?;
    let mut inner = content.children().map_err(part("no SignedData"))?;
    let body = inner.sequence().map_err(part("no SignedData"))?;
    inner.finish().map_err(part("something follows SignedData"))?;
    Ok(body)
}

type EncapsulatedContent<'a> = (Oid<'a>, Option<Cow<'a, [u8]>>);

fn content_info<'a>(body: &mut Reader<'a>) -> Result<EncapsulatedContent<'a>, Asn1Error> {
    let mut info = body.sequence()?;
    let content_type = info.oid()?;
    let content = info.optional(Tag::context(0))?;
    info.finish()?;
    let Some(content) = content else { return Ok((content_type, None)) };
    let inner = content.inner()?;
    if inner.tag != Tag::OCTET_STRING {
        return Err(inner.error(crate::asn1::Asn1ErrorKind::UnexpectedTag));
    }
    Ok((content_type, Some(inner.octets()?)))
}

impl<'a> SignerInfo<'a> {
    fn read(mut reader: Reader<'a>, depth: u32) -> Result<Self, CmsError> {
        minimal_integer(&mut reader).map_err(part("a signer has no version"))?;
        let identifier = SignerIdentifier::read(&mut reader).map_err(part("a signer is not identified"))?;
        let digest_algorithm = AlgorithmIdentifier::read(&mut reader).map_err(part("a signer has no digest algorithm"))?;
        let attributes = reader.optional(Tag::context(0)).map_err(part("the signed attributes are malformed"))?;
        let signed_attributes = read_attributes(attributes, depth).map_err(part("the signed attributes are malformed"))?;
        let signature_algorithm = AlgorithmIdentifier::read(&mut reader).map_err(part("a signer has no signature algorithm"))?;
        let value = reader.expect(Tag::OCTET_STRING).map_err(part("a signer has no signature value"))?;
        let signature = value.octets().map_err(part("a signature value is malformed"))?;
        let attributes = reader.optional(Tag::context(1)).map_err(part("the unsigned attributes are malformed"))?;
        let unsigned_attributes = read_attributes(attributes, depth).map_err(part("the unsigned attributes are malformed"))?;
        reader.finish().map_err(part("something follows the unsigned attributes"))?;
        Ok(Self { identifier, digest_algorithm, signed_attributes, signature_algorithm, signature, unsigned_attributes })
    }
}

/// The INTEGERs of the message itself are strict: others refuse to decode one with padding. Those in its certificates are read as they are.
fn minimal_integer<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Asn1Error> {
    reader.expect(Tag::INTEGER)?.minimal_integer()
}

fn read_attributes(element: Option<Element<'_>>, depth: u32) -> Result<Option<Attributes<'_>>, Asn1Error> {
    element.map(|element| Attributes::read(&element, depth)).transpose()
}

impl<'a> SignerIdentifier<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Asn1Error> {
        if let Some(identifier) = reader.optional(Tag::context(0))? {
            return Ok(Self::KeyIdentifier(identifier.octets()?));
        }
        let mut pair = reader.sequence()?;
        let issuer = pair.expect(Tag::SEQUENCE)?.raw;
        let serial = minimal_integer(&mut pair)?;
        pair.finish()?;
        Ok(Self::IssuerAndSerial { issuer, serial })
    }
}

fn part(reason: &'static str) -> impl Fn(Asn1Error) -> CmsError {
    move |error| CmsError { reason, offset: error.offset }
}
