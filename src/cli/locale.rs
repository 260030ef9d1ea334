//! In which language, zone and character set to speak.

use std::env;
use std::ffi::{OsStr, OsString};

use kyso::{Language, Zone};

/// `--lang`, else `KYSO_LANG`, else the locale of the environment, else English. All messages come in that one language.
pub(crate) fn language(arguments: &[OsString]) -> Language {
    option(arguments, "--lang")
        .as_deref()
        .and_then(Language::from_tag)
        .or_else(|| variable("KYSO_LANG").as_deref().and_then(Language::from_tag))
        .or_else(|| first_set(&["LC_ALL", "LC_MESSAGES", "LANG"]).as_deref().and_then(Language::from_tag))
        .unwrap_or_default()
}

/// Whether the locale says that texts are UTF-8.
pub(crate) fn is_utf8() -> bool {
    let Some(locale) = first_set(&["LC_ALL", "LC_CTYPE", "LANG"]) else { return false };
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// The zone of this computer at this moment; UTC where it cannot be found out.
pub(crate) fn local_zone() -> Zone {
    time::UtcOffset::current_local_offset().ok().and_then(|offset| Zone::from_minutes(offset.whole_minutes())).unwrap_or(Zone::UTC)
}

/// The value of a long option, found before the command line is parsed: errors of parsing are said in that language too.
fn option(arguments: &[OsString], name: &str) -> Option<String> {
    let mut rest = arguments.iter().skip(1).take_while(|argument| *argument != "--");
    while let Some(argument) = rest.next() {
        let Some(text) = argument.to_str() else { continue };
        if text == name {
            return rest.next().and_then(|value| value.to_str()).map(str::to_owned);
        }
        if let Some(value) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
            return Some(value.to_owned());
        }
    }
    None
}

fn first_set(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| variable(name))
}

fn variable(name: &str) -> Option<String> {
    env::var_os(name).as_deref().and_then(OsStr::to_str).filter(|value| !value.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_before_parsing_in_either_spelling() {
        let found = |words: &[&str]| option(&words.iter().map(Into::into).collect::<Vec<_>>(), "--lang");
        assert_eq!(found(&["kyso", "verify", "--lang", "vi", "a.pdf"]).as_deref(), Some("vi"));
        assert_eq!(found(&["kyso", "--lang=vi", "verify"]).as_deref(), Some("vi"));
        assert_eq!(found(&["kyso", "verify", "--", "--lang", "vi"]), None);
        assert_eq!(found(&["kyso", "verify", "--language", "vi"]), None);
    }
}
