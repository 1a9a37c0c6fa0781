//! What is open on the wall's clock, as stretches of minutes that are looked up and never searched through.
//!
//! Minutes are counted from the wall's midnight on 1970-01-01, whatever the timezone. The hours of every week
//! are kept once, as minutes from Monday's midnight.

use std::ops::Range;

use super::hours::{DAY, Extra, Hours, Weekly};
use crate::policy::days::Days;

const WEEK: i64 = 7 * DAY as i64;

/// 1970-01-01 was a Thursday.
const SINCE_MONDAY: i64 = 3 * DAY as i64;

/// Stretches in their order that neither overlap nor touch.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spans(Vec<Range<i64>>);

impl Spans {
    fn join(spans: impl Iterator<Item = Range<i64>>) -> Self {
        let mut sorted: Vec<_> = spans.collect();
        sorted.sort_unstable_by_key(|span| span.start);
        sorted.dedup_by(|next, joined| {
            let touches = next.start <= joined.end;
            if touches {
                joined.end = joined.end.max(next.end);
            }
            touches
        });
        Self(sorted)
    }

    /// The stretch that a minute lies in.
    fn around(&self, minute: i64) -> Option<&Range<i64>> {
        let begun = self.0.partition_point(|span| span.start <= minute);
        self.0.get(..begun)?.last().filter(|span| minute < span.end)
    }

    /// The first stretch that begins later.
    fn after(&self, minute: i64) -> Option<&Range<i64>> {
        self.0.get(self.0.partition_point(|span| span.start <= minute))
    }

    fn edges(&self) -> impl Iterator<Item = i64> {
        self.0.iter().flat_map(|span| [span.start, span.end])
    }
}

/// A schedule's hours on the wall's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wall {
    week: Spans,
    closed: Spans,
    extra: Spans,
}

impl Wall {
    pub(super) fn new(open: &[Weekly], closed: &[Days], extra: &[Extra]) -> Self {
        let day = i64::from(DAY);
        Self {
            week: Spans::join(open.iter().flat_map(|weekly| weekly.minutes())),
            closed: Spans::join(closed.iter().map(|days| days.first() * day..(days.last() + 1) * day)),
            extra: Spans::join(extra.iter().map(|extra| extra.hours.on_day(extra.day()))),
        }
    }

    pub(super) fn is_open(&self, minute: i64) -> bool {
        self.reach(minute).is_some()
    }

    /// The first minute from there on that is not open, if that comes before `limit` has passed.
    pub(super) fn end(&self, minute: i64, limit: i64) -> Option<i64> {
        let mut reached = minute;
        while reached <= limit {
            match self.reach(reached) {
                Some(further) => reached = further,
                None => return Some(reached),
            }
        }
        None
    }

    /// How far it is open from a minute on for the same cause; another may follow at once.
    fn reach(&self, minute: i64) -> Option<i64> {
        if let Some(extra) = self.extra.around(minute) {
            return Some(extra.end);
        }
        let of_week = (minute + SINCE_MONDAY).rem_euclid(WEEK);
        let span = self.week.around(of_week).filter(|_| self.closed.around(minute).is_none())?;
        let end = if *span == (0..WEEK) { i64::MAX } else { minute - of_week + span.end };
        Some(self.closed.after(minute).map_or(end, |closed| end.min(closed.start)))
    }

    /// The minutes of a range at which it may open or close; each midnight is one, as a closed date begins
    /// and ends there.
    pub(super) fn edges(&self, within: &Range<i64>) -> impl Iterator<Item = i64> {
        let starts = |period: i64, offset: i64| {
            let first = (within.start + offset).div_euclid(period) * period - offset;
            (first..within.end).step_by(usize::try_from(period).unwrap_or(usize::MAX))
        };
        let weekly =
            starts(WEEK, SINCE_MONDAY).flat_map(|monday| self.week.edges().map(move |edge| monday + edge));
        let all = starts(i64::from(DAY), 0).chain(weekly).chain(self.extra.edges());
        all.filter(move |minute| within.contains(minute))
    }
}

impl Weekly {
    /// The hours of each of its days, in minutes of the week; what runs over its end is at its beginning.
    fn minutes(&self) -> impl Iterator<Item = Range<i64>> {
        let days = (0..7).filter(|day| self.days.0 & (1 << day) != 0);
        days.map(|day| self.hours.on_day(day)).flat_map(|span| {
            let over = 0..(span.end - WEEK).max(0);
            [span.start..span.end.min(WEEK), over].into_iter().filter(|span| !span.is_empty())
        })
    }
}

impl Hours {
    /// Where they lie if they begin on the day of that number.
    fn on_day(self, day: i64) -> Range<i64> {
        let (length, midnight) = (i64::from(DAY), day * i64::from(DAY));
        let over = if self.to > self.from { 0 } else { length };
        midnight + i64::from(self.from)..midnight + i64::from(self.to) + over
    }
}
