//! Points in time, and the zones they are shown in.

use std::fmt;

use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// A point in time, to the nanosecond. Comparison is by the instant, whatever the zone it was written in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(OffsetDateTime);

/// Year, month (1 to 12), day, hour, minute, second as written in some zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i32,
    pub(crate) month: u8,
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) nanosecond: u32,
}

impl Time {
    /// 1970-01-01T00:00:00Z.
    pub(crate) const EPOCH: Self = Self(OffsetDateTime::UNIX_EPOCH);

    /// The time `seconds` after 1970-01-01T00:00:00Z, or `None` outside the years -9999 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        OffsetDateTime::from_unix_timestamp(seconds).ok().map(Self)
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// Reads RFC 3339 (`2026-11-23T16:28:29+07:00`), or a date, which stands for the last second of that day in `zone`.
    #[must_use]
    pub fn parse(text: &str, zone: Zone) -> Option<Self> {
        if let Ok(time) = OffsetDateTime::parse(text, &Rfc3339) {
            return Some(Self(time.to_offset(UtcOffset::UTC)));
        }
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        let civil = Civil {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
            day: day.parse().ok()?,
            hour: 23,
            minute: 59,
            second: 59,
            nanosecond: 0,
        };
        Self::from_civil(civil, zone)
    }

    /// The time that a calendar and clock in `zone` show as `civil`.
    pub(crate) fn from_civil(civil: Civil, zone: Zone) -> Option<Self> {
        let date = Date::from_calendar_date(civil.year, Month::try_from(civil.month).ok()?, civil.day).ok()?;
        let clock = time::Time::from_hms_nano(civil.hour, civil.minute, civil.second, civil.nanosecond).ok()?;
        let local = PrimitiveDateTime::new(date, clock).assume_offset(zone.offset()?);
        local.checked_to_offset(UtcOffset::UTC).map(Self)
    }

    /// What a calendar and clock in `zone` show.
    pub(crate) fn civil(self, zone: Zone) -> Civil {
        let local = zone.offset().and_then(|offset| self.0.checked_to_offset(offset)).unwrap_or(self.0);
        Civil {
            year: local.year(),
            month: local.month().into(),
            day: local.day(),
            hour: local.hour(),
            minute: local.minute(),
            second: local.second(),
            nanosecond: local.nanosecond(),
        }
    }

    /// The time `seconds` later, or earlier where negative; stops at the ends of the calendar.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(Duration::seconds(seconds)))
    }

    /// Whole seconds from `earlier` to this time; negative where `earlier` is later.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).whole_seconds()
    }

    /// RFC 3339 in UTC with `Z`, as the JSON report has it. Fractions of a second are kept.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.0.format(&Rfc3339).unwrap_or_default()
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.rfc3339())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.rfc3339())
    }
}

impl serde::Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> serde::Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        OffsetDateTime::parse(&text, &Rfc3339)
            .map(|time| Self(time.to_offset(UtcOffset::UTC)))
            .map_err(|_| serde::de::Error::custom("not a time of RFC 3339"))
    }
}

/// A fixed distance from UTC, in which times are shown to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Zone {
    minutes: i16,
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self { minutes: 0 };
    /// The zone of Viet Nam, +07:00.
    pub const VIETNAM: Self = Self { minutes: 420 };

    /// The zone `minutes` east of UTC, or `None` past 25 hours.
    #[must_use]
    pub fn from_minutes(minutes: i16) -> Option<Self> {
        let zone = Self { minutes };
        zone.offset().map(|_| zone)
    }

    /// Minutes east of UTC.
    #[must_use]
    pub const fn minutes(self) -> i16 {
        self.minutes
    }

    /// Reads `+07:00`, `-0330`, `Z` or `utc`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
            return Some(Self::UTC);
        }
        let (sign, digits) = match text.strip_prefix('+') {
            Some(digits) => (1, digits),
            None => (-1, text.strip_prefix('-')?),
        };
        let digits: String = digits.split(':').collect();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let value: i16 = digits.parse().ok()?;
        let minutes = value.checked_div(100)?.checked_mul(60)?.checked_add(value.checked_rem(100)?)?;
        (value % 100 < 60).then_some(())?;
        Self::from_minutes(minutes.checked_mul(sign)?)
    }

    fn offset(self) -> Option<UtcOffset> {
        UtcOffset::from_whole_seconds(i32::from(self.minutes).checked_mul(60)?).ok()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minutes < 0 { '-' } else { '+' };
        let minutes = self.minutes.unsigned_abs();
        write!(formatter, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_end_of_that_day_in_the_zone() {
        let time = Time::parse("2026-11-23", Zone::VIETNAM).map(Time::rfc3339);
        assert_eq!(time.as_deref(), Some("2026-11-23T16:59:59Z"));
        assert_eq!(Time::parse("2026-02-30", Zone::UTC), None);
        assert_eq!(Time::parse("23/11/2026", Zone::UTC), None);
    }

    #[test]
    fn zones_are_read_and_shown() {
        for (text, shown) in [("+07:00", "+07:00"), ("-0330", "-03:30"), ("z", "+00:00"), ("UTC", "+00:00")] {
            assert_eq!(Zone::parse(text).map(|zone| zone.to_string()).as_deref(), Some(shown));
        }
        for text in ["", "7", "+7", "+07:60", "+99:00", "+0a:00", "+é7"] {
            assert_eq!(Zone::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_instant_counts_not_the_zone() {
        let here = Time::parse("2026-11-23T16:28:29+07:00", Zone::UTC);
        let there = Time::parse("2026-11-23T09:28:29Z", Zone::UTC);
        assert_eq!(here, there);
    }
}
