//! Assets as the gateway meets them: the host keys by which it knows them, and whether it can log in there.

mod check;
mod list;
mod trust;

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::page::Page;
use crate::domain::{AssetName, LoginName};

pub use check::{AssetChecked, AssetStep};
pub use list::AssetEntry;
pub use trust::{ShownKey, TrustedKey};

#[derive(Debug, Clone)]
pub enum AssetRequest {
    List {
        after: Option<AssetName>,
        limit: u32,
    },
    /// The host key that it shows now. Changes nothing.
    Key {
        asset: AssetName,
    },
    /// Takes the host key that it shows now.
    Trust {
        asset: AssetName,
        /// It has to be this one.
        fingerprint: Option<String>,
        /// It may take the place of this one.
        replace: Option<String>,
        /// Somebody is there who can compare it: then they have to say which one it is.
        attended: bool,
    },
    /// Tries the way there; without a login, for each of the asset's.
    Check {
        asset: AssetName,
        login: Option<LoginName>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AssetOutcome {
    List(Page<AssetEntry, AssetName>),
    Key(ShownKey),
    Trusted(TrustedKey),
    Checked(AssetChecked),
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: AssetRequest,
) -> Result<AssetOutcome, AdminError> {
    Ok(match request {
        AssetRequest::List { after, limit } => {
            AssetOutcome::List(list::list(&admin.services, after.as_ref(), limit).await?)
        }
        AssetRequest::Key { asset } => AssetOutcome::Key(trust::shown(admin, asset).await?),
        AssetRequest::Trust { asset, fingerprint, replace, attended } => {
            let wish = trust::Wish { fingerprint, replace, attended };
            AssetOutcome::Trusted(trust::trust(admin, caller, asset, wish).await?)
        }
        AssetRequest::Check { asset, login } => {
            AssetOutcome::Checked(check::check(admin, caller, asset, login).await?)
        }
    })
}
