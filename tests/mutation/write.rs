//! Appends updates in every form that readers know, right or slightly wrong. It shares no code with the library.

use std::collections::BTreeMap;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Object, StringFormat};

use super::random::Random;

/// How the update names its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Table,
    Stream,
    Hybrid,
}

/// What is not quite right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trick {
    None,
    /// `/Prev` is off by so many bytes.
    PrevOff(i64),
    /// `/Prev` passes over the last section.
    PrevEarlier,
    Size(i64),
    NoSize,
    /// The entry of the one object leads to where the other is.
    Repoint(u32, u32),
    /// An entry of object 0, or of a number that is unused, as programs write them.
    FreeEntry(u32),
    /// The first object stands there twice; what counts is the first or the last.
    Twice(bool),
    /// An object that no entry names.
    Stray(u32),
    Generation,
    RootTwice(u32),
    NoEnd,
    Junk,
    /// The first object says that it is another.
    Misnumbered(u32),
}

/// An update: the objects, `None` for those that are freed.
pub(crate) struct Update<'a> {
    pub(crate) objects: &'a BTreeMap<u32, Option<Object>>,
    pub(crate) trailer: &'a Dictionary,
    pub(crate) layout: Layout,
    pub(crate) packed: bool,
    pub(crate) trick: Trick,
    /// The first number that nothing has.
    pub(crate) next: u32,
    /// Where the objects of the document are.
    pub(crate) offsets: &'a BTreeMap<u32, usize>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Free,
    At(usize, u16),
    In(u32, usize),
}

/// Appends it. Says where the objects are now.
pub(crate) fn append(bytes: &mut Vec<u8>, update: &Update<'_>, random: &mut Random) -> BTreeMap<u32, usize> {
    let previous = last_section(bytes);
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    let mut places = BTreeMap::new();
    let mut packed = Vec::new();
    let first = update.objects.iter().find(|(_, object)| object.is_some()).map(|(number, _)| *number);
    for (number, object) in update.objects {
        let Some(object) = object else {
            places.insert(*number, Place::Free);
            continue;
        };
        let is_packable = update.packed && update.layout != Layout::Table && !matches!(object, Object::Stream(_));
        if is_packable {
            packed.push((*number, object));
            continue;
        }
        let is_first = first == Some(*number);
        let said = match update.trick {
            Trick::Misnumbered(other) if is_first => other,
            _ => *number,
        };
        let generation = u16::from(is_first && update.trick == Trick::Generation);
        places.insert(*number, Place::At(bytes.len(), generation));
        write_object(bytes, said, generation, object, random);
        if let Trick::Twice(is_last) = update.trick
            && is_first
        {
            if is_last {
                places.insert(*number, Place::At(bytes.len(), 0));
            }
            write_object(bytes, *number, 0, &Object::Null, random);
        }
    }
    let mut next = update.next;
    let offsets = places.iter().filter_map(|(number, place)| if let Place::At(at, _) = place { Some((*number, *at)) } else { None });
    let offsets: BTreeMap<u32, usize> = offsets.collect();
    if !packed.is_empty() {
        let container = next;
        next += 1;
        for (index, (number, _)) in packed.iter().enumerate() {
            places.insert(*number, Place::In(container, index));
        }
        places.insert(container, Place::At(bytes.len(), 0));
        write_container(bytes, container, &packed, random);
    }
    play(bytes, update, &mut places, random);
    let prev = match update.trick {
        Trick::PrevOff(off) => i64::try_from(previous).unwrap() + off,
        Trick::PrevEarlier => i64::try_from(earlier_section(bytes, previous)).unwrap(),
        _ => i64::try_from(previous).unwrap(),
    };
    let section = match update.layout {
        Layout::Stream => write_stream_section(bytes, update, &mut places, next, Some(prev), random),
        Layout::Table => write_table(bytes, update, &places, next, prev, None),
        Layout::Hybrid => {
            let hidden: BTreeMap<u32, Place> = places.iter().filter(|(_, place)| matches!(place, Place::In(..))).map(own).collect();
            let mut shown = hidden.clone();
            let stream = write_stream_section(bytes, update, &mut shown, next, None, random);
            let rest = places.iter().filter(|(number, _)| !hidden.contains_key(number)).map(own).collect();
            write_table(bytes, update, &rest, next + 1, prev, Some(stream))
        }
    };
    bytes.extend(format!("startxref\n{section}\n").bytes());
    if update.trick != Trick::NoEnd {
        bytes.extend(b"%%EOF\n");
    }
    if update.trick == Trick::Junk {
        bytes.extend(b"\n%junk\n0 0 0\n");
    }
    offsets
}

fn own((number, place): (&u32, &Place)) -> (u32, Place) {
    (*number, *place)
}

/// The tricks with entries.
fn play(bytes: &mut Vec<u8>, update: &Update<'_>, places: &mut BTreeMap<u32, Place>, random: &mut Random) {
    match update.trick {
        Trick::Repoint(number, other) => {
            let at = match places.get(&other) {
                Some(Place::At(at, _)) => Some(*at),
                _ => update.offsets.get(&other).copied(),
            };
            if let Some(at) = at {
                places.insert(number, Place::At(at, 0));
            }
        }
        Trick::FreeEntry(number) => {
            places.entry(number).or_insert(Place::Free);
        }
        Trick::Stray(number) => {
            let picture = picture_of("1 0 0 rg 0 0 420 595 re f");
            write_object(bytes, number, 0, &picture, random);
        }
        _ => {}
    }
}

/// A form XObject that draws this.
pub(crate) fn picture_of(content: &str) -> Object {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", Object::Name(b"XObject".to_vec()));
    dictionary.set("Subtype", Object::Name(b"Form".to_vec()));
    dictionary.set("BBox", Object::Array([0, 0, 420, 595].map(Object::Integer).to_vec()));
    Object::Stream(lopdf::Stream::new(dictionary, content.as_bytes().to_vec()))
}

fn write_object(bytes: &mut Vec<u8>, number: u32, generation: u16, object: &Object, random: &mut Random) {
    bytes.extend(format!("{number} {generation} obj\n").bytes());
    serialise(bytes, object, random);
    bytes.extend(b"\nendobj\n");
}

fn write_container(bytes: &mut Vec<u8>, number: u32, packed: &[(u32, &Object)], random: &mut Random) {
    let (mut head, mut body) = (String::new(), Vec::new());
    for (number, object) in packed {
        head.push_str(&format!("{number} {} ", body.len()));
        serialise(&mut body, object, random);
        body.push(b'\n');
    }
    let data = [head.as_bytes(), &body].concat();
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", Object::Name(b"ObjStm".to_vec()));
    dictionary.set("N", Object::Integer(i64::try_from(packed.len()).unwrap()));
    dictionary.set("First", Object::Integer(i64::try_from(head.len()).unwrap()));
    write_object(bytes, number, 0, &stream(dictionary, data, random.percent(50)), random);
}

/// A stream, compressed or not.
pub(crate) fn stream(mut dictionary: Dictionary, data: Vec<u8>, compress: bool) -> Object {
    use std::io::Write as _;
    let mut data = data;
    dictionary.remove(b"Filter");
    dictionary.remove(b"DecodeParms");
    if compress {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&data).unwrap();
        data = encoder.finish().unwrap();
        dictionary.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    }
    Object::Stream(lopdf::Stream::new(dictionary, data))
}

fn trailer(update: &Update<'_>, next: u32, prev: Option<i64>) -> Dictionary {
    let mut trailer = update.trailer.clone();
    for key in [b"Prev".as_slice(), b"Size", b"XRefStm", b"Type", b"W", b"Index", b"Filter", b"DecodeParms", b"Length"] {
        trailer.remove(key);
    }
    let size = i64::from(next);
    match update.trick {
        Trick::NoSize => {}
        Trick::Size(off) => trailer.set("Size", Object::Integer((size + off).max(0))),
        _ => trailer.set("Size", Object::Integer(size)),
    }
    if let Some(prev) = prev {
        trailer.set("Prev", Object::Integer(prev));
    }
    trailer
}

fn write_stream_section(
    bytes: &mut Vec<u8>,
    update: &Update<'_>,
    places: &mut BTreeMap<u32, Place>,
    number: u32,
    prev: Option<i64>,
    random: &mut Random,
) -> usize {
    let section = bytes.len();
    places.insert(number, Place::At(section, 0));
    let (mut rows, mut index) = (Vec::new(), Vec::new());
    for (number, place) in &*places {
        index.extend([Object::Integer(i64::from(*number)), Object::Integer(1)]);
        let (kind, one, other) = match place {
            Place::Free => (0_u8, 0, 0),
            Place::At(at, generation) => (1, u32::try_from(*at).unwrap(), *generation),
            Place::In(container, index) => (2, *container, u16::try_from(*index).unwrap()),
        };
        rows.push(kind);
        rows.extend(one.to_be_bytes());
        rows.extend(other.to_be_bytes());
    }
    let mut dictionary = trailer(update, number + 1, prev);
    dictionary.set("Type", Object::Name(b"XRef".to_vec()));
    dictionary.set("W", Object::Array([1, 4, 2].map(Object::Integer).to_vec()));
    dictionary.set("Index", Object::Array(index));
    write_object(bytes, number, 0, &stream(dictionary, rows, random.percent(50)), random);
    section
}

fn write_table(
    bytes: &mut Vec<u8>,
    update: &Update<'_>,
    places: &BTreeMap<u32, Place>,
    next: u32,
    prev: i64,
    hidden: Option<usize>,
) -> usize {
    let section = bytes.len();
    bytes.extend(b"xref\n");
    for (number, place) in places {
        let entry = match place {
            Place::Free | Place::In(..) => String::from("0000000000 00001 f\r\n"),
            Place::At(at, generation) => format!("{at:010} {generation:05} n\r\n"),
        };
        bytes.extend(format!("{number} 1\n{entry}").bytes());
    }
    let mut dictionary = trailer(update, next, Some(prev));
    if let Some(hidden) = hidden {
        dictionary.set("XRefStm", Object::Integer(i64::try_from(hidden).unwrap()));
    }
    bytes.extend(b"trailer\n<<");
    if let Trick::RootTwice(other) = update.trick {
        bytes.extend(format!(" /Root {other} 0 R").bytes());
    }
    for (key, value) in dictionary.iter() {
        write_name(bytes, key);
        bytes.push(b' ');
        serialise(bytes, value, &mut Random::new(0, 0));
    }
    bytes.extend(b" >>\n");
    section
}

/// What the last `startxref` says.
pub(crate) fn last_section(document: &[u8]) -> usize {
    let at = document.windows(9).rposition(|window| window == b"startxref").unwrap();
    String::from_utf8_lossy(&document[at + 9..document.len().min(at + 40)]).split_whitespace().next().unwrap().parse().unwrap_or(0)
}

/// What the first `startxref` that says something else says.
fn earlier_section(document: &[u8], last: usize) -> usize {
    let at = document.windows(9).position(|window| window == b"startxref").unwrap();
    let text = String::from_utf8_lossy(&document[at + 9..document.len().min(at + 40)]).into_owned();
    text.split_whitespace().next().and_then(|number| number.parse().ok()).filter(|number| *number != 0).unwrap_or(last)
}

pub(crate) fn serialise(out: &mut Vec<u8>, object: &Object, random: &mut Random) {
    match object {
        Object::Null => out.extend(b"null"),
        Object::Boolean(value) => out.extend(value.to_string().bytes()),
        Object::Integer(number) => out.extend(number.to_string().bytes()),
        Object::Real(number) => out.extend(format!("{number}").bytes()),
        Object::Name(name) => write_name(out, name),
        Object::String(text, StringFormat::Hexadecimal) => {
            out.push(b'<');
            text.iter().for_each(|byte| out.extend(format!("{byte:02X}").bytes()));
            out.push(b'>');
        }
        Object::String(text, StringFormat::Literal) => {
            out.push(b'(');
            for byte in text {
                match byte {
                    b'(' | b')' | b'\\' => out.extend([b'\\', *byte]),
                    b' '..=b'~' => out.push(*byte),
                    _ => out.extend(format!("\\{byte:03o}").bytes()),
                }
            }
            out.push(b')');
        }
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                serialise(out, item, random);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary, None, random),
        Object::Stream(stream) => {
            write_dictionary(out, &stream.dict, Some(stream.content.len()), random);
            out.extend(b"\nstream\n");
            out.extend(&stream.content);
            out.extend(b"\nendstream");
        }
        Object::Reference((number, generation)) => out.extend(format!("{number} {generation} R").bytes()),
    }
}

fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary, length: Option<usize>, random: &mut Random) {
    out.extend(b"<<");
    for (key, value) in dictionary.iter().filter(|(key, _)| length.is_none() || *key != b"Length") {
        write_name(out, key);
        out.push(b' ');
        serialise(out, value, random);
    }
    if let Some(length) = length {
        // Now and then, it is not so long.
        let length = if random.percent(1) { length.saturating_sub(4) } else { length };
        out.extend(format!("/Length {length}").bytes());
    }
    out.extend(b">>");
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        match byte {
            b'!'..=b'~' if !b"#()<>[]{}/%".contains(byte) => out.push(*byte),
            _ => out.extend(format!("#{byte:02X}").bytes()),
        }
    }
}
