//! `policy who` and `policy what`: everybody who may, and everything that somebody may.

use ipnetwork::IpNetwork;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::out::Out;
use super::super::run::Failure;
use super::super::table;
use super::super::tree::{Search, What, Who};
use super::explain::{answer, conditions, fitting, moment, put, refusal};
use super::{Ground, Setting};
use crate::policy::Decision;
use crate::policy::explain::{Access, Inquiry, wall};

pub(super) async fn who(ground: &Ground, question: &Who, out: &Out) -> Result<(), Failure> {
    let inquiry = Inquiry {
        asset: Some(question.asset.clone()),
        login: question.login.clone(),
        ..inquiry(&question.search, &ground.setting)?
    };
    tell(ground, inquiry, out).await
}

pub(super) async fn what(ground: &Ground, question: &What, out: &Out) -> Result<(), Failure> {
    let operator = Some(question.operator.clone());
    tell(ground, Inquiry { operator, ..inquiry(&question.search, &ground.setting)? }, out).await
}

fn inquiry(search: &Search, setting: &Setting) -> Result<Inquiry, Failure> {
    let Search { source, protocol, reasons, asked } = search;
    fitting(asked, *protocol)?;
    Ok(Inquiry {
        operator: None,
        asset: None,
        login: None,
        source: *source,
        via: asked.via,
        protocol: *protocol,
        file: asked.file,
        forward_to: asked.forward_to.clone(),
        at: moment(asked, setting)?,
        denied: *reasons,
    })
}

async fn tell(ground: &Ground, inquiry: Inquiry, out: &Out) -> Result<(), Failure> {
    let (standing, zone) = (ground.standing.clone(), &ground.setting.zone);
    // Thousands of questions take their time, which is not that of the sessions.
    let work = move || {
        let found = standing.policy.accesses(&inquiry, |request| standing.decide(request));
        (found, inquiry)
    };
    let (found, inquiry) = tokio::task::spawn_blocking(work).await?;
    let found = found?;
    if !out.json {
        return Ok(out.line(lines(&inquiry, &found, zone).join("\n")).await?);
    }
    for access in &found {
        out.line(object(access, zone).to_string()).await?;
    }
    Ok(())
}

fn object(access: &Access, zone: &TimeZone) -> Value {
    let mut object = answer(&access.decision, zone);
    put(&mut object, "operator", json!(access.operator));
    put(&mut object, "asset", json!(access.asset));
    put(&mut object, "login", json!(access.login));
    put(&mut object, "protocol", json!(access.protocol));
    put(&mut object, "files", json!(access.files));
    put(&mut object, "forward_to", access.forward_to.iter().map(ToString::to_string).collect());
    put(&mut object, "from", access.from.iter().map(ToString::to_string).collect());
    put(&mut object, "except", access.except.iter().map(ToString::to_string).collect());
    object.into()
}

/// A row of the table: answers that differ in nothing but login and protocol.
struct Row<'a> {
    first: &'a Access,
    logins: String,
    protocols: String,
}

fn lines(inquiry: &Inquiry, found: &[Access], zone: &TimeZone) -> Vec<String> {
    let is_granted = |row: &Row<'_>| matches!(row.first.decision, Decision::Allow(_));
    let (granted, denied): (Vec<_>, Vec<_>) = rows(found).into_iter().partition(is_granted);
    let titles = ["OPERATOR", "ASSET", "LOGIN", "PROTOCOLS", "RULES", "CONDITIONS", "SESSION ENDS", "FROM"];
    let mut lines = vec![headline(inquiry, zone), String::new()];
    match granted.is_empty() {
        true => lines.push(if inquiry.asset.is_some() { "  nobody" } else { "  nothing" }.to_owned()),
        false => lines.extend(below(titles, granted.iter().map(|row| row.granted(inquiry, zone)))),
    }
    if !denied.is_empty() {
        let titles = ["OPERATOR", "ASSET", "LOGIN", "PROTOCOLS", "DENIED"];
        lines.push(String::new());
        lines.extend(below(titles, denied.iter().map(|row| row.denied(inquiry))));
    }
    lines
}

/// Rows below their titles; a column that is empty loses its title too.
fn below<const N: usize>(titles: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Vec<String> {
    let rows: Vec<[String; N]> = rows.collect();
    let mut titles = titles.map(str::to_owned);
    for (column, title) in titles.iter_mut().enumerate() {
        if rows.iter().all(|row| row.get(column).is_none_or(String::is_empty)) {
            title.clear();
        }
    }
    table::aligned("  ", &std::iter::once(titles).chain(rows).collect::<Vec<_>>())
}

fn headline(inquiry: &Inquiry, zone: &TimeZone) -> String {
    let what = match (&inquiry.operator, &inquiry.asset) {
        (Some(operator), _) => format!("What {operator} may reach"),
        (None, asset) => format!("Who may reach {}", asset.as_deref().unwrap_or("anything")),
    };
    let source = inquiry.source.map_or("any source".to_owned(), |source| source.to_string());
    format!("{what} at {}, from {source}", wall(inquiry.at, zone))
}

/// Joins protocols first and then logins.
fn rows(found: &[Access]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for of_asset in found.chunk_by(|a, b| (&a.operator, &a.asset) == (&b.operator, &b.asset)) {
        let mut of_login: Vec<Row<'_>> = Vec::new();
        for access in of_asset {
            let same = |row: &&mut Row<'_>| row.first.login == access.login && row.says(access);
            match of_login.iter_mut().find(same) {
                Some(row) => row.protocols += &format!(" {}", protocol(access)),
                None => of_login.push(Row::of(access)),
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

fn protocol(access: &Access) -> String {
    let Access { protocol, files, forward_to, .. } = access;
    let word = |file| serde_json::to_value(file).ok().and_then(|word| word.as_str().map(ToOwned::to_owned));
    let used: Vec<_> = match files.as_slice() {
        [_, _, _, _] => vec!["all".to_owned()],
        some => some.iter().filter_map(word).chain(forward_to.iter().map(ToString::to_string)).collect(),
    };
    if used.is_empty() { protocol.to_string() } else { format!("{protocol}({})", used.join(",")) }
}

fn from(access: &Access) -> String {
    let list = |ranges: &[IpNetwork]| ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let within = match list(&access.from) {
        all if all == "0.0.0.0/0 ::/0" => "anywhere".to_owned(),
        some => some,
    };
    if access.except.is_empty() { within } else { format!("{within} but {}", list(&access.except)) }
}

impl<'a> Row<'a> {
    fn of(first: &'a Access) -> Self {
        Self { first, logins: first.login.to_string(), protocols: protocol(first) }
    }

    fn says(&self, access: &Access) -> bool {
        let Access { decision, from, except, .. } = self.first;
        (decision, from, except) == (&access.decision, &access.from, &access.except)
    }

    fn granted(&self, inquiry: &Inquiry, zone: &TimeZone) -> [String; 8] {
        let (rules, conditions, until) = match &self.first.decision {
            Decision::Allow(allowance) => {
                let rules: Vec<_> = allowance.rules.iter().map(ToString::to_string).collect();
                let until = allowance.until.map_or("-".to_owned(), |until| wall(until, zone));
                (rules.join(" "), conditions(allowance), until)
            }
            Decision::Deny(_) => Default::default(),
        };
        let [operator, asset, logins, protocols] = self.names(inquiry);
        [operator, asset, logins, protocols, rules, conditions, until, from(self.first)]
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
