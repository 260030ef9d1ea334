//! NIST PKITS: certification paths with and without revocation.

use std::fs;

use serde_json::Value;

use super::material::{Case, Depth, Tally, folder};
use crate::time::{Time, Zone};
use crate::trust::PathOptions;

const NONE: &[(&str, &str)] = &[];

#[test]
fn pkits_paths_are_judged_as_expected() {
    run("PKITS", NONE, Depth::Path, 60);
}

#[test]
fn pkits_paths_with_revocation_lists_are_judged_as_expected() {
    run("PKITS with revocation", NONE, Depth::PathAndStatus, 90);
}

fn run(name: &'static str, exceptions: &'static [(&'static str, &'static str)], depth: Depth, at_least: usize) {
    let Some(folder) = folder() else { return };
    let folder = folder.join("pkits");
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(folder.join("pkits-dev.json")).unwrap()).unwrap();
    let read = |kind: &str, name: &Value| fs::read(folder.join(kind).join(name.as_str().unwrap())).unwrap();
    let list = |kind: &str, case: &Value| {
        case[if kind == "crls" { "crls" } else { "other_certs" }]
            .as_array()
            .map_or_else(Vec::new, |names| names.iter().map(|name| read(kind, name)).collect())
    };
    let mut tally = Tally::new(name, exceptions);
    for case in &cases {
        let by_status = ["RevokedError", "InsufficientRevinfoError"].contains(&case["error"]["class"].as_str().unwrap_or_default());
        if depth == Depth::Path && by_status {
            continue;
        }
        let mut lists = list("crls", case);
        lists.push(fs::read(folder.join("crls/TrustAnchorRootCRL.crl")).unwrap());
        let prepared = Case {
            end: read("certs", &case["cert"]),
            others: list("certs", case),
            anchors: vec![fs::read(folder.join("certs/TrustAnchorRootCertificate.crt")).unwrap()],
            lists,
            options: options(&case["params"]),
            time: Time::parse("2022-05-01T00:00:00Z", Zone::UTC).unwrap(),
        };
        let id = case["name"].as_str().unwrap();
        let depth = if case["revocation"] == Value::Bool(false) { Depth::Path } else { depth };
        let reasons = prepared.reasons(depth);
        tally.count(id, case.get("error").is_none(), reasons.is_empty());
        if let Some(expected) = case["error"]["class"].as_str().map(|class| expected_reasons(id, class)) {
            assert!(reasons.iter().any(|reason| expected.contains(&reason.as_str())), "{id}: {reasons:?}, not {expected:?}");
        }
    }
    tally.finish(at_least);
}

/// One of these must be among the reasons of a case that fails; what a section of PKITS is about.
fn expected_reasons(id: &str, class: &str) -> &'static [&'static str] {
    let has = |parts: &[&str]| parts.iter().any(|part| id.contains(part));
    match class {
        "RevokedError" => &["status.revoked"],
        "InsufficientRevinfoError" => &["status.stale", "status.unknown"],
        // DSA is never verified here, so that a wrong value cannot be told from a right one; neither passes.
        _ if has(&["dsa_signature"]) => &["chain.algorithm_unsupported"],
        _ if has(&["signature"]) => &["chain.signature"],
        _ if has(&["notafter", "notbefore"]) => &["certificate.in_date"],
        _ if has(&["basicconstraints", "ca_false"]) => &["chain.basic_constraints"],
        _ if has(&["pathlen"]) => &["chain.path_length"],
        _ if has(&["nameconstraints"]) => &["chain.name_constraints"],
        _ if has(&["critical_certificate_extension"]) => &["chain.critical_extension"],
        _ if has(&["polic", "any_policy", "mapping"]) => &["chain.policy"],
        _ => panic!("{id}: nothing is known about this case"),
    }
}

fn options(parameters: &Value) -> PathOptions {
    let flag = |name: &str| parameters[name].as_bool().unwrap_or(false);
    let policies = parameters["user_initial_policy_set"].as_array();
    PathOptions {
        initial_policies: policies.map_or_else(Vec::new, |list| list.iter().map(|oid| oid.as_str().unwrap().to_owned()).collect()),
        explicit_policy: flag("initial_explicit_policy"),
        inhibit_policy_mapping: flag("initial_policy_mapping_inhibit"),
        inhibit_any_policy: flag("initial_any_policy_inhibit"),
        extended_key_usage: None,
    }
}
