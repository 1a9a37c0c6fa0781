//! Codes that were proven, and cover further logins for a while: of the same account, with the same first factors, from
//! the same place. Only in memory: a restart forgets them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::auth::Factors;
use crate::domain::{DeviceId, OperatorName, Origin};
use crate::platform::clock::{Anchor, Clock};

/// Places of one account that are remembered; the oldest gives way.
const PLACES: usize = 16;

/// What was proven before a code, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePlace {
    pub first: Factors,
    /// The fingerprint of the key, if one is among them.
    pub key: Option<String>,
    pub address: IpAddr,
    pub device: Option<DeviceId>,
}

impl CodePlace {
    pub fn of(first: Factors, key: Option<&str>, origin: &Origin) -> Self {
        let device = origin.arrival().map(|arrival| arrival.device.clone());
        Self { first, key: key.map(str::to_owned), address: origin.address(), device }
    }
}

/// A code that was right, once.
#[derive(Debug, Clone)]
pub struct ProvenCode {
    pub place: CodePlace,
    /// When the factors were set that it belongs to: it covers nothing once others are.
    pub set_at: Timestamp,
    pub since: Anchor,
    pub at: Timestamp,
}

impl ProvenCode {
    /// Asked at each login how long that is: a policy may shorten it meanwhile. A clock that is set back does not lengthen it.
    fn holds(&self, span: Duration, clock: &Clock) -> bool {
        clock.since(&self.since) < self.until(span)
    }

    fn age(&self, clock: &Clock) -> Duration {
        clock.since(&self.since).duration_since(self.at).try_into().unwrap_or(Duration::MAX)
    }

    /// The first instant at which it covers nothing more, where a code does for so long.
    pub fn until(&self, span: Duration) -> Timestamp {
        self.at.checked_add(span).unwrap_or(self.at)
    }
}

/// How long codes are kept at most, and of how many accounts.
#[derive(Debug, Clone, Copy)]
pub struct CodeBounds {
    pub span: Duration,
    pub accounts: u32,
}

/// What a login asks about: a code of these factors, within this time.
#[derive(Debug, Clone, Copy)]
pub struct CodeTerms {
    /// When they were set.
    pub set_at: Timestamp,
    pub span: Duration,
}

/// Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct RememberedCodes(Arc<Mutex<HashMap<OperatorName, Vec<ProvenCode>>>>);

impl RememberedCodes {
    /// Each list is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, HashMap<OperatorName, Vec<ProvenCode>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In place of the one before it from there. Where no more accounts fit, it is not kept: then a code is asked for.
    pub(super) fn keep(&self, operator: &OperatorName, code: ProvenCode, bounds: CodeBounds, clock: &Clock) {
        let mut all = self.lock();
        all.retain(|_, codes| {
            codes.retain(|code| code.holds(bounds.span, clock));
            !codes.is_empty()
        });
        let full = u32::try_from(all.len()).unwrap_or(u32::MAX) >= bounds.accounts;
        if full && !all.contains_key(operator) {
            return;
        }
        let codes = all.entry(operator.clone()).or_default();
        codes.retain(|known| known.place != code.place);
        if codes.len() >= PLACES {
            codes.remove(0);
        }
        codes.push(code);
    }

    /// How old the one of this place is, of factors that were set then, if there is one. What is over is forgotten.
    pub fn age(
        &self,
        operator: &OperatorName,
        place: &CodePlace,
        terms: CodeTerms,
        clock: &Clock,
    ) -> Option<Duration> {
        let codes = self.of(operator, terms, clock);
        codes.iter().find(|code| code.place == *place).map(|code| code.age(clock))
    }

    /// Those that hold, the oldest first.
    pub fn of(&self, operator: &OperatorName, terms: CodeTerms, clock: &Clock) -> Vec<ProvenCode> {
        let mut all = self.lock();
        let Some(codes) = all.get_mut(operator) else { return Vec::new() };
        codes.retain(|code| code.set_at == terms.set_at && code.holds(terms.span, clock));
        let held = codes.clone();
        if held.is_empty() {
            all.remove(operator);
        }
        held
    }

    /// Everything of this account; how many places that was.
    pub fn forget(&self, operator: &OperatorName) -> usize {
        self.lock().remove(operator).map_or(0, |codes| codes.len())
    }

    /// What is so of this account.
    pub fn forget_where(&self, operator: &OperatorName, is_over: impl Fn(&ProvenCode) -> bool) {
        let mut all = self.lock();
        let Some(codes) = all.get_mut(operator) else { return };
        codes.retain(|code| !is_over(code));
        if codes.is_empty() {
            all.remove(operator);
        }
    }

    /// Everything of accounts that `stays` does not name.
    pub(super) fn retain(&self, stays: impl Fn(&OperatorName) -> bool) {
        self.lock().retain(|operator, _| stays(operator));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::Via;

    const HOUR: Duration = Duration::from_secs(3600);
    const BOUNDS: CodeBounds = CodeBounds { span: HOUR, accounts: 10 };
    const ONE: CodeBounds = CodeBounds { span: HOUR, accounts: 1 };
    const TERMS: CodeTerms = CodeTerms { set_at: Timestamp::UNIX_EPOCH, span: HOUR };

    fn place(address: &str, key: Option<&str>) -> CodePlace {
        let origin = Origin::new(format!("{address}:40000").parse().unwrap(), Via::Direct);
        CodePlace::of("publickey".parse().unwrap(), key, &origin)
    }

    fn code(clock: &Clock, place: CodePlace) -> ProvenCode {
        let (since, set_at) = (clock.anchor(), Timestamp::UNIX_EPOCH);
        ProvenCode { place, set_at, since, at: clock.since(&since) }
    }

    #[test]
    fn a_code_covers_its_place_its_key_and_its_factors_until_its_time() {
        let (codes, clock) = (RememberedCodes::default(), Clock::set(Timestamp::UNIX_EPOCH));
        let [a, b] = ["op1", "op2"].map(|name| name.parse::<OperatorName>().unwrap());
        let here = place("192.0.2.7", Some("SHA256:x"));
        codes.keep(&a, code(&clock, here.clone()), BOUNDS, &clock);
        let covers = |who, place: &CodePlace| codes.age(who, place, TERMS, &clock).is_some();
        assert!(covers(&a, &here));
        assert!(!covers(&b, &here), "another account");
        assert!(!covers(&a, &place("192.0.2.8", Some("SHA256:x"))), "another address");
        assert!(!covers(&a, &place("192.0.2.7", Some("SHA256:y"))), "another key");
        assert!(!covers(&a, &CodePlace { device: Some(DeviceId::new(1, 2)), ..here.clone() }), "a device");
        let password = CodePlace { first: "password".parse().unwrap(), key: None, ..here.clone() };
        assert!(!covers(&a, &password), "another first factor");
        clock.step(-jiff::SignedDuration::from_hours(5));
        clock.advance(HOUR - Duration::from_secs(1));
        assert!(covers(&a, &here), "it holds to its end");
        clock.advance(Duration::from_secs(1));
        assert!(!covers(&a, &here), "a clock that was set back gains nothing");
        assert!(codes.lock().is_empty(), "what is over is forgotten");
    }

    #[test]
    fn other_factors_end_it() {
        let (codes, clock) = (RememberedCodes::default(), Clock::set(Timestamp::UNIX_EPOCH));
        let (a, here) = ("op1".parse::<OperatorName>().unwrap(), place("192.0.2.7", None));
        codes.keep(&a, code(&clock, here.clone()), BOUNDS, &clock);
        let later = CodeTerms { set_at: Timestamp::UNIX_EPOCH + HOUR, ..TERMS };
        assert!(codes.age(&a, &here, later, &clock).is_none());
        assert!(codes.age(&a, &here, TERMS, &clock).is_none(), "for good");
    }

    #[test]
    fn a_time_that_is_shortened_meanwhile_counts() {
        let (codes, clock) = (RememberedCodes::default(), Clock::set(Timestamp::UNIX_EPOCH));
        let (a, here) = ("op1".parse::<OperatorName>().unwrap(), place("192.0.2.7", None));
        codes.keep(&a, code(&clock, here.clone()), BOUNDS, &clock);
        clock.advance(HOUR / 2);
        assert!(codes.age(&a, &here, TERMS, &clock).is_some());
        assert!(codes.age(&a, &here, CodeTerms { span: HOUR / 2, ..TERMS }, &clock).is_none());
        assert!(codes.age(&a, &here, TERMS, &clock).is_none(), "for good");
    }

    #[test]
    fn accounts_and_places_are_bounded() {
        let (codes, clock) = (RememberedCodes::default(), Clock::set(Timestamp::UNIX_EPOCH));
        let [a, b] = ["op1", "op2"].map(|name| name.parse::<OperatorName>().unwrap());
        for last in 1..=20 {
            codes.keep(&a, code(&clock, place(&format!("192.0.2.{last}"), None)), ONE, &clock);
        }
        codes.keep(&b, code(&clock, place("192.0.2.1", None)), ONE, &clock);
        let kept = |who| codes.of(who, TERMS, &clock).len();
        assert_eq!((kept(&a), kept(&b)), (PLACES, 0));
        let newest = place("192.0.2.20", None);
        assert!(codes.age(&a, &newest, TERMS, &clock).is_some(), "the oldest gave way");
        codes.forget(&a);
        codes.keep(&b, code(&clock, place("192.0.2.1", None)), ONE, &clock);
        assert_eq!((kept(&a), kept(&b)), (0, 1));
    }
}
