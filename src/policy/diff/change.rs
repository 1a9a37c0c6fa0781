//! One change: for whom, of what, from where and when.

use super::hours::Stretch;
use super::terms::ChangeKind;
use crate::domain::{AssetName, FileAccess, LoginName, OperatorName, Protocol, RuleId, Via};
use crate::policy::Address;
use crate::policy::rule::Conditions;

/// One change, for everybody and everything that it is the same for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    /// Each of them, on each of the assets.
    pub operators: Vec<OperatorName>,
    pub assets: Vec<AssetName>,
    pub logins: Vec<LoginName>,
    pub access: Vec<AccessKind>,
    pub scope: ChangeScope,
    /// The conditions under which it was allowed; `None` where it was not.
    pub before: Option<Conditions>,
    pub after: Option<Conditions>,
    /// The rules that allowed or deny it.
    pub rules: Vec<RuleId>,
}

/// What somebody does on an asset, as rules tell it apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccessKind {
    pub protocol: Protocol,
    /// For sftp and scp.
    pub file: Option<FileAccess>,
    /// For forward.
    pub forward_to: Option<Address>,
}

/// From where, on which way and when; `None` is every one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeScope {
    /// Ranges as the policies write them, each without the narrower ones that are told apart.
    pub from: Option<Vec<String>>,
    pub via: Option<Vec<Via>>,
    pub when: Option<Vec<Stretch>>,
}

impl Change {
    /// Of how many operators on how many assets it tells.
    pub fn pairs(&self) -> usize {
        self.operators.len() * self.assets.len()
    }
}
