//! What a person or a log is shown is what runs, and nothing in it steers a terminal.

mod approvals;
mod plain;
mod replay;
