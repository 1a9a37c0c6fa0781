//! One-time codes, checked and spent. At the door, and inside for what wants a fresh code.

use zeroize::Zeroizing;

use super::guess::{self, Tries};
use super::refusal::refused_login;
use crate::access::services::{Authenticated, Services};
use crate::auth::totp::{CodeSecret, Found};
use crate::domain::{OperatorName, Secret, halfwidth};
use crate::store::{Enrolled, WayIn};
use crate::vault;

/// Seconds since 1970, as phones count them.
pub(crate) fn seconds(services: &Services) -> u64 {
    u64::try_from(services.clock.now().as_second()).unwrap_or_default()
}

/// What a code is worth; if it is right, its step is to be spent if all else is. For nobody it takes as long.
pub(crate) fn look(services: &Services, account: Option<&Enrolled>, given: &Secret) -> Found {
    let now = seconds(services);
    let given = Zeroizing::new(halfwidth(given.expose_str().unwrap_or_default().trim()));
    let secret = account.and_then(|account| {
        let sealed = account.totp.as_ref()?;
        let opened = services.vault.open(&vault::totp_context(&account.operator), sealed).ok()?;
        CodeSecret::new(&opened).ok()
    });
    match secret {
        Some(secret) => secret.find(&given, now),
        None => CodeSecret::find_nobody(&given, now),
    }
}

/// Spends what was found: a code works once, also when it is given twice at the same moment.
pub(crate) async fn spend(
    services: &Services,
    name: &OperatorName,
    found: Found,
) -> Result<(), &'static str> {
    let step = match found {
        Found::Right(step) => step,
        Found::Old => return Err("code-old"),
        Found::Wrong => return Err("wrong-code"),
    };
    match services.store.factors().accept_step(name, step).await {
        Ok(true) => Ok(()),
        Ok(false) => Err("code-reused"),
        Err(_) => Err("store-failed"),
    }
}

/// A code that was right moments ago guesses nothing, and neither does an empty answer, which a client gives where nobody
/// is there to be asked: it takes no place in the count.
pub(crate) fn is_guess(reason: &str) -> bool {
    !matches!(reason, "code-reused" | NOTHING_GIVEN)
}

/// An answer was empty.
pub(crate) const NOTHING_GIVEN: &str = "nothing-given";

/// Whether there is nothing in it, or blanks alone.
pub(crate) fn is_nothing(given: &Secret) -> bool {
    given.expose_str().is_some_and(|text| text.trim().is_empty())
}

/// Takes one more code from a proven person, for `what` they are about to do. What is wrong with it is a fixed
/// word, journaled and counted as at a login.
pub(crate) async fn fresh_code(
    services: &Services,
    who: &Authenticated,
    given: &Secret,
    what: &str,
) -> Result<(), &'static str> {
    let (name, key) = (&who.operator, who.key.as_deref());
    let turn = guess::turn(name.as_str(), key).await;
    let enrolled = services.store.factors().find(name).await.map_err(|_| "store-failed")?;
    if enrolled.as_ref().is_none_or(|enrolled| enrolled.totp.is_none()) {
        return Err("no-code");
    }
    let (way, mut tries) = (WayIn { operator: Some(name), key }, Tries::default());
    let place = guess::take(services, way, &mut tries).await;
    let found = look(services, enrolled.as_ref(), given);
    let spent = match place {
        Ok(_) => spend(services, name, found).await,
        Err(reason) => Err(reason),
    };
    let done = match spent {
        Err(reason) if is_guess(reason) => Err(reason),
        // Right now, or a moment ago.
        right => guess::right(services, way, &mut tries).await.and(right),
    };
    drop(turn);
    if let Err(reason) = done {
        refused_login(services, who.actor(), &who.origin, reason, Some(what.to_owned())).await;
        if let Ok(lockout) = place
            && is_guess(reason)
        {
            guess::wrong(services, &who.origin, name, key, lockout).await;
        }
    }
    done
}
