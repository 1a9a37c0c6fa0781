//! PROXY protocol, version 2: from a listed load balancer it is the truth, from anybody else a forgery.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use super::balancer::{Haproxy, frame, header, saying};
use super::{BALANCER, connect_from, drained, reasons, scp_both_ways, through};
use crate::harness::{Gateway, PATIENCE, Running, Setup, field, free_port, within};

fn gateway() -> Gateway {
    setup().start()
}

fn setup() -> Setup {
    Setup::new().tables(&format!("proxy_from = [\"{BALANCER}\"]"))
}

#[test]
fn source_rules_hold_behind_a_load_balancer() {
    let gateway = setup().limited("sources = [\"203.0.113.0/24\", \"2001:db8::/32\"]").start();
    let operator = gateway.operator("op1");
    for (source, shown) in [
        ("203.0.113.7:50022", "203.0.113.7"),
        ("[2001:db8::7]:50022", "2001:db8::7"),
        ("[::ffff:203.0.113.9]:50022", "203.0.113.9"),
    ] {
        let port = saying(header(source), gateway.port);
        let out =
            Running::run(through(&gateway.login(&operator), "+box", port).arg("echo in"), b"", PATIENCE);
        assert_eq!(out.ok().text(), "in\n");
        let sessions = gateway.sessions();
        let found = sessions.iter().any(|row| field(row, "source") == shown && field(row, "via") == "direct");
        assert!(found, "{shown} is in no session: {sessions:?}");
    }
    let operator = gateway.operator("op2");
    let port = saying(header("198.51.100.7:50022"), gateway.port);
    Running::run(through(&gateway.login(&operator), "+box", port).arg("true"), b"", PATIENCE)
        .refused("no rule allows");
    gateway.journaled("decision", &[("source", "198.51.100.7"), ("reason", "no-rule")]);
    // Who comes without a balancer is who they are.
    gateway.exec(&operator, "+box", "true").refused("no rule allows");
    gateway.journaled("decision", &[("source", "127.0.0.1"), ("reason", "no-rule")]);
    assert!(reasons(&gateway).is_empty());
}

#[test]
fn haproxy_hands_on_and_its_checks_leave_no_trace() {
    let gateway = gateway();
    let operator = gateway.operator("op1");
    for (bind, shown) in [("127.0.0.1", "127.0.0.1"), ("[::1]", "::1")] {
        let haproxy = Haproxy::before(&gateway, gateway.port, bind);
        let login = gateway.login(&operator);
        let mut ssh = through(&login, "+box", haproxy.port);
        ssh.args(["-o", &format!("HostName={}", bind.trim_matches(['[', ']']))]);
        assert_eq!(Running::run(ssh.arg("echo in"), b"", PATIENCE).ok().text(), "in\n");
        gateway.journaled("login-accepted", &[("actor", "op1"), ("source", shown)]);
    }
    let haproxy = Haproxy::before(&gateway, gateway.port, "127.0.0.1");
    let port = format!("Port={}", haproxy.port);
    let other = gateway.operator("op2");
    scp_both_ways(&gateway, || gateway.login(&other), &["-o", &port, "-o", "HostKeyAlias=gw"]);
    std::thread::sleep(Duration::from_secs(11)); // a count is written every ten seconds
    assert!(reasons(&gateway).is_empty(), "{:?}", reasons(&gateway));
    let refused = gateway.events().iter().filter(|row| field(row, "event") == "login-refused").count();
    assert_eq!(refused, 0);
}

#[test]
fn a_forged_header_is_cut_off_and_journaled() {
    let tls = free_port();
    let gateway = setup().tables(&format!("tls = \"127.0.0.1:{tls}\"")).start();
    let forged = header("203.0.113.7:50022");
    let text = b"PROXY TCP4 203.0.113.7 198.51.100.1 50022 22\r\n".to_vec();
    for port in [gateway.port, tls] {
        for bytes in [&forged, &text] {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.write_all(bytes).unwrap();
            stream.write_all(b"SSH-2.0-x\r\n").unwrap();
            let (_, took) = drained(stream);
            assert!(took < Duration::from_secs(5), "cut off after {took:?}");
        }
    }
    // One that a balancer passes on is no better.
    let port = saying(header("203.0.113.7:50022"), gateway.port);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(&forged).unwrap();
    drained(stream);
    for via in ["direct", "tls"] {
        gateway.journaled("ingress-refused", &[("via", via), ("reason", "proxy-forged")]);
    }
    let rows = gateway.events();
    let count = |outer: &str| -> u64 {
        let of = |row: &&serde_json::Value| {
            field(row, "reason") == "proxy-forged" && field(row, "outer").starts_with(outer)
        };
        rows.iter().filter(of).filter_map(|row| row["count"].as_u64()).sum()
    };
    assert_eq!(count("127.0.0.1") + count("203.0.113.7"), 5, "{rows:?}");
    assert!(!rows.iter().any(|row| field(row, "source") == "203.0.113.7"), "nobody came from there");
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
}

#[test]
fn a_listed_balancer_has_to_say_whose_it_is() {
    let gateway = gateway();
    let text: &[u8] = b"PROXY TCP4 203.0.113.7 198.51.100.1 50022 22\r\n";
    let long = [&header("203.0.113.7:1")[..14], &[0xff, 0xff], &[0; 1000]].concat();
    for (bytes, reason) in [
        (&b"SSH-2.0-OpenSSH_10.0\r\n"[..], "proxy-missing"),
        (text, "proxy-missing"),
        (&frame(0x21, 0x00, &[]), "proxy-malformed"),
        (&frame(0x21, 0x31, &[0; 216]), "proxy-malformed"),
        (&long, "proxy-malformed"),
    ] {
        let mut stream = connect_from(BALANCER, gateway.port);
        stream.write_all(bytes).unwrap();
        let (answer, took) = drained(stream);
        assert!(answer.is_empty(), "not even a greeting: {answer:?}");
        assert!(took < Duration::from_secs(3), "{reason} after {took:?}");
        gateway.journaled("ingress-refused", &[("via", "direct"), ("reason", reason)]);
    }
}

#[test]
fn half_a_header_is_not_waited_for_long() {
    let gateway = gateway();
    let half = &header("203.0.113.7:1")[..20];
    let streams: Vec<_> = (0..30)
        .map(|_| {
            let mut stream = connect_from(BALANCER, gateway.port);
            stream.write_all(half).unwrap();
            stream
        })
        .collect();
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    for stream in streams {
        let (answer, took) = drained(stream);
        assert!(answer.is_empty() && took < Duration::from_secs(10), "{took:?}");
    }
    gateway.journaled("ingress-refused", &[("reason", "proxy-timeout")]);
}

#[test]
fn a_balancers_look_ends_quietly() {
    let gateway = gateway();
    let mut stream = connect_from(BALANCER, gateway.port);
    stream.write_all(&frame(0x20, 0x00, &[])).unwrap();
    let (answer, took) = drained(stream);
    assert!(answer.is_empty() && took < Duration::from_secs(3), "{took:?}");
    drop(connect_from(BALANCER, gateway.port));
    std::thread::sleep(Duration::from_secs(11));
    assert!(reasons(&gateway).is_empty());
}

#[test]
fn who_floods_through_a_balancer_is_alone_turned_away() {
    let gateway = gateway();
    let flood = saying(header("203.0.113.7:1"), gateway.port);
    let silent: Vec<_> = (0..40).filter_map(|_| TcpStream::connect(("127.0.0.1", flood)).ok()).collect();
    let reason = "too many connections before login from one source";
    gateway.journaled("connections-refused", &[("reason", reason)]);
    let port = saying(header("203.0.113.8:1"), gateway.port);
    let operator = gateway.operator("op1");
    Running::run(through(&gateway.login(&operator), "+box", port).arg("true"), b"", PATIENCE).ok();
    drop(silent);
    within(PATIENCE, "it greets through the flooded balancer again", || {
        let mut stream = TcpStream::connect(("127.0.0.1", flood)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
        let mut greeting = [0; 8];
        std::io::Read::read_exact(&mut stream, &mut greeting).ok().filter(|()| &greeting == b"SSH-2.0-")
    });
}
