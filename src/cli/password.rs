//! Passwords: from a file, a descriptor, a named variable of the environment, or typed. Never from the command line.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kyso::{Error, ErrorKind, Message, io_error};
use zeroize::Zeroizing;

use crate::session::{Outcome, Session, Stop, argument, path, text};
use crate::syntax::Row;
use crate::{id, say};

pub(crate) type Password = Zeroizing<String>;

/// The password of the document.
pub(crate) const OF_DOCUMENT: &[Row] = &[
    Row::path("password-file", id::CLI_VALUE_FILE, id::CLI_OPTION_PASSWORD_FILE).excludes(&["password-fd", "password-env"]),
    Row::number("password-fd", id::CLI_OPTION_PASSWORD_FD).excludes(&["password-env"]),
    Row::text("password-env", id::CLI_VALUE_NAME, id::CLI_OPTION_PASSWORD_ENV),
];

/// The password of the key.
pub(crate) const OF_KEY: &[Row] = &[
    Row::path("key-password-file", id::CLI_VALUE_FILE, id::CLI_OPTION_KEY_PASSWORD_FILE).excludes(&["key-password-fd", "key-password-env"]),
    Row::number("key-password-fd", id::CLI_OPTION_KEY_PASSWORD_FD).excludes(&["key-password-env"]),
    Row::text("key-password-env", id::CLI_VALUE_NAME, id::CLI_OPTION_KEY_PASSWORD_ENV),
];

/// User and password for a time-stamp authority that the options of [`crate::stamp::ROWS`] name.
pub(crate) fn of_authority(matches: &ArgMatches, session: &Session) -> Outcome<Option<Password>> {
    if let Some(path) = path(matches, "tsa-password-file") {
        return from_file(path, session).map(Some);
    }
    text(matches, "tsa-password-env").map(from_variable).transpose()
}

/// How often a password may be typed.
const TRIES: u32 = 3;
/// No password is longer; a file that is, holds something else.
const LONGEST: u64 = 64 << 10;

/// The password that the options of [`OF_DOCUMENT`] name.
pub(crate) fn of_document(matches: &ArgMatches, session: &Session) -> Outcome<Option<Password>> {
    given(matches, session, ["password-file", "password-fd", "password-env"])
}

/// The password that the options of [`OF_KEY`] name.
pub(crate) fn of_key(matches: &ArgMatches, session: &Session) -> Outcome<Option<Password>> {
    given(matches, session, ["key-password-file", "key-password-fd", "key-password-env"])
}

/// Opens with the password that is given. Where none is, and one is needed, it is asked for as long as somebody answers.
pub(crate) fn open<T>(
    session: &Session,
    question: &Message,
    given: Option<&Password>,
    open: impl Fn(Option<&Password>) -> kyso::Result<T>,
) -> Outcome<kyso::Result<T>> {
    let mut opened = open(given);
    for attempt in 0..TRIES {
        match &opened {
            Err(error) if error.kind() == ErrorKind::Password && given.is_none() && say::has_reader() => {
                if attempt > 0 {
                    say::complain(session, error);
                }
            }
            _ => break,
        }
        opened = open(Some(&ask(session, question)?));
    }
    Ok(opened)
}

/// Asks for a password on the terminal, without showing it.
fn ask(session: &Session, question: &Message) -> Outcome<Password> {
    let question = format!("{}: ", say::sentence(session, question));
    let typed = rpassword::prompt_password(question);
    typed
        .map(Zeroizing::new)
        .map_err(|error| Stop::Error(Error::new(ErrorKind::Password, Message::new(id::CLI_ERROR_NO_TERMINAL)).because(error)))
}

/// Asks for a new password, twice.
pub(crate) fn ask_twice(session: &Session) -> Outcome<Password> {
    let first = ask(session, &Message::new(id::CLI_ASK_NEW_PASSWORD))?;
    let second = ask(session, &Message::new(id::CLI_ASK_PASSWORD_AGAIN))?;
    if first == second { Ok(first) } else { Err(argument(Message::new(id::CLI_ERROR_PASSWORDS_DIFFER))) }
}

fn given(matches: &ArgMatches, session: &Session, [file, descriptor, variable]: [&'static str; 3]) -> Outcome<Option<Password>> {
    if let Some(path) = path(matches, file) {
        return from_file(path, session).map(Some);
    }
    if let Some(number) = matches.get_one::<u32>(descriptor) {
        return from_descriptor(*number).map(Some);
    }
    text(matches, variable).map(from_variable).transpose()
}

fn from_file(path: &Path, session: &Session) -> Outcome<Password> {
    let mut file = File::open(path).map_err(|error| io_error(id::FILE_UNREADABLE, path, error))?;
    if is_open_to_others(&file) {
        session.note(&Message::new(id::CLI_NOTE_PASSWORD_FILE).with("file", path.to_string_lossy().into_owned()));
    }
    first_line(&mut file, path)
}

fn from_descriptor(number: u32) -> Outcome<Password> {
    let path = PathBuf::from(format!("/dev/fd/{number}"));
    let mut file = File::open(&path).map_err(|error| io_error(id::FILE_UNREADABLE, &path, error))?;
    first_line(&mut file, &path)
}

fn from_variable(name: &str) -> Outcome<Password> {
    let value = std::env::var_os(name).ok_or_else(|| argument(Message::new(id::CLI_ERROR_VARIABLE).with("name", name)))?;
    value.into_string().map(Zeroizing::new).map_err(|_| argument(Message::new(id::CLI_ERROR_UTF_EIGHT)))
}

/// The first line, without its end. Editors add the line break, nobody means it.
fn first_line(file: &mut File, path: &Path) -> Outcome<Password> {
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST).read_to_end(&mut bytes).map_err(|error| io_error(id::FILE_UNREADABLE, path, error))?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| argument(Message::new(id::CLI_ERROR_UTF_EIGHT)))?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(unix)]
fn is_open_to_others(file: &File) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_file: &File) -> bool {
    false
}
