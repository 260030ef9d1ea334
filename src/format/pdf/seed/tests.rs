use crate::bytes::Bytes;
use crate::evidence::Evidence;
use crate::format::pdf::{OpenOptions, Pdf, examine};
use crate::limits::Budget;
use crate::message::{Argument, Message};

/// What is said of the seed values in a document: the id, and the entry.
fn said(document: &'static [u8]) -> Vec<(String, String)> {
    let pdf = Pdf::open(Bytes::from(document.to_vec()), &OpenOptions::default(), &Budget::default()).unwrap();
    let facts = examine(&pdf, &Evidence::default()).unwrap();
    let findings = facts.signatures.iter().flat_map(|signature| &signature.findings).filter(|finding| finding.id().starts_with("seed."));
    let entry = |finding: &Message| match finding.arguments().iter().find(|(name, _)| *name == "entry") {
        Some((_, Argument::Text(text))) => text.clone(),
        _ => String::new(),
    };
    findings.map(|finding| (finding.id().to_owned(), entry(finding))).collect()
}

#[test]
fn a_signature_that_keeps_its_seed_values_has_nothing_said_of_it() {
    let documents: [&[u8]; 3] = [
        include_bytes!("../../../../fixtures/honest/permissions-seed-kept-table/doc.pdf"),
        include_bytes!("../../../../fixtures/honest/permissions-seed-kept-streams/doc.pdf"),
        include_bytes!("../../../../fixtures/honest/permissions-seed-kept-update/doc.pdf"),
    ];
    for document in documents {
        assert_eq!(said(document), []);
    }
}

#[test]
fn every_seed_value_that_is_not_kept_is_named() {
    let documents: [&[u8]; 3] = [
        include_bytes!("../../../../fixtures/honest/permissions-seed-broken-table/doc.pdf"),
        include_bytes!("../../../../fixtures/honest/permissions-seed-broken-streams/doc.pdf"),
        include_bytes!("../../../../fixtures/honest/permissions-seed-broken-update/doc.pdf"),
    ];
    let expected = [
        ("seed.differs", "Filter"),
        ("seed.differs", "SubFilter"),
        ("seed.differs", "DigestMethod"),
        ("seed.differs", "V"),
        ("seed.differs", "Reasons"),
        ("seed.differs", "MDP"),
        ("seed.lacks", "Cert/Subject"),
        ("seed.lacks", "Cert/Issuer"),
        ("seed.lacks", "Cert/OID"),
        ("seed.lacks", "Cert/SubjectDN"),
        ("seed.lacks", "Cert/KeyUsage"),
        ("seed.lacks", "TimeStamp"),
        ("seed.lacks", "LegalAttestation"),
        ("seed.lacks", "AddRevInfo"),
        ("seed.lacks", "LockDocument"),
        ("seed.unchecked", "AppearanceFilter"),
    ];
    for document in documents {
        assert_eq!(said(document), expected.map(|(id, entry)| (id.to_owned(), entry.to_owned())));
    }
}
