//! Private keys that are in memory.

use zeroize::Zeroizing;

use super::algorithm::AlgorithmIdentifier;
#[cfg(feature = "extra-curves")]
use super::backend::curves::{P521Key, public_point};
use super::backend::ring::SigningKey;
use super::key::{Curve, positive};
use super::{KeyKind, PublicKey, SignatureAlgorithm};
use crate::asn1::{Element, Oid, Reader, Tag, Writer};

/// Keys of fewer bits do not sign.
const RSA_MINIMUM_BITS: u32 = 2048;

/// A private key in memory, zeroed when dropped as far as the crypto crates do so. It is never shown by `Debug`.
pub(crate) struct PrivateKey {
    public: PublicKey,
    secret: Secret,
}

enum Secret {
    #[cfg(feature = "extra-curves")]
    P521(P521Key),
    Ring(SigningKey),
}

/// Why there is no private key to sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyError {
    /// The bytes are no private key, or its numbers do not belong together.
    #[error("the private key is malformed")]
    Malformed,
    /// An RSA key of so few bits.
    #[error("an RSA key of {0} bits is too short to sign with")]
    TooShort(u32),
    /// A kind or size of key that is not signed with.
    #[error("keys of this kind are not supported")]
    Unsupported,
}

impl PrivateKey {
    /// Reads a DER `PrivateKeyInfo` (PKCS#8, RFC 5958 2).
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let Pkcs8 { identifier, key, public } = Pkcs8::read(der).ok_or(KeyError::Malformed)?;
        match identifier.oid {
            Oid::RSA_ENCRYPTION => Self::rsa(&identifier_of_rsa(), key),
            Oid::RSASSA_PSS => Self::rsa(&identifier_as_read(&identifier), key),
            Oid::EC_PUBLIC_KEY => Self::ec(named_curve(identifier.parameters)?, key, public),
            Oid::ED25519 => Self::ed25519(key, public),
            _ => Err(KeyError::Unsupported),
        }
    }

    /// Reads a DER `RSAPrivateKey` (RFC 8017 A.1.2), what `RSA PRIVATE KEY` stands for in PEM.
    pub(crate) fn from_rsa_private_key(der: &[u8]) -> Result<Self, KeyError> {
        Self::rsa(&identifier_of_rsa(), der)
    }

    /// Reads a DER `ECPrivateKey` that names its curve (RFC 5915 3), what `EC PRIVATE KEY` stands for in PEM.
    pub(crate) fn from_ec_private_key(der: &[u8]) -> Result<Self, KeyError> {
        Self::ec(None, der, None)
    }

    /// The public half.
    pub(crate) fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    /// Signs `message`. `None` where the key cannot do `algorithm`.
    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        match &self.secret {
            Secret::Ring(key) => key.sign(algorithm, message),
            #[cfg(feature = "extra-curves")]
            Secret::P521(key) => match algorithm {
                SignatureAlgorithm::Ecdsa { digest: digest @ super::DigestAlgorithm::Sha512 } => {
                    der_value(&key.sign(&digest.digest(message))?)
                }
                _ => None,
            },
        }
    }

    fn rsa(identifier: &[u8], der: &[u8]) -> Result<Self, KeyError> {
        let public = rsa_public(der).and_then(|bits| PublicKey::build(identifier, &bits)).ok_or(KeyError::Malformed)?;
        match public.kind() {
            KeyKind::Rsa { bits } if bits < RSA_MINIMUM_BITS => Err(KeyError::TooShort(bits)),
            // The longest that the backend signs with.
            KeyKind::Rsa { bits } if bits > 4096 => Err(KeyError::Unsupported),
            KeyKind::Rsa { .. } => {
                let secret = SigningKey::rsa(der).ok_or(KeyError::Malformed)?;
                Ok(Self { public, secret: Secret::Ring(secret) })
            }
            _ => Err(KeyError::Malformed),
        }
    }

    fn ec(curve: Option<Curve>, der: &[u8], public: Option<&[u8]>) -> Result<Self, KeyError> {
        let read = EcPrivateKey::read(der).ok_or(KeyError::Malformed)?;
        let named = named_curve(read.curve)?;
        let curve = match (curve, named) {
            (Some(one), Some(other)) if one != other => return Err(KeyError::Malformed),
            (one, other) => one.or(other).ok_or(KeyError::Unsupported)?,
        };
        // RFC 5915 3 fixes the length; some programs drop leading zeros all the same.
        let zeros = curve.length().checked_sub(read.secret.len()).ok_or(KeyError::Malformed)?;
        let mut secret = Zeroizing::new(vec![0; zeros]);
        secret.reserve_exact(read.secret.len());
        secret.extend_from_slice(read.secret);
        let point = match public.or(read.public) {
            Some(point) => point.to_vec(),
            None => derive_point(curve, &secret)?,
        };
        let public = PublicKey::build(&identifier_of_curve(curve), &point).ok_or(KeyError::Malformed)?;
        Ok(Self { secret: ec_secret(curve, &secret, &point)?, public })
    }

    fn ed25519(key: &[u8], public: Option<&[u8]>) -> Result<Self, KeyError> {
        // RFC 8410 7: CurvePrivateKey is an OCTET STRING once more.
        let mut reader = Reader::der(key);
        let seed = reader.expect(Tag::OCTET_STRING).map_err(|_| KeyError::Malformed)?.content;
        reader.finish().map_err(|_| KeyError::Malformed)?;
        let secret = SigningKey::ed25519(seed, public).ok_or(KeyError::Malformed)?;
        let identifier = Writer::build(|writer| writer.sequence(|writer| writer.oid(Oid::ED25519)));
        let public = secret.ed25519_public().and_then(|bits| PublicKey::build(&identifier, bits)).ok_or(KeyError::Malformed)?;
        Ok(Self { public, secret: Secret::Ring(secret) })
    }
}

/// The fields of `OneAsymmetricKey` (RFC 5958 2).
struct Pkcs8<'a> {
    identifier: AlgorithmIdentifier<'a>,
    key: &'a [u8],
    public: Option<&'a [u8]>,
}

impl<'a> Pkcs8<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let mut outside = Reader::der(der);
        let mut reader = outside.sequence().ok()?;
        outside.finish().ok()?;
        if reader.expect(Tag::INTEGER).ok()?.unsigned().ok()? > 1 {
            return None;
        }
        let identifier = AlgorithmIdentifier::read(&mut reader).ok()?;
        let mut out = Self { identifier, key: reader.expect(Tag::OCTET_STRING).ok()?.content, public: None };
        while !reader.is_empty() {
            let element = reader.read().ok()?;
            if element.tag == Tag::context(1) {
                out.public = Some(element.bit_string_octets().ok()?);
            } else if element.tag != Tag::context(0) {
                return None;
            }
        }
        Some(out)
    }
}

/// The fields of `ECPrivateKey` (RFC 5915 3).
struct EcPrivateKey<'a> {
    secret: &'a [u8],
    curve: Option<Element<'a>>,
    public: Option<&'a [u8]>,
}

impl<'a> EcPrivateKey<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let mut outside = Reader::der(der);
        let mut reader = outside.sequence().ok()?;
        outside.finish().ok()?;
        if reader.expect(Tag::INTEGER).ok()?.unsigned() != Ok(1) {
            return None;
        }
        let mut out = Self { secret: reader.expect(Tag::OCTET_STRING).ok()?.content, curve: None, public: None };
        while !reader.is_empty() {
            let element = reader.read().ok()?;
            if element.tag == Tag::context(0) {
                out.curve = Some(element.inner().ok()?);
            } else if element.tag == Tag::context(1) {
                out.public = Some(element.inner().ok()?.bit_string_octets().ok()?);
            } else {
                return None;
            }
        }
        Some(out)
    }
}

/// The DER `RSAPublicKey` of a DER `RSAPrivateKey`.
fn rsa_public(der: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::der(der).sequence().ok()?;
    if reader.expect(Tag::INTEGER).ok()?.unsigned() != Ok(0) {
        return None;
    }
    let (modulus, exponent) = (reader.expect(Tag::INTEGER).ok()?, reader.expect(Tag::INTEGER).ok()?);
    positive(modulus)?;
    Some(Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.raw(modulus.raw);
            writer.raw(exponent.raw);
        });
    }))
}

/// The curve that the parameters name; explicit parameters and other curves are not supported.
fn named_curve(parameters: Option<Element<'_>>) -> Result<Option<Curve>, KeyError> {
    let Some(parameters) = parameters else { return Ok(None) };
    if parameters.tag != Tag::OID {
        return Err(KeyError::Unsupported);
    }
    let oid = parameters.oid().map_err(|_| KeyError::Malformed)?;
    Curve::from_oid(oid).map(Some).ok_or(KeyError::Unsupported)
}

fn identifier_of_rsa() -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(Oid::RSA_ENCRYPTION);
            writer.null();
        });
    })
}

fn identifier_of_curve(curve: Curve) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(Oid::EC_PUBLIC_KEY);
            writer.oid(curve.oid());
        });
    })
}

fn identifier_as_read(identifier: &AlgorithmIdentifier<'_>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(identifier.oid);
            if let Some(parameters) = identifier.parameters {
                writer.raw(parameters.raw);
            }
        });
    })
}

#[cfg(feature = "extra-curves")]
fn derive_point(curve: Curve, secret: &[u8]) -> Result<Vec<u8>, KeyError> {
    public_point(curve, secret).ok_or(KeyError::Malformed)
}

/// Without the crates of the curves there is no way to the public point.
#[cfg(not(feature = "extra-curves"))]
const fn derive_point(_curve: Curve, _secret: &[u8]) -> Result<Vec<u8>, KeyError> {
    Err(KeyError::Unsupported)
}

fn ec_secret(curve: Curve, secret: &[u8], point: &[u8]) -> Result<Secret, KeyError> {
    match curve {
        Curve::P256 | Curve::P384 => SigningKey::ec(curve, secret, point).map(Secret::Ring).ok_or(KeyError::Malformed),
        #[cfg(feature = "extra-curves")]
        Curve::P521 if public_point(curve, secret).as_deref() == Some(point) => {
            P521Key::new(secret).map(Secret::P521).ok_or(KeyError::Malformed)
        }
        #[cfg(feature = "extra-curves")]
        Curve::P521 => Err(KeyError::Malformed),
        _ => Err(KeyError::Unsupported),
    }
}

/// The DER `ECDSA-Sig-Value` of r‖s.
#[cfg(feature = "extra-curves")]
fn der_value(value: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = value.split_at_checked(value.len() / 2)?;
    Some(Writer::build(|writer| {
        writer.sequence(|writer| {
            for number in [r, s] {
                let start = number.iter().position(|byte| *byte != 0).unwrap_or_default();
                let number = number.get(start..).unwrap_or_default();
                let mut content = vec![0; usize::from(number.first().is_none_or(|first| first & 0x80 != 0))];
                content.extend_from_slice(number);
                writer.primitive(Tag::INTEGER, &content);
            }
        });
    }))
}

#[cfg(test)]
mod tests;
