//! Two `sshd`s, a gateway and a client's configuration, in a directory that goes with them.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::Pid;
use tempfile::TempDir;

use crate::operators::Operators;
use crate::process::{Running, output, run};
use crate::route::Route;
use crate::servers::{START, answers, free_port, read, sshd, write};

pub(crate) struct Lab {
    gateway: Option<Running>,
    _target: Running,
    _hop: Running,
    operators: Operators,
    port: u16,
    controls: u32,
    dir: TempDir,
}

impl Lab {
    pub(crate) fn new(operators: usize) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        for key in ["key", "gateway-key", "host-key"] {
            let file = root.join(key);
            run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(file), START);
        }
        let keys = ["key.pub", "gateway-key.pub"].map(|key| read(root, key)).concat();
        write(root, "authorized_keys", &keys);
        write(root, "askpass", "#!/bin/sh\nprintf '%s\\n' \"$JUYONG_BENCH_CODE\"\n");
        std::fs::set_permissions(root.join("askpass"), Permissions::from_mode(0o700)).expect("mode");
        let (target, target_port) = sshd(root, "target", "");
        let (hop, hop_port) = sshd(root, "hop", "");
        let user = output(Command::new("id").arg("-un"), START);
        let (operators, port) = (Operators::new(operators), free_port());
        client(root, &user, target_port, hop_port, port);
        configure(root, &user, target_port, port, &operators);
        let mut lab = Self { gateway: None, _target: target, _hop: hop, operators, port, controls: 0, dir };
        lab.enrol(&user);
        lab.restart();
        lab
    }

    fn juyong(&self) -> Command {
        let built = || env!("CARGO_BIN_EXE_juyong").to_owned();
        let mut juyong = Command::new(std::env::var("JUYONG_BENCH_BIN").unwrap_or_else(|_| built()));
        juyong.arg("--config").arg(self.dir.path().join("juyong.toml"));
        juyong.stdin(Stdio::null()).stdout(Stdio::null());
        juyong
    }

    fn enrol(&self, user: &str) {
        let at = |name| self.dir.path().join(name);
        for (name, secret) in self.operators.names() {
            let mut enrol = self.juyong();
            enrol
                .args(["operator", "enrol", &name, "--totp-secret", &secret, "--public-key"])
                .arg(at("key.pub"));
            run(&mut enrol, START);
        }
        let mut set = self.juyong();
        run(set.args(["credential", "set", "box", user, "--private-key"]).arg(at("gateway-key")), START);
    }

    /// A gateway that has done nothing yet: what it holds from earlier work would hide what later work needs.
    pub(crate) fn restart(&mut self) {
        self.gateway = None;
        let log = File::create(self.dir.path().join("gateway.log")).expect("a log");
        self.gateway = Some(Running::spawn(self.juyong().arg("serve").stderr(log)));
        answers(self.port);
    }

    pub(crate) fn gateway(&self) -> Pid {
        self.gateway.as_ref().expect("a gateway").pid()
    }

    pub(crate) fn client_config(&self) -> PathBuf {
        self.dir.path().join("client")
    }

    /// A new place for a kept connection's socket.
    pub(crate) fn control(&mut self) -> PathBuf {
        self.controls += 1;
        self.dir.path().join(format!("c{}", self.controls))
    }

    /// `ssh` for a new connection, up to where the host is named.
    pub(crate) fn log_in(&mut self, route: Route) -> Command {
        let mut ssh = Command::new("ssh");
        ssh.arg("-F").arg(self.client_config());
        if route == Route::Gateway {
            let (name, code) = self.operators.log_in();
            ssh.args(["-l", &format!("{name}+box")]).env("JUYONG_BENCH_CODE", code);
            ssh.env("SSH_ASKPASS", self.dir.path().join("askpass")).env("SSH_ASKPASS_REQUIRE", "force");
        }
        ssh
    }

    /// The key exchange and cipher that each route's own connection settles on.
    pub(crate) fn algorithms(&mut self) -> Vec<(Route, String)> {
        let settled = |route| {
            let mut ssh = self.log_in(route);
            ssh.args(["-v", route.host(), "true"]).stdin(Stdio::null()).stderr(Stdio::piped());
            let told = ssh.output().expect("ssh").stderr;
            let told = String::from_utf8_lossy(&told).into_owned();
            // Behind a jump the last exchange told of is the one with the target.
            let last = |what: &str| {
                let found = told.lines().rev().find_map(|line| line.split_once(what));
                found.and_then(|(_, rest)| rest.split_whitespace().next()).unwrap_or("?").to_owned()
            };
            (route, format!("{}, {}", last("kex: algorithm: "), last("server->client cipher: ")))
        };
        Route::ALL.map(settled).into()
    }

    pub(crate) fn client_version(&self) -> String {
        let told = Command::new("ssh").arg("-V").output().expect("ssh").stderr;
        String::from_utf8_lossy(&told).split([' ', ',']).next().unwrap_or("OpenSSH").to_owned()
    }
}

fn client(root: &Path, user: &str, target: u16, hop: u16, gateway: u16) {
    let at = root.display();
    let config = format!(
        "Host direct jumped\n Port {target}\nHost jumped\n ProxyJump hop\nHost hop\n Port {hop}\n\
         Host gateway\n Port {gateway}\n\
         Host *\n HostName 127.0.0.1\n User {user}\n IdentityFile {at}/key\n IdentitiesOnly yes\n\
         StrictHostKeyChecking accept-new\n UserKnownHostsFile {at}/known_hosts\n\
         PreferredAuthentications publickey,keyboard-interactive\n NumberOfPasswordPrompts 1\n\
         LogLevel ERROR\n IgnoreUnknown ObscureKeystrokeTiming\n ObscureKeystrokeTiming no\n"
    );
    write(root, "client", &config);
}

fn configure(root: &Path, user: &str, target: u16, port: u16, operators: &Operators) {
    let at = root.display();
    let config = format!(
        "data_dir = \"{at}/data\"\npolicy_dir = \"{at}/policies\"\nlanguage = \"en\"\n\
         [listen]\nssh = [\"127.0.0.1:{port}\"]\n"
    );
    write(root, "juyong.toml", &config);
    let key = read(root, "host-key.pub");
    let key: Vec<_> = key.split_whitespace().take(2).collect();
    let mut policy = format!(
        "[asset.box]\naddress = \"127.0.0.1:{target}\"\nlogins = [\"{user}\"]\nhost_keys = [\"{}\"]\n\
         [[rule]]\nid = \"bench\"\neffect = \"allow\"\noperators = [\"@bench\"]\nassets = [\"box\"]\n\
         protocols = [\"shell\", \"exec\", \"sftp\", \"scp\"]\n\
         files = [\"list\", \"download\", \"upload\", \"change\"]\n",
        key.join(" ")
    );
    for (name, _) in operators.names() {
        policy.push_str(&format!("[operator.{name}]\ngroups = [\"bench\"]\n"));
    }
    std::fs::create_dir(root.join("policies")).expect("a directory");
    write(root, "policies/bench.toml", &policy);
}
