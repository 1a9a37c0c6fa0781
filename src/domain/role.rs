//! What kind of person an account is. The duties exclude each other (GB/T 22239-2019 §8.1.4.2).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Keeps accounts, credentials and assets.
    System,
    /// Orders and lifts lockdowns, approves.
    Security,
    /// Reads what happened.
    Auditor,
    /// Works on assets; the only role that reaches them.
    #[default]
    Operator,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Security => "security",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
        }
    }
}
