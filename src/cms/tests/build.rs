//! What kyso builds is what it and others read.

use std::fs;
use std::process::Command;

use super::super::Match::Matches;
use super::super::{ReferenceMatch, SignedDataBuilder, SignerAttributes};
use super::*;

fn schemes() -> Vec<(&'static str, Person, DigestAlgorithm, SignatureAlgorithm)> {
    let (sha384, sha512) = (DigestAlgorithm::Sha384, DigestAlgorithm::Sha512);
    let pkcs1 = |digest| SignatureAlgorithm::RsaPkcs1 { digest };
    let pss = |digest: DigestAlgorithm| SignatureAlgorithm::RsaPss { digest, mask_digest: digest, salt_length: digest.length() };
    vec![
        ("RSA with SHA-256", Person::rsa(), SHA256, pkcs1(SHA256)),
        ("RSA with SHA-384", Person::rsa(), sha384, pkcs1(sha384)),
        ("RSA with SHA-512", Person::rsa(), sha512, pkcs1(sha512)),
        ("RSA-PSS with SHA-256", Person::rsa(), SHA256, pss(SHA256)),
        ("RSA-PSS with SHA-512", Person::rsa(), sha512, pss(sha512)),
        ("ECDSA P-256", Person::p256(), SHA256, SignatureAlgorithm::Ecdsa { digest: SHA256 }),
        ("ECDSA P-384", Person::p384(), sha384, SignatureAlgorithm::Ecdsa { digest: sha384 }),
        ("Ed25519", Person::ed25519(), sha512, SignatureAlgorithm::Ed25519),
    ]
}

fn build(person: &Person, digest: DigestAlgorithm, algorithm: SignatureAlgorithm) -> (Vec<u8>, usize) {
    let certificates =
        [person.certificate.clone(), pem_certificates(include_bytes!("../../../fixtures/pki/sub-rsa.pem")).unwrap().remove(0)];
    let content_digest = digest.digest(DOCUMENT);
    let signed_attributes = SignerAttributes { digest, content_digest: &content_digest, certificate: &person.certificate }.to_der();
    let signature = person.key.sign(algorithm, &signed_attributes).unwrap();
    let builder = SignedDataBuilder {
        digest,
        algorithm,
        certificates: &certificates,
        signed_attributes: &signed_attributes,
        signature: &signature,
        timestamp: None,
    };
    (builder.to_der(), SignedDataBuilder::estimate(&certificates, signature.len()))
}

#[test]
fn what_is_built_is_read_without_a_finding() {
    for (name, person, digest, algorithm) in schemes() {
        let (message, estimate) = build(&person, digest, algorithm);
        let facts = facts(&message, &ContentDigests::default(), DOCUMENT, &[]);
        assert_eq!((facts.content, facts.value, ids(&facts)), (Matches, Matches, vec![]), "{name}");
        assert_eq!(facts.signing_certificate, ReferenceMatch::Matches, "{name}");
        assert_eq!((facts.algorithm, facts.content_digest_algorithm), (Some(algorithm), Some(digest)), "{name}");
        assert_eq!((facts.signing_time, facts.certificates.len()), (None, 2), "{name}");
        assert!(message.len() <= estimate && estimate < message.len() + 800, "{name}: {} estimated as {estimate}", message.len());
    }
}

#[test]
fn what_is_built_is_der() {
    let (message, _) = build(&Person::rsa(), SHA256, RSA);
    let mut reader = crate::asn1::Reader::der(&message);
    let mut open = vec![reader.sequence().unwrap()];
    reader.finish().unwrap();
    let mut elements = 0;
    while let Some(mut reader) = open.pop() {
        while !reader.is_empty() {
            let element = reader.read().unwrap();
            elements += 1;
            if element.constructed {
                open.push(element.children().unwrap());
            }
        }
    }
    assert!(elements > 100);
}

#[test]
fn openssl_accepts_what_is_built() {
    let required = std::env::var("KYSO_PEERS").is_ok_and(|value| value == "required");
    if Command::new("openssl").arg("version").output().is_err() {
        assert!(!required, "openssl is required and missing");
        println!("skipped: openssl is not here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (content, signature) = (folder.path().join("document"), folder.path().join("signature.der"));
    let verify = || {
        let mut command = Command::new("openssl");
        command.args(["cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-out"]).arg(folder.path().join("out"));
        command.arg("-in").arg(&signature).arg("-content").arg(&content);
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (name, person, digest, algorithm) in schemes() {
        fs::write(&content, DOCUMENT).unwrap();
        fs::write(&signature, build(&person, digest, algorithm).0).unwrap();
        let (fits, said) = verify();
        if algorithm == SignatureAlgorithm::Ed25519 && said.contains("invalid digest") {
            println!("skipped: this openssl knows no Ed25519 in CMS");
            continue;
        }
        assert!(fits, "{name}: {said}");
        fs::write(&content, b"another document").unwrap();
        assert!(!verify().0, "{name}: openssl accepts anything");
    }
}
