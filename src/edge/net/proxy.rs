//! Connections: direct ones, and those through a proxy.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, RustlsConnector, TcpConnector, Transport};
use ureq::{Agent, Proxy, ProxyProtocol};

use super::target::{Guard, Target};

/// The agents that ask.
#[derive(Debug)]
pub(super) struct Agents {
    direct: Agent,
    through: Option<Through>,
}

/// The agents that ask through a proxy.
#[derive(Debug)]
struct Through {
    proxy: Proxy,
    /// For `https`: through a tunnel (RFC 9110 9.3.6).
    tunnel: Agent,
    /// For `http`: the proxy is asked for the whole address (RFC 9112 3.2.2), for many proxies allow tunnels to port 443 alone. `None` where
    /// the proxy itself is asked over TLS.
    relay: Option<Agent>,
}

impl Agents {
    /// Agents as `config` makes them, through `proxy` where there is one; private addresses only where `private`.
    pub(super) fn new(config: impl Fn(Option<Proxy>) -> Config, proxy: Option<Proxy>, private: bool) -> Self {
        let direct = ().chain(TcpConnector::default()).chain(RustlsConnector::default());
        let direct = Agent::with_parts(config(None), direct, Guard { private });
        let through = proxy.map(|proxy| {
            let relay = || {
                let connector = ().chain(TcpConnector::default()).chain(WholeAddress::of(&proxy));
                Agent::with_parts(config(None), connector, ProxyResolver(proxy.uri().clone()))
            };
            let relay = (proxy.protocol() == ProxyProtocol::Http).then(relay);
            Through { tunnel: Agent::new_with_config(config(Some(proxy.clone()))), relay, proxy }
        });
        Self { direct, through }
    }

    /// The agent for an address.
    pub(super) fn of(&self, target: &Target) -> &Agent {
        let Some(through) = self.through_for(target) else { return &self.direct };
        match &through.relay {
            Some(relay) if target.uri.scheme_str() == Some("http") => relay,
            _ => &through.tunnel,
        }
    }

    /// The proxy that is used for an address.
    pub(super) fn proxy_for(&self, target: &Target) -> Option<String> {
        self.through_for(target).map(|through| format!("{}:{}", through.proxy.host(), through.proxy.port()))
    }

    fn through_for(&self, target: &Target) -> Option<&Through> {
        self.through.as_ref().filter(|through| !through.proxy.is_no_proxy(&target.uri))
    }
}

/// Leads every connection to the proxy.
#[derive(Debug)]
struct ProxyResolver(Uri);

impl Resolver for ProxyResolver {
    fn resolve(&self, _uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        DefaultResolver::default().resolve(&self.0, config, timeout)
    }
}

/// Makes connections on which the request line has the whole address.
#[derive(Debug)]
struct WholeAddress {
    /// The header that says who we are to the proxy.
    authorization: Option<String>,
}

impl WholeAddress {
    fn of(proxy: &Proxy) -> Self {
        let credentials = proxy.username().map(|user| format!("{user}:{}", proxy.password().unwrap_or_default()));
        Self { authorization: credentials.map(|text| format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(text))) }
    }
}

impl<In: Transport> Connector<In> for WholeAddress {
    type Out = Relayed<In>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, ureq::Error> {
        let origin = details.uri.authority().map(|authority| format!("http://{authority}")).unwrap_or_default();
        let insert = Some((origin, self.authorization.clone().unwrap_or_default()));
        Ok(chained.map(|transport| Relayed { transport, insert }))
    }
}

/// A connection to a proxy that carries one request.
#[derive(Debug)]
struct Relayed<T> {
    transport: T,
    /// What goes before the path of the request line, and what goes below that line, until both are sent.
    insert: Option<(String, String)>,
}

impl<T: Transport> Transport for Relayed<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        let Some((origin, header)) = self.insert.take() else { return self.transport.transmit_output(amount, timeout) };
        let invalid = || ureq::Error::InvalidProxyUrl;
        let output = self.transport.buffers().output();
        let head = output.get(..amount).ok_or_else(invalid)?;
        // `GET /path HTTP/1.1`
        let path = head.iter().position(|byte| *byte == b' ').ok_or_else(invalid)?.saturating_add(1);
        let below = head.iter().position(|byte| *byte == b'\n').ok_or_else(invalid)?.saturating_add(1);
        let (method, rest) = head.split_at_checked(path).ok_or_else(invalid)?;
        let (line, rest) = rest.split_at_checked(below.saturating_sub(path)).ok_or_else(invalid)?;
        let whole = [method, origin.as_bytes(), line, header.as_bytes(), rest].concat();
        output.get_mut(..whole.len()).ok_or_else(invalid)?.copy_from_slice(&whole);
        self.transport.transmit_output(whole.len(), timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.transport.await_input(timeout)
    }

    /// Never kept for another request, for the next line would not be rewritten.
    fn is_open(&mut self) -> bool {
        false
    }
}
