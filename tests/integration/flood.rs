//! Clients that mean no good.

mod ten;

use std::io::Write;
use std::net::TcpStream;

use crate::harness::{Gateway, PATIENCE, Running, script, within};

#[test]
fn connections_that_say_nothing_are_turned_away_and_counted() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut running = Running::start(gateway.ssh(&operator, "+box").arg("echo up; read x; echo got $x"));
    running.expect("up");
    let silent: Vec<_> =
        (0..200).filter_map(|_| TcpStream::connect(("127.0.0.1", gateway.port)).ok()).collect();
    running.send("on\n");
    running.expect("got on");
    running.wait(PATIENCE).ok();
    gateway
        .journaled("connections-refused", &[("reason", "too many connections before login from one source")]);
    drop(silent);
    within(PATIENCE, "it greets again", || gateway.greets().then_some(()));
    gateway.exec(&operator, "+box", "true").ok();
}

#[test]
fn garbage_harms_nobody() {
    let gateway = Gateway::usual();
    let pieces: [&[u8]; 6] = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"SSH-1.5-old\r\n",
        b"SSH-2.0-x\r\n\xff\xff\xff\xff\xff\xff\xff\xff",
        b"SSH-2.0-x\r\n\0\0\0\0\0\0\0\0",
        b"SSH-2.0-x\r\n\0\0\x7f\xff\x04\x14",
        &[b'A'; 100_000],
    ];
    for piece in pieces {
        for _ in 0..3 {
            let mut stream = TcpStream::connect(("127.0.0.1", gateway.port)).unwrap();
            let _ = stream.write_all(piece); // it may be cut off in the middle
        }
    }
    within(PATIENCE, "it greets", || gateway.greets().then_some(()));
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
}

#[test]
fn more_than_the_window_breaks_the_connection_and_no_other() {
    let gateway = Gateway::usual();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    let mut other = Running::start(gateway.ssh(&second, "+box").arg("echo up; read x; echo got $x"));
    other.expect("up");
    let before = gateway.memory();
    let mut flood = script("flood.py");
    let out = Running::run(flood.arg(gateway.script_input(&first)), b"", PATIENCE).ok();
    assert!(out.text().contains("cut off"), "{out}");
    let grown = gateway.memory().saturating_sub(before);
    assert!(grown < 32 * 1024, "memory grew by {grown} KiB");
    gateway.journaled("channel-refused", &[("actor", "op1"), ("what", "connection")]);
    other.send("on\n");
    other.expect("got on");
    other.wait(PATIENCE).ok();
}

#[test]
fn too_many_channels_are_refused_and_the_rest_goes_on() {
    let gateway = Gateway::usual();
    let mut many = script("channels.py");
    let out = Running::run(many.arg(gateway.script_input(&gateway.operator("op1"))), b"", PATIENCE * 2).ok();
    let text = out.text();
    let (opened, alive) = text.trim().split_once(' ').unwrap_or_else(|| panic!("{out}"));
    assert!((200..=256).contains(&opened.parse::<u32>().unwrap()), "{opened} channels were open");
    assert_eq!(alive, "alive");
}
