//! What can be asked for about lockdowns.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{AssetName, OperatorName, OperatorSelector, Remark};
use crate::lockdown::Scope;

/// A lockdown is named by its id, or as much of it as tells it from the others; by its number on paper; or by the name
/// of its planned period.
#[derive(Debug, Clone)]
pub enum LockdownRequest {
    /// Whom an order would cover, and which live sessions it would cut. Changes nothing.
    Plan(LockdownAim),
    Start {
        reason: Remark,
        aim: LockdownAim,
    },
    Status,
    /// Lets one person past one lockdown.
    Allow(NewPermit),
    Lift {
        lockdown: String,
        reason: Remark,
    },
    /// What somebody else asked for; by its own id, or by the lockdown that it is about.
    Confirm {
        request: String,
    },
    /// Draws break-glass codes, and voids those that were drawn before.
    Codes {
        operator: OperatorName,
        count: u16,
        /// How long one opens the account.
        opens: Duration,
    },
    Report {
        lockdown: String,
        format: LockdownReportFormat,
        signed: bool,
    },
}

/// Whom an order is aimed at, and for how long.
#[derive(Debug, Clone)]
pub struct LockdownAim {
    /// Its number on paper.
    pub order: Option<Remark>,
    pub scope: Scope,
    /// Who is not covered, although in the scope.
    pub except: Vec<OperatorSelector>,
    /// Else until it is lifted.
    pub until: Option<Timestamp>,
}

/// A way past a lockdown.
#[derive(Debug, Clone)]
pub struct NewPermit {
    pub lockdown: String,
    pub operator: OperatorName,
    /// To this asset only.
    pub asset: Option<AssetName>,
    /// Else until the lockdown's end.
    pub until: Option<Timestamp>,
    pub ticket: Remark,
}

/// For people, for programs, for a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LockdownReportFormat {
    Text,
    Json,
    Csv,
}
