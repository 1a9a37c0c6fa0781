//! The one way in, for every front.

use std::sync::Arc;

use super::asset::AssetRequest;
use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::operator::OperatorOutcome;
use super::outcome::AdminOutcome;
use super::permit::permit;
use super::request::AdminRequest;
use super::{
    approve, asset, assets, audit, clock, credential, import, lockdown, operator, own, policy, source, vpn,
    whoami,
};
use crate::access::speaking;

/// Does what is asked for, if this caller may ask for it. It is done in a task of its own: whoever leaves before they
/// hear what came of it stops nothing.
///
/// # Errors
/// Why it was not done.
pub async fn execute(
    admin: &Arc<Admin>,
    caller: &Caller,
    request: AdminRequest,
) -> Result<AdminOutcome, AdminError> {
    let kind = request.kind();
    permit(&admin.services, caller, kind.duty(), kind.words())?;
    let (admin, caller) = (Arc::clone(admin), caller.clone());
    let language = admin.services.language();
    let deed = async move { perform(&admin, &caller, request).await };
    tokio::spawn(speaking(Some(language), deed)).await.map_err(AdminError::internal)?
}

async fn perform(
    admin: &Arc<Admin>,
    caller: &Caller,
    request: AdminRequest,
) -> Result<AdminOutcome, AdminError> {
    Ok(match request {
        AdminRequest::Whoami => AdminOutcome::Whoami(whoami::whoami(admin, caller)),
        AdminRequest::Logout => {
            AdminOutcome::Operator(OperatorOutcome::Forgotten(operator::logout(admin, caller).await?))
        }
        AdminRequest::Assets { after, limit } => match caller {
            Caller::Operator(who) => AdminOutcome::Assets(assets::open(admin, who, after, limit)),
            // Whoever is on the host goes by the list of all assets.
            Caller::Local(_) => {
                let request = AssetRequest::List { after: None, limit };
                AdminOutcome::Asset(asset::perform(admin, caller, request).await?)
            }
        },
        AdminRequest::Approve(request) => {
            AdminOutcome::Approve(approve::perform(admin, caller, request).await?)
        }
        AdminRequest::Asset(request) => AdminOutcome::Asset(asset::perform(admin, caller, request).await?),
        AdminRequest::Audit(request) => AdminOutcome::Audit(audit::perform(admin, caller, request).await?),
        AdminRequest::Clock(request) => AdminOutcome::Clock(clock::trust(admin, caller, request).await?),
        AdminRequest::Credential(request) => {
            AdminOutcome::Credential(credential::perform(admin, caller, request).await?)
        }
        AdminRequest::Import(request) => AdminOutcome::Import(import::perform(admin, caller, request).await?),
        AdminRequest::Policy(request) => AdminOutcome::Policy(policy::perform(admin, caller, request).await?),
        AdminRequest::Lockdown(request) => {
            AdminOutcome::Lockdown(lockdown::perform(admin, caller, request).await?)
        }
        AdminRequest::Operator(request) => {
            AdminOutcome::Operator(operator::perform(admin, caller, request).await?)
        }
        AdminRequest::Own(request) => AdminOutcome::Own(own::perform(admin, caller, request).await?),
        AdminRequest::Source(request) => AdminOutcome::Source(source::perform(admin, caller, request).await?),
        AdminRequest::Vpn(request) => AdminOutcome::Vpn(vpn::perform(admin, caller, request).await?),
    })
}
