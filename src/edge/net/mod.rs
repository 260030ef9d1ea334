//! Evidence over HTTP, with what is known of addresses, and a memory of answers.

mod client;
mod fault;
mod proxy;
mod store;
mod target;
mod tsa;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use client::{Ask, Client};
use fault::Nature;
use store::Store;
use target::Target;
pub use tsa::TimestampClient;

use crate::crypto::random;
use crate::error::{Error, ErrorKind};
use crate::evidence::{Fetch, FetchError, Request};
use crate::message::{Message, id};

/// How the network is used. Nothing is asked before a request is made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    /// How long one request may take in all, redirects and repetitions included; 10 s.
    pub timeout: Duration,
    /// How the network is reached.
    pub proxy: ProxyChoice,
    /// Whether addresses of this computer, of private networks and of links may be asked. Addresses come from documents: whoever writes one
    /// could else look around in the network of whoever checks it.
    pub allow_private: bool,
    /// A folder in which answers are kept until they run out, a day at most; it is made where it is missing. Without one they are kept in
    /// memory.
    pub cache: Option<PathBuf>,
}

/// How the network is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyChoice {
    /// Through the proxy at this address: `http://host:port`, with `user:password@` where it asks for them.
    At(String),
    /// Without a proxy.
    Direct,
    /// As `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    #[default]
    Environment,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), proxy: ProxyChoice::default(), allow_private: false, cache: None }
    }
}

/// Fetches evidence over HTTP and HTTPS. Share one over documents and threads.
///
/// - A request takes no longer than its time-out, and an answer is read no further than its kind may be long, whatever the server says of its
///   length. Compressed content is refused.
/// - Redirects are followed five times at most, and every address on the way is vetted like the first one.
/// - Addresses that are, or resolve to, this computer or a private network are not asked unless that is allowed; the connection is made to
///   the very address that was looked at. Through a proxy, it is the proxy that resolves names; addresses in numbers are vetted here.
/// - Faults that may pass (an interruption, a server that is busy) are tried three times. A server that cannot be reached is not asked again
///   for a minute: a folder of documents does not wait for it once for each.
/// - Answers are kept until they run out, a day at most. An answer that proved nothing is not kept.
#[derive(Debug)]
pub struct Http {
    client: Client,
    timeout: Duration,
    store: Store,
    /// Servers that could not be reached: since when, and why.
    unreachable: Mutex<HashMap<String, (Instant, Message)>>,
}

impl Http {
    /// A fetcher with these options.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where the proxy is none.
    pub fn new(options: HttpOptions) -> crate::Result<Self> {
        Ok(Self {
            client: Client::new(proxy(&options.proxy)?, options.allow_private),
            timeout: options.timeout,
            store: Store::new(options.cache),
            unreachable: Mutex::default(),
        })
    }

    /// Sends `body` to `address`, and gives back what is answered, up to `bytes` bytes within `time`.
    ///
    /// # Errors
    /// Where there is no answer; the message names the address and says what to do.
    pub fn post(&self, address: &str, content_type: &'static str, body: &[u8], bytes: u64, time: Duration) -> Result<Vec<u8>, FetchError> {
        Ok(self.client.ask(&Ask { address, body: Some((content_type, body)), authorization: None, bytes, time })?)
    }

    /// Asks, without looking into the memory of answers.
    fn ask(&self, request: &Request) -> Result<Vec<u8>, FetchError> {
        let nonce =
            random::<NONCE_BYTES>().ok_or_else(|| FetchError::new(Message::new(id::NET_RANDOM).with("address", request.address())))?;
        let body = request.body_with_nonce(&nonce);
        let server = Target::parse(request.address()).ok().and_then(|target| {
            let authority = target.uri.authority()?;
            Some(format!("{}://{authority}", target.uri.scheme_str().unwrap_or_default()))
        });
        if let Some(message) = server.as_ref().and_then(|server| self.is_unreachable(server, request.address())) {
            return Err(FetchError::new(message));
        }
        let asked = self.client.ask(&Ask {
            address: request.address(),
            body: body.as_deref().and_then(|body| Some((request.kind().content_type()?, body))),
            authorization: None,
            bytes: request.kind().max_answer_bytes(),
            time: self.timeout,
        });
        if let (Err(fault), Some(server)) = (&asked, server)
            && fault.nature == Nature::Server
        {
            locked(&self.unreachable).insert(server, (Instant::now(), fault.message.clone()));
        }
        let answer = asked?;
        if request.certificate().is_some() {
            let read = request.read(&answer, Some(&nonce))?;
            self.store.put(request, &answer, read.valid_until);
        }
        Ok(answer)
    }

    /// Why the server was not reached a short while ago, said of `address`.
    fn is_unreachable(&self, server: &str, address: &str) -> Option<Message> {
        let mut unreachable = locked(&self.unreachable);
        unreachable.retain(|_, (since, _)| since.elapsed() < GIVEN_UP_FOR);
        unreachable.get(server).map(|(_, message)| message.clone().with("address", fault::shown(address)))
    }
}

/// What came of one request.
type Answered = Result<Vec<u8>, FetchError>;

impl Fetch for Http {
    fn fetch(&self, request: &Request) -> Result<Vec<u8>, FetchError> {
        self.store.get(request).map_or_else(|| self.ask(request), Ok)
    }

    fn fetch_all(&self, requests: &[Request]) -> Vec<Answered> {
        let answers: Vec<Mutex<Option<Answered>>> = requests.iter().map(|_| Mutex::default()).collect();
        let next = Mutex::new(requests.iter().zip(&answers));
        let work = || {
            while let Some((request, answer)) = locked(&next).next() {
                *locked(answer) = Some(self.fetch(request));
            }
        };
        thread::scope(|scope| {
            for _ in 1..requests.len().min(MAX_PARALLEL) {
                scope.spawn(work);
            }
            work();
        });
        let none = || Err(FetchError::new(Message::new(id::CLI_ERROR_FAULT)));
        answers.into_iter().map(|answer| answer.into_inner().unwrap_or_default().unwrap_or_else(none)).collect()
    }

    fn forget(&self, request: &Request) {
        self.store.remove(request);
    }
}

/// The proxy that `choice` means, where it means one.
fn proxy(choice: &ProxyChoice) -> crate::Result<Option<ureq::Proxy>> {
    match choice {
        ProxyChoice::At(address) => {
            let proxy = ureq::Proxy::new(address).ok().filter(|proxy| !proxy.host().is_empty());
            let wrong = || Error::new(ErrorKind::Argument, Message::new(id::NET_PROXY_ADDRESS).with("proxy", address.as_str()));
            Ok(Some(proxy.filter(is_http).ok_or_else(wrong)?))
        }
        ProxyChoice::Direct => Ok(None),
        ProxyChoice::Environment => Ok(ureq::Proxy::try_from_env().filter(is_http)),
    }
}

fn is_http(proxy: &ureq::Proxy) -> bool {
    matches!(proxy.protocol(), ureq::ProxyProtocol::Http | ureq::ProxyProtocol::Https)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// RFC 9654 2.1.
const NONCE_BYTES: usize = 32;
const MAX_PARALLEL: usize = 4;
const GIVEN_UP_FOR: Duration = Duration::from_secs(60);
