//! `kyso verify --explain`: what a check means.

use std::path::Path;

use clap::ArgMatches;
use kyso::{Message, explanation, ids};

use crate::exit::Exit;
use crate::session::{Outcome, Session, argument};
use crate::{id, output, say};

/// What `--explain` asks for.
pub(crate) enum Wanted<'a> {
    /// Every check there is.
    All,
    /// What came behind the option is a document: every check of it.
    Document(&'a Path),
    Nothing,
    One(&'static str),
}

impl<'a> Wanted<'a> {
    pub(crate) fn of(matches: &'a ArgMatches) -> Outcome<Self> {
        let Some(values) = matches.get_many::<String>("explain").map(Iterator::collect::<Vec<_>>) else {
            return Ok(if matches.contains_id("explain") { Self::All } else { Self::Nothing });
        };
        let Some(value) = values.first() else { return Ok(Self::All) };
        if let Some(known) = ids().find(|id| id == value) {
            return Ok(Self::One(known));
        }
        if Path::new(value.as_str()).exists() || value.contains(['/', '\\']) || value.to_ascii_lowercase().ends_with(".pdf") {
            return Ok(Self::Document(Path::new(value.as_str())));
        }
        Err(argument(Message::new(id::CLI_ERROR_CHECK).with("id", value.as_str())))
    }

    /// The document that stands where the id of a check could stand.
    pub(crate) const fn path(&self) -> Option<&'a Path> {
        match self {
            Self::Document(path) => Some(path),
            Self::All | Self::Nothing | Self::One(_) => None,
        }
    }
}

/// Explains without a document.
pub(crate) fn print(wanted: &Wanted<'_>, session: &Session) -> Outcome {
    let mut out = String::new();
    match wanted {
        Wanted::One(id) => out.push_str(&entry(session, id)),
        _ => {
            for id in ids().filter(|id| explanation(id, session.language()).is_some()) {
                out.push_str(&entry(session, id));
                out.push('\n');
            }
        }
    }
    output::print(out.trim_end_matches('\n'))?;
    output::print("\n")?;
    Ok(Exit::Valid)
}

/// The id, what it says, what it means, and what to do. A value that only a document has is shown as `…`.
fn entry(session: &Session, id: &'static str) -> String {
    let message = Message::new(id);
    let without_values = |text: String| text.replace('?', "…");
    let mut out = format!("{id}\n");
    out.push_str(&say::wrap("      ", &without_values(session.text(&message))));
    if let Some(text) = explanation(id, session.language()) {
        out.push_str(&say::wrap("      ", &text.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    if let Some(hint) = message.hint(&session.locale) {
        out.push_str(&say::to_do(session, &without_values(hint)));
    }
    out
}
