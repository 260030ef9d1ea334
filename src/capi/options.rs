//! Options as JSON: an object whose keys are known, or NULL for everything as it is usual.

use std::time::Duration;

use serde::Deserialize;

use super::error::Outcome;
use crate::{
    Certification, DigestAlgorithm, Error, ErrorKind, Evidence, Http, HttpOptions, Language, Locale, Message, Padding, Policy, ProxyChoice,
    Scrutiny, SignOptions, Time, TimestampClient, Zone,
};

/// How to verify. Keys as the options of `kyso verify`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct VerifyOptions {
    /// The name of a policy.
    policy: Option<String>,
    /// A policy itself, as TOML.
    policy_toml: Option<String>,
    /// Time of judgement: RFC 3339, or a day.
    at: Option<String>,
    /// Files and folders.
    evidence: Vec<String>,
    /// Whether the network may be asked.
    online: bool,
    /// Seconds that one request may take.
    timeout: Option<u32>,
    /// The address of a proxy.
    proxy: Option<String>,
    /// A folder in which answers are kept.
    cache: Option<std::path::PathBuf>,
    /// Whether this computer and private networks may be asked.
    allow_private: bool,
    /// `en` or `vi`.
    lang: Option<String>,
    /// `utc` or an offset.
    tz: Option<String>,
}

/// How to sign. Keys as the options of `kyso sign`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SigningOptions {
    reason: Option<String>,
    location: Option<String>,
    contact: Option<String>,
    time: Option<String>,
    tz: Option<String>,
    digest: Option<String>,
    pss: bool,
    field: Option<String>,
    certify: Option<String>,
    reserve: Option<usize>,
    /// The addresses of timestamp authorities, in the order they are asked.
    tsa: Vec<String>,
    tsa_policy: Option<String>,
    tsa_digest: Option<String>,
    /// Seconds.
    tsa_timeout: Option<u64>,
    /// `user:password`.
    tsa_password: Option<String>,
    strict: bool,
    accept_shadow: bool,
}

/// The options in `json`.
pub(super) fn read<T: Default + serde::de::DeserializeOwned>(json: Option<&str>) -> Outcome<T> {
    let Some(json) = json else { return Ok(T::default()) };
    let malformed = |error: serde_json::Error| {
        Error::new(ErrorKind::Argument, Message::new("capi.options").with("reason", error.to_string())).because(error)
    };
    Ok(serde_json::from_str(json).map_err(malformed)?)
}

impl VerifyOptions {
    pub(super) fn locale(&self) -> Outcome<Locale> {
        let language = match &self.lang {
            Some(tag) => Language::from_tag(tag).ok_or_else(|| wrong("lang", tag))?,
            None => Language::default(),
        };
        Ok(Locale::new(language, zone(self.tz.as_deref())?))
    }

    pub(super) fn policy(&self) -> Outcome<Policy> {
        match (&self.policy_toml, &self.policy) {
            (Some(text), _) => Ok(Policy::from_toml(text)?),
            (None, Some(name)) => Ok(Policy::named(name).ok_or_else(|| wrong("policy", name))?),
            (None, None) => Ok(Policy::basic()),
        }
    }

    pub(super) fn time(&self) -> Outcome<Option<Time>> {
        time("at", self.at.as_deref(), zone(self.tz.as_deref())?)
    }

    /// What asks the network; `None` where nothing may be asked.
    pub(super) fn fetcher(&self) -> Outcome<Option<Http>> {
        if !self.online {
            return Ok(None);
        }
        let mut options = HttpOptions::default();
        if let Some(seconds) = self.timeout {
            let wrong = || wrong("timeout", &seconds.to_string());
            options.timeout = (1..=600).contains(&seconds).then(|| Duration::from_secs(seconds.into())).ok_or_else(wrong)?;
        }
        if let Some(address) = &self.proxy {
            options.proxy = ProxyChoice::At(address.clone());
        }
        options.cache.clone_from(&self.cache);
        options.allow_private = self.allow_private;
        Ok(Some(Http::new(options)?))
    }

    pub(super) fn evidence(&self) -> Outcome<Evidence> {
        let mut evidence = Evidence::new();
        for path in &self.evidence {
            evidence.add_path(path)?;
        }
        Ok(evidence)
    }
}

impl SigningOptions {
    /// What gives timestamps; `None` where none are asked for.
    pub(super) fn timestamper(&self) -> Outcome<Option<TimestampClient>> {
        if self.tsa.is_empty() {
            return Ok(None);
        }
        let mut client = TimestampClient::new(&self.tsa)?;
        if let Some(name) = &self.tsa_digest {
            client = client.with_digest(chosen("tsa_digest", name, &DIGESTS)?);
        }
        if let Some(policy) = &self.tsa_policy {
            client = client.with_policy(policy)?;
        }
        if let Some(seconds) = self.tsa_timeout {
            let seconds = Some(seconds).filter(|seconds| (1..=3_600).contains(seconds));
            client = client.with_timeout(Duration::from_secs(seconds.ok_or_else(|| wrong("tsa_timeout", "1 … 3600"))?));
        }
        if let Some(pair) = &self.tsa_password {
            let (user, password) = pair.split_once(':').ok_or_else(|| wrong("tsa_password", "user:password"))?;
            client = client.with_password(user, password);
        }
        Ok(Some(client))
    }

    pub(super) fn options(self) -> Outcome<SignOptions> {
        let zone = zone(self.tz.as_deref())?;
        let mut options = SignOptions::new();
        options.zone = zone;
        options.time = time("time", self.time.as_deref(), zone)?.unwrap_or(options.time);
        (options.reason, options.location, options.contact) = (self.reason, self.location, self.contact);
        options.pdf.field = self.field;
        options.reserve = self.reserve;
        if !self.tsa.is_empty() {
            options = options.with_timestamp_room();
        }
        options.scrutiny = match (self.strict, self.accept_shadow) {
            (true, true) => return Err(wrong("accept_shadow", "true").into()),
            (true, false) => Scrutiny::Strict,
            (false, true) => Scrutiny::Accepting,
            (false, false) => Scrutiny::Usual,
        };
        options.padding = if self.pss { Padding::Pss } else { Padding::default() };
        options.digest = self.digest.map(|name| chosen("digest", &name, &DIGESTS)).transpose()?;
        options.pdf.certification = self.certify.map(|name| chosen("certify", &name, &CERTIFICATIONS)).transpose()?;
        Ok(options)
    }
}

const DIGESTS: [(&str, DigestAlgorithm); 3] =
    [("sha256", DigestAlgorithm::Sha256), ("sha384", DigestAlgorithm::Sha384), ("sha512", DigestAlgorithm::Sha512)];
const CERTIFICATIONS: [(&str, Certification); 3] =
    [("no-changes", Certification::NoChanges), ("form-filling", Certification::FormFilling), ("annotations", Certification::Annotations)];

fn chosen<T: Copy>(key: &str, name: &str, choices: &[(&str, T)]) -> Outcome<T> {
    Ok(choices.iter().find(|(choice, _)| *choice == name).map(|(_, value)| *value).ok_or_else(|| wrong(key, name))?)
}

fn zone(text: Option<&str>) -> Outcome<Zone> {
    let Some(text) = text else { return Ok(Zone::UTC) };
    Ok(Zone::parse(text).ok_or_else(|| wrong("tz", text))?)
}

fn time(key: &str, text: Option<&str>, zone: Zone) -> Outcome<Option<Time>> {
    let Some(text) = text else { return Ok(None) };
    Ok(Some(Time::parse(text, zone).ok_or_else(|| wrong(key, text))?))
}

fn wrong(key: &str, value: &str) -> Error {
    Error::new(ErrorKind::Argument, Message::new("capi.option").with("option", key).with("value", value))
}
