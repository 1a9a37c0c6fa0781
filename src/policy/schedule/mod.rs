//! When something is open: wall-clock stretches in a timezone, with closed and extra dates.
//!
//! An instant is open if what a clock on the wall shows at that instant lies in an open stretch. So a
//! stretch inside the hour that a change of clocks skips never opens, and one inside the hour that it
//! repeats opens twice. On a `closed` date nothing of `open` is left, neither what begins there nor what
//! began the evening before; what begins there and runs into the next date is open on that next date.
//! `extra` is added after that.

mod edges;
mod parts;
mod read;
mod text;

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use crate::domain::ScheduleName;

use super::days::Days;

pub(super) use parts::Span;

/// Minutes of a full day: the `24:00` of the files.
const DAY: u16 = 24 * 60;

/// How many days ahead an end is looked for. What stays open longer has no end worth telling.
const HORIZON: u16 = 400;

/// A checked `[schedule.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub(super) name: ScheduleName,
    pub(super) timezone: TimeZone,
    pub(super) open: Vec<Weekly>,
    pub(super) closed: Vec<Days>,
    pub(super) extra: Vec<Extra>,
}

/// Hours on certain days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weekly {
    days: Weekdays,
    hours: Hours,
}

/// Hours on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extra {
    date: Date,
    hours: Hours,
}

/// A set of days of the week, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Weekdays(u8);

impl Weekdays {
    fn contains(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    fn bit(day: Weekday) -> u8 {
        1 << day.to_monday_zero_offset()
    }
}

/// From one minute of a day to another; where the end is not later, it is the next day's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hours {
    from: u16,
    to: u16,
}

impl Hours {
    /// What lies on the date on which it begins.
    fn first_day(self) -> Range<u16> {
        self.from..if self.to > self.from { self.to } else { DAY }
    }

    /// What lies on the date after that: empty unless midnight is crossed.
    fn next_day(self) -> Range<u16> {
        0..if self.to > self.from { 0 } else { self.to }
    }
}

impl Schedule {
    pub fn name(&self) -> &ScheduleName {
        &self.name
    }

    pub fn is_open(&self, at: Timestamp) -> bool {
        let wall = self.timezone.to_datetime(at);
        let minute = minute_of(wall);
        self.stretches(wall.date()).any(|stretch| stretch.contains(&minute))
    }

    /// The end of the open stretch that `at` lies in: the first instant after `at` that is not open, or
    /// `at` itself if it is not open. Stretches that touch are one. `None` if it is beyond the horizon.
    pub fn open_until(&self, at: Timestamp) -> Option<Timestamp> {
        let horizon = at.saturating_add(jiff::SignedDuration::from_hours(24 * i64::from(HORIZON))).ok()?;
        let mut from = at;
        while self.is_open(from) {
            // Until the clocks change, the wall's clock runs as the instants do.
            let change = self.timezone.following(from).next().map(|change| change.timestamp());
            let offset = self.timezone.to_offset(from);
            let end = self.wall_end(offset.to_datetime(from)).and_then(|wall| offset.to_timestamp(wall).ok());
            match (end, change) {
                (Some(end), None) => return Some(end),
                (Some(end), Some(change)) if end < change => return Some(end),
                (_, Some(change)) if change < horizon => from = change,
                _ => return None,
            }
        }
        Some(from)
    }

    /// Where the stretch around `wall` ends, if clocks were never changed.
    fn wall_end(&self, wall: DateTime) -> Option<DateTime> {
        let (mut date, mut minute) = (wall.date(), minute_of(wall));
        for _ in 0..HORIZON {
            minute = self.reach(date, minute);
            if minute < DAY {
                return Some(at_minute(date, minute));
            }
            (date, minute) = (date.tomorrow().ok()?, 0);
        }
        None
    }

    /// How far it stays open on a date from a minute on; the minute itself if it is not open.
    fn reach(&self, date: Date, minute: u16) -> u16 {
        let mut reached = minute;
        loop {
            let further = self.stretches(date).filter(|s| s.start <= reached && s.end > reached);
            match further.map(|stretch| stretch.end).max() {
                Some(end) => reached = end,
                None => return reached,
            }
        }
    }

    /// The open stretches of a date, in any order; some may be empty or overlap.
    fn stretches(&self, date: Date) -> impl Iterator<Item = Range<u16>> {
        let eve = date.yesterday().ok();
        let closed = self.closed.iter().any(|days| days.contains(date));
        let open = if closed { &[] } else { self.open.as_slice() };
        let weekly = open.iter().flat_map(move |Weekly { days, hours }| {
            let first = days.contains(date.weekday()).then(|| hours.first_day());
            let next = eve.filter(|eve| days.contains(eve.weekday())).map(|_| hours.next_day());
            [first, next]
        });
        let extra = self.extra.iter().flat_map(move |extra| {
            let first = (extra.date == date).then(|| extra.hours.first_day());
            [first, (Some(extra.date) == eve).then(|| extra.hours.next_day())]
        });
        weekly.chain(extra).flatten()
    }
}

/// The minute that a clock without a second hand shows.
fn minute_of(wall: DateTime) -> u16 {
    u16::try_from(i16::from(wall.hour()) * 60 + i16::from(wall.minute())).unwrap_or_default()
}

fn at_minute(date: Date, minute: u16) -> DateTime {
    let (hour, minute) =
        (i8::try_from(minute / 60).unwrap_or_default(), i8::try_from(minute % 60).unwrap_or_default());
    date.at(hour, minute, 0, 0)
}

#[cfg(test)]
mod tests;
