//! What a signed document must prove about itself before anybody gets it.

use crate::bytes::{Bytes, Span};
use crate::cms::{ContentDigests, Match, SignedData, TimestampFacts};
use crate::crypto::{DigestAlgorithm, Hasher};
use crate::document::Document;
use crate::error::ErrorKind;
use crate::evidence::Evidence;
use crate::format::SignatureFacts;
use crate::format::pdf::field::FieldTree;
use crate::format::pdf::{self, OpenOptions, Pdf, Value};
use crate::limits::{Budget, Limits};
use crate::message::{Message, id};

/// The claims about a signed document, made before the signature is in.
pub(super) struct Proof {
    options: OpenOptions,
    limits: Limits,
    /// The revisions that the original has.
    revisions: usize,
    /// What the original's signatures were.
    before: Vec<SignatureFacts>,
    digest: DigestAlgorithm,
    /// Has taken in the original, whose bytes need not be read again.
    original: Hasher,
    length: usize,
    field: String,
    /// The `/Contents` string in the whole, brackets included.
    contents: Span,
    cms: Vec<u8>,
    is_stamped: bool,
}

/// What is claimed about the new signature.
pub(super) struct Claim {
    pub(super) digest: DigestAlgorithm,
    pub(super) original: Hasher,
    pub(super) field: String,
    /// The `/Contents` string in the appended bytes, brackets included.
    pub(super) hole: Span,
    pub(super) cms: Vec<u8>,
    /// Whether there is a timestamp over the signature that was asked for.
    pub(super) is_stamped: bool,
}

impl Proof {
    pub(super) fn new(document: &Document, claim: Claim) -> crate::Result<Self> {
        let pdf = document.pdf();
        let length = document.bytes().len();
        let shifted = |offset: usize| length.checked_add(offset).ok_or_else(failed);
        let tree = FieldTree::read(pdf.last())?;
        let signed = tree.fields().any(|(_, node)| node.value.is_some());
        Ok(Self {
            options: pdf.options().clone(),
            limits: pdf.budget().limits().clone(),
            revisions: pdf.revisions().len(),
            before: if signed { pdf::examine(pdf, &Evidence::new())?.signatures } else { Vec::new() },
            digest: claim.digest,
            original: claim.original,
            length,
            field: claim.field,
            contents: Span::new(shifted(claim.hole.start)?, shifted(claim.hole.end)?),
            cms: claim.cms,
            is_stamped: claim.is_stamped,
        })
    }

    /// Reads `whole` as anybody would, and compares.
    pub(super) fn check(&self, whole: Bytes) -> crate::Result<()> {
        let budget = Budget::new(self.limits.clone());
        let pdf = Pdf::open(whole, &self.options, &budget).map_err(|error| failed().because(error))?;
        let last = pdf.revisions().last().ok_or_else(failed)?;
        let is_one_more = pdf.revisions().len() == self.revisions.saturating_add(1) && last.end == pdf.bytes().len();
        if !pdf.repairs().is_empty() || !is_one_more || !self.is_signature_there(&pdf)? || !self.is_intact(&pdf, &budget)? {
            return Err(failed());
        }
        if !self.before.is_empty() {
            self.check_earlier(&pdf)?;
        }
        // A stored preparation is hostile: what the key signs is the document that was shown, and nothing put into it on the way.
        if pdf::diff::only_signs(&pdf)? { Ok(()) } else { Err(failed()) }
    }

    /// The field holds the signature dictionary with the range and the value that were meant.
    fn is_signature_there(&self, pdf: &Pdf) -> crate::Result<bool> {
        let view = pdf.last();
        let tree = FieldTree::read(view)?;
        let Some(value) = tree.named(&self.field).and_then(|(_, node)| node.value.clone()) else { return Ok(false) };
        let Value::Dictionary(signature) = view.resolve(&value)?.value else { return Ok(false) };
        let range: Option<Vec<_>> = view
            .get(&signature, b"ByteRange")?
            .and_then(|range| range.value.as_array().map(|range| range.0.iter().map(|number| number.value.as_integer()).collect()))
            .unwrap_or_default();
        let end = pdf.bytes().len().checked_sub(self.contents.end).ok_or_else(failed)?;
        let meant: Option<Vec<_>> =
            [0, self.contents.start, self.contents.end, end].into_iter().map(|number| i64::try_from(number).ok()).collect();
        let Some(contents) = signature.get(b"Contents") else { return Ok(false) };
        let Some(text) = contents.value.as_string() else { return Ok(false) };
        let is_value =
            text.bytes.split_at_checked(self.cms.len()).is_some_and(|(cms, rest)| cms == self.cms && rest.iter().all(|byte| *byte == 0));
        let is_of_kind = view.get(&signature, b"SubFilter")?.is_some_and(|kind| kind.value.as_name() == Some(b"ETSI.CAdES.detached"));
        Ok(is_of_kind && is_value && range.is_some() && range == meant && contents.span == self.contents && signature.duplicates.is_empty())
    }

    /// The signature fits the bytes of the document.
    fn is_intact(&self, pdf: &Pdf, budget: &Budget) -> crate::Result<bool> {
        let bytes = pdf.bytes();
        let mut hasher = self.original.clone();
        for part in [self.length..self.contents.start, self.contents.end..bytes.len()] {
            hasher.update(bytes.get(part).ok_or_else(failed)?);
        }
        let digests = vec![(self.digest, hasher.finish())];
        let signed_data = SignedData::parse(&self.cms, self.limits.asn1_depth).map_err(|error| failed().because(error))?;
        let facts = crate::cms::verify(&signed_data, &ContentDigests { digests, ..ContentDigests::default() }, &[], budget)?;
        let fits = |stamp: &TimestampFacts| [stamp.imprint, stamp.content(), stamp.value()] == [Match::Matches; 3];
        let is_stamped = facts.signature_timestamps.len() == 1 && facts.signature_timestamps.iter().all(fits);
        Ok(facts.content == Match::Matches && facts.value == Match::Matches && (is_stamped || !self.is_stamped))
    }

    /// A later signer never breaks an earlier one.
    fn check_earlier(&self, pdf: &Pdf) -> crate::Result<()> {
        let after = pdf::examine(pdf, &Evidence::new())?.signatures;
        for before in &self.before {
            let same = after.iter().find(|after| after.field == before.field && after.coverage.byte_range == before.coverage.byte_range);
            if !same.is_some_and(|after| is_as_before(before, after)) {
                let field = before.field.clone().unwrap_or_default();
                return Err(crate::Error::new(ErrorKind::Refused, Message::new(id::SIGN_EARLIER_BROKEN).with("field", field)));
            }
        }
        Ok(())
    }
}

/// The same bytes are signed by the same value, and the new signature is a change that the earlier one allows, unless it was broken before.
/// One that covers no revision has nothing to lose: bytes may appear where its range points past the end.
pub(super) fn is_as_before(before: &SignatureFacts, after: &SignatureFacts) -> bool {
    let is_allowed = |facts: &SignatureFacts| facts.later.level.is_some_and(|level| level <= facts.later.allowed);
    if before.coverage.revision.is_none() {
        return true;
    }
    before.cms == after.cms
        && before.kind == after.kind
        && before.coverage.revision == after.coverage.revision
        && after.findings.iter().all(|finding| before.findings.contains(finding))
        && (is_allowed(after) || !is_allowed(before))
}

fn failed() -> crate::Error {
    crate::Error::new(ErrorKind::Refused, Message::new(id::SIGN_SELF_CHECK))
}
