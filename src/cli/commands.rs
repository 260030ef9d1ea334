//! The table of commands.

use clap::ArgMatches;
use kyso::Message;

use crate::session::{Outcome, Session, argument};
use crate::syntax::{Command, Row};
use crate::{completions, finish, id, inspect, key, prepare, sign, trust, upgrade, verify};

/// In the order that the help shows.
pub(crate) const COMMANDS: &[Command] = &[
    Command { name: "verify", about: id::CLI_VERIFY, more: id::CLI_VERIFY_MORE, rows: verify::ROWS, children: &[], run: verify::run },
    Command { name: "sign", about: id::CLI_SIGN, more: id::CLI_SIGN_MORE, rows: sign::ROWS, children: &[], run: sign::run },
    Command { name: "prepare", about: id::CLI_PREPARE, more: "", rows: prepare::ROWS, children: &[], run: prepare::run },
    Command { name: "finish", about: id::CLI_FINISH, more: "", rows: finish::ROWS, children: &[], run: finish::run },
    Command { name: "upgrade", about: id::CLI_UPGRADE, more: id::CLI_UPGRADE_MORE, rows: upgrade::ROWS, children: &[], run: upgrade::run },
    Command { name: "inspect", about: id::CLI_INSPECT, more: "", rows: inspect::ROWS, children: &[], run: inspect::run },
    Command { name: "trust", about: id::CLI_TRUST, more: "", rows: &[], children: trust::COMMANDS, run: group },
    Command { name: "key", about: id::CLI_KEY, more: "", rows: &[], children: key::COMMANDS, run: group },
    Command {
        name: "completions",
        about: id::CLI_COMPLETIONS,
        more: "",
        rows: completions::SHELLS,
        children: &[],
        run: completions::completions,
    },
    Command { name: "man", about: id::CLI_MAN, more: "", rows: completions::FOLDER, children: &[], run: completions::man },
    Command { name: "help", about: id::CLI_HELP, more: "", rows: completions::TOPIC, children: &[], run: completions::help },
];

/// Options of every command.
pub(crate) const GLOBAL: &[Row] = &[
    Row::choice("lang", &["vi", "en", "auto"], id::CLI_OPTION_LANG),
    Row::choice("color", &["auto", "always", "never"], id::CLI_OPTION_COLOR),
];

/// A group does nothing by itself.
fn group(_: &ArgMatches, _: &Session) -> Outcome {
    Err(argument(Message::new(id::CLI_ERROR_NO_COMMAND)))
}
