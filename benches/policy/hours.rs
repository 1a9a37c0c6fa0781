//! Schedules as both sides can say them, and what a clock on the wall shows.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub(crate) struct Hours {
    pub(crate) name: &'static str,
    pub(crate) zone: &'static str,
    /// First and last day of the week (Monday is 0), from minute, to minute. An end that is not later than
    /// the beginning is the next day's.
    pub(crate) open: &'static [(i64, i64, i64, i64)],
    pub(crate) closed: &'static [&'static str],
}

pub(crate) const ZONES: [&str; 2] = ["Asia/Shanghai", "Europe/Berlin"];

const HOLIDAYS: [&str; 8] = [
    "2026-05-01",
    "2026-05-02",
    "2026-05-03",
    "2026-10-01",
    "2026-10-02",
    "2026-10-03",
    "2026-10-04",
    "2026-10-05",
];

pub(crate) const HOURS: [Hours; 6] = [
    Hours { name: "office", zone: ZONES[0], open: &[(0, 4, 510, 1080)], closed: &HOLIDAYS },
    Hours { name: "night", zone: ZONES[0], open: &[(0, 6, 1320, 360)], closed: &[] },
    Hours { name: "weekend", zone: ZONES[0], open: &[(5, 6, 0, 1440)], closed: &HOLIDAYS },
    Hours { name: "on-call", zone: ZONES[0], open: &[(0, 4, 1080, 540), (5, 6, 0, 1440)], closed: &[] },
    Hours { name: "berlin", zone: ZONES[1], open: &[(0, 4, 480, 1020), (5, 5, 540, 720)], closed: &[] },
    Hours { name: "always", zone: ZONES[0], open: &[(0, 6, 0, 1440)], closed: &[] },
];

/// What the wall shows in a zone.
pub(crate) struct Wall {
    pub(crate) date: i64,
    pub(crate) day: i64,
    pub(crate) minute: i64,
}

impl Wall {
    pub(crate) fn at(zone: &str, at: Timestamp) -> Self {
        let shown = TimeZone::get(zone).expect("a timezone").to_datetime(at);
        Self {
            date: number(shown.date()),
            day: i64::from(shown.date().weekday().to_monday_zero_offset()),
            minute: i64::from(shown.hour()) * 60 + i64::from(shown.minute()),
        }
    }
}

/// A date as one number: 20260501.
pub(crate) fn number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}
