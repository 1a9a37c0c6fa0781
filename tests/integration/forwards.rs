//! Connections to elsewhere: only to what a rule lists.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::harness::{Gateway, PATIENCE, Running, Setup, free_port, has_event, within};

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

/// trial 23: a browser opens a hundred connections, and the next as soon as one is over.
#[test]
fn a_hundred_forwards_at_once_and_again() {
    let at = greeter();
    let gateway = allowing(&format!("127.0.0.1:{at}")).start();
    let near = free_port();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    let mut running = Running::start(
        ssh.args(["-N", "-o", "ExitOnForwardFailure=yes", "-L"]).arg(format!("{near}:127.0.0.1:{at}")),
    );
    within(PATIENCE, "the forward stands", || TcpStream::connect(("127.0.0.1", near)).ok());
    for _ in 0..4 {
        let open: Vec<_> = (0..100).map(|_| TcpStream::connect(("127.0.0.1", near)).unwrap()).collect();
        for mut stream in open {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut greeting = [0; 10];
            stream.read_exact(&mut greeting).unwrap();
            assert_eq!(&greeting, b"greetings\n");
        }
    }
    assert!(!running.ended());
    assert!(!has_event(&gateway.events(), "channel-refused", &[]));
}
