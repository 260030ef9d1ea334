//! Policies from files.

use crate::verify::Policy;
use crate::verify::checks::CHECKS;
use crate::verify::report::Severity;

const HEAD: &str = "schema = \"kyso.policy/1\"\nname = \"test\"\nversion = 3\n";

#[test]
fn the_built_in_policies_are_their_files() {
    for name in Policy::names() {
        let path = format!("{}/src/verify/policies/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(Policy::named(name), Some(Policy::from_toml(&text).unwrap()), "{name}");
    }
    assert_eq!(Policy::names(), ["basic", "strict", "legacy", "archive", "vietnam-2025"]);
    assert_eq!(Policy::basic().id(), "basic/1");
    assert_eq!(Policy::named("none"), None);
}

#[test]
fn the_table_of_lifetimes_can_be_read_and_knows_every_digest() {
    use crate::crypto::DigestAlgorithm as D;
    use crate::verify::policy::Lifetime;
    let policy = Policy::basic();
    let digests = [
        (D::Md5, false),
        (D::Sha1, false),
        (D::Sha224, false),
        (D::Sha256, true),
        (D::Sha384, true),
        (D::Sha512, true),
        (D::Sha512_224, false),
        (D::Sha512_256, true),
        (D::Sha3_224, false),
        (D::Sha3_256, true),
        (D::Sha3_384, true),
        (D::Sha3_512, true),
        (D::Shake256, true),
    ];
    for (digest, always) in digests {
        match policy.digest_lifetime(digest) {
            Lifetime::Always => assert!(always, "{}", digest.name()),
            Lifetime::Until(_) => assert!(!always, "{}", digest.name()),
            Lifetime::Never => panic!("{} is not in the table", digest.name()),
        }
    }
}

#[test]
fn a_key_has_the_lifetime_of_the_size_that_it_reaches() {
    use crate::crypto::KeyKind as K;
    use crate::verify::policy::Lifetime as L;
    let until = |text| L::Until(super::at(text));
    let ec = |bits| K::Ec { curve: "a curve".to_owned(), bits };
    for (key, lifetime) in [
        (K::Rsa { bits: 512 }, L::Never),
        (K::Rsa { bits: 1024 }, until("2010-12-31T23:59:59Z")),
        (K::Rsa { bits: 2047 }, until("2025-12-31T23:59:59Z")),
        (K::Rsa { bits: 2048 }, L::Always),
        (K::Rsa { bits: 16_384 }, L::Always),
        (ec(128), L::Never),
        (ec(224), until("2015-12-31T23:59:59Z")),
        (ec(521), L::Always),
        (K::Ed25519, L::Always),
        (K::Dsa, L::Never),
        (K::Unknown { oid: "1.2.3".to_owned() }, L::Never),
    ] {
        assert_eq!(Policy::basic().key_lifetime(&key), lifetime, "{key:?}");
    }
    assert_eq!(Policy::named("strict").unwrap().key_lifetime(&K::Rsa { bits: 2048 }), until("2025-12-31T23:59:59Z"));
}

#[test]
fn a_check_that_is_not_mentioned_keeps_its_severity() {
    let policy = Policy::from_toml(&format!("{HEAD}[checks]\n\"cms.reference_absent\" = \"fail\"\n")).unwrap();
    assert_eq!(policy.id(), "test/3");
    for check in CHECKS {
        let expected = if check.id == "cms.reference_absent" { Severity::Fail } else { check.severity };
        assert_eq!(policy.severity(check), expected, "{}", check.id);
    }
}

#[test]
fn what_a_policy_cannot_mean_is_an_error_that_names_it() {
    let head = HEAD;
    for (text, named) in [
        ("=".to_owned(), "TOML"),
        (String::new(), "“”"),
        (HEAD.replace("policy/1", "policy/2"), "kyso.policy/2"),
        (HEAD.replace("name = \"test\"", "name = \"\""), "name"),
        (HEAD.replace("version = 3", ""), "version"),
        (format!("{head}colour = 1\n"), "colour"),
        (format!("{head}checks = 1\n"), "checks"),
        (format!("{head}[checks]\n\"no.such\" = \"fail\"\n"), "no.such"),
        (format!("{head}[checks]\n\"chain.policy\" = \"ignore\"\n"), "ignore"),
        (format!("{head}[checks]\n\"chain.policy\" = true\n"), "chain.policy"),
        (format!("{head}[checks]\n\"content.digest\" = \"warn\"\n"), "content.digest"),
        (format!("{head}[algorithms]\n\"ROT13\" = \"always\"\n"), "ROT13"),
        (format!("{head}[algorithms]\n\"SHA-1\" = \"2016\"\n"), "2016"),
        (format!("{head}[algorithms]\n\"SHA-1\" = \"2016-02-30\"\n"), "2016-02-30"),
        (format!("{head}[revocation]\nmax_list_age_days = 0\n"), "max_list_age_days"),
        (format!("{head}[revocation]\nmax_list_age = 1\n"), "max_list_age"),
    ] {
        let error = Policy::from_toml(&text).expect_err(&text);
        assert_eq!(error.kind(), crate::ErrorKind::Format, "{text}");
        assert!(error.to_string().contains(named), "{text}: {error}");
    }
}

#[test]
fn a_list_may_be_asked_to_be_newer() {
    let mut facts = super::perfect();
    super::first_status(&mut facts).this_update = Some(super::at("2026-11-20T00:00:00Z"));
    let judged = |days: u32| {
        let policy = Policy::from_toml(&format!("{HEAD}[revocation]\nmax_list_age_days = {days}\n")).unwrap();
        crate::judge(&facts, &policy, super::noon()).verdict()
    };
    assert_eq!((judged(4), judged(3)), (crate::Verdict::Passed, crate::Verdict::Indeterminate));
}
