//! Which certificate signed, and whether the value fits its key.

#![warn(clippy::arithmetic_side_effects)]

use super::attribute::CertificateReference;
use super::signed_data::{SignerIdentifier, SignerInfo};
use super::{CmsFacts, Match, ReferenceMatch};
use crate::asn1::{Asn1Error, Element, Tag};
use crate::crypto::{Input, SignatureAlgorithm, VerifyError};
use crate::limits::{Budget, Exceeded, Resource};
use crate::message::{Message, id};
use crate::x509::{Certificate, Name};

/// A signature value and what it may be over.
pub(super) struct Signed<'a> {
    pub(super) algorithm: Option<SignatureAlgorithm>,
    /// Tried in order.
    pub(super) inputs: Vec<Input<'a>>,
    pub(super) value: &'a [u8],
}

/// What the caller gave besides the message.
pub(super) struct Given<'a> {
    pub(super) extra: &'a [Certificate],
    pub(super) budget: &'a Budget,
}

/// What checking a value with one key gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Checked(Result<(), VerifyError>),
    Unchecked,
}

/// What the references say of one certificate.
struct Reference {
    matched: ReferenceMatch,
    finding: Option<&'static str>,
}

/// Finds the signer's certificate in the message and in `extra`, and checks the value with its key. Of several that the message may
/// mean, the first is taken whose key made the value and that the signed reference agrees with.
pub(super) fn find(
    signer: &SignerInfo<'_>,
    references: &[CertificateReference<'_>],
    signed: &Signed<'_>,
    given: &Given<'_>,
    facts: &mut CmsFacts,
) -> Result<(), Exceeded> {
    let mut best: Option<(u8, Certificate, Outcome, Reference)> = None;
    let mut seen: Vec<&Certificate> = Vec::new();
    for candidate in facts.certificates.iter().chain(given.extra).filter(|candidate| signer.identifier.names(candidate)) {
        if seen.contains(&candidate) {
            continue;
        }
        seen.push(candidate);
        let outcome = signed.check(candidate, given.budget)?;
        let reference = compare_references(references, candidate);
        let rank = u8::from(outcome.value() == Match::Matches)
            .saturating_mul(2)
            .saturating_add(u8::from(reference.matched != ReferenceMatch::Differs));
        if best.as_ref().is_none_or(|(known, ..)| rank > *known) {
            best = Some((rank, candidate.clone(), outcome, reference));
        }
        if rank == 3 {
            break;
        }
    }
    let Some((_, certificate, outcome, reference)) = best else {
        facts.findings.push(Message::new(id::CMS_SIGNER_CERTIFICATE));
        return Ok(());
    };
    facts.value = outcome.value();
    facts.signing_certificate = reference.matched;
    facts.signer = Some(certificate);
    facts.findings.extend(reference.finding.map(Message::new));
    facts.findings.extend(outcome.finding(&facts.algorithm_text));
    Ok(())
}

impl Signed<'_> {
    /// Checks the value with the key of `certificate` over each input until one fits.
    pub(super) fn check(&self, certificate: &Certificate, budget: &Budget) -> Result<Outcome, Exceeded> {
        let Some(algorithm) = self.algorithm else { return Ok(Outcome::Unchecked) };
        let mut outcome = Outcome::Unchecked;
        for input in &self.inputs {
            budget.spend(Resource::SignatureChecks, 1)?;
            outcome = Outcome::Checked(certificate.public_key().verify(algorithm, *input, self.value));
            if outcome == Outcome::Checked(Ok(())) {
                break;
            }
        }
        Ok(outcome)
    }
}

impl Outcome {
    pub(super) const fn value(self) -> Match {
        match self {
            Self::Checked(Ok(())) => Match::Matches,
            // A scheme that is not of this kind of key can have made no value with it.
            Self::Checked(Err(VerifyError::Mismatch | VerifyError::KeyMismatch)) => Match::Differs,
            Self::Checked(Err(VerifyError::BadKey | VerifyError::Unsupported)) | Self::Unchecked => Match::Unchecked,
        }
    }

    pub(super) fn finding(self, algorithm: &str) -> Option<Message> {
        let id = match self {
            Self::Checked(Err(VerifyError::KeyMismatch)) => id::CMS_KEY_MISMATCH,
            Self::Checked(Err(VerifyError::BadKey | VerifyError::Unsupported)) => id::CMS_KEY_UNSUPPORTED,
            _ => return None,
        };
        Some(Message::new(id).with("algorithm", algorithm))
    }
}

impl SignerIdentifier<'_> {
    /// Whether this names `certificate`.
    fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial { issuer, serial } => same_serial(serial, certificate.serial()) && same_name(issuer, certificate),
            Self::KeyIdentifier(identifier) => certificate.extensions().subject_key_identifier.as_deref() == Some(identifier),
        }
    }
}

/// Byte for byte, or by the rules for names, since some signers write the name in other string types than the certificate.
fn same_name(issuer: &[u8], certificate: &Certificate) -> bool {
    issuer == certificate.issuer_der() || Name::parse(issuer).is_some_and(|name| name.matches(certificate.issuer()))
}

/// Some signers drop the zero byte that keeps a serial number positive; the number is the same to people and to them.
fn same_serial(one: &[u8], other: &[u8]) -> bool {
    let significant = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
    one == other || significant(one) == significant(other)
}

/// Compares every reference with `certificate`: each that is there must agree.
fn compare_references(references: &[CertificateReference<'_>], certificate: &Certificate) -> Reference {
    let mut result = Reference { matched: ReferenceMatch::Absent, finding: None };
    for reference in references {
        let Some(algorithm) = reference.algorithm else {
            result.finding = Some(id::CMS_REFERENCE_UNSUPPORTED);
            continue;
        };
        if *algorithm.digest(certificate.as_der()) != *reference.hash {
            return Reference { matched: ReferenceMatch::Differs, finding: None };
        }
        result.matched = ReferenceMatch::Matches;
        if reference.issuer_serial.is_some_and(|element| names_issuer(&element, certificate) != Ok(true)) {
            result.finding = Some(id::CMS_ISSUER_SERIAL);
        }
    }
    result
}

/// IssuerSerial: GeneralNames with one directoryName, and the serial number (RFC 5035 5).
fn names_issuer(element: &Element<'_>, certificate: &Certificate) -> Result<bool, Asn1Error> {
    let mut parts = element.children()?;
    let mut names = parts.sequence()?;
    let name = names.expect(Tag::context(4))?.inner()?;
    names.finish()?;
    let serial = parts.expect(Tag::INTEGER)?.integer()?;
    Ok(same_name(name.raw, certificate) && same_serial(serial, certificate.serial()))
}
