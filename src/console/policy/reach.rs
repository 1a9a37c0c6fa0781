//! The answers as a table, for people's eyes.

use ipnetwork::IpNetwork;
use jiff::tz::TimeZone;

use super::super::readers::Readers;
use super::super::say::say;
use super::super::table;
use super::explain::{conditions, refusal};
use crate::policy::Decision;
use crate::policy::explain::{Access, Inquiry, wall};

/// A row of the table: answers that differ in nothing but login and protocol.
struct Row<'a> {
    first: &'a Access,
    logins: String,
    protocols: String,
}

pub(super) fn lines(inquiry: &Inquiry, found: &[Access], zone: &TimeZone, readers: Readers) -> Vec<String> {
    let is_granted = |row: &Row<'_>| matches!(row.first.decision, Decision::Allow(_));
    let (granted, denied): (Vec<_>, Vec<_>) = rows(found, readers).into_iter().partition(is_granted);
    let head = |title: &str| say!(readers, format!("reach.head-{title}"));
    let titles =
        ["operator", "asset", "login", "protocols", "rules", "conditions", "session-ends", "from"].map(head);
    let mut lines = vec![headline(inquiry, zone, readers), String::new()];
    match granted.is_empty() {
        true => lines.push(format!(
            "  {}",
            say!(readers, if inquiry.asset.is_some() { "reach.nobody" } else { "reach.nothing" })
        )),
        false => lines.extend(below(titles, granted.iter().map(|row| row.granted(inquiry, zone, readers)))),
    }
    if !denied.is_empty() {
        let titles = ["operator", "asset", "login", "protocols", "denied"].map(head);
        lines.push(String::new());
        lines.extend(below(titles, denied.iter().map(|row| row.denied(inquiry))));
    }
    lines
}

/// Rows below their titles; a column that is empty loses its title too.
fn below<const N: usize>(mut titles: [String; N], rows: impl Iterator<Item = [String; N]>) -> Vec<String> {
    let rows: Vec<[String; N]> = rows.collect();
    for (column, title) in titles.iter_mut().enumerate() {
        if rows.iter().all(|row| row.get(column).is_none_or(String::is_empty)) {
            title.clear();
        }
    }
    table::aligned("  ", &std::iter::once(titles).chain(rows).collect::<Vec<_>>())
}

fn headline(inquiry: &Inquiry, zone: &TimeZone, readers: Readers) -> String {
    let what = match (&inquiry.operator, &inquiry.asset) {
        (Some(operator), _) => say!(readers, "reach.what", operator = operator),
        (None, Some(asset)) => say!(readers, "reach.who", asset = asset),
        (None, None) => say!(readers, "reach.who-anything"),
    };
    let source =
        inquiry.source.map_or_else(|| say!(readers, "reach.any-source"), |source| source.to_string());
    say!(readers, "reach.asked", what = what, at = wall(inquiry.at, zone), source = source)
}

/// Joins protocols first and then logins.
fn rows(found: &[Access], readers: Readers) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for of_asset in found.chunk_by(|a, b| (&a.operator, &a.asset) == (&b.operator, &b.asset)) {
        let mut of_login: Vec<Row<'_>> = Vec::new();
        for access in of_asset {
            let same = |row: &&mut Row<'_>| row.first.login == access.login && row.says(access);
            match of_login.iter_mut().find(same) {
                Some(row) => row.protocols += &format!(" {}", protocol(access, readers)),
                None => of_login.push(Row::of(access, readers)),
            }
        }
        let begin = rows.len();
        for row in of_login {
            let same = |one: &&mut Row<'_>| one.protocols == row.protocols && one.says(row.first);
            match rows.iter_mut().skip(begin).find(same) {
                Some(one) => one.logins += &format!(" {}", row.logins),
                None => rows.push(row),
            }
        }
    }
    rows
}

fn protocol(access: &Access, readers: Readers) -> String {
    let Access { protocol, files, forward_to, .. } = access;
    let word = |file| serde_json::to_value(file).ok().and_then(|word| word.as_str().map(ToOwned::to_owned));
    let used: Vec<_> = match files.as_slice() {
        [_, _, _, _] => vec![say!(readers, "reach.all-files")],
        some => some.iter().filter_map(word).chain(forward_to.iter().map(ToString::to_string)).collect(),
    };
    if used.is_empty() { protocol.to_string() } else { format!("{protocol}({})", used.join(",")) }
}

fn from(access: &Access, readers: Readers) -> String {
    let list = |ranges: &[IpNetwork]| ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let within = match list(&access.from) {
        all if all == "0.0.0.0/0 ::/0" => say!(readers, "reach.anywhere"),
        some => some,
    };
    match access.except.is_empty() {
        true => within,
        false => say!(readers, "reach.but", within = within, except = list(&access.except)),
    }
}

impl<'a> Row<'a> {
    fn of(first: &'a Access, readers: Readers) -> Self {
        Self { first, logins: first.login.to_string(), protocols: protocol(first, readers) }
    }

    fn says(&self, access: &Access) -> bool {
        let Access { decision, from, except, .. } = self.first;
        (decision, from, except) == (&access.decision, &access.from, &access.except)
    }

    fn granted(&self, inquiry: &Inquiry, zone: &TimeZone, readers: Readers) -> [String; 8] {
        let (rules, conditions, until) = match &self.first.decision {
            Decision::Allow(allowance) => {
                let rules: Vec<_> = allowance.rules.iter().map(ToString::to_string).collect();
                let until = allowance.until.map_or("-".to_owned(), |until| wall(until, zone));
                (rules.join(" "), conditions(allowance, readers), until)
            }
            Decision::Deny(_) => Default::default(),
        };
        let [operator, asset, logins, protocols] = self.names(inquiry);
        [operator, asset, logins, protocols, rules, conditions, until, from(self.first, readers)]
    }

    fn denied(&self, inquiry: &Inquiry) -> [String; 5] {
        let why = match &self.first.decision {
            Decision::Deny(denial) => refusal(denial),
            Decision::Allow(_) => String::new(),
        };
        let [operator, asset, logins, protocols] = self.names(inquiry);
        [operator, asset, logins, protocols, why]
    }

    /// What the question names already is not told again.
    fn names(&self, inquiry: &Inquiry) -> [String; 4] {
        let left_open = |asked: &Option<String>, name: String| asked.as_ref().map_or(name, |_| String::new());
        let operator = left_open(&inquiry.operator, self.first.operator.to_string());
        let asset = left_open(&inquiry.asset, self.first.asset.to_string());
        [operator, asset, self.logins.clone(), self.protocols.clone()]
    }
}

#[cfg(test)]
mod tests;
