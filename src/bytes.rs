//! Shared, immutable bytes and spans into them.

use std::fmt;
use std::ops::{Deref, Range};
use std::path::PathBuf;
use std::sync::Arc;

/// Immutable bytes that are cheap to clone and to slice: memory, or a mapped file.
#[derive(Clone)]
pub struct Bytes {
    owner: Arc<dyn AsRef<[u8]> + Send + Sync>,
    span: Span,
    source: Option<Arc<Source>>,
}

/// The file that bytes were read from, as it was then.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) length: u64,
    /// When it was changed last, in nanoseconds since 1970; `None` where the system does not say.
    pub(crate) modified: Option<u128>,
}

impl Bytes {
    /// Takes over an owner of bytes, such as a vector or a memory map.
    pub fn new(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        let span = Span { start: 0, end: owner.as_ref().len() };
        Self { owner: Arc::new(owner), span, source: None }
    }

    /// The bytes with the file they are the whole of.
    #[must_use]
    pub(crate) fn with_source(mut self, source: Source) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// The file that these bytes are the whole of, where there is one.
    pub(crate) fn source(&self) -> Option<&Source> {
        self.source.as_deref()
    }

    /// The part of these bytes that `span` names, or `None` where it does not lie inside them.
    #[must_use]
    pub fn slice(&self, span: Span) -> Option<Self> {
        let start = self.span.start.checked_add(span.start)?;
        let end = self.span.start.checked_add(span.end)?;
        (span.start <= span.end && end <= self.span.end).then(|| Self {
            owner: Arc::clone(&self.owner),
            span: Span { start, end },
            source: None,
        })
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        (*self.owner).as_ref().get(self.span.range()).unwrap_or_default()
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_ref()
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Bytes({})", self.len())
    }
}

/// A range of byte offsets: from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a pair of offsets and nothing else")]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The number of bytes; zero where the span is reversed.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span names no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The span as a range.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The bytes of `source` that the span names.
    #[must_use]
    pub fn of(self, source: &[u8]) -> Option<&[u8]> {
        source.get(self.range())
    }
}
