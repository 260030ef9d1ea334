//! The crypto crates.

#[cfg(feature = "extra-curves")]
mod brainpool512;
pub(crate) mod cipher;
#[cfg(feature = "extra-curves")]
pub(super) mod curves;
pub(crate) mod mac;
pub(super) mod ring;
pub(super) mod rsa;
pub(super) mod rustcrypto;
