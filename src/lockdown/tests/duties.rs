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

fn acts() -> [Act; 7] {
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
        Act::Enrol { operator: name("li-lei"), factors: vec!["totp".to_owned()] },
        Act::Invite { operator: name("li-lei") },
        Act::Reset { operator: name("li-lei") },
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
        let opens = matches!(deed, Deed::Allow | Deed::Codes | Deed::Factors);
        assert_eq!(own(Role::Security, false), if opens { Err(OwnAccount) } else { Ok(()) }, "{deed:?}");
        assert_eq!(lockdown::Person::Local("root".into()).may_order(act.opens()), Ok(()), "{deed:?}");
    }
}

#[test]
fn a_second_person_is_another_person() {
    use Objection::{Covered, OwnAccount, OwnRequest, Role as Wrong, SameHost};
    for act in acts() {
        let deed = act.deed();
        let asked = |by: &str| PendingRequest {
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
                Deed::Codes | Deed::Factors => true,
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
        let word = match &act {
            Act::Enrol { .. } => "enrol",
            Act::Invite { .. } => "invite",
            Act::Reset { .. } => "reset",
            act => act.deed().as_str(),
        };
        assert!(text.contains(&format!(r#""act":"{word}""#)), "{text}");
        assert_eq!(serde_json::from_str::<Act>(&text).unwrap(), act);
    }
}

const DAY: i64 = 86_400;

fn terms(locked_since: Option<Timestamp>) -> lockdown::Terms {
    lockdown::Terms { now: now(), after: std::time::Duration::from_secs(DAY as u64), locked_since }
}

/// Somebody whose factors were set so many seconds ago.
fn known(text: &str, by: &str, ago: i64, set_as: Option<Role>) -> lockdown::Known {
    let set_at = now() - jiff::SignedDuration::from_secs(ago);
    let factors = Some(lockdown::FactorProvenance { set_at, set_by: by.to_owned(), set_as });
    lockdown::Known::Account { name: name(text), role: Role::Security, factors }
}

/// attack 3: accounts that one hand has set are one person, the host's as well.
#[test]
fn whoever_has_set_somebodys_factors_is_no_second_person() {
    use Objection::{OneHand, SameHost};
    let (host, officer) = (lockdown::Known::Host, |text, by| known(text, by, 2 * DAY, Some(Role::Security)));
    let of_host = [officer("qian", "local:root"), officer("qian", "local:juyong"), officer("qian", "")];
    assert_eq!(host.is_second_to(&host, terms(None)), Err(SameHost));
    for made in &of_host {
        assert_eq!(made.is_second_to(&host, terms(None)), Err(OneHand), "{made:?}");
        assert_eq!(host.is_second_to(made, terms(None)), Err(OneHand), "{made:?}");
        assert_eq!(officer("sun", "local:root").is_second_to(made, terms(None)), Ok(()), "two, after a day");
    }
    let (maker, made) = (officer("admin", "local:root"), officer("sun", "admin"));
    assert_eq!(made.is_second_to(&maker, terms(None)), Err(OneHand));
    assert_eq!(maker.is_second_to(&made, terms(None)), Err(OneHand));
    assert_eq!(made.is_second_to(&host, terms(None)), Ok(()));
    assert_eq!(officer("qian", "qian").is_second_to(&host, terms(None)), Ok(()), "one's own");
}

/// attack 3: nor does an account confirm anything whose factors somebody else has set just now.
#[test]
fn factors_of_another_hand_confirm_nothing_for_a_while() {
    use Objection::{Fresh, SetInLockdown, SetInOtherRole};
    let officer = |by, ago| known("qian", by, ago, Some(Role::Security));
    let asker = known("sun", "sun", DAY, Some(Role::Security));
    let until = now() + jiff::SignedDuration::from_secs(1);
    assert_eq!(officer("admin", DAY - 1).is_second_to(&asker, terms(None)), Err(Fresh(until)));
    assert_eq!(officer("admin", DAY).is_second_to(&asker, terms(None)), Ok(()));
    assert_eq!(officer("qian", 0).is_second_to(&asker, terms(None)), Ok(()));
    let since = |ago| terms(Some(now() - jiff::SignedDuration::from_secs(ago)));
    assert_eq!(officer("admin", 2 * DAY).is_second_to(&asker, since(2 * DAY)), Err(SetInLockdown));
    assert_eq!(officer("admin", 2 * DAY).is_second_to(&asker, since(2 * DAY - 1)), Ok(()));
    for set_as in [None, Some(Role::Operator), Some(Role::Auditor)] {
        let was_other = known("qian", "admin", 9 * DAY, set_as);
        assert_eq!(was_other.is_second_to(&asker, terms(None)), Err(SetInOtherRole), "{set_as:?}");
    }
    let gone = lockdown::Known::Account { name: name("qian"), role: Role::Security, factors: None };
    assert!(gone.is_second_to(&asker, terms(None)).is_err());
}
