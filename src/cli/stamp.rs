//! Time-stamps for signatures: which authorities are asked, and how.

use clap::ArgMatches;
use kyso::{DigestAlgorithm, Message, TimestampClient};

use crate::session::{Outcome, Session, argument, text, texts};
use crate::syntax::Row;
use crate::{id, net, password};

pub(crate) const ROWS: &[Row] = &[
    Row::text("tsa", id::CLI_VALUE_ADDRESS, id::CLI_TSA_ADDRESS).many(),
    Row::text("tsa-policy", id::CLI_VALUE_TEXT, id::CLI_TSA_POLICY).needs(&["tsa"]),
    Row::choice("tsa-digest", &["sha256", "sha384", "sha512"], id::CLI_TSA_DIGEST).needs(&["tsa"]),
    Row::text("tsa-timeout", id::CLI_VALUE_DURATION, id::CLI_TSA_TIMEOUT).needs(&["tsa"]),
    Row::path("tsa-password-file", id::CLI_VALUE_FILE, id::CLI_TSA_PASSWORD_FILE).needs(&["tsa"]).excludes(&["tsa-password-env"]),
    Row::text("tsa-password-env", id::CLI_VALUE_NAME, id::CLI_TSA_PASSWORD_ENV).needs(&["tsa"]),
];

/// What asks the authorities that the options name; `None` where they name none.
pub(crate) fn stamper(matches: &ArgMatches, session: &Session) -> Outcome<Option<TimestampClient>> {
    let addresses: Vec<&str> = texts(matches, "tsa").collect();
    if addresses.is_empty() {
        return Ok(None);
    }
    let mut client = TimestampClient::new(addresses)?;
    client = client.with_digest(match text(matches, "tsa-digest") {
        Some("sha384") => DigestAlgorithm::Sha384,
        Some("sha512") => DigestAlgorithm::Sha512,
        _ => DigestAlgorithm::Sha256,
    });
    if let Some(policy) = text(matches, "tsa-policy") {
        client = client.with_policy(policy)?;
    }
    if let Some(value) = text(matches, "tsa-timeout") {
        let wrong = || argument(Message::new(id::CLI_ERROR_DURATION).with("option", "--tsa-timeout").with("value", value));
        client = client.with_timeout(net::duration(value).ok_or_else(wrong)?);
    }
    if let Some(given) = password::of_authority(matches, session)? {
        let (user, password) = given.split_once(':').ok_or_else(|| argument(Message::new(id::CLI_ERROR_TSA_PASSWORD)))?;
        client = client.with_password(user, password);
    }
    Ok(Some(client))
}
