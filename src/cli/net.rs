//! Whether and how the network is used.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use kyso::{Http, HttpOptions, Message, ProxyChoice};

use crate::id;
use crate::session::{Outcome, argument, flag, path, text};
use crate::syntax::Row;

pub(crate) const ROWS: &[Row] = &[
    Row::flag("online", id::CLI_OPTION_ONLINE).excludes(&["offline"]),
    Row::flag("offline", id::CLI_OPTION_OFFLINE),
    Row::text("timeout", id::CLI_VALUE_DURATION, id::CLI_OPTION_TIMEOUT).needs(&["online"]),
    Row::text("proxy", id::CLI_VALUE_ADDRESS, id::CLI_OPTION_PROXY).needs(&["online"]),
    Row::path("cache", id::CLI_VALUE_FOLDER, id::CLI_OPTION_CACHE).needs(&["online"]).excludes(&["no-cache"]),
    Row::flag("no-cache", id::CLI_OPTION_NO_CACHE).needs(&["online"]),
    Row::flag("allow-private", id::CLI_OPTION_ALLOW_PRIVATE).needs(&["online"]),
];

/// What the options of [`ROWS`] describe; `None` where nothing may be asked.
pub(crate) fn fetcher(matches: &ArgMatches) -> Outcome<Option<Http>> {
    if !flag(matches, "online") {
        return Ok(None);
    }
    let mut options = HttpOptions::default();
    if let Some(value) = text(matches, "timeout") {
        let wrong = || argument(Message::new(id::CLI_ERROR_DURATION).with("option", "--timeout").with("value", value));
        options.timeout = duration(value).ok_or_else(wrong)?;
    }
    if let Some(address) = text(matches, "proxy") {
        options.proxy = ProxyChoice::At(address.to_owned());
    }
    options.allow_private = flag(matches, "allow-private");
    options.cache = match path(matches, "cache") {
        Some(folder) => Some(folder.to_owned()),
        None if flag(matches, "no-cache") => None,
        None => folder(),
    };
    Ok(Some(Http::new(options)?))
}

/// Where answers are kept: `KYSO_CACHE_DIR`, else where the platform keeps what can be had again.
fn folder() -> Option<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("KYSO_CACHE_DIR").or_else(|| {
        let caches = if cfg!(windows) {
            variable("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            variable("HOME").map(|home| home.join("Library/Caches"))
        } else {
            variable("XDG_CACHE_HOME").filter(|path| path.is_absolute()).or_else(|| variable("HOME").map(|home| home.join(".cache")))
        };
        caches.map(|caches| caches.join("kyso").join("net"))
    })
}

/// A time such as `10s`, `500ms` or `2m`; a bare number is of seconds. From a tenth of a second to ten minutes.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let milliseconds = match unit {
        "ms" => number,
        "s" | "" => number.checked_mul(1_000)?,
        "m" => number.checked_mul(60_000)?,
        _ => return None,
    };
    (100..=600_000).contains(&milliseconds).then(|| Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_out_is_a_number_with_a_unit() {
        let milliseconds = |text| duration(text).map(|time| time.as_millis());
        assert_eq!(
            [milliseconds("10s"), milliseconds("10"), milliseconds("500ms"), milliseconds("2m")],
            [Some(10_000), Some(10_000), Some(500), Some(120_000)]
        );
        for text in ["", "s", "-1s", "1h", "0", "99ms", "11m", "1.5s", "99999999999999999999s", "10 s"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
