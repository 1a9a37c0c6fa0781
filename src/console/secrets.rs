//! What the gateway uses to log in to assets.

use super::out::Out;
use super::run::{Caller, Failure, Input};
use super::time;
use crate::access::Services;
use crate::domain::{AssetName, LoginName, Secret};
use crate::event::Event;
use crate::policy::Policy;
use crate::ssh::PrivateKey;
use crate::store::{CredentialKind, NewCredential};
use crate::vault;

pub(super) fn known(policy: &Policy, name: &str) -> Result<AssetName, Failure> {
    match policy.asset(name) {
        Some(asset) => Ok(asset.name.clone()),
        None => Err(Failure(format!("no asset {name} in the policy: define [asset.{name}] and apply it"))),
    }
}

/// The first line of standard input, without its end.
pub(super) fn first_line(text: &Secret) -> Result<Secret, Failure> {
    let line = text.expose().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure("standard input is empty: give the password on its first line".into()));
    }
    Ok(Secret::new(line))
}

/// A QR code for a dark terminal, two rows a line.
pub(crate) fn qr(text: &str) -> Result<String, Failure> {
    // The least correction: nothing hides a screen, and a smaller code fits a smaller window.
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L)?;
    use qrcode::render::unicode::Dense1x2;
    // What is dark on paper is the terminal's own dark here: scanners do not read the negative.
    let mut render = code.render::<Dense1x2>();
    Ok(render.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build())
}

/// Seals a credential.
pub(super) async fn set(
    services: &Services,
    caller: &Caller,
    asset: &str,
    login: &str,
    input: Input,
    out: &Out,
) -> Result<(), Failure> {
    let standing = services.live.standing();
    let name = known(&standing.policy, asset)?;
    let login = LoginName::parse(login)?;
    if !standing.policy.asset(asset).is_some_and(|asset| asset.logins.contains(&login)) {
        return Err(Failure(format!("{asset} has no login {login} in the policy: add it to `logins`")));
    }
    let (kind, secret) = match (input.file, input.stdin) {
        (Some(text), _) => {
            PrivateKey::parse(&text)?;
            (CredentialKind::Key, text)
        }
        (None, Some(text)) => (CredentialKind::Password, first_line(&text)?),
        (None, None) => return Err(Failure("give --private-key FILE or --password-stdin".into())),
    };
    let sealed = services.vault.seal(&vault::credential_context(&name, &login), &secret)?;
    let by = caller.actor().to_string();
    let row = NewCredential {
        asset: &name,
        login: &login,
        kind,
        sealed: &sealed,
        at: services.clock.now(),
        by: &by,
    };
    // The journal first: nothing opens a machine without a row that tells of it.
    let event =
        Event::CredentialSet { asset: name.clone(), login: login.clone(), kind: kind.as_str().to_owned() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.store.credentials().set(&row).await?;
    let object = serde_json::json!({ "asset": name, "login": login, "kind": kind.as_str() });
    Ok(out.record(&object, || format!("{login}@{name}: {} is sealed", kind.as_str())).await?)
}

pub(super) async fn list(services: &Services, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    for row in services.store.credentials().list().await? {
        let (kind, at) = (row.kind.as_str(), time::shown(row.set_at, zone));
        let told = time::told(row.set_at, zone);
        let object = serde_json::json!({
            "asset": row.asset, "login": row.login, "kind": kind, "set": at, "by": row.set_by,
        });
        out.record(&object, || format!("{}@{}  {kind}  {told} by {}", row.login, row.asset, row.set_by))
            .await?;
    }
    Ok(())
}

pub(super) async fn remove(
    services: &Services,
    caller: &Caller,
    asset: &str,
    login: &str,
    out: &Out,
) -> Result<(), Failure> {
    let (asset, login) = (AssetName::parse(asset)?, LoginName::parse(login)?);
    if !services.store.credentials().remove(&asset, &login).await? {
        return Err(Failure(format!("there is no credential for {login}@{asset}")));
    }
    let event = Event::CredentialRemoved { asset: asset.clone(), login: login.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "asset": asset, "login": login, "removed": true });
    Ok(out.record(&object, || format!("{login}@{asset}: removed")).await?)
}
