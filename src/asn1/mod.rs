//! ASN.1: a reader that keeps the bytes it read, a writer, and the one table of object identifiers.

mod oid;
mod reader;
mod string;
mod time;
mod writer;

pub(crate) use oid::{Oid, parse_dotted};
pub(crate) use reader::{Asn1Error, Asn1ErrorKind, Class, Element, Encoding, Reader, Tag};
pub(crate) use string::directory_string;
pub(crate) use writer::Writer;
