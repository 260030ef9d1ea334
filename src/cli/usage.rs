//! From the words of the command line to the command that they mean, or to what is wrong with them.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind as ClapKind};
use kyso::{Error, ErrorKind, Message};

use crate::commands::{COMMANDS, GLOBAL};
use crate::exit::Exit;
use crate::session::{Outcome, Session, Stop, argument};
use crate::syntax::{Command, Extent, build};
use crate::{help, id, output, say};

/// Parses and runs.
pub(crate) fn run(arguments: Vec<OsString>, session: &mut Session) -> Outcome {
    let arguments = with_command(arguments);
    let clap = build(COMMANDS, GLOBAL, session.language(), Extent::NamedIn(&arguments));
    let matches = match clap.try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return answer(session, &arguments, &error),
    };
    let (command, matches) = chosen(COMMANDS, &matches).ok_or_else(|| argument(Message::new(id::CLI_ERROR_NO_COMMAND)))?;
    session.adopt(matches)?;
    (command.run)(matches, session)
}

/// The innermost command that is named, with what was given to it.
fn chosen<'a>(commands: &'static [Command], matches: &'a ArgMatches) -> Option<(&'static Command, &'a ArgMatches)> {
    let (name, inner) = matches.subcommand()?;
    let command = commands.iter().find(|command| command.name == name)?;
    if command.children.is_empty() { Some((command, inner)) } else { chosen(command.children, inner) }
}

/// `kyso FILE.pdf` means `kyso verify FILE.pdf`: what a file dragged onto the program gives.
fn with_command(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let mut first = None;
    let mut skip = false;
    for argument in arguments.iter().skip(1) {
        if std::mem::take(&mut skip) {
            continue;
        }
        match argument.to_str() {
            Some("--lang" | "--color") => skip = true,
            Some(text) if text.starts_with('-') => {}
            _ => {
                first = Some(argument);
                break;
            }
        }
    }
    if first.is_some_and(|word| looks_like_a_file(word)) {
        arguments.insert(1, "verify".into());
    }
    arguments
}

fn looks_like_a_file(word: &OsStr) -> bool {
    let is_command = COMMANDS.iter().any(|command| word == command.name);
    !is_command && (Path::new(word).extension().is_some() || Path::new(word).is_file())
}

/// Shows the help that was asked for, or says what is wrong.
fn answer(session: &Session, arguments: &[OsString], error: &clap::Error) -> Outcome {
    match error.kind() {
        ClapKind::DisplayHelp => {
            output::print_page(session, &help::page(session, &help::named(arguments)))?;
            Ok(Exit::Valid)
        }
        ClapKind::DisplayVersion => {
            output::print(&format!("kyso {}\n", env!("CARGO_PKG_VERSION")))?;
            Ok(Exit::Valid)
        }
        ClapKind::MissingSubcommand if arguments.len() == 1 => {
            say::show(session, &help::page(session, &[]));
            Err(Stop::Exit(Exit::Error))
        }
        _ => Err(Stop::Error(Error::new(ErrorKind::Argument, explain(error)))),
    }
}

fn explain(error: &clap::Error) -> Message {
    let part = |kind| error.get(kind).map(shown).unwrap_or_default();
    let name = || option_name(&part(ContextKind::InvalidArg));
    let suggestion = |plain: &'static str, suggesting: &'static str, kind| match part(kind) {
        near if near.is_empty() => Message::new(plain),
        near => Message::new(suggesting).with("near", near),
    };
    match error.kind() {
        ClapKind::UnknownArgument => {
            suggestion(id::CLI_ERROR_OPTION, id::CLI_ERROR_OPTION_NEAR, ContextKind::SuggestedArg).with("option", name())
        }
        ClapKind::InvalidSubcommand => suggestion(id::CLI_ERROR_COMMAND, id::CLI_ERROR_COMMAND_NEAR, ContextKind::SuggestedSubcommand)
            .with("command", part(ContextKind::InvalidSubcommand)),
        ClapKind::InvalidValue if part(ContextKind::InvalidValue).is_empty() => Message::new(id::CLI_ERROR_NO_VALUE).with("option", name()),
        ClapKind::InvalidValue if !part(ContextKind::ValidValue).is_empty() => Message::new(id::CLI_ERROR_CHOICE)
            .with("option", name())
            .with("value", part(ContextKind::InvalidValue))
            .with("choices", part(ContextKind::ValidValue)),
        ClapKind::InvalidValue | ClapKind::ValueValidation => {
            Message::new(id::CLI_ERROR_VALUE).with("option", name()).with("value", part(ContextKind::InvalidValue))
        }
        ClapKind::ArgumentConflict if part(ContextKind::InvalidArg) == part(ContextKind::PriorArg) => {
            Message::new(id::CLI_ERROR_TWICE).with("option", name())
        }
        ClapKind::ArgumentConflict => {
            Message::new(id::CLI_ERROR_CONFLICT).with("option", name()).with("other", option_name(&part(ContextKind::PriorArg)))
        }
        ClapKind::MissingRequiredArgument => Message::new(id::CLI_ERROR_MISSING).with("option", name()),
        ClapKind::MissingSubcommand => Message::new(id::CLI_ERROR_NO_COMMAND),
        ClapKind::TooManyValues | ClapKind::TooFewValues | ClapKind::WrongNumberOfValues | ClapKind::NoEquals => {
            Message::new(id::CLI_ERROR_NO_VALUE).with("option", name())
        }
        ClapKind::InvalidUtf8 => Message::new(id::CLI_ERROR_UTF_EIGHT),
        _ => Message::new(id::CLI_ERROR_USAGE),
    }
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// `--at <TIME>` as the reader typed it: `--at`.
fn option_name(shown: &str) -> String {
    let names = shown.split(", ").map(|name| match name.split_once(' ') {
        Some((name, _)) if name.starts_with('-') => name,
        _ => name.trim_matches(['<', '>', '[', ']', '.']),
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_command_is_verified() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        for (given, meant) in [
            (vec!["kyso", "a.pdf"], vec!["kyso", "verify", "a.pdf"]),
            (vec!["kyso", "--lang", "vi", "a.pdf"], vec!["kyso", "verify", "--lang", "vi", "a.pdf"]),
            (vec!["kyso", "--json", "a.pdf"], vec!["kyso", "verify", "--json", "a.pdf"]),
            (vec!["kyso", "trust", "add", "a.pem"], vec!["kyso", "trust", "add", "a.pem"]),
            (vec!["kyso", "verfy"], vec!["kyso", "verfy"]),
            (vec!["kyso"], vec!["kyso"]),
        ] {
            assert_eq!(with_command(words(&given)), words(&meant));
        }
    }
}
