//! Time-stamps for signatures: which authorities are asked, and how.

use clap::ArgMatches;
use kyso::Timestamper;

use crate::session::{Outcome, Session};
use crate::syntax::Row;

/// What gives time-stamps.
pub(crate) type Stamper = Box<dyn Timestamper>;

#[cfg(not(feature = "http"))]
pub(crate) const ROWS: &[Row] = &[];

/// Without a network there is no authority to ask, and no option that names one.
#[cfg(not(feature = "http"))]
pub(crate) fn stamper(_: &ArgMatches, _: &Session) -> Outcome<Option<Stamper>> {
    Ok(None)
}

#[cfg(feature = "http")]
pub(crate) use client::{ROWS, stamper};

#[cfg(feature = "http")]
mod client {
    use std::time::Duration;

    use clap::ArgMatches;
    use kyso::{DigestAlgorithm, Message, TimestampClient};

    use super::Stamper;
    use crate::session::{Outcome, Session, argument, text};
    use crate::syntax::Row;
    use crate::{id, password};

    pub(crate) const ROWS: &[Row] = &[
        Row::text("tsa", id::CLI_VALUE_ADDRESS, id::CLI_TSA_ADDRESS).many(),
        Row::text("tsa-policy", id::CLI_VALUE_POLICY, id::CLI_TSA_POLICY).needs(&["tsa"]),
        Row::choice("tsa-digest", &["sha256", "sha384", "sha512"], id::CLI_TSA_DIGEST).needs(&["tsa"]),
        Row::text("tsa-timeout", id::CLI_VALUE_DURATION, id::CLI_TSA_TIMEOUT).needs(&["tsa"]),
        Row::path("tsa-password-file", id::CLI_VALUE_FILE, id::CLI_TSA_PASSWORD_FILE).needs(&["tsa"]).excludes(&["tsa-password-env"]),
        Row::text("tsa-password-env", id::CLI_VALUE_NAME, id::CLI_TSA_PASSWORD_ENV).needs(&["tsa"]),
    ];

    /// What asks the authorities that the options name; `None` where they name none.
    pub(crate) fn stamper(matches: &ArgMatches, session: &Session) -> Outcome<Option<Stamper>> {
        let addresses: Vec<&String> = matches.try_get_many("tsa").ok().flatten().into_iter().flatten().collect();
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
        if let Some(written) = text(matches, "tsa-timeout") {
            let wrong = || argument(Message::new(id::CLI_ERROR_VALUE).with("option", "--tsa-timeout").with("value", written));
            client = client.with_timeout(duration(written).ok_or_else(wrong)?);
        }
        if let Some(given) = password::of_authority(matches, session)? {
            let (user, password) = given.split_once(':').ok_or_else(|| argument(Message::new(id::CLI_ERROR_TSA_PASSWORD)))?;
            client = client.with_password(user, password);
        }
        Ok(Some(Box::new(client)))
    }

    /// `90`, `90s` or `3m`: at least a second, at most an hour.
    fn duration(written: &str) -> Option<Duration> {
        let (number, unit) = match (written.strip_suffix('s'), written.strip_suffix('m')) {
            (Some(number), _) => (number, 1),
            (None, Some(number)) => (number, 60),
            (None, None) => (written, 1),
        };
        let seconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
        (1..=3_600).contains(&seconds).then(|| Duration::from_secs(seconds))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_duration_is_written_in_seconds_or_minutes() {
            for (written, seconds) in [("90", 90), ("90s", 90), ("3m", 180), ("1", 1), ("60m", 3_600)] {
                assert_eq!(duration(written), Some(Duration::from_secs(seconds)));
            }
            for written in ["", "s", "0", "-1", "1h", "61m", "1.5s", "99999999999999999999"] {
                assert_eq!(duration(written), None, "{written}");
            }
        }
    }
}
