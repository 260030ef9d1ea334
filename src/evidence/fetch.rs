//! How evidence is had from outside: whoever can do it implements [`Fetch`].

use super::Request;
use crate::message::{Locale, Message};

/// Asks for evidence: over the network, from a folder of recorded answers, or from anywhere else.
///
/// Answers are not trusted: everything in them is verified by signature, and what does not fit the request is refused. What no answer is had
/// for stays unknown, and the report says why.
pub trait Fetch: Send + Sync {
    /// The answer to `request`: the bytes of a CRL or certificate (DER, PEM or PKCS#7), of an OCSP response, or of a timestamp response.
    ///
    /// # Errors
    /// Where there is none. The message is shown to the reader of the report; it should name the address and say what to do.
    fn fetch(&self, request: &Request) -> Result<Vec<u8>, FetchError>;

    /// The answers to several requests, in their order. Whoever can ask in parallel does so here.
    fn fetch_all(&self, requests: &[Request]) -> Vec<Result<Vec<u8>, FetchError>> {
        requests.iter().map(|request| self.fetch(request)).collect()
    }

    /// Told of answers that proved nothing, so that a store of answers does not give them again.
    fn forget(&self, request: &Request) {
        let _ = request;
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchError(Message);

impl FetchError {
    /// An error that says `message`.
    #[must_use]
    pub const fn new(message: Message) -> Self {
        Self(message)
    }

    /// The message, with what to do as its hint.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.0
    }
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.text(&Locale::default()))
    }
}

impl std::error::Error for FetchError {}
