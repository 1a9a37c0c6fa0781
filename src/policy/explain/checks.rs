//! Each check of the decision, with what it compared.

use crate::domain::Role;
use crate::policy::checks::{ACCOUNT, ASSET, Asking};
use crate::policy::rule::Rule;
use crate::policy::word::Word as _;
use crate::policy::{Asset, Operator, Reason, Validity};

use super::case::{Case, wall};
use super::compare;
use super::unknown::Unknown;

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it rules out.
    pub reason: Reason,
    pub passed: bool,
    pub compared: String,
}

impl Check {
    fn known(reason: Reason, name: &str, found: Option<&Unknown>) -> Self {
        let compared = found.map_or_else(|| format!("{name} exists"), ToString::to_string);
        Self { reason, passed: found.is_none(), compared }
    }
}

/// All checks, in their order.
pub(super) fn all(case: &Case<'_>) -> Vec<Check> {
    let request = case.request;
    let mut checks =
        vec![Check::known(Reason::OperatorUnknown, &request.operator, case.operator.as_ref().err())];
    if let Ok(operator) = case.operator {
        checks.extend(of_account(case, operator));
    }
    checks.push(Check::known(Reason::AssetUnknown, &request.asset, case.asset.as_ref().err()));
    if let Ok(asset) = case.asset {
        checks.extend(ASSET.iter().map(|(reason, passes)| {
            let passed = passes(asset, &request.login, request.at);
            Check { reason: *reason, passed, compared: of_asset(*reason, asset, case, passed) }
        }));
    }
    checks.extend(of_rules(case));
    checks
}

fn of_account<'a>(case: &'a Case<'_>, operator: &'a Operator) -> impl Iterator<Item = Check> + 'a {
    let asking = asking(case);
    ACCOUNT.iter().map(move |(reason, passes)| {
        let by_hand = *reason == Reason::OperatorDisabled && case.beside.disabled.is_some();
        let passed = passes(operator, &asking) && !by_hand;
        Check { reason: *reason, passed, compared: compared(*reason, operator, case, passed) }
    })
}

pub(super) fn asking<'a>(case: &Case<'a>) -> Asking<'a> {
    let (request, locks) = (case.request, case.policy.locks(case.beside.lockdowns));
    let asset = Some(request.asset.as_str());
    Asking { source: request.source, at: request.at, locks, asset, role: Some(Role::Operator) }
}

fn compared(reason: Reason, operator: &Operator, case: &Case<'_>, passed: bool) -> String {
    let request = case.request;
    match reason {
        Reason::OperatorDisabled => disabled(operator, case.beside.disabled),
        Reason::OperatorRole => format!("the role is {}; only operator reaches assets", operator.role.word()),
        Reason::OperatorValidity => validity(&operator.validity, case),
        Reason::Lockdown => lockdown(operator, case),
        Reason::OperatorSource => compare::source(request.source, operator.sources.as_ref(), passed),
        _ => compare::schedule(operator.schedule.as_deref(), request.at, passed),
    }
}

fn disabled(operator: &Operator, by_hand: Option<&str>) -> String {
    match by_hand {
        Some("") => "disabled by hand".to_owned(),
        Some(reason) => format!("disabled by hand: {reason}"),
        None if operator.disabled => "disabled in the policy".to_owned(),
        None => "not disabled".to_owned(),
    }
}

fn validity(valid: &Validity, case: &Case<'_>) -> String {
    let shown = |at| wall(at, case.beside.zone);
    match (valid.since().map(shown), valid.until().map(shown)) {
        (None, None) => "valid at any time".to_owned(),
        (Some(from), None) => format!("valid from {from}"),
        (None, Some(until)) => format!("valid until {until}"),
        (Some(from), Some(until)) => format!("valid from {from} until {until}"),
    }
}

fn lockdown(operator: &Operator, case: &Case<'_>) -> String {
    let Asking { locks, asset, at, .. } = asking(case);
    let Some(order) = locks.bar(&operator.account(), asset, at) else {
        let pierced = locks.covering(operator.account(), at).next();
        return pierced.map_or("no order covers the account".to_owned(), |order| {
            format!("a permit leads past order {} ({})", order.id, order.reason)
        });
    };
    let until = order.until.map_or("it is lifted".to_owned(), |until| wall(until, case.beside.zone));
    format!("order {} ({}) covers the account until {until}", order.id, order.reason)
}

fn of_asset(reason: Reason, asset: &Asset, case: &Case<'_>, passed: bool) -> String {
    match reason {
        Reason::AssetLogin => compare::login(&case.request.login, asset, passed),
        _ => compare::schedule(asset.schedule.as_deref(), case.request.at, passed),
    }
}

/// The two questions put to all rules together.
fn of_rules(case: &Case<'_>) -> Vec<Check> {
    let Some(attempt) = case.attempt() else { return Vec::new() };
    let matching = |rules: &[Rule]| {
        let ids: Vec<_> = rules.iter().filter(|rule| rule.matches(&attempt)).map(|rule| &rule.id).collect();
        (ids.len(), compare::list(ids))
    };
    let tell = |effect: &str, (count, ids): (usize, String)| match count {
        0 => format!("no rule that {effect} matches"),
        _ => format!("{effect}: {ids}"),
    };
    let (deny, allow) = (matching(&case.policy.deny), matching(&case.policy.allow));
    vec![
        Check { reason: Reason::Rule, passed: deny.0 == 0, compared: tell("denies", deny) },
        Check { reason: Reason::NoRule, passed: allow.0 > 0, compared: tell("allows", allow) },
    ]
}
