//! What every test starts from: a gateway with its asset, operators who can log in, and clients whose runs
//! have an end.

mod audit;
mod clients;
mod gateway;
mod heard;
mod hours;
pub mod maker;
mod operator;
mod running;
mod setup;
mod sshd;
mod terminal;
mod tools;

pub use audit::{Cast, field, has_event};
pub use clients::{Login, Master};
pub use gateway::Gateway;
pub use operator::Operator;
pub use running::{Outcome, Running};
pub use setup::Setup;
pub use sshd::{key_pair, public_key, user};
pub use terminal::Terminal;
pub use tools::{free_port, need, python, script, tool};

use std::time::{Duration, Instant};

/// Long enough for anything that should take moments, on a loaded machine, too.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// For bulk transfers.
pub const LONG: Duration = Duration::from_secs(420);

/// Asks again and again until there is an answer, at most for `limit`.
pub fn soon<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if start.elapsed() > limit {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The same where an answer has to come.
#[track_caller]
pub fn within<T>(limit: Duration, what: &str, ask: impl FnMut() -> Option<T>) -> T {
    soon(limit, ask).unwrap_or_else(|| panic!("{what}: not within {limit:?}"))
}
