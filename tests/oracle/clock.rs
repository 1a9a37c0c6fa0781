//! Time by asking the wall, a minute at a time: no arithmetic on stretches, no knowledge of changes of clocks
//! beyond what a clock on the wall shows at an instant.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use toml::Table;

use crate::naive::{list, text};

const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// What stays open longer has no end worth telling.
const HORIZON: SignedDuration = SignedDuration::from_hours(400 * 24);

pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a timezone of the system")
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// From one minute of a day to another, as they are written.
pub struct Hours(pub i32, pub i32);

impl Hours {
    fn read(text: &str) -> Self {
        let read = |text: &str| {
            let (hour, minute) = text.split_once(':').expect("HH:MM");
            hour.parse::<i32>().expect("HH") * 60 + minute.parse::<i32>().expect("MM")
        };
        let (from, to) = text.split_once('-').expect("FROM-TO");
        Self(read(from), read(to))
    }

    /// Whether a minute belongs to it, given whether its date, or the one before, is one on which it begins.
    fn hold(&self, minute: i32, today: impl Fn() -> bool, yesterday: impl Fn() -> bool) -> bool {
        let Self(from, to) = *self;
        if from < to {
            from <= minute && minute < to && today()
        } else {
            (from <= minute && today()) || (minute < to && yesterday())
        }
    }
}

/// A schedule taken apart into days by name, dates and minutes.
pub struct Plan {
    pub zone: TimeZone,
    open: Vec<(Vec<&'static str>, Hours)>,
    closed: Vec<(Date, Date)>,
    extra: Vec<(Date, Hours)>,
}

impl Plan {
    pub fn read(schedule: &Table, gateway: &str) -> Self {
        let halves = |entry: &str| {
            let (days, hours) = entry.split_once(' ').expect("DAYS HOURS");
            (days.to_owned(), Hours::read(hours))
        };
        let entries = |key: &str| list(schedule, key).unwrap_or_default();
        Self {
            zone: zone(text(schedule, "timezone").unwrap_or(gateway)),
            open: entries("open")
                .into_iter()
                .map(|entry| {
                    let (days, hours) = halves(entry);
                    (days_of(&days), hours)
                })
                .collect(),
            closed: entries("closed")
                .into_iter()
                .map(|entry| {
                    let (first, last) = entry.split_once("..").unwrap_or((entry, entry));
                    (date(first), date(last))
                })
                .collect(),
            extra: entries("extra")
                .into_iter()
                .map(|entry| {
                    let (day, hours) = halves(entry);
                    (date(&day), hours)
                })
                .collect(),
        }
    }

    pub fn is_open(&self, at: Timestamp) -> bool {
        self.shows_open(self.zone.to_datetime(at))
    }

    pub fn shows_open(&self, wall: DateTime) -> bool {
        self.is_extra(wall) || (self.open_hours(wall).next().is_some() && !self.is_closed(wall.date()))
    }

    pub fn is_extra(&self, wall: DateTime) -> bool {
        let (today, yesterday) = (wall.date(), || wall.date().yesterday().expect("a date"));
        let holds =
            |date: &Date, hours: &Hours| hours.hold(minute(wall), || *date == today, || *date == yesterday());
        self.extra.iter().any(|(date, hours)| holds(date, hours))
    }

    pub fn is_closed(&self, date: Date) -> bool {
        self.closed.iter().any(|(first, last)| *first <= date && date <= *last)
    }

    /// The hours of the week that hold, were no date closed.
    pub fn open_hours(&self, wall: DateTime) -> impl Iterator<Item = &Hours> {
        let named = |names: &[&str], date: Date| {
            names.contains(&NAMES[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())])
        };
        let (today, yesterday) = (wall.date(), move || wall.date().yesterday().expect("a date"));
        let holds = move |(days, hours): &&(Vec<&str>, Hours)| {
            hours.hold(minute(wall), || named(days, today), || named(days, yesterday()))
        };
        self.open.iter().filter(holds).map(|(_, hours)| hours)
    }

    /// The first minute at which it is no longer open, if that comes before `limit` and the horizon.
    /// Every change falls on a whole minute, because every offset is one of whole minutes.
    pub fn end(&self, at: Timestamp, limit: Option<Timestamp>) -> Option<Timestamp> {
        let last = limit.map_or(at + HORIZON, |limit| limit.min(at + HORIZON));
        let mut second = at.as_second() - at.as_second().rem_euclid(60);
        while second <= last.as_second() {
            let instant = Timestamp::from_second(second).expect("an instant");
            if instant > at && !self.is_open(instant) {
                return Some(instant);
            }
            second += 60;
        }
        None
    }
}

pub fn minute(wall: DateTime) -> i32 {
    i32::from(wall.hour()) * 60 + i32::from(wall.minute())
}

/// `Sat-Mon`: from Saturday on, day by day, until Monday is reached.
fn days_of(text: &str) -> Vec<&'static str> {
    if text == "daily" {
        return NAMES.to_vec();
    }
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let mut week = NAMES.iter().cycle().skip_while(|name| **name != first);
        loop {
            let day = week.next().expect("a week has no end");
            days.push(*day);
            if *day == last {
                break;
            }
        }
    }
    days
}

/// Whether the wall shows one of the days from the first to the last.
pub fn holds(valid: &str, gateway: &str, at: Timestamp) -> bool {
    let (first, last) = valid.split_once("..").expect("FIRST..LAST");
    let today = zone(gateway).to_datetime(at).date();
    (first.is_empty() || date(first) <= today) && (last.is_empty() || today <= date(last))
}

/// The first minute at which the wall shows a day after the last.
pub fn expiry(valid: &str, gateway: &str) -> Option<Timestamp> {
    let (_, last) = valid.split_once("..").expect("FIRST..LAST");
    let last = (!last.is_empty()).then(|| date(last))?;
    let zone = zone(gateway);
    let mut instant = TimeZone::UTC.to_timestamp(last.at(0, 0, 0, 0)).expect("a date");
    while zone.to_datetime(instant).date() <= last {
        instant += SignedDuration::from_secs(60);
    }
    Some(instant)
}
