//! UTCTime and GeneralizedTime, as RFC 5280, RFC 5652 and RFC 3161 use them and as real files have them.

#![warn(clippy::arithmetic_side_effects)]

use crate::time::{Civil, Time, Zone};

/// Reads `YYMMDDhhmm[ss](Z|±hhmm)`. Years from 50 on are of the twentieth century (RFC 5280 4.1.2.5.1).
pub(crate) fn utc_time(bytes: &[u8]) -> Option<Time> {
    let (year, rest) = number(bytes, 2)?;
    let year = if year >= 50 { year.checked_add(1900)? } else { year.checked_add(2000)? };
    moment(year, rest)
}

/// Reads `YYYYMMDDhhmm[ss[.f…]](Z|±hhmm)`. A time without zone is refused: nobody knows which it is.
pub(crate) fn generalized_time(bytes: &[u8]) -> Option<Time> {
    let (year, rest) = number(bytes, 4)?;
    moment(year, rest)
}

fn moment(year: u32, rest: &[u8]) -> Option<Time> {
    let (month, rest) = number(rest, 2)?;
    let (day, rest) = number(rest, 2)?;
    let (hour, rest) = number(rest, 2)?;
    let (minute, rest) = number(rest, 2)?;
    let (second, rest) = if rest.first().is_some_and(u8::is_ascii_digit) { number(rest, 2)? } else { (0, rest) };
    let (nanosecond, rest) = fraction(rest)?;
    let civil = Civil {
        year: i32::try_from(year).ok()?,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour: u8::try_from(hour).ok()?,
        minute: u8::try_from(minute).ok()?,
        second: u8::try_from(second).ok()?,
        nanosecond,
    };
    Time::from_civil(civil, zone(rest)?)
}

fn zone(rest: &[u8]) -> Option<Zone> {
    if rest == b"Z" {
        return Some(Zone::UTC);
    }
    (rest.len() == 5).then_some(())?;
    Zone::parse(std::str::from_utf8(rest).ok()?)
}

fn fraction(rest: &[u8]) -> Option<(u32, &[u8])> {
    let Some((b'.' | b',', digits)) = rest.split_first() else { return Some((0, rest)) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then_some(())?;
    let mut nanosecond: u32 = 0;
    for index in 0..9 {
        let digit = if index < count { digits.get(index)?.checked_sub(b'0')? } else { 0 };
        nanosecond = nanosecond.checked_mul(10)?.checked_add(u32::from(digit))?;
    }
    Some((nanosecond, digits.get(count..)?))
}

fn number(bytes: &[u8], count: usize) -> Option<(u32, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(count)?;
    let mut value: u32 = 0;
    for digit in digits {
        digit.is_ascii_digit().then_some(())?;
        value = value.checked_mul(10)?.checked_add(u32::from(digit.checked_sub(b'0')?))?;
    }
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (bytes, shown) in [
            (&b"500101000000Z"[..], "1950-01-01T00:00:00Z"),
            (b"491231235959Z", "2049-12-31T23:59:59Z"),
            (b"2611231628Z", "2026-11-23T16:28:00Z"),
            (b"261123162829+0700", "2026-11-23T09:28:29Z"),
        ] {
            assert_eq!(utc_time(bytes).map(Time::rfc3339).as_deref(), Some(shown));
        }
        for (bytes, shown) in [
            (&b"20261123092829Z"[..], "2026-11-23T09:28:29Z"),
            (b"20261123092829.25Z", "2026-11-23T09:28:29.25Z"),
            (b"20261123092829.1234567890Z", "2026-11-23T09:28:29.123456789Z"),
            (b"99991231235959Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(generalized_time(bytes).map(Time::rfc3339).as_deref(), Some(shown));
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bytes in [&b""[..], b"2611231628", b"261123162829", b"261323162829Z", b"26112316282aZ", b"261123162829Z ", b"261123162829+07"] {
            assert_eq!(utc_time(bytes), None);
        }
        for bytes in [&b"20261123092829"[..], b"20261123092829.Z", b"00000000000000Z", b"20261123092860Z"] {
            assert_eq!(generalized_time(bytes), None);
        }
    }
}
