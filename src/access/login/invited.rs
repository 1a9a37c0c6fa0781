//! Whoever gives the code of an invitation in the place of a password. It opens an enrolment and nothing else: the
//! account lacks factors, or the code is worth nothing.

use super::account::LoginAccount;
use crate::access::services::{Authenticated, Services};
use crate::auth::PaperCode;
use crate::domain::Secret;
use crate::store::{Invitation, StoreError};
use crate::vault;

/// Somebody who may enrol, and do nothing else.
#[derive(Debug, Clone)]
pub(crate) struct Invited {
    pub(in crate::access) who: Authenticated,
    pub(in crate::access) invitation: Invitation,
}

impl Invited {
    /// Who it is, for whoever asks whether they may be here.
    pub(crate) fn who(&self) -> &Authenticated {
        &self.who
    }

    /// The same, with what their client calls itself.
    #[must_use]
    pub(crate) fn by(mut self, client: &str) -> Self {
        client.clone_into(&mut self.who.client);
        self
    }

    /// When the invitation is over.
    pub(crate) fn until(&self) -> jiff::Timestamp {
        self.invitation.expires_at
    }
}

/// The account's invitation, if this is its code and it is good now. A name that nobody has costs as much.
pub(super) async fn matching(
    services: &Services,
    account: &LoginAccount,
    given: &Secret,
) -> Result<Option<Invitation>, StoreError> {
    let found = services.store.invitations().find(account.name.as_ref()).await?;
    let read = PaperCode::Invitation.read(given);
    let context = vault::code_context(PaperCode::Invitation, account.name.as_ref());
    let digest = services.vault.digest(&context, read.as_ref().unwrap_or(given));
    let good = |invitation: &Invitation| {
        read.is_some()
            && bool::from(subtle::ConstantTimeEq::ct_eq(&invitation.digest.0[..], &digest.0[..]))
            && services.clock.decisive() < invitation.expires_at
            && account.role(services) == Some(invitation.role)
    };
    Ok(found.filter(good))
}
