//! What later revisions may do: one row for each kind of change, with the lowest level of permission that allows it, why, and where that is from.
//!
//! Whatever no row explains is [`OBJECT`], which nothing allows. Where the standards are silent, the stricter of what other validators do.

use crate::format::ChangeLevel::{self, Annotations, FormFilling, LongTermData, Other};
use crate::message::id;

/// A row.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The id of its message.
    pub(crate) id: &'static str,
    /// How far it goes.
    pub(crate) level: ChangeLevel,
    /// How far it goes where a certification is in force.
    pub(crate) certified: ChangeLevel,
    /// What it covers, and why it is where it is.
    #[cfg_attr(not(test), expect(dead_code, reason = "docs/later-changes.md is made from it"))]
    pub(crate) reason: &'static str,
    /// The clause.
    pub(crate) source: &'static str,
}

const fn rule(id: &'static str, level: ChangeLevel, reason: &'static str, source: &'static str) -> Rule {
    Rule { id, level, certified: level, reason, source }
}

impl Rule {
    const fn certified(self, certified: ChangeLevel) -> Self {
        Self { certified, ..self }
    }
}

/// The row with this id.
pub(crate) fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

// Long-term data.

pub(crate) const VALIDATION_DATA: Rule = rule(
    id::LATER_VALIDATION_DATA,
    LongTermData,
    "`/DSS` and what it leads to: certificates, CRLs, OCSP answers, which no page shows.",
    "ISO 32000-2 12.8.4.3, 12.8.2.2.2; EN 319 142-1 5.4.2",
);
pub(crate) const TIMESTAMP_ADDED: Rule = rule(
    id::LATER_TIMESTAMP_ADDED,
    LongTermData,
    "A document time-stamp without a picture, in a field of its own or an empty one: it proves a time and shows nothing.",
    "ISO 32000-2 12.8.5, 12.8.2.2.2; EN 319 142-1 5.4.3",
);
pub(crate) const EXTENSIONS: Rule = rule(
    id::LATER_EXTENSIONS,
    LongTermData,
    "`/Extensions`, upward only, and `/Version`: what validation data and time-stamps need to be declared.",
    "ISO 32000-2 7.12, 12.8.4.3",
);
pub(crate) const METADATA: Rule = rule(
    id::LATER_METADATA,
    LongTermData,
    "XMP metadata and `/Info`: every program that saves writes them, and no page shows them.",
    "ISO 32000-2 14.3",
);
pub(crate) const UNUSED_OBJECTS: Rule =
    rule(id::LATER_UNUSED_OBJECTS, LongTermData, "Objects that nothing leads to: no reader sees them.", "ISO 32000-2 7.3.10");

// Form filling and signing.

pub(crate) const SIGNATURE_ADDED: Rule = rule(
    id::LATER_SIGNATURE_ADDED,
    FormFilling,
    "A signature in a new field or an empty one, its dictionary a new object: the next one in the order of work.",
    "ISO 32000-2 12.8.2.2.2",
);
pub(crate) const SIGNATURE_FIELD_ADDED: Rule = rule(
    id::LATER_SIGNATURE_FIELD_ADDED,
    FormFilling,
    "A place for a signature to come shows nothing. Under a certification the form stays as its author made it, as iText has it.",
    "ISO 32000-2 12.7.5.5, 12.8.2.2.2",
)
.certified(Annotations);
pub(crate) const CERTIFIED: Rule = rule(
    id::LATER_CERTIFIED,
    FormFilling,
    "A signature with a DocMDP transform, or `/Perms /DocMDP`. Where a certification is in force already, there cannot be another.",
    "ISO 32000-2 12.8.2.2.1",
)
.certified(Other);
pub(crate) const FIELD_FILLED: Rule = rule(
    id::LATER_FIELD_FILLED,
    FormFilling,
    "The value of a form field that no signature locks, with its appearance: that is what forms are for.",
    "ISO 32000-2 12.8.2.2.2, 12.7.4.3",
);
pub(crate) const FORM_DEFAULTS: Rule = rule(
    id::LATER_FORM_DEFAULTS,
    FormFilling,
    "`/DR`, `/DA`, `/Q` of the form: fonts that form filling needs, and that no page uses.",
    "ISO 32000-2 12.7.3, 12.7.4.3",
);
pub(crate) const STRUCTURE: Rule = rule(
    id::LATER_STRUCTURE,
    FormFilling,
    "New entries of the structure tree: what new fields are called for assistive technology; no page shows them.",
    "ISO 32000-2 14.7, 14.8.4",
);

// Annotations.

pub(crate) const ANNOTATION_ADDED: Rule = rule(
    id::LATER_ANNOTATION_ADDED,
    Annotations,
    "A note, mark or stamp: it may lie over text, so that only a certification can allow it.",
    "ISO 32000-2 12.8.2.2.2",
);
pub(crate) const ANNOTATION_CHANGED: Rule =
    rule(id::LATER_ANNOTATION_CHANGED, Annotations, "What a note says or shows is another.", "ISO 32000-2 12.8.2.2.2");
pub(crate) const ANNOTATION_REMOVED: Rule =
    rule(id::LATER_ANNOTATION_REMOVED, Annotations, "A note that was signed with the page is gone from it.", "ISO 32000-2 12.8.2.2.2");
pub(crate) const APPEARANCE_ONLY: Rule = rule(
    id::LATER_APPEARANCE_ONLY,
    Annotations,
    "The picture of a field without its value: what is seen is no longer what programs read (shadow attack, replace). As an annotation it may be redrawn, as form filling not.",
    "ISO 32000-2 12.7.4.3; NDSS 2021 (shadow attacks)",
);
pub(crate) const TAB_ORDER: Rule = rule(
    id::LATER_TAB_ORDER,
    Annotations,
    "`/Tabs`: the order in which the tabulator goes through annotations.",
    "ISO 32000-2 12.5, Table 31",
);
pub(crate) const WIDGET_CHANGED: Rule = rule(
    id::LATER_WIDGET_CHANGED,
    Annotations,
    "A widget put on a page, or taken off it, while its field stays.",
    "ISO 32000-2 12.5.6.19, 12.8.2.2.2",
);

// Other: never allowed.

pub(crate) const ANNOTATION_ACTION: Rule = rule(
    id::LATER_ANNOTATION_ACTION,
    Other,
    "An annotation that does something: a script, a program, a form that is sent. What it does to the document nobody knows.",
    "ISO 32000-2 12.6; stricter than 12.8.2.2.2",
);
pub(crate) const APPEARANCE_DISAGREES: Rule = rule(
    id::LATER_APPEARANCE_DISAGREES,
    Other,
    "A field whose picture says something else than the value it was given: form filling makes the two agree (shadow attack, replace). Nothing is said where the text of the picture cannot be read, or readers are told to draw it anew.",
    "ISO 32000-2 12.7.4.3; NDSS 2021 (shadow attacks)",
);
pub(crate) const CATALOG: Rule = rule(
    id::LATER_CATALOG,
    Other,
    "Entries of the catalog that steer what is shown: `/Pages`, `/Names`, `/OpenAction`, `/AA`, `/OCProperties`, and all that are not known.",
    "ISO 32000-2 7.7.2, 12.8.2.2.2",
);
pub(crate) const FIELD_ADDED: Rule =
    rule(id::LATER_FIELD_ADDED, Other, "A new field that takes no signature: it can show any text anywhere.", "ISO 32000-2 12.8.2.2.2");
pub(crate) const FIELD_CHANGED: Rule = rule(
    id::LATER_FIELD_CHANGED,
    Other,
    "An entry of a field that is neither value nor appearance: its place, its name, its kind, its script.",
    "ISO 32000-2 12.8.2.2.2",
);
pub(crate) const FIELD_LOCKED: Rule =
    rule(id::LATER_FIELD_LOCKED, Other, "A change of a field that a signature before it locked.", "ISO 32000-2 12.8.2.4, 12.7.5.5");
pub(crate) const FIELD_REMOVED: Rule = rule(id::LATER_FIELD_REMOVED, Other, "A field that was signed is gone.", "ISO 32000-2 12.8.2.2.2");
pub(crate) const FORM: Rule = rule(
    id::LATER_FORM,
    Other,
    "Entries of the form that steer how fields look or are computed: `/NeedAppearances`, `/XFA`, `/CO`.",
    "ISO 32000-2 12.7.3",
);
pub(crate) const HIDDEN_OBJECT: Rule = rule(
    id::LATER_HIDDEN_OBJECT,
    Other,
    "An object that the signed version already pointed to, and that was put there later.",
    "ISO 32000-2 7.3.10; NDSS 2021 (shadow attacks)",
);
pub(crate) const OBJECT: Rule = rule(id::LATER_OBJECT, Other, "What no rule explains.", "ISO 32000-2 12.8.2.2.2");
pub(crate) const OBJECT_REMOVED: Rule = rule(
    id::LATER_OBJECT_REMOVED,
    Other,
    "An object that is freed, and still pointed to: what it showed is gone.",
    "ISO 32000-2 7.5.6, 7.3.10",
);
pub(crate) const PAGE: Rule =
    rule(id::LATER_PAGE, Other, "An entry of a page: its boxes, its rotation, its actions.", "ISO 32000-2 7.7.3.3");
pub(crate) const PAGE_CONTENT: Rule =
    rule(id::LATER_PAGE_CONTENT, Other, "What is drawn on a page: its content, and all that it is drawn with.", "ISO 32000-2 7.8");
pub(crate) const PAGES: Rule =
    rule(id::LATER_PAGES, Other, "The page tree: which pages there are, and what they inherit.", "ISO 32000-2 7.7.3");
pub(crate) const PERMISSIONS: Rule =
    rule(id::LATER_PERMISSIONS, Other, "`/Perms`: a certification goes, or becomes another.", "ISO 32000-2 12.8.6");
pub(crate) const SHARED_OBJECT: Rule = rule(
    id::LATER_SHARED_OBJECT,
    Other,
    "A changed object that something else uses too: the change means one thing there, and another here.",
    "ISO 32000-2 7.3.10; NDSS 2021 (shadow attacks)",
);
pub(crate) const SIGNATURE_CHANGED: Rule = rule(
    id::LATER_SIGNATURE_CHANGED,
    Other,
    "A signature that was there, or an old object passed off as a new signature.",
    "ISO 32000-2 12.8.1",
);
pub(crate) const STRUCTURE_CHANGED: Rule =
    rule(id::LATER_STRUCTURE_CHANGED, Other, "What the structure tree said of signed content is another.", "ISO 32000-2 14.7");
pub(crate) const TRAILER: Rule =
    rule(id::LATER_TRAILER, Other, "An entry of the trailer that leads elsewhere, or that nobody knows.", "ISO 32000-2 7.5.5");
pub(crate) const VALIDATION_DATA_ODD: Rule =
    rule(id::LATER_VALIDATION_DATA_ODD, Other, "`/DSS` taken away, or something in it that is no validation data.", "ISO 32000-2 12.8.4.3");

/// Every row.
pub(crate) const RULES: &[&Rule] = &[
    &VALIDATION_DATA,
    &TIMESTAMP_ADDED,
    &EXTENSIONS,
    &METADATA,
    &UNUSED_OBJECTS,
    &SIGNATURE_ADDED,
    &SIGNATURE_FIELD_ADDED,
    &CERTIFIED,
    &FIELD_FILLED,
    &FORM_DEFAULTS,
    &STRUCTURE,
    &ANNOTATION_ADDED,
    &ANNOTATION_CHANGED,
    &ANNOTATION_REMOVED,
    &APPEARANCE_ONLY,
    &TAB_ORDER,
    &WIDGET_CHANGED,
    &ANNOTATION_ACTION,
    &APPEARANCE_DISAGREES,
    &CATALOG,
    &FIELD_ADDED,
    &FIELD_CHANGED,
    &FIELD_LOCKED,
    &FIELD_REMOVED,
    &FORM,
    &HIDDEN_OBJECT,
    &OBJECT,
    &OBJECT_REMOVED,
    &PAGE,
    &PAGE_CONTENT,
    &PAGES,
    &PERMISSIONS,
    &SHARED_OBJECT,
    &SIGNATURE_CHANGED,
    &STRUCTURE_CHANGED,
    &TRAILER,
    &VALIDATION_DATA_ODD,
];

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

#[cfg(test)]
mod tests;
