//! What is said of a line, and how sure it is that this is the line.

use std::collections::BTreeMap;

use super::reason::VerdictReason;
use crate::domain::{CommandSetName, Danger};
use crate::policy::Verdict;

/// How sure it is that this is the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It was sent as it stands.
    Exact,
    /// It was read from the screen.
    Screen,
    /// A part of it was not seen.
    Partial,
}

/// What a line is, in the eyes of some sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The strictest of all sets.
    pub verdict: Verdict,
    pub sets: BTreeMap<CommandSetName, Verdict>,
    /// Of every simple command, in the order of the line.
    pub programs: Vec<String>,
    /// The worst of all commands; `None`: the catalog names none of them.
    pub danger: Option<Danger>,
    /// Whether something in it cannot be settled by reading.
    pub opaque: bool,
    /// Why the verdict is what it is.
    pub reason: VerdictReason,
    /// The command that the verdict is about, as it was written; empty where it is to allow.
    pub culprit: String,
}
