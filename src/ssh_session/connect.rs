//! The fifth step: dial the asset, check its host key, log in with the sealed credential.

use crate::access::{Authenticated, Services};
use crate::domain::{AssetName, Language, LoginName, SessionId, Tell, english, text};
use crate::event::Event;
use crate::policy::{Host, Trust};
use crate::ssh::client::{self, AssetConnection, ConnectError, Credential, Dial};
use crate::ssh::{PrivateKey, PublicKey};
use crate::store::{CredentialKind, TrustedHostKey};

/// Why an asset cannot be entered.
#[derive(Debug)]
pub(super) enum Unreachable {
    NoCredential,
    NoHostKey,
    /// It went wrong on the way there.
    Connect(ConnectError),
    /// The gateway's own store or vault failed; for the journal.
    Internal(String),
}

impl Unreachable {
    /// The word of the catalog.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::NoCredential => "no-credential",
            Self::NoHostKey => "no-host-key",
            Self::Connect(ConnectError::Timeout(..)) => "timeout",
            Self::Connect(ConnectError::Tcp(..)) => "tcp",
            Self::Connect(ConnectError::HostKey(_)) => "host-key",
            Self::Connect(ConnectError::Credential) => "credential",
            Self::Connect(ConnectError::NoCommon(_)) => "no-common",
            Self::Connect(ConnectError::Ssh(_)) | Self::Internal(_) => "ssh",
        }
    }
}

english!(Unreachable);

impl Tell for Unreachable {
    fn told(&self, language: Language) -> String {
        match self {
            Self::NoCredential => text!(language, "connect.no-credential"),
            Self::NoHostKey => text!(language, "connect.no-host-key"),
            Self::Connect(error) => error.told(language),
            Self::Internal(error) => text!(language, "console.internal", error = error),
        }
    }
}

/// Connects; whatever goes wrong is journaled here.
pub(super) async fn connect(
    services: &Services,
    who: &Authenticated,
    session: &SessionId,
    asset: &AssetName,
    login: &LoginName,
) -> Result<AssetConnection, Unreachable> {
    match attempt(services, who, asset, login).await {
        Ok(connected) => {
            told_weak(services, who, session, asset, &connected).await?;
            Ok(connected)
        }
        Err(why) => {
            let row = Event::AssetUnreachable {
                session: Some(session.clone()),
                asset: asset.clone(),
                reason: why.to_string(),
            };
            if let Err(error) = services.journal(who.actor(), Some(&who.origin), row).await {
                return Err(Unreachable::Internal(error.to_string()));
            }
            Err(why)
        }
    }
}

/// A connection that needed weak algorithms is journaled before anything runs on it.
async fn told_weak(
    services: &Services,
    who: &Authenticated,
    session: &SessionId,
    asset: &AssetName,
    connected: &AssetConnection,
) -> Result<(), Unreachable> {
    let algorithms: Vec<_> = connected.weak().iter().map(ToString::to_string).collect();
    if algorithms.is_empty() {
        return Ok(());
    }
    let row = Event::LegacyAlgorithms { session: session.clone(), asset: asset.clone(), algorithms };
    services.journal(who.actor(), Some(&who.origin), row).await.map_err(internal)
}

async fn attempt(
    services: &Services,
    who: &Authenticated,
    asset: &AssetName,
    login: &LoginName,
) -> Result<AssetConnection, Unreachable> {
    let standing = services.live.standing();
    let entry = standing.policy.asset(asset.as_str()).ok_or(Unreachable::NoHostKey)?;
    let dial = dial(services, entry);
    let credential = credential(services, asset, login).await?;
    let mut pinned = pinned(services, asset, &entry.host_keys).await?;
    if pinned.is_empty() {
        if entry.trust != Trust::FirstUse {
            return Err(Unreachable::NoHostKey);
        }
        pinned.push(trust_first(services, who, asset, &dial).await?);
    }
    let connected = client::connect(&dial, &pinned, login.as_str(), &credential).await;
    if let Err(ConnectError::HostKey(shown)) = &connected {
        let expected = pinned.iter().map(PublicKey::fingerprint).collect();
        let row = Event::HostKeyRefused { asset: asset.clone(), fingerprint: shown.fingerprint(), expected };
        services.journal(who.actor(), Some(&who.origin), row).await.map_err(internal)?;
    }
    connected.map_err(Unreachable::Connect)
}

fn internal(error: impl std::fmt::Display) -> Unreachable {
    Unreachable::Internal(error.to_string())
}

/// How an asset is dialled.
pub(crate) fn dial(services: &Services, asset: &crate::policy::Asset) -> Dial {
    let limits = &services.config.limits;
    Dial {
        host: host(&asset.address.host),
        port: asset.address.port,
        legacy: asset.legacy.clone(),
        timeout: limits.connect_timeout.as_duration(),
        keepalive: limits.keepalive(),
    }
}

/// As a resolver takes it: an IPv6 address without its brackets.
fn host(host: &Host) -> String {
    match host {
        Host::Ip(ip) => ip.to_string(),
        Host::Name(name) => name.to_string(),
    }
}

/// The keys by which this asset is known: those of the policy file, else those that were trusted by order.
pub(super) async fn pinned(
    services: &Services,
    asset: &AssetName,
    in_policy: &[String],
) -> Result<Vec<PublicKey>, Unreachable> {
    let lines = match in_policy {
        [] => services
            .store
            .host_keys()
            .trusted(asset)
            .await
            .map_err(internal)?
            .into_iter()
            .map(|key| key.line)
            .collect(),
        lines => lines.to_vec(),
    };
    lines.iter().map(|line| PublicKey::parse(line).map_err(internal)).collect()
}

/// `trust = "first-use"`: takes the key that the asset shows now, for good. Journaled before it is used.
async fn trust_first(
    services: &Services,
    who: &Authenticated,
    asset: &AssetName,
    dial: &Dial,
) -> Result<PublicKey, Unreachable> {
    let key = client::host_key(dial).await.map_err(Unreachable::Connect)?;
    let how = "first-use".to_owned();
    let row =
        Event::HostKeyTrusted { asset: asset.clone(), fingerprint: key.fingerprint(), how: how.clone() };
    services.journal(who.actor(), Some(&who.origin), row).await.map_err(internal)?;
    let row = TrustedHostKey {
        fingerprint: key.fingerprint(),
        line: key.line(),
        how,
        at: services.clock.now(),
        by: who.operator.to_string(),
    };
    // Of two first connections at once one wins; the other has to find the same key.
    if services.store.host_keys().trust_first(asset, &row).await.map_err(internal)? {
        return Ok(key);
    }
    let kept = pinned(services, asset, &[]).await?;
    if kept.iter().any(|known| known.same(&key)) {
        Ok(key)
    } else {
        Err(Unreachable::Connect(ConnectError::HostKey(Box::new(key))))
    }
}

pub(super) async fn credential(
    services: &Services,
    asset: &AssetName,
    login: &LoginName,
) -> Result<Credential, Unreachable> {
    let sealed = services
        .store
        .credentials()
        .find(asset, login)
        .await
        .map_err(internal)?
        .ok_or(Unreachable::NoCredential)?;
    let context = crate::vault::credential_context(asset, login);
    let secret = services.vault.open(&context, &sealed.sealed).map_err(internal)?;
    Ok(match sealed.kind {
        CredentialKind::Key => Credential::Key(PrivateKey::parse(&secret).map_err(internal)?),
        CredentialKind::Password => Credential::Password(secret),
    })
}
