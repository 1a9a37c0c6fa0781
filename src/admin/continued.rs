//! Lists go on where a page ended.

use super::asset::{AssetOutcome, AssetRequest};
use super::audit::{AuditOutcome, AuditRequest, Records, RowWindow};
use super::credential::{CredentialOutcome, CredentialRequest};
use super::operator::{OperatorOutcome, OperatorRequest};
use super::outcome::AdminOutcome;
use super::own::{OwnOutcome, OwnRequest};
use super::policy::{PolicyOutcome, PolicyRequest};
use super::request::AdminRequest;
use super::vpn::{VpnOutcome, VpnRequest};

/// The request for the page that follows this one, of a list that has one.
pub fn continued(asked: AdminRequest, outcome: &AdminOutcome) -> Option<AdminRequest> {
    match (asked, outcome) {
        (AdminRequest::Assets { limit, .. }, AdminOutcome::Assets(assets)) => {
            assets.page.next.map(|after| AdminRequest::Assets { after, limit })
        }
        (
            AdminRequest::Assets { limit, .. } | AdminRequest::Asset(AssetRequest::List { limit, .. }),
            AdminOutcome::Asset(AssetOutcome::List(page)),
        ) => {
            let after = page.next.clone()?;
            Some(AdminRequest::Asset(AssetRequest::List { after: Some(after), limit }))
        }
        (
            AdminRequest::Credential(CredentialRequest::List { limit, .. }),
            AdminOutcome::Credential(CredentialOutcome::List(page)),
        ) => {
            let after = page.next.clone()?;
            Some(AdminRequest::Credential(CredentialRequest::List { after: Some(after), limit }))
        }
        (
            AdminRequest::Policy(PolicyRequest::History { limit, .. }),
            AdminOutcome::Policy(PolicyOutcome::History(page)),
        ) => {
            let after = page.next?;
            Some(AdminRequest::Policy(PolicyRequest::History { after: Some(after), limit }))
        }
        (
            AdminRequest::Operator(OperatorRequest::List { filter, limit, .. }),
            AdminOutcome::Operator(OperatorOutcome::List(accounts)),
        ) => {
            let after = accounts.page.next.clone()?;
            Some(AdminRequest::Operator(OperatorRequest::List { filter, after: Some(after), limit }))
        }
        (
            AdminRequest::Vpn(VpnRequest::List { operator, limit, .. }),
            AdminOutcome::Vpn(VpnOutcome::List(page)),
        ) => {
            let after = page.next.clone()?;
            Some(AdminRequest::Vpn(VpnRequest::List { operator, after: Some(after), limit }))
        }
        (
            AdminRequest::Own(OwnRequest::Devices { limit, .. }),
            AdminOutcome::Own(OwnOutcome::Devices(page)),
        ) => {
            let after = page.next.clone()?;
            Some(AdminRequest::Own(OwnRequest::Devices { after: Some(after), limit }))
        }
        (AdminRequest::Audit(asked), AdminOutcome::Audit(outcome)) => {
            records(asked, outcome).map(AdminRequest::Audit)
        }
        _ => None,
    }
}

fn records(asked: AuditRequest, outcome: &AuditOutcome) -> Option<AuditRequest> {
    Some(match (asked, outcome) {
        (AuditRequest::Sessions { filter, window }, AuditOutcome::Sessions(records)) => {
            AuditRequest::Sessions { filter, window: behind(window, records)? }
        }
        (AuditRequest::Commands { filter, window }, AuditOutcome::Commands(records)) => {
            AuditRequest::Commands { filter, window: behind(window, records)? }
        }
        (AuditRequest::Events { filter, kinds, window }, AuditOutcome::Events(records)) => {
            AuditRequest::Events { filter, kinds, window: behind(window, records)? }
        }
        _ => return None,
    })
}

/// Towards the past where the newest came first.
fn behind<Row, Cursor: Clone>(
    window: RowWindow<Cursor>,
    records: &Records<Row, Cursor>,
) -> Option<RowWindow<Cursor>> {
    let next = Some(records.page.next.clone()?);
    Some(match records.newest {
        true => RowWindow { before: next, ..window },
        false => RowWindow { after: next, ..window },
    })
}
