//! What is so about the signatures of a document: no verdicts.

use crate::cms::CmsFacts;
use crate::message::Message;
use crate::time::{Time, Zone};

/// What a signature dictionary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureKind {
    /// A timestamp over the document (`ETSI.RFC3161`).
    DocumentTimestamp,
    /// A person's or an agency's signature.
    Signature,
}

/// Where the claimed signing time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TimeSource {
    /// In the signing-time attribute of the CMS.
    Attribute,
    /// In `/M` of the signature dictionary.
    Dictionary,
}

/// The time the signer says; it proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct ClaimedTime {
    /// The time.
    pub time: Time,
    /// The zone it was written in.
    pub zone: Zone,
    /// Where it stands.
    pub source: TimeSource,
}

/// Where the widget of a signature is.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// The page, from 1.
    pub page: u64,
    /// Left, bottom, right, top in points, origin at the bottom left.
    pub rect: [f64; 4],
}

/// What bytes a signature protects.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct CoverageFacts {
    /// `/ByteRange` as read, empty where there is none.
    pub byte_range: Vec<i64>,
    /// The revision that the signed bytes are, from 1; `None` where they are no whole revision.
    pub revision: Option<u64>,
    /// The number of revisions in the file.
    pub revisions: u64,
    /// Whether the signed bytes reach to the end of the file.
    pub whole_file: bool,
}

/// How far a later change goes; the lowest level that allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeLevel {
    /// No change at all.
    Nothing,
    /// DSS, document timestamps and their fields.
    LongTermData,
    /// Form filling and signing.
    FormFilling,
    /// Annotations.
    Annotations,
    /// Everything else.
    Other,
}

/// One thing that a later revision did.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Change {
    /// The revision that did it, from 1.
    pub revision: u64,
    /// How far it goes.
    pub level: ChangeLevel,
    /// Whether it can cover, on a page, what a certification that is in force was made for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub covers: bool,
    /// What it is, in words: an id of the catalogue (`later.…`), with `revision`, `page`, `field`, `old`, `new`, `kind`, `subtype`,
    /// `left`, `bottom`, `right`, `top` (points) and `object` as they apply.
    pub message: Message,
}

/// What happened to the document after the signature.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Later {
    /// The highest level of all changes; `None` where it could not be found out, and then nothing is allowed.
    pub level: Option<ChangeLevel>,
    /// The highest level that this signature, those before it and their locks allow.
    pub allowed: ChangeLevel,
    /// The changes, oldest first; at most 100 are kept.
    pub changes: Vec<Change>,
}

/// What is so about one signature. A rule that does not hold is in `findings`, by the id of its check (`coverage.…`, `format.…`).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct SignatureFacts {
    /// The kind.
    pub kind: SignatureKind,
    /// The full name of the field; `None` where no field refers to the dictionary.
    pub field: Option<String>,
    /// `/SubFilter`.
    pub sub_filter: Option<String>,
    /// The claimed signing time.
    pub claimed_time: Option<ClaimedTime>,
    /// `/Name`.
    pub name: Option<String>,
    /// `/Reason`.
    pub reason: Option<String>,
    /// `/Location`.
    pub location: Option<String>,
    /// `/ContactInfo`.
    pub contact: Option<String>,
    /// Where it is shown; `None` where it is invisible.
    pub place: Option<Place>,
    /// The level of a certification signature (DocMDP `/P`, 1 to 3).
    pub certification: Option<u8>,
    /// What bytes it protects.
    pub coverage: CoverageFacts,
    /// What came after it.
    pub later: Later,
    /// The cryptographic facts; `None` where `/Contents` could not be read at all.
    pub cms: Option<CmsFacts>,
    /// `true` where `/Contents` is empty, or zeros only: a signature that was prepared and never made.
    pub unsigned: bool,
    /// Every rule that does not hold.
    pub findings: Vec<Message>,
}

/// What is so about the whole document.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct DocumentFacts {
    /// `pdf`.
    pub format: String,
    /// The number of bytes.
    pub bytes: u64,
    /// SHA-256 of all bytes, lower-case hexadecimal; `None` where nobody asked for it.
    pub sha256: Option<String>,
    /// The number of pages, where the page tree is readable.
    pub pages: Option<u64>,
    /// The number of revisions.
    pub revisions: u64,
    /// What was repaired to read it, and what is odd about the whole of it (`document.…`).
    pub findings: Vec<Message>,
    /// The signatures and document timestamps, in the order of their revisions.
    pub signatures: Vec<SignatureFacts>,
}

/// How a signature stands to the revision that it is listed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureState {
    /// The revision is not what was signed, or the signature value is not that of the certificate.
    Differs,
    /// The revision is what was signed, and the value is that of the certificate. Whose certificate it is, nobody has looked at.
    Fits,
    /// What it says it signs is no whole revision; it came with this one.
    NoRevision,
    /// It could not be compared.
    Unknown,
    /// It was prepared and never made.
    Unsigned,
}

/// A signature or document timestamp as one revision of the document has it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct RevisionSignature {
    /// Its number among [`DocumentFacts::signatures`], from 1.
    pub number: u64,
    /// The kind.
    pub kind: SignatureKind,
    /// The full name of the field; `None` where no field refers to it.
    pub field: Option<String>,
    /// What the certificate calls the signer, or else `/Name`. Nobody has looked at whether that is so.
    pub signer: Option<String>,
    /// The organisation in the certificate.
    pub organization: Option<String>,
    /// The claimed signing time.
    pub claimed_time: Option<ClaimedTime>,
    /// The time of a document timestamp.
    pub timestamp: Option<Time>,
    /// How it stands to the revision.
    pub state: SignatureState,
}

/// What is so about one revision.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct RevisionFacts {
    /// Its number, from 1.
    pub number: u64,
    /// It is the bytes of the file before this offset.
    pub end: u64,
    /// Whether it is no revision that was written, but what a scan found in a damaged file.
    pub rebuilt: bool,
    /// The signatures whose signed bytes it is, and those that came with it and sign no revision.
    pub signatures: Vec<RevisionSignature>,
    /// The highest level of change that the signatures before it allow; `None` where none is before it.
    pub allowed: Option<ChangeLevel>,
    /// What it did to the revision before it, at most 100 changes; `None` where it could not be found out. The first has none.
    pub changes: Option<Vec<Change>>,
}

/// The revisions of a document: what stood in the file when.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct History {
    /// The name of the document, as it was given.
    pub name: Option<String>,
    /// The number of bytes of the file.
    pub bytes: u64,
    /// The revisions, oldest first.
    pub revisions: Vec<RevisionFacts>,
}
