//! Trusts a certificate only when its fingerprint is the one that was read out on the phone.

use kyso::{Certificate, Document, TrustStore, Verifier};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let expected = std::env::args().nth(1).ok_or("give the SHA-256 fingerprint")?.to_ascii_lowercase();
    let mut found = TrustStore::new();
    found.add_bytes(&std::fs::read("examples/root.pem")?)?;
    let mut trust = TrustStore::new();
    let fits = |certificate: &Certificate| certificate.sha256_hex() == expected;
    for anchor in found.anchors().iter().filter(|anchor| fits(&anchor.certificate)) {
        trust.add(anchor.certificate.clone());
    }
    println!("{:?}", Verifier::new(trust).verify(&Document::open("examples/letter.pdf")?)?.verdict());
    Ok(())
}
