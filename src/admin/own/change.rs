//! A change of how one proves oneself: the fresh proof before it, what is kept, and its row.

use jiff::Timestamp;

use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::say::no;
use super::told::OwnChanged;
use crate::access::passwords::{UnfitPassword, fit};
use crate::access::{Authenticated, Services, fresh_code};
use crate::auth::{PaperCode, code};
use crate::domain::Secret;
use crate::event::Event;
use crate::store::{Enrolled, OwnChange};

/// A one-time code that was not given yet, or a recovery code.
#[derive(Debug, Clone)]
pub struct FreshProof(pub Option<Secret>);

/// The factors of now. They are read before the proof: once an administrator has set others, neither that nor what was
/// begun by it counts.
pub(super) async fn of(services: &Services, who: &Authenticated) -> Result<Enrolled, AdminError> {
    services.store.factors().find(who.operator()).await?.ok_or_else(|| gone(services))
}

/// A change of nothing, to be filled in: of factors that were changed last at `of`.
pub(super) fn nothing<'a>(services: &Services, who: &'a Authenticated, of: Timestamp) -> OwnChange<'a> {
    OwnChange {
        operator: who.operator(),
        of,
        password: None,
        totp: None,
        add_key: None,
        remove_key: None,
        at: services.clock.now(),
    }
}

/// Digits of the longest one-time code.
const MOST_DIGITS: usize = 8;

/// Whether it could be a code at all. What could not is a line too many, such as the new password a second time, and not a
/// guess.
fn is_code(text: &Secret) -> bool {
    let typed = code::typed(text);
    let digits = typed.len() <= MOST_DIGITS && typed.chars().all(|sign| sign.is_ascii_digit());
    digits || PaperCode::Recovery.read(text).is_some()
}

/// What can be known before is looked at before: nobody is asked for a code, or spends one, in vain. Whoever is at work and left the screen open should not come to have given somebody a way in.
pub(super) async fn prove(
    services: &Services,
    who: &Authenticated,
    before: &Enrolled,
    (proof, what): (FreshProof, &str),
) -> Result<(), AdminError> {
    if before.codes.is_none() {
        return Err(no!(services, Refused, "own.no-code"));
    }
    let Some(code) = proof.0.filter(|code| !code.is_empty()) else {
        return Err(no!(services, Unproven, "own.proof-missing"));
    };
    if !is_code(&code) {
        return Err(no!(services, Invalid, "own.not-a-code"));
    }
    fresh_code(services, who, &code, what).await.map_err(|reason| match reason {
        "locked" => no!(services, Refused, "vpn.code-locked"),
        "no-code" => no!(services, Refused, "own.no-code"),
        _ => no!(services, Refused, "vpn.code-wrong"),
    })
}

/// Keeps a change, ends what was remembered of what was before, and tells of it. `None`: there was nothing to change.
pub(super) async fn keep(
    admin: &Admin,
    who: &Authenticated,
    change: &OwnChange<'_>,
    (what, key): (&'static str, Option<&str>),
) -> Result<Option<OwnChanged>, AdminError> {
    let services = &admin.services;
    if !services.store.factors().change_own(change).await? {
        return Ok(None);
    }
    services.live.remembered().forget(who.operator());
    let (operator, key) = (who.operator().clone(), key.map(str::to_owned));
    let make = change.add_key.and_then(|key| key.make.clone());
    let event = Event::OwnFactorChanged { operator: operator.clone(), change: what, key: key.clone(), make };
    services.journal(who.actor(), Some(who.origin()), event).await?;
    Ok(Some(OwnChanged { operator, changed: what, key }))
}

pub(super) fn gone(services: &Services) -> AdminError {
    no!(services, Conflict, "own.gone")
}

pub(super) async fn password(
    admin: &Admin,
    who: &Authenticated,
    new: &Secret,
    proof: FreshProof,
) -> Result<OwnChanged, AdminError> {
    let services = &admin.services;
    let before = of(services, who).await?;
    // Before the proof: a password that is not taken costs no code.
    let hash = fit(services, who.operator(), new).await.map_err(unfit)?;
    prove(services, who, &before, (proof, "password")).await?;
    let change = OwnChange { password: Some(&hash), ..nothing(services, who, before.changed_at) };
    keep(admin, who, &change, ("password", None)).await?.ok_or_else(|| gone(services))
}

fn unfit(unfit: UnfitPassword) -> AdminError {
    match unfit {
        UnfitPassword::Failed(_) => AdminError::failed(unfit),
        _ => AdminError::invalid(unfit),
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, is_code};

    #[test]
    fn a_code_is_one_however_it_is_typed_and_a_password_is_not() {
        for typed in ["123456", " 123 456\r", "１２３ ４５６", "12345678", "abcde-fghjk", "ABCDE FGHJK"]
        {
            assert!(is_code(&Secret::new(typed)), "{typed}");
        }
        for typed in ["Kranich-Zimt-55-wo", "123456789", "ssh-ed25519 AAAA", "12345x"] {
            assert!(!is_code(&Secret::new(typed)), "{typed}");
        }
    }
}
