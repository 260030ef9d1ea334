//! The trust store and the pool of evidence.

use crate::evidence::{Evidence, Origin};
use crate::trust::{TrustStore, Use};
use crate::x509::testing::Holder;

#[test]
fn a_store_counts_each_certificate_once_and_joins_its_uses() {
    let root = Holder::authority("Root", None, |_| {}).certificate;
    let mut store = TrustStore::new();
    store.add_for(root.clone(), &[Use::Timestamping]);
    store.add_for(root.clone(), &[Use::Timestamping]);
    assert_eq!(store.anchors().len(), 1);
    assert_eq!(store.anchors()[0].uses, [Use::Timestamping]);
    store.add(root);
    assert_eq!(store.anchors()[0].uses, [Use::Signing, Use::Timestamping]);
}

#[test]
fn the_identifier_of_a_store_is_that_of_the_set() {
    let [first, second] = ["A", "B"].map(|name| Holder::authority(name, None, |_| {}).certificate);
    let (mut left, mut right, mut fewer, mut other) = (TrustStore::new(), TrustStore::new(), TrustStore::new(), TrustStore::new());
    left.add(first.clone());
    left.add(second.clone());
    right.add(second.clone());
    right.add(first.clone());
    fewer.add(first.clone());
    other.add(first);
    other.add_for(second, &[Use::Signing]);
    assert_eq!(left.id(), right.id());
    assert_eq!(left.id().len(), 16);
    for different in [&fewer, &other, &TrustStore::new()] {
        assert_ne!(left.id(), different.id());
    }
}

#[test]
fn a_store_reads_files_whole_or_not_at_all() {
    let root = Holder::authority("Root", None, |_| {}).certificate;
    let mut store = TrustStore::new();
    store.add_bytes(root.as_der()).unwrap();
    assert_eq!(store.anchors().len(), 1);
    let mut store = TrustStore::new();
    assert_eq!(store.add_bytes(b"hello").unwrap_err().message().id(), "certificate.none");
    assert!(store.anchors().is_empty());
}

#[test]
fn evidence_keeps_each_piece_once_with_its_first_origin() {
    let root = Holder::authority("Root", None, |_| {});
    let list = root.crl((1, 1), &[]);
    let mut evidence = Evidence::new();
    evidence.add_certificate(root.certificate.clone(), Origin::Signature);
    evidence.add(root.certificate.as_der()).unwrap();
    evidence.add(list.as_der()).unwrap();
    let mut other = Evidence::new();
    other.add_crl(list, Origin::DocumentSecurityStore);
    other.add_certificate(Holder::authority("Other", None, |_| {}).certificate, Origin::DocumentSecurityStore);
    evidence.extend(&other);
    let origins: Vec<Origin> = evidence.certificates().map(|(_, origin)| origin).collect();
    assert_eq!(origins, [Origin::Signature, Origin::DocumentSecurityStore]);
    assert_eq!(evidence.crls().map(|(_, origin)| origin).collect::<Vec<_>>(), [Origin::Caller]);
}

#[test]
fn what_is_no_evidence_is_an_error() {
    let mut evidence = Evidence::new();
    assert_eq!(evidence.add(b"hello").unwrap_err().message().id(), "revocation.evidence_none");
    assert_eq!(evidence.add(&[0x30, 0x01]).unwrap_err().message().id(), "certificate.malformed");
    assert_eq!(evidence.certificates().count() + evidence.crls().count(), 0);
}
