//! Reads a `[lockdown.NAME]`: a critical-protection period that begins and ends by itself.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use toml::de::DeValue;

use crate::domain::{LockdownId, LockdownName, Moments, OperatorSelector, Sense};
use crate::lockdown::{Period, Scope};

use super::context::Context;
use super::fields::Fields;
use super::items::Item;
use crate::diagnostic::{Diagnostics, Fault, TIMES};

const FIELDS: [&str; 6] = ["from", "until", "scope", "except", "reason", "order"];

pub(super) fn read<'a>(
    item: &Item<'a>,
    context: &Context<'a>,
    faults: &mut Diagnostics<'a>,
) -> Option<Period> {
    let mut fields = Fields::new(item.table, item.place.clone(), &FIELDS, faults);
    fields.require(&["from", "until", "reason"]);
    let from = read_instant(&mut fields, "from", Sense::At, context.timezone);
    let until = read_instant(&mut fields, "until", Sense::Until, context.timezone);
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
    sense: Sense,
    timezone: &TimeZone,
) -> Option<Timestamp> {
    let value = fields.value(key)?;
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(datetime) => datetime.to_string(),
        _ => {
            fields.fault(key, Fault::new(format_args!("`{key}` must be a time")).hint(TIMES));
            return None;
        }
    };
    let at = Moments { zone: timezone, now: None }.read(&text, sense);
    at.map_err(|error| fields.fault(key, Fault::from(error).in_value(&text))).ok()
}
