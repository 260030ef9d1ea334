//! What the caller expects of a document besides that it is valid: who signed, for whom, and how often.

use clap::ArgMatches;
use kyso::{Locale, Message, Report, SignatureKind, SignatureReport, Verdict};

use crate::id;
use crate::near::folded;
use crate::say;
use crate::session::{Session, text};
use crate::syntax::Row;

pub(crate) const ROWS: &[Row] = &[
    Row::text("expect-signer", id::CLI_VALUE_NAME, id::CLI_VERIFY_EXPECT_SIGNER),
    Row::text("expect-org", id::CLI_VALUE_NAME, id::CLI_VERIFY_EXPECT_ORG),
    Row::number("expect-count", id::CLI_VERIFY_EXPECT_COUNT),
];

/// What is expected. Names are compared whole: part of a name is another name.
pub(crate) struct Expected<'a> {
    signer: Option<&'a str>,
    organization: Option<&'a str>,
    count: Option<u32>,
}

impl<'a> Expected<'a> {
    pub(crate) fn of(matches: &'a ArgMatches) -> Self {
        Self {
            signer: text(matches, "expect-signer"),
            organization: text(matches, "expect-org"),
            count: matches.get_one::<u32>("expect-count").copied(),
        }
    }

    /// Every expectation that does not hold. Only valid signatures with a proven signer can meet one of a name.
    pub(crate) fn unmet(&self, report: &Report) -> Vec<Message> {
        let signatures = || report.signatures().iter().filter(|one| one.kind() == SignatureKind::Signature);
        let named = |expected: &str, name: fn(&SignatureReport) -> Option<&str>| {
            let expected = folded(expected);
            signatures()
                .filter(|one| one.verdict() == Verdict::Passed && one.signer().proven)
                .any(|one| name(one).is_some_and(|name| folded(name) == expected))
        };
        let mut unmet = Vec::new();
        if let Some(name) = self.signer.filter(|name| !named(name, |one| one.signer().name.as_deref())) {
            unmet.push(Message::new(id::CLI_EXPECT_SIGNER).with("name", name));
        }
        if let Some(name) = self.organization.filter(|name| !named(name, |one| one.signer().organization.as_deref())) {
            unmet.push(Message::new(id::CLI_EXPECT_ORG).with("name", name));
        }
        let count = u32::try_from(signatures().count()).unwrap_or(u32::MAX);
        if let Some(expected) = self.count.filter(|expected| *expected != count) {
            unmet.push(Message::new(id::CLI_EXPECT_COUNT).with("expected", expected).with("count", count));
        }
        unmet
    }
}

/// The page with the verdict that the expectations leave of it on its first line.
pub(crate) fn in_page(session: &Session, report: &Report, name: &str, page: &str, unmet: &[Message]) -> String {
    let mut out = String::new();
    let mut rest = page;
    if report.verdict() == Verdict::Passed {
        out = format!("{}: {} — ", kyso::printable(name), session.word(id::CLI_WORD_INVALID));
        out.push_str(session.word(id::CLI_EXPECT_HEADLINE));
        out.push('\n');
        rest = page.split_once('\n').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    for message in unmet {
        out.push_str(&say::labelled(session, id::CLI_LABEL_EXPECTED, &format!("{}  [{}]", say::sentence(session, message), message.id())));
    }
    out.push_str(&say::to_do(session, session.word(id::CLI_EXPECT_TO_DO)));
    out
}

/// The JSON report with the expectations that do not hold, and the exit status that they leave.
pub(crate) fn in_json(json: String, exit: u8, unmet: &[Message], locale: &Locale) -> String {
    let Some(body) = json.strip_suffix('}').filter(|_| !unmet.is_empty()) else { return json };
    // Quotation marks inside of values are escaped, so that the first bare key is that of the document.
    let body = body.replacen(&format!(",\"exit\":{exit},"), ",\"exit\":1,", 1);
    let reasons: Vec<String> = unmet.iter().map(|message| reason(message, locale).to_string()).collect();
    format!("{body},\"expected\":[{}]}}", reasons.join(","))
}

fn reason(message: &Message, locale: &Locale) -> serde_json::Value {
    serde_json::json!({
        "id": message.id(),
        "severity": "fail",
        "lang": locale.language.tag(),
        "text": message.text(locale),
        "args": message.arguments(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_untouched_where_everything_expected_holds() {
        let json = r#"{"verdict":"valid","exit":0,"signatures":[]}"#;
        assert_eq!(in_json(json.into(), 0, &[], &Locale::default()), json);
    }

    #[test]
    fn an_unmet_expectation_changes_the_exit_status_of_the_document_alone() {
        let json = r#"{"document":{"name":"a\",\"exit\":0,"},"verdict":"valid","exit":0,"signatures":[]}"#;
        let unmet = [Message::new(id::CLI_EXPECT_COUNT).with("expected", 2_u32).with("count", 1_u32)];
        let changed = in_json(json.into(), 0, &unmet, &Locale::default());
        let changed: serde_json::Value = serde_json::from_str(&changed).unwrap();
        assert_eq!(changed["exit"], 1);
        assert_eq!(changed["document"]["name"], "a\",\"exit\":0,");
        assert_eq!(changed["expected"][0]["id"], id::CLI_EXPECT_COUNT);
    }
}
