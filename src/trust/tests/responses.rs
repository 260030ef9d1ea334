//! Status by OCSP responses made for the purpose.

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyUsagePurpose, date_time_ymd};

use crate::asn1::{Oid, Tag, Writer};
use crate::evidence::{Evidence, Origin};
use crate::limits::Budget;
use crate::time::Time;
use crate::trust::RevocationStatus::{Good, Revoked, Unknown};
use crate::trust::{Cache, PathOptions, RevocationFacts, RevocationSource, TrustStore, Use, Wanted, build_path};
use crate::x509::testing::{Answered, Holder, day, encoded_extension, extension, generalized};
use crate::x509::{Certificate, Crl, OcspResponse};

const SERIAL: u8 = 7;

/// An authority that is trusted, and a person with the serial number 7.
fn two() -> (Holder, Holder) {
    let authority = Holder::authority("Authority", None, |_| {});
    let person = Holder::person("An", &authority, |params| params.serial_number = Some(u64::from(SERIAL).into()));
    (authority, person)
}

/// A responder with a certificate of `issuer`.
fn responder(issuer: &Holder, change: impl FnOnce(&mut CertificateParams)) -> Holder {
    Holder::person("Responder", issuer, |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
        change(params);
    })
}

fn no_check(params: &mut CertificateParams) {
    params.custom_extensions = vec![extension(Oid::OCSP_NO_CHECK, false, vec![5, 0])];
}

fn status(authority: &Holder, person: &Holder, responses: &[OcspResponse], lists: &[Crl], time: Time) -> RevocationFacts {
    let (mut trust, mut evidence) = (TrustStore::new(), Evidence::new());
    trust.add(authority.certificate.clone());
    responses.iter().for_each(|response| evidence.add_response(response.clone(), Origin::DocumentSecurityStore));
    lists.iter().for_each(|list| evidence.add_crl(list.clone(), Origin::Caller));
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
fn a_response_of_the_issuer_says_good_or_revoked() {
    let (authority, person) = two();
    let about = (&person.certificate, &authority.certificate);
    let good = status(&authority, &person, &[authority.response(&Answered::good(about, (5, 20)))], &[], day(6, 1));
    assert_eq!((good.status, good.source, good.revoked_at), (Good, Some(RevocationSource::Ocsp), None));
    assert_eq!((good.this_update, good.next_update), (Some(day(5, 20)), Some(day(6, 20))));
    assert_eq!((good.origin, good.issuer.as_deref()), (Some(Origin::DocumentSecurityStore), Some("Authority")));
    let revoked = Answered { status: Some(Some(day(5, 1))), ..Answered::good(about, (5, 20)) };
    let revoked = status(&authority, &person, &[authority.response(&revoked)], &[], day(6, 1));
    assert_eq!((revoked.status, revoked.revoked_at, revoked.reason), (Revoked, Some(day(5, 1)), Some(1)));
}

/// Days of the responses with the day of revocation each states; what is then found: status, day of the response, day of revocation.
type Row<'a> = (&'a str, &'a [((u8, u8), Option<(u8, u8)>)], crate::trust::RevocationStatus, Option<(u8, u8)>, Option<(u8, u8)>);

#[test]
fn the_response_that_knows_most_about_the_time_counts() {
    let (authority, person) = two();
    let about = (&person.certificate, &authority.certificate);
    let rows: &[Row<'_>] = &[
        ("the newest before", &[((3, 1), None), ((5, 1), None), ((4, 1), None)], Good, Some((5, 1)), None),
        ("revoked since", &[((4, 1), None), ((5, 1), Some((4, 20)))], Revoked, Some((5, 1)), Some((4, 20))),
        ("both on one day", &[((5, 1), None), ((5, 1), Some((4, 20)))], Revoked, Some((5, 1)), Some((4, 20))),
        ("revoked before, said later", &[((5, 1), None), ((7, 1), Some((5, 20)))], Revoked, Some((7, 1)), Some((5, 20))),
        ("revoked after", &[((5, 1), None), ((7, 1), Some((6, 20)))], Good, Some((5, 1)), None),
        ("only later: good", &[((8, 1), None), ((7, 1), None)], Good, Some((7, 1)), None),
        ("only later: revoked after", &[((7, 1), Some((6, 20)))], Revoked, Some((7, 1)), Some((6, 20))),
    ];
    for (what, responses, expected, made, at) in rows {
        let responses: Vec<OcspResponse> = responses
            .iter()
            .map(|(made, at)| {
                let status = Some(at.map(|(month, date)| day(month, date)));
                authority.response(&Answered { status, ..Answered::good(about, *made) })
            })
            .collect();
        let facts = status(&authority, &person, &responses, &[], day(6, 1));
        let as_day = |date: &Option<(u8, u8)>| date.map(|(month, date)| day(month, date));
        assert_eq!((facts.status, facts.this_update, facts.revoked_at), (*expected, as_day(made), as_day(at)), "{what}");
    }
}

#[test]
fn of_a_list_and_a_response_the_one_that_says_revoked_counts_else_the_nearest() {
    let (authority, person) = two();
    let about = (&person.certificate, &authority.certificate);
    let good = |date| authority.response(&Answered::good(about, date));
    let revoked = |date, at| authority.response(&Answered { status: Some(Some(at)), ..Answered::good(about, date) });
    let (clean, listed) = (|date| authority.crl(date, &[]), |date| authority.crl(date, &[(SERIAL, (5, 1))]));
    let rows = [
        (good((5, 20)), clean((5, 10)), Good, RevocationSource::Ocsp),
        (good((5, 10)), clean((5, 20)), Good, RevocationSource::Crl),
        (good((6, 10)), clean((5, 1)), Good, RevocationSource::Crl),
        (good((5, 20)), listed((5, 10)), Revoked, RevocationSource::Crl),
        (revoked((5, 10), day(5, 2)), clean((5, 20)), Revoked, RevocationSource::Ocsp),
        (revoked((5, 10), day(5, 2)), listed((5, 20)), Revoked, RevocationSource::Crl),
    ];
    for (index, (response, list, expected, source)) in rows.into_iter().enumerate() {
        let facts = status(&authority, &person, &[response], &[list], day(6, 1));
        assert_eq!((facts.status, facts.source), (expected, Some(source)), "row {index}");
    }
}

#[test]
fn what_ended_before_the_time_does_not_stand_in_the_way_of_what_came_after() {
    let (authority, person) = two();
    let about = (&person.certificate, &authority.certificate);
    let good = |date| authority.response(&Answered::good(about, date));
    let rows = [
        ("an old list, a later answer", vec![good((7, 1))], vec![authority.crl((2, 1), &[])], RevocationSource::Ocsp, day(7, 1)),
        ("an old answer, a later list", vec![good((2, 1))], vec![authority.crl((7, 1), &[])], RevocationSource::Crl, day(7, 1)),
        ("two answers", vec![good((2, 1)), good((7, 1))], vec![], RevocationSource::Ocsp, day(7, 1)),
        ("two lists", vec![], vec![authority.crl((2, 1), &[]), authority.crl((7, 1), &[])], RevocationSource::Crl, day(7, 1)),
        ("nothing newer", vec![], vec![authority.crl((2, 1), &[])], RevocationSource::Crl, day(2, 1)),
    ];
    for (what, responses, lists, source, made) in rows {
        let facts = status(&authority, &person, &responses, &lists, day(6, 1));
        assert_eq!((facts.status, facts.source, facts.this_update), (Good, Some(source), Some(made)), "{what}");
    }
}

/// Who answers, and what is then thought of it.
#[test]
fn only_the_issuer_and_those_it_names_may_answer() {
    let (authority, person) = two();
    let stranger = Holder::authority("Stranger", None, |_| {});
    let same_name = Holder::authority("Authority", None, |_| {});
    let old = |params: &mut CertificateParams| {
        no_check(params);
        params.not_after = date_time_ymd(2026, 5, 1);
    };
    let for_certificates = |params: &mut CertificateParams| {
        no_check(params);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    };
    let rows: Vec<(&str, Holder, crate::trust::RevocationStatus, &[&str])> = vec![
        ("delegated", responder(&authority, no_check), Good, &[]),
        ("without its usage", Holder::person("An B", &authority, no_check), Unknown, &["revocation.ocsp_signer_untrusted"]),
        ("its key is for certificates", responder(&authority, for_certificates), Unknown, &["revocation.ocsp_signer_untrusted"]),
        ("run out when it answered", responder(&authority, old), Unknown, &["revocation.ocsp_signer_untrusted"]),
        ("named by another", responder(&stranger, no_check), Unknown, &["revocation.ocsp_signer_untrusted"]),
        ("named by one of the same name", responder(&same_name, no_check), Unknown, &["revocation.ocsp_signer_untrusted"]),
        ("another of the same name", Holder::authority("Authority", None, |_| {}), Unknown, &["revocation.ocsp_signature"]),
        ("its own status is not known", responder(&authority, |_| {}), Unknown, &["revocation.ocsp_signer_status"]),
    ];
    for (what, holder, expected, why) in rows {
        let about = (&person.certificate, &authority.certificate);
        let response = holder.response(&Answered { beside: &[&holder.certificate], ..Answered::good(about, (5, 20)) });
        let facts = status(&authority, &person, &[response], &[], day(6, 1));
        if what == "another of the same name" {
            assert_eq!(facts.status, expected, "{what}");
            continue;
        }
        assert_eq!((facts.status, rejected(&facts)), (expected, why.to_vec()), "{what}");
    }
}

#[test]
fn a_responder_without_no_check_is_looked_up_itself() {
    let (authority, person) = two();
    let helper = responder(&authority, |params| params.serial_number = Some(9_u64.into()));
    let about = (&person.certificate, &authority.certificate);
    let answered = Answered { beside: &[&helper.certificate], ..Answered::good(about, (5, 20)) };
    let response = || vec![helper.response(&answered)];
    let facts = status(&authority, &person, &response(), &[authority.crl((1, 1), &[(9, (1, 1))])], day(6, 1));
    assert_eq!(facts.source, Some(RevocationSource::Crl));
    let own = helper
        .response(&Answered { beside: &[&helper.certificate], ..Answered::good((&helper.certificate, &authority.certificate), (5, 20)) });
    let facts = status(&authority, &person, &[response(), vec![own]].concat(), &[], day(6, 1));
    assert_eq!((facts.status, rejected(&facts)), (Unknown, vec!["revocation.ocsp_signer_status"]), "it cannot vouch for itself");
    let own = authority.response(&Answered::good((&helper.certificate, &authority.certificate), (5, 20)));
    let facts = status(&authority, &person, &[response(), vec![own]].concat(), &[], day(6, 1));
    assert_eq!((facts.status, facts.source), (Good, Some(RevocationSource::Ocsp)));
}

#[test]
fn what_is_not_about_this_certificate_says_nothing_of_it() {
    let (authority, person) = two();
    let other = Holder::authority("Authority", None, |_| {});
    let renamed = Holder::authority("Authority II", None, |_| {});
    let others_name = renamed.certified_by(&authority, |_| {});
    let another = Holder::person("Bình", &authority, |params| params.serial_number = Some(8_u64.into()));
    let rows: [(&str, (&Certificate, &Certificate)); 3] = [
        ("another key", (&person.certificate, &other.certificate)),
        ("another name", (&person.certificate, &others_name)),
        ("another serial number", (&another.certificate, &authority.certificate)),
    ];
    for (what, about) in rows {
        let facts = status(&authority, &person, &[authority.response(&Answered::good(about, (5, 20)))], &[], day(6, 1));
        assert_eq!(facts.status, Unknown, "{what}");
    }
}

#[test]
fn answers_that_say_nothing_do_not_count() {
    let (authority, person) = two();
    let about = (&person.certificate, &authority.certificate);
    let good = || Answered::good(about, (5, 20));
    let unknown = || encoded_extension(Oid::BASIC_CONSTRAINTS, true, &[5, 0]);
    let rows = [
        ("unknown", Answered { status: None, ..good() }, "revocation.ocsp_unknown"),
        ("critical in the answer", Answered { extensions: [vec![], vec![unknown()]], ..good() }, "revocation.ocsp_critical_extension"),
        ("critical in the response", Answered { extensions: [vec![unknown()], vec![]], ..good() }, "revocation.ocsp_critical_extension"),
        ("before itself", Answered { next_update: Some(day(5, 1)), ..good() }, "revocation.ocsp_times"),
    ];
    for (what, answered, why) in rows {
        let facts = status(&authority, &person, &[authority.response(&answered)], &[], day(6, 1));
        assert_eq!((facts.status, rejected(&facts)), (Unknown, vec![why]), "{what}");
    }
}

#[test]
fn an_answer_after_the_certificate_ran_out_needs_an_archive() {
    let authority = Holder::authority("Authority", None, |_| {});
    let person = Holder::person("An", &authority, |params| params.not_after = date_time_ymd(2026, 5, 1));
    let about = (&person.certificate, &authority.certificate);
    let plain = authority.response(&Answered::good(about, (5, 20)));
    let facts = status(&authority, &person, &[plain], &[], day(4, 1));
    assert_eq!((facts.status, rejected(&facts)), (Unknown, vec!["revocation.ocsp_after_expiry"]));
    let since = Writer::build(|writer| writer.primitive(Tag::GENERALIZED_TIME, generalized(day(1, 1)).as_bytes()));
    let extensions = [vec![], vec![encoded_extension(Oid::OCSP_ARCHIVE_CUTOFF, false, &since)]];
    let kept = authority.response(&Answered { extensions, ..Answered::good(about, (5, 20)) });
    assert_eq!(status(&authority, &person, &[kept], &[], day(4, 1)).status, Good);
}

#[test]
fn no_changed_byte_leaves_a_response_that_counts() {
    let (authority, person) = two();
    let der = authority.response_der(&Answered::good((&person.certificate, &authority.certificate), (5, 20)));
    let mut counted = 0;
    for index in 0..der.len() {
        let mut changed = der.clone();
        changed[index] ^= 0x04;
        // What is around the signed part is no part of it: its lengths and types.
        let Ok(response) = OcspResponse::from_der(&changed) else { continue };
        let facts = status(&authority, &person, &[response], &[], day(6, 1));
        counted += usize::from(facts.status == Good);
    }
    assert_eq!(counted, 0, "of {} changed bytes", der.len());
}
