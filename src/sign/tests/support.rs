//! What the tests of signing share.

use std::path::PathBuf;

use crate::crypto::{PrivateKey, SignatureAlgorithm};
use crate::format::pdf::testing::Objects;
use crate::x509::{Certificate, pem_certificates, pem_decode};
use crate::{Document, DocumentOptions, Evidence, Identity, Match, SignOptions, SignatureFacts, Signed, Signer, Time, Zone};

/// Somebody of the test PKI.
pub(crate) struct Person {
    pub(crate) identity: Identity,
    pub(crate) key: PrivateKey,
}

impl Person {
    pub(crate) fn new(name: &str) -> Self {
        let blocks = pem_decode(&read(&format!("{name}.key.pem"))).unwrap();
        Self { identity: identity(name), key: PrivateKey::from_pkcs8(&blocks[0].der).unwrap() }
    }
}

impl Signer for Person {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> crate::Result<Vec<u8>> {
        Ok(self.key.sign(algorithm, message).unwrap())
    }
}

/// A signer whose key must not be touched.
pub(crate) struct Untouched(pub(super) Identity);

impl Signer for Untouched {
    fn identity(&self) -> &Identity {
        &self.0
    }

    fn sign(&self, _: SignatureAlgorithm, _: &[u8]) -> crate::Result<Vec<u8>> {
        panic!("the key was touched")
    }
}

pub(crate) fn identity(name: &str) -> Identity {
    let issuers: &[&str] = match name {
        "binh" | "cuong" => &["sub-p256", "root-p256"],
        "dung" => &["root-ed25519"],
        _ => &["sub-rsa", "root-rsa"],
    };
    Identity::new(certificate(name), issuers.iter().map(|issuer| certificate(issuer)).collect())
}

pub(crate) fn certificate(name: &str) -> Certificate {
    pem_certificates(&read(&format!("{name}.pem"))).unwrap().remove(0)
}

pub(crate) fn read(file: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki").join(file)).unwrap()
}

pub(crate) fn time(text: &str) -> Time {
    Time::parse(text, Zone::UTC).unwrap()
}

pub(crate) fn options() -> SignOptions {
    SignOptions::at(time("2026-11-23T16:28:29+07:00")).with_time(time("2026-11-23T16:28:29+07:00"), Zone::VIETNAM)
}

pub(crate) fn letter() -> Objects {
    Objects::letter("", "")
}

pub(crate) fn open(bytes: &[u8], password: Option<&str>) -> Document {
    let options = DocumentOptions { password: password.map(|password| password.to_owned().into()), ..DocumentOptions::default() };
    Document::parse_with(bytes, options).unwrap()
}

pub(crate) fn sign(original: &[u8], name: &str, options: &SignOptions) -> Vec<u8> {
    attempt(original, name, options).unwrap().to_bytes()
}

pub(super) fn attempt(original: &[u8], name: &str, options: &SignOptions) -> crate::Result<Signed> {
    options.sign(&open(original, None), &Person::new(name))
}

/// The id of the message that signing is refused with, the key untouched.
pub(super) fn refusal(original: &[u8], name: &str, options: &SignOptions) -> String {
    refusal_of(options.sign(&open(original, None), &Untouched(identity(name))))
}

pub(super) fn refusal_of<T>(result: crate::Result<T>) -> String {
    match result {
        Ok(_) => String::from("not refused"),
        Err(error) => {
            assert!(error.hint().is_some(), "{error} without a hint");
            error.message().id().to_owned()
        }
    }
}

pub(super) fn signatures(bytes: &[u8], password: Option<&str>) -> Vec<SignatureFacts> {
    open(bytes, password).examine(&Evidence::new()).unwrap().signatures
}

/// Every signature fits its bytes and breaks no rule.
pub(super) fn assert_intact(name: &str, bytes: &[u8], password: Option<&str>, count: usize) {
    let signatures = signatures(bytes, password);
    assert_eq!(signatures.len(), count, "{name}");
    for signature in &signatures {
        let cms = signature.cms.as_ref().unwrap();
        assert_eq!((cms.content, cms.value), (Match::Matches, Match::Matches), "{name}: {:?}", signature.field);
        assert!(signature.later.level.is_some_and(|level| level <= signature.later.allowed), "{name}: {:?}", signature.later);
        assert_eq!((signature.findings.as_slice(), cms.findings.as_slice()), (&[][..], &[][..]), "{name}: {:?}", signature.field);
    }
}

/// The bytes with the one `from` in them replaced.
pub(super) fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let places: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place..].starts_with(from.as_bytes())).collect();
    let [place] = places[..] else { panic!("{from} is there {} times", places.len()) };
    [&bytes[..place], to.as_bytes(), &bytes[place + from.len()..]].concat()
}
