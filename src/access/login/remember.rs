//! `auth.remember`: a code that was proven also covers further logins of the account with the same first factors, from the
//! same address and device, for a while. The first factor is checked as ever before anybody asks here: a stranger
//! learns nothing.

use std::time::Duration;

use jiff::Timestamp;

use super::account::LoginAccount;
use crate::access::live::{CodeBounds, CodePlace, CodeTerms, ProvenCode};
use crate::access::services::{Authenticated, Services};
use crate::auth::Factors;
use crate::domain::OperatorName;

/// What a login has proven.
pub(super) struct Proven {
    pub(super) factors: Factors,
    /// What was proven before the code.
    pub(super) first: Factors,
    pub(super) key: Option<String>,
    /// How old the code was, where it was an earlier login's.
    pub(super) remembered: Option<Duration>,
    /// A recovery code was given in its place.
    pub(super) recovered: bool,
}

impl Proven {
    /// The words of the journal: a code that was not given is not called one.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = match self.remembered.is_some() || self.recovered {
            true => self.factors.before_the_code().names(),
            false => self.factors.names(),
        };
        names.extend(self.remembered.map(|_| "remembered".to_owned()));
        names.extend(self.recovered.then(|| "recovery".to_owned()));
        names
    }

    /// A code of a phone or a token was given, which was not an earlier login's.
    pub(super) fn has_new_code(&self) -> bool {
        self.factors.has_code() && self.remembered.is_none() && !self.recovered
    }
}

/// How old the code of an earlier login is that covers one from here; `None` where none does.
pub(super) fn covered(services: &Services, account: &LoginAccount, place: &CodePlace) -> Option<Duration> {
    let (name, set_at) = (account.name.as_ref()?, account.set_at()?);
    let terms = CodeTerms { set_at, span: span(services, name) };
    let age = services.live.remembered().age(name, place, terms, &services.clock);
    age.filter(|_| !terms.span.is_zero())
}

/// For how long codes of this account cover further logins now.
pub(crate) fn span(services: &Services, name: &OperatorName) -> Duration {
    let usual = services.config.auth.remember.as_duration();
    services.live.standing().remembers_for(name, usual, services.clock.decisive())
}

/// Keeps the code that was given; a recovery code covers its own login alone. One that was remembered does not begin anew, and one that came through somebody
/// else's device is not kept.
pub(super) fn keep(services: &Services, who: &Authenticated, proven: &Proven, set_at: Option<Timestamp>) {
    let given = proven.has_new_code() && who.stranger().is_none();
    let Some(set_at) = set_at.filter(|_| given && !span(services, &who.operator).is_zero()) else {
        return;
    };
    let place = CodePlace::of(proven.first, proven.key.as_deref(), &who.origin);
    let code = ProvenCode { place, set_at, since: who.since, at: who.now(&services.clock) };
    let bounds = CodeBounds {
        span: services.config.auth.remember.as_duration(),
        accounts: services.config.seats.get(),
    };
    services.live.remember(&who.operator, code, bounds, &services.clock);
}
