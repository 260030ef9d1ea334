//! The command line as data: rows of options, and how `clap` is told of them in one language.

use std::ffi::OsString;

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command as Clap, value_parser};
use kyso::{Language, word};

use crate::id;
use crate::session::{Outcome, Session};

/// A command, or a group of commands.
#[derive(Clone, Copy)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// What else its help says; empty for nothing.
    pub(crate) more: &'static str,
    pub(crate) rows: &'static [&'static [Row]],
    pub(crate) children: &'static [Self],
    pub(crate) run: fn(&ArgMatches, &Session) -> Outcome,
}

impl Command {
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'static Row> {
        self.rows.iter().copied().flatten()
    }
}

/// An option or a positional argument.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    name: &'static str,
    short: Option<char>,
    takes: Takes,
    /// The word for its value.
    value: &'static str,
    count: Count,
    place: Place,
    help: &'static str,
    excludes: &'static [&'static str],
    needs: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Takes {
    Choice(&'static [&'static str]),
    Nothing,
    Number,
    Path,
    Text,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    Many,
    One,
    /// The option may stand without its value.
    OneOrNone,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Option,
    Position,
}

impl Row {
    const fn new(name: &'static str, takes: Takes, value: &'static str, help: &'static str) -> Self {
        let (count, place) = (Count::One, Place::Option);
        Self { name, short: None, takes, value, count, place, help, excludes: &[], needs: &[] }
    }

    pub(crate) const fn flag(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Takes::Nothing, "", help)
    }

    pub(crate) const fn text(name: &'static str, value: &'static str, help: &'static str) -> Self {
        Self::new(name, Takes::Text, value, help)
    }

    pub(crate) const fn path(name: &'static str, value: &'static str, help: &'static str) -> Self {
        Self::new(name, Takes::Path, value, help)
    }

    pub(crate) const fn number(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Takes::Number, id::CLI_VALUE_NUMBER, help)
    }

    pub(crate) const fn choice(name: &'static str, values: &'static [&'static str], help: &'static str) -> Self {
        Self::new(name, Takes::Choice(values), "", help)
    }

    pub(crate) const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    pub(crate) const fn many(mut self) -> Self {
        self.count = Count::Many;
        self
    }

    pub(crate) const fn value_optional(mut self) -> Self {
        self.count = Count::OneOrNone;
        self
    }

    pub(crate) const fn positional(mut self) -> Self {
        self.place = Place::Position;
        self
    }

    pub(crate) const fn excludes(mut self, others: &'static [&'static str]) -> Self {
        self.excludes = others;
        self
    }

    pub(crate) const fn needs(mut self, others: &'static [&'static str]) -> Self {
        self.needs = others;
        self
    }

    /// The name of the value: a word of the language, or the choices.
    fn value_name(&self, language: Language) -> String {
        match self.takes {
            Takes::Choice(values) => values.join("|"),
            _ => word(self.value, language).to_owned(),
        }
    }

    /// As `clap` has it; with its texts where a page is made of them.
    fn to_clap(self, language: Language, extent: Extent<'_>) -> Arg {
        let mut arg = Arg::new(self.name);
        if self.place == Place::Option {
            arg = arg.long(self.name);
        }
        if let Some(short) = self.short {
            arg = arg.short(short);
        }
        if matches!(extent, Extent::Everything) {
            arg = arg.help(word(self.help, language));
        }
        if !self.excludes.is_empty() {
            arg = arg.conflicts_with_all(self.excludes.iter().copied());
        }
        for other in self.needs {
            arg = arg.requires(*other);
        }
        let Some(parser) = self.parser() else { return arg.action(ArgAction::SetTrue) };
        arg = arg.value_parser(parser).value_name(self.value_name(language)).hide_possible_values(true);
        match self.count {
            Count::Many if self.place == Place::Position => arg.num_args(1..).action(ArgAction::Append),
            Count::Many => arg.action(ArgAction::Append),
            Count::One => arg.action(ArgAction::Set),
            Count::OneOrNone => arg.num_args(0..=1).action(ArgAction::Set),
        }
    }

    /// `-o, --output FILE`, as the help shows it.
    pub(crate) fn shown(&self, language: Language) -> String {
        let value = self.value_name(language);
        let dots = if self.count == Count::Many && self.place == Place::Position { "…" } else { "" };
        let short = self.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
        match (self.place, self.takes, self.count) {
            (Place::Position, ..) => format!("{value}{dots}"),
            (_, Takes::Nothing, _) => format!("{short}--{}", self.name),
            (.., Count::OneOrNone) => format!("{short}--{} [{value}]", self.name),
            _ => format!("{short}--{} {value}", self.name),
        }
    }

    pub(crate) const fn help(&self) -> &'static str {
        self.help
    }

    pub(crate) fn is_positional(&self) -> bool {
        self.place == Place::Position
    }

    fn parser(&self) -> Option<ValueParser> {
        match self.takes {
            Takes::Choice(values) => Some(PossibleValuesParser::new(values).into()),
            Takes::Nothing => None,
            Takes::Number => Some(value_parser!(u32).into()),
            Takes::Path => Some(value_parser!(OsString)),
            Takes::Text => Some(value_parser!(String)),
        }
    }
}

/// How much of the tree `clap` is told of: a command that is not named costs nothing.
#[derive(Clone, Copy)]
pub(crate) enum Extent<'a> {
    Everything,
    NamedIn(&'a [OsString]),
}

impl Extent<'_> {
    fn includes(self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::NamedIn(arguments) => arguments.iter().any(|argument| argument == name),
        }
    }
}

/// The whole command as `clap` has it.
pub(crate) fn build(commands: &'static [Command], global: &'static [Row], language: Language, extent: Extent<'_>) -> Clap {
    let mut clap = frame(Clap::new("kyso"), language, extent).version(env!("CARGO_PKG_VERSION"));
    let mut version = Arg::new("version").long("version").short('V').action(ArgAction::Version);
    if matches!(extent, Extent::Everything) {
        version = version.help(word(id::CLI_OPTION_VERSION, language));
        clap = clap.about(word(id::CLI_ABOUT, language));
    }
    for row in global {
        clap = clap.arg(row.to_clap(language, extent).global(true));
    }
    with_children(clap.arg(version), commands, language, extent)
}

fn with_children(mut clap: Clap, commands: &'static [Command], language: Language, extent: Extent<'_>) -> Clap {
    clap = clap.subcommand_required(true);
    for command in commands {
        let mut child = Clap::new(command.name);
        if extent.includes(command.name) {
            child = frame(child, language, extent);
            for row in command.rows() {
                child = child.arg(row.to_clap(language, extent));
            }
            if !command.children.is_empty() {
                child = with_children(child, command.children, language, extent);
            }
        }
        if matches!(extent, Extent::Everything) {
            child = child.about(word(command.about, language));
        }
        clap = clap.subcommand(child);
    }
    clap
}

/// What every command has: a help flag of ours, and no page of `clap`'s.
fn frame(clap: Clap, language: Language, extent: Extent<'_>) -> Clap {
    let mut help = Arg::new("help").long("help").short('h').action(ArgAction::Help);
    if matches!(extent, Extent::Everything) {
        help = help.help(word(id::CLI_OPTION_HELP, language));
    }
    clap.disable_help_flag(true).disable_help_subcommand(true).disable_version_flag(true).arg(help)
}
