//! An explanation for people's eyes.

use jiff::tz::TimeZone;

use super::super::{table, time};
use crate::domain::{Protocol, RuleId};
use crate::policy::explain::{
    ComparedField, Considered, DecisionChange, Explanation, Origins, Outlook, wall,
};
use crate::policy::{Allowance, Decision, Denial, Request};

/// How many rules that do not match are told.
const NEAREST: usize = 10;
/// How many of their fields are told with what was compared.
const FIELDS: usize = 2;

pub(super) fn lines(request: &Request, explanation: &Explanation, zone: &TimeZone) -> Vec<String> {
    let Explanation { decision, checks, rules, origins, outlook } = explanation;
    let mut lines = vec![headline(request, zone), String::new()];
    match decision {
        Decision::Allow(allowance) => {
            lines.push(format!("ALLOWED by {}", list(&allowance.rules)));
            lines.extend(table::aligned("  ", &granted(allowance, origins, zone)));
        }
        Decision::Deny(denial) => lines.push(format!("DENIED: {}", refusal(denial))),
    }
    lines.push(format!("  {}", changes(outlook, zone)));
    lines.extend([String::new(), "Checks: the first that fails is the reason".to_owned()]);
    let mark = |passed| if passed { "ok" } else { "FAILS" };
    let row = |check: &crate::policy::explain::Check| {
        [mark(check.passed).to_owned(), check.reason.to_string(), check.compared.clone()]
    };
    lines.extend(table::aligned("  ", &checks.iter().map(row).collect::<Vec<_>>()));
    lines.extend(of_rules(rules));
    lines
}

fn headline(request: &Request, zone: &TimeZone) -> String {
    let Request { operator, source, via, asset, login, protocol, file, forward_to, at } = request;
    let what = match (protocol, forward_to) {
        (Protocol::Sftp | Protocol::Scp, _) => format!("{protocol} ({})", word(file)),
        (_, Some(to)) => format!("{protocol} to {to}"),
        (_, None) => protocol.to_string(),
    };
    format!("{operator} from {source} ({}) as {login}@{asset}, {what}, at {}", word(via), wall(*at, zone))
}

/// As policy files write it.
fn word(value: &impl serde::Serialize) -> String {
    let written = serde_json::to_value(value).ok();
    written.and_then(|written| written.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

fn list(ids: &[RuleId]) -> String {
    ids.iter().map(RuleId::as_str).collect::<Vec<_>>().join(", ")
}

/// The reason, and who or what gives it.
pub(super) fn refusal(denial: &Denial) -> String {
    let rules = if denial.rules.is_empty() { String::new() } else { format!(" {}", list(&denial.rules)) };
    let text = denial.text.as_ref().map_or(String::new(), |text| format!(" ({text})"));
    format!("{}{rules}{text}", denial.reason)
}

/// Each condition of a grant, and whose it is.
fn granted(allowance: &Allowance, origins: &Origins, zone: &TimeZone) -> Vec<[String; 3]> {
    let row = |name: &str, value: String, whose: String| [name.to_owned(), value, whose];
    let of = |ids: &[RuleId]| format!("of rule {}", list(ids));
    let mut rows = Vec::new();
    if allowance.approval {
        rows.push(row("approval", "by a second person".to_owned(), of(&origins.approval)));
    }
    for (set, ids) in &origins.commands {
        rows.push(row("commands", set.to_string(), of(ids)));
    }
    if let Some(longest) = allowance.max_session {
        rows.push(row("max_session", time::lasting(longest), of(&origins.max_session)));
    }
    if let Some(longest) = allowance.idle {
        rows.push(row("idle", time::lasting(longest), of(&origins.idle)));
    }
    for name in allowance.handling.asked() {
        rows.push(row(name, "true".to_owned(), "of a rule".to_owned()));
    }
    if let Some(until) = allowance.until {
        let by =
            if origins.until.is_empty() { String::new() } else { format!("by {}", origins.until.join(", ")) };
        rows.push(row("session ends", wall(until, zone), by));
    }
    rows
}

/// The same on one line, for a list of grants.
pub(super) fn conditions(allowance: &Allowance) -> String {
    let approval = allowance.approval.then(|| "approval".to_owned());
    let commands = allowance.commands.iter().map(|set| format!("commands {set}"));
    let longest = allowance.max_session.map(|longest| format!("at most {}", time::lasting(longest)));
    let idle = allowance.idle.map(|longest| format!("idle {}", time::lasting(longest)));
    let limits = approval.into_iter().chain(commands).chain(longest).chain(idle);
    let all: Vec<_> = limits.chain(allowance.handling.asked().map(str::to_owned)).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn changes(outlook: &Outlook, zone: &TimeZone) -> String {
    match outlook {
        Outlook::Stays => "does not change by itself".to_owned(),
        Outlook::NotInSight => format!("does not change within {} days", Outlook::HORIZON),
        Outlook::Changes(DecisionChange { at, then, because }) => {
            let (at, because) = (wall(*at, zone), because.join(", "));
            match then {
                Decision::Allow(allowance) => {
                    format!("allowed from {at} by {}: {because}", list(&allowance.rules))
                }
                Decision::Deny(denial) => format!("allowed until {at}, then {}: {because}", refusal(denial)),
            }
        }
    }
}

fn of_rules(rules: &[Considered]) -> Vec<String> {
    if rules.is_empty() {
        return Vec::new();
    }
    let matching = rules.iter().filter(|rule| rule.matches).count();
    let title = format!("Rules: {matching} of {} match; of the others the nearest come first", rules.len());
    let shown = rules.len().min(matching + NEAREST);
    let rows: Vec<_> = rules.iter().take(shown).map(of_rule).collect();
    let mut lines = vec![String::new(), title];
    lines.extend(table::aligned("  ", &rows));
    if shown < rules.len() {
        lines.push(format!("  and {} more: --json has them all", rules.len() - shown));
    }
    lines
}

fn of_rule(rule: &Considered) -> [String; 4] {
    let mark = if rule.matches { "matches" } else { "" };
    let named = || rule.fields.iter().map(|one| one.field.to_string()).collect::<Vec<_>>().join(", ");
    let fields = match (rule.matches, rule.fields.is_empty()) {
        (true, true) => "everything".to_owned(),
        (true, false) => format!("by {}", named()),
        (false, _) => misses(&rule.fields),
    };
    [mark.to_owned(), rule.effect.as_str().to_owned(), rule.id.to_string(), fields]
}

/// The first fields that do not fit with what was compared, the others by name.
fn misses(fields: &[ComparedField]) -> String {
    let (told, named) = fields.split_at(fields.len().min(FIELDS));
    let told: Vec<_> = told.iter().map(|one| format!("{}: {}", one.field, one.compared)).collect();
    let named: Vec<_> = named.iter().map(|one| one.field.as_str()).collect();
    let also = if named.is_empty() { String::new() } else { format!("; also {}", named.join(", ")) };
    told.join("; ") + &also
}

#[cfg(test)]
mod tests;
