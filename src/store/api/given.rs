//! On whose word something is done.

use jiff::Timestamp;

use crate::domain::RequestId;

/// Who gave the word for something; and the second person, where it took two.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub at: Timestamp,
    pub by: &'a str,
    pub second: Option<Second<'a>>,
}

/// Whose confirmation settles a request.
#[derive(Debug, Clone, Copy)]
pub struct Second<'a> {
    pub by: &'a str,
    pub request: &'a RequestId,
}
