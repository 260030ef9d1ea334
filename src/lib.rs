//! Signs and verifies administrative e-documents with personal digital certificates.

#![forbid(unsafe_code)]

mod asn1;
mod bytes;
mod error;
mod limits;
mod message;
mod time;

pub use bytes::{Bytes, Span};
pub use error::{Error, ErrorKind, Result};
pub use limits::{Budget, Exceeded, Limits, Resource};
pub use message::{Argument, Language, Locale, Message, explanation, ids, printable};
pub use time::{Time, Zone};
