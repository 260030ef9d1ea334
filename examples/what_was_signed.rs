//! Writes the exact bytes that each signer saw.

use kyso::{Document, Evidence};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let document = Document::open("examples/letter.pdf")?;
    let count = document.examine(&Evidence::new())?.signatures.len();
    for number in 1..=count {
        let seen = document.signed_revision(number)?;
        println!("signature {number}: {} of {} bytes", seen.len(), document.bytes().len());
    }
    Ok(())
}
