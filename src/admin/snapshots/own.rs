//! One's own account.

use super::*;

/// An outcome of each kind that is about one's own account.
pub(super) fn example(kind: RequestKind) -> Option<AdminOutcome> {
    let operator: crate::domain::OperatorName = "wang-fang".parse().unwrap();
    let changed = |changed, key: Option<&str>| {
        let key = key.map(str::to_owned);
        OwnOutcome::Changed(OwnChanged { operator: operator.clone(), changed, key })
    };
    Some(AdminOutcome::Own(match kind {
        RequestKind::KeysList => OwnOutcome::Keys(vec![OwnKey {
            make: None,
            fingerprint: "SHA256:old".into(),
            kind: "ssh-ed25519".into(),
            in_use: true,
        }]),
        RequestKind::KeysAdd => changed("key-added", Some("SHA256:new")),
        RequestKind::KeysRemove => changed("key-removed", Some("SHA256:old")),
        RequestKind::Password => changed("password", None),
        RequestKind::TotpConfirm => changed("totp", None),
        RequestKind::SessionsEnd => changed("session-ended", None),
        RequestKind::TotpNew => OwnOutcome::Drawn(DrawnSecret {
            operator,
            totp_url: ToldOnce::new("otpauth://totp/…"),
            secret: ToldOnce::new("GEZDGNBVGY3TQOJQ"),
        }),
        RequestKind::Recovery => OwnOutcome::Recovery(NewRecoveryCodes {
            operator,
            recovery: vec![ToldOnce::new("abcde-fghjk"), ToldOnce::new("mnpqr-stuvw")],
        }),
        RequestKind::SessionsList => OwnOutcome::Sessions(vec![OwnSession {
            session: crate::domain::SessionId::new(1_764_561_600_000, 7),
            asset: "db1".parse().unwrap(),
            login: "oracle".parse().unwrap(),
            source: "192.0.2.7".into(),
            started: at(),
        }]),
        RequestKind::Devices => OwnOutcome::Devices(Page { rows: Vec::new(), next: None }),
        _ => return None,
    }))
}
