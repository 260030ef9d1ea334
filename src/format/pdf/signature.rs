//! Finds signature dictionaries, in every revision.

use std::collections::HashSet;
use std::sync::Arc;

use super::entries::transforms;
use super::field::{FieldKind, FieldTree, Node, place, tolerate};
use super::revision::Entry;
use super::{Dictionary, Object, Pdf, Reference, Value, View};
use crate::format::Place;
use crate::limits::Resource;

/// A signature dictionary as of the revision that defines it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) dictionary: Arc<Dictionary>,
    /// The object that the dictionary is, or stands in.
    pub(crate) holder: u32,
    /// `None` where the dictionary stands in its field directly.
    pub(crate) reference: Option<Reference>,
    /// Whether it comes out of an object stream: then its spans are not those of the file.
    pub(crate) compressed: bool,
    /// The index of the revision that defines it.
    pub(crate) revision: usize,
    /// The index of the first revision in which a field, or `/Perms`, refers to it.
    pub(crate) shown: usize,
    /// The fields that refer to it there.
    pub(crate) fields: Vec<Bearer>,
    /// Whether a field of the last revision still refers to it.
    pub(crate) is_current: bool,
}

/// A field that bears a signature.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    pub(crate) name: String,
    pub(crate) reference: Option<Reference>,
    pub(crate) kind: FieldKind,
    pub(crate) dictionary: Arc<Dictionary>,
    pub(crate) place: Option<Place>,
}

/// The trees of fields, one for each revision; revisions that do not touch the form share one.
#[derive(Debug)]
pub(crate) struct Forms(Vec<Arc<FieldTree>>);

impl Forms {
    /// Reads the tree of every revision, at the cost of those that change it.
    pub(crate) fn read(pdf: &Pdf) -> crate::Result<Self> {
        let mut trees: Vec<Arc<FieldTree>> = Vec::new();
        for (index, revision) in pdf.revisions().iter().enumerate().rev() {
            let same = match (pdf.revisions().get(index.saturating_add(1)), trees.last()) {
                (Some(later), Some(tree)) if root(&later.trailer) == root(&revision.trailer) => {
                    (!later.numbers().iter().any(|number| tree.objects.contains(number))).then(|| Arc::clone(tree))
                }
                _ => None,
            };
            let tree = match same {
                Some(tree) => tree,
                None => Arc::new(FieldTree::read(pdf.view(index))?),
            };
            trees.push(tree);
        }
        trees.reverse();
        Ok(Self(trees))
    }

    /// The tree as of the revision with this index.
    pub(crate) fn of(&self, revision: usize) -> Option<&Arc<FieldTree>> {
        self.0.get(revision)
    }
}

fn root(trailer: &Dictionary) -> Option<Reference> {
    trailer.get(b"Root").and_then(|root| root.value.as_reference())
}

/// Finds every signature dictionary: those of fields in any revision, of `/Perms /DocMDP`, and those that nothing refers to.
pub(crate) fn find(pdf: &Pdf, forms: &Forms) -> crate::Result<Vec<Found>> {
    let mut search = Search { pdf, found: Vec::new(), usage_rights: HashSet::new() };
    let mut previous: Option<&Arc<FieldTree>> = None;
    for index in 0..pdf.revisions().len() {
        let Some(tree) = forms.of(index) else { continue };
        let is_touched = |number: u32| pdf.revisions().get(index).is_some_and(|revision| revision.entry(number).is_some());
        let is_same_tree = previous.is_some_and(|previous| Arc::ptr_eq(previous, tree));
        for (position, field) in tree.fields() {
            let target = field.value.as_ref().and_then(|value| value.value.as_reference());
            if !is_same_tree || target.is_some_and(|target| is_touched(target.number)) {
                search.look_at(index, tree, position, field)?;
            }
        }
        search.permissions(index)?;
        previous = Some(tree);
    }
    search.orphans()?;
    search.mark_current(forms)?;
    let mut found = search.found;
    found.sort_by_key(|found| (found.revision, found.dictionary.get(b"Contents").map(|contents| contents.span.start)));
    Ok(found)
}

/// The index of the last revision, up to `revision`, that names the object.
pub(crate) fn defining_revision(pdf: &Pdf, number: u32, revision: usize) -> Option<usize> {
    pdf.locate(number, revision).map(|(revision, _)| revision)
}

struct Search<'a> {
    pdf: &'a Pdf,
    found: Vec<Found>,
    usage_rights: HashSet<u32>,
}

impl Search<'_> {
    fn look_at(&mut self, index: usize, tree: &FieldTree, position: usize, field: &Node) -> crate::Result<()> {
        let view = self.pdf.view(index);
        let Some(value) = &field.value else { return Ok(()) };
        let reference = value.value.as_reference();
        let Some(object) = tolerate(view.resolve(value))? else { return Ok(()) };
        let is_lost = field.kind == FieldKind::Signature && reference.is_some_and(|reference| is_unreadable(view, reference));
        if !bears_signature(field.kind, &object) && !is_lost {
            return Ok(());
        }
        // Every node is looked at, for each field: cheap, but not for nothing.
        self.pdf.budget().spend(Resource::Objects, u64::try_from(tree.nodes.len() >> 6).unwrap_or(u64::MAX))?;
        let mut widget_place = None;
        for widget in tree.widgets(position) {
            if widget_place.is_none() {
                widget_place = place(view, widget)?;
            }
        }
        let bearer = Bearer {
            name: field.name.clone(),
            reference: field.reference,
            kind: field.kind,
            dictionary: Arc::clone(&field.dictionary),
            place: widget_place,
        };
        let holder = reference.map_or(field.holder, |reference| reference.number);
        self.add(index, &object, reference, holder, Some(bearer))
    }

    fn add(
        &mut self,
        index: usize,
        object: &Object,
        reference: Option<Reference>,
        holder: u32,
        bearer: Option<Bearer>,
    ) -> crate::Result<()> {
        let index = index.min(self.pdf.revisions().len().saturating_sub(1));
        // A value that is no dictionary at all is a broken signature, not none.
        let dictionary = match &object.value {
            Value::Dictionary(dictionary) => Arc::clone(dictionary),
            _ => Arc::default(),
        };
        let revision = defining_revision(self.pdf, holder, index).unwrap_or(index);
        let known = self.found.iter_mut().find(|found| {
            found.holder == holder
                && found.reference == reference
                && (found.revision == revision || is_same_signature(&found.dictionary, &dictionary))
        });
        if let Some(known) = known {
            if known.shown == index || known.fields.is_empty() {
                self.pdf.budget().spend(Resource::Objects, u64::try_from(known.fields.len()).unwrap_or(u64::MAX))?;
                known.fields.extend(bearer.filter(|bearer| known.fields.iter().all(|other| other.reference != bearer.reference)));
            }
            return Ok(());
        }
        self.pdf.budget().spend(Resource::Signatures, 1)?;
        self.found.push(Found {
            dictionary,
            holder,
            reference,
            compressed: matches!(self.pdf.view(revision).entry(holder), Some(Entry::InStream { .. })),
            revision,
            shown: index,
            fields: bearer.into_iter().collect(),
            is_current: false,
        });
        Ok(())
    }

    /// `/Perms` (ISO 32000-2 12.8.4): `DocMDP` is a signature; `UR` and `UR3` are usage rights, which sign nothing for anybody.
    fn permissions(&mut self, index: usize) -> crate::Result<()> {
        let view = self.pdf.view(index);
        let Some(catalog) = tolerate(view.catalog())? else { return Ok(()) };
        let Some(permissions) = tolerate(view.get(&catalog, b"Perms"))?.flatten() else { return Ok(()) };
        let Some(permissions) = permissions.value.as_dictionary() else { return Ok(()) };
        for key in [b"UR".as_slice(), b"UR3"] {
            self.usage_rights.extend(permissions.get(key).and_then(|value| value.value.as_reference()).map(|reference| reference.number));
        }
        let Some(reference) = permissions.get(b"DocMDP").and_then(|value| value.value.as_reference()) else { return Ok(()) };
        let Some(object) = tolerate(view.object(reference))? else { return Ok(()) };
        if matches!(object.value, Value::Dictionary(_)) {
            self.add(index, &object, Some(reference), reference.number, None)?;
        }
        Ok(())
    }

    /// Signature dictionaries that nothing above refers to. The scan reads every byte: of small files, and where nothing else was found.
    fn orphans(&mut self) -> crate::Result<()> {
        const SCANNED: usize = 16 << 20;
        let bytes = self.pdf.bytes();
        if bytes.len() > SCANNED && !self.found.is_empty() {
            return Ok(());
        }
        let mut hits: Vec<usize> = memchr::memmem::find_iter(bytes, b"/ByteRange").filter(|hit| !self.is_known(*hit)).collect();
        let view = self.pdf.last();
        if self.pdf.revisions().last().is_some_and(|revision| revision.recovered) {
            // The form may be lost, and with it what referred to a signature that was prepared only, or is no more than its name.
            hits.extend(memchr::memmem::find_iter(bytes, b"/Sig"));
            hits.extend(memchr::memmem::find_iter(bytes, b"/DocTimeStamp"));
            self.packed_orphans(view)?;
        }
        if hits.is_empty() {
            return Ok(());
        }
        let offsets = live_objects(view);
        for hit in hits {
            let above = offsets.partition_point(|(offset, _)| *offset <= hit).checked_sub(1);
            let Some((_, reference)) = above.and_then(|above| offsets.get(above)) else { continue };
            let Some(object) = tolerate(view.object(*reference))? else { continue };
            if super::diff_step::is_null(&object) {
                // Something that was to be a signature, and cannot be read.
                if names_range(bytes, hit) {
                    self.add(usize::MAX, &object, Some(*reference), reference.number, None)?;
                }
                continue;
            }
            self.add_orphan(view, &object, *reference)?;
        }
        Ok(())
    }

    /// Signature dictionaries in object streams of a file that was put together again.
    fn packed_orphans(&mut self, view: View<'_>) -> crate::Result<()> {
        let numbers: Vec<u32> = self.pdf.revisions().last().map(|revision| revision.numbers()).unwrap_or_default();
        for number in numbers {
            if matches!(view.entry(number), Some(Entry::InStream { .. })) {
                let reference = Reference { number, generation: 0 };
                let Some(object) = tolerate(view.object(reference))? else { continue };
                self.add_orphan(view, &object, reference)?;
            }
        }
        Ok(())
    }

    /// Adds an object that nothing refers to, if it is a signature dictionary.
    fn add_orphan(&mut self, view: View<'_>, object: &Object, reference: Reference) -> crate::Result<()> {
        if object.value.as_stream().is_some() || self.found.iter().any(|found| found.holder == reference.number) {
            return Ok(());
        }
        let Some(dictionary) = object.value.as_dictionary() else { return Ok(()) };
        let is_named = matches!(dictionary.get(b"Type").and_then(|kind| kind.value.as_name()), Some(b"Sig" | b"DocTimeStamp"));
        let is_signature = if dictionary.contains(b"ByteRange") {
            dictionary.contains(b"Contents") || dictionary.contains(b"SubFilter")
        } else {
            is_named && dictionary.contains(b"Contents")
        };
        if is_signature && !self.usage_rights.contains(&reference.number) && !is_usage_rights(view, dictionary)? {
            self.add(usize::MAX, object, Some(reference), reference.number, None)?;
        }
        Ok(())
    }

    fn is_known(&self, offset: usize) -> bool {
        self.found.iter().any(|found| {
            let entry = found.dictionary.get(b"ByteRange");
            !found.compressed && entry.is_some_and(|entry| entry.span.start > offset && entry.span.start.saturating_sub(offset) < 64)
        })
    }

    /// Notes which signatures a field of the last revision still shows.
    fn mark_current(&mut self, forms: &Forms) -> crate::Result<()> {
        let last = self.pdf.revisions().len().saturating_sub(1);
        let view = self.pdf.last();
        let Some(tree) = forms.of(last) else { return Ok(()) };
        let nothing = Dictionary::default();
        for (_, field) in tree.fields() {
            let Some(value) = &field.value else { continue };
            let reference = value.value.as_reference();
            let holder = reference.map_or(field.holder, |reference| reference.number);
            let Some(object) = tolerate(view.resolve(value))? else { continue };
            let dictionary = object.value.as_dictionary().unwrap_or(&nothing);
            let shown = self.found.iter_mut().filter(|found| found.holder == holder && found.reference == reference);
            shown.filter(|found| is_same_signature(&found.dictionary, dictionary)).for_each(|found| found.is_current = true);
        }
        Ok(())
    }
}

fn names_range(bytes: &[u8], hit: usize) -> bool {
    bytes.get(hit..).is_some_and(|bytes| bytes.starts_with(b"/ByteRange"))
}

/// Whether two versions of a signature dictionary are one signature: they name the same bytes, whatever else they say.
fn is_same_signature(one: &Dictionary, other: &Dictionary) -> bool {
    let same = |key: &[u8]| match (one.get(key), other.get(key)) {
        (Some(one), Some(other)) => super::equal::same(&one.value, &other.value),
        (None, None) => true,
        _ => false,
    };
    same(b"ByteRange") && same(b"Contents")
}

/// A signature field with a value is signed, whatever the value is; another field only where its value looks like a signature.
fn bears_signature(kind: FieldKind, value: &Object) -> bool {
    match (kind, &value.value) {
        (_, Value::Null) => false,
        (FieldKind::Signature, _) => true,
        (_, Value::Dictionary(value)) => value.contains(b"ByteRange") || (value.contains(b"Contents") && value.contains(b"SubFilter")),
        _ => false,
    }
}

/// Whether the file says that the object is somewhere, and there is none there: what was to be a signature is lost, which is not to say
/// that nobody signed.
fn is_unreadable(view: View<'_>, reference: Reference) -> bool {
    matches!(view.entry(reference.number), Some(Entry::At { .. })) && view.extent(reference.number).is_ok_and(|extent| extent.is_none())
}

/// Whether a dictionary is a usage-rights signature by its transform method.
fn is_usage_rights(view: View<'_>, dictionary: &Dictionary) -> crate::Result<bool> {
    let methods = transforms(view, dictionary)?;
    Ok(methods.iter().any(|(method, _)| matches!(&**method, b"UR" | b"UR3")))
}

/// The offsets of the live objects of a view, ascending.
fn live_objects(view: View<'_>) -> Vec<(usize, Reference)> {
    let mut numbers: Vec<u32> = view.pdf.revisions().iter().flat_map(|revision| revision.numbers()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let at = |number: u32| match view.entry(number) {
        Some(Entry::At { offset, generation }) => Some((offset, Reference { number, generation })),
        _ => None,
    };
    let mut offsets: Vec<(usize, Reference)> = numbers.into_iter().filter_map(at).collect();
    offsets.sort_unstable();
    offsets
}

#[cfg(test)]
mod tests;
