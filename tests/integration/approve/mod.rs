//! What needs a second person's word waits for it.

mod command;
mod officers;
mod session;

use serde_json::Value;

use crate::harness::{Gateway, Operator, PATIENCE, Running, Setup, field, within};

/// Everything is open to @ops once an officer agrees.
fn approving(tables: &str) -> Gateway {
    Setup::new().limited("approval = true").tables(tables).start()
}

/// The request that waits.
#[track_caller]
pub fn waiting(gateway: &Gateway) -> Value {
    let find = |rows: Vec<Value>| rows.into_iter().find(|row| field(row, "state") == "waiting");
    within(PATIENCE / 3, "a request waits", || find(gateway.records(&["approve", "list"])))
}

pub fn nothing_waits(gateway: &Gateway) {
    within(PATIENCE / 3, "nothing waits", || gateway.records(&["approve", "list"]).is_empty().then_some(()));
}

/// A command that is started and not waited for.
pub fn begin(gateway: &Gateway, operator: &Operator, line: &str) -> Running {
    Running::start(gateway.ssh(operator, "+box").arg(line))
}

/// Has anybody logged in to the asset?
pub fn dialled(gateway: &Gateway) -> bool {
    gateway.asset.log().contains("Accepted publickey")
}
