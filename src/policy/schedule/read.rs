//! Reads a `[schedule.NAME]`.

use jiff::tz::TimeZone;

use crate::domain::ScheduleName;

use super::super::days::Days;
use super::super::fields::Fields;
use super::super::items::Item;
use super::hours::{Extra, Weekly};
use super::open::Schedule;
use crate::diagnostic::{Diagnostics, Fault};

impl Schedule {
    pub(in crate::policy) fn read<'a>(
        item: &Item<'a>,
        default_timezone: &TimeZone,
        faults: &mut Diagnostics<'a>,
    ) -> Option<Self> {
        let known = ["timezone", "open", "closed", "extra"];
        let mut fields = Fields::new(item.table, item.place.clone(), &known, faults);
        if !fields.has("extra") {
            fields.require(&["open"]);
        }
        let named = fields.has("timezone");
        let timezone = fields.parse("timezone", parse_timezone);
        let open = fields.list("open", Weekly::parse).unwrap_or_default();
        let closed = fields.list("closed", Days::parse).unwrap_or_default();
        let extra = fields.list("extra", Extra::parse).unwrap_or_default();
        let name = fields.name(item.name, ScheduleName::parse)?;
        let timezone = if named { timezone? } else { default_timezone.clone() };
        Some(Self::new(name, timezone, open, closed, extra))
    }
}

/// IANA names only: other forms that a library may take ("local time", offsets) are not the same everywhere.
fn parse_timezone(text: &str) -> Result<TimeZone, Fault> {
    let plain = text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'/' | b'_' | b'-' | b'+'));
    let timezone = if plain && !text.is_empty() { TimeZone::get(text).ok() } else { None };
    timezone.ok_or_else(|| {
        let known: Vec<_> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let fault = Fault::new(format_args!("{text:?} is not a timezone"));
        let fault =
            fault.did_you_mean(text, known.iter().map(String::as_str).filter(|name| name.contains('/')));
        fault.or_hint("timezones are named as in the IANA list: Asia/Shanghai for China, UTC")
    })
}
