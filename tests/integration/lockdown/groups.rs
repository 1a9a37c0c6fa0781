//! No policy frees anybody from a lockdown that is in force.

use super::dual::{SECOND, says};
use crate::harness::{Gateway, Setup, field};

fn refused(gateway: &Gateway, names: &[&str]) {
    for name in names {
        gateway.exec(&gateway.operator(name), "+box", "true").refused("access is locked");
    }
}

/// attack: one administrator frees an account from a lockdown that two persons ordered.
#[test]
fn a_policy_lets_nobody_go_whom_an_order_covered_when_it_began() {
    let people = format!("[operator.spare]\ngroups = [\"oncall\"]\n{SECOND}");
    let tables = "[lockdown]\ndual = [\"start\", \"lift\"]\nconfirm_after = \"0s\"\n";
    let gateway = Setup::new().policy(&people).tables(tables).start();
    let officers = ["officer", "officer2"].map(|name| gateway.operator(name));
    let masters = || officers.each_ref().map(|officer| gateway.master(officer, ""));
    let [first, second] = masters();
    let asked = says(&first, "start --reason drill --scope @ops --except @oncall,op3");
    let id = field(&asked, "lockdown");
    says(&second, &format!("confirm {id}"));
    refused(&gateway, &["op1", "op2"]);
    gateway.exec(&gateway.operator("op3"), "+box", "true").ok();

    // Out of its scope, and into what it leaves out; a rule allows both.
    gateway.change_policy("operators = [\"@ops\"]", "operators = [\"op1\", \"op2\", \"op3\", \"op4\"]").ok();
    let moved = |name: &str, groups: &str| {
        let (from, to) =
            (format!("[operator.{name}]\ngroups = [\"ops\"]"), format!("[operator.{name}]\n{groups}"));
        gateway.change_policy(&from, &to).ok();
    };
    moved("op1", "groups = [\"other\"]");
    moved("op2", "groups = [\"ops\", \"oncall\"]");
    refused(&gateway, &["op1", "op2"]);
    gateway.kill();
    gateway.start();
    refused(&gateway, &["op1", "op2"]);
    gateway.exec(&gateway.operator("op3"), "+box", "true").ok();

    let [first, second] = masters();
    let asked = says(&first, &format!("lift {id} --reason over"));
    says(&second, &format!("confirm {}", field(&asked, "request")));
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
}
