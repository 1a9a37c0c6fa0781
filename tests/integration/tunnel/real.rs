//! With WireGuard's own programs on the other side of a cable.

use std::fs;
use std::process::Command;

use super::net::{GATEWAY_V6, Site, staged};
use crate::harness::{LONG, Login, Operator, PATIENCE, Running, field, within};

const INNER_V4: &str = "10.99.0.1";
const INNER_V6: &str = "fd6a:7579:6f6e:67::1";

/// OpenSSH's options for the gateway's address inside.
fn through(command: &mut Command, address: &str) {
    command.args(["-o", "HostKeyAlias=gw", "-o", "Port=22", "-o"]).arg(format!("HostName={address}"));
}

fn ssh(login: &Login, address: &str, line: &str) -> Command {
    let mut command = login.openssh("ssh");
    through(&mut command, address);
    command.arg(login.at("+box")).arg(line);
    command
}

fn exec(site: &Site, operator: &Operator, address: &str, line: &str) -> crate::harness::Outcome {
    let login = site.gateway.login(operator);
    site.run(&mut ssh(&login, address, line))
}

#[test]
fn a_vendor_logs_in_through_the_tunnel_and_is_recorded() {
    staged("", |site| {
        let operator = site.gateway.operator("op1");
        let (device, file) = site.enrol("op1");
        let tunnel = site.connect(&file);
        let out = exec(site, &operator, INNER_V4, "echo through-$((40+2))").ok();
        assert_eq!(out.text(), "through-42\n");
        let session = site.gateway.ended_session();
        assert_eq!((field(&session, "via"), field(&session, "source")), ("tunnel", "10.99.0.2"), "{session}");
        assert_eq!(field(&session, "device"), device, "{session}");
        assert!(field(&session, "outer").starts_with("10.201.0.2"), "{session}");
        assert!(site.gateway.cast(&session).all("o").contains("through-42"));
        site.gateway.journaled("tunnel-up", &[("device", &device), ("operator", "op1")]);
        tunnel.endpoint(&format!("[{GATEWAY_V6}]:{}", site.port));
        exec(site, &operator, INNER_V6, "true").ok();
        let sessions = site.gateway.sessions();
        let other = sessions.iter().find(|row| field(row, "session") != field(&session, "session")).unwrap();
        assert_eq!(
            (field(other, "via"), field(other, "source")),
            ("tunnel", "fd6a:7579:6f6e:67::2"),
            "{other}"
        );
        assert!(field(other, "outer").contains("fd0a:201::2"), "{other}");
    });
}

/// tunnel 4: one key at two addresses by turns; tunnel 3: what an officer sees of a device, and forgets.
#[test]
fn a_device_that_moves_is_told_of_and_one_that_flaps_is_an_alarm() {
    staged("", |site| {
        let (device, file) = site.enrol("op1");
        let tunnel = site.connect(&file);
        let ping = || site.run(crate::harness::tool("ping").args(["-c", "1", "-W", "2", INNER_V4])).ok();
        ping();
        let row = || site.gateway.records(&["vpn", "list"]).remove(0);
        let seen = row();
        assert!(field(&seen, "outer").starts_with("10.201.0.2:"), "{seen}");
        assert_eq!(
            (field(&seen, "tunnel"), &seen["clock_ahead"]),
            ("up", &serde_json::json!(false)),
            "{seen}"
        );
        assert!(field(&seen, "handshake_dated").starts_with("20"), "{seen}");
        for (turn, endpoint) in
            [format!("[{GATEWAY_V6}]"), super::net::GATEWAY_V4.to_owned()].iter().cycle().take(3).enumerate()
        {
            tunnel.endpoint(&format!("{endpoint}:{}", site.port));
            let there = if turn % 2 == 0 { "[fd0a:201::2]:" } else { "10.201.0.2:" };
            within(LONG, "the tunnel has moved", || {
                ping();
                field(&row(), "outer").starts_with(there).then_some(())
            });
        }
        site.gateway
            .journaled("tunnel-moved", &[("device", &device), ("operator", "op1"), ("from", "10.201.0.2")]);
        site.gateway
            .journaled("alarm", &[("alarm", "tunnel-flapping"), ("operator", "op1"), ("device", &device)]);
        site.gateway.juyong(&["vpn", "forget", &device, "--reason", "clock was ahead"]).ok();
        site.gateway.journaled("tunnel-forgotten", &[("device", &device), ("reason", "clock was ahead")]);
        drop(tunnel);
        let _tunnel = site.connect(&file); // another process, another handshake: it is of now
        ping();
        assert!(field(&row(), "handshake_dated").starts_with("20"));
    });
}

#[test]
fn files_go_through_the_tunnel_both_ways_and_arrive_whole() {
    staged("", |site| {
        let operator = site.gateway.operator("op1");
        let _tunnel = site.connect(&site.enrol("op1").1);
        let (here, there, back) =
            (site.gateway.path("here"), site.gateway.path("there"), site.gateway.path("back"));
        let mut bytes = vec![0; 20 << 20];
        getrandom::fill(&mut bytes).unwrap();
        fs::write(&here, &bytes).unwrap();
        let copy = |from: &str, to: &str| {
            let login = site.gateway.login(&operator);
            let mut scp = login.openssh("scp");
            through(&mut scp, INNER_V4);
            scp.arg(from.replace("BOX", &login.at("+box"))).arg(to.replace("BOX", &login.at("+box")));
            site.in_client(|| Running::run(&mut scp, b"", LONG)).ok();
        };
        copy(here.to_str().unwrap(), &format!("BOX:{}", there.display()));
        assert!(fs::read(&there).unwrap() == bytes, "what arrived is not what was sent");
        copy(&format!("BOX:{}", there.display()), back.to_str().unwrap());
        assert!(fs::read(&back).unwrap() == bytes, "what came back is not what is there");
    });
}

/// Somebody else's login from a device is refused, and alarms.
#[test]
fn a_device_lets_nobody_but_its_owner_in() {
    staged("", |site| {
        let other = site.gateway.operator("op2");
        let _tunnel = site.connect(&site.enrol("op1").1);
        assert!(!exec(site, &other, INNER_V4, "true").status.success());
        site.gateway.journaled("login-refused", &[("reason", "tunnel-owner")]);
        site.gateway.journaled("alarm", &[("alarm", "tunnel-owner"), ("operator", "op2"), ("owner", "op1")]);
    });
}

/// What runs is cut and told, nothing is answered meanwhile, and the same keys are good again.
#[track_caller]
fn cut_and_back(
    lock: impl Fn(&Site) -> String + Sync,
    lift: impl Fn(&Site, &str) + Sync,
    reason: &str,
    line: &str,
) {
    staged("", |site| {
        let operator = site.gateway.operator("op1");
        let (device, file) = site.enrol("op1");
        let _tunnel = site.connect(&file);
        let login = site.gateway.login(&operator);
        let running = site.in_client(|| Running::start(&mut ssh(&login, INNER_V4, "echo up; sleep 90")));
        running.expect("up");
        let order = lock(site);
        running.wait(PATIENCE / 3).refused(line);
        site.gateway.journaled("tunnel-down", &[("device", &device), ("reason", reason)]);
        let mut ping = Command::new("ping");
        let ping = ping.args(["-c", "2", "-W", "1", INNER_V4]);
        assert!(!site.run(ping).status.success(), "nothing answers");
        lift(site, &order);
        // A client that lost its session asks for another when it has something to send.
        within(PATIENCE, "it is back", || site.run(ping).status.success().then_some(()));
        exec(site, &operator, INNER_V4, "true").ok();
    });
}

#[test]
fn a_disabled_operators_tunnel_falls_and_is_back() {
    let juyong = |site: &Site, words: &[&str]| site.gateway.juyong(words).ok().text();
    cut_and_back(
        |site| juyong(site, &["operator", "disable", "op1", "--reason", "leave"]),
        |site, _| drop(juyong(site, &["operator", "enable", "op1"])),
        "operator-disabled",
        "disabled",
    );
}

#[test]
fn a_lockdown_closes_the_tunnel_and_its_lift_opens_it() {
    cut_and_back(
        |site| {
            let words = ["lockdown", "start", "--reason", "drill", "--order", "No. 7"];
            field(&site.gateway.records(&words)[0], "lockdown").to_owned()
        },
        |site, order| drop(site.gateway.juyong(&["lockdown", "lift", order, "--reason", "over"]).ok()),
        "lockdown",
        "locked by order No. 7",
    );
}

#[test]
fn a_revoked_device_is_gone_at_once() {
    staged("", |site| {
        let operator = site.gateway.operator("op1");
        let (device, file) = site.enrol("op1");
        let _tunnel = site.connect(&file);
        let login = site.gateway.login(&operator);
        let running = site.in_client(|| Running::start(&mut ssh(&login, INNER_V4, "echo up; sleep 90")));
        running.expect("up");
        site.gateway.juyong(&["vpn", "revoke", &device, "--reason", "lost"]).ok();
        assert!(!running.wait(PATIENCE / 3).status.success());
        site.gateway.journaled("tunnel-down", &[("device", &device), ("reason", "device-unknown")]);
        let mut ping = Command::new("ping");
        assert!(!site.run(ping.args(["-c", "2", "-W", "1", INNER_V4])).status.success());
    });
}
