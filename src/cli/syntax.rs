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

    fn to_clap(self, language: Language) -> Arg {
        let heading = if self.place == Place::Position { id::CLI_HEADING_ARGUMENTS } else { id::CLI_HEADING_OPTIONS };
        let mut arg = Arg::new(self.name).help(word(self.help, language)).help_heading(word(heading, language));
        if self.place == Place::Option {
            arg = arg.long(self.name);
        }
        if let Some(short) = self.short {
            arg = arg.short(short);
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

    fn parser(&self) -> Option<ValueParser> {
        match self.takes {
            Takes::Choice(values) => Some(PossibleValuesParser::new(values).into()),
            Takes::Nothing => None,
            Takes::Number => Some(value_parser!(u32).into()),
            Takes::Path => Some(value_parser!(OsString)),
            Takes::Text => Some(value_parser!(String)),
        }
    }

    fn in_usage(&self, language: Language) -> Option<String> {
        let dots = if self.count == Count::Many { "…" } else { "" };
        (self.place == Place::Position).then(|| format!(" {}{dots}", self.value_name(language)))
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
    let mut clap = frame(Clap::new("kyso"), "kyso", language)
        .about(word(id::CLI_ABOUT, language))
        .after_help(word(id::CLI_MORE, language))
        .version(env!("CARGO_PKG_VERSION"))
        .override_usage(format!(
            "kyso {} [{}]\n       kyso {}",
            word(id::CLI_VALUE_COMMAND, language),
            word(id::CLI_VALUE_OPTIONS, language),
            word(id::CLI_VALUE_FILE_PDF, language)
        ))
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version)
                .help(word(id::CLI_OPTION_VERSION, language))
                .help_heading(word(id::CLI_HEADING_OPTIONS, language)),
        );
    for row in global {
        clap = clap.arg(row.to_clap(language).global(true));
    }
    with_children(clap, commands, "kyso", language, extent)
}

fn with_children(mut clap: Clap, commands: &'static [Command], path: &str, language: Language, extent: Extent<'_>) -> Clap {
    clap = clap
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_help_heading(word(id::CLI_HEADING_COMMANDS, language))
        .subcommand_value_name(word(id::CLI_VALUE_COMMAND, language));
    for command in commands {
        let mut child = Clap::new(command.name).about(word(command.about, language));
        if extent.includes(command.name) {
            child = detailed(child, command, path, language, extent);
        }
        clap = clap.subcommand(child);
    }
    clap
}

fn detailed(clap: Clap, command: &Command, path: &str, language: Language, extent: Extent<'_>) -> Clap {
    let path = format!("{path} {}", command.name);
    let mut clap = frame(clap, &path, language).args_override_self(false);
    if !command.more.is_empty() {
        clap = clap.after_help(word(command.more, language));
    }
    let rows = || command.rows.iter().copied().flatten();
    for row in rows() {
        clap = clap.arg(row.to_clap(language));
    }
    if !command.children.is_empty() {
        let usage = format!("{path} {} [{}]", word(id::CLI_VALUE_COMMAND, language), word(id::CLI_VALUE_OPTIONS, language));
        return with_children(clap.override_usage(usage), command.children, &path, language, extent);
    }
    let positions: String = rows().filter_map(|row| row.in_usage(language)).collect();
    clap.override_usage(format!("{path} [{}]{positions}", word(id::CLI_VALUE_OPTIONS, language)))
}

/// What every command has: its own help flag and a page in the reader's language.
fn frame(clap: Clap, path: &str, language: Language) -> Clap {
    let usage = word(id::CLI_HEADING_USAGE, language);
    clap.bin_name(path.to_owned())
        .term_width(80)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .help_template(format!("{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}"))
        .arg(
            Arg::new("help")
                .long("help")
                .short('h')
                .action(ArgAction::Help)
                .help(word(id::CLI_OPTION_HELP, language))
                .help_heading(word(id::CLI_HEADING_OPTIONS, language))
                .display_order(1000),
        )
}
