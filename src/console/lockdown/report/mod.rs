//! The report of one lockdown: gathered from the journal and the store, shown as text, JSON or CSV.
//!
//! [`render`] makes the bytes, whatever the format: what is signed is exactly that.

mod chained;
mod csv;
mod gather;
mod text;

use serde_json::{Value, json};

use super::super::out::Out;
use super::super::run::Failure;
use super::super::tree::ReportFormat;
use crate::access::Services;
use crate::domain::plain;
use crate::lockdown::report::Report;
use crate::store::Head;

/// The signature's namespace.
const PURPOSE: &str = "juyong-lockdown-report";

pub(super) async fn show(
    services: &Services,
    id: &str,
    format: ReportFormat,
    signed: bool,
    out: &Out,
) -> Result<(), Failure> {
    // Taken first: every row that the report rests on is covered by it, or came after.
    let head = services.store.journal().head().await?;
    let report = gather::report(services, id).await?;
    let format = if out.json { ReportFormat::Json } else { format };
    let mut bytes = render(services, &report, head, format)?;
    if signed {
        let signature = services.signer.sign(PURPOSE, &bytes).map_err(Failure)?;
        match format {
            ReportFormat::Json => bytes.extend(format!("{}\n", json!({ "signature": signature })).bytes()),
            ReportFormat::Text | ReportFormat::Csv => bytes.extend(signature.bytes()),
        }
    }
    Ok(out.raw(bytes).await?)
}

fn render(
    services: &Services,
    report: &Report,
    head: Head,
    format: ReportFormat,
) -> Result<Vec<u8>, Failure> {
    let zone = &services.config.timezone;
    Ok(match format {
        ReportFormat::Text => text::text(report, head, services.language(), zone).into_bytes(),
        ReportFormat::Csv => csv::csv(report, head, zone).into_bytes(),
        ReportFormat::Json => format!("{}\n", plain(&object(report, head, zone)?.to_string())).into_bytes(),
    })
}

/// One object: the order's fields, and a list for each thing that happened.
fn object(report: &Report, head: Head, zone: &jiff::tz::TimeZone) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(report)?;
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
                *text = super::super::time::shown(at, zone);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| local(item, zone)),
        Value::Object(fields) => fields.values_mut().for_each(|field| local(field, zone)),
        _ => {}
    }
}
