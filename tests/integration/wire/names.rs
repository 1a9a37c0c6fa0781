//! Names of assets in any case, and logins as devices and domains have them.

use super::odd::{Odd, odd};
use crate::harness::{Gateway, Operator, Outcome, PATIENCE, Running, Setup, field, user};

/// Through `ssh -J`.
fn jump(gateway: &Gateway, operator: &Operator, login: &str, host: &str, command: &str) -> Outcome {
    let there = gateway.login(operator);
    let mut ssh = there.openssh("ssh");
    ssh.args(["-J", &there.at(""), "-o", "HostKeyAlias=box", "-l", login, host, command]);
    Running::run(&mut ssh, b"", PATIENCE)
}

/// trial 3
#[test]
fn an_asset_is_found_in_any_case() {
    let asset =
        "[asset.DB1]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{login}\"]\nhost_keys = [\"{host_key}\"]\n";
    let rule = "[[rule]]\nid = \"ops\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"DB1\"]\n";
    let gateway = Setup::new().asset(asset).rules(rule).stopped().start();
    gateway.start();
    gateway.set_credential("db1");
    let stored = gateway.records(&["credential", "list"]);
    assert_eq!(field(&stored[0], "asset"), "DB1", "by the policy's name");
    let operator = gateway.operator("op1");
    for name in ["DB1", "db1"] {
        gateway.exec(&operator, &format!("+{name}"), "true").ok();
        assert_eq!(jump(&gateway, &operator, &user(), name, "echo inside").ok().text(), "inside\n");
    }
    let sessions = gateway.sessions();
    assert_eq!(sessions.len(), 4, "{sessions:?}");
    assert!(sessions.iter().all(|session| field(session, "asset") == "DB1"), "{sessions:?}");
    let decisions: Vec<_> =
        gateway.events().into_iter().filter(|row| field(row, "event") == "decision").collect();
    assert!(decisions.iter().all(|row| field(row, "asset") == "DB1"), "{decisions:?}");
}

/// trial 4
#[test]
fn logins_of_devices_and_domains_lead_in() {
    let logins = ["admin@system", "CORP\\svc", "svc$", "a b", "ＡＤＭＩＮ", "x+y"];
    let Odd { gateway, .. } = &odd(Setup::new(), &logins);
    for (number, login) in logins.iter().enumerate() {
        let operator = gateway.operator(&format!("op{}", number + 1));
        let straight = gateway.exec(&operator, &format!("+{login}@box"), "login").ok();
        assert_eq!(straight.text(), format!("{login}\n"));
        assert_eq!(jump(gateway, &operator, login, "box", "login").ok().text(), format!("{login}\n"));
    }
    let sessions = gateway.sessions();
    assert_eq!(sessions.len(), 2 * logins.len());
    for login in logins {
        assert_eq!(sessions.iter().filter(|session| field(session, "login") == login).count(), 2, "{login}");
    }
    let credentials = gateway.records(&["credential", "list"]);
    assert_eq!(credentials.len(), logins.len(), "{credentials:?}");
}

/// newcomer: an asset that is not there read "administratively prohibited" and nothing else.
#[test]
fn a_jump_to_nowhere_says_so_and_no_more_of_what_is_closed() {
    let closed = "[asset.shutbox]\naddress = \"127.0.0.1:9\"\nlogins = [\"root\"]\n";
    let gateway = Setup::new().policy(closed).start();
    let operator = gateway.operator("op1");
    let told = |host: &str| {
        let out = jump(&gateway, &operator, "root", host, "true").refused("administratively prohibited");
        out.errors().replace(host, "HOST")
    };
    let [unknown, forbidden] = ["nowhere", "shutbox"].map(told);
    assert!(unknown.contains("prohibited: juyong: there is no asset HOST for you;"), "{unknown}");
    assert_eq!(unknown, forbidden);
    for (asset, reason) in [("nowhere", "asset-unknown"), ("shutbox", "no-rule")] {
        gateway.journaled("decision", &[("asset", asset), ("decision", "deny"), ("reason", reason)]);
    }
}
