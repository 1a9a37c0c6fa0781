//! Accounts and assets that are defined and lead nowhere, or are weaker than they look.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::reach::{Reach, is_live};
use super::warning::{Lint, LintKind};
use crate::domain::Role;
use crate::policy::{Operator, Policy};

pub(super) fn operators(policy: &Policy, reaches: &[Reach<'_>], now: Timestamp, lints: &mut Vec<Lint>) {
    let allowing = reaches.iter().filter(|reach| reach.allows());
    let reaching: BTreeSet<_> = allowing.flat_map(|reach| &reach.operators).map(|o| &o.name).collect();
    for operator in policy.operators().filter(|operator| !operator.disabled) {
        let subject = format!("operator {}", operator.name);
        if is_live(operator, now) && !reaching.contains(&operator.name) {
            let message = "there is no asset that an `allow` rule opens to this account";
            let mend = "name the account in a rule, or set `disabled = true`";
            lints.push(Lint::new(LintKind::OperatorReachesNothing, &subject, message, mend));
        }
        if let Some(factor) = single_factor(operator) {
            let message = format!("{factor} alone is enough to log in");
            let mend = "ask for a one-time code too: \"publickey+totp\", \"password+totp\"";
            lints.push(Lint::new(LintKind::SingleFactor, &subject, message, mend));
        }
        if operator.role != Role::Operator && operator.sources.is_none() {
            let message = "it may log in from anywhere, and gives orders or reads evidence";
            let mend = "say from where in `sources`: a network of the administration, an address";
            lints.push(Lint::new(LintKind::OfficerFromAnywhere, &subject, message, mend));
        }
        if operator.validity.until().is_some_and(|until| until <= now) {
            let mend = "set `disabled = true`, or a later day in `valid`";
            lints.push(Lint::new(LintKind::ValidityExpired, &subject, "its `valid` is over", mend));
        }
    }
}

/// The first of the account's own sets of factors that has fewer than two.
fn single_factor(operator: &Operator) -> Option<String> {
    let mut sets = operator.factors.iter().flat_map(|factors| factors.iter());
    sets.find(|set| set.count() < 2).map(|set| set.to_string())
}

pub(super) fn assets(policy: &Policy, reaches: &[Reach<'_>], lints: &mut Vec<Lint>) {
    let allowing = reaches.iter().filter(|reach| reach.allows());
    let reached: BTreeSet<_> = allowing.flat_map(|reach| &reach.assets).map(|asset| &asset.name).collect();
    for asset in policy.assets().filter(|asset| !reached.contains(&asset.name)) {
        let message = "nobody can reach it: no `allow` rule opens it to an account that can log in";
        let subject = format!("asset {}", asset.name);
        lints.push(Lint::new(
            LintKind::AssetUnreachable,
            subject,
            message,
            "name it in a rule, or remove it",
        ));
    }
}

pub(super) fn weak(policy: &Policy, lints: &mut Vec<Lint>) {
    for asset in policy.assets().filter(|asset| !asset.legacy.is_empty()) {
        let names: Vec<_> = asset.legacy.iter().map(ToString::to_string).collect();
        let message = format!("weak algorithms are open to it: {}", names.join(", "));
        let mend =
            "upgrade its SSH server and remove `legacy`; until then keep the path to it short and trusted";
        lints.push(Lint::new(LintKind::WeakAlgorithms, format!("asset {}", asset.name), message, mend));
    }
}
