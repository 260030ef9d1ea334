//! Public and private keys.

use super::SignatureAlgorithm;

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
    /// The key is malformed or outside the supported sizes.
    #[error("the public key cannot be used")]
    BadKey,
    /// The scheme does not belong to this kind of key.
    #[error("the algorithm does not belong to this kind of key")]
    KeyMismatch,
    /// The value does not fit.
    #[error("the signature value does not fit")]
    Mismatch,
    /// The scheme or curve is not supported (or not with a given digest).
    #[error("the algorithm is not supported")]
    Unsupported,
}

/// A public key from a `SubjectPublicKeyInfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    spki: Vec<u8>,
}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo`. Unknown kinds are read too; they verify nothing. `None` where it is malformed.
    pub(crate) fn parse(_spki: &[u8]) -> Option<Self> {
        todo!()
    }

    /// The DER `SubjectPublicKeyInfo`.
    pub(crate) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The contents of the BIT STRING, without its count of unused bits (key identifiers are made of it).
    pub(crate) fn key_bits(&self) -> &[u8] {
        todo!()
    }

    pub(crate) fn kind(&self) -> KeyKind {
        todo!()
    }

    /// Checks `signature` over `input`.
    pub(crate) fn verify(&self, _algorithm: SignatureAlgorithm, _input: Input<'_>, _signature: &[u8]) -> Result<(), VerifyError> {
        todo!()
    }
}

/// A private key in memory, zeroed when dropped. It is never shown by `Debug`.
pub(crate) struct PrivateKey {
    _pkcs8: zeroize::Zeroizing<Vec<u8>>,
}

impl PrivateKey {
    /// Reads a DER `PrivateKeyInfo` (PKCS#8). `None` where it is malformed, of an unsupported kind, or RSA below 2048 bits.
    pub(crate) fn from_pkcs8(_der: &[u8]) -> Option<Self> {
        todo!()
    }

    /// The public half.
    pub(crate) fn public_key(&self) -> PublicKey {
        todo!()
    }

    /// Signs `message`. `None` where the key cannot do `algorithm`.
    pub(crate) fn sign(&self, _algorithm: SignatureAlgorithm, _message: &[u8]) -> Option<Vec<u8>> {
        todo!()
    }
}
