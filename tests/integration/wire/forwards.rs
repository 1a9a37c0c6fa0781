//! Forwards to servers that speak first or close at once: nothing is lost between the asset's word that a channel
//! is open and the moment when somebody listens.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::harness::{PATIENCE, Running, Setup, free_port, within};

/// A server that says `greeting` and closes at once.
fn server(greeting: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(greeting); // whoever left is not greeted
        }
    });
    port
}

/// What arrives through a forward, `rounds` times by each of ten at once.
fn heard(port: u16, rounds: usize) -> Vec<Vec<u8>> {
    let one = move || -> Vec<Vec<u8>> {
        let hear = |_| {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut all = Vec::new();
            stream.read_to_end(&mut all).expect("the connection ends");
            all
        };
        (0..rounds).map(hear).collect()
    };
    let threads: Vec<_> = (0..10).map(|_| std::thread::spawn(one)).collect();
    threads.into_iter().flat_map(|thread| thread.join().expect("nobody hangs")).collect()
}

/// trial 34
#[test]
fn every_greeting_and_every_end_arrives() {
    let (greets, closes) = (server(b"greetings\n"), server(b""));
    let gateway = Setup::new()
        .policy(&format!(
            "[[rule]]\nid = \"forward\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\n\
             protocols = [\"forward\"]\nforward_to = [\"127.0.0.1:{greets}\", \"127.0.0.1:{closes}\"]\n"
        ))
        .start();
    let (near_greets, near_closes) = (free_port(), free_port());
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.arg("-N");
    for (near, far) in [(near_greets, greets), (near_closes, closes)] {
        ssh.args(["-L", &format!("127.0.0.1:{near}:127.0.0.1:{far}")]);
    }
    let _running = Running::start(&mut ssh);
    for near in [near_greets, near_closes] {
        within(PATIENCE, "the forward listens", || TcpStream::connect(("127.0.0.1", near)).ok());
    }
    let greeted = heard(near_greets, 20);
    let missed = greeted.iter().filter(|heard| heard.as_slice() != b"greetings\n").count();
    assert_eq!((greeted.len(), missed), (200, 0));
    let ended = heard(near_closes, 20);
    assert_eq!(ended.len(), 200);
    assert!(ended.iter().all(Vec::is_empty));
}

/// people 6: an IPv4-mapped address is the IPv4 asset, as a hop and as a forward.
#[test]
fn a_mapped_address_is_the_ipv4_one() {
    let greets = server(b"greetings\n");
    let gateway = Setup::new()
        .policy(&format!(
            "[[rule]]\nid = \"forward\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\n\
             protocols = [\"forward\"]\nforward_to = [\"127.0.0.1:{greets}\"]\n"
        ))
        .start();
    let operator = gateway.operator("op1");
    for host in ["::ffff:127.0.0.1", "::ffff:7f00:1"] {
        // `-W` to the asset's address ends in the gateway, which answers as an SSH server.
        let login = gateway.login(&operator);
        let mut hop = login.openssh("ssh");
        hop.args(["-W", &format!("[{host}]:{}", gateway.asset.port), &login.at("")]);
        Running::start(&mut hop).expect("SSH-2.0-Juyong");
        let mut forward = gateway.ssh(&operator, "+box");
        let near = free_port();
        forward.args(["-N", "-L", &format!("127.0.0.1:{near}:[{host}]:{greets}")]);
        let _running = Running::start(&mut forward);
        within(PATIENCE, "the forward listens", || TcpStream::connect(("127.0.0.1", near)).ok());
        let mut stream = TcpStream::connect(("127.0.0.1", near)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"greetings\n", "{host}");
    }
}
