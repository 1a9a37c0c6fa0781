//! The stretches of time in which nothing opens or closes.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::sides::Sides;
use crate::policy::{Schedule, Validity};

/// How far ahead is looked.
const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// From an instant on, and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Stretch {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// Adds a stretch to others; one that goes on where the last one ends makes it longer.
pub(super) fn join(stretches: &mut Vec<Stretch>, next: Stretch) {
    match stretches.last_mut() {
        Some(last) if last.until == next.from => last.until = next.until,
        _ => stretches.push(next),
    }
}

/// The first and the last day of an account.
fn bounds(validity: Validity) -> BTreeSet<Timestamp> {
    [validity.since(), validity.until()].into_iter().flatten().collect()
}

/// A schedule, as one of those that the policies at hand share, and an instant.
type Moment = (*const Schedule, Timestamp);

/// The coming week, and remembers what was worked out about it.
pub(super) struct Week {
    now: Timestamp,
    edges: RefCell<HashMap<Moment, Rc<BTreeSet<Timestamp>>>>,
    open: RefCell<HashMap<Moment, bool>>,
}

impl Week {
    pub(super) fn from(now: Timestamp) -> Self {
        Self { now, edges: RefCell::default(), open: RefCell::default() }
    }

    /// Cut wherever one of the schedules may open or close, or the account begins or ends.
    pub(super) fn cut(
        &self,
        schedules: &[&Arc<Schedule>],
        validity: &Sides<Option<Validity>>,
    ) -> Vec<Stretch> {
        let bounds = validity.each(|one| one.map(bounds).unwrap_or_default());
        let differing = bounds.old.symmetric_difference(&bounds.new).copied().collect();
        let begin = |one: Option<Validity>| one.and_then(|validity| validity.since());
        // A day on which only one side begins or ends is looked at wherever it is.
        let far: BTreeSet<_> = match (validity.old, validity.new) {
            (Some(_), Some(_)) => differing,
            (old, new) => begin(old).into_iter().chain(begin(new)).collect(),
        };
        let bounds: BTreeSet<_> = bounds.both().into_iter().flatten().copied().collect();
        let mut stretches = Vec::new();
        let mut reached = Timestamp::MIN;
        for start in std::iter::once(self.now).chain(far.range(self.now..).copied()) {
            let end = start.saturating_add(AHEAD).unwrap_or(Timestamp::MAX);
            if start < reached || start >= end {
                continue;
            }
            let mut cuts: BTreeSet<_> = bounds.range(start..end).copied().chain([start]).collect();
            for schedule in schedules {
                cuts.extend(self.edges(schedule, start, end).iter().filter(|edge| **edge < end));
            }
            let ends = cuts.iter().skip(1).copied().chain([end]);
            stretches.extend(cuts.iter().zip(ends).map(|(from, until)| Stretch { from: *from, until }));
            reached = end;
        }
        stretches
    }

    pub(super) fn is_open(&self, schedule: &Arc<Schedule>, at: Timestamp) -> bool {
        let mut known = self.open.borrow_mut();
        *known.entry((Arc::as_ptr(schedule), at)).or_insert_with(|| schedule.is_open(at))
    }

    fn edges(&self, schedule: &Arc<Schedule>, start: Timestamp, end: Timestamp) -> Rc<BTreeSet<Timestamp>> {
        let key = (Arc::as_ptr(schedule), start);
        let mut known = self.edges.borrow_mut();
        Rc::clone(known.entry(key).or_insert_with(|| Rc::new(schedule.edges(start, end))))
    }
}
