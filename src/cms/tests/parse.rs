//! What is read, and what is not.

use super::super::Match::Matches;
use super::super::tsp::TimestampInfo;
use super::*;

/// An element of indefinite length.
fn indefinite(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], content, &[0, 0]].concat()
}

#[test]
fn ber_is_read_outside_what_is_signed() {
    let forge = Forge::rsa().change(|forge| forge.content = Some(DOCUMENT.to_vec()));
    let body = Writer::build(|writer| forge.signed_data(writer));
    let whole = Writer::build(|writer| writer.constructed(Tag::context(0), |writer| writer.octet_string(DOCUMENT)));
    let (first, second) = DOCUMENT.split_at(10);
    let parts = indefinite(0x24, &[octets(first), indefinite(0x24, &octets(second))].concat());
    let position = body.windows(whole.len()).position(|window| window == whole).unwrap();
    // The length of the encapContentInfo is rewritten by giving it no length at all.
    let info = [Writer::build(|writer| writer.oid(Oid::DATA)), indefinite(0xA0, &parts)].concat();
    let start = position - 2 - Writer::build(|writer| writer.oid(Oid::DATA)).len();
    let body = [&body[..start], &indefinite(0x30, &info), &body[position + whole.len()..]].concat();
    let oid = Writer::build(|writer| writer.oid(Oid::SIGNED_DATA));
    let message = indefinite(0x30, &[oid, indefinite(0xA0, &indefinite(0x30, &body))].concat());
    let facts = facts(&[message, vec![0; 9]].concat(), &ContentDigests::default(), DOCUMENT, &[]);
    assert_eq!((facts.content, facts.value, ids(&facts)), (Matches, Matches, vec!["cms.encapsulated_content_equal"]));
}

#[test]
fn a_message_that_ends_too_early_is_unreadable() {
    let message = Forge::rsa().to_der();
    for length in 0..message.len() {
        assert!(SignedData::parse(&message[..length], 64).is_err(), "{length}");
    }
    assert!(SignedData::parse(&message, 64).is_ok());
}

#[test]
fn what_is_no_signed_data_is_said_with_its_place() {
    let error = |bytes: &[u8]| SignedData::parse(bytes, 64).map(|_| ()).unwrap_err().to_string();
    assert_eq!(error(b""), "no ContentInfo at byte 0");
    assert_eq!(error(b"%PDF-1.7"), "no ContentInfo at byte 0");
    let mac = Writer::build(|writer| writer.sequence(|writer| writer.oid(Oid::AUTHENTICATED_DATA)));
    assert_eq!(error(&mac), "another content than SignedData at byte 2");
    let finding = SignedData::parse(b"", 64).map(|_| ()).unwrap_err().finding();
    assert_eq!(finding.id(), "cms.readable");
}

#[test]
fn padding_of_an_integer_is_no_encoding_and_the_serials_of_certificates_are_read_as_they_are() {
    let certificate = Person::rsa().certificate;
    let message = |serial: &[u8]| {
        let identifier = Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.raw(certificate.issuer_der());
                writer.primitive(Tag::INTEGER, serial);
            });
        });
        Forge::rsa().change(|forge| forge.identifier = identifier).to_der()
    };
    assert!(SignedData::parse(&message(certificate.serial()), 64).is_ok());
    for padding in [&[0, 0x50][..], &[0, 0, 0x80], &[0xFF, 0x80]] {
        let error = SignedData::parse(&message(padding), 64).map(|_| ()).unwrap_err();
        assert_eq!((error.reason, error.finding().id()), ("a signer is not identified", "cms.readable"), "{padding:?}");
    }
    // The version, the first thing in SignedData.
    let body = Writer::build(|writer| Forge::rsa().signed_data(writer));
    let outside = |version: &[u8]| {
        let oid = Writer::build(|writer| writer.oid(Oid::SIGNED_DATA));
        indefinite(0x30, &[oid, indefinite(0xA0, &indefinite(0x30, &[version, &body[3..]].concat()))].concat())
    };
    assert!(SignedData::parse(&outside(&[2, 1, 1]), 64).is_ok());
    assert_eq!(SignedData::parse(&outside(&[2, 2, 0, 1]), 64).map(|_| ()).unwrap_err().reason, "no version of SignedData");
}

#[test]
fn endless_signers_and_depth_are_refused() {
    let many = Forge::rsa().change(|forge| {
        forge.signers = 65;
        forge.value = Some(Vec::new());
    });
    assert!(SignedData::parse(&many.to_der(), 64).is_err());
    assert!(SignedData::parse(&Forge::rsa().to_der(), 4).is_err());
    assert!(SignedData::parse(&[0x30, 0x80].repeat(100_000), 64).is_err());
}

#[test]
fn the_digests_that_will_be_asked_for_are_told() {
    let digests = |forge: &Forge| {
        let message = forge.to_der();
        SignedData::parse(&message, 64).unwrap().content_digests()
    };
    let sha512 = DigestAlgorithm::Sha512;
    assert_eq!(digests(&Forge::rsa()), [SHA256]);
    assert_eq!(digests(&Forge::rsa().change(|forge| forge.digest_identifier = identifier(sha512.oid()))), [SHA256, sha512]);
    assert_eq!(digests(&Forge::rsa().change(|forge| forge.content = Some(vec![0; 20]))), [DigestAlgorithm::Sha1, SHA256]);
    assert_eq!(digests(&Forge::timestamp(tst_info(DOCUMENT, b"20261123092829Z"))), [SHA256, DigestAlgorithm::Sha384]);
    assert_eq!(digests(&Forge::new(Person::ed25519(), SignatureAlgorithm::Ed25519)), [sha512]);
}

#[test]
fn timestamp_information_is_read() {
    let info = TimestampInfo::parse(&tst_info(DOCUMENT, b"20261123092829.123Z")).unwrap();
    assert_eq!(info.time.rfc3339(), "2026-11-23T09:28:29.123Z");
    assert_eq!(info.imprint_algorithm, Some(DigestAlgorithm::Sha384));
    assert_eq!(info.imprint, DigestAlgorithm::Sha384.digest(DOCUMENT));
    let mut longer = tst_info(DOCUMENT, b"20261123092829Z");
    longer.push(0);
    assert!(TimestampInfo::parse(&longer).is_none());
    assert!(TimestampInfo::parse(&tst_info(DOCUMENT, b"20261123092829")).is_none());
    assert!(TimestampInfo::parse(b"").is_none());
}
