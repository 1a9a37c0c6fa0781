//! What questions are asked of: the state in force, or files that nobody has applied.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::error::{AdminError, AdminErrorKind};
use super::files::read_policy;
use crate::access::Services;
use crate::access::live::Standing;
use crate::domain::Language;
use crate::lockdown::Lockdowns;
use crate::policy::{self, Policy};

/// Where and when a question is asked.
#[derive(Debug, Clone)]
pub struct Setting {
    /// For dates without a time zone, and for showing times.
    pub zone: TimeZone,
    pub language: Language,
    pub now: Timestamp,
}

impl Setting {
    /// The gateway's own.
    pub fn of(services: &Services) -> Self {
        Self {
            zone: services.config.timezone.clone(),
            language: services.language(),
            now: services.clock.now(),
        }
    }
}

pub struct Ground {
    pub(super) standing: Arc<Standing>,
    pub setting: Setting,
}

impl Ground {
    /// The state in force.
    pub fn in_force(services: &Services) -> Self {
        Self { standing: services.live.standing(), setting: Setting::of(services) }
    }

    /// A directory of files.
    ///
    /// # Errors
    /// When it cannot be read, or is not a policy; then with every fault.
    pub fn of_files(dir: &Path, setting: &Setting) -> Result<Self, AdminError> {
        let standing = Standing {
            policy: Arc::new(load(dir, setting)?),
            policy_version: 0,
            lockdowns: Lockdowns::default(),
            disabled: BTreeMap::new(),
            devices: Arc::default(),
            draining: false,
            killed: Default::default(),
            over: false,
        };
        Ok(Self { standing: Arc::new(standing), setting: setting.clone() })
    }
}

/// Loads a directory; the error holds every fault.
pub(super) fn load(dir: &Path, setting: &Setting) -> Result<Policy, AdminError> {
    policy::load(&read_policy(dir, setting.language)?, &setting.zone).map_err(|faults| {
        let texts: Vec<_> = faults.iter().map(|fault| fault.told(setting.language)).collect();
        AdminError::new(AdminErrorKind::Invalid, texts.join("\n"))
    })
}
