//! The crypto crates.

pub(crate) mod cipher;
