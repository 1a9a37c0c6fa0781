//! Who looks at what happened.

use crate::domain::Role;
use crate::policy::{Operator, Policy};

use super::page::Page;
use super::words::Words;

pub(super) fn write(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    page.paragraph(&words.say("document.audit-means"));
    let auditors: Vec<_> = policy.operators().filter(|operator| operator.role == Role::Auditor).collect();
    if auditors.is_empty() {
        return page.paragraph(&words.say("document.no-auditor"));
    }
    let head = ["auditor", "audited-people", "audited-assets", "audited-sources", "state"];
    page.table(&words.head(head), auditors.into_iter().map(|auditor| row(auditor, words)));
}

fn row(auditor: &Operator, words: &Words<'_>) -> [String; 5] {
    let scope = &auditor.audit;
    [
        words.operator(auditor),
        words.any(scope.operators.as_ref(), |selectors| words.operators(selectors)),
        words.any(scope.assets.as_ref(), |selectors| words.assets(selectors)),
        words.sources(scope.sources.as_ref()),
        words.say(if auditor.disabled { "document.disabled" } else { "document.enabled" }),
    ]
}
