//! What is so about one CMS signature.

use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::message::Message;
use crate::time::Time;
use crate::x509::Certificate;

/// Whether a value fits what it should fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Match {
    /// It was compared, and differs.
    Differs,
    /// It was compared, and is equal.
    Matches,
    /// It could not be compared.
    Unchecked,
}

/// What the signed attributes say about the signer's certificate (ESS signing-certificate, v1 or v2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReferenceMatch {
    /// There is no such attribute.
    Absent,
    /// The attribute names another certificate.
    Differs,
    /// The attribute names the certificate that the signature was checked with.
    Matches,
}

/// What is so about one timestamp over a signature value. It belongs to its signature where the imprint, the content and the value fit.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct TimestampFacts {
    /// Whether its imprint is the digest of the signature value.
    pub imprint: Match,
    /// The token itself, a message with one signer: the authority. `None` where it could not be read at all.
    pub token: Option<Box<CmsFacts>>,
}

impl TimestampFacts {
    /// The time that the token states; `None` where it could not be read at all.
    #[must_use]
    pub fn time(&self) -> Option<Time> {
        self.token.as_ref()?.timestamp_time
    }

    /// Whether the message digest of the token fits what it states.
    #[must_use]
    pub fn content(&self) -> Match {
        self.token.as_ref().map_or(Match::Unchecked, |token| token.content)
    }

    /// Whether the signature value of the token fits it and the key of the authority.
    #[must_use]
    pub fn value(&self) -> Match {
        self.token.as_ref().map_or(Match::Unchecked, |token| token.value)
    }

    /// The certificate of the authority, where the token or the message carries or the caller gave it.
    #[must_use]
    pub fn authority(&self) -> Option<&Certificate> {
        self.token.as_ref()?.signer.as_ref()
    }
}

/// What a timestamp token states besides its time (TSTInfo, RFC 3161 2.4.2).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct StatedFacts {
    /// The policy of the authority, in numbers with dots between them.
    pub policy: String,
    /// The serial number of the token, in hexadecimal.
    pub serial: String,
    /// How many microseconds the time may be off; `None` where the token does not say it, or not in a way that can be read.
    pub accuracy: Option<u64>,
    /// The digest algorithm of the imprint, where it is known.
    pub imprint_algorithm: Option<DigestAlgorithm>,
}

/// What is so about one signer of a CMS message, or about a raw signature value with its certificate.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct CmsFacts {
    /// Digest and scheme of the signature, where both are known.
    pub algorithm: Option<SignatureAlgorithm>,
    /// The digest of the document in signed attributes (or in the encapsulated content of adbe.pkcs7.sha1).
    pub content_digest_algorithm: Option<DigestAlgorithm>,
    /// The identifiers as written, for people, where the algorithm is unknown: digest / signature.
    pub algorithm_text: String,
    /// Whether the message digest fits the signed bytes.
    pub content: Match,
    /// Whether the signature value fits the signed attributes (or the content) and the signer's key.
    pub value: Match,
    /// The signer's certificate, where the message carries or the caller gave it.
    pub signer: Option<Certificate>,
    /// Every certificate in the message, the signer's included, in order.
    pub certificates: Vec<Certificate>,
    /// DER CRLs in the message (SignedData.crls and adbe-revocationInfoArchival).
    #[serde(with = "crate::cms::base64_list")]
    pub crls: Vec<Vec<u8>>,
    /// DER OCSP responses in the message.
    #[serde(with = "crate::cms::base64_list")]
    pub ocsp_responses: Vec<Vec<u8>>,
    /// The signed reference to the signer's certificate.
    pub signing_certificate: ReferenceMatch,
    /// Whether there are signed attributes.
    pub signed_attributes: bool,
    /// The signing-time attribute.
    pub signing_time: Option<Time>,
    /// Whether an unsigned signature timestamp is there (level B-T or more, not yet checked).
    pub has_signature_timestamp: bool,
    /// What is so about each unsigned signature timestamp, in order.
    pub signature_timestamps: Vec<TimestampFacts>,
    /// The time of a timestamp token (TSTInfo genTime), where this is one.
    pub timestamp_time: Option<Time>,
    /// What else a timestamp token states, where this is one.
    pub stated: Option<StatedFacts>,
    /// Every rule that does not hold: ids of checks (`cms.…`), with their values.
    pub findings: Vec<Message>,
}
