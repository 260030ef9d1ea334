//! Texts for the terminal: errors, notes, marks, colour, lines of at most 80 columns.

use std::borrow::Cow;
use std::io::{IsTerminal, Write as _};

use anstream::{AutoStream, ColorChoice};
use kyso::{Error, Message};
use unicode_normalization::char::is_combining_mark;

use crate::id;
use crate::session::{Color, Session};

const WIDTH: usize = 80;

/// Marks as a terminal without UTF-8 shows them. A mark opens a signature's block, behind one space.
const MARKS: [(&str, &str, &str); 4] = [(" ✓ ", " [OK] ", GREEN), (" ? ", " [??] ", YELLOW), (" ✗ ", " [X] ", RED), (" – ", " [-] ", YELLOW)];

/// The verdict words of the first line, and their colour.
const VERDICTS: [(&str, &str); 5] = [
    (id::CLI_WORD_VALID, GREEN),
    (id::CLI_WORD_INVALID, RED),
    (id::CLI_WORD_UNCERTAIN, YELLOW),
    (id::CLI_WORD_UNSIGNED, YELLOW),
    (id::CLI_WORD_SIGNED, GREEN),
];

const GREEN: &str = "\x1b[1;32m";
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const RESET: &str = "\x1b[0m";

/// Says what went wrong and what to do, on standard error.
pub(crate) fn complain(session: &Session, error: &Error) {
    let mut out = format!("kyso: {}\n", error.text(&session.locale));
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

/// A text as this terminal can show it, with colour on verdict and marks where it shows colour.
pub(crate) fn dress<'a>(session: &Session, text: &'a str, color: bool) -> Cow<'a, str> {
    if session.utf8 && !color {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_add(64));
    for line in text.split_inclusive('\n') {
        let marked = MARKS.iter().find_map(|mark| Some((mark, line.strip_prefix(mark.0)?)));
        if let Some(((utf8, ascii, paint), rest)) = marked {
            push_painted(&mut out, if session.utf8 { utf8 } else { ascii }, if color { paint } else { "" });
            out.push_str(&plain(session, rest));
        } else if let (true, Some((before, verdict, after, paint))) = (color, verdict(session, line)) {
            out.push_str(&plain(session, before));
            push_painted(&mut out, verdict, paint);
            out.push_str(&plain(session, after));
        } else {
            out.push_str(&plain(session, line));
        }
    }
    Cow::Owned(out)
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

fn verdict<'a>(session: &Session, line: &'a str) -> Option<(&'a str, &'static str, &'a str, &'static str)> {
    VERDICTS.iter().find_map(|(id, paint)| {
        let word = session.word(id);
        let (before, after) = line.split_once(&format!(": {word}"))?;
        let (end, _) = line.split_at_checked(before.len().checked_add(2)?)?;
        (after.starts_with(" — ") || after.trim_end().is_empty()).then_some((end, word, after, *paint))
    })
}

fn push_painted(out: &mut String, text: &str, paint: &str) {
    if paint.is_empty() {
        out.push_str(text);
        return;
    }
    let inner = text.trim();
    let (before, after) = text.split_once(inner).unwrap_or(("", ""));
    for part in [before, paint, inner, RESET, after] {
        out.push_str(part);
    }
}

/// Punctuation beyond ASCII in ASCII, where the terminal is not UTF-8. Letters stay: a name is not rewritten.
fn plain<'a>(session: &Session, text: &'a str) -> Cow<'a, str> {
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

    fn session(utf8: bool) -> Session {
        Session { locale: Locale::new(Language::Vietnamese, Zone::UTC), color: Color::Never, utf8, quiet: false }
    }

    #[test]
    fn long_hints_are_wrapped_under_their_first_word() {
        let text = "mot hai ba bon ".repeat(10);
        let wrapped = wrap(" Cần làm: ", text.trim_end());
        assert!(wrapped.lines().count() > 1);
        assert!(wrapped.lines().all(|line| width(line) <= WIDTH));
        assert!(wrapped.lines().skip(1).all(|line| line.starts_with("          ") && !line.starts_with("           ")));
    }

    #[test]
    fn a_terminal_without_utf8_gets_ascii_marks() {
        assert_eq!(dress(&session(false), " ✗ 1  A – “b”\n", false), " [X] 1  A - \"b\"\n");
        assert_eq!(dress(&session(true), " ✗ 1  A – “b”\n", false), " ✗ 1  A – “b”\n");
    }

    #[test]
    fn colour_is_on_the_verdict_word_and_the_mark_alone() {
        let page = "a.pdf: HỢP LỆ — 1 chữ ký số\n ✓ 1  An\n";
        let dressed = dress(&session(true), page, true);
        assert_eq!(dressed, format!("a.pdf: {GREEN}HỢP LỆ{RESET} — 1 chữ ký số\n {GREEN}✓{RESET} 1  An\n"));
    }

    #[test]
    fn a_verdict_inside_a_longer_one_is_not_painted() {
        let page = "a.pdf: KHÔNG HỢP LỆ — sửa\n";
        assert_eq!(dress(&session(true), page, true), format!("a.pdf: {RED}KHÔNG HỢP LỆ{RESET} — sửa\n"));
    }

    #[test]
    fn combining_marks_take_no_column() {
        assert_eq!(width("Nguye\u{302}\u{303}n"), width("Nguyễn"));
    }
}
