//! The report of one lockdown: gathered from the journal and the store, as a file of text, JSON or CSV.
//!
//! It is written here, and not by a front: [`render`] makes the bytes, whatever the format, and what is signed is
//! exactly that.

mod chained;
mod csv;
mod gather;
mod text;

use serde::Serialize;
use serde_json::{Value, json};

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::request::LockdownReportFormat as Format;
use crate::access::Services;
use crate::domain::plain;
use crate::lockdown::report::OrderReport;
use crate::store::Head;

/// The signature's namespace.
const PURPOSE: &str = "juyong-lockdown-report";

/// A report as a file, with its signature where one was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LockdownReport {
    pub format: Format,
    pub file: String,
}

pub(super) async fn report(
    services: &Services,
    id: &str,
    format: Format,
    signed: bool,
) -> Result<LockdownReport, AdminError> {
    // Taken first: every row that the report rests on is covered by it, or came after.
    let head = services.store.journal().head().await?;
    let report = gather::report(services, id).await?;
    let mut file = render(services, &report, head, format)?;
    if signed {
        let signature = services.signer.sign(PURPOSE, file.as_bytes()).map_err(AdminError::internal)?;
        file += &match format {
            Format::Json => format!("{}\n", json!({ "signature": signature })),
            Format::Text | Format::Csv => signature,
        };
    }
    Ok(LockdownReport { format, file })
}

fn render(
    services: &Services,
    report: &OrderReport,
    head: Head,
    format: Format,
) -> Result<String, AdminError> {
    let zone = &services.config.timezone;
    Ok(match format {
        Format::Text => text::text(report, head, services.language(), zone),
        Format::Csv => csv::csv(report, head, zone)?,
        Format::Json => format!("{}\n", plain(&object(report, head, zone)?.to_string())),
    })
}

/// One object: the order's fields, and a list for each thing that happened.
fn object(report: &OrderReport, head: Head, zone: &jiff::tz::TimeZone) -> Result<Value, AdminError> {
    let mut value = serde_json::to_value(report).map_err(AdminError::internal)?;
    local(&mut value, zone);
    if let Some(object) = value.as_object_mut() {
        let id = object.remove("id").unwrap_or_default();
        object.insert("lockdown".to_owned(), id); // as it is called everywhere else
        object.insert("journal".to_owned(), json!({ "seq": head.seq, "hash": head.hash }));
    }
    Ok(value)
}

/// Times as everywhere: with the offset of the gateway's zone.
fn local(value: &mut Value, zone: &jiff::tz::TimeZone) {
    match value {
        Value::String(text) if text.ends_with('Z') => {
            if let Ok(at) = text.parse() {
                *text = LocalTime::new(at, zone.clone()).shown();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| local(item, zone)),
        Value::Object(fields) => fields.values_mut().for_each(|field| local(field, zone)),
        _ => {}
    }
}
