//! What a person owes before they go on: terms of work that they have not accepted, a password that is too old. And what
//! they are told when they come in.

use jiff::Timestamp;
use rust_i18n::t;

use super::services::{Authenticated, Services};
use super::terms::{self, UnreadTerms, WorkTerms};
use crate::domain::Role;
use crate::event::Event;
use crate::store::{LoginSeen, OwnChange, StoreError};

/// Something that has to be done first.
#[derive(Debug)]
pub(crate) enum Outstanding {
    Terms(WorkTerms),
    /// The password of this login is too old: that of these factors, by when they were changed last.
    Password {
        of: Timestamp,
    },
}

impl Outstanding {
    /// The word by which people are told.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Terms(_) => "terms",
            Self::Password { .. } => "password",
        }
    }
}

/// The next thing that this person owes.
pub(crate) async fn owed(
    services: &Services,
    who: &Authenticated,
) -> Result<Option<Outstanding>, UnreadTerms> {
    if let Some(terms) = terms::owed(services, &who.operator).await? {
        return Ok(Some(Outstanding::Terms(terms)));
    }
    old_password(services, who).await.map_err(|error| UnreadTerms::new(&error))
}

/// The factors are read first: what is set after that is not what this person was asked to replace.
async fn old_password(services: &Services, who: &Authenticated) -> Result<Option<Outstanding>, StoreError> {
    let enrolled = services.store.factors().find(&who.operator).await?;
    let until = password_until(services, who).await?;
    let old = until.is_some_and(|until| until <= services.clock.decisive());
    Ok(enrolled.filter(|_| old).map(|enrolled| Outstanding::Password { of: enrolled.changed_at }))
}

/// Whether this person goes on all the same: whoever has to order a lockdown at night is kept from it neither by what they
/// owe nor by a file that cannot be read.
pub(crate) fn may_wait(services: &Services, who: &Authenticated) -> bool {
    let standing = services.live.standing();
    standing.policy.operator(who.operator.as_str()).is_some_and(|account| account.role == Role::Security)
}

/// When the password by which they came is too old; `None`: it does not age, or they came by a key.
async fn password_until(services: &Services, who: &Authenticated) -> Result<Option<Timestamp>, StoreError> {
    let most = services.config.auth.password_max_age;
    if most.is_zero() || !who.factors.iter().any(|factor| factor == "password") {
        return Ok(None);
    }
    let passwords = services.store.factors().passwords(&who.operator).await?;
    let until = |set_at: Timestamp| set_at.saturating_add(most.as_duration()).unwrap_or(Timestamp::MAX);
    Ok(passwords.first().map(|newest| until(newest.set_at)))
}

/// Keeps a new password in the place of one of these factors that is too old; the hash is of
/// [`fit`](super::passwords::fit).
pub(crate) async fn replace_password(
    services: &Services,
    who: &Authenticated,
    hash: &str,
    of: Timestamp,
) -> Result<bool, String> {
    let change = OwnChange {
        operator: &who.operator,
        of,
        password: Some(hash),
        totp: None,
        add_key: None,
        remove_key: None,
        at: services.clock.now(),
    };
    let kept = services.store.factors().change_own(&change).await;
    if !kept.map_err(|error| error.to_string())? {
        return Ok(false);
    }
    services.live.remembered().forget(&who.operator);
    let event =
        Event::OwnFactorChanged { operator: who.operator.clone(), change: "password", key: None, make: None };
    services.journal(who.actor(), Some(&who.origin), event).await.map_err(|error| error.to_string())?;
    Ok(true)
}

/// How long before its end something is told of.
const SOON: i64 = 14 * 24 * 60 * 60;

/// What somebody is told when they come in: their last login, and what ends soon. What cannot be read is left out: it keeps
/// nobody from their work.
pub(crate) async fn greeting(services: &Services, who: &Authenticated) -> Vec<String> {
    let read = greeting_read(services, who).await;
    read.inspect_err(|error| tracing::error!(%error, "a greeting could not be read")).unwrap_or_default()
}

async fn greeting_read(services: &Services, who: &Authenticated) -> Result<Vec<String>, StoreError> {
    let (tag, mut lines) = (services.language().tag(), Vec::new());
    let logins = services.store.logins().of(&who.operator).await?;
    if let Some(LoginSeen { at, source }) = logins.before {
        let at = services.told_time(at);
        let failures = logins.failures_before.to_string();
        let key = if logins.failures_before == 0 { "greeting.last" } else { "greeting.last-refused" };
        lines.push(t!(key, locale = tag, at = at, source = source, failures = failures).into_owned());
    }
    if who.factors.iter().any(|factor| factor == "recovery") {
        let left = services.store.recovery().left(&who.operator).await?.to_string();
        lines.push(t!("greeting.recovery", locale = tag, left = left).into_owned());
    }
    let now = services.clock.decisive();
    let soon = |until: &Timestamp| *until > now && until.as_second() - now.as_second() < SOON;
    if let Some(until) = password_until(services, who).await?.filter(soon) {
        lines.push(t!("greeting.password", locale = tag, until = services.told_time(until)).into_owned());
    }
    let standing = services.live.standing();
    let account =
        standing.policy.operator(who.operator.as_str()).and_then(|account| account.validity.until());
    if let Some(until) = account.filter(soon) {
        lines.push(t!("greeting.account", locale = tag, until = services.told_time(until)).into_owned());
    }
    Ok(lines)
}
