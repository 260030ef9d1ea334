//! The pages of `--help`, in the reader's language.

use std::ffi::OsString;

use kyso::word;

use crate::commands::{COMMANDS, GLOBAL};
use crate::session::Session;
use crate::syntax::{Command, Row};
use crate::{id, say};

/// Where the explanations begin.
const COLUMN: usize = 30;

/// The commands that the words name, from the outermost in.
pub(crate) fn named(words: &[OsString]) -> Vec<&'static Command> {
    let mut found: Vec<&'static Command> = Vec::new();
    for word in words.iter().skip(1) {
        let among = found.last().map_or(COMMANDS, |command| command.children);
        found.extend(among.iter().find(|command| word == command.name));
    }
    found
}

/// The page of a command; of `kyso` itself where none is named.
pub(crate) fn page(session: &Session, path: &[&'static Command]) -> String {
    let language = session.language();
    let command = path.last();
    let names: String = path.iter().map(|command| format!(" {}", command.name)).collect();
    let about = command.map_or(id::CLI_ABOUT, |command| command.about);
    let more = command.map_or(id::CLI_MORE, |command| command.more);
    let children = command.map_or(COMMANDS, |command| command.children);
    let rows: Vec<&Row> = command.into_iter().flat_map(|command| command.rows()).collect();

    let mut out = format!("{}\n\n{}: kyso{names}", word(about, language), word(id::CLI_HEADING_USAGE, language));
    if !children.is_empty() {
        out.push_str(&format!(" {}", word(id::CLI_VALUE_COMMAND, language)));
    }
    out.push_str(&format!(" [{}]", word(id::CLI_VALUE_OPTIONS, language)));
    for row in rows.iter().filter(|row| row.is_positional()) {
        out.push_str(&format!(" {}", row.shown(language)));
    }
    out.push('\n');
    if path.is_empty() {
        let indent = " ".repeat(say::width(word(id::CLI_HEADING_USAGE, language)).saturating_add(2));
        out.push_str(&format!("{indent}kyso {}\n", word(id::CLI_VALUE_FILE_PDF, language)));
    }
    let entries = |wanted: bool| rows.iter().filter(move |row| row.is_positional() == wanted).map(|row| (row.shown(language), row.help()));
    section(&mut out, session, id::CLI_HEADING_COMMANDS, children.iter().map(|child| (child.name.to_owned(), child.about)));
    section(&mut out, session, id::CLI_HEADING_ARGUMENTS, entries(true));
    let global = GLOBAL.iter().map(|row| (row.shown(language), row.help()));
    let version = command.is_none().then(|| ("-V, --version".to_owned(), id::CLI_OPTION_VERSION));
    let help = [("-h, --help".to_owned(), id::CLI_OPTION_HELP)];
    section(&mut out, session, id::CLI_HEADING_OPTIONS, entries(false).chain(global).chain(version).chain(help));
    if !more.is_empty() {
        out.push('\n');
        for line in word(more, language).lines() {
            out.push_str(&say::wrap("", line));
        }
    }
    out
}

fn section(out: &mut String, session: &Session, heading: &'static str, entries: impl Iterator<Item = (String, &'static str)>) {
    let mut begun = false;
    for (shown, help) in entries {
        if !std::mem::replace(&mut begun, true) {
            out.push_str(&format!("\n{}:\n", session.word(heading)));
        }
        let mut first = format!("  {shown}");
        let wide = say::width(&first);
        if wide.saturating_add(2) > COLUMN {
            first.push('\n');
            out.push_str(&first);
            first = " ".repeat(COLUMN);
        } else {
            first.push_str(&" ".repeat(COLUMN.saturating_sub(wide)));
        }
        out.push_str(&say::wrap(&first, session.word(help)));
    }
}
