//! Verifies every signature of a PDF: `cargo run --example verify -- LETTER.pdf ROOT.pem`.

use kyso::{Document, TrustStore, Verdict, Verifier};

fn main() -> kyso::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let letter = arguments.next().unwrap_or_else(|| "examples/letter.pdf".into());
    let root = arguments.next().unwrap_or_else(|| "examples/root.pem".into());
    let report = Verifier::new(TrustStore::open(root)?).verify(&Document::open(letter)?)?;
    print!("{report}");
    match report.verdict() {
        Verdict::Passed => println!("accept"),
        Verdict::Failed => println!("return to sender"),
        _ => println!("ask whom the report names"),
    }
    Ok(())
}
