//! What the plan is about, and how every request is decided.

use crate::domain::Role;
use crate::policy::Policy;

use super::page::Page;
use super::words::Words;

pub(super) fn write(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    let operators = policy.operators().filter(|operator| operator.role == Role::Operator).count();
    let counts = [
        ("operators", operators),
        ("officers", policy.operators().count() - operators),
        ("assets", policy.assets().count()),
        ("allow", policy.allow.len()),
        ("deny", policy.deny.len()),
    ]
    .map(|(name, count)| (name, count.to_string()));
    let counts: Vec<_> = counts.iter().map(|(name, count)| (*name, count.as_str())).collect();
    page.paragraph(&words.fill("document.scope", &counts));
    let principles = [
        "document.default-deny",
        "document.deny-wins",
        "document.all-conditions",
        "document.strictest",
        "document.recorded",
        "document.ends-by-itself",
        "document.changes",
    ];
    page.list(principles.map(|key| words.say(key)));
    page.paragraph(&words.say("document.order-of-checks"));
}
