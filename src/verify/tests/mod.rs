//! Facts made by hand: a perfect signature, and what may be wrong with it.

mod catalogue;
mod gathering;
mod json;
mod judging;
mod page;
mod past;
mod policies;

use super::{Facts, SignerFacts};
use crate::cms::{CmsFacts, Match, ReferenceMatch};
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::evidence::Origin;
use crate::format::{
    Change, ChangeLevel, ClaimedTime, CoverageFacts, DocumentFacts, Later, Place, SignatureFacts, SignatureKind, TimeSource,
};
use crate::message::{Message, id};
use crate::time::{Time, Zone};
use crate::trust::{PathFacts, PathStep, RevocationFacts, RevocationStatus};
use crate::x509::{Certificate, pem_certificates};

/// The time that these tests judge for.
pub(crate) fn noon() -> Time {
    at("2026-11-23T09:30:05Z")
}

pub(crate) fn at(text: &str) -> Time {
    Time::parse(text, Zone::UTC).unwrap()
}

/// A certificate of the test PKI.
pub(crate) fn certificate(name: &str) -> Certificate {
    let path = format!("{}/fixtures/pki/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    pem_certificates(&std::fs::read(path).unwrap()).unwrap().remove(0)
}

/// A letter with one signature that nothing is wrong with.
pub(crate) fn perfect() -> Facts {
    facts(vec![signature("an", "Sig1")], vec![path(&["an", "sub-rsa", "root-rsa"])])
}

pub(crate) fn facts(signatures: Vec<SignatureFacts>, paths: Vec<PathFacts>) -> Facts {
    Facts {
        schema: Facts::SCHEMA.to_owned(),
        name: Some("GXN-123.pdf".to_owned()),
        document: DocumentFacts {
            format: "pdf".to_owned(),
            bytes: 39_147,
            sha256: Some("5f1c00000000000000000000000000000000000000000000000000000000e09a".to_owned()),
            pages: Some(1),
            revisions: 1,
            findings: Vec::new(),
            signatures,
        },
        signers: paths.into_iter().map(|path| SignerFacts { path: Some(path), ..SignerFacts::default() }).collect(),
        trust: ("0123456789abcdef".to_owned(), 1),
        time: noon(),
        online: false,
        corrections: Vec::new(),
    }
}

pub(crate) fn signature(signer: &str, field: &str) -> SignatureFacts {
    SignatureFacts {
        kind: SignatureKind::Signature,
        field: Some(field.to_owned()),
        sub_filter: Some("ETSI.CAdES.detached".to_owned()),
        claimed_time: Some(ClaimedTime { time: at("2026-11-23T09:28:29Z"), zone: Zone::VIETNAM, source: TimeSource::Dictionary }),
        name: None,
        reason: Some("Phê duyệt".to_owned()),
        location: None,
        contact: None,
        place: Some(Place { page: 1, rect: [320.0, 90.5, 540.0, 170.0] }),
        certification: None,
        coverage: CoverageFacts { byte_range: vec![0, 100, 200, 300], revision: Some(1), revisions: 1, whole_file: true },
        later: Later { level: Some(ChangeLevel::Nothing), allowed: ChangeLevel::FormFilling, changes: Vec::new() },
        cms: Some(cms(signer)),
        unsigned: false,
        findings: Vec::new(),
    }
}

/// A time-stamp over the whole document.
pub(crate) fn timestamp(signer: &str) -> SignatureFacts {
    let cms = CmsFacts { timestamp_time: Some(at("2026-11-23T09:29:00Z")), ..cms(signer) };
    SignatureFacts {
        kind: SignatureKind::DocumentTimestamp,
        sub_filter: Some("ETSI.RFC3161".to_owned()),
        claimed_time: None,
        reason: None,
        place: None,
        cms: Some(cms),
        ..signature(signer, "Stamp1")
    }
}

fn cms(signer: &str) -> CmsFacts {
    CmsFacts {
        algorithm: Some(SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha256 }),
        content_digest_algorithm: Some(DigestAlgorithm::Sha256),
        algorithm_text: "SHA-256 / RSA".to_owned(),
        content: Match::Matches,
        value: Match::Matches,
        signer: Some(certificate(signer)),
        certificates: vec![certificate(signer)],
        crls: Vec::new(),
        ocsp_responses: Vec::new(),
        signing_certificate: ReferenceMatch::Matches,
        signed_attributes: true,
        signing_time: None,
        has_signature_timestamp: false,
        signature_timestamps: Vec::new(),
        timestamp_time: None,
        stated: None,
        findings: Vec::new(),
    }
}

/// A path to an anchor, the end certificate first.
pub(crate) fn path(names: &[&str]) -> PathFacts {
    let step = |(index, name): (usize, &&str)| PathStep {
        certificate: certificate(name),
        revision: None,
        origin: if index + 1 == names.len() { Origin::TrustStore } else { Origin::Signature },
        revocation: (index + 1 < names.len()).then(good),
    };
    PathFacts {
        steps: names.iter().enumerate().map(step).collect(),
        anchored: true,
        problems: Vec::new(),
        wanted: Vec::new(),
        rejected: Vec::new(),
    }
}

pub(crate) fn good() -> RevocationFacts {
    RevocationFacts {
        status: RevocationStatus::Good,
        source: Some(crate::trust::RevocationSource::Crl),
        statement: Some([7; 32]),
        revoked_at: None,
        reason: None,
        this_update: Some(at("2026-11-23T09:28:00Z")),
        next_update: Some(at("2026-12-23T00:00:00Z")),
        origin: Some(Origin::Caller),
        issuer: Some("CN=Kyso Test Sub CA".to_owned()),
        signature_algorithm: Some(SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha256 }),
        revision: None,
        rejected: Vec::new(),
        wanted: Vec::new(),
    }
}

pub(crate) fn revoked() -> RevocationFacts {
    RevocationFacts { status: RevocationStatus::Revoked, revoked_at: Some(at("2026-06-01T00:00:00Z")), reason: Some(1), ..good() }
}

/// The facts of the one signature.
pub(crate) fn first(facts: &mut Facts) -> &mut SignatureFacts {
    &mut facts.document.signatures[0]
}

pub(crate) fn first_cms(facts: &mut Facts) -> &mut CmsFacts {
    first(facts).cms.as_mut().unwrap()
}

pub(crate) fn first_path(facts: &mut Facts) -> &mut PathFacts {
    facts.signers[0].path.as_mut().unwrap()
}

pub(crate) fn first_status(facts: &mut Facts) -> &mut RevocationFacts {
    first_path(facts).steps[0].revocation.as_mut().unwrap()
}

/// New content on a page in a second revision.
pub(crate) fn changed_page(facts: &mut Facts) {
    changed(facts, ChangeLevel::Other, Message::new(id::LATER_PAGE_CONTENT).with("revision", 2_u64).with("page", 1_u64));
}

/// A change of this level in a second revision.
pub(crate) fn changed(facts: &mut Facts, level: ChangeLevel, message: Message) {
    facts.document.revisions = 2;
    let signature = first(facts);
    signature.coverage = CoverageFacts { whole_file: false, revisions: 2, ..signature.coverage.clone() };
    signature.later.level = Some(level);
    signature.later.changes.push(Change { revision: 2, level, covers: false, message });
}
