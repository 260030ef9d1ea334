//! What is added to a signed document so that it can be checked for years: validation data and document timestamps (EN 319 142-1 5.4, 5.5).

use std::collections::HashMap;

use super::Timestamper;
use super::check;
use super::timestamper::taken;
use crate::document::Document;
use crate::error::{Error, ErrorKind};
use crate::evidence::Evidence;
use crate::format::SignatureFacts;
use crate::format::pdf::prepare::Draft;
use crate::format::pdf::store::{self, Related, ValidationData};
use crate::format::pdf::{self};
use crate::message::{Message, id};
use crate::trust::{PathFacts, RevocationSource};
use crate::verify::{Gathered, SignerFacts};
use crate::x509::Certificate;

/// The certificates and statuses by which the signatures and timestamps of `document` were checked.
pub(crate) fn validation_data(document: &Document, gathered: &Gathered) -> crate::Result<ValidationData> {
    let contents = pdf::contents(document.pdf())?;
    let mut collection = Collection { evidence: &gathered.evidence, data: ValidationData::default(), known: HashMap::new() };
    for (index, (signer, contents)) in gathered.facts.signers.iter().zip(contents).enumerate() {
        if gathered.facts.document.signatures.get(index).is_some_and(|signature| signature.unsigned) {
            continue;
        }
        let related = collection.of(signer, contents);
        collection.data.related.push(related);
    }
    Ok(collection.data)
}

/// What was collected so far.
struct Collection<'a> {
    evidence: &'a Evidence,
    data: ValidationData,
    /// Where each piece is in its list.
    known: HashMap<[u8; 32], usize>,
}

impl Collection<'_> {
    fn of(&mut self, signer: &SignerFacts, contents: Vec<u8>) -> Related {
        let mut related = Related { contents, ..Related::default() };
        for path in signer.paths() {
            self.path(path, &mut related);
        }
        related
    }

    fn path(&mut self, path: &PathFacts, related: &mut Related) {
        for step in &path.steps {
            self.certificate(&step.certificate, related);
            let Some(status) = &step.revocation else { continue };
            match (status.source, status.statement) {
                (Some(RevocationSource::Crl), Some(sha256)) => self.list(sha256, related),
                (Some(RevocationSource::Ocsp), Some(sha256)) => self.response(sha256, related),
                _ => {}
            }
        }
    }

    fn certificate(&mut self, certificate: &Certificate, related: &mut Related) {
        let list = &mut self.data.certificates;
        let index = *self.known.entry(certificate.sha256()).or_insert_with(|| {
            list.push(certificate.as_der().to_vec());
            list.len().saturating_sub(1)
        });
        note(&mut related.certificates, index);
    }

    fn list(&mut self, sha256: [u8; 32], related: &mut Related) {
        let evidence = self.evidence;
        let Some(crl) = evidence.crl(sha256) else { return };
        let is_new = !self.known.contains_key(&sha256);
        let list = &mut self.data.crls;
        let index = *self.known.entry(sha256).or_insert_with(|| {
            list.push(crl.as_der().to_vec());
            list.len().saturating_sub(1)
        });
        note(&mut related.crls, index);
        if is_new {
            let signers = evidence.certificates().map(|(certificate, _)| certificate);
            self.helpers(signers.filter(|signer| signer.subject().matches(crl.issuer())), related);
        }
    }

    fn response(&mut self, sha256: [u8; 32], related: &mut Related) {
        let evidence = self.evidence;
        let Some(response) = evidence.response(sha256) else { return };
        let is_new = !self.known.contains_key(&sha256);
        let list = &mut self.data.responses;
        let index = *self.known.entry(sha256).or_insert_with(|| {
            list.push(response.as_der().to_vec());
            list.len().saturating_sub(1)
        });
        note(&mut related.responses, index);
        if is_new {
            let known = evidence.certificates().map(|(certificate, _)| certificate);
            self.helpers(response.certificates().iter().chain(known).filter(|signer| response.is_by(signer)), related);
        }
    }

    /// Those who signed lists and responses, and what there is of their own status.
    fn helpers<'c>(&mut self, signers: impl Iterator<Item = &'c Certificate>, related: &mut Related) {
        let signers: Vec<Certificate> = signers.filter(|signer| !self.known.contains_key(&signer.sha256())).cloned().collect();
        for signer in signers {
            self.certificate(&signer, related);
            let responses = self.evidence.responses().map(|(response, _)| response).filter(|response| response.mentions(&signer));
            for sha256 in responses.map(crate::x509::OcspResponse::sha256).collect::<Vec<_>>() {
                self.response(sha256, related);
            }
            let lists = self.evidence.crls().map(|(crl, _)| crl).filter(|crl| crl.issuer().matches(signer.issuer()));
            for sha256 in lists.map(crate::x509::Crl::sha256).collect::<Vec<_>>() {
                self.list(sha256, related);
            }
        }
    }
}

fn note(indices: &mut Vec<usize>, index: usize) {
    if !indices.contains(&index) {
        indices.push(index);
    }
}

/// The bytes to append for a document timestamp over all of `document`.
pub(crate) fn stamp(document: &Document, timestamper: &dyn Timestamper) -> crate::Result<Vec<u8>> {
    let algorithm = check::digest(timestamper.digest_algorithm())?;
    let mut original = algorithm.hasher();
    original.update(document.bytes());
    let mut reserve = timestamper.token_length();
    let mut may_grow = true;
    loop {
        let draft = Draft::timestamp(document.pdf(), reserve)?;
        let imprint = draft.digest(original.clone());
        let (token, _) = taken(&timestamper.timestamp(algorithm, &imprint)?, algorithm, &imprint)?;
        match draft.fill(&token) {
            Ok(appended) => return Ok(appended),
            Err(too_small) if may_grow => {
                may_grow = false;
                reserve = too_small.needed.saturating_add(ROOM);
            }
            Err(too_small) => {
                let message = Message::new(id::SIGN_HOLE_TOO_SMALL).with("needed", too_small.needed);
                return Err(Error::new(ErrorKind::Refused, message.with("reserved", too_small.reserved)));
            }
        }
    }
}

/// The bytes to append so that `document` has `data`; empty where it has all of it.
pub(crate) fn store(document: &Document, data: &ValidationData) -> crate::Result<Vec<u8>> {
    store::store(document.pdf(), data)
}

/// `document` with `appended` behind it, where every signature is as it was.
pub(crate) fn extended(document: &Document, appended: &[u8]) -> crate::Result<Document> {
    let failed = || Error::new(ErrorKind::Refused, Message::new(id::SIGN_SELF_CHECK));
    let whole = document.with_bytes([&**document.bytes(), appended].concat()).map_err(|error| failed().because(error))?;
    let before = document.examine(&Evidence::new())?;
    let after = whole.examine(&Evidence::new())?;
    if whole.pdf().revisions().len() != document.pdf().revisions().len().saturating_add(1) || !whole.pdf().repairs().is_empty() {
        return Err(failed());
    }
    for earlier in &before.signatures {
        let is_same = |later: &&SignatureFacts| later.field == earlier.field && later.coverage.byte_range == earlier.coverage.byte_range;
        if !after.signatures.iter().find(is_same).is_some_and(|later| super::proof::is_as_before(earlier, later)) {
            let field = earlier.field.clone().unwrap_or_default();
            return Err(Error::new(ErrorKind::Refused, Message::new(id::SIGN_EARLIER_BROKEN).with("field", field)));
        }
    }
    Ok(whole)
}

/// What a second token may be longer than the first.
const ROOM: usize = 1024;
