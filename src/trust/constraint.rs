//! Name constraints (RFC 5280 4.2.1.10, 6.1.3 b and c, 6.1.4 g).

use std::borrow::Cow;

use crate::limits::{Budget, Exceeded, Resource};
use crate::x509::{Certificate, GeneralName, GeneralSubtree, Name, NameConstraints};

/// The constraints that the certificates above have set.
///
/// A name must be outside all excluded subtrees of all of them, and within one permitted subtree of its kind of each that has its kind:
/// the union and the intersection of RFC 5280 6.1.4 g.
#[derive(Debug, Default)]
pub(super) struct NameRules<'a>(Vec<&'a NameConstraints>);

/// How a name and a subtree of the same kind are to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Inside,
    Outside,
    /// It cannot be told: one of them is malformed, or of a kind that is not processed.
    Unclear,
}

impl<'a> NameRules<'a> {
    /// Adds the constraints of one more certificate.
    pub(super) fn add(&mut self, constraints: &'a NameConstraints) {
        self.0.push(constraints);
    }

    /// The first name of `certificate` that the rules forbid, for people.
    pub(super) fn broken_by(&self, certificate: &Certificate, budget: &Budget) -> Result<Option<String>, Exceeded> {
        if self.0.is_empty() {
            return Ok(None);
        }
        for name in names(certificate) {
            if !self.allows(&name, budget)? {
                return Ok(Some(shown(&name)));
            }
        }
        Ok(None)
    }

    fn allows(&self, name: &GeneralName, budget: &Budget) -> Result<bool, Exceeded> {
        let size = self.0.iter().map(|constraints| constraints.permitted.len().saturating_add(constraints.excluded.len())).sum::<usize>();
        budget.spend(Resource::NameComparisons, u64::try_from(size).unwrap_or(u64::MAX))?;
        let of_kind = |subtree: &&GeneralSubtree| same_kind(&subtree.base, name);
        for subtree in self.0.iter().flat_map(|constraints| &constraints.excluded).filter(of_kind) {
            if relation(name, &subtree.base) != Relation::Outside || covers_by_wildcard(name, &subtree.base) {
                return Ok(false);
            }
        }
        Ok(self.0.iter().all(|constraints| {
            let mut subtrees = constraints.permitted.iter().filter(of_kind).peekable();
            subtrees.peek().is_none() || subtrees.any(|subtree| relation(name, &subtree.base) == Relation::Inside)
        }))
    }
}

/// The names that constraints apply to: the subject where it is not empty, the alternative names, and the e-mail addresses of the subject
/// where there is none among the alternative names.
fn names(certificate: &Certificate) -> Vec<Cow<'_, GeneralName>> {
    let mut names: Vec<_> = certificate.extensions().subject_alternative_names.iter().map(Cow::Borrowed).collect();
    let subject = certificate.subject();
    if !names.iter().any(|name| matches!(**name, GeneralName::Email(_))) {
        names.extend(subject.email_addresses().map(|address| Cow::Owned(GeneralName::Email(address.to_owned()))));
    }
    if !subject.is_empty() {
        names.push(Cow::Owned(GeneralName::Directory(subject.clone())));
    }
    names
}

fn same_kind(left: &GeneralName, right: &GeneralName) -> bool {
    match (left, right) {
        (GeneralName::Other(left, _), GeneralName::Other(right, _)) => left == right,
        _ => std::mem::discriminant(left) == std::mem::discriminant(right),
    }
}

fn relation(name: &GeneralName, base: &GeneralName) -> Relation {
    let within = |inside| if inside { Relation::Inside } else { Relation::Outside };
    match (name, base) {
        (GeneralName::Directory(name), GeneralName::Directory(base)) => within(Name::is_within(name, base)),
        (GeneralName::Dns(name), GeneralName::Dns(base)) => dns(name, base),
        (GeneralName::Email(name), GeneralName::Email(base)) => email(name, base),
        (GeneralName::Ip(name), GeneralName::Ip(base)) => address(name, base),
        (GeneralName::Uri(name), GeneralName::Uri(base)) => match uri_host(name) {
            Some(host) => within(host_matches(host, base)),
            None => Relation::Unclear,
        },
        // RFC 5280 6.1: a constraint on a kind that is not processed, and a name of that kind: refuse.
        _ => Relation::Unclear,
    }
}

/// A domain and everything below it.
fn dns(name: &str, base: &str) -> Relation {
    let (name, base) = (without_dot(name), without_dot(base));
    if !is_domain(name.strip_prefix("*.").unwrap_or(name)) || !(base.is_empty() || is_domain(base)) {
        return Relation::Unclear;
    }
    if base.is_empty() || is_below(name, base) || name.eq_ignore_ascii_case(base) { Relation::Inside } else { Relation::Outside }
}

/// Whether `*.example.com` stands for names that an excluded subtree below `example.com` forbids.
fn covers_by_wildcard(name: &GeneralName, base: &GeneralName) -> bool {
    let (GeneralName::Dns(name), GeneralName::Dns(base)) = (name, base) else { return false };
    without_dot(name).strip_prefix("*.").is_some_and(|parent| is_below(without_dot(base), parent))
}

/// Letters, digits, hyphens and (as found in practice) underscores between dots.
fn is_domain(name: &str) -> bool {
    name.split('.').all(|label| {
        (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    })
}

fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Whether `name` is a proper subdomain of `parent`.
fn is_below(name: &str, parent: &str) -> bool {
    let Some(start) = name.len().checked_sub(parent.len()).and_then(|start| start.checked_sub(1)) else { return false };
    match (name.get(start..start.saturating_add(1)), name.get(start.saturating_add(1)..)) {
        (Some("."), Some(end)) => start > 0 && end.eq_ignore_ascii_case(parent),
        _ => false,
    }
}

/// A mailbox, all mailboxes of a host, or with a leading dot those of every host below a domain.
fn email(name: &str, base: &str) -> Relation {
    let Some((local, host)) = name.rsplit_once('@') else { return Relation::Unclear };
    // An "@" in the local part would have to be quoted; nobody does, but to confuse.
    if local.is_empty() || local.contains('@') || host.is_empty() {
        return Relation::Unclear;
    }
    let inside = match base.split_once('@') {
        Some((_, host)) if host.contains('@') => return Relation::Unclear,
        // RFC 5280 7.5: the local part is compared as it is, the host without regard to case.
        Some((wanted_local, wanted_host)) => local == wanted_local && host.eq_ignore_ascii_case(wanted_host),
        None => host_matches(host, base),
    };
    if inside { Relation::Inside } else { Relation::Outside }
}

/// A host, or with a leading dot every host below a domain.
fn host_matches(host: &str, base: &str) -> bool {
    match base.strip_prefix('.') {
        Some(parent) => is_below(host, parent),
        None => base.is_empty() || host.eq_ignore_ascii_case(base),
    }
}

/// The host of a URI, where it is a domain name; constraints say nothing of anything else, and RFC 5280 has it refused.
fn uri_host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    let is_address = host.starts_with('[') || host.split('.').all(|part| part.parse::<u8>().is_ok());
    (!host.is_empty() && !is_address).then_some(host)
}

/// An address within a network of address and mask.
fn address(name: &[u8], base: &[u8]) -> Relation {
    let (network, mask) = base.split_at(base.len() / 2);
    if !matches!(name.len(), 4 | 16) || !matches!(base.len(), 8 | 32) || !is_prefix_mask(mask) {
        return Relation::Unclear;
    }
    if name.len() != network.len() {
        return Relation::Outside;
    }
    let inside = name.iter().zip(network).zip(mask).all(|((name, network), mask)| name & mask == network & mask);
    if inside { Relation::Inside } else { Relation::Outside }
}

fn is_prefix_mask(mask: &[u8]) -> bool {
    let ones: u32 = mask.iter().map(|byte| byte.leading_ones()).sum();
    let all: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    // Ones after a zero are counted by the second sum alone; a whole byte of ones after a zero byte by both.
    ones == all && !mask.windows(2).any(|pair| matches!(pair, [first, second] if *first != 0xFF && *second != 0))
}

fn shown(name: &GeneralName) -> String {
    match name {
        GeneralName::Directory(name) => name.to_string(),
        GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) => text.clone(),
        GeneralName::Ip(bytes) if bytes.len() == 4 => bytes.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
        GeneralName::Ip(bytes) => bytes.chunks(2).take(8).map(hexadecimal).collect::<Vec<_>>().join(":"),
        GeneralName::Other(_, bytes) => hexadecimal(bytes),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().take(32).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSIDE: Option<bool> = Some(true);
    const OUTSIDE: Option<bool> = Some(false);
    const UNCLEAR: Option<bool> = None;

    fn check(make: impl Fn(&str) -> GeneralName, rows: &[(&str, &str, Option<bool>)]) {
        for (name, base, expected) in rows {
            let found = match relation(&make(name), &make(base)) {
                Relation::Inside => Some(true),
                Relation::Outside => Some(false),
                Relation::Unclear => None,
            };
            assert_eq!(found, *expected, "{name} in {base}");
        }
    }

    #[test]
    fn a_domain_holds_itself_and_what_is_below() {
        check(
            |text| GeneralName::Dns(text.to_owned()),
            &[
                ("example.com", "example.com", INSIDE),
                ("a.b.Example.com", "exampLe.com", INSIDE),
                ("badexample.com", "example.com", OUTSIDE),
                ("a.example.com", ".example.com", UNCLEAR),
                (".example.com", "example.com", UNCLEAR),
                ("*.example.com", "example.com", INSIDE),
                ("a.*.example.com", "example.com", UNCLEAR),
                ("a b.example.com", "example.com", UNCLEAR),
                ("a.example.com.", "example.com", INSIDE),
                ("anything", "", INSIDE),
                ("", "example.com", UNCLEAR),
            ],
        );
    }

    #[test]
    fn a_wildcard_falls_under_what_it_may_stand_for() {
        let dns = |text: &str| GeneralName::Dns(text.to_owned());
        assert!(covers_by_wildcard(&dns("*.example.com"), &dns("bar.example.com")));
        assert!(!covers_by_wildcard(&dns("*.example.com"), &dns("example.org")));
        assert!(!covers_by_wildcard(&dns("www.example.com"), &dns("bar.example.com")));
    }

    #[test]
    fn mailboxes_hosts_and_domains_are_told_apart() {
        check(
            |text| GeneralName::Email(text.to_owned()),
            &[
                ("an@example.com", "an@EXAMPLE.com", INSIDE),
                ("An@example.com", "an@example.com", OUTSIDE),
                ("an@example.com", "example.com", INSIDE),
                ("an@a.example.com", "example.com", OUTSIDE),
                ("an@a.example.com", ".example.com", INSIDE),
                ("an@example.com", ".example.com", OUTSIDE),
                ("an@example.com", "a@b@example.com", UNCLEAR),
                ("a@b@example.com", "example.com", UNCLEAR),
                ("nobody", "example.com", UNCLEAR),
                ("**@example.com", "**@example.com", INSIDE),
            ],
        );
    }

    #[test]
    fn the_host_of_a_uri_counts() {
        check(
            |text| GeneralName::Uri(text.to_owned()),
            &[
                ("http://example.com/a", "http://x", OUTSIDE),
                ("http://user@a.example.com:80/b?c", ".example.com", INSIDE),
                ("ldap://example.com", ".example.com", OUTSIDE),
            ],
        );
        for (uri, host) in [
            ("http://example.com", Some("example.com")),
            ("http://10.0.0.1/", None),
            ("http://[::1]/", None),
            ("urn:x", None),
            ("http:///x", None),
        ] {
            assert_eq!(uri_host(uri), host, "{uri}");
        }
    }

    #[test]
    fn addresses_are_compared_under_the_mask() {
        let rows: &[(&[u8], &[u8], Option<bool>)] = &[
            (&[192, 0, 2, 9], &[192, 0, 2, 0, 255, 255, 255, 0], INSIDE),
            (&[192, 0, 3, 9], &[192, 0, 2, 0, 255, 255, 255, 0], OUTSIDE),
            (&[192, 0, 2, 9], &[192, 0, 2, 0, 255, 0, 255, 0], UNCLEAR),
            (&[192, 0, 2, 9], &[192, 0, 2, 0, 255, 254, 128, 0], UNCLEAR),
            (&[192, 0, 2], &[192, 0, 2, 0, 255, 255, 255, 0], UNCLEAR),
            (&[0; 16], &[0, 0, 0, 0, 0, 0, 0, 0], OUTSIDE),
        ];
        for (name, base, expected) in rows {
            let found = match address(name, base) {
                Relation::Inside => Some(true),
                Relation::Outside => Some(false),
                Relation::Unclear => None,
            };
            assert_eq!(found, *expected, "{name:?} in {base:?}");
        }
    }
}
