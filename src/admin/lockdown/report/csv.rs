//! The report as a table (RFC 4180), a row for each thing that happened.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::super::error::AdminError;
use super::super::super::local_time::LocalTime;
use crate::domain::{OperatorName, cell};
use crate::lockdown::Lockdown;
use crate::lockdown::report::{Day, OrderReport, Passed, ReportedRecording};
use crate::store::Head;

/// What came later stands behind: whoever reads a column by its place goes on to find it there.
const HEAD: [&str; 20] = [
    "kind",
    "at",
    "until",
    "operator",
    "source",
    "asset",
    "session",
    "after_ms",
    "detail",
    "lockdown",
    "order",
    "reason",
    "by",
    "confirmed_by",
    "scope",
    "except",
    "ticket",
    "recording",
    "bytes",
    "sha256",
];

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
    order: Option<&'a Lockdown>,
    reason: &'a str,
    by: &'a str,
    confirmed_by: &'a str,
    ticket: &'a str,
    recording: Option<&'a ReportedRecording>,
}

/// # Errors
/// None that is expected: it is written into memory.
pub(super) fn csv(report: &OrderReport, head: Head, zone: &TimeZone) -> Result<String, AdminError> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEAD).map_err(AdminError::internal)?;
    for row in order(report).into_iter().chain(happened(report)).chain(recordings(report)) {
        writer.write_record(row.fields(zone)).map_err(AdminError::internal)?;
    }
    let detail = format!("row {} hash {}", head.seq, head.hash);
    let last = Row { kind: "journal", detail, ..Row::default() };
    for fields in report.days.iter().map(day).chain([last.fields(zone)]) {
        writer.write_record(fields).map_err(AdminError::internal)?;
    }
    let written = writer.into_inner().map_err(AdminError::internal)?;
    String::from_utf8(written).map_err(AdminError::internal)
}

/// A day has no instant: its row holds the date.
fn day(day: &Day) -> [String; 20] {
    let detail = format!(
        "cut {} refused {} sessions let through {} permits {} alarms {}{}",
        day.cut,
        day.refused,
        day.sessions,
        day.permits,
        day.alarms,
        if day.quiet { ": nothing happened" } else { "" }
    );
    HEAD.map(|name| match name {
        "kind" => "day".to_owned(),
        "at" => day.date.to_string(),
        "detail" => cell(&detail),
        _ => String::new(),
    })
}

fn order(report: &OrderReport) -> Vec<Row<'_>> {
    let (about, lockdown) = (&report.about, &report.about.lockdown);
    let told =
        format!("{} {}: {}", lockdown.id, lockdown.order.as_deref().unwrap_or_default(), lockdown.reason);
    let detail = if about.stored { told } else { format!("{told} (not stored)") };
    let head = Row {
        kind: "lockdown",
        at: Some(about.in_force),
        until: about.over.or(lockdown.until),
        operator: &lockdown.started_by,
        detail,
        order: Some(lockdown),
        reason: &lockdown.reason,
        by: &lockdown.started_by,
        confirmed_by: about.confirmed_by.as_deref().unwrap_or_default(),
        ..Row::default()
    };
    let lifted = about.lifted_by.as_ref().map(|by| Row {
        kind: "lifted",
        at: about.over,
        reason: about.lift_reason.as_deref().unwrap_or_default(),
        by,
        ..Row::default()
    });
    let person = |kind| move |name: &'_ OperatorName| (kind, name.clone());
    let people = about.covered.iter().map(person("covered")).chain(about.exempt.iter().map(person("exempt")));
    let going = about.may_go_on.iter().map(|session| Row {
        kind: "may-go-on",
        session: session.as_str(),
        ..Row::default()
    });
    let people = people.map(|(kind, name)| Row { kind, detail: name.to_string(), ..Row::default() });
    std::iter::once(head).chain(lifted).chain(people).chain(going).collect()
}

fn happened(report: &OrderReport) -> impl Iterator<Item = Row<'_>> {
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
    cuts.chain(told).chain(report.permits.iter().flat_map(permit))
}

/// A permit, and the sessions that it led to.
fn permit(passed: &Passed) -> impl Iterator<Item = Row<'_>> {
    let Passed { permit, given_by, sessions, .. } = passed;
    let row = Row {
        kind: "permit",
        at: Some(passed.given_at),
        until: permit.until,
        operator: permit.operator.as_str(),
        asset: permit.asset.as_ref().map(|asset| asset.as_str()).unwrap_or_default(),
        detail: format!("ticket {} by {given_by}, {} sessions", permit.ticket, sessions.len()),
        by: given_by,
        confirmed_by: passed.confirmed_by.as_deref().unwrap_or_default(),
        ticket: &permit.ticket,
        ..Row::default()
    };
    std::iter::once(row).chain(sessions.iter().map(|session| Row {
        kind: "permit-session",
        operator: permit.operator.as_str(),
        session: session.as_str(),
        ticket: &permit.ticket,
        ..Row::default()
    }))
}

/// Every session, and a row for each of its recordings.
fn recordings(report: &OrderReport) -> impl Iterator<Item = Row<'_>> {
    report.sessions.iter().flat_map(|stay| {
        let exempt = report.about.exempt.contains(&stay.operator);
        let row = |kind| Row {
            kind,
            at: Some(stay.started),
            until: stay.ended,
            operator: stay.operator.as_str(),
            source: &stay.source,
            asset: stay.asset.as_str(),
            session: stay.session.as_str(),
            ..Row::default()
        };
        let session = row(if exempt { "exempt-session" } else { "session" });
        let each = stay.recordings.iter().map(move |recording| Row {
            detail: match recording.sha256 {
                Some(sha256) => format!("{} sha256 {sha256}", recording.recording),
                None => format!("{} not closed", recording.recording),
            },
            recording: Some(recording),
            ..row(if exempt { "exempt-recording" } else { "recording" })
        });
        std::iter::once(session).chain(each)
    })
}

impl Row<'_> {
    fn fields(&self, zone: &TimeZone) -> [String; 20] {
        let at =
            |at: Option<Timestamp>| at.map(|at| LocalTime::new(at, zone.clone()).shown()).unwrap_or_default();
        let number = |number: Option<String>| number.unwrap_or_default();
        let order = self.order;
        let except = order.map(|order| order.except.iter().map(ToString::to_string).collect::<Vec<_>>());
        let recording = self.recording;
        let fields = [
            self.kind,
            &at(self.at),
            &at(self.until),
            self.operator,
            self.source,
            self.asset,
            self.session,
            &number(self.after_ms.map(|ms| ms.to_string())),
            &self.detail,
            order.map(|order| order.id.as_str()).unwrap_or_default(),
            order.and_then(|order| order.order.as_deref()).unwrap_or_default(),
            self.reason,
            self.by,
            self.confirmed_by,
            &number(order.map(|order| order.scope.to_string())),
            &except.unwrap_or_default().join(","),
            self.ticket,
            recording.map(|recording| recording.recording.as_str()).unwrap_or_default(),
            &number(recording.and_then(|recording| recording.bytes).map(|bytes| bytes.to_string())),
            &number(recording.and_then(|recording| recording.sha256).map(|digest| digest.to_string())),
        ];
        fields.map(cell)
    }
}
