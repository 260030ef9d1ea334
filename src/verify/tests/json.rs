//! The JSON report keeps to its schema.

use serde_json::Value;

use super::*;
use crate::cms::TimestampFacts;
use crate::message::{Language, Locale};
use crate::verify::{Policy, Report, judge};
use crate::{Error, ErrorKind};

fn schema(name: &str) -> jsonschema::Validator {
    let path = format!("{}/docs/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// Facts of every kind that the other tests know.
fn samples() -> Vec<Facts> {
    let mut changed = perfect();
    changed_page(&mut changed);
    let mut unreadable = perfect();
    first(&mut unreadable).cms = None;
    first(&mut unreadable).coverage = CoverageFacts::default();
    first(&mut unreadable).findings.push(Message::new(id::CMS_READABLE).with("offset", 7_u64));
    unreadable.signers[0].path = None;
    let mut odd = perfect();
    odd.name = Some("hồ sơ/GXN\u{202E}123.pdf".to_owned());
    first(&mut odd).field = Some("Ký\u{7}".to_owned());
    first(&mut odd).place = Some(Place { page: 1, rect: [f64::NAN, 0.0, 1.0, 2.0] });
    first(&mut odd).claimed_time = None;
    first_path(&mut odd).steps[0].revocation = Some(revoked());
    odd.document.sha256 = None;
    odd.document.findings.push(Message::new(id::DOCUMENT_XREF_REBUILT));
    let mut hollow = perfect();
    first(&mut hollow).unsigned = true;
    first(&mut hollow).findings.push(Message::new(id::FORMAT_NOT_SIGNED));
    let mut carrying = perfect();
    first_cms(&mut carrying).has_signature_timestamp = true;
    let token = timestamp("an").cms.map(Box::new);
    first_cms(&mut carrying).signature_timestamps =
        vec![TimestampFacts { imprint: Match::Matches, token }, TimestampFacts { imprint: Match::Unchecked, token: None }];
    let stamped = facts(vec![timestamp("an")], vec![path(&["an", "sub-rsa", "root-rsa"])]);
    vec![perfect(), changed, unreadable, odd, hollow, carrying, stamped, facts(Vec::new(), Vec::new())]
}

#[test]
fn every_report_fits_the_schema() {
    let schema = schema("report");
    for facts in samples() {
        for locale in [Locale::default(), Locale::new(Language::Vietnamese, Zone::VIETNAM)] {
            for name in Policy::names() {
                let text = judge(&facts, &Policy::named(name).unwrap(), noon()).to_json(&locale);
                let json: Value = serde_json::from_str(&text).unwrap();
                let errors: Vec<String> = schema.iter_errors(&json).map(|error| format!("{error} at {}", error.instance_path())).collect();
                assert_eq!(errors, Vec::<String>::new(), "{text}");
                assert!(!text.contains('\n'));
            }
        }
    }
}

#[test]
fn the_report_of_an_error_fits_the_schema() {
    let error = Error::new(ErrorKind::Format, Message::new(id::FILE_NOT_FOUND).with("file", "a.pdf"));
    let text = Report::error_json_at("hồ sơ/a.pdf", &error, noon(), &Locale::default());
    let json: Value = serde_json::from_str(&text).unwrap();
    assert!(schema("report").is_valid(&json), "{text}");
    assert_eq!((&json["verdict"], &json["exit"]), (&"error".into(), &2.into()));
    assert_eq!((&json["document"]["name"], &json["document"]["path"]), (&"a.pdf".into(), &"hồ sơ/a.pdf".into()));
    assert_eq!(json["error"]["id"], "file.not_found");
}

#[test]
fn a_wrong_verdict_does_not_fit_the_schema() {
    let text = judge(&perfect(), &Policy::basic(), noon()).to_json(&Locale::default());
    let json: Value = serde_json::from_str(&text.replace("\"verdict\":\"valid\"", "\"verdict\":\"fine\"")).unwrap();
    assert!(!schema("report").is_valid(&json));
}

#[test]
fn facts_fit_their_schema() {
    let schema = schema("facts");
    for facts in samples()
        .into_iter()
        .filter(|facts| facts.document.signatures.iter().all(|one| one.place.is_none_or(|place| place.rect[0].is_finite())))
    {
        let json: Value = serde_json::from_str(&facts.to_json()).unwrap();
        let errors: Vec<String> = schema.iter_errors(&json).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", facts.to_json());
    }
}

/// Snapshots: programs read these bytes.
#[test]
fn the_report_of_a_changed_letter_is_known() {
    let mut facts = perfect();
    changed_page(&mut facts);
    let json = judge(&facts, &Policy::basic(), noon()).to_json(&Locale::new(Language::Vietnamese, Zone::VIETNAM));
    let value: Value = serde_json::from_str(&json).unwrap();
    assert!(json.starts_with(r#"{"schema":"kyso.report/1","tool":{"name":"kyso","version":"#), "{json}");
    let signature = &value["signatures"][0];
    assert_eq!(value["checked"]["validation_time"], "2026-11-23T09:30:05Z");
    assert_eq!(value["checked"]["policy"], "basic/1");
    assert_eq!((&signature["verdict"], &signature["indication"]), (&"invalid".into(), &"TOTAL-FAILED".into()));
    assert_eq!(signature["signer"]["organization"], "UBND phường Ví Dụ");
    assert_eq!(signature["signer"]["proven"], true);
    assert_eq!(signature["time"], serde_json::json!({"source": "claimed", "at": "2026-11-23T09:28:29Z"}));
    assert_eq!(signature["revocation"], serde_json::json!({"status": "good", "source": "crl", "this_update": "2026-11-23T09:28:00Z"}));
    assert_eq!(signature["covers"], serde_json::json!({"revision": 1, "of": 2, "whole": false, "later": "forbidden"}));
    assert!(json.contains(r#""rect":[320,90.5,540,170]"#), "{json}");
    assert_eq!(signature["why"][0]["args"], serde_json::json!({"revision": 2, "page": 1}));
    assert_eq!((&signature["why"][0]["id"], &signature["why"][0]["check"]), (&"later.page_content".into(), &"later.changes".into()));
}

#[test]
fn hostile_characters_are_shown() {
    let mut facts = perfect();
    first(&mut facts).field = Some("a\u{202E}b".to_owned());
    let json = judge(&facts, &Policy::basic(), noon()).to_json(&Locale::default());
    assert!(json.contains(r#""field":"aU+202Eb""#), "{json}");
}
