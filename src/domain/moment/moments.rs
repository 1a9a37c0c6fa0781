//! From what is written to the instant that is meant, in a zone and as seen from now.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::error::{InvalidTime, brief};
use super::parse;
use super::written::{Day, Hour, Sign, Written, Zone};
use crate::domain::halfwidth;

/// What a time is typed for. It says what a day, an hour and a length stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// One instant, or a beginning: a day is its first instant, an hour is today's, a length counts forward.
    At,
    /// The end of what is to come: the whole day belongs to it, an hour is the next such, a length counts forward.
    Until,
    /// The beginning of what was: a day is its first instant, an hour was the last such, a length counts back.
    Since,
    /// The end of what was: the whole day belongs to it, an hour was the last such, a length counts back.
    Before,
}

impl Sense {
    fn is_end(self) -> bool {
        matches!(self, Self::Until | Self::Before)
    }

    fn is_past(self) -> bool {
        matches!(self, Self::Since | Self::Before)
    }
}

/// Reads times in a zone.
#[derive(Debug, Clone, Copy)]
pub struct Moments<'z> {
    /// For what names no zone.
    pub zone: &'z TimeZone,
    /// `None` in a file, which may be read at any time: there nothing counts from now.
    pub now: Option<Timestamp>,
}

impl Moments<'_> {
    /// Reads one time.
    ///
    /// # Errors
    /// When the text is not one, or means two instants, or none.
    pub fn read(&self, text: &str, sense: Sense) -> Result<Timestamp, InvalidTime> {
        // A file's signs are what they are; whoever types at a prompt may have an input method.
        let text: Cow<'_, str> = if self.now.is_some() { halfwidth(text).into() } else { text.into() };
        let text = text.trim_matches(' ');
        let far = || InvalidTime::Far(brief(text));
        match parse::written(text)? {
            Written::Now => self.now(text),
            Written::Length(sign, length) => {
                let now = self.now(text)?;
                let back = sign.map_or(sense.is_past(), |sign| sign == Sign::Back);
                let there = if back { now.checked_sub(length) } else { now.checked_add(length) };
                there.map_err(|_| far())
            }
            Written::Hour(hour, zone) => self.hour(text, hour, zone.as_ref(), sense),
            Written::Wall(day, hour, zone) => {
                let date = match day {
                    Day::Date(date) => date,
                    Day::Beside(days) => self.today(text, zone.as_ref(), days)?,
                };
                match hour {
                    Some(hour) => self.instant(text, hour.on(date).ok_or_else(far)?, zone.as_ref()),
                    None if sense.is_end() => self.midnight(text, date.tomorrow().ok(), zone.as_ref()),
                    None => self.midnight(text, Some(date), zone.as_ref()),
                }
            }
        }
    }

    fn now(&self, text: &str) -> Result<Timestamp, InvalidTime> {
        self.now.ok_or_else(|| InvalidTime::Relative(brief(text)))
    }

    fn today(&self, text: &str, zone: Option<&Zone>, days: i64) -> Result<Date, InvalidTime> {
        let today = self.now(text)?.to_zoned_datetime(self.zone(zone)).date();
        today.checked_add(SignedDuration::from_hours(24 * days)).map_err(|_| InvalidTime::Far(brief(text)))
    }

    fn zone(&self, zone: Option<&Zone>) -> TimeZone {
        match zone {
            None => self.zone.clone(),
            Some(Zone::Offset(offset)) => TimeZone::fixed(*offset),
            Some(Zone::Named(zone)) => zone.clone(),
        }
    }

    /// An hour without a day: today's, or the nearest in the direction that is meant.
    fn hour(
        &self,
        text: &str,
        hour: Hour,
        zone: Option<&Zone>,
        sense: Sense,
    ) -> Result<Timestamp, InvalidTime> {
        let now = self.now(text)?;
        let on = |days| {
            let date = self.today(text, zone, days)?;
            self.instant(text, hour.on(date).ok_or_else(|| InvalidTime::Far(brief(text)))?, zone)
        };
        // 24:00 of yesterday is 00:00 of today: the nearest may lie on any of three days.
        let days: &[i64] = match sense {
            Sense::At => &[0],
            Sense::Until => &[-1, 0, 1],
            Sense::Since | Sense::Before => &[0, -1, -2],
        };
        let missed = |at: Timestamp| match sense {
            Sense::At => false,
            Sense::Until => at <= now,
            Sense::Since | Sense::Before => at > now,
        };
        let mut nearest = days.iter().map(|day| on(*day));
        let nearest = nearest.find(|at| !matches!(at, Ok(at) if missed(*at)));
        nearest.unwrap_or_else(|| Err(InvalidTime::Far(brief(text))))
    }

    /// What a clock on the wall shows: once, or it is told.
    fn instant(&self, text: &str, wall: DateTime, zone: Option<&Zone>) -> Result<Timestamp, InvalidTime> {
        let there = self.zone(zone).to_ambiguous_timestamp(wall);
        let with = |offset: Offset| {
            let at = offset.to_timestamp(wall).unwrap_or_default();
            at.to_zoned_datetime(TimeZone::fixed(offset)).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        };
        match there.offset() {
            AmbiguousOffset::Unambiguous { .. } => {}
            AmbiguousOffset::Gap { before, after } => {
                return Err(InvalidTime::Skipped {
                    text: brief(text),
                    before: with(before),
                    after: with(after),
                });
            }
            AmbiguousOffset::Fold { before, after } => {
                return Err(InvalidTime::Twice {
                    text: brief(text),
                    first: with(before),
                    second: with(after),
                });
            }
        }
        there.unambiguous().map_err(|_| InvalidTime::Far(brief(text)))
    }

    /// The first instant of a day, wherever clocks are changed at midnight too.
    fn midnight(
        &self,
        text: &str,
        date: Option<Date>,
        zone: Option<&Zone>,
    ) -> Result<Timestamp, InvalidTime> {
        let far = || InvalidTime::Far(brief(text));
        let midnight = date.ok_or_else(far)?.to_datetime(Time::midnight());
        self.zone(zone).to_timestamp(midnight).map_err(|_| far())
    }
}

/// To the second, with the offset of the zone: what was understood, in a form that is read again.
pub fn shown(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}
