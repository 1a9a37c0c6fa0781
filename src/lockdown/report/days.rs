//! A line for each day of a lockdown, quiet days too: who reads it sees that somebody looked.

use jiff::civil::Date;
use serde::Serialize;

/// One day of it, in the gateway's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    pub date: Date,
    pub cut: usize,
    pub refused: usize,
    /// Sessions that began: of exempt people, or by permit.
    pub sessions: usize,
    pub permits: usize,
    pub alarms: usize,
    /// Nothing of all this (零报告).
    pub quiet: bool,
}
