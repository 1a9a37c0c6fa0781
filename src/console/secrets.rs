//! What the gateway uses to log in to assets.

use super::out::Out;
use super::run::{Caller, Failure, Input};
use super::say::{fail, say};
use super::time;
use crate::access::Services;
use crate::domain::{AssetName, LoginName, Secret};
use crate::event::Event;
use crate::policy::Policy;
use crate::ssh::PrivateKey;
use crate::store::{CredentialKind, NewCredential};
use crate::vault;

pub(super) fn known(services: &Services, policy: &Policy, name: &str) -> Result<AssetName, Failure> {
    match policy.asset(name) {
        Some(asset) => Ok(asset.name.clone()),
        None => Err(fail!(services, "credential.no-asset", asset = name)),
    }
}

/// The first line of standard input, without its end.
pub(super) fn first_line(services: &Services, text: &Secret) -> Result<Secret, Failure> {
    let line = text.expose().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    if line.is_empty() {
        return Err(fail!(services, "credential.empty"));
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
    let name = known(services, &standing.policy, asset)?;
    let login = LoginName::parse(login)?;
    if !standing.policy.asset(asset).is_some_and(|asset| asset.logins.contains(&login)) {
        return Err(fail!(services, "credential.no-login", asset = asset, login = login.as_str()));
    }
    let (kind, secret) = match (input.file, input.stdin) {
        (Some(text), _) => {
            PrivateKey::parse(&text)?;
            (CredentialKind::Key, text)
        }
        (None, Some(text)) => (CredentialKind::Password, first_line(services, &text)?),
        (None, None) => return Err(fail!(services, "credential.give")),
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
    let text = || {
        let kind = say!(services, format!("credential.{}", kind.as_str()));
        say!(services, "credential.sealed", login = login.as_str(), asset = name.as_str(), kind = kind)
    };
    Ok(out.record(&object, text).await?)
}

pub(super) async fn list(services: &Services, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    for row in services.store.credentials().list().await? {
        let (kind, at) = (row.kind.as_str(), time::shown(row.set_at, zone));
        let told = time::told(row.set_at, zone);
        let object = serde_json::json!({
            "asset": row.asset, "login": row.login, "kind": kind, "set": at, "by": row.set_by,
        });
        let text = || {
            let (login, asset, by) = (row.login.as_str(), row.asset.as_str(), row.set_by.as_str());
            let kind = say!(services, format!("credential.{kind}"));
            say!(services, "credential.row", login = login, asset = asset, kind = kind, at = told, by = by)
        };
        out.record(&object, text).await?;
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
        return Err(fail!(services, "credential.none", login = login.as_str(), asset = asset.as_str()));
    }
    let event = Event::CredentialRemoved { asset: asset.clone(), login: login.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "asset": asset, "login": login, "removed": true });
    let text = || say!(services, "credential.removed", login = login.as_str(), asset = asset.as_str());
    Ok(out.record(&object, text).await?)
}
