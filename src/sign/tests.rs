//! Signing, from a letter to a file that other programs call intact.

mod support;

use support::{Person, letter, options, sign};

use crate::format::pdf::testing::{LAYOUTS, Layout, Objects};

#[test]
fn a_letter_is_signed() {
    let original = letter().write(Layout::Table);
    let signed = sign(&original, "an", &options());
    assert!(signed.starts_with(&original));
    println!("{}", String::from_utf8_lossy(&signed[original.len()..]));
    std::fs::create_dir_all("/tmp/write").unwrap();
    std::fs::write("/tmp/write/letter.pdf", &signed).unwrap();
}
