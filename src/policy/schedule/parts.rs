//! A schedule's parts, for whoever tells of it in words.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::hours::Hours;
use super::open::Schedule;

/// From one time of a day to another; where the end is not later, it is the next day's.
#[derive(Debug, Clone, Copy)]
pub(in crate::policy) struct Span {
    hours: Hours,
}

impl Span {
    pub(in crate::policy) fn from(self) -> String {
        clock(self.hours.from)
    }

    pub(in crate::policy) fn to(self) -> String {
        clock(self.hours.to)
    }

    pub(in crate::policy) fn crosses_midnight(self) -> bool {
        self.hours.to <= self.hours.from
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl Schedule {
    pub(in crate::policy) fn timezone(&self) -> &TimeZone {
        &self.timezone
    }

    /// The days of the week from Monday on, and the hours on them.
    pub(in crate::policy) fn weekly(&self) -> impl Iterator<Item = ([bool; 7], Span)> {
        self.open.iter().map(|weekly| {
            let days = std::array::from_fn(|day| weekly.days.0 & (1 << day) != 0);
            (days, Span { hours: weekly.hours })
        })
    }

    /// First and last of the dates that are closed.
    pub(in crate::policy) fn closed_dates(&self) -> impl Iterator<Item = (Date, Date)> {
        self.closed.iter().map(|days| days.ends())
    }

    pub(in crate::policy) fn extra_dates(&self) -> impl Iterator<Item = (Date, Span)> {
        self.extra.iter().map(|extra| (extra.date, Span { hours: extra.hours }))
    }
}
