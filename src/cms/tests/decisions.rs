//! Every decision once as it should be and once as an attack.

use super::super::Match::{Differs, Matches, Unchecked};
use super::super::{CmsFacts, Match, ReferenceMatch, raw_rsa_digest, verify_raw_rsa};
use super::*;
use crate::limits::{Exceeded, Limits, Resource};

type Row = (&'static str, Forge, Match, Match, &'static [&'static str]);

fn check(rows: Vec<Row>) {
    for (name, forge, content, value, findings) in rows {
        let facts = forge.facts();
        assert_eq!((facts.content, facts.value, ids(&facts)), (content, value, findings.to_vec()), "{name}");
        assert_eq!(facts.signed_attributes, forge.attributes.is_some(), "{name}");
    }
}

fn reversed(forge: &mut Forge) {
    forge.attributes.as_mut().unwrap().sort();
    forge.attributes.as_mut().unwrap().reverse();
    forge.as_listed = true;
}

/// An attribute whose outer length takes one byte more than it needs.
fn long_form(attribute: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x30, 0x81];
    bytes.extend_from_slice(&attribute[1..]);
    bytes
}

#[test]
fn honest_signatures_of_every_scheme_fit() {
    let digest = DigestAlgorithm::Sha384;
    let pss = SignatureAlgorithm::RsaPss { digest: SHA256, mask_digest: SHA256, salt_length: 32 };
    for (person, algorithm, digest) in [
        (Person::rsa(), RSA, SHA256),
        (Person::rsa(), SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha512 }, DigestAlgorithm::Sha512),
        (Person::rsa(), pss, SHA256),
        (Person::p256(), SignatureAlgorithm::Ecdsa { digest: SHA256 }, SHA256),
        (Person::p384(), SignatureAlgorithm::Ecdsa { digest }, digest),
        (Person::ed25519(), SignatureAlgorithm::Ed25519, DigestAlgorithm::Sha512),
    ] {
        let forge = Forge::new(person, algorithm);
        let facts = forge.facts();
        assert_eq!((facts.content, facts.value, ids(&facts)), (Matches, Matches, vec![]), "{algorithm:?}");
        assert_eq!(facts.algorithm, Some(algorithm));
        assert_eq!(facts.content_digest_algorithm, Some(digest));
        assert_eq!(facts.signing_certificate, ReferenceMatch::Matches);
        assert_eq!(facts.signer.as_ref(), Some(&forge.person.certificate));
        assert_eq!(facts.certificates, std::slice::from_ref(&forge.person.certificate));
    }
}

#[test]
fn a_changed_document_and_a_changed_value_differ() {
    let honest = Forge::rsa();
    let facts = facts(&honest.to_der(), &ContentDigests::default(), b"another document", &[]);
    assert_eq!((facts.content, facts.value, ids(&facts)), (Differs, Matches, vec![]));
    check(vec![
        ("another value", Forge::rsa().change(|forge| forge.value = Some(vec![7; 256])), Matches, Differs, &[]),
        ("no value", Forge::rsa().change(|forge| forge.value = Some(Vec::new())), Matches, Differs, &[]),
    ]);
}

#[test]
fn the_form_of_signed_attributes_is_said_and_decides_nothing() {
    check(vec![
        ("in another order, signed as written", Forge::rsa().change(reversed), Matches, Matches, &["cms.attributes_der"]),
        (
            "in another order, signed in order",
            Forge::rsa().change(|forge| {
                reversed(forge);
                forge.signs_sorted = true;
            }),
            Matches,
            Matches,
            &["cms.attributes_der"],
        ),
        (
            "with a length that DER forbids",
            Forge::rsa().change(|forge| {
                let first = &mut forge.attributes.as_mut().unwrap()[0];
                *first = long_form(first);
            }),
            Matches,
            Matches,
            &["cms.attributes_der"],
        ),
        (
            "in another order, signed in neither",
            Forge::rsa().change(|forge| {
                reversed(forge);
                forge.value = Some(vec![1; 256]);
            }),
            Matches,
            Differs,
            &["cms.attributes_der"],
        ),
    ]);
}

fn ed25519_with_null() -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(Oid::ED25519);
            writer.null();
        });
    })
}

#[test]
fn algorithms_must_agree() {
    let sha512 = DigestAlgorithm::Sha512;
    let other_mask = SignatureAlgorithm::RsaPss { digest: SHA256, mask_digest: DigestAlgorithm::Sha1, salt_length: 32 };
    let unknown = identifier(Oid::RIPEMD160);
    check(vec![
        (
            "the key's identifier as that of the signature",
            Forge::rsa().change(|forge| forge.signature_identifier = identifier(Oid::RSA_ENCRYPTION)),
            Matches,
            Matches,
            &[],
        ),
        (
            "a signature's identifier as that of the digest",
            Forge::rsa().change(|forge| forge.digest_identifier = RSA.to_identifier()),
            Matches,
            Matches,
            &["cms.digest_identifier"],
        ),
        (
            "a signature's identifier with another digest",
            Forge::rsa().with(message_digest(&sha512.digest(DOCUMENT))).change(|forge| {
                forge.digest_identifier = SignatureAlgorithm::RsaPkcs1 { digest: sha512 }.to_identifier();
            }),
            Matches,
            Matches,
            &["cms.algorithm_mismatch"],
        ),
        (
            "another digest than the signature's",
            Forge::rsa().with(message_digest(&sha512.digest(DOCUMENT))).change(|forge| forge.digest_identifier = identifier(sha512.oid())),
            Matches,
            Matches,
            &["cms.algorithm_mismatch"],
        ),
        (
            "EdDSA with NULL for its parameters",
            Forge::new(Person::ed25519(), SignatureAlgorithm::Ed25519).change(|forge| forge.signature_identifier = ed25519_with_null()),
            Matches,
            Matches,
            &[],
        ),
        (
            "EdDSA with NULL for its parameters and another digest than its own",
            Forge::new(Person::ed25519(), SignatureAlgorithm::Ed25519).with(message_digest(&SHA256.digest(DOCUMENT))).change(|forge| {
                forge.signature_identifier = ed25519_with_null();
                forge.digest_identifier = identifier(SHA256.oid());
            }),
            Matches,
            Matches,
            &["cms.algorithm_mismatch"],
        ),
        (
            "a mask with another digest",
            Forge::rsa().change(|forge| {
                forge.signature_identifier = other_mask.to_identifier();
                forge.value = Some(vec![1; 256]);
            }),
            Matches,
            Differs,
            &["cms.pss_parameters"],
        ),
        (
            "an unknown digest",
            Forge::rsa().change(|forge| forge.digest_identifier = unknown.clone()),
            Unchecked,
            Matches,
            &["cms.algorithm_unsupported"],
        ),
        (
            "an unknown signature algorithm",
            Forge::rsa().change(|forge| forge.signature_identifier = identifier(Oid::SHA256_WITH_DSA)),
            Matches,
            Unchecked,
            &["cms.algorithm_unsupported"],
        ),
        (
            "a scheme for another kind of key",
            Forge::rsa().change(|forge| forge.signature_identifier = SignatureAlgorithm::Ecdsa { digest: SHA256 }.to_identifier()),
            Matches,
            Differs,
            &["cms.key_mismatch"],
        ),
        (
            "Ed25519 with another digest than SHA-512",
            Forge::new(Person::ed25519(), SignatureAlgorithm::Ed25519)
                .with(message_digest(&SHA256.digest(DOCUMENT)))
                .change(|forge| forge.digest_identifier = identifier(SHA256.oid())),
            Matches,
            Matches,
            &["cms.algorithm_mismatch"],
        ),
    ]);
}

/// CMSAlgorithmProtection.
fn protection(digest: &[u8], signature: Option<&[u8]>) -> Vec<u8> {
    let value = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.raw(digest);
            if let Some(signature) = signature {
                let mut implicit = signature.to_vec();
                implicit[0] = 0xA1;
                writer.raw(&implicit);
            }
        });
    });
    attribute(Oid::ALGORITHM_PROTECTION, &[value])
}

#[test]
fn the_signed_copy_of_the_algorithms_must_agree() {
    let (digest, signature) = (identifier(SHA256.oid()), RSA.to_identifier());
    let sha512 = SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha512 }.to_identifier();
    let with_null = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(SHA256.oid());
            writer.null();
        });
    });
    check(vec![
        ("the same", Forge::rsa().also(protection(&digest, Some(&signature))), Matches, Matches, &[]),
        ("the same but for NULL", Forge::rsa().also(protection(&with_null, Some(&signature))), Matches, Matches, &[]),
        (
            "another digest",
            Forge::rsa().also(protection(&identifier(Oid::SHA1), Some(&signature))),
            Matches,
            Matches,
            &["cms.algorithm_protection"],
        ),
        ("another signature", Forge::rsa().also(protection(&digest, Some(&sha512))), Matches, Matches, &["cms.algorithm_protection"]),
        ("no signature", Forge::rsa().also(protection(&digest, None)), Matches, Matches, &["cms.algorithm_protection"]),
        (
            "unreadable",
            Forge::rsa().also(attribute(Oid::ALGORITHM_PROTECTION, &[octets(b"")])),
            Matches,
            Matches,
            &["cms.attribute_malformed"],
        ),
    ]);
}

#[test]
fn content_type_is_there_once_and_is_data() {
    check(vec![
        ("missing", Forge::rsa().without(Oid::CONTENT_TYPE), Matches, Matches, &["cms.content_type"]),
        ("another than the message's", Forge::rsa().with(content_type(Oid::TST_INFO)), Matches, Matches, &["cms.content_type"]),
        (
            "a timestamp's, in attribute and message",
            Forge::rsa().with(content_type(Oid::TST_INFO)).change(|forge| forge.content_type = Oid::TST_INFO),
            Matches,
            Matches,
            &["cms.content_type"],
        ),
        ("twice", Forge::rsa().also(content_type(Oid::DATA)), Matches, Matches, &["cms.duplicate_attribute"]),
        (
            "malformed",
            Forge::rsa().with(attribute(Oid::CONTENT_TYPE, &[octets(Oid::DATA.0)])),
            Matches,
            Matches,
            &["cms.attribute_malformed", "cms.content_type"],
        ),
    ]);
}

#[test]
fn message_digest_is_there_once_and_always_compared() {
    let right = SHA256.digest(DOCUMENT);
    check(vec![
        ("missing", Forge::rsa().without(Oid::MESSAGE_DIGEST), Unchecked, Matches, &["cms.message_digest"]),
        ("of something else", Forge::rsa().with(message_digest(&SHA256.digest(b"else"))), Differs, Matches, &[]),
        ("cut off", Forge::rsa().with(message_digest(&right[..31])), Differs, Matches, &[]),
        ("empty", Forge::rsa().with(message_digest(&[])), Differs, Matches, &[]),
        ("twice", Forge::rsa().also(message_digest(&SHA256.digest(b"else"))), Differs, Matches, &["cms.duplicate_attribute"]),
        (
            "with two values",
            Forge::rsa().with(attribute(Oid::MESSAGE_DIGEST, &[octets(&right), octets(&right)])),
            Matches,
            Matches,
            &["cms.duplicate_attribute"],
        ),
        (
            "with no value",
            Forge::rsa().with(attribute(Oid::MESSAGE_DIGEST, &[])),
            Unchecked,
            Matches,
            &["cms.attribute_malformed", "cms.message_digest"],
        ),
    ]);
}

#[test]
fn encapsulated_content_is_no_part_of_a_detached_signature() {
    let with = |content: &[u8]| {
        let content = Some(content.to_vec());
        Forge::rsa().change(|forge| forge.content = content)
    };
    check(vec![
        ("empty", with(b""), Matches, Matches, &["cms.encapsulated_content_empty"]),
        ("equal", with(DOCUMENT), Matches, Matches, &["cms.encapsulated_content_equal"]),
        ("another", with(b"another"), Matches, Matches, &["cms.encapsulated_content"]),
        (
            "another, and signed",
            with(b"another").with(message_digest(&SHA256.digest(b"another"))),
            Differs,
            Matches,
            &["cms.encapsulated_content"],
        ),
    ]);
}

#[test]
fn without_signed_attributes_the_value_is_over_the_content() {
    let bare = |person, algorithm| Forge::new(person, algorithm).change(|forge| forge.attributes = None);
    let ed25519 = bare(Person::ed25519(), SignatureAlgorithm::Ed25519);
    check(vec![
        ("RSA", bare(Person::rsa(), RSA), Matches, Matches, &["cms.no_signed_attributes"]),
        ("ECDSA", bare(Person::p256(), SignatureAlgorithm::Ecdsa { digest: SHA256 }), Matches, Matches, &["cms.no_signed_attributes"]),
        ("Ed25519 takes the content, not its digest", ed25519, Unchecked, Unchecked, &["cms.content_needed", "cms.no_signed_attributes"]),
        (
            "over something else",
            bare(Person::rsa(), RSA).change(|forge| forge.message = b"else".to_vec()),
            Unchecked,
            Differs,
            &["cms.no_signed_attributes"],
        ),
        (
            "of another type than data",
            bare(Person::rsa(), RSA).change(|forge| forge.content_type = Oid::TST_INFO),
            Matches,
            Matches,
            &["cms.content_type", "cms.no_signed_attributes"],
        ),
    ]);
}

#[test]
fn signed_attributes_are_not_taken_for_a_document() {
    // The attack: the attributes of an honest signature become the document, and the signature loses its attributes.
    let honest = Forge::rsa();
    let document = honest.to_sign();
    let forged = Forge::rsa().change(|forge| {
        forge.attributes = None;
        forge.message.clone_from(&document);
    });
    let facts = facts(&forged.to_der(), &ContentDigests::default(), &document, &[]);
    assert_eq!((facts.content, facts.value), (Unchecked, Matches));
    assert_eq!(ids(&facts), ["cms.ambiguous_attributes", "cms.no_signed_attributes"]);
}

#[test]
fn there_is_one_signer() {
    check(vec![
        ("two", Forge::rsa().change(|forge| forge.signers = 2), Matches, Matches, &["cms.one_signer"]),
        ("none", Forge::rsa().change(|forge| (forge.signers, forge.attributes) = (0, None)), Unchecked, Unchecked, &["cms.one_signer"]),
    ]);
}

#[test]
fn the_certificate_is_found_by_what_the_signer_says() {
    let authority = Person::authority();
    let identifier = authority.certificate.extensions().subject_key_identifier.clone().unwrap();
    let tagged = Writer::build(|writer| writer.primitive(Tag::context(0), &identifier));
    let other = Person::p256();
    check(vec![
        ("by key identifier", Forge::new(authority, RSA).change(|forge| forge.identifier = tagged.clone()), Matches, Matches, &[]),
        (
            "by the key identifier of another",
            Forge::rsa().change(|forge| forge.identifier = tagged.clone()),
            Matches,
            Unchecked,
            &["cms.signer_certificate"],
        ),
        (
            "after others",
            Forge::rsa().change(|forge| forge.certificates.insert(0, Person::p384().certificate.as_der().to_vec())),
            Matches,
            Matches,
            &[],
        ),
        (
            "not there",
            Forge::rsa().change(|forge| forge.certificates = vec![other.certificate.as_der().to_vec()]),
            Matches,
            Unchecked,
            &["cms.signer_certificate"],
        ),
        (
            "unreadable",
            Forge::rsa().change(|forge| forge.certificates = vec![vec![0x30, 0]]),
            Matches,
            Unchecked,
            &["cms.certificate_unreadable", "cms.signer_certificate"],
        ),
        (
            "named by another",
            Forge::rsa().change(|forge| forge.identifier = issuer_and_serial(&other.certificate)),
            Matches,
            Unchecked,
            &["cms.signer_certificate"],
        ),
    ]);
}

#[test]
fn the_certificate_may_be_given_besides_the_message() {
    let forge = Forge::rsa().change(|forge| forge.certificates.clear());
    let extra = [Person::p256().certificate, forge.person.certificate.clone()];
    let facts = facts(&forge.to_der(), &ContentDigests::default(), DOCUMENT, &extra);
    assert_eq!((facts.value, facts.signer.as_ref()), (Matches, Some(&extra[1])));
    assert_eq!((facts.certificates.len(), ids(&facts)), (0, vec![]));
}

#[test]
fn each_known_attribute_is_there_once_and_others_may_be_repeated() {
    let reference = reference_v2(&Person::rsa().certificate, None);
    let private = |text: &[u8]| attribute(Oid::DATA, &[octets(text)]);
    check(vec![
        ("two references", Forge::rsa().also(reference), Matches, Matches, &["cms.duplicate_attribute"]),
        ("two of the signer's own", Forge::rsa().also(private(b"1")).also(private(b"2")), Matches, Matches, &[]),
    ]);
}

/// Another certificate with the same issuer, serial number and key: its own signature, which nobody checks here, differs.
fn twin(certificate: &Certificate) -> Certificate {
    let mut der = certificate.as_der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    Certificate::from_der(&der).unwrap()
}

#[test]
fn a_certificate_put_in_the_place_of_the_signers_is_noticed() {
    let person = Person::rsa();
    let twin = twin(&person.certificate);
    let der = twin.as_der().to_vec();
    let substituted = Forge::rsa().change(|forge| forge.certificates = vec![der.clone()]).facts();
    assert_eq!((substituted.value, substituted.signing_certificate), (Matches, ReferenceMatch::Differs));
    let both = Forge::rsa().change(|forge| forge.certificates.insert(0, der)).facts();
    assert_eq!((both.value, both.signing_certificate), (Matches, ReferenceMatch::Matches));
    assert_eq!(both.signer.as_ref(), Some(&person.certificate));
}

#[test]
fn the_signed_reference_is_compared_whole() {
    let certificate = Person::rsa().certificate;
    let other = Person::p256().certificate;
    let v1 = |hash: &[u8]| reference(Oid::SIGNING_CERTIFICATE, None, hash, None);
    let sha1 = DigestAlgorithm::Sha1.digest(certificate.as_der());
    let v2 = |algorithm: Oid<'_>, hash: &[u8]| reference(Oid::SIGNING_CERTIFICATE_V2, Some(algorithm), hash, Some(&certificate));
    let none = || Forge::rsa().without(Oid::SIGNING_CERTIFICATE_V2);
    let sha512 = DigestAlgorithm::Sha512;
    let rows: Vec<(&str, Forge, ReferenceMatch, &[&str])> = vec![
        ("absent", none(), ReferenceMatch::Absent, &[]),
        ("the old kind", none().also(v1(&sha1)), ReferenceMatch::Matches, &[]),
        ("the old kind, of another", none().also(v1(&[0; 20])), ReferenceMatch::Differs, &[]),
        ("both kinds", Forge::rsa().also(v1(&sha1)), ReferenceMatch::Matches, &[]),
        ("both kinds, one of another", Forge::rsa().also(v1(&[0; 20])), ReferenceMatch::Differs, &[]),
        ("by SHA-512", none().also(v2(sha512.oid(), &sha512.digest(certificate.as_der()))), ReferenceMatch::Matches, &[]),
        ("of another", Forge::rsa().with(reference_v2(&other, None)), ReferenceMatch::Differs, &[]),
        ("no issuer", Forge::rsa().with(reference_v2(&certificate, None)), ReferenceMatch::Matches, &[]),
        (
            "another issuer",
            Forge::rsa().with(reference_v2(&certificate, Some(&Person::ed25519().certificate))),
            ReferenceMatch::Matches,
            &["cms.issuer_serial"],
        ),
        ("by an unknown digest", none().also(v2(Oid::RIPEMD160, &[0; 20])), ReferenceMatch::Absent, &["cms.reference_unsupported"]),
        (
            "malformed",
            none().also(attribute(Oid::SIGNING_CERTIFICATE_V2, &[octets(b"")])),
            ReferenceMatch::Absent,
            &["cms.attribute_malformed"],
        ),
    ];
    for (name, forge, expected, findings) in rows {
        let facts = forge.facts();
        assert_eq!((facts.signing_certificate, ids(&facts)), (expected, findings.to_vec()), "{name}");
        assert_eq!((facts.content, facts.value), (Matches, Matches), "{name}");
    }
}

#[test]
fn the_claimed_time_is_read() {
    let time = |tag, text: &[u8]| attribute(Oid::SIGNING_TIME, &[Writer::build(|writer| writer.primitive(tag, text))]);
    let rows: [(Vec<u8>, Option<&str>, &[&str]); 3] = [
        (time(Tag::UTC_TIME, b"261123092829Z"), Some("2026-11-23T09:28:29Z"), &[]),
        (time(Tag::GENERALIZED_TIME, b"20501123092829Z"), Some("2050-11-23T09:28:29Z"), &[]),
        (time(Tag::UTC_TIME, b"yesterday"), None, &["cms.signing_time"]),
    ];
    for (attribute, shown, findings) in rows {
        let facts = Forge::rsa().also(attribute).facts();
        assert_eq!(facts.signing_time.map(crate::time::Time::rfc3339).as_deref(), shown);
        assert_eq!(ids(&facts), findings);
    }
}

#[test]
fn evidence_is_taken_from_where_it_may_be() {
    let (crl, ocsp) = (identifier(Oid::SHA1), identifier(Oid::SHA256));
    let list = |tag, items: &[Vec<u8>]| {
        Writer::build(|writer| {
            writer.constructed(Tag::context(tag), |writer| {
                writer.sequence(|writer| items.iter().for_each(|item| writer.raw(item)));
            });
        })
    };
    let archive = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.raw(&list(0, &[crl.clone(), crl.clone()]));
            writer.raw(&list(1, std::slice::from_ref(&ocsp)));
        });
    });
    let other = Writer::build(|writer| {
        writer.constructed(Tag::context(1), |writer| {
            writer.oid(Oid::OCSP_RESPONSE);
            writer.raw(&ocsp);
        });
    });
    let facts = Forge::rsa()
        .also(attribute(Oid::ADOBE_REVOCATION, &[archive]))
        .change(|forge| {
            forge.revocation = vec![crl.clone(), other];
            forge.unsigned = vec![attribute(Oid::SIGNATURE_TIMESTAMP, &[octets(b"")])];
        })
        .facts();
    assert_eq!(facts.crls, [crl.clone(), crl.clone(), crl]);
    assert_eq!(facts.ocsp_responses, [ocsp.clone(), ocsp]);
    assert!(facts.has_signature_timestamp);
    assert!(!Forge::rsa().facts().has_signature_timestamp);
}

#[test]
fn zeros_behind_the_message_are_padding_and_nothing_else_is() {
    let mut message = Forge::rsa().to_der();
    message.extend([0; 100]);
    assert_eq!(ids(&facts(&message, &ContentDigests::default(), DOCUMENT, &[])), [""; 0]);
    message.extend([1, 0]);
    let facts = facts(&message, &ContentDigests::default(), DOCUMENT, &[]);
    assert_eq!((facts.content, facts.value, ids(&facts)), (Matches, Matches, vec!["cms.trailing_data"]));
}

#[test]
fn sha1_in_content_links_the_document_by_its_digest() {
    let mode = ContentDigests { sha1_in_content: true, ..ContentDigests::default() };
    let digest = DigestAlgorithm::Sha1.digest(DOCUMENT);
    let forge = |content: Option<Vec<u8>>, attributes: bool| {
        let signed = content.clone().unwrap_or_default();
        Forge::rsa().with(message_digest(&SHA256.digest(&signed))).change(|forge| {
            forge.content = content;
            forge.message = signed;
            if !attributes {
                forge.attributes = None;
            }
        })
    };
    let other = DigestAlgorithm::Sha1.digest(b"else");
    for (name, forge, content, findings) in [
        ("with attributes", forge(Some(digest.clone()), true), Matches, &[][..]),
        ("without attributes", forge(Some(digest.clone()), false), Matches, &["cms.no_signed_attributes"]),
        ("another document", forge(Some(other.clone()), true), Differs, &[]),
        ("another document, without attributes", forge(Some(other), false), Differs, &["cms.no_signed_attributes"]),
        ("no content", forge(None, true), Unchecked, &["cms.sha_one_content"]),
        ("longer content", forge(Some([digest.as_slice(), b"0"].concat()), true), Unchecked, &["cms.sha_one_content"]),
        ("content that was not signed", forge(Some(digest), true).with(message_digest(&SHA256.digest(DOCUMENT))), Differs, &[]),
    ] {
        let facts = facts(&forge.to_der(), &mode, DOCUMENT, &[]);
        assert_eq!((facts.content, facts.value, ids(&facts)), (content, Matches, findings.to_vec()), "{name}");
        assert_eq!(facts.content_digest_algorithm, Some(DigestAlgorithm::Sha1), "{name}");
    }
}

#[test]
fn a_timestamp_is_for_this_document() {
    let mode = ContentDigests { timestamp: true, ..ContentDigests::default() };
    let time = b"20261123092829.25Z";
    let honest = || tst_info(DOCUMENT, time);
    let unknown_digest = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.unsigned(1);
            writer.oid(Oid::ANY_POLICY);
            writer.sequence(|writer| {
                writer.raw(&identifier(Oid::RIPEMD160));
                writer.octet_string(&[0; 20]);
            });
            writer.unsigned(7);
            writer.primitive(Tag::GENERALIZED_TIME, time);
        });
    });
    for (name, forge, content, findings) in [
        ("honest", Forge::timestamp(honest()), Matches, &[][..]),
        ("for another", Forge::timestamp(tst_info(b"else", time)), Differs, &["cms.timestamp_imprint"]),
        ("no TSTInfo", Forge::timestamp(b"else".to_vec()), Unchecked, &["cms.timestamp_content"]),
        ("an unknown digest", Forge::timestamp(unknown_digest), Unchecked, &["cms.imprint_unsupported"]),
        ("exchanged after signing", Forge::timestamp(honest()).with(message_digest(&SHA256.digest(b"else"))), Differs, &[]),
        ("a signature as a timestamp", Forge::rsa(), Differs, &["cms.content_type", "cms.timestamp_content", "cms.timestamp_usage"]),
        (
            "without attributes",
            Forge::timestamp(honest()).change(|forge| {
                forge.attributes = None;
                forge.message = honest();
            }),
            Matches,
            &["cms.content_type", "cms.no_signed_attributes"],
        ),
    ] {
        let facts = facts(&forge.to_der(), &mode, DOCUMENT, &[]);
        assert_eq!((facts.content, facts.value, ids(&facts)), (content, Matches, findings.to_vec()), "{name}");
    }
    let facts = facts(&Forge::timestamp(honest()).to_der(), &mode, DOCUMENT, &[]);
    assert_eq!(facts.timestamp_time.map(crate::time::Time::rfc3339).as_deref(), Some("2026-11-23T09:28:29.25Z"));
    assert_eq!(facts.content_digest_algorithm, Some(DigestAlgorithm::Sha384));
}

#[test]
fn a_raw_rsa_value_is_checked_with_the_first_certificate() {
    let person = Person::rsa();
    let algorithm = SignatureAlgorithm::RsaPkcs1 { digest: SHA256 };
    let mut contents = octets(&person.key.sign(algorithm, DOCUMENT).unwrap());
    contents.extend([0; 8]);
    let digests = |document: &[u8]| ContentDigests {
        digests: [DigestAlgorithm::Sha1, SHA256].into_iter().map(|algorithm| (algorithm, algorithm.digest(document))).collect(),
        ..ContentDigests::default()
    };
    let certificates = [person.certificate.clone(), Person::p256().certificate];
    let run = |contents: &[u8], certificates: &[Certificate], document: &[u8]| -> CmsFacts {
        verify_raw_rsa(contents, certificates, &digests(document), &Budget::default()).unwrap()
    };
    let facts = run(&contents, &certificates, DOCUMENT);
    assert_eq!((facts.content, facts.value, ids(&facts)), (Matches, Matches, vec!["cms.no_signed_attributes"]));
    assert_eq!((facts.signer, facts.content_digest_algorithm), (Some(person.certificate), Some(SHA256)));
    let facts = run(&contents, &certificates, b"else");
    assert_eq!((facts.content, facts.value), (Unchecked, Differs));
    let facts = run(&contents, &certificates[1..], DOCUMENT);
    assert_eq!((facts.value, ids(&facts)), (Differs, vec!["cms.key_mismatch", "cms.no_signed_attributes"]));
    assert_eq!(ids(&run(&contents, &[], DOCUMENT)), ["cms.no_signed_attributes", "cms.signer_certificate"]);
    assert_eq!(ids(&run(b"no value", &certificates, DOCUMENT)), ["cms.no_signed_attributes", "cms.readable"]);
}

#[test]
fn a_raw_rsa_value_names_its_digest() {
    let person = Person::rsa();
    let named = |contents: &[u8], certificate: &Certificate| raw_rsa_digest(contents, certificate, &Budget::default()).unwrap();
    for digest in [SHA256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
        let value = person.key.sign(SignatureAlgorithm::RsaPkcs1 { digest }, DOCUMENT).unwrap();
        assert_eq!(named(&octets(&value), &person.certificate), Some(digest));
        assert_eq!(named(&octets(&value), &Person::p256().certificate), None);
        assert_eq!(named(&value, &person.certificate), None);
    }
    let none = Limits { signature_checks: 0, ..Limits::default() };
    let spent = raw_rsa_digest(b"", &person.certificate, &Budget::new(none));
    assert_eq!(spent, Err(Exceeded(Resource::SignatureChecks)));
}

#[test]
fn work_ends_where_the_limits_say() {
    let message = Forge::rsa().to_der();
    let signed_data = SignedData::parse(&message, 64).unwrap();
    let run = |limits: Limits| verify(&signed_data, &ContentDigests::default(), &[], &Budget::new(limits)).map(|_| ());
    let none = Limits::default();
    assert_eq!(run(Limits { certificates: 0, ..none.clone() }), Err(Exceeded(Resource::Certificates)));
    assert_eq!(run(Limits { signature_checks: 0, ..none.clone() }), Err(Exceeded(Resource::SignatureChecks)));
    assert_eq!(run(Limits { certificates: 1, signature_checks: 1, ..none }), Ok(()));
}
