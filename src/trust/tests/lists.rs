//! Status by CRLs made for the purpose.

use rcgen::KeyUsagePurpose;

use crate::evidence::{Evidence, Origin};
use crate::limits::Budget;
use crate::time::Time;
use crate::trust::{Cache, PathOptions, RevocationFacts, RevocationStatus, TrustStore, Use, Wanted, build_path};
use crate::x509::testing::{Holder, day};
use crate::x509::{Certificate, Crl};

const SERIAL: u8 = 7;

/// An authority that is trusted, and a person with the serial number 7.
fn two() -> (Holder, Holder) {
    let authority = Holder::authority("Authority", None, |_| {});
    let person = person(&authority);
    (authority, person)
}

fn person(authority: &Holder) -> Holder {
    Holder::person("An", authority, |params| params.serial_number = Some(u64::from(SERIAL).into()))
}

fn status(authority: &Holder, person: &Holder, lists: &[Crl], time: Time) -> RevocationFacts {
    with_others(authority, person, &[], lists, time)
}

fn with_others(authority: &Holder, person: &Holder, others: &[&Certificate], lists: &[Crl], time: Time) -> RevocationFacts {
    let (mut trust, mut evidence) = (TrustStore::new(), Evidence::new());
    trust.add(authority.certificate.clone());
    others.iter().for_each(|other| evidence.add_certificate((*other).clone(), Origin::Caller));
    lists.iter().for_each(|list| evidence.add_crl(list.clone(), Origin::DocumentSecurityStore));
    let (options, cache, budget) = (PathOptions::default(), Cache::default(), Budget::default());
    let facts =
        build_path(&person.certificate, &trust, Use::Signing, &evidence, &options, time, &cache, &budget, &Wanted::default()).unwrap();
    assert!(facts.anchored && facts.problems.is_empty());
    facts.steps[0].revocation.clone().unwrap()
}

fn rejected(facts: &RevocationFacts) -> Vec<&str> {
    facts.rejected.iter().map(|message| message.id()).collect()
}

#[test]
fn without_a_list_the_status_is_unknown() {
    let (authority, person) = two();
    let facts = status(&authority, &person, &[], day(6, 1));
    assert_eq!((facts.status, facts.this_update, rejected(&facts)), (RevocationStatus::Unknown, None, vec![]));
}

#[test]
fn a_list_says_good_or_revoked() {
    let (authority, person) = two();
    let good = status(&authority, &person, &[authority.crl((5, 20), &[(8, (5, 1))])], day(6, 1));
    assert_eq!((good.status, good.revoked_at, good.reason), (RevocationStatus::Good, None, None));
    assert_eq!((good.this_update, good.next_update), (Some(day(5, 20)), Some(day(6, 20))));
    assert_eq!((good.origin, good.issuer.as_deref()), (Some(Origin::DocumentSecurityStore), Some("Authority")));
    let revoked = status(&authority, &person, &[authority.crl((5, 20), &[(SERIAL, (5, 1))])], day(6, 1));
    assert_eq!((revoked.status, revoked.revoked_at, revoked.reason), (RevocationStatus::Revoked, Some(day(5, 1)), Some(1)));
}

/// Days of the lists with the day of revocation each states; what is then found: status, day of the list, day of revocation.
type Row<'a> = (&'a str, &'a [((u8, u8), Option<(u8, u8)>)], RevocationStatus, Option<(u8, u8)>, Option<(u8, u8)>);

#[test]
fn the_list_that_knows_most_about_the_time_counts() {
    use RevocationStatus::{Good, Revoked};
    let (authority, person) = two();
    let rows: &[Row<'_>] = &[
        ("the newest before", &[((3, 1), None), ((5, 1), None), ((4, 1), None)], Good, Some((5, 1)), None),
        ("released since", &[((4, 1), Some((3, 20))), ((5, 1), None)], Good, Some((5, 1)), None),
        ("revoked since", &[((4, 1), None), ((5, 1), Some((4, 20)))], Revoked, Some((5, 1)), Some((4, 20))),
        ("revoked before, said later", &[((5, 1), None), ((7, 1), Some((5, 20)))], Revoked, Some((7, 1)), Some((5, 20))),
        ("revoked after", &[((5, 1), None), ((7, 1), Some((6, 20)))], Good, Some((5, 1)), None),
        ("only later: good", &[((8, 1), None), ((7, 1), None)], Good, Some((7, 1)), None),
        ("only later: revoked after", &[((7, 1), Some((6, 20)))], Revoked, Some((7, 1)), Some((6, 20))),
    ];
    for (what, lists, expected, list, revoked) in rows {
        let lists: Vec<Crl> = lists
            .iter()
            .map(|(made, revoked)| authority.crl(*made, &revoked.map(|revoked| (SERIAL, revoked)).into_iter().collect::<Vec<_>>()))
            .collect();
        let facts = status(&authority, &person, &lists, day(6, 1));
        let days = [list, revoked].map(|date| date.map(|(month, number)| day(month, number)));
        assert_eq!((facts.status, [facts.this_update, facts.revoked_at]), (*expected, days), "{what}");
    }
}

#[test]
fn a_list_that_another_key_signed_is_not_used() {
    let (authority, person) = two();
    let impostor = Holder::authority("Authority", None, |_| {});
    let facts = status(&authority, &person, &[impostor.crl((5, 20), &[])], day(6, 1));
    assert_eq!((facts.status, rejected(&facts)), (RevocationStatus::Unknown, vec!["revocation.crl_signature"]));
    let with_certificate = with_others(&authority, &person, &[&impostor.certificate], &[impostor.crl((5, 20), &[])], day(6, 1));
    assert_eq!(
        (with_certificate.status, rejected(&with_certificate)),
        (RevocationStatus::Unknown, vec!["revocation.crl_signer_untrusted"])
    );
    let both = status(&authority, &person, &[impostor.crl((5, 20), &[]), authority.crl((5, 1), &[(SERIAL, (4, 1))])], day(6, 1));
    assert_eq!(both.status, RevocationStatus::Revoked, "a newer forgery does not hide an older list");
}

#[test]
fn a_list_of_another_issuer_is_not_even_mentioned() {
    let (authority, person) = two();
    let other = Holder::authority("Other", None, |_| {});
    let facts = status(&authority, &person, &[other.crl((5, 20), &[(SERIAL, (5, 1))])], day(6, 1));
    assert_eq!((facts.status, rejected(&facts)), (RevocationStatus::Unknown, vec![]));
}

#[test]
fn an_issuer_that_may_not_sign_lists_is_not_heard() {
    let authority = Holder::authority("Authority", None, |params| params.key_usages = vec![KeyUsagePurpose::KeyCertSign]);
    // The library that makes test CRLs asks for the bit; the certificate of the same name and key that is trusted lacks it.
    let signer = Holder { key: authority.key, certificate: authority.certificate.clone(), params: allowed(&authority.params) };
    let person = person(&signer);
    let facts = status(&signer, &person, &[signer.crl((5, 20), &[])], day(6, 1));
    assert_eq!((facts.status, rejected(&facts)), (RevocationStatus::Unknown, vec!["revocation.crl_signer_usage"]));
}

fn allowed(params: &rcgen::CertificateParams) -> rcgen::CertificateParams {
    let mut params = params.clone();
    params.key_usages.push(KeyUsagePurpose::CrlSign);
    params
}

#[test]
fn a_separate_key_may_sign_lists_where_its_own_status_is_known() {
    let root = Holder::authority("Root", None, |_| {});
    let authority = Holder::authority("Authority", Some(&root), |_| {});
    let signer = Holder::authority("Authority", Some(&root), |params| params.key_usages = vec![KeyUsagePurpose::CrlSign]);
    let person = person(&authority);
    let others = [&authority.certificate, &signer.certificate];
    let list = signer.crl((5, 20), &[]);
    let alone = with_others(&root, &person, &others, std::slice::from_ref(&list), day(6, 1));
    assert_eq!((alone.status, rejected(&alone)), (RevocationStatus::Unknown, vec!["revocation.crl_signer_untrusted"]));
    let known = with_others(&root, &person, &others, &[list, root.crl((5, 10), &[])], day(6, 1));
    assert_eq!((known.status, known.this_update), (RevocationStatus::Good, Some(day(5, 20))));
}

#[test]
fn a_list_from_after_the_expiry_does_not_make_good() {
    let authority = Holder::authority("Authority", None, |_| {});
    let person = Holder::person("An", &authority, |params| {
        params.serial_number = Some(u64::from(SERIAL).into());
        params.not_after = rcgen::date_time_ymd(2026, 4, 1);
    });
    let late = status(&authority, &person, &[authority.crl((5, 1), &[])], day(3, 1));
    assert_eq!((late.status, rejected(&late)), (RevocationStatus::Unknown, vec!["revocation.crl_after_expiry"]));
    let in_time = status(&authority, &person, &[authority.crl((3, 20), &[])], day(3, 1));
    assert_eq!(in_time.status, RevocationStatus::Good);
    let revoked = status(&authority, &person, &[authority.crl((5, 1), &[(SERIAL, (2, 1))])], day(3, 1));
    assert_eq!(revoked.status, RevocationStatus::Revoked);
}

#[test]
fn addresses_of_lists_are_wanted() {
    let authority = Holder::authority("Authority", None, |_| {});
    let addresses = ["http://ca.example/a.crl".to_owned(), "ldap://ca.example/cn=a".to_owned()];
    let person = Holder::person("An", &authority, |params| {
        params.crl_distribution_points = vec![rcgen::CrlDistributionPoint { uris: addresses.to_vec() }];
    });
    let facts = status(&authority, &person, &[], day(6, 1));
    assert_eq!(facts.wanted, addresses);
}
