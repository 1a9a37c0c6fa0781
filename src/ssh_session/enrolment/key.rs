//! The key of an enrolment: one that the client has shown, or one that is pasted; and, of a security key, what its maker
//! says of it, where the configuration names makers.

use rust_i18n::t;

use super::steps::{choice, yes};
use super::stop::{Stop, said};
use crate::access::Services;
use crate::access::attestation::{self, Unattested, is_asked};
use crate::access::enrolment::{Enrolling, UnfitKey};
use crate::auth::{Factor, Factors};
use crate::domain::{Secret, Tell, plain};
use crate::ssh::PublicKey;
use crate::ssh_session::prompt::ChannelPrompt;
use crate::store::EnrolledKey;

/// Keys that are refused in a row, after which the dialogue ends.
const TRIES: usize = 10;

/// Sets a key that is good on this way.
pub(super) async fn set(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    enrolling: &mut Enrolling,
    way: Factors,
    offered: &[PublicKey],
) -> Result<(), Stop> {
    let verified = way.contains(Factor::SkVerified);
    said_before(services, prompt, enrolling, verified).await?;
    for _ in 0..TRIES {
        let key = key(services, prompt, offered).await?;
        let why = if verified && !key.is_security_key() {
            "enrol.not-security-key".to_owned()
        } else {
            let statement = statement(services, prompt, &key).await?;
            match enrolling.set_key(key, statement.as_ref()).await? {
                Ok(()) => return Ok(()),
                Err(UnfitKey::OfAnother) => "enrol.key-not-taken".to_owned(),
                Err(UnfitKey::Unattested(Unattested::NoMakers(error))) => {
                    tracing::error!(%error, "the makers of security keys cannot be read");
                    return Err(Stop::Failed("no-makers"));
                }
                Err(UnfitKey::Unattested(error)) => error.key(),
            }
        };
        said(prompt, &t!(why, locale = services.language().tag())).await?;
    }
    Err(Stop::Failed("no-key-taken"))
}

/// What has to be known before a security key is made: it may have been made in vain.
async fn said_before(
    services: &Services,
    prompt: &ChannelPrompt<'_>,
    enrolling: &Enrolling,
    verified: bool,
) -> Result<(), Stop> {
    let tag = services.language().tag();
    if verified {
        said(prompt, &t!("enrol.security-key", locale = tag)).await?;
    }
    if is_asked(services) {
        let option = if verified { "-O verify-required " } else { "" };
        let makers = plain(&attestation::makers(services));
        let challenge = attestation::challenge(services, enrolling.who().operator());
        let how = t!("attest.how", locale = tag, makers = makers, challenge = challenge, option = option);
        said(prompt, &how).await?;
    }
    Ok(())
}

/// What the maker says of this key, where that is asked for.
async fn statement(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    key: &EnrolledKey,
) -> Result<Option<Secret>, Stop> {
    if !is_asked(services) || !key.is_security_key() {
        return Ok(None);
    }
    let label = t!("attest.paste", locale = services.language().tag());
    prompt.secret(&label).await.map(Some).ok_or(Stop::Left)
}

async fn key(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    offered: &[PublicKey],
) -> Result<EnrolledKey, Stop> {
    let tag = services.language().tag();
    if !offered.is_empty() {
        let row = |(at, key): (usize, &PublicKey)| format!("  {}  {}", at + 1, described(key));
        let rows: Vec<_> = offered.iter().enumerate().map(row).collect();
        let (keys, last) = (rows.join("\n"), (offered.len() + 1).to_string());
        said(prompt, &t!("enrol.keys", locale = tag, keys = keys, last = last)).await?;
        let number = choice(services, prompt, offered.len() + 1).await.ok_or(Stop::Left)?;
        if let Some(key) = offered.get(number) {
            return Ok(enrolled(key));
        }
    }
    pasted(services, prompt).await
}

async fn pasted(services: &Services, prompt: &mut ChannelPrompt<'_>) -> Result<EnrolledKey, Stop> {
    let tag = services.language().tag();
    loop {
        let line = prompt.secret(&t!("enrol.paste-key", locale = tag)).await.ok_or(Stop::Left)?;
        match PublicKey::parse_of_person(line.expose_str().unwrap_or_default()) {
            Ok(key) => {
                said(prompt, &t!("enrol.key", locale = tag, key = described(&key))).await?;
                if yes(services, prompt).await.ok_or(Stop::Left)? {
                    return Ok(enrolled(&key));
                }
            }
            Err(error) => {
                said(
                    prompt,
                    &t!("enrol.no-key", locale = tag, why = plain(&error.told(services.language()))),
                )
                .await?;
            }
        }
    }
}

fn enrolled(key: &PublicKey) -> EnrolledKey {
    EnrolledKey::new(key.fingerprint(), key.line())
}

/// `ssh-ed25519 SHA256:…`
fn described(key: &PublicKey) -> String {
    let line = key.line();
    let kind = line.split(' ').next().unwrap_or_default();
    format!("{kind} {}", key.fingerprint())
}
