//! What is given to a command: documents, certificates, evidence, trust, policies.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use clap::ArgMatches;
use kyso::{Certificate, Document, DocumentOptions, Error, ErrorKind, Evidence, Limits, Message, Policy, Time, TrustStore};

use crate::password::{self, Password};
use crate::session::{Outcome, Session, Stop, argument, flag, paths, text};
use crate::syntax::Row;
use crate::{id, near, say, store};

/// What is trusted, and what is known besides.
pub(crate) const TRUST: &[Row] = &[
    Row::path("trust", id::CLI_VALUE_PATH, id::CLI_OPTION_TRUST).many(),
    Row::flag("no-user-trust", id::CLI_OPTION_NO_USER_TRUST),
    Row::path("evidence", id::CLI_VALUE_PATH, id::CLI_OPTION_EVIDENCE).many(),
];

/// Documents from standard input are kept in memory; larger ones are better read from a file.
const MOST_FROM_STDIN: u64 = 4 << 30;
/// No key, certificate, signature or policy is larger.
const MOST_FROM_SMALL_FILE: u64 = 64 << 20;

/// The store that the options of [`TRUST`] describe.
pub(crate) fn trust(matches: &ArgMatches) -> Outcome<TrustStore> {
    let mut trust = if flag(matches, "no-user-trust") { TrustStore::new() } else { store::trusted()? };
    for path in paths(matches, "trust") {
        for anchor in TrustStore::open(path)?.anchors() {
            trust.add_for(anchor.certificate.clone(), &anchor.uses);
        }
    }
    Ok(trust)
}

/// The evidence that the options of [`TRUST`] name.
pub(crate) fn evidence(matches: &ArgMatches) -> Outcome<Evidence> {
    let mut evidence = Evidence::new();
    for path in paths(matches, "evidence") {
        evidence.add_path(path)?;
    }
    Ok(evidence)
}

/// The policy with this name, or in this file.
pub(crate) fn policy(name: &str) -> Outcome<Policy> {
    if let Some(policy) = Policy::named(name) {
        return Ok(policy);
    }
    if !Path::new(name).is_file() {
        let message = Message::new(id::CLI_ERROR_POLICY).with("name", name).with("names", Policy::names().join(", "));
        return Err(argument(message));
    }
    let bytes = small_file(Path::new(name))?;
    let text = String::from_utf8(bytes).map_err(|_| argument(Message::new(id::CLI_ERROR_UTF_EIGHT)))?;
    Ok(Policy::from_toml(&text)?)
}

/// The time of an option.
pub(crate) fn time(matches: &ArgMatches, name: &str, session: &Session) -> Outcome<Option<Time>> {
    let Some(text) = text(matches, name) else { return Ok(None) };
    let message = || Message::new(id::CLI_ERROR_TIME).with("option", format!("--{name}")).with("value", text);
    Time::parse(text, session.locale.zone).map(Some).ok_or_else(|| argument(message()))
}

/// Opens a document. A password that is needed and not given is asked for, where somebody can answer.
pub(crate) fn document(path: &Path, password: Option<&Password>, session: &Session) -> Outcome<Document> {
    document_within(path, password, session, &Limits::default())
}

/// As [`document`], with other limits.
pub(crate) fn document_within(path: &Path, password: Option<&Password>, session: &Session, limits: &Limits) -> Outcome<Document> {
    let stdin = if path.as_os_str() == "-" { Some(kyso::Bytes::from(stdin()?)) } else { None };
    let open = |password: Option<&Password>| {
        let mut options = DocumentOptions::default();
        options.password = password.cloned();
        options.limits = limits.clone();
        options.name = Some(path.to_string_lossy().into_owned());
        match &stdin {
            Some(bytes) => Document::parse_with(bytes.clone(), options),
            None => Document::open_with(path, options),
        }
    };
    let question = Message::new(id::CLI_ASK_DOCUMENT_PASSWORD).with("file", path.to_string_lossy().into_owned());
    password::open(session, &question, password, open)?.map_err(|error| Stop::Document(path.to_owned(), error))
}

/// Certificates of files, in the order given.
pub(crate) fn certificates<'a>(paths: impl Iterator<Item = &'a Path>) -> Outcome<Vec<Certificate>> {
    let mut certificates = Vec::new();
    for path in paths {
        certificates.extend(Certificate::read_all(&small_file(path)?)?);
    }
    Ok(certificates)
}

/// A file that must fit in memory.
pub(crate) fn small_file(path: &Path) -> Outcome<Vec<u8>> {
    let name = path.to_string_lossy();
    let cannot = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => missing(path).because(error),
        _ => kyso::io_error(id::FILE_UNREADABLE, path, error),
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(MOST_FROM_SMALL_FILE.saturating_add(1)).read_to_end(&mut bytes).map_err(cannot)?;
    within(bytes, MOST_FROM_SMALL_FILE, &name)
}

fn stdin() -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = MOST_FROM_STDIN.min(Limits::default().document_bytes);
    std::io::stdin()
        .lock()
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| kyso::io_error(id::FILE_UNREADABLE, Path::new("-"), error))?;
    within(bytes, most, "-")
}

fn within(bytes: Vec<u8>, most: u64, name: &str) -> Outcome<Vec<u8>> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        return Ok(bytes);
    }
    Err(Stop::Error(Error::new(ErrorKind::Limit, Message::new(id::CLI_ERROR_TOO_LARGE).with("file", name).with("bytes", most))))
}

/// Says why a document cannot be opened. A missing file gets the names that are like its own.
pub(crate) fn complain(session: &Session, path: &Path, error: &Error) {
    if error.kind() == ErrorKind::NotFound {
        say::complain(session, &missing(path));
    } else {
        say::complain_of(session, &path.to_string_lossy(), error);
    }
}

fn missing(path: &Path) -> Error {
    let near = near::names(path);
    let message = Message::new(if near.is_empty() { id::FILE_NOT_FOUND } else { id::CLI_ERROR_NO_FILE_NEAR });
    let message = message.with("file", path.to_string_lossy().into_owned());
    Error::new(ErrorKind::NotFound, if near.is_empty() { message } else { message.with("near", near.join(", ")) })
}
