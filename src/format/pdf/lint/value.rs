//! Whether what a form field shows is its value (`/AP` against `/V`, ISO 32000-2 12.7.4.3).

use super::compare::{Agreement, Format, compare};
use super::{MOST_FINDINGS, excerpt};
use crate::format::pdf::field::{FieldKind, FieldTree, Node, place, tolerate};
use crate::format::pdf::text::Reader;
use crate::format::pdf::{Array, Dictionary, Object, Value, View};
use crate::message::{Message, id};

/// What one widget of a field shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::format::pdf) enum Shown {
    /// The value.
    Value,
    /// Something else.
    Other { value: String, shown: String },
    /// It could not be found out.
    Unknown,
    /// Nothing, or nothing that has to be the value.
    Nothing,
}

/// Compares every widget that a page shows.
pub(super) fn findings(view: View<'_>, fields: &FieldTree) -> crate::Result<Vec<Message>> {
    let mut reader = Reader::new(view);
    let (mut differing, mut unread) = (Vec::new(), Vec::new());
    // Where a page is found for none of them, looking for it must end.
    let mut searches = 0;
    for widget in &fields.nodes {
        let field = if widget.is_widget { widget.parent.and_then(|parent| fields.nodes.get(parent)) } else { Some(widget) };
        let Some(field) = field.filter(|field| field.is_field() && widget.dictionary.contains(b"Rect")) else { continue };
        let (found, message) = match shown(&mut reader, fields, field, widget)? {
            Shown::Other { value, shown } => {
                let message = Message::new(id::SHADOW_VALUE).with("value", excerpt(&value)).with("shown", excerpt(&shown));
                (&mut differing, message)
            }
            Shown::Unknown => (&mut unread, Message::new(id::SHADOW_VALUE_UNREAD)),
            Shown::Nothing | Shown::Value => continue,
        };
        if found.len() >= MOST_FINDINGS {
            continue;
        }
        if searches >= MOST_SEARCHES {
            differing.push(Message::new(id::SHADOW_UNFINISHED));
            break;
        }
        searches = searches.saturating_add(1);
        // What no page shows deceives nobody.
        let Some(place) = place(view, widget)? else { continue };
        let message = message.with("field", excerpt(&field.name)).with("page", place.page);
        if !found.contains(&message) {
            found.push(message);
        }
    }
    differing.extend(unread);
    Ok(differing)
}

/// What the appearance of `widget`, a widget of `field`, shows. A widget without a name may have a value of its own.
///
/// # Errors
/// Where a limit is passed.
pub(in crate::format::pdf) fn shown(reader: &mut Reader<'_>, fields: &FieldTree, field: &Node, widget: &Node) -> crate::Result<Shown> {
    let flags = inherited(reader.view(), fields, field, b"Ff")?.and_then(|flags| flags.value.as_integer()).unwrap_or(0);
    let Some(normal) = normal_appearance(reader.view(), &widget.dictionary)? else { return Ok(Shown::Nothing) };
    match field.kind {
        FieldKind::Button if flags & PUSH_BUTTON == 0 => button(reader.view(), fields, field, widget, &normal),
        FieldKind::Choice if flags & COMBO != 0 => {
            let Some(values) = chosen(reader.view(), fields, field, widget)? else { return Ok(Shown::Unknown) };
            text(reader, fields, field, &values, &normal)
        }
        FieldKind::Text if flags & (PASSWORD | FILE_SELECT) == 0 => {
            let Some(value) = plain(reader.view(), widget.value.as_ref())? else { return Ok(Shown::Unknown) };
            let mut values = vec![value];
            if flags & RICH_TEXT != 0 {
                values.extend(rich(reader.view(), fields, field)?);
            }
            text(reader, fields, field, &values, &normal)
        }
        _ => Ok(Shown::Nothing),
    }
}

/// The text that a person sees in the widget; `None` where it has none, or it cannot be read.
///
/// # Errors
/// Where a limit is passed.
pub(in crate::format::pdf) fn text_of_appearance(reader: &mut Reader<'_>, widget: &Dictionary) -> crate::Result<Option<String>> {
    let Some(Value::Stream(stream)) = normal_appearance(reader.view(), widget)?.map(|normal| normal.value) else { return Ok(None) };
    let written = reader.read(&stream)?;
    Ok(Some(written.text).filter(|text| !written.is_partial && !text.trim().is_empty()))
}

/// `/AP /N`.
fn normal_appearance(view: View<'_>, widget: &Dictionary) -> crate::Result<Option<Object>> {
    let Some(appearance) = tolerate(view.get(widget, b"AP"))?.flatten() else { return Ok(None) };
    let Some(appearance) = appearance.value.as_dictionary() else { return Ok(None) };
    Ok(tolerate(view.get(appearance, b"N"))?.flatten())
}

/// Compares the text of an appearance with values, one of which it must be.
fn text(reader: &mut Reader<'_>, fields: &FieldTree, field: &Node, values: &[String], normal: &Object) -> crate::Result<Shown> {
    let Value::Stream(stream) = &normal.value else { return Ok(Shown::Nothing) };
    let written = reader.read(stream)?;
    if written.text.trim().is_empty() {
        // Many programs leave drawing to the reader: an empty picture says nothing.
        return Ok(if written.is_partial { Shown::Unknown } else { Shown::Nothing });
    }
    let format = format(reader.view(), fields, field)?;
    let mut agreements = values.iter().map(|value| compare(value, &written.text, format));
    if agreements.clone().any(|agreement| agreement == Agreement::Agrees) {
        return Ok(Shown::Value);
    }
    if written.is_partial || agreements.any(|agreement| agreement == Agreement::Unknown) {
        return Ok(Shown::Unknown);
    }
    Ok(Shown::Other { value: values.first().cloned().unwrap_or_default(), shown: written.text })
}

/// A check box or radio button: the state that is shown (`/AS`) must be the value where it has a picture (12.7.5.2.3).
fn button(view: View<'_>, fields: &FieldTree, field: &Node, widget: &Node, normal: &Object) -> crate::Result<Shown> {
    let Value::Dictionary(states) = &normal.value else { return Ok(Shown::Nothing) };
    let name = |object: Option<Object>| match object.map(|object| object.value) {
        Some(Value::Name(name)) => Some(String::from_utf8_lossy(&name.0).into_owned()),
        Some(Value::String(string)) => Some(string.text()),
        _ => None,
    };
    let value = match &widget.value {
        Some(value) => name(tolerate(view.resolve(value))?),
        None => None,
    };
    let is_state = |state: &str| state != OFF && states.contains(state.as_bytes());
    let Some(shown) = name(tolerate(view.get(&widget.dictionary, b"AS"))?.flatten()) else { return Ok(Shown::Nothing) };
    let value = value.unwrap_or_else(|| OFF.to_owned());
    // Values may be numbers of options, which the states are named after (Table 230).
    if shown == value || inherited(view, fields, field, b"Opt")?.is_some() {
        return Ok(Shown::Value);
    }
    if is_state(&shown) || (shown == OFF && is_state(&value)) {
        return Ok(Shown::Other { value, shown });
    }
    Ok(Shown::Value)
}

/// What a combination box may show for its value: the value, or the text of the option with that value.
fn chosen(view: View<'_>, fields: &FieldTree, field: &Node, widget: &Node) -> crate::Result<Option<Vec<String>>> {
    let Some(value) = plain(view, widget.value.as_ref())? else { return Ok(None) };
    let mut texts = vec![value.clone()];
    let options = inherited(view, fields, field, b"Opt")?;
    let Some(Array(options)) = options.as_ref().and_then(|options| options.value.as_array()) else { return Ok(Some(texts)) };
    for option in options {
        let Some(Value::Array(pair)) = tolerate(view.resolve(option))?.map(|option| option.value) else { continue };
        if let [export, text, ..] = pair.0.as_slice()
            && plain(view, Some(export))?.as_deref() == Some(&value)
        {
            texts.extend(plain(view, Some(text))?);
        }
    }
    Ok(Some(texts))
}

/// A value that is one text; `None` where it is something else.
pub(super) fn plain(view: View<'_>, value: Option<&Object>) -> crate::Result<Option<String>> {
    let Some(value) = value else { return Ok(Some(String::new())) };
    let text = match tolerate(view.resolve(value))?.map(|value| value.value) {
        Some(Value::String(string)) => Some(string.text()),
        Some(Value::Stream(stream)) => {
            let data = tolerate(view.decode(&stream))?;
            data.map(|data| crate::format::pdf::PdfString { bytes: data[..].into(), hexadecimal: false }.text())
        }
        Some(Value::Array(array)) => match array.0.as_slice() {
            [] => Some(String::new()),
            [one] => tolerate(view.resolve(one))?.and_then(|one| one.value.as_string().map(crate::format::pdf::PdfString::text)),
            _ => None,
        },
        Some(Value::Null) => Some(String::new()),
        _ => None,
    };
    // A text that could not be decoded cannot be compared.
    Ok(text.filter(|text| !text.contains(char::REPLACEMENT_CHARACTER)))
}

/// `/RV` without its tags (Adobe XML, 12.7.4.3).
fn rich(view: View<'_>, fields: &FieldTree, field: &Node) -> crate::Result<Option<String>> {
    let Some(text) = plain(view, inherited(view, fields, field, b"RV")?.as_ref())? else { return Ok(None) };
    let mut out = String::new();
    for part in text.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, behind)| behind));
    }
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#160;", " "), ("&amp;", "&")] {
        out = out.replace(entity, character);
    }
    Ok(Some(out))
}

/// How the field is formatted, by its script.
fn format(view: View<'_>, fields: &FieldTree, field: &Node) -> crate::Result<Format> {
    let Some(actions) = inherited(view, fields, field, b"AA")? else { return Ok(Format::Plain) };
    let Some(actions) = actions.value.as_dictionary() else { return Ok(Format::Plain) };
    let Some(action) = tolerate(view.get(actions, b"F"))?.flatten() else { return Ok(Format::Plain) };
    let Some(action) = action.value.as_dictionary() else { return Ok(Format::Plain) };
    let script = plain(view, action.get(b"JS"))?.unwrap_or_default();
    let script = script.trim_start();
    Ok(match () {
        () if script.is_empty() => Format::Plain,
        () if script.starts_with("AFNumber_Format(") || script.starts_with("AFPercent_Format(") => Format::Number,
        () if script.starts_with("AFDate_Format") || script.starts_with("AFTime_Format") => Format::Date,
        () if script.starts_with("AFSpecial_Format(") => Format::Special,
        () => Format::Unknown,
    })
}

/// The value of `key`, that of a field above where the field has none.
fn inherited(view: View<'_>, fields: &FieldTree, field: &Node, key: &[u8]) -> crate::Result<Option<Object>> {
    let mut node = Some(field);
    for _ in 0..view.pdf.budget().limits().depth {
        let Some(here) = node else { break };
        if let Some(value) = tolerate(view.get(&here.dictionary, key))?.flatten() {
            return Ok(Some(value));
        }
        node = here.parent.and_then(|parent| fields.nodes.get(parent));
    }
    Ok(None)
}

/// Widgets whose page is looked for.
const MOST_SEARCHES: usize = 200;
const OFF: &str = "Off";
// Flags of fields (Tables 228 to 233).
const PASSWORD: i64 = 1 << 13;
const PUSH_BUTTON: i64 = 1 << 16;
const COMBO: i64 = 1 << 17;
const FILE_SELECT: i64 = 1 << 20;
const RICH_TEXT: i64 = 1 << 25;
