//! Whom and what a rule can concern at all, whatever the time.

use jiff::Timestamp;

use super::warning::{Lint, LintKind};
use crate::domain::{LoginName, Protocol, Role};
use crate::policy::word::Effect;
use crate::policy::{Asset, Operator, Policy, Rule};

/// What is left of a rule's fields once accounts and assets are put in.
pub(super) struct Reach<'a> {
    pub(super) rule: &'a Rule,
    /// Who could be meant: accounts that can still log in, from somewhere that the rule admits.
    pub(super) operators: Vec<&'a Operator>,
    /// Assets on which one of the logins is.
    pub(super) assets: Vec<&'a Asset>,
    nothing: Option<(&'static str, &'static str)>,
}

/// Whether an account can reach an asset now or later.
pub(super) fn is_live(operator: &Operator, now: Timestamp) -> bool {
    let over = operator.validity.until().is_some_and(|until| until <= now);
    operator.role == Role::Operator && !operator.disabled && !over
}

impl<'a> Reach<'a> {
    pub(super) fn of(policy: &'a Policy, rule: &'a Rule, now: Timestamp) -> Self {
        let mut nothing = forwards_nowhere(rule).then_some((
            "it allows forwards only, and none to anywhere",
            "list the destinations in `forward_to`",
        ));
        let mut or_nothing = |empty: bool, message, mend| {
            if empty && nothing.is_none() {
                nothing = Some((message, mend));
            }
        };
        let mut operators: Vec<_> =
            policy.operators().filter(|o| is_live(o, now) && rule.names_operator(o)).collect();
        let message = "its operators are all disabled, past their `valid` or not of role operator";
        or_nothing(operators.is_empty(), message, "name an account that can log in, or remove the rule");
        operators.retain(|operator| sources_meet(rule, operator));
        let message = "none of its operators may log in from its `sources`";
        or_nothing(operators.is_empty(), message, "widen the sources of the rule or of the accounts");
        let mut assets: Vec<_> = policy.assets().filter(|asset| rule.names_asset(asset)).collect();
        or_nothing(assets.is_empty(), "it names no asset", "name one, or remove the rule");
        assets.retain(|asset| rule.dares(asset));
        let message = "each of its assets is of greater danger than its `max_danger`";
        or_nothing(assets.is_empty(), message, "raise `max_danger`, or name other assets");
        assets.retain(|asset| logins(rule, asset).next().is_some());
        let message = "none of its logins is on any of its assets";
        or_nothing(assets.is_empty(), message, "name a login of these assets, or add it to one of them");
        Self { rule, operators, assets, nothing }
    }

    /// Whether there is nobody and nothing that it could concern.
    pub(super) fn is_empty(&self) -> bool {
        self.nothing.is_some()
    }

    pub(super) fn fault(&self) -> Option<Lint> {
        let (why, mend) = self.nothing?;
        let message = format!("it can never match: {why}");
        Some(Lint::new(LintKind::RuleNeverMatches, subject(self.rule), message, mend))
    }

    pub(super) fn allows(&self) -> bool {
        self.rule.effect == Effect::Allow && !self.is_empty()
    }
}

pub(super) fn subject(rule: &Rule) -> String {
    format!("rule {}", rule.id)
}

/// The logins of an asset that the rule speaks of.
pub(super) fn logins<'a>(rule: &Rule, asset: &'a Asset) -> impl Iterator<Item = &'a LoginName> {
    asset.logins.iter().filter(|login| rule.names_login(login.as_str()))
}

fn forwards_nowhere(rule: &Rule) -> bool {
    let only_forward =
        rule.protocols.as_ref().is_some_and(|list| list.iter().all(|one| *one == Protocol::Forward));
    rule.effect == Effect::Allow && only_forward && rule.forward_to.is_none()
}

fn sources_meet(rule: &Rule, operator: &Operator) -> bool {
    match (&rule.sources, &operator.sources) {
        (Some(of_rule), Some(of_account)) => of_rule.overlap(of_account),
        _ => true,
    }
}
