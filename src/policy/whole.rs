//! Who may do what, where, when and how: the policy files, checked, and the decision on a request.
//!
//! Pure: no input, output or clock. [`load`] turns texts into a [`Policy`] or into every fault found in
//! them; [`Policy::decide`] answers a request. A `Policy` that exists is right: every name in it resolves.

mod address;
mod answer;
mod asset;
mod batch;
mod checks;
mod commands;
mod context;
mod days;
mod decide;
pub mod diff;
mod document;
pub mod explain;
mod fields;
mod fits;
mod handling;
mod index;
mod items;
mod lint;
mod load;
mod names;
mod operator;
mod period;
mod repl;
mod rule;
mod schedule;
mod shape;
mod sources;
mod testcase;
mod word;

use std::collections::BTreeMap;

use crate::diagnostic::{self, suggest, syntax};
use crate::domain::{AssetName, CommandSetName, Digest, OperatorName};
use crate::lockdown::{Lockdowns, Locks, Period};

use index::Index;

pub use address::{Address, Host, InvalidAddress};
pub use answer::{Admission, Allowance, Decision, Denial, Reachable, Reason, Request};
pub use asset::Asset;
pub use batch::decide_line;
pub use commands::{CommandEntry, CommandPattern, CommandSet, DangerEntry, Flag};
pub use days::Validity;
pub use diagnostic::{Diagnostic, SourceFile};
pub use document::Cover;
pub use fits::Field;
pub use handling::Handling;
pub use lint::{Lint, LintKind};
pub use load::load;
pub use operator::{AuditScope, Operator};
pub use repl::Repl;
pub use rule::{Conditions, Rule};
pub use schedule::Schedule;
pub use sources::Sources;
pub use testcase::{RuleAtWork, TestCase, TestFailure};
pub use word::{Effect, Factors, Mode, Trust, Verdict};

/// A whole set of policy files.
#[derive(Debug, Clone)]
pub struct Policy {
    operators: BTreeMap<OperatorName, Operator>,
    assets: BTreeMap<AssetName, Asset>,
    /// Both sorted by id, so that what matches comes out sorted.
    allow: Vec<Rule>,
    deny: Vec<Rule>,
    index: Index,
    command_sets: BTreeMap<CommandSetName, CommandSet>,
    dangers: Vec<DangerEntry>,
    tests: Vec<TestCase>,
    periods: Vec<Period>,
    /// Where each thing that a warning may be about stands: `rule dba-prod`, `operator li-lei` …
    places: BTreeMap<String, String>,
    digest: Digest,
}

impl Default for Policy {
    /// Nobody, nothing: every request is denied.
    fn default() -> Self {
        Self::empty()
    }
}

impl Policy {
    fn empty() -> Self {
        Self {
            operators: BTreeMap::new(),
            assets: BTreeMap::new(),
            allow: Vec::new(),
            deny: Vec::new(),
            index: Index::default(),
            command_sets: BTreeMap::new(),
            dangers: Vec::new(),
            tests: Vec::new(),
            periods: Vec::new(),
            places: BTreeMap::new(),
            digest: Digest::ZERO,
        }
    }

    pub fn operator(&self, name: &str) -> Option<&Operator> {
        self.operators.get(name)
    }

    pub fn operators(&self) -> impl Iterator<Item = &Operator> {
        self.operators.values()
    }

    /// Names of assets are looked up without case, as those of hosts are: `ssh -J` writes them in lower case. No
    /// two differ in case alone.
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        let same = |asset: &&Asset| asset.name.as_str().eq_ignore_ascii_case(name);
        self.assets.get(name).or_else(|| self.assets.values().find(same))
    }

    pub fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.assets.values()
    }

    /// The asset that listens there. Where several share the address, none: which of them is meant
    /// decides which rules hold, so it has to be named.
    pub fn asset_at(&self, host: &str, port: u16) -> Option<&Asset> {
        let wanted = Address { host: Host::parse(host).ok()?, port };
        let mut found = self.assets.values().filter(|asset| asset.address == wanted);
        found.next().filter(|_| found.next().is_none())
    }

    /// All rules, the `allow` rules first.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.allow.iter().chain(&self.deny)
    }

    pub fn command_set(&self, name: &str) -> Option<&CommandSet> {
        self.command_sets.get(name)
    }

    /// The strictest mode of these sets; `None` without any. A set that does not exist is as strict as can be.
    pub fn mode(&self, sets: &[CommandSetName]) -> Option<Mode> {
        let mode = |set: &CommandSetName| self.command_set(set.as_str()).map_or(Mode::Strict, |set| set.mode);
        sets.iter().map(mode).max()
    }

    /// Additions to the built-in danger catalog.
    pub fn dangers(&self) -> &[DangerEntry] {
        &self.dangers
    }

    /// What it says of itself: requests and the decisions that they should get.
    pub fn tests(&self) -> &[TestCase] {
        &self.tests
    }

    /// Critical-protection periods that begin by themselves.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// Everything that locks: what is planned here, and what was ordered.
    pub fn locks<'a>(&'a self, ordered: &'a Lockdowns) -> Locks<'a> {
        ordered.with(&self.periods)
    }

    /// Of the files that it was read from.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.operators.is_empty() && self.assets.is_empty() && self.rules().next().is_none()
    }
}

#[cfg(test)]
mod tests;
