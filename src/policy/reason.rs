//! Why a request is denied.

use std::fmt;

/// Why not, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    OperatorUnknown,
    OperatorDisabled,
    OperatorRole,
    OperatorValidity,
    Lockdown,
    OperatorSource,
    OperatorSchedule,
    AssetUnknown,
    AssetLogin,
    AssetSchedule,
    Rule,
    NoRule,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OperatorUnknown => "operator-unknown",
            Self::OperatorDisabled => "operator-disabled",
            Self::OperatorRole => "operator-role",
            Self::OperatorValidity => "operator-validity",
            Self::Lockdown => "lockdown",
            Self::OperatorSource => "operator-source",
            Self::OperatorSchedule => "operator-schedule",
            Self::AssetUnknown => "asset-unknown",
            Self::AssetLogin => "asset-login",
            Self::AssetSchedule => "asset-schedule",
            Self::Rule => "rule",
            Self::NoRule => "no-rule",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}
