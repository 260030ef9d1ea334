//! What is asked of the key, and the signature that its answer makes.

use super::check::{self, Scheme};
use super::timestamper::stamp;
use super::{Identity, Padding, Timestamp, Timestamper};
use crate::asn1::{Tag, Writer};
use crate::cms::{SignedDataBuilder, SignerAttributes};
use crate::crypto::{DigestAlgorithm, Input, KeyKind, SignatureAlgorithm};
use crate::error::ErrorKind;
use crate::message::{Message, id};
use crate::x509::Certificate;

/// A message to sign, and what belongs around the value.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) digest: DigestAlgorithm,
    pub(super) algorithm: SignatureAlgorithm,
    /// The DER signed attributes.
    pub(super) message: Vec<u8>,
    /// The signer's certificate, and its issuers.
    pub(super) identity: Identity,
}

/// A CMS signature, ready for its hole.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) cms: Vec<u8>,
    /// What the timestamp states that was asked for.
    pub(super) timestamp: Option<Timestamp>,
}

impl Request {
    pub(super) fn new(scheme: &Scheme, document_digest: &[u8], identity: Identity) -> Self {
        let attributes = SignerAttributes { digest: scheme.digest, content_digest: document_digest, certificate: &identity.certificate };
        Self { digest: scheme.digest, algorithm: scheme.algorithm, message: attributes.to_der(), identity }
    }

    /// Whether this is what [`Self::new`] makes for the digest of a document. A stored request must prove it.
    pub(super) fn is_consistent(&self, document_digest: &[u8]) -> bool {
        let padding = if matches!(self.algorithm, SignatureAlgorithm::RsaPss { .. }) { Padding::Pss } else { Padding::Pkcs1 };
        let Ok(scheme) = check::scheme_of(&self.identity.certificate.key_kind(), Some(self.digest), padding) else { return false };
        scheme.algorithm == self.algorithm && Self::new(&scheme, document_digest, self.identity.clone()).message == self.message
    }

    /// The CMS signature with the value `answer`, which must fit the certificate's key. A timestamp over it is asked of `timestamper`.
    pub(super) fn cms(&self, answer: &[u8], timestamper: Option<&dyn Timestamper>) -> crate::Result<Made> {
        let value = self.fitting(answer).ok_or_else(|| {
            let message = Message::new(id::SIGN_VALUE_MISMATCH).with("name", check::name(&self.identity.certificate));
            crate::Error::new(ErrorKind::Signature, message)
        })?;
        let stamp = timestamper.map(|timestamper| stamp(&value, &self.identity.certificate, timestamper)).transpose()?;
        let certificates = self.identity.certificates();
        let builder = SignedDataBuilder {
            digest: self.digest,
            algorithm: self.algorithm,
            certificates: &certificates,
            signed_attributes: &self.message,
            signature: &value,
            timestamp: stamp.as_ref().map(|stamp| stamp.token.as_slice()),
        };
        Ok(Made { cms: builder.to_der(), timestamp: stamp.map(|stamp| stamp.timestamp) })
    }

    /// The value as CMS has it: as it was answered, or where that is r‖s of ECDSA (tokens and services give it so), in DER.
    fn fitting(&self, answer: &[u8]) -> Option<Vec<u8>> {
        let key = self.identity.certificate.public_key();
        let fits = |value: &[u8]| key.verify(self.algorithm, Input::Message(&self.message), value).is_ok();
        if fits(answer) {
            return Some(answer.to_vec());
        }
        let KeyKind::Ec { bits, .. } = key.kind() else { return None };
        let length = usize::try_from(bits.div_ceil(8)).ok()?;
        if length.checked_mul(2) != Some(answer.len()) {
            return None;
        }
        let (r, s) = answer.split_at_checked(length)?;
        let value = Writer::build(|writer| {
            writer.sequence(|writer| {
                unsigned(writer, r);
                unsigned(writer, s);
            });
        });
        fits(&value).then_some(value)
    }
}

/// A non-negative INTEGER of any length.
fn unsigned(writer: &mut Writer, bytes: &[u8]) {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(zeros..).unwrap_or_default();
    let sign: &[u8] = if digits.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    writer.primitive(Tag::INTEGER, &[sign, digits].concat());
}

impl Identity {
    /// The signer's certificate first, then its issuers.
    pub(super) fn certificates(&self) -> Vec<Certificate> {
        std::iter::once(&self.certificate).chain(&self.chain).cloned().collect()
    }
}
