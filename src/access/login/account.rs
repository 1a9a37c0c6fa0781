//! Whose name was given, and what stands in the way of a login whatever is offered. Read anew at each step.

use super::certificate;
use super::code::{self, GivenCode};
use super::guess;
use crate::access::services::Services;
use crate::access::target::LoginSpec;
use crate::auth::Alternatives;
use crate::auth::code::CodeKind;
use crate::domain::{OperatorName, Role, Secret, SourceNet};
use crate::store::{Enrolled, Lockout, StoreError, WayIn};

/// The name that a client gave, and whose it is.
#[derive(Default)]
pub(crate) struct LoginAccount {
    /// As it was typed, without where it wants to go.
    typed: String,
    /// The account of the policy, if there is one.
    pub(crate) name: Option<OperatorName>,
    enrolled: Option<Enrolled>,
    /// What is asked of it.
    asked: Alternatives,
    /// Somebody may certify keys for it.
    certified: bool,
}

impl LoginAccount {
    /// Looks the name up in the policy, with the factors that are asked of it.
    pub(crate) fn of(services: &Services, spec: &LoginSpec) -> (Self, Alternatives) {
        let (standing, typed) = (services.live.standing(), spec.operator.clone());
        let operator = standing.policy.operator(&typed);
        let own = operator.and_then(|operator| operator.factors.clone());
        let name = operator.map(|operator| operator.name.clone());
        let alternatives = own.unwrap_or_else(|| services.config.auth.factors.clone());
        (Self { typed, name, asked: alternatives.clone(), ..Self::default() }, alternatives)
    }

    pub(crate) fn typed(&self) -> &str {
        &self.typed
    }

    /// Reads the factors as they are now. A name that nobody has waits for the database as long.
    pub(crate) async fn look(&mut self, services: &Services) -> Result<(), StoreError> {
        self.enrolled = None;
        match &self.name {
            Some(name) => self.enrolled = services.store.factors().find(name).await?,
            None => services.store.factors().find_nobody().await?,
        }
        self.certified = certificate::may_have_certificates(services, self.name.as_ref());
        Ok(())
    }

    /// When its factors were changed; what was proven of others before does not count.
    pub(crate) fn set_at(&self) -> Option<jiff::Timestamp> {
        self.enrolled.as_ref().map(|enrolled| enrolled.changed_at)
    }

    /// The role that the policy gives it now.
    pub(crate) fn role(&self, services: &Services) -> Option<Role> {
        let standing = services.live.standing();
        standing.policy.operator(self.name.as_ref()?.as_str()).map(|operator| operator.role)
    }

    /// Is all that is wrong with it that it lacks factors?
    pub(crate) fn lacks_factors(&self) -> bool {
        matches!(self.obstacle(), Some("not-enrolled" | "incomplete"))
    }

    pub(crate) fn knows(&self, fingerprint: &str) -> bool {
        let keys = self.enrolled.iter().flat_map(|enrolled| &enrolled.public_keys);
        keys.into_iter().any(|known| known.fingerprint == fingerprint)
    }

    /// Which codes it has; of one that has none, what most have.
    pub(crate) fn code_kind(&self) -> CodeKind {
        let codes = self.enrolled.as_ref().and_then(|enrolled| enrolled.codes.as_ref());
        codes.map(|codes| codes.kind).unwrap_or_default()
    }

    pub(crate) fn password(&self) -> Option<Secret> {
        self.enrolled.as_ref()?.password.clone()
    }

    pub(super) async fn code(&self, services: &Services, given: &Secret) -> Result<GivenCode, StoreError> {
        code::read(services, self.enrolled.as_ref(), given).await
    }

    /// What is wrong with the account itself.
    pub(crate) fn obstacle(&self) -> Option<&'static str> {
        match (&self.name, &self.enrolled) {
            (None, _) => Some("operator-unknown"),
            (Some(_), None) => Some("not-enrolled"),
            // Nothing that can be offered is enough: a right key would lead to a code that nobody can know.
            (Some(_), Some(enrolled))
                if !self.asked.lacking(enrolled.kinds_with(self.certified)).is_empty() =>
            {
                Some("incomplete")
            }
            (Some(_), Some(_)) => None,
        }
    }

    /// This source, if the account is at home there.
    pub(crate) fn home(&self, services: &Services, source: SourceNet) -> Option<SourceNet> {
        services.home(self.name.as_ref()?, self.set_at()?, source)
    }

    /// The way in with this key proven first, at home or not, or without one.
    pub(crate) fn way<'a>(&'a self, key: Option<&'a str>, home: Option<SourceNet>) -> WayIn<'a> {
        let key = key.filter(|_| self.name.is_some());
        WayIn { operator: self.name.as_ref(), key, home: home.filter(|_| key.is_some()) }
    }

    /// What is counted against a way of it now, and until when it is locked. A name of nobody never is.
    pub(crate) async fn lockout(
        &self,
        services: &Services,
        way: WayIn<'_>,
    ) -> Result<(Option<Lockout>, Option<jiff::Timestamp>), StoreError> {
        let (lockout, locked) = services.store.factors().lockout(way, services.clock.now()).await?;
        Ok((lockout, locked.filter(|_| self.name.is_some())))
    }

    /// Waits for its turn to guess. The queue is that of what was typed, whoever has that name or nobody.
    pub(crate) async fn turn(&self, way: WayIn<'_>) -> Option<tokio::sync::MutexGuard<'static, ()>> {
        guess::turn(&self.typed, way).await
    }
}
