//! `kyso trust`: whom the user trusts.

use std::io::BufRead as _;

use clap::ArgMatches;
use kyso::{Certificate, Message, Use};

use crate::exit::Exit;
use crate::session::{Outcome, Session, argument, flag, text};
use crate::sign::required;
use crate::store::{Entry, Store, grouped};
use crate::syntax::{Command, Row};
use crate::{id, input, output, say};

pub(crate) const COMMANDS: &[Command] = &[
    Command { name: "list", about: id::CLI_TRUST_LIST, more: "", rows: &[ZONE], children: &[], run: list },
    Command { name: "add", about: id::CLI_TRUST_ADD, more: id::CLI_TRUST_ADD_MORE, rows: &[ADD, ZONE], children: &[], run: add },
    Command { name: "remove", about: id::CLI_TRUST_REMOVE, more: "", rows: &[ID], children: &[], run: remove },
    Command { name: "show", about: id::CLI_TRUST_SHOW, more: "", rows: &[ID, ZONE], children: &[], run: show },
];

const ADD: &[Row] = &[
    Row::path("file", id::CLI_VALUE_FILE, id::CLI_TRUST_ADD_FILE).positional(),
    Row::text("label", id::CLI_VALUE_TEXT, id::CLI_TRUST_ADD_LABEL),
    Row::choice("use", &["signing", "timestamping"], id::CLI_TRUST_ADD_USE).many(),
    Row::flag("yes", id::CLI_TRUST_ADD_YES),
];
const ID: &[Row] = &[Row::text("id", id::CLI_VALUE_ID, id::CLI_TRUST_ID).positional()];
const ZONE: &[Row] = &[Row::text("tz", id::CLI_VALUE_ZONE, id::CLI_OPTION_TZ)];

fn list(_: &ArgMatches, session: &Session) -> Outcome {
    let store = Store::of_user()?;
    let folder = store.folder().to_string_lossy().into_owned();
    if store.entries.is_empty() {
        session.note(&Message::new(id::CLI_STORE_EMPTY).with("folder", folder));
        return Ok(Exit::Valid);
    }
    let mut out = String::new();
    for entry in &store.entries {
        let certificate = store.certificate(entry)?;
        let message = Message::new(id::CLI_STORE_LINE)
            .with("id", entry.sha256.get(..8).unwrap_or(&entry.sha256))
            .with("label", entry.label.as_str())
            .with_day("until", certificate.not_after());
        out.push_str(&say::sentence(session, &message));
        out.push('\n');
    }
    output::print(&out)?;
    session.note(&Message::new(id::CLI_STORE_FOLDER).with("folder", folder));
    Ok(Exit::Valid)
}

fn add(matches: &ArgMatches, session: &Session) -> Outcome {
    let certificates = Certificate::read_all(&input::small_file(required(matches, "file")?)?)?;
    let mut store = Store::of_user()?;
    for certificate in certificates {
        if store.has(&certificate) {
            session.note(&Message::new(id::CLI_STORE_KNOWN).with("name", name(&certificate)));
            continue;
        }
        say::show(session, &page(session, &certificate, None));
        if !flag(matches, "yes") {
            confirm(session, &certificate)?;
        }
        let label = text(matches, "label").map_or_else(|| name(&certificate), str::to_owned);
        store.add(&certificate, &label, &uses(matches), kyso::now())?;
        let message = Message::new(id::CLI_STORE_ADDED).with("label", label).with("file", store.folder().to_string_lossy().into_owned());
        output::print(&(say::sentence(session, &message) + "\n"))?;
    }
    Ok(Exit::Valid)
}

fn remove(matches: &ArgMatches, session: &Session) -> Outcome {
    let mut store = Store::of_user()?;
    let entry = store.entry(wanted(matches)?)?.clone();
    store.remove(&entry)?;
    let message = Message::new(id::CLI_STORE_REMOVED).with("label", entry.label);
    output::print(&(say::sentence(session, &message) + "\n"))?;
    Ok(Exit::Valid)
}

fn show(matches: &ArgMatches, session: &Session) -> Outcome {
    let store = Store::of_user()?;
    let entry = store.entry(wanted(matches)?)?;
    output::print(&page(session, &store.certificate(entry)?, Some(entry)))?;
    Ok(Exit::Valid)
}

fn wanted(matches: &ArgMatches) -> Outcome<&str> {
    text(matches, "id").ok_or_else(|| argument(Message::new(id::CLI_ERROR_MISSING).with_word("option", id::CLI_VALUE_ID)))
}

fn uses(matches: &ArgMatches) -> Vec<Use> {
    let names: Vec<&str> = matches.get_many::<String>("use").into_iter().flatten().map(String::as_str).collect();
    let all = [("signing", Use::Signing), ("timestamping", Use::Timestamping)];
    all.into_iter().filter(|(name, _)| names.is_empty() || names.contains(name)).map(|(_, one)| one).collect()
}

/// As with the key of a new server: whoever adds a certificate compares its fingerprint with what its owner says.
fn confirm(session: &Session, certificate: &Certificate) -> Outcome<()> {
    let digits = certificate.sha256_hex();
    let last = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
    if !say::has_reader() {
        return Err(argument(Message::new(id::CLI_STORE_NOT_CONFIRMED)));
    }
    say::show(session, &format!("{}: ", say::sentence(session, &Message::new(id::CLI_STORE_ASK))));
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed);
    if read.is_ok() && typed.trim().eq_ignore_ascii_case(last) { Ok(()) } else { Err(argument(Message::new(id::CLI_STORE_NOT_CONFIRMED))) }
}

/// Subject, dates and fingerprint.
fn page(session: &Session, certificate: &Certificate, entry: Option<&Entry>) -> String {
    let mut out = format!("{}\n", kyso::printable(&name(certificate)));
    let mut line = |label, value: &str| out.push_str(&say::labelled(session, label, value));
    line(id::CLI_LABEL_SUBJECT, &kyso::printable(&certificate.subject().to_string()));
    line(id::CLI_LABEL_ISSUER, &kyso::printable(&certificate.issuer().to_string()));
    let dates = Message::new(id::CLI_STORE_DATES).with_day("from", certificate.not_before()).with_day("until", certificate.not_after());
    line(id::CLI_LABEL_VALID, &say::sentence(session, &dates));
    line(id::CLI_LABEL_FINGERPRINT, &grouped(&certificate.sha256_hex()));
    if let Some(entry) = entry {
        line(id::CLI_LABEL_LABEL, &kyso::printable(&entry.label));
        line(id::CLI_LABEL_ADDED, &session.locale.date_time(entry.added));
        let words = entry
            .uses
            .iter()
            .map(|one| session.word(if *one == Use::Signing { id::CLI_STORE_SIGNING } else { id::CLI_STORE_TIMESTAMPING }));
        line(id::CLI_LABEL_USE, &words.collect::<Vec<_>>().join(", "));
    }
    out
}

fn name(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    subject.display_name().map_or_else(|| subject.to_string(), str::to_owned)
}
