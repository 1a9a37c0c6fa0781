//! Whose name was given, and what stands in the way of a login whatever is offered. Read anew at each step.

use super::super::select::Knock;
use super::super::services::Services;
use super::code;
use super::guess;
use crate::auth::Alternatives;
use crate::domain::{OperatorName, Secret};
use crate::ssh::PublicKey;
use crate::store::{Enrolled, Lockout, StoreError, WayIn};

/// The name that a client gave, and whose it is.
#[derive(Default)]
pub(super) struct Account {
    /// As it was typed, without where it wants to go.
    typed: String,
    /// The account of the policy, if there is one.
    pub(super) name: Option<OperatorName>,
    enrolled: Option<Enrolled>,
}

impl Account {
    /// Looks the name up in the policy, with the factors that are asked of it.
    pub(super) fn of(services: &Services, user: &str) -> (Self, Alternatives) {
        let (standing, typed) = (services.live.standing(), Knock::parse(user).operator);
        let operator = standing.policy.operator(&typed);
        let own = operator.and_then(|operator| operator.factors.clone());
        let name = operator.map(|operator| operator.name.clone());
        let alternatives = own.unwrap_or_else(|| services.config.auth.factors.clone());
        (Self { typed, name, enrolled: None }, alternatives)
    }

    pub(super) fn typed(&self) -> &str {
        &self.typed
    }

    /// Reads the factors as they are now. A name that nobody has waits for the database as long.
    pub(super) async fn look(&mut self, services: &Services) -> Result<(), StoreError> {
        self.enrolled = None;
        match &self.name {
            Some(name) => self.enrolled = services.store.factors().find(name).await?,
            None => services.store.factors().find_nobody().await?,
        }
        Ok(())
    }

    /// When its factors were set; what was proven of others before does not count.
    pub(super) fn set_at(&self) -> Option<jiff::Timestamp> {
        self.enrolled.as_ref().map(|enrolled| enrolled.set_at)
    }

    pub(super) fn knows(&self, key: &PublicKey) -> bool {
        let print = key.fingerprint();
        let keys = self.enrolled.iter().flat_map(|enrolled| &enrolled.public_keys);
        keys.into_iter().any(|known| known.fingerprint == print)
    }

    pub(super) fn password(&self) -> Option<Secret> {
        self.enrolled.as_ref()?.password.clone()
    }

    pub(super) fn code(&self, services: &Services, given: &Secret) -> crate::auth::totp::Found {
        code::look(services, self.enrolled.as_ref(), given)
    }

    /// What is wrong with the account itself.
    pub(super) fn obstacle(&self) -> Option<&'static str> {
        match (&self.name, &self.enrolled) {
            (None, _) => Some("operator-unknown"),
            (Some(_), None) => Some("not-enrolled"),
            (Some(_), Some(_)) => None,
        }
    }

    /// The way in with this key proven first, or without one.
    pub(super) fn way<'a>(&'a self, key: Option<&'a str>) -> WayIn<'a> {
        WayIn { operator: self.name.as_ref(), key: key.filter(|_| self.name.is_some()) }
    }

    /// What is counted against that way now, and until when it is locked. A name of nobody never is.
    pub(super) async fn lockout(
        &self,
        services: &Services,
        key: Option<&str>,
    ) -> Result<(Option<Lockout>, Option<jiff::Timestamp>), StoreError> {
        let (lockout, locked) = services.store.factors().lockout(self.way(key), services.clock.now()).await?;
        Ok((lockout, locked.filter(|_| self.name.is_some())))
    }

    /// Waits for its turn to guess. The queue is that of what was typed, whoever has that name or nobody.
    pub(super) async fn turn(&self, key: Option<&str>) -> Option<tokio::sync::MutexGuard<'static, ()>> {
        guess::turn(&self.typed, key).await
    }
}
