//! Signing: one door for everything that changes a document.

pub(crate) mod archive;
mod check;
mod options;
mod prepared;
mod proof;
mod request;
mod signed;
mod signer;
mod stored;
mod timestamper;

pub use options::{Certification, PdfOptions, Scrutiny, SignOptions};
pub use prepared::Prepared;
pub use signed::Signed;
pub use signer::{Identity, Padding, Signer};
pub use timestamper::{Timestamp, Timestamper};

#[cfg(test)]
pub(crate) mod tests;
