//! Everything that can be said is said in both languages, with what to do; docs/checks.md is what the table says.

use std::fmt::Write as _;

use crate::message::{Argument, Language, Locale, Message, explanation, ids};
use crate::time::Zone;
use crate::verify::checks::{CHECKS, Subject};
use crate::verify::report::{Severity, Verdict};

const ENGLISH: Locale = Locale::new(Language::English, Zone::UTC);
const VIETNAMESE: Locale = Locale::new(Language::Vietnamese, Zone::VIETNAM);

/// What no clerk should have to read.
const BANNED: &[&str] = &["lỗi hệ thống", "exception", "digest", "chain", "error", "unexpected", "hash", "null", "panic"];

#[test]
fn every_check_is_said_in_both_languages_with_what_to_do_and_why() {
    let mut problems = Vec::new();
    for check in CHECKS {
        for locale in [ENGLISH, VIETNAMESE] {
            let message = Message::new(check.id);
            if message.text(&locale) == check.id {
                problems.push(format!("{}: no text", check.id));
            }
            if message.hint(&locale).is_none() {
                problems.push(format!("{}: no hint", check.id));
            }
            if explanation(check.id, locale.language).is_none() {
                problems.push(format!("{}: nothing to explain", check.id));
            }
            if crate::message::word(check.summary, locale.language) == check.summary {
                problems.push(format!("{}: no summary `{}`", check.id, check.summary));
            }
        }
    }
    problems.dedup();
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn every_change_after_signing_is_said_with_what_to_do() {
    let later: Vec<&str> = ids().filter(|id| id.starts_with("later.")).collect();
    assert!(later.len() > 3);
    for id in later {
        assert!(Message::new(id).hint(&VIETNAMESE).is_some(), "{id}: no hint");
        assert!(explanation(id, Language::English).is_some(), "{id}: nothing to explain");
    }
}

/// Ids under these prefixes are found by lower modules; each is a row, or an error or another message that is listed here.
#[test]
fn everything_that_can_be_found_has_a_row() {
    const NOT_FINDINGS: &[&str] = &[
        // Errors: no report is made.
        "document.encryption_public_key",
        "document.encryption_unsupported",
        "document.filter_unsupported",
        "document.no_signed_revision",
        "document.no_such_signature",
        "document.password_needed",
        "document.password_wrong",
        "document.unreadable",
        // Another sentence of a row: content.digest, cms.value.
        "content.unchecked",
        "cms.value_unchecked",
    ];
    let rows: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    let found = ids().filter(|id| {
        ["cms.", "chain.", "content.", "coverage.", "document.", "format.", "shadow."].iter().any(|prefix| id.starts_with(prefix))
    });
    let without: Vec<&str> = found.filter(|id| !rows.contains(id) && !NOT_FINDINGS.contains(id)).collect();
    assert_eq!(without, Vec::<&str>::new(), "in the catalogue, and neither a row nor listed");
    let stale: Vec<&&str> = NOT_FINDINGS.iter().filter(|id| !ids().any(|known| known == **id) || rows.contains(id)).collect();
    assert_eq!(stale, Vec::<&&str>::new(), "listed, and not in the catalogue");
}

#[test]
fn a_signer_is_warned_of_what_verifying_calls_a_warning() {
    let shadows: Vec<_> = CHECKS.iter().filter(|check| check.id.starts_with("shadow.")).collect();
    assert!(shadows.len() > 10);
    for check in shadows {
        let is_warned_of = crate::format::pdf::lint::warns(&Message::new(check.id));
        assert_eq!(is_warned_of, check.severity == Severity::Warn, "{}", check.id);
    }
}

#[test]
fn no_check_stands_in_the_table_twice() {
    let mut rows: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    rows.sort_unstable();
    let twice: Vec<_> = rows.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert_eq!(twice, Vec::<&[&str]>::new());
}

#[test]
fn hints_need_no_values() {
    for check in CHECKS {
        let hint = Message::new(check.id).hint(&ENGLISH).unwrap_or_default();
        assert!(!hint.contains('?'), "{}: `--explain` has no values to put into: {hint}", check.id);
    }
}

#[test]
fn the_vietnamese_texts_use_no_word_of_the_trade() {
    // Proper names of standards, options and files may stand in what explains.
    let mut problems = Vec::new();
    let mut counted = 0;
    // What programmers read is left out.
    for id in ids().filter(|id| !id.starts_with("capi.")) {
        let message = Message::new(id).with("count", Argument::Number(2));
        let texts = [Some(message.text(&VIETNAMESE)), message.hint(&VIETNAMESE)];
        for text in texts.into_iter().flatten() {
            counted += 1;
            let lower = text.to_lowercase();
            let words: Vec<&str> =
                lower.split(|character: char| !character.is_alphanumeric() && character != '_' && character != '-').collect();
            for banned in BANNED {
                if if banned.contains(' ') { lower.contains(banned) } else { words.contains(banned) } {
                    problems.push(format!("{id}: `{banned}` in: {text}"));
                }
            }
        }
    }
    assert_eq!(problems, Vec::<String>::new());
    assert!(counted > 100);
}

#[test]
fn the_list_of_checks_in_the_documentation_is_the_table() {
    let path = format!("{}/docs/checks.md", env!("CARGO_MANIFEST_DIR"));
    let text = documentation();
    if std::env::var_os("KYSO_ACCEPT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/checks.md is out of date: run the tests with KYSO_ACCEPT=1");
}

fn documentation() -> String {
    let mut out = String::from(
        "# The checks\n\n<!-- Made from the table of checks and the messages by `KYSO_ACCEPT=1 cargo test --lib checks_in_the_documentation`. -->\n\n\
         Every check runs on every signature. The first column is the key in policies, in the JSON report and for `kyso verify --explain`. A check of\n\
         severity *fail* decides the verdict where its rule does not hold; a policy can change the severity, except of those marked *core*: no verdict\n\
         of PASSED can do without them. Of several reasons the first in this table leads the report: what FAILED before what is INDETERMINATE.\n\n\
         The whole document has the worst verdict of its signatures, and of what is so about the document itself. A document time-stamp that FAILED\n\
         makes the document FAILED; one that is INDETERMINATE counts where it is shown on a page only, for else no signature rests on it. A document with time-stamps alone is\n\
         INDETERMINATE at best: nobody signed it. Without a signature, or with empty fields alone, the document is unsigned, which is no verdict. A\n\
         place that was made ready for a signature which never came (`/Contents` of zeros) is FAILED with `format.not_signed`. A signature\n\
         dictionary that no field refers to is reported, and does not count.\n\n\
         Verdicts are for the time of judgement: no time-stamp is trusted yet, and the signing time that a signer claims proves nothing. Hence nothing\n\
         here says EXPIRED, NOT_YET_VALID or REVOKED, which need a proof that the signature was made after the fact.\n\n\
         | check | severity | on failure | of | clause |\n|---|---|---|---|---|\n",
    );
    for check in CHECKS {
        let severity = format!("{}{}", check.severity.name(), if check.core { ", core" } else { "" });
        let verdict = match (check.severity, check.verdict) {
            (Severity::Fail, Verdict::Failed) => format!("TOTAL-FAILED / {}", check.reason.name()),
            (Severity::Fail, _) => format!("INDETERMINATE / {}", check.reason.name()),
            _ => "–".to_owned(),
        };
        let subject = match check.subject {
            Subject::Both => "signatures, time-stamps",
            Subject::Document => "the document",
            Subject::Signature => "signatures",
            Subject::Timestamp => "time-stamps",
        };
        let _ = writeln!(
            out,
            "| [`{0}`](#{1}) | {severity} | {verdict} | {subject} | {2} |",
            check.id,
            check.id.replace('.', ""),
            check.clause
        );
    }
    out.push('\n');
    for check in CHECKS {
        let explanation = explanation(check.id, Language::English).unwrap_or_default();
        let hint = Message::new(check.id).hint(&ENGLISH).unwrap_or_default().replace('\n', " ");
        let _ = writeln!(out, "## {}\n\n{explanation}\n\n*What to do:* {hint}\n", check.id);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
