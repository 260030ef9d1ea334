//! Damaged input: refused or signed, and never a panic.

use super::support::{Person, identity, letter, open, options};
use crate::format::pdf::testing::{LAYOUTS, Layout, Objects};
use crate::{Document, Prepared, Signer};

/// Repeatable numbers (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }

    /// A few bytes changed, cut out, or doubled.
    fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(3) {
            let (from, length) = (self.below(bytes.len()), self.below(12) + 1);
            let to = (from + length).min(bytes.len());
            match self.below(4) {
                0 => bytes[from] ^= 1 << self.below(8),
                1 => bytes[from] = b"0123456789<>[]()/ %R"[self.below(20)],
                2 => drop(bytes.drain(from..to)),
                _ => {
                    let copy = bytes[from..to].to_vec();
                    bytes.splice(from..from, copy);
                }
            }
        }
        bytes
    }
}

#[test]
fn damaged_documents_are_signed_or_refused() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let person = Person::new("dung");
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Ky) /Rect [0 0 0 0] /P 3 0 R /Lock << /Action /All >> /SV << /Ff 3 >> >>";
    let objects =
        Objects::letter("/AcroForm 7 0 R /MarkInfo << /Marked true >> ", "/Annots [6 0 R] ").with(field).with("<< /Fields [6 0 R] >>");
    let (mut signed, mut refused) = (0, 0);
    for round in 0..150 {
        for layout in LAYOUTS {
            let damaged = numbers.damage(&objects.write(layout));
            match Document::parse(damaged.clone()).and_then(|document| options().sign(&document, &person)) {
                Ok(done) => {
                    assert!(done.to_bytes().starts_with(&damaged), "{round} {layout:?}");
                    signed += 1;
                }
                Err(error) => {
                    assert_ne!(error.message().id(), "sign.value_mismatch", "{round} {layout:?}");
                    refused += 1;
                }
            }
        }
    }
    println!("{signed} signed, {refused} refused");
    assert!(signed > 50 && refused > 50);
}

#[test]
fn damaged_preparations_are_finished_as_they_were_or_refused() {
    let mut numbers = Numbers(0x1234_5678_9ABC_DEF1);
    let document = open(&letter().write(Layout::Table), None);
    let prepared = options().prepare(&document, &identity("dung")).unwrap();
    let value = Person::new("dung").sign(prepared.algorithm().unwrap(), prepared.message().unwrap()).unwrap();
    let expected = prepared.finish(&document, &value).unwrap().to_bytes();
    let stored = prepared.to_bytes();
    let (mut finished, mut refused) = (0, 0);
    for _ in 0..600 {
        let damaged = numbers.damage(&stored);
        match Prepared::from_bytes(&damaged).and_then(|prepared| prepared.finish(&document, &value)) {
            Ok(signed) => {
                assert_eq!(signed.to_bytes(), expected);
                finished += 1;
            }
            Err(_) => refused += 1,
        }
    }
    println!("{finished} finished, {refused} refused");
    assert!(refused > 300);
}
