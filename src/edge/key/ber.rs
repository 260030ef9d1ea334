//! PKCS#12 files in BER, as Firefox writes them, for a reader that knows DER alone.

use crate::asn1::{Asn1Error, Element, Oid, Reader, Tag, Writer};

/// `PFX` (RFC 7292 4), its outermost fields.
pub(super) struct Pfx<'a> {
    version: Element<'a>,
    content_type: Oid<'a>,
    content: Element<'a>,
    mac: Option<Element<'a>>,
}

impl<'a> Pfx<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Asn1Error> {
        let mut outside = Reader::ber(bytes);
        let mut reader = outside.sequence()?;
        let version = reader.expect(Tag::INTEGER)?;
        let mut content_info = reader.sequence()?;
        let content_type = content_info.oid()?;
        let content = content_info.expect(Tag::context(0))?.inner()?;
        let mac = reader.optional(Tag::SEQUENCE)?;
        reader.finish()?;
        Ok(Self { version, content_type, content, mac })
    }

    /// Whether there is a MAC, by which a wrong password is known for sure.
    pub(super) const fn has_mac(&self) -> bool {
        self.mac.is_some()
    }

    /// The file with its outer fields in DER. What is under the MAC stays as it is.
    pub(super) fn outer_der(&self) -> Result<Vec<u8>, Asn1Error> {
        let content = to_der(&self.content)?;
        let mac = self.mac.map(|mac| to_der(&mac)).transpose()?;
        Ok(self.write(&content, mac.as_deref()))
    }

    /// The file with all that is not encrypted in DER, and without its MAC, which no longer fits.
    pub(super) fn whole_der(&self) -> Result<Vec<u8>, Asn1Error> {
        let safes = self.content.octets()?;
        let mut reader = Reader::ber(&safes).sequence()?;
        let mut out = Vec::new();
        while !reader.is_empty() {
            let mut safe = reader.sequence()?;
            let content_type = safe.oid()?;
            let content = safe.expect(Tag::context(0))?.inner()?;
            let content = if content_type == Oid::DATA { octets_to_der(&content)? } else { to_der(&content)? };
            out.push(content_info(content_type, &content));
        }
        let safes = Writer::build(|writer| writer.sequence(|writer| writer.raw(&out.concat())));
        Ok(self.write(&Writer::build(|writer| writer.octet_string(&safes)), None))
    }

    fn write(&self, content: &[u8], mac: Option<&[u8]>) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.raw(self.version.raw);
                writer.raw(&content_info(self.content_type, content));
                writer.raw(mac.unwrap_or_default());
            });
        })
    }
}

fn content_info(content_type: Oid<'_>, content: &[u8]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(content_type);
            writer.constructed(Tag::context(0), |writer| writer.raw(content));
        });
    })
}

/// An OCTET STRING that holds BER, with both in DER.
fn octets_to_der(string: &Element<'_>) -> Result<Vec<u8>, Asn1Error> {
    let octets = string.octets()?;
    let mut reader = Reader::ber(&octets);
    let inner = to_der(&reader.read()?)?;
    reader.finish()?;
    Ok(Writer::build(|writer| writer.octet_string(&inner)))
}

/// The element with definite lengths, and its strings in one piece. The reader bounds how deep it goes.
fn to_der(element: &Element<'_>) -> Result<Vec<u8>, Asn1Error> {
    if !element.constructed {
        return Ok(Writer::build(|writer| writer.primitive(element.tag, element.content)));
    }
    if element.tag == Tag::OCTET_STRING {
        return string_to_der(element);
    }
    let mut reader = element.children()?;
    let mut before = None;
    let mut out = Vec::new();
    while !reader.is_empty() {
        let child = reader.read()?;
        // EncryptedContentInfo (RFC 5652 6.1) has an algorithm, then the encrypted octets under an implicit tag.
        let is_encrypted = child.tag == Tag::context(0) && before == Some(Tag::SEQUENCE);
        out.extend(if is_encrypted && child.constructed { string_to_der(&child)? } else { to_der(&child)? });
        before = Some(child.tag);
    }
    Ok(Writer::build(|writer| writer.constructed(element.tag, |writer| writer.raw(&out))))
}

fn string_to_der(string: &Element<'_>) -> Result<Vec<u8>, Asn1Error> {
    let octets = string.octets()?;
    Ok(Writer::build(|writer| writer.primitive(string.tag, &octets)))
}
