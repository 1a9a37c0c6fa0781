//! Whether the evidence is what was written.

use rust_i18n::t;
use serde_json::json;

use super::View;
use crate::access::Services;
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::domain::plain;
use crate::journal::{self, Fault, Faults, Report};
use crate::store::JournalRow;

/// Reads everything again. Who may see a part hears whether all holds, and of the faults those of that part.
pub(super) async fn check(services: &Services, view: &View, out: &Out) -> Result<(), Failure> {
    let shows = |row: &JournalRow| view.shows_event(row);
    let scope: journal::Scope<'_> = if view.is_narrow() { Some(&shows) } else { None };
    let report = journal::verify(&services.store, &services.config.recordings, scope).await?;
    let tag = services.language().tag();
    if out.json {
        out.line(object(&report).to_string()).await?;
    } else {
        for line in lines(&report, tag) {
            out.line(line).await?;
        }
    }
    match report.holds() {
        true => Ok(()),
        false => Err(Failure(verdict(&report, tag))),
    }
}

fn object(report: &Report) -> serde_json::Value {
    let counted = |faults: &Faults| json!({ "count": faults.count, "first": faults.first });
    json!({
        "ok": report.holds(),
        "rows": report.rows,
        "recordings": report.recordings,
        "sessions": report.sessions,
        "missing": counted(&report.missing),
        "altered": counted(&report.altered),
        "notes": counted(&report.notes),
    })
}

fn lines(report: &Report, tag: &str) -> Vec<String> {
    let (rows, sessions, recordings) = (report.rows, report.sessions, report.recordings);
    let key = if report.holds() { "verify.holds" } else { "verify.read" };
    let mut lines =
        vec![t!(key, locale = tag, rows = rows, sessions = sessions, recordings = recordings).into_owned()];
    let sorts = [("missing", &report.missing), ("altered", &report.altered), ("notes", &report.notes)];
    for (sort, faults) in sorts.into_iter().filter(|(_, faults)| faults.count > 0) {
        lines.push(t!(format!("verify.{sort}"), locale = tag, count = faults.count).into_owned());
        lines.extend(faults.first.iter().map(|fault| format!("  {}", text(fault, tag))));
        let named = faults.first.len();
        if faults.first.iter().len() as u64 != faults.count && named >= journal::NAMED {
            lines.push(format!("  {}", t!("verify.rest", locale = tag, named = named)));
        }
    }
    lines
}

fn text(fault: &Fault, tag: &str) -> String {
    let (which, detail) = (plain(&fault.which), plain(&fault.detail));
    t!(format!("verify.{}", fault.what), locale = tag, which = which, detail = detail).into_owned()
}

/// What is wrong in one line.
fn verdict(report: &Report, tag: &str) -> String {
    let (missing, altered) = (report.missing.count, report.altered.count);
    match report.missing.first.iter().chain(&report.altered.first).next() {
        Some(first) => {
            let first = text(first, tag);
            t!("verify.fails", locale = tag, missing = missing, altered = altered, first = first).into_owned()
        }
        None => t!("verify.fails-elsewhere", locale = tag).into_owned(),
    }
}
