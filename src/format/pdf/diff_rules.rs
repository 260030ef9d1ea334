//! What later revisions may do: one row for each kind of change, with the lowest level of permission that allows it.
//!
//! Whatever no row explains is [`OBJECT`], which nothing allows. Sources: ISO 32000-2 12.8.2.2 (DocMDP) and 12.8.2.4 (FieldMDP), 12.8.4 (long-term
//! validation), EN 319 142-1 5.6; where the standard is silent, the stricter of what other validators do.

use crate::format::ChangeLevel::{self, Annotations, FormFilling, LongTermData, Other};
use crate::message::id;

/// A row.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The id of its message, and of its check.
    pub(crate) id: &'static str,
    /// How far it goes.
    pub(crate) level: ChangeLevel,
    /// How far it goes where a certification is in force.
    pub(crate) certified: ChangeLevel,
}

const fn rule(id: &'static str, level: ChangeLevel) -> Rule {
    Rule { id, level, certified: level }
}

// Long-term data. DocMDP 1 allows it by ISO 32000-2 12.8.2.2.2.

/// `/DSS` and what it leads to: certificates, CRLs, OCSP answers, which no page shows.
pub(crate) const VALIDATION_DATA: Rule = rule(id::LATER_VALIDATION_DATA, LongTermData);
/// A document timestamp, in a field of its own or an empty one.
pub(crate) const TIMESTAMP_ADDED: Rule = rule(id::LATER_TIMESTAMP_ADDED, LongTermData);
/// `/Extensions`, upward only, and `/Version`: what DSS and timestamps need to be declared.
pub(crate) const EXTENSIONS: Rule = rule(id::LATER_EXTENSIONS, LongTermData);
/// XMP metadata and `/Info`: every program that saves writes them, and no page shows them.
pub(crate) const METADATA: Rule = rule(id::LATER_METADATA, LongTermData);
/// Objects that nothing leads to: no reader sees them.
pub(crate) const UNUSED_OBJECTS: Rule = rule(id::LATER_UNUSED_OBJECTS, LongTermData);

// Form filling and signing. DocMDP 2 allows it.

/// A signature in a new field or an empty one, its dictionary a new object.
pub(crate) const SIGNATURE_ADDED: Rule = rule(id::LATER_SIGNATURE_ADDED, FormFilling);
/// A place for a signature to come. Under a certification the form is as its author made it (as iText has it).
pub(crate) const SIGNATURE_FIELD_ADDED: Rule = Rule { id: id::LATER_SIGNATURE_FIELD_ADDED, level: FormFilling, certified: Annotations };
/// A new certification: a signature with a DocMDP transform, or `/Perms /DocMDP`. Where one is in force already, there cannot be another
/// (12.8.2.2.1).
pub(crate) const CERTIFIED: Rule = Rule { id: id::LATER_CERTIFIED, level: FormFilling, certified: Other };
/// The value of a form field that no signature locks, with its appearance.
pub(crate) const FIELD_FILLED: Rule = rule(id::LATER_FIELD_FILLED, FormFilling);
/// `/DR`, `/DA`, `/Q` of the form: fonts that form filling needs.
pub(crate) const FORM_DEFAULTS: Rule = rule(id::LATER_FORM_DEFAULTS, FormFilling);
/// Entries of the structure tree for new fields: what they are called for assistive technology; no page shows it.
pub(crate) const STRUCTURE: Rule = rule(id::LATER_STRUCTURE, FormFilling);

// Annotations. DocMDP 3 allows them.

pub(crate) const ANNOTATION_ADDED: Rule = rule(id::LATER_ANNOTATION_ADDED, Annotations);
pub(crate) const ANNOTATION_CHANGED: Rule = rule(id::LATER_ANNOTATION_CHANGED, Annotations);
pub(crate) const ANNOTATION_REMOVED: Rule = rule(id::LATER_ANNOTATION_REMOVED, Annotations);
/// The picture of a field without its value: what is seen is no longer what programs read (the shadow attacks by replacement). As an
/// annotation it may be redrawn, as form filling not.
pub(crate) const APPEARANCE_ONLY: Rule = rule(id::LATER_APPEARANCE_ONLY, Annotations);
/// `/Tabs`: the order in which the tabulator goes through annotations.
pub(crate) const TAB_ORDER: Rule = rule(id::LATER_TAB_ORDER, Annotations);
/// A widget put on a page, or taken off it, while its field stays.
pub(crate) const WIDGET_CHANGED: Rule = rule(id::LATER_WIDGET_CHANGED, Annotations);

// Other: never allowed.

/// An annotation that does something: a script, a program, a form that is sent. What it does to the document nobody knows.
pub(crate) const ANNOTATION_ACTION: Rule = rule(id::LATER_ANNOTATION_ACTION, Other);
/// Entries of the catalog that steer what is shown: `/Pages /Names /OpenAction /AA /OCProperties` and all that are not known.
pub(crate) const CATALOG: Rule = rule(id::LATER_CATALOG, Other);
pub(crate) const FIELD_ADDED: Rule = rule(id::LATER_FIELD_ADDED, Other);
/// An entry of a field that is neither value nor appearance.
pub(crate) const FIELD_CHANGED: Rule = rule(id::LATER_FIELD_CHANGED, Other);
/// A change of a field that a signature before it locked (FieldMDP, `/Lock`).
pub(crate) const FIELD_LOCKED: Rule = rule(id::LATER_FIELD_LOCKED, Other);
pub(crate) const FIELD_REMOVED: Rule = rule(id::LATER_FIELD_REMOVED, Other);
pub(crate) const FORM: Rule = rule(id::LATER_FORM, Other);
/// An object that the signed version already pointed to, and that was put there later.
pub(crate) const HIDDEN_OBJECT: Rule = rule(id::LATER_HIDDEN_OBJECT, Other);
/// What no rule explains.
pub(crate) const OBJECT: Rule = rule(id::LATER_OBJECT, Other);
pub(crate) const OBJECT_REMOVED: Rule = rule(id::LATER_OBJECT_REMOVED, Other);
pub(crate) const PAGE: Rule = rule(id::LATER_PAGE, Other);
pub(crate) const PAGE_CONTENT: Rule = rule(id::LATER_PAGE_CONTENT, Other);
pub(crate) const PAGES: Rule = rule(id::LATER_PAGES, Other);
pub(crate) const PERMISSIONS: Rule = rule(id::LATER_PERMISSIONS, Other);
/// A changed object that something else uses too: a font of a field that is a font of a page.
pub(crate) const SHARED_OBJECT: Rule = rule(id::LATER_SHARED_OBJECT, Other);
/// A signature that was there, or an old object passed off as a new signature.
pub(crate) const SIGNATURE_CHANGED: Rule = rule(id::LATER_SIGNATURE_CHANGED, Other);
pub(crate) const STRUCTURE_CHANGED: Rule = rule(id::LATER_STRUCTURE_CHANGED, Other);
pub(crate) const TRAILER: Rule = rule(id::LATER_TRAILER, Other);
/// `/DSS` taken away, or something in it that is no validation data.
pub(crate) const VALIDATION_DATA_ODD: Rule = rule(id::LATER_VALIDATION_DATA_ODD, Other);

// The keys that the rules name.

/// What form filling writes into a field or its widget (Tables 166, 226, 228 to 232).
pub(crate) const FILLED_KEYS: &[&[u8]] = &[b"AP", b"AS", b"BS", b"DA", b"F", b"Ff", b"I", b"M", b"MK", b"Q", b"RV", b"TI", b"Type", b"V"];
/// What signing writes into an empty signature field or its widget.
pub(crate) const SIGNED_KEYS: &[&[u8]] =
    &[b"AP", b"AS", b"DA", b"F", b"Ff", b"M", b"MK", b"P", b"Q", b"StructParent", b"Subtype", b"Type", b"V"];
/// Keys under which a page or another field leads to a field or widget. An array object leads on under its own.
pub(crate) const FIELD_REFERRERS: &[&[u8]] = &[b"Annots", b"CO", b"Fields", b"IRT", b"Kids", b"Obj", b"Parent", b"Popup", b"T"];
/// Keys on the way from a page, the form or a field to the appearance of a widget.
pub(crate) const APPEARANCE_WAYS: &[&[u8]] = &[b"AP", b"AcroForm", b"Annots", b"Fields", b"Kids"];
/// Keys on the way to what pages are drawn with (Table 34).
pub(crate) const RESOURCE_KEYS: &[&[u8]] =
    &[b"ColorSpace", b"ExtGState", b"Font", b"Pattern", b"ProcSet", b"Properties", b"Resources", b"Shading", b"XObject"];
/// Keys that lead back up; what is above does not belong to what is below.
pub(crate) const BACK_KEYS: &[&[u8]] = &[b"Data", b"Dest", b"P", b"Parent", b"Pg"];
/// What a cross-reference section writes into its trailer (Tables 15 and 17), the message authentication code of ISO 32004, and what
/// LibreOffice keeps there for itself and other programs renumber; readers of PDF know nothing of it.
pub(crate) const TRAILER_KEYS: &[&[u8]] = &[
    b"AdditionalStreams",
    b"AuthCode",
    b"DL",
    b"DecodeParms",
    b"DocChecksum",
    b"Filter",
    b"ID",
    b"Index",
    b"Info",
    b"Length",
    b"Prev",
    b"Root",
    b"Size",
    b"Type",
    b"W",
    b"XRefStm",
];
/// Actions that go to a page or an address and do nothing else (Table 201).
pub(crate) const HARMLESS_ACTIONS: &[&[u8]] = &[b"GoTo", b"URI"];
/// The keys of the trailer that lead readers to objects.
pub(crate) const TRAILER_WAYS: &[&[u8]] = &[b"AuthCode", b"Encrypt", b"ID", b"Info", b"Root"];
