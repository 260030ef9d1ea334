//! The document security store (ISO 32000-2 12.8.4.3): certificates, CRLs and OCSP answers that a document carries.

use std::collections::HashSet;

use super::field::tolerate;
use super::{Array, Dictionary, Object, Pdf, View};
use crate::evidence::{Evidence, Origin};
use crate::limits::Resource;
use crate::x509::{Certificate, Crl, OcspResponse};

/// What the store of the document holds as it is now; it is read once. What cannot be read is left out: it proves nothing, and its absence
/// will be noticed.
pub(crate) fn evidence(pdf: &Pdf) -> crate::Result<&Evidence> {
    if let Some(known) = pdf.evidence.get() {
        return Ok(known);
    }
    let evidence = read(pdf.last())?;
    Ok(pdf.evidence.get_or_init(|| evidence))
}

fn read(view: View<'_>) -> crate::Result<Evidence> {
    let mut evidence = Evidence::new();
    for (kind, data) in entries(view)? {
        match kind {
            Kind::Certificate => {
                if let Ok(certificate) = Certificate::from_der(&data) {
                    evidence.add_certificate(certificate, Origin::DocumentSecurityStore);
                }
            }
            Kind::Crl => {
                if let Ok(crl) = Crl::from_der(&data) {
                    evidence.add_crl(crl, Origin::DocumentSecurityStore);
                }
            }
            Kind::Ocsp => {
                if let Ok(response) = OcspResponse::from_der(&data) {
                    evidence.add_response(response, Origin::DocumentSecurityStore);
                }
            }
        }
    }
    Ok(evidence)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Certificate,
    Crl,
    Ocsp,
}

/// The arrays of the store itself and those of the entries of `/VRI`.
const ARRAYS: [(&[u8], Kind); 6] = [
    (b"Certs", Kind::Certificate),
    (b"CRLs", Kind::Crl),
    (b"OCSPs", Kind::Ocsp),
    (b"Cert", Kind::Certificate),
    (b"CRL", Kind::Crl),
    (b"OCSP", Kind::Ocsp),
];

fn entries(view: View<'_>) -> crate::Result<Vec<(Kind, crate::bytes::Bytes)>> {
    let mut entries = Vec::new();
    let Some(catalog) = tolerate(view.catalog())? else { return Ok(entries) };
    let Some(store) = tolerate(view.get(&catalog, b"DSS"))?.flatten() else { return Ok(entries) };
    let Some(store) = store.value.as_dictionary() else { return Ok(entries) };
    let mut seen = HashSet::new();
    collect(view, store, &mut seen, &mut entries)?;
    let Some(related) = tolerate(view.get(store, b"VRI"))?.flatten() else { return Ok(entries) };
    for (_, related) in related.value.as_dictionary().map(|related| related.entries.as_slice()).unwrap_or_default() {
        let Some(related) = tolerate(view.resolve(related))? else { continue };
        if let Some(related) = related.value.as_dictionary() {
            collect(view, related, &mut seen, &mut entries)?;
        }
    }
    Ok(entries)
}

/// Reads the streams of the arrays, each once.
fn collect(
    view: View<'_>,
    dictionary: &Dictionary,
    seen: &mut HashSet<u32>,
    entries: &mut Vec<(Kind, crate::bytes::Bytes)>,
) -> crate::Result<()> {
    for (key, kind) in ARRAYS {
        let Some(array) = tolerate(view.get(dictionary, key))?.flatten() else { continue };
        let Some(Array(items)) = array.value.as_array() else { continue };
        view.pdf.budget().spend(Resource::Objects, u64::try_from(items.len()).unwrap_or(u64::MAX))?;
        for item in items {
            if let Some(data) = stream(view, item, seen)? {
                entries.push((kind, data));
            }
        }
    }
    Ok(())
}

fn stream(view: View<'_>, item: &Object, seen: &mut HashSet<u32>) -> crate::Result<Option<crate::bytes::Bytes>> {
    if item.value.as_reference().is_some_and(|reference| !seen.insert(reference.number)) {
        return Ok(None);
    }
    let Some(item) = tolerate(view.resolve(item))? else { return Ok(None) };
    match item.value.as_stream() {
        Some(stream) => tolerate(view.decode(stream)),
        None => Ok(None),
    }
}
