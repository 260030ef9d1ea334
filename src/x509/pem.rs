//! PEM (RFC 7468), read tolerantly: text around the blocks, CR LF, and missing line breaks are no error. And the files that
//! certificates come in: PEM, DER, PKCS#7 in either form, base64 without its frame.

#![warn(clippy::arithmetic_side_effects)]

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Certificate, Crl, OcspResponse};
use crate::asn1::{Asn1Error, Oid, Reader, Tag};
use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};

/// One block of a PEM file.
pub(crate) struct PemBlock {
    /// `CERTIFICATE`, `X509 CRL`, `ENCRYPTED PRIVATE KEY`, …
    pub(crate) label: String,
    pub(crate) der: Vec<u8>,
}

/// Every block of `text`. A block that cannot be decoded is an error that names its label.
pub(crate) fn decode(text: &[u8]) -> crate::Result<Vec<PemBlock>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = split(rest, BEGIN) {
        let Some((label, behind)) = split(behind, DASHES) else { break };
        let label = String::from_utf8_lossy(label).into_owned();
        let malformed = || Error::new(ErrorKind::Format, Message::new(id::CERTIFICATE_PEM_MALFORMED).with("label", label.as_str()));
        let (body, behind) = split(behind, END).ok_or_else(malformed)?;
        let der = decode_base64(body).ok_or_else(malformed)?;
        blocks.push(PemBlock { label, der });
        rest = behind;
    }
    Ok(blocks)
}

/// The certificates in `bytes`: PEM with any number of blocks, one DER certificate, or PKCS#7 in either form.
pub(crate) fn certificates(bytes: &[u8]) -> crate::Result<Vec<Certificate>> {
    let content = contents(bytes)?;
    if content.certificates.is_empty() {
        return Err(Error::new(ErrorKind::Format, Message::new(id::CERTIFICATE_NONE)));
    }
    Ok(content.certificates)
}

/// What a file holds.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) crls: Vec<Crl>,
    pub(crate) responses: Vec<OcspResponse>,
}

/// Everything in `bytes` that is a certificate, a CRL or an OCSP response.
///
/// # Errors
/// [`ErrorKind::Format`] where a part that should be one is damaged; none at all is no error.
pub(crate) fn contents(bytes: &[u8]) -> crate::Result<Contents> {
    let mut out = Contents::default();
    // A SEQUENCE of more than 127 bytes; no text begins so, and large lists need no search.
    if matches!(bytes, [0x30, 0x80..=0xFF, ..]) {
        out.add_der(bytes)?;
    } else if split(bytes, BEGIN).is_some() {
        for block in decode(bytes)? {
            match block.label.as_str() {
                "CERTIFICATE" | "X509 CERTIFICATE" => out.certificates.push(Certificate::from_der(&block.der)?),
                "X509 CRL" | "CRL" => out.crls.push(Crl::from_der(&block.der)?),
                "OCSP RESPONSE" => out.responses.push(OcspResponse::from_der(&block.der)?),
                "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => out.add_der(&block.der)?,
                _ => {}
            }
        }
    } else if bytes.first() == Some(&0x30) {
        out.add_der(bytes)?;
    } else if let Some(der) = decode_base64(bytes)
        && der.first() == Some(&0x30)
    {
        out.add_der(&der)?;
    }
    Ok(out)
}

impl Contents {
    /// Adds a certificate, a CRL, an OCSP response, or what PKCS#7 holds, told apart by their first fields.
    fn add_der(&mut self, der: &[u8]) -> crate::Result<()> {
        match shape(der) {
            Some(Shape::Bundle) => {
                let malformed = |error: Asn1Error| {
                    Error::new(ErrorKind::Format, Message::new(id::CERTIFICATE_BUNDLE_MALFORMED)).at(error.offset).because(error)
                };
                let (certificates, crls) = bundle(der).map_err(malformed)?;
                for certificate in certificates {
                    self.certificates.push(Certificate::from_der(certificate)?);
                }
                for crl in crls {
                    self.crls.push(Crl::from_der(crl)?);
                }
            }
            Some(Shape::Response) => self.responses.push(OcspResponse::from_der(der)?),
            Some(Shape::Crl) => self.crls.push(Crl::from_der(der)?),
            None => self.certificates.push(Certificate::from_der(der)?),
        }
        Ok(())
    }
}

enum Shape {
    Bundle,
    Crl,
    Response,
}

/// What `der` is by its first fields; `None` for a certificate and for everything unknown.
fn shape(der: &[u8]) -> Option<Shape> {
    let mut fields = Reader::ber(der).sequence().ok()?;
    if fields.peek() == Some(Tag::OID) {
        return (fields.oid().ok()? == Oid::SIGNED_DATA).then_some(Shape::Bundle);
    }
    if fields.peek() == Some(Tag::ENUMERATED) {
        return Some(Shape::Response);
    }
    let mut signed = fields.sequence().ok()?;
    // The responder under [1] or [2], behind a version under [0] that a certificate may have too.
    if matches!(signed.peek(), Some(tag) if tag == Tag::context(1) || tag == Tag::context(2)) {
        return Some(Shape::Response);
    }
    signed.optional(Tag::INTEGER).ok()?;
    // A certificate has its version under [0], or a number, an algorithm, a name and then a SEQUENCE of two times.
    signed.expect(Tag::SEQUENCE).ok()?;
    signed.expect(Tag::SEQUENCE).ok()?;
    matches!(signed.peek(), Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME)).then_some(Shape::Crl)
}

type Encodings<'a> = Vec<&'a [u8]>;

/// The certificates and CRLs of a SignedData (RFC 5652 5.1), as encoded. Other kinds of either are left out.
fn bundle(der: &[u8]) -> Result<(Encodings<'_>, Encodings<'_>), Asn1Error> {
    let mut content_info = Reader::ber(der).sequence()?;
    content_info.oid()?;
    let mut signed_data = content_info.expect(Tag::context(0))?.children()?.sequence()?;
    signed_data.expect(Tag::INTEGER)?;
    signed_data.expect(Tag::SET)?;
    signed_data.expect(Tag::SEQUENCE)?;
    let mut members = |number| -> Result<Vec<&[u8]>, Asn1Error> {
        let mut out = Vec::new();
        if let Some(set) = signed_data.optional(Tag::context(number))? {
            let mut set = set.children()?;
            while !set.is_empty() {
                let member = set.read()?;
                if member.tag == Tag::SEQUENCE {
                    out.push(member.raw);
                }
            }
        }
        Ok(out)
    };
    Ok((members(0)?, members(1)?))
}

/// The bytes of a base64 body; header lines (`Proc-Type: …`) are passed over. `None` where it is no base64.
fn decode_base64(body: &[u8]) -> Option<Vec<u8>> {
    let mut text: Vec<u8> = Vec::with_capacity(body.len());
    for line in body.split(|byte| *byte == b'\n').filter(|line| !line.contains(&b':')) {
        text.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
    }
    let tolerant =
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&STANDARD, tolerant).decode(text).ok().filter(|der| !der.is_empty())
}

/// What is before and behind the first `mark`.
fn split<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at.saturating_add(mark.len())..)?))
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
