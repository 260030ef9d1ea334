//! Encryption (ISO 32000-2 7.6): to come.

use super::revision::Permissions;
use super::stream::Filter;
use super::{Dictionary, Object, Reference, Stream};
use crate::error::ErrorKind;
use crate::message::{Message, id};

#[derive(Debug)]
pub(crate) struct Crypt {}

impl Crypt {
    pub(crate) fn open(_encrypt: &Dictionary, _at: Option<Reference>, _identifier: &[u8], _password: Option<&[u8]>) -> crate::Result<Self> {
        Err(crate::Error::new(ErrorKind::Unsupported, Message::new(id::DOCUMENT_ENCRYPTION_UNSUPPORTED)))
    }
    pub(crate) fn permissions(&self) -> Option<Permissions> {
        None
    }
    pub(crate) fn encrypt_string(&self, _owner: Reference, plain: &[u8]) -> crate::Result<Vec<u8>> {
        Ok(plain.to_vec())
    }
    pub(crate) fn encrypt_stream(&self, _owner: Reference, plain: &[u8]) -> crate::Result<Vec<u8>> {
        Ok(plain.to_vec())
    }
    pub(crate) fn strings(&self, _object: &mut Object, _reference: Reference) {}
    pub(crate) fn stream(&self, _stream: &Stream, _filters: &[Filter], _raw: &[u8]) -> crate::Result<Option<Vec<u8>>> {
        Ok(None)
    }
}
