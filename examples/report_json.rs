//! The report as JSON, with the reasons in Vietnamese and an early date of judgement.

use kyso::{Document, Language, Locale, Policy, Time, TrustStore, Verifier, Zone};

fn main() -> kyso::Result<()> {
    let document = Document::open("examples/letter.pdf")?;
    let verifier = Verifier::new(TrustStore::open("examples/root.pem")?).with_policy(Policy::strict());
    let verifier = match Time::parse("2026-12-01", Zone::VIETNAM) {
        Some(time) => verifier.with_time(time),
        None => verifier,
    };
    println!("{}", verifier.verify(&document)?.to_json(&Locale::new(Language::Vietnamese, Zone::VIETNAM)));
    Ok(())
}
