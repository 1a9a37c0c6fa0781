//! `asset check`: the way to an asset, a step after the other, as a session would take it.

use serde_json::json;

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::say::{fail, say};
use super::super::secrets::known;
use crate::access::Services;
use crate::domain::{AssetName, LoginName};
use crate::event::Event;
use crate::ssh::PublicKey;
use crate::ssh::client::{self, ConnectError, Dial};
use crate::ssh_session;
use crate::ssh_session::prompt::column;

/// Tells each step, and counts those that fail.
struct Steps<'a> {
    services: &'a Services,
    out: &'a Out,
    asset: AssetName,
    wrong: u32,
}

impl Steps<'_> {
    async fn tell(
        &mut self,
        step: &str,
        login: Option<&LoginName>,
        found: Result<String, String>,
    ) -> Result<bool, Failure> {
        let (ok, detail) = match found {
            Ok(detail) => (true, detail),
            Err(detail) => (false, detail),
        };
        self.wrong += u32::from(!ok);
        let object =
            json!({ "asset": self.asset, "check": step, "login": login, "ok": ok, "detail": detail });
        let text = || {
            let about = login.map(|login| format!(" {login}")).unwrap_or_default();
            let step = say!(self.services, format!("check.step-{}", step.replace(' ', "-"))) + &about;
            let key = if ok { "check.ok" } else { "check.wrong" };
            let word = say!(self.services, key);
            say!(self.services, "check.line", word = column(&word, 5), step = step, detail = detail)
        };
        self.out.record(&object, text).await?;
        Ok(ok)
    }
}

/// Tries port, host key and credential; without `login`, that of every login. A credential goes to nobody whose key
/// is not trusted.
pub(super) async fn check(
    services: &Services,
    caller: &Caller,
    name: &str,
    login: Option<&str>,
    out: &Out,
) -> Result<(), Failure> {
    let standing = services.live.standing();
    let asset = known(services, &standing.policy, name)?;
    let Some(entry) = standing.policy.asset(asset.as_str()) else {
        return Err(fail!(services, "credential.no-asset", asset = asset.as_str()));
    };
    let logins = match login {
        None => entry.logins.clone(),
        Some(login) => vec![listed(services, &entry.logins, login, &asset)?],
    };
    let dial = ssh_session::dial(services, entry);
    let mut steps = Steps { services, out, asset, wrong: 0 };
    if let Some(pinned) = reached(services, caller, &dial, &entry.host_keys, &mut steps).await? {
        for login in &logins {
            let found = enter(services, &steps.asset, login, &dial, &pinned).await;
            steps.tell("credential", Some(login), found).await?;
        }
    }
    match steps.wrong {
        0 => Ok(()),
        wrong => {
            Err(fail!(services, "check.failed", asset = steps.asset.as_str(), count = wrong.to_string()))
        }
    }
}

fn listed(
    services: &Services,
    logins: &[LoginName],
    login: &str,
    asset: &AssetName,
) -> Result<LoginName, Failure> {
    let found = logins.iter().find(|one| one.as_str() == login).cloned();
    let all = || logins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| {
        fail!(services, "check.no-login", asset = asset.as_str(), login = login, logins = all())
    })
}

/// Port and host key. `None` where it ends here.
async fn reached(
    services: &Services,
    caller: &Caller,
    dial: &Dial,
    in_policy: &[String],
    steps: &mut Steps<'_>,
) -> Result<Option<Vec<PublicKey>>, Failure> {
    let place = format!("{}:{}", dial.host, dial.port);
    let key = match client::host_key(dial).await {
        Ok(key) => key,
        Err(error) => {
            let (step, mend) = match error {
                ConnectError::Tcp(..) | ConnectError::Timeout(..) => {
                    ("port", say!(services, "check.mend-port"))
                }
                _ => ("handshake", say!(services, "check.mend-handshake")),
            };
            steps.tell(step, None, Err(format!("{error}: {mend}"))).await?;
            return Ok(None);
        }
    };
    steps.tell("port", None, Ok(say!(services, "check.answers", place = place))).await?;
    let pinned = ssh_session::pinned(services, &steps.asset, in_policy).await.map_err(Failure)?;
    let (shown, asset) = (key.fingerprint(), &steps.asset);
    let found = match pinned.first() {
        _ if pinned.iter().any(|one| one.same(&key)) => Ok(shown),
        None => Err(say!(services, "check.no-key", shown = shown, asset = asset.as_str())),
        Some(old) => {
            let expected = pinned.iter().map(PublicKey::fingerprint).collect();
            let event = Event::HostKeyRefused { asset: asset.clone(), fingerprint: shown.clone(), expected };
            services.journal(caller.actor(), caller.origin(), event).await?;
            Err(say!(services, "check.other-key", shown = shown, old = old.fingerprint()))
        }
    };
    Ok(steps.tell("host key", None, found).await?.then_some(pinned))
}

async fn enter(
    services: &Services,
    asset: &AssetName,
    login: &LoginName,
    dial: &Dial,
    pinned: &[PublicKey],
) -> Result<String, String> {
    let credential = ssh_session::stored(services, asset, login).await?;
    let Some(credential) = credential else {
        return Err(say!(services, "check.none-stored", asset = asset.as_str(), login = login.as_str()));
    };
    match client::connect(dial, pinned, login.as_str(), &credential).await {
        Ok(_) => Ok(say!(services, "check.in")),
        Err(error @ ConnectError::Credential) => {
            let (error, asset, login) = (error.to_string(), asset.as_str(), login.as_str());
            Err(say!(services, "check.set-right", error = error, asset = asset, login = login))
        }
        Err(error) => Err(error.to_string()),
    }
}
