//! x509-limbo: the cases that do not depend on host names.

use std::collections::HashMap;
use std::fs;

use serde_json::Value;

use super::material::{Case, Depth, Tally, folder};
use crate::time::{Time, Zone};
use crate::trust::PathOptions;
use crate::x509::pem_decode;

const EXCEPTIONS: &[(&str, &str)] = &[
    ("pathlen::max-chain-depth-0-exhausted", "a limit of depth set by the caller is no input of RFC 5280, and kyso has none"),
    ("rfc5280::aki::cross-signed-root-missing-aki", "key identifiers help to find issuers; RFC 5280 6.1 does not ask for them"),
    ("rfc5280::aki::leaf-missing-aki", "key identifiers help to find issuers; RFC 5280 6.1 does not ask for them"),
    ("rfc5280::root-non-critical-basic-constraints", "pinned roots of real authorities have it; RFC 5280 6.1.4 k asks for cA alone"),
    ("rfc5280::san::ip-in-dns", "the syntax of host names does not matter for signers (profile of TLS)"),
    ("rfc5280::san::noncritical-with-empty-subject", "a rule for issuers; RFC 5280 6.1 does not ask for it (profile of TLS)"),
    ("rfc5280::serial::zero", "RFC 5280 4.1.2.2: users should handle such serial numbers gracefully"),
    ("rfc5280::ski::root-missing-ski", "key identifiers help to find issuers; RFC 5280 6.1 does not ask for them"),
    ("webpki::aki::root-with-aki-missing-keyidentifier", "a rule of the CA/Browser Forum for TLS"),
    ("webpki::aki::root-with-aki-ski-mismatch", "a rule of the CA/Browser Forum for TLS"),
    ("webpki::ca-as-leaf", "a rule of the CA/Browser Forum for TLS; RFC 5280 allows it, and so does rfc5280::ca-as-leaf"),
    ("webpki::eku::ee-anyeku", "a rule of the CA/Browser Forum for TLS"),
    ("webpki::eku::ee-critical-eku", "a rule of the CA/Browser Forum for TLS"),
    ("webpki::eku::ee-without-eku", "a rule of the CA/Browser Forum for TLS"),
    ("webpki::forbidden-dsa-leaf", "a rule of the CA/Browser Forum for TLS; a signature with that key would not be accepted"),
];

#[test]
fn limbo_paths_are_judged_as_expected() {
    let Some(folder) = folder() else { return };
    let limbo: Value = serde_json::from_slice(&fs::read(folder.join("limbo/limbo-dev.json")).unwrap()).unwrap();
    let applicability = applicability(&fs::read_to_string(folder.join("../manifest.tsv")).unwrap());
    let mut tally = Tally::new("x509-limbo", EXCEPTIONS);
    let mut skipped = 0;
    for case in limbo["testcases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        if applicability.get(id).is_none_or(|applicability| applicability.starts_with("out-of-scope")) {
            skipped += 1;
            continue;
        }
        let der = |pem: &Value| pem_decode(pem.as_str().unwrap().as_bytes()).unwrap().remove(0).der;
        let list = |name: &str| case[name].as_array().unwrap().iter().map(der).collect::<Vec<_>>();
        let usage = case["extended_key_usage"].as_array().and_then(|usages| usages.first()).and_then(Value::as_str);
        let prepared = Case {
            end: der(&case["peer_certificate"]),
            others: list("untrusted_intermediates"),
            anchors: list("trusted_certs"),
            lists: list("crls"),
            options: PathOptions { extended_key_usage: usage.map(usage_identifier), ..PathOptions::default() },
            time: Time::parse(case["validation_time"].as_str().unwrap_or("2026-01-01T00:00:00Z"), Zone::UTC).unwrap(),
        };
        let depth = if prepared.lists.is_empty() { Depth::Path } else { Depth::PathAndStatus };
        tally.count(id, case["expected_result"] == "SUCCESS", prepared.reasons(depth).is_empty());
    }
    println!("x509-limbo: {skipped} cases about host names skipped");
    tally.finish(60);
}

/// The column `applicability` of the manifest, by the id of the case.
fn applicability(manifest: &str) -> HashMap<String, String> {
    let mut rows = manifest.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let column = |name: &str| header.iter().position(|title| *title == name).unwrap();
    let (path, applicability) = (column("corpus_path"), column("applicability"));
    rows.filter_map(|row| Some((row.get(path)?.split_once('#')?.1.to_owned(), (*row.get(applicability)?).to_owned()))).collect()
}

fn usage_identifier(name: &str) -> String {
    match name {
        "serverAuth" => "1.3.6.1.5.5.7.3.1".to_owned(),
        "clientAuth" => "1.3.6.1.5.5.7.3.2".to_owned(),
        _ => panic!("the usage {name} is not known to the test"),
    }
}
