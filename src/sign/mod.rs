//! Signing: one door for everything that changes a document.

mod options;
mod prepared;
mod signer;

pub use options::{Certification, PdfOptions, SignOptions};
pub use prepared::{Prepared, Signed};
pub use signer::{Identity, Padding, Signer};
