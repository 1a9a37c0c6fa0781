//! The dialogue, from the terms of work to the recovery codes. What is set is kept at its end, all or nothing.

use std::sync::Arc;

use rust_i18n::t;

use super::steps::{accept_terms, choice, new_password, show_secret, yes};
use crate::access::Services;
use crate::access::enrolment::{Enrolling, Unenrolled};
use crate::auth::{Factor, Factors};
use crate::domain::{Secret, plain};
use crate::ssh::PublicKey;
use crate::ssh_session::prompt::ChannelPrompt;
use crate::store::EnrolledKey;

/// How a dialogue ended.
pub(super) enum DialogueEnd {
    Done,
    /// They left, or nobody was there any more.
    Left,
    /// The word of why it came to nothing.
    Failed(&'static str),
}

/// Why the next step does not come.
enum Stop {
    Left,
    Failed(&'static str),
}

impl From<Unenrolled> for Stop {
    fn from(error: Unenrolled) -> Self {
        tracing::warn!(%error, "an enrolment came to nothing");
        Self::Failed(error.word())
    }
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
    if way.contains(Factor::PublicKey) {
        while !enrolling.set_key(key(services, prompt, offered).await?).await? {
            said(prompt, &t!("enrol.key-not-taken", locale = tag)).await?;
        }
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

async fn said(prompt: &ChannelPrompt<'_>, text: &str) -> Result<(), Stop> {
    prompt.show(&format!("{text}\n")).await.then_some(()).ok_or(Stop::Left)
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

/// A key that the client has shown, or one that is pasted.
async fn key(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    offered: &[PublicKey],
) -> Result<EnrolledKey, Stop> {
    let tag = services.language().tag();
    if !offered.is_empty() {
        let row = |(at, key): (usize, &PublicKey)| format!("  {}  {}", at + 1, described(key));
        let rows: Vec<_> = offered.iter().enumerate().map(row).collect();
        said(
            prompt,
            &t!("enrol.keys", locale = tag, keys = rows.join("\n"), last = (offered.len() + 1).to_string()),
        )
        .await?;
        let number = choice(services, prompt, offered.len() + 1).await.ok_or(Stop::Left)?;
        if let Some(key) = offered.get(number) {
            return Ok(enrolled(key));
        }
    }
    loop {
        let line = prompt.secret(&t!("enrol.paste-key", locale = tag)).await.ok_or(Stop::Left)?;
        match PublicKey::parse(line.expose_str().unwrap_or_default()) {
            Ok(key) => {
                said(prompt, &t!("enrol.key", locale = tag, key = described(&key))).await?;
                if yes(services, prompt).await.ok_or(Stop::Left)? {
                    return Ok(enrolled(&key));
                }
            }
            Err(error) => {
                said(prompt, &t!("enrol.no-key", locale = tag, why = plain(&error.to_string()))).await?
            }
        }
    }
}

fn enrolled(key: &PublicKey) -> EnrolledKey {
    EnrolledKey { fingerprint: key.fingerprint(), line: key.line() }
}

/// `ssh-ed25519 SHA256:…`
fn described(key: &PublicKey) -> String {
    let line = key.line();
    let kind = line.split(' ').next().unwrap_or_default();
    format!("{kind} {}", key.fingerprint())
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
