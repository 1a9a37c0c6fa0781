//! From an outcome to what is printed: an object a line for programs, text for people.

use serde_json::Value;

use super::out::{Closed, Out};
use super::readers::{Readers, Told};
use super::{asset, clock, credential, whoami};
use crate::admin::{AdminOutcome, AdminRequest, AssetOutcome, CredentialOutcome};

/// Prints an outcome.
pub(super) async fn print(outcome: &AdminOutcome, readers: Readers, out: &Out) -> Result<(), Closed> {
    if out.json {
        for object in objects(outcome) {
            out.line(object.to_string()).await?;
        }
        return Ok(());
    }
    for told in told(outcome, readers) {
        match told {
            Told::Line(text) => out.line(text).await?,
            Told::Lines(text) => out.lines(text).await?,
        }
    }
    Ok(())
}

/// The page that follows, of a list that has one.
pub(super) fn next(outcome: &AdminOutcome) -> Option<AdminRequest> {
    match outcome {
        AdminOutcome::Assets(assets) => assets.page.next.map(whoami::next),
        AdminOutcome::Asset(AssetOutcome::List(page)) => {
            page.next.clone().map(|after| AdminRequest::Asset(asset::next(Some(after))))
        }
        AdminOutcome::Credential(CredentialOutcome::List(page)) => {
            page.next.clone().map(|after| AdminRequest::Credential(credential::next(Some(after))))
        }
        _ => None,
    }
}

/// Why it did not come out well, though it was done: the exit code says so, too.
pub(super) fn failed(outcome: &AdminOutcome, readers: Readers) -> Option<String> {
    match outcome {
        AdminOutcome::Asset(AssetOutcome::Checked(checked)) => asset::failed(checked, readers),
        _ => None,
    }
}

/// An object a line: of a list each row, of anything else the whole.
fn objects(outcome: &AdminOutcome) -> Vec<Value> {
    match outcome {
        AdminOutcome::Assets(assets) => rows(&assets.page.rows),
        AdminOutcome::Asset(AssetOutcome::List(page)) => rows(&page.rows),
        AdminOutcome::Asset(AssetOutcome::Checked(checked)) => rows(&checked.steps),
        AdminOutcome::Credential(CredentialOutcome::List(page)) => rows(&page.rows),
        whole => rows(std::slice::from_ref(whole)),
    }
}

/// What cannot be written as JSON does not exist: an outcome's keys are texts.
fn rows(rows: &[impl serde::Serialize]) -> Vec<Value> {
    rows.iter().map(|row| serde_json::to_value(row).unwrap_or_default()).collect()
}

fn told(outcome: &AdminOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        AdminOutcome::Whoami(identity) => whoami::identity(identity, readers),
        AdminOutcome::Assets(assets) => whoami::assets(assets, readers),
        AdminOutcome::Asset(outcome) => asset::told(outcome, readers),
        AdminOutcome::Clock(outcome) => clock::told(outcome, readers),
        AdminOutcome::Credential(outcome) => credential::told(outcome, readers),
    }
}
