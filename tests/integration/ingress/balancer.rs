//! Load balancers: one of our own that says whatever a test wants, and haproxy.

use std::io::{self, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Child;

use super::{BALANCER, connect_from};
use crate::harness::{Gateway, PATIENCE, free_port, tool, within};

/// A header as the specification writes it.
pub fn header(source: &str) -> Vec<u8> {
    let source: SocketAddr = source.parse().unwrap();
    let (family, addresses) = match source.ip() {
        IpAddr::V4(ip) => (0x11, [&ip.octets()[..], &[198, 51, 100, 1]].concat()),
        IpAddr::V6(ip) => (0x21, [&ip.octets()[..], &[0x20; 16]].concat()),
    };
    let note = [0x04, 0, 3, 1, 2, 3]; // a NOOP of three bytes
    let rest = [&addresses[..], &source.port().to_be_bytes(), &2222_u16.to_be_bytes(), &note].concat();
    frame(0x21, family, &rest)
}

pub fn frame(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [b"\r\n\r\n\0\r\nQUIT\n", &[command, family][..], &length, rest].concat()
}

/// Hands connections on to a port of the gateway, each with this before it; returns where it listens. It ends with
/// the test's process.
pub fn saying(header: Vec<u8>, port: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let mut far = connect_from(BALANCER, port);
            far.write_all(&header).unwrap();
            let (near_again, far_again) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            std::thread::spawn(move || carry(near, far));
            std::thread::spawn(move || carry(far_again, near_again));
        }
    });
    own
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to); // either end may go first
    let _ = to.shutdown(Shutdown::Write);
}

/// haproxy as an administrator sets it up: every connection with a header, and a check of ours every moment.
pub struct Haproxy {
    child: Child,
    pub port: u16,
}

impl Haproxy {
    pub fn before(gateway: &Gateway, port: u16, bind: &str) -> Self {
        let own = free_port();
        let file = gateway.fresh("haproxy");
        let text = format!(
            "defaults\n mode tcp\n timeout connect 5s\n timeout client 1m\n timeout server 1m\n\
             frontend f\n bind {bind}:{own}\n default_backend b\n\
             backend b\n source {BALANCER}\n \
             server s 127.0.0.1:{port} send-proxy-v2 check check-send-proxy inter 200ms\n"
        );
        std::fs::write(&file, text).unwrap();
        let mut command = tool("haproxy");
        let child = command.args(["-q", "-db", "-f"]).arg(&file).spawn().unwrap();
        let own_address = (bind.trim_matches(['[', ']']), own);
        within(PATIENCE, "haproxy listens", || TcpStream::connect(own_address).ok().map(drop));
        Self { child, port: own }
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}
