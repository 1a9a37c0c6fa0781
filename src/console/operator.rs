//! Accounts: what the policy says of them, what they have enrolled, and locks.

use std::time::Duration;

use super::out::Out;
use super::run::{Caller, Failure, Input, role_name};
use super::secrets::first_line;
use crate::auth::password;
use crate::auth::totp::CodeSecret;
use crate::domain::{OperatorName, Secret};
use crate::event::Event;
use crate::session::{Services, menu};
use crate::ssh;
use crate::store::{Disabled, Enrolment, PublicKey};
use crate::vault;

/// How long an order waits for the sessions that it cuts.
const PATIENCE: Duration = Duration::from_secs(5);

/// The assets that are open to the caller now.
pub(super) async fn assets(services: &Services, caller: &Caller, out: &Out) -> Result<(), Failure> {
    let standing = services.live.standing();
    let Caller::Operator(who) = caller else { return super::secrets::assets(services, out).await };
    let choices = menu::reachable(services, &standing, who);
    if !out.json {
        return Ok(out.line(menu::table(&choices)).await?);
    }
    for choice in choices {
        let object = serde_json::json!({
            "asset": choice.asset, "login": choice.login, "protocols": choice.protocols,
            "danger": choice.danger, "groups": choice.groups,
        });
        out.line(object.to_string()).await?;
    }
    Ok(())
}

pub(super) fn known(services: &Services, name: &str) -> Result<OperatorName, Failure> {
    let standing = services.live.standing();
    match standing.policy.operator(name) {
        Some(operator) => Ok(operator.name.clone()),
        None => {
            Err(Failure(format!("no operator {name} in the policy: define [operator.{name}] and apply it")))
        }
    }
}

pub(super) async fn list(services: &Services, out: &Out) -> Result<(), Failure> {
    let standing = services.live.standing();
    let names: Vec<_> = standing.policy.operators().map(|operator| operator.name.clone()).collect();
    for name in names {
        show(services, name.as_str(), out).await?;
    }
    Ok(())
}

pub(super) async fn show(services: &Services, name: &str, out: &Out) -> Result<(), Failure> {
    let name = known(services, name)?;
    let standing = services.live.standing();
    let role =
        standing.policy.operator(name.as_str()).map(|operator| role_name(operator.role)).unwrap_or_default();
    let enrolled = services.store.factors().find(&name).await?;
    let mut factors = Vec::new();
    if let Some(enrolled) = &enrolled {
        factors.extend(enrolled.public_keys.iter().map(|key| format!("publickey {}", key.fingerprint)));
        factors.extend(enrolled.password.as_ref().map(|_| "password".to_owned()));
        factors.extend(enrolled.totp.as_ref().map(|_| "totp".to_owned()));
    }
    let by_policy = standing.policy.operator(name.as_str()).is_some_and(|operator| operator.disabled);
    let disabled = by_policy || standing.disabled.contains_key(&name);
    let object =
        serde_json::json!({ "operator": name, "role": role, "factors": factors, "disabled": disabled });
    let text = || {
        let factors = if factors.is_empty() { "not enrolled".to_owned() } else { factors.join(", ") };
        format!("{name}  {role}{}  {factors}", if disabled { "  disabled" } else { "" })
    };
    Ok(out.record(&object, text).await?)
}

/// Sets factors. What was drawn here (a one-time-code secret, when none was given) is shown once.
pub(super) async fn enrol(
    services: &Services,
    caller: &Caller,
    name: &str,
    totp_secret: Option<&str>,
    input: Input,
    out: &Out,
) -> Result<(), Failure> {
    let name = known(services, name)?;
    let mut told = Vec::new();
    let key = input.file.as_ref().map(public_key).transpose()?;
    let password = input.stdin.as_ref().map(|text| hash(&name, text)).transpose()?;
    let drawn = totp_secret.is_none() && key.is_none() && password.is_none();
    let secret = match totp_secret {
        Some(text) => Some(CodeSecret::parse(text)?),
        None if drawn => Some(CodeSecret::new(&Secret::new(crate::chance::bytes::<20>()?))?),
        None => None,
    };
    let sealed = secret
        .as_ref()
        .map(|secret| services.vault.seal(&vault::totp_context(&name), &secret.bytes()))
        .transpose()?;
    told.extend(key.as_ref().map(|_| "publickey".to_owned()));
    told.extend(password.as_ref().map(|_| "password".to_owned()));
    told.extend(sealed.as_ref().map(|_| "totp".to_owned()));
    let keys: Vec<PublicKey> = key.into_iter().collect();
    let enrolment = Enrolment {
        operator: &name,
        password: password.as_deref(),
        totp: sealed.as_deref(),
        public_keys: &keys,
        at: services.clock.now(),
    };
    services.store.factors().enrol(&enrolment, services.config.seats.get()).await?;
    let event = Event::OperatorEnrolled { operator: name.clone(), factors: told.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "operator": name, "enrolled": told });
    out.record(&object, || format!("{name}: {} enrolled", told.join(", "))).await?;
    match secret.filter(|_| drawn) {
        Some(secret) => show_secret(&name, &secret, out).await,
        None => Ok(()),
    }
}

fn public_key(text: &Secret) -> Result<PublicKey, Failure> {
    let key = ssh::PublicKey::parse(text.expose_str().unwrap_or_default())?;
    Ok(PublicKey { fingerprint: key.fingerprint(), line: key.line() })
}

fn hash(name: &OperatorName, text: &Secret) -> Result<String, Failure> {
    let text = first_line(text)?;
    password::check(&text, name.as_str())?;
    Ok(password::hash(&text, &crate::chance::bytes::<16>()?)?)
}

async fn show_secret(name: &OperatorName, secret: &CodeSecret, out: &Out) -> Result<(), Failure> {
    let url = secret.url(name.as_str());
    out.line(super::secrets::qr(&url)?).await?;
    Ok(out.line(format!("{url}\nScan it now: it is not shown again.")).await?)
}

/// Closes an account and cuts its sessions.
pub(super) async fn disable(
    services: &Services,
    caller: &Caller,
    name: &str,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let name = known(services, name)?;
    let order = Disabled {
        operator: name.clone(),
        reason: reason.to_owned(),
        at: services.clock.now(),
        by: caller.actor().to_string(),
    };
    services.store.accounts().disable(&order).await?;
    let change = |standing: &mut crate::live::Standing| standing.disable(&name, reason);
    let cut = services.live.cut(change, |who| *who == name, PATIENCE).await;
    let event = Event::OperatorDisabled { operator: name.clone(), reason: reason.to_owned() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "operator": name, "disabled": true, "sessions_cut": cut.sessions });
    Ok(out.record(&object, || format!("{name} is disabled, {} sessions cut", cut.sessions)).await?)
}

pub(super) async fn enable(
    services: &Services,
    caller: &Caller,
    name: &str,
    out: &Out,
) -> Result<(), Failure> {
    let name = known(services, name)?;
    let event = Event::OperatorEnabled { operator: name.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.store.accounts().enable(&name).await?;
    services.live.update(|standing| standing.enable(&name));
    let object = serde_json::json!({ "operator": name, "disabled": false });
    Ok(out.record(&object, || format!("{name} is enabled")).await?)
}

pub(super) async fn unlock(
    services: &Services,
    caller: &Caller,
    name: &str,
    out: &Out,
) -> Result<(), Failure> {
    let name = known(services, name)?;
    let event = Event::OperatorUnlocked { operator: name.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.store.factors().unlock(&name).await?;
    let object = serde_json::json!({ "operator": name, "locked": false });
    Ok(out.record(&object, || format!("{name} is unlocked")).await?)
}

/// Takes every factor away: the account has to be enrolled anew. The name need not be in the policy any more.
pub(super) async fn reset(
    services: &Services,
    caller: &Caller,
    name: &str,
    out: &Out,
) -> Result<(), Failure> {
    let name = OperatorName::parse(name)?;
    if !services.store.factors().reset(&name).await? {
        return Err(Failure(format!("{name} has nothing enrolled")));
    }
    let event = Event::OperatorReset { operator: name.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "operator": name, "enrolled": [] });
    Ok(out.record(&object, || format!("{name} has to be enrolled anew")).await?)
}
