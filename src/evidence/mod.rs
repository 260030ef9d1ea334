//! Certificates, CRLs and OCSP responses that may prove something; none of them is trusted for being here.

mod fetch;
mod request;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};
use crate::x509::{Certificate, Contents, Crl, OcspResponse, file_contents};

pub use fetch::{Fetch, FetchError};
pub use request::{Request, RequestKind};

/// Where a piece of evidence came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// From the caller.
    Caller,
    /// From the document security store (`/DSS`).
    DocumentSecurityStore,
    /// Fetched for the purpose.
    Network,
    /// From the signature.
    Signature,
    /// From the trust store.
    TrustStore,
}

/// A set of evidence; duplicates are kept once, with the first origin.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    certificates: Vec<(Certificate, Origin)>,
    crls: Vec<(Crl, Origin)>,
    responses: Vec<(OcspResponse, Origin)>,
    /// SHA-256 of everything in the lists, with the first revision of the document that has it, from 1.
    seen: HashMap<[u8; 32], Option<u64>>,
    /// Why answers were not had, with the certificate they would have been about, by fingerprint.
    failures: Vec<([u8; 32], Message)>,
}

impl Evidence {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what `bytes` hold: certificates, CRLs or OCSP responses, DER or PEM, or PKCS#7 with certificates.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where they hold none of them, or a part of them is damaged; then nothing is added.
    pub fn add(&mut self, bytes: &[u8]) -> crate::Result<()> {
        let contents = file_contents(bytes)?;
        if contents.certificates.is_empty() && contents.crls.is_empty() && contents.responses.is_empty() {
            return Err(Error::new(ErrorKind::Format, Message::new(id::REVOCATION_EVIDENCE_NONE)));
        }
        self.add_contents(contents, Origin::Caller);
        Ok(())
    }

    pub(crate) fn add_contents(&mut self, contents: Contents, origin: Origin) {
        contents.certificates.into_iter().for_each(|certificate| self.add_certificate(certificate, origin));
        contents.crls.into_iter().for_each(|crl| self.add_crl(crl, origin));
        contents.responses.into_iter().for_each(|response| self.add_response(response, origin));
    }

    pub(crate) fn add_certificate(&mut self, certificate: Certificate, origin: Origin) {
        if self.is_new(certificate.sha256()) {
            self.certificates.push((certificate, origin));
        }
    }

    pub(crate) fn add_crl(&mut self, crl: Crl, origin: Origin) {
        if self.is_new(crl.sha256()) {
            self.crls.push((crl, origin));
        }
    }

    pub(crate) fn add_response(&mut self, response: OcspResponse, origin: Origin) {
        if self.is_new(response.sha256()) {
            self.responses.push((response, origin));
        }
    }

    fn is_new(&mut self, sha256: [u8; 32]) -> bool {
        let is_new = !self.seen.contains_key(&sha256);
        self.seen.entry(sha256).or_default();
        is_new
    }

    /// Notes that this revision of the document, from 1, has the piece of evidence with this SHA-256: what timestamps cover existed then.
    pub(crate) fn brought_by(&mut self, sha256: [u8; 32], revision: u64) {
        if let Some(first) = self.seen.get_mut(&sha256) {
            *first = Some(first.map_or(revision, |first| first.min(revision)));
        }
    }

    /// The list with this SHA-256.
    pub(crate) fn crl(&self, sha256: [u8; 32]) -> Option<&Crl> {
        self.crls.iter().map(|(crl, _)| crl).find(|crl| crl.sha256() == sha256)
    }

    /// The response with this SHA-256.
    pub(crate) fn response(&self, sha256: [u8; 32]) -> Option<&OcspResponse> {
        self.responses.iter().map(|(response, _)| response).find(|response| response.sha256() == sha256)
    }

    /// The first revision of the document that has the piece of evidence with this SHA-256.
    pub(crate) fn revision_of(&self, sha256: [u8; 32]) -> Option<u64> {
        self.seen.get(&sha256).copied().flatten()
    }

    /// Takes over all of `other`.
    pub(crate) fn extend(&mut self, other: &Self) {
        other.certificates.iter().for_each(|(certificate, origin)| self.add_certificate(certificate.clone(), *origin));
        other.crls.iter().for_each(|(crl, origin)| self.add_crl(crl.clone(), *origin));
        other.responses.iter().for_each(|(response, origin)| self.add_response(response.clone(), *origin));
        other.seen.iter().filter_map(|(sha256, revision)| Some((sha256, (*revision)?))).for_each(|(sha256, revision)| {
            self.brought_by(*sha256, revision);
        });
        self.failures.extend(other.failures.iter().cloned());
    }

    /// Notes why an answer to `request` was not had, or proved nothing.
    pub(crate) fn add_failure(&mut self, request: &Request, message: Message) {
        let Some(certificate) = request.certificate() else { return };
        let failure = (certificate.sha256(), message);
        if self.failures.len() < MAX_FAILURES && !self.failures.contains(&failure) {
            self.failures.push(failure);
        }
    }

    /// Why answers about `certificate` were not had.
    pub(crate) fn failures(&self, certificate: &Certificate) -> impl Iterator<Item = &Message> {
        let fingerprint = certificate.sha256();
        self.failures.iter().filter(move |(about, _)| *about == fingerprint).map(|(_, message)| message)
    }

    pub(crate) fn certificates(&self) -> impl Iterator<Item = (&Certificate, Origin)> {
        self.certificates.iter().map(|(certificate, origin)| (certificate, *origin))
    }

    pub(crate) fn crls(&self) -> impl Iterator<Item = (&Crl, Origin)> {
        self.crls.iter().map(|(crl, origin)| (crl, *origin))
    }

    pub(crate) fn responses(&self) -> impl Iterator<Item = (&OcspResponse, Origin)> {
        self.responses.iter().map(|(response, origin)| (response, *origin))
    }
}

const MAX_FAILURES: usize = 256;
