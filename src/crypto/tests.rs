//! Wycheproof: what attacks and careless programs have made of signatures.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::{DigestAlgorithm, Input, PublicKey, SignatureAlgorithm, VerifyError};

/// What came of a set of vectors.
#[derive(Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    /// Signatures over curves and digests that are not supported, by name; none of them passes.
    unsupported: BTreeMap<String, usize>,
    /// Vectors of which Wycheproof says that either answer will do, by flag, with ours.
    acceptable: BTreeMap<String, (usize, usize)>,
    wrong: Vec<String>,
}

impl Tally {
    fn run(&mut self, name: &str, set: &Value) {
        for group in array(set, "testGroups") {
            let key = hexadecimal(&group["publicKeyDer"]);
            let key = PublicKey::parse(&key).unwrap_or_else(|| panic!("{name}: the key is readable"));
            let algorithm = algorithm(group);
            for test in array(group, "tests") {
                self.vector(name, group, (&key, algorithm), test);
            }
        }
    }

    fn vector(&mut self, name: &str, group: &Value, (key, algorithm): (&PublicKey, Option<SignatureAlgorithm>), test: &Value) {
        let (message, signature) = (hexadecimal(&test["msg"]), hexadecimal(&test["sig"]));
        let outcome = algorithm.map_or(Err(VerifyError::Unsupported), |algorithm| {
            let outcome = key.verify(algorithm, Input::Message(&message), &signature);
            let sample = cfg!(feature = "extra-curves") && test["tcId"].as_u64().is_some_and(|number| number % 8 == 0);
            if let Some(digest) = algorithm.digest().filter(|_| sample) {
                // The other way in: the same answer from the digest alone. It takes long, so not for all of them.
                assert_eq!(key.verify(algorithm, Input::Digest(&digest.digest(&message)), &signature), outcome, "{name} {test}");
            }
            outcome
        });
        let result = test["result"].as_str().unwrap();
        match (result, outcome) {
            (_, Err(VerifyError::Unsupported)) => {
                *self.unsupported.entry(what(group)).or_default() += 1;
            }
            ("acceptable", outcome) => {
                let flags: Vec<&str> = array(test, "flags").iter().filter_map(Value::as_str).collect();
                let counts = self.acceptable.entry(flags.join(" ")).or_default();
                *(if outcome.is_ok() { &mut counts.0 } else { &mut counts.1 }) += 1;
            }
            ("valid", Ok(())) => self.accepted += 1,
            ("invalid", Err(_)) => self.refused += 1,
            _ => self.wrong.push(format!("{name} {} {}: {result}, but {outcome:?}", test["tcId"], test["flags"])),
        }
    }

    fn finish(&self, name: &str) {
        println!(
            "{name}: {} accepted, {} refused, of unsupported kinds {:?}, acceptable (accepted, refused) {:?}",
            self.accepted, self.refused, self.unsupported, self.acceptable
        );
        assert!(self.wrong.is_empty(), "{} wrong, such as {:#?}", self.wrong.len(), &self.wrong[..self.wrong.len().min(20)]);
        assert!(self.accepted > 0 && self.refused > 0);
    }
}

fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn hexadecimal(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap().as_bytes();
    text.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn what(group: &Value) -> String {
    let key = &group["publicKey"];
    let curve = key["curve"].as_str().unwrap_or("RSA");
    format!("{curve} {}", group["sha"].as_str().unwrap_or_default())
}

fn digest(value: &Value) -> Option<DigestAlgorithm> {
    // Wycheproof's SHAKE256 with ECDSA and RSA is that of RFC 8702, of other lengths than Ed448's.
    serde_json::from_value(value.clone()).ok().filter(|digest| *digest != DigestAlgorithm::Shake256)
}

fn algorithm(group: &Value) -> Option<SignatureAlgorithm> {
    let sha = &group["sha"];
    Some(match group["type"].as_str().unwrap() {
        "EcdsaVerify" => SignatureAlgorithm::Ecdsa { digest: digest(sha)? },
        "EcdsaP1363Verify" => SignatureAlgorithm::PlainEcdsa { digest: digest(sha)? },
        "EddsaVerify" if group["publicKey"]["curve"] == "edwards448" => SignatureAlgorithm::Ed448,
        "EddsaVerify" => SignatureAlgorithm::Ed25519,
        "RsassaPkcs1Verify" => SignatureAlgorithm::RsaPkcs1 { digest: digest(sha)? },
        "RsassaPssVerify" | "RsassaPssWithParametersVerify" => SignatureAlgorithm::RsaPss {
            digest: digest(sha)?,
            mask_digest: digest(&group["mgfSha"])?,
            salt_length: usize::try_from(group["sLen"].as_u64()?).ok()?,
        },
        other => panic!("no such kind of group: {other}"),
    })
}

macro_rules! run_all {
    ($module:ident, |$name:ident| $use:expr) => {{
        let mut tally = Tally::default();
        for $name in wycheproof::$module::TestName::all().into_iter().filter(|$name| $use) {
            tally.run(&format!("{:?}", $name), &serde_json::from_str($name.json_data()).unwrap());
        }
        tally.finish(stringify!($module));
        tally
    }};
}

#[test]
fn wycheproof_rsa_pkcs1_is_answered_right() {
    let tally = run_all!(rsa_pkcs1_verify, |_name| true);
    assert!(tally.unsupported.is_empty());
    // RFC 8017 9.2 note 2: a DigestInfo without NULL is taken.
    assert!(tally.acceptable.iter().all(|(flags, (_, refused))| flags == "MissingNull" && *refused == 0), "{:?}", tally.acceptable);
    assert!(!tally.acceptable.is_empty());
}

#[test]
fn wycheproof_rsa_pss_is_answered_right() {
    let tally = run_all!(rsa_pss_verify, |_name| true);
    assert!(tally.unsupported.keys().all(|what| what.starts_with("RSA SHAKE")), "{:?}", tally.unsupported);
}

#[test]
fn wycheproof_ecdsa_is_answered_right() {
    // Bitcoin's rule that s be low is no rule of documents.
    let tally = run_all!(ecdsa, |name| !format!("{name:?}").ends_with("Bitcoin"));
    for what in tally.unsupported.keys() {
        let (curve, digest) = what.split_once(' ').unwrap();
        let known = ["secp256r1", "secp384r1", "secp521r1", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"];
        assert!(!cfg!(feature = "extra-curves") || !known.contains(&curve) || digest.starts_with("SHAKE"), "{what}");
    }
    assert!(tally.acceptable.is_empty());
}

#[test]
fn wycheproof_eddsa_is_answered_right() {
    let tally = run_all!(eddsa, |_name| true);
    assert_eq!(tally.unsupported.is_empty(), cfg!(feature = "extra-curves"));
    assert!(tally.acceptable.is_empty());
}

#[test]
fn the_vectors_of_the_corpus_are_answered_right() {
    let corpus = std::env::var_os("KYSO_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let Ok(folder) = std::fs::read_dir(corpus.join("other/sigalg/wycheproof")) else {
        assert_ne!(std::env::var("KYSO_PEERS").as_deref(), Ok("required"), "the corpus is required");
        println!("skipped: no corpus at {}", corpus.display());
        return;
    };
    let mut tally = Tally::default();
    let mut files = 0;
    for entry in folder {
        let path = entry.unwrap().path();
        tally.run(&path.display().to_string(), &serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap());
        files += 1;
    }
    println!("{files} files");
    tally.finish("corpus");
}
