//! `kyso upgrade`.

use clap::ArgMatches;
use kyso::{Level, Message, Upgrade, UpgradePlan, UpgradeStep, Upgraded, Verifier};

use crate::exit::Exit;
use crate::output::{self, Existing, Readers};
use crate::session::{Outcome, Session, argument, flag, text};
use crate::sign::{self, required};
use crate::syntax::Row;
use crate::{id, input, net, password, say, stamp};

pub(crate) const ROWS: &[&[Row]] = &[
    &[
        Row::path("file", id::CLI_VALUE_FILE, id::CLI_UPGRADE_FILE).positional(),
        Row::choice("to", &["t", "lt", "lta"], id::CLI_UPGRADE_TO),
        Row::path("output", id::CLI_VALUE_FILE, id::CLI_UPGRADE_OUTPUT).short('o'),
        Row::flag("force", id::CLI_OPTION_FORCE),
        Row::flag("dry-run", id::CLI_UPGRADE_DRY_RUN),
        Row::text("max-growth", id::CLI_VALUE_SIZE, id::CLI_UPGRADE_MAX_GROWTH),
    ],
    stamp::ROWS,
    net::ROWS,
    input::TRUST,
    &[Row::text("policy", id::CLI_VALUE_POLICY, id::CLI_VERIFY_POLICY)],
    password::OF_DOCUMENT,
    &[Row::flag("quiet", id::CLI_OPTION_QUIET).short('q')],
];

pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Outcome {
    let file = required(matches, "file")?;
    let level = level(matches)?;
    let is_trial = flag(matches, "dry-run");
    let output = if is_trial { None } else { Some(required(matches, "output")?) };
    if let Some(output) = output {
        output::apart_from(output, file)?;
    }
    let existing = if flag(matches, "force") { Existing::Replace } else { Existing::Keep };
    if let (Some(output), Existing::Keep) = (output, existing) {
        output::refuse_existing(output)?;
    }
    let document = sign::document(matches, "file", session)?;
    let verifier = verifier(matches)?;
    let stamper = stamp::stamper(matches, session)?;
    let mut upgrade = upgrade(matches, level, &verifier)?;
    if let Some(stamper) = &stamper {
        upgrade = upgrade.with_timestamper(stamper);
    }
    let Some(output) = output else {
        let plan = upgrade.plan(&document)?;
        output::print_page(session, &planned(session, &plan))?;
        return Ok(Exit::Valid);
    };
    let upgraded = upgrade.apply(&document)?;
    output::write(output, &[upgraded.document.bytes()], existing, Readers::AsUsual)?;
    if !session.quiet {
        output::print_page(session, &done(session, &upgraded, &output.to_string_lossy()))?;
    }
    Ok(Exit::Valid)
}

fn level(matches: &ArgMatches) -> Outcome<Level> {
    match text(matches, "to") {
        Some("t") => Ok(Level::T),
        Some("lt") => Ok(Level::Lt),
        Some(_) => Ok(Level::Lta),
        None => Err(argument(Message::new(id::CLI_ERROR_MISSING).with("option", "--to"))),
    }
}

fn verifier(matches: &ArgMatches) -> Outcome<Verifier> {
    let mut verifier = Verifier::new(input::trust(matches)?).with_evidence(input::evidence(matches)?);
    if let Some(fetcher) = net::fetcher(matches)? {
        verifier = verifier.with_fetch(fetcher);
    }
    if let Some(name) = text(matches, "policy") {
        verifier = verifier.with_policy(input::policy(name)?);
    }
    Ok(verifier)
}

fn upgrade<'a>(matches: &ArgMatches, level: Level, verifier: &'a Verifier) -> Outcome<Upgrade<'a>> {
    let mut upgrade = Upgrade::new(level, verifier);
    if let Some(value) = text(matches, "max-growth") {
        let wrong = || argument(Message::new(id::CLI_ERROR_SIZE).with("option", "--max-growth").with("value", value));
        upgrade = upgrade.with_max_growth(bytes(value).ok_or_else(wrong)?);
    }
    Ok(upgrade)
}

/// A number of bytes, such as `500000`, `500k` or `2M`; the letters stand for 1,024 and 1,048,576.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "" => Some(number),
        "k" | "K" => number.checked_mul(1 << 10),
        "M" => number.checked_mul(1 << 20),
        _ => None,
    }
}

fn planned(session: &Session, plan: &UpgradePlan) -> String {
    let message = Message::new(id::CLI_UPGRADE_PLAN)
        .with("timestamps", plan.timestamps)
        .with("requests", plan.requests.len())
        .with("bytes", plan.growth);
    let mut page = say::sentence(session, &message) + "\n";
    for address in &plan.requests {
        page += &format!("  {}\n", kyso::printable(address));
    }
    page
}

fn done(session: &Session, upgraded: &Upgraded, file: &str) -> String {
    let mut page = say::sentence(session, &Message::new(id::CLI_UPGRADE_DONE).with("file", file)) + "\n";
    for step in &upgraded.steps {
        let message = match step {
            UpgradeStep::Evidence(bytes) => Message::new(id::CLI_UPGRADE_EVIDENCE).with("bytes", *bytes),
            UpgradeStep::Timestamp(bytes) => Message::new(id::CLI_UPGRADE_TIMESTAMP).with("bytes", *bytes),
            _ => continue,
        };
        page += &format!("  {}\n", say::sentence(session, &message));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_with_a_letter() {
        assert_eq!([bytes("500000"), bytes("500k"), bytes("2M"), bytes("0")], [Some(500_000), Some(512_000), Some(2_097_152), Some(0)]);
        for text in ["", "k", "-1", "1G", "1.5M", "99999999999999999999M"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
