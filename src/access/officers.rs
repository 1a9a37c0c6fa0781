//! Which officers could give a second person's word now: who could log in, whom no lockdown covers, and whose factors
//! count as their own.

use jiff::Timestamp;

use super::account::{AccountFacts, KeptOut};
use super::idle::idle_since;
use super::live::Standing;
use crate::config::Config;
use crate::domain::{OperatorName, Role};
use crate::lockdown::{FactorProvenance, Known, Objection, Terms};
use crate::policy::Operator;
use crate::store::{Lock, PAGE, Store, StoreError, WHOLE, gather};

/// One account of role security.
pub(crate) struct Officer {
    pub name: OperatorName,
    /// Why their word does not count now; `None`: it does.
    pub unable: Option<Unable>,
    /// By what they are known where two persons are asked for.
    pub known: Known,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unable {
    /// They cannot log in.
    KeptOut(Vec<KeptOut>),
    /// They are locked out, or their factors are not theirs by now.
    Objection(Objection),
}

/// The officers of the policy, and whether each could confirm something at `now`.
pub(crate) async fn officers(
    standing: &Standing,
    config: &Config,
    store: &Store,
    now: Timestamp,
) -> Result<Vec<Officer>, StoreError> {
    let locks = gather(WHOLE, |after| store.factors().locks(now, after, PAGE)).await?;
    let terms = terms(standing, config, now);
    let mut officers = Vec::new();
    for operator in standing.policy.operators().filter(|operator| operator.role == Role::Security) {
        let unable = unable((standing, config, store), operator, &locks, terms).await?;
        let name = operator.name.clone();
        let known = known(standing, store, name.clone()).await?;
        officers.push(Officer { name, unable, known });
    }
    Ok(officers)
}

async fn unable(
    (standing, config, store): (&Standing, &Config, &Store),
    operator: &Operator,
    locks: &[Lock],
    terms: Terms,
) -> Result<Option<Unable>, StoreError> {
    let name = &operator.name;
    let locks: Vec<Lock> = locks.iter().filter(|lock| lock.operator == *name).cloned().collect();
    let enrolled = store.factors().find(name).await?;
    let (logins, after) = (store.logins().of(name).await?, config.auth.idle_account.as_duration());
    let idle = |enrolled| idle_since(operator, enrolled, &logins, after, terms.now);
    let facts = AccountFacts {
        operator,
        disabled: standing.disabled.contains_key(name),
        enrolled: enrolled.as_ref(),
        certified: standing.policy.certifies(operator),
        locks: &locks,
        idle: enrolled.as_ref().and_then(idle),
        usual: &config.auth.factors,
    };
    if !facts.opens(terms.now) {
        return Ok(Some(Unable::KeptOut(facts.kept_out(terms.now))));
    }
    if standing.locks().covering(operator.account(), terms.now).next().is_some() {
        return Ok(Some(Unable::Objection(Objection::Covered)));
    }
    let settled = known(standing, store, name.clone()).await?.is_settled(terms);
    Ok(settled.err().map(Unable::Objection))
}

/// Those whose word counts.
pub(crate) fn able(officers: &[Officer]) -> impl Iterator<Item = &OperatorName> {
    officers.iter().filter(|officer| officer.unable.is_none()).map(|officer| &officer.name)
}

/// What a second person's word is measured by at `now`.
pub(crate) fn terms(standing: &Standing, config: &Config, now: Timestamp) -> Terms {
    let after = config.lockdown.confirm_after.as_duration();
    Terms { now, after, locked_since: standing.locks().in_force_since(now) }
}

/// An account, and how it came by its factors.
pub(crate) async fn known(
    standing: &Standing,
    store: &Store,
    name: OperatorName,
) -> Result<Known, StoreError> {
    let role = standing.policy.operator(name.as_str()).map(|operator| operator.role).unwrap_or_default();
    let factors = store.factors().find(&name).await?.map(|enrolled| FactorProvenance {
        set_at: enrolled.set_at,
        set_by: enrolled.set_by,
        set_as: enrolled.set_as,
    });
    Ok(Known::Account { name, role, factors })
}
