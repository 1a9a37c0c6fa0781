//! SSH inside of TLS, with clients that everybody has.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::balancer::{Haproxy, header, saying};
use super::{BALANCER, reasons, scp_both_ways};
use crate::harness::{
    Gateway, Login, PATIENCE, Running, Setup, field, free_port, has_event, need, tool, within,
};

/// `openssl s_client`, which checks the server's certificate.
pub fn tls_client(port: u16, authority: &Path, name: &str) -> Command {
    let mut client = tool("openssl");
    client
        .args(["s_client", "-quiet", "-verify_return_error", "-verify_hostname", name])
        .args(["-connect", &format!("127.0.0.1:{port}"), "-CAfile"])
        .arg(authority);
    client
}

/// Does SSH greet through this client, or does it end before?
pub fn greets(mut client: Command) -> bool {
    let mut running = Running::start(&mut client);
    within(PATIENCE, "it greets or ends", || {
        let ended = running.ended();
        let greeted = running.out.text().contains("SSH-2.0-Juyong");
        (ended || greeted).then_some(greeted)
    })
}

/// The same for `ssh -o`, as vendors are told to write it.
pub fn proxy_command(port: u16, authority: &Path, name: &str, more: &str) -> String {
    format!(
        "ProxyCommand={} s_client -quiet -verify_return_error -verify_hostname {name} -connect 127.0.0.1:{port} \
         -CAfile {} {more}",
        need("openssl").display(),
        authority.display()
    )
}

/// A gateway that listens by TLS.
pub struct Tls {
    pub gateway: Gateway,
    pub port: u16,
}

impl Tls {
    pub fn new(tunnel: &str) -> Self {
        Self::of(Setup::new(), tunnel)
    }

    pub fn of(setup: Setup, tunnel: &str) -> Self {
        let port = free_port();
        let tables = format!("tls = \"127.0.0.1:{port}\"\nproxy_from = \"{BALANCER}\"\n[tunnel]\n{tunnel}");
        Self { gateway: setup.tables(&tables).start(), port }
    }

    pub fn authority(&self) -> PathBuf {
        self.gateway.path("data/authority.pem")
    }

    fn proxy_command(&self, more: &str) -> String {
        proxy_command(self.port, &self.authority(), "localhost", more)
    }

    pub fn ssh(&self, login: &Login, more: &str) -> Command {
        let mut ssh = login.ssh("+box");
        ssh.args(["-o", &self.proxy_command(more)]);
        ssh
    }

    /// stunnel as a client, and the port where it takes plain SSH.
    pub fn stunnel(&self, more: &str) -> (u16, Running) {
        let own = free_port();
        let file = self.gateway.fresh("stunnel.conf");
        let text = format!(
            "foreground = yes\npid =\nsyslog = no\n[gw]\nclient = yes\naccept = 127.0.0.1:{own}\n\
             connect = 127.0.0.1:{}\nCAfile = {}\nverifyChain = yes\ncheckHost = localhost\n{more}",
            self.port,
            self.authority().display()
        );
        fs::write(&file, text).unwrap();
        let stunnel = Running::start(tool("stunnel").arg(&file));
        within(PATIENCE, "stunnel listens", || TcpStream::connect(("127.0.0.1", own)).ok().map(drop));
        (own, stunnel)
    }
}

#[test]
fn openssh_logs_in_through_openssl_and_is_recorded() {
    let tls = Tls::new("");
    let gateway = &tls.gateway;
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    let out = Running::run(tls.ssh(&login, "").arg("echo inside; exit 7"), b"", PATIENCE);
    assert_eq!((out.text().as_str(), out.status.code()), ("inside\n", Some(7)), "{out}");
    assert!(login.prompts().contains("code"), "{}", login.prompts());
    let session = gateway.ended_session();
    assert_eq!((field(&session, "via"), field(&session, "source")), ("tls", "127.0.0.1"));
    assert_eq!(field(&session, "ending"), "closed");
    assert!(gateway.cast(&session).all("o").contains("inside"));
    scp_both_ways(gateway, || gateway.login(&gateway.operator("op2")), &["-o", &tls.proxy_command("")]);
    gateway.juyong(&["audit", "verify"]).ok();
    gateway.juyong(&["doctor"]).ok();
    assert!(reasons(gateway).is_empty());
}

#[test]
fn stunnel_carries_a_login() {
    let tls = Tls::new("");
    let gateway = &tls.gateway;
    let (own, _stunnel) = tls.stunnel("");
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    let out = Running::run(super::through(&login, "+box", own).arg("echo inside"), b"", PATIENCE).ok();
    assert_eq!(out.text(), "inside\n");
    assert_eq!(field(&gateway.ended_session(), "via"), "tls");
}

#[test]
fn rules_tell_tls_from_the_rest() {
    let setup = Setup::new().limited("via = [\"tls\"]");
    let tls = Tls::of(setup, "");
    let operator = tls.gateway.operator("op1");
    tls.gateway.exec(&operator, "+box", "true").refused("no rule allows");
    Running::run(tls.ssh(&tls.gateway.login(&operator), "").arg("true"), b"", PATIENCE).ok();
}

#[test]
fn behind_a_balancer_tls_has_the_clients_source() {
    let setup = Setup::new().limited("sources = [\"203.0.113.0/24\"]");
    let tls = Tls::of(setup, "");
    let operator = tls.gateway.operator("op1");
    for (source, allowed) in [("203.0.113.7:1", true), ("198.51.100.7:1", false)] {
        let port = saying(header(source), tls.port);
        let login = tls.gateway.login(&operator);
        let mut ssh = login.ssh("+box");
        ssh.args(["-o", &proxy_command(port, &tls.authority(), "localhost", "")]).arg("true");
        let out = Running::run(&mut ssh, b"", PATIENCE);
        if allowed { drop(out.ok()) } else { drop(out.refused("no rule allows")) }
    }
    let session = tls.gateway.ended_session();
    assert_eq!((field(&session, "via"), field(&session, "source")), ("tls", "203.0.113.7"));
    let haproxy = Haproxy::before(&tls.gateway, tls.port, "127.0.0.1");
    assert!(greets(tls_client(haproxy.port, &tls.authority(), "localhost")));
}

#[test]
fn older_tls_is_refused() {
    let tls = Tls::new("");
    for version in ["-tls1_2", "-tls1_1"] {
        let mut client = tls_client(tls.port, &tls.authority(), "localhost");
        let out = Running::run(client.args([version, "-cipher", "ALL:@SECLEVEL=0"]), b"", PATIENCE);
        assert!(!out.status.success() && out.out.is_empty(), "{out}");
    }
    tls.gateway.journaled("ingress-refused", &[("via", "tls"), ("reason", "tls-version")]);
}

#[test]
fn without_a_certificate_nothing_is_heard_where_one_is_required() {
    let tls = Tls::new("tls_client = \"required\"");
    let mut client = tls_client(tls.port, &tls.authority(), "localhost");
    let out = Running::run(&mut client, b"SSH-2.0-test\r\n", PATIENCE);
    assert!(out.out.is_empty(), "it ends before SSH: {out}");
    tls.gateway.journaled("ingress-refused", &[("via", "tls"), ("reason", "certificate-missing")]);
    let rows = tls.gateway.events();
    assert!(!has_event(&rows, "login-refused", &[]), "{rows:?}");
    // The other listener is not touched by it.
    tls.gateway.exec(&tls.gateway.operator("op1"), "+box", "true").ok();
}

#[test]
fn random_records_leave_a_good_login_working() {
    let tls = Tls::new("");
    let before = tls.gateway.memory();
    for number in 0..300_usize {
        let mut bytes = vec![0; 1 + number * 7];
        getrandom::fill(&mut bytes).unwrap();
        if number % 2 == 0 {
            // As a record of a handshake, with a length.
            let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
            bytes.splice(0..0, [0x16, 3, 1, length[0], length[1]]);
        }
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", tls.port)) else { continue };
        let _ = stream.write_all(&bytes); // it may be cut off in the middle
    }
    let grown = tls.gateway.memory().saturating_sub(before);
    assert!(grown < 16 * 1024, "memory grew by {grown} KiB");
    let operator = tls.gateway.operator("op1");
    Running::run(tls.ssh(&tls.gateway.login(&operator), "").arg("true"), b"", PATIENCE).ok();
    tls.gateway.journaled("ingress-refused", &[("via", "tls"), ("reason", "tls-malformed")]);
}

#[test]
fn a_handshake_that_stalls_ends_in_time() {
    let tls = Tls::of(Setup::new().settings("").tables(""), "[limits]\nlogin_grace = \"2s\"");
    let mut stream = TcpStream::connect(("127.0.0.1", tls.port)).unwrap();
    stream.write_all(b"\x16\x03\x01\x02\x00\x01").unwrap();
    let (answer, took) = super::drained(stream);
    assert!(answer.is_empty() && took.as_secs() < 8, "{took:?}");
    tls.gateway.journaled("ingress-refused", &[("via", "tls"), ("reason", "handshake-timeout")]);
}
