//! What somebody asks for, read once; and a word to who asks for what nobody knows.

use ipnetwork::IpNetwork;
use rust_i18n::t;

use super::{View, find};
use crate::access::Services;
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::say::fail;
use crate::console::time::{self, Times};
use crate::console::tree::Filters;
use crate::diagnostic::suggest::closest;
use crate::domain::plain;
use crate::domain::{AssetName, OperatorName, Sense};
use crate::store::{Filter, PAGE, WHOLE, gather};

/// Rows of text where nobody says how many. Programs get all, or what they ask for.
const USUAL: usize = 100;

pub(super) async fn read(
    services: &Services,
    view: &View,
    filters: &Filters,
    out: &Out,
) -> Result<Filter, Failure> {
    let times = Times::of(services);
    let at = |option, text: &Option<String>, sense| {
        text.as_deref().map(|text| times.read(option, text, sense)).transpose()
    };
    let session = match &filters.session {
        Some(id) => Some(find(services, view, id).await?.session),
        None => None,
    };
    let filter = Filter {
        operator: filters.operator.as_deref().map(OperatorName::parse).transpose()?,
        asset: filters.asset.as_deref().map(AssetName::parse).transpose()?,
        source: filters.source.as_deref().map(|text| network(services, text)).transpose()?,
        session,
        since: at("--since", &filters.since, Sense::Since)?,
        until: at("--until", &filters.until, Sense::Before)?,
        kinds: Vec::new(),
        before: None,
        after: None,
        limit: filters.limit.map(|limit| limit as usize).or((!out.json).then_some(USUAL)),
        within: view.within(),
    };
    if let (Some(since), Some(until)) = (filter.since, filter.until)
        && until <= since
    {
        let [since, until] = [since, until].map(|at| time::told(at, times.zone));
        return Err(fail!(services, "audit.inverted", since = since, until = until));
    }
    // What was understood of the times is told to whoever reads.
    if let Some(span) = times.span(filter.since, filter.until).filter(|_| !out.json) {
        out.error(span).await?;
    }
    Ok(filter)
}

/// An address or a network. `10.0.0.5/8` may be meant as one host or as its whole network: better ask than guess.
fn network(services: &Services, text: &str) -> Result<IpNetwork, Failure> {
    let wrong = || fail!(services, "audit.no-network", text = plain(text));
    let given = text.trim().parse::<IpNetwork>().map_err(|_| wrong())?;
    let given = as_ipv4(given).unwrap_or(given);
    if given.ip() == given.network() {
        return Ok(given);
    }
    let network = format!("{}/{}", given.network(), given.prefix());
    Err(fail!(services, "audit.host-bits", text = plain(text), network = network, host = given.ip()))
}

/// An IPv4-mapped address is the IPv4 address; and so are networks of them.
fn as_ipv4(given: IpNetwork) -> Option<IpNetwork> {
    let IpNetwork::V6(given) = given else { return None };
    let address = given.ip().to_ipv4_mapped()?;
    IpNetwork::new(address.into(), given.prefix().checked_sub(96)?).ok()
}

/// Rows by their numbers in the journal.
pub(super) fn rows(services: &Services, filters: &Filters, filter: &mut Filter) -> Result<(), Failure> {
    let number = |text: &Option<String>| {
        let read = |text: &String| text.parse::<u64>().map_err(|_| text.clone());
        text.as_ref().map(read).transpose().map_err(|text| {
            let tag = services.language().tag();
            Failure(t!("audit.no-number", locale = tag, text = plain(&text)).into_owned())
        })
    };
    filter.before = number(&filters.before)?;
    filter.after = number(&filters.after)?;
    Ok(())
}

/// Nothing was found. Who asked for a name that neither the policy nor any session knows meant another.
pub(super) async fn nothing(services: &Services, view: &View, filter: &Filter) -> Result<String, Failure> {
    let tag = services.language().tag();
    let (operators, assets) = view.known();
    // Names that the policy has left behind are known to who may see everything.
    let (former, gone) = match view.is_narrow() {
        true => (Vec::new(), Vec::new()),
        false => {
            let sessions = services.store.sessions();
            let operators = gather(WHOLE, |after| sessions.operators(after, PAGE)).await?;
            (operators, gather(WHOLE, |after| sessions.assets(after, PAGE)).await?)
        }
    };
    let operators: Vec<_> = operators.into_iter().chain(former.iter().map(String::as_str)).collect();
    let assets: Vec<_> = assets.into_iter().chain(gone.iter().map(String::as_str)).collect();
    let unknown = |name: &str, known: &[&str], key: &str| {
        let nearest = closest(name, known.iter().copied());
        let meant = |near: &str| t!("audit.meant", locale = tag, name = near).into_owned();
        let hint = nearest.map(meant).unwrap_or_default();
        (!known.contains(&name))
            .then(|| Failure(t!(key, locale = tag, name = name, hint = hint).into_owned()))
    };
    let operator = filter.operator.as_ref().map(OperatorName::as_str);
    let asset = filter.asset.as_ref().map(AssetName::as_str);
    let fault = operator.and_then(|name| unknown(name, &operators, "audit.no-operator"));
    match fault.or_else(|| asset.and_then(|name| unknown(name, &assets, "audit.no-asset"))) {
        Some(failure) => Err(failure),
        None => Ok(t!("audit.nothing", locale = tag).into_owned()),
    }
}
