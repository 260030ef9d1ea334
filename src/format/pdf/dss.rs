//! The document security store (ISO 32000-2 12.8.4.3): certificates, CRLs and OCSP answers that a document carries.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::field::tolerate;
use super::{Array, Dictionary, Object, Pdf, Reference, Stream, Value, View};
use crate::bytes::Bytes;
use crate::crypto::DigestAlgorithm;
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
    for Entry { kind, data, revision, .. } in entries(view)? {
        let sha256 = match kind {
            Kind::Certificate => Certificate::from_der(&data).map(|certificate| {
                evidence.add_certificate(certificate.clone(), Origin::DocumentSecurityStore);
                certificate.sha256()
            }),
            Kind::Crl => Crl::from_der(&data).map(|crl| {
                evidence.add_crl(crl.clone(), Origin::DocumentSecurityStore);
                crl.sha256()
            }),
            Kind::Ocsp => OcspResponse::from_der(&data).map(|response| {
                evidence.add_response(response.clone(), Origin::DocumentSecurityStore);
                response.sha256()
            }),
        };
        if let (Ok(sha256), Some(revision)) = (sha256, revision) {
            evidence.brought_by(sha256, revision);
        }
    }
    Ok(evidence)
}

/// The streams of the store by kind and SHA-256 of what they hold.
pub(crate) fn references(view: View<'_>) -> crate::Result<HashMap<(Kind, Vec<u8>), Reference>> {
    let stored = entries(view)?.into_iter();
    Ok(stored.filter_map(|entry| Some(((entry.kind, DigestAlgorithm::Sha256.digest(&entry.data)), entry.reference?))).collect())
}

/// What a stream of the store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Certificate,
    Crl,
    Ocsp,
}

/// One stream of the store.
struct Entry {
    kind: Kind,
    data: Bytes,
    reference: Option<Reference>,
    /// The revision that wrote it, from 1; `None` where it is no object of its own.
    revision: Option<u64>,
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

fn entries(view: View<'_>) -> crate::Result<Vec<Entry>> {
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
fn collect(view: View<'_>, dictionary: &Dictionary, seen: &mut HashSet<u32>, entries: &mut Vec<Entry>) -> crate::Result<()> {
    for (key, kind) in ARRAYS {
        let Some(array) = tolerate(view.get(dictionary, key))?.flatten() else { continue };
        let Some(Array(items)) = array.value.as_array() else { continue };
        view.pdf.budget().spend(Resource::Objects, u64::try_from(items.len()).unwrap_or(u64::MAX))?;
        for item in items {
            entries.extend(stream(view, item, seen)?.map(|(stream, data)| {
                // What is reached through other objects is as old as they are, and may be exchanged with them.
                let reference = item.value.as_reference().filter(|reference| *reference == stream.reference && is_plain(&stream));
                let written = reference.and_then(|reference| view.pdf.locate(reference.number, view.revision));
                let revision = written.and_then(|(revision, _)| u64::try_from(revision).ok()?.checked_add(1));
                Entry { kind, data, reference, revision }
            }));
        }
    }
    Ok(())
}

/// Whether nothing of how the stream is read stands in another object.
fn is_plain(stream: &Stream) -> bool {
    stream.dictionary.entries.iter().all(|(_, value)| value.value.as_reference().is_none())
}

fn stream(view: View<'_>, item: &Object, seen: &mut HashSet<u32>) -> crate::Result<Option<(Arc<Stream>, Bytes)>> {
    if item.value.as_reference().is_some_and(|reference| !seen.insert(reference.number)) {
        return Ok(None);
    }
    let Some(item) = tolerate(view.resolve(item))? else { return Ok(None) };
    let Value::Stream(stream) = item.value else { return Ok(None) };
    Ok(tolerate(view.decode(&stream))?.map(|data| (stream, data)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::pdf::testing::{Layout, Objects};
    use crate::limits::{Budget, Limits};

    fn pki(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/fixtures/pki/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn stream(der: &[u8], length: &str) -> String {
        let data: String = der.iter().map(|byte| format!("{byte:02x}")).collect();
        let length = if length.is_empty() { data.len().to_string() } else { length.to_owned() };
        format!("<< /Length {length} /Filter /ASCIIHexDecode >>\nstream\n{data}\nendstream")
    }

    /// Whoever puts another object in the place of one on the way exchanges what is read, and no time-stamp is worse for it.
    #[test]
    fn only_what_is_reached_at_once_is_as_old_as_its_object() {
        let lists = [pki("root-rsa.crl"), pki("sub-rsa.crl"), pki("sub-p256.crl")];
        let length = lists[2].len() * 2;
        let objects = Objects::letter("/DSS 6 0 R", "")
            .with("<< /CRLs [7 0 R 8 0 R 10 0 R] >>")
            .with(&stream(&lists[0], ""))
            .with("9 0 R")
            .with(&stream(&lists[1], ""))
            .with(&stream(&lists[2], "11 0 R"))
            .with(&length.to_string());
        let pdf = Pdf::open(objects.write(Layout::Table).into(), &Default::default(), &Budget::new(Limits::default())).unwrap();
        let evidence = evidence(&pdf).unwrap();
        let revisions: Vec<Option<u64>> = lists.iter().map(|list| evidence.revision_of(Crl::from_der(list).unwrap().sha256())).collect();
        assert_eq!(revisions, [Some(1), None, None]);
        assert_eq!(evidence.crls().count(), 3);
    }
}
