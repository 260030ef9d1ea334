//! A second document in the file that nothing leads to: what the attack "hide and replace" switches to after the signing.

use super::sweep::{self, Sweep};
use super::{MOST_FINDINGS, Subject};
use crate::message::{Message, id};

/// Pages, page trees, catalogs and pictures that the trailer does not lead to.
pub(super) fn findings(subject: &Subject<'_>, sweep: &Sweep) -> crate::Result<Vec<Message>> {
    let view = subject.view;
    let reachable = sweep.reachable(view);
    let (mut pages, mut pictures) = (Vec::new(), Vec::new());
    for bearing in sweep.bearing_of(view, sweep::CONTENT, |number| !reachable.contains(&number)) {
        let (number, object) = bearing?;
        let Some(dictionary) = object.value.as_dictionary() else { continue };
        let name = |key: &[u8]| dictionary.get(key).and_then(|value| value.value.as_name());
        match (name(b"Type"), name(b"Subtype")) {
            (Some(b"Page" | b"Pages" | b"Catalog"), _) => pages.push(number),
            (_, Some(b"Form" | b"Image")) if object.value.as_stream().is_some() => pictures.push(number),
            _ => {}
        }
    }
    let kinds = [(id::SHADOW_ORPHAN_PAGES, pages), (id::SHADOW_ORPHAN_PICTURES, pictures)];
    let message = |(id, numbers): (&'static str, Vec<u32>)| {
        let list: Vec<String> = numbers.iter().take(MOST_FINDINGS).map(u32::to_string).collect();
        (!numbers.is_empty()).then(|| Message::new(id).with("count", numbers.len()).with("objects", list.join(", ")))
    };
    Ok(kinds.into_iter().filter_map(message).collect())
}
