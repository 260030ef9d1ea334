//! What does something when the document is opened or clicked, and content that another place decides on (ISO 32000-2 12.6, 13, 7.3.8.2,
//! 8.9.5.4, 8.10.4, 14.11.7).

use super::Subject;
use super::sweep::{self, Sweep};
use super::value::plain;
use crate::format::pdf::field::tolerate;
use crate::format::pdf::{Dictionary, Value, View};
use crate::message::{Message, id};

/// Scripts, actions and media; one finding of each kind, with the first object that has it.
pub(super) fn actions(subject: &Subject<'_>, sweep: &Sweep) -> crate::Result<Vec<Message>> {
    let mut found: Vec<(&'static str, String, usize, u32)> = Vec::new();
    for bearing in sweep.bearing(subject.view, sweep::ACTIVE) {
        let (number, object) = bearing?;
        for dictionary in dictionaries(&object.value) {
            let Some((id, kind)) = action(subject.view, dictionary)? else { continue };
            match found.iter_mut().find(|(known, of, ..)| *known == id && *of == kind) {
                Some((_, _, count, _)) => *count = count.saturating_add(1),
                None => found.push((id, kind, 1, number)),
            }
        }
    }
    let message = |(id, kind, count, object): (&'static str, String, usize, u32)| {
        Message::new(id).with("kind", kind).with("count", count).with("object", object)
    };
    Ok(found.into_iter().map(message).collect())
}

/// What a dictionary does, where it does something: the id of the finding, and the name of the standard for it.
fn action(view: View<'_>, dictionary: &Dictionary) -> crate::Result<Option<(&'static str, String)>> {
    let name = |key: &[u8]| dictionary.get(key).and_then(|value| value.value.as_name());
    if dictionary.contains(b"JS") {
        let script = plain(view, dictionary.get(b"JS"))?;
        let is_ordinary = script.is_some_and(|script| is_format(&script));
        return Ok(Some((if is_ordinary { id::SHADOW_FORMAT_SCRIPT } else { id::SHADOW_SCRIPT }, String::from("JavaScript"))));
    }
    let steering = [b"Hide".as_slice(), b"ImportData", b"Launch", b"SetOCGState"];
    let leading = [b"GoToE".as_slice(), b"GoToR", b"ResetForm", b"SubmitForm"];
    let media = [b"3D".as_slice(), b"Movie", b"Rendition", b"RichMedia", b"Sound"];
    let kind = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    // An annotation has a subtype, an action has `/S`.
    Ok(match (name(b"S"), name(b"Subtype")) {
        (Some(name), _) if steering.contains(&name) => Some((id::SHADOW_ACTION, kind(name))),
        (Some(name), _) if leading.contains(&name) => Some((id::SHADOW_ACTION_LEADING, kind(name))),
        (_, Some(name)) if media.contains(&name) && dictionary.contains(b"Rect") => Some((id::SHADOW_MEDIA, kind(name))),
        _ => None,
    })
}

/// Whether a script does nothing but call the functions that form editors offer for formats and sums.
fn is_format(script: &str) -> bool {
    const WORDS: &[&str] = &["Array", "false", "new", "true"];
    let mut code = String::new();
    let mut letters = script.chars();
    while let Some(letter) = letters.next() {
        if !matches!(letter, '"' | '\'') {
            code.push(letter);
            continue;
        }
        while let Some(inside) = letters.next().filter(|inside| *inside != letter) {
            if inside == '\\' {
                letters.next();
            }
        }
    }
    if code.contains('=') {
        return false;
    }
    let words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
    let mut words = words.filter(|word| !word.starts_with(|letter: char| letter.is_ascii_digit())).peekable();
    let is_known = |word: &str| FORMATS.iter().any(|prefix| word.starts_with(prefix)) || WORDS.contains(&word);
    words.peek().is_some_and(|first| FORMATS.iter().any(|prefix| first.starts_with(prefix))) && words.all(is_known)
}

/// Images that print or show otherwise.
pub(super) fn alternates(subject: &Subject<'_>, sweep: &Sweep) -> crate::Result<Vec<Message>> {
    let mut found = Vec::new();
    for bearing in sweep.bearing(subject.view, sweep::ALTERNATE) {
        let (number, object) = bearing?;
        let Some(dictionary) = object.value.as_dictionary() else { continue };
        let alternates = tolerate(subject.view.get(dictionary, b"Alternates"))?.flatten();
        if alternates.is_some_and(|alternates| alternates.value.as_array().is_some_and(|array| !array.0.is_empty())) {
            found.push(Message::new(id::SHADOW_ALTERNATES).with("object", number));
        }
    }
    found.truncate(super::MOST_FINDINGS);
    Ok(found)
}

/// Streams and images whose content is in another file.
pub(super) fn external(subject: &Subject<'_>, sweep: &Sweep) -> crate::Result<Vec<Message>> {
    let mut found = Vec::new();
    for bearing in sweep.bearing(subject.view, sweep::EXTERNAL) {
        let (number, object) = bearing?;
        let Value::Stream(stream) = &object.value else { continue };
        let keys = [b"F".as_slice(), b"FFilter", b"OPI", b"Ref"];
        // `/Ref` is an entry of form objects alone (Table 93).
        let is_form = stream.dictionary.get(b"Subtype").and_then(|kind| kind.value.as_name()) == Some(b"Form");
        if let Some(key) = keys.into_iter().find(|key| stream.dictionary.contains(key) && (*key != b"Ref" || is_form)) {
            let key = String::from_utf8_lossy(key).into_owned();
            found.push(Message::new(id::SHADOW_EXTERNAL).with("object", number).with("key", key));
        }
    }
    found.truncate(super::MOST_FINDINGS);
    Ok(found)
}

/// Every dictionary in a value, itself too.
fn dictionaries(value: &Value) -> Vec<&Dictionary> {
    let mut all = Vec::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        if let Some(dictionary) = value.as_dictionary() {
            all.push(dictionary);
            waiting.extend(dictionary.entries.iter().map(|(_, object)| &object.value));
        } else if let Some(array) = value.as_array() {
            waiting.extend(array.0.iter().map(|object| &object.value));
        }
    }
    all
}

/// How the names of the functions begin that form editors offer.
const FORMATS: &[&str] = &["AFDate_", "AFNumber_", "AFPercent_", "AFRange_", "AFSimple_", "AFSpecial_", "AFTime_"];

#[cfg(test)]
mod tests {
    use super::is_format;

    #[test]
    fn ordinary_scripts_are_told_from_others() {
        for script in [
            "AFNumber_Format(2, 0, 0, 0, \"\", true);",
            "AFDate_FormatEx(\"dd/mm/yyyy\")",
            "AFSimple_Calculate(\"SUM\", new Array (\"a.b\", 'c'));",
            "AFRange_Validate(true, 0, true, 10);",
        ] {
            assert!(is_format(script), "{script}");
        }
        for script in
            ["", "app.alert(1)", "AFNumber_Format(app.alert(1))", "AFNumber_Format(2); event.target.hidden = true", "AFTime_Format = 1"]
        {
            assert!(!is_format(script), "{script}");
        }
    }
}
