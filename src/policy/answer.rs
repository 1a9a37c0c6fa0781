//! Requests and answers: what is asked of a policy and what it says.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{CommandSetName, FileAccess, LoginName, Protocol, RuleId, Via};

use super::address::Address;
use super::asset::Asset;
use super::handling::Handling;
use super::operator::Operator;
use super::reason::Reason;

/// What somebody wants to do. The names are as they were typed: they may name nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub operator: String,
    pub source: IpAddr,
    pub via: Via,
    pub asset: String,
    pub login: String,
    pub protocol: Protocol,
    /// For `sftp` and `scp`.
    pub file: FileAccess,
    /// For `forward`.
    pub forward_to: Option<Address>,
    pub at: Timestamp,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Allow(Allowance),
    Deny(Denial),
}

/// A grant and its conditions: those of all matching rules together, the strictest of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The `allow` rules that match, sorted; never empty.
    pub rules: Vec<RuleId>,
    pub approval: bool,
    /// Sorted, each once.
    pub commands: Vec<CommandSetName>,
    pub max_session: Option<Duration>,
    pub idle: Option<Duration>,
    /// How old the login's code may be, where it was an earlier login's; zero: it has to be its own.
    pub remember: Option<Duration>,
    pub handling: Handling,
    /// The first instant at which the grant has ended by itself, in whole seconds.
    pub until: Option<Timestamp>,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    pub reason: Reason,
    /// The `deny` rules that match, sorted; empty unless the reason is [`Reason::Rule`].
    pub rules: Vec<RuleId>,
    /// What the first of these rules gives as its reason, or the lockdown.
    pub text: Option<String>,
    /// The number of the lockdown's order.
    pub order: Option<String>,
}

impl From<Reason> for Denial {
    fn from(reason: Reason) -> Self {
        Self { reason, rules: Vec::new(), text: None, order: None }
    }
}

/// An account that may be logged in to.
#[derive(Debug, Clone, Copy)]
pub struct Admission<'a> {
    pub operator: &'a Operator,
    /// The first instant at which the account alone ends it, in whole seconds.
    pub until: Option<Timestamp>,
}

/// An asset and a login on it that somebody may use.
#[derive(Debug, Clone)]
pub struct Reachable<'a> {
    pub asset: &'a Asset,
    pub login: &'a LoginName,
    /// Never empty.
    pub protocols: Vec<Protocol>,
}
