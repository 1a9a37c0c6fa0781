//! The command log: what was typed or asked to run, and what became of it.

use jiff::tz::TimeZone;
use rust_i18n::t;

use super::list::{Shape, print};
use super::{View, filter, line};
use crate::access::Services;
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::time;
use crate::console::tree::Filters;
use crate::domain::plain;
use crate::store::CommandRow;

pub(super) async fn list(
    services: &Services,
    view: &View,
    filters: &Filters,
    out: &Out,
) -> Result<(), Failure> {
    let mut wanted = filter::read(services, view, filters, out).await?;
    filter::rows(services, filters, &mut wanted)?;
    let shape = CommandShape { view, zone: &services.config.timezone, tag: services.language().tag() };
    print(services, view, &wanted, services.store.commands().pages(&wanted), &shape, out).await
}

struct CommandShape<'a> {
    view: &'a View,
    zone: &'a TimeZone,
    tag: &'static str,
}

impl Shape<7> for CommandShape<'_> {
    type Row = CommandRow;

    fn shows(&self, row: &CommandRow) -> bool {
        self.view.shows(row.operator.as_str(), row.asset.as_str(), &row.source)
    }

    fn json(&self, row: &CommandRow) -> Result<String, Failure> {
        Ok(serde_json::to_string(&line::command(row, self.zone))?)
    }

    fn heads(&self) -> [&'static str; 7] {
        [
            "audit.head-number",
            "audit.head-time",
            "audit.head-session",
            "audit.head-operator",
            "audit.head-asset",
            "audit.head-verdict",
            "audit.head-command",
        ]
    }

    fn cells(&self, row: &CommandRow) -> [String; 7] {
        let judged = &row.judged;
        let danger = judged.danger.map(|danger| format!(" {}", danger.as_str())).unwrap_or_default();
        let reason = match judged.reason.as_str() {
            "" => String::new(),
            reason => format!("  ({})", plain(reason)),
        };
        let answer = row.answer.as_ref().map(|answer| {
            let by = plain(&answer.by);
            format!("  {}", t!("audit.answer", locale = self.tag, what = answer.what, by = by))
        });
        [
            row.number.to_string(),
            time::told(row.at, self.zone),
            row.session.to_string(),
            row.operator.to_string(),
            format!("{}@{}", row.login, row.asset),
            format!("{}{danger}", judged.verdict.as_str()),
            format!("{}{reason}{}", plain(&judged.command), answer.unwrap_or_default()),
        ]
    }

    fn cursor(&self, row: &CommandRow) -> String {
        row.number.to_string()
    }
}
