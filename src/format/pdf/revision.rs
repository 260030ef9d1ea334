//! A PDF file with every revision addressable.

use std::sync::Arc;

use super::{Dictionary, Object, Reference, Stream, Value};
use crate::bytes::{Bytes, Span};
use crate::limits::Budget;
use crate::message::Message;

/// How to open.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenOptions {
    pub(crate) password: Option<zeroize::Zeroizing<Vec<u8>>>,
}

/// An opened file. Objects are parsed when asked for, and kept.
#[derive(Debug)]
pub(crate) struct Pdf {
    _private: (),
}

/// One revision: what one cross-reference section (a hybrid pair or linearised pair counts as one) added.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    /// The offset behind this revision: past its `%%EOF` and the end of line that follows it.
    pub(crate) end: usize,
    /// The offset of its cross-reference section.
    pub(crate) section: usize,
    /// Whether the section is a stream.
    pub(crate) stream: bool,
    /// Whether the section is a table with `/XRefStm`.
    pub(crate) hybrid: bool,
    /// Its trailer dictionary.
    pub(crate) trailer: Arc<Dictionary>,
    /// The numbers that its sections name, used and free, ascending.
    pub(crate) numbers: Vec<u32>,
}

/// `/P` and `/R` of the encryption dictionary (ISO 32000-2 table 22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Permissions {
    pub(crate) bits: i32,
    pub(crate) revision: u8,
}

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// At `offset` in the file.
    At { offset: usize, generation: u16 },
    /// The `index`-th object of the object stream `stream`.
    InStream { stream: u32, index: u32 },
    /// Free.
    Free { generation: u16 },
}

impl Pdf {
    /// Opens `bytes`. Broken cross-references are rebuilt by a scan where that is possible; [`Pdf::repairs`] then says so.
    pub(crate) fn open(_bytes: Bytes, _options: &OpenOptions, _budget: &Budget) -> crate::Result<Self> {
        todo!()
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        todo!()
    }

    pub(crate) fn budget(&self) -> &Budget {
        todo!()
    }

    /// Oldest first; at least one.
    pub(crate) fn revisions(&self) -> &[Revision] {
        todo!()
    }

    /// What had to be repaired to read the file: message ids `document.…`. Not empty: the file cannot be signed by an update.
    pub(crate) fn repairs(&self) -> &[Message] {
        todo!()
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        todo!()
    }

    /// What the user may do; `None` where the document is not encrypted, or was opened as its owner.
    pub(crate) fn permissions(&self) -> Option<Permissions> {
        todo!()
    }

    /// The bytes that stand for the string `plain` in the object `owner` of an encrypted document.
    pub(crate) fn encrypt_string(&self, _owner: Reference, _plain: &[u8]) -> crate::Result<Vec<u8>> {
        todo!()
    }

    /// Opens other bytes (this document with something appended) with the same password and limits, and a budget of its own.
    pub(crate) fn reopen(&self, _bytes: Bytes) -> crate::Result<Self> {
        todo!()
    }

    /// The document as of the revision with this index (0 is the oldest).
    pub(crate) fn view(&self, _revision: usize) -> View<'_> {
        todo!()
    }

    /// The document as it is now.
    pub(crate) fn last(&self) -> View<'_> {
        todo!()
    }

    /// The raw bytes of a stream, still encoded and encrypted.
    pub(crate) fn raw(&self, _stream: &Stream) -> &[u8] {
        todo!()
    }
}

/// The document as of one revision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) pdf: &'a Pdf,
    /// The index of the revision.
    pub(crate) revision: usize,
}

impl<'a> View<'a> {
    /// The trailer that counts in this revision.
    pub(crate) fn trailer(&self) -> Arc<Dictionary> {
        todo!()
    }

    /// Where the object `number` is in this revision.
    pub(crate) fn entry(&self, _number: u32) -> Option<Entry> {
        todo!()
    }

    /// The indirect object; `Null` where it is free, missing, of another generation, or not at its place.
    pub(crate) fn object(&self, _reference: Reference) -> crate::Result<Object> {
        todo!()
    }

    /// Follows references (at most `Limits::depth` of them) to a value.
    pub(crate) fn resolve(&self, _object: &Object) -> crate::Result<Object> {
        todo!()
    }

    /// The resolved value of `key`; `None` where it is absent or null.
    pub(crate) fn get(&self, _dictionary: &Dictionary, _key: &[u8]) -> crate::Result<Option<Object>> {
        todo!()
    }

    /// The document catalog.
    pub(crate) fn catalog(&self) -> crate::Result<Arc<Dictionary>> {
        todo!()
    }

    /// The pages in order, with the reference of each where it has one; bounded, loops end. `limit` pages at most.
    pub(crate) fn pages(&self, _limit: usize) -> crate::Result<Vec<(Option<Reference>, Arc<Dictionary>)>> {
        todo!()
    }

    /// `/Count` of the page tree where it is plausible, without a walk.
    pub(crate) fn page_count(&self) -> Option<u64> {
        todo!()
    }

    /// The decrypted and decoded bytes of a stream. Filters: Flate, LZW, ASCIIHex, ASCII85, RunLength, Crypt/Identity, predictors.
    pub(crate) fn decode(&self, _stream: &Stream) -> crate::Result<Arc<[u8]>> {
        todo!()
    }
}
