//! Asks for what would help with one document, as long as something new is had.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::corrections::corrected;
use crate::evidence::{Evidence, Fetch, Origin, Request, RequestKind};
use crate::message::{Message, id};
use crate::time::Time;
use crate::x509::Certificate;

/// What has been asked for one document so far.
pub(super) struct Fetching<'a> {
    fetch: &'a dyn Fetch,
    time: Time,
    /// What came of each request, by its key: why nothing was had, or nothing of use.
    asked: HashMap<[u8; 32], Result<(), Message>>,
    /// The ways that were tried, for each certificate: to its issuer, and to its status.
    tried: HashMap<(Purpose, usize), ()>,
    corrections: Vec<Message>,
    left: usize,
    deadline: Option<Instant>,
}

/// For which certificate something is asked, and whether it is its issuer.
type Purpose = (Option<[u8; 32]>, bool);

/// Requests for one purpose.
struct Group<'r> {
    purpose: Purpose,
    requests: Vec<&'r Request>,
}

impl<'a> Fetching<'a> {
    pub(super) fn new(fetch: &'a dyn Fetch, time: Time) -> Self {
        let deadline = Instant::now().checked_add(PATIENCE);
        Self { fetch, time, asked: HashMap::new(), tried: HashMap::new(), corrections: Vec::new(), left: MAX_REQUESTS, deadline }
    }

    /// Asks for what is `wanted` and was not asked before: for each purpose the first way, and the next where it failed. What is had goes into
    /// `evidence`, and why nothing was had as well. Whether anything changed.
    pub(super) fn ask(&mut self, wanted: &[Request], evidence: &mut Evidence) -> bool {
        let mut open = groups(wanted);
        let mut changed = false;
        while !open.is_empty() {
            let ways: Vec<(Purpose, Vec<&Request>)> =
                open.iter().filter_map(|group| Some((group.purpose, self.next_way(group)?))).collect();
            if ways.is_empty() {
                break;
            }
            changed = true;
            self.ask_all(ways.iter().flat_map(|(_, way)| way).copied(), evidence);
            let failed = |way: &[&Request]| way.iter().all(|request| self.asked.get(&request.key()).is_none_or(Result::is_err));
            let failed: Vec<Purpose> = ways.iter().filter(|(_, way)| failed(way)).map(|(purpose, _)| *purpose).collect();
            open.retain(|group| failed.contains(&group.purpose));
        }
        changed
    }

    /// The next way that was not tried for the purpose.
    fn next_way<'r>(&mut self, group: &Group<'r>) -> Option<Vec<&'r Request>> {
        let untried =
            |request: &&&Request| !self.tried.contains_key(&(group.purpose, request.way())) || !self.asked.contains_key(&request.key());
        let way = group.requests.iter().filter(untried).map(|request| request.way()).min()?;
        self.tried.insert((group.purpose, way), ());
        Some(group.requests.iter().filter(|request| request.way() == way).copied().collect())
    }

    /// Asks what was not asked yet, in parallel, and takes what is had.
    fn ask_all<'r>(&mut self, requests: impl Iterator<Item = &'r Request>, evidence: &mut Evidence) {
        let mut fresh: Vec<&Request> = Vec::new();
        let mut all: Vec<&Request> = Vec::new();
        for request in requests {
            all.push(request);
            if !self.asked.contains_key(&request.key()) && !fresh.contains(&request) {
                fresh.push(request);
            }
        }
        let refusal = if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) { Some(id::NET_NO_TIME) } else { None };
        let allowed = if refusal.is_some() { 0 } else { fresh.len().min(self.left) };
        let rest = fresh.split_off(allowed);
        self.left = self.left.saturating_sub(fresh.len());
        for request in rest {
            let message =
                about(refusal.unwrap_or(id::NET_TOO_MANY), request).with("count", MAX_REQUESTS).with("seconds", PATIENCE.as_secs());
            self.asked.insert(request.key(), Err(message));
        }
        let corrected: Vec<Request> = fresh.iter().map(|request| self.correct(request)).collect();
        for ((request, sent), answer) in fresh.iter().zip(&corrected).zip(self.fetch.fetch_all(&corrected)) {
            let outcome = match answer.and_then(|bytes| sent.read(&bytes, None)) {
                Ok(answer) => {
                    let old = answer.valid_until.filter(|until| *until < self.time);
                    evidence.add_contents(answer.contents, Origin::Network);
                    old.map_or(Ok(()), |until| Err(about(id::NET_OLD, sent).with("until", until)))
                }
                Err(error) => Err(error.message().clone()),
            };
            self.asked.insert(request.key(), outcome);
        }
        for request in all {
            if let Some(Err(message)) = self.asked.get(&request.key()) {
                evidence.add_failure(request, message.clone());
            }
        }
    }

    fn correct(&mut self, request: &Request) -> Request {
        let Some(target) = corrected(request.kind(), request.address()) else { return request.clone() };
        self.corrections.push(about(id::NET_CORRECTED, request).with("target", target.as_str()));
        request.at(target)
    }

    /// Notes in `evidence` which answers proved nothing, by what is `wanted` still, and has them forgotten. Whether there are any.
    pub(super) fn close(&mut self, wanted: &[Request], evidence: &mut Evidence) -> bool {
        let mut changed = false;
        for request in wanted {
            if self.asked.get(&request.key()).is_none_or(Result::is_err) {
                continue;
            }
            self.fetch.forget(&self.correct_silently(request));
            evidence.add_failure(request, about(id::NET_PROVED_NOTHING, request));
            changed = true;
        }
        changed
    }

    fn correct_silently(&self, request: &Request) -> Request {
        corrected(request.kind(), request.address()).map_or_else(|| request.clone(), |target| request.at(target))
    }

    pub(super) fn corrections(self) -> Vec<Message> {
        self.corrections
    }
}

/// The requests by purpose, in their order.
fn groups(wanted: &[Request]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for request in wanted {
        let purpose = (request.certificate().map(Certificate::sha256), request.kind() == RequestKind::Issuer);
        match groups.iter_mut().find(|group| group.purpose == purpose) {
            Some(group) => group.requests.push(request),
            None => groups.push(Group { purpose, requests: vec![request] }),
        }
    }
    groups
}

fn about(id: &'static str, request: &Request) -> Message {
    Message::new(id).with("address", request.address())
}

/// How often facts are gathered again. A chain whose every member names only the next takes a round for each.
pub(super) const MAX_ROUNDS: usize = 6;
/// Requests for one document.
const MAX_REQUESTS: usize = 64;
/// When nothing more is asked for one document; what is under way is still waited for.
const PATIENCE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::FetchError;
    use crate::x509::testing::{Holder, day};

    /// Answers with what there is for an address, and writes down what was asked.
    #[derive(Default)]
    struct Recorded {
        answers: HashMap<&'static str, Vec<u8>>,
        asked: Mutex<Vec<String>>,
        forgotten: Mutex<Vec<String>>,
    }

    impl Fetch for Recorded {
        fn fetch(&self, request: &Request) -> Result<Vec<u8>, FetchError> {
            self.asked.lock().unwrap().push(request.address().to_owned());
            let none = || FetchError::new(Message::new(id::NET_REFUSED).with("address", request.address()));
            self.answers.get(request.address()).cloned().ok_or_else(none)
        }

        fn forget(&self, request: &Request) {
            self.forgotten.lock().unwrap().push(request.address().to_owned());
        }
    }

    fn failures(evidence: &Evidence, certificate: &Certificate) -> Vec<String> {
        evidence.failures(certificate).map(|message| message.id().to_owned()).collect()
    }

    #[test]
    fn a_document_cannot_have_more_asked_than_is_allowed() {
        let authority = Holder::authority("Authority", None, |_| {});
        let people: Vec<Holder> = (0..MAX_REQUESTS + 3).map(|_| Holder::person("An", &authority, |_| {})).collect();
        let wanted: Vec<Request> =
            people.iter().enumerate().map(|(index, an)| Request::crl(&format!("http://ca.vn/{index}.crl"), &an.certificate)).collect();
        let (recorded, mut evidence) = (Recorded::default(), Evidence::new());
        let mut fetching = Fetching::new(&recorded, day(6, 1));
        assert!(fetching.ask(&wanted, &mut evidence) && !fetching.ask(&wanted, &mut evidence));
        assert_eq!(recorded.asked.lock().unwrap().len(), MAX_REQUESTS);
        assert_eq!(failures(&evidence, &people[0].certificate), [id::NET_REFUSED]);
        assert_eq!(failures(&evidence, &people[MAX_REQUESTS + 2].certificate), [id::NET_TOO_MANY]);
    }

    #[test]
    fn what_two_certificates_need_is_asked_for_once_and_counts_for_both() {
        let authority = Holder::authority("Authority", None, |_| {});
        let [an, binh] = ["An", "Bình"].map(|name| Holder::person(name, &authority, |_| {}).certificate);
        let wanted = [Request::crl("http://ca.vn/a.crl", &an), Request::crl("http://ca.vn/a.crl", &binh)];
        let (recorded, mut evidence) = (Recorded::default(), Evidence::new());
        Fetching::new(&recorded, day(6, 1)).ask(&wanted, &mut evidence);
        assert_eq!(*recorded.asked.lock().unwrap(), ["http://ca.vn/a.crl"]);
        assert_eq!(
            (failures(&evidence, &an), failures(&evidence, &binh)),
            (vec![id::NET_REFUSED.to_owned()], vec![id::NET_REFUSED.to_owned()])
        );
    }

    #[test]
    fn the_next_way_is_tried_where_one_failed_and_where_it_proved_nothing() {
        let authority = Holder::authority("Authority", None, |_| {});
        let an = Holder::person("An", &authority, |params| {
            let point = |address: &str| rcgen::CrlDistributionPoint { uris: vec![address.to_owned()] };
            params.crl_distribution_points = ["http://ca.vn/1", "http://ca.vn/2", "http://ca.vn/3"].map(point).to_vec();
        });
        let wanted = Request::status(&an.certificate, &authority.certificate);
        let list = authority.crl((5, 20), &[]).as_der().to_vec();
        let recorded = Recorded { answers: [("http://ca.vn/2", list.clone()), ("http://ca.vn/3", list)].into(), ..Recorded::default() };
        let mut evidence = Evidence::new();
        let mut fetching = Fetching::new(&recorded, day(6, 1));
        assert!(fetching.ask(&wanted, &mut evidence));
        assert_eq!(*recorded.asked.lock().unwrap(), ["http://ca.vn/1", "http://ca.vn/2"]);
        assert_eq!(evidence.crls().count(), 1);
        assert!(fetching.ask(&wanted, &mut evidence), "wanted still: the second proved nothing");
        assert!(!fetching.ask(&wanted, &mut evidence));
        assert_eq!(recorded.asked.lock().unwrap().len(), 3);
        assert!(fetching.close(&wanted, &mut evidence));
        assert_eq!(*recorded.forgotten.lock().unwrap(), ["http://ca.vn/2", "http://ca.vn/3"]);
        assert_eq!(failures(&evidence, &an.certificate), [id::NET_REFUSED, id::NET_PROVED_NOTHING, id::NET_PROVED_NOTHING]);
    }

    #[test]
    fn a_wrong_address_is_corrected_and_that_is_said() {
        let authority = Holder::authority("Authority", None, |_| {}).certificate;
        let wrong = "https://intrustca.vn/cert/IntrustCA_Remote_Signing.cer";
        let right = "https://intrustca.vn/assets/cert/IntrustCA_Remote_Signing.cer";
        let recorded = Recorded { answers: [(right, authority.as_der().to_vec())].into(), ..Recorded::default() };
        let mut evidence = Evidence::new();
        let mut fetching = Fetching::new(&recorded, day(6, 1));
        fetching.ask(&[Request::issuer(wrong, &authority)], &mut evidence);
        assert_eq!(evidence.certificates().map(|(_, origin)| origin).collect::<Vec<_>>(), [Origin::Network]);
        let expected = Message::new(id::NET_CORRECTED).with("address", wrong).with("target", right);
        assert_eq!(fetching.corrections(), [expected]);
    }
}
