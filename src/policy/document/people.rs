//! Who: the duties, and the accounts that reach assets, by the company that they work for.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{GroupName, Role, VendorName};
use crate::policy::{Operator, Policy};

use super::page::Page;
use super::words::Words;

pub(super) fn duties(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    page.paragraph(&words.say("document.duties-apart"));
    let row = |(role, duty): (Role, &str)| {
        let accounts = policy.operators().filter(|operator| operator.role == role);
        let accounts = match role {
            Role::Operator => words.say("document.see-people"),
            _ => words.list(accounts.map(|operator| account(operator, words))),
        };
        [words.role(role), words.say(duty), accounts]
    };
    let rows = [
        (Role::System, "document.duty-system"),
        (Role::Security, "document.duty-security"),
        (Role::Auditor, "document.duty-auditor"),
        (Role::Operator, "document.duty-operator"),
    ];
    page.table(&words.head(["role", "duty", "accounts"]), rows.map(row));
}

/// An account among others: that it is disabled has to be seen there, too.
fn account(operator: &Operator, words: &Words<'_>) -> String {
    let named = words.operator(operator);
    if operator.disabled { words.fill("document.account-disabled", &[("account", &named)]) } else { named }
}

pub(super) fn operators(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    let mut vendors: BTreeMap<Option<&VendorName>, Vec<&Operator>> = BTreeMap::new();
    for operator in policy.operators().filter(|operator| operator.role == Role::Operator) {
        vendors.entry(operator.vendor.as_ref()).or_default().push(operator);
    }
    if vendors.is_empty() {
        return page.paragraph(&words.say("document.nobody"));
    }
    for (vendor, operators) in vendors {
        let title = match vendor {
            Some(vendor) => words.fill("document.vendor", &[("name", vendor.as_str())]),
            None => words.say("document.own-staff"),
        };
        page.heading(3, &title);
        let head = ["account", "name", "groups", "validity", "login-time", "login-from", "factors", "state"];
        page.table(&words.head(head), operators.into_iter().map(|operator| row(operator, words)));
    }
    groups(policy, words, page);
}

fn row(operator: &Operator, words: &Words<'_>) -> [String; 8] {
    let schedule = operator.schedule.as_ref();
    [
        operator.name.to_string(),
        operator.display.clone().unwrap_or_default(),
        words.list(&operator.groups),
        words.validity(operator.validity),
        words.any(schedule, |schedule| schedule.name().to_string()),
        words.sources(operator.sources.as_ref()),
        words.factors(operator.factors.as_ref()),
        words.say(if operator.disabled { "document.disabled" } else { "document.enabled" }),
    ]
}

fn groups(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    let groups: BTreeSet<&GroupName> = policy.operators().flat_map(|operator| &operator.groups).collect();
    if groups.is_empty() {
        return;
    }
    page.heading(3, &words.say("document.operator-groups"));
    let members = |group: &&GroupName| {
        let members = policy.operators().filter(|operator| operator.groups.contains(group));
        [group.to_string(), words.list(members.map(|operator| account(operator, words)))]
    };
    page.table(&words.head(["group", "members"]), groups.iter().map(members));
}
