//! Later changes of pages, annotations, and the structure tree.

use std::collections::{HashMap, HashSet};

use super::diff_catalog::text;
use super::diff_detail::annotation_in;
use super::diff_graph::is_of_type;
use super::diff_rules::{self as rules, Rule};
use super::diff_step::{Claim, Effort, Position, Step, Touch, dictionary, items, reference_of};
use super::field::{FieldTree, page_number, tolerate};
use super::{Dictionary, Name, Object, Reference, Value, View, equal};
use crate::limits::Resource;
use crate::message::Argument;

/// What an object is in the structure tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Root,
    Element,
    /// An array of elements.
    Kids,
    /// The tree from numbers of marked content to elements.
    NumberTree,
    /// An array of its numbers and elements.
    Numbers,
}

impl Part {
    /// The keys that lead to it. A page tree has `/Kids` and `/Parent`: nothing that is reached by those is taken for structure.
    const fn ways(self) -> &'static [&'static [u8]] {
        match self {
            Self::Root => &[b"P", b"StructTreeRoot"],
            Self::Element => &[b"K", b"Nums", b"P", b"Ref", b"SE"],
            Self::Kids => &[b"K"],
            Self::NumberTree => &[b"ParentTree"],
            Self::Numbers => &[b"Nums"],
        }
    }
}

/// More nodes than any tree of marked content has.
const MOST_NODES: usize = 100_000;

impl Step<'_> {
    pub(super) fn pages(&mut self) -> crate::Result<()> {
        let altered: Vec<(Reference, Object, Object)> = self.altered();
        for (reference, before, after) in &altered {
            match (&before.value, &after.value) {
                (Value::Dictionary(old), Value::Dictionary(new))
                    if is_of_type(&before.value, b"Page") && is_of_type(&after.value, b"Page") =>
                {
                    self.page(*reference, old, new)?;
                }
                (Value::Array(_), Value::Array(_)) => self.array_of_annotations(*reference, before, after)?,
                _ => {}
            }
        }
        for (reference, before, after) in &altered {
            if let (Value::Dictionary(old), Value::Dictionary(new)) = (&before.value, &after.value) {
                self.annotation(*reference, old, new)?;
            }
        }
        Ok(())
    }

    fn altered(&self) -> Vec<(Reference, Object, Object)> {
        let altered = self.touched.values().filter_map(|touch| match touch {
            Touch::Altered(reference, before, after) => Some((*reference, before.clone(), after.clone())),
            Touch::Added(..) | Touch::Removed(_) => None,
        });
        altered.collect()
    }

    fn page_argument(&self, page: Reference) -> crate::Result<Argument> {
        Ok(page_number(self.after, page)?.map_or_else(|| "?".into(), Argument::from))
    }

    fn page_event(&mut self, rule: &'static Rule, page: Reference, key: Option<&[u8]>) -> crate::Result<()> {
        if self.is_full(rule, None) {
            return Ok(());
        }
        let page = self.page_argument(page)?;
        match key {
            Some(key) => self.event(rule, &[("page", page), ("key", text(key))], None),
            None => self.event(rule, &[("page", page)], None),
        }
        Ok(())
    }

    /// Says what became of an annotation, as `view` has it.
    fn annotation_event(
        &mut self,
        rule: &'static Rule,
        view: View<'_>,
        page: Option<Reference>,
        annotation: Option<(Option<Reference>, &Dictionary)>,
    ) -> crate::Result<()> {
        let covers = match annotation {
            Some((_, annotation)) if rule.id != rules::ANNOTATION_REMOVED.id => self.covers(annotation)?,
            _ => false,
        };
        let details = if self.tells_more(rule.id, covers) { self.annotated(view, page, annotation)? } else { Vec::new() };
        self.event_that(covers, rule, &details, None);
        Ok(())
    }

    /// A page may get annotations; those are judged one by one. What is changed means nothing in another role.
    fn page(&mut self, reference: Reference, old: &Dictionary, new: &Dictionary) -> crate::Result<()> {
        self.claim_any(reference.number);
        for key in self.changes(&Position::of(reference.number), old, new)? {
            match key.as_slice() {
                b"Annots" => {}
                b"Contents" | b"Resources" => self.page_event(&rules::PAGE_CONTENT, reference, None)?,
                b"StructParents" if !old.contains(&key) && new.get(&key).is_some_and(|number| number.value.as_integer().is_some()) => {
                    self.event(&rules::STRUCTURE, &[], None)
                }
                // PDF/UA asks for it, so that who adds the first field to a page adds this too.
                b"Tabs" if !old.contains(&key) && is_structure_order(new) => self.event(&rules::STRUCTURE, &[], None),
                b"Tabs" => self.page_event(&rules::TAB_ORDER, reference, None)?,
                _ => self.page_event(&rules::PAGE, reference, Some(&key))?,
            }
        }
        if equal::changed_keys(old, new).any(|key| key == b"Annots") {
            let before = self.old(old.get(b"Annots"))?;
            let position = Position::of(reference.number).key(b"Annots");
            let after = self.enter(&position, new.get(b"Annots"))?;
            if after.as_ref().is_some_and(|(after, _)| after.value.as_array().is_none()) {
                self.page_event(&rules::PAGE, reference, Some(b"Annots"))?;
            }
            self.annotations(reference, before.as_ref(), after.as_ref().map(|(after, _)| after))?;
        }
        Ok(())
    }

    /// An array that was altered in place is one of annotations where pages use it as such, and nothing else uses it.
    fn array_of_annotations(&mut self, reference: Reference, before: &Object, after: &Object) -> crate::Result<()> {
        let edges: Vec<(u32, Vec<u8>)> =
            self.graph.referrers(reference, self.after.revision)?.into_iter().map(|edge| (edge.source, edge.path.to_vec())).collect();
        for (source, path) in edges {
            let Some(page) = reference_of(self.after, source).filter(|_| path == b"Annots") else { continue };
            let Some(value) = tolerate(self.after.object(page))? else { continue };
            if is_of_type(&value.value, b"Page") && value.value.as_stream().is_none() {
                self.claim(&Position::of(source).key(b"Annots"), reference.number);
                self.annotations(page, Some(before), Some(after))?;
            }
        }
        Ok(())
    }

    fn annotations(&mut self, page: Reference, before: Option<&Object>, after: Option<&Object>) -> crate::Result<()> {
        let (old, new) = (items(before), items(after));
        let references = |items: &[Object]| -> Vec<Reference> { items.iter().filter_map(|item| item.value.as_reference()).collect() };
        let (old_references, new_references) = (references(old), references(new));
        let (was, is): (HashSet<_>, HashSet<_>) = (old_references.iter().collect(), new_references.iter().collect());
        let kept_before = old_references.iter().filter(|reference| is.contains(reference));
        if !kept_before.eq(new_references.iter().filter(|reference| was.contains(reference))) {
            self.annotation_event(&rules::ANNOTATION_CHANGED, self.after, Some(page), None)?;
        }
        for reference in new_references.iter().filter(|reference| !was.contains(reference)) {
            self.added_annotation(page, *reference)?;
        }
        for reference in old_references.iter().filter(|reference| !is.contains(reference)) {
            self.removed_annotation(page, *reference)?;
        }
        self.direct_annotations(page, old, new)
    }

    fn direct_annotations(&mut self, page: Reference, old: &[Object], new: &[Object]) -> crate::Result<()> {
        let direct =
            |items: &[Object]| -> Vec<Object> { items.iter().filter(|item| item.value.as_reference().is_none()).cloned().collect() };
        let (old, new) = (direct(old), direct(new));
        let is_same = old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| equal::same(&old.value, &new.value));
        if !is_same {
            let mut is_said = false;
            for annotation in &new {
                self.pdf.budget().spend(Resource::Objects, u64::try_from(old.len()).unwrap_or(u64::MAX))?;
                let is_new = old.iter().all(|old| !equal::same(&old.value, &annotation.value));
                if is_new && let Some(annotation) = dictionary(Some(annotation)) {
                    self.annotation_action(page, &annotation)?;
                    self.annotation_event(&rules::ANNOTATION_CHANGED, self.after, Some(page), Some((None, &annotation)))?;
                    is_said = true;
                }
                self.accept(&Position::of(page.number).key(b"Annots"), annotation, false);
            }
            if !is_said {
                self.annotation_event(&rules::ANNOTATION_CHANGED, self.after, Some(page), None)?;
            }
        }
        Ok(())
    }

    /// A widget is judged with its field. Anything else that is put on a page is an annotation.
    fn added_annotation(&mut self, page: Reference, reference: Reference) -> crate::Result<()> {
        let find = |tree: &FieldTree| tree.at(reference).map(|node| node.name.clone());
        if let Some(name) = find(self.new_fields) {
            let is_signed_now = self.new_fields.named(&name).is_some_and(|(_, field)| self.is_signed_now(field));
            if find(self.old_fields).is_some() && !is_signed_now {
                self.put_widget(self.new_fields.at(reference), &name)?;
            }
            return Ok(());
        }
        let Some(object) = tolerate(self.after.object(reference))? else { return Ok(()) };
        if matches!(object.value, Value::Null) {
            return Ok(());
        }
        let annotation = dictionary(Some(&object));
        if let Some(annotation) = &annotation {
            self.annotation_action(page, annotation)?;
            self.stray_widget(annotation)?;
        }
        if self.is_added(reference.number) && annotation.is_some() {
            self.approved.insert(reference.number);
            self.accept(&Position::of(reference.number), &object, false);
        }
        let annotation = annotation.as_deref().map(|annotation| (Some(reference), annotation));
        self.annotation_event(&rules::ANNOTATION_ADDED, self.after, Some(page), annotation)
    }

    /// A widget that no field of the form has: some readers make a field of it all the same, and show it as a seal that somebody set.
    fn stray_widget(&mut self, annotation: &Dictionary) -> crate::Result<()> {
        let kind = tolerate(self.after.get(annotation, b"Subtype"))?.flatten();
        if kind.is_some_and(|kind| kind.value.as_name() == Some(b"Widget")) {
            let name = tolerate(self.after.get(annotation, b"T"))?.flatten();
            let name = name.and_then(|name| name.value.as_string().map(super::PdfString::text));
            self.event(&rules::FIELD_ADDED, &[], Some(name.as_deref().unwrap_or("?")));
        }
        Ok(())
    }

    /// An annotation may lead to a page or an address; one that does more is no note.
    fn annotation_action(&mut self, page: Reference, annotation: &Dictionary) -> crate::Result<()> {
        let mut is_active = annotation.get(b"AA").is_some();
        for key in [b"A".as_slice(), b"PA"].into_iter().filter(|key| annotation.get(key).is_some()) {
            is_active |= match tolerate(self.after.get(annotation, key))?.map(|action| action.map(|action| action.value)) {
                Some(None) => false,
                Some(Some(Value::Dictionary(action))) => {
                    let kind = tolerate(self.after.get(&action, b"S"))?.flatten();
                    let is_plain = matches!(kind.as_ref().and_then(|kind| kind.value.as_name()), Some(kind) if rules::HARMLESS_ACTIONS.contains(&kind));
                    !is_plain || action.get(b"Next").is_some()
                }
                _ => true,
            };
        }
        if is_active {
            self.page_event(&rules::ANNOTATION_ACTION, page, None)?;
        }
        Ok(())
    }

    fn removed_annotation(&mut self, page: Reference, reference: Reference) -> crate::Result<()> {
        let find = |tree: &FieldTree| tree.at(reference).map(|node| node.name.clone());
        match (find(self.old_fields), find(self.new_fields)) {
            (None, _) => {
                let annotation = annotation_in(self.before, reference)?;
                let annotation = annotation.as_deref().map(|annotation| (Some(reference), annotation));
                self.annotation_event(&rules::ANNOTATION_REMOVED, self.before, Some(page), annotation)
            }
            (Some(name), Some(_)) => {
                self.event(&rules::WIDGET_CHANGED, &[], Some(&name));
                Ok(())
            }
            // The field went with it, which is said elsewhere.
            (Some(_), None) => Ok(()),
        }
    }

    /// An annotation that is no widget of a field, altered in place.
    fn annotation(&mut self, reference: Reference, old: &Dictionary, new: &Dictionary) -> crate::Result<()> {
        let is_one =
            |dictionary: &Dictionary| dictionary.contains(b"Subtype") && dictionary.contains(b"Rect") && !dictionary.contains(b"FT");
        if self.claims.contains_key(&reference.number) || !is_one(old) || !is_one(new) || self.is_page(old)? || self.is_page(new)? {
            return Ok(());
        }
        self.claims.insert(reference.number, Claim::Keys(rules::FIELD_REFERRERS));
        let position = Position::of(reference.number);
        for key in equal::changed_keys(old, new).filter(|key| !rules::BACK_KEYS.contains(key)) {
            if let Some(value) = new.get(key) {
                self.accept(&position.key(key), value, true);
            }
        }
        let is_active = equal::changed_keys(old, new).any(|key| matches!(key, b"A" | b"AA" | b"PA"));
        for page in self.pages_with(reference, new)? {
            if is_active {
                self.annotation_action(page, new)?;
            }
            self.annotation_event(&rules::ANNOTATION_CHANGED, self.after, Some(page), Some((Some(reference), new)))?;
        }
        Ok(())
    }

    /// The pages that show an annotation, whatever it says itself; what it says only where none does.
    fn pages_with(&self, reference: Reference, annotation: &Dictionary) -> crate::Result<Vec<Reference>> {
        let mut pages = Vec::new();
        for edge in self.graph.referrers(reference, self.after.revision)? {
            if edge.path[..] == *b"Annots" {
                pages.push(edge.source);
            } else if let Some(array) = reference_of(self.after, edge.source).filter(|_| edge.path.is_empty()) {
                let above = self.graph.referrers(array, self.after.revision)?.into_iter();
                pages.extend(above.filter(|edge| edge.path[..] == *b"Annots").map(|edge| edge.source));
            }
        }
        pages.sort_unstable();
        pages.dedup();
        let mut pages: Vec<Reference> = pages.into_iter().filter_map(|page| reference_of(self.after, page)).collect();
        if pages.is_empty() {
            pages.push(annotation.get(b"P").and_then(|page| page.value.as_reference()).unwrap_or(reference));
        }
        Ok(pages)
    }

    /// Whether a dictionary may be a page or a node of the page tree, whatever else it is: as such it is not to be touched.
    pub(super) fn is_page(&self, dictionary: &Dictionary) -> crate::Result<bool> {
        let kind = tolerate(self.after.get(dictionary, b"Type"))?.flatten();
        let is_named = kind.is_some_and(|kind| matches!(kind.value.as_name(), Some(b"Catalog" | b"Page" | b"Pages" | b"Template")));
        let content = tolerate(self.after.get(dictionary, b"Contents"))?.flatten();
        // The contents of an annotation are a text.
        let is_drawn = content.is_some_and(|content| content.value.as_string().is_none());
        Ok(is_named || is_drawn || [b"Annots".as_slice(), b"MediaBox"].iter().any(|key| dictionary.contains(key)))
    }

    /// The structure tree may get elements; what is there keeps its meaning.
    pub(super) fn structure(&mut self) -> crate::Result<()> {
        let root = |dictionary: &Dictionary| dictionary.get(b"StructTreeRoot").cloned();
        let (old, new) = (self.before.catalog()?, self.after.catalog()?);
        let Some(root) = root(&new) else {
            if root(&old).is_some() {
                self.event(&rules::STRUCTURE_CHANGED, &[], None);
            }
            return Ok(());
        };
        let position = match self.after.trailer().get(b"Root").and_then(|root| root.value.as_reference()) {
            Some(catalog) => Position::of(catalog.number).key(b"StructTreeRoot"),
            None => return Ok(()),
        };
        if !old.contains(b"StructTreeRoot") {
            self.accept(&position, &root, false);
            let is_one = tolerate(self.after.resolve(&root))?.is_some_and(|root| dictionary(Some(&root)).is_some());
            self.event(if is_one { &rules::STRUCTURE } else { &rules::STRUCTURE_CHANGED }, &[], None);
            return Ok(());
        }
        for (reference, before, after) in self.altered() {
            if !self.claims.contains_key(&reference.number) {
                self.structure_part(reference, &before, &after)?;
            }
        }
        Ok(())
    }

    /// An element, the root, a node of its number tree, or an array of either, that grew.
    fn structure_part(&mut self, reference: Reference, before: &Object, after: &Object) -> crate::Result<()> {
        let Some(part) = self.part_of_structure(reference, before, after)? else { return Ok(()) };
        self.claims.insert(reference.number, Claim::Keys(part.ways()));
        let grows = match (&before.value, &after.value) {
            (Value::Dictionary(old), Value::Dictionary(new)) => self.element_grows(reference, part, old, new)?,
            _ if part == Part::Numbers => {
                let wrap =
                    |array: &Object| Dictionary { entries: vec![(Name(b"Nums".as_slice().into()), array.clone())], duplicates: Vec::new() };
                self.numbers_grow(&Position::of(reference.number), &wrap(before), &wrap(after))?
            }
            _ => self.grows(&Position::of(reference.number), Some(before), Some(after))?,
        };
        self.event(if grows { &rules::STRUCTURE } else { &rules::STRUCTURE_CHANGED }, &[], None);
        Ok(())
    }

    /// What an object is in the structure tree. Its own keys are not enough to tell: those of a page tree are the same.
    fn part_of_structure(&self, reference: Reference, before: &Object, after: &Object) -> crate::Result<Option<Part>> {
        Ok(match (&before.value, &after.value) {
            (Value::Dictionary(old), Value::Dictionary(_)) => match old.get(b"Type").map(|kind| kind.value.as_name()) {
                Some(Some(b"StructTreeRoot")) => Some(Part::Root),
                Some(Some(b"StructElem")) => Some(Part::Element),
                Some(_) => None,
                None if self.is_reached_by(reference, b"ParentTree")? => Some(Part::NumberTree),
                None => (old.contains(b"S") && old.contains(b"P")).then_some(Part::Element),
            },
            (Value::Array(_), Value::Array(_)) if self.is_reached_by(reference, b"K")? => Some(Part::Kids),
            (Value::Array(_), Value::Array(_)) if self.is_in_parent_tree(reference.number)? => Some(Part::Numbers),
            _ => None,
        })
    }

    fn is_in_parent_tree(&self, array: u32) -> crate::Result<bool> {
        if let Some(arrays) = self.numbers.get() {
            return Ok(arrays.contains(&array));
        }
        let arrays = self.parent_tree()?;
        Ok(self.numbers.get_or_init(|| arrays).contains(&array))
    }

    /// The arrays of numbers in the tree from marked content to elements, as far as they are objects.
    fn parent_tree(&self) -> crate::Result<HashSet<u32>> {
        let mut arrays = HashSet::new();
        let mut seen = HashSet::new();
        let catalog = self.before.catalog()?;
        let Some(root) = self.old(catalog.get(b"StructTreeRoot"))? else { return Ok(arrays) };
        let mut waiting: Vec<Object> = root.value.as_dictionary().and_then(|root| root.get(b"ParentTree")).cloned().into_iter().collect();
        while let Some(node) = waiting.pop() {
            if node.value.as_reference().is_some_and(|reference| !seen.insert(reference)) || seen.len() > MOST_NODES {
                continue;
            }
            let Some(node) = self.old(Some(&node))? else { continue };
            let Some(node) = node.value.as_dictionary() else { continue };
            arrays.extend(node.get(b"Nums").and_then(|numbers| numbers.value.as_reference()).map(|reference| reference.number));
            // Only objects are followed: a tree written in one piece needs no limit of its own.
            waiting.extend(items(self.old(node.get(b"Kids"))?.as_ref()).iter().filter(|kid| kid.value.as_reference().is_some()).cloned());
        }
        Ok(arrays)
    }

    fn is_reached_by(&self, reference: Reference, key: &[u8]) -> crate::Result<bool> {
        Ok(self.graph.referrers(reference, self.before.revision)?.iter().any(|edge| edge.path == key))
    }

    fn element_grows(&mut self, reference: Reference, part: Part, old: &Dictionary, new: &Dictionary) -> crate::Result<bool> {
        let position = Position::of(reference.number);
        let mut grows = true;
        for key in self.changes(&position, old, new)? {
            grows &= match (part, key.as_slice()) {
                (Part::Element | Part::Root, b"K") | (Part::NumberTree, b"Kids") => {
                    self.grows(&position.key(&key), old.get(&key), new.get(&key))?
                }
                (Part::NumberTree, b"Nums") => self.numbers_grow(&position.key(&key), old, new)?,
                (Part::Root, b"ParentTree") => self.tree_grows(&position.key(&key), old.get(&key), new.get(&key))?,
                (Part::Root, b"ParentTreeNextKey") | (Part::NumberTree, b"Limits") => true,
                _ => false,
            };
        }
        Ok(grows)
    }

    /// The tree from numbers of marked content to elements, written anew: it must still say what it said.
    fn tree_grows(&mut self, position: &Position, old: Option<&Object>, new: Option<&Object>) -> crate::Result<bool> {
        let before = self.old(old)?;
        let Some((after, inside)) = self.enter(position, new)? else { return Ok(false) };
        self.accept(&inside, &after, false);
        let empty = Dictionary::default();
        let before = before.as_ref().and_then(|before| before.value.as_dictionary()).unwrap_or(&empty);
        let after = after.value.as_dictionary().unwrap_or(&empty);
        // A tree of several levels is kept, not copied.
        Ok(!before.contains(b"Kids") && !after.contains(b"Kids") && self.numbers_grow(&inside.key(b"Nums"), before, after)?)
    }

    /// `/Nums`: pairs of a number and a value. Each old pair must be among the new ones.
    fn numbers_grow(&mut self, position: &Position, old: &Dictionary, new: &Dictionary) -> crate::Result<bool> {
        let before = self.old(old.get(b"Nums"))?;
        let entered = self.enter(position, new.get(b"Nums"))?;
        let mut pairs = HashMap::new();
        for pair in items(entered.as_ref().map(|(after, _)| after)).chunks_exact(2) {
            if let [number, value] = pair {
                pairs.insert(number.value.as_integer(), value);
                self.accept(position, value, false);
            }
        }
        let mut effort = Effort::new();
        for pair in items(before.as_ref()).chunks_exact(2) {
            let [number, value] = pair else { continue };
            let kept = pairs.get(&number.value.as_integer()).copied();
            match kept {
                Some(kept) if self.says_the_same(value, kept, &mut effort, 0)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Whether everything of the old value is in the new one, in its order; what is new is accounted for.
    fn grows(&mut self, position: &Position, old: Option<&Object>, new: Option<&Object>) -> crate::Result<bool> {
        let list = |object: Option<Object>, single: Option<&Object>| match object {
            Some(Object { value: Value::Array(array), .. }) => array.0.clone(),
            Some(_) => single.cloned().into_iter().collect(),
            None => Vec::new(),
        };
        let before = list(self.old(old)?, old);
        let after = self.enter(position, new)?.map(|(after, _)| after);
        let (old, new) = (before, list(after, new));
        let mut rest = new.iter();
        let is_kept = old.iter().all(|item| rest.by_ref().any(|other| equal::same(&item.value, &other.value)));
        for item in &new {
            self.accept(position, item, false);
        }
        Ok(is_kept)
    }
}

fn is_structure_order(page: &Dictionary) -> bool {
    page.get(b"Tabs").is_some_and(|order| order.value.as_name() == Some(b"S"))
}
