//! Prepares a signature: an update with a signature field, a signature dictionary, and a hole for the value.

use super::field::{FieldTree, Lock, LockScope};
use super::write::{Located, Update, Written, reference_token, unusable};
use super::{Pdf, Reference, permit, seed, store};
use crate::bytes::Span;
use crate::crypto::{DigestAlgorithm, Hasher};
use crate::error::ErrorKind;
use crate::message::{Message, id};
use crate::time::{Time, Zone};
use crate::x509::Certificate;

/// What to add to the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addition<'a> {
    /// The full name of an empty field, or the name of a new one. `None`: the one empty field there is, else a new one.
    pub(crate) field: Option<&'a str>,
    /// The level of a certification, 1 to 3.
    pub(crate) certification: Option<u8>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) location: Option<&'a str>,
    pub(crate) contact: Option<&'a str>,
    pub(crate) time: Time,
    pub(crate) zone: Zone,
    pub(crate) digest: DigestAlgorithm,
    /// The signer's first; none where they are not known yet.
    pub(crate) certificates: &'a [Certificate],
    /// Bytes to leave for the signature value.
    pub(crate) reserve: usize,
}

/// An update whose signature value is still zeros.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// What follows the original.
    pub(crate) appended: Vec<u8>,
    /// The `/Contents` string in `appended`, brackets included.
    pub(crate) hole: Span,
    /// The full name of the field.
    pub(crate) field: String,
}

/// The hole is too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooSmall {
    pub(crate) reserved: usize,
    pub(crate) needed: usize,
}

impl Draft {
    /// Appends the signature to `pdf`, unless something in the document stands against it.
    pub(crate) fn new(pdf: &Pdf, addition: &Addition<'_>) -> crate::Result<Self> {
        let view = pdf.last();
        let largest = pdf.budget().limits().signature_bytes;
        if u64::try_from(addition.reserve).is_ok_and(|reserve| reserve > largest) {
            return Err(crate::Error::new(
                ErrorKind::Argument,
                Message::new(id::SIGN_RESERVE).with("reserve", addition.reserve).with("largest", largest),
            ));
        }
        let tree = FieldTree::read(view)?;
        let target = permit::target(view, &tree, addition)?;
        let mut update = Update::new(pdf)?;
        let signature = update.allocate()?;
        let catalog = catalog(&update)?;
        let mut lock = None;
        let field = match target {
            permit::Target::Empty { name, reference } => {
                let field = Located::at(view, reference)?;
                let dictionary = field.object.value.as_dictionary().ok_or_else(|| unusable(reference))?;
                seed::check(view, &name, dictionary, addition)?;
                lock = Lock::of_field(view, dictionary)?;
                update.set(&field, b"V", &reference_token(signature))?;
                add_to_form(&mut update, &catalog, None)?;
                name
            }
            permit::Target::New { name, first } => {
                let reference = update.allocate()?;
                let page = add_to_page(&mut update, &catalog, reference, first)?;
                let title = update.text(reference, &name)?;
                let appearance = add_appearance(&mut update)?;
                update.add(reference, widget(&title, page, signature, appearance));
                add_to_form(&mut update, &catalog, Some(reference))?;
                name
            }
        };
        if addition.certification.is_some() {
            add_permission(&mut update, &catalog, signature)?;
        }
        let dictionary = SignatureDictionary::new(&update, signature, &catalog, addition, lock.as_ref())?;
        let (range, hole) = (dictionary.range, dictionary.hole);
        update.add(signature, dictionary.bytes);
        Self::seal(update.finish()?, pdf.bytes().len(), signature, (range, hole), field)
    }

    /// Appends a document timestamp, in an invisible field of its own (EN 319 142-1 5.4.3). Certified documents allow it whatever else they
    /// forbid.
    pub(crate) fn timestamp(pdf: &Pdf, reserve: usize) -> crate::Result<Self> {
        let view = pdf.last();
        permit::check_document(view)?;
        let tree = FieldTree::read(view)?;
        let mut update = Update::new(pdf)?;
        let catalog = catalog(&update)?;
        let (signature, reference) = (update.allocate()?, update.allocate()?);
        let name = permit::free_name(&tree, "Timestamp");
        let page = add_to_page(&mut update, &catalog, reference, false)?;
        let title = update.text(reference, &name)?;
        let appearance = add_appearance(&mut update)?;
        update.add(reference, widget(&title, page, signature, appearance));
        add_to_form(&mut update, &catalog, Some(reference))?;
        store::declare(&mut update, &catalog)?;
        let mut dictionary = SignatureDictionary::open("/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161", reserve);
        dictionary.bytes.extend_from_slice(b" >>");
        let (range, hole) = (dictionary.range, dictionary.hole);
        update.add(signature, dictionary.bytes);
        Self::seal(update.finish()?, pdf.bytes().len(), signature, (range, hole), name)
    }

    /// Writes the numbers of `/ByteRange`, now that they are known.
    fn seal(written: Written, original: usize, signature: Reference, places: (usize, Span), field: String) -> crate::Result<Self> {
        let (range, hole) = places;
        let start = written.values.get(&signature.number).copied().ok_or_else(|| unusable(signature))?;
        let shifted = |offset: usize| start.checked_add(offset).ok_or_else(|| unusable(signature));
        let hole = Span::new(shifted(hole.start)?, shifted(hole.end)?);
        let mut draft = Self { appended: written.appended, hole, field };
        let text = draft.range_text(original).ok_or_else(|| unusable(signature))?;
        let range = shifted(range)?;
        let place = draft.appended.get_mut(range..).and_then(|rest| rest.get_mut(..text.len())).ok_or_else(|| unusable(signature))?;
        place.copy_from_slice(text.as_bytes());
        Ok(draft)
    }

    /// `/ByteRange` with its numbers, as wide as numbers of 64 bits need. `None` where they are no such numbers.
    fn range_text(&self, original: usize) -> Option<String> {
        let first = original.checked_add(self.hole.start)?;
        let second = original.checked_add(self.hole.end)?;
        Some(byte_range(&[first, second, self.appended.len().checked_sub(self.hole.end)?]))
    }

    /// Whether hole and `/ByteRange` are where [`Draft::new`] puts them, for an original of this length. A stored draft must prove it.
    pub(crate) fn is_consistent(&self, original: usize) -> bool {
        let Some(range) = self.range_text(original) else { return false };
        let Some(before) = self.appended.get(..self.hole.start) else { return false };
        let Some(([b'<', zeros @ .., b'>'], true)) = self.hole.of(&self.appended).map(|hole| (hole, hole.len() % 2 == 0)) else {
            return false;
        };
        before.ends_with([range.as_bytes(), CONTENTS].concat().as_slice()) && zeros.iter().all(|byte| *byte == b'0')
    }

    /// What is signed of the appended bytes: before the hole, and behind it.
    pub(crate) fn signed_parts(&self) -> [&[u8]; 2] {
        [self.appended.get(..self.hole.start).unwrap_or_default(), self.appended.get(self.hole.end..).unwrap_or_default()]
    }

    /// The digest of everything but the hole. `original` has taken the original in.
    pub(crate) fn digest(&self, mut original: Hasher) -> Vec<u8> {
        self.signed_parts().into_iter().for_each(|part| original.update(part));
        original.finish()
    }

    /// The bytes that the hole has room for.
    pub(crate) const fn reserved(&self) -> usize {
        self.hole.len().saturating_sub(2) / 2
    }

    /// The appended bytes with `value` in the hole.
    pub(crate) fn fill(&self, value: &[u8]) -> Result<Vec<u8>, TooSmall> {
        let too_small = TooSmall { reserved: self.reserved(), needed: value.len() };
        let mut appended = self.appended.clone();
        let digits: Vec<u8> = value
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|digit| if digit < 10 { b'0' + digit } else { b'a' - 10 + digit })
            .collect();
        let hole = appended.get_mut(self.hole.range()).and_then(|hole| hole.get_mut(1..)).ok_or(too_small)?;
        // The closing bracket is not room.
        let place = hole.split_last_mut().and_then(|(_, room)| room.get_mut(..digits.len())).ok_or(too_small)?;
        place.copy_from_slice(&digits);
        Ok(appended)
    }
}

/// The value of a signature dictionary (ISO 32000-2 Table 255).
struct SignatureDictionary {
    bytes: Vec<u8>,
    /// Where `/ByteRange` begins.
    range: usize,
    hole: Span,
}

impl SignatureDictionary {
    /// The dictionary up to its hole, which is of zeros.
    fn open(head: &str, reserve: usize) -> Self {
        let mut bytes = format!("<< {head}\n").into_bytes();
        let range = bytes.len();
        bytes.extend_from_slice(byte_range(&[0, 0, 0]).as_bytes());
        bytes.extend_from_slice(CONTENTS);
        let start = bytes.len();
        bytes.push(b'<');
        bytes.resize(bytes.len().saturating_add(reserve.saturating_mul(2)), b'0');
        bytes.push(b'>');
        let hole = Span::new(start, bytes.len());
        Self { bytes, range, hole }
    }

    fn new(update: &Update<'_>, owner: Reference, catalog: &Located, addition: &Addition<'_>, lock: Option<&Lock>) -> crate::Result<Self> {
        let head = "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached";
        let Self { mut bytes, range, hole } = Self::open(head, addition.reserve);
        bytes.extend_from_slice(b"\n/M ");
        bytes.extend_from_slice(&update.text(owner, &date(addition.time, addition.zone))?);
        for (key, value) in [("/Reason", addition.reason), ("/Location", addition.location), ("/ContactInfo", addition.contact)] {
            let Some(value) = value else { continue };
            bytes.extend_from_slice(format!("\n{key} ").as_bytes());
            bytes.extend_from_slice(&update.text(owner, value)?);
        }
        let references = references(update, owner, catalog, addition.certification, lock)?;
        if !references.is_empty() {
            bytes.extend_from_slice(&[b"\n/Reference [".as_slice(), &references, b"]"].concat());
        }
        bytes.extend_from_slice(b" >>");
        Ok(Self { bytes, range, hole })
    }
}

/// The signature reference dictionaries: what the signature allows afterwards (DocMDP), and what it locks (FieldMDP).
fn references(
    update: &Update<'_>,
    owner: Reference,
    catalog: &Located,
    certification: Option<u8>,
    lock: Option<&Lock>,
) -> crate::Result<Vec<u8>> {
    let mut out = Vec::new();
    if let Some(level) = certification {
        let text = format!("<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P {level} >> >>");
        out.extend_from_slice(text.as_bytes());
    }
    if let Some(lock) = lock {
        let (action, names): (_, &[String]) = match &lock.scope {
            LockScope::All => ("All", &[]),
            LockScope::AllBut(names) => ("Exclude", names),
            LockScope::Only(names) => ("Include", names),
        };
        out.extend_from_slice(b"<< /Type /SigRef /TransformMethod /FieldMDP /Data ");
        out.extend_from_slice(&reference_token(catalog.owner));
        out.extend_from_slice(format!(" /TransformParams << /Type /TransformParams /V /1.2 /Action /{action}").as_bytes());
        if lock.scope != LockScope::All {
            out.extend_from_slice(b" /Fields [");
            for name in names {
                out.extend_from_slice(&update.text(owner, name)?);
            }
            out.push(b']');
        }
        out.extend_from_slice(b" >> >>");
    }
    Ok(out)
}

/// The catalog, by the reference in the trailer.
pub(crate) fn catalog(update: &Update<'_>) -> crate::Result<Located> {
    let nowhere = Reference { number: 0, generation: 0 };
    let root = update.view().trailer().get(b"Root").and_then(|root| root.value.as_reference()).ok_or_else(|| unusable(nowhere))?;
    Located::at(update.view(), root)
}

/// Puts the form's flags right, and a new field into it.
fn add_to_form(update: &mut Update<'_>, catalog: &Located, field: Option<Reference>) -> crate::Result<()> {
    let view = update.view();
    let fields = field.map(|field| [b"[".as_slice(), &reference_token(field), b"]"].concat());
    let Some(form) = catalog.child(view, b"AcroForm")? else {
        let form = update.allocate()?;
        let fields = fields.unwrap_or_else(|| b"[]".to_vec());
        update.add(form, [b"<< /Fields ".as_slice(), &fields, b" /SigFlags 3 >>"].concat());
        return update.set(catalog, b"AcroForm", &reference_token(form));
    };
    let flags = form.child(view, b"SigFlags")?.and_then(|flags| flags.object.value.as_integer()).unwrap_or(0);
    if flags | SIGNATURES_EXIST_APPEND_ONLY != flags {
        update.set(&form, b"SigFlags", (flags | SIGNATURES_EXIST_APPEND_ONLY).to_string().as_bytes())?;
    }
    match (field, fields, form.child(view, b"Fields")?) {
        (Some(field), _, Some(array)) => update.push(&array, &reference_token(field)),
        (_, Some(fields), None) => update.set(&form, b"Fields", &fields),
        _ => Ok(()),
    }
}

/// Puts the widget of a new field on the first page. Tagged documents want a tab order where there are annotations (ISO 14289-1 7.18.3);
/// `first`: the document bears no signature yet, and the page may still get one.
fn add_to_page(update: &mut Update<'_>, catalog: &Located, widget: Reference, first: bool) -> crate::Result<Reference> {
    let view = update.view();
    let reference = view.pages(1)?.into_iter().next().and_then(|(reference, _)| reference).ok_or_else(|| unusable(catalog.owner))?;
    let page = Located::at(view, reference)?;
    match page.child(view, b"Annots")? {
        Some(array) => update.push(&array, &reference_token(widget))?,
        None => update.set(&page, b"Annots", &[b"[".as_slice(), &reference_token(widget), b"]"].concat())?,
    }
    let tagged = match catalog.child(view, b"MarkInfo")? {
        Some(information) => {
            information.child(view, b"Marked")?.is_some_and(|marked| matches!(marked.object.value, super::Value::Boolean(true)))
        }
        None => false,
    };
    if first && tagged && page.child(view, b"Tabs")?.is_none() {
        update.set(&page, b"Tabs", b"/S")?;
    }
    Ok(reference)
}

/// A certification is named in the catalog (ISO 32000-2 12.8.6).
fn add_permission(update: &mut Update<'_>, catalog: &Located, signature: Reference) -> crate::Result<()> {
    match catalog.child(update.view(), b"Perms")? {
        Some(permissions) => update.set(&permissions, b"DocMDP", &reference_token(signature)),
        None => update.set(catalog, b"Perms", &[b"<< /DocMDP ".as_slice(), &reference_token(signature), b" >>"].concat()),
    }
}

/// An appearance of nothing: PDF/A-1 asks for one even where there is no area (ISO 19005-1 6.9).
fn add_appearance(update: &mut Update<'_>) -> crate::Result<Reference> {
    let appearance = update.allocate()?;
    let data = update.view().pdf.encrypt_stream(appearance, &[])?;
    let dictionary = format!("<< /Type /XObject /Subtype /Form /BBox [0 0 0 0] /Resources << >> /Length {} >>\nstream\n", data.len());
    update.add(appearance, [dictionary.as_bytes(), &data, b"\nendstream"].concat());
    Ok(appearance)
}

/// Field and widget in one dictionary: viewers show no signature panel for others. Print and Locked (132); no area: it is invisible.
fn widget(title: &[u8], page: Reference, signature: Reference, appearance: Reference) -> Vec<u8> {
    [
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T ".as_slice(),
        title,
        b" /F 132 /Rect [0 0 0 0] /P ",
        &reference_token(page),
        b" /V ",
        &reference_token(signature),
        b" /AP << /N ",
        &reference_token(appearance),
        b" >> >>",
    ]
    .concat()
}

/// The numbers are padded with spaces, so that their length does not depend on them.
fn byte_range(numbers: &[usize; 3]) -> String {
    let [first, second, length] = numbers;
    format!("/ByteRange [0 {first:<19} {second:<19} {length:<19}]")
}

/// A date (ISO 32000-2 7.9.4), as PDF 1.7 writes it.
fn date(time: Time, zone: Zone) -> String {
    let civil = time.civil(zone);
    let offset = zone.to_string().replace(':', "'");
    format!("D:{:04}{:02}{:02}{:02}{:02}{:02}{offset}'", civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second)
}

/// What stands between `/ByteRange` and the hole.
const CONTENTS: &[u8] = b"\n/Contents ";

const SIGNATURES_EXIST_APPEND_ONLY: i64 = 3;

#[cfg(test)]
mod tests;
