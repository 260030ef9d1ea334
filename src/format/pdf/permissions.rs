//! `/Perms` of the catalog (ISO 32000-2 12.8.6): which signature certifies the document, and what rights a reader is given.

use super::field::tolerate;
use super::{Object, Reference, View};
use crate::message::{Message, id};

/// The signature that `/Perms /DocMDP` names.
pub(super) fn certification(view: View<'_>) -> crate::Result<Option<Reference>> {
    let Some(permissions) = read(view)? else { return Ok(None) };
    Ok(permissions.value.as_dictionary().and_then(|permissions| permissions.get(b"DocMDP")?.value.as_reference()))
}

/// What is to be said of the rest: rights of readers, and what nobody knows.
pub(super) fn findings(view: View<'_>) -> crate::Result<Vec<Message>> {
    let Some(permissions) = read(view)? else { return Ok(Vec::new()) };
    let Some(permissions) = permissions.value.as_dictionary() else { return Ok(vec![unknown(b"Perms")]) };
    let mut findings = Vec::new();
    for (key, value) in permissions.entries.iter().take(MOST) {
        match &*key.0 {
            b"DocMDP" if value.value.as_reference().is_none() => findings.push(unknown(b"DocMDP")),
            b"DocMDP" => {}
            b"UR" | b"UR3" => findings.push(Message::new(id::DOCUMENT_USAGE_RIGHTS)),
            other => findings.push(unknown(other)),
        }
    }
    Ok(findings)
}

fn read(view: View<'_>) -> crate::Result<Option<Object>> {
    let Some(catalog) = tolerate(view.catalog())? else { return Ok(None) };
    Ok(tolerate(view.get(&catalog, b"Perms"))?.flatten())
}

fn unknown(key: &[u8]) -> Message {
    Message::new(id::DOCUMENT_PERMISSIONS_UNKNOWN).with("key", String::from_utf8_lossy(key).into_owned())
}

/// Entries that are looked at; the standard has three.
const MOST: usize = 8;
