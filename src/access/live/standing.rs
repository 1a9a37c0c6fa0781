//! Everything that a decision depends on, at one instant, and the questions that it answers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::device::Devices;
use crate::domain::{Device, DeviceCredential, DeviceId, LockdownId, OperatorName, Role, SessionId};
use crate::lockdown::{Lockdown, Lockdowns, Locks};
use crate::policy::{Admission, Decision, Denial, Policy, Reason, Request};

/// Everything that a decision depends on, at one instant. A change makes a new one.
#[derive(Clone)]
pub struct Standing {
    pub policy: Arc<Policy>,
    pub policy_version: u64,
    pub lockdowns: Lockdowns,
    /// Accounts that an administrator disabled by hand, with the reason given.
    pub disabled: BTreeMap<OperatorName, String>,
    pub devices: Arc<Devices>,
    /// Sessions that an officer ended, for as long as their connections stand.
    pub killed: BTreeMap<SessionId, Kill>,
    /// The gateway is going down: nothing new begins.
    pub draining: bool,
    /// Nothing goes on from here.
    pub over: bool,
}

impl Standing {
    /// Policy, lockdowns and the administrator's hand together.
    pub fn decide(&self, request: &Request) -> Decision {
        if self.disabled.contains_key(request.operator.as_str())
            && self.policy.operator(&request.operator).is_some()
        {
            return Decision::Deny(Denial::from(Reason::OperatorDisabled));
        }
        match self.policy.decide(request, &self.lockdowns) {
            Decision::Deny(denial) => {
                Decision::Deny(self.with_order(denial, &request.operator, Some(&request.asset), request.at))
            }
            allowed @ Decision::Allow(_) => allowed,
        }
    }

    /// A denial by lockdown names the order, so that the person can.
    fn with_order(&self, mut denial: Denial, operator: &str, asset: Option<&str>, at: Timestamp) -> Denial {
        if denial.reason == Reason::Lockdown
            && let Some(operator) = self.policy.operator(operator)
            && let Some(lockdown) = self.locks().bar(&operator.account(), asset, at)
        {
            denial.text = Some(lockdown.reason.clone()).filter(|reason| !reason.is_empty());
            denial.order = lockdown.order.clone();
        }
        denial
    }

    /// May this account be logged in at all?
    pub fn admit(
        &self,
        operator: &str,
        source: std::net::IpAddr,
        at: Timestamp,
    ) -> Result<Admission<'_>, Denial> {
        if self.disabled.contains_key(operator) && self.policy.operator(operator).is_some() {
            return Err(Denial::from(Reason::OperatorDisabled));
        }
        let admitted = self.policy.admit(operator, source, at, &self.lockdowns);
        admitted.map_err(|denial| self.with_order(denial, operator, None, at))
    }

    /// May this device be used now? It may as long as its operator's account stands: sources and schedules are
    /// asked about at the login.
    pub fn device(&self, id: &DeviceId, at: Timestamp) -> Result<&Device, DeviceRefused> {
        let device = self.devices.get(id).ok_or(DeviceRefused::Unknown)?;
        let operator = device.operator.as_str();
        if self.disabled.contains_key(operator) {
            return Err(DeviceRefused::Owner(Reason::OperatorDisabled));
        }
        self.policy.account_stands(operator, at, &self.lockdowns).map_err(DeviceRefused::Owner)?;
        match device.credential {
            DeviceCredential::Tls { not_after, .. } if at >= not_after => Err(DeviceRefused::Expired),
            _ => Ok(device),
        }
    }

    /// May a code of this account cover a later login, as far as orders say? Not of one that is disabled or under an
    /// order, whatever permits there are, and not of whoever decides over others.
    pub fn may_remember(&self, operator: &OperatorName) -> bool {
        let Some(known) = self.policy.operator(operator.as_str()) else { return false };
        let account = known.account();
        let mut orders = self.lockdowns.iter();
        known.role == Role::Operator
            && known.remember != Some(Duration::ZERO)
            && !known.disabled
            && !self.disabled.contains_key(operator)
            && !orders.any(|order| order.names(&account) && !order.spares(&account))
    }

    /// For how long a code of this account covers later logins, as things stand at this time: nothing at all, or what
    /// `usual` says, unless the policy shortens it. Planned periods count, too.
    pub fn remembers_for(&self, operator: &OperatorName, usual: Duration, at: Timestamp) -> Duration {
        let Some(known) = self.policy.operator(operator.as_str()) else { return Duration::ZERO };
        let locked = self.locks().covering(known.account(), at).next().is_some();
        if locked || !self.may_remember(operator) {
            return Duration::ZERO;
        }
        known.remember.map_or(usual, |own| own.min(usual))
    }

    /// Everything that locks: orders, planned periods, and the permits past them.
    pub fn locks(&self) -> Locks<'_> {
        self.policy.locks(&self.lockdowns)
    }

    /// When this request, allowed now, will be refused by a lockdown, and by which: for telling whoever is
    /// at work.
    pub fn locked_from<'s>(&'s self, request: &Request) -> Option<(Timestamp, &'s Lockdown)> {
        let operator = self.policy.operator(&request.operator)?;
        self.locks().next_bar(&operator.account(), Some(&request.asset), request.at)
    }

    /// When this account, open now, will be shut by a lockdown, and by which.
    pub fn shut_from<'s>(&'s self, operator: &str, at: Timestamp) -> Option<(Timestamp, &'s Lockdown)> {
        self.locks().next_bar(&self.policy.operator(operator)?.account(), None, at)
    }

    /// Adds an order.
    pub fn order(&mut self, lockdown: Lockdown) {
        self.lockdowns.insert(lockdown);
    }

    /// Takes an order back.
    pub fn lift(&mut self, id: &LockdownId) {
        self.lockdowns.lift(id);
    }

    pub fn enrol(&mut self, device: Device) {
        Arc::make_mut(&mut self.devices).insert(device);
    }

    pub fn revoke(&mut self, id: &DeviceId) {
        Arc::make_mut(&mut self.devices).remove(id);
    }

    pub fn disable(&mut self, operator: &OperatorName, reason: &str) {
        self.disabled.insert(operator.clone(), reason.to_owned());
    }

    pub fn enable(&mut self, operator: &OperatorName) {
        self.disabled.remove(operator);
    }
}

/// An officer's word that ends one session, or that of its own operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kill {
    pub by: String,
    pub reason: String,
}

impl Kill {
    /// The reason where it was the session's own operator.
    pub const OWN: &str = "ended by its operator";
}

impl fmt::Display for Kill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "killed by {}: {}", self.by, self.reason)
    }
}

/// Why a device may not be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceRefused {
    /// It was never enrolled, or is revoked.
    Unknown,
    /// Its certificate is too old.
    Expired,
    /// Its operator's account may not be used.
    Owner(Reason),
}

impl DeviceRefused {
    /// For the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "device-unknown",
            Self::Expired => "device-expired",
            Self::Owner(reason) => reason.as_str(),
        }
    }
}
