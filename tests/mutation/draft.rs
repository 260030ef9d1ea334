//! A document that is being changed, and changes of any value anywhere.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, StringFormat};

use super::base::Base;
use super::random::Random;
use super::write::{self, Layout, Trick, Update};

/// The document as it would be with the changes.
pub(crate) struct Draft<'a> {
    pub(crate) base: &'a Base,
    pub(crate) bytes: Vec<u8>,
    pub(crate) objects: BTreeMap<u32, Object>,
    pub(crate) trailer: Dictionary,
    /// What was done, for a person.
    pub(crate) told: Vec<&'static str>,
    offsets: BTreeMap<u32, usize>,
    touched: BTreeSet<u32>,
    next: u32,
    trick: Trick,
}

/// A step into a value.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Key(Vec<u8>),
    Item(usize),
}

const KEYS: &str = "A AA AF AP AS AcroForm Annots Alternates Array B BBox BC BS BaseFont Border C CA CO Collection ColorSpace \
    Contents Count CropBox D DA DR DSS DV Decode Dest Encoding ExtGState Extensions F FT Ff Fields Filter Font \
    FontDescriptor FontFile2 FontMatrix Group H I IC ID IRT Info K Kids L Lang Length Limits Lock M MK MarkInfo \
    Matrix MaxLen MediaBox Metadata Mask N Names NeedAppearances Nums OC OCGs OCProperties OFF ON Obj OpenAction \
    Opt Order Outlines P PageLayout PageMode Pages Parent ParentTree Pattern Perms PieceInfo Popup Prev Properties \
    Q QuadPoints R RC RV Rect Reference Requirements Resources RichMedia Root Rotate S SMask SV Shading SigFlags \
    StructParent StructParents StructTreeRoot SubFilter Subtype T TI TU Tabs Threads ToUnicode TR Type UserUnit V \
    Version ViewerPreferences Widths XFA XObject";

const NAMES: &str = "A AllOff Annot ArtBox B Btn Catalog Ch Circle Courier Courier-Bold D DeviceCMYK DeviceGray DeviceRGB Document \
    Encoding ExtGState FileAttachment Font Form FreeText Helvetica Helvetica-Bold Highlight Image Ink Line Link \
    MacRomanEncoding Metadata N OCG OCMD ObjStm Off Page Pages Polygon Popup R Redact S Sig Square Stamp \
    StructElem StructTreeRoot Symbol Text Times-Roman Tx Type0 Type1 Type3 Watermark Widget WinAnsiEncoding XML \
    XObject XRef Yes ZapfDingbats a b one zero";

const OPERATORS: &[&str] = &[
    "1 0 0 rg 50 50 200 100 re f",
    "q 1 g 30 470 300 80 re f Q",
    "BT /F1 20 Tf 60 300 Td (9.000.000) Tj ET",
    "/X1 Do",
    "/X9 Do",
    "0.5 0 0 0.5 100 100 cm",
    "1 0 0 1 0 -100 cm",
    "3 Tr",
    "/F2 12 Tf",
    "/GS gs",
    "/OC /G BDC",
    "q",
    "Q Q Q",
    "n W n",
];

impl<'a> Draft<'a> {
    pub(crate) fn new(base: &'a Base) -> Self {
        Self {
            base,
            bytes: base.bytes.clone(),
            objects: base.objects.clone(),
            trailer: base.trailer.clone(),
            told: Vec::new(),
            offsets: base.offsets.clone(),
            touched: BTreeSet::new(),
            next: base.next,
            trick: Trick::None,
        }
    }

    pub(crate) fn is_untouched(&self) -> bool {
        self.touched.is_empty() && self.trick == Trick::None && self.bytes == self.base.bytes && self.trailer == self.base.trailer
    }

    pub(crate) fn add(&mut self, object: Object) -> u32 {
        let number = self.next;
        self.next += 1;
        self.put(number, object);
        number
    }

    pub(crate) fn put(&mut self, number: u32, object: Object) {
        self.touched.insert(number);
        self.objects.insert(number, object);
    }

    pub(crate) fn free(&mut self, number: u32) {
        self.touched.insert(number);
        self.objects.remove(&number);
    }

    /// Changes the dictionary of an object, be it that of a stream.
    pub(crate) fn edit(&mut self, number: u32, change: impl FnOnce(&mut Dictionary)) -> bool {
        let dictionary = match self.objects.get_mut(&number) {
            Some(Object::Dictionary(dictionary)) => dictionary,
            Some(Object::Stream(stream)) => &mut stream.dict,
            _ => return false,
        };
        change(dictionary);
        self.touched.insert(number);
        true
    }

    pub(crate) fn dictionary(&self, number: u32) -> Option<&Dictionary> {
        match self.objects.get(&number) {
            Some(Object::Dictionary(dictionary)) => Some(dictionary),
            Some(Object::Stream(stream)) => Some(&stream.dict),
            _ => None,
        }
    }

    /// The value, its reference followed.
    pub(crate) fn resolve<'b>(&'b self, object: &'b Object) -> &'b Object {
        match object {
            Object::Reference((number, _)) => self.objects.get(number).unwrap_or(&Object::Null),
            other => other,
        }
    }

    pub(crate) fn number_at(&self, holder: u32, key: &[u8]) -> Option<u32> {
        self.dictionary(holder)?.get(key).and_then(Object::as_reference).ok().map(|(number, _)| number)
    }

    pub(crate) fn catalog(&self) -> u32 {
        self.trailer.get(b"Root").and_then(Object::as_reference).map_or(1, |(number, _)| number)
    }

    /// The objects of which this holds.
    pub(crate) fn having(&self, is_one: impl Fn(&Object) -> bool) -> Vec<u32> {
        self.objects.iter().filter(|(_, object)| is_one(object)).map(|(number, _)| *number).collect()
    }

    pub(crate) fn of_type(&self, key: &[u8], name: &[u8]) -> Vec<u32> {
        self.having(|object| {
            let dictionary = match object {
                Object::Dictionary(dictionary) => dictionary,
                Object::Stream(stream) => &stream.dict,
                _ => return false,
            };
            dictionary.get(key).and_then(Object::as_name).is_ok_and(|found| found == name)
        })
    }

    /// Numbers that something refers to and nothing has.
    pub(crate) fn dangling(&self) -> Vec<u32> {
        let mut found = BTreeSet::new();
        for object in self.objects.values() {
            for path in slots(object) {
                if let Some(Object::Reference((number, 0))) = at(object, &path)
                    && !self.objects.contains_key(number)
                {
                    found.insert(*number);
                }
            }
        }
        found.into_iter().collect()
    }

    pub(crate) fn any(&self, random: &mut Random) -> u32 {
        let numbers: Vec<u32> = self.objects.keys().copied().collect();
        random.one(&numbers)
    }

    /// An object that is like this one, or any.
    fn alike(&self, number: u32, random: &mut Random) -> u32 {
        let kind = |object: &Object| (object.enum_variant(), object.type_name().map(<[u8]>::to_vec).unwrap_or_default());
        let like = match self.objects.get(&number) {
            Some(object) if random.percent(60) => self.having(|other| kind(other) == kind(object)),
            _ => Vec::new(),
        };
        random.pick(&like).copied().unwrap_or_else(|| self.any(random))
    }

    /// A value of some kind.
    pub(crate) fn plausible(&self, random: &mut Random) -> Object {
        match random.below(12) {
            0 => Object::Null,
            1 => Object::Boolean(random.percent(50)),
            2 | 3 => Object::Integer(random.one(&[-1, 0, 1, 2, 3, 4, 8, 12, 90, 180, 420, 100_000])),
            4 => Object::Name(random.word(NAMES).into()),
            5 => Object::String(random.one(&["", "123", "999", "So", "D:20261124", "\u{1}"]).into(), StringFormat::Literal),
            6 => {
                Object::Array(random.one(&[[0, 0, 0, 0], [0, 0, 420, 595], [60, 60, 200, 200], [1, 0, 0, 1]]).map(Object::Integer).to_vec())
            }
            7 => Object::Array(vec![Object::Reference((self.any(random), 0))]),
            8 => {
                let mut dictionary = Dictionary::new();
                dictionary.set(random.word(KEYS), Object::Reference((self.any(random), 0)));
                Object::Dictionary(dictionary)
            }
            _ => Object::Reference((self.any(random), 0)),
        }
    }

    /// One change of any value of any object.
    pub(crate) fn change_anything(&mut self, random: &mut Random) {
        let number = self.any(random);
        self.change(number, random);
    }

    /// One change somewhere in this object.
    pub(crate) fn change(&mut self, number: u32, random: &mut Random) {
        let object = self.objects.get(&number).cloned().unwrap_or(Object::Null);
        match random.below(14) {
            0 => {
                self.told.push("object replaced by another");
                let other = self.alike(number, random);
                self.put(number, self.objects[&other].clone());
            }
            1 => {
                self.told.push("objects swapped");
                let other = self.alike(number, random);
                self.put(number, self.objects[&other].clone());
                self.put(other, object);
            }
            2 => {
                self.told.push("object made null");
                self.put(number, Object::Null);
            }
            3 => {
                self.told.push("object freed");
                self.free(number);
            }
            4 => {
                self.told.push("object written again");
                self.put(number, object);
            }
            5 => self.repoint(number, random),
            6..=8 if matches!(object, Object::Stream(_)) => self.change_data(number, random),
            _ => self.change_value(number, object, random),
        }
    }

    fn change_value(&mut self, number: u32, mut object: Object, random: &mut Random) {
        let paths = slots(&object);
        let Some(path) = random.pick(&paths).cloned() else {
            self.told.push("object set");
            let value = self.plausible(random);
            self.put(number, value);
            return;
        };
        let old = at(&object, &path).cloned().unwrap();
        let (last, above) = path.split_last().unwrap();
        match random.below(8) {
            0 => {
                self.told.push("entry removed");
                match (at_mut(&mut object, above), last) {
                    (Some(Object::Array(items)), Step::Item(index)) => drop(items.remove(*index)),
                    (Some(holder), Step::Key(key)) => drop(entries(holder).and_then(|entries| entries.remove(key))),
                    _ => {}
                }
            }
            1 => {
                self.told.push("entry added");
                let value = self.plausible(random);
                match at_mut(&mut object, above) {
                    Some(Object::Array(items)) => items.insert(random.below(items.len() + 1), value),
                    Some(holder) => drop(entries(holder).map(|entries| entries.set(random.word(KEYS), value))),
                    None => {}
                }
            }
            2 => {
                self.told.push("key renamed, or array turned");
                match (at_mut(&mut object, above), last) {
                    (Some(Object::Array(items)), _) => items.reverse(),
                    (Some(holder), Step::Key(key)) => {
                        if let Some(entries) = entries(holder) {
                            entries.remove(key);
                            entries.set(random.word(KEYS), old);
                        }
                    }
                    _ => {}
                }
            }
            3 => {
                self.told.push("reference written out, or value put in an object");
                let value = match &old {
                    Object::Reference((number, _)) => match self.objects.get(number) {
                        Some(Object::Stream(_)) | None => old.clone(),
                        Some(found) => found.clone(),
                    },
                    other => Object::Reference((self.add(other.clone()), 0)),
                };
                set(&mut object, &path, value);
            }
            4 => {
                self.told.push("reference to a changed copy");
                if let Object::Reference((target, _)) = old
                    && let Some(copy) = self.objects.get(&target).cloned()
                {
                    let copy = self.add(copy);
                    if random.percent(70) {
                        self.change(copy, random);
                    }
                    set(&mut object, &path, Object::Reference((copy, 0)));
                }
            }
            _ => {
                self.told.push("value changed");
                let value = self.other(&old, random);
                set(&mut object, &path, value);
            }
        }
        self.put(number, object);
    }

    /// Another value for one.
    fn other(&self, old: &Object, random: &mut Random) -> Object {
        if random.percent(15) {
            return self.plausible(random);
        }
        match old {
            Object::Boolean(value) => Object::Boolean(!value),
            Object::Integer(number) => Object::Integer(number + random.one(&[-100, -10, -1, 1, 2, 10, 100])),
            Object::Real(number) => Object::Real(number * random.one(&[-1.0, 0.0, 0.5, 2.0])),
            Object::Name(_) => Object::Name(random.word(NAMES).into()),
            Object::String(text, format) => {
                let mut text = text.clone();
                match text.first_mut() {
                    Some(byte) => *byte ^= 3,
                    None => text.push(b'9'),
                }
                Object::String(text, *format)
            }
            Object::Reference((number, generation)) => Object::Reference((self.alike(*number, random), *generation)),
            Object::Array(items) => Object::Array(items.iter().rev().cloned().collect()),
            _ => self.plausible(random),
        }
    }

    /// Other operators in a stream.
    pub(crate) fn change_data(&mut self, number: u32, random: &mut Random) {
        let Some(Object::Stream(stream)) = self.objects.get(&number) else { return };
        self.told.push("data of a stream changed");
        let data = stream.get_plain_content().unwrap_or_else(|_| stream.content.clone());
        let dictionary = stream.dict.clone();
        let mut lines: Vec<Vec<u8>> = data.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let at = random.below(lines.len());
        match random.below(5) {
            0 => drop(lines.remove(at)),
            1 => lines.clear(),
            2 => lines.iter_mut().flatten().filter(|byte| **byte == b'1').for_each(|byte| *byte = b'9'),
            _ => lines.insert(random.below(lines.len() + 1), random.one(OPERATORS).into()),
        }
        let data = lines.join(&b'\n');
        self.put(number, write::stream(dictionary, data, random.percent(50)));
    }

    /// The entry of an object leads to another.
    fn repoint(&mut self, number: u32, random: &mut Random) {
        self.told.push("entry leads elsewhere");
        let others: Vec<u32> = self.offsets.keys().copied().collect();
        if let Some(other) = random.pick(&others) {
            self.trick = Trick::Repoint(number, *other);
            self.touched.insert(other.to_owned());
        }
    }

    /// Something about the update that is not quite right.
    pub(crate) fn trick(&mut self, random: &mut Random) {
        let (number, unused) = (self.any(random), self.next + 3);
        let dangling = self.dangling();
        let (trick, told) = match random.below(14) {
            0 => (Trick::PrevOff(random.one(&[-20, -2, -1, 1, 2, 5])), "Prev is off"),
            1 => (Trick::PrevEarlier, "Prev passes over a section"),
            2 => (Trick::Size(random.one(&[-20, -1, 1, 1000])), "Size is off"),
            3 => (Trick::NoSize, "no Size"),
            4 => (Trick::FreeEntry(0), "entry of object 0"),
            5 => (Trick::FreeEntry(number), "entry of an object freed"),
            6 => (Trick::FreeEntry(unused), "entry of an unused number"),
            7 => (Trick::Twice(random.percent(50)), "an object twice"),
            8 => (Trick::Stray(random.pick(&dangling).copied().unwrap_or(number)), "an object without an entry"),
            9 => (Trick::Generation, "another generation"),
            10 => (Trick::RootTwice(number), "two roots"),
            11 => (Trick::NoEnd, "no end"),
            12 => (Trick::Junk, "text behind the end"),
            _ => (Trick::Misnumbered(number), "an object under another number"),
        };
        self.trick = trick;
        self.told.push(told);
    }

    /// Writes what changed as an update.
    pub(crate) fn write(&mut self, random: &mut Random) {
        let layout = if random.percent(75) { self.base.layout } else { random.one(&[Layout::Table, Layout::Stream, Layout::Hybrid]) };
        let objects = self.touched.iter().map(|number| (*number, self.objects.get(number).cloned())).collect();
        let update = Update {
            objects: &objects,
            trailer: &self.trailer,
            layout,
            packed: random.percent(60),
            trick: self.trick,
            next: self.next,
            offsets: &self.offsets,
        };
        let offsets = write::append(&mut self.bytes, &update, random);
        self.offsets.extend(offsets);
        self.touched.clear();
        self.trick = Trick::None;
        // Room for the containers that were written.
        self.next += 4;
    }
}

/// The entries of a dictionary or a stream.
pub(crate) fn entries(object: &mut Object) -> Option<&mut Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&mut stream.dict),
        _ => None,
    }
}

/// The ways to all values in an object.
pub(crate) fn slots(object: &Object) -> Vec<Vec<Step>> {
    fn collect(object: &Object, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
        let mut go = |step: Step, object: &Object| {
            path.push(step);
            found.push(path.clone());
            collect(object, path, found);
            path.pop();
        };
        match object {
            Object::Array(items) => items.iter().enumerate().for_each(|(index, item)| go(Step::Item(index), item)),
            Object::Dictionary(dictionary) => dictionary.iter().for_each(|(key, value)| go(Step::Key(key.clone()), value)),
            Object::Stream(stream) => stream.dict.iter().for_each(|(key, value)| go(Step::Key(key.clone()), value)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(object, &mut Vec::new(), &mut found);
    found
}

pub(crate) fn at<'a>(object: &'a Object, path: &[Step]) -> Option<&'a Object> {
    path.iter().try_fold(object, |object, step| match (object, step) {
        (Object::Array(items), Step::Item(index)) => items.get(*index),
        (Object::Dictionary(dictionary), Step::Key(key)) => dictionary.get(key).ok(),
        (Object::Stream(stream), Step::Key(key)) => stream.dict.get(key).ok(),
        _ => None,
    })
}

fn at_mut<'a>(object: &'a mut Object, path: &[Step]) -> Option<&'a mut Object> {
    path.iter().try_fold(object, |object, step| match (object, step) {
        (Object::Array(items), Step::Item(index)) => items.get_mut(*index),
        (Object::Dictionary(dictionary), Step::Key(key)) => dictionary.get_mut(key).ok(),
        (Object::Stream(stream), Step::Key(key)) => stream.dict.get_mut(key).ok(),
        _ => None,
    })
}

fn set(object: &mut Object, path: &[Step], value: Object) {
    if let Some(place) = at_mut(object, path) {
        *place = value;
    }
}
