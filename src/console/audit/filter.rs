//! The options of the audit's lists.

use ipnetwork::IpNetwork;

use super::super::say::say;
use super::super::time::{self, Times};
use super::super::tree::Filters;
use crate::access::Services;
use crate::admin::{AdminError, AdminErrorKind, RecordFilter, RowWindow};
use crate::domain::{AssetName, OperatorName, Sense, plain};

/// Rows of text where nobody says how many.
const USUAL: u32 = 100;
/// Rows that are asked for at a time where all are printed.
const PAGE: u32 = 500;

pub(super) fn read(services: &Services, filters: &Filters) -> Result<RecordFilter, AdminError> {
    let times = Times::of(services);
    let at = |option, text: &Option<String>, sense| {
        let read = |text: &str| times.read(option, text, sense);
        text.as_deref().map(read).transpose()
    };
    let filter = RecordFilter {
        operator: filters.operator.as_deref().map(OperatorName::parse).transpose()?,
        asset: filters.asset.as_deref().map(AssetName::parse).transpose()?,
        source: filters.source.as_deref().map(|text| network(services, text)).transpose()?,
        session: filters.session.clone(),
        since: at("--since", &filters.since, Sense::Since)?,
        until: at("--until", &filters.until, Sense::Before)?,
    };
    match (filter.since, filter.until) {
        (Some(since), Some(until)) if until <= since => {
            let [since, until] = [since, until].map(|at| time::told(at, times.zone));
            Err(invalid(say!(services, "audit.inverted", since = since, until = until)))
        }
        _ => Ok(filter),
    }
}

/// An address or a network. `10.0.0.5/8` may be meant as one host or as its whole network: better ask than guess.
fn network(services: &Services, text: &str) -> Result<IpNetwork, AdminError> {
    let wrong = || invalid(say!(services, "audit.no-network", text = plain(text)));
    let given = text.trim().parse::<IpNetwork>().map_err(|_| wrong())?;
    let given = as_ipv4(given).unwrap_or(given);
    if given.ip() == given.network() {
        return Ok(given);
    }
    let (text, network, host) = (plain(text), format!("{}/{}", given.network(), given.prefix()), given.ip());
    Err(invalid(say!(services, "audit.host-bits", text = text, network = network, host = host)))
}

/// An IPv4-mapped address is the IPv4 address; and so are networks of them.
fn as_ipv4(given: IpNetwork) -> Option<IpNetwork> {
    let IpNetwork::V6(given) = given else { return None };
    let address = given.ip().to_ipv4_mapped()?;
    IpNetwork::new(address.into(), given.prefix().checked_sub(96)?).ok()
}

/// The newest where so many are asked for, and nothing is said of where to begin.
pub(super) fn window<Cursor>(
    filters: &Filters,
    json: bool,
    cursor: impl Fn(&String) -> Result<Cursor, AdminError>,
) -> Result<RowWindow<Cursor>, AdminError> {
    let whole = json && filters.limit.is_none();
    let usual = if json { PAGE } else { USUAL };
    Ok(RowWindow {
        before: filters.before.as_ref().map(&cursor).transpose()?,
        after: filters.after.as_ref().map(&cursor).transpose()?,
        newest: !whole && filters.after.is_none(),
        limit: filters.limit.unwrap_or(usual),
    })
}

/// A row by its number in the journal.
pub(super) fn number(services: &Services, text: &str) -> Result<u64, AdminError> {
    text.parse().map_err(|_| invalid(say!(services, "audit.no-number", text = plain(text))))
}

fn invalid(text: String) -> AdminError {
    AdminError::new(AdminErrorKind::Invalid, text)
}
