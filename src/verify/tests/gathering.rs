//! Facts gathered from real letters.

use super::*;
use crate::trust::TrustStore;
use crate::verify::{Verdict, gather};
use crate::{Document, Evidence, Policy, judge};

fn document(name: &str) -> Document {
    let path = format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
    Document::parse(std::fs::read(path).unwrap()).unwrap()
}

fn trust(names: &[&str]) -> TrustStore {
    let mut trust = TrustStore::new();
    names.iter().for_each(|name| trust.add(certificate(name)));
    trust
}

fn verdict(name: &str, roots: &[&str]) -> Verdict {
    let gathered = gather(&document(name), &trust(roots), &Evidence::new(), noon()).unwrap();
    judge(&gathered.facts, &Policy::basic(), noon()).verdict()
}

#[test]
fn the_letters_of_the_examples_have_their_verdicts() {
    for (name, roots, expected) in [
        ("letter.pdf", &["root-p256"][..], Verdict::Passed),
        ("letter.pdf", &["root-rsa"], Verdict::Indeterminate),
        ("letter.pdf", &[], Verdict::Indeterminate),
        ("untrusted.pdf", &["root-p256", "root-rsa"], Verdict::Indeterminate),
        ("changed.pdf", &["root-p256"], Verdict::Failed),
        ("broken.pdf", &["root-p256"], Verdict::Failed),
        ("unsigned.pdf", &["root-p256"], Verdict::Unsigned),
    ] {
        assert_eq!(verdict(name, roots), expected, "{name} trusting {roots:?}");
    }
}

#[test]
fn what_the_letter_carries_proves_its_path() {
    let gathered = gather(&document("letter.pdf"), &trust(&["root-p256"]), &Evidence::new(), noon()).unwrap();
    let path = gathered.facts.signers[0].path.as_ref().unwrap();
    assert!(path.anchored && path.problems.is_empty());
    let origins: Vec<Origin> = path.steps.iter().map(|step| step.origin).collect();
    assert_eq!(origins, [Origin::Signature, Origin::Signature, Origin::TrustStore]);
    let statuses: Vec<_> = path.steps.iter().map(|step| step.revocation.as_ref().map(|facts| facts.status)).collect();
    assert_eq!(statuses, [Some(RevocationStatus::Good), Some(RevocationStatus::Good), None]);
    assert_eq!(gathered.facts.trust, (trust(&["root-p256"]).id(), 1));
    assert_eq!(gathered.facts.time, noon());
}

#[test]
fn gathered_facts_judged_again_from_json_give_the_same_report() {
    let gathered = gather(&document("changed.pdf"), &trust(&["root-p256"]), &Evidence::new(), noon()).unwrap();
    let again = Facts::from_json(&gathered.facts.to_json()).unwrap();
    assert_eq!(again, gathered.facts);
    let json = |facts| judge(facts, &Policy::basic(), noon()).to_json(&crate::Locale::default());
    assert_eq!(json(&again), json(&gathered.facts));
}

#[test]
fn a_second_document_asks_for_no_signature_on_certificates_again() {
    let cache = crate::trust::Cache::default();
    let trust = trust(&["root-p256"]);
    let spent = |cache| {
        let document = document("letter.pdf");
        let before = document.budget().spent(crate::Resource::SignatureChecks);
        crate::verify::gather_from(&document, &document.examine(&Evidence::new()).unwrap(), &trust, &Evidence::new(), noon(), cache)
            .unwrap();
        document.budget().spent(crate::Resource::SignatureChecks) - before
    };
    let first = spent(&cache);
    let second = spent(&cache);
    // The signature of the document itself is left; two certificates and two lists are not checked again.
    assert_eq!((first, second), (5, 1));
}
