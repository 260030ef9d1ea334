use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{RULES, Rule};
use crate::format::ChangeLevel;

#[test]
fn every_rule_has_one_row_with_reason_and_source() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    for Rule { id, reason, source, .. } in RULES {
        assert!(reason.ends_with('.') && source.starts_with("ISO 32000-2"), "{id}");
    }
    let text = include_str!("../diff_rules.rs");
    assert_eq!(text.matches(": Rule =").count(), RULES.len(), "a row is missing in the table");
}

#[test]
fn the_rules_in_the_documentation_are_the_table() {
    let path = format!("{}/docs/later-changes.md", env!("CARGO_MANIFEST_DIR"));
    let text = documentation();
    if std::env::var_os("KYSO_ACCEPT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/later-changes.md is out of date: run the tests with KYSO_ACCEPT=1");
}

fn documentation() -> String {
    let mut out = String::from(
        "# What may change after signing\n\n\
         <!-- Made from the table of rules by `KYSO_ACCEPT=1 cargo test --lib rules_in_the_documentation`. -->\n\n\
         Every version of a document that came after a signature is compared with the one before it, object by object. Each difference is one of the\n\
         changes below; what none of them explains is `later.object`. A signature tolerates long-term data, form filling and signing; a certification\n\
         (DocMDP) says how far changes may go: 1 long-term data, 2 also form filling and signing, 3 also annotations. Locks on fields (FieldMDP) only\n\
         tighten that. *Never* is allowed by nothing. The first column is the key in the JSON report and for `kyso verify --explain`.\n\n\
         Each row has documents among `fixtures/` that show it: one that must not be called invalid, and one that looks like it and must be.\n\n\
         | change | allowed from | what, and why | source |\n|---|---|---|---|\n",
    );
    for Rule { id, level, certified, reason, source } in RULES {
        let under = if certified == level { String::new() } else { format!("; certified: {}", word(*certified)) };
        let _ = writeln!(out, "| `{id}` | {}{under} | {reason} | {source} |", word(*level));
    }
    out
}

const fn word(level: ChangeLevel) -> &'static str {
    match level {
        ChangeLevel::Nothing => "–",
        ChangeLevel::LongTermData => "long-term data (1)",
        ChangeLevel::FormFilling => "form filling (2)",
        ChangeLevel::Annotations => "annotations (3)",
        ChangeLevel::Other => "never",
    }
}
