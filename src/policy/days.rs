//! Spans of time as the files write them: days (`2026-10-01..2026-10-07`) and durations (`1h30m`).

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::diagnostic::Fault;
use crate::domain::length;

/// Days in a row, the first and the last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    first: Date,
    last: Date,
}

impl Days {
    /// Reads `DATE` or `DATE..DATE`.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let (first, last) = (parse_date(first)?, parse_date(last)?);
        ordered(text, first, last)?;
        Ok(Self { first, last })
    }

    /// The first and the last.
    pub(super) fn ends(&self) -> (Date, Date) {
        (self.first, self.last)
    }

    /// The number of the first day.
    pub(super) fn first(&self) -> i64 {
        day_number(self.first)
    }

    /// The number of the last day.
    pub(super) fn last(&self) -> i64 {
        day_number(self.last)
    }
}

/// When an account holds: days in the gateway's timezone, kept as instants. Either end may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Validity {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Validity {
    /// Reads `A..B`, `A..` or `..B`; both days are included.
    pub(super) fn parse(text: &str, timezone: &TimeZone) -> Result<Self, Fault> {
        let wrong = || Fault::new(format_args!("{text:?} is not a span of days"));
        let hint = "write FIRST..LAST, FIRST.. or ..LAST, with dates like 2026-12-31";
        let (first, last) = text.split_once("..").ok_or_else(|| wrong().hint(hint))?;
        let date = |text: &str| if text.is_empty() { Ok(None) } else { parse_date(text).map(Some) };
        let (first, last) = (date(first)?, date(last)?);
        match (first, last) {
            (None, None) => return Err(wrong().hint(hint)),
            (Some(first), Some(last)) => ordered(text, first, last)?,
            _ => {}
        }
        // Beyond what an instant can say, an end is no end: `..9999-12-31` means for ever.
        let start = |date: Date| timezone.to_timestamp(date.at(0, 0, 0, 0)).ok();
        let after = last.and_then(|last| last.tomorrow().ok());
        Ok(Self { from: first.and_then(start), until: after.and_then(start) })
    }

    pub fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// The first instant of it.
    pub fn since(&self) -> Option<Timestamp> {
        self.from
    }

    /// The first instant that is not of it any more.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

/// Days since 1970-01-01.
pub(super) fn day_number(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// The second that an instant lies in, before 1970 too.
pub(super) fn whole_second(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

fn ordered(text: &str, first: Date, last: Date) -> Result<(), Fault> {
    if first <= last {
        return Ok(());
    }
    let fault = Fault::new(format_args!("{text:?} ends before it begins"));
    Err(fault.hint(format_args!("the earlier day comes first: {last}..{first}")))
}

/// Reads `YYYY-MM-DD` and nothing looser.
pub(super) fn parse_date(text: &str) -> Result<Date, Fault> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, c)| if matches!(i, 4 | 7) { c == b'-' } else { c.is_ascii_digit() });
    if !shaped {
        return Err(Fault::new(format_args!("{text:?} is not a date")).hint("dates look like 2026-12-31"));
    }
    text.parse().map_err(|_| Fault::new(format_args!("there is no {text} in the calendar")))
}

/// Reads `4h`, `15m`, `1h30m`, `2d`: numbers with units d, h, m, s, the greater first, and not nothing.
pub(super) fn parse_duration(text: &str) -> Result<Duration, Fault> {
    let wrong = || {
        Fault::new(format_args!("{text:?} is not a duration"))
            .hint("durations look like 4h, 15m or 1h30m, and are at most 3650d")
    };
    length(text).filter(|&seconds| seconds > 0).map(Duration::from_secs).ok_or_else(wrong)
}

/// No code is remembered for longer.
const LONGEST_CODE: Duration = Duration::from_secs(24 * 60 * 60);

/// How old a remembered code may be. Unlike other durations it may be nothing at all.
pub(super) fn parse_code_age(text: &str) -> Result<Duration, Fault> {
    if text == "0s" {
        return Ok(Duration::ZERO);
    }
    let fault = || {
        Fault::new(format_args!("{text:?} is too long to remember a code"))
            .hint("write \"24h\" at most; \"0s\" asks for a code at each login")
    };
    parse_duration(text).and_then(|span| if span <= LONGEST_CODE { Ok(span) } else { Err(fault()) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_strictly() {
        for (text, want) in [("4h", 14_400), ("15m", 900), ("1h30m", 5_400), ("1d", 86_400), ("90s", 90)] {
            assert_eq!(parse_duration(text).unwrap().as_secs(), want, "{text}");
        }
        for bad in ["", "4", "h", "0s", "30m1h", "1h1h", "1.5h", "-1h", "1w", "1 h", "999999999d", "1h "] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn validity_is_whole_days_of_the_gateway() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let valid = Validity::parse("2026-04-08..2026-12-31", &shanghai).unwrap();
        for (at, want) in [
            ("2026-04-07T23:59:59.9+08:00", false),
            ("2026-04-08T00:00:00+08:00", true),
            ("2026-12-31T23:59:59.9+08:00", true),
            ("2027-01-01T00:00:00+08:00", false),
        ] {
            assert_eq!(valid.holds(at.parse().unwrap()), want, "{at}");
        }
        assert_eq!(Validity::parse("2026-04-08..", &shanghai).unwrap().until(), None);
        assert_eq!(Validity::parse("..9999-12-31", &shanghai).unwrap().until(), None);
        assert!(Validity::parse("..2026-04-08", &shanghai).unwrap().holds(Timestamp::UNIX_EPOCH));
        for bad in ["..", "", "2026-04-08", "2026-05-01..2026-04-01", "2026-02-29..", "2026-4-8.."] {
            assert!(Validity::parse(bad, &shanghai).is_err(), "{bad}");
        }
    }
}
