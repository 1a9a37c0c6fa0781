//! Hours on days: what a schedule is made of.

use jiff::civil::Date;

use crate::policy::days::day_number;

/// Minutes of a full day: the `24:00` of the files.
pub(super) const DAY: u16 = 24 * 60;

/// Hours on certain days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) struct Weekly {
    pub(super) days: Weekdays,
    pub(super) hours: Hours,
}

/// Hours on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) struct Extra {
    pub(super) date: Date,
    pub(super) hours: Hours,
}

/// A set of days of the week, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weekdays(pub(super) u8);

/// From one minute of a day to another; where the end is not later, it is the next day's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hours {
    pub(super) from: u16,
    pub(super) to: u16,
}

impl Extra {
    pub(super) fn day(&self) -> i64 {
        day_number(self.date)
    }
}
