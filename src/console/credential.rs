//! `juyong credential …`.

use super::input::{Input, first_line};
use super::readers::{Readers, Told};
use super::say::say;
use super::tree::CredentialCommand;
use crate::access::Services;
use crate::admin::{
    AdminError, AdminErrorKind, AssetLogin, CredentialOutcome, CredentialRequest, CredentialSecret,
};
use crate::domain::{AssetName, LoginName};

/// How many rows are asked for at a time.
const ROWS: u32 = 1000;

pub(super) fn request(
    services: &Services,
    command: &CredentialCommand,
    input: Input,
) -> Result<CredentialRequest, AdminError> {
    Ok(match command {
        CredentialCommand::Set { asset, login, .. } => {
            CredentialRequest::Set { place: place(asset, login)?, secret: secret(services, input)? }
        }
        CredentialCommand::List => CredentialRequest::List { after: None, limit: ROWS },
        CredentialCommand::Remove { asset, login } => CredentialRequest::Remove(place(asset, login)?),
    })
}

fn place(asset: &str, login: &str) -> Result<AssetLogin, AdminError> {
    Ok(AssetLogin { asset: AssetName::parse(asset)?, login: LoginName::parse(login)? })
}

fn secret(services: &Services, input: Input) -> Result<CredentialSecret, AdminError> {
    match (input.file, input.stdin) {
        (Some(key), _) => Ok(CredentialSecret::PrivateKey(key)),
        (None, Some(text)) => Ok(CredentialSecret::Password(first_line(services, &text)?)),
        (None, None) => Err(AdminError::new(AdminErrorKind::Invalid, say!(services, "credential.give"))),
    }
}

pub(super) fn told(outcome: &CredentialOutcome, readers: Readers) -> Vec<Told> {
    let kind = |kind| say!(readers, format!("credential.{kind}"));
    let names = |place: &AssetLogin| (place.login.to_string(), place.asset.to_string());
    match outcome {
        CredentialOutcome::Sealed(sealed) => {
            let ((login, asset), kind) = (names(&sealed.place), kind(sealed.kind));
            let key = if sealed.replaced { "credential.resealed" } else { "credential.sealed" };
            vec![Told::Line(say!(readers, key, login = login, asset = asset, kind = kind))]
        }
        CredentialOutcome::List(page) => {
            let row = |row: &crate::admin::CredentialEntry| {
                let ((login, asset), kind) = (names(&row.place), kind(row.kind));
                let (at, by) = (row.set.told(), &row.by);
                Told::Line(say!(
                    readers,
                    "credential.row",
                    login = login,
                    asset = asset,
                    kind = kind,
                    at = at,
                    by = by
                ))
            };
            page.rows.iter().map(row).collect()
        }
        CredentialOutcome::Removed(removed) => {
            let (login, asset) = names(&removed.place);
            vec![Told::Line(say!(readers, "credential.removed", login = login, asset = asset))]
        }
    }
}
