//! Planned lockdowns that begin, vanish or change.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Sides;
use super::notes::Note;
use crate::domain::LockdownName;
use crate::lockdown::Period;
use crate::policy::Policy;

/// What each period's change means at `now`. One that is over does nothing, and is not told of unless it is new.
pub(super) fn notes(sides: &Sides<&Policy>, now: Timestamp) -> Vec<Note> {
    let names: BTreeSet<&LockdownName> =
        sides.both().into_iter().flat_map(|side| side.periods()).map(|period| &period.name).collect();
    let of = |name: &LockdownName| Sides { old: named(sides.old, name), new: named(sides.new, name) };
    names.into_iter().filter_map(|name| note(of(name), now)).collect()
}

fn named<'p>(policy: &'p Policy, name: &LockdownName) -> Option<&'p Period> {
    policy.periods().iter().find(|period| period.name == *name)
}

fn note(sides: Sides<Option<&Period>>, now: Timestamp) -> Option<Note> {
    let message = match (sides.old, sides.new) {
        (Some(old), Some(new)) => changed(old, new, now)?,
        (None, Some(new)) => comes(new, now),
        (Some(old), None) => goes(old, now)?.to_owned(),
        (None, None) => return None,
    };
    let about = sides.new.or(sides.old)?;
    Some(Note { subject: format!("lockdown {}", about.name), message, when: Some((about.from, about.until)) })
}

fn comes(new: &Period, now: Timestamp) -> String {
    let scope = &new.lockdown.scope;
    match () {
        () if new.until <= now => "planned, and over already: it never begins".to_owned(),
        () if new.lasts(now) => format!("planned for {scope}, and begins at once"),
        () => format!("planned for {scope}"),
    }
}

fn goes(old: &Period, now: Timestamp) -> Option<&'static str> {
    match () {
        () if old.until <= now => None,
        () if old.lasts(now) => {
            Some("not planned any more; it has begun, and holds until it is lifted or its end")
        }
        () => Some("not planned any more: it does not begin"),
    }
}

fn changed(old: &Period, new: &Period, now: Timestamp) -> Option<String> {
    if old == new || (old.until <= now && new.until <= now) {
        return None;
    }
    let (was, is) = (&old.lockdown, &new.lockdown);
    let differ = [
        ("times", (old.from, old.until) != (new.from, new.until)),
        ("scope", was.scope != is.scope),
        ("exceptions", was.except != is.except),
        ("reason", was.reason != is.reason),
        ("order", was.order != is.order),
    ];
    let differ: Vec<_> = differ.into_iter().filter(|(_, other)| *other).map(|(what, _)| what).collect();
    let begun = if old.lasts(now) { "; it has begun as it was" } else { "" };
    Some(format!("planned for {}, with other {}{begun}", is.scope, differ.join(", ")))
}
