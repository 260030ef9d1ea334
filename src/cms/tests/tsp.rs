//! Requests for timestamps, and answers: honest ones, refusals, and every kind of answer that must not be used.

use super::super::testing::{Authority, Lies};
use super::super::tsp::{NONCE_BYTES, TimestampRequest, Token, take_token};
use crate::asn1::{Reader, Tag};
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, ErrorKind};
use crate::limits::Budget;
use crate::time::{Time, Zone};

const NOON: &str = "2026-11-23T12:00:00Z";
const POLICY: &str = "1.3.6.1.4.1.99999.1";

fn noon() -> Time {
    Time::parse(NOON, Zone::UTC).unwrap()
}

fn request(policy: Option<&str>) -> TimestampRequest {
    let imprint = DigestAlgorithm::Sha256.digest(b"a signature value");
    TimestampRequest::new(DigestAlgorithm::Sha256, &imprint, [0x80; NONCE_BYTES], policy).unwrap()
}

fn ask(authority: &Authority, request: &TimestampRequest) -> Result<Token, Error> {
    request.token(&authority.answer(&request.to_der()), noon(), &Budget::default())
}

/// The id of the reason, and of the rule that is behind it.
fn reason(error: &Error) -> (String, Option<String>) {
    assert_eq!(error.kind(), ErrorKind::Timestamp, "{error}");
    assert!(error.hint().is_some(), "{error} without a hint");
    let why = match error.message().arguments().get("why") {
        Some(crate::Argument::Messages { messages }) => messages.first().map(|message| message.id().to_owned()),
        _ => None,
    };
    (error.message().id().to_owned(), why)
}

#[test]
fn a_request_has_the_form_of_the_standard() {
    let der = request(Some(POLICY)).to_der();
    let mut fields = Reader::der(&der).sequence().unwrap();
    assert_eq!(fields.expect(Tag::INTEGER).unwrap().unsigned(), Ok(1));
    fields.sequence().unwrap();
    assert_eq!(fields.oid().unwrap().dotted(), POLICY);
    let nonce = fields.expect(Tag::INTEGER).unwrap();
    assert_eq!(nonce.minimal_integer().unwrap().len(), 16);
    assert!(nonce.content[0] < 0x80, "a nonce is positive");
    assert_eq!(fields.expect(Tag::BOOLEAN).unwrap().boolean(), Ok(true));
    fields.finish().unwrap();
}

#[test]
fn weak_digests_and_false_policies_are_not_asked_for() {
    for (algorithm, length) in [(DigestAlgorithm::Sha1, 20), (DigestAlgorithm::Sha224, 28), (DigestAlgorithm::Sha256, 20)] {
        let error = TimestampRequest::new(algorithm, &vec![0; length], [1; NONCE_BYTES], None).unwrap_err();
        assert_eq!(error.message().id(), "sign.digest");
    }
    let error = TimestampRequest::new(DigestAlgorithm::Sha256, &[0; 32], [1; NONCE_BYTES], Some("policy")).unwrap_err();
    assert_eq!(error.message().id(), "tsa.policy_malformed");
}

#[test]
fn an_honest_answer_is_taken() {
    for policy in [None, Some(POLICY)] {
        let authority = Authority::new("tsa", NOON);
        let token = ask(&authority, &request(policy)).unwrap();
        assert_eq!((token.time, &token.authority), (noon(), &authority.certificate));
    }
    let modified = Authority::new("tsa", NOON).lying(|lies| lies.status = Some((1, None, None)));
    assert!(ask(&modified, &request(None)).is_ok());
    let informed = Authority::new("tsa", NOON).lying(|lies| lies.extension = Some((POLICY, false)));
    assert!(ask(&informed, &request(None)).is_ok());
}

#[test]
fn a_token_in_ber_is_taken_over_in_der() {
    let authority = Authority::new("tsa", NOON);
    let taken = ask(&authority.clone().lying(|lies| lies.ber = true), &request(None)).unwrap();
    assert_eq!(taken.der, ask(&authority, &request(None)).unwrap().der);
}

#[test]
fn a_token_of_about_now_is_taken_and_no_other() {
    for (at, taken) in [
        ("2026-11-23T11:55:00Z", true),
        ("2026-11-23T12:05:00Z", true),
        ("2026-11-23T11:54:59Z", false),
        ("2026-11-23T12:05:01Z", false),
        ("2026-11-23T19:00:00Z", false),
    ] {
        match ask(&Authority::new("tsa", at), &request(None)) {
            Ok(_) => assert!(taken, "{at}"),
            Err(error) => assert_eq!((reason(&error).0.as_str(), taken), ("tsa.clock", false), "{at}"),
        }
    }
}

#[test]
fn an_answer_that_proves_nothing_is_not_used() {
    type Lie = fn(&mut Lies);
    let other = crate::asn1::Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| writer.oid(DigestAlgorithm::Sha256.oid()));
            writer.octet_string(&[0; 32]);
        });
    });
    let rows: [(&str, Lie, &str, Option<&str>); 13] = [
        ("another nonce", |lies| lies.nonce = Some(vec![0x40; 16]), "tsa.nonce", None),
        ("another policy", |lies| lies.policy = Some("1.2.3"), "tsa.policy", None),
        ("a false value", |lies| lies.value = Some(vec![1; 256]), "tsa.value", None),
        ("no certificate", |lies| lies.without_certificate = true, "tsa.certificate", None),
        ("no reference", |lies| lies.without_reference = true, "tsa.reference", None),
        (
            "a reference to another certificate",
            |lies| lies.reference = Some(Authority::new("tsa-unknown", NOON).certificate),
            "tsa.reference",
            None,
        ),
        ("two signers", |lies| lies.signers = Some(2), "tsa.rule", Some("cms.one_signer")),
        ("no signer", |lies| lies.signers = Some(0), "tsa.imprint", None),
        ("a critical extension", |lies| lies.extension = Some((POLICY, true)), "tsa.rule", Some("cms.timestamp_extension")),
        ("another version", |lies| lies.version = Some(2), "tsa.rule", Some("cms.timestamp_extension")),
        ("an accuracy of two hours", |lies| lies.accuracy = Some(vec![2, 2, 0x1C, 0x20]), "tsa.rule", Some("cms.timestamp_accuracy")),
        ("an accuracy that is none", |lies| lies.accuracy = Some(vec![0x80, 2, 3, 0xE8]), "tsa.rule", Some("cms.timestamp_accuracy")),
        ("a negative accuracy", |lies| lies.accuracy = Some(vec![2, 1, 0xFF]), "tsa.rule", Some("cms.timestamp_accuracy")),
    ];
    for (name, lie, expected, why) in rows {
        let error = ask(&Authority::new("tsa", NOON).lying(lie), &request(Some(POLICY))).expect_err(name);
        let found = reason(&error);
        if name == "no signer" {
            // Whatever is said: nothing is taken.
            continue;
        }
        assert_eq!((found.0.as_str(), found.1.as_deref()), (expected, why), "{name}");
    }
    let lying = Authority::new("tsa", NOON).lying(|lies| lies.imprint = Some(other));
    assert_eq!(reason(&ask(&lying, &request(None)).unwrap_err()).0, "tsa.imprint");
}

#[test]
fn a_certificate_that_is_not_for_timestamps_alone_stamps_nothing() {
    let error = ask(&Authority::new("an", NOON), &request(None)).unwrap_err();
    assert_eq!(reason(&error), ("tsa.rule".into(), Some("cms.timestamp_usage".into())));
}

#[test]
fn an_authority_out_of_date_stamps_nothing() {
    let late = "2061-01-01T00:00:00Z";
    let answer = Authority::new("tsa", late).answer(&request(None).to_der());
    let error = request(None).token(&answer, Time::parse(late, Zone::UTC).unwrap(), &Budget::default()).unwrap_err();
    assert_eq!(reason(&error).0, "tsa.certificate_dates");
}

#[test]
fn a_refusal_says_why() {
    for (status, text, bit, id, word) in [
        (2, None, Some(0), "tsa.refused", "tsa.failure_algorithm"),
        (2, Some("không có chính sách"), Some(15), "tsa.refused_saying", "tsa.failure_policy"),
        (2, None, Some(25), "tsa.refused", "tsa.failure_system"),
        (3, None, Some(14), "tsa.refused", "tsa.failure_clock"),
        (5, Some("revoked"), None, "tsa.refused_saying", "tsa.failure_unknown"),
        (200, None, Some(31), "tsa.refused", "tsa.failure_unknown"),
    ] {
        let authority = Authority::new("tsa", NOON).lying(|lies| lies.status = Some((status, text, bit)));
        let error = ask(&authority, &request(None)).unwrap_err();
        assert_eq!(error.message().id(), id);
        let said = error.message().arguments().get("failure").unwrap();
        assert_eq!(said, &crate::Argument::Word { word: word.into() });
        assert!(text.is_none_or(|text| error.to_string().contains(text)), "{error}");
    }
}

#[test]
fn garbage_is_no_answer() {
    let honest = Authority::new("tsa", NOON).answer(&request(None).to_der());
    let mut longer = honest.clone();
    longer.push(0);
    for bytes in [&b""[..], b"<html>", &[0x30, 0], &honest[..honest.len() / 2], &longer, &[0x30, 5, 0x30, 3, 2, 1, 0]] {
        let error = request(None).token(bytes, noon(), &Budget::default()).unwrap_err();
        assert_eq!(reason(&error).0, "tsa.unreadable");
    }
    let digest = DigestAlgorithm::Sha256.digest(b"a signature value");
    assert_eq!(reason(&take_token(b"no token", DigestAlgorithm::Sha256, &digest, &Budget::default()).unwrap_err()).0, "tsa.unreadable");
}

#[test]
fn no_byte_of_an_answer_can_be_changed_unseen() {
    let request = request(None);
    let honest = Authority::new("tsa", NOON).answer(&request.to_der());
    let token = request.token(&honest, noon(), &Budget::default()).unwrap();
    let mut changed = 0;
    for place in 0..honest.len() {
        let mut bytes = honest.clone();
        bytes[place] ^= 0x01;
        if let Ok(other) = request.token(&bytes, noon(), &Budget::default()) {
            // The same statement by the same authority, however it is wrapped.
            assert_eq!((other.time, &other.authority), (token.time, &token.authority), "byte {place}");
            changed += 1;
        }
    }
    // The wrapping that nobody signs: status, versions, the set of digest algorithms.
    assert!(changed < 24, "{changed} bytes can be changed");
}
