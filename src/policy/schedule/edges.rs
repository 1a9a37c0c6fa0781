//! The instants at which a schedule may open or close: between two of them nothing changes.

use std::collections::BTreeSet;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::open::{Schedule, instant, shown};

impl Schedule {
    /// Every instant after `from` and not after `until` at which it may open or close. Some of them change
    /// nothing: ask there whether it is open.
    pub(in crate::policy) fn edges(&self, from: Timestamp, until: Timestamp) -> BTreeSet<Timestamp> {
        let zone = &self.timezone;
        // A skipped or repeated hour moves edges: the change itself is one, and both readings count.
        let changes = zone.following(from).map(|change| change.timestamp()).take_while(|at| *at <= until);
        let mut edges: BTreeSet<Timestamp> = changes.collect();
        // Wide enough for either reading in any zone.
        let day = SignedDuration::from_hours(24);
        let (first, last) = (from.saturating_sub(day), until.saturating_add(day));
        let [first, last] = [first, last].map(|at| at.map_or(0, |at| shown(Offset::UTC, at)));
        for minute in self.wall.edges(&(first..last)) {
            // Read as if the wall hung in Greenwich, an instant is what the wall shows.
            let Some(wall) = instant(Offset::UTC, minute).map(|at| Offset::UTC.to_datetime(at)) else {
                continue;
            };
            let reading = zone.to_ambiguous_timestamp(wall);
            edges.extend([reading.earlier(), reading.later()].into_iter().flatten());
        }
        edges.retain(|at| *at > from && *at <= until);
        edges
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::hours::Weekly;
    use super::super::open::Schedule;
    use crate::domain::ScheduleName;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn between_two_edges_nothing_changes() {
        for (zone, from) in [
            ("Asia/Shanghai", "2026-04-08T03:04:05Z"),
            ("Europe/Berlin", "2026-03-28T00:30:00Z"),
            ("Europe/Berlin", "2026-10-24T00:30:00Z"),
        ] {
            let open = ["Mon-Fri 18:00-09:00", "Sun 02:15-02:45"].map(|t| Weekly::parse(t).unwrap());
            let (name, timezone) = (ScheduleName::parse("s").unwrap(), TimeZone::get(zone).unwrap());
            let schedule = Schedule::new(name, timezone, open.into(), Vec::new(), Vec::new());
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
