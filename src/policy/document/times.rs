//! When: the schedules in words, and the critical-protection periods.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::lockdown::{Period, Scope};
use crate::policy::schedule::Span;
use crate::policy::{Policy, Schedule};

use super::page::Page;
use super::words::{Words, zone_name};

/// Those that something depends on.
pub(super) fn schedules(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    let of_people = policy.operators().map(|operator| &operator.schedule);
    let of_assets = policy.assets().map(|asset| &asset.schedule);
    let used = of_people.chain(of_assets).chain(policy.rules().map(|rule| &rule.schedule));
    let used: BTreeMap<_, _> = used.flatten().map(|schedule| (schedule.name(), schedule)).collect();
    if used.is_empty() {
        return page.paragraph(&words.say("document.no-schedules"));
    }
    page.paragraph(&words.say("document.schedules-mean"));
    let head = ["schedule", "zone", "open", "closed", "extra"];
    page.table(&words.head(head), used.values().map(|schedule| row(schedule, words)));
}

fn row(schedule: &Schedule, words: &Words<'_>) -> [String; 5] {
    let weekly = schedule.weekly().map(|(set, span)| dated(&days(set, words), span, words));
    let closed = schedule.closed_dates().map(|(first, last)| dates(first, last, words));
    let extra = schedule.extra_dates().map(|(date, span)| dated(&date.to_string(), span, words));
    let listed = |items: Vec<String>| match items.is_empty() {
        true => words.say("document.none"),
        false => items.join(&words.say("document.semicolon")),
    };
    [
        schedule.name().to_string(),
        zone_name(schedule.timezone()),
        listed(weekly.collect()),
        listed(closed.collect()),
        listed(extra.collect()),
    ]
}

fn dated(days: &str, span: Span, words: &Words<'_>) -> String {
    let key = if span.crosses_midnight() { "document.hours-over-midnight" } else { "document.hours-of-day" };
    words.fill(key, &[("days", days), ("from", &span.from()), ("to", &span.to())])
}

fn dates(first: Date, last: Date, words: &Words<'_>) -> String {
    if first == last { first.to_string() } else { words.between(&first.to_string(), &last.to_string()) }
}

/// Days in a row are told by the first and the last of them, if there are more than two.
fn days(set: [bool; 7], words: &Words<'_>) -> String {
    if set.iter().all(|open| *open) {
        return words.say("document.daily");
    }
    let name = |day: usize| words.say(&format!("document.day-{}", day + 1));
    let (mut parts, mut day) = (Vec::new(), 0);
    while day < set.len() {
        let length = set.iter().skip(day).take_while(|open| **open).count();
        match length {
            0..=2 => parts.extend((day..day + length).map(name)),
            _ => {
                let ends = [("first", name(day)), ("last", name(day + length - 1))];
                let ends = ends.each_ref().map(|(key, name)| (*key, name.as_str()));
                parts.push(words.fill("document.weekdays", &ends));
            }
        }
        day += length + 1;
    }
    words.list(parts)
}

pub(super) fn periods(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    page.paragraph(&words.say("document.periods-mean"));
    if policy.periods().is_empty() {
        return page.paragraph(&words.say("document.no-periods"));
    }
    let head = ["period", "begin", "end", "covered", "spared", "reason", "order"];
    page.table(&words.head(head), policy.periods().iter().map(|period| period_row(period, words)));
}

fn period_row(period: &Period, words: &Words<'_>) -> [String; 7] {
    let order = &period.lockdown;
    let covered = match &order.scope {
        Scope::All => words.say("document.all-operators"),
        Scope::Of(selectors) => words.operators(selectors),
    };
    [
        period.name.to_string(),
        words.time(period.from),
        words.time(period.until),
        covered,
        words.operators(&order.except),
        order.reason.clone(),
        order.order.clone().unwrap_or_default(),
    ]
}
