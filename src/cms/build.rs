//! Builds SignedData with one signer.

#![warn(clippy::arithmetic_side_effects)]

use crate::asn1::{Oid, Tag, Writer};
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::x509::Certificate;

/// What goes into the signed attributes: content-type, message-digest and signing-certificate-v2; no signing-time (EN 319 142-1 5.3).
pub(crate) struct SignerAttributes<'a> {
    pub(crate) digest: DigestAlgorithm,
    pub(crate) content_digest: &'a [u8],
    pub(crate) certificate: &'a Certificate,
}

impl SignerAttributes<'_> {
    /// The DER SET OF attributes: the message that is signed.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let content_type = attribute(Oid::CONTENT_TYPE, |writer| writer.oid(Oid::DATA));
        let message_digest = attribute(Oid::MESSAGE_DIGEST, |writer| writer.octet_string(self.content_digest));
        let reference = attribute(Oid::SIGNING_CERTIFICATE_V2, |writer| {
            writer.sequence(|writer| writer.sequence(|writer| self.certificate_identifier(writer)));
        });
        Writer::build(|writer| writer.set_of(Tag::SET, vec![content_type, message_digest, reference]))
    }

    /// ESSCertIDv2 (RFC 5035 4).
    fn certificate_identifier(&self, writer: &mut Writer) {
        writer.sequence(|writer| {
            // DER leaves the default, SHA-256, out.
            if self.digest != DigestAlgorithm::Sha256 {
                digest_identifier(writer, self.digest);
            }
            writer.octet_string(&self.digest.digest(self.certificate.as_der()));
            writer.sequence(|writer| {
                writer.sequence(|writer| writer.constructed(Tag::context(4), |writer| writer.raw(self.certificate.issuer_der())));
                writer.primitive(Tag::INTEGER, self.certificate.serial());
            });
        });
    }
}

/// A detached SignedData with one signer.
pub(crate) struct SignedDataBuilder<'a> {
    pub(crate) digest: DigestAlgorithm,
    pub(crate) algorithm: SignatureAlgorithm,
    /// The signer's certificate first, then its chain.
    pub(crate) certificates: &'a [Certificate],
    /// What [`SignerAttributes::to_der`] gave.
    pub(crate) signed_attributes: &'a [u8],
    pub(crate) signature: &'a [u8],
    /// A timestamp token over `signature`, in DER.
    pub(crate) timestamp: Option<&'a [u8]>,
}

impl SignedDataBuilder<'_> {
    /// The DER ContentInfo.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.oid(Oid::SIGNED_DATA);
                writer.constructed(Tag::context(0), |writer| writer.sequence(|writer| self.signed_data(writer)));
            });
        })
    }

    fn signed_data(&self, writer: &mut Writer) {
        // Version 1: the content is data, and the signer is named by issuer and serial number (RFC 5652 5.1).
        writer.unsigned(1);
        writer.set_of(Tag::SET, vec![Writer::build(|writer| digest_identifier(writer, self.digest))]);
        writer.sequence(|writer| writer.oid(Oid::DATA));
        let certificates = self.certificates.iter().map(|certificate| certificate.as_der().to_vec()).collect();
        writer.set_of(Tag::context(0), certificates);
        writer.constructed(Tag::SET, |writer| writer.sequence(|writer| self.signer_info(writer)));
    }

    fn signer_info(&self, writer: &mut Writer) {
        writer.unsigned(1);
        writer.sequence(|writer| {
            if let Some(signer) = self.certificates.first() {
                writer.raw(signer.issuer_der());
                writer.primitive(Tag::INTEGER, signer.serial());
            }
        });
        digest_identifier(writer, self.digest);
        // [0] IMPLICIT: the same bytes with another tag.
        writer.raw(&[0xA0]);
        writer.raw(self.signed_attributes.get(1..).unwrap_or_default());
        writer.raw(&self.algorithm.to_identifier());
        writer.octet_string(self.signature);
        if let Some(token) = self.timestamp {
            // EN 319 122-1 5.3: the token is an unsigned attribute.
            let stamp = attribute(Oid::SIGNATURE_TIMESTAMP, |writer| writer.raw(token));
            writer.set_of(Tag::context(1), vec![stamp]);
        }
    }

    /// An upper bound for the length of [`Self::to_der`] with a signature value of `value_length` bytes.
    pub(crate) fn estimate(certificates: &[Certificate], value_length: usize) -> usize {
        let chain = certificates.iter().fold(0, |sum: usize, certificate| sum.saturating_add(certificate.as_der().len()));
        // Issuer and serial number stand in the SignerInfo and in the reference.
        let signer = certificates.first().map_or(0, |signer| signer.issuer_der().len().saturating_add(signer.serial().len()));
        FIXED.saturating_add(chain).saturating_add(signer.saturating_mul(2)).saturating_add(value_length)
    }
}

/// More than everything else takes: about 130 bytes of attributes, two digests of 64 bytes, algorithm identifiers of up to 80 bytes, and the
/// tags and lengths around all of it.
const FIXED: usize = 768;

fn attribute(kind: Oid<'_>, value: impl FnOnce(&mut Writer)) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(kind);
            writer.constructed(Tag::SET, value);
        });
    })
}

/// RFC 5754 2: the parameters of SHA-2 are absent.
fn digest_identifier(writer: &mut Writer, digest: DigestAlgorithm) {
    writer.sequence(|writer| writer.oid(digest.oid()));
}
