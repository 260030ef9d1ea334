//! What `ring` does: the common schemes of verification, and all signing with keys that it has.

#[cfg(feature = "http")]
use ring::rand::SecureRandom as _;
use ring::rand::SystemRandom;
use ring::signature::{
    self, ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA384_FIXED, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};

use super::rsa::{RsaKey, bit_length};
use crate::crypto::key::Curve;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};

/// Whether the value fits; `None` where `ring` lacks the scheme or the size.
pub(crate) fn verify_rsa(key: RsaKey<'_>, algorithm: SignatureAlgorithm, message: &[u8], value: &[u8]) -> Option<bool> {
    let (parameters, minimum) = rsa_parameters(algorithm)?;
    if bit_length(key.modulus) < minimum {
        return None;
    }
    let components = RsaPublicKeyComponents { n: key.modulus, e: key.exponent };
    Some(components.verify(parameters, message, value).is_ok())
}

fn rsa_parameters(algorithm: SignatureAlgorithm) -> Option<(&'static RsaParameters, usize)> {
    use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
    Some(match algorithm {
        SignatureAlgorithm::RsaPkcs1 { digest: Sha1 } => (&signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, 1024),
        SignatureAlgorithm::RsaPkcs1 { digest: Sha256 } => (&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, 1024),
        SignatureAlgorithm::RsaPkcs1 { digest: Sha384 } => (&signature::RSA_PKCS1_2048_8192_SHA384, 2048),
        SignatureAlgorithm::RsaPkcs1 { digest: Sha512 } => (&signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, 1024),
        SignatureAlgorithm::RsaPss { digest, mask_digest, salt_length } if digest == mask_digest && salt_length == digest.length() => {
            match digest {
                Sha256 => (&signature::RSA_PSS_2048_8192_SHA256, 2048),
                Sha384 => (&signature::RSA_PSS_2048_8192_SHA384, 2048),
                Sha512 => (&signature::RSA_PSS_2048_8192_SHA512, 2048),
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// Whether the value fits; `None` where `ring` lacks the curve, the digest or the form of the point.
pub(crate) fn verify_ecdsa(curve: Curve, algorithm: SignatureAlgorithm, point: &[u8], message: &[u8], value: &[u8]) -> Option<bool> {
    use DigestAlgorithm::{Sha256, Sha384};
    let algorithm: &dyn VerificationAlgorithm = match (curve, algorithm) {
        (Curve::P256, SignatureAlgorithm::Ecdsa { digest: Sha256 }) => &ECDSA_P256_SHA256_ASN1,
        (Curve::P256, SignatureAlgorithm::Ecdsa { digest: Sha384 }) => &ECDSA_P256_SHA384_ASN1,
        (Curve::P384, SignatureAlgorithm::Ecdsa { digest: Sha256 }) => &ECDSA_P384_SHA256_ASN1,
        (Curve::P384, SignatureAlgorithm::Ecdsa { digest: Sha384 }) => &ECDSA_P384_SHA384_ASN1,
        (Curve::P256, SignatureAlgorithm::PlainEcdsa { digest: Sha256 }) => &ECDSA_P256_SHA256_FIXED,
        (Curve::P384, SignatureAlgorithm::PlainEcdsa { digest: Sha384 }) => &ECDSA_P384_SHA384_FIXED,
        _ => return None,
    };
    if point.first() != Some(&4) {
        return None;
    }
    Some(UnparsedPublicKey::new(algorithm, point).verify(message, value).is_ok())
}

pub(crate) fn verify_ed25519(point: &[u8], message: &[u8], value: &[u8]) -> bool {
    UnparsedPublicKey::new(&signature::ED25519, point).verify(message, value).is_ok()
}

/// A private key that `ring` signs with.
pub(crate) enum SigningKey {
    Ec(Curve, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

impl SigningKey {
    /// Of a DER `RSAPrivateKey` with all its numbers.
    pub(crate) fn rsa(der: &[u8]) -> Option<Self> {
        Some(Self::Rsa(Box::new(RsaKeyPair::from_der(der).ok()?)))
    }

    /// Of a private number and its point, which are checked against each other.
    pub(crate) fn ec(curve: Curve, secret: &[u8], point: &[u8]) -> Option<Self> {
        let algorithm = match curve {
            Curve::P256 => &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
            Curve::P384 => &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
            _ => return None,
        };
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, secret, point, &SystemRandom::new()).ok().map(|key| Self::Ec(curve, key))
    }

    /// Of a seed, and the public key where the file has it.
    pub(crate) fn ed25519(seed: &[u8], public: Option<&[u8]>) -> Option<Self> {
        let key = match public {
            Some(public) => Ed25519KeyPair::from_seed_and_public_key(seed, public),
            None => Ed25519KeyPair::from_seed_unchecked(seed),
        };
        key.ok().map(Self::Ed25519)
    }

    /// The bits of the public key, for Ed25519.
    pub(crate) fn ed25519_public(&self) -> Option<&[u8]> {
        match self {
            Self::Ed25519(key) => Some(key.public_key().as_ref()),
            Self::Ec(..) | Self::Rsa(_) => None,
        }
    }

    /// The signature value, or `None` where the key cannot do `algorithm`.
    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        use DigestAlgorithm::{Sha256, Sha384};
        match (self, algorithm) {
            (Self::Rsa(key), _) => sign_rsa(key, algorithm, message),
            (Self::Ec(Curve::P256, key), SignatureAlgorithm::Ecdsa { digest: Sha256 })
            | (Self::Ec(Curve::P384, key), SignatureAlgorithm::Ecdsa { digest: Sha384 }) => {
                Some(key.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec())
            }
            (Self::Ed25519(key), SignatureAlgorithm::Ed25519) => Some(key.sign(message).as_ref().to_vec()),
            _ => None,
        }
    }
}

#[cfg(feature = "http")]
/// Bytes that nobody can guess; `None` where the system gives none.
pub(crate) fn random<const LENGTH: usize>() -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

fn sign_rsa(key: &RsaKeyPair, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    let encoding: &dyn signature::RsaEncoding = match algorithm {
        SignatureAlgorithm::RsaPkcs1 { digest: Sha256 } => &signature::RSA_PKCS1_SHA256,
        SignatureAlgorithm::RsaPkcs1 { digest: Sha384 } => &signature::RSA_PKCS1_SHA384,
        SignatureAlgorithm::RsaPkcs1 { digest: Sha512 } => &signature::RSA_PKCS1_SHA512,
        SignatureAlgorithm::RsaPss { digest, mask_digest, salt_length } if digest == mask_digest && salt_length == digest.length() => {
            match digest {
                Sha256 => &signature::RSA_PSS_SHA256,
                Sha384 => &signature::RSA_PSS_SHA384,
                Sha512 => &signature::RSA_PSS_SHA512,
                _ => return None,
            }
        }
        _ => return None,
    };
    let mut value = vec![0; key.public().modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut value).ok()?;
    Some(value)
}
