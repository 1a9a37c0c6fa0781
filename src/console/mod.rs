//! The command tree, run on the host or over SSH: one code path, and every run in the journal.

mod approve;
mod asset;
mod audit;
mod clock;
mod command_line;
mod command_row;
mod control;
mod credential;
mod duty;
mod failure;
mod help;
mod input;
mod kill;
mod lockdown;
mod operator;
mod out;
mod policy;
mod readers;
mod remote;
mod render;
mod run;
mod say;
mod secrets;
mod table;
mod time;
mod tree;
mod usage;
mod vpn;
mod whoami;
mod words;

pub use crate::admin::Caller;
pub use control::{bind, listen, path as control_path, send, user_name};
pub use help::{help, overview};
pub use lockdown::{inbox, keep as keep_lockdowns, keep_record, watch as watch_orders};
pub use out::{Chunk, Out};
pub(crate) use policy::{PolicyChange, differs, drift, enforce, prove, read};
pub use policy::{Setting, here};
pub(crate) use remote::OverSsh;

pub use command_line::CommandLine;
pub use failure::Failure;
pub use input::Input;
pub use run::{Running, run};
pub(crate) use secrets::qr;
pub use tree::{Asset, Cli, Command, Demo, Policy, completions};
pub use usage::{Front, Usage, asked_language, parse};
