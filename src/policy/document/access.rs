//! What is allowed and what is not, rule by rule, and each condition in one place.

use std::time::Duration;

use crate::domain::{FileAccess, Protocol, Role};
use crate::policy::{Effect, Policy, Rule};

use super::page::Page;
use super::words::Words;

pub(super) fn allowed(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    if policy.allow.is_empty() {
        return page.paragraph(&words.say("document.nothing-allowed"));
    }
    page.paragraph(&words.say("document.access-means"));
    for rule in &policy.allow {
        page.heading(3, rule.id.as_str());
        page.table(&words.head(["item", "content"]), conditions(policy, rule, words));
    }
}

pub(super) fn denied(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    if policy.deny.is_empty() {
        return page.paragraph(&words.say("document.nothing-denied"));
    }
    page.paragraph(&words.say("document.prohibited-means"));
    for rule in &policy.deny {
        page.heading(3, rule.id.as_str());
        page.table(&words.head(["item", "content"]), conditions(policy, rule, words));
    }
}

/// Everything that a rule says; whom and what it concerns now is told by name as well.
fn conditions(policy: &Policy, rule: &Rule, words: &Words<'_>) -> Vec<[String; 2]> {
    let people =
        policy.operators().filter(|o| o.role == Role::Operator && !o.disabled && rule.names_operator(o));
    let assets = policy.assets().filter(|asset| rule.names_asset(asset) && rule.dares(asset));
    let mut rows = vec![
        ("who", words.any(rule.operators.as_ref(), |selectors| words.operators(selectors))),
        ("who-now", words.list(people.map(|operator| words.operator(operator)))),
        ("sources", words.sources(rule.sources.as_ref())),
        ("via", words.any(rule.via.as_ref(), |via| words.list(via.iter().map(|via| words.via(*via))))),
        ("what", words.any(rule.assets.as_ref(), |selectors| words.assets(selectors))),
        ("what-now", words.list(assets.map(|asset| &asset.name))),
        ("logins", words.any(rule.logins.as_ref(), |logins| words.list(logins))),
        ("max-danger", words.any(rule.max_danger.as_ref(), |danger| words.danger(*danger))),
        ("protocols", protocols(rule, words)),
        ("when", words.any(rule.schedule.as_ref(), |schedule| schedule.name().to_string())),
    ];
    if moves_files(rule) {
        rows.push(("files", files(rule, words)));
    }
    if forwards(rule) {
        rows.push(("forward-to", destinations(rule, words)));
    }
    if rule.effect == Effect::Allow {
        rows.extend(obligations(rule, words));
    }
    if rule.effect == Effect::Allow {
        rows.extend(rule.conditions.remember.map(|oldest| ("code-age", code_age(oldest, words))));
    }
    if rule.effect == Effect::Allow && rule.conditions.handling.asked().next().is_some() {
        let asked: Vec<_> =
            rule.conditions.handling.asked().map(|name| words.say(&format!("document.{name}"))).collect();
        rows.push(("handling", words.list(&asked)));
    }
    rows.extend(rule.reason.clone().map(|reason| ("reason", reason)));
    rows.into_iter().map(|(key, content)| [words.say(&format!("document.{key}")), content]).collect()
}

/// What is asked of the sessions that a rule allows.
fn obligations(rule: &Rule, words: &Words<'_>) -> [(&'static str, String); 4] {
    let conditions = &rule.conditions;
    let limit =
        |limit: Option<_>| limit.map_or_else(|| words.say("document.no-limit"), |it| words.duration(it));
    [
        (
            "needs-approval",
            words.say(if conditions.approval { "document.approval-yes" } else { "document.approval-no" }),
        ),
        ("command-sets", words.list(&conditions.commands)),
        ("max-session", limit(conditions.max_session)),
        ("idle", limit(conditions.idle)),
    ]
}

/// Nothing at all: the login has to have a code of its own.
fn code_age(oldest: Duration, words: &Words<'_>) -> String {
    match oldest {
        Duration::ZERO => words.say("document.code-own"),
        oldest => words.duration(oldest),
    }
}

fn protocols(rule: &Rule, words: &Words<'_>) -> String {
    words.any(rule.protocols.as_ref(), |list| words.list(list.iter().map(|one| words.protocol(*one))))
}

fn speaks_of(rule: &Rule, protocol: Protocol) -> bool {
    rule.protocols.as_ref().is_none_or(|protocols| protocols.contains(&protocol))
}

fn moves_files(rule: &Rule) -> bool {
    speaks_of(rule, Protocol::Sftp) || speaks_of(rule, Protocol::Scp)
}

fn forwards(rule: &Rule) -> bool {
    speaks_of(rule, Protocol::Forward)
}

/// Left out, an `allow` rule allows looking only, and a `deny` rule denies everything.
fn files(rule: &Rule, words: &Words<'_>) -> String {
    let list = |files: &[FileAccess]| words.list(files.iter().map(|file| words.file(*file)));
    match (&rule.files, rule.effect) {
        (Some(files), _) => list(files),
        (None, Effect::Allow) => list(&[FileAccess::List]),
        (None, Effect::Deny) => words.say("document.any"),
    }
}

/// Left out, an `allow` rule allows no forward, and a `deny` rule denies all of them.
fn destinations(rule: &Rule, words: &Words<'_>) -> String {
    match (&rule.forward_to, rule.effect) {
        (Some(addresses), _) => words.list(addresses),
        (None, Effect::Allow) => words.say("document.none"),
        (None, Effect::Deny) => words.say("document.any"),
    }
}

pub(super) fn approvals(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    let asking: Vec<_> = policy.allow.iter().filter(|rule| rule.conditions.approval).collect();
    if asking.is_empty() {
        return page.paragraph(&words.say("document.no-approval"));
    }
    page.paragraph(&words.say("document.approval-means"));
    page.list(asking.into_iter().map(|rule| rule.id.to_string()));
    page.paragraph(&words.say("document.approval-given"));
}

pub(super) fn transfers(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    page.paragraph(&words.say("document.transfers-mean"));
    let moving = policy.allow.iter().filter(|rule| moves_files(rule) || forwards(rule));
    let row = |rule: &Rule| {
        let none = || words.say("document.none");
        [
            rule.id.to_string(),
            if moves_files(rule) { files(rule, words) } else { none() },
            if forwards(rule) { destinations(rule, words) } else { none() },
        ]
    };
    page.table(&words.head(["rule", "files", "forward-to"]), moving.map(row));
}

pub(super) fn limits(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    page.paragraph(&words.say("document.limits-mean"));
    let row = |rule: &Rule| {
        let [_, _, (_, longest), (_, idle)] = obligations(rule, words);
        [rule.id.to_string(), longest, idle]
    };
    page.table(&words.head(["rule", "max-session", "idle"]), policy.allow.iter().map(row));
}
