//! One pass of gathering: a pure function of document, evidence, trust and time.

use super::{Facts, SignerFacts};
use crate::cms::CmsFacts;
use crate::document::Document;
use crate::evidence::{Evidence, Origin};
use crate::format::{DocumentFacts, SignatureFacts, SignatureKind};
use crate::limits::Budget;
use crate::time::Time;
use crate::trust::{Cache, PathFacts, PathOptions, TrustStore, Use, build_path};
use crate::x509::{Certificate, Crl, OcspResponse};

/// id-kp-timeStamping (RFC 3161 2.3).
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// The facts, and what could be fetched to know more.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gathered {
    /// What was found out.
    pub facts: Facts,
    /// Addresses of CRLs, OCSP responders and issuer certificates that would help.
    pub wanted: Vec<String>,
}

/// Gathers the facts of `document`.
///
/// # Errors
/// Where a limit is passed.
pub fn gather(document: &Document, trust: &TrustStore, evidence: &Evidence, time: Time) -> crate::Result<Gathered> {
    gather_with(document, trust, evidence, time, &Cache::default())
}

/// As [`gather`], with what a process has checked already: certificates occur in many documents, and are checked once.
pub(crate) fn gather_with(
    document: &Document,
    trust: &TrustStore,
    evidence: &Evidence,
    time: Time,
    cache: &Cache,
) -> crate::Result<Gathered> {
    let mut examined = document.examine(evidence)?;
    for signature in &mut examined.signatures {
        // A place that no page has cannot be said in JSON, nor shown.
        signature.place = signature.place.filter(|place| place.rect.iter().all(|coordinate| coordinate.is_finite()));
    }
    let pool = pool(document, &examined, evidence)?;
    let budget = document.budget();
    let mut paths = Paths { trust, pool: &pool, time, cache, budget, built: Vec::new() };
    let mut signers = Vec::with_capacity(examined.signatures.len());
    for signature in &examined.signatures {
        signers.push(SignerFacts { path: paths.of(signature)? });
    }
    let wanted = wanted(&signers);
    let facts = Facts {
        schema: Facts::SCHEMA.to_owned(),
        name: document.name().map(str::to_owned),
        document: examined,
        signers,
        trust: (trust.id(), u64::try_from(trust.anchors().len()).unwrap_or(u64::MAX)),
        time,
    };
    Ok(Gathered { facts, wanted })
}

/// Everything that may help to build and check a path: what the caller gave, what the signatures carry, what the document stores.
fn pool(document: &Document, examined: &DocumentFacts, evidence: &Evidence) -> crate::Result<Evidence> {
    let mut pool = evidence.clone();
    for cms in examined.signatures.iter().filter_map(|signature| signature.cms.as_ref()) {
        add_from(cms, &mut pool);
    }
    if examined.signatures.iter().any(|signature| !signature.unsigned) {
        pool.extend(document.stored()?);
    }
    Ok(pool)
}

fn add_from(cms: &CmsFacts, pool: &mut Evidence) {
    for certificate in &cms.certificates {
        pool.add_certificate(certificate.clone(), Origin::Signature);
    }
    // What cannot be read proves nothing, and its absence is seen where it was needed.
    for crl in cms.crls.iter().filter_map(|der| Crl::from_der(der).ok()) {
        pool.add_crl(crl, Origin::Signature);
    }
    for response in cms.ocsp_responses.iter().filter_map(|der| OcspResponse::from_der(der).ok()) {
        pool.add_response(response, Origin::Signature);
    }
}

/// The paths built so far: several signatures of one signer share one.
struct Paths<'a> {
    trust: &'a TrustStore,
    pool: &'a Evidence,
    time: Time,
    cache: &'a Cache,
    budget: &'a Budget,
    built: Vec<(Certificate, Use, PathFacts)>,
}

impl Paths<'_> {
    fn of(&mut self, signature: &SignatureFacts) -> crate::Result<Option<PathFacts>> {
        let signer = signature.cms.as_ref().and_then(|cms| cms.signer.as_ref()).filter(|_| !signature.unsigned);
        let Some(signer) = signer else { return Ok(None) };
        let (usage, options) = match signature.kind {
            SignatureKind::Signature => (Use::Signing, PathOptions::default()),
            SignatureKind::DocumentTimestamp => {
                (Use::Timestamping, PathOptions { extended_key_usage: Some(TIME_STAMPING.to_owned()), ..PathOptions::default() })
            }
        };
        if let Some((_, _, path)) = self.built.iter().find(|(certificate, used, _)| certificate == signer && *used == usage) {
            return Ok(Some(path.clone()));
        }
        let path = build_path(signer, self.trust, usage, self.pool, &options, self.time, self.cache, self.budget)?;
        self.built.push((signer.clone(), usage, path.clone()));
        Ok(Some(path))
    }
}

/// The addresses that paths and statuses ask for, each once.
fn wanted(signers: &[SignerFacts]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for path in signers.iter().filter_map(|signer| signer.path.as_ref()) {
        let statuses = path.steps.iter().filter_map(|step| step.revocation.as_ref()).flat_map(|facts| &facts.wanted);
        for address in path.wanted.iter().chain(statuses) {
            if !all.contains(address) {
                all.push(address.clone());
            }
        }
    }
    all
}
