//! Rebuilds the cross-reference of a broken file by a scan: to come.

use super::revision::Revision;
use crate::bytes::Bytes;
use crate::error::ErrorKind;
use crate::limits::Budget;
use crate::message::{Message, id};

pub(super) fn recover(_bytes: &Bytes, _header: usize, _budget: &Budget, _kept: Option<Vec<Revision>>) -> crate::Result<Vec<Revision>> {
    Err(crate::Error::new(ErrorKind::Format, Message::new(id::DOCUMENT_UNREADABLE)))
}
