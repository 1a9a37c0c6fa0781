//! Two network namespaces and a cable between them: the gateway's, and a client's with WireGuard's own programs.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::harness::{Gateway, Outcome, PATIENCE, Running, Setup, free_port, tool, within};

/// The gateway's end of the cable, and the client's.
pub const GATEWAY_V4: &str = "10.201.0.1";
pub const GATEWAY_V6: &str = "fd0a:201::1";
const CLIENT_V4: &str = "10.201.0.2/24";
const CLIENT_V6: &str = "fd0a:201::2/64";

/// Where the asset's own address would be, behind the gateway.
pub const ASSET: &str = "192.0.2.77";

/// Two namespaces of this test alone.
pub struct Net {
    gateway: String,
    client: String,
    /// The client's WireGuard interface. Its socket has a place that all namespaces share.
    interface: String,
}

/// The gateway in its namespace.
pub struct Site {
    pub gateway: Gateway,
    pub net: Net,
    pub port: u16,
}

/// Runs `test` where namespaces can be made; elsewhere says loudly that it did not.
pub fn staged(tables: &str, test: impl FnOnce(&Site) + Send) {
    let Some(net) = Net::new() else {
        return eprintln!("NOT TESTED: no network namespace can be made here (it takes root and iproute2)");
    };
    let inside = net.gateway.clone();
    within_namespace(&inside, move || {
        let port = free_port();
        let wireguard =
            format!("wireguard = \"[::]:{port}\"\n[tunnel]\nendpoint = \"{GATEWAY_V4}:{port}\"\n{tables}");
        let gateway = Setup::new().tables(&wireguard).start();
        test(&Site { gateway, net, port });
    });
}

/// Runs `work` in a thread of that namespace; what it starts is in there, too.
fn within_namespace<T: Send>(name: &str, work: impl FnOnce() -> T + Send) -> T {
    let file = File::open(Path::new("/run/netns").join(name)).unwrap();
    let ran = std::thread::scope(|scope| {
        let inside = move || {
            move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
            work()
        };
        scope.spawn(inside).join()
    });
    ran.unwrap_or_else(|fault| std::panic::resume_unwind(fault))
}

fn ip(words: &str) -> Command {
    let mut command = tool("ip");
    command.args(words.split_whitespace());
    command
}

fn must(words: &str) {
    Running::run(&mut ip(words), b"", PATIENCE).ok();
}

impl Net {
    fn new() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}x{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let net = Self {
            gateway: format!("jyg{name}"),
            client: format!("jyc{name}"),
            interface: format!("jyw{name}"),
        };
        for namespace in [&net.gateway, &net.client] {
            let made = ip(&format!("netns add {namespace}")).output();
            if !made.is_ok_and(|made| made.status.success()) {
                return None;
            }
        }
        net.lay();
        Some(net)
    }

    /// By which `wg` speaks to the client.
    fn socket(&self) -> PathBuf {
        PathBuf::from(format!("/var/run/wireguard/{}.sock", self.interface))
    }

    fn lay(&self) {
        let Self { gateway, client, .. } = self;
        must(&format!("-n {gateway} link add cable type veth peer name cable netns {client}"));
        must(&format!("-n {gateway} addr add {ASSET}/32 dev lo"));
        for (namespace, v4, v6) in [
            (gateway, format!("{GATEWAY_V4}/24"), format!("{GATEWAY_V6}/64")),
            (client, CLIENT_V4.to_owned(), CLIENT_V6.to_owned()),
        ] {
            must(&format!("-n {namespace} link set lo up"));
            must(&format!("-n {namespace} addr add {v4} dev cable"));
            must(&format!("-n {namespace} addr add {v6} dev cable nodad"));
            must(&format!("-n {namespace} link set cable up"));
        }
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        for namespace in [&self.gateway, &self.client] {
            let _ = ip(&format!("netns del {namespace}")).output(); // it may never have been made
        }
        let _ = fs::remove_file(self.socket()); // wireguard-go leaves it where it is killed
    }
}

/// A client's tunnel, as its owner has it.
pub struct Tunnel<'a> {
    site: &'a Site,
    _process: Running,
}

impl Site {
    /// A device of this operator: its client file.
    pub fn enrol(&self, operator: &str) -> (String, String) {
        let row = self.gateway.records(&["vpn", "enrol", operator]).remove(0);
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        (text("device"), text("config"))
    }

    /// Starts the client with this file, as `wg-quick` would.
    pub fn connect(&self, file: &str) -> Tunnel<'_> {
        let name = &self.net.interface;
        let socket = self.net.socket();
        let _ = fs::remove_file(&socket); // of a client before this one
        let process = self.in_client(|| {
            let mut program = tool("wireguard-go");
            Running::start(program.args(["-f", name]).env("LOG_LEVEL", "error"))
        });
        within(PATIENCE, "wireguard-go is up", || socket.exists().then_some(()));
        let tunnel = Tunnel { site: self, _process: process };
        tunnel.configure(file);
        tunnel
    }

    /// Runs something where the client is.
    pub fn in_client<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        within_namespace(&self.net.client, work)
    }

    /// Runs a program there.
    pub fn run(&self, command: &mut Command) -> Outcome {
        self.in_client(|| Running::run(command, b"", PATIENCE))
    }
}

impl Tunnel<'_> {
    fn configure(&self, file: &str) {
        let (client, name) = (&self.site.net.client, &self.site.net.interface);
        let quick = |line: &&str| !["Address", "MTU"].iter().any(|key| line.starts_with(key));
        let settings = self.site.gateway.fresh("wg.conf");
        fs::write(&settings, file.lines().filter(quick).collect::<Vec<_>>().join("\n")).unwrap();
        self.site.run(tool("wg").args(["setconf", name]).arg(&settings)).ok();
        for address in list(file, "Address") {
            must(&format!("-n {client} addr add {address} dev {name} nodad"));
        }
        must(&format!("-n {client} link set {name} mtu {} up", list(file, "MTU").concat()));
        for route in list(file, "AllowedIPs") {
            must(&format!("-n {client} route add {route} dev {name}"));
        }
    }

    /// Sends more into the tunnel than the file says, from an address that may be another's.
    pub fn misuse(&self, address: &str, routes: &[&str]) {
        let (client, name) = (&self.site.net.client, &self.site.net.interface);
        let peer = self.site.run(tool("wg").args(["show", name, "peers"])).ok().text();
        self.site
            .run(tool("wg").args(["set", name, "peer", peer.trim(), "allowed-ips", "0.0.0.0/0,::/0"]))
            .ok();
        must(&format!("-n {client} addr replace {address} dev {name}"));
        for route in routes {
            must(&format!(
                "-n {client} route replace {route} dev {name} src {}",
                address.split('/').next().unwrap()
            ));
        }
    }

    /// Where the gateway is looked for from now on.
    pub fn endpoint(&self, endpoint: &str) {
        let name = &self.site.net.interface;
        let peer = self.site.run(tool("wg").args(["show", name, "peers"])).ok().text();
        self.site.run(tool("wg").args(["set", name, "peer", peer.trim(), "endpoint", endpoint])).ok();
    }
}

/// The values of `KEY = A, B`.
fn list(file: &str, key: &str) -> Vec<String> {
    let line = file.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
    line.unwrap_or_default().split(',').map(|value| value.trim().to_owned()).collect()
}
