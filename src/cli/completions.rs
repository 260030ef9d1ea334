//! `kyso completions`, `kyso man` and `kyso help`: the command line about itself.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::{ArgMatches, Command as Clap};
use clap_complete::Shell;
use kyso::Message;

use crate::commands::{COMMANDS, GLOBAL};
use crate::exit::Exit;
use crate::output::{self, Existing, Readers};
use crate::session::{Outcome, Session, Stop, argument, path, text};
use crate::syntax::{Extent, Row, build};
use crate::{help, id};

pub(crate) const SHELLS: &[&[Row]] =
    &[&[Row::choice("shell", &["bash", "elvish", "fish", "powershell", "zsh"], id::CLI_COMPLETIONS_SHELL).positional()]];
pub(crate) const FOLDER: &[&[Row]] = &[&[Row::path("folder", id::CLI_VALUE_FOLDER, id::CLI_MAN_FOLDER).positional()]];
pub(crate) const TOPIC: &[&[Row]] = &[&[Row::text("topic", id::CLI_VALUE_COMMAND, id::CLI_HELP_TOPIC).many().positional()]];

pub(crate) fn completions(matches: &ArgMatches, session: &Session) -> Outcome {
    let shell = text(matches, "shell").and_then(|name| name.parse::<Shell>().ok());
    let shell = shell.ok_or_else(|| argument(Message::new(id::CLI_ERROR_MISSING).with("option", "SHELL")))?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut everything(session), "kyso", &mut script);
    output::print_bytes(&script)?;
    Ok(Exit::Valid)
}

/// One page to standard output, or a page a command into a folder.
pub(crate) fn man(matches: &ArgMatches, session: &Session) -> Outcome {
    let mut clap = everything(session);
    clap.build();
    let Some(folder) = path(matches, "folder") else {
        output::print_bytes(&page(&clap, session)?)?;
        return Ok(Exit::Valid);
    };
    fs::create_dir_all(folder).map_err(|error| kyso::io_error(id::FILE_UNWRITABLE, folder, error))?;
    write_pages(&clap, "kyso", folder, session)?;
    Ok(Exit::Valid)
}

pub(crate) fn help(matches: &ArgMatches, session: &Session) -> Outcome {
    let topics: Vec<&str> = matches.get_many::<String>("topic").into_iter().flatten().map(String::as_str).collect();
    if topics == ["exit-codes"] {
        output::print(&Exit::table(session))?;
        return Ok(Exit::Valid);
    }
    let words: Vec<OsString> = ["help"].iter().chain(&topics).map(Into::into).collect();
    let path = help::named(&words);
    if path.len() < topics.len() {
        return Err(argument(Message::new(id::CLI_ERROR_COMMAND).with("command", topics.join(" "))));
    }
    output::print_page(session, &help::page(session, &path))?;
    Ok(Exit::Valid)
}

fn everything(session: &Session) -> Clap {
    build(COMMANDS, GLOBAL, session.language(), Extent::Everything)
}

fn write_pages(clap: &Clap, name: &str, folder: &Path, session: &Session) -> Outcome<()> {
    let path = folder.join(format!("{name}.1"));
    output::write(&path, &[&page(clap, session)?], Existing::Replace, Readers::AsUsual)?;
    for child in clap.get_subcommands() {
        write_pages(child, &format!("{name}-{}", child.get_name()), folder, session)?;
    }
    Ok(())
}

/// The manual page of one command, with the exit statuses.
fn page(clap: &Clap, session: &Session) -> Outcome<Vec<u8>> {
    let mut out = Vec::new();
    let man = clap_mangen::Man::new(clap.clone());
    man.render(&mut out).map_err(|error| Stop::Error(kyso::io_error(id::FILE_UNWRITABLE, Path::new("-"), error)))?;
    let mut section = format!(".SH \"{}\"\n", session.word(id::CLI_HEADING_EXIT).to_uppercase());
    for line in Exit::table(session).lines() {
        section.push_str(&format!(".br\n{}\n", line.trim_start()));
    }
    out.extend_from_slice(section.as_bytes());
    Ok(out)
}
