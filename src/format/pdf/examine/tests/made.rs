//! Documents made here, each odd in one way.

use crate::crypto::{DigestAlgorithm, PrivateKey, SignatureAlgorithm};
use crate::format::pdf::sample::Sample;
use crate::format::{DocumentFacts, SignatureFacts};
use crate::message::Message;
use crate::x509::{pem_certificates, pem_decode};
use crate::{Document, Evidence, Match};

/// A document whose one signature field says `value`; the object 6 is `six`.
fn letter(value: &str, six: &str) -> Sample {
    let mut sample = Sample::new();
    sample
        .object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>")
        .object(2, "<< /Type /Pages /Kids [] /Count 0 >>")
        .object(5, &format!("<< /FT /Sig /T (Sig1) {value} >>"))
        .object(6, six);
    sample
}

fn facts(bytes: &[u8]) -> DocumentFacts {
    Document::parse(bytes.to_vec()).unwrap().examine(&Evidence::new()).unwrap()
}

fn ids(findings: &[Message]) -> Vec<&str> {
    findings.iter().map(Message::id).collect()
}

fn only(facts: &DocumentFacts) -> &SignatureFacts {
    let [signature] = facts.signatures.as_slice() else { panic!("{} signatures", facts.signatures.len()) };
    signature
}

const HOLLOW: &str = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 9 99 9] /Contents <0000> >>";

#[test]
fn a_signature_that_was_prepared_is_told_and_an_empty_field_is_none() {
    for (value, six, count) in [("", "null", 0), ("/V null", "null", 0), ("/V 6 0 R", "null", 0), ("/V 6 0 R", HOLLOW, 1)] {
        let facts = facts(&letter(value, six).table("").bytes);
        assert_eq!(facts.signatures.len(), count, "{value} {six}");
        for signature in &facts.signatures {
            assert!(signature.unsigned && signature.cms.is_none());
            assert!(ids(&signature.findings).contains(&"format.not_signed"), "{:?}", signature.findings);
        }
    }
}

#[test]
fn an_indirect_value_is_no_place_for_a_signature() {
    let six = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 9 99 9] /Contents 7 0 R >>";
    for (seven, unsigned) in [("<0000>", true), ("<3003020101>", false)] {
        let facts = facts(&letter("/V 6 0 R", six).object(7, seven).table("").bytes);
        let signature = only(&facts);
        assert_eq!(signature.unsigned, unsigned);
        assert!(ids(&signature.findings).contains(&"coverage.contents"), "{:?}", signature.findings);
    }
}

#[test]
fn a_signature_that_cannot_be_read_is_not_taken_for_none() {
    let facts = facts(&letter("/V 6 0 R", "<< /Type /Sig /ByteRange [0 9 99 9] /Contents").table("").bytes);
    let signature = only(&facts);
    assert_eq!((signature.field.as_deref(), signature.unsigned), (Some("Sig1"), false));
    let ids = ids(&signature.findings);
    assert!(ids.contains(&"coverage.byte_range") && ids.contains(&"cms.readable"), "{ids:?}");
    assert!(!ids.contains(&"format.removed") && !ids.contains(&"format.orphan"), "{ids:?}");
}

#[test]
fn signatures_of_a_file_that_was_put_together_again_are_told_though_the_form_is_lost() {
    let prepared = "<< /Type /Sig /Contents <0000> >>";
    let usage = "<< /Type /Sig /Contents <3003020101> /Reference [<< /TransformMethod /UR3 >>] >>";
    let stream = |sample: &mut Sample| {
        sample.object_stream(8, &[(7, prepared)]);
    };
    let object = |text: &'static str| {
        move |sample: &mut Sample| {
            sample.object(7, text);
        }
    };
    let rows: [(&str, Box<dyn Fn(&mut Sample)>, usize); 4] = [
        ("in the file", Box::new(object(prepared)), 1),
        ("in an object stream", Box::new(stream), 1),
        ("usage rights", Box::new(object(usage)), 0),
        ("a field", Box::new(object("<< /FT /Sig /T (Other) >>")), 0),
    ];
    for (name, add, count) in rows {
        let mut sample = letter("", "null");
        add(&mut sample);
        let lost = facts(&sample.bytes);
        assert!(ids(&lost.findings).contains(&"document.xref_rebuilt"));
        assert_eq!(lost.signatures.len(), count, "{name}");
        for signature in &lost.signatures {
            let ids = ids(&signature.findings);
            assert!(ids.contains(&"format.orphan") && ids.contains(&"coverage.byte_range"), "{name}: {ids:?}");
        }
    }
    // Of a sound file, what nothing refers to and what covers nothing is no signature of anybody.
    assert_eq!(facts(&letter("", "null").object(7, prepared).table("").bytes).signatures, []);
}

#[test]
fn the_digest_of_a_raw_rsa_value_is_the_one_that_it_names() {
    let certificate = pem_certificates(include_bytes!("../../../../../fixtures/pki/an.pem")).unwrap().remove(0);
    let key = pem_decode(include_bytes!("../../../../../fixtures/pki/an.key.pem")).unwrap().remove(0);
    let key = PrivateKey::from_pkcs8(&key.der).unwrap();
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for digest in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
        let hole = "0".repeat(600);
        let six = format!(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.x509.rsa_sha1 /Cert <{}> /ByteRange [0 AAAAAA BBBBBB CCCCCC] /Contents <{hole}> >>",
            hexadecimal(certificate.as_der())
        );
        let text = letter("/V 6 0 R", &six).table("").bytes.clone();
        let start = text.windows(602).position(|window| window == format!("<{hole}>").as_bytes()).unwrap();
        let numbers = [("AAAAAA", start), ("BBBBBB", start + 602), ("CCCCCC", text.len() - start - 602)];
        let mut bytes = text;
        for (mark, number) in numbers {
            let at = bytes.windows(6).position(|window| window == mark.as_bytes()).unwrap();
            bytes.splice(at..at + 6, format!("{number:<6}").into_bytes());
        }
        let signed = [&bytes[..start], &bytes[start + 602..]].concat();
        let value = key.sign(SignatureAlgorithm::RsaPkcs1 { digest }, &signed).unwrap();
        let value = hexadecimal(&[&[4, 0x82, 1, 0][..], &value].concat());
        bytes.splice(start + 1..start + 1 + value.len(), value.into_bytes());
        let facts = facts(&bytes);
        let cms = only(&facts).cms.as_ref().unwrap();
        assert_eq!((cms.content, cms.value, cms.content_digest_algorithm), (Match::Matches, Match::Matches, Some(digest)));
        assert_eq!(ids(&only(&facts).findings), Vec::<&str>::new());
    }
}

/// What a public-key handler leaves in a document (ISO 32000-2 7.6.5).
const SEALED: &str =
    "<< /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 5 /StmF /C /StrF /C /CF << /C << /CFM /AESV3 /Recipients [<30>] >> >> >>";

#[test]
fn of_a_document_for_certain_recipients_everything_but_strings_and_streams_is_read() {
    let six =
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 9 99 9] /Contents <3003020101> /Reason (x) >>";
    let mut sample = letter("/V 6 0 R", six);
    sample.object(9, SEALED).table("/Encrypt 9 0 R");
    let sealed = facts(&sample.bytes);
    assert_eq!(ids(&sealed.findings), ["document.not_decrypted"]);
    let signature = only(&sealed);
    assert_eq!((signature.field.as_deref(), signature.reason.as_deref()), (Some(""), None));
    assert!(!signature.unsigned && !ids(&signature.findings).contains(&"coverage.contents"), "{:?}", signature.findings);
    // Whoever put something in objects that nobody here can read may have put a signature there.
    let mut hidden = letter("", "null");
    hidden.object(9, SEALED).object_stream(8, &[(7, "<< >>")]).section_stream(10, "/Encrypt 9 0 R");
    let error = Document::parse(hidden.bytes.clone()).unwrap().examine(&Evidence::new()).unwrap_err();
    assert_eq!(error.message().id(), "document.encryption_public_key");
    // Where only strings are encrypted, nothing is hidden.
    let mut open = letter("", "null");
    open.object(9, &SEALED.replace("/StmF /C", "")).object_stream(8, &[(7, "<< >>")]).section_stream(10, "/Encrypt 9 0 R");
    assert_eq!((facts(&open.bytes).signatures, ids(&facts(&open.bytes).findings)), (vec![], vec!["document.not_decrypted"]));
}

#[test]
fn the_field_of_a_signature_may_be_among_what_cannot_be_read() {
    let mut sample = Sample::new();
    sample
        .object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>")
        .object(6, &HOLLOW.replace("0000", "3003020101"))
        .object(9, SEALED)
        .object_stream(8, &[(2, "<< /Type /Pages /Kids [] /Count 0 >>"), (4, "<< /Fields [5 0 R] >>"), (5, "<< /FT /Sig /V 6 0 R >>")])
        .section_stream(10, "/Encrypt 9 0 R");
    let facts = facts(&sample.bytes);
    let signature = only(&facts);
    assert_eq!(signature.field, None);
    assert!(!ids(&signature.findings).contains(&"format.orphan"), "{:?}", signature.findings);
    assert!(ids(&facts.findings).contains(&"document.not_decrypted"));
}

#[test]
fn what_came_later_in_a_document_that_cannot_be_read_is_not_known() {
    // The range names the first revision, whose length does not depend on the numbers.
    let first = |end: usize| {
        let six = format!("<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 9 99 {end:<9}] /Contents <3003020101> >>");
        let mut sample = letter("/V 6 0 R", &six);
        sample.object(9, SEALED).table("/Encrypt 9 0 R");
        sample
    };
    let mut sample = first(first(0).bytes.len() - 99);
    sample.object(7, "null").table("/Encrypt 9 0 R");
    let facts = facts(&sample.bytes);
    let signature = only(&facts);
    assert_eq!((signature.coverage.revision, facts.revisions), (Some(1), 2));
    assert_eq!((signature.later.level, signature.later.changes.len()), (None, 0));
}
