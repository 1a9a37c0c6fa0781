//! One's own one-time codes: a new secret counts once a code of it was given. Until then the old one does; and
//! where an administrator has set or taken away anything meanwhile, or has closed the account, the new one never does.

use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::once::ToldOnce;
use super::super::pending_codes::DrawnFor;
use super::super::say::no;
use super::change::{FreshProof, gone, keep, nothing, of, prove};
use super::told::{DrawnSecret, NewRecoveryCodes, OwnChanged};
use crate::access::enrolment::{digest, recovery_codes};
use crate::access::{Authenticated, Services};
use crate::auth::code::{CodeKind, CodeSecret};
use crate::auth::totp::TotpSecret;
use crate::domain::{OperatorName, Secret, halfwidth};
use crate::event::Event;
use crate::platform::random;
use crate::store::OwnChange;
use crate::vault;

pub(super) async fn draw(
    admin: &Admin,
    who: &Authenticated,
    proof: FreshProof,
) -> Result<DrawnSecret, AdminError> {
    let before = of(&admin.services, who).await?;
    if before.codes.as_ref().is_some_and(|codes| codes.kind == CodeKind::GmOtp) {
        return Err(no!(admin.services, Conflict, "own.token"));
    }
    prove(&admin.services, who, &before, (proof, "totp new")).await?;
    let bytes = Secret::new(random::bytes::<20>()?);
    let secret = TotpSecret::new(&bytes).map_err(AdminError::failed)?;
    let operator = who.operator().clone();
    let drawn = DrawnSecret {
        totp_url: ToldOnce::new(secret.scanned(operator.as_str())),
        secret: ToldOnce::new(secret.base32()),
        operator,
    };
    let drawn_for = DrawnFor { operator: who.operator(), changed_at: before.changed_at };
    admin.pending_codes.put(drawn_for, CodeSecret::Totp(secret), admin.services.clock.monotonic());
    Ok(drawn)
}

pub(super) async fn take(
    admin: &Admin,
    who: &Authenticated,
    code: Option<Secret>,
) -> Result<OwnChanged, AdminError> {
    let (services, name) = (&admin.services, who.operator());
    let code = code.ok_or_else(|| no!(services, Invalid, "own.proof-missing"))?;
    let typed = zeroize::Zeroizing::new(halfwidth(code.expose_str().unwrap_or_default().trim()));
    let seconds = u64::try_from(services.clock.now().as_second()).unwrap_or_default();
    let found = admin.pending_codes.find(name, &typed, services.clock.monotonic(), seconds);
    let (secret, step, of) = match found {
        None => return Err(no!(services, NotFound, "own.nothing-drawn")),
        Some(Err(())) => return Err(no!(services, Refused, "own.wrong-code")),
        Some(Ok(proven)) => proven,
    };
    let sealed = services.vault.seal(&vault::otp_context(CodeKind::Totp, name), &secret.bytes())?;
    let change = OwnChange { totp: Some((&sealed, step)), ..nothing(services, who, of) };
    let drawn_anew = || no!(services, NotFound, "own.nothing-drawn");
    keep(admin, who, &change, ("totp", None)).await?.ok_or_else(drawn_anew)
}

pub(super) async fn recovery(
    admin: &Admin,
    who: &Authenticated,
    proof: FreshProof,
) -> Result<NewRecoveryCodes, AdminError> {
    let (services, operator) = (&admin.services, who.operator().clone());
    let before = of(services, who).await?;
    prove(services, who, &before, (proof, "recovery")).await?;
    let codes = recovery_codes()?;
    let digests: Vec<_> = codes.iter().map(|code| digest(services, &operator, code)).collect();
    let (at, of) = (services.clock.now(), before.changed_at);
    if !services.store.recovery().replace(&operator, &digests, at, of).await? {
        return Err(gone(services));
    }
    told(services, who, &operator).await?;
    let recovery = codes.iter().map(|code| ToldOnce::new(code.expose_str().unwrap_or_default())).collect();
    Ok(NewRecoveryCodes { operator, recovery })
}

async fn told(services: &Services, who: &Authenticated, operator: &OperatorName) -> Result<(), AdminError> {
    let event =
        Event::OwnFactorChanged { operator: operator.clone(), change: "recovery", key: None, make: None };
    Ok(services.journal(who.actor(), Some(who.origin()), event).await?)
}
