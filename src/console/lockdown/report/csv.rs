//! The report as a table (RFC 4180), a row for each thing that happened.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::super::time;
use crate::domain::plain_lines;
use crate::lockdown::report::Report;

const HEAD: [&str; 9] =
    ["kind", "at", "until", "operator", "source", "asset", "session", "after_ms", "detail"];

/// A row: what is left out stays empty.
#[derive(Default)]
struct Row<'a> {
    kind: &'static str,
    at: Option<Timestamp>,
    until: Option<Timestamp>,
    operator: &'a str,
    source: &'a str,
    asset: &'a str,
    session: &'a str,
    after_ms: Option<i64>,
    detail: String,
}

pub(super) fn csv(report: &Report, zone: &TimeZone) -> String {
    let mut text = HEAD.join(",") + "\r\n";
    for row in order(report).into_iter().chain(happened(report)).chain(recordings(report)) {
        text += &row.line(zone);
    }
    for day in &report.days {
        let detail = format!(
            "cut {} refused {} sessions let through {} permits {} alarms {}{}",
            day.cut,
            day.refused,
            day.sessions,
            day.permits,
            day.alarms,
            if day.quiet { ": nothing happened" } else { "" }
        );
        text += &format!("day,{},,,,,,,{}\r\n", day.date, quoted(&detail));
    }
    text
}

fn order(report: &Report) -> Vec<Row<'_>> {
    let (about, lockdown) = (&report.about, &report.about.lockdown);
    let detail =
        format!("{} {}: {}", lockdown.id, lockdown.order.as_deref().unwrap_or_default(), lockdown.reason);
    let head = Row {
        kind: "lockdown",
        at: Some(about.in_force),
        until: about.over,
        operator: &lockdown.started_by,
        detail,
        ..Row::default()
    };
    let person = |kind| move |name: &'_ crate::domain::OperatorName| (kind, name.clone());
    let people = about.covered.iter().map(person("covered")).chain(about.exempt.iter().map(person("exempt")));
    let going = about.may_go_on.iter().map(|session| Row {
        kind: "may-go-on",
        session: session.as_str(),
        ..Row::default()
    });
    let people = people.map(|(kind, name)| Row { kind, detail: name.to_string(), ..Row::default() });
    std::iter::once(head).chain(people).chain(going).collect()
}

fn happened(report: &Report) -> impl Iterator<Item = Row<'_>> {
    let ordered = report.cuts.iter().map(|cut| ("cut", cut));
    let cuts = ordered.chain(report.permit_cuts.iter().map(|cut| ("permit-cut", cut)));
    let cuts = cuts.map(|(kind, cut)| Row {
        kind,
        at: Some(cut.at),
        operator: &cut.operator,
        source: cut.source.as_deref().unwrap_or_default(),
        asset: cut.asset.as_deref().unwrap_or_default(),
        session: cut.session.as_deref().unwrap_or_default(),
        after_ms: (kind == "cut").then_some(cut.after_ms),
        ..Row::default()
    });
    let told = report.refusals.iter().map(|row| ("refused", row));
    let told = told.chain(report.alarms.iter().map(|row| ("alarm", row))).map(|(kind, row)| Row {
        kind,
        at: Some(row.at),
        operator: &row.operator,
        source: row.source.as_deref().unwrap_or_default(),
        asset: row.asset.as_deref().unwrap_or_default(),
        detail: row.what.clone(),
        ..Row::default()
    });
    let permits = report.permits.iter().map(|passed| Row {
        kind: "permit",
        at: Some(passed.given_at),
        until: passed.permit.until,
        operator: passed.permit.operator.as_str(),
        asset: passed.permit.asset.as_ref().map(|asset| asset.as_str()).unwrap_or_default(),
        detail: format!(
            "ticket {} by {}, {} sessions",
            passed.permit.ticket,
            passed.given_by,
            passed.sessions.len()
        ),
        ..Row::default()
    });
    cuts.chain(told).chain(permits)
}

fn recordings(report: &Report) -> impl Iterator<Item = Row<'_>> {
    report.sessions.iter().flat_map(|stay| {
        let exempt = report.about.exempt.contains(&stay.operator);
        stay.recordings.iter().map(move |recording| Row {
            kind: if exempt { "exempt-recording" } else { "recording" },
            at: Some(stay.started),
            until: stay.ended,
            operator: stay.operator.as_str(),
            source: &stay.source,
            asset: stay.asset.as_str(),
            session: stay.session.as_str(),
            detail: match recording.sha256 {
                Some(sha256) => format!("{} sha256 {sha256}", recording.recording),
                None => format!("{} not closed", recording.recording),
            },
            ..Row::default()
        })
    })
}

impl Row<'_> {
    fn line(&self, zone: &TimeZone) -> String {
        let at = |at: Option<Timestamp>| at.map(|at| time::shown(at, zone)).unwrap_or_default();
        let (begin, until) = (at(self.at), at(self.until));
        let after = self.after_ms.map(|ms| ms.to_string()).unwrap_or_default();
        let fields = [
            self.kind,
            &begin,
            &until,
            self.operator,
            self.source,
            self.asset,
            self.session,
            &after,
            &self.detail,
        ];
        fields.map(quoted).join(",") + "\r\n"
    }
}

/// A field; a spreadsheet must not take it for a formula.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let field = plain_lines(field);
    let guarded = if formula { format!("'{field}") } else { field };
    match guarded.contains([',', '"', '\n', '\r', '\'']) {
        true => format!("\"{}\"", guarded.replace('"', "\"\"")),
        false => guarded,
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn fields_are_quoted_where_they_must_be_and_are_no_formulas() {
        for (field, want) in [
            ("plain", "plain"),
            ("重保", "重保"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=cmd|x", "\"'=cmd|x\""),
            ("@ops", "\"'@ops\""),
        ] {
            assert_eq!(quoted(field), want);
        }
    }
}
