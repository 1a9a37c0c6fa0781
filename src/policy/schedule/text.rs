//! How schedules are written: `Mon-Fri 08:30-18:00`, `daily 22:00-06:00`, `2026-05-09 08:30-18:00`.

use super::super::days::parse_date;
use super::hours::{DAY, Extra, Hours, Weekdays, Weekly};
use crate::diagnostic::Fault;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Weekly {
    pub(in crate::policy) fn parse(text: &str) -> Result<Self, Fault> {
        let (days, hours) = halves(text, "Mon-Fri 08:30-18:00, Sat,Sun 00:00-24:00 or daily 22:00-06:00")?;
        Ok(Self { days: Weekdays::parse(days)?, hours: Hours::parse(hours)? })
    }
}

impl Extra {
    pub(in crate::policy) fn parse(text: &str) -> Result<Self, Fault> {
        let (date, hours) = halves(text, "2026-05-09 08:30-18:00")?;
        Ok(Self { date: parse_date(date)?, hours: Hours::parse(hours)? })
    }
}

/// The days and the hours of an entry.
fn halves<'a>(text: &'a str, example: &str) -> Result<(&'a str, &'a str), Fault> {
    let mut words = text.split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(days), Some(hours), None) => Ok((days, hours)),
        _ => {
            Err(Fault::new(format_args!("{text:?} is not days and hours"))
                .hint(format_args!("write {example}")))
        }
    }
}

impl Weekdays {
    fn parse(text: &str) -> Result<Self, Fault> {
        if text == "daily" {
            return Ok(Self(0b0111_1111));
        }
        let mut set = 0;
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            set |= run(day(first)?, day(last)?);
        }
        Ok(Self(set))
    }
}

/// The days from the first to the last; `Sat-Mon` runs over the weekend.
fn run(first: usize, last: usize) -> u8 {
    let length = (last + 7 - first) % 7;
    (0..=length).fold(0, |set, step| set | 1 << ((first + step) % 7))
}

fn day(text: &str) -> Result<usize, Fault> {
    DAYS.iter().position(|day| *day == text).ok_or_else(|| {
        let fault = Fault::new(format_args!("{text:?} is not a day: one of {}, daily", DAYS.join(", ")));
        let fault = fault.did_you_mean(text, DAYS.into_iter().chain(["daily"]));
        fault.or_hint("days look like Mon-Fri, Sat,Sun or daily")
    })
}

impl Hours {
    fn parse(text: &str) -> Result<Self, Fault> {
        let wrong = || {
            let fault = Fault::new(format_args!("{text:?} are not hours"));
            fault.hint("hours look like 08:30-18:00, from 00:00 to 24:00 and without spaces")
        };
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let (from, to) = (minute(from).ok_or_else(wrong)?, minute(to).ok_or_else(wrong)?);
        if from == to {
            let fault = Fault::new(format_args!("{text:?} begins and ends at the same time"));
            return Err(fault.hint("a whole day is 00:00-24:00"));
        }
        if from == DAY {
            return Err(wrong().hint("24:00 is the end of a day; the beginning of the next one is 00:00"));
        }
        Ok(Self { from, to })
    }
}

/// Reads `HH:MM` up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let two_digits = text.len() == 2 && text.bytes().all(|c| c.is_ascii_digit());
        two_digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let sum = hour * 60 + minute;
    (minute < 60 && sum <= DAY).then_some(sum)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_week_come_as_ranges_and_lists() {
        for (text, set) in [
            ("Mon", 1),
            ("Mon-Fri", 31),
            ("Sat,Sun", 96),
            ("Sat-Sun", 96),
            ("Sat-Mon", 97),
            ("Mon,Wed-Thu", 13),
            ("daily", 127),
            ("Tue-Mon", 127),
        ] {
            assert_eq!(Weekdays::parse(text).unwrap().0, set, "{text}");
        }
        for bad in ["", "mon", "Mon-", "-Mon", "Mon,,Tue", "Mon-Tue-Wed", "Monday", "Daily"] {
            assert!(Weekdays::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hours_are_read_strictly() {
        assert_eq!(Hours::parse("22:00-06:00").unwrap(), Hours { from: 1320, to: 360 });
        assert_eq!(Hours::parse("00:00-24:00").unwrap(), Hours { from: 0, to: DAY });
        for bad in [
            "",
            "08:30",
            "8:30-18:00",
            "08:30-18:60",
            "08:30-24:01",
            "24:00-06:00",
            "08:30-08:30",
            "08-18",
            "08:30-18:00-19:00",
            "+8:30-18:00",
            "25:00-26:00",
        ] {
            assert!(Hours::parse(bad).is_err(), "{bad}");
        }
    }
}
