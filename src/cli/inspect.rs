//! `kyso inspect`: what is so about a document, without a verdict.

use std::path::Path;

use clap::ArgMatches;
use kyso::{DocumentFacts, Message, SignatureFacts, SignatureKind, Verifier};

use crate::exit::Exit;
use crate::output::{self, Existing, Readers};
use crate::session::{Outcome, Session, argument, flag, path};
use crate::sign::{self, required};
use crate::syntax::Row;
use crate::{id, input, password, say};

pub(crate) const ROWS: &[&[Row]] = &[
    &[
        Row::path("file", id::CLI_VALUE_FILE, id::CLI_INSPECT_FILE).positional(),
        Row::flag("json", id::CLI_INSPECT_JSON),
        Row::flag("revisions", id::CLI_INSPECT_REVISIONS).excludes(&["save-signed"]),
        Row::number("save-signed", id::CLI_INSPECT_SAVE).excludes(&["json"]).needs(&["output"]),
        Row::path("output", id::CLI_VALUE_FILE, id::CLI_INSPECT_OUTPUT).short('o').needs(&["save-signed"]),
        Row::flag("force", id::CLI_OPTION_FORCE),
        Row::text("tz", id::CLI_VALUE_ZONE, id::CLI_OPTION_TZ),
    ],
    input::TRUST,
    password::OF_DOCUMENT,
];

pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Outcome {
    let path = required(matches, "file")?;
    let document = sign::document(matches, "file", session)?;
    if let Some(number) = matches.get_one::<u32>("save-signed") {
        let bytes = document.signed_revision(usize::try_from(*number).unwrap_or(usize::MAX))?;
        return save(matches, session, *number, &bytes);
    }
    let evidence = input::evidence(matches)?;
    if flag(matches, "revisions") {
        let history = document.history(&evidence)?;
        let locale = &session.locale;
        let json = flag(matches, "json").then(|| history.to_json(locale) + "\n");
        output::print(&json.unwrap_or_else(|| history.to_styled_text(locale, session.style())))?;
    } else if flag(matches, "json") {
        let facts = Verifier::new(input::trust(matches)?).with_evidence(evidence).gather(&document)?.facts;
        let json = serde_json::to_string(&facts).map_err(|error| kyso::io_error(id::FILE_UNWRITABLE, Path::new("-"), error.into()))?;
        output::print(&(json + "\n"))?;
    } else {
        output::print_page(session, &page(session, &path.to_string_lossy(), &document.examine(&evidence)?))?;
    }
    Ok(Exit::Valid)
}

fn save(matches: &ArgMatches, session: &Session, number: u32, bytes: &[u8]) -> Outcome {
    let output = path(matches, "output").ok_or_else(|| argument(Message::new(id::CLI_ERROR_MISSING).with("option", "--output")))?;
    output::apart_from(output, required(matches, "file")?)?;
    let existing = if flag(matches, "force") { Existing::Replace } else { Existing::Keep };
    output::write(output, &[bytes], existing, Readers::AsUsual)?;
    let message = Message::new(id::CLI_INSPECT_SAVED).with("file", output.to_string_lossy().into_owned()).with("number", number);
    output::print_page(session, &(say::sentence(session, &message) + "\n"))?;
    Ok(Exit::Valid)
}

fn page(session: &Session, name: &str, facts: &DocumentFacts) -> String {
    let message = Message::new(id::CLI_INSPECT_DOCUMENT)
        .with("file", name)
        .with("bytes", facts.bytes)
        .with("revisions", facts.revisions)
        .with("signatures", facts.signatures.len());
    let mut out = say::sentence(session, &message) + "\n";
    if let Some(sha256) = &facts.sha256 {
        out.push_str(&say::labelled(session, id::CLI_LABEL_FINGERPRINT, sha256));
    }
    if let Some(pages) = facts.pages {
        out.push_str(&say::labelled(session, id::CLI_LABEL_PAGES, &pages.to_string()));
    }
    for finding in &facts.findings {
        out.push_str(&finding_line(session, finding));
    }
    for (place, signature) in facts.signatures.iter().enumerate() {
        out.push_str(&signature_lines(session, place.saturating_add(1), signature));
    }
    out
}

fn signature_lines(session: &Session, number: usize, facts: &SignatureFacts) -> String {
    let kind = match (facts.kind, facts.unsigned) {
        (_, true) => id::CLI_INSPECT_UNSIGNED,
        (SignatureKind::DocumentTimestamp, _) => id::CLI_INSPECT_TIMESTAMP,
        _ => id::CLI_INSPECT_SIGNATURE,
    };
    let mut out = say::sentence(session, &Message::new(kind).with("number", number)) + "\n";
    let texts = [
        (id::CLI_LABEL_FIELD, &facts.field),
        (id::CLI_LABEL_FORMAT, &facts.sub_filter),
        (id::CLI_LABEL_NAME, &facts.name),
        (id::CLI_LABEL_REASON, &facts.reason),
        (id::CLI_LABEL_LOCATION, &facts.location),
        (id::CLI_LABEL_CONTACT, &facts.contact),
    ];
    for (label, text) in texts.into_iter().filter_map(|(label, text)| Some((label, text.as_deref()?))) {
        out.push_str(&say::labelled(session, label, &kyso::printable(text)));
    }
    if let Some(claimed) = facts.claimed_time {
        let message = Message::new(id::CLI_SIGN_AT).with("time", claimed.time);
        out.push_str(&say::labelled(session, id::CLI_LABEL_SIGNED, &say::sentence(session, &message)));
    }
    let coverage = &facts.coverage;
    let covers = match coverage.revision {
        _ if coverage.whole_file => Message::new(id::CLI_INSPECT_WHOLE),
        Some(revision) => Message::new(id::CLI_INSPECT_REVISION).with("revision", revision).with("revisions", coverage.revisions),
        None => Message::new(id::CLI_INSPECT_NO_REVISION),
    };
    out.push_str(&say::labelled(session, id::CLI_LABEL_COVERS, &say::sentence(session, &covers)));
    for change in &facts.later.changes {
        out.push_str(&finding_line(session, &change.message));
    }
    for finding in &facts.findings {
        out.push_str(&finding_line(session, finding));
    }
    out
}

fn finding_line(session: &Session, finding: &Message) -> String {
    say::labelled(session, id::CLI_LABEL_FINDING, &format!("{}  [{}]", say::sentence(session, finding), finding.id()))
}
