//! What came of a change of one's own account.

use serde::Serialize;

use super::super::once::ToldOnce;
use crate::domain::OperatorName;

/// What was changed: fixed words, as in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnChanged {
    pub operator: OperatorName,
    pub changed: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A secret that waits for a code of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawnSecret {
    pub operator: OperatorName,
    pub totp_url: ToldOnce,
    pub secret: ToldOnce,
}

/// New recovery codes, told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewRecoveryCodes {
    pub operator: OperatorName,
    pub recovery: Vec<ToldOnce>,
}
