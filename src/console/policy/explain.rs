//! An explanation for people's eyes.

use jiff::tz::TimeZone;

use super::super::readers::Readers;
use super::super::say::say;
use super::super::{table, time};
use crate::diagnostic::compared_in;
use crate::domain::{Protocol, RuleId};
use crate::policy::explain::{
    ComparedField, Considered, DecisionChange, Explanation, Origins, Outlook, wall,
};
use crate::policy::{Allowance, Decision, Denial, Request};

/// How many rules that do not match are told.
const NEAREST: usize = 10;
/// How many of their fields are told with what was compared.
const FIELDS: usize = 2;

pub(super) fn lines(
    request: &Request,
    explanation: &Explanation,
    zone: &TimeZone,
    readers: Readers,
) -> Vec<String> {
    let Explanation { decision, checks, rules, origins, outlook } = explanation;
    let mut lines = vec![headline(request, zone, readers), String::new()];
    match decision {
        Decision::Allow(allowance) => {
            lines.push(say!(readers, "explain.allowed", rules = list(&allowance.rules)));
            lines.extend(table::aligned("  ", &granted(allowance, origins, zone, readers)));
        }
        Decision::Deny(denial) => lines.push(say!(readers, "explain.denied", refusal = refusal(denial))),
    }
    lines.push(format!("  {}", changes(outlook, zone, readers)));
    lines.extend([String::new(), say!(readers, "explain.checks")]);
    let mark = |passed| say!(readers, if passed { "explain.passes" } else { "explain.fails" });
    let row = |check: &crate::policy::explain::Check| {
        [mark(check.passed), check.reason.to_string(), words(&check.compared, readers)]
    };
    lines.extend(table::aligned("  ", &checks.iter().map(row).collect::<Vec<_>>()));
    lines.extend(of_rules(rules, readers));
    lines
}

/// What was compared, in the language of whoever asked.
fn words(compared: &str, readers: Readers) -> String {
    compared_in(compared, readers.language()).into_owned()
}

fn headline(request: &Request, zone: &TimeZone, readers: Readers) -> String {
    let Request { operator, source, via, asset, login, protocol, file, forward_to, at } = request;
    let what = match (protocol, forward_to) {
        (Protocol::Sftp | Protocol::Scp, _) => format!("{protocol} ({})", word(file)),
        (_, Some(to)) => {
            say!(readers, "explain.forward", protocol = protocol.as_str(), to = to.to_string())
        }
        (_, None) => protocol.to_string(),
    };
    say!(
        readers,
        "explain.asked",
        operator = operator,
        source = source,
        via = word(via),
        login = login,
        asset = asset,
        what = what,
        at = wall(*at, zone),
    )
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
fn granted(allowance: &Allowance, origins: &Origins, zone: &TimeZone, readers: Readers) -> Vec<[String; 3]> {
    let row = |name: &str, value: String, whose: String| [name.to_owned(), value, whose];
    let of = |ids: &[RuleId]| say!(readers, "explain.of-rule", rules = list(ids));
    let mut rows = Vec::new();
    if allowance.approval {
        rows.push(row("approval", say!(readers, "explain.second-person"), of(&origins.approval)));
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
    if let Some(oldest) = allowance.remember {
        rows.push(row("remember", time::lasting(oldest), of(&origins.remember)));
    }
    for name in allowance.handling.asked() {
        rows.push(row(name, "true".to_owned(), say!(readers, "explain.of-a-rule")));
    }
    if let Some(until) = allowance.until {
        let by = match origins.until.is_empty() {
            true => String::new(),
            false => say!(readers, "explain.by", what = all(&origins.until, readers)),
        };
        rows.push([say!(readers, "explain.session-ends"), wall(until, zone), by]);
    }
    rows
}

/// Several of what begins or ends.
fn all(what: &[String], readers: Readers) -> String {
    let what: Vec<_> = what.iter().map(|one| words(one, readers)).collect();
    what.join(&say!(readers, "console.comma"))
}

/// The same on one line, for a list of grants.
pub(super) fn conditions(allowance: &Allowance, readers: Readers) -> String {
    let approval = allowance.approval.then(|| say!(readers, "diff.approval"));
    let commands = allowance.commands.iter().map(|set| say!(readers, "diff.commands", what = set.as_str()));
    let longest =
        allowance.max_session.map(|longest| say!(readers, "diff.at-most", what = time::lasting(longest)));
    let idle = allowance.idle.map(|longest| say!(readers, "explain.idle", what = time::lasting(longest)));
    let code = allowance.remember.map(|oldest| say!(readers, "diff.remember", what = time::lasting(oldest)));
    let limits = approval.into_iter().chain(commands).chain(longest).chain(idle).chain(code);
    let all: Vec<_> = limits.chain(allowance.handling.asked().map(str::to_owned)).collect();
    if all.is_empty() { say!(readers, "explain.none") } else { all.join(&say!(readers, "console.comma")) }
}

fn changes(outlook: &Outlook, zone: &TimeZone, readers: Readers) -> String {
    match outlook {
        Outlook::Stays => say!(readers, "explain.stays"),
        Outlook::NotInSight => {
            say!(readers, "explain.not-in-sight", days = Outlook::HORIZON.to_string())
        }
        Outlook::Changes(DecisionChange { at, then, because }) => {
            let (at, because) = (wall(*at, zone), all(because, readers));
            match then {
                Decision::Allow(allowance) => {
                    let rules = list(&allowance.rules);
                    say!(readers, "explain.allowed-from", at = at, rules = rules, because = because)
                }
                Decision::Deny(denial) => {
                    let refusal = refusal(denial);
                    say!(readers, "explain.allowed-until", at = at, refusal = refusal, because = because)
                }
            }
        }
    }
}

fn of_rules(rules: &[Considered], readers: Readers) -> Vec<String> {
    if rules.is_empty() {
        return Vec::new();
    }
    let matching = rules.iter().filter(|rule| rule.matches).count();
    let (some, all) = (matching.to_string(), rules.len().to_string());
    let title = say!(readers, "explain.rules", matching = some, all = all);
    let shown = rules.len().min(matching + NEAREST);
    let rows: Vec<_> = rules.iter().take(shown).map(|rule| of_rule(rule, readers)).collect();
    let mut lines = vec![String::new(), title];
    lines.extend(table::aligned("  ", &rows));
    if shown < rules.len() {
        let more = (rules.len() - shown).to_string();
        lines.push(format!("  {}", say!(readers, "explain.more", more = more)));
    }
    lines
}

fn of_rule(rule: &Considered, readers: Readers) -> [String; 4] {
    let mark = if rule.matches { say!(readers, "explain.matches") } else { String::new() };
    let named = || rule.fields.iter().map(|one| one.field.to_string()).collect::<Vec<_>>().join(", ");
    let fields = match (rule.matches, rule.fields.is_empty()) {
        (true, true) => say!(readers, "explain.everything"),
        (true, false) => say!(readers, "explain.by-fields", fields = named()),
        (false, _) => misses(&rule.fields, readers),
    };
    [mark, rule.effect.as_str().to_owned(), rule.id.to_string(), fields]
}

/// The first fields that do not fit with what was compared, the others by name.
fn misses(fields: &[ComparedField], readers: Readers) -> String {
    let (told, named) = fields.split_at(fields.len().min(FIELDS));
    let told: Vec<_> =
        told.iter().map(|one| format!("{}: {}", one.field, words(&one.compared, readers))).collect();
    let named: Vec<_> = named.iter().map(|one| one.field.as_str()).collect();
    let also = match named.is_empty() {
        true => String::new(),
        false => say!(readers, "explain.also", fields = named.join(", ")),
    };
    told.join(&say!(readers, "diff.semicolon")) + &also
}

#[cfg(test)]
mod tests;
