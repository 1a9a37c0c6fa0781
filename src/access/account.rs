//! What keeps an account from logging in, whoever is about to: for lists, for `doctor`, and for whoever counts on
//! somebody's word.

use jiff::Timestamp;

use crate::auth::{Alternatives, Factors};
use crate::policy::Operator;
use crate::store::{Enrolled, Lock};

/// One thing that keeps an account out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeptOut {
    /// In the policy, or by hand.
    Disabled,
    NotYetValid(Timestamp),
    Expired(Timestamp),
    NotEnrolled,
    /// Its factors let nobody in. Each of these would complete them.
    Incomplete(Vec<Factors>),
    /// One way in, or all of them.
    Locked(Lock),
    /// Nobody has used it since.
    Idle(Timestamp),
}

impl KeptOut {
    /// For programs.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::NotYetValid(_) => "not-yet-valid",
            Self::Expired(_) => "expired",
            Self::NotEnrolled => "not-enrolled",
            Self::Incomplete(_) => "incomplete",
            Self::Locked(_) => "locked",
            Self::Idle(_) => "idle",
        }
    }
}

/// An account, and what is known of it beside the policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AccountFacts<'a> {
    pub operator: &'a Operator,
    /// By hand.
    pub disabled: bool,
    pub enrolled: Option<&'a Enrolled>,
    /// Somebody may certify keys for it.
    pub certified: bool,
    /// Of this account.
    pub locks: &'a [Lock],
    /// Since when nobody has used it, where that is too long.
    pub idle: Option<Timestamp>,
    /// What counts as logged in where the policy says nothing of this account.
    pub usual: &'a Alternatives,
}

impl AccountFacts<'_> {
    /// All that keeps it out at `now`.
    pub(crate) fn kept_out(&self, now: Timestamp) -> Vec<KeptOut> {
        let validity = &self.operator.validity;
        let disabled = (self.operator.disabled || self.disabled).then_some(KeptOut::Disabled);
        let early = validity.since().filter(|since| now < *since).map(KeptOut::NotYetValid);
        let late = validity.until().filter(|until| *until <= now).map(KeptOut::Expired);
        let locks = self.locks.iter().cloned().map(KeptOut::Locked);
        let idle = self.idle.map(KeptOut::Idle);
        disabled.into_iter().chain(early).chain(late).chain(self.lacking()).chain(locks).chain(idle).collect()
    }

    /// Could somebody log in by it at `now`? A lock closes the ways that it is about, and no other.
    pub(crate) fn opens(&self, now: Timestamp) -> bool {
        let out = self.kept_out(now);
        out.iter().all(|what| matches!(what, KeptOut::Locked(_))) && self.has_open_way()
    }

    fn lacking(&self) -> Option<KeptOut> {
        let Some(enrolled) = self.enrolled else { return Some(KeptOut::NotEnrolled) };
        let lacking = self.asked().lacking(enrolled.kinds_with(self.certified));
        (!lacking.is_empty()).then_some(KeptOut::Incomplete(lacking))
    }

    fn asked(&self) -> &Alternatives {
        self.operator.factors.as_ref().unwrap_or(self.usual)
    }

    fn has_open_way(&self) -> bool {
        let Some(enrolled) = self.enrolled else { return false };
        let locked = |key: &str| self.locks.iter().any(|lock| lock.key.as_deref() == Some(key));
        let by_key = self.certified || enrolled.public_keys.iter().any(|key| !locked(&key.fingerprint));
        let sets = self.asked().iter().filter(|set| set.is_within(enrolled.kinds_with(self.certified)));
        sets.into_iter().any(|set| match set.has_key() {
            true => by_key,
            false => self.locks.is_empty(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::access::testing::policy;
    use crate::auth::code::CodeKind;
    use crate::domain::Secret;
    use crate::store::{EnrolledKey, SealedCodes};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn enrolled(key: bool, password: bool, code: bool) -> Enrolled {
        let now = at("2026-11-01T00:00:00Z");
        Enrolled {
            operator: "li".parse().unwrap(),
            password: password.then(|| Secret::new("hash")),
            codes: code.then(|| SealedCodes { kind: CodeKind::Totp, sealed: vec![1] }),
            public_keys: key
                .then(|| EnrolledKey::new("SHA256:k".into(), "ssh-ed25519 k".into()))
                .into_iter()
                .collect(),
            enrolled_at: now,
            set_at: now,
            set_by: "local:root".into(),
            set_as: None,
            changed_at: now,
        }
    }

    fn lock(key: Option<&str>) -> Lock {
        let until = at("2027-01-01T00:00:00Z");
        Lock { operator: "li".parse().unwrap(), key: key.map(str::to_owned), home: None, until }
    }

    fn words(entry: &str, disabled: bool, enrolled: Option<&Enrolled>, locks: &[Lock]) -> (String, bool) {
        let policy = policy(&format!("[operator.li]\n{entry}\n"));
        let operator = policy.operator("li").unwrap();
        let usual = Alternatives::default();
        let facts = AccountFacts {
            operator,
            disabled,
            enrolled,
            certified: policy.certifies(operator),
            locks,
            idle: None,
            usual: &usual,
        };
        let now = at("2026-11-30T00:00:00Z");
        let out: Vec<_> = facts.kept_out(now).iter().map(KeptOut::as_str).collect();
        (out.join(" "), facts.opens(now))
    }

    /// people 1, 2: every state of an account, and whether somebody could log in.
    #[test]
    fn what_keeps_an_account_out() {
        let whole = enrolled(true, false, true);
        for (entry, disabled, factors, want) in [
            ("", false, Some(&whole), ("", true)),
            ("", false, None, ("not-enrolled", false)),
            ("", true, Some(&whole), ("disabled", false)),
            ("disabled = true", false, Some(&whole), ("disabled", false)),
            ("valid = \"2026-12-01..\"", false, Some(&whole), ("not-yet-valid", false)),
            ("valid = \"..2026-11-29\"", false, Some(&whole), ("expired", false)),
            ("valid = \"..2026-11-30\"", false, Some(&whole), ("", true)),
            ("factors = [\"password+totp\"]", false, Some(&whole), ("incomplete", false)),
            ("", false, Some(&enrolled(true, false, false)), ("incomplete", false)),
            ("", false, Some(&enrolled(false, true, false)), ("incomplete", false)),
            ("", false, Some(&enrolled(true, true, false)), ("incomplete", false)),
            ("", false, Some(&enrolled(false, false, true)), ("incomplete", false)),
            ("", true, Some(&enrolled(false, false, true)), ("disabled incomplete", false)),
        ] {
            let (out, opens) = words(entry, disabled, factors, &[]);
            assert_eq!((out.as_str(), opens), want, "{entry:?} {factors:?}");
        }
    }

    #[test]
    fn a_lock_closes_its_own_ways() {
        let both = enrolled(true, true, true);
        let (key, password) = (enrolled(true, false, true), enrolled(false, true, true));
        for (factors, locks, opens) in [
            (&both, vec![lock(None)], true),
            (&key, vec![lock(None)], true),
            (&password, vec![lock(None)], false),
            (&key, vec![lock(Some("SHA256:k"))], false),
            (&both, vec![lock(Some("SHA256:k"))], false),
            (&both, vec![lock(Some("SHA256:other"))], true),
        ] {
            assert_eq!(words("", false, Some(factors), &locks).1, opens, "{factors:?} {locks:?}");
        }
    }
}
