//! Policies: how severe each check is, and what is fresh and strong enough.
//!
//! The built-in policies and the table of algorithm lifetimes are the files in `policies/`. The build turns them into tables, so that nothing
//! is parsed at run time; a policy from outside is read by [`Policy::from_toml`].

use std::collections::BTreeMap;

use super::checks::{self, Check};
use super::report::Severity;
use crate::crypto::{DigestAlgorithm, KeyKind, SignatureAlgorithm};
use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};
use crate::time::{Time, Zone};

include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// A built-in policy.
struct BuiltIn {
    name: &'static str,
    version: i64,
    max_list_age_days: Option<i64>,
    current_authorities: bool,
    note_padding: bool,
    least_level: Option<&'static str>,
    checks: &'static [(&'static str, &'static str)],
    algorithms: &'static [(&'static str, &'static str)],
}

/// A policy: how much each check weighs, how long algorithms are trusted, how fresh lists must be. The built-in ones are `basic`,
/// `strict`, `legacy`, `archive` and `vietnam-2025`.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    id: String,
    severities: BTreeMap<&'static str, Severity>,
    lifetimes: BTreeMap<&'static str, Lifetime>,
    max_list_age_days: Option<i64>,
    current_authorities: bool,
    note_padding: bool,
    least_level: Option<&'static str>,
}

/// How long an algorithm is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// No end is known.
    Always,
    /// It is not trusted at all.
    Never,
    /// Up to this time.
    Until(Time),
}

impl Policy {
    /// The policy `basic`: for daily work.
    #[must_use]
    pub fn basic() -> Self {
        Self::named("basic").unwrap_or_else(|| Self::bare("basic"))
    }

    /// The built-in policy of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let built_in = BUILT_IN.iter().find(|policy| policy.name == name)?;
        let mut policy = Self::bare(built_in.name);
        policy.id = format!("{}/{}", built_in.name, built_in.version);
        policy.max_list_age_days = built_in.max_list_age_days;
        policy.current_authorities = built_in.current_authorities;
        policy.note_padding = built_in.note_padding;
        policy.least_level = built_in.least_level.and_then(level_named);
        for (check, severity) in built_in.checks {
            policy.set_severity(check, severity).ok()?;
        }
        for (algorithm, lifetime) in built_in.algorithms {
            policy.set_lifetime(algorithm, lifetime).ok()?;
        }
        Some(policy)
    }

    /// The names of the built-in policies.
    #[must_use]
    pub fn names() -> &'static [&'static str] {
        BUILT_IN_NAMES
    }

    /// Reads a policy.
    ///
    /// ```toml
    /// schema = "kyso.policy/1"
    /// name = "archive"
    /// version = 1
    /// [checks]                        # id of a check: fail, warn or info
    /// "cms.reference_absent" = "fail"
    /// [algorithms]                    # the last day trusted, or always, or never
    /// "SHA-1" = "2016-12-31"
    /// [signature]
    /// least_level = "B-LTA"           # the lowest level of PAdES that passes
    /// [revocation]
    /// max_list_age_days = 7
    /// current_authorities = true      # time-stamping authorities: their status as of now, not as of their time-stamp
    /// ```
    ///
    /// A check that is not mentioned keeps its severity, an algorithm its lifetime.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where an id of a check, a key, a severity, an algorithm or a date is unknown; the message names it. Checks
    /// that hold up a verdict (such as that of the digest) cannot be lowered.
    pub fn from_toml(text: &str) -> crate::Result<Self> {
        let table: toml::Table =
            toml::from_str(text).map_err(|error| Error::new(ErrorKind::Format, Message::new(id::POLICY_MALFORMED)).because(error))?;
        let mut policy = Self::bare("");
        let (mut schema, mut name, mut version) = (None, None, None);
        for (key, value) in &table {
            match key.as_str() {
                "schema" => schema = value.as_str(),
                "name" => name = value.as_str(),
                "version" => version = value.as_integer(),
                "checks" => each(key, value, |check, severity| policy.set_severity(check, severity.as_str().unwrap_or_default()))?,
                "algorithms" => each(key, value, |algorithm, until| policy.set_lifetime(algorithm, until.as_str().unwrap_or_default()))?,
                "signature" => each(key, value, |key, value| policy.set_signature(key, value))?,
                "revocation" => each(key, value, |key, value| policy.set_revocation(key, value))?,
                _ => return Err(unknown_key(key)),
            }
        }
        if schema != Some(SCHEMA) {
            return Err(Error::new(ErrorKind::Format, Message::new(id::POLICY_SCHEMA).with("schema", schema.unwrap_or_default())));
        }
        let name = name.filter(|name| !name.is_empty()).ok_or_else(|| unknown_value("name", name.unwrap_or_default()))?;
        let version = version.filter(|version| *version > 0).ok_or_else(|| unknown_value("version", ""))?;
        policy.id = format!("{name}/{version}");
        Ok(policy)
    }

    /// Name and version, such as `basic/1`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How much `check` weighs.
    pub(crate) fn severity(&self, check: &Check) -> Severity {
        self.severities.get(check.id).copied().unwrap_or(check.severity)
    }

    pub(crate) fn digest_lifetime(&self, digest: DigestAlgorithm) -> Lifetime {
        self.lifetime(digest.name())
    }

    pub(crate) fn scheme_lifetime(&self, algorithm: SignatureAlgorithm) -> Lifetime {
        self.lifetime(match algorithm {
            SignatureAlgorithm::Ecdsa { .. } => "ECDSA",
            SignatureAlgorithm::PlainEcdsa { .. } => "PLAIN-ECDSA",
            SignatureAlgorithm::Ed25519 => "Ed25519",
            SignatureAlgorithm::Ed448 => "Ed448",
            SignatureAlgorithm::RsaPkcs1 { .. } => "RSASSA-PKCS1-v1_5",
            SignatureAlgorithm::RsaPss { .. } => "RSASSA-PSS",
        })
    }

    /// The lifetime of the greatest size in the table that the key has.
    pub(crate) fn key_lifetime(&self, key: &KeyKind) -> Lifetime {
        match key {
            KeyKind::Rsa { bits } => self.sized_lifetime("RSA-", *bits),
            KeyKind::Ec { bits, .. } => self.sized_lifetime("EC-", *bits),
            KeyKind::Ed25519 => self.lifetime("Ed25519"),
            KeyKind::Ed448 => self.lifetime("Ed448"),
            KeyKind::Dsa => self.lifetime("DSA"),
            KeyKind::Unknown { .. } => Lifetime::Never,
        }
    }

    /// How old the list for the signer's certificate may be, in seconds.
    pub(crate) fn max_list_age_seconds(&self) -> Option<i64> {
        self.max_list_age_days.map(|days| days.saturating_mul(86_400))
    }

    /// Whether the status of time-stamping authorities must be current, where one as of the time-stamp is usually enough.
    pub(crate) const fn asks_for_current_authorities(&self) -> bool {
        self.current_authorities
    }

    /// Whether a signature by RSASSA-PKCS1-v1_5 is noted.
    pub(crate) const fn notes_padding(&self) -> bool {
        self.note_padding
    }

    /// The lowest level that a signature may have, where one is asked for.
    pub(crate) const fn least_level(&self) -> Option<&'static str> {
        self.least_level
    }

    /// No overrides.
    fn bare(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            severities: BTreeMap::new(),
            lifetimes: BTreeMap::new(),
            max_list_age_days: None,
            current_authorities: false,
            note_padding: false,
            least_level: None,
        }
    }

    fn sized_lifetime(&self, prefix: &str, bits: u32) -> Lifetime {
        let sizes = ALGORITHMS.iter().filter_map(|(name, _)| Some((name.strip_prefix(prefix)?.parse::<u32>().ok()?, *name)));
        let row = sizes.filter(|(least, _)| *least <= bits).max();
        row.map_or(Lifetime::Never, |(_, name)| self.lifetime(name))
    }

    /// What the table does not have is not trusted.
    fn lifetime(&self, name: &str) -> Lifetime {
        let table = || ALGORITHMS.iter().find(|row| row.0 == name).and_then(|row| parse_lifetime(row.1));
        self.lifetimes.get(name).copied().or_else(table).unwrap_or(Lifetime::Never)
    }

    fn set_severity(&mut self, check: &str, severity: &str) -> crate::Result<()> {
        let Some(row) = checks::find(check) else {
            return Err(Error::new(ErrorKind::Format, Message::new(id::POLICY_UNKNOWN_CHECK).with("check", check)));
        };
        let severity = Severity::from_name(severity).ok_or_else(|| unknown_value(check, severity))?;
        if row.core && severity != Severity::Fail {
            return Err(Error::new(ErrorKind::Format, Message::new(id::POLICY_CORE_CHECK).with("check", check)));
        }
        self.severities.insert(row.id, severity);
        Ok(())
    }

    fn set_lifetime(&mut self, algorithm: &str, lifetime: &str) -> crate::Result<()> {
        let row = ALGORITHMS.iter().find(|row| row.0 == algorithm).ok_or_else(|| unknown_key(algorithm))?;
        self.lifetimes.insert(row.0, parse_lifetime(lifetime).ok_or_else(|| unknown_value(algorithm, lifetime))?);
        Ok(())
    }

    fn set_revocation(&mut self, key: &str, value: &toml::Value) -> crate::Result<()> {
        let unknown = || unknown_value(key, &value.to_string());
        match key {
            "max_list_age_days" => self.max_list_age_days = Some(value.as_integer().filter(|days| *days > 0).ok_or_else(unknown)?),
            "current_authorities" => self.current_authorities = value.as_bool().ok_or_else(unknown)?,
            _ => return Err(unknown_key(key)),
        }
        Ok(())
    }
}

impl Policy {
    fn set_signature(&mut self, key: &str, value: &toml::Value) -> crate::Result<()> {
        let unknown = || unknown_value(key, &value.to_string());
        match key {
            "least_level" => self.least_level = Some(value.as_str().and_then(level_named).ok_or_else(unknown)?),
            "note_padding" => self.note_padding = value.as_bool().ok_or_else(unknown)?,
            _ => return Err(unknown_key(key)),
        }
        Ok(())
    }
}

/// The level with this name.
fn level_named(name: &str) -> Option<&'static str> {
    super::level::NAMES.iter().copied().find(|known| *known == name)
}

impl Default for Policy {
    fn default() -> Self {
        Self::basic()
    }
}

/// A name for people: `RSA-2048`, `P-256`.
pub(crate) fn key_name(key: &KeyKind) -> String {
    match key {
        KeyKind::Dsa => "DSA".to_owned(),
        KeyKind::Ec { curve, .. } => curve.clone(),
        KeyKind::Ed25519 => "Ed25519".to_owned(),
        KeyKind::Ed448 => "Ed448".to_owned(),
        KeyKind::Rsa { bits } => format!("RSA-{bits}"),
        KeyKind::Unknown { oid } => oid.clone(),
    }
}

/// `always`, `never`, or the last day trusted (up to its end in UTC).
fn parse_lifetime(text: &str) -> Option<Lifetime> {
    match text {
        "always" => Some(Lifetime::Always),
        "never" => Some(Lifetime::Never),
        day if day.len() == "2026-01-01".len() => Time::parse(day, Zone::UTC).map(Lifetime::Until),
        _ => None,
    }
}

/// Calls `set` for each entry of the table `value`.
fn each(key: &str, value: &toml::Value, mut set: impl FnMut(&str, &toml::Value) -> crate::Result<()>) -> crate::Result<()> {
    let table = value.as_table().ok_or_else(|| unknown_value(key, &value.to_string()))?;
    table.iter().try_for_each(|(key, value)| set(key, value))
}

fn unknown_key(key: &str) -> Error {
    Error::new(ErrorKind::Format, Message::new(id::POLICY_UNKNOWN_KEY).with("key", key))
}

fn unknown_value(key: &str, value: &str) -> Error {
    Error::new(ErrorKind::Format, Message::new(id::POLICY_UNKNOWN_VALUE).with("key", key).with("value", value))
}

const SCHEMA: &str = "kyso.policy/1";
