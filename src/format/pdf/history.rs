//! The revisions of a document: who signed each, and what it did.

use super::examine::{Signature, without_later};
use super::signature::Forms;
use super::{Pdf, diff};
use crate::cms::Match;
use crate::evidence::Evidence;
use crate::format::{RevisionFacts, RevisionSignature, SignatureFacts, SignatureState};

/// The revisions, oldest first. `extra` are certificates given besides those in the document.
pub(crate) fn history(pdf: &Pdf, extra: &Evidence) -> crate::Result<Vec<RevisionFacts>> {
    let forms = Forms::read(pdf)?;
    let (signatures, facts) = without_later(pdf, &forms, extra)?;
    // Last, because it may use up what work is left: then the rest is still known.
    let mut steps = diff::every(pdf, &forms, &signatures)?.map(Vec::into_iter);
    let revisions = pdf.revisions().iter().enumerate().map(|(index, revision)| {
        // The first has nothing before it.
        let step = (index > 0).then(|| steps.as_mut().and_then(Iterator::next));
        let (allowed, changes) = match step {
            Some(Some(step)) => (step.allowed, Some(step.changes)),
            Some(None) => (None, None),
            None => (None, Some(Vec::new())),
        };
        RevisionFacts {
            number: number(index),
            end: u64::try_from(revision.end).unwrap_or(u64::MAX),
            rebuilt: revision.recovered,
            signatures: signatures_of(index, &signatures, &facts),
            allowed,
            changes,
        }
    });
    Ok(revisions.collect())
}

/// The signatures that belong to the revision with this index, in their order.
fn signatures_of(index: usize, signatures: &[Signature], facts: &[SignatureFacts]) -> Vec<RevisionSignature> {
    let numbered = signatures.iter().zip(facts).enumerate();
    // What signs no revision is listed where it came from.
    let own = numbered.filter(|(_, (signature, _))| signature.revision.unwrap_or(signature.found.revision) == index);
    own.map(|(position, (_, facts))| signature(number(position), facts)).collect()
}

fn signature(number: u64, facts: &SignatureFacts) -> RevisionSignature {
    let cms = facts.cms.as_ref();
    let subject = cms.and_then(|cms| cms.signer.as_ref()).map(crate::x509::Certificate::subject);
    RevisionSignature {
        number,
        kind: facts.kind,
        field: facts.field.clone(),
        signer: subject.and_then(|subject| subject.display_name()).map(str::to_owned).or_else(|| facts.name.clone()),
        organization: subject
            .and_then(|subject| subject.organization().or_else(|| subject.values("OU").first().copied()))
            .map(str::to_owned),
        claimed_time: facts.claimed_time,
        timestamp: cms.and_then(|cms| cms.timestamp_time),
        state: state(facts),
    }
}

fn state(facts: &SignatureFacts) -> SignatureState {
    if facts.unsigned {
        return SignatureState::Unsigned;
    }
    // What is signed and what a reader sees may be different things.
    if facts.coverage.revision.is_none() || facts.findings.iter().any(|finding| finding.id().starts_with("coverage.")) {
        return SignatureState::NoRevision;
    }
    match facts.cms.as_ref().map(|cms| (cms.content, cms.value)) {
        Some((Match::Differs, _) | (_, Match::Differs)) => SignatureState::Differs,
        Some((Match::Matches, Match::Matches)) => SignatureState::Fits,
        _ => SignatureState::Unknown,
    }
}

fn number(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests;
