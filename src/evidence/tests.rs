//! Requests, the ways they make, and what is taken for an answer.

use rcgen::CrlDistributionPoint;

use super::*;
use crate::asn1::{Oid, Reader, Tag, Writer};
use crate::crypto::DigestAlgorithm;
use crate::time::Time;
use crate::x509::testing::{Answered, Holder, day, extension, issuer_address};

/// authorityInfoAccess with these responders.
fn responders(addresses: &[&str]) -> rcgen::CustomExtension {
    let content = Writer::build(|writer| {
        writer.sequence(|writer| {
            for address in addresses {
                writer.sequence(|writer| {
                    writer.oid(Oid::ACCESS_OCSP);
                    writer.primitive(Tag::context(6), address.as_bytes());
                });
            }
        });
    });
    extension(Oid::AUTHORITY_INFORMATION_ACCESS, false, content)
}

/// An authority, and a person with these points, each with the addresses of one list, and these responders.
fn two(points: &[&[&str]], addresses: &[&str]) -> (Holder, Holder) {
    let authority = Holder::authority("Authority", None, |_| {});
    let person = Holder::person("An", &authority, |params| {
        params.serial_number = Some(0x80_u64.into());
        let point = |uris: &&[&str]| CrlDistributionPoint { uris: uris.iter().map(|uri| (*uri).to_owned()).collect() };
        params.crl_distribution_points = points.iter().map(point).collect();
        params.custom_extensions = vec![responders(addresses)];
    });
    (authority, person)
}

fn ways(requests: &[Request]) -> Vec<(usize, &'static str, &str)> {
    requests.iter().map(|request| (request.way(), request.kind().name(), request.address())).collect()
}

#[test]
fn responders_come_before_lists_and_what_cannot_be_fetched_comes_last() {
    let (authority, person) = two(
        &[&["ldap://ca.vn/cn=a", "http://ca.vn/a.crl"], &["HTTPS://ca.vn/b.crl"]],
        &["http://ocsp1.vn/", "http://ocsp2.vn/", "http://ocsp3.vn/", "http://ocsp4.vn/", "http://ocsp5.vn/"],
    );
    let requests = Request::status(&person.certificate, &authority.certificate);
    assert_eq!(
        ways(&requests),
        [
            (0, "ocsp", "http://ocsp1.vn/"),
            (1, "ocsp", "http://ocsp2.vn/"),
            (2, "ocsp", "http://ocsp3.vn/"),
            (3, "ocsp", "http://ocsp4.vn/"),
            (4, "crl", "http://ca.vn/a.crl"),
            (5, "crl", "HTTPS://ca.vn/b.crl"),
            (6, "crl", "ldap://ca.vn/cn=a"),
        ]
    );
    assert!(requests.iter().all(|request| request.certificate() == Some(&person.certificate)));
}

#[test]
fn the_newest_changes_are_asked_for_with_their_list() {
    let authority = Holder::authority("Authority", None, |_| {});
    let newest = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.constructed(Tag::context(0), |writer| {
                    writer.constructed(Tag::context(0), |writer| writer.primitive(Tag::context(6), b"http://ca.vn/delta.crl"));
                });
            });
        });
    });
    let person = Holder::person("An", &authority, |params| {
        params.crl_distribution_points = vec![CrlDistributionPoint { uris: vec!["http://ca.vn/a.crl".to_owned()] }];
        params.custom_extensions = vec![extension(Oid::FRESHEST_CRL, false, newest)];
    });
    let requests = Request::status(&person.certificate, &authority.certificate);
    assert_eq!(ways(&requests), [(0, "crl", "http://ca.vn/a.crl"), (0, "crl", "http://ca.vn/delta.crl")]);
}

#[test]
fn an_issuer_is_asked_for_where_the_certificate_says() {
    let authority = Holder::authority("Authority", None, |_| {});
    let person = Holder::person("An", &authority, |params| params.custom_extensions = vec![issuer_address("http://ca.vn/a.cer")]);
    let requests = Request::issuers(&person.certificate);
    assert_eq!((ways(&requests), requests[0].body()), (vec![(0, "issuer", "http://ca.vn/a.cer")], None));
}

#[test]
fn an_ocsp_request_names_issuer_and_serial_number_and_nothing_else() {
    let (authority, person) = two(&[], &["http://ocsp.vn/"]);
    let request = &Request::status(&person.certificate, &authority.certificate)[0];
    let body = request.body().unwrap();
    let mut outer = Reader::der(&body);
    let mut request_fields = outer.sequence().unwrap();
    outer.finish().unwrap();
    let mut signed = request_fields.sequence().unwrap();
    request_fields.finish().unwrap();
    let mut list = signed.sequence().unwrap();
    signed.finish().unwrap();
    let mut one = list.sequence().unwrap();
    list.finish().unwrap();
    let mut id = one.sequence().unwrap();
    one.finish().unwrap();
    assert_eq!(id.sequence().unwrap().oid().unwrap(), Oid::SHA1);
    let sha1 = |bytes: &[u8]| DigestAlgorithm::Sha1.digest(bytes);
    assert_eq!(id.expect(Tag::OCTET_STRING).unwrap().content, sha1(authority.certificate.subject().as_der()));
    assert_eq!(id.expect(Tag::OCTET_STRING).unwrap().content, sha1(authority.certificate.public_key().key_bits()));
    assert_eq!(id.expect(Tag::INTEGER).unwrap().content, [0, 0x80]);
    id.finish().unwrap();
}

#[test]
fn a_nonce_goes_into_the_request_and_not_into_what_it_is_known_by() {
    let (authority, person) = two(&[], &["http://ocsp.vn/"]);
    let request = &Request::status(&person.certificate, &authority.certificate)[0];
    let body = request.body_with_nonce(&[0xAB; 32]).unwrap();
    // RFC 9654 2.1: an OCTET STRING within that of the extension.
    let end = [&[0x04, 0x22, 0x04, 0x20][..], &[0xAB; 32]].concat();
    assert!(body.ends_with(&end) && body.len() > request.body().unwrap().len());
    let again = &Request::status(&person.certificate, &authority.certificate)[0];
    assert_eq!((request == again, request.key()), (true, again.key()));
    let other = request.at("http://other.vn/".to_owned());
    assert!(other != *request && other.key() != request.key());
}

/// Of an answer: what comes of it.
fn outcome(request: &Request, answer: &[u8], nonce: Option<&[u8]>) -> Result<Option<Time>, String> {
    request.read(answer, nonce).map(|answer| answer.valid_until).map_err(|error| error.message().id().to_owned())
}

#[test]
fn an_answer_must_be_of_its_kind_and_about_its_certificate() {
    let (authority, person) = two(&[&["http://ca.vn/a.crl"]], &["http://ocsp.vn/"]);
    let about = (&person.certificate, &authority.certificate);
    let [response, list] = &Request::status(about.0, about.1)[..] else { panic!("two ways") };
    let issuer = &Request::issuer("http://ca.vn/a.cer", about.0);
    let crl = authority.crl((5, 1), &[]);
    let good = authority.response(&Answered::good(about, (5, 1)));
    let other = Holder::person("Bình", &authority, |_| {});
    let stray = authority.response(&Answered::good((&other.certificate, &authority.certificate), (5, 1)));
    let id = |id: &str| Err(id.to_owned());
    assert_eq!(outcome(list, crl.as_der(), None), Ok(Some(day(6, 1))));
    assert_eq!(outcome(response, good.as_der(), None), Ok(Some(day(6, 1))));
    assert_eq!(outcome(response, good.as_der(), Some(&[1; 32])), Ok(Some(day(6, 1))), "a response without nonce is taken");
    assert_eq!(outcome(issuer, authority.certificate.as_der(), None), Ok(None));
    assert_eq!(outcome(response, stray.as_der(), None), id("net.other_certificate"));
    for (request, wrong) in [(list, good.as_der()), (list, about.0.as_der()), (response, crl.as_der()), (issuer, crl.as_der())] {
        assert_eq!(outcome(request, wrong, None), id("net.garbage"), "{request:?}");
    }
    for request in [list, response, issuer] {
        assert_eq!(outcome(request, b"", None), id("net.garbage"));
        assert_eq!(outcome(request, b"\n<html>", None), id("net.web_page"));
        assert_eq!(outcome(request, b"not found", None), id("net.garbage"));
    }
    // OCSPResponse with the status tryLater.
    assert_eq!(outcome(response, &[0x30, 3, 0x0A, 1, 3], None), id("net.ocsp_refused"));
}

#[test]
fn why_an_answer_was_not_had_is_kept_with_its_certificate_once() {
    let (_, person) = two(&[], &[]);
    let other = Holder::authority("Other", None, |_| {});
    let mut evidence = Evidence::new();
    for _ in 0..2 {
        evidence.add_failure(&Request::crl("http://ca.vn/a.crl", &person.certificate), Message::new(id::NET_REFUSED));
    }
    let mut all = Evidence::new();
    all.extend(&evidence);
    assert_eq!((all.failures(&person.certificate).count(), all.failures(&other.certificate).count()), (1, 0));
}
