//! What is answered.

use ipnetwork::IpNetwork;

use super::spans::Whence;
use super::uses::Use;
use crate::domain::{AssetName, FileAccess, LoginName, OperatorName, Protocol};
use crate::policy::rule::Attempt;
use crate::policy::{Address, Decision};

/// One answer: a way to reach an asset, or one that is denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub operator: OperatorName,
    pub asset: AssetName,
    pub login: LoginName,
    pub protocol: Protocol,
    /// For sftp and scp.
    pub files: Vec<FileAccess>,
    /// For forward.
    pub forward_to: Vec<Address>,
    /// From where this holds; empty where it is denied from everywhere.
    pub from: Vec<IpNetwork>,
    /// What of these does not count.
    pub except: Vec<IpNetwork>,
    pub decision: Decision,
}

impl Access {
    pub(super) fn new(
        attempt: &Attempt<'_>,
        login: &LoginName,
        asked: &Use,
        from: &Whence,
        decision: &Decision,
    ) -> Self {
        let mut access = Self {
            operator: attempt.operator.name.clone(),
            asset: attempt.asset.name.clone(),
            login: login.clone(),
            protocol: attempt.protocol,
            files: Vec::new(),
            forward_to: Vec::new(),
            from: from.within.clone(),
            except: from.except.clone(),
            decision: decision.clone(),
        };
        access.add(asked);
        access
    }

    pub(super) fn says(&self, decision: &Decision, from: &Whence) -> bool {
        (&self.decision, &self.from, &self.except) == (decision, &from.within, &from.except)
    }

    pub(super) fn add(&mut self, asked: &Use) {
        self.files.extend(asked.file);
        self.forward_to.extend(asked.forward_to.clone());
    }
}
