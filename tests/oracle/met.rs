//! What the drawn cases met, counted: a comparison says nothing of what no case comes across.
//!
//! Counted is what the plain reading looked at to decide: the hours and dates that hold at the instant of a
//! request, the ranges that hold its address, and the fields of the rules that deny it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use crate::clock::{Plan, minute};

/// Everything that has to be met.
const KINDS: [&str; 17] = [
    "open hours that overlap",
    "hours that touch the next",
    "an end at 24:00",
    "a change of clocks in Europe/Berlin",
    "a leap day",
    "the turn of a year",
    "a make-up day",
    "a closed date",
    "an IPv4-mapped source",
    "an IPv4-mapped range",
    "a range of /0",
    "a /0 of the other family",
    "a range of /128",
    "deny: files listed",
    "deny: files left out",
    "deny: forward_to listed",
    "deny: forward_to left out",
];

/// Each kind is met forty times or more in a run: fewer than this is no accident.
const OFTEN: u32 = 5;

#[derive(Debug, Default)]
pub struct Met(RefCell<BTreeMap<&'static str, u32>>);

impl Met {
    fn note(&self, kind: &'static str, holds: bool) {
        assert!(KINDS.contains(&kind), "{kind}");
        *self.0.borrow_mut().entry(kind).or_default() += u32::from(holds);
    }

    pub fn plan(&self, plan: &Plan, at: Timestamp) {
        let wall = plan.zone.to_datetime(at);
        let closed = plan.is_closed(wall.date());
        let hours: Vec<_> = plan.open_hours(wall).collect();
        let regular = !hours.is_empty() && !closed;
        self.note("open hours that overlap", regular && hours.len() > 1);
        self.note("an end at 24:00", regular && hours.iter().any(|hours| hours.1 == 1440));
        self.note("hours that touch the next", regular && touches_the_next(plan, wall));
        self.note("a make-up day", plan.is_extra(wall) && !regular);
        self.note("a closed date", closed && !hours.is_empty());
        let offset = |days: i64| plan.zone.to_offset(at + SignedDuration::from_hours(24 * days));
        let berlin = plan.zone.iana_name() == Some("Europe/Berlin");
        self.note("a change of clocks in Europe/Berlin", berlin && offset(-1) != offset(1));
        let day = (wall.month(), wall.day());
        self.note("a leap day", day == (2, 29));
        self.note("the turn of a year", [(12, 31), (1, 1)].contains(&day));
    }

    /// A range that was asked about an address, both as they are written.
    pub fn range(&self, range: &str, address: &str, holds: bool) {
        let mapped = |text: &str| text.to_lowercase().starts_with("::ffff:");
        let other = range.contains(':') != (address.contains(':') && !mapped(address));
        self.note("an IPv4-mapped source", holds && mapped(address));
        self.note("an IPv4-mapped range", holds && mapped(range));
        self.note("a range of /0", holds && range.ends_with("/0"));
        self.note("a /0 of the other family", !holds && range.ends_with("/0") && other);
        self.note("a range of /128", holds && range.ends_with("/128"));
    }

    /// A rule that denies a request of that protocol.
    pub fn denial(&self, protocol: &str, files: bool, places: bool) {
        let (of_files, forward) = (matches!(protocol, "sftp" | "scp"), protocol == "forward");
        self.note("deny: files listed", of_files && files);
        self.note("deny: files left out", of_files && !files);
        self.note("deny: forward_to listed", forward && places);
        self.note("deny: forward_to left out", forward && !places);
    }

    /// Fails if there is something that too few cases met.
    pub fn check(&self) {
        let met = self.0.borrow();
        let rare: Vec<_> =
            KINDS.iter().filter(|kind| met.get(*kind).is_none_or(|count| *count < OFTEN)).collect();
        assert!(rare.is_empty(), "too seldom met: {rare:?} of {met:?}");
    }
}

/// Whether hours that hold now end at a minute at which others begin, and it stays open.
fn touches_the_next(plan: &Plan, wall: DateTime) -> bool {
    plan.open_hours(wall).any(|hours| {
        let ahead = (hours.1 - minute(wall)).rem_euclid(1440);
        let end = wall - SignedDuration::from_secs(i64::from(wall.second()))
            + SignedDuration::from_mins(i64::from(ahead));
        plan.shows_open(end) && plan.open_hours(end).any(|next| next.0 == hours.1 % 1440)
    })
}
