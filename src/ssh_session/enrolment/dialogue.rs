//! The dialogue, from the terms of work to the recovery codes. What is set is kept at its end, all or nothing.

use std::sync::Arc;

use rust_i18n::t;

use super::key;
use super::steps::{accept_terms, choice, new_password, show_secret};
use super::stop::{Stop, said};
use crate::access::Services;
use crate::access::enrolment::Enrolling;
use crate::auth::{Factor, Factors};
use crate::domain::Secret;
use crate::ssh::PublicKey;
use crate::ssh_session::prompt::ChannelPrompt;

/// How a dialogue ended.
pub(super) enum DialogueEnd {
    Done,
    /// They left, or nobody was there any more.
    Left,
    /// The word of why it came to nothing.
    Failed(&'static str),
}

/// Wrong codes in a row after which a new secret is drawn: the phone has another one.
const TRIES: usize = 5;

pub(super) async fn hold(
    services: &Arc<Services>,
    prompt: &mut ChannelPrompt<'_>,
    enrolling: Enrolling,
    offered: &[PublicKey],
) -> DialogueEnd {
    match steps(services, prompt, enrolling, offered).await {
        Ok(()) => DialogueEnd::Done,
        Err(Stop::Left) => DialogueEnd::Left,
        Err(Stop::Failed(word)) => DialogueEnd::Failed(word),
    }
}

async fn steps(
    services: &Arc<Services>,
    prompt: &mut ChannelPrompt<'_>,
    mut enrolling: Enrolling,
    offered: &[PublicKey],
) -> Result<(), Stop> {
    let tag = services.language().tag();
    let operator = enrolling.who().operator().to_string();
    said(prompt, &t!("enrol.welcome", locale = tag, operator = operator)).await?;
    if let Some(terms) = enrolling.terms().cloned() {
        accept_terms(services, prompt, &terms).await.ok_or(Stop::Left)?;
    }
    let way = way(services, prompt, enrolling.ways()).await?;
    if way.has_key() {
        key::set(services, prompt, &mut enrolling, way, offered).await?;
    }
    if way.contains(Factor::Password) {
        password(services, prompt, &mut enrolling).await?;
    }
    if way.contains(Factor::Totp) {
        codes(services, prompt, &mut enrolling).await?;
    }
    let recovery = enrolling.recovery_codes()?;
    recovery_shown(services, prompt, &recovery).await?;
    let factors = enrolling.finish(&recovery).await?;
    let factors = factors.join(", ");
    said(prompt, &t!("enrol.done", locale = tag, operator = operator, factors = factors)).await
}

/// Which of the ways that would complete the account's factors.
async fn way(services: &Services, prompt: &mut ChannelPrompt<'_>, ways: &[Factors]) -> Result<Factors, Stop> {
    let tag = services.language().tag();
    let words = |way: &Factors| {
        let words: Vec<_> =
            way.iter().map(|one| t!(format!("factor.{}", one.as_str()), locale = tag)).collect();
        words.join(&t!("factor.and", locale = tag))
    };
    let [only] = ways else {
        let rows: Vec<_> =
            ways.iter().enumerate().map(|(at, way)| format!("  {}  {}", at + 1, words(way))).collect();
        said(prompt, &t!("enrol.ways", locale = tag, ways = rows.join("\n"))).await?;
        let number = choice(services, prompt, ways.len()).await.ok_or(Stop::Left)?;
        return ways.get(number).copied().ok_or(Stop::Left);
    };
    Ok(*only)
}

async fn password(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    enrolling: &mut Enrolling,
) -> Result<(), Stop> {
    loop {
        let text = new_password(services, prompt).await.ok_or(Stop::Left)?;
        match enrolling.set_password(&text).await {
            Ok(()) => return Ok(()),
            Err(unfit) => super::steps::unfit(services, prompt, &unfit).await.ok_or(Stop::Left)?,
        }
    }
}

/// The secret of the codes, until a code of it was given.
async fn codes(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    enrolling: &mut Enrolling,
) -> Result<(), Stop> {
    let tag = services.language().tag();
    loop {
        let (secret, url) = enrolling.draw_codes()?;
        show_secret(services, prompt, &secret, &url).await.ok_or(Stop::Left)?;
        for _ in 0..TRIES {
            let code = prompt.secret(&t!("enrol.prove", locale = tag)).await.ok_or(Stop::Left)?;
            if enrolling.prove(&code) {
                return said(prompt, &t!("enrol.proven", locale = tag)).await;
            }
            said(prompt, &t!("enrol.wrong-code", locale = tag)).await?;
        }
        said(prompt, &t!("enrol.new-secret", locale = tag)).await?;
    }
}

/// They are seen before anything is kept: who never saw them begins again.
async fn recovery_shown(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    codes: &[Secret],
) -> Result<(), Stop> {
    if codes.is_empty() {
        return Ok(());
    }
    super::steps::show_recovery(services, prompt, codes).await.ok_or(Stop::Left)
}
