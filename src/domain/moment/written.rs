//! A time as it is written, before anybody asks which instant that is.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// A time as it is written.
pub(super) enum Written {
    Now,
    /// Forward or back where a sign says so.
    Length(Option<Sign>, SignedDuration),
    Wall(Day, Option<Hour>, Option<Zone>),
    /// Without a day.
    Hour(Hour, Option<Zone>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Forward,
    Back,
}

#[derive(Clone, Copy)]
pub(super) enum Day {
    Date(Date),
    /// Days from today.
    Beside(i64),
}

/// On the wall; 24:00 is the end of the day.
#[derive(Clone, Copy)]
pub(super) enum Hour {
    Of(Time),
    Midnight,
}

pub(super) enum Zone {
    Offset(Offset),
    Named(TimeZone),
}

impl Hour {
    pub(super) fn on(self, date: Date) -> Option<DateTime> {
        match self {
            Self::Of(time) => Some(date.to_datetime(time)),
            Self::Midnight => Some(date.tomorrow().ok()?.to_datetime(Time::midnight())),
        }
    }
}
