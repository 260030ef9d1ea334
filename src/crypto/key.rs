//! Public keys.

use std::borrow::Cow;

use super::algorithm::{AlgorithmIdentifier, PssParameters};
use super::backend::ring as primary;
use super::backend::rsa::{RsaKey, bit_length};
use super::{DigestAlgorithm, SignatureAlgorithm};
use crate::asn1::{Asn1Error, Element, Oid, Reader, Tag, Writer};

/// The kind of a key, with its size.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyKind {
    /// DSA: known, but never verified.
    Dsa,
    /// An elliptic curve.
    Ec {
        /// The name of the curve, such as `P-256` or `brainpoolP256r1`.
        curve: String,
        /// The bits of the field.
        bits: u32,
    },
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// RSA.
    Rsa {
        /// The bits of the modulus.
        bits: u32,
    },
    /// Something else.
    Unknown {
        /// The object identifier of the algorithm.
        oid: String,
    },
}

/// What a signature is checked over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input<'a> {
    /// The message itself.
    Message(&'a [u8]),
    /// The digest of the message, by the digest of the signature algorithm.
    Digest(&'a [u8]),
}

/// Why a signature value does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VerifyError {
    /// The key is malformed.
    #[error("the public key cannot be used")]
    BadKey,
    /// The scheme does not belong to this kind of key.
    #[error("the algorithm does not belong to this kind of key")]
    KeyMismatch,
    /// The value does not fit.
    #[error("the signature value does not fit")]
    Mismatch,
    /// The scheme, curve or size is not supported (or not with a given digest).
    #[error("the algorithm is not supported")]
    Unsupported,
}

/// A public key from a `SubjectPublicKeyInfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    spki: Vec<u8>,
    bits: Vec<u8>,
    kind: KeyKind,
    material: Material,
}

/// What verifying needs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    Ec(Curve),
    Ed25519,
    Ed448,
    /// Of a known kind, but not what such a key must be.
    Malformed,
    /// Big-endian, without leading zeros. A key of type id-RSASSA-PSS does that scheme alone, and may ask for parameters.
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
        scheme: RsaScheme,
    },
    Unsupported,
}

/// What an RSA key may be used for (RFC 4055 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RsaScheme {
    Any,
    Pss(Option<PssParameters>),
}

/// The curves that can be verified with, all features on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    BrainpoolP256r1,
    BrainpoolP384r1,
    BrainpoolP512r1,
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) fn from_oid(oid: Oid<'_>) -> Option<Self> {
        Some(match oid {
            Oid::BRAINPOOL_P256R1 => Self::BrainpoolP256r1,
            Oid::BRAINPOOL_P384R1 => Self::BrainpoolP384r1,
            Oid::BRAINPOOL_P512R1 => Self::BrainpoolP512r1,
            Oid::SECP256R1 => Self::P256,
            Oid::SECP384R1 => Self::P384,
            Oid::SECP521R1 => Self::P521,
            _ => return None,
        })
    }

    pub(super) const fn oid(self) -> Oid<'static> {
        match self {
            Self::BrainpoolP256r1 => Oid::BRAINPOOL_P256R1,
            Self::BrainpoolP384r1 => Oid::BRAINPOOL_P384R1,
            Self::BrainpoolP512r1 => Oid::BRAINPOOL_P512R1,
            Self::P256 => Oid::SECP256R1,
            Self::P384 => Oid::SECP384R1,
            Self::P521 => Oid::SECP521R1,
        }
    }

    const fn bits(self) -> u32 {
        match self {
            Self::BrainpoolP256r1 | Self::P256 => 256,
            Self::BrainpoolP384r1 | Self::P384 => 384,
            Self::BrainpoolP512r1 => 512,
            Self::P521 => 521,
        }
    }

    /// The bytes of a coordinate, and of r and s.
    pub(super) const fn length(self) -> usize {
        match self {
            Self::BrainpoolP256r1 | Self::P256 => 32,
            Self::BrainpoolP384r1 | Self::P384 => 48,
            Self::BrainpoolP512r1 => 64,
            Self::P521 => 66,
        }
    }
}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo`. Unknown kinds are read too; they verify nothing. `None` where it is malformed.
    pub(crate) fn parse(spki: &[u8]) -> Option<Self> {
        let mut outside = Reader::der(spki);
        let mut reader = outside.sequence().ok()?;
        outside.finish().ok()?;
        let identifier = AlgorithmIdentifier::read(&mut reader).ok()?;
        let bits = reader.expect(Tag::BIT_STRING).ok()?.bit_string_octets().ok()?;
        reader.finish().ok()?;
        let (kind, material) = match identifier.oid {
            Oid::RSA_ENCRYPTION => parse_rsa(&identifier, bits, Some(RsaScheme::Any)),
            Oid::RSASSA_PSS => parse_rsa(&identifier, bits, pss_scheme(&identifier)),
            Oid::EC_PUBLIC_KEY => parse_ec(&identifier, bits),
            Oid::ED25519 => (KeyKind::Ed25519, if bits.len() == 32 { Material::Ed25519 } else { Material::Malformed }),
            Oid::ED448 => (KeyKind::Ed448, if bits.len() == 57 { Material::Ed448 } else { Material::Malformed }),
            Oid::DSA => (KeyKind::Dsa, Material::Unsupported),
            oid => (KeyKind::Unknown { oid: oid.dotted() }, Material::Unsupported),
        };
        Some(Self { spki: spki.to_vec(), bits: bits.to_vec(), kind, material })
    }

    /// The key of an algorithm identifier's DER and the bits of the key.
    pub(super) fn build(identifier: &[u8], bits: &[u8]) -> Option<Self> {
        let mut string = vec![0];
        string.extend_from_slice(bits);
        Self::parse(&Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.raw(identifier);
                writer.primitive(Tag::BIT_STRING, &string);
            });
        }))
    }

    /// The DER `SubjectPublicKeyInfo`.
    pub(crate) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The contents of the BIT STRING, without its count of unused bits.
    pub(crate) fn key_bits(&self) -> &[u8] {
        &self.bits
    }

    pub(crate) fn kind(&self) -> KeyKind {
        self.kind.clone()
    }

    /// Whether both are the same key, however its algorithm is named: a private key does not say that its certificate
    /// restricts it to RSASSA-PSS.
    pub(crate) fn is_same_key(&self, other: &Self) -> bool {
        match (&self.material, &other.material) {
            (Material::Rsa { modulus, exponent, .. }, Material::Rsa { modulus: other_modulus, exponent: other_exponent, .. }) => {
                modulus == other_modulus && exponent == other_exponent
            }
            (Material::Malformed | Material::Unsupported, _) => false,
            (material, other_material) => material == other_material && self.bits == other.bits,
        }
    }

    /// Checks `signature` over `input`.
    pub(crate) fn verify(&self, algorithm: SignatureAlgorithm, input: Input<'_>, signature: &[u8]) -> Result<(), VerifyError> {
        if let (Input::Digest(digest), Some(algorithm)) = (input, algorithm.digest())
            && digest.len() != algorithm.length()
        {
            return Err(VerifyError::Mismatch);
        }
        match (&self.material, algorithm) {
            (Material::Malformed, _) => Err(VerifyError::BadKey),
            (Material::Unsupported, _) => Err(VerifyError::Unsupported),
            (Material::Rsa { modulus, exponent, scheme }, SignatureAlgorithm::RsaPkcs1 { .. } | SignatureAlgorithm::RsaPss { .. }) => {
                verify_rsa(RsaKey { modulus, exponent }, *scheme, algorithm, input, signature)
            }
            (Material::Ec(curve), SignatureAlgorithm::Ecdsa { digest } | SignatureAlgorithm::PlainEcdsa { digest }) => {
                verify_ec(*curve, &self.bits, (algorithm, digest), input, signature)
            }
            (Material::Ed25519, SignatureAlgorithm::Ed25519) => match input {
                Input::Message(message) if primary::verify_ed25519(&self.bits, message, signature) => Ok(()),
                Input::Message(_) => Err(VerifyError::Mismatch),
                Input::Digest(_) => Err(VerifyError::Unsupported),
            },
            (Material::Ed448, SignatureAlgorithm::Ed448) => verify_ed448(&self.bits, input, signature),
            _ => Err(VerifyError::KeyMismatch),
        }
    }
}

impl PublicKey {
    /// The digest that the PKCS#1 v1.5 value of an RSA key names; `None` where it names none, or the key cannot have made it.
    pub(crate) fn digest_in_value(&self, signature: &[u8]) -> Option<DigestAlgorithm> {
        match &self.material {
            Material::Rsa { modulus, exponent, scheme: RsaScheme::Any } => RsaKey { modulus, exponent }.digest_in_value(signature),
            _ => None,
        }
    }
}

impl Input<'_> {
    fn digest(&self, algorithm: DigestAlgorithm) -> Cow<'_, [u8]> {
        match self {
            Self::Message(message) => Cow::Owned(algorithm.digest(message)),
            Self::Digest(digest) => Cow::Borrowed(digest),
        }
    }
}

fn pss_scheme(identifier: &AlgorithmIdentifier<'_>) -> Option<RsaScheme> {
    match identifier.parameters {
        None => Some(RsaScheme::Pss(None)),
        parameters => PssParameters::read(parameters).map(|parameters| RsaScheme::Pss(Some(parameters))),
    }
}

/// Reads `RSAPublicKey` (RFC 8017 A.1.1).
fn parse_rsa(identifier: &AlgorithmIdentifier<'_>, bits: &[u8], scheme: Option<RsaScheme>) -> (KeyKind, Material) {
    let numbers = || -> Result<_, Asn1Error> {
        let mut outside = Reader::der(bits);
        let mut reader = outside.sequence()?;
        outside.finish()?;
        let numbers = (reader.expect(Tag::INTEGER)?, reader.expect(Tag::INTEGER)?);
        reader.finish()?;
        Ok(numbers)
    };
    let numbers = numbers().ok().and_then(|(modulus, exponent)| Some((unsigned_modulus(modulus)?, positive(exponent)?)));
    let (Some((modulus, exponent)), Some(scheme)) = (numbers, scheme) else {
        return (KeyKind::Unknown { oid: identifier.oid.dotted() }, Material::Malformed);
    };
    let kind = KeyKind::Rsa { bits: u32::try_from(bit_length(modulus)).unwrap_or(u32::MAX) };
    (kind, Material::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec(), scheme })
}

/// The bytes of a modulus. Some authorities left out the zero byte that keeps it positive: where the top bit of a whole number of 64-bit
/// words is set, as it is in every modulus of a usual size, the number can have been no other.
fn unsigned_modulus(integer: Element<'_>) -> Option<&[u8]> {
    let bytes = integer.integer().ok()?;
    let is_whole = bytes.len().is_multiple_of(8) && bytes.first()? & 0x80 != 0;
    if is_whole { Some(bytes) } else { positive(integer) }
}

/// The bytes of a positive INTEGER without leading zeros.
pub(super) fn positive(integer: Element<'_>) -> Option<&[u8]> {
    let bytes = integer.integer().ok()?;
    let start = bytes.iter().position(|byte| *byte != 0)?;
    if bytes.first()? & 0x80 != 0 { None } else { bytes.get(start..) }
}

/// Reads `ECParameters` and the point (RFC 5480 2). Only named curves are allowed in certificates.
fn parse_ec(identifier: &AlgorithmIdentifier<'_>, point: &[u8]) -> (KeyKind, Material) {
    let Some(oid) = identifier.parameters.filter(|element| element.tag == Tag::OID).and_then(|element| element.oid().ok()) else {
        return (KeyKind::Unknown { oid: identifier.oid.dotted() }, Material::Unsupported);
    };
    let name = oid.name().map_or_else(|| oid.dotted(), str::to_owned);
    let Some(curve) = Curve::from_oid(oid) else {
        let bits = u32::try_from(point.len() / 2 * 8).unwrap_or_default();
        return (KeyKind::Ec { curve: name, bits }, Material::Unsupported);
    };
    // SEC 1 2.3.4: compressed or not; the hybrid form is not for certificates.
    let coordinates = match point.first() {
        Some(2 | 3) => 1,
        Some(4) => 2,
        _ => 0,
    };
    let fits = coordinates > 0 && point.len().checked_sub(1) == curve.length().checked_mul(coordinates);
    (KeyKind::Ec { curve: name, bits: curve.bits() }, if fits { Material::Ec(curve) } else { Material::Malformed })
}

fn verify_rsa(
    key: RsaKey<'_>,
    scheme: RsaScheme,
    algorithm: SignatureAlgorithm,
    input: Input<'_>,
    signature: &[u8],
) -> Result<(), VerifyError> {
    key.check()?;
    if !scheme.allows(algorithm) {
        return Err(VerifyError::KeyMismatch);
    }
    // A value that `ring` refuses may still hold: it asks for the NULL of DigestInfo and for smaller exponents.
    if let Input::Message(message) = input
        && primary::verify_rsa(key, algorithm, message, signature) == Some(true)
    {
        return Ok(());
    }
    match algorithm {
        SignatureAlgorithm::RsaPkcs1 { digest } => key.verify_pkcs1(digest, &input.digest(digest), signature),
        SignatureAlgorithm::RsaPss { digest, mask_digest, salt_length } => {
            key.verify_pss(digest, mask_digest, salt_length, &input.digest(digest), signature)
        }
        _ => Err(VerifyError::KeyMismatch),
    }
}

impl RsaScheme {
    /// RFC 4055 3.3: the parameters of the key are a floor for the salt, and fix the digests.
    fn allows(self, algorithm: SignatureAlgorithm) -> bool {
        match (self, algorithm) {
            (Self::Any, _) | (Self::Pss(None), SignatureAlgorithm::RsaPss { .. }) => true,
            (Self::Pss(Some(key)), SignatureAlgorithm::RsaPss { digest, mask_digest, salt_length }) => {
                key.digest == digest && key.mask_digest == mask_digest && key.salt_length <= salt_length
            }
            (Self::Pss(_), _) => false,
        }
    }
}

fn verify_ec(
    curve: Curve,
    point: &[u8],
    (algorithm, digest): (SignatureAlgorithm, DigestAlgorithm),
    input: Input<'_>,
    signature: &[u8],
) -> Result<(), VerifyError> {
    if let Input::Message(message) = input
        && let Some(fits) = primary::verify_ecdsa(curve, algorithm, point, message, signature)
    {
        return if fits { Ok(()) } else { Err(VerifyError::Mismatch) };
    }
    let value = match algorithm {
        SignatureAlgorithm::PlainEcdsa { .. } => Cow::Borrowed(signature),
        _ => Cow::Owned(fixed_value(signature, curve.length()).ok_or(VerifyError::Mismatch)?),
    };
    verify_on_curve(curve, point, &input.digest(digest), &value)
}

#[cfg(feature = "extra-curves")]
use super::backend::curves::verify_ecdsa as verify_on_curve;

#[cfg(not(feature = "extra-curves"))]
fn verify_on_curve(_curve: Curve, _point: &[u8], _digest: &[u8], _value: &[u8]) -> Result<(), VerifyError> {
    Err(VerifyError::Unsupported)
}

#[cfg(feature = "extra-curves")]
fn verify_ed448(point: &[u8], input: Input<'_>, signature: &[u8]) -> Result<(), VerifyError> {
    match input {
        Input::Message(message) => super::backend::curves::verify_ed448(point, message, signature),
        Input::Digest(_) => Err(VerifyError::Unsupported),
    }
}

#[cfg(not(feature = "extra-curves"))]
fn verify_ed448(_point: &[u8], _input: Input<'_>, _signature: &[u8]) -> Result<(), VerifyError> {
    Err(VerifyError::Unsupported)
}

/// The value r‖s of a DER `ECDSA-Sig-Value`. As strict as DER: anything else is a second spelling of the same signature.
fn fixed_value(signature: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut outside = Reader::der(signature);
    let mut reader = outside.sequence().ok()?;
    outside.finish().ok()?;
    let mut out = Vec::with_capacity(length.saturating_mul(2));
    for _ in 0..2 {
        let element = reader.expect(Tag::INTEGER).ok()?;
        let number = positive(element)?;
        let minimal = element.content.len().checked_sub(number.len())? == usize::from(number.first()? & 0x80 != 0);
        let zeros = length.checked_sub(number.len()).filter(|_| minimal)?;
        out.resize(out.len().saturating_add(zeros), 0);
        out.extend_from_slice(number);
    }
    reader.finish().ok()?;
    Some(out)
}

#[cfg(test)]
mod tests;
