//! A gateway with one machine behind two names: judged, and not.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use russh::keys::PrivateKey;
use rustix::process::Pid;
use tempfile::TempDir;

use crate::client::Login;
use crate::operators::Operators;
use crate::process::{Running, output, run};
use crate::servers::{START, answers, free_port, read, sshd, write};

/// A bash that thinks itself inside another reads no start-up files: whoever runs this may have long ones.
const PLAIN: &str = "SetEnv SHLVL=2\n";

#[derive(Debug, Clone, Copy)]
pub(crate) enum Asset {
    Unjudged,
    Guarded,
}

impl Asset {
    pub(crate) const BOTH: [Self; 2] = [Self::Unjudged, Self::Guarded];

    fn name(self) -> &'static str {
        match self {
            Self::Unjudged => "plain",
            Self::Guarded => "guarded",
        }
    }
}

pub(crate) struct Lab {
    gateway: Running,
    _asset: Running,
    operators: Mutex<Operators>,
    port: u16,
    key: Arc<PrivateKey>,
    dir: TempDir,
}

impl Lab {
    pub(crate) fn new(operators: usize, mib: u64) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        for key in ["key", "gateway-key", "host-key"] {
            let file = root.join(key);
            run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(file), START);
        }
        write(root, "authorized_keys", &read(root, "gateway-key.pub"));
        print_much(&root.join("bulk"), mib);
        let (asset, asset_port) = sshd(root, "asset", PLAIN);
        let user = output(Command::new("id").arg("-un"), START);
        let (operators, port) = (Operators::new(operators), free_port());
        configure(root, port);
        policy(root, &user, asset_port, &operators);
        let log = File::create(root.join("gateway.log")).expect("a log");
        let gateway = Running::spawn(juyong(root).arg("serve").stdout(Stdio::null()).stderr(log));
        answers(port);
        within_start(|| root.join("data/run/control.sock").exists());
        for asset in Asset::BOTH {
            let set = ["credential", "set", asset.name(), &user, "--private-key"];
            run(juyong(root).args(set).arg(root.join("gateway-key")).stdout(Stdio::null()), START);
        }
        for (name, secret) in operators.names() {
            let mut enrol = juyong(root);
            enrol.args(["operator", "enrol", &name, "--totp-secret", &secret, "--public-key"]);
            run(enrol.arg(root.join("key.pub")).stdout(Stdio::null()), START);
        }
        let key = russh::keys::load_secret_key(root.join("key"), None).expect("a key");
        Self { gateway, _asset: asset, operators: Mutex::new(operators), port, key: Arc::new(key), dir }
    }

    pub(crate) fn log_in(&self, asset: Asset) -> Login {
        let (name, code) = self.operators.lock().expect("operators").log_in();
        let user = format!("{name}+{}", asset.name());
        Login { port: self.port, user, key: Arc::clone(&self.key), code }
    }

    pub(crate) fn gateway(&self) -> Pid {
        self.gateway.pid()
    }

    /// A file of many lines, on the asset.
    pub(crate) fn bulk(&self) -> PathBuf {
        self.dir.path().join("bulk")
    }
}

/// The gateway takes commands a moment after it listens.
fn within_start(done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < START, "the gateway does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn juyong(root: &Path) -> Command {
    let built = || env!("CARGO_BIN_EXE_juyong").to_owned();
    let mut juyong = Command::new(std::env::var("JUYONG_BENCH_BIN").unwrap_or_else(|_| built()));
    juyong.arg("--config").arg(root.join("juyong.toml")).stdin(Stdio::null());
    juyong
}

/// Lines as a log has them.
fn print_much(path: &Path, mib: u64) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let mut left = mib * 1024 * 1024;
    let mut number = 0_u64;
    while left > 0 {
        let line = format!("{number:>9} Apr 10 09:12:31 host service[4711]: request done, 200, 12 ms\n");
        let part = &line.as_bytes()[..line.len().min(left as usize)];
        file.write_all(part).expect("a line");
        (left, number) = (left - part.len() as u64, number + 1);
    }
    file.flush().expect("a file");
}

fn configure(root: &Path, port: u16) {
    let at = root.display();
    let config = format!(
        "data_dir = \"{at}/data\"\npolicy_dir = \"{at}/policies\"\nlanguage = \"en\"\n\
         [listen]\nssh = [\"127.0.0.1:{port}\"]\n[limits]\nstarts = 100\nstarts_per_source = 100\n"
    );
    write(root, "juyong.toml", &config);
}

fn policy(root: &Path, user: &str, port: u16, operators: &Operators) {
    let key = read(root, "host-key.pub");
    let key: Vec<_> = key.split_whitespace().take(2).collect();
    let mut policy = String::from(
        "[commands.watch]\nmode = \"guard\"\ndefault = \"allow\"\nopaque = \"allow\"\n\
         [[commands.watch.entry]]\neffect = \"deny\"\ndanger = \"critical\"\n\
         [[commands.watch.entry]]\neffect = \"deny\"\nprograms = [\"rm\"]\nflags = [\"r|recursive\"]\n\
         args = [\"/u01\", \"/u01/**\"]\n",
    );
    for (asset, commands) in [("plain", ""), ("guarded", "commands = [\"watch\"]\n")] {
        policy.push_str(&format!(
            "[asset.{asset}]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{user}\"]\nhost_keys = [\"{}\"]\n\
             [[rule]]\nid = \"{asset}\"\neffect = \"allow\"\noperators = [\"@bench\"]\nassets = [\"{asset}\"]\n\
             protocols = [\"shell\"]\n{commands}",
            key.join(" ")
        ));
    }
    for (name, _) in operators.names() {
        policy.push_str(&format!("[operator.{name}]\ngroups = [\"bench\"]\n"));
    }
    std::fs::create_dir(root.join("policies")).expect("a directory");
    write(root, "policies/bench.toml", &policy);
}
