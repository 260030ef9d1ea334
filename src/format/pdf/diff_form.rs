//! Later changes of the form and its fields.

use std::collections::HashMap;
use std::sync::Arc;

use super::diff_catalog::text;
use super::diff_detail::Details;
use super::diff_rules::{self as rules, Rule};
use super::diff_step::{Claim, Position, Step, dictionary};
use super::entries::transforms;
use super::field::{FieldKind, FieldTree, Node, place, tolerate};
use super::lint::value::{self, Shown};
use super::lint::{excerpt, needs_appearances};
use super::text::Reader;
use super::{Dictionary, Name, Object, Value, View, equal};
use crate::message::{Argument, id};

impl Step<'_> {
    pub(super) fn form(&mut self, old: &Dictionary, new: &Dictionary, position: &Position) -> crate::Result<()> {
        let key = b"AcroForm";
        let before = dictionary(self.old(old.get(key))?.as_ref());
        let entered = self.enter(&position.key(key), new.get(key))?;
        let Some((form, inside)) = entered else {
            if before.is_some() {
                self.event(&rules::FORM, &[("key", text(key))], None);
            }
            return Ok(());
        };
        let Some(after) = dictionary(Some(&form)) else {
            self.event(&rules::FORM, &[("key", text(key))], None);
            return Ok(());
        };
        let before = before.unwrap_or_default();
        for key in self.changes(&inside, &before, &after)? {
            self.form_entry(&key, &before, &after)?;
        }
        let resources = self.old(before.get(b"DR"))?;
        self.default_resources(resources.as_ref(), after.get(b"DR"), &inside.key(b"DR"))?;
        self.enter(&inside.key(b"Fields"), after.get(b"Fields"))?;
        self.fields()
    }

    fn form_entry(&mut self, key: &[u8], before: &Dictionary, after: &Dictionary) -> crate::Result<()> {
        let number = |object: Option<Object>| object.and_then(|object| object.value.as_integer()).unwrap_or(0);
        match key {
            b"Fields" | b"DR" => {}
            b"DA" | b"Q" => self.event(&rules::FORM_DEFAULTS, &[], None),
            b"SigFlags" => {
                // Signatures come, so the flags only rise.
                let (old, new) = (number(self.old(before.get(key))?), number(tolerate(self.after.get(after, key))?.flatten()));
                if old & !new != 0 {
                    self.event(&rules::FORM, &[("key", text(key))], None);
                }
            }
            b"NeedAppearances" => {
                // Where it is true, every reader draws the fields anew, as it likes.
                let value = tolerate(self.after.get(after, key))?.flatten().map(|value| value.value);
                if !matches!(value, None | Some(Value::Boolean(false))) {
                    self.event(&rules::FORM, &[("key", text(key))], None);
                }
            }
            _ => self.event(&rules::FORM, &[("key", text(key))], None),
        }
        Ok(())
    }

    /// `/DR`: what is added is for new appearances; what is altered in place must belong to the form alone.
    fn default_resources(&mut self, old: Option<&Object>, new: Option<&Object>, position: &Position) -> crate::Result<()> {
        let progress = self.progress();
        let Some((resources, inside)) = self.enter(position, new)? else { return Ok(()) };
        self.accept(&inside, &resources, true);
        let is_other = old.is_none_or(|old| !equal::same(&old.value, &resources.value));
        if is_other || self.progress() > progress {
            self.event(&rules::FORM_DEFAULTS, &[], None);
        }
        Ok(())
    }

    fn fields(&mut self) -> crate::Result<()> {
        let (old_tree, new_tree) = (self.old_fields, self.new_fields);
        let old_index = Index::of(old_tree);
        let new_index = Index::of(new_tree);
        for (position, node) in new_tree.nodes.iter().enumerate() {
            match old_index.find(old_tree, node) {
                Some(old) => self.kept_node(old, node, position)?,
                None => self.new_node(node, position)?,
            }
        }
        for node in &old_tree.nodes {
            if new_index.find(new_tree, node).is_none() {
                // A kid with a value of its own is a field, though it has no name.
                let rule = if node.is_widget && !node.dictionary.contains(b"V") { &rules::WIDGET_CHANGED } else { &rules::FIELD_REMOVED };
                self.event(rule, &[], Some(&node.name));
            }
        }
        Ok(())
    }

    fn new_node(&mut self, node: &Node, index: usize) -> crate::Result<()> {
        let position = Position::of(node.holder);
        if node.reference.is_some_and(|reference| !self.is_added(reference.number)) {
            // An old object becomes a field: what it was is not known to be harmless.
            self.event(&rules::FIELD_ADDED, &[], Some(&node.name));
            return Ok(());
        }
        let object = Object { value: Value::Dictionary(Arc::clone(&node.dictionary)), span: crate::bytes::Span::default() };
        if self.is_page(&node.dictionary)? {
            self.event(&rules::FIELD_ADDED, &[], Some(&node.name));
        }
        if let Some(reference) = node.reference {
            self.approved.insert(reference.number);
        }
        self.accept(&position, &object, false);
        self.enter(&position.key(b"Kids"), node.dictionary.get(b"Kids"))?;
        if [b"A".as_slice(), b"AA"].iter().any(|key| node.dictionary.contains(key)) {
            self.event(&rules::FIELD_CHANGED, &[], Some(&node.name));
        } else if node.is_widget {
            let field = node.parent.and_then(|parent| self.new_fields.nodes.get(parent));
            if !field.is_some_and(|field| self.is_signed_now(field)) {
                self.put_widget(Some(node), &node.name)?;
            }
        } else if node.is_field() {
            match (node.kind, self.signature_of(node)?) {
                (FieldKind::Signature, Some(signature)) => self.signature(node, &signature, index)?,
                // An empty place shows nothing; with a picture it could show anything.
                (FieldKind::Signature, None) if self.is_drawn(index) => self.placed(&rules::WIDGET_CHANGED, node, index)?,
                (FieldKind::Signature, None) => self.placed(&rules::SIGNATURE_FIELD_ADDED, node, index)?,
                _ => self.placed(&rules::FIELD_ADDED, node, index)?,
            }
        }
        Ok(())
    }

    /// Says that a widget was put on a page, or is to be seen otherwise than before.
    pub(super) fn put_widget(&mut self, widget: Option<&Node>, name: &str) -> crate::Result<()> {
        let is_told = self.tells_more(rules::WIDGET_CHANGED.id, true);
        let details = widget.filter(|_| is_told).map(|widget| self.redrawn(widget)).transpose()?;
        self.event_that(true, &rules::WIDGET_CHANGED, &details.unwrap_or_default(), Some(name));
        Ok(())
    }

    /// Says what a field does that takes up a place on a page.
    fn placed(&mut self, rule: &'static Rule, field: &Node, index: usize) -> crate::Result<()> {
        self.placed_as(None, rule, field, index)
    }

    fn placed_as(&mut self, kind: Option<&'static str>, rule: &'static Rule, field: &Node, index: usize) -> crate::Result<()> {
        let covers = self.has_new_place(index)?;
        let mut details = if self.tells_more(rule.id, covers) { self.places(index)? } else { Vec::new() };
        details.extend(kind.map(|word| ("kind", Argument::Word { word: word.into() })));
        self.event_that(covers, rule, &details, Some(&field.name));
        Ok(())
    }

    /// Whether a widget of the field has a picture, and a place to show it.
    fn is_drawn(&self, index: usize) -> bool {
        self.new_fields.widgets(index).any(|widget| widget.dictionary.contains(b"AP") && !is_flat(widget))
    }

    /// Whether a widget of the field has a place: there are programs that draw something there without a picture, too.
    fn has_place(&self, index: usize) -> bool {
        let has_one = |widget: &Node| [b"AP".as_slice(), b"Rect"].iter().any(|key| widget.dictionary.contains(key));
        self.new_fields.widgets(index).any(|widget| has_one(widget) && !is_flat(widget))
    }

    /// Whether a field is new, or gets its signature in this revision.
    pub(super) fn is_signed_now(&self, field: &Node) -> bool {
        let is_new = |object: Option<&Object>| {
            object.and_then(|object| object.value.as_reference()).is_some_and(|reference| self.is_added(reference.number))
        };
        field.reference.is_some_and(|reference| self.is_added(reference.number))
            || (field.kind == FieldKind::Signature && is_new(field.value.as_ref()))
    }

    fn kept_node(&mut self, old: &Node, node: &Node, index: usize) -> crate::Result<()> {
        let is_altered = node.reference.is_some_and(|reference| self.is_altered(reference.number));
        let keys = self.changes(&Position::of(node.holder), &old.dictionary, &node.dictionary)?;
        let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
        self.enter(&Position::of(node.holder).key(b"Kids"), node.dictionary.get(b"Kids"))?;
        if old.name != node.name || old.kind != node.kind {
            self.event(&rules::FIELD_CHANGED, &[], Some(&node.name));
        }
        if is_altered && let Some(reference) = node.reference {
            self.claims.insert(reference.number, Claim::Keys(rules::FIELD_REFERRERS));
            if self.is_page(&old.dictionary)? || self.is_page(&node.dictionary)? {
                self.event(&rules::FIELD_CHANGED, &[], Some(&node.name));
            }
        }
        let is_replaced = keys.contains(&b"AP".as_slice());
        if is_replaced {
            self.shared_appearance(old)?;
        }
        let is_redrawn = self.appearance(node)? || is_replaced;
        // The kids are compared by themselves.
        let keys: Vec<&[u8]> = keys.into_iter().filter(|key| *key != b"Kids").collect();
        if keys.is_empty() && !is_redrawn {
            return Ok(());
        }
        match (node.kind, self.old(old.value.as_ref())?) {
            (FieldKind::Signature, None) => self.signed_field(node, &keys, index),
            (FieldKind::Signature, Some(_)) => {
                self.event(&rules::SIGNATURE_CHANGED, &[], Some(&node.name));
                Ok(())
            }
            _ => self.filled_field(old, (node, index), &keys, is_redrawn),
        }
    }

    /// An empty signature field that was touched: it must get a signature.
    fn signed_field(&mut self, node: &Node, keys: &[&[u8]], index: usize) -> crate::Result<()> {
        self.accept_keys(node, keys);
        let field = if node.is_widget { node.parent.and_then(|parent| self.new_fields.nodes.get(parent)) } else { Some(node) };
        let is_proper = self.are_proper(node, keys, rules::SIGNED_KEYS)?;
        match field.map(|field| self.signature_of(field)).transpose()?.flatten() {
            Some(_) if is_proper && node.is_widget => {}
            Some(signature) if is_proper => self.signature(node, &signature, index)?,
            _ => self.event(&rules::FIELD_CHANGED, &[], Some(&node.name)),
        }
        Ok(())
    }

    fn filled_field(&mut self, old: &Node, (node, index): (&Node, usize), keys: &[&[u8]], is_redrawn: bool) -> crate::Result<()> {
        self.accept_keys(node, keys);
        let is_dictionary =
            tolerate(self.after.get(&node.dictionary, b"V"))?.flatten().is_some_and(|value| value.value.as_dictionary().is_some());
        if is_dictionary || !self.are_proper(node, keys, rules::FILLED_KEYS)? {
            self.event(&rules::FIELD_CHANGED, &[], Some(&node.name));
        } else if (is_redrawn || is_switched(old, node)) && !self.value_changed(old, node) {
            let details = if self.tells_more(rules::APPEARANCE_ONLY.id, true) { self.looks(old, node)? } else { Vec::new() };
            self.event_that(true, &rules::APPEARANCE_ONLY, &details, Some(&node.name));
        } else if !self.is_told(&rules::FIELD_FILLED, &node.name) {
            let details = if self.tells_more(rules::FIELD_FILLED.id, false) { self.filled(old, node)? } else { Vec::new() };
            self.event(&rules::FIELD_FILLED, &details, Some(&node.name));
        }
        // A widget that comes to light, or goes out of sight, is as good as one put on the page, or taken off it.
        let (before, after) = (flags(self.before, old)?, flags(self.after, node)?);
        if before & OUT_OF_SIGHT != after & OUT_OF_SIGHT || before & !after & PRINT != 0 {
            self.put_widget(Some(node), &node.name)?;
        }
        self.disagreements(node, index)
    }

    /// Where a field that looks different is, and what people read in it before and after.
    fn looks(&mut self, old: &Node, node: &Node) -> crate::Result<Details> {
        let mut details = self.redrawn(node)?;
        details.extend([("old", self.shown(self.before, old)?), ("new", self.shown(self.after, node)?)]);
        Ok(details)
    }

    /// What people read in the widget, in quotes, or that it cannot be told.
    fn shown(&self, view: View<'_>, node: &Node) -> crate::Result<Argument> {
        let text = value::text_of_appearance(&mut Reader::new(view), &node.dictionary)?;
        Ok(match text {
            Some(text) => format!("“{}”", excerpt(&text)).into(),
            None => Argument::Word { word: id::PAGE_UNREADABLE_TEXT.into() },
        })
    }

    /// Widgets of a touched field that show something else than its value. Where readers are told to draw the fields themselves, what is
    /// drawn already does not count.
    fn disagreements(&mut self, node: &Node, index: usize) -> crate::Result<()> {
        let fields = self.new_fields;
        let (field, widgets): (_, Vec<&Node>) = match node.parent.filter(|_| node.is_widget) {
            Some(parent) => (fields.nodes.get(parent), vec![node]),
            None if node.dictionary.contains(b"Kids") => (Some(node), fields.widgets(index).collect()),
            None => (Some(node), vec![node]),
        };
        let Some(field) = field.filter(|_| !needs_appearances(self.after)) else { return Ok(()) };
        let mut reader = Reader::new(self.after);
        for widget in widgets {
            if let Shown::Other { value, shown } = value::shown(&mut reader, fields, field, widget)?
                && place(self.after, widget)?.is_some()
            {
                let arguments = [("value", excerpt(&value).into()), ("shown", excerpt(&shown).into())];
                self.event(&rules::APPEARANCE_DISAGREES, &arguments, Some(&node.name));
            }
        }
        Ok(())
    }

    /// Whether only these keys changed, and to values of their kind: what is no stream draws nothing by itself, whatever else the
    /// dictionary may be used for.
    fn are_proper(&self, node: &Node, keys: &[&[u8]], allowed: &[&[u8]]) -> crate::Result<bool> {
        for key in keys {
            let value = tolerate(self.after.get(&node.dictionary, key))?.flatten();
            let is_of_kind = match value.map(|value| value.value) {
                Some(Value::Stream(_)) => false,
                Some(Value::Dictionary(_)) => matches!(*key, b"AP" | b"BS" | b"MK" | b"V"),
                _ => *key != b"AP" || !node.dictionary.contains(b"AP"),
            };
            if !is_of_kind || !allowed.contains(key) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the field of a node has another value than before, or another state.
    fn value_changed(&self, old: &Node, node: &Node) -> bool {
        let value = |tree: &FieldTree, node: &Node| {
            let field = if node.is_widget { node.parent.and_then(|parent| tree.nodes.get(parent)) } else { Some(node) };
            field.and_then(|field| field.value.as_ref()).map_or(Value::Null, |value| value.value.clone())
        };
        let (old, new) = (value(self.old_fields, old), value(self.new_fields, node));
        !equal::same(&old, &new) || new.as_reference().is_some_and(|target| self.touched.contains_key(&target.number))
    }

    /// Accounts for the values of changed keys.
    fn accept_keys(&mut self, node: &Node, keys: &[&[u8]]) {
        let position = Position::of(node.holder);
        for key in keys.iter().filter(|key| !rules::BACK_KEYS.contains(key)) {
            if let Some(value) = node.dictionary.get(key) {
                let is_value = *key == b"V";
                self.accept(&position.key(key), value, is_value);
            }
        }
    }

    /// `/AP`: new streams, or old ones altered in place that nothing else uses. Says whether this node looks different now: of two that
    /// share a picture, both do.
    fn appearance(&mut self, node: &Node) -> crate::Result<bool> {
        let position = Position::of(node.holder).key(b"AP");
        let value = node.dictionary.get(b"AP");
        let target = value.and_then(|value| value.value.as_reference());
        let mut is_redrawn = target.is_some_and(|target| self.touched.contains_key(&target.number));
        let Some((appearance, inside)) = self.enter(&position, value)? else { return Ok(is_redrawn) };
        let Some(appearance) = dictionary(Some(&appearance)) else { return Ok(is_redrawn) };
        for (Name(key), value) in &appearance.entries {
            is_redrawn |= self.accept(&inside.key(key), value, true);
        }
        Ok(is_redrawn)
    }

    /// An `/AP` that is replaced must have been that of widgets alone: what else was meant by its object is not known to be harmless.
    fn shared_appearance(&mut self, old: &Node) -> crate::Result<()> {
        let Some(appearance) = old.dictionary.get(b"AP").and_then(|value| value.value.as_reference()) else { return Ok(()) };
        if !self.replaced.insert(appearance.number) {
            return Ok(());
        }
        let is_appearance =
            |path: &[u8]| path.ends_with(b"AP") && path.split(|byte| *byte == 0).all(|key| rules::APPEARANCE_WAYS.contains(&key));
        let edges = self.graph.referrers(appearance, self.before.revision)?.into_iter();
        let strays: Vec<u32> = edges.filter(|edge| !is_appearance(edge.path)).map(|edge| edge.source).collect();
        if self.is_any_reachable(0, strays.into_iter())? {
            self.event(&rules::SHARED_OBJECT, &[("object", appearance.number.into())], None);
        }
        Ok(())
    }

    /// The signature dictionary of a field, where there is one.
    fn signature_of(&self, node: &Node) -> crate::Result<Option<Arc<Dictionary>>> {
        let Some(value) = &node.value else { return Ok(None) };
        Ok(dictionary(tolerate(self.after.resolve(value))?.as_ref()))
    }

    /// A signature that came: its dictionary must be new, or an old object would get a new meaning.
    fn signature(&mut self, node: &Node, signature: &Dictionary, index: usize) -> crate::Result<()> {
        let is_new = match node.value.as_ref().and_then(|value| value.value.as_reference()) {
            Some(reference) => self.is_added(reference.number),
            None => true,
        };
        let name = |key: &[u8]| {
            tolerate(self.after.get(signature, key))
                .map(|value| value.flatten().and_then(|value| value.value.as_name().map(<[u8]>::to_vec)))
        };
        let is_timestamp = name(b"SubFilter")?.as_deref() == Some(b"ETSI.RFC3161") || name(b"Type")?.as_deref() == Some(b"DocTimeStamp");
        match (is_new, is_timestamp) {
            (false, _) => self.event(&rules::SIGNATURE_CHANGED, &[], Some(&node.name)),
            // A timestamp has nothing to show; one that does is as good as a signature, and counts as one.
            (true, true) if !self.has_place(index) => self.event(&rules::TIMESTAMP_ADDED, &[], Some(&node.name)),
            (true, true) => self.placed_as(Some(id::ANNOTATION_TIMESTAMP), &rules::SIGNATURE_ADDED, node, index)?,
            (true, false) => self.placed(&rules::SIGNATURE_ADDED, node, index)?,
        }
        if transforms(self.after, signature)?.iter().any(|(method, _)| **method == *b"DocMDP") {
            self.event(&rules::CERTIFIED, &[], None);
        }
        Ok(())
    }
}

/// Whether the rectangle of a widget has no height or no width.
fn is_flat(widget: &Node) -> bool {
    match widget.dictionary.get(b"Rect").and_then(|rect| rect.value.as_array()).map(|corners| corners.0.as_slice()) {
        Some([left, bottom, right, top]) => equal::same(&left.value, &right.value) || equal::same(&bottom.value, &top.value),
        _ => false,
    }
}

/// Whether another of the pictures of a widget is shown (12.5.5); without a state, none is, as with the state `Off`.
fn is_switched(old: &Node, new: &Node) -> bool {
    let state = |node: &Node| match node.dictionary.get(b"AS").map(|state| &state.value) {
        None => Value::Name(Name(b"Off".as_slice().into())),
        Some(state) => state.clone(),
    };
    !equal::same(&state(old), &state(new))
}

/// The flags of annotations (Table 167) that keep them out of sight: Invisible, Hidden, NoView, ToggleNoView.
const OUT_OF_SIGHT: i64 = 1 | 1 << 1 | 1 << 5 | 1 << 8;
/// The flag without which an annotation is not printed.
const PRINT: i64 = 1 << 2;

/// The flags of a widget. What is no number says nothing to readers.
fn flags(view: View<'_>, node: &Node) -> crate::Result<i64> {
    Ok(tolerate(view.get(&node.dictionary, b"F"))?.flatten().and_then(|flags| flags.value.as_integer()).unwrap_or(0))
}

/// Finds the node of another tree that is the same: the same object or, for direct dictionaries, one of the same name.
struct Index {
    by_number: HashMap<u32, usize>,
    by_name: HashMap<(String, bool), usize>,
}

impl Index {
    fn of(tree: &FieldTree) -> Self {
        let mut index = Self { by_number: HashMap::new(), by_name: HashMap::new() };
        for (position, node) in tree.nodes.iter().enumerate() {
            match node.reference {
                Some(reference) => index.by_number.insert(reference.number, position),
                None => index.by_name.insert((node.name.clone(), node.is_widget), position),
            };
        }
        index
    }

    fn find<'a>(&self, tree: &'a FieldTree, node: &Node) -> Option<&'a Node> {
        let position = match node.reference {
            Some(reference) => self.by_number.get(&reference.number),
            None => self.by_name.get(&(node.name.clone(), node.is_widget)),
        };
        position.and_then(|position| tree.nodes.get(*position))
    }
}
