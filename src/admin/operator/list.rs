//! The accounts as they are listed: who, in which role, what they have enrolled, and what keeps them out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::super::account::known;
use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::page::Page;
use super::super::say::no;
use super::filter::{ACTIVE, AccountFilter, INVITED, LOCKED_DOWN};
use crate::access::account::{AccountFacts, KeptOut};
use crate::access::idle::{active_at, idle_since};
use crate::access::live::{CodeTerms, Standing};
use crate::access::login::remembers_for;
use crate::access::{Services, attestation};
use crate::auth::attestation::KeyMake;
use crate::domain::{DeviceId, GroupName, OperatorName, Role, SourceNet, VendorName};
use crate::policy::Operator;
use crate::store::{Enrolled, EnrolledKey, LastLogins, Lock, PAGE, WHOLE, gather};

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountEntry {
    pub operator: OperatorName,
    /// How people call them.
    pub name: Option<String>,
    /// How to reach them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    pub role: Role,
    pub vendor: Option<VendorName>,
    pub groups: Vec<GroupName>,
    pub valid_from: Option<LocalTime>,
    pub valid_until: Option<LocalTime>,
    /// Of a key, with its fingerprint.
    pub factors: Vec<String>,
    /// Whose make its security keys are, of those whose makers were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub key_makes: Vec<MadeKey>,
    /// With which a security key of it is made, where one account is shown and makers are asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_challenge: Option<String>,
    pub disabled: bool,
    pub locks: Vec<AccountLock>,
    /// What keeps it out, each word once.
    pub states: Vec<&'static str>,
    /// A code to enrol with was given out, and is good.
    #[serde(skip_serializing_if = "is_false")]
    pub invited: bool,
    /// Each of these would complete its factors.
    pub missing: Vec<String>,
    /// Recovery codes that are left, where one account is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_left: Option<u64>,
    pub factors_set: Option<LocalTime>,
    pub factors_set_by: Option<String>,
    pub last_login: Option<LocalTime>,
    /// From where that was.
    pub last_source: Option<String>,
    /// Logins under its name that were refused since then.
    pub failures: u64,
    pub devices: usize,
    /// That run now.
    pub sessions: usize,
    /// Codes that cover further logins now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remembered: Vec<RememberedLogin>,
    /// When it was used last, or could first be.
    #[serde(skip)]
    pub(crate) active_at: Option<Timestamp>,
    /// With its last day.
    #[serde(skip)]
    pub(crate) ends: Option<Timestamp>,
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
    /// The home that it was guessed from; without one it does not hold where the account is at home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<SourceNet>,
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
    pub seats: TakenSeats,
    /// Whether no page comes before it.
    #[serde(skip)]
    pub first: bool,
}

/// A security key, and whose make it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MadeKey {
    pub key: String,
    #[serde(flatten)]
    pub make: KeyMake,
}

/// How many accounts have factors, and how many may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TakenSeats {
    pub taken: u64,
    pub of: u32,
}

/// What is known of accounts beside the policy: read at once, since one question an account is slow where there are
/// thousands.
struct Facts {
    now: Timestamp,
    enrolled: BTreeMap<OperatorName, Enrolled>,
    logins: BTreeMap<OperatorName, LastLogins>,
    invited: BTreeSet<OperatorName>,
    locks: BTreeMap<OperatorName, Vec<Lock>>,
    devices: BTreeMap<OperatorName, usize>,
    sessions: BTreeMap<OperatorName, usize>,
}

impl Facts {
    /// Of everybody.
    async fn read(services: &Services, standing: &Standing) -> Result<Self, AdminError> {
        let store = &services.store;
        let enrolled = gather(WHOLE, |after| store.factors().everybody(after, PAGE)).await?;
        let logins = gather(WHOLE, |after| store.logins().everybodys(after, PAGE)).await?;
        let facts = Self::live(services, standing).await?;
        let enrolled = enrolled.into_iter().map(|set| (set.operator.clone(), set)).collect();
        let logins = logins.into_iter().map(|one| (one.operator, one.logins)).collect();
        Ok(Self { enrolled, logins, ..facts })
    }

    /// Of one account.
    async fn of(services: &Services, standing: &Standing, name: &OperatorName) -> Result<Self, AdminError> {
        let mut facts = Self::live(services, standing).await?;
        facts.enrolled.extend(services.store.factors().find(name).await?.map(|set| (name.clone(), set)));
        facts.logins.insert(name.clone(), services.store.logins().of(name).await?);
        Ok(facts)
    }

    /// What holds now, of everybody.
    async fn live(services: &Services, standing: &Standing) -> Result<Self, AdminError> {
        let now = services.clock.now();
        let (mut locks, mut devices) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, usize>::new());
        for lock in gather(WHOLE, |after| services.store.factors().locks(now, after, PAGE)).await? {
            locks.entry(lock.operator.clone()).or_default().push(lock);
        }
        standing.devices.iter().for_each(|device| *devices.entry(device.operator.clone()).or_default() += 1);
        let invited = gather(WHOLE, |after| services.store.invitations().open(now, after, PAGE)).await?;
        let invited = invited.into_iter().map(|invitation| invitation.operator).collect();
        let (sessions, enrolled, logins) =
            (services.live.sessions_of_each(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { now, enrolled, logins, invited, locks, devices, sessions })
    }
}

/// By their names, behind this one.
pub(super) async fn list(
    services: &Services,
    filter: &AccountFilter,
    after: Option<&OperatorName>,
    limit: u32,
) -> Result<AccountPage, AdminError> {
    let standing = services.live.standing();
    let facts = Facts::read(services, &standing).await?;
    let behind = |operator: &&Operator| after.is_none_or(|after| operator.name > *after);
    let wanted = usize::try_from(limit.saturating_add(1)).unwrap_or(usize::MAX);
    let entries = standing.policy.operators().filter(behind);
    let entries = entries.map(|operator| entry(services, &standing, operator, &facts));
    let rows = entries.filter(|account| account.fits(filter, facts.now)).take(wanted).collect();
    let page = Page::cut(rows, limit, |row: &AccountEntry| row.operator.clone());
    let seats =
        TakenSeats { taken: services.store.factors().activated().await?, of: services.config.seats.get() };
    Ok(AccountPage { page, seats, first: after.is_none() })
}

pub(super) async fn show(services: &Services, name: &OperatorName) -> Result<AccountEntry, AdminError> {
    known(services, name)?;
    let standing = services.live.standing();
    let gone = || no!(services, NotFound, "operator.unknown", operator = name.as_str());
    let operator = standing.policy.operator(name.as_str()).ok_or_else(gone)?;
    let facts = Facts::of(services, &standing, name).await?;
    let left = services.store.recovery().left(name).await?;
    let recovery_left = facts.enrolled.contains_key(name).then_some(left);
    let key_challenge = attestation::is_asked(services).then(|| attestation::challenge(services, name));
    Ok(AccountEntry { recovery_left, key_challenge, ..entry(services, &standing, operator, &facts) })
}

fn entry(services: &Services, standing: &Standing, operator: &Operator, facts: &Facts) -> AccountEntry {
    let (name, now) = (&operator.name, facts.now);
    let (enrolled, logins) = (facts.enrolled.get(name), facts.logins.get(name).cloned().unwrap_or_default());
    let locks = facts.locks.get(name).cloned().unwrap_or_default();
    let after = services.config.auth.idle_account.as_duration();
    let account = AccountFacts {
        operator,
        disabled: standing.disabled.contains_key(name),
        enrolled,
        certified: standing.policy.certifies(operator),
        locks: &locks,
        idle: enrolled.and_then(|set| idle_since(operator, set, &logins, after, now)),
        usual: &services.config.auth.factors,
    };
    let kept_out = account.kept_out(now);
    let shown = |at| LocalTime::of(services, at);
    let locked_down = standing.locks().bar(&operator.account(), None, now).is_some();
    let login = logins.last.as_ref();
    AccountEntry {
        operator: name.clone(),
        name: operator.display.clone(),
        contact: operator.contact.clone(),
        role: operator.role,
        vendor: operator.vendor.clone(),
        groups: operator.groups.clone(),
        valid_from: operator.validity.since().map(shown),
        valid_until: operator.validity.until().map(shown),
        factors: enrolled.map(factors).unwrap_or_default(),
        key_makes: enrolled.map(key_makes).unwrap_or_default(),
        key_challenge: None,
        disabled: kept_out.contains(&KeptOut::Disabled),
        locks: locks
            .iter()
            .map(|lock| AccountLock { until: shown(lock.until), key: lock.key.clone(), home: lock.home })
            .collect(),
        states: states(&kept_out, locked_down),
        invited: facts.invited.contains(name) && lacks_factors(&kept_out),
        missing: missing(&kept_out),
        recovery_left: None,
        factors_set: enrolled.map(|set| shown(set.set_at)),
        factors_set_by: enrolled.map(|set| set.set_by.clone()),
        last_login: login.map(|login| shown(login.at)),
        last_source: login.map(|login| login.source.clone()).filter(|source| !source.is_empty()),
        failures: logins.failures,
        devices: facts.devices.get(name).copied().unwrap_or_default(),
        sessions: facts.sessions.get(name).copied().unwrap_or_default(),
        remembered: enrolled.map(|set| remembered(services, set)).unwrap_or_default(),
        active_at: enrolled.map(|set| active_at(operator, set, &logins, now)),
        ends: operator.validity.until(),
        kept_out,
        zone: services.config.timezone.clone(),
    }
}

/// A code to enrol with is of no use any more once nothing is lacking, whoever set it.
fn lacks_factors(kept_out: &[KeptOut]) -> bool {
    kept_out.iter().any(|what| matches!(what, KeptOut::NotEnrolled | KeptOut::Incomplete(_)))
}

/// Each word once: of several locks one is enough.
fn states(kept_out: &[KeptOut], locked_down: bool) -> Vec<&'static str> {
    let mut states: Vec<_> = kept_out.iter().map(KeptOut::as_str).collect();
    states.dedup();
    states.extend(locked_down.then_some(LOCKED_DOWN));
    states
}

impl AccountEntry {
    /// Is it one of those that are looked for?
    fn fits(&self, filter: &AccountFilter, now: Timestamp) -> bool {
        let within = |until: Timestamp| self.ends.is_some_and(|ends| now < ends && ends <= until);
        let unused = |since: Timestamp| self.active_at.is_some_and(|active| active <= since);
        (filter.states.is_empty() || filter.states.iter().any(|state| self.is(state.0)))
            && filter.group.as_ref().is_none_or(|group| self.groups.contains(group))
            && filter.vendor.as_ref().is_none_or(|vendor| self.vendor.as_ref() == Some(vendor))
            && filter.expires_before.is_none_or(within)
            && filter.idle_since.is_none_or(unused)
    }

    /// Is this one of its states? Of one that nothing keeps out it is `active`.
    fn is(&self, state: &str) -> bool {
        match state {
            ACTIVE => self.states.is_empty(),
            INVITED => self.invited,
            state => self.states.contains(&state),
        }
    }
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

fn key_makes(enrolled: &Enrolled) -> Vec<MadeKey> {
    let made = |key: &EnrolledKey| Some(MadeKey { key: key.fingerprint.clone(), make: key.make.clone()? });
    enrolled.public_keys.iter().filter_map(made).collect()
}

pub(super) fn factors(enrolled: &Enrolled) -> Vec<String> {
    let keys = enrolled.public_keys.iter().map(|key| format!("publickey {}", key.fingerprint));
    let password = enrolled.password.as_ref().map(|_| "password".to_owned());
    keys.chain(password)
        .chain(enrolled.codes.as_ref().map(|codes| codes.kind.factor().as_str().to_owned()))
        .collect()
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_false(flag: &bool) -> bool {
    !flag
}

fn missing(kept_out: &[KeptOut]) -> Vec<String> {
    let lacking = kept_out.iter().filter_map(|what| match what {
        KeptOut::Incomplete(lacking) => Some(lacking),
        _ => None,
    });
    lacking.flatten().map(ToString::to_string).collect()
}
