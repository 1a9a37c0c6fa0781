//! Assets as the gateway meets them: the host keys by which it knows them, and whether it can log in there.

mod check;
mod trust;

use super::out::Out;
use super::run::{Caller, Failure, Input};
use super::say::say;
use super::tree::Asset;
use crate::access::Services;

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    question: &Asset,
    input: &Input,
    out: &Out,
) -> Result<(), Failure> {
    match question {
        Asset::List => list(services, out).await,
        Asset::Key { name } => trust::show(services, name, out).await,
        Asset::Trust { name, fingerprint, replace } => {
            let wish = trust::Wish { fingerprint: fingerprint.as_deref(), replace: replace.as_deref() };
            trust::trust(services, caller, name, &wish, input.terminal, out).await
        }
        Asset::Check { name, login } => check::check(services, caller, name, login.as_deref(), out).await,
    }
}

/// Every asset of the policy, and whether the gateway knows it by a host key.
pub(super) async fn list(services: &Services, out: &Out) -> Result<(), Failure> {
    let standing = services.live.standing();
    for asset in standing.policy.assets() {
        let trusted = services.store.host_keys().trusted(&asset.name).await?;
        let known = if asset.host_keys.is_empty() { trusted.len() } else { asset.host_keys.len() };
        let object = serde_json::json!({
            "asset": asset.name, "address": asset.address.to_string(), "logins": asset.logins,
            "danger": asset.danger, "host_keys": known,
        });
        let text = || {
            let logins: Vec<_> = asset.logins.iter().map(ToString::to_string).collect();
            let mend = if known == 0 { say!(services, "check.unpinned") } else { String::new() };
            format!("{}  {}  {}{mend}", asset.name, asset.address, logins.join(","))
        };
        out.record(&object, text).await?;
    }
    Ok(())
}
