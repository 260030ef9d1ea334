//! Key sources: one file each.

mod pem;
mod pkcs12;

pub use pem::PemKey;
pub use pkcs12::Pkcs12;
