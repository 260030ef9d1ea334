//! What a signer's message digest is over, and what that has to do with the document.

#![warn(clippy::arithmetic_side_effects)]

use super::tsp::TimestampInfo;
use super::verify::ContentDigests;
use super::{CmsFacts, Match, SignedData, StatedFacts, timestamp};
use crate::asn1::Oid;
use crate::crypto::{DigestAlgorithm, Input};
use crate::message::{Message, id};

/// The content that the signer signed: the document itself, or encapsulated bytes that must be linked to the document.
pub(super) struct Subject<'a> {
    digests: &'a ContentDigests,
    content_type: Oid<'a>,
    /// The bytes inside the message, where those are what is signed.
    encapsulated: Option<&'a [u8]>,
    /// Whether the signed bytes are, or stand for, the document.
    linked: Match,
    /// The digest algorithm of the link, where there is one.
    link_algorithm: Option<DigestAlgorithm>,
}

impl<'a> Subject<'a> {
    /// Finds out what is signed by the kind of signature; what is wrong with it goes to the findings.
    pub(super) fn of(signed_data: &'a SignedData<'_>, digests: &'a ContentDigests, facts: &mut CmsFacts) -> Self {
        let mut subject =
            Self { digests, content_type: signed_data.content_type, encapsulated: None, linked: Match::Matches, link_algorithm: None };
        if digests.timestamp {
            subject.link_timestamp(signed_data.encapsulated_content(), facts);
        } else if digests.sha1_in_content {
            subject.link_sha1(signed_data.encapsulated_content(), facts);
        } else if let Some(content) = signed_data.encapsulated_content() {
            let finding = encapsulated_in_detached(content, digests);
            facts.findings.push(Message::new(finding));
        }
        subject
    }

    /// RFC 3161 2.4.2: the imprint in TSTInfo is the digest of what the time is for.
    fn link_timestamp(&mut self, content: Option<&'a [u8]>, facts: &mut CmsFacts) {
        self.encapsulated = Some(content.unwrap_or_default());
        self.linked = Match::Unchecked;
        let info = content.filter(|_| self.content_type == Oid::TST_INFO).and_then(TimestampInfo::parse);
        let Some(info) = info else {
            facts.findings.push(Message::new(id::CMS_TIMESTAMP_CONTENT));
            return;
        };
        facts.timestamp_time = Some(info.time);
        facts.stated = Some(StatedFacts::of(&info));
        facts.findings.extend(timestamp::findings(&info));
        self.link_algorithm = info.imprint_algorithm;
        let Some(digest) = info.imprint_algorithm.and_then(|algorithm| self.digests.of(algorithm)) else {
            facts.findings.push(Message::new(id::CMS_IMPRINT_UNSUPPORTED));
            return;
        };
        self.linked = Match::of(digest == info.imprint);
        if self.linked == Match::Differs {
            facts.findings.push(Message::new(id::CMS_TIMESTAMP_IMPRINT));
        }
    }

    /// ISO 32000-2 12.8.3.3.1: the content of adbe.pkcs7.sha1 is the SHA-1 digest of the byte range.
    fn link_sha1(&mut self, content: Option<&'a [u8]>, facts: &mut CmsFacts) {
        self.encapsulated = Some(content.unwrap_or_default());
        self.link_algorithm = Some(DigestAlgorithm::Sha1);
        self.linked = Match::Unchecked;
        match (content, self.digests.of(DigestAlgorithm::Sha1)) {
            (Some(content), Some(digest)) if content.len() == DigestAlgorithm::Sha1.length() => self.linked = Match::of(content == digest),
            (Some(content), None) if content.len() == DigestAlgorithm::Sha1.length() => {}
            _ => facts.findings.push(Message::new(id::CMS_SHA_ONE_CONTENT)),
        }
    }

    /// RFC 5652 11.1: the attribute names the type of the content; and that type is the one that belongs to the kind of signature.
    pub(super) fn check_content_type(&self, attribute: Option<Oid<'_>>, facts: &mut CmsFacts) {
        let wanted = if self.digests.timestamp { Oid::TST_INFO } else { Oid::DATA };
        if attribute != Some(self.content_type) || self.content_type != wanted {
            facts.findings.push(Message::new(id::CMS_CONTENT_TYPE).with("type", self.content_type.to_string()));
        }
    }

    /// Whether the signed bytes stand for the document, where they are not the document itself.
    pub(super) const fn linked(&self) -> Match {
        self.linked
    }

    /// The digest algorithm that protects the document.
    pub(super) fn document_digest_algorithm(&self, digest: Option<DigestAlgorithm>) -> Option<DigestAlgorithm> {
        if self.encapsulated.is_some() { self.link_algorithm } else { digest }
    }

    /// Compares the message-digest attribute with the signed content, and that with the document.
    pub(super) fn compare(&self, algorithm: Option<DigestAlgorithm>, message_digest: Option<&[u8]>, facts: &mut CmsFacts) -> Match {
        let Some(message_digest) = message_digest else {
            facts.findings.push(Message::new(id::CMS_MESSAGE_DIGEST));
            return Match::Unchecked.and(self.linked);
        };
        let Some(algorithm) = algorithm else { return Match::Unchecked.and(self.linked) };
        let equal = match self.encapsulated {
            Some(bytes) => Match::of(algorithm.digest(bytes) == message_digest),
            None => self.digests.of(algorithm).map_or(Match::Unchecked, |digest| Match::of(digest == message_digest)),
        };
        equal.and(self.linked)
    }

    /// What a value without signed attributes is checked over. `None` where it takes the whole content, and only its digest is here.
    pub(super) fn input(&self, digest: Option<DigestAlgorithm>) -> Option<Input<'a>> {
        match self.encapsulated {
            Some(bytes) => Some(Input::Message(bytes)),
            None => self.digests.of(digest?).map(Input::Digest),
        }
    }

    /// Whether the content may be signed attributes of another message, passed off as content
    /// (draft-ietf-lamps-cms-euf-cma-signeddata): it starts as a SET OF Attribute does.
    pub(super) fn reads_as_attributes(&self) -> bool {
        let start = self.encapsulated.unwrap_or(&self.digests.start);
        let Some((0x31, rest)) = start.split_first() else { return false };
        let Some(body) = behind_length(rest) else { return false };
        let Some((0x30, rest)) = body.split_first() else { return false };
        behind_length(rest).and_then(|body| body.first()) == Some(&0x06)
    }
}

/// Which rule encapsulated content breaks in a detached signature.
fn encapsulated_in_detached(content: &[u8], digests: &ContentDigests) -> &'static str {
    if content.is_empty() {
        return id::CMS_ENCAPSULATED_CONTENT_EMPTY;
    }
    let known = !digests.digests.is_empty();
    if known && digests.digests.iter().all(|(algorithm, digest)| algorithm.digest(content) == *digest) {
        id::CMS_ENCAPSULATED_CONTENT_EQUAL
    } else {
        id::CMS_ENCAPSULATED_CONTENT
    }
}

/// What follows the length bytes at the start of `bytes`; the content itself may be cut off.
fn behind_length(bytes: &[u8]) -> Option<&[u8]> {
    let (first, rest) = bytes.split_first()?;
    let count = if *first < 0x80 { 0 } else { usize::from(first & 0x7F) };
    rest.get(count..)
}

impl Match {
    pub(super) const fn of(equal: bool) -> Self {
        if equal { Self::Matches } else { Self::Differs }
    }

    /// Both must fit; one that differs decides.
    pub(super) const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Differs, _) | (_, Self::Differs) => Self::Differs,
            (Self::Matches, Self::Matches) => Self::Matches,
            _ => Self::Unchecked,
        }
    }
}
