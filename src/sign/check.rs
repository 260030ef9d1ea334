//! What is refused before a key is touched, as far as it is about the certificate and its key, and about what the document shows.

use super::{Padding, Scrutiny, SignOptions};
use crate::crypto::{DigestAlgorithm, KeyKind, SignatureAlgorithm};
use crate::document::Document;
use crate::error::ErrorKind;
use crate::message::{Message, id};
use crate::time::Time;
use crate::x509::Certificate;

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scheme {
    pub(super) digest: DigestAlgorithm,
    pub(super) algorithm: SignatureAlgorithm,
    /// The most bytes that a signature value takes.
    pub(super) value_length: usize,
}

/// Refuses a certificate that may not sign at any of `times`, or whose key is too weak or unknown.
pub(super) fn certificate(certificate: &Certificate, times: impl IntoIterator<Item = Time>) -> crate::Result<()> {
    for time in times {
        if time < certificate.not_before() {
            let message = Message::new(id::SIGN_CERTIFICATE_NOT_YET_VALID).with_day("from", certificate.not_before());
            return Err(refused(message.with("name", name(certificate)).with("time", time)));
        }
        if time > certificate.not_after() {
            let message = Message::new(id::SIGN_CERTIFICATE_EXPIRED).with_day("until", certificate.not_after());
            return Err(refused(message.with("name", name(certificate)).with("time", time)));
        }
    }
    // RFC 5280 4.2.1.3: without the extension every use is allowed.
    let usage = certificate.extensions().key_usage;
    if usage.is_some_and(|usage| !usage.digital_signature && !usage.non_repudiation) {
        return Err(refused(Message::new(id::SIGN_KEY_USAGE).with("name", name(certificate))));
    }
    key(&certificate.key_kind())
}

/// Refuses a document that can show something else than what is signed, as far as `scrutiny` asks for it.
pub(super) fn document(document: &Document, scrutiny: Scrutiny) -> crate::Result<()> {
    if scrutiny == Scrutiny::Accepting {
        return Ok(());
    }
    let shadows = document.shadows()?;
    if let Some(shadow) = shadows.iter().find(|shadow| shadow.id() == id::SHADOW_VALUE) {
        return Err(refused(shadow.renamed(id::SIGN_SHADOW_VALUE)));
    }
    if scrutiny == Scrutiny::Strict && !shadows.is_empty() {
        return Err(refused(Message::new(id::SIGN_STRICT).with("count", shadows.len())));
    }
    Ok(())
}

/// Refuses a key that is too short, or of a kind that nothing here signs with.
pub(super) fn key(kind: &KeyKind) -> crate::Result<()> {
    match kind {
        KeyKind::Rsa { bits } if *bits < RSA_MINIMUM_BITS => Err(refused(Message::new(id::SIGN_RSA_SHORT).with("bits", *bits))),
        KeyKind::Rsa { .. } | KeyKind::Ed25519 => Ok(()),
        KeyKind::Ec { curve, .. } if CURVES.contains(&curve.as_str()) => Ok(()),
        _ => Err(refused(Message::new(id::SIGN_KEY_UNSUPPORTED).with("key", key_name(kind)))),
    }
}

/// Refuses SHA-1, SHA-224, MD5 and what PAdES does not use.
pub(super) fn digest(digest: DigestAlgorithm) -> crate::Result<DigestAlgorithm> {
    match digest {
        DigestAlgorithm::Sha256 | DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512 => Ok(digest),
        _ => Err(refused(Message::new(id::SIGN_DIGEST).with("digest", digest.name()))),
    }
}

/// The scheme for a key, by the wishes of `options`.
pub(super) fn scheme(kind: &KeyKind, options: &SignOptions) -> crate::Result<Scheme> {
    scheme_of(kind, options.digest, options.padding)
}

pub(super) fn scheme_of(kind: &KeyKind, wanted: Option<DigestAlgorithm>, padding: Padding) -> crate::Result<Scheme> {
    key(kind)?;
    let wanted = wanted.map(digest).transpose()?;
    if padding == Padding::Pss && !matches!(kind, KeyKind::Rsa { .. }) {
        return Err(refused(Message::new(id::SIGN_PADDING).with("key", key_name(kind))));
    }
    match kind {
        KeyKind::Rsa { bits } => {
            let digest = wanted.unwrap_or(DigestAlgorithm::Sha256);
            let algorithm = match padding {
                Padding::Pkcs1 => SignatureAlgorithm::RsaPkcs1 { digest },
                Padding::Pss => SignatureAlgorithm::RsaPss { digest, mask_digest: digest, salt_length: digest.length() },
            };
            Ok(Scheme { digest, algorithm, value_length: length(bits.div_ceil(8)) })
        }
        KeyKind::Ec { bits, .. } => {
            let digest = wanted.unwrap_or(match bits {
                ..=256 => DigestAlgorithm::Sha256,
                257..=384 => DigestAlgorithm::Sha384,
                _ => DigestAlgorithm::Sha512,
            });
            // Two INTEGERs with a leading zero, and the tags and lengths around them.
            let value_length = length(bits.div_ceil(8)).saturating_add(4).saturating_mul(2).saturating_add(4);
            Ok(Scheme { digest, algorithm: SignatureAlgorithm::Ecdsa { digest }, value_length })
        }
        KeyKind::Ed25519 => match wanted {
            // RFC 8419 3.1: the message digest is by SHA-512.
            None | Some(DigestAlgorithm::Sha512) => {
                Ok(Scheme { digest: DigestAlgorithm::Sha512, algorithm: SignatureAlgorithm::Ed25519, value_length: 64 })
            }
            Some(digest) => {
                let message = Message::new(id::SIGN_DIGEST_FOR_KEY).with("digest", digest.name());
                Err(refused(message.with("key", key_name(kind)).with("wanted", DigestAlgorithm::Sha512.name())))
            }
        },
        _ => Err(refused(Message::new(id::SIGN_KEY_UNSUPPORTED).with("key", key_name(kind)))),
    }
}

/// What people call the holder of a certificate.
pub(super) fn name(certificate: &Certificate) -> String {
    certificate.subject().display_name().map_or_else(|| certificate.subject().to_string(), str::to_owned)
}

pub(super) fn refused(message: Message) -> crate::Error {
    crate::Error::new(ErrorKind::Refused, message)
}

fn key_name(kind: &KeyKind) -> String {
    match kind {
        KeyKind::Dsa => String::from("DSA"),
        KeyKind::Ec { curve, .. } => curve.clone(),
        KeyKind::Ed25519 => String::from("Ed25519"),
        KeyKind::Ed448 => String::from("Ed448"),
        KeyKind::Rsa { bits } => format!("RSA {bits}"),
        KeyKind::Unknown { oid } => oid.clone(),
    }
}

fn length(bytes: u32) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

const RSA_MINIMUM_BITS: u32 = 2048;

/// Curves whose signature values can be checked before they go in.
#[cfg(feature = "extra-curves")]
const CURVES: &[&str] = &["P-256", "P-384", "P-521", "brainpoolP256r1", "brainpoolP384r1"];
#[cfg(not(feature = "extra-curves"))]
const CURVES: &[&str] = &["P-256", "P-384"];
