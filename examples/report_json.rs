//! The report as JSON, with the reasons in Vietnamese and an early date of judgement.

use kyso::{Document, Language, Locale, Policy, Time, TrustStore, Verifier, Zone};

fn main() -> kyso::Result<()> {
    let document = Document::open("examples/letter.pdf")?;
    let mut verifier = Verifier::new(TrustStore::open("examples/root.pem")?);
    if let (Some(policy), Some(time)) = (Policy::named("strict"), Time::parse("2026-12-01", Zone::VIETNAM)) {
        verifier = verifier.with_policy(policy).with_time(time);
    }
    println!("{}", verifier.verify(&document)?.to_json(&Locale::new(Language::Vietnamese, Zone::VIETNAM)));
    Ok(())
}
