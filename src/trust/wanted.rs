//! What could be asked to know more, noted while paths are built.

use std::cell::RefCell;
use std::collections::HashSet;

use crate::evidence::Request;
use crate::x509::Certificate;

/// Requests whose answers would help, each once for each certificate that it would help with.
#[derive(Debug, Default)]
pub(crate) struct Wanted(RefCell<Noted>);

#[derive(Debug, Default)]
struct Noted {
    requests: Vec<Request>,
    seen: HashSet<([u8; 32], Option<[u8; 32]>)>,
}

impl Wanted {
    /// Notes `requests`.
    pub(super) fn add(&self, requests: impl IntoIterator<Item = Request>) {
        let mut noted = self.0.borrow_mut();
        for request in requests {
            let is_new = noted.seen.insert((request.key(), request.certificate().map(Certificate::sha256)));
            if is_new && noted.requests.len() < MAX_NOTED {
                noted.requests.push(request);
            }
        }
    }

    /// What was noted, in the order it was.
    pub(crate) fn into_requests(self) -> Vec<Request> {
        self.0.into_inner().requests
    }
}

/// More is asked for no document.
const MAX_NOTED: usize = 256;
