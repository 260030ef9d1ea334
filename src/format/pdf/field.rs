//! The tree of form fields (ISO 32000-2 12.7.4), and where their widgets are.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::{Array, Dictionary, Object, Reference, Value, View};
use crate::error::ErrorKind;
use crate::format::Place;
use crate::limits::Resource;

/// What a field holds (`/FT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Button,
    Choice,
    Signature,
    Text,
    Unknown,
}

/// One node of the tree: a field, or one of several widgets of a field.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The full name: partial names joined by dots. A widget has that of its field.
    pub(crate) name: String,
    /// `None` where the dictionary stands in its parent directly.
    pub(crate) reference: Option<Reference>,
    /// The indirect object that the dictionary stands in; 0 where it stands in the trailer.
    pub(crate) holder: u32,
    pub(crate) dictionary: Arc<Dictionary>,
    /// `/FT`, inherited.
    pub(crate) kind: FieldKind,
    /// `/V`, inherited; a reference is not followed.
    pub(crate) value: Option<Object>,
    /// The index of the parent in the tree.
    pub(crate) parent: Option<usize>,
    /// Whether it is only a widget: a kid without a name.
    pub(crate) is_widget: bool,
    /// Whether a kid of it is a field.
    pub(crate) has_fields: bool,
}

/// All fields, parents before their kids.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldTree {
    pub(crate) nodes: Vec<Node>,
    /// Every indirect object that was read for it: as long as none of them changes, the tree is the same.
    pub(crate) objects: HashSet<u32>,
    /// Places in `nodes` by reference; made when it is first asked for.
    places: OnceLock<HashMap<Reference, usize>>,
}

/// The fields that a signature locks (FieldMDP, `/Lock`), and how far it lowers the allowed changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) scope: LockScope,
    /// `/P`, 1 to 3.
    pub(crate) permission: Option<u8>,
}

/// Which fields are locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LockScope {
    All,
    AllBut(Vec<String>),
    Only(Vec<String>),
}

impl FieldTree {
    /// Reads the tree of `view`. A document without a form has none; nodes that are no dictionaries are left out.
    pub(crate) fn read(view: View<'_>) -> crate::Result<Self> {
        let mut walk = Walk { view, tree: Self::default(), visited: HashSet::new(), waiting: Vec::new() };
        let trailer = view.trailer();
        let root = trailer.get(b"Root").and_then(|root| root.value.as_reference()).map_or(0, |root| root.number);
        walk.tree.objects.insert(root);
        let Some(catalog) = tolerate(view.catalog())? else { return Ok(walk.tree) };
        let Some((form, holder)) = walk.follow(catalog.get(b"AcroForm"), root)? else { return Ok(walk.tree) };
        let Some(form) = form.value.as_dictionary() else { return Ok(walk.tree) };
        walk.add_kids(form.get(b"Fields"), holder, None, 0)?;
        while let Some((object, holder, parent, depth)) = walk.waiting.pop() {
            walk.add(&object, holder, parent, depth)?;
        }
        Ok(walk.tree)
    }

    /// The fields that have no fields below them, in the order of the form.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.iter().enumerate().filter(|(_, node)| node.is_field())
    }

    /// The field of this full name.
    pub(crate) fn named(&self, name: &str) -> Option<(usize, &Node)> {
        self.fields().find(|(_, node)| node.name == name)
    }

    /// The first node that is this object.
    pub(crate) fn at(&self, reference: Reference) -> Option<&Node> {
        let places = self.places.get_or_init(|| {
            // Of several places the first one stays.
            let places = self.nodes.iter().enumerate().rev();
            places.filter_map(|(place, node)| Some((node.reference?, place))).collect()
        });
        self.nodes.get(*places.get(&reference)?)
    }

    /// The widgets of the field with this index: itself where they are merged, else its kids.
    pub(crate) fn widgets(&self, index: usize) -> impl Iterator<Item = &Node> {
        let kids = self.nodes.iter().filter(move |node| node.is_widget && node.parent == Some(index));
        self.nodes.get(index).filter(|node| node.dictionary.contains(b"Rect")).into_iter().chain(kids)
    }
}

impl Node {
    /// Whether it is a field without fields below it.
    pub(crate) const fn is_field(&self) -> bool {
        !self.is_widget && !self.has_fields
    }
}

struct Walk<'a> {
    view: View<'a>,
    tree: FieldTree,
    visited: HashSet<u32>,
    /// Kids still to be read: the object, its holder, the index of its parent, its level.
    waiting: Vec<(Object, u32, Option<usize>, u32)>,
}

impl Walk<'_> {
    /// Follows a reference once, and notes what was read. The second part is the object that the value stands in.
    fn follow(&mut self, object: Option<&Object>, holder: u32) -> crate::Result<Option<(Object, u32)>> {
        let Some(object) = object else { return Ok(None) };
        let Some(reference) = object.value.as_reference() else { return Ok(Some((object.clone(), holder))) };
        self.tree.objects.insert(reference.number);
        Ok(tolerate(self.view.resolve(object))?.map(|object| (object, reference.number)))
    }

    fn add_kids(&mut self, kids: Option<&Object>, holder: u32, parent: Option<usize>, depth: u32) -> crate::Result<()> {
        // An array of kids belongs to one parent: one that several name could multiply without end.
        let again = kids.and_then(|kids| kids.value.as_reference()).is_some_and(|kids| !self.visited.insert(kids.number));
        if again || depth >= self.view.pdf.budget().limits().depth {
            return Ok(());
        }
        let Some((kids, holder)) = self.follow(kids, holder)? else { return Ok(()) };
        let Some(Array(kids)) = kids.value.as_array() else { return Ok(()) };
        self.view.pdf.budget().spend(Resource::Objects, u64::try_from(kids.len()).unwrap_or(u64::MAX))?;
        self.waiting.extend(kids.iter().rev().map(|kid| (kid.clone(), holder, parent, depth)));
        Ok(())
    }

    fn add(&mut self, object: &Object, holder: u32, parent: Option<usize>, depth: u32) -> crate::Result<()> {
        let reference = object.value.as_reference();
        if reference.is_some_and(|reference| !self.visited.insert(reference.number)) {
            return Ok(());
        }
        let Some((object, holder)) = self.follow(Some(object), holder)? else { return Ok(()) };
        let Value::Dictionary(dictionary) = &object.value else { return Ok(()) };
        let node = self.node(dictionary, reference, holder, parent)?;
        let cost = NODE_COST.saturating_add(node.name.len() / NAME_PER_VALUE);
        self.view.pdf.budget().spend(Resource::Objects, u64::try_from(cost).unwrap_or(u64::MAX))?;
        let (index, is_widget) = (self.tree.nodes.len(), node.is_widget);
        self.tree.nodes.push(node);
        if is_widget {
            return Ok(());
        }
        if let Some(parent) = parent.and_then(|parent| self.tree.nodes.get_mut(parent)) {
            parent.has_fields = true;
        }
        self.add_kids(dictionary.get(b"Kids"), holder, Some(index), depth.saturating_add(1))
    }

    fn node(&self, dictionary: &Arc<Dictionary>, reference: Option<Reference>, holder: u32, parent: Option<usize>) -> crate::Result<Node> {
        let above = parent.and_then(|parent| self.tree.nodes.get(parent));
        let partial =
            tolerate(self.view.get(dictionary, b"T"))?.flatten().and_then(|name| name.value.as_string().map(super::PdfString::text));
        let name = match (above.map(|above| above.name.as_str()), &partial) {
            (None | Some(""), partial) => partial.clone().unwrap_or_default(),
            (Some(above), None) => above.to_owned(),
            (Some(above), Some(partial)) => format!("{above}.{partial}"),
        };
        let kind = match tolerate(self.view.get(dictionary, b"FT"))?.flatten() {
            Some(kind) => FieldKind::from_name(kind.value.as_name().unwrap_or_default()),
            None => above.map_or(FieldKind::Unknown, |above| above.kind),
        };
        Ok(Node {
            name,
            reference,
            holder,
            dictionary: Arc::clone(dictionary),
            kind,
            value: dictionary.get(b"V").or_else(|| above?.value.as_ref()).cloned(),
            parent,
            is_widget: parent.is_some() && partial.is_none() && !dictionary.contains(b"Kids"),
            has_fields: false,
        })
    }
}

impl FieldKind {
    fn from_name(name: &[u8]) -> Self {
        match name {
            b"Btn" => Self::Button,
            b"Ch" => Self::Choice,
            b"Sig" => Self::Signature,
            b"Tx" => Self::Text,
            _ => Self::Unknown,
        }
    }
}

impl Lock {
    /// The lock of a signature field (`/Lock`, ISO 32000-2 Table 236).
    pub(crate) fn of_field(view: View<'_>, field: &Dictionary) -> crate::Result<Option<Self>> {
        match tolerate(view.get(field, b"Lock"))?.flatten() {
            Some(lock) => Self::read(view, &lock).map(Some),
            None => Ok(None),
        }
    }

    /// Reads a `/Lock` dictionary or the parameters of a FieldMDP transform (Table 258). What makes no sense locks everything, and a level
    /// that is none allows nothing.
    pub(crate) fn read(view: View<'_>, object: &Object) -> crate::Result<Self> {
        let Some(dictionary) = object.value.as_dictionary() else { return Ok(Self { scope: LockScope::All, permission: None }) };
        let action = tolerate(view.get(dictionary, b"Action"))?.flatten();
        let names = match tolerate(view.get(dictionary, b"Fields"))?.flatten() {
            Some(fields) => names(view, &fields)?,
            None => None,
        };
        let permission = match tolerate(view.get(dictionary, b"P"))? {
            Some(None) => None,
            Some(Some(level)) => Some(level.value.as_integer().and_then(|level| u8::try_from(level).ok()).unwrap_or(0)),
            None => Some(0),
        };
        Ok(Self {
            scope: match (action.as_ref().and_then(|action| action.value.as_name()), names) {
                (Some(b"Include"), Some(names)) => LockScope::Only(names),
                (Some(b"Exclude"), Some(names)) => LockScope::AllBut(names),
                _ => LockScope::All,
            },
            permission: permission.map(|level| if (1..=3).contains(&level) { level } else { 1 }),
        })
    }

    /// Whether the field of this full name is locked: it is named, or a field above it is.
    pub(crate) fn covers(&self, name: &str) -> bool {
        let is_named = |names: &[String]| {
            names.iter().any(|above| name.strip_prefix(above.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
        };
        match &self.scope {
            LockScope::All => true,
            LockScope::AllBut(names) => !is_named(names),
            LockScope::Only(names) => is_named(names),
        }
    }
}

/// The names in an array; `None` where it is none, or something else is among them.
fn names(view: View<'_>, fields: &Object) -> crate::Result<Option<Vec<String>>> {
    let Some(Array(fields)) = fields.value.as_array() else { return Ok(None) };
    let mut names = Vec::new();
    for name in fields {
        match tolerate(view.resolve(name))?.and_then(|name| name.value.as_string().map(super::PdfString::text)) {
            Some(name) => names.push(name),
            None => return Ok(None),
        }
    }
    Ok(Some(names))
}

/// Where a widget is; `None` where it is hidden or has no area (ISO 32000-2 12.7.5.5).
pub(crate) fn place(view: View<'_>, widget: &Node) -> crate::Result<Option<Place>> {
    const HIDDEN: i64 = 0b10_0010; // Hidden, NoView
    let flags = tolerate(view.get(&widget.dictionary, b"F"))?.flatten().and_then(|flags| flags.value.as_integer()).unwrap_or(0);
    let Some(rect) = tolerate(view.get(&widget.dictionary, b"Rect"))?.flatten() else { return Ok(None) };
    let Some([left, bottom, right, top]) = rectangle(view, &rect)? else { return Ok(None) };
    if flags & HIDDEN != 0 || left >= right || bottom >= top {
        return Ok(None);
    }
    let page = match widget.dictionary.get(b"P").and_then(|page| page.value.as_reference()) {
        Some(page) => page_number(view, page)?,
        None => None,
    };
    let page = match (page, widget.reference) {
        (None, Some(reference)) => page_with(view, reference)?,
        (page, _) => page,
    };
    Ok(page.map(|page| Place { page, rect: [left, bottom, right, top] }))
}

/// The rectangle as left, bottom, right, top, whatever corners were written.
pub(super) fn rectangle(view: View<'_>, object: &Object) -> crate::Result<Option<[f64; 4]>> {
    let mut numbers = [0.0; 4];
    let Some(Array(corners)) = object.value.as_array() else { return Ok(None) };
    if corners.len() != numbers.len() {
        return Ok(None);
    }
    for (number, corner) in numbers.iter_mut().zip(corners) {
        match tolerate(view.resolve(corner))?.and_then(|corner| corner.value.as_number()).filter(|number| number.is_finite()) {
            Some(corner) => *number = corner,
            None => return Ok(None),
        }
    }
    let [x, y, to_x, to_y] = numbers;
    Ok(Some([x.min(to_x), y.min(to_y), x.max(to_x), y.max(to_y)]))
}

/// The number of a page from 1, found on the way up to the root: pages before it are counted by `/Count`.
pub(crate) fn page_number(view: View<'_>, page: Reference) -> crate::Result<Option<u64>> {
    let mut before: u64 = 0;
    let mut reference = page;
    let Some(mut node) = dictionary(view, reference)? else { return Ok(None) };
    for _ in 0..view.pdf.budget().limits().depth {
        let Some(above) = node.get(b"Parent").and_then(|parent| parent.value.as_reference()) else {
            return Ok((reference != page).then_some(before.saturating_add(1)));
        };
        let Some(parent) = dictionary(view, above)? else { return Ok(None) };
        let Some(position) = pages_before(view, &parent, reference)? else { return Ok(None) };
        before = before.saturating_add(position);
        (reference, node) = (above, parent);
    }
    Ok(None)
}

/// The pages below `parent` that come before its kid `reference`.
fn pages_before(view: View<'_>, parent: &Dictionary, reference: Reference) -> crate::Result<Option<u64>> {
    let Some(kids) = tolerate(view.get(parent, b"Kids"))?.flatten() else { return Ok(None) };
    let Some(Array(kids)) = kids.value.as_array() else { return Ok(None) };
    view.pdf.budget().spend(Resource::Objects, u64::try_from(kids.len() / KIDS_PER_VALUE).unwrap_or(u64::MAX))?;
    let Some(position) = kids.iter().position(|kid| kid.value.as_reference() == Some(reference)) else { return Ok(None) };
    let count = tolerate(view.get(parent, b"Count"))?.flatten().and_then(|count| count.value.as_integer());
    if count.and_then(|count| usize::try_from(count).ok()) == Some(kids.len()) {
        return Ok(u64::try_from(position).ok());
    }
    let mut before: u64 = 0;
    for kid in kids.iter().take(position) {
        let Some(kid) = tolerate(view.resolve(kid))? else { continue };
        let Some(kid) = kid.value.as_dictionary() else { continue };
        let pages = if kid.contains(b"Kids") {
            tolerate(view.get(kid, b"Count"))?.flatten().and_then(|count| count.value.as_integer())
        } else {
            Some(1)
        };
        before = before.saturating_add(pages.and_then(|pages| u64::try_from(pages).ok()).unwrap_or(0));
    }
    Ok(Some(before))
}

/// The page whose `/Annots` names the widget, where the widget does not say it itself. Only the first pages are looked at.
fn page_with(view: View<'_>, widget: Reference) -> crate::Result<Option<u64>> {
    const PAGES: usize = 1_000;
    let Some(pages) = tolerate(view.pages(PAGES))? else { return Ok(None) };
    for (index, (_, page)) in pages.iter().enumerate() {
        let Some(annotations) = tolerate(view.get(page, b"Annots"))?.flatten() else { continue };
        let Some(Array(annotations)) = annotations.value.as_array() else { continue };
        if annotations.iter().any(|annotation| annotation.value.as_reference() == Some(widget)) {
            return Ok(u64::try_from(index).ok().and_then(|index| index.checked_add(1)));
        }
    }
    Ok(None)
}

fn dictionary(view: View<'_>, reference: Reference) -> crate::Result<Option<Arc<Dictionary>>> {
    Ok(tolerate(view.object(reference))?.and_then(|object| match object.value {
        Value::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }))
}

/// What cannot be read is as if absent; only a passed limit ends the work.
pub(crate) fn tolerate<T>(result: crate::Result<T>) -> crate::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::Limit => Err(error),
        Err(_) => Ok(None),
    }
}

/// Kids that are looked at for as much as it takes to read a value.
const KIDS_PER_VALUE: usize = 32;
/// What a node that is kept costs, and each so many bytes of its name, in values: there is a tree for each revision that touches the form.
const NODE_COST: usize = 32;
const NAME_PER_VALUE: usize = 8;

#[cfg(test)]
mod tests;
