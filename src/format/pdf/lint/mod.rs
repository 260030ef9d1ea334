//! What in a document can make people see something else than what is signed, looked for in the document itself: the preparations of
//! shadow attacks (Mainka, Mladenov, Rohlmann, "Shadow Attacks", NDSS 2021), and what is drawn only by the program that shows it.

mod active;
mod compare;
mod layers;
mod orphans;
mod sweep;
pub(super) mod value;

use sweep::Sweep;

use super::field::{FieldKind, FieldTree};
use super::{Value, View};
use crate::error::ErrorKind;
use crate::message::{Message, id};

/// What one row looks at.
#[derive(Clone, Copy)]
struct Row {
    /// The ids of its findings that a signer is warned of. What else it finds is information.
    warns: &'static [&'static str],
    find: Find,
}

/// How a row finds out.
#[derive(Clone, Copy)]
enum Find {
    /// From the form and the catalog.
    Form(fn(&Subject<'_>) -> crate::Result<Vec<Message>>),
    /// From all objects.
    Objects(fn(&Subject<'_>, &Sweep) -> crate::Result<Vec<Message>>),
}

/// What is looked at.
struct Subject<'a> {
    view: View<'a>,
    fields: &'a FieldTree,
}

/// Everything that is looked for.
const ROWS: &[Row] = &[
    Row { warns: &[id::SHADOW_VALUE], find: Find::Form(|subject| value::findings(subject.view, subject.fields)) },
    Row { warns: &[id::SHADOW_NEED_APPEARANCES], find: Find::Form(undrawn) },
    Row {
        warns: &[id::SHADOW_LAYER_HIDDEN, id::SHADOW_LAYER_NOT_PRINTED, id::SHADOW_LAYER_ONLY_PRINTED],
        find: Find::Objects(layers::findings),
    },
    Row { warns: &[id::SHADOW_ORPHAN_PAGES], find: Find::Objects(orphans::findings) },
    Row { warns: &[id::SHADOW_ACTION, id::SHADOW_MEDIA, id::SHADOW_SCRIPT], find: Find::Objects(active::actions) },
    Row { warns: &[id::SHADOW_ALTERNATES], find: Find::Objects(active::alternates) },
    Row { warns: &[id::SHADOW_EXTERNAL], find: Find::Objects(active::external) },
];

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// At all objects.
    AllObjects,
    /// At all objects where there are not too many ([`crate::Limits::shadow_objects`]), else at the form alone.
    FewObjects,
}

/// Looks at one version of the document, whose form has these fields.
///
/// A limit that is passed is a finding, not an error: what else is known of the document stays known.
///
/// # Errors
/// Where something else than a limit stands in the way.
pub(crate) fn findings(view: View<'_>, fields: &FieldTree, depth: Depth) -> crate::Result<Vec<Message>> {
    let subject = Subject { view, fields };
    let mut findings = Vec::new();
    let is_deep = depth == Depth::AllObjects || is_small(view);
    let mut sweep = None;
    for row in ROWS {
        let found = match row.find {
            Find::Form(find) => find(&subject),
            Find::Objects(_) if !is_deep => Ok(Vec::new()),
            Find::Objects(find) => match &sweep {
                Some(sweep) => find(&subject, sweep),
                None => Sweep::of(view).and_then(|made| find(&subject, sweep.insert(made))),
            },
        };
        match found {
            Ok(found) => findings.extend(found),
            Err(error) if error.kind() == ErrorKind::Limit => {
                findings.push(Message::new(id::SHADOW_UNFINISHED));
                break;
            }
            Err(error) => return Err(error),
        }
    }
    if !is_deep {
        findings.push(Message::new(id::SHADOW_NOT_SEARCHED).with("limit", view.pdf.budget().limits().shadow_objects));
    }
    Ok(findings)
}

fn is_small(view: View<'_>) -> bool {
    let revisions = view.pdf.revisions().iter().take(view.revision.saturating_add(1));
    let objects = revisions.map(|revision| revision.numbers().len()).fold(0, usize::saturating_add);
    u64::try_from(objects).is_ok_and(|objects| objects <= view.pdf.budget().limits().shadow_objects)
}

/// Fields that every reader draws as it likes.
fn undrawn(subject: &Subject<'_>) -> crate::Result<Vec<Message>> {
    let drawn = [FieldKind::Button, FieldKind::Choice, FieldKind::Text];
    let count = subject.fields.fields().filter(|(_, field)| drawn.contains(&field.kind)).count();
    let is_asked = count > 0 && needs_appearances(subject.view);
    Ok(if is_asked { vec![Message::new(id::SHADOW_NEED_APPEARANCES).with("count", count)] } else { Vec::new() })
}

/// Whether readers are asked to draw all fields anew (`/NeedAppearances`, Table 224).
pub(super) fn needs_appearances(view: View<'_>) -> bool {
    let needs = || -> Option<bool> {
        let form = view.get(&*view.catalog().ok()?, b"AcroForm").ok()??;
        let value = view.get(form.value.as_dictionary()?, b"NeedAppearances").ok()??;
        Some(matches!(value.value, Value::Boolean(true)))
    };
    needs().unwrap_or(false)
}

/// Whether a signer is to be warned of what this finding says.
pub(crate) fn warns(finding: &Message) -> bool {
    finding.id() == id::SHADOW_UNFINISHED || ROWS.iter().any(|row| row.warns.contains(&finding.id()))
}

/// A text of a form, short enough for a sentence.
pub(super) fn excerpt(text: &str) -> String {
    const LETTERS: usize = 60;
    let text = text.trim();
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Findings of one kind.
const MOST_FINDINGS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::pdf::testing::{LAYOUTS, Objects};
    use crate::format::pdf::{OpenOptions, Pdf};
    use crate::limits::{Budget, Limits};

    fn ids(limits: Limits, depth: Depth) -> Vec<Vec<String>> {
        let letter = Objects::letter("/OpenAction << /S /JavaScript /JS (a) >>", "");
        let found = LAYOUTS.iter().map(|layout| {
            let pdf = Pdf::open(letter.write(*layout).into(), &OpenOptions::default(), &Budget::new(limits.clone())).unwrap();
            let found = findings(pdf.last(), &FieldTree::read(pdf.last()).unwrap(), depth).unwrap();
            found.iter().map(|finding| finding.id().to_owned()).collect()
        });
        found.collect()
    }

    #[test]
    fn a_large_document_is_not_searched_unless_all_of_it_is_asked_for() {
        let small = Limits { shadow_objects: 2, ..Limits::default() };
        for found in ids(small.clone(), Depth::FewObjects) {
            assert_eq!(found, ["shadow.not_searched"]);
        }
        for found in ids(small, Depth::AllObjects).into_iter().chain(ids(Limits::default(), Depth::FewObjects)) {
            assert_eq!(found, ["shadow.script"]);
        }
    }
}
