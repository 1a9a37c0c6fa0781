//! Who may do what: the whole matrix.

use super::*;
use crate::domain::{PermitId, RequestId};
use crate::lockdown;

fn name(text: &str) -> OperatorName {
    text.parse().unwrap()
}

fn account(text: &str, role: Role, covered: bool) -> lockdown::Person {
    lockdown::Person::Account { name: name(text), role, covered }
}

fn acts() -> [Act; 4] {
    let permit = Permit {
        id: PermitId::new(1, 1),
        lockdown: LockdownId::new(1, 0),
        operator: name("li-lei"),
        asset: None,
        until: None,
        ticket: "T-1".to_owned(),
    };
    [
        Act::Start(order(1, "all", "")),
        Act::Lift { lockdown: LockdownId::new(1, 0), reason: "over".to_owned() },
        Act::Allow(permit),
        Act::Codes { operator: name("li-lei"), count: 1, seconds: 3600 },
    ]
}

#[test]
fn every_role_and_every_deed() {
    use Objection::{Covered, OwnAccount, Role as Wrong};
    for act in acts() {
        // Whom the act opens: themselves, where it opens somebody.
        let own = |role, covered| account("li-lei", role, covered).may_order(act.opens());
        let other = |role, covered| account("qian", role, covered).may_order(act.opens());
        let deed = act.deed();
        assert_eq!(other(Role::Security, false), Ok(()), "{deed:?}");
        assert_eq!(other(Role::Security, true), Err(Covered), "{deed:?}");
        for role in [Role::Operator, Role::Auditor, Role::System] {
            assert_eq!(other(role, false), Err(Wrong), "{deed:?} {role:?}");
            assert_eq!(other(role, true), Err(Wrong), "{deed:?} {role:?}");
        }
        let opens = matches!(deed, Deed::Allow | Deed::Codes);
        assert_eq!(own(Role::Security, false), if opens { Err(OwnAccount) } else { Ok(()) }, "{deed:?}");
        assert_eq!(lockdown::Person::Local("root".into()).may_order(act.opens()), Ok(()), "{deed:?}");
    }
}

#[test]
fn a_second_person_is_another_person() {
    use Objection::{Covered, OwnAccount, OwnRequest, Role as Wrong, SameHost};
    for act in acts() {
        let deed = act.deed();
        let asked = |by: &str| Request {
            id: RequestId::new(1, 1),
            act: act.clone(),
            by: by.to_owned(),
            at: now(),
            lapses: now(),
        };
        let [officer, host] = [asked("qian"), asked("local:root")];
        let local = lockdown::Person::Local("root".into());
        let other_local = lockdown::Person::Local("juyong".into());
        let other = |role, covered| account("sun", role, covered);
        let own = account("qian", Role::Security, false);

        assert_eq!(own.may_confirm(&officer), Err(OwnRequest), "{deed:?}");
        assert_eq!(local.may_confirm(&host), Err(SameHost), "{deed:?}");
        assert_eq!(other_local.may_confirm(&host), Err(SameHost), "{deed:?}");
        assert_eq!(other_local.may_confirm(&officer), Ok(()), "{deed:?}");
        for request in [&officer, &host] {
            assert_eq!(other(Role::Security, false).may_confirm(request), Ok(()), "{deed:?}");
            assert_eq!(other(Role::Security, true).may_confirm(request), Err(Covered), "{deed:?}");
            for role in [Role::Operator, Role::Auditor, Role::System] {
                assert_eq!(other(role, false).may_confirm(request), Err(Wrong), "{deed:?} {role:?}");
            }
        }
        let opened = account("li-lei", Role::Security, false).may_confirm(&officer);
        assert_eq!(opened, if act.opens().is_some() { Err(OwnAccount) } else { Ok(()) }, "{deed:?}");
    }
}

#[test]
fn every_deed_in_every_state() {
    use State::{Ended, InForce, Lapsed, Lifted, Planned, Requested};
    for state in [Planned, Requested, Lapsed, InForce, Lifted, Ended] {
        for deed in Deed::ALL {
            let good = match deed {
                Deed::Start => state == Requested,
                Deed::Lift => state == InForce,
                Deed::Allow => matches!(state, InForce | Planned),
                Deed::Codes => true,
            };
            let want = if good { Ok(()) } else { Err(Objection::State(state)) };
            assert_eq!(state.admits(deed), want, "{deed:?} {state:?}");
        }
    }
}

#[test]
fn acts_survive_storage() {
    for act in acts() {
        let text = serde_json::to_string(&act).unwrap();
        assert!(text.contains(&format!(r#""act":"{}""#, act.deed().as_str())), "{text}");
        assert_eq!(serde_json::from_str::<Act>(&text).unwrap(), act);
    }
}
