//! The clock.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{SignOptions, Time};

/// The time now, to the second.
#[must_use]
pub fn now() -> Time {
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| seconds.saturating_neg()),
    };
    // A clock outside the calendar is as good as none: then nothing is in date.
    Time::from_unix(seconds).unwrap_or(Time::EPOCH)
}

impl SignOptions {
    /// Signs now, with everything else as it is usual.
    #[must_use]
    pub fn new() -> Self {
        Self::at(now())
    }
}

impl Default for SignOptions {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_past_the_day_this_was_written() {
        assert!(now() > Time::parse("2026-01-01T00:00:00Z", crate::Zone::UTC).unwrap());
    }
}
