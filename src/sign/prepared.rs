//! A signature half made.

use super::check::{self, refused};
use super::proof::{Claim, Proof};
use super::request::{Made, Request};
use super::{Identity, Signed, Timestamper};
use crate::cms::{CmsFacts, ContentDigests, Match, ReferenceMatch, SignedData};
use crate::crypto::{DigestAlgorithm, Hasher};
use crate::document::Document;
use crate::error::ErrorKind;
use crate::format::pdf::prepare::{Draft, TooSmall};
use crate::limits::Budget;
use crate::message::{Message, id};
use crate::time::Time;

/// A signature that waits for its value. It can be stored, and goes on another day.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) draft: Draft,
    /// The original's length and SHA-256.
    pub(super) original: (usize, Vec<u8>),
    pub(super) digest: DigestAlgorithm,
    pub(super) document_digest: Vec<u8>,
    /// What is asked of the key; `None` where the certificate is not known.
    pub(super) request: Option<Request>,
    /// The claimed time.
    pub(super) time: Time,
}

impl Prepared {
    /// The digest of the bytes that will be signed (of the document, the hole left out).
    #[must_use]
    pub fn document_digest(&self) -> &[u8] {
        &self.document_digest
    }

    /// The algorithm of [`Self::document_digest`] and [`Self::digest`].
    #[must_use]
    pub const fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest
    }

    /// The scheme to sign [`Self::message`] with; `None` after `prepare_unknown`.
    #[must_use]
    pub fn algorithm(&self) -> Option<crate::crypto::SignatureAlgorithm> {
        self.request.as_ref().map(|request| request.algorithm)
    }

    /// Who will sign; `None` after `prepare_unknown`.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.request.as_ref().map(|request| &request.identity)
    }

    /// The message to sign (the DER signed attributes); `None` after `prepare_unknown`.
    #[must_use]
    pub fn message(&self) -> Option<&[u8]> {
        self.request.as_ref().map(|request| request.message.as_slice())
    }

    /// The digest of [`Self::message`], for keys that sign digests.
    #[must_use]
    pub fn digest(&self) -> Option<Vec<u8>> {
        self.request.as_ref().map(|request| self.digest.digest(&request.message))
    }

    /// The full name of the field that will hold the signature.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.draft.field
    }

    /// Finishes with a signature value over [`Self::message`]; it is checked before it goes in. `document` is the one that was prepared.
    ///
    /// An RSA value is the raw number, an ECDSA value DER or r‖s.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Signature`] where the value does not fit; [`crate::ErrorKind::Argument`] where the document is another one.
    pub fn finish(&self, document: &Document, signature: &[u8]) -> crate::Result<Signed> {
        self.finish_by(document, signature, None)
    }

    /// As [`Self::finish`], with a timestamp over the signature (B-T). The preparation should have kept room for it
    /// ([`crate::SignOptions::with_timestamp_room`]).
    ///
    /// # Errors
    /// As [`Self::finish`]; [`crate::ErrorKind::Timestamp`] where no timestamp could be had, and [`crate::ErrorKind::Refused`] with the number
    /// of bytes needed where there is no room for it.
    pub fn finish_with_timestamp(&self, document: &Document, signature: &[u8], timestamper: &dyn Timestamper) -> crate::Result<Signed> {
        self.finish_by(document, signature, Some(timestamper))
    }

    fn finish_by(&self, document: &Document, signature: &[u8], timestamper: Option<&dyn Timestamper>) -> crate::Result<Signed> {
        let Some(request) = &self.request else { return Err(crate::Error::new(ErrorKind::Argument, Message::new(id::SIGN_NEEDS_CMS))) };
        let original = self.take_in(document)?;
        check::certificate(&request.identity.certificate, [self.time])?;
        seal(document, &self.draft, (self.digest, original), request.cms(signature, timestamper)?)
    }

    /// Finishes with a whole CMS made elsewhere, which is verified before it goes in.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_with_cms(&self, document: &Document, cms: &[u8]) -> crate::Result<Signed> {
        let original = self.take_in(document)?;
        self.check_cms(document, cms)?;
        seal(document, &self.draft, (self.digest, original), Made { cms: cms.to_vec(), timestamp: None })
    }

    /// The stored form: JSON, `kyso.prepared/1`. It holds the appended bytes, not the document, and the SHA-256 of the document.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        super::stored::write(self)
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where it is none, of another version, or was changed.
    pub fn from_bytes(bytes: &[u8]) -> crate::Result<Self> {
        super::stored::read(bytes)
    }

    /// Makes sure that `document` is the one that was prepared, and gives a digest that has taken it in.
    fn take_in(&self, document: &Document) -> crate::Result<Hasher> {
        let differs = || crate::Error::new(ErrorKind::Argument, Message::new(id::SIGN_DOCUMENT_DIFFERS));
        let (length, sha256) = &self.original;
        if document.bytes().len() != *length {
            return Err(differs());
        }
        let (original, actual) = take_in(document.bytes(), self.digest);
        if actual != *sha256 {
            return Err(differs());
        }
        if !self.draft.is_consistent(*length) || self.draft.digest(original.clone()) != self.document_digest {
            return Err(crate::Error::new(ErrorKind::Format, Message::new(id::SIGN_PREPARED_BROKEN)));
        }
        Ok(original)
    }

    /// Everything that a CMS from elsewhere must fulfil. What is built here fulfils it by construction.
    fn check_cms(&self, document: &Document, cms: &[u8]) -> crate::Result<()> {
        let limits = document.pdf().budget().limits();
        let unreadable = || rejected(Message::new(id::SIGN_CMS_UNREADABLE));
        if cms.get(1) == Some(&INDEFINITE_LENGTH) {
            return Err(unreadable());
        }
        let signed_data = SignedData::parse(cms, limits.asn1_depth).map_err(|error| unreadable().because(error))?;
        if !signed_data.trailing.is_empty() {
            return Err(unreadable());
        }
        if signed_data.encapsulated_content().is_some() {
            return Err(rejected(Message::new(id::SIGN_CMS_CONTENT)));
        }
        for digest in signed_data.content_digests() {
            if digest != self.digest {
                let message = Message::new(id::SIGN_CMS_DIGEST).with("digest", digest.name()).with("wanted", self.digest.name());
                return Err(rejected(message));
            }
        }
        let digests = vec![(self.digest, self.document_digest.clone())];
        let known = self.request.as_ref().map(|request| request.identity.certificates()).unwrap_or_default();
        let content = ContentDigests { digests, ..ContentDigests::default() };
        let facts = crate::cms::verify(&signed_data, &content, &known, &Budget::new(limits.clone()))?;
        self.check_facts(&facts)
    }

    fn check_facts(&self, facts: &CmsFacts) -> crate::Result<()> {
        let (Match::Matches, Match::Matches, Some(signer)) = (facts.content, facts.value, &facts.signer) else {
            return Err(rejected(Message::new(id::SIGN_CMS_MISMATCH)));
        };
        if facts.signing_certificate != ReferenceMatch::Matches {
            return Err(rejected(Message::new(id::SIGN_CMS_REFERENCE)));
        }
        if let Some(finding) = facts.findings.first() {
            return Err(rejected(Message::new(id::SIGN_CMS_RULE).with("finding", finding.id())));
        }
        if self.request.as_ref().is_some_and(|request| request.identity.certificate != *signer) {
            return Err(rejected(Message::new(id::SIGN_CMS_SIGNER)));
        }
        // A reader finds no certificate that the message does not carry.
        if !facts.certificates.contains(signer) {
            return Err(rejected(Message::new(id::SIGN_CMS_CERTIFICATE)));
        }
        if let Some(digest) = facts.algorithm.and_then(crate::crypto::SignatureAlgorithm::digest) {
            check::digest(digest)?;
        }
        check::certificate(signer, [self.time])
    }
}

/// A digest that has taken in `bytes`, and their SHA-256; the bytes are read once.
pub(super) fn take_in(bytes: &[u8], digest: DigestAlgorithm) -> (Hasher, Vec<u8>) {
    let mut hasher = digest.hasher();
    if digest == DigestAlgorithm::Sha256 {
        hasher.update(bytes);
        let sha256 = hasher.clone().finish();
        return (hasher, sha256);
    }
    let mut sha256 = DigestAlgorithm::Sha256.hasher();
    for block in bytes.chunks(BLOCK) {
        hasher.update(block);
        sha256.update(block);
    }
    (hasher, sha256.finish())
}

/// Puts the signature into its hole. `original` has taken the document in, by the digest beside it.
pub(super) fn seal(document: &Document, draft: &Draft, (digest, original): (DigestAlgorithm, Hasher), made: Made) -> crate::Result<Signed> {
    let appended = draft.fill(&made.cms).map_err(too_small)?;
    let is_stamped = made.timestamp.is_some();
    let claim = Claim { digest, original, field: draft.field.clone(), hole: draft.hole, cms: made.cms, is_stamped };
    let mut signed = Signed::new(document, appended, draft.field.clone(), Proof::new(document, claim)?)?;
    signed.timestamp = made.timestamp;
    Ok(signed)
}

fn too_small(too_small: TooSmall) -> crate::Error {
    refused(Message::new(id::SIGN_HOLE_TOO_SMALL).with("needed", too_small.needed).with("reserved", too_small.reserved))
}

fn rejected(message: Message) -> crate::Error {
    crate::Error::new(ErrorKind::Signature, message)
}

/// What stays in the processor's cache between two digests.
const BLOCK: usize = 64 << 10;

/// BER's way of a length to come; PAdES asks for DER.
const INDEFINITE_LENGTH: u8 = 0x80;
