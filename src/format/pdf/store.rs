//! Writes the document security store (ISO 32000-2 12.8.4.3, EN 319 142-1 5.4): what is needed to check signatures later.

use std::collections::HashSet;

use super::dss::{self, Kind};
use super::permit::check_document;
use super::prepare::catalog;
use super::write::{Located, Update, push_name, reference_token};
use super::{Pdf, Reference, View, stream};
use crate::crypto::DigestAlgorithm;

/// What is to be stored: DER, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct ValidationData {
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) crls: Vec<Vec<u8>>,
    pub(crate) responses: Vec<Vec<u8>>,
    /// What belongs to each signature and document timestamp, for `/VRI`.
    pub(crate) related: Vec<Related>,
}

/// What belongs to one signature: indices into the lists of [`ValidationData`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Related {
    /// The contents of `/Contents`, the zeros behind the value included: their SHA-1 is the key (ISO 32000-2 table 262).
    pub(crate) contents: Vec<u8>,
    pub(crate) certificates: Vec<usize>,
    pub(crate) crls: Vec<usize>,
    pub(crate) responses: Vec<usize>,
}

/// The bytes to append to `pdf` so that it has `data` too; empty where it has all of it. What it has already is neither written again nor
/// touched.
pub(crate) fn store(pdf: &Pdf, data: &ValidationData) -> crate::Result<Vec<u8>> {
    let view = pdf.last();
    check_document(view)?;
    let mut update = Update::new(pdf)?;
    let mut known = dss::references(view)?;
    let mut new = [Vec::new(), Vec::new(), Vec::new()];
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for (slot, (kind, list)) in lists(data).into_iter().enumerate() {
        for der in list {
            let key = (kind, sha256(der));
            let reference = match known.get(&key) {
                Some(reference) => *reference,
                None => {
                    let reference = add_stream(&mut update, der)?;
                    known.insert(key, reference);
                    new.get_mut(slot).into_iter().for_each(|new: &mut Vec<Reference>| new.push(reference));
                    reference
                }
            };
            all.get_mut(slot).into_iter().for_each(|all: &mut Vec<Reference>| all.push(reference));
        }
    }
    let catalog = catalog(&update)?;
    let store = catalog.child(view, b"DSS")?;
    let entries = related(&mut update, store.as_ref(), data, &all)?;
    if new.iter().all(Vec::is_empty) && entries.is_empty() {
        return Ok(Vec::new());
    }
    match store {
        Some(store) => extend(&mut update, &store, &new, &entries)?,
        None => create(&mut update, &catalog, &new, &entries)?,
    }
    declare(&mut update, &catalog)?;
    Ok(update.finish()?.appended)
}

fn lists(data: &ValidationData) -> [(Kind, &[Vec<u8>]); 3] {
    [(Kind::Certificate, &data.certificates), (Kind::Crl, &data.crls), (Kind::Ocsp, &data.responses)]
}

fn sha256(der: &[u8]) -> Vec<u8> {
    DigestAlgorithm::Sha256.digest(der)
}

/// The keys of the store, and of an entry of `/VRI` (ISO 32000-2 tables 261 and 262).
const KEYS: [[&[u8]; 2]; 3] = [[b"Certs", b"Cert"], [b"CRLs", b"CRL"], [b"OCSPs", b"OCSP"]];

fn add_stream(update: &mut Update<'_>, der: &[u8]) -> crate::Result<Reference> {
    let reference = update.allocate()?;
    let packed = stream::deflate(der);
    let (filter, data) = if packed.len() < der.len() { (" /Filter /FlateDecode", packed.as_slice()) } else { ("", der) };
    let data = update.view().pdf.encrypt_stream(reference, data)?;
    let head = format!("<< /Length {}{filter} >>\nstream\n", data.len());
    update.add(reference, [head.as_bytes(), &data, b"\nendstream"].concat());
    Ok(reference)
}

/// New entries of `/VRI`: the key, and the object. Entries that are there stay as they are: a signature is over them.
fn related(
    update: &mut Update<'_>,
    store: Option<&Located>,
    data: &ValidationData,
    all: &[Vec<Reference>; 3],
) -> crate::Result<Vec<(Vec<u8>, Reference)>> {
    let view = update.view();
    let existing = match store {
        Some(store) => store.child(view, b"VRI")?,
        None => None,
    };
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for related in &data.related {
        let key: Vec<u8> =
            DigestAlgorithm::Sha1.digest(&related.contents).iter().flat_map(|byte| format!("{byte:02X}").into_bytes()).collect();
        let is_there = match &existing {
            Some(existing) => existing.child(view, &key)?.is_some(),
            None => false,
        };
        if is_there || !seen.insert(key.clone()) {
            continue;
        }
        let mut body = b"<< /Type /VRI".to_vec();
        for ((indices, references), [_, key]) in [&related.certificates, &related.crls, &related.responses].into_iter().zip(all).zip(KEYS) {
            let references: Vec<Reference> = indices.iter().filter_map(|index| references.get(*index).copied()).collect();
            if !references.is_empty() {
                body.push(b' ');
                push_name(&mut body, key);
                body.push(b' ');
                body.extend(array(&references));
            }
        }
        body.extend_from_slice(b" >>");
        let reference = update.allocate()?;
        update.add(reference, body);
        out.push((key, reference));
    }
    Ok(out)
}

fn array(references: &[Reference]) -> Vec<u8> {
    let mut out = vec![b'['];
    for (index, reference) in references.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend(reference_token(*reference));
    }
    out.push(b']');
    out
}

fn entries_of(related: &[(Vec<u8>, Reference)]) -> Vec<u8> {
    let mut out = b"<<".to_vec();
    for (key, reference) in related {
        out.push(b' ');
        push_name(&mut out, key);
        out.push(b' ');
        out.extend(reference_token(*reference));
    }
    out.extend_from_slice(b" >>");
    out
}

fn extend(update: &mut Update<'_>, store: &Located, new: &[Vec<Reference>; 3], related: &[(Vec<u8>, Reference)]) -> crate::Result<()> {
    let view = update.view();
    for (references, [key, _]) in new.iter().zip(KEYS).filter(|(references, _)| !references.is_empty()) {
        match store.child(view, key)? {
            Some(list) => references.iter().try_for_each(|reference| update.push(&list, &reference_token(*reference)))?,
            None => update.set(store, key, &array(references))?,
        }
    }
    if related.is_empty() {
        return Ok(());
    }
    match store.child(view, b"VRI")? {
        Some(list) => related.iter().try_for_each(|(key, reference)| update.set(&list, key, &reference_token(*reference))),
        None => update.set(store, b"VRI", &entries_of(related)),
    }
}

fn create(update: &mut Update<'_>, catalog: &Located, new: &[Vec<Reference>; 3], related: &[(Vec<u8>, Reference)]) -> crate::Result<()> {
    let mut body = b"<< /Type /DSS".to_vec();
    for (references, [key, _]) in new.iter().zip(KEYS).filter(|(references, _)| !references.is_empty()) {
        body.push(b' ');
        push_name(&mut body, key);
        body.push(b' ');
        body.extend(array(references));
    }
    if !related.is_empty() {
        body.extend_from_slice(b" /VRI ");
        body.extend(entries_of(related));
    }
    body.extend_from_slice(b" >>");
    let reference = update.allocate()?;
    update.add(reference, body);
    update.set(catalog, b"DSS", &reference_token(reference))
}

/// EN 319 142-1 5.6: before PDF 2.0 the store is an extension, which is to be declared. Declarations of others stay as they are.
pub(crate) fn declare(update: &mut Update<'_>, catalog: &Located) -> crate::Result<()> {
    const EXTENSION: &[u8] = b"<< /BaseVersion /1.7 /ExtensionLevel 5 >>";
    let view = update.view();
    if is_second_edition(view, catalog)? {
        return Ok(());
    }
    match catalog.child(view, b"Extensions")? {
        Some(extensions) if extensions.child(view, b"ESIC")?.is_none() => update.set(&extensions, b"ESIC", EXTENSION),
        Some(_) => Ok(()),
        None => update.set(catalog, b"Extensions", &[b"<< /ESIC ".as_slice(), EXTENSION, b" >>"].concat()),
    }
}

/// Whether the document says to be PDF 2.0 or later.
fn is_second_edition(view: View<'_>, catalog: &Located) -> crate::Result<bool> {
    const HEADER: &[u8] = b"%PDF-";
    const REACH: usize = 1024;
    let start = view.pdf.bytes().get(..REACH).unwrap_or_else(|| view.pdf.bytes());
    let header = memchr::memmem::find(start, HEADER).and_then(|at| start.get(at.saturating_add(HEADER.len())));
    let version =
        catalog.child(view, b"Version")?.and_then(|version| version.object.value.as_name().and_then(|name| name.first().copied()));
    Ok(header.copied().max(version) >= Some(b'2'))
}
