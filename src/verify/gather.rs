//! One pass of gathering: a pure function of document, evidence, trust and time.

use super::{Facts, SignerFacts};
use crate::cms::CmsFacts;
use crate::document::Document;
use crate::evidence::{Evidence, Origin, Request};
use crate::format::{DocumentFacts, SignatureFacts, SignatureKind};
use crate::limits::Budget;
use crate::time::Time;
use crate::trust::{Cache, PathFacts, PathOptions, TrustStore, Use, Wanted, build_path};
use crate::x509::{Certificate, Crl, OcspResponse};

/// id-kp-timeStamping (RFC 3161 2.3).
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// The facts, and what could be fetched to know more.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gathered {
    /// What was found out.
    pub facts: Facts,
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
        signers.push(SignerFacts { path: paths.of(signature)? });
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
    Ok(Gathered { facts, wanted: wanted.into_requests() })
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
    wanted: &'a Wanted,
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
        let path = build_path(signer, self.trust, usage, self.pool, &options, self.time, self.cache, self.budget, self.wanted)?;
        self.built.push((signer.clone(), usage, path.clone()));
        Ok(Some(path))
    }
}
