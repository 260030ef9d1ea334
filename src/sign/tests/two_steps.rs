//! Signatures whose key is elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::support::{Person, assert_intact, certificate, identity, letter, open, options, refusal_of};
use crate::asn1::{Reader, Writer};
use crate::cms::{SignedDataBuilder, SignerAttributes};
use crate::crypto::SignatureAlgorithm;
use crate::format::pdf::testing::Layout;
use crate::{Certificate, DigestAlgorithm, Document, Padding, Prepared, SignOptions, Signer};

fn document() -> Document {
    open(&letter().write(Layout::Table), None)
}

fn prepare(name: &str, options: &SignOptions) -> Prepared {
    options.prepare(&document(), &identity(name)).unwrap()
}

/// The value that the key of `name` gives for a prepared signature.
fn answer(name: &str, prepared: &Prepared) -> Vec<u8> {
    Person::new(name).sign(prepared.algorithm().unwrap(), prepared.message().unwrap()).unwrap()
}

/// r‖s, as tokens and services give it.
fn plain(der: &[u8], length: usize) -> Vec<u8> {
    let mut values = Reader::der(Reader::der(der).read().unwrap().content);
    let mut out = Vec::new();
    for _ in 0..2 {
        let value = values.read().unwrap().content;
        let digits = &value[value.iter().take_while(|byte| **byte == 0).count()..];
        out.extend(vec![0; length - digits.len()]);
        out.extend(digits);
    }
    out
}

#[test]
fn a_stored_preparation_is_finished_with_a_value() {
    for (name, padding) in
        [("an", Padding::Pkcs1), ("an", Padding::Pss), ("binh", Padding::Pkcs1), ("cuong", Padding::Pkcs1), ("dung", Padding::Pkcs1)]
    {
        let prepared = prepare(name, &options().with_padding(padding).with_reason("Phê duyệt"));
        let stored = Prepared::from_bytes(&prepared.to_bytes()).unwrap();
        assert_eq!(stored.to_bytes(), prepared.to_bytes());
        let signed = stored.finish(&document(), &answer(name, &stored)).unwrap().to_bytes();
        assert!(signed.starts_with(document().bytes()));
        assert_intact(name, &signed, None, 1);
    }
}

#[test]
fn a_stored_preparation_that_alters_the_document_is_not_finished() {
    let mut prepared = prepare("an", &options());
    let swap = |bytes: &mut Vec<u8>, old: &[u8], new: &[u8]| {
        let at = memchr::memmem::find(bytes, old).unwrap();
        bytes[at..at + old.len()].copy_from_slice(new);
    };
    // The page, which is written again for its new annotation, gets other content; all digests are made to fit.
    swap(&mut prepared.draft.appended, b"/Contents 5 0 R", b"/Contents 4 0 R");
    let mut hasher = prepared.digest.hasher();
    hasher.update(document().bytes());
    let digest = prepared.draft.digest(hasher);
    swap(&mut prepared.request.as_mut().unwrap().message, &prepared.document_digest, &digest);
    prepared.document_digest = digest;
    let stored = Prepared::from_bytes(&prepared.to_bytes()).unwrap();
    let refusal = stored.finish(&document(), &answer("an", &stored)).unwrap_err();
    assert_eq!(refusal.message().id(), "sign.self_check");
}

#[test]
fn ecdsa_values_are_taken_in_both_forms() {
    for (name, length) in [("binh", 32), ("cuong", 48)] {
        let prepared = prepare(name, &options());
        let signed = prepared.finish(&document(), &plain(&answer(name, &prepared), length)).unwrap();
        assert_intact(name, &signed.to_bytes(), None, 1);
    }
}

#[test]
fn the_digests_are_those_of_document_and_message() {
    let prepared = prepare("cuong", &options());
    assert_eq!(prepared.digest_algorithm(), DigestAlgorithm::Sha384);
    assert_eq!(prepared.digest().unwrap(), DigestAlgorithm::Sha384.digest(prepared.message().unwrap()));
    let signed = prepared.finish(&document(), &answer("cuong", &prepared)).unwrap().to_bytes();
    let range = &super::support::signatures(&signed, None)[0].coverage.byte_range;
    let [_, first, second, _] = [0, 1, 2, 3].map(|index| usize::try_from(range[index]).unwrap());
    assert_eq!(prepared.document_digest(), DigestAlgorithm::Sha384.digest(&[&signed[..first], &signed[second..]].concat()));
}

#[test]
fn a_value_that_does_not_fit_is_refused() {
    let prepared = prepare("an", &options());
    let mut flipped = answer("an", &prepared);
    flipped[20] ^= 1;
    let other = options().with_reason("Khác").prepare(&document(), &identity("an")).unwrap();
    for value in [&flipped[..], &answer("an", &other), &answer("agency", &prepared), &[], &[0; 256], &answer("an", &prepared)[1..]] {
        assert_eq!(refusal_of(prepared.finish(&document(), value)), "sign.value_mismatch");
    }
    let unknown = options().prepare_unknown(&document()).unwrap();
    assert_eq!(refusal_of(unknown.finish(&document(), &answer("an", &prepared))), "sign.needs_cms");
}

#[test]
fn another_document_is_refused() {
    let prepared = prepare("an", &options());
    let value = answer("an", &prepared);
    let mut bytes = document().bytes().to_vec();
    let place = bytes.iter().position(|byte| *byte == b'K').unwrap();
    bytes[place] = b'k';
    assert_eq!(refusal_of(prepared.finish(&open(&bytes, None), &value)), "sign.document_differs");
    bytes[place] = b'K';
    assert!(prepared.finish(&open(&bytes, None), &value).is_ok());
    bytes.push(b'\n');
    assert_eq!(refusal_of(prepared.finish(&open(&bytes, None), &value)), "sign.document_differs");
}

/// What a CMS from elsewhere is made of.
struct Elsewhere {
    digest: DigestAlgorithm,
    content_digest: Vec<u8>,
    signer: &'static str,
    certificates: Vec<Certificate>,
    referenced: Certificate,
    has_reference: bool,
}

impl Elsewhere {
    fn new(prepared: &Prepared, signer: &'static str) -> Self {
        Self {
            digest: prepared.digest_algorithm(),
            content_digest: prepared.document_digest().to_vec(),
            signer,
            certificates: vec![certificate(signer)],
            referenced: certificate(signer),
            has_reference: true,
        }
    }

    fn cms(&self) -> Vec<u8> {
        let attributes = SignerAttributes { digest: self.digest, content_digest: &self.content_digest, certificate: &self.referenced };
        let mut attributes = attributes.to_der();
        if !self.has_reference {
            let mut set = Reader::der(Reader::der(&attributes).read().unwrap().content);
            let first_two = vec![set.read().unwrap().raw.to_vec(), set.read().unwrap().raw.to_vec()];
            attributes = Writer::build(|writer| writer.set_of(crate::asn1::Tag::SET, first_two));
        }
        let algorithm = SignatureAlgorithm::RsaPkcs1 { digest: self.digest };
        let signature = Person::new(self.signer).sign(algorithm, &attributes).unwrap();
        let certificates = &self.certificates;
        let (digest, signed_attributes) = (self.digest, &attributes);
        SignedDataBuilder { digest, algorithm, certificates, signed_attributes, signature: &signature, timestamp: None }.to_der()
    }
}

#[test]
fn a_whole_cms_finishes_what_was_prepared_with_or_without_a_certificate() {
    let unknown = options().prepare_unknown(&document()).unwrap();
    assert_eq!((unknown.message(), unknown.digest(), unknown.algorithm()), (None, None, None));
    for prepared in [unknown, prepare("an", &options())] {
        let stored = Prepared::from_bytes(&prepared.to_bytes()).unwrap();
        let signed = stored.finish_with_cms(&document(), &Elsewhere::new(&prepared, "an").cms()).unwrap();
        assert_intact("cms", &signed.to_bytes(), None, 1);
    }
}

#[test]
fn a_cms_that_breaks_a_rule_is_refused() {
    let prepared = options().prepare_unknown(&document()).unwrap();
    let known = prepare("agency", &options());
    let good = Elsewhere::new(&prepared, "an");
    let with = |change: &dyn Fn(&mut Elsewhere)| {
        let mut elsewhere = Elsewhere::new(&prepared, "an");
        change(&mut elsewhere);
        elsewhere.cms()
    };
    let indefinite = [&[0x30, 0x80], Reader::der(&good.cms()).read().unwrap().content, &[0, 0]].concat();
    for (cms, id) in [
        (Vec::new(), "sign.cms_unreadable"),
        (b"-----BEGIN CMS-----".to_vec(), "sign.cms_unreadable"),
        ([good.cms(), vec![0]].concat(), "sign.cms_unreadable"),
        (indefinite, "sign.cms_unreadable"),
        (with(&|elsewhere| elsewhere.content_digest[0] ^= 1), "sign.cms_mismatch"),
        (with(&|elsewhere| elsewhere.certificates = vec![certificate("binh")]), "sign.cms_mismatch"),
        (
            with(&|elsewhere| {
                elsewhere.digest = DigestAlgorithm::Sha512;
                elsewhere.content_digest = vec![0; 64];
            }),
            "sign.cms_digest",
        ),
        (with(&|elsewhere| elsewhere.referenced = certificate("agency")), "sign.cms_reference"),
        (with(&|elsewhere| elsewhere.has_reference = false), "sign.cms_reference"),
        (with(&|elsewhere| elsewhere.certificates.push(certificate("root-rsa"))), "not refused"),
    ] {
        assert_eq!(refusal_of(prepared.finish_with_cms(&document(), &cms)), id);
    }
    let other = refusal_of(known.finish_with_cms(&document(), &Elsewhere::new(&known, "an").cms()));
    assert_eq!(other, "sign.cms_signer");
    for (name, id) in [("expired", "sign.certificate_expired"), ("wrong-usage", "sign.key_usage")] {
        assert_eq!(refusal_of(prepared.finish_with_cms(&document(), &Elsewhere::new(&prepared, name).cms())), id);
    }
}

#[test]
fn a_cms_with_its_own_content_is_refused() {
    let prepared = options().prepare_unknown(&document()).unwrap();
    let cms = Elsewhere::new(&prepared, "an").cms();
    let data = [0x30, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
    let content = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.raw(&data[2..]);
            writer.constructed(crate::asn1::Tag::context(0), |writer| writer.octet_string(b"content"));
        });
    });
    let outer = Reader::der(&cms).read().unwrap();
    let mut parts = Reader::der(outer.content);
    let (kind, wrapped) = (parts.read().unwrap(), parts.read().unwrap());
    let inner = Reader::der(wrapped.content).read().unwrap().content;
    let place = (0..inner.len()).find(|place| inner[*place..].starts_with(&data)).unwrap();
    let inner = [&inner[..place], &content, &inner[place + data.len()..]].concat();
    let cms = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.raw(kind.raw);
            writer.constructed(crate::asn1::Tag::context(0), |writer| writer.sequence(|writer| writer.raw(&inner)));
        });
    });
    assert_eq!(refusal_of(prepared.finish_with_cms(&document(), &cms)), "sign.cms_content");
}

#[test]
fn a_cms_that_does_not_fit_the_hole_names_what_it_needs() {
    let prepared = options().with_reserve(100).prepare_unknown(&document()).unwrap();
    let error = prepared.finish_with_cms(&document(), &Elsewhere::new(&prepared, "an").cms()).unwrap_err();
    assert_eq!(error.message().id(), "sign.hole_too_small");
}

/// The stored form with one value changed.
fn changed(prepared: &Prepared, change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    let mut value = serde_json::from_slice(&prepared.to_bytes()).unwrap();
    change(&mut value);
    serde_json::to_vec(&value).unwrap()
}

#[test]
fn a_stored_form_that_was_tampered_with_is_refused() {
    let prepared = prepare("an", &options());
    let read = |change: &dyn Fn(&mut serde_json::Value)| refusal_of(Prepared::from_bytes(&changed(&prepared, change)));
    assert_eq!(read(&|_| ()), "not refused");
    assert_eq!(read(&|value| value["schema"] = "kyso.prepared/2".into()), "sign.prepared_version");
    assert_eq!(read(&|value| value["schema"] = "kyso.report/1".into()), "sign.prepared_unreadable");
    let message = |prepared: &Prepared| STANDARD.encode(prepared.message().unwrap());
    let other = options().with_reason("x").prepare(&document(), &identity("an")).unwrap();
    let broken: &[&dyn Fn(&mut serde_json::Value)] = &[
        &|value| value["more"] = 1.into(),
        &|value| value["hole"] = serde_json::json!([0, 2]),
        &|value| value["hole"] = serde_json::json!([5, 3]),
        &|value| value["hole"] = serde_json::json!([0, u64::MAX]),
        &|value| value["document"]["bytes"] = 1.into(),
        &|value| value["document"]["bytes"] = u64::MAX.into(),
        &|value| value["document"]["sha256"] = "AAAA".into(),
        &|value| value["appended"] = "".into(),
        &|value| value["appended"] = "?".into(),
        &|value| value["digest"] = "SHA-1".into(),
        &|value| value["digest"] = "SHA-512".into(),
        &|value| value["document_digest"] = STANDARD.encode([0; 32]).into(),
        &|value| value["time"] = "yesterday".into(),
        &|value| value["signer"]["message"] = message(&other).into(),
        &|value| value["signer"]["certificates"] = serde_json::json!([]),
        &|value| value["signer"]["certificates"][0] = value["signer"]["certificates"][1].clone(),
        &|value| value["signer"]["algorithm"] = serde_json::json!({ "scheme": "ed25519" }),
        &|value| value["signer"]["algorithm"]["digest"] = "SHA-1".into(),
    ];
    for (index, change) in broken.iter().enumerate() {
        assert_eq!(read(*change), "sign.prepared_broken", "{index}");
    }
    for bytes in [&b""[..], b"{}", b"[]", b"kyso", b"\xFF", b"{\"schema\":1}"] {
        assert_eq!(refusal_of(Prepared::from_bytes(bytes)), "sign.prepared_unreadable");
    }
}

#[test]
fn appended_bytes_that_were_tampered_with_are_refused_with_the_document() {
    let prepared = options().prepare_unknown(&document()).unwrap();
    let cms = Elsewhere::new(&prepared, "an").cms();
    let tampered = changed(&prepared, |value| {
        let mut appended = STANDARD.decode(value["appended"].as_str().unwrap()).unwrap();
        let place = (0..appended.len()).rfind(|place| appended[*place..].starts_with(b"/Rect [0 0")).unwrap();
        appended[place + 7] = b'9';
        value["appended"] = STANDARD.encode(appended).into();
    });
    let tampered = Prepared::from_bytes(&tampered).unwrap();
    assert_eq!(refusal_of(tampered.finish_with_cms(&document(), &cms)), "sign.prepared_broken");
}
