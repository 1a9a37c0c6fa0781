//! Who gives the word, as a lockdown sees them.

use super::super::caller::Caller;
use crate::access::Services;
use crate::lockdown::{Act, Person};

/// The caller. What is about to be ordered covers its confirmer, too.
pub(in crate::admin) fn person(services: &Services, caller: &Caller, act: Option<&Act>) -> Person {
    let Caller::Operator(who) = caller else { return Person::Local(caller.actor().to_string()) };
    let (now, standing) = (services.clock.now(), services.live.standing());
    let operator = standing.policy.operator(who.operator().as_str());
    let covered = operator.is_some_and(|operator| {
        let account = operator.account();
        let ordered = matches!(act, Some(Act::Start(lockdown)) if lockdown.covers(&account, now));
        ordered || standing.locks().covering(account, now).next().is_some()
    });
    let role = operator.map(|operator| operator.role).unwrap_or_default();
    Person::Account { name: who.operator().clone(), role, covered }
}
