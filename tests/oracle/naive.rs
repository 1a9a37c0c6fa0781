//! The contract read once more: tables, strings and plain loops.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use toml::Table;

use crate::clock::{Plan, expiry, holds};
use crate::met::Met;

/// A lockdown as it is ordered: whom, whom not, and until when.
#[derive(Debug)]
pub struct Order {
    pub scope: String,
    pub except: String,
    pub until: Option<Timestamp>,
}

pub fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(toml::Value::as_str)
}

pub fn list<'a>(table: &'a Table, key: &str) -> Option<Vec<&'a str>> {
    let items = table.get(key)?.as_array().expect("a list");
    Some(items.iter().map(|item| item.as_str().expect("a list of strings")).collect())
}

fn flag(table: &Table, key: &str) -> bool {
    table.get(key).and_then(toml::Value::as_bool).unwrap_or(false)
}

fn named<'a>(policy: &'a Table, kind: &str, name: &str) -> Option<&'a Table> {
    policy.get(kind)?.get(name)?.as_table()
}

fn asked<'a>(request: &'a Value, key: &str) -> &'a str {
    request.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn deny(reason: &str) -> Value {
    json!({ "decision": "deny", "reason": reason, "rules": [] })
}

/// Family and bits of an address: a range holds what begins like it.
fn bits(address: &str) -> String {
    match address.parse().expect("an address") {
        std::net::IpAddr::V4(address) => format!("four {:032b}", u32::from(address)),
        std::net::IpAddr::V6(address) => {
            let bits = format!("{:0128b}", u128::from(address));
            match bits.strip_prefix(&("0".repeat(80) + &"1".repeat(16))) {
                Some(mapped) => format!("four {mapped}"),
                None => format!("six {bits}"),
            }
        }
    }
}

fn in_range(range: &str, address: &str) -> bool {
    let Some((first, length)) = range.split_once('/') else { return bits(range) == bits(address) };
    let all = if first.contains(':') { 128 } else { 32 };
    let free = all - length.parse::<usize>().expect("a length");
    let first = bits(first);
    bits(address).starts_with(&first[..first.len() - free])
}

/// `name`, `@group` and `vendor:NAME`.
fn selected(selector: &str, name: &str, item: &Table) -> bool {
    let group = |group: &&str| selector == format!("@{group}");
    selector == name
        || list(item, "groups").unwrap_or_default().iter().any(group)
        || text(item, "vendor").is_some_and(|vendor| selector == format!("vendor:{vendor}"))
}

fn locked(order: &Order, name: &str, operator: &Table, at: Timestamp) -> bool {
    let any = |items: &str| items.split(',').any(|item| item == "all" || selected(item, name, operator));
    order.until.is_none_or(|until| at < until) && any(&order.scope) && !any(&order.except)
}

/// The same place, however it is written.
fn place(address: &str) -> String {
    let (host, port) = address.rsplit_once(':').expect("HOST:PORT");
    let host = host.trim_matches(['[', ']']);
    let plain = host.parse::<std::net::IpAddr>().is_ok();
    format!("{} {port}", if plain { bits(host) } else { host.to_lowercase() })
}

/// `1h30m` in seconds.
fn seconds(duration: &str) -> i64 {
    let (mut sum, mut number) = (0, 0);
    for letter in duration.chars() {
        match letter {
            'd' => sum += std::mem::take(&mut number) * 86_400,
            'h' => sum += std::mem::take(&mut number) * 3_600,
            'm' => sum += std::mem::take(&mut number) * 60,
            's' => sum += std::mem::take(&mut number),
            digit => number = number * 10 + i64::from(digit.to_digit(10).expect("a digit")),
        }
    }
    sum
}

fn danger(word: &str) -> usize {
    ["low", "medium", "high", "critical"].iter().position(|known| *known == word).expect("a danger")
}

/// A policy with the timezone of its gateway.
pub struct World<'a> {
    pub policy: &'a Table,
    pub gateway: &'a str,
    pub met: &'a Met,
}

impl World<'_> {
    fn plan(&self, item: &Table) -> Option<Plan> {
        let name = text(item, "schedule")?;
        Some(Plan::read(named(self.policy, "schedule", name).expect("a schedule"), self.gateway))
    }

    fn closed(&self, item: &Table, at: Timestamp) -> bool {
        self.plan(item).is_some_and(|plan| {
            self.met.plan(&plan, at);
            !plan.is_open(at)
        })
    }

    fn among_sources(&self, sources: &[&str], address: &str) -> bool {
        let holds = |range: &str| {
            let holds = in_range(range, address);
            self.met.range(range, address, holds);
            holds
        };
        sources.iter().any(|source| match source.strip_prefix('@') {
            Some(network) => {
                let network = named(self.policy, "network", network).expect("a network");
                list(network, "ranges").expect("ranges").into_iter().any(holds)
            }
            None => holds(source),
        })
    }

    fn matches(&self, rule: &Table, request: &Value, operator: &Table, asset: &Table, at: Timestamp) -> bool {
        let among = |key: &str, item: &str| list(rule, key).is_none_or(|items| items.contains(&item));
        let one = |key: &str, name: &str, item: &Table| {
            list(rule, key).is_none_or(|items| items.iter().any(|entry| selected(entry, name, item)))
        };
        let denies = text(rule, "effect") == Some("deny");
        let file = request.get("file").and_then(Value::as_str).unwrap_or("list");
        let purpose = match asked(request, "protocol") {
            "sftp" | "scp" => match list(rule, "files") {
                Some(files) => files.contains(&file),
                None => denies || file == "list",
            },
            "forward" => match list(rule, "forward_to") {
                Some(places) => places.iter().any(|to| place(to) == place(asked(request, "forward_to"))),
                None => denies,
            },
            _ => true,
        };
        let most = text(rule, "max_danger").unwrap_or("critical");
        one("operators", asked(request, "operator"), operator)
            && one("assets", asked(request, "asset"), asset)
            && among("logins", asked(request, "login"))
            && among("protocols", asked(request, "protocol"))
            && among("via", request.get("via").and_then(Value::as_str).unwrap_or("direct"))
            && danger(text(asset, "danger").unwrap_or("medium")) <= danger(most)
            && list(rule, "sources")
                .is_none_or(|sources| self.among_sources(&sources, asked(request, "source")))
            && purpose
            && !self.closed(rule, at)
    }

    pub fn decide(&self, orders: &[Order], request: &Value) -> Value {
        let at: Timestamp = asked(request, "at").parse().expect("a time");
        let name = asked(request, "operator");
        let Some(operator) = named(self.policy, "operator", name) else { return deny("operator-unknown") };
        if flag(operator, "disabled") {
            return deny("operator-disabled");
        }
        if list(operator, "roles").is_some_and(|roles| roles != ["operator"]) {
            return deny("operator-role");
        }
        let valid = text(operator, "valid");
        if valid.is_some_and(|valid| !holds(valid, self.gateway, at)) {
            return deny("operator-validity");
        }
        if orders.iter().any(|order| locked(order, name, operator, at)) {
            return deny("lockdown");
        }
        let sources = list(operator, "sources");
        if sources.is_some_and(|sources| !self.among_sources(&sources, asked(request, "source"))) {
            return deny("operator-source");
        }
        if self.closed(operator, at) {
            return deny("operator-schedule");
        }
        let Some(asset) = named(self.policy, "asset", asked(request, "asset")) else {
            return deny("asset-unknown");
        };
        if !list(asset, "logins").expect("logins").contains(&asked(request, "login")) {
            return deny("asset-login");
        }
        if self.closed(asset, at) {
            return deny("asset-schedule");
        }
        let rules = self.policy.get("rule").and_then(toml::Value::as_array).into_iter().flatten();
        let (mut allow, mut deny_ids) = (Vec::new(), BTreeSet::new());
        for rule in rules.map(|rule| rule.as_table().expect("a table")) {
            if self.matches(rule, request, operator, asset, at) {
                match text(rule, "effect") {
                    Some("deny") => {
                        let listed = |key: &str| list(rule, key).is_some();
                        self.met.denial(asked(request, "protocol"), listed("files"), listed("forward_to"));
                        deny_ids.insert(text(rule, "id").expect("an id"));
                    }
                    _ => allow.push(rule),
                }
            }
        }
        if !deny_ids.is_empty() {
            return json!({ "decision": "deny", "reason": "rule", "rules": deny_ids });
        }
        if allow.is_empty() {
            return deny("no-rule");
        }
        let mut until = valid.and_then(|valid| expiry(valid, self.gateway));
        let least = |key: &str| allow.iter().filter_map(|rule| text(rule, key)).map(seconds).min();
        let longest = least("max_session");
        if let Some(longest) = longest {
            let end = Timestamp::from_second(at.as_second() + longest).expect("an instant");
            until = Some(until.map_or(end, |until| until.min(end)));
        }
        for item in [operator, asset].into_iter().chain(allow.iter().copied()) {
            let end = self.plan(item).and_then(|plan| plan.end(at, until));
            until = [until, end].into_iter().flatten().min();
        }
        json!({
            "decision": "allow",
            "reason": "rule",
            "rules": allow.iter().filter_map(|rule| text(rule, "id")).collect::<BTreeSet<_>>(),
            "approval": allow.iter().any(|rule| flag(rule, "approval")),
            "commands": allow.iter().filter_map(|rule| list(rule, "commands")).flatten().collect::<BTreeSet<_>>(),
            "max_session": longest,
            "idle": least("idle"),
            "until": until.map(|until| until.to_string()),
        })
    }
}
