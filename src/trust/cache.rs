//! Signatures on certificates, CRLs and OCSP responses that were checked already.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::crypto::{DigestAlgorithm, PublicKey, VerifyError};
use crate::limits::{Budget, Exceeded, Resource};
use crate::x509::{Certificate, Crl, OcspResponse};

/// Fingerprint of what is signed, and of the key.
type Key = ([u8; 32], [u8; 32]);
type Checks = HashMap<Key, Result<(), VerifyError>>;

/// Signatures on certificates, CRLs and OCSP responses that were checked already, by fingerprint and issuer key. Share one over a process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cache(Arc<Mutex<Checks>>);

impl Cache {
    /// Whether the key of `issuer` made the signature of `certificate`.
    pub(super) fn certificate(
        &self,
        certificate: &Certificate,
        issuer: &PublicKey,
        budget: &Budget,
    ) -> Result<Result<(), VerifyError>, Exceeded> {
        self.check(certificate.sha256(), issuer, budget, || certificate.is_signed_by(issuer))
    }

    /// Whether the key of `issuer` made the signature of `crl`.
    pub(super) fn crl(&self, crl: &Crl, issuer: &PublicKey, budget: &Budget) -> Result<Result<(), VerifyError>, Exceeded> {
        self.check(crl.sha256(), issuer, budget, || crl.is_signed_by(issuer))
    }

    /// Whether the key of `responder` made the signature of `response`.
    pub(super) fn response(
        &self,
        response: &OcspResponse,
        responder: &PublicKey,
        budget: &Budget,
    ) -> Result<Result<(), VerifyError>, Exceeded> {
        self.check(response.sha256(), responder, budget, || response.is_signed_by(responder))
    }

    fn check(
        &self,
        signed: [u8; 32],
        issuer: &PublicKey,
        budget: &Budget,
        verify: impl FnOnce() -> Result<(), VerifyError>,
    ) -> Result<Result<(), VerifyError>, Exceeded> {
        let issuer = DigestAlgorithm::Sha256.digest(issuer.spki()).try_into().unwrap_or_default();
        let key = (signed, issuer);
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(*known);
        }
        budget.spend(Resource::SignatureChecks, 1)?;
        // Not under the lock: a check takes long, and twice is no harm.
        let result = verify();
        let mut checks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if checks.len() >= CAPACITY {
            checks.clear();
        }
        checks.insert(key, result);
        Ok(result)
    }
}

/// About 8 MiB. Hostile documents can fill it; then it starts anew.
const CAPACITY: usize = 65_536;
