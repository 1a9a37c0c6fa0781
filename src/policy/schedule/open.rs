//! A schedule, and whether it is open.

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::hours::{Extra, Weekly};
use super::wall::Wall;
use crate::domain::ScheduleName;
use crate::policy::days::{Days, whole_second};

/// How far ahead an end is looked for. What stays open longer has no end worth telling.
const HORIZON: SignedDuration = SignedDuration::from_hours(400 * 24);

/// A checked `[schedule.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub(in crate::policy) name: ScheduleName,
    pub(in crate::policy) timezone: TimeZone,
    pub(in crate::policy) open: Vec<Weekly>,
    pub(in crate::policy) closed: Vec<Days>,
    pub(in crate::policy) extra: Vec<Extra>,
    /// All three together, made for asking.
    pub(super) wall: Wall,
}

impl Schedule {
    pub(super) fn new(
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

/// The minute that a clock without a second hand shows, counted as in [`super::wall`].
pub(super) fn shown(offset: Offset, at: Timestamp) -> i64 {
    (whole_second(at) + i64::from(offset.seconds())).div_euclid(60)
}

/// When the clock begins to show a minute.
pub(super) fn instant(offset: Offset, minute: i64) -> Option<Timestamp> {
    Timestamp::from_second(minute * 60 - i64::from(offset.seconds())).ok()
}
