//! Asks over HTTP: within a time and a size, with few redirects, and again after passing faults.

use std::io::Read as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::{Response, header};
use ureq::{Body, Proxy};

use super::fault::{Fault, Nature, about, shown};
use super::proxy::Agents;
use super::target::Target;
use crate::message::id;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub(super) address: &'a str,
    /// What is sent, with its media type; without, the address is fetched.
    pub(super) body: Option<(&'static str, &'a [u8])>,
    /// Who asks, for the host of `address` alone.
    pub(super) authorization: Option<&'a str>,
    /// How many bytes an answer may have.
    pub(super) bytes: u64,
    /// How long it may take, with all redirects and repetitions.
    pub(super) time: Duration,
}

/// Asks over HTTP.
#[derive(Debug)]
pub(super) struct Client {
    agents: Agents,
    /// What asks the address itself, where it is the user's own word and may be private. Where that leads is vetted all the same.
    named: Option<Agents>,
    /// Whether addresses of this computer and of private networks may be asked.
    private: bool,
}

/// What an answer is.
enum Reply {
    Body(Vec<u8>),
    /// Another address is to be asked.
    Elsewhere(String),
}

impl Client {
    pub(super) fn new(proxy: Option<Proxy>, private: bool) -> Self {
        Self { agents: Agents::new(config, proxy, private), named: None, private }
    }

    /// A client for addresses that the user named himself: these may be private, and what they lead to may not.
    pub(super) fn for_named(proxy: Option<Proxy>) -> Self {
        Self { named: Some(Agents::new(config, proxy.clone(), true)), ..Self::new(proxy, false) }
    }

    /// The answer.
    pub(super) fn ask(&self, ask: &Ask<'_>) -> Result<Vec<u8>, Fault> {
        let deadline = Deadline::after(ask.time);
        let mut pauses = PAUSES.iter();
        loop {
            let fault = match self.follow(ask, deadline) {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            match pauses.next() {
                Some(pause) if fault.nature == Nature::Transient && deadline.left() > *pause => sleep(*pause),
                _ => return Err(fault),
            }
        }
    }

    /// Asks, and asks on where the answer leads to another address. Each address is vetted like the first.
    fn follow(&self, ask: &Ask<'_>, deadline: Deadline) -> Result<Vec<u8>, Fault> {
        let mut target = Target::parse(ask.address).map_err(|id| Fault::lasting(about(id, ask.address)))?;
        let mut led_to: Option<String> = None;
        for _ in 0..=MAX_REDIRECTS {
            let named = self.named.as_ref().filter(|_| led_to.is_none());
            if !self.private && named.is_none() && target.is_private() {
                return Err(Fault::lasting(private(ask, led_to.as_deref())));
            }
            let agents = named.unwrap_or(&self.agents);
            // RFC 9110 15.4: who asks is told to whom it is meant for, and to nobody else.
            let authorization = ask.authorization.filter(|_| led_to.is_none());
            let reply = once(&Ask { authorization, ..*ask }, &target, agents, deadline).map_err(|fault| match &led_to {
                Some(led_to) if fault.message.id() == id::NET_PRIVATE => Fault::lasting(private(ask, Some(led_to))),
                _ => fault,
            })?;
            match reply {
                Reply::Body(body) => return Ok(body),
                Reply::Elsewhere(location) => {
                    let invalid = |_| Fault::lasting(about(id::NET_REDIRECT_INVALID, ask.address).with("target", shown(&location)));
                    target = target.join(&location).map_err(invalid)?;
                    led_to = Some(shown(&target.uri.to_string()));
                }
            }
        }
        Err(Fault::lasting(about(id::NET_REDIRECTS, ask.address).with("count", MAX_REDIRECTS)))
    }
}

/// One request, without following where it leads.
fn once(ask: &Ask<'_>, target: &Target, agents: &Agents, deadline: Deadline) -> Result<Reply, Fault> {
    let seconds = ask.time.as_secs().max(1);
    let fault = |error: &ureq::Error| match (error, agents.proxy_for(target)) {
        (
            ureq::Error::ConnectProxyFailed(_) | ureq::Error::InvalidProxyUrl | ureq::Error::Io(_) | ureq::Error::HostNotFound,
            Some(proxy),
        ) => {
            let message = about(id::NET_PROXY, ask.address).with("proxy", proxy).with("reason", error.to_string());
            Fault { message, nature: Nature::Server }
        }
        _ => Fault::from_ureq(error, ask.address, seconds),
    };
    let agent = agents.of(target);
    let left = Some(deadline.left().max(LEAST));
    let sent = match ask.body {
        None => agent.get(&target.uri).config().timeout_global(left).build().call(),
        Some((media_type, body)) => {
            let mut request = agent.post(&target.uri).header(header::CONTENT_TYPE, media_type);
            if let Some(authorization) = ask.authorization {
                request = request.header(header::AUTHORIZATION, authorization);
            }
            request.config().timeout_global(left).build().send(body)
        }
    };
    let response = sent.map_err(|error| fault(&error))?;
    let status = response.status().as_u16();
    match status {
        200 => body(ask, response, deadline).map(Reply::Body),
        // The same question is asked again at the other address, whatever its method: what is asked for has no other meaning.
        301 | 302 | 303 | 307 | 308 => {
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            location.map(|location| Reply::Elsewhere(location.to_owned())).ok_or_else(|| Fault::status(ask.address, status))
        }
        _ => Err(Fault::status(ask.address, status)),
    }
}

/// How every agent asks. What it is told of lengths is not believed, content is not decompressed, and redirects are followed here alone.
fn config(proxy: Option<Proxy>) -> Config {
    Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(proxy)
        .user_agent(concat!("kyso/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .max_response_header_size(MAX_HEADER_BYTES)
        .build()
}

/// The body of an answer, read until it is longer than allowed.
fn body(ask: &Ask<'_>, response: Response<Body>, deadline: Deadline) -> Result<Vec<u8>, Fault> {
    let coded = response.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if coded {
        return Err(Fault::lasting(about(id::NET_CODED, ask.address)));
    }
    let seconds = ask.time.as_secs().max(1);
    let mut reader = response.into_body().into_reader().take(ask.bytes.saturating_add(1));
    let mut out = Vec::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = reader.read(&mut chunk).map_err(|error| Fault::from_io(&error, ask.address, seconds))?;
        if count == 0 {
            break;
        }
        out.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if deadline.left().is_zero() {
            return Err(Fault::from_ureq(&ureq::Error::Timeout(ureq::Timeout::Global), ask.address, seconds));
        }
    }
    if u64::try_from(out.len()).is_ok_and(|length| length <= ask.bytes) {
        Ok(out)
    } else {
        Err(Fault::lasting(about(id::NET_TOO_LARGE, ask.address).with("bytes", ask.bytes)))
    }
}

fn private(ask: &Ask<'_>, led_to: Option<&str>) -> crate::Message {
    match led_to {
        Some(target) => about(id::NET_REDIRECT_PRIVATE, ask.address).with("target", target),
        None => about(id::NET_PRIVATE, ask.address),
    }
}

/// Until when an answer is waited for.
#[derive(Clone, Copy)]
struct Deadline(Option<Instant>);

impl Deadline {
    fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    fn left(self) -> Duration {
        self.0.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

const MAX_REDIRECTS: usize = 5;
/// Real answers have some hundred bytes of header.
const MAX_HEADER_BYTES: usize = 32 << 10;
const CHUNK: usize = 64 << 10;
/// The pauses before it is asked again.
const PAUSES: &[Duration] = &[Duration::from_millis(200), Duration::from_millis(800)];
/// A time-out of nothing would be none.
const LEAST: Duration = Duration::from_millis(1);
