//! Timestamps over the signature value: those that belong to their signature, and those that do not.

use super::super::Match::{Differs, Matches, Unchecked};
use super::super::TimestampFacts;
use super::*;

const TIME: &[u8] = b"20261123092829Z";

/// A signature that carries the tokens which `tokens` makes of its value.
fn stamped(tokens: impl FnOnce(&[u8]) -> Vec<Vec<u8>>) -> Forge {
    let forge = Forge::rsa();
    let value = forge.person.key.sign(RSA, &forge.to_sign()).unwrap();
    forge.change(|forge| {
        forge.unsigned = vec![attribute(Oid::SIGNATURE_TIMESTAMP, &tokens(&value))];
        forge.value = Some(value);
    })
}

fn token(value: &[u8]) -> Forge {
    Forge::timestamp(tst_info(value, TIME))
}

/// A token of somebody whose certificate is not in it.
fn bare_token(value: &[u8]) -> Forge {
    let content = tst_info(value, TIME);
    let forge = Forge::new(Person::p256(), SignatureAlgorithm::Ecdsa { digest: SHA256 });
    forge.with(content_type(Oid::TST_INFO)).with(message_digest(&SHA256.digest(&content))).change(|forge| {
        forge.content_type = Oid::TST_INFO;
        forge.content = Some(content);
        forge.certificates.clear();
    })
}

fn matches(facts: &TimestampFacts) -> [super::super::Match; 3] {
    [facts.imprint, facts.content(), facts.value()]
}

#[test]
fn an_honest_timestamp_belongs_to_its_signature() {
    let facts = stamped(|value| vec![token(value).to_der(), token(value).to_der()]).facts();
    assert_eq!((facts.content, facts.value, ids(&facts)), (Matches, Matches, vec![]));
    assert!(facts.has_signature_timestamp);
    assert_eq!(facts.signature_timestamps.len(), 2);
    for timestamp in &facts.signature_timestamps {
        assert_eq!(timestamp.time().map(crate::time::Time::rfc3339).as_deref(), Some("2026-11-23T09:28:29Z"));
        assert_eq!(matches(timestamp), [Matches; 3]);
        assert_eq!(timestamp.authority(), Some(&Person::tsa().certificate));
        let token = timestamp.token.as_ref().unwrap();
        assert_eq!((ids(token), token.signing_certificate), (vec![], super::super::ReferenceMatch::Matches));
        let stated = token.stated.as_ref().unwrap();
        assert_eq!((stated.policy.as_str(), stated.serial.as_str(), stated.accuracy), ("2.5.29.32.0", "07", Some(2_005_000)));
    }
    // It proves no time yet.
    assert_eq!(facts.timestamp_time, None);
}

#[test]
fn a_timestamp_that_does_not_belong_to_its_signature_is_told() {
    type Make = fn(&[u8]) -> Vec<u8>;
    let rows: [(&str, Make, [super::super::Match; 3], &[&str]); 8] = [
        ("of another signature", |_| token(b"another value").to_der(), [Differs, Matches, Matches], &["cms.signature_timestamp_imprint"]),
        (
            "with a false value",
            |value| token(value).change(|forge| forge.value = Some(vec![1; 256])).to_der(),
            [Matches, Matches, Differs],
            &["cms.signature_timestamp_broken"],
        ),
        (
            "with another content than was signed",
            |value| token(value).with(message_digest(&SHA256.digest(b"else"))).to_der(),
            [Matches, Differs, Matches],
            &["cms.signature_timestamp_broken"],
        ),
        ("that is no message", |_| octets(b"no token"), [Unchecked; 3], &["cms.signature_timestamp_broken"]),
        ("that states nothing", |_| Forge::timestamp(b"no TSTInfo".to_vec()).to_der(), [Unchecked; 3], &["cms.signature_timestamp_broken"]),
        ("over data", |_| Forge::rsa().to_der(), [Unchecked; 3], &["cms.signature_timestamp_broken"]),
        ("of an unknown authority", |value| bare_token(value).to_der(), [Matches, Matches, Unchecked], &[]),
        // Nobody follows a timestamp of a timestamp here.
        (
            "that carries a broken one itself",
            |value| {
                token(value).change(|forge| forge.unsigned = vec![attribute(Oid::SIGNATURE_TIMESTAMP, &[octets(b"no token")])]).to_der()
            },
            [Matches; 3],
            &[],
        ),
    ];
    for (name, make, expected, findings) in rows {
        let facts = stamped(|value| vec![make(value)]).facts();
        assert_eq!((facts.content, facts.value, ids(&facts)), (Matches, Matches, findings.to_vec()), "{name}");
        assert_eq!(matches(&facts.signature_timestamps[0]), expected, "{name}");
    }
}

#[test]
fn the_certificate_of_the_authority_may_stand_in_the_message_or_be_given() {
    let forge = stamped(|value| vec![bare_token(value).to_der()]);
    let authority = Person::p256().certificate;
    let given = facts(&forge.to_der(), &ContentDigests::default(), DOCUMENT, std::slice::from_ref(&authority));
    let beside = forge.change(|forge| forge.certificates.push(authority.as_der().to_vec())).facts();
    for facts in [given, beside] {
        assert_eq!(matches(&facts.signature_timestamps[0]), [Matches; 3]);
        assert_eq!(facts.signature_timestamps[0].authority(), Some(&authority.clone()));
    }
}

#[test]
fn an_imprint_by_an_unknown_digest_is_no_false_alarm() {
    let known = identifier(DigestAlgorithm::Sha384.oid());
    let facts = stamped(|value| {
        let mut content = tst_info(value, TIME);
        let at = content.windows(known.len()).position(|window| window == known).unwrap();
        // The last byte of the identifier of SHA-384: there is no algorithm with this number.
        content[at + known.len() - 1] = 0x7F;
        vec![Forge::timestamp(content).to_der()]
    })
    .facts();
    assert_eq!((matches(&facts.signature_timestamps[0]), ids(&facts)), ([Unchecked, Unchecked, Matches], vec![]));
}
