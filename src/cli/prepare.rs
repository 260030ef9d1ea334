//! `kyso prepare`: the first of two steps, for a key that is elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::ArgMatches;
use kyso::{Identity, Message, Prepared};

use crate::exit::Exit;
use crate::output::{self, Existing, Readers};
use crate::session::{Outcome, Session, argument, flag, paths};
use crate::sign::{self, required};
use crate::syntax::Row;
use crate::{id, input, password, say};

pub(crate) const ROWS: &[&[Row]] = &[
    &[
        Row::path("file", id::CLI_VALUE_FILE, id::CLI_SIGN_FILE).positional(),
        Row::path("cert", id::CLI_VALUE_FILE, id::CLI_PREPARE_CERT).many().excludes(&["unknown"]),
        Row::flag("unknown", id::CLI_PREPARE_UNKNOWN),
        Row::path("output", id::CLI_VALUE_FILE, id::CLI_PREPARE_OUTPUT).short('o'),
        Row::flag("force", id::CLI_OPTION_FORCE),
        Row::flag("for-timestamp", id::CLI_PREPARE_FOR_TIMESTAMP),
        Row::flag("json", id::CLI_PREPARE_JSON),
    ],
    sign::HOW,
    password::OF_DOCUMENT,
    &[Row::flag("quiet", id::CLI_OPTION_QUIET).short('q')],
];

pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Outcome {
    let input = required(matches, "file")?;
    let state = required(matches, "output")?;
    output::apart_from(state, input)?;
    let mut options = sign::options(matches, session)?;
    if flag(matches, "for-timestamp") {
        options = options.with_timestamp_room();
    }
    let open = || -> Outcome<_> {
        let document = sign::document(matches, "file", session)?;
        sign::warn(&document, session)?;
        Ok(document)
    };
    let prepared = if flag(matches, "unknown") {
        options.prepare_unknown(&open()?)?
    } else {
        let mut certificates = input::certificates(paths(matches, "cert"))?.into_iter();
        let certificate = certificates.next().ok_or_else(|| argument(Message::new(id::CLI_PREPARE_NO_CERT)))?;
        let identity = Identity::new(certificate, certificates.collect());
        options.prepare(&open()?, &identity)?
    };
    let existing = if flag(matches, "force") { Existing::Replace } else { Existing::Keep };
    output::write(state, &[&prepared.to_bytes()], existing, Readers::AsUsual)?;
    if session.quiet {
        return Ok(Exit::Valid);
    }
    let (input, state) = (input.to_string_lossy(), state.to_string_lossy());
    if flag(matches, "json") {
        output::print(&(json(&prepared, &input, &state).to_string() + "\n"))?;
    } else {
        output::print_page(session, &page(&prepared, &input, &state, session))?;
    }
    Ok(Exit::Valid)
}

/// What is to be signed: the digest of the signed attributes, or of the document where a whole CMS will be made elsewhere.
fn page(prepared: &Prepared, input: &str, state: &str, session: &Session) -> String {
    let to_sign = prepared.digest();
    let digest = to_sign.as_deref().unwrap_or_else(|| prepared.document_digest());
    let mut out = say::sentence(session, &Message::new(id::CLI_PREPARE_DONE).with("file", input).with("state", state)) + "\n";
    for (label, value) in [
        (id::CLI_LABEL_DIGEST, prepared.digest_algorithm().name().to_owned()),
        (id::CLI_LABEL_HEX, hex(digest)),
        (id::CLI_LABEL_BASE_SIXTY_FOUR, BASE64.encode(digest)),
    ] {
        out.push_str(&say::labelled(session, label, &value));
    }
    let next = if to_sign.is_some() { id::CLI_PREPARE_NEXT } else { id::CLI_PREPARE_NEXT_CMS };
    out.push_str(&say::to_do(session, &session.text(&Message::new(next).with("file", input).with("state", state))));
    out
}

fn json(prepared: &Prepared, input: &str, state: &str) -> serde_json::Value {
    let both = |bytes: &[u8]| serde_json::json!({ "hex": hex(bytes), "base64": BASE64.encode(bytes) });
    let mut out = serde_json::json!({
        "schema": "kyso.to-sign/1",
        "document": input,
        "state": state,
        "digest_algorithm": prepared.digest_algorithm().name(),
        "document_digest": both(prepared.document_digest()),
    });
    if let (Some(object), Some(message), Some(digest)) = (out.as_object_mut(), prepared.message(), prepared.digest()) {
        object.insert("message".into(), both(message));
        object.insert("digest".into(), both(&digest));
    }
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
