//! A whole set of policy files, and what is asked of it by name.

use std::collections::BTreeMap;

use super::address::{Address, Host};
use super::asset::Asset;
use super::commands::{CommandSet, DangerEntry};
use super::index::Index;
use super::operator::Operator;
use super::rule::Rule;
use super::testcase::TestCase;
use super::user_ca::UserCa;
use super::word::Mode;
use crate::domain::{AssetName, CommandSetName, Digest, OperatorName};
use crate::lockdown::{Lockdowns, Locks, Period};

/// A whole set of policy files.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(super) operators: BTreeMap<OperatorName, Operator>,
    pub(super) assets: BTreeMap<AssetName, Asset>,
    /// Both sorted by id, so that what matches comes out sorted.
    pub(super) allow: Vec<Rule>,
    pub(super) deny: Vec<Rule>,
    pub(super) index: Index,
    pub(super) command_sets: BTreeMap<CommandSetName, CommandSet>,
    pub(super) dangers: Vec<DangerEntry>,
    pub(super) tests: Vec<TestCase>,
    pub(super) periods: Vec<Period>,
    /// By name.
    pub(super) user_cas: Vec<UserCa>,
    /// Where each thing that a warning may be about stands: `rule dba-prod`, `operator li-lei` …
    pub(super) places: BTreeMap<String, String>,
    pub(super) digest: Digest,
}

impl Default for Policy {
    /// Nobody, nothing: every request is denied.
    fn default() -> Self {
        Self::empty()
    }
}

impl Policy {
    pub(super) fn empty() -> Self {
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
            user_cas: Vec::new(),
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

    /// By their names.
    pub fn command_sets(&self) -> impl Iterator<Item = &CommandSet> {
        self.command_sets.values()
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
