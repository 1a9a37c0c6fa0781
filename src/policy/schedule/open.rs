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
mod wall;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::domain::ScheduleName;

use super::days::{Days, day_number, whole_second};
use wall::Wall;

pub(super) use parts::Span;

/// Minutes of a full day: the `24:00` of the files.
const DAY: u16 = 24 * 60;

/// How far ahead an end is looked for. What stays open longer has no end worth telling.
const HORIZON: SignedDuration = SignedDuration::from_hours(400 * 24);

/// A checked `[schedule.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub(super) name: ScheduleName,
    pub(super) timezone: TimeZone,
    pub(super) open: Vec<Weekly>,
    pub(super) closed: Vec<Days>,
    pub(super) extra: Vec<Extra>,
    /// All three together, made for asking.
    wall: Wall,
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

/// From one minute of a day to another; where the end is not later, it is the next day's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hours {
    from: u16,
    to: u16,
}

impl Extra {
    fn day(&self) -> i64 {
        day_number(self.date)
    }
}

impl Schedule {
    fn new(
        name: ScheduleName,
        timezone: TimeZone,
        open: Vec<Weekly>,
        closed: Vec<Days>,
        extra: Vec<Extra>,
    ) -> Self {
        let wall = Wall::new(&open, &closed, &extra);
        Self { name, timezone, open, closed, extra, wall }
    }

    pub fn name(&self) -> &ScheduleName {
        &self.name
    }

    pub fn is_open(&self, at: Timestamp) -> bool {
        self.wall.is_open(shown(self.timezone.to_offset(at), at))
    }

    /// The end of the open stretch that `at` lies in: the first instant after `at` that is not open, or
    /// `at` itself if it is not open. Stretches that touch are one. `None` if it is beyond the horizon.
    pub fn open_until(&self, at: Timestamp) -> Option<Timestamp> {
        let horizon = at.saturating_add(HORIZON).ok()?;
        let mut from = at;
        loop {
            // Until the clocks change, the wall's clock runs as the instants do.
            let offset = self.timezone.to_offset(from);
            let minute = shown(offset, from);
            if !self.wall.is_open(minute) {
                return Some(from);
            }
            let end = self.wall.end(minute, shown(offset, horizon)).and_then(|end| instant(offset, end));
            let change = self.timezone.following(from).next().map(|change| change.timestamp());
            match (end, change) {
                (Some(end), None) => return Some(end),
                (Some(end), Some(change)) if end < change => return Some(end),
                (_, Some(change)) if change < horizon => from = change,
                _ => return None,
            }
        }
    }
}

/// The minute that a clock without a second hand shows, counted as in [`wall`].
fn shown(offset: Offset, at: Timestamp) -> i64 {
    (whole_second(at) + i64::from(offset.seconds())).div_euclid(60)
}

/// When the clock begins to show a minute.
fn instant(offset: Offset, minute: i64) -> Option<Timestamp> {
    Timestamp::from_second(minute * 60 - i64::from(offset.seconds())).ok()
}

#[cfg(test)]
mod tests;
