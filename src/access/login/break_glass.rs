//! Break-glass: a proven person whom a lockdown keeps out may give a sealed code, which lets their own
//! account in for a while. For when no officer can be reached; so it is loud.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use rust_i18n::t;

use super::Questions;
use super::questions::told_before;
use crate::access::services::{Authenticated, Services};
use crate::access::words;
use crate::domain::{PermitId, Secret};
use crate::event::Event;
use crate::lockdown::{self, Permit};
use crate::policy::Reason;
use crate::store::Given;

/// The question for a code; `None` for whom nothing is locked, who has no code left, or who is not let in anyway.
pub(crate) async fn question(services: &Services, who: &Authenticated) -> Option<Questions> {
    if who.stranger().is_some() {
        return None;
    }
    let (standing, source) = (services.live.standing(), who.origin.address());
    let admitted = standing.admit(who.operator.as_str(), source, who.now(&services.clock));
    let denial = admitted.err().filter(|denial| denial.reason == Reason::Lockdown)?;
    let left = services.store.break_glass().left(&who.operator).await;
    if left.inspect_err(|error| tracing::error!(%error, "break-glass codes cannot be read")).ok()? == 0 {
        return None;
    }
    let prompt = t!("login.break-glass", locale = services.language().tag()).into_owned();
    let said = words::not_admitted(services, &denial, source);
    Some(Questions { prompts: vec![told_before(services, &said, &prompt)] })
}

/// Opens the account, if this is a code of its. Nothing is told here: who is let in sees it, and who is not hears of the
/// lockdown inside, and that their code opened nothing. True: it did not.
pub(crate) async fn answer(services: &Services, who: &Authenticated, given: Option<&Secret>) -> bool {
    let Some(given) = given.filter(|given| !given.is_empty()) else { return false };
    let opened = open(services, who, given).await;
    if let Err(error) = &opened {
        tracing::error!(operator = %who.operator, %error, "a break-glass code opened nothing");
    }
    opened.is_err()
}

async fn open(services: &Services, who: &Authenticated, given: &Secret) -> Result<(), String> {
    let (now, name) = (services.clock.now(), &who.operator);
    let source = who.origin.address().to_string();
    let spent = match lockdown::digest(name, given) {
        Some(digest) => services.store.break_glass().spend(name, digest, now, &source).await,
        None => Ok(None),
    };
    let Some(opens) = spent.map_err(|error| error.to_string())? else {
        alarm(services, who, "break-glass-wrong-code", &[], None).await?;
        return Err("there is no such code, or it was used".into());
    };
    let permits = permits(services, who, now, opens)?;
    let until = permits.first().and_then(|permit| permit.until);
    alarm(services, who, "break-glass", &permits, until).await?;
    for permit in permits {
        let given = Given { at: now, by: name.as_str(), second: None };
        journal(services, who, Event::permit_given(&permit)).await?;
        services.store.permits().add(&permit, given).await.map_err(|error| error.to_string())?;
        services.live.update(|standing| standing.lockdowns.permit(permit));
    }
    Ok(())
}

/// Past everything that covers the account now. What is ordered later is not pierced: so an officer can
/// close it again.
fn permits(
    services: &Services,
    who: &Authenticated,
    now: Timestamp,
    opens: Duration,
) -> Result<Vec<Permit>, String> {
    let standing = services.live.standing();
    let Some(operator) = standing.policy.operator(who.operator.as_str()) else { return Ok(Vec::new()) };
    let seconds = i64::try_from(opens.as_secs()).unwrap_or(i64::MAX);
    let until = Timestamp::from_second(now.as_second().saturating_add(seconds)).map_err(|e| e.to_string())?;
    let permit = |lockdown: &lockdown::Lockdown| Permit {
        id: PermitId::new(words::millis(now), services.random()),
        lockdown: lockdown.id.clone(),
        operator: who.operator.clone(),
        asset: None,
        until: Some(until),
        ticket: "break-glass".to_owned(),
    };
    // A planned period covers as what the policy says and as the order that was stored of it.
    let mut seen = BTreeSet::new();
    let covering = standing.locks().covering(operator.account(), now);
    Ok(covering.filter(|lockdown| seen.insert(&lockdown.id)).map(permit).collect())
}

async fn alarm(
    services: &Services,
    who: &Authenticated,
    alarm: &'static str,
    permits: &[Permit],
    until: Option<Timestamp>,
) -> Result<(), String> {
    tracing::error!(operator = %who.operator, source = %who.origin.address(), "ALARM: {alarm}");
    let lockdowns = permits.iter().map(|permit| permit.lockdown.clone()).collect();
    journal(
        services,
        who,
        Event::Alarm {
            alarm,
            operator: Some(who.operator.clone()),
            owner: None,
            device: None,
            lockdowns,
            until,
        },
    )
    .await
}

async fn journal(services: &Services, who: &Authenticated, event: Event) -> Result<(), String> {
    services.journal(who.actor(), Some(&who.origin), event).await.map_err(|error| error.to_string())
}
