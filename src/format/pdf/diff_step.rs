//! What one revision did to the one before it: each object that it touches is explained by a rule, or by none.
//!
//! The walk goes down from the trailer through the roles that objects have there (catalog, form, field, page, store). Where a role allows a
//! change, the walk *claims* the object as reached on this way. In the end every touched object must be claimed, and an object that was
//! altered in place must be reached on claimed ways only: a font of a form field that is also a font of a page is a change of the page.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::diff_detail::AnnotationPages;
use super::diff_graph::{Graph, Reached, extend, is_of_type};
use super::diff_rules::{self as rules, Rule};
use super::field::{FieldTree, tolerate};
use super::revision::Entry;
use super::{Array, Dictionary, Name, Object, Pdf, Reference, Stream, Value, View, equal};
use crate::message::{Argument, Message};

/// One thing that a revision did.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) rule: &'static Rule,
    pub(crate) message: Message,
    /// The full name of the field that it did it to: a lock may forbid it.
    pub(crate) field: Option<String>,
    /// Whether it can cover what a page showed before.
    pub(crate) covers: bool,
}

/// A touched object, before and after.
#[derive(Clone, Debug)]
pub(crate) enum Touch {
    Added(Reference, Object),
    Altered(Reference, Object, Object),
    Removed(Reference),
}

/// A place in the later revision: an object, and the keys on the way into it.
#[derive(Clone, Debug)]
pub(crate) struct Position {
    pub(crate) source: u32,
    pub(crate) path: Vec<u8>,
}

impl Position {
    pub(crate) const fn of(source: u32) -> Self {
        Self { source, path: Vec::new() }
    }

    pub(crate) fn key(&self, key: &[u8]) -> Self {
        let mut path = self.path.clone();
        extend(&mut path, key);
        Self { source: self.source, path }
    }
}

/// How many values a comparison may still look at.
#[derive(Debug)]
pub(super) struct Effort {
    nodes: usize,
}

impl Effort {
    pub(super) const fn new() -> Self {
        Self { nodes: 5_000 }
    }
}

/// On which ways an object that was altered in place may be reached.
#[derive(Debug)]
pub(super) enum Claim {
    /// Exactly these: source and path.
    Ways(HashMap<u32, HashSet<Vec<u8>>>),
    /// Those that end in one of these keys.
    Keys(&'static [&'static [u8]]),
    /// Any: what was changed means nothing in another role.
    Any,
}

/// The comparison of one revision with the one before.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub(super) pdf: &'a Pdf,
    pub(super) graph: &'a Graph<'a>,
    pub(super) before: View<'a>,
    pub(super) after: View<'a>,
    pub(super) old_fields: &'a FieldTree,
    pub(super) new_fields: &'a FieldTree,
    pub(super) touched: BTreeMap<u32, Touch>,
    /// Added objects that a rule accounts for.
    pub(super) approved: HashSet<u32>,
    pub(super) claims: HashMap<u32, Claim>,
    /// The ways on which the walk went through objects that nothing touched: what hangs on them belongs to whoever else uses them, too.
    passages: HashMap<u32, HashSet<(u32, Vec<u8>)>>,
    pub(super) events: Vec<Event>,
    /// Places in `events` by rule, whether it covers, and field.
    told: HashMap<(&'static str, bool, Option<String>), Vec<usize>>,
    /// How many changes were told with their details.
    pub(super) detailed: HashMap<(&'static str, bool), usize>,
    pub(super) annotation_pages: AnnotationPages,
    /// How many references [`Self::describe_page`] may still follow.
    pub(super) ways: usize,
    /// Objects that [`Self::accept`] went through.
    accepted: HashSet<u32>,
    pub(super) reached: [Reached; 2],
    /// Replaced appearances that were looked at: many fields may share one.
    pub(super) replaced: HashSet<u32>,
    /// The arrays of [`Self::parent_tree`], once they were asked for.
    pub(super) numbers: std::cell::OnceCell<HashSet<u32>>,
}

/// Compares the revision with this index with the one before it.
pub(super) fn compare(pdf: &Pdf, graph: &Graph<'_>, trees: [&FieldTree; 2], revision: usize) -> crate::Result<Vec<Event>> {
    let [old_fields, new_fields] = trees;
    let mut step = Step {
        pdf,
        graph,
        before: pdf.view(revision.saturating_sub(1)),
        after: pdf.view(revision),
        old_fields,
        new_fields,
        touched: BTreeMap::new(),
        approved: HashSet::new(),
        claims: HashMap::new(),
        passages: HashMap::new(),
        events: Vec::new(),
        told: HashMap::new(),
        detailed: HashMap::new(),
        annotation_pages: None,
        ways: MOST_WAYS,
        accepted: HashSet::new(),
        reached: Default::default(),
        replaced: HashSet::new(),
        numbers: std::cell::OnceCell::new(),
    };
    step.collect()?;
    step.trailer()?;
    step.pages()?;
    step.structure()?;
    step.judge_rest()?;
    Ok(step.events)
}

impl Step<'_> {
    /// The objects that the revision names and that are not what they were.
    fn collect(&mut self) -> crate::Result<()> {
        let graph = self.graph;
        for &number in graph.touched(self.after.revision) {
            let (old, new) = (self.before.entry(number), self.after.entry(number));
            let (old_reference, new_reference) = (reference(number, old), reference(number, new));
            let before = load(self.before, old_reference)?;
            let after = load(self.after, new_reference)?;
            let touch = match (before, after) {
                (None, None) => {
                    self.unreadable(number, new_reference)?;
                    continue;
                }
                (None, Some(after)) => Touch::Added(new_reference.unwrap_or(Reference { number, generation: 0 }), after),
                (Some(_), None) => Touch::Removed(old_reference.unwrap_or(Reference { number, generation: 0 })),
                (Some(_), Some(_)) if old_reference != new_reference => {
                    self.event(&rules::OBJECT, &[("object", number.into())], None);
                    continue;
                }
                (Some(before), Some(after)) => {
                    if self.is_same(&before, &after)? {
                        continue;
                    }
                    Touch::Altered(new_reference.unwrap_or(Reference { number, generation: 0 }), before, after)
                }
            };
            self.touched.insert(number, touch);
        }
        self.ambiguous();
        self.lost()?;
        self.containers();
        Ok(())
    }

    /// Whether an object was written again with the same meaning. Streams are compared as stored and, where that differs, decoded.
    fn is_same(&self, before: &Object, after: &Object) -> crate::Result<bool> {
        const STORAGE: &[&[u8]] = &[b"DecodeParms", b"Filter", b"Length", b"DL"];
        let (Value::Stream(one), Value::Stream(other)) = (&before.value, &after.value) else {
            return Ok(equal::same(&before.value, &after.value));
        };
        if !equal::same_dictionaries(&one.dictionary, &other.dictionary, STORAGE) {
            return Ok(false);
        }
        // Where a length is wrong, programs differ on what the stream holds.
        if !self.is_length_right(self.before, one)? || !self.is_length_right(self.after, other)? {
            return Ok(false);
        }
        if equal::same_dictionaries(&one.dictionary, &other.dictionary, &[b"Length"]) && self.pdf.raw(one) == self.pdf.raw(other) {
            return Ok(true);
        }
        let (one, other) = (tolerate(self.before.decode(one))?, tolerate(self.after.decode(other))?);
        Ok(matches!((one, other), (Some(one), Some(other)) if one[..] == other[..]))
    }

    /// Whether `/Length` says how long the data is.
    fn is_length_right(&self, view: View<'_>, stream: &Stream) -> crate::Result<bool> {
        let length = tolerate(view.get(&stream.dictionary, b"Length"))?.flatten().and_then(|length| length.value.as_integer());
        Ok(length.and_then(|length| usize::try_from(length).ok()) == Some(self.pdf.raw(stream).len()))
    }

    /// The keys whose values differ, however far one has to go to see it: a copy that says the same is accounted for, and no change.
    pub(super) fn changes(&mut self, position: &Position, old: &Dictionary, new: &Dictionary) -> crate::Result<Vec<Vec<u8>>> {
        let mut changed = Vec::new();
        for key in equal::changed_keys(old, new) {
            let (Some(before), Some(after)) = (old.get(key), new.get(key)) else {
                changed.push(key.to_vec());
                continue;
            };
            if !LAYERS.contains(&key) && self.says_the_same(before, after, &mut Effort::new(), 0)? {
                self.accept(&position.key(key), after, false);
            } else {
                changed.push(key.to_vec());
            }
        }
        Ok(changed)
    }

    /// Whether an old value and a new one say the same, references followed. An object that is the same on both sides is judged by itself.
    pub(super) fn says_the_same(&self, old: &Object, new: &Object, effort: &mut Effort, depth: u32) -> crate::Result<bool> {
        const DEPTH: u32 = 32;
        effort.nodes = effort.nodes.saturating_sub(1);
        if effort.nodes == 0 || depth > DEPTH {
            return Ok(false);
        }
        if equal::same(&old.value, &new.value) {
            return Ok(true);
        }
        // There are readers that look for some names, as that of a subtype, in their place only.
        let is_moved = old.value.as_reference().is_some() != new.value.as_reference().is_some();
        let (Some(old), Some(new)) = (tolerate(self.before.resolve(old))?, tolerate(self.after.resolve(new))?) else { return Ok(false) };
        if is_moved && matches!(new.value, Value::Name(_)) {
            return Ok(false);
        }
        let depth = depth.saturating_add(1);
        match (&old.value, &new.value) {
            (Value::Array(one), Value::Array(other)) => {
                let (Array(one), Array(other)) = (&**one, &**other);
                for (one, other) in one.iter().zip(other) {
                    if !self.says_the_same(one, other, effort, depth)? {
                        return Ok(false);
                    }
                }
                Ok(one.len() == other.len())
            }
            (Value::Dictionary(one), Value::Dictionary(other)) => self.say_the_same(one, other, effort, depth),
            (Value::Stream(one), Value::Stream(other)) => {
                Ok(self.pdf.raw(one) == self.pdf.raw(other) && self.say_the_same(&one.dictionary, &other.dictionary, effort, depth)?)
            }
            (one, other) => Ok(equal::same(one, other)),
        }
    }

    fn say_the_same(&self, old: &Dictionary, new: &Dictionary, effort: &mut Effort, depth: u32) -> crate::Result<bool> {
        for key in equal::changed_keys(old, new) {
            let (Some(before), Some(after)) = (old.get(key), new.get(key)) else { return Ok(false) };
            if LAYERS.contains(&key) || !self.says_the_same(before, after, effort, depth)? {
                return Ok(false);
            }
        }
        Ok(old.duplicates.is_empty() && new.duplicates.is_empty())
    }

    /// An object that is said to be where it is not: other readers look for it, and may find it.
    fn unreadable(&mut self, number: u32, reference: Option<Reference>) -> crate::Result<()> {
        let Some(reference) = reference else { return Ok(()) };
        let is_null = matches!(self.after.entry(number), Some(Entry::At { .. })) && self.after.extent(number)?.is_some();
        if is_null {
            return Ok(());
        }
        for (when, view) in [(0, self.before), (1, self.after)] {
            let sources: Vec<u32> = self.graph.referrers(reference, view.revision)?.iter().map(|edge| edge.source).collect();
            if self.is_any_reachable(when, sources.into_iter())? {
                self.event(&rules::HIDDEN_OBJECT, &[("object", number.into())], None);
            }
        }
        Ok(())
    }

    /// Objects that no cross-reference names: a reader that repairs files takes the last of each number.
    fn lost(&mut self) -> crate::Result<()> {
        for gap in self.pdf.gaps(self.after.revision)? {
            if let Some(number) = super::recovery::first_object(self.pdf.bytes(), gap) {
                self.event(&rules::OBJECT, &[("object", number.into())], None);
            }
        }
        Ok(())
    }

    /// A key twice in a dictionary: one reader sees the one value, another the other, and no comparison holds for both.
    fn ambiguous(&mut self) {
        let is_ambiguous = |touch: &Touch| match touch {
            Touch::Added(_, after) | Touch::Altered(_, _, after) => has_duplicates(&after.value),
            Touch::Removed(_) => false,
        };
        let numbers: Vec<u32> = self.touched.iter().filter(|(_, touch)| is_ambiguous(touch)).map(|(number, _)| *number).collect();
        for number in numbers {
            self.event(&rules::OBJECT, &[("object", number.into())], None);
        }
    }

    /// Cross-reference streams and new object streams hold no content of their own: what is in them is looked at by itself.
    fn containers(&mut self) {
        let mut hidden = Vec::new();
        for (number, touch) in &self.touched {
            let (is_container, was_container) = match touch {
                Touch::Added(_, after) => (is_container(&after.value), false),
                Touch::Altered(_, before, after) => (is_container(&after.value), is_container(&before.value)),
                Touch::Removed(_) => (false, false),
            };
            let has_old_members = self.graph.members_since(*number).is_some_and(|since| since < self.after.revision);
            // Of a container that goes, what is in it still goes too.
            if has_old_members && (!matches!(touch, Touch::Removed(_)) || self.graph.has_members(*number, self.after)) {
                hidden.push(*number);
            } else if is_container && (was_container || matches!(touch, Touch::Added(..))) {
                self.approved.insert(*number);
                // Nothing leads to a container: what is drawn with it, or read as anything else, is content whatever type it claims.
                self.claims.insert(*number, Claim::Ways(HashMap::new()));
            }
        }
        for number in hidden {
            self.event(&rules::HIDDEN_OBJECT, &[("object", number.into())], None);
        }
    }

    /// Notes what the revision did: once, and of very many things that one rule says of one field, or of none, the first. How far they go
    /// depends on rule and field alone.
    pub(super) fn event(&mut self, rule: &'static Rule, arguments: &[(&'static str, Argument)], field: Option<&str>) {
        self.event_that(false, rule, arguments, field);
    }

    /// As [`Self::event`], of what can cover a page: those are counted by themselves, so that no crowd of others hides them.
    pub(super) fn event_that(&mut self, covers: bool, rule: &'static Rule, arguments: &[(&'static str, Argument)], field: Option<&str>) {
        let key = (rule.id, covers, field.map(str::to_owned));
        if self.told.get(&key).is_some_and(|told| told.len() >= KEPT) {
            return;
        }
        let revision = self.after.revision.saturating_add(1);
        let mut message = Message::new(rule.id).with("revision", revision);
        for (name, value) in arguments {
            message = message.with(name, value.clone());
        }
        if let Some(field) = field {
            message = message.with("field", field);
        }
        let told = self.told.entry(key).or_default();
        if !told.iter().any(|place| self.events.get(*place).is_some_and(|event| event.message == message)) {
            told.push(self.events.len());
            self.events.push(Event { rule, message, field: field.map(str::to_owned), covers });
        }
    }

    /// Whether enough has been said of this kind.
    pub(super) fn is_full(&self, rule: &Rule, field: Option<&str>) -> bool {
        self.told.get(&(rule.id, false, field.map(str::to_owned))).is_some_and(|told| told.len() >= KEPT)
    }

    /// Whether this was said of the field already.
    pub(super) fn is_told(&self, rule: &Rule, field: &str) -> bool {
        self.told.contains_key(&(rule.id, false, Some(field.to_owned())))
    }

    // How the walk moves.

    /// Goes to a value in the later revision, and claims an altered object that it is: the caller compares what is in it.
    pub(super) fn enter(&mut self, position: &Position, object: Option<&Object>) -> crate::Result<Option<(Object, Position)>> {
        let Some(object) = object else { return Ok(None) };
        let Some(reference) = object.value.as_reference() else { return Ok(Some((object.clone(), position.clone()))) };
        self.claim(position, reference.number);
        if !self.touched.contains_key(&reference.number) {
            self.passages.entry(reference.number).or_default().insert((position.source, position.path.clone()));
        }
        Ok(tolerate(self.after.resolve(object))?.filter(|object| !is_null(object)).map(|object| (object, Position::of(reference.number))))
    }

    pub(super) fn old(&self, object: Option<&Object>) -> crate::Result<Option<Object>> {
        let Some(object) = object else { return Ok(None) };
        Ok(tolerate(self.before.resolve(object))?.filter(|object| !is_null(object)))
    }

    /// Notes that a touched object is accounted for where it is reached from `position`.
    pub(super) fn claim(&mut self, position: &Position, number: u32) {
        match self.touched.get(&number) {
            Some(Touch::Added(..)) => {
                self.approved.insert(number);
            }
            Some(Touch::Altered(..)) => {
                if let Claim::Ways(ways) = self.claims.entry(number).or_insert_with(|| Claim::Ways(HashMap::new())) {
                    ways.entry(position.source).or_default().insert(position.path.clone());
                }
            }
            Some(Touch::Removed(_)) | None => {}
        }
    }

    /// What leads to an object that the walk went through, on other ways than the walk's. The form is what it is by its role.
    pub(super) fn bypasses(&self, source: u32) -> crate::Result<Vec<u32>> {
        let mut strays = Vec::new();
        let mut seen = HashSet::new();
        let mut waiting = vec![source];
        while let Some(source) = waiting.pop() {
            let Some(ways) = self.passages.get(&source).filter(|_| seen.insert(source)) else { continue };
            let Some(reference) = reference_of(self.after, source).filter(|_| ways.iter().all(|(_, path)| path != b"AcroForm")) else {
                continue;
            };
            let edges = self.graph.referrers(reference, self.after.revision)?.into_iter();
            strays.extend(edges.filter(|edge| !ways.contains(&(edge.source, edge.path.to_vec()))).map(|edge| edge.source));
            waiting.extend(ways.iter().map(|(above, _)| *above));
        }
        Ok(strays)
    }

    /// Accounts for a value and all new objects below it. Objects that were there before are left alone; with `alter`, those that were
    /// altered are claimed too, as reached from here. Says whether there was anything to account for.
    pub(super) fn accept(&mut self, position: &Position, object: &Object, alter: bool) -> bool {
        let mut is_touched = false;
        let mut waiting = vec![(position.clone(), object.clone())];
        while let Some((position, object)) = waiting.pop() {
            match &object.value {
                Value::Array(array) => {
                    let Array(items) = &**array;
                    waiting.extend(items.iter().filter(|item| leads_on(item)).map(|item| (position.clone(), item.clone())));
                }
                Value::Dictionary(dictionary) => below(&position, dictionary, &mut waiting),
                Value::Stream(stream) => below(&position, &stream.dictionary, &mut waiting),
                Value::Reference(reference) => {
                    let next = match self.touched.get(&reference.number) {
                        Some(Touch::Added(known, after)) if known == reference => after.clone(),
                        Some(Touch::Altered(known, _, after)) if alter && known == reference => after.clone(),
                        _ => continue,
                    };
                    self.claim(&position, reference.number);
                    is_touched = true;
                    if self.accepted.insert(reference.number) {
                        waiting.push((Position::of(reference.number), next));
                    }
                }
                _ => {}
            }
        }
        is_touched
    }

    pub(super) fn is_added(&self, number: u32) -> bool {
        matches!(self.touched.get(&number), Some(Touch::Added(..)))
    }

    pub(super) fn is_altered(&self, number: u32) -> bool {
        matches!(self.touched.get(&number), Some(Touch::Altered(..)))
    }

    /// How much is accounted for: it grows where the walk met something touched.
    pub(super) fn progress(&self) -> usize {
        self.approved.len().saturating_add(self.claims.len())
    }
}

/// A layer is known by its number: a copy of one is another, which may be shown where the first is not (8.11.4).
const LAYERS: &[&[u8]] = &[b"OC", b"OCGs", b"OFF", b"ON", b"Properties"];
/// Changes of one kind that are told.
pub(super) const KEPT: usize = 100;
/// Enough for every object of a book.
const MOST_WAYS: usize = 1_000_000;

fn below(position: &Position, dictionary: &Dictionary, waiting: &mut Vec<(Position, Object)>) {
    for (Name(key), object) in &dictionary.entries {
        if leads_on(object) && !rules::BACK_KEYS.contains(&&**key) {
            waiting.push((position.key(key), object.clone()));
        }
    }
}

const fn leads_on(object: &Object) -> bool {
    matches!(object.value, Value::Array(_) | Value::Dictionary(_) | Value::Reference(_) | Value::Stream(_))
}

fn has_duplicates(value: &Value) -> bool {
    match value {
        Value::Array(array) => array.0.iter().any(|item| has_duplicates(&item.value)),
        Value::Dictionary(dictionary) => is_ambiguous(dictionary),
        Value::Stream(stream) => is_ambiguous(&stream.dictionary),
        _ => false,
    }
}

fn is_ambiguous(dictionary: &Dictionary) -> bool {
    !dictionary.duplicates.is_empty() || dictionary.entries.iter().any(|(_, value)| has_duplicates(&value.value))
}

pub(super) const fn is_null(object: &Object) -> bool {
    matches!(object.value, Value::Null)
}

fn is_container(value: &Value) -> bool {
    value.as_stream().is_some() && (is_of_type(value, b"XRef") || is_of_type(value, b"ObjStm"))
}

const fn reference(number: u32, entry: Option<Entry>) -> Option<Reference> {
    match entry {
        Some(Entry::At { generation, .. }) => Some(Reference { number, generation }),
        Some(Entry::InStream { .. }) => Some(Reference { number, generation: 0 }),
        Some(Entry::Free { .. }) | None => None,
    }
}

pub(super) fn reference_of(view: View<'_>, number: u32) -> Option<Reference> {
    reference(number, view.entry(number))
}

fn load(view: View<'_>, reference: Option<Reference>) -> crate::Result<Option<Object>> {
    let Some(reference) = reference else { return Ok(None) };
    Ok(tolerate(view.object(reference))?.filter(|object| !is_null(object)))
}

/// The entries of a dictionary, whatever holds it.
pub(super) fn dictionary(object: Option<&Object>) -> Option<Arc<Dictionary>> {
    match object.map(|object| &object.value) {
        Some(Value::Dictionary(dictionary)) => Some(Arc::clone(dictionary)),
        _ => None,
    }
}

pub(super) fn items(object: Option<&Object>) -> &[Object] {
    object.and_then(|object| object.value.as_array()).map(|Array(items)| items.as_slice()).unwrap_or_default()
}
