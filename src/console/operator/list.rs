//! Which accounts are listed; and the list as a table for spreadsheets.

use jiff::{SignedDuration, Timestamp};

use super::super::readers::Readers;
use super::super::say::say;
use super::super::tree::ListAccounts;
use crate::access::Services;
use crate::admin::{AccountEntry, AccountFilter, AccountPage, AdminError, LocalTime, OperatorRequest};
use crate::domain::{GroupName, OperatorName, VendorName, plain};

/// How many rows are asked for at a time.
const ROWS: u32 = 1000;

pub(super) fn request(services: &Services, asked: &ListAccounts) -> Result<OperatorRequest, AdminError> {
    let now = services.clock.now();
    let length = |seconds: u64| SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    let ahead = |seconds| now.checked_add(length(seconds)).unwrap_or(Timestamp::MAX);
    let ago = |seconds| now.checked_sub(length(seconds)).unwrap_or(Timestamp::MIN);
    let group = |text: &str| GroupName::parse(text.strip_prefix('@').unwrap_or(text));
    let vendor = |text: &str| VendorName::parse(text.strip_prefix("vendor:").unwrap_or(text));
    let filter = AccountFilter {
        states: asked.state.clone(),
        group: asked.group.as_deref().map(group).transpose()?,
        vendor: asked.vendor.as_deref().map(vendor).transpose()?,
        expires_before: asked.expires_within.map(ahead),
        idle_since: asked.idle.map(ago),
    };
    let after = asked.after.as_deref().map(OperatorName::parse).transpose()?;
    Ok(OperatorRequest::List { filter, after, limit: asked.limit.unwrap_or(ROWS) })
}

const HEADS: [&str; 15] = [
    "operator",
    "name",
    "role",
    "vendor",
    "groups",
    "valid_from",
    "valid_until",
    "contact",
    "state",
    "factors",
    "last_login",
    "last_source",
    "failures",
    "devices",
    "sessions",
];

/// As CSV (RFC 4180), with the mark by which spreadsheets know UTF-8; no cell is taken for a formula.
pub(in super::super) fn csv(accounts: &AccountPage) -> Result<Vec<u8>, AdminError> {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if accounts.first {
        table.write_record(HEADS).map_err(AdminError::internal)?;
    }
    for account in &accounts.page.rows {
        table.write_record(cells(account).map(|cell| harmless(&cell))).map_err(AdminError::internal)?;
    }
    let table = table.into_inner().map_err(AdminError::internal)?;
    let mark: &[u8] = if accounts.first { "\u{feff}".as_bytes() } else { &[] };
    Ok([mark, &table].concat())
}

fn cells(account: &AccountEntry) -> [String; 15] {
    let shown = |at: &Option<LocalTime>| at.as_ref().map(LocalTime::shown).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let groups: Vec<_> = account.groups.iter().map(ToString::to_string).collect();
    let invited = account.invited.then_some("invited");
    let states: Vec<_> = account.states.iter().copied().chain(invited).collect();
    let states = if states.is_empty() { "active".to_owned() } else { states.join(" ") };
    [
        account.operator.to_string(),
        text(&account.name),
        account.role.as_str().to_owned(),
        account.vendor.as_ref().map(ToString::to_string).unwrap_or_default(),
        groups.join(" "),
        account.valid_from.as_ref().map(|at| at.date().to_string()).unwrap_or_default(),
        account.valid_until.as_ref().map(|at| at.last_date().to_string()).unwrap_or_default(),
        text(&account.contact),
        states,
        account.factors.join(", "),
        shown(&account.last_login),
        text(&account.last_source),
        account.failures.to_string(),
        account.devices.to_string(),
        account.sessions.to_string(),
    ]
}

/// What a spreadsheet does not take for a formula.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = plain(cell);
    if formula { format!("'{cell}") } else { cell }
}

/// `seats: 312 of 315`.
pub(super) fn seats(accounts: &AccountPage, readers: Readers) -> String {
    let (taken, of) = (accounts.seats.taken.to_string(), accounts.seats.of.to_string());
    say!(readers, "operator.seats", taken = taken, of = of)
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, want) in [("plain", "plain"), ("=1+1", "'=1+1"), ("@x", "'@x"), ("a\nb", "a\\nb")] {
            assert_eq!(harmless(cell), want);
        }
    }
}
