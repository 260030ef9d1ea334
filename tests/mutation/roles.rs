//! Changes in the roles that rules know: form filling, signing, notes, validation data, metadata, structure; and objects that play two.

use lopdf::{Dictionary, Object, StringFormat, dictionary};

use super::draft::{Draft, entries};
use super::random::Random;
use super::write;

/// How far an honest change goes; what is not honest has no level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Honest {
    LongTermData,
    FormFilling,
    Annotations,
    No,
}

type Change = fn(&mut Draft<'_>, &mut Random);

const CHANGES: &[(&str, Honest, Change)] = &[
    ("metadata", Honest::LongTermData, metadata),
    ("information", Honest::LongTermData, information),
    ("validation data", Honest::LongTermData, validation_data),
    ("unused object", Honest::LongTermData, unused),
    ("field filled", Honest::FormFilling, fill),
    ("box ticked", Honest::FormFilling, tick),
    ("annotation added", Honest::Annotations, annotate),
    ("field touched", Honest::No, touch_field),
    ("form touched", Honest::No, touch_form),
    ("catalog touched", Honest::No, touch_catalog),
    ("page touched", Honest::No, touch_page),
    ("signed by nobody", Honest::No, sign),
    ("signature field added", Honest::No, add_field),
    ("appearance replaced", Honest::No, redraw),
    ("structure touched", Honest::No, touch_structure),
    ("layers touched", Honest::No, touch_layers),
    ("object in a benign role", Honest::No, play_role),
    ("object in a benign role", Honest::No, play_role),
    ("changed object in a benign role", Honest::No, play_two_roles),
    ("changed object in a benign role", Honest::No, play_two_roles),
    ("changed object in a benign role", Honest::No, play_two_roles),
    ("object where there was none", Honest::No, fill_gap),
    ("object in disguise", Honest::No, disguise),
    ("annotations touched", Honest::No, touch_annotations),
    ("catalog written anew", Honest::No, new_catalog),
];

/// One of them. Says how far it may go.
pub(crate) fn change(draft: &mut Draft<'_>, random: &mut Random) -> Honest {
    let (told, honest, change) = random.pick(CHANGES).unwrap();
    draft.told.push(told);
    change(draft, random);
    *honest
}

/// One that is honest.
pub(crate) fn honest_change(draft: &mut Draft<'_>, random: &mut Random) -> Honest {
    let (told, honest, change) = CHANGES[random.below(7)];
    draft.told.push(told);
    change(draft, random);
    honest
}

fn name(text: &str) -> Object {
    Object::Name(text.into())
}

fn refer(number: u32) -> Object {
    Object::Reference((number, 0))
}

fn numbers<const COUNT: usize>(numbers: [i64; COUNT]) -> Object {
    Object::Array(numbers.map(Object::Integer).to_vec())
}

fn string(text: &str) -> Object {
    Object::String(text.into(), StringFormat::Literal)
}

/// Changes the dictionary behind a key of an object, wherever it stands; it is made where there is none.
fn edit_below(draft: &mut Draft<'_>, holder: u32, key: &str, change: impl FnOnce(&mut Dictionary)) {
    if let Some(number) = draft.number_at(holder, key.as_bytes()).filter(|number| draft.dictionary(*number).is_some()) {
        draft.edit(number, change);
        return;
    }
    draft.edit(holder, |dictionary| {
        if dictionary.get(key.as_bytes()).and_then(Object::as_dict).is_err() {
            dictionary.set(key, Dictionary::new());
        }
        change(dictionary.get_mut(key.as_bytes()).unwrap().as_dict_mut().unwrap());
    });
}

fn edit_form(draft: &mut Draft<'_>, change: impl FnOnce(&mut Dictionary)) {
    let catalog = draft.catalog();
    edit_below(draft, catalog, "AcroForm", change);
}

/// Adds an item to an array below an object, wherever it stands.
fn push(draft: &mut Draft<'_>, holder: u32, key: &str, item: Object) {
    if let Some(number) = draft.number_at(holder, key.as_bytes()) {
        if let Some(Object::Array(items)) = draft.objects.get(&number) {
            let mut items = items.clone();
            items.push(item);
            draft.put(number, Object::Array(items));
        }
        return;
    }
    draft.edit(holder, |dictionary| match dictionary.get_mut(key.as_bytes()) {
        Ok(Object::Array(items)) => items.push(item),
        _ => dictionary.set(key, Object::Array(vec![item])),
    });
}

fn pages(draft: &Draft<'_>) -> Vec<u32> {
    draft.of_type(b"Type", b"Page")
}

fn page(draft: &Draft<'_>, random: &mut Random) -> u32 {
    random.pick(&pages(draft)).copied().unwrap_or_else(|| draft.catalog())
}

fn widgets(draft: &Draft<'_>) -> Vec<u32> {
    draft.of_type(b"Subtype", b"Widget")
}

fn fields(draft: &Draft<'_>, kind: &[u8]) -> Vec<u32> {
    draft.of_type(b"FT", kind)
}

fn rectangle(random: &mut Random) -> Object {
    numbers(random.one(&[
        [60, 60, 200, 120],
        [0, 0, 420, 595],
        [230, 200, 390, 260],
        [0, 0, 0, 0],
        [100, 100, 100, 400],
        [300, 500, 400, 560],
        [50, 520, 350, 560],
    ]))
}

/// A picture: new, with resources of its own or of the page, or one that is there.
fn picture(draft: &mut Draft<'_>, random: &mut Random) -> u32 {
    let there = draft.of_type(b"Subtype", b"Form");
    if random.percent(15)
        && let Some(number) = random.pick(&there)
    {
        return *number;
    }
    let fonts = draft.of_type(b"Type", b"Font");
    let mut resources = Dictionary::new();
    if let Some(font) = random.pick(&fonts) {
        resources.set("Font", dictionary! { "F1" => refer(*font) });
    }
    if random.percent(20)
        && let Some(form) = random.pick(&there)
    {
        resources.set("XObject", dictionary! { "X1" => refer(*form) });
    }
    let mut form = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(random.one(&[[0, 0, 180, 20], [0, 0, 420, 595], [0, 0, 20, 20]])),
        "Resources" => resources,
    };
    if random.percent(10) {
        form.set("Matrix", numbers([1, 0, 0, 1, -50, -50]));
    }
    let content = random.one(&[
        "/Tx BMC q BT /F1 12 Tf 0 g 2 5 Td (999) Tj ET Q EMC",
        "1 0 0 rg 0 0 420 595 re f",
        "q 0 0 1 rg 2 2 16 16 re f Q /X1 Do",
        "q 20 0 0 20 0 0 cm /X1 Do Q Q Q",
    ]);
    draft.add(write::stream(form, content.into(), random.percent(30)))
}

// Honest changes.

fn metadata(draft: &mut Draft<'_>, random: &mut Random) {
    let data = format!("<?xpacket begin='' id='x'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>{}</x:xmpmeta><?xpacket end='w'?>", random.below(9));
    let metadata = write::stream(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, data.into(), false);
    let catalog = draft.catalog();
    let old = draft.number_at(catalog, b"Metadata").filter(|number| draft.dictionary(*number).is_some_and(|old| old.has_type(b"Metadata")));
    match old {
        Some(old) if random.percent(50) => draft.put(old, metadata),
        _ => {
            let number = draft.add(metadata);
            draft.edit(catalog, |catalog| catalog.set("Metadata", refer(number)));
        }
    }
}

fn information(draft: &mut Draft<'_>, random: &mut Random) {
    let information = Object::Dictionary(dictionary! { "Title" => string("Giay"), "ModDate" => string("D:20261124080000Z") });
    match draft.trailer.get(b"Info").and_then(Object::as_reference) {
        // In the letter that has everything, the page names it too: a change all the same.
        Ok((number, _)) if random.percent(50) && !draft.base.is_rich => draft.put(number, information),
        _ => {
            let number = draft.add(information);
            draft.trailer.set("Info", refer(number));
        }
    }
}

fn validation_data(draft: &mut Draft<'_>, random: &mut Random) {
    let certificate = include_bytes!("../../fixtures/pki/root-rsa.crl").to_vec();
    let data = draft.add(write::stream(Dictionary::new(), certificate, random.percent(30)));
    let catalog = draft.catalog();
    let key = random.one(&["Certs", "CRLs", "OCSPs"]);
    if draft.dictionary(catalog).is_some_and(|catalog| catalog.has(b"DSS")) {
        if let Some(store) = draft.number_at(catalog, b"DSS") {
            push(draft, store, key, refer(data));
        }
        return;
    }
    let entry = dictionary! { "CRL" => vec![refer(data)] };
    let store = dictionary! { "Type" => "DSS", key => vec![refer(data)], "VRI" => dictionary! { "0123456789ABCDEF0123456789ABCDEF01234567" => entry } };
    let store = draft.add(Object::Dictionary(store));
    draft.edit(catalog, |catalog| catalog.set("DSS", refer(store)));
}

fn unused(draft: &mut Draft<'_>, random: &mut Random) {
    let copy = draft.objects[&draft.any(random)].clone();
    draft.add(copy);
}

fn fill(draft: &mut Draft<'_>, random: &mut Random) {
    let texts = [fields(draft, b"Tx"), fields(draft, b"Ch")].concat();
    let Some(field) = random.pick(&texts).copied() else { return };
    let appearance = honest_picture(draft, field);
    draft.edit(field, |field| {
        field.set("V", string("999"));
        field.set("AP", dictionary! { "N" => refer(appearance) });
    });
}

/// A new picture that stays in its place.
fn honest_picture(draft: &mut Draft<'_>, field: u32) -> u32 {
    let fonts = draft.of_type(b"BaseFont", b"Helvetica");
    let mut resources = Dictionary::new();
    if let Some(font) = fonts.first() {
        resources.set("Font", dictionary! { "Helv" => refer(*font) });
    }
    let corners: Vec<f32> = draft.dictionary(field).and_then(|field| field.get(b"Rect").ok()).map_or_else(Vec::new, |rect| {
        draft.resolve(rect).as_array().map_or_else(|_| Vec::new(), |rect| rect.iter().filter_map(|corner| corner.as_float().ok()).collect())
    });
    let (width, height) = if let [left, bottom, right, top] = corners[..] { (right - left, top - bottom) } else { (100.0, 20.0) };
    let bounds = [0.0, 0.0, width, height].map(Object::Real).to_vec();
    let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds, "Resources" => resources };
    draft.add(write::stream(form, b"/Tx BMC q BT /Helv 12 Tf 0 g 2 5 Td (999) Tj ET Q EMC".to_vec(), false))
}

fn tick(draft: &mut Draft<'_>, random: &mut Random) {
    let boxes: Vec<u32> = draft.having(|object| {
        let Object::Dictionary(dictionary) = object else { return false };
        dictionary.has(b"AS") && dictionary.has(b"AP") && dictionary.has(b"T")
    });
    let Some(field) = random.pick(&boxes).copied() else { return };
    let states = draft.dictionary(field).and_then(|field| field.get(b"AP").ok()).map(|appearance| draft.resolve(appearance).clone());
    let states = states.and_then(|states| states.as_dict().ok().and_then(|states| states.get(b"N").ok().cloned()));
    let states: Vec<Vec<u8>> = match states.map(|states| draft.resolve(&states).clone()) {
        Some(Object::Dictionary(states)) => states.iter().map(|(key, _)| key.clone()).collect(),
        _ => return,
    };
    let Some(state) = random.pick(&states).cloned() else { return };
    draft.edit(field, |field| {
        field.set("AS", Object::Name(state.clone()));
        field.set("V", Object::Name(state));
    });
}

fn annotate(draft: &mut Draft<'_>, random: &mut Random) {
    let page = page(draft, random);
    let appearance = picture(draft, random);
    let mut annotation = dictionary! {
        "Type" => "Annot", "Subtype" => random.one(&["Stamp", "FreeText", "Square", "Text", "Highlight", "Ink", "Watermark"]),
        "Rect" => rectangle(random), "F" => 4, "P" => refer(page), "Contents" => string("Da xem"), "DA" => string("/F1 10 Tf 0 g"),
    };
    if random.percent(85) {
        annotation.set("AP", dictionary! { "N" => refer(appearance) });
    }
    let annotation = draft.add(Object::Dictionary(annotation));
    push(draft, page, "Annots", refer(annotation));
}

// Changes that are not quite what they seem.

fn touch_field(draft: &mut Draft<'_>, random: &mut Random) {
    let all = [widgets(draft), fields(draft, b"Btn")].concat();
    let Some(field) = random.pick(&all).copied() else { return };
    let picture = picture(draft, random);
    let value = draft.plausible(random);
    let key = random.one(&[
        "V", "AS", "F", "Ff", "Rect", "MK", "DA", "Q", "BS", "Border", "OC", "Opt", "MaxLen", "RV", "I", "TI", "DV", "T", "FT", "Kids",
        "Parent", "P", "Lock", "A", "AA", "C", "H", "Subtype", "Type",
    ]);
    let rect = rectangle(random);
    let choice = random.below(4);
    let layer = draft.of_type(b"Type", b"OCG").first().copied();
    draft.edit(field, |field| match key {
        "V" => field.set(key, string("777")),
        "AS" => field.set(key, name(["Yes", "Off", "A", "1"][choice])),
        "F" => field.set(key, Object::Integer([0, 2, 4, 6][choice])),
        "Ff" => field.set(key, Object::Integer([0, 2, 4096, 8192][choice])),
        "Rect" => field.set(key, rect),
        "MK" => field.set(
            key,
            dictionary! { "BG" => numbers([1, 0, 0]), "BC" => numbers([0, 1, 0]), "CA" => string("8"), "R" => 90, "I" => refer(picture) },
        ),
        "DA" => field.set(key, string(["/F1 30 Tf 1 0 0 rg", "/F3 12 Tf 0 g", "/Helv 0 Tf", ""][choice])),
        "BS" => field.set(key, dictionary! { "W" => 5, "S" => "S" }),
        "Border" => field.set(key, numbers([0, 0, 5])),
        "OC" if layer.is_some() => field.set(key, refer(layer.unwrap())),
        _ => field.set(key, value),
    });
}

fn touch_form(draft: &mut Draft<'_>, random: &mut Random) {
    let value = draft.plausible(random);
    let font = draft.of_type(b"Type", b"Font");
    let font = random.pick(&font).copied();
    let courier = draft.add(Object::Dictionary(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times-Bold" }));
    let font = if random.percent(50) { courier } else { font.unwrap_or(courier) };
    let choice = random.below(9);
    edit_form(draft, |form| match choice {
        0 => form.set("NeedAppearances", true),
        1 => form.set("DA", string("/F1 30 Tf 1 0 0 rg")),
        2 => form.set("Q", 2),
        3 => form.set("DR", dictionary! { "Font" => dictionary! { "F1" => refer(font), "F3" => refer(font), "Helv" => refer(font) } }),
        4 => form.set("XFA", value),
        5 => form.set("CO", value),
        6 => form.set("SigFlags", 3),
        7 => {
            if let Ok(Object::Array(items)) = form.get_mut(b"Fields") {
                items.reverse();
            }
        }
        _ => {
            form.remove(b"DR");
        }
    });
    if choice == 3 && random.percent(50) {
        draft.change(font, random);
    }
}

fn touch_catalog(draft: &mut Draft<'_>, random: &mut Random) {
    let catalog = draft.catalog();
    let value = draft.plausible(random);
    let key = random.one(&[
        "Pages",
        "Names",
        "OpenAction",
        "OCProperties",
        "Version",
        "Extensions",
        "Perms",
        "MarkInfo",
        "Lang",
        "StructTreeRoot",
        "PageMode",
        "AA",
        "Metadata",
        "DSS",
        "AcroForm",
        "PieceInfo",
        "OutputIntents",
    ]);
    let choice = random.below(3);
    draft.edit(catalog, |catalog| match (key, choice) {
        (_, 0) => {
            catalog.remove(key.as_bytes());
        }
        ("Version", _) => catalog.set(key, name("2.0")),
        ("Extensions", _) => {
            catalog.set(key, dictionary! { "ADBE" => dictionary! { "BaseVersion" => "1.7", "ExtensionLevel" => 8, "X" => value } })
        }
        ("MarkInfo", _) => catalog.set(key, dictionary! { "Marked" => false }),
        _ => catalog.set(key, value),
    });
}

fn touch_page(draft: &mut Draft<'_>, random: &mut Random) {
    let page = page(draft, random);
    let value = draft.plausible(random);
    let choice = random.below(8);
    let stream = draft.add(write::stream(Dictionary::new(), b"1 0 0 rg 0 0 300 300 re f".to_vec(), false));
    draft.edit(page, |page| match choice {
        0 => page.set("Contents", refer(stream)),
        1 => page.set("Tabs", name("S")),
        2 => page.set("StructParents", 3),
        3 => page.set("Rotate", 90),
        4 => page.set("MediaBox", numbers([0, 0, 300, 300])),
        5 => page.set("Resources", value),
        6 => page.set("Annots", value),
        _ => page.set("Group", value),
    });
}

/// A signature dictionary in an empty field.
fn sign(draft: &mut Draft<'_>, random: &mut Random) {
    let all = fields(draft, b"Sig");
    let empty: Vec<u32> = all.iter().copied().filter(|field| draft.dictionary(*field).is_some_and(|field| !field.has(b"V"))).collect();
    let Some(field) = random.pick(&empty).copied() else { return add_field(draft, random) };
    let signature = signature(draft, random);
    let picture = picture(draft, random);
    draft.edit(field, |field| field.set("V", refer(signature)));
    if random.percent(60) {
        draft.edit(field, |field| field.set("AP", dictionary! { "N" => refer(picture) }));
    }
    if random.percent(20) {
        let rect = rectangle(random);
        draft.edit(field, |field| field.set("Rect", rect));
    }
}

/// Like a signature, or a time-stamp, or one that is there.
fn signature(draft: &mut Draft<'_>, random: &mut Random) -> u32 {
    let there = draft.having(|object| object.as_dict().is_ok_and(|dictionary| dictionary.has(b"ByteRange")));
    match random.below(4) {
        0 if !there.is_empty() => random.one(&there),
        1 if !there.is_empty() => {
            let copy = draft.objects[&random.one(&there)].clone();
            draft.add(copy)
        }
        2 => draft.add(Object::Dictionary(dictionary! {
            "Type" => "DocTimeStamp", "Filter" => "Adobe.PPKLite", "SubFilter" => "ETSI.RFC3161",
            "Contents" => Object::String(vec![0; 40], StringFormat::Hexadecimal), "ByteRange" => numbers([0, 10, 20, 30]),
        })),
        _ => draft.add(Object::Dictionary(dictionary! {
            "Type" => "Sig", "Filter" => "Adobe.PPKLite", "SubFilter" => "ETSI.CAdES.detached",
            "Contents" => Object::String(vec![0; 40], StringFormat::Hexadecimal), "ByteRange" => numbers([0, 10, 20, 30]),
        })),
    }
}

fn add_field(draft: &mut Draft<'_>, random: &mut Random) {
    let page = page(draft, random);
    let mut field = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => random.one(&["Sig", "Sig", "Sig", "Tx", "Btn"]), "T" => string("Them"),
        "Rect" => rectangle(random), "F" => 4, "P" => refer(page),
    };
    if random.percent(40) {
        let picture = picture(draft, random);
        field.set("AP", dictionary! { "N" => refer(picture) });
    }
    if random.percent(30) {
        field.set("MK", dictionary! { "BG" => numbers([1, 0, 0]), "BC" => numbers([0, 0, 1]), "CA" => string("DA HUY") });
        field.set("DA", string("/F1 20 Tf 1 0 0 rg"));
        field.set("BS", dictionary! { "W" => 4 });
    }
    if random.percent(20) {
        field.set("Border", numbers([0, 0, 4]));
        field.set("C", numbers([1, 0, 0]));
    }
    if random.percent(50) {
        let signature = signature(draft, random);
        field.set("V", refer(signature));
    }
    let field = draft.add(Object::Dictionary(field));
    push(draft, page, "Annots", refer(field));
    if random.percent(80) {
        let catalog = draft.catalog();
        match draft.number_at(catalog, b"AcroForm") {
            Some(form) => push(draft, form, "Fields", refer(field)),
            None => edit_form(draft, |form| match form.get_mut(b"Fields") {
                Ok(Object::Array(items)) => items.push(refer(field)),
                _ => form.set("Fields", Object::Array(vec![refer(field)])),
            }),
        }
    }
}

/// The picture of a widget: another, the same one changed, or none.
fn redraw(draft: &mut Draft<'_>, random: &mut Random) {
    let Some(widget) = random.pick(&widgets(draft)).copied() else { return };
    let new = picture(draft, random);
    if random.percent(40) {
        draft.edit(widget, |widget| widget.set("V", string("888")));
    }
    match random.below(4) {
        0 => drop(draft.edit(widget, |widget| widget.set("AP", dictionary! { "N" => refer(new), "D" => refer(new) }))),
        1 => drop(draft.edit(widget, |widget| drop(widget.remove(b"AP")))),
        2 => {
            let appearances = draft.dictionary(widget).and_then(|widget| widget.get(b"AP").ok()).map(|found| draft.resolve(found).clone());
            let stream = appearances.and_then(|found| found.as_dict().ok()?.get(b"N").ok()?.as_reference().ok());
            if let Some((stream, _)) = stream {
                draft.change(stream, random);
            }
        }
        _ => {
            let states = draft.add(Object::Dictionary(
                dictionary! { "N" => dictionary! { "Yes" => refer(new), "Off" => refer(new), "A" => refer(new) } },
            ));
            draft.edit(widget, |widget| widget.set("AP", refer(states)));
        }
    }
}

fn touch_structure(draft: &mut Draft<'_>, random: &mut Random) {
    let catalog = draft.catalog();
    let target = draft.any(random);
    let element =
        draft.add(Object::Dictionary(dictionary! { "Type" => "StructElem", "S" => "Form", "P" => refer(target), "K" => refer(target) }));
    match draft.number_at(catalog, b"StructTreeRoot") {
        Some(root) => match random.below(3) {
            0 => push(draft, root, "K", refer(element)),
            1 => edit_below(draft, root, "ParentTree", |tree| match tree.get_mut(b"Nums") {
                Ok(Object::Array(items)) => items.extend([Object::Integer(9), refer(element)]),
                _ => tree.set("Nums", vec![Object::Integer(9), refer(element)]),
            }),
            _ => {
                let elements = draft.of_type(b"Type", b"StructElem");
                let element = random.pick(&elements).copied().unwrap_or(element);
                push(draft, element, "K", refer(target));
            }
        },
        None => {
            let root = draft.add(Object::Dictionary(dictionary! { "Type" => "StructTreeRoot", "K" => refer(element) }));
            draft.edit(catalog, |catalog| catalog.set("StructTreeRoot", refer(root)));
        }
    }
}

fn touch_layers(draft: &mut Draft<'_>, random: &mut Random) {
    let catalog = draft.catalog();
    let layers = draft.of_type(b"Type", b"OCG");
    let layer = random
        .pick(&layers)
        .copied()
        .unwrap_or_else(|| draft.add(Object::Dictionary(dictionary! { "Type" => "OCG", "Name" => string("x") })));
    match random.below(3) {
        0 => edit_below(draft, catalog, "OCProperties", |layers| {
            layers.set("D", dictionary! { "OFF" => vec![refer(layer)] });
        }),
        1 => drop(draft.edit(layer, |layer| layer.set("Usage", dictionary! { "View" => dictionary! { "ViewState" => "OFF" } }))),
        _ => {
            let all = [draft.of_type(b"Subtype", b"Form"), widgets(draft)].concat();
            if let Some(shown) = random.pick(&all) {
                draft.edit(*shown, |shown| shown.set("OC", refer(layer)));
            }
        }
    }
}

/// Puts an object where later versions may have new ones.
fn play_role(draft: &mut Draft<'_>, random: &mut Random) {
    let number = if random.percent(50) { picture(draft, random) } else { draft.any(random) };
    place(draft, number, random);
}

/// Changes an object and says that it is something harmless.
fn play_two_roles(draft: &mut Draft<'_>, random: &mut Random) {
    let number = draft.any(random);
    draft.change(number, random);
    if random.percent(30) {
        costume(draft, number, random);
    }
    place(draft, number, random);
    if random.percent(30) {
        place(draft, number, random);
    }
}

/// An object that the signed version refers to and does not have.
fn fill_gap(draft: &mut Draft<'_>, random: &mut Random) {
    let Some(number) = random.pick(&draft.dangling()).copied() else { return play_two_roles(draft, random) };
    let picture = picture(draft, random);
    let object = draft.objects[&picture].clone();
    draft.put(number, object);
    if random.percent(40) {
        costume(draft, number, random);
    }
    if random.percent(70) {
        place(draft, number, random);
    }
}

fn disguise(draft: &mut Draft<'_>, random: &mut Random) {
    let number = draft.any(random);
    draft.change(number, random);
    costume(draft, number, random);
}

/// Keys that make an object look like another kind.
fn costume(draft: &mut Draft<'_>, number: u32, random: &mut Random) {
    let choice = random.below(12);
    let any = refer(draft.any(random));
    draft.edit(number, |object| match choice {
        0 => {
            object.set("Type", name("Metadata"));
            object.set("Subtype", name("XML"));
        }
        1 => {
            object.set("Type", name("StructElem"));
            object.set("S", name("P"));
            object.set("P", any);
        }
        2 => {
            object.set("Subtype", name("Square"));
            object.set("Rect", numbers([0, 0, 100, 100]));
        }
        3 => {
            object.set("FT", name("Sig"));
            object.set("T", string("x"));
        }
        4 => object.set("Type", name("XRef")),
        5 => object.set("Type", name("ObjStm")),
        6 => object.set("Type", name("DSS")),
        7 => object.set("Type", name("Sig")),
        8 => object.set("Type", name("Annot")),
        9 => {
            object.remove(b"Type");
        }
        10 => object.set("Type", name("StructTreeRoot")),
        _ => object.set("Type", name("Page")),
    });
}

/// A place where the rules expect something new.
fn place(draft: &mut Draft<'_>, number: u32, random: &mut Random) {
    let catalog = draft.catalog();
    let page = page(draft, random);
    let widgets = widgets(draft);
    let widget = random.pick(&widgets).copied();
    let annotations = draft.having(|object| object.as_dict().is_ok_and(|entries| entries.has(b"Rect") && !entries.has(b"FT")));
    let it = refer(number);
    match random.below(22) {
        0 => edit_below(draft, catalog, "DSS", |store| store.set("Certs", Object::Array(vec![it]))),
        1 => edit_below(draft, catalog, "DSS", |store| store.set("OCSPs", it)),
        2 => edit_below(draft, catalog, "DSS", |store| {
            store.set("VRI", dictionary! { "0123456789ABCDEF0123456789ABCDEF01234567" => dictionary! { "TS" => it } });
        }),
        3 => drop(draft.edit(catalog, |catalog| catalog.set("DSS", it))),
        4 => drop(draft.edit(catalog, |catalog| catalog.set("Metadata", it))),
        5 => draft.trailer.set("Info", it),
        6 => edit_form(draft, |form| form.set("DR", dictionary! { "Font" => dictionary! { "F9" => it } })),
        7 => edit_form(draft, |form| form.set("DR", it)),
        8 => drop(widget.map(|widget| draft.edit(widget, |widget| widget.set("AP", dictionary! { "N" => it })))),
        9 => drop(widget.map(|widget| draft.edit(widget, |widget| widget.set("AP", it)))),
        10 => drop(widget.map(|widget| draft.edit(widget, |widget| widget.set("V", it)))),
        11 => drop(widget.map(|widget| draft.edit(widget, |widget| widget.set("MK", it)))),
        12 => drop(random.pick(&annotations).map(|found| draft.edit(*found, |found| found.set("AP", dictionary! { "N" => it })))),
        13 => push(draft, page, "Annots", it),
        14 => edit_below(draft, catalog, "Extensions", |extensions| extensions.set("ADBE", it)),
        15 => drop(draft.edit(catalog, |catalog| catalog.set("StructTreeRoot", it))),
        16 => edit_below(draft, catalog, "StructTreeRoot", |root| root.set("K", it)),
        17 => edit_below(draft, catalog, "Perms", |permissions| permissions.set("DocMDP", it)),
        18 => edit_form(draft, |form| match form.get_mut(b"Fields") {
            Ok(Object::Array(items)) => items.push(it),
            _ => form.set("Fields", Object::Array(vec![it])),
        }),
        19 => drop(
            random
                .pick(&annotations)
                .map(|found| draft.edit(*found, |found| found.set(["Popup", "IRT", "Parent", "P"][number as usize % 4], it))),
        ),
        20 => drop(widget.map(|widget| draft.edit(widget, |widget| widget.set("Kids", Object::Array(vec![it]))))),
        _ => drop(draft.edit(page, |page| page.set("StructParents", it))),
    }
}

fn touch_annotations(draft: &mut Draft<'_>, random: &mut Random) {
    let annotations = draft.having(|object| object.as_dict().is_ok_and(|entries| entries.has(b"Rect")));
    let Some(annotation) = random.pick(&annotations).copied() else { return };
    if random.percent(60) {
        return draft.change(annotation, random);
    }
    let page = page(draft, random);
    let holder = draft.number_at(page, b"Annots").unwrap_or(page);
    let Some(mut object) = draft.objects.get(&holder).cloned() else { return };
    let choice = random.below(3);
    let change = |items: &mut Vec<Object>| match choice {
        0 => items.reverse(),
        1 => drop(items.pop()),
        _ => items.clear(),
    };
    match &mut object {
        Object::Array(items) => change(items),
        other => {
            if let Some(Object::Array(items)) = entries(other).and_then(|entries| entries.get_mut(b"Annots").ok()) {
                change(items);
            }
        }
    }
    draft.put(holder, object);
}

/// The catalog under another number, with something else in it.
fn new_catalog(draft: &mut Draft<'_>, random: &mut Random) {
    let catalogs = draft.of_type(b"Type", b"Catalog");
    let Some(catalog) = random.pick(&catalogs).copied() else { return };
    let copy = draft.objects[&catalog].clone();
    let number = if random.percent(30) { catalog } else { draft.add(copy) };
    draft.trailer.set("Root", refer(number));
    if random.percent(50) {
        touch_catalog(draft, random);
    }
}
