//! Accounts that nobody has used for long. What counts is the last login, or when the account could first be used: its
//! factors were set, its first day came, it was enabled by hand. Somebody who is in is not idle, so it is asked at the
//! login alone; and it is worked out each time, so that a clock that was wrong closes nothing for good.

use std::time::Duration;

use jiff::Timestamp;

use super::login::refused_login;
use super::services::{Authenticated, Services};
use super::words::{self, LastLine};
use crate::policy::Operator;
use crate::store::{Enrolled, LastLogins};

/// Since when an account is idle at `now`, if it is. `after` nothing: none is.
pub(crate) fn idle_since(
    operator: &Operator,
    enrolled: &Enrolled,
    logins: &LastLogins,
    after: Duration,
    now: Timestamp,
) -> Option<Timestamp> {
    let used = active_at(operator, enrolled, logins, now);
    let closes = used.checked_add(after).unwrap_or(Timestamp::MAX);
    (!after.is_zero() && closes <= now).then_some(used)
}

/// When an account was used last, or could first be.
pub(crate) fn active_at(
    operator: &Operator,
    enrolled: &Enrolled,
    logins: &LastLogins,
    now: Timestamp,
) -> Timestamp {
    let login = logins.last.as_ref().map(|login| login.at);
    let first_day = operator.validity.since().filter(|since| *since <= now);
    let later = [login, logins.enabled_at, first_day, Some(enrolled.enrolled_at)].into_iter().flatten();
    later.fold(enrolled.set_at, Timestamp::max)
}

/// The line for a proven person whose account nobody has used for long; the journal has it then.
pub(crate) async fn refuse(services: &Services, who: &Authenticated) -> Option<LastLine> {
    let (name, now) = (who.operator(), who.now(&services.clock));
    let standing = services.live.standing();
    let operator = standing.policy.operator(name.as_str())?;
    let known = async {
        let enrolled = services.store.factors().find(name).await?;
        Ok::<_, crate::store::StoreError>((enrolled, services.store.logins().of(name).await?))
    };
    let since = match known.await {
        Ok((enrolled, logins)) => {
            let after = services.config.auth.idle_account.as_duration();
            idle_since(operator, &enrolled?, &logins, after, now)?
        }
        Err(error) => {
            tracing::error!(%error, "whether an account is idle cannot be read");
            refused_login(services, who.actor(), who.origin(), "store-failed", None).await;
            return Some(LastLine::of(|| words::with(services, "refused.unread", "")));
        }
    };
    refused_login(services, who.actor(), who.origin(), "operator-idle", Some(since.to_string())).await;
    let since = crate::domain::shown_time(since, &services.config.timezone);
    Some(LastLine::of(|| words::idle(services, &since)))
}
