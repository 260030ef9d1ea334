//! Codes over a document (ISO/TS 32004): AuthenticatedData (RFC 5652 9) with one recipient, whose key comes from that of the document.

#![warn(clippy::arithmetic_side_effects)]

use std::borrow::Cow;

use super::Match;
use super::attribute::{self, AlgorithmProtection, Attributes};
use super::signed_data::{CmsError, SignedData};
use crate::asn1::{Asn1Error, Asn1ErrorKind, Encoding, Oid, Reader, Tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm, mac};

/// A parsed code; borrows the bytes it was read from.
#[derive(Debug)]
pub(crate) struct IntegrityCode<'a> {
    recipient: Recipient<'a>,
    mac_algorithm: AlgorithmIdentifier<'a>,
    digest_algorithm: AlgorithmIdentifier<'a>,
    /// The content, whose digest is among the attributes.
    content: &'a [u8],
    info: IntegrityInfo<'a>,
    attributes: Attributes<'a>,
    code: Cow<'a, [u8]>,
}

/// PasswordRecipientInfo (RFC 5652 6.2.4).
#[derive(Debug)]
struct Recipient<'a> {
    derivation: Option<AlgorithmIdentifier<'a>>,
    encryption: AlgorithmIdentifier<'a>,
    encrypted_key: Cow<'a, [u8]>,
}

/// PdfMacIntegrityInfo (ISO/TS 32004).
#[derive(Debug)]
struct IntegrityInfo<'a> {
    data_digest: Cow<'a, [u8]>,
    signature_digest: Option<Cow<'a, [u8]>>,
}

/// What the code must fit.
pub(crate) struct Protected<'a> {
    /// The key of the encrypted document.
    pub(crate) file_key: &'a [u8],
    /// `/KDFSalt`.
    pub(crate) salt: &'a [u8],
    /// The digest of the bytes of the document, by the algorithm of the code.
    pub(crate) data_digest: &'a [u8],
    /// That of the signature value that the code is attached to.
    pub(crate) signature_digest: Option<&'a [u8]>,
}

impl<'a> IntegrityCode<'a> {
    /// Reads a ContentInfo with AuthenticatedData, and nothing behind it.
    pub(crate) fn parse(bytes: &'a [u8], depth: u32) -> Result<Self, CmsError> {
        let read = || -> Result<Self, Asn1Error> {
            let mut reader = Reader::new(bytes, Encoding::Ber, depth);
            let mut info = reader.sequence()?;
            reader.finish()?;
            expect_oid(&mut info, Oid::AUTHENTICATED_DATA)?;
            let mut content = info.expect(Tag::context(0))?.children()?;
            info.finish()?;
            let body = content.sequence()?;
            content.finish()?;
            Self::read(body, depth)
        };
        read().map_err(|error| CmsError { reason: "no code over a document", offset: error.offset })
    }

    fn read(mut body: Reader<'a>, depth: u32) -> Result<Self, Asn1Error> {
        // RFC 5652 9.1: version 0, where there is nothing of an originator.
        expect_zero(&mut body)?;
        let mut recipients = body.expect(Tag::SET)?.children()?;
        // ISO/TS 32004 has one recipient, of one kind.
        let recipient = Recipient::read(recipients.expect(Tag::context(3))?.children()?)?;
        recipients.finish()?;
        let mac_algorithm = AlgorithmIdentifier::read(&mut body)?;
        let digest_algorithm = AlgorithmIdentifier::read_implicit(&mut body, Tag::context(1))?;
        let digest_algorithm = digest_algorithm.ok_or_else(|| body.error(Asn1ErrorKind::UnexpectedTag))?;
        let mut encapsulated = body.sequence()?;
        expect_oid(&mut encapsulated, Oid::PDF_MAC_INTEGRITY_INFO)?;
        let content = encapsulated.expect(Tag::context(0))?.inner()?;
        encapsulated.finish()?;
        if content.tag != Tag::OCTET_STRING {
            return Err(content.error(Asn1ErrorKind::UnexpectedTag));
        }
        let Cow::Borrowed(content) = content.octets()? else { return Err(content.error(Asn1ErrorKind::BadValue)) };
        let info = IntegrityInfo::read(content, depth)?;
        let attributes = Attributes::read(&body.expect(Tag::context(2))?, depth)?;
        let code = body.expect(Tag::OCTET_STRING)?.octets()?;
        // Attributes that the code does not cover have no place here.
        body.finish()?;
        Ok(Self { recipient, mac_algorithm, digest_algorithm, content, info, attributes, code })
    }

    /// The digest that the code is made with; `None` where it is none that ISO/TS 32004 allows.
    pub(crate) fn digest(&self) -> Option<DigestAlgorithm> {
        use DigestAlgorithm::{Sha3_256, Sha3_384, Sha3_512, Sha256, Sha384, Sha512, Shake256};
        let allowed = [Sha256, Sha384, Sha512, Sha3_256, Sha3_384, Sha3_512, Shake256];
        self.digest_algorithm.digest().filter(|digest| allowed.contains(digest))
    }

    /// Whether the code fits; `Unchecked` where it is made in a way that is not known.
    pub(crate) fn check(&self, protected: &Protected<'_>) -> Match {
        let Some(digest) = self.digest().filter(|_| self.is_known()) else { return Match::Unchecked };
        let key = wrapping_key(protected).and_then(|key| mac::unwrap_aes256(&key, &self.recipient.encrypted_key));
        let Some(key) = key else { return Match::Differs };
        // RFC 5652 9.2 asks for the DER encoding; what was written comes first.
        let inputs = [self.attributes.as_encoded(), Some(self.attributes.sorted())];
        let fits = inputs.iter().flatten().any(|input| mac::is_hmac_sha256(&key, input, &self.code));
        Match::of(fits && self.has_attributes(digest) && self.info.fits(protected))
    }

    /// Whether each algorithm is the one of ISO/TS 32004.
    fn is_known(&self) -> bool {
        let is = |algorithm: &AlgorithmIdentifier<'_>, oid: Oid<'_>| algorithm.oid == oid && algorithm.has_no_parameters();
        let derivation = self.recipient.derivation.as_ref();
        is(&self.mac_algorithm, Oid::HMAC_SHA256)
            && is(&self.recipient.encryption, Oid::AES256_WRAP)
            && derivation.is_some_and(|derivation| is(derivation, Oid::PDF_MAC_WRAP_KDF))
    }

    /// Whether the attributes say what they must, once each: the kind of content, its digest, and the algorithms (RFC 6211).
    fn has_attributes(&self, digest: DigestAlgorithm) -> bool {
        let kind = self.attributes.single(Oid::CONTENT_TYPE).and_then(|value| attribute::content_type(value).ok());
        let own = self.attributes.single(Oid::MESSAGE_DIGEST).and_then(|value| attribute::message_digest(value).ok());
        let protection = self.attributes.single(Oid::ALGORITHM_PROTECTION).and_then(|value| AlgorithmProtection::read(value).ok());
        kind == Some(Oid::PDF_MAC_INTEGRITY_INFO)
            && own.is_some_and(|own| *own == *digest.digest(self.content))
            && protection.is_some_and(|protection| protection.agrees_with_mac(&self.digest_algorithm, &self.mac_algorithm))
    }
}

impl<'a> Recipient<'a> {
    fn read(mut body: Reader<'a>) -> Result<Self, Asn1Error> {
        expect_zero(&mut body)?;
        let derivation = AlgorithmIdentifier::read_implicit(&mut body, Tag::context(0))?;
        let encryption = AlgorithmIdentifier::read(&mut body)?;
        let encrypted_key = body.expect(Tag::OCTET_STRING)?.octets()?;
        body.finish()?;
        Ok(Self { derivation, encryption, encrypted_key })
    }
}

impl<'a> IntegrityInfo<'a> {
    fn read(bytes: &'a [u8], depth: u32) -> Result<Self, Asn1Error> {
        let mut reader = Reader::new(bytes, Encoding::Ber, depth);
        let mut body = reader.sequence()?;
        reader.finish()?;
        expect_zero(&mut body)?;
        let data_digest = body.expect(Tag::OCTET_STRING)?.octets()?;
        let signature_digest = body.optional(Tag::context(0))?.map(|element| element.octets()).transpose()?;
        body.finish()?;
        Ok(Self { data_digest, signature_digest })
    }

    fn fits(&self, protected: &Protected<'_>) -> bool {
        *self.data_digest == *protected.data_digest && self.signature_digest.as_deref() == protected.signature_digest
    }
}

impl SignedData<'_> {
    /// The code in the unsigned attributes of the one signer, as encoded, and the signature value that it belongs to.
    pub(crate) fn integrity_code(&self) -> Option<(&[u8], &[u8])> {
        let [signer] = self.signers.as_slice() else { return None };
        let code = signer.unsigned_attributes.as_ref()?.single(Oid::PDF_MAC_DATA)?;
        Some((code.raw, &signer.signature))
    }
}

fn wrapping_key(protected: &Protected<'_>) -> Option<zeroize::Zeroizing<[u8; 32]>> {
    mac::hkdf_sha256(protected.file_key, protected.salt, b"PDFMAC")
}

fn expect_zero(reader: &mut Reader<'_>) -> Result<(), Asn1Error> {
    let version = reader.expect(Tag::INTEGER)?;
    if version.unsigned() == Ok(0) { Ok(()) } else { Err(version.error(Asn1ErrorKind::BadValue)) }
}

fn expect_oid(reader: &mut Reader<'_>, wanted: Oid<'_>) -> Result<(), Asn1Error> {
    let found = reader.expect(Tag::OID)?;
    if found.oid()? == wanted { Ok(()) } else { Err(found.error(Asn1ErrorKind::BadValue)) }
}
