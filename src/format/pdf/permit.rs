//! What the document allows: where a signature may go, and what stands against it.

use std::collections::HashSet;
use std::sync::Arc;

use super::field::{FieldKind, FieldTree, Lock, LockScope, Node};
use super::prepare::Addition;
use super::write::unusable;
use super::{Dictionary, Object, Reference, Value, View, mac};
use crate::error::ErrorKind;
use crate::message::{Message, id};

/// Where the signature goes.
#[derive(Debug)]
pub(crate) enum Target {
    /// An empty signature field.
    Empty { name: String, reference: Reference },
    /// A new field; `first`: the document bears no signature yet.
    New { name: String, first: bool },
}

/// A signature that the document bears, and what it locks.
struct Earlier {
    field: String,
    /// What it allows afterwards, 1 to 3, where it says so.
    permission: Option<u8>,
    locks: Vec<Lock>,
}

/// Finds the field to sign, or says why the document takes no such signature.
pub(crate) fn target(view: View<'_>, tree: &FieldTree, addition: &Addition<'_>) -> crate::Result<Target> {
    check_document(view)?;
    let earlier = earlier_signatures(view, tree)?;
    if let Some(certifying) = earlier.iter().find(|signature| signature.permission == Some(1)) {
        return Err(refused(Message::new(id::SIGN_CERTIFIED_NO_CHANGES).with("field", certifying.field.as_str())));
    }
    if let Some(signed) = earlier.first()
        && addition.certification.is_some()
    {
        return Err(refused(Message::new(id::SIGN_CERTIFY_SIGNED).with("field", signed.field.as_str())));
    }
    let target = choose(view, tree, addition, &earlier)?;
    let name = match &target {
        Target::Empty { name, .. } | Target::New { name, .. } => name,
    };
    if let Some(locking) = earlier.iter().find(|signature| signature.locks.iter().any(|lock| lock.covers(name))) {
        let message = Message::new(id::SIGN_FIELD_LOCKED).with("field", name.as_str()).with("by", locking.field.as_str());
        return Err(refused(message));
    }
    check_permissions(view, &target)?;
    Ok(target)
}

/// Documents that no update can sign in good faith.
pub(crate) fn check_document(view: View<'_>) -> crate::Result<()> {
    if !view.pdf.repairs().is_empty() {
        return Err(refused(Message::new(id::SIGN_REPAIRED)));
    }
    if view.pdf.is_sealed() {
        return Err(refused(Message::new(id::DOCUMENT_ENCRYPTION_PUBLIC_KEY)));
    }
    // ISO/TS 32004: a code over the whole document, which a signature would break.
    if mac::is_expected(view.pdf) {
        return Err(refused(Message::new(id::SIGN_DOCUMENT_MAC)));
    }
    let catalog = view.catalog()?;
    if let Some(form) = view.get(&catalog, b"AcroForm")?
        && form.value.as_dictionary().is_some_and(|form| form.contains(b"XFA"))
    {
        return Err(refused(Message::new(id::SIGN_XFA)));
    }
    if let Some(permissions) = view.get(&catalog, b"Perms")?
        && permissions.value.as_dictionary().is_some_and(|permissions| permissions.contains(b"UR3") || permissions.contains(b"UR"))
    {
        return Err(refused(Message::new(id::SIGN_USAGE_RIGHTS)));
    }
    Ok(())
}

fn choose(view: View<'_>, tree: &FieldTree, addition: &Addition<'_>, earlier: &[Earlier]) -> crate::Result<Target> {
    let first = earlier.is_empty();
    if let Some(name) = addition.field {
        if let Some((_, node)) = tree.named(name) {
            return empty(view, node);
        }
        if tree.nodes.iter().any(|node| node.name == name) {
            return Err(refused(Message::new(id::SIGN_FIELD_NOT_SIGNATURE).with("field", name)));
        }
        // A full stop would make it the name of a field below another one (ISO 32000-2 12.7.4.2).
        if name.is_empty() || name.contains('.') {
            return Err(refused(Message::new(id::SIGN_FIELD_NAME).with("field", name)));
        }
        return Ok(Target::New { name: name.to_owned(), first });
    }
    let mut free = Vec::new();
    for (_, node) in tree.fields().filter(|(_, node)| node.kind == FieldKind::Signature) {
        let locked = earlier.iter().any(|signature| signature.locks.iter().any(|lock| lock.covers(&node.name)));
        if !locked && signature_of(view, node)?.is_none() {
            free.push(node);
        }
    }
    if let [node] = *free {
        return empty(view, node);
    }
    Ok(Target::New { name: new_name(tree, earlier), first })
}

fn empty(view: View<'_>, node: &Node) -> crate::Result<Target> {
    if node.kind != FieldKind::Signature {
        return Err(refused(Message::new(id::SIGN_FIELD_NOT_SIGNATURE).with("field", node.name.as_str())));
    }
    if signature_of(view, node)?.is_some() {
        return Err(refused(Message::new(id::SIGN_FIELD_SIGNED).with("field", node.name.as_str())));
    }
    let reference = node.reference.ok_or_else(|| unusable(Reference { number: node.holder, generation: 0 }))?;
    Ok(Target::Empty { name: node.name.clone(), reference })
}

/// The first of `Signature1`, `Signature2`, … that no field has and no earlier signature locks; where all are locked, any.
fn new_name(tree: &FieldTree, earlier: &[Earlier]) -> String {
    let names = (1..=tree.nodes.len().saturating_add(earlier.len()).saturating_add(1)).map(|number| format!("Signature{number}"));
    let taken: HashSet<&str> = tree.nodes.iter().map(|node| node.name.as_str()).collect();
    let mut unused = names.filter(|name| !taken.contains(name.as_str())).peekable();
    let any = unused.peek().cloned().unwrap_or_default();
    unused.find(|name| !earlier.iter().any(|signature| signature.locks.iter().any(|lock| lock.covers(name)))).unwrap_or(any)
}

/// The first of `prefix1`, `prefix2`, … that no field has.
pub(crate) fn free_name(tree: &FieldTree, prefix: &str) -> String {
    let taken: HashSet<&str> = tree.nodes.iter().map(|node| node.name.as_str()).collect();
    let mut names = (1..=tree.nodes.len().saturating_add(1)).map(|number| format!("{prefix}{number}"));
    names.find(|name| !taken.contains(name.as_str())).unwrap_or_else(|| prefix.to_owned())
}

/// The value of a field that is signed, or holds anything else.
fn signature_of(view: View<'_>, node: &Node) -> crate::Result<Option<Object>> {
    let Some(value) = &node.value else { return Ok(None) };
    let value = view.resolve(value)?;
    Ok((!matches!(value.value, Value::Null)).then_some(value))
}

fn earlier_signatures(view: View<'_>, tree: &FieldTree) -> crate::Result<Vec<Earlier>> {
    let mut earlier = Vec::new();
    for (_, node) in tree.fields().filter(|(_, node)| node.kind == FieldKind::Signature) {
        let Some(Value::Dictionary(dictionary)) = signature_of(view, node)?.map(|object| object.value) else { continue };
        let mut signature = Earlier { field: node.name.clone(), permission: None, locks: Vec::new() };
        signature.read_references(view, &dictionary)?;
        if let Some(lock) = Lock::of_field(view, &node.dictionary)? {
            signature.lower(lock.permission);
            signature.locks.push(lock);
        }
        earlier.push(signature);
    }
    if let Some(certification) = certification(view)? {
        // A certification that no field bears still forbids what it forbids.
        let mut signature = Earlier { field: String::from("DocMDP"), permission: None, locks: Vec::new() };
        signature.read_references(view, &certification)?;
        earlier.push(signature);
    }
    Ok(earlier)
}

fn certification(view: View<'_>) -> crate::Result<Option<Arc<Dictionary>>> {
    let Some(permissions) = view.get(&*view.catalog()?, b"Perms")? else { return Ok(None) };
    let Some(permissions) = permissions.value.as_dictionary() else { return Ok(None) };
    Ok(view.get(permissions, b"DocMDP")?.and_then(|object| match object.value {
        Value::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }))
}

impl Earlier {
    fn read_references(&mut self, view: View<'_>, signature: &Dictionary) -> crate::Result<()> {
        let Some(references) = view.get(signature, b"Reference")? else { return Ok(()) };
        for reference in references.value.as_array().map(|array| array.0.as_slice()).unwrap_or_default() {
            let reference = view.resolve(reference)?;
            let Some(reference) = reference.value.as_dictionary() else { continue };
            let method = view.get(reference, b"TransformMethod")?;
            let parameters = view.get(reference, b"TransformParams")?;
            match method.as_ref().and_then(|method| method.value.as_name()) {
                Some(b"DocMDP") => self.lower(Some(document_permission(view, parameters.as_ref())?)),
                Some(b"FieldMDP") => self.locks.push(match &parameters {
                    Some(parameters) => Lock::read(view, parameters)?,
                    None => Lock { scope: LockScope::All, permission: None },
                }),
                _ => {}
            }
        }
        Ok(())
    }

    fn lower(&mut self, permission: Option<u8>) {
        self.permission = self.permission.into_iter().chain(permission).min();
    }
}

/// `/P` of DocMDP: 2 where it is absent, and nothing is allowed where it makes no sense.
fn document_permission(view: View<'_>, parameters: Option<&Object>) -> crate::Result<u8> {
    let Some(parameters) = parameters.and_then(|parameters| parameters.value.as_dictionary()) else { return Ok(2) };
    Ok(match view.get(parameters, b"P")?.map(|permission| permission.value.as_integer()) {
        None | Some(Some(2)) => 2,
        Some(Some(3)) => 3,
        _ => 1,
    })
}

/// The permission bits of an encrypted document (ISO 32000-2 Table 22): bit 6, or 9 alone, to sign an empty field; 4 and 6 to add one.
fn check_permissions(view: View<'_>, target: &Target) -> crate::Result<()> {
    let Some(permissions) = view.pdf.permissions() else { return Ok(()) };
    let has = |bit: u32| permissions.bits.checked_shr(bit.saturating_sub(1)).is_some_and(|bits| bits & 1 == 1);
    let missing = match target {
        Target::Empty { .. } if has(6) || (permissions.revision >= 3 && has(9)) => None,
        Target::Empty { .. } => Some(if permissions.revision >= 3 { 9 } else { 6 }),
        Target::New { .. } => [4, 6].into_iter().find(|bit| !has(*bit)),
    };
    match missing {
        Some(bit) => Err(refused(Message::new(id::SIGN_PERMISSION).with("bit", bit))),
        None => Ok(()),
    }
}

pub(super) fn refused(message: Message) -> crate::Error {
    crate::Error::new(ErrorKind::Refused, message)
}
