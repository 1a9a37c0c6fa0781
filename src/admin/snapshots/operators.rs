//! Accounts.

use super::*;
use crate::access::account::KeptOut;
use crate::auth::attestation::KeyMake;
use crate::auth::{Factor, Factors};

/// An outcome of each kind that is about accounts.
pub(super) fn example(kind: RequestKind) -> Option<AdminOutcome> {
    let operator = "wang-fang".parse().unwrap();
    Some(AdminOutcome::Operator(match kind {
        RequestKind::OperatorList => {
            let page = Page { rows: vec![account()], next: Some(operator) };
            let seats = TakenSeats { taken: 312, of: 315 };
            OperatorOutcome::List(AccountPage { page, seats, first: true })
        }
        RequestKind::OperatorShow => OperatorOutcome::Shown(Box::new(AccountEntry {
            recovery_left: Some(9),
            key_challenge: Some("00112233445566778899aabbccddeeff".into()),
            ..account()
        })),
        RequestKind::OperatorEnrol => OperatorOutcome::Factors(FactorsOutcome::Enrolled(EnrolledFactors {
            operator,
            enrolled: vec!["totp".into()],
            replaced: Vec::new(),
            key_also_of: None,
            missing: vec!["publickey".into()],
            lacking: vec![Factors::NONE.with(Factor::PublicKey)],
            totp_url: Some(ToldOnce::new("otpauth://totp/…")),
        })),
        RequestKind::OperatorInvite => OperatorOutcome::Invited(InvitedAccounts {
            invited: vec![InvitedAccount {
                operator,
                name: Some("王芳".into()),
                code: ToldOnce::new("abcde-fghjk-mnpqr-stuvw"),
                expires: at(),
                missing: vec!["publickey+totp".into(), "password+totp".into()],
                login: "ssh -p 2222 wang-fang@gw.example.org".into(),
                fingerprint: "SHA256:gateway".into(),
                closed: Some(ClosedInvitation::NotYetValid { from: at() }),
                replaced: true,
            }],
            passed_over: vec![PassedOver { operator: "li-lei".parse().unwrap(), reason: "enrolled" }],
            form: InvitationForm::Lines,
            address_known: true,
        }),
        RequestKind::OperatorReset => {
            OperatorOutcome::Factors(FactorsOutcome::Reset(ResetFactors { operator, enrolled: Vec::new() }))
        }
        RequestKind::OperatorDisable => {
            OperatorOutcome::Disabled(DisabledAccount { operator, disabled: true, sessions_cut: 2 })
        }
        RequestKind::OperatorLeave => OperatorOutcome::Left(Box::new(LeftAccount {
            operator,
            disabled: true,
            sessions_cut: 1,
            devices_revoked: vec![device()],
            factors_removed: vec!["totp".into()],
            factors_stay: false,
            remembered_ended: 1,
            permits_ended: 0,
            invitation_withdrawn: false,
        })),
        RequestKind::OperatorEnable => OperatorOutcome::Enabled(EnabledAccount { operator, disabled: false }),
        RequestKind::OperatorUnlock => {
            OperatorOutcome::Unlocked(UnlockedAccount { operator, locked: false, was_locked: true })
        }
        RequestKind::OperatorForget | RequestKind::Logout => {
            OperatorOutcome::Forgotten(ForgottenCodes { operator, forgotten: 2 })
        }
        _ => return None,
    }))
}

fn make() -> KeyMake {
    let aaguid = "cb69481e-8ff7-4039-93ec-0a2729a154a8".parse().unwrap();
    KeyMake { maker: "Yubico".into(), aaguid }
}

fn account() -> AccountEntry {
    AccountEntry {
        operator: "wang-fang".parse().unwrap(),
        name: Some("王芳".into()),
        contact: Some("13800138000".into()),
        role: crate::domain::Role::Operator,
        vendor: Some("acme".parse().unwrap()),
        groups: vec!["dba".parse().unwrap()],
        valid_from: None,
        valid_until: Some(at()),
        factors: vec!["publickey SHA256:old".into(), "totp".into()],
        key_makes: vec![MadeKey { key: "SHA256:old".into(), make: make() }],
        key_challenge: None,
        disabled: true,
        locks: vec![AccountLock { until: at(), key: None, home: None }],
        states: vec!["disabled", "locked"],
        invited: false,
        missing: Vec::new(),
        recovery_left: None,
        factors_set: Some(at()),
        factors_set_by: Some("admin".into()),
        last_login: Some(at()),
        last_source: Some("192.0.2.7".into()),
        failures: 2,
        devices: 1,
        sessions: 1,
        remembered: vec![RememberedLogin {
            factors: "publickey".into(),
            key: Some("SHA256:old".into()),
            source: "192.0.2.7".into(),
            device: None,
            until: at(),
        }],
        active_at: None,
        ends: None,
        kept_out: vec![KeptOut::Disabled],
        zone: TimeZone::UTC,
    }
}
