//! Where may be asked: addresses are vetted before, and what they resolve to before a connection is made.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::message::id;

/// An address that may be asked, as far as can be told from how it is written.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) uri: Uri,
}

/// Why an address is not asked: the id of a message.
type Refusal = &'static str;

impl Target {
    /// Reads an address of a certificate. What no URI may hold, such as the blanks in real ones, is percent-encoded.
    pub(super) fn parse(address: &str) -> Result<Self, Refusal> {
        let address = address.trim();
        if address.len() > MAX_LENGTH || address.chars().any(char::is_control) {
            return Err(id::NET_ADDRESS);
        }
        let Some((scheme, rest)) = address.split_once(':') else { return Err(id::NET_ADDRESS) };
        if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            return Err(id::NET_SCHEME);
        }
        let encoded = encoded(rest.split('#').next().unwrap_or_default());
        let uri: Uri = format!("{}:{encoded}", scheme.to_ascii_lowercase()).parse().map_err(|_| id::NET_ADDRESS)?;
        let authority = uri.authority().ok_or(id::NET_ADDRESS)?;
        if authority.as_str().contains('@') {
            return Err(id::NET_USER_IN_ADDRESS);
        }
        let bad_port = authority.port_u16().is_none() && authority.as_str() != authority.host();
        if authority.host().is_empty() || bad_port {
            return Err(id::NET_ADDRESS);
        }
        Ok(Self { uri })
    }

    /// The address that `location`, the header of an answer from here, leads to (RFC 9110 10.2.2, RFC 3986 5.2).
    pub(super) fn join(&self, location: &str) -> Result<Self, Refusal> {
        let location = location.trim();
        let scheme = self.uri.scheme_str().unwrap_or("http");
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        if location.starts_with("//") {
            return Self::parse(&format!("{scheme}:{location}"));
        }
        if location.starts_with('/') {
            return Self::parse(&format!("{scheme}://{authority}{location}"));
        }
        let is_absolute = location.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(|letter| letter.is_ascii_alphanumeric()));
        if is_absolute {
            return Self::parse(location);
        }
        let folder = self.uri.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        Self::parse(&format!("{scheme}://{authority}{folder}/{location}"))
    }

    /// The host, without the brackets of IPv6.
    pub(super) fn host(&self) -> &str {
        self.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    /// Whether the host is this computer or in a private network, as far as its name tells. What a name resolves to is seen by [`Guard`].
    pub(super) fn is_private(&self) -> bool {
        let host = self.host().trim_end_matches('.').to_ascii_lowercase();
        if let Ok(address) = host.parse::<IpAddr>() {
            return !is_public(address);
        }
        let last = host.rsplit('.').next().unwrap_or_default();
        // Numbers in other forms (127.1, 0x7f000001) that some resolvers read as IPv4, names of this computer, and names without a domain.
        let numeric = last.starts_with("0x") || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()));
        numeric || last == host || ["localhost", "local", "internal"].contains(&last)
    }
}

/// Encodes what RFC 3986 allows nowhere.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Resolves names, and refuses those that lead to this computer or into a private network. The connection is made to the very addresses that
/// were looked at, so that a name cannot be changed in between.
#[derive(Debug)]
pub(super) struct Guard {
    /// Whether private addresses are allowed.
    pub(super) private: bool,
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &ureq::config::Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        if self.private || found.iter().all(|address| is_public(address.ip())) {
            Ok(found)
        } else {
            Err(ureq::Error::Other(Box::new(PrivateAddress)))
        }
    }
}

/// A name led to this computer or into a private network.
#[derive(Debug, thiserror::Error)]
#[error("a private address")]
pub(super) struct PrivateAddress;

/// Whether an address is of the public internet (the registries of special-purpose addresses of RFC 6890).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !PRIVATE.iter().any(|(network, bits)| is_within(u32::from(address).into(), u32::from(*network).into(), 32, *bits))
        }
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within = |network: Ipv6Addr, bits| is_within(address.into(), network.into(), 128, bits);
    let segments = address.segments();
    let embedded = |high: u16, low: u16| is_public(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)).into());
    let [.., high, low] = segments;
    // RFC 6052 2.1 and RFC 4291 2.5.5.2: IPv4 within IPv6, as gateways and dual stacks unpack it.
    if within(NAT64, 96) || within(MAPPED, 96) {
        return embedded(high, low);
    }
    let [_, high, low, ..] = segments;
    if within(SIX_TO_FOUR, 16) {
        return embedded(high, low);
    }
    within(GLOBAL, 3) && !PRIVATE_V6.iter().any(|(network, bits)| within(*network, *bits))
}

/// Whether the first `bits` of two addresses of `width` bits are the same.
fn is_within(address: u128, network: u128, width: u32, bits: u32) -> bool {
    let shift = width.saturating_sub(bits);
    address.checked_shr(shift) == network.checked_shr(shift)
}

const MAX_LENGTH: usize = 2_048;

const PRIVATE: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared address space of carriers (RFC 6598).
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, reserved, broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// All that is public is in here, but for what follows.
const GLOBAL: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);
const MAPPED: Ipv6Addr = Ipv6Addr::new(0, 0, 0, 0, 0, 0xFFFF, 0, 0);
const NAT64: Ipv6Addr = Ipv6Addr::new(0x64, 0xFF9B, 0, 0, 0, 0, 0, 0);
const SIX_TO_FOUR: Ipv6Addr = Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0);
const PRIVATE_V6: &[(Ipv6Addr, u32)] = &[
    // Protocol assignments, Teredo among them, which embeds IPv4.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xDB8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3FFF, 0, 0, 0, 0, 0, 0, 0), 20),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        let private = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:c0a8:1::1",
            "100::1",
            "3fff::1",
        ];
        for address in private {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let public = [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "203.162.4.190",
            "2001:4860:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn hosts_that_are_private_by_name_are_known_without_asking() {
        let private = [
            "http://127.1/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://localhost:80/",
            "http://a.LOCALHOST./",
            "http://printer/",
            "http://[::1]:8080/",
            "http://[::ffff:10.0.0.1]/",
            "http://db.internal/",
            "http://169.254.169.254/latest/",
            "http://10.0.0.1.",
        ];
        for address in private {
            assert!(Target::parse(address).unwrap().is_private(), "{address}");
        }
        for address in ["http://ocsp.ca.gov.vn/", "https://[2001:4860:4860::8888]/a", "http://1.1.1.1:8080/x"] {
            assert!(!Target::parse(address).unwrap().is_private(), "{address}");
        }
    }

    #[test]
    fn only_plain_http_addresses_are_read() {
        let refused = |address: &str| Target::parse(address).unwrap_err();
        assert_eq!(refused("ldap://ca.example.vn/cn=a?certificateRevocationList"), id::NET_SCHEME);
        assert_eq!(refused("file:///etc/passwd"), id::NET_SCHEME);
        assert_eq!(refused("http://user:secret@ca.example.vn/"), id::NET_USER_IN_ADDRESS);
        assert_eq!(refused("http://ca.example.vn@127.0.0.1/"), id::NET_USER_IN_ADDRESS);
        for address in
            ["", "ca.example.vn", "http://", "http:///a", "http://ca.example.vn:99999/", "http://ca.example.vn:x/", "http://ca.vn/\r\nX: y"]
        {
            assert_eq!(refused(address), id::NET_ADDRESS, "{address}");
        }
        assert_eq!(refused(&format!("http://ca.example.vn/{}", "a".repeat(3_000))), id::NET_ADDRESS);
        assert_eq!(Target::parse(" HTTP://ca.example.vn/My CA.crl#x").unwrap().uri.to_string(), "http://ca.example.vn/My%20CA.crl");
    }

    #[test]
    fn a_location_is_read_from_where_it_stands() {
        let base = Target::parse("https://ca.example.vn:8443/crl/a.crl?x=1").unwrap();
        let joined = |location: &str| base.join(location).map(|target| target.uri.to_string());
        assert_eq!(joined("/b").unwrap(), "https://ca.example.vn:8443/b");
        assert_eq!(joined("b.crl").unwrap(), "https://ca.example.vn:8443/crl/b.crl");
        assert_eq!(joined("//other.vn/b").unwrap(), "https://other.vn/b");
        assert_eq!(joined("http://other.vn/b").unwrap(), "http://other.vn/b");
        assert_eq!(joined("ftp://other.vn/b"), Err(id::NET_SCHEME));
        assert_eq!(joined("javascript:alert(1)"), Err(id::NET_SCHEME));
    }
}
