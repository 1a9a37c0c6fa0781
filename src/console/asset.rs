//! `juyong asset …`.

use super::import;
use super::input::Input;
use super::readers::{Readers, Told};
use super::say::say;
use super::tree::AssetCommand;
use crate::access::Services;
use crate::admin::{
    AdminError, AdminErrorKind, AdminRequest, AssetChecked, AssetEntry, AssetOutcome, AssetRequest,
    AssetStep, ShownKey, TrustedKey,
};
use crate::domain::{AssetName, LoginName};
use crate::roster::RosterSubject;
use crate::terminal::width::column;

/// How many rows are asked for at a time.
const ROWS: u32 = 1000;

pub(super) fn request(
    services: &Services,
    command: &AssetCommand,
    input: Input,
) -> Result<AdminRequest, AdminError> {
    let named = |name: &String| AssetName::parse(name).map_err(|_| unknown(services, name));
    Ok(AdminRequest::Asset(match command {
        AssetCommand::Import(asked) => {
            let request = import::request(services, RosterSubject::Assets, asked, input)?;
            return Ok(AdminRequest::Import(request));
        }
        AssetCommand::List => AssetRequest::List { after: None, limit: ROWS },
        AssetCommand::Key { name } => AssetRequest::Key { asset: named(name)? },
        AssetCommand::Trust { name, fingerprint, replace } => AssetRequest::Trust {
            asset: named(name)?,
            fingerprint: fingerprint.clone(),
            replace: replace.clone(),
            attended: input.terminal,
        },
        AssetCommand::Check { name, login } => {
            let login = login.as_deref().map(LoginName::parse).transpose()?;
            AssetRequest::Check { asset: named(name)?, login }
        }
    }))
}

/// What cannot be a name is none that the policy has.
fn unknown(services: &Services, name: &str) -> AdminError {
    let text = say!(services, "credential.no-asset", asset = name, hint = "");
    AdminError::new(AdminErrorKind::NotFound, text)
}

pub(super) fn told(outcome: &AssetOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        AssetOutcome::List(page) => page.rows.iter().map(|row| entry(row, readers)).collect(),
        AssetOutcome::Key(shown) => vec![key(shown, readers)],
        AssetOutcome::Trusted(trusted) => vec![trust(trusted, readers)],
        AssetOutcome::Checked(checked) => checked.steps.iter().map(|one| step(one, readers)).collect(),
    }
}

fn entry(row: &AssetEntry, readers: Readers) -> Told {
    let logins: Vec<_> = row.logins.iter().map(ToString::to_string).collect();
    let mend = if row.host_keys == 0 { say!(readers, "check.unpinned") } else { String::new() };
    Told::Line(format!("{}  {}  {}{mend}", row.asset, row.address, logins.join(",")))
}

fn key(shown: &ShownKey, readers: Readers) -> Told {
    let (asset, key) = (shown.asset.as_str(), &shown.fingerprint);
    Told::Line(match shown.trusted.first() {
        _ if shown.trusted.contains(key) => {
            say!(readers, "hostkey.shows-trusted", asset = asset, shown = key)
        }
        None => say!(readers, "hostkey.shows-new", asset = asset, shown = key),
        Some(old) => say!(readers, "hostkey.shows-other", asset = asset, shown = key, old = old),
    })
}

fn trust(trusted: &TrustedKey, readers: Readers) -> Told {
    let (asset, shown) = (trusted.asset.as_str(), &trusted.fingerprint);
    Told::Line(match &trusted.replaced {
        _ if !trusted.changed => say!(readers, "hostkey.trusted-already", asset = asset, shown = shown),
        Some(Some(old)) => say!(readers, "hostkey.replaced", asset = asset, shown = shown, old = old),
        _ => say!(readers, "hostkey.trusted", asset = asset, shown = shown),
    })
}

fn step(step: &AssetStep, readers: Readers) -> Told {
    let about = step.login.as_ref().map(|login| format!(" {login}")).unwrap_or_default();
    let name = say!(readers, format!("check.step-{}", step.check.replace(' ', "-"))) + &about;
    let word = if step.ok { say!(readers, "check.ok") } else { say!(readers, "check.wrong") };
    let (word, detail) = (column(&word, 5), &step.detail);
    Told::Line(say!(readers, "check.line", word = word, step = name, detail = detail))
}

/// What did not hold.
pub(super) fn failed(checked: &AssetChecked, readers: Readers) -> Option<String> {
    let failed = checked.failed();
    let (asset, count) = (checked.asset.as_str(), failed.to_string());
    (failed > 0).then(|| say!(readers, "check.failed", asset = asset, count = count))
}
