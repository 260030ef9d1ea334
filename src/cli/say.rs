//! Texts for the terminal: errors, notes, lines of at most 80 columns.

use std::borrow::Cow;
use std::io::{IsTerminal, Write as _};

use anstream::{AutoStream, ColorChoice};
use kyso::{Error, Message};
use unicode_normalization::char::is_combining_mark;

use crate::id;
use crate::session::{Color, Session};

const WIDTH: usize = 80;

/// Says what went wrong and what to do, on standard error.
pub(crate) fn complain(session: &Session, error: &Error) {
    complain_in_words(session, error, &error.text(&session.locale));
}

/// As [`complain`], of a document; its name is said where the message does not name it.
pub(crate) fn complain_of(session: &Session, name: &str, error: &Error) {
    let text = error.text(&session.locale);
    if error.message().arguments().contains_key("file") {
        return complain_in_words(session, error, &text);
    }
    let opening = session.text(&Message::new(id::CLI_ERROR_OPEN).with("file", name));
    complain_in_words(session, error, &format!("{opening}: {text}"));
}

fn complain_in_words(session: &Session, error: &Error, text: &str) {
    let mut out = format!("kyso: {text}\n");
    if let Some(hint) = error.message().hint(&session.locale) {
        out.push_str(&to_do(session, &hint));
    }
    to_standard_error(&plain(session, &out));
}

/// Says something beside the result, on standard error.
pub(crate) fn note(session: &Session, text: &str) {
    to_standard_error(&plain(session, &format!("kyso: {text}\n")));
}

/// Shows `text` as it is, on standard error.
pub(crate) fn show(session: &Session, text: &str) {
    to_standard_error(&plain(session, text));
}

/// ` What to do: …`, wrapped.
pub(crate) fn to_do(session: &Session, hint: &str) -> String {
    wrap(&format!(" {}: ", session.word(id::CLI_WHAT_TO_DO)), hint)
}

/// `      label        value`, as the report has it.
pub(crate) fn labelled(session: &Session, label: &'static str, value: &str) -> String {
    let label = session.word(label);
    let gap = 13_usize.saturating_sub(width(label)).max(1);
    wrap(&format!("      {label}{}", " ".repeat(gap)), value)
}

/// Whether standard output takes colour: as `--color` says, else `NO_COLOR`, `CLICOLOR_FORCE` and the terminal.
pub(crate) fn has_color(session: &Session) -> bool {
    match session.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
    }
}

/// Whether somebody who can answer sees standard error.
pub(crate) fn has_reader() -> bool {
    std::io::stderr().is_terminal()
}

/// `text` behind `prefix`, further lines as far to the right, at most 80 columns where words allow.
pub(crate) fn wrap(prefix: &str, text: &str) -> String {
    let indent = width(prefix);
    let mut out = String::from(prefix);
    let mut column = indent;
    for (place, word) in text.split(' ').enumerate() {
        let wide = width(word);
        if place > 0 && column.saturating_add(wide).saturating_add(1) > WIDTH {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if place > 0 {
            out.push(' ');
            column = column.saturating_add(1);
        }
        out.push_str(word);
        column = column.saturating_add(wide);
    }
    out.push('\n');
    out
}

/// Columns on the screen. Vietnamese and Latin letters take one, combining marks none.
pub(crate) fn width(text: &str) -> usize {
    text.chars().filter(|character| !is_combining_mark(*character)).count()
}

/// The message as one sentence for the terminal.
pub(crate) fn sentence(session: &Session, message: &Message) -> String {
    plain(session, &session.text(message)).into_owned()
}

/// Punctuation beyond ASCII in ASCII, where the terminal is not UTF-8. Letters stay: a name is not rewritten.
pub(crate) fn plain<'a>(session: &Session, text: &'a str) -> Cow<'a, str> {
    const SIGNS: [(char, &str); 7] = [('—', "-"), ('–', "-"), ('“', "\""), ('”', "\""), ('’', "'"), ('…', "..."), ('·', "-")];
    if session.utf8 || text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match SIGNS.iter().find(|(sign, _)| *sign == character) {
            Some((_, ascii)) => out.push_str(ascii),
            None => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// Nothing can be said where even standard error is closed.
fn to_standard_error(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use kyso::{Language, Locale, Zone};

    #[test]
    fn long_hints_are_wrapped_under_their_first_word() {
        let text = "mot hai ba bon ".repeat(10);
        let wrapped = wrap(" Cần làm: ", text.trim_end());
        assert!(wrapped.lines().count() > 1);
        assert!(wrapped.lines().all(|line| width(line) <= WIDTH));
        assert!(wrapped.lines().skip(1).all(|line| line.starts_with("          ") && !line.starts_with("           ")));
    }

    #[test]
    fn a_terminal_without_utf8_gets_ascii_punctuation_and_the_letters_of_names() {
        let locale = Locale::new(Language::Vietnamese, Zone::UTC);
        let session = |utf8| Session { locale, color: Color::Never, utf8, quiet: false };
        assert_eq!(plain(&session(false), "a.pdf: ĐÃ KÝ — “An”…"), "a.pdf: ĐÃ KÝ - \"An\"...");
        assert_eq!(plain(&session(true), "a.pdf: ĐÃ KÝ — “An”…"), "a.pdf: ĐÃ KÝ — “An”…");
    }

    #[test]
    fn combining_marks_take_no_column() {
        assert_eq!(width("Nguye\u{302}\u{303}n"), width("Nguyễn"));
    }
}
