//! Planned lockdowns that begin, vanish or change.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::LockdownName;
use crate::lockdown::Period;
use crate::policy::Policy;

/// One period that is not as it was.
pub(super) struct PeriodChange {
    pub name: LockdownName,
    pub message: String,
    /// From when until when it is planned, or was.
    pub when: (Timestamp, Timestamp),
}

/// What each period's change means at `now`. One that is over does nothing, and is not told of unless it is new.
pub(super) fn changes(old: &Policy, new: &Policy, now: Timestamp) -> Vec<PeriodChange> {
    let names: BTreeSet<&LockdownName> =
        [old, new].into_iter().flat_map(|side| side.periods()).map(|period| &period.name).collect();
    names.into_iter().filter_map(|name| change(named(old, name), named(new, name), now)).collect()
}

fn named<'p>(policy: &'p Policy, name: &LockdownName) -> Option<&'p Period> {
    policy.periods().iter().find(|period| period.name == *name)
}

fn change(old: Option<&Period>, new: Option<&Period>, now: Timestamp) -> Option<PeriodChange> {
    let message = match (old, new) {
        (Some(old), Some(new)) => changed(old, new, now)?,
        (None, Some(new)) => comes(new, now),
        (Some(old), None) => goes(old, now)?.to_owned(),
        (None, None) => return None,
    };
    let about = new.or(old)?;
    Some(PeriodChange { name: about.name.clone(), message, when: (about.from, about.until) })
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
        ("other times", (old.from, old.until) != (new.from, new.until)),
        ("another scope", was.scope != is.scope),
        ("other exceptions", was.except != is.except),
        ("another reason", was.reason != is.reason),
        ("another order", was.order != is.order),
    ];
    let differ: Vec<_> = differ.into_iter().filter(|(_, other)| *other).map(|(what, _)| what).collect();
    let begun = if old.lasts(now) { "; it has begun as it was" } else { "" };
    Some(format!("planned for {}, with {}{begun}", is.scope, differ.join(", ")))
}
