//! Rules that other rules make idle: always denied, or said twice.

use super::reach::{Reach, logins, subject};
use super::warning::{Lint, LintKind};
use crate::domain::{FileAccess, Protocol};
use crate::policy::word::Effect;
use crate::policy::{Policy, Rule};

const PROTOCOLS: [Protocol; 5] =
    [Protocol::Shell, Protocol::Exec, Protocol::Sftp, Protocol::Scp, Protocol::Forward];

/// `allow` rules of which one `deny` rule takes everything.
pub(super) fn denied(reaches: &[Reach<'_>], lints: &mut Vec<Lint>) {
    for allow in reaches.iter().filter(|reach| reach.allows()) {
        let deny = reaches.iter().filter(|reach| reach.rule.effect == Effect::Deny);
        if let Some(deny) = deny.map(|reach| reach.rule).find(|deny| takes_all(deny, allow)) {
            let message = format!("the rule {} denies all that it allows", deny.id);
            let mend = "narrow the rule that denies, or remove this one";
            lints.push(Lint::new(LintKind::RuleAlwaysDenied, subject(allow.rule), message, mend));
        }
    }
}

/// Whether each field of `deny` holds what is left of the same field of `allow`.
fn takes_all(deny: &Rule, reach: &Reach<'_>) -> bool {
    let allow = reach.rule;
    within(&allow.via, &deny.via)
        && takes_protocols(deny, allow)
        && (deny.schedule.is_none() || deny.schedule == allow.schedule)
        && reach.operators.iter().all(|operator| deny.names_operator(operator))
        && takes_sources(deny, reach)
        && reach.assets.iter().all(|asset| {
            deny.names_asset(asset)
                && deny.dares(asset)
                && logins(allow, asset).all(|login| deny.names_login(login.as_str()))
        })
}

/// Whoever is let in comes from the rule's sources and from the account's: one inside is enough.
fn takes_sources(deny: &Rule, reach: &Reach<'_>) -> bool {
    let Some(denied) = &deny.sources else { return true };
    let by_rule = reach.rule.sources.as_ref().is_some_and(|sources| denied.hold(sources));
    let account = |sources: Option<_>| sources.is_some_and(|sources| denied.hold(sources));
    by_rule || reach.operators.iter().all(|operator| account(operator.sources.as_ref()))
}

fn takes_protocols(deny: &Rule, allow: &Rule) -> bool {
    let allowed = allow.protocols.as_deref().unwrap_or(&PROTOCOLS);
    allowed.iter().all(|protocol| {
        let named = deny.protocols.as_ref().is_none_or(|list| list.contains(protocol));
        match protocol {
            Protocol::Shell | Protocol::Exec => named,
            Protocol::Sftp | Protocol::Scp => named && takes_files(deny, allow),
            Protocol::Forward => allow.forward_to.is_none() || named && takes_forwards(deny, allow),
        }
    })
}

fn takes_files(deny: &Rule, allow: &Rule) -> bool {
    let allowed = allow.files.as_deref().unwrap_or(&[FileAccess::List]);
    deny.files.as_ref().is_none_or(|denied| allowed.iter().all(|file| denied.contains(file)))
}

fn takes_forwards(deny: &Rule, allow: &Rule) -> bool {
    let allowed = allow.forward_to.as_deref().unwrap_or_default();
    deny.forward_to.as_ref().is_none_or(|denied| allowed.iter().all(|to| denied.contains(to)))
}

/// Rules that say what another one says, in the order of their ids.
pub(super) fn duplicates(policy: &Policy, lints: &mut Vec<Lint>) {
    for rules in [&policy.allow, &policy.deny] {
        for (index, rule) in rules.iter().enumerate() {
            let Some(first) = rules.iter().take(index).find(|earlier| says_the_same(earlier, rule)) else {
                continue;
            };
            let message = format!("it says the same as the rule {}", first.id);
            let mend = "remove one of them, or make them differ";
            lints.push(Lint::new(LintKind::RuleDuplicate, subject(rule), message, mend));
        }
    }
}

/// All but the id, and whatever the order of the lists. The rules are of one effect.
fn says_the_same(a: &Rule, b: &Rule) -> bool {
    let (mine, other) = (&a.conditions, &b.conditions);
    same(&a.operators, &b.operators)
        && same(&a.assets, &b.assets)
        && same(&a.logins, &b.logins)
        && same(&a.protocols, &b.protocols)
        && same(&a.via, &b.via)
        && same(&a.files, &b.files)
        && same(&a.forward_to, &b.forward_to)
        && (&a.sources, a.max_danger, &a.schedule, &a.reason)
            == (&b.sources, b.max_danger, &b.schedule, &b.reason)
        && (mine.approval, mine.max_session, mine.idle, mine.remember, mine.handling)
            == (other.approval, other.max_session, other.idle, other.remember, other.handling)
        && both_ways(&mine.commands, &other.commands)
}

/// Whether a field lies in the same field of another rule, where left out is everything.
fn within<T: PartialEq>(part: &Option<Vec<T>>, whole: &Option<Vec<T>>) -> bool {
    match (part, whole) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(part), Some(whole)) => part.iter().all(|item| whole.contains(item)),
    }
}

fn same<T: PartialEq>(a: &Option<Vec<T>>, b: &Option<Vec<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => both_ways(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn both_ways<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    a.iter().all(|item| b.contains(item)) && b.iter().all(|item| a.contains(item))
}
