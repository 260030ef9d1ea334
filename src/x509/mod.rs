//! Certificates, names, extensions, CRLs and PEM.

mod certificate;
mod crl;
mod extension;
mod name;
mod pem;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use certificate::Certificate;
pub(crate) use crl::{Crl, RevokedCertificate};
pub(crate) use extension::{
    BasicConstraints, DistributionPoint, Extensions, GeneralName, GeneralSubtree, KeyUsage, NameConstraints, PolicyConstraints,
    PolicyInformation, ReasonFlags,
};
pub use name::Name;
pub(crate) use pem::{PemBlock, certificates as pem_certificates, contents as file_contents, crls as pem_crls, decode as pem_decode};
