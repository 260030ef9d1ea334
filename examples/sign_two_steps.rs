//! The key is elsewhere: prepare, store, let a service sign the digest, finish.

use kyso::{Document, PemKey, Prepared, SignOptions, Signer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let document = Document::open("examples/unsigned.pdf")?;
    let read = |name: &str| std::fs::read(format!("fixtures/pki/{name}"));
    let service = PemKey::from_bytes(&read("an.key.pem")?, None, &[read("an.pem")?, read("sub-rsa.pem")?].concat())?;

    let stored = SignOptions::at(kyso::now()).prepare(&document, service.identity())?.to_bytes();

    let prepared = Prepared::from_bytes(&stored)?; // two days later
    let (Some(algorithm), Some(message)) = (prepared.algorithm(), prepared.message()) else { return Err("no message".into()) };
    let value = service.sign(algorithm, message)?;
    let signed = prepared.finish(&document, &value)?; // the value is checked before it goes in
    println!("{} bytes, {} of them new", signed.to_bytes().len(), signed.parts().1.len());
    Ok(())
}
