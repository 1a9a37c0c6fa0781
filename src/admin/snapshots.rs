//! What each outcome is to programs: a file a kind of request, `snapshots/KIND.json`. Whoever changes one changes what
//! others read. `SNAPSHOTS=write` writes them anew.

#![allow(clippy::unwrap_used)]

mod approvals;
mod audit;
mod lockdowns;
mod operators;
mod own;
mod policy;
mod rosters;

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::access::reachable::Choice;
use crate::domain::{Danger, DeviceId, Protocol};

fn at() -> LocalTime {
    let noon: Timestamp = "2026-12-01T04:00:00Z".parse().unwrap();
    LocalTime::new(noon, TimeZone::get("Asia/Shanghai").unwrap())
}

fn place() -> AssetLogin {
    AssetLogin { asset: "db1".parse().unwrap(), login: "oracle".parse().unwrap() }
}

fn device() -> DeviceId {
    DeviceId::new(1_764_561_600_000, 7)
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
            replaced: false,
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
        RequestKind::VpnEnrol => {
            AdminOutcome::Vpn(VpnOutcome::Enrolled(EnrolledDevice::Tunnel(EnrolledTunnel {
                device: device(),
                operator: "wang-fang".parse().unwrap(),
                name: "laptop".parse().unwrap(),
                kind: "wireguard",
                addresses: vec!["10.99.0.2".parse().unwrap()],
                public_key: "KEY".into(),
                expires: Some(at()),
                config: ToldOnce::new("[Interface]\n"),
                to_scan: None,
                lacking: Vec::new(),
            })))
        }
        RequestKind::VpnList => {
            let entry = DeviceEntry {
                device: device(),
                operator: "wang-fang".parse().unwrap(),
                name: "laptop".parse().unwrap(),
                kind: "wireguard",
                addresses: vec!["10.99.0.2".parse().unwrap()],
                fingerprint: None,
                public_key: Some("KEY".into()),
                state: "revoked",
                tunnel: Some("down"),
                outer: Some("192.0.2.7:51820".parse().unwrap()),
                handshake_at: Some(at()),
                handshake_dated: Some(at()),
                handshake_refused: None,
                clock_ahead: false,
                enrolled: at(),
                enrolled_by: "admin".into(),
                expires: None,
                revoked: Some(at()),
                revoked_by: Some("admin".into()),
                reason: Some("lost".into()),
            };
            AdminOutcome::Vpn(VpnOutcome::List(Page { rows: vec![entry], next: None }))
        }
        RequestKind::VpnForget => AdminOutcome::Vpn(VpnOutcome::Forgotten(ForgottenHandshake {
            device: device(),
            operator: "wang-fang".parse().unwrap(),
            name: "laptop".parse().unwrap(),
            forgotten: true,
            handshake_dated: at(),
        })),
        RequestKind::VpnRevoke => AdminOutcome::Vpn(VpnOutcome::Revoked(RevokedDevice {
            device: device(),
            operator: "wang-fang".parse().unwrap(),
            name: "laptop".parse().unwrap(),
            revoked: true,
        })),
        RequestKind::ClockTrust => AdminOutcome::Clock(ClockTrust { trusted: true, behind_s: 90 }),
        RequestKind::SourceList => {
            let source = "2001:db8::7".parse().unwrap();
            let rows = vec![BlockedSource { source, until: at(), times: 2, home: true }];
            AdminOutcome::Source(SourceOutcome::List { rows })
        }
        RequestKind::SourceUnblock => {
            let source = "192.0.2.7".parse().unwrap();
            AdminOutcome::Source(SourceOutcome::Unblocked(UnblockedSource { source, was_blocked: true }))
        }
        kind => return of_a_subject(kind),
    })
}

fn of_a_subject(kind: RequestKind) -> Option<AdminOutcome> {
    let audit = audit::example(kind).map(AdminOutcome::Audit);
    let approvals = || approvals::example(kind).map(AdminOutcome::Approve);
    let own = || own::example(kind);
    audit
        .or_else(approvals)
        .or_else(|| lockdowns::example(kind))
        .or_else(|| operators::example(kind))
        .or_else(own)
}

fn file(kind: RequestKind) -> PathBuf {
    let name = kind.words().replace(' ', "-");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/admin/snapshots/{name}.json"))
}

/// Those that nothing is kept of: bytes that come in pieces.
fn is_left_out(kind: RequestKind) -> bool {
    matches!(kind, RequestKind::AuditReplay | RequestKind::AuditExport)
}

#[tokio::test]
async fn outcomes_are_to_programs_what_they_were() {
    for kind in RequestKind::ALL {
        let policy = policy::example(*kind).await.map(AdminOutcome::Policy);
        let roster = rosters::example(*kind).await.map(AdminOutcome::Import);
        let outcome = policy.or(roster).or_else(|| example(*kind));
        match outcome {
            Some(outcome) => compare(*kind, &outcome),
            None => assert!(is_left_out(*kind), "{} has no example here", kind.words()),
        }
    }
}

fn compare(kind: RequestKind, outcome: &AdminOutcome) {
    // By the value: its keys are in the order of the alphabet, whatever order the fields have.
    let value = serde_json::to_value(outcome).unwrap();
    let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
    if std::env::var_os("SNAPSHOTS").is_some() {
        std::fs::write(file(kind), &text).unwrap();
    }
    let kept = std::fs::read_to_string(file(kind)).unwrap_or_default();
    assert_eq!(text, kept, "{}: was it meant? SNAPSHOTS=write writes it anew", kind.words());
}
