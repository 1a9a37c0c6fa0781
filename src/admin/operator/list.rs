//! The accounts as they are listed: who, in which role, what they have enrolled, and what keeps them out.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::super::account::known;
use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::page::Page;
use super::super::say::no;
use crate::access::Services;
use crate::access::account::{AccountFacts, KeptOut};
use crate::access::live::{CodeTerms, Standing};
use crate::access::login::remembers_for;
use crate::domain::{DeviceId, GroupName, OperatorName, Role, VendorName};
use crate::policy::Operator;
use crate::store::{Enrolled, Lock, PAGE, WHOLE, gather};

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountEntry {
    pub operator: OperatorName,
    /// How people call them.
    pub name: Option<String>,
    pub role: Role,
    pub vendor: Option<VendorName>,
    pub groups: Vec<GroupName>,
    pub valid_from: Option<LocalTime>,
    pub valid_until: Option<LocalTime>,
    /// Of a key, with its fingerprint.
    pub factors: Vec<String>,
    pub disabled: bool,
    pub locks: Vec<AccountLock>,
    /// What keeps it out, each word once.
    pub states: Vec<&'static str>,
    /// Each of these would complete its factors.
    pub missing: Vec<String>,
    pub factors_set: Option<LocalTime>,
    pub factors_set_by: Option<String>,
    /// Codes that cover further logins now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remembered: Vec<RememberedLogin>,
    /// What keeps it out, with all that is known of it.
    #[serde(skip)]
    pub(crate) kept_out: Vec<KeptOut>,
    /// In which its times are shown.
    #[serde(skip)]
    pub(crate) zone: TimeZone,
}

/// A way in that is locked: by one key, or by all that is not one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountLock {
    pub until: LocalTime,
    pub key: Option<String>,
}

/// A code that was proven, and covers further logins like it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RememberedLogin {
    /// As in the journal.
    pub factors: String,
    pub key: Option<String>,
    pub source: String,
    pub device: Option<DeviceId>,
    pub until: LocalTime,
}

/// Some of the accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountPage {
    #[serde(flatten)]
    pub page: Page<AccountEntry, OperatorName>,
    /// Whether no page comes before it.
    #[serde(skip)]
    pub first: bool,
}

/// By their names, behind this one.
pub(super) async fn list(
    services: &Services,
    after: Option<&OperatorName>,
    limit: u32,
) -> Result<AccountPage, AdminError> {
    let standing = services.live.standing();
    let now = services.clock.now();
    let locks = gather(WHOLE, |after| services.store.factors().locks(now, after, PAGE)).await?;
    let behind = |operator: &&Operator| after.is_none_or(|after| operator.name > *after);
    let wanted = usize::try_from(limit.saturating_add(1)).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    for operator in standing.policy.operators().filter(behind).take(wanted) {
        rows.push(entry(services, &standing, operator, &locks).await?);
    }
    let page = Page::cut(rows, limit, |row: &AccountEntry| row.operator.clone());
    Ok(AccountPage { page, first: after.is_none() })
}

pub(super) async fn show(services: &Services, name: &OperatorName) -> Result<AccountEntry, AdminError> {
    known(services, name)?;
    let standing = services.live.standing();
    let now = services.clock.now();
    let locks = gather(WHOLE, |after| services.store.factors().locks(now, after, PAGE)).await?;
    let gone = || no!(services, NotFound, "operator.unknown", operator = name.as_str());
    let operator = standing.policy.operator(name.as_str()).ok_or_else(gone)?;
    entry(services, &standing, operator, &locks).await
}

async fn entry(
    services: &Services,
    standing: &Standing,
    operator: &Operator,
    locks: &[Lock],
) -> Result<AccountEntry, AdminError> {
    let name = &operator.name;
    let enrolled = services.store.factors().find(name).await?;
    let locks: Vec<Lock> = locks.iter().filter(|lock| lock.operator == *name).cloned().collect();
    let disabled = standing.disabled.contains_key(name);
    let usual = &services.config.auth.factors;
    let certified = standing.policy.certifies(operator);
    let facts =
        AccountFacts { operator, disabled, enrolled: enrolled.as_ref(), certified, locks: &locks, usual };
    let kept_out = facts.kept_out(services.clock.now());
    let shown = |at| LocalTime::of(services, at);
    let mut states: Vec<_> = kept_out.iter().map(KeptOut::as_str).collect();
    states.dedup(); // of several locks one word is enough
    Ok(AccountEntry {
        operator: name.clone(),
        name: operator.display.clone(),
        role: operator.role,
        vendor: operator.vendor.clone(),
        groups: operator.groups.clone(),
        valid_from: operator.validity.since().map(shown),
        valid_until: operator.validity.until().map(shown),
        factors: enrolled.as_ref().map(factors).unwrap_or_default(),
        disabled: kept_out.contains(&KeptOut::Disabled),
        locks: locks
            .into_iter()
            .map(|lock| AccountLock { until: shown(lock.until), key: lock.key })
            .collect(),
        states,
        missing: missing(&kept_out),
        factors_set: enrolled.as_ref().map(|set| shown(set.set_at)),
        remembered: enrolled.as_ref().map(|set| remembered(services, set)).unwrap_or_default(),
        factors_set_by: enrolled.map(|set| set.set_by),
        kept_out,
        zone: services.config.timezone.clone(),
    })
}

fn remembered(services: &Services, set: &Enrolled) -> Vec<RememberedLogin> {
    let terms = CodeTerms { set_at: set.changed_at, span: remembers_for(services, &set.operator) };
    let codes = services.live.remembered().of(&set.operator, terms, &services.clock);
    let told = codes.into_iter().map(|code| RememberedLogin {
        until: LocalTime::of(services, code.until(terms.span)),
        factors: code.place.first.to_string(),
        key: code.place.key,
        source: code.place.address.to_string(),
        device: code.place.device,
    });
    told.collect()
}

fn factors(enrolled: &Enrolled) -> Vec<String> {
    let keys = enrolled.public_keys.iter().map(|key| format!("publickey {}", key.fingerprint));
    let password = enrolled.password.as_ref().map(|_| "password".to_owned());
    keys.chain(password).chain(enrolled.totp.as_ref().map(|_| "totp".to_owned())).collect()
}

fn missing(kept_out: &[KeptOut]) -> Vec<String> {
    let lacking = kept_out.iter().filter_map(|what| match what {
        KeptOut::Incomplete(lacking) => Some(lacking),
        _ => None,
    });
    lacking.flatten().map(ToString::to_string).collect()
}
