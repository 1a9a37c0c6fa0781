//! The command log: what was typed or asked to run, and what became of it.

use super::super::out::Out;
use super::super::run::Failure;
use super::super::time;
use super::super::tree::Filters;
use super::View;
use crate::domain::plain;
use crate::session::Services;
use crate::store::CommandRow;

pub(super) async fn list(
    services: &Services,
    view: &View,
    filters: &Filters,
    out: &Out,
) -> Result<(), Failure> {
    let filter = super::filter(services, filters, out).await?;
    let shows = |row: &CommandRow| view.shows(row.operator.as_str(), row.asset.as_str(), &row.source);
    for row in services.store.commands().list(&filter, shows).await? {
        match out.json {
            true => out.line(serde_json::to_string(&row.shown(&services.config.timezone))?).await?,
            false => out.line(text(services, &row)).await?,
        }
    }
    Ok(())
}

fn text(services: &Services, row: &CommandRow) -> String {
    let judged = &row.judged;
    let danger = judged.danger.map(|danger| format!(" {}", danger.as_str())).unwrap_or_default();
    let reason = match judged.reason.as_str() {
        "" => String::new(),
        reason => format!("  ({})", plain(reason)),
    };
    let answer = row.answer.as_ref().map(|answer| format!("  {} by {}", answer.what, answer.by));
    format!(
        "{}  {}  {}  {}@{}  {}{danger}  {}{reason}{}",
        row.session,
        time::brief(row.at, &services.config.timezone),
        row.operator,
        row.login,
        row.asset,
        judged.verdict.as_str(),
        plain(&judged.command),
        answer.unwrap_or_default(),
    )
}
