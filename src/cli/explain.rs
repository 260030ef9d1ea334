//! `kyso verify --explain`: what a check means.

use std::path::Path;

use clap::ArgMatches;
use kyso::{Language, Message, explanation, ids};

use crate::exit::Exit;
use crate::session::{Outcome, Session, argument};
use crate::{id, output};

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
        if let Some(known) = ids().find(|id| id == value && explanation(id, Language::English).is_some()) {
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
    let explained = |id| kyso::explain_check(id, &session.locale, session.style());
    let entries: Vec<String> = match wanted {
        Wanted::One(id) => explained(id).into_iter().collect(),
        _ => ids().filter_map(explained).collect(),
    };
    output::print(&entries.join("\n"))?;
    Ok(Exit::Valid)
}
