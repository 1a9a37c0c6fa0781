//! Reads a `[lockdown.NAME]`: a critical-protection period that begins and ends by itself.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use toml::de::DeValue;

use crate::domain::{LockdownId, LockdownName, OperatorSelector};
use crate::lockdown::{Period, Scope};

use super::context::Context;
use super::diagnostic::{Fault, Faults};
use super::fields::Fields;
use super::items::Item;

const FIELDS: [&str; 6] = ["from", "until", "scope", "except", "reason", "order"];

const HINT: &str = "times look like 2026-05-01, \"2026-05-01 08:00\" or 2026-05-01T08:00:00+08:00";

/// Which end of a day a date stands for: both days of a period are included.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    First,
    Last,
}

pub(super) fn read<'a>(item: &Item<'a>, context: &Context<'a>, faults: &mut Faults<'a>) -> Option<Period> {
    let mut fields = Fields::new(item.table, item.place.clone(), &FIELDS, faults);
    fields.require(&["from", "until", "reason"]);
    let from = read_instant(&mut fields, "from", Edge::First, context.timezone);
    let until = read_instant(&mut fields, "until", Edge::Last, context.timezone);
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        fields.fault("until", Fault::new("the period ends before it begins"));
    }
    let scope = read_scope(&mut fields, context);
    let except = fields.list("except", |text| context.names.operator(text)).unwrap_or_default();
    let reason = fields.text("reason").map(|reason| reason.text.to_owned());
    let order = fields.text("order").map(|order| order.text.to_owned());
    let name = fields.name(item.name, LockdownName::parse)?;
    if LockdownId::parse(item.name).is_some() {
        let fault = Fault::new(format_args!("{:?} looks like the id of an order", item.name));
        fields.faults().add(item.place.clone(), fault.hint("choose a name that can be told from one"));
    }
    Some(Period::new(name, (from?, until?), scope?, except, reason?, order))
}

/// `"all"`, or a list of selectors; left out, everybody.
fn read_scope(fields: &mut Fields<'_, '_>, context: &Context<'_>) -> Option<Scope> {
    let Some(value) = fields.value("scope") else { return Some(Scope::All) };
    if let Some("all") = value.get_ref().as_str() {
        return Some(Scope::All);
    }
    if value.get_ref().is_str() {
        let one = fields.parse("scope", |text| context.names.operator(text))?;
        return Some(Scope::Of(vec![one]));
    }
    let selectors: Vec<OperatorSelector> = fields.list("scope", |text| match text {
        "all" => Err(Fault::new("`all` stands alone").hint("write scope = \"all\"")),
        _ => context.names.operator(text),
    })?;
    Some(Scope::Of(selectors))
}

/// A TOML date or time, or a text that says the same.
fn read_instant(
    fields: &mut Fields<'_, '_>,
    key: &str,
    edge: Edge,
    timezone: &TimeZone,
) -> Option<Timestamp> {
    let value = fields.value(key)?;
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(datetime) => datetime.to_string(),
        _ => {
            fields.fault(key, Fault::new(format_args!("`{key}` must be a time")).hint(HINT));
            return None;
        }
    };
    let at = instant(&text, edge, timezone);
    if at.is_none() {
        fields.fault(key, Fault::new(format_args!("{text:?} is no time")).hint(HINT));
    }
    at
}

fn instant(text: &str, edge: Edge, timezone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if text.len() == "2026-05-01".len() {
        let date: Date = text.parse().ok()?;
        let day = if edge == Edge::Last { date.tomorrow().ok()? } else { date };
        return timezone.to_timestamp(day.at(0, 0, 0, 0)).ok();
    }
    timezone.to_timestamp(text.parse::<DateTime>().ok()?).ok()
}
