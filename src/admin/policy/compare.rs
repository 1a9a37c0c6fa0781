//! What a change of policy changes in effect.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::super::error::AdminError;
use super::ground::Setting;
use crate::access::Services;
use crate::policy::Policy;
use crate::policy::diff::{Crowds, Diff};

/// What changes between two policies, and whose names it is told with.
pub struct PolicyComparison {
    pub diff: Diff,
    pub crowds: Crowds,
    /// For times.
    pub zone: TimeZone,
}

impl PolicyComparison {
    /// Works it out beside everything else that runs: it may take seconds.
    pub(in crate::admin) async fn of(
        old: Arc<Policy>,
        new: Arc<Policy>,
        setting: Setting,
    ) -> Result<Self, AdminError> {
        let work = move || Self {
            diff: Diff::between(&old, &new, setting.now),
            crowds: Crowds::of(&[&new, &old]),
            zone: setting.zone,
        };
        crate::access::blocking(work).await.map_err(AdminError::internal)
    }

    /// From what is in force to what is to be.
    pub(in crate::admin) async fn with_in_force(
        services: &Services,
        new: &Arc<Policy>,
    ) -> Result<Self, AdminError> {
        let standing = services.live.standing();
        // Before the first version nothing is in force, whatever files a command reads.
        let old = if standing.policy_version > 0 { Arc::clone(&standing.policy) } else { Arc::default() };
        Self::of(old, Arc::clone(new), Setting::of(services)).await
    }
}

/// A list: every change, every note.
impl Serialize for PolicyComparison {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.diff.records())
    }
}

impl std::fmt::Debug for PolicyComparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.diff.fmt(f)
    }
}
