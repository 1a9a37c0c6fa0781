//! What changes in effect from one policy to another: who gains and who loses, not which lines differ.
//!
//! Both policies are asked the same requests and answer by their own `decide`. Requests that nothing in
//! either policy tells apart are asked once, so the answer holds for every operator, asset, login, kind of
//! access, source address and way in. In time it holds for the coming week, and for the week after the
//! first and the last day of an account where these change; what opens or closes later is not looked at.
//! Orders that are in force beside the policy (lockdowns, accounts disabled by hand) do not count.

mod atoms;
mod bits;
mod case;
mod crowd;
mod effects;
mod fold;
mod grid;
mod hours;
mod notes;
mod parties;
mod periods;
mod show;
mod terms;

use jiff::Timestamp;

use crate::domain::{AssetName, FileAccess, LoginName, OperatorName, Protocol, RuleId, Via};

use super::rule::Conditions;
use super::{Address, Policy};
use hours::Stretch;

pub use crowd::Crowds;
pub use notes::Note;
pub use terms::ChangeKind;

/// An old and a new one of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Sides<T> {
    old: T,
    new: T,
}

impl<T> Sides<T> {
    fn each<U>(&self, of: impl Fn(&T) -> U) -> Sides<U> {
        Sides { old: of(&self.old), new: of(&self.new) }
    }

    fn both(&self) -> [&T; 2] {
        [&self.old, &self.new]
    }
}

/// Everything that is not as it was.
#[derive(Debug, Clone)]
pub struct Diff {
    /// What is opened comes first.
    pub changes: Vec<Change>,
    /// What changes beside access itself.
    pub notes: Vec<Note>,
}

/// One change, for everybody and everything that it is the same for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    /// Each of them, on each of the assets.
    pub operators: Vec<OperatorName>,
    pub assets: Vec<AssetName>,
    pub logins: Vec<LoginName>,
    pub access: Vec<Access>,
    pub scope: Scope,
    /// The conditions under which it was allowed; `None` where it was not.
    pub before: Option<Conditions>,
    pub after: Option<Conditions>,
    /// The rules that allowed or deny it.
    pub rules: Vec<RuleId>,
}

/// What somebody does on an asset, as rules tell it apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Access {
    pub protocol: Protocol,
    /// For sftp and scp.
    pub file: Option<FileAccess>,
    /// For forward.
    pub forward_to: Option<Address>,
}

/// From where, on which way and when; `None` is every one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// Ranges as the policies write them, each without the narrower ones that are told apart.
    pub from: Option<Vec<String>>,
    pub via: Option<Vec<Via>>,
    pub when: Option<Vec<Stretch>>,
}

impl Diff {
    /// From one policy to another, as of `now`.
    pub fn between(old: &Policy, new: &Policy, now: Timestamp) -> Self {
        let sides = Sides { old, new };
        Self { changes: fold::changes(&sides, now), notes: notes::notes(&sides, now) }
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.notes.is_empty()
    }
}

impl Change {
    /// Of how many operators on how many assets it tells.
    pub fn pairs(&self) -> usize {
        self.operators.len() * self.assets.len()
    }
}

#[cfg(test)]
mod tests;
