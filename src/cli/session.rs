//! What every command needs to know about its reader, and how a command ends early.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ArgMatches;
use kyso::{Error, ErrorKind, Language, Locale, Message, Style, Zone, word};

use crate::exit::Exit;
use crate::{id, locale, say};

/// Who is spoken to, and how.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) locale: Locale,
    pub(crate) color: Color,
    /// Whether the reader's terminal shows UTF-8.
    pub(crate) utf8: bool,
    /// Nothing but errors is said.
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Color {
    Always,
    Auto,
    Never,
}

/// Why a command ended before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The document at this path cannot be opened.
    Document(PathBuf, Error),
    Error(Error),
    /// Everything has been said.
    Exit(Exit),
    /// Nobody reads standard output any more.
    Pipe,
}

pub(crate) type Outcome<T = Exit> = Result<T, Stop>;

impl Session {
    /// Speaks the language that the command line and the environment ask for.
    pub(crate) fn new(arguments: &[OsString]) -> Self {
        let locale = Locale::new(locale::language(arguments), Zone::UTC);
        Self { locale, color: Color::Auto, utf8: locale::is_utf8(), quiet: false }
    }

    /// Takes over the options that several commands have.
    pub(crate) fn adopt(&mut self, matches: &ArgMatches) -> Outcome<()> {
        self.color = match text(matches, "color") {
            Some("always") => Color::Always,
            Some("never") => Color::Never,
            _ => Color::Auto,
        };
        self.quiet = flag(matches, "quiet");
        self.locale.zone = match text(matches, "tz") {
            None | Some("local") => locale::local_zone(),
            Some(name) => Zone::parse(name).ok_or_else(|| argument(Message::new(id::CLI_ERROR_ZONE).with("value", name)))?,
        };
        Ok(())
    }

    /// How pages of the library are shown on standard output.
    pub(crate) fn style(&self) -> Style {
        let mut style = Style::default();
        style.color = say::has_color(self);
        style.ascii = !self.utf8;
        style
    }

    pub(crate) const fn language(&self) -> Language {
        self.locale.language
    }

    pub(crate) fn word(&self, id: &'static str) -> &'static str {
        word(id, self.locale.language)
    }

    pub(crate) fn text(&self, message: &Message) -> String {
        message.text(&self.locale)
    }

    /// Says something beside the result.
    pub(crate) fn note(&self, message: &Message) {
        if !self.quiet {
            say::note(self, &self.text(message));
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// A mistake in the arguments.
pub(crate) fn argument(message: Message) -> Stop {
    Stop::Error(Error::new(ErrorKind::Argument, message))
}

/// A defect of the program itself. What it was stands on standard error already.
pub(crate) fn fault() -> Error {
    Error::new(ErrorKind::Unsupported, Message::new(id::CLI_ERROR_FAULT))
}

/// Whether a flag is given; `false` where the command does not have it.
pub(crate) fn flag(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false)
}

/// The value of an option that holds text; `None` where it is not given or the command does not have it.
pub(crate) fn text<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches.try_get_one::<String>(name).ok().flatten().map(String::as_str)
}

/// Every value of an option that holds text.
pub(crate) fn texts<'a>(matches: &'a ArgMatches, name: &str) -> impl Iterator<Item = &'a str> {
    matches.try_get_many::<String>(name).ok().flatten().into_iter().flatten().map(String::as_str)
}

/// The value of an option that names a file.
pub(crate) fn path<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a std::path::Path> {
    matches.try_get_one::<OsString>(name).ok().flatten().map(std::path::Path::new)
}

/// Every value of an option that names files.
pub(crate) fn paths<'a>(matches: &'a ArgMatches, name: &str) -> impl Iterator<Item = &'a std::path::Path> {
    matches.try_get_many::<OsString>(name).ok().flatten().into_iter().flatten().map(std::path::Path::new)
}
