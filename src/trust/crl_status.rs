//! What certificate revocation lists say of a certificate (RFC 5280 6.3).

use std::cmp::Reverse;

use super::crl_scope::{concerns, covered_reasons};
use super::status::{Authority, Finding, MAX_PENDING, RevocationFacts, RevocationStatus, Statement, Statuses, Subject};
use crate::crypto::VerifyError;
use crate::evidence::{Origin, Request};
use crate::limits::{Exceeded, Resource};
use crate::message::id;
use crate::x509::{Certificate, Crl, RevokedCertificate};

/// A list with where it came from.
type Sourced<'a> = (&'a Crl, Origin);

/// Lists of one issuer and one scope: the newer replaces the older.
struct Series<'a> {
    reasons: u16,
    lists: Vec<Sourced<'a>>,
}

impl<'a> Statuses<'a> {
    /// What the lists at hand say, one finding for each series.
    pub(super) fn lists(&mut self, subject: Subject<'_>, facts: &mut RevocationFacts) -> Result<Vec<Finding<'a>>, Exceeded> {
        let (series, deltas) = self.sort(subject.certificate, facts)?;
        let mut findings = Vec::new();
        for series in &series {
            findings.extend(self.evaluate(subject, series, &deltas, facts)?);
        }
        Ok(findings)
    }

    /// The complete lists that cover the certificate, by series, and the delta lists.
    fn sort(&self, certificate: &Certificate, facts: &mut RevocationFacts) -> Result<(Vec<Series<'a>>, Vec<Sourced<'a>>), Exceeded> {
        let mut series: Vec<Series<'a>> = Vec::new();
        let mut deltas = Vec::new();
        for (crl, origin) in self.question.evidence.crls() {
            self.question.budget.spend(Resource::NameComparisons, 1)?;
            if !concerns(crl, certificate) {
                continue;
            }
            self.question.budget.spend(Resource::PathSteps, 1)?;
            if crl.has_unknown_critical() {
                facts.reject(id::REVOCATION_CRL_CRITICAL_EXTENSION, Statement::List(crl));
                continue;
            }
            let Some(reasons) = covered_reasons(crl, certificate) else {
                facts.reject(id::REVOCATION_CRL_SCOPE, Statement::List(crl));
                continue;
            };
            if crl.is_delta() {
                deltas.push((crl, origin));
                continue;
            }
            let same = |known: &&mut Series<'_>| known.lists.first().is_some_and(|(first, _)| is_same_series(first, crl));
            match series.iter_mut().find(same) {
                Some(known) => known.lists.push((crl, origin)),
                None => series.push(Series { reasons, lists: vec![(crl, origin)] }),
            }
        }
        if series.is_empty() {
            deltas.iter().for_each(|(delta, _)| facts.reject(id::REVOCATION_CRL_DELTA_ALONE, Statement::List(delta)));
        }
        Ok((series, deltas))
    }

    /// What the series says of the certificate, by the rules of [`RevocationFacts`].
    fn evaluate(
        &mut self,
        subject: Subject<'_>,
        series: &Series<'a>,
        deltas: &[Sourced<'a>],
        facts: &mut RevocationFacts,
    ) -> Result<Option<Finding<'a>>, Exceeded> {
        let time = self.question.time;
        let (mut earlier, mut later): (Vec<_>, Vec<_>) = series.lists.iter().partition(|(crl, _)| crl.this_update() <= time);
        earlier.sort_by_key(|(crl, _)| Reverse(crl.this_update()));
        later.sort_by_key(|(crl, _)| crl.this_update());
        let base = self.first_authorized(subject, &earlier, facts)?;
        let finding = match base {
            Some(base) => Some(self.with_delta(subject, series.reasons, base, deltas, facts)?),
            None => None,
        };
        if finding.as_ref().is_some_and(|finding| finding.revoked.is_some()) {
            return Ok(finding);
        }
        for (crl, origin) in &later {
            if let Some(entry) = entry(crl, subject.certificate)
                && entry.at <= time
                && self.is_authorized(subject, crl, facts)?
            {
                return Ok(Some(found(crl, *origin, series.reasons, Some(entry))));
            }
        }
        if let Some(finding) = self.later_delta(subject, series, deltas, facts)? {
            return Ok(Some(finding));
        }
        let finding = match finding {
            Some(finding) if finding.statement.speaks_for(time) => Some(finding),
            stale => match self.first_authorized(subject, &later, facts)? {
                Some(base) => {
                    let newer = self.with_delta(subject, series.reasons, base, deltas, facts)?;
                    let says_less = stale.is_some() && newer.revoked.is_none() && newer.statement.may_have_dropped(subject.certificate);
                    if says_less { stale } else { Some(newer) }
                }
                None => stale,
            },
        };
        match finding {
            Some(finding) if finding.revoked.is_none() && finding.statement.may_have_dropped(subject.certificate) => {
                facts.reject(id::REVOCATION_CRL_AFTER_EXPIRY, finding.statement);
                Ok(None)
            }
            finding => Ok(finding),
        }
    }

    /// A delta list made after the time that names the certificate as revoked at the time or before.
    fn later_delta(
        &mut self,
        subject: Subject<'_>,
        series: &Series<'a>,
        deltas: &[Sourced<'a>],
        facts: &mut RevocationFacts,
    ) -> Result<Option<Finding<'a>>, Exceeded> {
        let time = self.question.time;
        for (delta, origin) in deltas.iter().filter(|(delta, _)| delta.this_update() > time) {
            let is_of_series = series.lists.iter().any(|(base, _)| continues(delta, base));
            if let Some(entry) = entry(delta, subject.certificate).filter(|entry| entry.at <= time && entry.reason != REMOVE_FROM_CRL)
                && is_of_series
                && self.is_authorized(subject, delta, facts)?
            {
                return Ok(Some(found(delta, *origin, series.reasons, Some(entry))));
            }
        }
        Ok(None)
    }

    fn first_authorized(
        &mut self,
        subject: Subject<'_>,
        lists: &[Sourced<'a>],
        facts: &mut RevocationFacts,
    ) -> Result<Option<Sourced<'a>>, Exceeded> {
        for (crl, origin) in lists {
            if self.is_authorized(subject, crl, facts)? {
                return Ok(Some((crl, *origin)));
            }
        }
        Ok(None)
    }

    /// The complete list `base` with the newest delta list to it (RFC 5280 5.2.4, 6.3.3 c, i, j).
    fn with_delta(
        &mut self,
        subject: Subject<'_>,
        reasons: u16,
        base: Sourced<'a>,
        deltas: &[Sourced<'a>],
        facts: &mut RevocationFacts,
    ) -> Result<Finding<'a>, Exceeded> {
        let (crl, origin) = base;
        let bound = self.question.time.max(crl.this_update());
        let mut fitting: Vec<&Sourced<'a>> =
            deltas.iter().filter(|(delta, _)| continues(delta, crl) && delta.this_update() <= bound).collect();
        fitting.sort_by_key(|(delta, _)| Reverse(delta.this_update()));
        let listed = entry(crl, subject.certificate);
        for (delta, delta_origin) in fitting {
            if !self.is_authorized(subject, delta, facts)? {
                continue;
            }
            let entry = match entry(delta, subject.certificate) {
                Some(entry) if entry.reason == REMOVE_FROM_CRL => None,
                Some(entry) => Some(entry),
                None => listed,
            };
            return Ok(found(delta, *delta_origin, reasons, entry));
        }
        Ok(found(crl, origin, reasons, listed))
    }

    fn is_authorized(&mut self, subject: Subject<'_>, crl: &Crl, facts: &mut RevocationFacts) -> Result<bool, Exceeded> {
        let key = subject.key(crl.sha256());
        let known = match self.signers.get(&key) {
            Some(known) => *known,
            None => {
                let found = self.authorize(subject, crl)?;
                self.signers.insert(key, found);
                found
            }
        };
        if let Err(id) = known {
            facts.reject(id, Statement::List(crl));
        }
        Ok(known.is_ok())
    }

    /// Whether the signer of the list may speak for the issuer of the certificate (RFC 5280 6.3.3 f, g): the issuer itself, or another key
    /// whose certificate is allowed to sign CRLs and leads to the same anchor.
    fn authorize(&mut self, subject: Subject<'_>, crl: &Crl) -> Result<Authority, Exceeded> {
        let question = self.question;
        let mut failure = id::REVOCATION_CRL_SIGNER_UNKNOWN;
        let mut candidates: Vec<&Certificate> = Vec::new();
        if let Some(issuer) = subject.issuer.filter(|issuer| issuer.subject().matches(crl.issuer())) {
            candidates.push(issuer);
        }
        candidates.extend(question.pool().map(|(certificate, _)| certificate).filter(|known| known.subject().matches(crl.issuer())));
        for candidate in candidates {
            question.budget.spend(Resource::PathSteps, 1)?;
            if let Err(error) = question.cache.crl(crl, candidate.public_key(), question.budget)? {
                let unsupported = error == VerifyError::Unsupported;
                if failure == id::REVOCATION_CRL_SIGNER_UNKNOWN {
                    failure = if unsupported { id::REVOCATION_CRL_ALGORITHM_UNSUPPORTED } else { id::REVOCATION_CRL_SIGNATURE };
                }
            } else if !may_sign_lists(candidate) {
                failure = id::REVOCATION_CRL_SIGNER_USAGE;
            } else if subject.issuer == Some(candidate) || self.is_trusted_signer(candidate, subject.anchor, crl)? {
                return Ok(Ok(()));
            } else {
                failure = id::REVOCATION_CRL_SIGNER_UNTRUSTED;
            }
        }
        if failure == id::REVOCATION_CRL_SIGNER_UNKNOWN {
            let addresses = crl.issuer_urls().iter().take(MAX_SIGNER_ADDRESSES);
            question.wanted.add(addresses.map(|address| Request::issuer(address, subject.certificate)));
        }
        Ok(Err(failure))
    }

    /// Whether the certificate of another signer leads to the same anchor, was in date when the list was made, and is not revoked itself.
    fn is_trusted_signer(&self, signer: &Certificate, anchor: Option<&Certificate>, crl: &Crl) -> Result<bool, Exceeded> {
        let question = self.question;
        let Some(anchor) = question.anchors().find(|known| anchor == Some(known)) else { return Ok(false) };
        // A list may cover the certificate of its own signer: PKITS 4.14.30 has it so. The path is judged by the search in progress.
        if self.pending.last() == Some(&signer.sha256()) {
            return Ok(true);
        }
        if self.pending.len() >= MAX_PENDING || self.pending.contains(&signer.sha256()) {
            return Ok(false);
        }
        let facts = self.path_of_signer(signer, anchor)?;
        let status = |facts: &Option<RevocationFacts>| facts.as_ref().map_or(RevocationStatus::Good, |facts| facts.status);
        Ok(facts.anchored
            && facts.problems.is_empty()
            && facts.steps.iter().all(|step| step.certificate.is_in_date(crl.this_update()))
            && facts.steps.iter().all(|step| status(&step.revocation) != RevocationStatus::Revoked)
            && facts.steps.first().is_some_and(|step| status(&step.revocation) == RevocationStatus::Good))
    }
}

const fn found(crl: &Crl, origin: Origin, reasons: u16, entry: Option<RevokedCertificate>) -> Finding<'_> {
    let revoked = match entry {
        Some(entry) => Some((entry.at, entry.reason)),
        None => None,
    };
    Finding { statement: Statement::List(crl), origin, reasons, revoked }
}

fn entry(crl: &Crl, certificate: &Certificate) -> Option<RevokedCertificate> {
    crl.entry(certificate.issuer(), certificate.serial())
}

fn is_same_series(left: &Crl, right: &Crl) -> bool {
    left.issuer().matches(right.issuer()) && left.scope_der() == right.scope_der()
}

/// Whether `delta` can be put on `base` (RFC 5280 5.2.4).
fn continues(delta: &Crl, base: &Crl) -> bool {
    let (Some(number), Some(start), Some(base_number)) = (delta.number(), delta.base_number(), base.number()) else { return false };
    is_same_series(delta, base)
        && delta.authority_key_identifier() == base.authority_key_identifier()
        && compare_numbers(base_number, start).is_ge()
        && compare_numbers(number, base_number).is_ge()
}

/// Compares the contents of two non-negative INTEGERs.
fn compare_numbers(left: &[u8], right: &[u8]) -> std::cmp::Ordering {
    let digits = |number: &[u8]| number.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<u8>>();
    let (left, right) = (digits(left), digits(right));
    left.len().cmp(&right.len()).then_with(|| left.cmp(&right))
}

/// RFC 5280 4.2.1.3: cRLSign, where key usage is stated; where it is not, only an authority.
fn may_sign_lists(certificate: &Certificate) -> bool {
    let extensions = certificate.extensions();
    match extensions.key_usage {
        Some(usage) => usage.crl_sign,
        None => certificate.version() < 3 || extensions.basic_constraints.is_some_and(|constraints| constraints.authority),
    }
}

/// Addresses that are asked for the signer of one list.
const MAX_SIGNER_ADDRESSES: usize = 2;
/// The reason that takes an entry of the complete list back.
const REMOVE_FROM_CRL: u8 = 8;
