//! What can go wrong, and how it is said.

use std::io::ErrorKind;

use super::target::PrivateAddress;
use crate::FetchError;
use crate::message::{Message, id};

/// Why there is no answer.
pub(super) struct Fault {
    pub(super) message: Message,
    pub(super) nature: Nature,
}

/// What may be expected of another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// The same again.
    Lasting,
    /// The same, whatever the server is asked: it cannot be reached.
    Server,
    /// Perhaps an answer.
    Transient,
}

impl Fault {
    pub(super) const fn lasting(message: Message) -> Self {
        Self { message, nature: Nature::Lasting }
    }

    /// The status of an answer that is none.
    pub(super) fn status(address: &str, status: u16) -> Self {
        let nature = if [408, 429, 500, 502, 503, 504].contains(&status) { Nature::Transient } else { Nature::Lasting };
        // RFC 6585 6: a network that asks for a login.
        let message = about(if status == 511 { id::NET_WEB_PAGE } else { id::NET_STATUS }, address);
        Self { message: if status == 511 { message } else { message.with("status", u32::from(status)) }, nature }
    }

    /// What `error` of the HTTP library means for whoever asked `address`.
    pub(super) fn from_ureq(error: &ureq::Error, address: &str, seconds: u64) -> Self {
        let server = |message| Self { message, nature: Nature::Server };
        match error {
            ureq::Error::Timeout(_) => server(timeout(address, seconds)),
            ureq::Error::HostNotFound => server(about(id::NET_UNKNOWN_HOST, address)),
            ureq::Error::Io(error) => Self::from_io(error, address, seconds),
            ureq::Error::Other(other) if other.is::<PrivateAddress>() => Self::lasting(about(id::NET_PRIVATE, address)),
            ureq::Error::BadUri(_) => Self::lasting(about(id::NET_ADDRESS, address)),
            ureq::Error::Rustls(reason) => server(about(id::NET_TLS, address).with("reason", reason.to_string())),
            ureq::Error::Tls(reason) => server(about(id::NET_TLS, address).with("reason", *reason)),
            ureq::Error::TlsRequired => server(about(id::NET_TLS, address).with("reason", "TLS")),
            ureq::Error::ConnectionFailed => server(about(id::NET_REFUSED, address)),
            _ => Self::lasting(about(id::NET_PROTOCOL, address)),
        }
    }

    /// The same of an error while an answer is read.
    pub(super) fn from_io(error: &std::io::Error, address: &str, seconds: u64) -> Self {
        if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
            return Self::from_ureq(inner, address, seconds);
        }
        let (id, nature) = match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => return Self { message: timeout(address, seconds), nature: Nature::Server },
            ErrorKind::ConnectionRefused => (id::NET_REFUSED, Nature::Server),
            ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
                (id::NET_INTERRUPTED, Nature::Transient)
            }
            // What TLS finds wrong.
            ErrorKind::InvalidData if address.starts_with("https:") => {
                let message = about(id::NET_TLS, address).with("reason", error.to_string());
                return Self { message, nature: Nature::Server };
            }
            // The system's resolver gives errors of no kind of its own.
            _ if error.to_string().contains("lookup") => (id::NET_UNKNOWN_HOST, Nature::Server),
            _ => {
                let message = about(id::NET_UNREACHABLE, address).with("reason", error.to_string());
                return Self { message, nature: Nature::Server };
            }
        };
        Self { message: about(id, address), nature }
    }
}

impl From<Fault> for FetchError {
    fn from(fault: Fault) -> Self {
        Self::new(fault.message)
    }
}

/// A message about an address; a long one is cut.
pub(super) fn about(id: &'static str, address: &str) -> Message {
    Message::new(id).with("address", shown(address))
}

/// An address as it is shown.
pub(super) fn shown(address: &str) -> String {
    match address.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", address.get(..end).unwrap_or_default()),
        None => address.to_owned(),
    }
}

fn timeout(address: &str, seconds: u64) -> Message {
    about(id::NET_TIMEOUT, address).with("seconds", seconds)
}

const MAX_SHOWN: usize = 200;
