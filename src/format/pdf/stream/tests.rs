use std::io::Write as _;

use super::*;
use crate::format::pdf::lexer::{Bounds, Lexer};
use crate::limits::Limits;

fn filter(name: &str, parameters: &str) -> Filter {
    let object = Lexer::new(parameters.as_bytes(), 0).value(Bounds::new(8)).unwrap();
    Filter { name: Name(name.as_bytes().into()), parameters: object.value.as_dictionary().unwrap().clone() }
}

fn run(data: &[u8], name: &str, parameters: &str) -> Decoded {
    decode(data, &[filter(name, parameters)], 1 << 20, &Budget::default()).unwrap()
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_filter_gives_the_bytes_back() {
    for (name, data, expected) in [
        ("ASCIIHexDecode", &b"48 65 6c6C 6F 7>junk"[..], &b"Hello\x70"[..]),
        ("ASCII85Decode", b"<~87cURD]i,\"Ebo80~>", b"Hello World!"),
        ("A85", b"z87cU RDZ~>", b"\0\0\0\0Hello"),
        ("RunLengthDecode", b"\x02abc\xfed\x80zzz", b"abcddd"),
        // The example of ISO 32000-2 7.4.4.2.
        ("LZWDecode", b"\x80\x0B\x60\x50\x22\x0C\x0C\x85\x01", b"-----A---B"),
        ("Crypt", b"as it is", b"as it is"),
    ] {
        assert_eq!(run(data, name, "<< >>"), Decoded { bytes: expected.to_vec(), damaged: false }, "{name}");
    }
    assert_eq!(run(&deflate(b"Hello"), "Fl", "<< >>").bytes, b"Hello");
}

#[test]
fn filters_are_undone_in_their_order() {
    let hex: String = deflate(b"twice").iter().map(|byte| format!("{byte:02x}")).collect::<String>() + ">";
    let filters = [filter("AHx", "<< >>"), filter("FlateDecode", "<< >>")];
    assert_eq!(decode(hex.as_bytes(), &filters, 100, &Budget::default()).unwrap().bytes, b"twice");
}

#[test]
fn damaged_data_gives_what_is_readable_and_says_so() {
    let whole = deflate(&b"0123456789".repeat(500).iter().enumerate().map(|(at, byte)| byte ^ (at % 251) as u8).collect::<Vec<_>>());
    let cut = run(&whole[..whole.len() / 2], "FlateDecode", "<< >>");
    assert!(cut.damaged && !cut.bytes.is_empty());
    let raw = run(&whole[2..whole.len() - 4], "FlateDecode", "<< >>");
    assert!(raw.damaged && raw.bytes.len() == 5000);
    for (name, data) in [
        ("AHx", &b"41"[..]),
        ("AHx", b"4x1>"),
        ("A85", b"87cU"),
        ("A85", b"87cU\x80"),
        ("A85", b"uuuuu~>"),
        ("RL", b"\x05ab"),
        ("RL", b"\xf0"),
        ("LZW", b"\x80\x3f\xff"),
        ("Fl", b""),
    ] {
        assert!(run(data, name, "<< >>").damaged, "{name} {data:?}");
    }
}

#[test]
fn lzw_tables_grow_through_all_widths_with_early_change_and_without() {
    let text: Vec<u8> = (0..20_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8 & 15).collect();
    for early in [true, false] {
        let decoded = run(&lzw_encode(&text, early), "LZWDecode", if early { "<< >>" } else { "<< /EarlyChange 0 >>" });
        assert!(decoded.bytes == text && !decoded.damaged, "{early}");
    }
}

/// A plain encoder that clears its table when it is full.
fn lzw_encode(text: &[u8], early: bool) -> Vec<u8> {
    let (mut bits, mut table) = (Vec::new(), std::collections::HashMap::<Vec<u8>, u16>::new());
    let mut put = |code: u16, length: usize| {
        let width = match length + usize::from(early) {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
        bits.extend((0..width).rev().map(|bit| code >> bit & 1));
    };
    put(256, 258);
    let mut current: Vec<u8> = Vec::new();
    let mut first = true;
    for &byte in text {
        let mut longer = current.clone();
        longer.push(byte);
        if longer.len() == 1 || table.contains_key(&longer) {
            current = longer;
            continue;
        }
        // The decoder's table is one entry behind the encoder's.
        put(if current.len() == 1 { current[0].into() } else { table[&current] }, 258 + table.len() - usize::from(!first));
        first = false;
        table.insert(longer, 258 + table.len() as u16);
        if table.len() + 258 == 4095 {
            put(256, 258 + table.len() - 1);
            table.clear();
            first = true;
        }
        current = vec![byte];
    }
    put(if current.len() == 1 { current[0].into() } else { table[&current] }, 258 + table.len() - usize::from(!first));
    put(257, 258 + table.len());
    bits.chunks(8).map(|byte| byte.iter().enumerate().fold(0, |sum, (at, bit)| sum | (*bit as u8) << (7 - at))).collect()
}

#[test]
fn predictors_are_undone() {
    let up = "<< /Predictor 12 /Columns 3 >>";
    assert_eq!(run(&deflate(&[2, 1, 2, 3, 2, 1, 1, 1]), "Fl", up).bytes, [1, 2, 3, 2, 3, 4]);
    assert_eq!(run(&deflate(&[0, 1, 2, 3, 1, 1, 1, 1]), "Fl", up).bytes, [1, 2, 3, 1, 2, 3]);
    assert_eq!(run(&deflate(&[0, 4, 6, 8, 3, 1, 1, 1]), "Fl", up).bytes, [4, 6, 8, 3, 5, 7]);
    assert_eq!(run(&deflate(&[0, 4, 6, 8, 4, 1, 1, 1]), "Fl", up).bytes, [4, 6, 8, 5, 7, 9]);
    assert_eq!(run(&deflate(&[2, 1, 2]), "Fl", up).bytes, [1, 2], "a short last row");
    assert_eq!(run(&deflate(&[1, 2, 3, 4]), "Fl", "<< /Predictor 2 /Columns 2 /Colors 2 >>").bytes, [1, 2, 4, 6]);
    assert_eq!(run(&deflate(&[0, 255, 0, 1]), "Fl", "<< /Predictor 2 /Columns 2 /BitsPerComponent 16 >>").bytes, [0, 255, 1, 0]);
    assert_eq!(run(&deflate(&[0b1000_0001]), "Fl", "<< /Predictor 2 /Columns 8 /BitsPerComponent 1 >>").bytes, [0b1111_1110]);
    assert_eq!(run(&deflate(&[0x12]), "Fl", "<< /Predictor 2 /Columns 2 /BitsPerComponent 4 >>").bytes, [0x13]);
    run(&deflate(&[0; 64]), "Fl", "<< /Predictor 15 /Columns 99999999999 /Colors -4 /BitsPerComponent 77 >>");
}

#[test]
fn a_bomb_ends_by_the_budget() {
    let bomb = deflate(&vec![0; 8 << 20]);
    let small = Budget::new(Limits { decoded_bytes: 2 << 20, ..Limits::default() });
    let ratio = Budget::new(Limits { decoded_ratio: 100, ..Limits::default() });
    for (most, budget) in [(usize::MAX, &small), (usize::MAX, &ratio), (1 << 20, &Budget::default())] {
        let error = decode(&bomb, &[filter("Fl", "<< >>")], most, budget).unwrap_err();
        assert!(matches!(error, FilterError::Exceeded(Exceeded(Resource::DecodedBytes))));
    }
    let generous = Budget::new(Limits { decoded_ratio: 2_000, ..Limits::default() });
    assert_eq!(decode(&bomb, &[filter("Fl", "<< >>")], usize::MAX, &generous).unwrap().bytes.len(), 8 << 20);
}

#[test]
fn unknown_filters_and_long_chains_are_named() {
    let error = decode(b"", &[filter("JPXDecode", "<< >>")], 9, &Budget::default()).unwrap_err();
    assert_eq!(error.to_string(), "the filter /JPXDecode is not known");
    assert!(decode(b"", &vec![filter("Crypt", "<< >>"); 9], 9, &Budget::default()).is_err());
}
