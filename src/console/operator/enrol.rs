//! Factors, set and taken away.

use super::super::lockdown::{alarm, asked, request};
use super::super::out::Out;
use super::super::run::{Caller, Failure, Input};
use super::super::say::{fail, say};
use super::super::secrets::first_line;
use super::{guarded, known};
use crate::access::Services;
use crate::auth::password;
use crate::auth::totp::CodeSecret;
use crate::domain::{OperatorName, Role, Secret};
use crate::event::Event;
use crate::lockdown::Act;
use crate::ssh;
use crate::store::{Enrolment, PublicKey, Set};
use crate::vault;

/// Sets factors. What was drawn here (a one-time-code secret, when none was given) is shown once.
pub(in crate::console) async fn enrol(
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
    let password = match &input.stdin {
        Some(text) => Some(hash(services, &name, text).await?),
        None => None,
    };
    let drawn = totp_secret.is_none() && key.is_none() && password.is_none();
    let secret = match totp_secret {
        Some(text) => Some(CodeSecret::parse(text)?),
        None if drawn => Some(CodeSecret::new(&Secret::new(crate::platform::random::bytes::<20>()?))?),
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
    let by = caller.actor().to_string();
    let set = Set { at: services.clock.now(), by: &by, role: role(services, &name) };
    let enrolment = Enrolment {
        operator: &name,
        password: password.as_deref(),
        totp: sealed.as_deref(),
        public_keys: &keys,
        set,
    };
    if guarded::enrolment_takes_two(services, caller, &name, &told).await? {
        let act = Act::Enrol { operator: name.clone(), factors: told };
        let request = request(services, caller, act)?;
        services.store.factors().ask(&request, &enrolment).await?;
        asked(services, caller, &request, out).await?;
        return show_drawn(services, &name, secret.filter(|_| drawn), out).await;
    }
    if guarded::is_guarded(services, &name).await? {
        alarm(services, caller, "officer-factors", &name).await?;
    }
    services.store.factors().enrol(&enrolment, services.config.seats.get()).await?;
    let event = Event::OperatorEnrolled { operator: name.clone(), factors: told.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "operator": name, "enrolled": told });
    out.record(&object, || {
        say!(services, "operator.enrolled", operator = name.as_str(), factors = told.join(", "))
    })
    .await?;
    show_drawn(services, &name, secret.filter(|_| drawn), out).await
}

fn public_key(text: &Secret) -> Result<PublicKey, Failure> {
    let key = ssh::PublicKey::parse(text.expose_str().unwrap_or_default())?;
    Ok(PublicKey { fingerprint: key.fingerprint(), line: key.line() })
}

/// Slow by intent, and so off the threads that carry sessions.
async fn hash(services: &Services, name: &OperatorName, text: &Secret) -> Result<String, Failure> {
    let text = first_line(services, text)?;
    password::check(&text, name.as_str())?;
    let salt = crate::platform::random::bytes::<16>()?;
    Ok(tokio::task::spawn_blocking(move || password::hash(&text, &salt)).await??)
}

/// What was drawn here: nobody else knows it.
async fn show_drawn(
    services: &Services,
    name: &OperatorName,
    secret: Option<CodeSecret>,
    out: &Out,
) -> Result<(), Failure> {
    let Some(secret) = secret else { return Ok(()) };
    let url = secret.url(name.as_str());
    out.lines(super::super::secrets::qr(&url)?).await?;
    Ok(out.lines(format!("{url}\n{}", say!(services, "operator.scan"))).await?)
}

pub(super) fn role(services: &Services, name: &OperatorName) -> Role {
    services.live.standing().policy.operator(name.as_str()).map(|operator| operator.role).unwrap_or_default()
}

/// Takes every factor away: the account has to be enrolled anew. The name need not be in the policy any more.
pub(in crate::console) async fn reset(
    services: &Services,
    caller: &Caller,
    name: &str,
    out: &Out,
) -> Result<(), Failure> {
    let name = OperatorName::parse(name)?;
    if guarded::takes_two(services, &name).await? {
        let request = request(services, caller, Act::Reset { operator: name })?;
        services.store.requests().add(&request).await?;
        return asked(services, caller, &request, out).await;
    }
    if guarded::is_guarded(services, &name).await? {
        alarm(services, caller, "officer-factors", &name).await?;
    }
    if !services.store.factors().reset(&name).await? {
        return Err(fail!(services, "operator.nothing-enrolled", operator = name.as_str()));
    }
    let event = Event::OperatorReset { operator: name.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "operator": name, "enrolled": [] });
    Ok(out.record(&object, || say!(services, "operator.reset", operator = name.as_str())).await?)
}
