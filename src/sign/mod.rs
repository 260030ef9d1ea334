//! Signing: one door for everything that changes a document.

mod check;
mod options;
mod prepared;
mod proof;
mod request;
mod signed;
mod signer;
mod stored;

pub use options::{Certification, PdfOptions, Scrutiny, SignOptions};
pub use prepared::Prepared;
pub use signed::Signed;
pub use signer::{Identity, Padding, Signer};

#[cfg(test)]
mod tests;
