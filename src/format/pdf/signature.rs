//! Finds signature dictionaries, in every revision, and reads them (ISO 32000-2 12.8.1).

use std::collections::HashSet;
use std::sync::Arc;

use super::field::{FieldKind, FieldTree, Lock, Node, place, tolerate};
use super::revision::Entry;
use super::{Array, Dictionary, Object, Pdf, Reference, Value, View};
use crate::bytes::Span;
use crate::format::{Place, SignatureKind};
use crate::limits::Resource;
use crate::message::{Message, id};
use crate::time::{Civil, Time, Zone};

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

/// `/SubFilter`: the form of the signature value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubFilter {
    CadesDetached,
    Pkcs7Detached,
    Pkcs7Sha1,
    Timestamp,
    X509RsaSha1,
}

impl SubFilter {
    fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            // ICP-Brasil (DOC-ICP-15.03) gives the same form a name of its own.
            b"ETSI.CAdES.detached" | b"PBAD.PAdES" => Self::CadesDetached,
            b"ETSI.RFC3161" => Self::Timestamp,
            b"adbe.pkcs7.detached" => Self::Pkcs7Detached,
            b"adbe.pkcs7.sha1" => Self::Pkcs7Sha1,
            b"adbe.x509.rsa_sha1" => Self::X509RsaSha1,
            _ => return None,
        })
    }
}

/// What a signature dictionary says, apart from its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    pub(crate) kind: SignatureKind,
    pub(crate) sub_filter: Option<SubFilter>,
    pub(crate) sub_filter_name: Option<String>,
    pub(crate) time: Option<(Time, Zone)>,
    pub(crate) name: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) contact: Option<String>,
    /// `/P` of the DocMDP transform.
    pub(crate) certification: Option<u8>,
    /// FieldMDP transforms, and the `/Lock` of the field.
    pub(crate) locks: Vec<Lock>,
    /// `/Cert`: DER certificates (`adbe.x509.rsa_sha1`).
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) findings: Vec<Message>,
}

impl Entries {
    /// Reads the dictionary in the revision that shows it.
    pub(crate) fn read(view: View<'_>, found: &Found) -> crate::Result<Self> {
        let dictionary = &found.dictionary;
        let value = |key: &[u8]| -> crate::Result<Option<Object>> { Ok(tolerate(view.get(dictionary, key))?.flatten()) };
        let text = |key: &[u8]| -> crate::Result<Option<String>> {
            Ok(value(key)?.and_then(|value| value.value.as_string().map(super::PdfString::text)).filter(|text| !text.is_empty()))
        };
        let name_of =
            |key: &[u8]| -> crate::Result<Option<Vec<u8>>> { Ok(value(key)?.and_then(|value| value.value.as_name().map(<[u8]>::to_vec))) };
        let (sub_filter, kind) = (name_of(b"SubFilter")?, name_of(b"Type")?);
        let known = sub_filter.as_deref().and_then(SubFilter::from_name);
        let is_timestamp = known == Some(SubFilter::Timestamp) || kind.as_deref() == Some(b"DocTimeStamp");
        let (date, mut findings) = (text(b"M")?, Vec::new());
        let time = date.as_deref().and_then(pdf_date);
        if let Some(date) = date.filter(|_| time.is_none()) {
            findings.push(Message::new(id::FORMAT_TIME).with("value", date));
        }
        let mut entries = Self {
            kind: if is_timestamp { SignatureKind::DocumentTimestamp } else { SignatureKind::Signature },
            sub_filter: known,
            sub_filter_name: sub_filter.map(|name| String::from_utf8_lossy(&name).into_owned()),
            time,
            name: text(b"Name")?,
            reason: text(b"Reason")?,
            location: text(b"Location")?,
            contact: text(b"ContactInfo")?,
            certification: None,
            locks: Vec::new(),
            certificates: certificates(view, value(b"Cert")?)?,
            findings,
        };
        entries.check_names(kind.as_deref(), value(b"Filter")?.is_some());
        entries.check_place(view, found);
        entries.read_transforms(view, found)?;
        Ok(entries)
    }

    /// `/SubFilter`, `/Type` (VALIDATION rule 8: a document timestamp says so or nothing) and `/Filter`.
    fn check_names(&mut self, kind: Option<&[u8]>, has_filter: bool) {
        if self.sub_filter.is_none() {
            let name = self.sub_filter_name.clone().unwrap_or_default();
            self.findings.push(Message::new(id::FORMAT_SUBFILTER).with("name", name));
        }
        let expected: &[u8] = if self.sub_filter == Some(SubFilter::Timestamp) { b"DocTimeStamp" } else { b"Sig" };
        if let Some(kind) = kind.filter(|kind| self.sub_filter.is_some() && *kind != expected) {
            self.findings.push(Message::new(id::FORMAT_TYPE).with("name", String::from_utf8_lossy(kind).into_owned()));
        }
        if !has_filter {
            self.findings.push(Message::new(id::FORMAT_FILTER));
        }
    }

    /// Who refers to the dictionary, and whether it is clear what it says.
    fn check_place(&mut self, view: View<'_>, found: &Found) {
        if let Some(key) = found.dictionary.duplicates.first() {
            self.findings.push(Message::new(id::FORMAT_DUPLICATE_KEY).with("key", String::from_utf8_lossy(&key.0).into_owned()));
        }
        match found.fields.as_slice() {
            // The field may be among what cannot be read.
            [] if view.pdf.hides_objects() => {}
            [] => self.findings.push(Message::new(id::FORMAT_ORPHAN).with("object", found.holder)),
            [_] => {}
            [one, other, ..] => {
                self.findings.push(Message::new(id::FORMAT_TWO_FIELDS).with("field", one.name.clone()).with("other", other.name.clone()));
            }
        }
        if let Some(field) = found.fields.iter().find(|field| field.kind != FieldKind::Signature) {
            self.findings.push(Message::new(id::FORMAT_FIELD_TYPE).with("field", field.name.clone()));
        }
        if !found.fields.is_empty() && !found.is_current {
            self.findings
                .push(Message::new(id::FORMAT_REMOVED).with("field", found.fields.first().map_or("", |field| field.name.as_str())));
        }
    }

    /// DocMDP and FieldMDP (ISO 32000-2 12.8.2), and the `/Lock` of the field.
    fn read_transforms(&mut self, view: View<'_>, found: &Found) -> crate::Result<()> {
        for (method, parameters) in transforms(view, &found.dictionary)? {
            match &*method {
                b"DocMDP" => self.certify(view, parameters.as_ref())?,
                b"FieldMDP" => match parameters {
                    Some(parameters) => self.locks.extend(Lock::read(view, &parameters)?),
                    None => self.locks.push(Lock { scope: super::field::LockScope::All, permission: None }),
                },
                _ => {}
            }
        }
        for field in &found.fields {
            self.locks.extend(Lock::of_field(view, &field.dictionary)?);
        }
        let catalog = tolerate(view.catalog())?;
        let permissions = match &catalog {
            Some(catalog) => tolerate(view.get(catalog, b"Perms"))?.flatten(),
            None => None,
        };
        let certified =
            permissions.as_ref().and_then(|permissions| permissions.value.as_dictionary()?.get(b"DocMDP")?.value.as_reference());
        if self.certification.is_none() && certified.is_some() && certified == found.reference {
            self.certification = Some(2);
        }
        Ok(())
    }

    /// `/P` is 2 where it is absent (Table 257); where it is malformed, nothing may change.
    fn certify(&mut self, view: View<'_>, parameters: Option<&Object>) -> crate::Result<()> {
        let level = match parameters.and_then(|parameters| parameters.value.as_dictionary()) {
            Some(parameters) => tolerate(view.get(parameters, b"P"))?.flatten().map(|level| level.value),
            None => None,
        };
        let level = match level {
            None => 2,
            Some(Value::Integer(level @ 1..=3)) => u8::try_from(level).unwrap_or(1),
            Some(_) => {
                self.findings.push(Message::new(id::FORMAT_CERTIFICATION));
                1
            }
        };
        self.certification = Some(self.certification.map_or(level, |other| other.min(level)));
        Ok(())
    }
}

/// A transform method, and its parameters.
type Transform = (Arc<[u8]>, Option<Object>);

/// The transform methods of `/Reference` with their parameters.
fn transforms(view: View<'_>, dictionary: &Dictionary) -> crate::Result<Vec<Transform>> {
    let mut transforms = Vec::new();
    let Some(references) = tolerate(view.get(dictionary, b"Reference"))?.flatten() else { return Ok(transforms) };
    for reference in references.value.as_array().map(|array| array.0.as_slice()).unwrap_or_default() {
        let Some(reference) = tolerate(view.resolve(reference))? else { continue };
        let Some(reference) = reference.value.as_dictionary() else { continue };
        let method = tolerate(view.get(reference, b"TransformMethod"))?.flatten();
        let parameters = tolerate(view.get(reference, b"TransformParams"))?.flatten();
        if let Some(Value::Name(method)) = method.map(|method| method.value) {
            transforms.push((method.0, parameters));
        }
    }
    Ok(transforms)
}

/// `/Cert` is one string or an array of strings.
fn certificates(view: View<'_>, value: Option<Object>) -> crate::Result<Vec<Vec<u8>>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let strings = match &value.value {
        Value::Array(array) => array.0.clone(),
        _ => vec![value],
    };
    let mut certificates = Vec::new();
    for string in &strings {
        let Some(string) = tolerate(view.resolve(string))? else { continue };
        certificates.extend(string.value.as_string().map(|string| string.bytes.to_vec()));
    }
    Ok(certificates)
}

/// Reads a date (ISO 32000-2 7.9.4): `D:20261123162829+07'00'`, with everything behind the year optional.
pub(crate) fn pdf_date(text: &str) -> Option<(Time, Zone)> {
    let text = text.trim().strip_prefix("D:").unwrap_or_else(|| text.trim());
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (date, zone) = text.split_at_checked(digits)?;
    let part = |from: usize, to: usize, default: u8| match date.get(from..to) {
        Some(part) => part.parse().ok(),
        None => (date.len() <= from).then_some(default),
    };
    let civil = Civil {
        year: date.get(..4)?.parse().ok()?,
        month: part(4, 6, 1)?,
        day: part(6, 8, 1)?,
        hour: part(8, 10, 0)?,
        minute: part(10, 12, 0)?,
        second: part(12, 14, 0)?,
        nanosecond: 0,
    };
    let zone = pdf_zone(zone)?;
    Time::from_civil(civil, zone).map(|time| (time, zone))
}

/// `Z`, nothing, or `+07'00'` with the apostrophes and the minutes optional.
fn pdf_zone(text: &str) -> Option<Zone> {
    let mut parts = text.chars();
    let sign: i16 = match parts.next() {
        None | Some('Z' | 'z') => return Some(Zone::UTC),
        Some('+') => 1,
        Some('-') => -1,
        Some(_) => return None,
    };
    let digits: String = parts.as_str().chars().filter(|character| *character != '\'' && *character != ':').collect();
    if digits.len() > 4 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let hours: i16 = digits.get(..2)?.parse().ok()?;
    let minutes: i16 = digits.get(2..).filter(|minutes| !minutes.is_empty()).map_or(Some(0), |minutes| minutes.parse().ok())?;
    Zone::from_minutes(hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(sign)?)
}

/// The signature value: its token in the file, and its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    /// The token `<…>` in the file; `None` where there is no such token.
    pub(crate) token: Option<Span>,
    pub(crate) bytes: Vec<u8>,
    /// Whether there is no string at all.
    pub(crate) is_missing: bool,
    /// Whether the token holds nothing but hexadecimal digits, and its value is what the reader read.
    pub(crate) is_plain: bool,
}

impl Contents {
    /// Reads the value of a signature dictionary. The bytes come from the token itself: they are never decrypted.
    pub(crate) fn read(pdf: &Pdf, found: &Found) -> Self {
        let value = found.dictionary.get(b"Contents");
        let Some((string, span)) = value.and_then(|value| Some((value.value.as_string()?, value.span))) else {
            let bytes =
                value.and_then(|value| pdf.view(found.shown).resolve(value).ok()?.value.as_string().map(|string| string.bytes.to_vec()));
            return Self { token: None, is_missing: bytes.is_none(), bytes: bytes.unwrap_or_default(), is_plain: false };
        };
        let token = (!found.compressed).then(|| span.of(pdf.bytes())).flatten();
        let digits = token.and_then(|token| token.strip_prefix(b"<")?.strip_suffix(b">"));
        let Some(digits) = digits.filter(|_| string.hexadecimal) else {
            return Self { token: None, is_missing: false, bytes: string.bytes.to_vec(), is_plain: false };
        };
        let (bytes, is_hexadecimal) = hexadecimal(digits);
        // The reader leaves this string as it is; where it took it for an encrypted one, the lengths still agree.
        let is_plain = is_hexadecimal && (bytes[..] == string.bytes[..] || pdf.is_encrypted());
        Self { token: Some(span), is_missing: false, bytes, is_plain }
    }

    /// Whether nothing has been signed yet.
    pub(crate) fn is_blank(&self) -> bool {
        !self.is_missing && self.bytes.iter().all(|byte| *byte == 0)
    }
}

/// Decodes hexadecimal digits, and says whether there was nothing else. A last single digit is the high one (ISO 32000-2 7.3.4.3).
fn hexadecimal(digits: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(digits.len().div_ceil(2));
    let (mut high, mut is_plain) = (None, true);
    for digit in digits {
        let value = match digit {
            b'0'..=b'9' => digit.wrapping_sub(b'0'),
            b'A'..=b'F' => digit.wrapping_sub(b'A').wrapping_add(10),
            b'a'..=b'f' => digit.wrapping_sub(b'a').wrapping_add(10),
            _ => {
                is_plain = false;
                continue;
            }
        };
        match high.take() {
            None => high = Some(value << 4),
            Some(high) => bytes.push(high | value),
        }
    }
    bytes.extend(high);
    (bytes, is_plain)
}

/// `/ByteRange` as integers, where it is a direct array of direct integers.
pub(crate) fn byte_range(dictionary: &Dictionary) -> Option<Vec<i64>> {
    let Array(numbers) = dictionary.get(b"ByteRange")?.value.as_array()?;
    (numbers.len() <= 64).then(|| numbers.iter().map(|number| number.value.as_integer()).collect()).flatten()
}

#[cfg(test)]
mod tests;
