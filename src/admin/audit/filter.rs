//! What somebody asks for; and a word to who asks for what nobody knows.

use ipnetwork::IpNetwork;
use jiff::Timestamp;

use super::super::error::AdminError;
use super::super::say::{no, say};
use super::find::find;
use super::view::View;
use crate::access::Services;
use crate::diagnostic::suggest::closest;
use crate::domain::{AssetName, OperatorName};
use crate::store::{Filter, PAGE, WHOLE, gather};

/// Which records. Every field narrows.
#[derive(Debug, Clone, Default)]
pub struct RecordFilter {
    pub operator: Option<OperatorName>,
    pub asset: Option<AssetName>,
    pub source: Option<IpNetwork>,
    /// An id, or its beginning.
    pub session: Option<String>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// Which of the records that match.
#[derive(Debug, Clone)]
pub struct RowWindow<Cursor> {
    pub before: Option<Cursor>,
    pub after: Option<Cursor>,
    /// The newest of them, else the first.
    pub newest: bool,
    pub limit: u32,
}

/// For the store.
pub(super) async fn wanted(
    services: &Services,
    view: &View,
    filter: RecordFilter,
    window: &RowWindow<u64>,
) -> Result<Filter, AdminError> {
    let RecordFilter { operator, asset, source, session, since, until } = filter;
    let session = match session {
        Some(id) => Some(find(services, view, &id).await?.session),
        None => None,
    };
    Ok(Filter {
        operator,
        asset,
        source,
        session,
        since,
        until,
        kinds: Vec::new(),
        before: window.before,
        // Rows are counted from one: behind none is from the beginning.
        after: window.after.or((!window.newest).then_some(0)),
        limit: Some(window.limit as usize),
        within: view.within(),
    })
}

/// Nothing was found. Who asked for a name that neither the policy nor any session knows meant another.
pub(super) async fn unknown(services: &Services, view: &View, filter: &Filter) -> Result<(), AdminError> {
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
    let operator = filter.operator.as_ref().map(OperatorName::as_str);
    let asset = filter.asset.as_ref().map(AssetName::as_str);
    if let Some(name) = operator.filter(|name| !operators.contains(name)) {
        let hint = meant(services, name, operators.iter().copied());
        return Err(no!(services, NotFound, "audit.no-operator", name = name, hint = hint));
    }
    if let Some(name) = asset.filter(|name| !assets.contains(name)) {
        let hint = meant(services, name, assets.iter().copied());
        return Err(no!(services, NotFound, "audit.no-asset", name = name, hint = hint));
    }
    Ok(())
}

/// The name that was meant, if one is near.
pub(super) fn meant<'n>(services: &Services, name: &str, known: impl Iterator<Item = &'n str>) -> String {
    closest(name, known).map(|near| say!(services, "audit.meant", name = near)).unwrap_or_default()
}
