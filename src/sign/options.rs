//! What to sign with, and how.

use super::check::{self, Scheme};
use super::prepared::{seal, take_in};
use super::request::Request;
use super::timestamper::TOKEN_LENGTH;
use super::{Identity, Padding, Prepared, Signed, Signer, Timestamper};
use crate::cms::SignedDataBuilder;
use crate::crypto::DigestAlgorithm;
use crate::document::Document;
use crate::format::pdf::prepare::{Addition, Draft};
use crate::time::{Time, Zone};
use crate::x509::Certificate;

/// What a certification signature allows afterwards (DocMDP `/P`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certification {
    /// 1: nothing but long-term data.
    NoChanges,
    /// 2: form filling and signing.
    FormFilling,
    /// 3: annotations too.
    Annotations,
}

impl Certification {
    /// The number of the level, 1 to 3.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::NoChanges => 1,
            Self::FormFilling => 2,
            Self::Annotations => 3,
        }
    }

    /// The certification of this level, 1 to 3.
    #[must_use]
    pub const fn from_level(level: u8) -> Option<Self> {
        match level {
            1 => Some(Self::NoChanges),
            2 => Some(Self::FormFilling),
            3 => Some(Self::Annotations),
            _ => None,
        }
    }
}

/// What a signer makes of a document that can show something else than what is signed ([`Document::shadows`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scrutiny {
    /// Signs all the same.
    Accepting,
    /// Refuses to sign a form field that shows another text than its value. The rest is for the caller to say and for people to look at.
    #[default]
    Usual,
    /// Refuses everything of the kind.
    Strict,
}

/// What is special to PDF.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PdfOptions {
    /// The full name of the signature field: an existing empty one, or a new one. `None`: the one empty field there is, else a new one.
    pub field: Option<String>,
    /// Certify instead of approve.
    pub certification: Option<Certification>,
}

/// How to sign.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignOptions {
    /// `/Reason`.
    pub reason: Option<String>,
    /// `/Location`.
    pub location: Option<String>,
    /// `/ContactInfo`.
    pub contact: Option<String>,
    /// The signing time to claim.
    pub time: Time,
    /// The zone that the claimed time is written in.
    pub zone: Zone,
    /// The real time: the certificate must be in date then too.
    pub now: Time,
    /// SHA-256, SHA-384 or SHA-512. `None`: what suits the key.
    pub digest: Option<DigestAlgorithm>,
    /// The RSA scheme.
    pub padding: Padding,
    /// What is special to PDF.
    pub pdf: PdfOptions,
    /// Bytes to reserve for the signature; `None`: estimated from the chain, and from what a timestamp may take.
    pub reserve: Option<usize>,
    /// Bytes that [`Self::prepare`] keeps for a timestamp which [`Prepared::finish_with_timestamp`] will ask for.
    pub timestamp_room: usize,
    /// What is made of a document that can show something else than what is signed.
    pub scrutiny: Scrutiny,
}

impl SignOptions {
    /// Signs at `now`, the real time, and claims it, in UTC; everything else is as it is usual.
    #[must_use]
    pub fn at(now: Time) -> Self {
        Self {
            reason: None,
            location: None,
            contact: None,
            time: now,
            zone: Zone::UTC,
            now,
            digest: None,
            padding: Padding::default(),
            pdf: PdfOptions::default(),
            reserve: None,
            timestamp_room: 0,
            scrutiny: Scrutiny::default(),
        }
    }

    /// With this reason.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// With this location.
    #[must_use]
    pub fn with_location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// With this contact.
    #[must_use]
    pub fn with_contact(mut self, contact: impl Into<String>) -> Self {
        self.contact = Some(contact.into());
        self
    }

    /// With this claimed time, whatever the real one is.
    #[must_use]
    pub const fn with_time(mut self, time: Time, zone: Zone) -> Self {
        self.time = time;
        self.zone = zone;
        self
    }

    /// With this digest.
    #[must_use]
    pub const fn with_digest(mut self, digest: DigestAlgorithm) -> Self {
        self.digest = Some(digest);
        self
    }

    /// With this RSA scheme.
    #[must_use]
    pub const fn with_padding(mut self, padding: Padding) -> Self {
        self.padding = padding;
        self
    }

    /// In the signature field with this full name.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>) -> Self {
        self.pdf.field = Some(name.into());
        self
    }

    /// Certifies instead of approving.
    #[must_use]
    pub const fn with_certification(mut self, certification: Certification) -> Self {
        self.pdf.certification = Some(certification);
        self
    }

    /// With this many bytes reserved for the signature.
    #[must_use]
    pub const fn with_reserve(mut self, bytes: usize) -> Self {
        self.reserve = Some(bytes);
        self
    }

    /// With room for a timestamp in what is prepared: 16 KiB, more than most tokens take.
    #[must_use]
    pub const fn with_timestamp_room(mut self) -> Self {
        self.timestamp_room = TOKEN_LENGTH;
        self
    }

    /// With this scrutiny.
    #[must_use]
    pub const fn with_scrutiny(mut self, scrutiny: Scrutiny) -> Self {
        self.scrutiny = scrutiny;
        self
    }

    /// Signs `document` (B-B).
    ///
    /// # Errors
    /// Refused before the key is touched: an expired or not yet valid certificate, the wrong key usage, SHA-1, RSA below 2048, a document whose
    /// certification forbids it, a document that could only be read by repair, a field that does not exist empty, a form field that shows
    /// another text than its value, and what else [`Scrutiny`] asks for.
    pub fn sign(&self, document: &Document, signer: &dyn Signer) -> crate::Result<Signed> {
        self.sign_by(document, signer, None)
    }

    /// Signs `document`, with a timestamp over the signature (B-T).
    ///
    /// # Errors
    /// As [`Self::sign`]; and [`crate::ErrorKind::Timestamp`] where no timestamp could be had. The key has signed by then, and nothing is kept.
    pub fn sign_with_timestamp(&self, document: &Document, signer: &dyn Signer, timestamper: &dyn Timestamper) -> crate::Result<Signed> {
        self.sign_by(document, signer, Some(timestamper))
    }

    fn sign_by(&self, document: &Document, signer: &dyn Signer, timestamper: Option<&dyn Timestamper>) -> crate::Result<Signed> {
        let identity = signer.identity();
        let scheme = self.check(identity)?;
        check::document(document, self.scrutiny)?;
        let certificates = identity.certificates();
        let room = timestamper.map_or(0, Timestamper::token_length);
        let mut draft = self.draft(document, scheme.digest, &certificates, self.reserve_for(&certificates, &scheme, room))?;
        let mut original = scheme.digest.hasher();
        original.update(document.bytes());
        let mut may_grow = self.reserve.is_none();
        loop {
            let document_digest = draft.digest(original.clone());
            let request = Request::new(&scheme, &document_digest, identity.clone());
            let made = request.cms(&signer.sign(request.algorithm, &request.message)?, timestamper)?;
            if made.cms.len() > draft.reserved() && may_grow {
                may_grow = false;
                draft = self.draft(document, scheme.digest, &certificates, made.cms.len().saturating_add(MARGIN))?;
                continue;
            }
            return seal(document, &draft, (scheme.digest, original), made);
        }
    }

    /// Prepares a signature for a key that is elsewhere.
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub fn prepare(&self, document: &Document, identity: &Identity) -> crate::Result<Prepared> {
        let scheme = self.check(identity)?;
        check::document(document, self.scrutiny)?;
        let certificates = identity.certificates();
        let draft = self.draft(document, scheme.digest, &certificates, self.reserve_for(&certificates, &scheme, self.timestamp_room))?;
        let mut prepared = self.prepared(document, draft, scheme.digest);
        prepared.request = Some(Request::new(&scheme, &prepared.document_digest, identity.clone()));
        Ok(prepared)
    }

    /// Prepares a signature without knowing the certificate: only [`Prepared::finish_with_cms`] can finish it.
    ///
    /// # Errors
    /// As [`Self::sign`], as far as it can be known.
    pub fn prepare_unknown(&self, document: &Document) -> crate::Result<Prepared> {
        let digest = check::digest(self.digest.unwrap_or(DigestAlgorithm::Sha256))?;
        check::document(document, self.scrutiny)?;
        let draft = self.draft(document, digest, &[], self.reserve.unwrap_or(RESERVE_UNKNOWN))?;
        Ok(self.prepared(document, draft, digest))
    }

    fn check(&self, identity: &Identity) -> crate::Result<Scheme> {
        check::certificate(&identity.certificate, [self.time, self.now])?;
        check::scheme(&identity.certificate.key_kind(), self)
    }

    /// `room` is for a timestamp.
    fn reserve_for(&self, certificates: &[Certificate], scheme: &Scheme, room: usize) -> usize {
        let estimate = || SignedDataBuilder::estimate(certificates, scheme.value_length).saturating_add(room).saturating_add(MARGIN);
        self.reserve.unwrap_or_else(estimate)
    }

    fn draft(&self, document: &Document, digest: DigestAlgorithm, certificates: &[Certificate], reserve: usize) -> crate::Result<Draft> {
        let addition = Addition {
            field: self.pdf.field.as_deref(),
            certification: self.pdf.certification.map(Certification::level),
            reason: self.reason.as_deref(),
            location: self.location.as_deref(),
            contact: self.contact.as_deref(),
            time: self.time,
            zone: self.zone,
            digest,
            certificates,
            reserve,
        };
        Draft::new(document.pdf(), &addition)
    }

    fn prepared(&self, document: &Document, draft: Draft, digest: DigestAlgorithm) -> Prepared {
        let (original, sha256) = take_in(document.bytes(), digest);
        let document_digest = draft.digest(original);
        Prepared { draft, original: (document.bytes().len(), sha256), digest, document_digest, request: None, time: self.time }
    }
}

/// Beyond the estimate, so that rounding in it does not matter.
const MARGIN: usize = 256;

/// For a signature that nothing is known of: a chain of four certificates, and a timestamp.
const RESERVE_UNKNOWN: usize = 16 << 10;
