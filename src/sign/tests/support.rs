//! What the tests of signing share.

use std::path::PathBuf;

use crate::crypto::{PrivateKey, SignatureAlgorithm};
use crate::format::pdf::testing::Objects;
use crate::x509::{Certificate, pem_certificates, pem_decode};
use crate::{Document, Identity, SignOptions, Signer, Time, Zone};

/// Somebody of the test PKI.
pub(super) struct Person {
    identity: Identity,
    key: PrivateKey,
}

impl Person {
    pub(super) fn new(name: &str) -> Self {
        let issuers: &[&str] = match name {
            "binh" | "cuong" => &["sub-p256", "root-p256"],
            "dung" => &["root-ed25519"],
            "unknown" => &["sub-unknown", "root-unknown"],
            _ => &["sub-rsa", "root-rsa"],
        };
        let blocks = pem_decode(&read(&format!("{name}.key.pem"))).unwrap();
        let chain = issuers.iter().map(|issuer| certificate(issuer)).collect();
        Self { identity: Identity::new(certificate(name), chain), key: PrivateKey::from_pkcs8(&blocks[0].der).unwrap() }
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

pub(super) fn certificate(name: &str) -> Certificate {
    pem_certificates(&read(&format!("{name}.pem"))).unwrap().remove(0)
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki").join(file)).unwrap()
}

pub(super) fn time() -> Time {
    Time::parse("2026-11-23T16:28:29+07:00", Zone::UTC).unwrap()
}

pub(super) fn options() -> SignOptions {
    SignOptions::at(time()).with_time(time(), Zone::VIETNAM)
}

pub(super) fn letter() -> Objects {
    Objects::letter("", "")
}

pub(super) fn sign(original: &[u8], name: &str, options: &SignOptions) -> Vec<u8> {
    options.sign(&Document::parse(original).unwrap(), &Person::new(name)).unwrap().to_bytes()
}
