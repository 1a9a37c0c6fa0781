//! Connections to elsewhere: only to what a rule lists.

use std::io::Write;
use std::net::TcpListener;

use crate::harness::{Gateway, PATIENCE, Running, Setup, has_event};

/// A listener that greets, and the port it is on.
fn greeter() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"greetings\n"); // whoever left is not greeted
        }
    });
    port
}

fn allowing(to: &str) -> Setup {
    Setup::new().policy(&format!(
        "[[rule]]\nid = \"forward\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\n\
         protocols = [\"forward\"]\nforward_to = [\"{to}\"]\n"
    ))
}

#[track_caller]
fn refused(gateway: &Gateway, to: &str, target: &str) {
    let operator = gateway.operator("op1");
    let out =
        Running::run(gateway.ssh(&operator, to).args(["-W", target]), b"", PATIENCE).refused("open failed");
    assert!(out.out.is_empty(), "{out}");
    assert!(has_event(&gateway.events(), "decision", &[("protocol", "forward"), ("decision", "deny")]));
}

#[test]
fn a_listed_forward_opens() {
    let to = format!("127.0.0.1:{}", greeter());
    let gateway = allowing(&to).start();
    let operator = gateway.operator("op1");
    let out = Running::run(gateway.ssh(&operator, "+box").args(["-W", &to]), b"", PATIENCE).ok();
    assert_eq!(out.text(), "greetings\n");
    let session = gateway.ended_session();
    assert_eq!(session["protocols"], serde_json::json!(["forward"]));
    assert_eq!(gateway.cast(&session).all("o"), "greetings\n");
}

#[test]
fn a_forward_that_is_not_listed_is_refused() {
    let port = greeter();
    let gateway = allowing("127.0.0.1:1").start();
    refused(&gateway, "+box", &format!("127.0.0.1:{port}"));
}

#[test]
fn a_forward_without_an_asset_is_refused() {
    let port = greeter();
    let gateway = allowing(&format!("127.0.0.1:{port}")).start();
    refused(&gateway, "", &format!("127.0.0.1:{port}"));
}
