//! Key sources: one file each.

#[cfg(feature = "pkcs12")]
mod ber;
mod password;
mod pem;
#[cfg(feature = "pkcs12")]
mod pkcs12;
mod software;

pub use pem::PemKey;
#[cfg(feature = "pkcs12")]
pub use pkcs12::Pkcs12;

#[cfg(test)]
mod tests;
