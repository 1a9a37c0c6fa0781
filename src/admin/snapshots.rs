//! What each outcome is to programs: a file a kind of request, `snapshots/KIND.json`. Whoever changes one changes what
//! others read. `SNAPSHOTS=write` writes them anew.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::access::reachable::Choice;
use crate::domain::{Danger, Protocol};

fn at() -> LocalTime {
    let noon: Timestamp = "2026-12-01T04:00:00Z".parse().unwrap();
    LocalTime::new(noon, TimeZone::get("Asia/Shanghai").unwrap())
}

fn place() -> AssetLogin {
    AssetLogin { asset: "db1".parse().unwrap(), login: "oracle".parse().unwrap() }
}

/// An outcome of each kind, as far as this room has the kind.
fn example(kind: RequestKind) -> Option<AdminOutcome> {
    let asset = "db1".parse().unwrap();
    Some(match kind {
        RequestKind::Whoami => AdminOutcome::Whoami(CallerIdentity {
            operator: "wang-fang".into(),
            role: "operator",
            login: Some(ProvenLogin {
                source: "192.0.2.7".into(),
                factors: vec!["publickey".into(), "totp".into()],
            }),
        }),
        RequestKind::Assets => {
            let choice = Choice {
                asset: "db1".into(),
                login: "oracle".into(),
                protocols: vec![Protocol::Shell, Protocol::Sftp],
                danger: Danger::High,
                groups: vec!["prod".into()],
            };
            let page = Page { rows: vec![choice], next: None };
            AdminOutcome::Assets(OpenAssets { page, first: 1, role: None })
        }
        RequestKind::AssetList => {
            let (address, logins) = ("192.0.2.1:22".into(), vec!["oracle".parse().unwrap()]);
            let entry = AssetEntry { asset, address, logins, danger: Danger::High, host_keys: 1 };
            AdminOutcome::Asset(AssetOutcome::List(Page {
                rows: vec![entry],
                next: Some("db1".parse().unwrap()),
            }))
        }
        RequestKind::AssetKey => AdminOutcome::Asset(AssetOutcome::Key(ShownKey {
            asset,
            fingerprint: "SHA256:new".into(),
            trusted: vec!["SHA256:old".into()],
        })),
        RequestKind::AssetTrust => AdminOutcome::Asset(AssetOutcome::Trusted(TrustedKey {
            asset,
            fingerprint: "SHA256:new".into(),
            changed: true,
            replaced: Some(Some("SHA256:old".into())),
        })),
        RequestKind::AssetCheck => {
            let step = AssetStep {
                asset: asset.clone(),
                check: "host key",
                login: None,
                ok: true,
                detail: "SHA256:old".into(),
            };
            AdminOutcome::Asset(AssetOutcome::Checked(AssetChecked { asset, steps: vec![step] }))
        }
        RequestKind::CredentialSet => AdminOutcome::Credential(CredentialOutcome::Sealed(CredentialSealed {
            place: place(),
            kind: "key",
        })),
        RequestKind::CredentialList => {
            let entry = CredentialEntry { place: place(), kind: "password", set: at(), by: "admin".into() };
            let page = Page { rows: vec![entry], next: Some(place()) };
            AdminOutcome::Credential(CredentialOutcome::List(page))
        }
        RequestKind::CredentialRemove => {
            let removed = CredentialRemoved { place: place(), removed: true };
            AdminOutcome::Credential(CredentialOutcome::Removed(removed))
        }
        RequestKind::ClockTrust => AdminOutcome::Clock(ClockTrust { trusted: true, behind_s: 90 }),
        _ => return None,
    })
}

fn file(kind: RequestKind) -> PathBuf {
    let name = kind.words().replace(' ', "-");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/admin/snapshots/{name}.json"))
}

#[test]
fn outcomes_are_to_programs_what_they_were() {
    let write = std::env::var_os("SNAPSHOTS").is_some();
    for kind in RequestKind::ALL {
        let Some(outcome) = example(*kind) else { continue };
        // By the value: its keys are in the order of the alphabet, whatever order the fields have.
        let value = serde_json::to_value(&outcome).unwrap();
        let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
        if write {
            std::fs::write(file(*kind), &text).unwrap();
        }
        let kept = std::fs::read_to_string(file(*kind)).unwrap_or_default();
        assert_eq!(text, kept, "{}: was it meant? SNAPSHOTS=write writes it anew", kind.words());
    }
}
