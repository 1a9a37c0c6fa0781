//! The ways in over TCP: behind a load balancer, and inside of TLS.

mod balancer;
mod devices;
mod proxy;
mod reload;
mod tls;

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::{Gateway, Login, PATIENCE, Running, field};

/// Who counts as a load balancer: another address of this host than everybody else's.
const BALANCER: &str = "127.0.0.2";

/// A connection from another address of this host.
fn connect_from(from: &str, port: u16) -> TcpStream {
    use socket2::{Domain, Socket, Type};
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let from: SocketAddr = format!("{from}:0").parse().unwrap();
    let to: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    socket.bind(&from.into()).unwrap();
    socket.connect(&to.into()).unwrap();
    socket.into()
}

/// Everything that comes until the other end closes, and how long that took.
#[track_caller]
fn drained(mut stream: TcpStream) -> (Vec<u8>, Duration) {
    let from = Instant::now();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut all = Vec::new();
    let ended = stream.read_to_end(&mut all);
    let waits = ended.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
    assert!(!waits, "the connection was left open");
    (all, from.elapsed())
}

/// `ssh` through a port that is not the gateway's own.
fn through(login: &Login, to: &str, port: u16) -> Command {
    let mut ssh = login.ssh(to);
    ssh.args(["-o", &format!("Port={port}"), "-o", "HostKeyAlias=gw"]);
    ssh
}

/// The rows of what was refused at the doors, by their reasons.
fn reasons(gateway: &Gateway) -> Vec<String> {
    let rows = gateway.events().into_iter().filter(|row| field(row, "event") == "ingress-refused");
    rows.map(|row| field(&row, "reason").to_owned()).collect()
}

/// Bytes that differ from each other.
fn noise(path: &Path, len: usize) -> PathBuf {
    let mut bytes = vec![0; len];
    getrandom::fill(&mut bytes).unwrap();
    std::fs::write(path, bytes).unwrap();
    path.to_owned()
}

/// Copies a file there and back; both ways every byte has to arrive.
#[track_caller]
fn scp_both_ways(gateway: &Gateway, login: impl Fn() -> Login, options: &[&str]) {
    let file = noise(&gateway.fresh("file"), 5 * 1024 * 1024);
    let (there, back) = (gateway.fresh("there"), gateway.fresh("back"));
    let copy = |from: &str, to: &str| {
        let login = login();
        let far = |path: &str| path.replace("FAR", &login.at("+box"));
        let mut scp = login.openssh("scp");
        Running::run(scp.arg("-q").args(options).args([far(from), far(to)]), b"", PATIENCE).ok();
    };
    copy(&file.display().to_string(), &format!("FAR:{}", there.display()));
    copy(&format!("FAR:{}", there.display()), &back.display().to_string());
    let read = |path: &Path| std::fs::read(path).unwrap();
    assert!(read(&file) == read(&there) && read(&file) == read(&back), "bytes differ");
}
