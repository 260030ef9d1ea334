//! Certificates, names, extensions, CRLs, OCSP responses and PEM.

mod certificate;
mod crl;
mod extension;
mod name;
mod ocsp;
mod pem;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use certificate::Certificate;
pub(crate) use crl::{Crl, RevokedCertificate};
pub(crate) use extension::{DistributionPoint, Extensions, GeneralName, GeneralSubtree, KeyUsage, NameConstraints, ReasonFlags};
pub use name::Name;
pub(crate) use ocsp::{OcspAnswer, OcspResponse, OcspStatus};
pub(crate) use pem::{Contents, certificates as pem_certificates, contents as file_contents, decode as pem_decode};
