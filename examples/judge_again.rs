//! Facts can be kept, and judged again under another policy without the document.

use kyso::{Document, Facts, Policy, TrustStore, Verifier, judge};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let verifier = Verifier::new(TrustStore::open("examples/root.pem")?);
    let kept = serde_json::to_string(&verifier.gather(&Document::open("examples/letter.pdf")?)?.facts)?;

    let facts: Facts = serde_json::from_str(&kept)?;
    for name in Policy::names() {
        let Some(policy) = Policy::named(name) else { continue };
        println!("{name}: {:?}", judge(&facts, &policy, kyso::now()).verdict());
    }
    Ok(())
}
