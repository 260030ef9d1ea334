//! One pass of gathering: a pure function of document, evidence, trust and time.

use super::facts::PastPath;
use super::{Facts, SignerFacts};
use crate::cms::{CmsFacts, Match, TimestampFacts};
use crate::document::Document;
use crate::evidence::{Evidence, Origin, Request};
use crate::format::{DocumentFacts, SignatureFacts, SignatureKind};
use crate::limits::{Budget, Resource};
use crate::time::Time;
use crate::trust::{
    Cache, PathFacts, PathOptions, RevocationFacts, RevocationStatus, StatusQuestion, TrustStore, Use, Wanted, build_path, statuses_of,
};
use crate::x509::{Certificate, Crl, OcspResponse};

/// id-kp-timeStamping (RFC 3161 2.3).
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// The facts, and what could be fetched to know more.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gathered {
    /// What was found out.
    pub facts: Facts,
    /// All evidence that was at hand: of the document, of its signatures, of the caller.
    pub evidence: Evidence,
    /// What could be asked: CRLs, OCSP responders and issuer certificates that would help. A request may be there for several certificates.
    pub wanted: Vec<Request>,
}

/// Gathers the facts of `document`.
///
/// # Errors
/// Where a limit is passed.
pub fn gather(document: &Document, trust: &TrustStore, evidence: &Evidence, time: Time) -> crate::Result<Gathered> {
    gather_from(document, &examine(document, evidence)?, trust, evidence, time, &Cache::default())
}

/// What `document` itself says, which no evidence but the signers' certificates changes.
///
/// # Errors
/// Where a limit is passed.
pub(crate) fn examine(document: &Document, evidence: &Evidence) -> crate::Result<DocumentFacts> {
    let mut examined = document.examine(evidence)?;
    for signature in &mut examined.signatures {
        // A place that no page has cannot be said in JSON, nor shown.
        signature.place = signature.place.filter(|place| place.rect.iter().all(|coordinate| coordinate.is_finite()));
    }
    Ok(examined)
}

/// As [`gather`], of a document that was examined, with what a process has checked already: certificates occur in many documents, and are
/// checked once.
pub(crate) fn gather_from(
    document: &Document,
    examined: &DocumentFacts,
    trust: &TrustStore,
    evidence: &Evidence,
    time: Time,
    cache: &Cache,
) -> crate::Result<Gathered> {
    let pool = pool(document, examined, evidence)?;
    let wanted = Wanted::default();
    let budget = document.budget();
    let mut paths = Paths { trust, pool: &pool, time, cache, budget, wanted: &wanted, built: Vec::new() };
    let mut signers = Vec::with_capacity(examined.signatures.len());
    for signature in &examined.signatures {
        signers.push(paths.of(signature, &times_over(examined, signature))?);
    }
    let facts = Facts {
        schema: Facts::SCHEMA.to_owned(),
        name: document.name().map(str::to_owned),
        document: examined.clone(),
        signers,
        trust: (trust.id(), u64::try_from(trust.anchors().len()).unwrap_or(u64::MAX)),
        time,
        online: false,
        corrections: Vec::new(),
    };
    Ok(Gathered { facts, evidence: pool, wanted: wanted.into_requests() })
}

/// Everything that may help to build and check a path: what the caller gave, what the signatures carry, what the document stores.
fn pool(document: &Document, examined: &DocumentFacts, evidence: &Evidence) -> crate::Result<Evidence> {
    let mut pool = Evidence::new();
    for signature in &examined.signatures {
        let Some(cms) = &signature.cms else { continue };
        let revision = revision_of_value(signature);
        for cms in [cms].into_iter().chain(cms.signature_timestamps.iter().filter_map(|timestamp| timestamp.token.as_deref())) {
            document.budget().spend(Resource::Certificates, size_of_lists(cms))?;
            add_from(cms, revision, &mut pool);
        }
    }
    if examined.signatures.iter().any(|signature| !signature.unsigned) {
        pool.extend(document.stored()?);
    }
    pool.extend(evidence);
    Ok(pool)
}

/// The first revision, from 1, whose bytes have the value of the signature: the one behind its own, which leaves its value out. A signature
/// that does not cover what it should may be anywhere.
fn revision_of_value(signature: &SignatureFacts) -> Option<u64> {
    signature.coverage.revision.filter(|_| is_well_placed(signature))?.checked_add(1)
}

/// Whether the signature covers what it should.
fn is_well_placed(signature: &SignatureFacts) -> bool {
    signature.field.is_some() && !signature.findings.iter().any(|finding| finding.id().starts_with("coverage."))
}

/// Lists and responses in a message: each is gone through for every certificate.
fn size_of_lists(cms: &CmsFacts) -> u64 {
    u64::try_from(cms.crls.len().saturating_add(cms.ocsp_responses.len())).unwrap_or(u64::MAX)
}

fn add_from(cms: &CmsFacts, revision: Option<u64>, pool: &mut Evidence) {
    let mut brought: Vec<[u8; 32]> = Vec::new();
    for certificate in &cms.certificates {
        pool.add_certificate(certificate.clone(), Origin::Signature);
        brought.push(certificate.sha256());
    }
    // What cannot be read proves nothing, and its absence is seen where it was needed.
    for crl in cms.crls.iter().filter_map(|der| Crl::from_der(der).ok()) {
        brought.push(crl.sha256());
        pool.add_crl(crl, Origin::Signature);
    }
    for response in cms.ocsp_responses.iter().filter_map(|der| OcspResponse::from_der(der).ok()) {
        brought.push(response.sha256());
        pool.add_response(response, Origin::Signature);
    }
    for (sha256, revision) in brought.into_iter().filter_map(|sha256| Some((sha256, revision?))) {
        pool.brought_by(sha256, revision);
    }
}

/// The times of the document timestamps over `signature`: those that cover a later revision than it does.
fn times_over(document: &DocumentFacts, signature: &SignatureFacts) -> Vec<Time> {
    let later = document.signatures.iter().filter(|other| covers(other, signature) && is_well_placed(other));
    let fitting = later.filter_map(|other| other.cms.as_ref().filter(|cms| cms.content == Match::Matches && cms.value == Match::Matches));
    fitting.filter_map(|cms| cms.timestamp_time).collect()
}

/// Whether the document timestamp `stamp` is over the revision that has `signature`.
pub(super) fn covers(stamp: &SignatureFacts, signature: &SignatureFacts) -> bool {
    stamp.kind == SignatureKind::DocumentTimestamp
        && signature.coverage.revision.is_some()
        && stamp.coverage.revision > signature.coverage.revision
}

/// The paths built so far: several signatures of one signer share one.
struct Paths<'a> {
    trust: &'a TrustStore,
    pool: &'a Evidence,
    time: Time,
    cache: &'a Cache,
    budget: &'a Budget,
    wanted: &'a Wanted,
    built: Vec<Built>,
}

/// A path that was built.
struct Built {
    certificate: Certificate,
    usage: Use,
    time: Time,
    path: PathFacts,
}

/// Times as of which paths are built beside the time of judgement. A document that is stamped anew every year for as long has as many; of more,
/// the latest prove nothing that the earlier ones do not.
const MOST_TIMES: usize = 32;

impl Paths<'_> {
    /// The paths of the signer, and of the authorities of the timestamps over the signature, as of the times in `later` too.
    fn of(&mut self, signature: &SignatureFacts, later: &[Time]) -> crate::Result<SignerFacts> {
        let Some(cms) = signature.cms.as_ref().filter(|_| !signature.unsigned) else { return Ok(SignerFacts::default()) };
        let usage = match signature.kind {
            SignatureKind::Signature => Use::Signing,
            SignatureKind::DocumentTimestamp => Use::Timestamping,
        };
        let belonging =
            cms.signature_timestamps.iter().filter(|timestamp| timestamp.imprint == Match::Matches && timestamp.value() == Match::Matches);
        let times = later.iter().copied().chain(belonging.filter_map(TimestampFacts::time)).collect();
        let mut facts = self.of_certificate(cms.signer.as_ref(), usage, times)?;
        for timestamp in &cms.signature_timestamps {
            facts.timestamps.push(self.of_certificate(timestamp.authority(), Use::Timestamping, later.to_vec())?);
        }
        Ok(facts)
    }

    fn of_certificate(&mut self, signer: Option<&Certificate>, usage: Use, mut times: Vec<Time>) -> crate::Result<SignerFacts> {
        let Some(signer) = signer else { return Ok(SignerFacts::default()) };
        times.retain(|time| *time < self.time);
        times.sort_unstable();
        times.dedup();
        times.truncate(MOST_TIMES);
        let mut past = Vec::with_capacity(times.len());
        for time in times {
            let path = self.path(signer, usage, time)?;
            past.push(PastPath { time, revoked_since: self.revoked_since(&path, usage)?, path });
        }
        Ok(SignerFacts { path: Some(self.path(signer, usage, self.time)?), past, timestamps: Vec::new() })
    }

    /// What is known now of the certificates of a path of the past.
    fn revoked_since(&self, path: &PathFacts, usage: Use) -> crate::Result<Vec<Option<Time>>> {
        let question =
            StatusQuestion { trust: self.trust, usage, evidence: self.pool, time: self.time, cache: self.cache, budget: self.budget };
        let statuses = statuses_of(path, question)?;
        let revoked = |status: Option<RevocationFacts>| status.filter(|facts| facts.status == RevocationStatus::Revoked)?.revoked_at;
        Ok(statuses.into_iter().map(revoked).collect())
    }

    fn path(&mut self, signer: &Certificate, usage: Use, time: Time) -> crate::Result<PathFacts> {
        let is_known = |built: &&Built| built.certificate == *signer && built.usage == usage && built.time == time;
        if let Some(known) = self.built.iter().find(is_known) {
            return Ok(known.path.clone());
        }
        let options = match usage {
            Use::Timestamping => PathOptions { extended_key_usage: Some(TIME_STAMPING.to_owned()), ..PathOptions::default() },
            _ => PathOptions::default(),
        };
        let path = build_path(signer, self.trust, usage, self.pool, &options, time, self.cache, self.budget, self.wanted)?;
        self.built.push(Built { certificate: signer.clone(), usage, time, path: path.clone() });
        Ok(path)
    }
}
