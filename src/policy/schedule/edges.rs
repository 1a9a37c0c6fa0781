//! The instants at which a schedule may open or close: between two of them nothing changes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{DAY, Schedule, at_minute};

impl Schedule {
    /// Every instant after `from` and not after `until` at which it may open or close. Some of them change
    /// nothing: ask there whether it is open.
    pub(in crate::policy) fn edges(&self, from: Timestamp, until: Timestamp) -> BTreeSet<Timestamp> {
        let zone = &self.timezone;
        // A skipped or repeated hour moves edges: the change itself is one, and both readings count.
        let changes = zone.following(from).map(|change| change.timestamp()).take_while(|at| *at <= until);
        let mut edges: BTreeSet<Timestamp> = changes.collect();
        let (first, last) = (zone.to_datetime(from).date(), zone.to_datetime(until).date());
        let mut date = Some(first);
        while let Some(day) = date.filter(|day| *day <= last) {
            self.add_edges(day, &mut edges);
            date = day.tomorrow().ok();
        }
        edges.retain(|at| *at > from && *at <= until);
        edges
    }

    fn add_edges(&self, date: Date, edges: &mut BTreeSet<Timestamp>) {
        // Midnight is always one: a closed date begins and ends there.
        let within = self.stretches(date).flat_map(|stretch| [stretch.start, stretch.end]);
        for minute in within.chain([0]).filter(|minute| *minute < DAY) {
            let reading = self.timezone.to_ambiguous_timestamp(at_minute(date, minute));
            edges.extend([reading.earlier(), reading.later()].into_iter().flatten());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::{Schedule, Weekly};
    use crate::domain::ScheduleName;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn between_two_edges_nothing_changes() {
        for (zone, from) in [
            ("Asia/Shanghai", "2026-04-08T03:04:05Z"),
            ("Europe/Berlin", "2026-03-28T00:30:00Z"),
            ("Europe/Berlin", "2026-10-24T00:30:00Z"),
        ] {
            let schedule = Schedule {
                name: ScheduleName::parse("s").unwrap(),
                timezone: TimeZone::get(zone).unwrap(),
                open: ["Mon-Fri 18:00-09:00", "Sun 02:15-02:45"].map(|t| Weekly::parse(t).unwrap()).into(),
                closed: Vec::new(),
                extra: Vec::new(),
            };
            let from: Timestamp = from.parse().unwrap();
            let until = from + SignedDuration::from_hours(72);
            let edges = schedule.edges(from, until);
            let (mut at, mut changes) = (from, 0);
            while at < until {
                let next = at + SignedDuration::from_secs(60);
                if schedule.is_open(at) != schedule.is_open(next) {
                    changes += 1;
                    assert!(edges.range(at..=next).any(|edge| *edge > at), "{zone} {next}");
                }
                at = next;
            }
            assert!(changes >= 2 && edges.len() < 40, "{changes} {}", edges.len());
        }
    }
}
