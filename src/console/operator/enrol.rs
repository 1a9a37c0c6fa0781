//! Factors, set and taken away.

use super::super::lockdown::{alarm, asked, request};
use super::super::out::Out;
use super::super::run::{Caller, Failure, Input};
use super::super::say::{fail, say};
use super::super::secrets::first_line;
use super::state::{mend, missing};
use super::{guarded, known};
use crate::access::Services;
use crate::auth::totp::CodeSecret;
use crate::auth::{Factors, password};
use crate::domain::{OperatorName, Role, Secret};
use crate::event::Event;
use crate::lockdown::Act;
use crate::ssh;
use crate::store::{EnrolledKey, Enrolment, Set};
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
    let keys: Vec<EnrolledKey> = key.into_iter().collect();
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
    show_enrolled(services, &name, &told, out).await?;
    show_drawn(services, &name, secret.filter(|_| drawn), out).await
}

/// What was set, and what is still missing for a login.
pub(super) async fn show_enrolled(
    services: &Services,
    name: &OperatorName,
    told: &[String],
    out: &Out,
) -> Result<(), Failure> {
    let lacking = lacking(services, name).await?;
    let missing: Vec<_> = lacking.iter().map(ToString::to_string).collect();
    let object = serde_json::json!({ "operator": name, "enrolled": told, "missing": missing });
    let text = || {
        let done = say!(services, "operator.enrolled", operator = name.as_str(), factors = told.join(", "));
        match lacking.as_slice() {
            [] => done,
            lacking => format!("{done}\n{}", cannot_log_in(services, name, lacking)),
        }
    };
    Ok(out.records(&object, text).await?)
}

/// What the account lacks for a login, as the policy asks now.
async fn lacking(services: &Services, name: &OperatorName) -> Result<Vec<Factors>, Failure> {
    let (standing, usual) = (services.live.standing(), &services.config.auth.factors);
    let own = standing.policy.operator(name.as_str()).and_then(|operator| operator.factors.as_ref());
    let kinds = services.store.factors().find(name).await?.map(|enrolled| enrolled.kinds());
    Ok(own.unwrap_or(usual).lacking(kinds.unwrap_or_default()))
}

/// A device alone lets nobody in, either: whoever enrols one hears what is missing.
pub(in crate::console) async fn tell_lacking(
    services: &Services,
    name: &OperatorName,
    out: &Out,
) -> Result<(), Failure> {
    match lacking(services, name).await?.as_slice() {
        [] => Ok(()),
        lacking => Ok(out.error(cannot_log_in(services, name, lacking)).await?),
    }
}

fn cannot_log_in(services: &Services, name: &OperatorName, lacking: &[Factors]) -> String {
    let (missing, command) = (missing(lacking, services.language()), mend(name.as_str(), lacking));
    say!(services, "operator.cannot-log-in", operator = name.as_str(), missing = missing, command = command)
}

fn public_key(text: &Secret) -> Result<EnrolledKey, Failure> {
    let key = ssh::PublicKey::parse(text.expose_str().unwrap_or_default())?;
    Ok(EnrolledKey { fingerprint: key.fingerprint(), line: key.line() })
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
