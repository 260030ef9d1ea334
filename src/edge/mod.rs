//! The edge: files, the clock, key sources. Everything below is pure.

mod clock;
mod file;
pub(crate) mod key;
mod verifier;

pub use clock::now;
pub use file::io_error;
pub use key::PemKey;
#[cfg(feature = "pkcs12")]
pub use key::Pkcs12;
pub use verifier::Verifier;
