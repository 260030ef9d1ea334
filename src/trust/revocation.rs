//! Whether a certificate was revoked, by the CRLs there are (RFC 5280 6.3).

use std::cmp::Reverse;
use std::collections::HashMap;

use super::PathOptions;
use super::crl_scope::{ALL_REASONS, concerns, covered_reasons};
use super::search::{Question, Search};
use crate::crypto::{SignatureAlgorithm, VerifyError};
use crate::evidence::Origin;
use crate::limits::{Exceeded, Resource};
use crate::message::{Message, id};
use crate::time::Time;
use crate::x509::{Certificate, Crl, GeneralName, RevokedCertificate};

/// The status of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationStatus {
    /// A list that covers the certificate does not name it.
    Good,
    /// It is named.
    Revoked,
    /// Nothing that covers the certificate is at hand.
    Unknown,
}

/// The status of one certificate, with the list that says so. How fresh the list must be is policy.
///
/// As of a time T, among the lists of one issuer and scope whose signer is authorised:
/// 1. The newest made at T or before counts, with the newest delta list to it.
/// 2. A later list counts where it names the certificate as revoked at T or before: it knows more.
/// 3. Where none was made at T or before, the first later one counts. It may say “revoked” with a date after T; `revoked_at` tells.
///
/// A list made after the certificate expired may have dropped it, and does not make it good, unless the list says that it keeps
/// expired certificates (expiredCertsOnCRL). Of lists with different scopes, one that says “revoked” decides; “good” needs all reasons
/// covered. Where several together cover them, the facts are of the one that is due for renewal first.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct RevocationFacts {
    /// The status.
    pub status: RevocationStatus,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
    /// The number of CRLReason.
    pub reason: Option<u8>,
    /// thisUpdate of the list.
    pub this_update: Option<Time>,
    /// nextUpdate of the list.
    pub next_update: Option<Time>,
    /// Where the list came from.
    pub origin: Option<Origin>,
    /// The subject of the issuer of the list.
    pub issuer: Option<String>,
    /// What the list was signed with.
    pub signature_algorithm: Option<SignatureAlgorithm>,
    /// Why lists at hand were not used: message ids with values.
    pub rejected: Vec<Message>,
    /// Addresses where status may be had: CRL distribution points, OCSP.
    pub wanted: Vec<String>,
}

impl RevocationFacts {
    fn unknown(certificate: &Certificate) -> Self {
        Self {
            status: RevocationStatus::Unknown,
            revoked_at: None,
            reason: None,
            this_update: None,
            next_update: None,
            origin: None,
            issuer: None,
            signature_algorithm: None,
            rejected: Vec::new(),
            wanted: wanted(certificate),
        }
    }

    fn reject(&mut self, id: &'static str, crl: &Crl) {
        if self.rejected.len() < MAX_REJECTED {
            self.rejected.push(Message::new(id).with("issuer", shown_issuer(crl)).with("date", crl.this_update()));
        }
    }

    fn take(&mut self, status: RevocationStatus, finding: Finding<'_>) {
        self.status = status;
        self.revoked_at = finding.entry.as_ref().map(|entry| entry.at);
        self.reason = finding.entry.as_ref().map(|entry| entry.reason);
        self.this_update = Some(finding.crl.this_update());
        self.next_update = finding.crl.next_update();
        self.origin = Some(finding.origin);
        self.issuer = Some(shown_issuer(finding.crl));
        self.signature_algorithm = finding.crl.signature_algorithm();
    }
}

fn shown_issuer(crl: &Crl) -> String {
    crl.issuer().display_name().map_or_else(|| crl.issuer().to_string(), str::to_owned)
}

/// The addresses of CRLs and OCSP responders, as written.
fn wanted(certificate: &Certificate) -> Vec<String> {
    let extensions = certificate.extensions();
    let points = extensions.crl_distribution_points.iter().chain(&extensions.freshest_crl).flat_map(|point| &point.full_name);
    let lists = points.filter_map(|name| if let GeneralName::Uri(address) = name { Some(address.clone()) } else { None });
    lists.chain(extensions.ocsp_urls.iter().cloned()).collect()
}

/// A list with where it came from.
type Sourced<'a> = (&'a Crl, Origin);

/// Lists of one issuer and one scope: the newer replaces the older.
struct Series<'a> {
    reasons: u16,
    lists: Vec<Sourced<'a>>,
}

/// What one series says.
struct Finding<'a> {
    /// The list; the delta list where one was used.
    crl: &'a Crl,
    origin: Origin,
    reasons: u16,
    entry: Option<RevokedCertificate>,
}

/// Looks up the status of certificates, each once.
pub(super) struct Statuses<'a> {
    question: Question<'a>,
    known: HashMap<Key, RevocationFacts>,
    signers: HashMap<Key, Authority>,
    /// Fingerprints of the signers of lists whose paths are being looked up.
    pending: Vec<[u8; 32]>,
}

/// Fingerprints of a certificate or list, of the issuer, and of the anchor.
type Key = ([u8; 32], Option<[u8; 32]>, Option<[u8; 32]>);

/// Whether a list may speak, or the id of why not.
type Authority = Result<(), &'static str>;

/// A certificate with those above it.
#[derive(Clone, Copy)]
struct Subject<'c> {
    certificate: &'c Certificate,
    issuer: Option<&'c Certificate>,
    anchor: Option<&'c Certificate>,
}

impl Subject<'_> {
    fn key(&self, fingerprint: [u8; 32]) -> Key {
        (fingerprint, self.issuer.map(Certificate::sha256), self.anchor.map(Certificate::sha256))
    }
}

impl<'a> Statuses<'a> {
    pub(super) fn new(question: Question<'a>) -> Self {
        Self { question, known: HashMap::new(), signers: HashMap::new(), pending: Vec::new() }
    }

    /// The status of `certificate`, issued by `issuer` on a path to `anchor`.
    pub(super) fn of(
        &mut self,
        certificate: &Certificate,
        issuer: Option<&Certificate>,
        anchor: Option<&Certificate>,
    ) -> Result<RevocationFacts, Exceeded> {
        let subject = Subject { certificate, issuer, anchor };
        let key = subject.key(certificate.sha256());
        if let Some(facts) = self.known.get(&key) {
            return Ok(facts.clone());
        }
        let facts = self.look_up(subject)?;
        self.known.insert(key, facts.clone());
        Ok(facts)
    }

    fn look_up(&mut self, subject: Subject<'_>) -> Result<RevocationFacts, Exceeded> {
        let mut facts = RevocationFacts::unknown(subject.certificate);
        let (series, deltas) = self.sort(subject.certificate, &mut facts)?;
        let mut findings = Vec::new();
        for series in &series {
            if let Some(finding) = self.evaluate(subject, series, &deltas, &mut facts)? {
                if finding.entry.is_some() {
                    facts.take(RevocationStatus::Revoked, finding);
                    return Ok(facts);
                }
                findings.push(finding);
            }
        }
        let covered = findings.iter().fold(0, |covered, finding| covered | finding.reasons);
        findings.sort_by_key(|finding| match finding.reasons {
            ALL_REASONS => (false, Some(Reverse(finding.crl.this_update())), None),
            _ => (true, None, finding.crl.next_update()),
        });
        if let Some(finding) = findings.into_iter().next() {
            if covered == ALL_REASONS {
                facts.take(RevocationStatus::Good, finding);
            } else {
                facts.reject(id::REVOCATION_CRL_REASONS, finding.crl);
            }
        }
        Ok(facts)
    }

    /// The complete lists that cover the certificate, by series, and the delta lists.
    fn sort(&self, certificate: &Certificate, facts: &mut RevocationFacts) -> Result<(Vec<Series<'a>>, Vec<Sourced<'a>>), Exceeded> {
        let mut series: Vec<Series<'a>> = Vec::new();
        let mut deltas = Vec::new();
        for (crl, origin) in self.question.evidence.crls() {
            if !concerns(crl, certificate) {
                continue;
            }
            self.question.budget.spend(Resource::PathSteps, 1)?;
            if crl.has_unknown_critical() {
                facts.reject(id::REVOCATION_CRL_CRITICAL_EXTENSION, crl);
                continue;
            }
            let Some(reasons) = covered_reasons(crl, certificate) else {
                facts.reject(id::REVOCATION_CRL_SCOPE, crl);
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
            deltas.iter().for_each(|(delta, _)| facts.reject(id::REVOCATION_CRL_DELTA_ALONE, delta));
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
        if finding.as_ref().is_some_and(|finding| finding.entry.is_some()) {
            return Ok(finding);
        }
        for (crl, origin) in &later {
            if let Some(entry) = entry(crl, subject.certificate)
                && entry.at <= time
                && self.is_authorized(subject, crl, facts)?
            {
                return Ok(Some(Finding { crl, origin: *origin, reasons: series.reasons, entry: Some(entry) }));
            }
        }
        let finding = match finding {
            Some(finding) => Some(finding),
            None => match self.first_authorized(subject, &later, facts)? {
                Some(base) => Some(self.with_delta(subject, series.reasons, base, deltas, facts)?),
                None => None,
            },
        };
        match finding {
            Some(finding) if finding.entry.is_none() && may_have_dropped(finding.crl, subject.certificate) => {
                facts.reject(id::REVOCATION_CRL_AFTER_EXPIRY, finding.crl);
                Ok(None)
            }
            finding => Ok(finding),
        }
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
            return Ok(Finding { crl: delta, origin: *delta_origin, reasons, entry });
        }
        Ok(Finding { crl, origin, reasons, entry: listed })
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
            facts.reject(id, crl);
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
        let question = Question { anchor: Some(anchor), options: &PLAIN, ..question };
        let mut statuses = Self::new(question);
        statuses.pending = self.pending.clone();
        statuses.pending.push(signer.sha256());
        let facts = Search::with_statuses(question, statuses).best(signer)?;
        let status = |facts: &Option<RevocationFacts>| facts.as_ref().map_or(RevocationStatus::Good, |facts| facts.status);
        Ok(facts.anchored
            && facts.problems.is_empty()
            && facts.steps.iter().all(|step| step.certificate.is_in_date(crl.this_update()))
            && facts.steps.iter().all(|step| status(&step.revocation) != RevocationStatus::Revoked)
            && facts.steps.first().is_some_and(|step| status(&step.revocation) == RevocationStatus::Good))
    }
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

/// Whether the list was made when the certificate had expired, and does not promise to keep such certificates.
fn may_have_dropped(crl: &Crl, certificate: &Certificate) -> bool {
    certificate.not_after() < crl.this_update() && crl.keeps_expired_since().is_none_or(|since| since > certificate.not_after())
}

/// RFC 5280 4.2.1.3: cRLSign, where key usage is stated; where it is not, only an authority.
fn may_sign_lists(certificate: &Certificate) -> bool {
    let extensions = certificate.extensions();
    match extensions.key_usage {
        Some(usage) => usage.crl_sign,
        None => certificate.version() < 3 || extensions.basic_constraints.is_some_and(|constraints| constraints.authority),
    }
}

/// Nothing is asked of signers of lists but what RFC 5280 asks.
static PLAIN: PathOptions = PathOptions {
    initial_policies: Vec::new(),
    explicit_policy: false,
    inhibit_policy_mapping: false,
    inhibit_any_policy: false,
    extended_key_usage: None,
};

/// The reason that takes an entry of the complete list back.
const REMOVE_FROM_CRL: u8 = 8;
/// Signers of lists whose own status depends on lists of other signers, and so on.
const MAX_PENDING: usize = 3;
const MAX_REJECTED: usize = 16;
