//! One-time codes, checked and spent. At the door, and inside for what wants a fresh code.

use super::guess::{self, Tries};
use super::refusal::refused_login;
use crate::access::services::{Authenticated, Services};
use crate::auth::PaperCode;
use crate::auth::code::{self, CodeSecret, Found};
use crate::domain::{Digest, OperatorName, Origin, Secret, SourceNet};
use crate::event::{Actor, Event};
use crate::store::{Enrolled, StoreError, WayIn};
use crate::vault;

/// Seconds since 1970, as phones and tokens count them.
pub(crate) fn seconds(services: &Services) -> u64 {
    u64::try_from(services.clock.now().as_second()).unwrap_or_default()
}

/// What a code is worth; if it is right, its step is to be spent if all else is. For nobody it takes as long.
pub(super) fn look(services: &Services, account: Option<&Enrolled>, given: &Secret) -> Found {
    let now = seconds(services);
    let given = code::typed(given);
    let secret = account.and_then(|account| {
        let codes = account.codes.as_ref()?;
        let opened =
            services.vault.open(&vault::otp_context(codes.kind, &account.operator), &codes.sealed).ok()?;
        CodeSecret::stored(codes.kind, &opened, services.config.auth.gm_otp()).ok()
    });
    match secret {
        Some(secret) => secret.find(&given, now),
        None => CodeSecret::find_nobody(&given, now),
    }
}

/// What was given where a code was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum GivenCode {
    OneTime(Found),
    /// An unspent recovery code of the account.
    Recovery(Digest),
}

/// How somebody proved that the codes are theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProvenBy {
    Phone,
    /// So many recovery codes are left.
    Recovery(u64),
}

/// What is worth what was given. A recovery code is looked for whatever else it may be: waiting tells nothing.
pub(super) async fn read(
    services: &Services,
    account: Option<&Enrolled>,
    given: &Secret,
) -> Result<GivenCode, StoreError> {
    let found = look(services, account, given);
    let name = account.map(|account| &account.operator);
    let code = PaperCode::Recovery.read(given);
    let context = vault::code_context(PaperCode::Recovery, name);
    let digest = services.vault.digest(&context, code.as_ref().unwrap_or(given));
    let holds = services.store.recovery().holds(name, digest).await?;
    Ok(if holds && code.is_some() { GivenCode::Recovery(digest) } else { GivenCode::OneTime(found) })
}

/// Spends what was found: a code works once, also when it is given twice at the same moment.
pub(super) async fn spend(
    services: &Services,
    (name, origin): (&OperatorName, &Origin),
    given: GivenCode,
) -> Result<ProvenBy, &'static str> {
    let step = match given {
        GivenCode::Recovery(digest) => return recovered(services, (name, origin), digest).await,
        GivenCode::OneTime(Found::Right(step)) => step,
        GivenCode::OneTime(Found::Old) => return Err("code-old"),
        GivenCode::OneTime(Found::Wrong) => return Err("wrong-code"),
    };
    match services.store.factors().accept_step(name, step).await {
        Ok(true) => Ok(ProvenBy::Phone),
        Ok(false) => Err("code-reused"),
        Err(_) => Err("store-failed"),
    }
}

async fn recovered(
    services: &Services,
    (name, origin): (&OperatorName, &Origin),
    digest: Digest,
) -> Result<ProvenBy, &'static str> {
    let (at, source) = (services.clock.now(), origin.address().to_string());
    let left = match services.store.recovery().spend(name, digest, at, &source).await {
        Ok(Some(left)) => left,
        Ok(None) => return Err("code-reused"),
        Err(_) => return Err("store-failed"),
    };
    let event = Event::RecoveryCodeUsed { operator: name.clone(), left };
    let told = services.journal(Actor::Operator(name.clone()), Some(origin), event).await;
    told.map(|()| ProvenBy::Recovery(left)).map_err(|_| "store-failed")
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
    let (name, key) = (&who.operator, who.way_key());
    let find = || async { services.store.factors().find(name).await.map_err(|_| "store-failed") };
    let (set_at, source) = (find().await?.map(|set| set.set_at), SourceNet::of(who.origin.address()));
    let home = key.and_then(|_| services.home(name, set_at?, source));
    let (way, mut tries) = (WayIn { operator: Some(name), key, home }, Tries::default());
    let turn = guess::turn(name.as_str(), way).await;
    // As they are now that it is our turn.
    let enrolled = find().await?;
    if enrolled.as_ref().is_none_or(|enrolled| enrolled.codes.is_none()) {
        return Err("no-code");
    }
    let place = guess::take(services, way, &mut tries).await;
    let found = read(services, enrolled.as_ref(), given).await;
    let spent = match (place, found) {
        (Ok(_), Ok(found)) => spend(services, (name, &who.origin), found).await.map(drop),
        (Ok(_), Err(_)) => Err("store-failed"),
        (Err(reason), _) => Err(reason),
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
            guess::wrong(services, &who.origin, way, lockout).await;
        }
    }
    done
}
