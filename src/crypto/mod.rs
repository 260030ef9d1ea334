//! Digests, signature algorithms and keys. The crypto crates are named in `backend` alone.

mod algorithm;
mod backend;
mod digest;
mod key;
mod private_key;

pub(crate) use algorithm::AlgorithmIdentifier;
pub use algorithm::SignatureAlgorithm;
#[cfg(feature = "http")]
pub(crate) use backend::ring::random;
pub(crate) use backend::{cipher, mac};
pub use digest::DigestAlgorithm;
pub(crate) use digest::Hasher;
pub use key::KeyKind;
pub(crate) use key::{Input, PublicKey, VerifyError};
pub(crate) use private_key::{KeyError, PrivateKey};

#[cfg(test)]
mod tests;
