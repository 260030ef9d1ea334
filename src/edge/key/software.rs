//! A key in memory with the certificates that belong to it.

use crate::crypto::{KeyError, PrivateKey, VerifyError};
use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};
use crate::time::Time;
use crate::x509::Certificate;
use crate::{Identity, Result, SignatureAlgorithm};

/// What the key sources of this folder come down to.
pub(super) struct SoftwareKey {
    pub(super) identity: Identity,
    key: PrivateKey,
}

impl SoftwareKey {
    /// Of the keys and certificates of a file, the key that is there for signing, its certificate, and the issuers.
    pub(super) fn choose(keys: Vec<PrivateKey>, certificates: &[Certificate]) -> Result<Self> {
        let none = if keys.is_empty() { id::KEY_NONE } else { id::KEY_CERTIFICATE_MISSING };
        let mut best: Option<(Suitability, PrivateKey, &Certificate)> = None;
        for key in keys {
            let public = key.public_key();
            let own = certificates.iter().filter(|certificate| certificate.public_key().is_same_key(&public));
            let Some((suitability, certificate)) = own.map(|own| (suitability(own), own)).reduce(better) else { continue };
            if best.as_ref().is_none_or(|best| suitability > best.0) {
                best = Some((suitability, key, certificate));
            }
        }
        let (_, key, certificate) = best.ok_or_else(|| error(none))?;
        let chain = chain(certificate, certificates);
        Ok(Self { identity: Identity::new(certificate.clone(), chain), key })
    }

    pub(super) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        let refused = || Error::new(ErrorKind::Key, Message::new(id::KEY_ALGORITHM).with("algorithm", algorithm.name()));
        self.key.sign(algorithm, message).ok_or_else(refused)
    }
}

/// An error about a key that needs no more than its id.
pub(super) fn error(id: &'static str) -> Error {
    let kind = match id {
        id::KEY_PASSWORD_MISSING | id::KEY_PASSWORD_WRONG => ErrorKind::Password,
        id::KEY_ENCRYPTION_UNSUPPORTED | id::KEY_PEM_ENCRYPTION | id::KEY_UNSUPPORTED => ErrorKind::Unsupported,
        id::KEY_WORK => ErrorKind::Limit,
        _ => ErrorKind::Key,
    };
    Error::new(kind, Message::new(id))
}

/// Says what is wrong with a private key.
pub(super) fn key_error(cause: KeyError) -> Error {
    match cause {
        KeyError::Malformed => error(id::KEY_MALFORMED),
        KeyError::TooShort(bits) => Error::new(ErrorKind::Refused, Message::new(id::KEY_TOO_SHORT).with("bits", bits)),
        KeyError::Unsupported => error(id::KEY_UNSUPPORTED),
    }
    .because(cause)
}

/// How well a certificate suits signing documents: what its key usage says, then how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Suitability {
    usage: Usage,
    until: Time,
}

/// Files with two keys have one to log in (digitalSignature) and one to sign (nonRepudiation).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Usage {
    None,
    Signature,
    NonRepudiation,
}

fn suitability(certificate: &Certificate) -> Suitability {
    let usage = match certificate.extensions().key_usage {
        Some(usage) if usage.non_repudiation => Usage::NonRepudiation,
        Some(usage) if !usage.digital_signature => Usage::None,
        _ => Usage::Signature,
    };
    Suitability { usage, until: certificate.not_after() }
}

fn better<'a>(one: (Suitability, &'a Certificate), other: (Suitability, &'a Certificate)) -> (Suitability, &'a Certificate) {
    if other.0 > one.0 { other } else { one }
}

/// The issuers of `certificate` as far as `pool` has them, nearest first, each checked by its key.
fn chain(certificate: &Certificate, pool: &[Certificate]) -> Vec<Certificate> {
    let mut out: Vec<Certificate> = Vec::new();
    let mut last = certificate;
    while !last.is_self_issued() && out.len() < pool.len() {
        let issuer = pool.iter().find(|issuer| is_issued_by(last, issuer) && *issuer != certificate && !out.contains(issuer));
        let Some(issuer) = issuer else { break };
        out.push(issuer.clone());
        last = issuer;
    }
    out
}

fn is_issued_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    // An algorithm that cannot be checked here leaves the name; the verifier decides in the end.
    certificate.issuer().matches(issuer.subject())
        && matches!(certificate.is_signed_by(issuer.public_key()), Ok(()) | Err(VerifyError::Unsupported))
}
