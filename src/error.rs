//! The one error of the public interface.

use std::error::Error as StdError;
use std::fmt;

use crate::limits::Exceeded;
use crate::message::{Language, Locale, Message, id};

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done. A bad signature is no error: it is a verdict in a report.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Message,
    offset: Option<u64>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of error, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument makes no sense.
    Argument,
    /// The input is not what it should be.
    Format,
    /// Reading or writing failed.
    Io,
    /// A key cannot be read or used.
    Key,
    /// More work than the limits allow.
    Limit,
    /// There is no such file.
    NotFound,
    /// A password is missing or wrong.
    Password,
    /// Signing was refused, before the key was touched.
    Refused,
    /// A signature value does not fit what was to be signed.
    Signature,
    /// No timestamp could be had, or what came is none that proves anything.
    Timestamp,
    /// Something known, but not supported.
    Unsupported,
}

impl ErrorKind {
    /// The name of the kind, stable for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Argument => "argument",
            Self::Format => "format",
            Self::Io => "io",
            Self::Key => "key",
            Self::Limit => "limit",
            Self::NotFound => "not_found",
            Self::Password => "password",
            Self::Refused => "refused",
            Self::Signature => "signature",
            Self::Timestamp => "timestamp",
            Self::Unsupported => "unsupported",
        }
    }
}

impl Error {
    /// An error of `kind` that says `message`.
    #[must_use]
    pub fn new(kind: ErrorKind, message: Message) -> Self {
        Self(Box::new(Inner { kind, message, offset: None, source: None }))
    }

    /// The error with the byte offset it was found at.
    #[must_use]
    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.0.offset = u64::try_from(offset).ok();
        self
    }

    /// The error with what caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind, for programs.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message with its stable id, to be said in any language.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.0.message
    }

    /// What to do about it, in English, where there is something to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.0.message.hint(&Locale::default())
    }

    /// The byte offset in the input where it was found, where one is known.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// What went wrong, in the reader's language. The cause, where there is one, is [`StdError::source`].
    #[must_use]
    pub fn text(&self, locale: &Locale) -> String {
        let text = self.0.message.text(locale);
        match self.0.offset {
            Some(offset) => format!("{text} {}", Message::new(id::ERROR_AT_OFFSET).with("offset", offset).text(locale)),
            None => text,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text(&Locale::new(Language::English, crate::time::Zone::UTC)))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .field("offset", &self.0.offset)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}

impl From<Exceeded> for Error {
    fn from(exceeded: Exceeded) -> Self {
        Self::new(ErrorKind::Limit, Message::new(id::LIMIT_EXCEEDED).with("limit", exceeded.0.name()))
    }
}
