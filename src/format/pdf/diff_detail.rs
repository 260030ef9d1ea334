//! What a later change is, in words that a clerk understands: old and new values, pages, rectangles, kinds of annotations.
//!
//! Nothing here decides how far a change goes, but one thing: whether it can cover what a page showed when it was signed.

use std::collections::HashMap;

use super::diff_step::{Step, dictionary};
use super::field::{FieldKind, FieldTree, Node, page_number, place, tolerate};
use super::{Array, Dictionary, Object, Reference, Value, View};
use crate::format::Place;
use crate::limits::Resource;
use crate::message::{Argument, id, printable};

/// Values for the placeholders of a message.
pub(super) type Details = Vec<(&'static str, Argument)>;

/// Where the annotations of a revision are, once that was looked for.
pub(super) type AnnotationPages = Option<HashMap<Reference, u64>>;

/// Changes of one kind that are told with their details.
const DETAILED: usize = 100;
/// Characters of a value that are shown.
const SHOWN: usize = 60;
/// Characters that two long values share and that are shown before they differ.
const LEAD: usize = 10;
/// Bytes of a value that are looked at.
const LONGEST: usize = 1 << 16;
/// Items of a list of choices that are shown.
const CHOICES: usize = 20;
/// Pages that are searched for an annotation that does not say where it is.
const PAGES: usize = 1_000;

/// The flag of an annotation that is neither shown nor printed (ISO 32000-2 Table 167).
const HIDDEN: i64 = 0b10;

impl Step<'_> {
    /// Whether details are still worth the work: of very many changes of one kind, nobody reads those of all.
    pub(super) fn tells_more(&mut self, rule: &'static str, covers: bool) -> bool {
        let told = self.detailed.entry((rule, covers)).or_insert(0);
        *told = told.saturating_add(1);
        *told <= DETAILED
    }

    /// Page, old and new value of a field that was filled in. A widget speaks for its field.
    pub(super) fn filled(&mut self, old: &Node, node: &Node) -> crate::Result<Details> {
        let (before, after) = (field_of(self.old_fields, old), field_of(self.new_fields, node));
        let mut details = self.page_of_field(after)?;
        if is_password(self.after, self.new_fields, after)? || is_password(self.before, self.old_fields, before)? {
            return Ok(details);
        }
        if let (Some(old), Some(new)) = (value(self.before, before)?, value(self.after, after)?) {
            let (old, new) = shortened(&old, &new);
            details.extend([("old", old.into()), ("new", new.into())]);
        }
        Ok(details)
    }

    /// Page and rectangle of a field or widget that can be seen.
    pub(super) fn redrawn(&mut self, node: &Node) -> crate::Result<Details> {
        Ok(self.place_of(node)?.map(|place| of_place(Some(place.page), Some(place.rect))).unwrap_or_default())
    }

    /// Page and rectangle of the first widget of the field with this index that is to be seen.
    pub(super) fn places(&mut self, index: usize) -> crate::Result<Details> {
        let tree = self.new_fields;
        for widget in tree.widgets(index) {
            let details = self.redrawn(widget)?;
            if !details.is_empty() {
                return Ok(details);
            }
        }
        Ok(Vec::new())
    }

    fn page_of_field(&mut self, field: &Node) -> crate::Result<Details> {
        let tree = self.new_fields;
        let widget = if field.dictionary.contains(b"Rect") {
            Some(field)
        } else {
            tree.nodes.iter().find(|node| node.is_widget && std::ptr::eq(field_of(tree, node), field))
        };
        let place = widget.map(|widget| self.place_of(widget)).transpose()?.flatten();
        Ok(place.map(|place| vec![("page", place.page.into())]).unwrap_or_default())
    }

    /// Where a widget of the later revision is.
    fn place_of(&mut self, widget: &Node) -> crate::Result<Option<Place>> {
        if widget.dictionary.contains(b"P") {
            return place(self.after, widget);
        }
        let page = widget.reference.map(|reference| self.page_with(reference)).transpose()?.flatten();
        let rect = rectangle(self.after, &widget.dictionary)?;
        Ok(page.zip(rect).map(|(page, rect)| Place { page, rect }))
    }

    /// The page whose `/Annots` names the annotation. They are gone through once, and only the first pages.
    fn page_with(&mut self, annotation: Reference) -> crate::Result<Option<u64>> {
        if self.annotation_pages.is_none() {
            let mut found = HashMap::new();
            for (page, number) in tolerate(self.after.pages(PAGES))?.unwrap_or_default().iter().zip(1_u64..) {
                let annotations = tolerate(self.after.get(&page.1, b"Annots"))?.flatten();
                let Some(Array(annotations)) = annotations.as_ref().and_then(|annotations| annotations.value.as_array()) else { continue };
                self.pdf.budget().spend(Resource::Objects, u64::try_from(annotations.len()).unwrap_or(u64::MAX))?;
                for reference in annotations.iter().filter_map(|annotation| annotation.value.as_reference()) {
                    found.entry(reference).or_insert(number);
                }
            }
            self.annotation_pages = Some(found);
        }
        Ok(self.annotation_pages.as_ref().and_then(|found| found.get(&annotation)).copied())
    }

    /// Kind, page and rectangle of an annotation as `view` has it. Without a page that is known, the later revision is searched for it.
    pub(super) fn annotated(
        &mut self,
        view: View<'_>,
        page: Option<Reference>,
        annotation: Option<(Option<Reference>, &Dictionary)>,
    ) -> crate::Result<Details> {
        let mut number = page.map(|page| page_number(view, page)).transpose()?.flatten();
        let Some((reference, annotation)) = annotation else { return Ok(of_place(number, None)) };
        if let (None, Some(reference)) = (number, reference) {
            number = self.page_with(reference)?;
        }
        let mut details = of_place(number, rectangle(view, annotation)?);
        if let Some(subtype) = subtype(view, annotation)? {
            let (shown, _) = shortened(&String::from_utf8_lossy(&subtype), "");
            details.push(("subtype", shown.into()));
            details.extend(word_for(&subtype).map(|word| ("kind", Argument::Word { word: word.into() })));
        }
        Ok(details)
    }

    /// Whether the field with this index has a visible widget that was not there before: it can cover what its page shows.
    pub(super) fn has_new_place(&self, index: usize) -> crate::Result<bool> {
        for widget in self.new_fields.widgets(index) {
            let is_new = widget.reference.is_none_or(|reference| self.is_added(reference.number));
            if is_new && is_visible(self.after, &widget.dictionary)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an annotation can cover what its page shows. One with a picture can, whatever it is called; of those without one, marks and
    /// drawings (ISO 32000-2 Table 171), and all that nobody knows.
    pub(super) fn covers(&self, annotation: &Dictionary) -> crate::Result<bool> {
        const ICONS: &[&[u8]] = &[b"FileAttachment", b"Link", b"Popup", b"Sound", b"Text"];
        let flags = tolerate(self.after.get(annotation, b"F"))?.flatten().and_then(|flags| flags.value.as_integer()).unwrap_or(0);
        let is_icon = subtype(self.after, annotation)?.is_some_and(|subtype| ICONS.contains(&subtype.as_slice()));
        Ok(flags & HIDDEN == 0 && (annotation.contains(b"AP") || !is_icon))
    }
}

/// Whether a widget takes up room on a page, to be seen or printed.
fn is_visible(view: View<'_>, widget: &Dictionary) -> crate::Result<bool> {
    let flags = tolerate(view.get(widget, b"F"))?.flatten().and_then(|flags| flags.value.as_integer()).unwrap_or(0);
    let is_flat = rectangle(view, widget)?.is_some_and(|[left, bottom, right, top]| left >= right || bottom >= top);
    Ok(flags & HIDDEN == 0 && !is_flat)
}

/// The field that a node is, or that it is a widget of.
fn field_of<'a>(tree: &'a FieldTree, node: &'a Node) -> &'a Node {
    let parent = node.parent.filter(|_| node.is_widget);
    parent.and_then(|parent| tree.nodes.get(parent)).unwrap_or(node)
}

/// Whether a text field hides what is typed into it (ISO 32000-2 Table 231): then it is not told either.
fn is_password(view: View<'_>, tree: &FieldTree, field: &Node) -> crate::Result<bool> {
    const PASSWORD: i64 = 1 << 13;
    let mut node = Some(field);
    // Parents come before their kids, so that this ends.
    while let Some(here) = node {
        if let Some(flags) = tolerate(view.get(&here.dictionary, b"Ff"))?.flatten().and_then(|flags| flags.value.as_integer()) {
            return Ok(field.kind == FieldKind::Text && flags & PASSWORD != 0);
        }
        node = here.parent.and_then(|parent| tree.nodes.get(parent));
    }
    Ok(false)
}

/// The value of a field as text; `None` where it is none that can be shown.
fn value(view: View<'_>, field: &Node) -> crate::Result<Option<String>> {
    let none = || if field.kind == FieldKind::Button { "Off".to_owned() } else { String::new() };
    let Some(value) = &field.value else { return Ok(Some(none())) };
    let Some(value) = tolerate(view.resolve(value))? else { return Ok(None) };
    match &value.value {
        Value::Null => Ok(Some(none())),
        Value::Array(array) => {
            let mut choices = Vec::new();
            for choice in array.0.iter().take(CHOICES) {
                match tolerate(view.resolve(choice))?.as_ref().and_then(text) {
                    Some(choice) => choices.push(choice),
                    None => return Ok(None),
                }
            }
            if array.0.len() > CHOICES {
                choices.push("…".to_owned());
            }
            Ok(Some(choices.join("; ")))
        }
        _ => Ok(text(&value)),
    }
}

fn text(object: &Object) -> Option<String> {
    match &object.value {
        Value::String(string) => (string.bytes.len() <= LONGEST).then(|| string.text()),
        Value::Name(name) => (name.0.len() <= LONGEST).then(|| String::from_utf8_lossy(&name.0).into_owned()),
        _ => None,
    }
}

/// Both values as they are shown: where they are long, from shortly before the place where they differ. Nothing in them can steer a
/// terminal, turn the reading direction, or end the quotation that they stand in.
fn shortened(old: &str, new: &str) -> (String, String) {
    let same = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
    let is_long = [old, new].iter().any(|text| text.chars().count() > SHOWN);
    let start = if is_long && same > LEAD { same.saturating_sub(LEAD) } else { 0 };
    (cut(old, start), cut(new, start))
}

fn cut(text: &str, start: usize) -> String {
    let mut rest = text.chars().skip(start);
    let mut out: String = if start > 0 { "…".to_owned() } else { String::new() };
    out.extend(rest.by_ref().take(SHOWN).map(|character| if matches!(character, '“' | '”' | '„' | '‟') { '"' } else { character }));
    if rest.next().is_some() {
        out.push('…');
    }
    printable(&out).into_owned()
}

fn subtype(view: View<'_>, annotation: &Dictionary) -> crate::Result<Option<Vec<u8>>> {
    let subtype = tolerate(view.get(annotation, b"Subtype"))?.flatten();
    Ok(subtype.and_then(|subtype| subtype.value.as_name().map(<[u8]>::to_vec)))
}

/// The rectangle, whatever corners were written.
fn rectangle(view: View<'_>, dictionary: &Dictionary) -> crate::Result<Option<[f64; 4]>> {
    match tolerate(view.get(dictionary, b"Rect"))?.flatten() {
        Some(rect) => super::field::rectangle(view, &rect),
        None => Ok(None),
    }
}

fn of_place(page: Option<u64>, rect: Option<[f64; 4]>) -> Details {
    let mut details: Details = page.map(|page| ("page", page.into())).into_iter().collect();
    if let Some([Some(left), Some(bottom), Some(right), Some(top)]) = rect.map(|rect| rect.map(points)) {
        details.extend([("left", left.into()), ("bottom", bottom.into()), ("right", right.into()), ("top", top.into())]);
    }
    details
}

/// Whole points; `None` for what is on no page.
fn points(value: f64) -> Option<i64> {
    const FARTHEST: f64 = 1_000_000.0;
    let rounded = (value.abs() <= FARTHEST).then(|| value.round())?;
    format!("{rounded:.0}").parse().ok()
}

/// What people call an annotation of this type (ISO 32000-2 Table 171).
fn word_for(subtype: &[u8]) -> Option<&'static str> {
    Some(match subtype {
        b"Caret" => id::ANNOTATION_CARET,
        b"Circle" => id::ANNOTATION_CIRCLE,
        b"FileAttachment" => id::ANNOTATION_FILE,
        b"FreeText" => id::ANNOTATION_FREE_TEXT,
        b"Highlight" => id::ANNOTATION_HIGHLIGHT,
        b"Ink" => id::ANNOTATION_INK,
        b"Line" | b"PolyLine" => id::ANNOTATION_LINE,
        b"Link" => id::ANNOTATION_LINK,
        b"Polygon" => id::ANNOTATION_POLYGON,
        b"Popup" => id::ANNOTATION_POPUP,
        b"Redact" => id::ANNOTATION_REDACT,
        b"Square" => id::ANNOTATION_SQUARE,
        b"Squiggly" | b"Underline" => id::ANNOTATION_UNDERLINE,
        b"Stamp" => id::ANNOTATION_STAMP,
        b"StrikeOut" => id::ANNOTATION_STRIKE_OUT,
        b"Text" => id::ANNOTATION_TEXT,
        _ => return None,
    })
}

/// The annotation that an object is.
pub(super) fn annotation_in(view: View<'_>, reference: Reference) -> crate::Result<Option<std::sync::Arc<Dictionary>>> {
    Ok(dictionary(tolerate(view.object(reference))?.as_ref()))
}

#[cfg(test)]
mod tests;
