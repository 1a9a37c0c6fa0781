//! Whom the policy does not let through: told in one clear line, journaled with the reason, and nothing runs.

use crate::harness::{Gateway, PATIENCE, Running, Setup};

/// Logs in and asks for a program that would leave a mark; it must be refused with `line` and `reason`.
#[track_caller]
fn refused(gateway: &Gateway, name: &str, to: &str, line: &str, event: (&str, &str)) {
    let mark = gateway.fresh("mark");
    let operator = gateway.operator(name);
    let out = gateway.exec(&operator, to, &format!("touch {}", mark.display()));
    let out = out.refused(line);
    assert!(out.errors().contains("juyong: "), "the gateway speaks by its name: {out}");
    assert!(!mark.exists(), "it ran all the same");
    gateway.journaled(event.0, &[("actor", name), ("reason", event.1)]);
}

#[test]
fn from_a_wrong_source() {
    let people = "[operator.elsewhere]\ngroups = [\"ops\"]\nsources = [\"203.0.113.0/24\"]\n";
    let gateway = Setup::new().policy(people).start();
    let line = "may not log in from 127.0.0.1";
    refused(&gateway, "elsewhere", "+box", line, ("login-refused", "operator-source"));
}

#[test]
fn from_a_source_that_the_rule_leaves_out() {
    let gateway = Setup::new().limited("sources = [\"203.0.113.0/24\"]").start();
    refused(&gateway, "op1", "+box", "no rule allows", ("decision", "no-rule"));
}

/// A schedule that is never open: all its dates are closed.
const NEVER: &str = r#"
[schedule.never]
timezone = "UTC"
open = ["daily 00:00-24:00"]
closed = ["2000-01-01..2099-12-31"]
"#;

#[test]
fn outside_the_accounts_schedule() {
    let people = format!("{NEVER}[operator.night]\ngroups = [\"ops\"]\nschedule = \"never\"\n");
    let gateway = Setup::new().policy(&people).start();
    let line = "may not log in at this time";
    refused(&gateway, "night", "+box", line, ("login-refused", "operator-schedule"));
}

#[test]
fn outside_the_assets_schedule() {
    let asset = format!(
        "{NEVER}[asset.box]\naddress = \"127.0.0.1:{{port}}\"\nlogins = [\"{{login}}\"]\n\
         host_keys = [\"{{host_key}}\"]\nschedule = \"never\"\n"
    );
    let gateway = Setup::new().asset(&asset).start();
    refused(&gateway, "op1", "+box", "may not be entered at this time", ("decision", "asset-schedule"));
}

#[test]
fn outside_the_rules_schedule() {
    let gateway = Setup::new().policy(NEVER).limited("schedule = \"never\"").start();
    refused(&gateway, "op1", "+box", "no rule allows", ("decision", "no-rule"));
}

#[test]
fn outside_the_accounts_validity() {
    let people = "[operator.former]\ngroups = [\"ops\"]\nvalid = \"2020-01-01..2020-12-31\"\n";
    let gateway = Setup::new().policy(people).start();
    refused(&gateway, "former", "+box", "not valid", ("login-refused", "operator-validity"));
}

#[test]
fn disabled_in_the_policy() {
    let gateway = Setup::new().policy("[operator.gone]\ngroups = [\"ops\"]\ndisabled = true\n").start();
    refused(&gateway, "gone", "+box", "disabled", ("login-refused", "operator-disabled"));
}

#[test]
fn disabled_by_hand_and_enabled_again() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.juyong(&["operator", "disable", "op1", "--reason", "left"]).ok();
    gateway.exec(&operator, "+box", "true").refused("disabled");
    gateway.juyong(&["operator", "enable", "op1"]).ok();
    gateway.exec(&operator, "+box", "true").ok();
}

#[test]
fn without_a_rule() {
    let gateway = Setup::new().policy("[operator.outsider]\ngroups = [\"visitors\"]\n").start();
    refused(&gateway, "outsider", "+box", "no rule allows", ("decision", "no-rule"));
}

#[test]
fn by_a_rule_that_denies() {
    let rule = "[[rule]]\nid = \"no\"\neffect = \"deny\"\noperators = [\"op1\"]\nassets = [\"box\"]\nreason = \"not you\"\n";
    let gateway = Setup::new().policy(rule).start();
    refused(&gateway, "op1", "+box", "not you", ("decision", "rule"));
}

#[test]
fn to_an_asset_or_login_that_is_not_there() {
    let gateway = Gateway::usual();
    refused(&gateway, "op1", "+nowhere", "no asset named nowhere", ("decision", "asset-unknown"));
    refused(&gateway, "op2", "+stranger@box", "no login stranger", ("decision", "asset-login"));
}

#[test]
fn as_another_role_than_operator() {
    let gateway = Gateway::usual();
    refused(&gateway, "auditor", "+box", "does not work on assets", ("decision", "operator-role"));
}

#[test]
fn by_a_rule_for_other_protocols() {
    let rule = "[[rule]]\nid = \"shell\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\nprotocols = [\"shell\"]\n";
    let gateway = Setup::new().rules(rule).start();
    refused(&gateway, "op1", "+box", "no rule allows", ("decision", "no-rule"));
}

#[test]
fn a_shell_whose_lines_cannot_be_seen() {
    let set = "[commands.all]\nmode = \"guard\"\ndefault = \"allow\"\nopaque = \"allow\"\n";
    let gateway = Setup::new().limited("commands = [\"all\"]").policy(set).start();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    let refused = Running::run(ssh.arg("-T"), b"echo ran-$((40+2))\n", PATIENCE).refused("terminal");
    assert!(!refused.text().contains("ran-42"), "{refused}");
}
