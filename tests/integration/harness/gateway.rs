//! The gateway itself, as an administrator runs it.

use std::fs::{self, File};
use std::io::Read;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use super::running::{Outcome, Running, stop};
use super::sshd::{Sshd, key_pair, public_key, user};
use super::{Operator, PATIENCE, Setup, hours, within};

const BINARY: &str = env!("CARGO_BIN_EXE_juyong");

pub struct Gateway {
    pub port: u16,
    pub asset: Sshd,
    dir: TempDir,
    process: Mutex<Option<Child>>,
    names: AtomicUsize,
}

impl Gateway {
    /// With one asset, `box`, where everything is open to the operators.
    pub fn usual() -> Self {
        Setup::new().start()
    }

    pub fn new(dir: TempDir, port: u16, asset: Sshd) -> Self {
        Self { port, asset, dir, process: Mutex::new(None), names: AtomicUsize::new(0) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A new name under the test's directory.
    pub fn fresh(&self, kind: &str) -> PathBuf {
        self.path(&format!("{kind}-{}", self.names.fetch_add(1, Ordering::Relaxed)))
    }

    /// Starts the gateway and waits until it greets.
    pub fn start(&self) {
        self.start_with("JUYONG_LOG", "warn,juyong=info,russh=off");
    }

    /// The same with something in its environment.
    pub fn start_with(&self, variable: &str, value: &str) {
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut serve = Command::new(BINARY);
        serve
            .args(["serve", "--config"])
            .arg(self.path("juyong.toml"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        serve.env(variable, value);
        if self.hours().exists() {
            hours::follow(&mut serve, &self.hours());
        }
        let child = serve.spawn().unwrap();
        *self.process.lock().unwrap() = Some(child);
        within(PATIENCE, "the gateway greets", || {
            let ended = self.process.lock().unwrap().as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "the gateway ended at once: {ended:?}\n{}", self.log());
            self.greets().then_some(())
        });
    }

    /// Sets its clock on the wall, `offset` seconds from the true time. Before the first start, or never:
    /// only a gateway that began with a clock of its own has one.
    pub fn set_hours(&self, offset: i64) {
        hours::set(&self.hours(), offset);
    }

    fn hours(&self) -> PathBuf {
        self.path("hours")
    }

    /// Does it answer as an SSH server?
    pub fn greets(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let mut greeting = [0; 8];
        stream.read_exact(&mut greeting).is_ok() && &greeting == b"SSH-2.0-"
    }

    pub fn id(&self) -> u32 {
        self.process.lock().unwrap().as_ref().expect("the gateway runs").id()
    }

    /// Ends it as an administrator does.
    pub fn stop(&self) {
        if let Some(mut child) = self.process.lock().unwrap().take() {
            stop(&mut child, Signal::TERM, PATIENCE);
        }
    }

    /// Sends it a signal that ends it, and returns how it ended.
    pub fn end_by(&self, signal: Signal) -> Option<i32> {
        let mut child = self.process.lock().unwrap().take()?;
        stop(&mut child, signal, PATIENCE);
        child.wait().ok()?.code()
    }

    /// Ends it as a power failure does.
    pub fn kill(&self) {
        if let Some(mut child) = self.process.lock().unwrap().take() {
            stop(&mut child, Signal::KILL, PATIENCE);
        }
    }

    /// Memory that the gateway holds now, in KiB.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// A command of the tree, on the gateway's host.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.arg("--config").arg(self.path("juyong.toml")).args(words);
        command
    }

    pub fn juyong(&self, words: &[&str]) -> Outcome {
        Running::run(&mut self.command(words), b"", PATIENCE)
    }

    /// Lets the gateway log in to an asset.
    pub fn set_credential(&self, asset: &str) {
        let key = self.asset.private_key.display().to_string();
        self.juyong(&["credential", "set", asset, &user(), "--private-key", &key]).ok();
    }

    /// Enrols an account of the policy with key, password and codes.
    pub fn operator(&self, name: &str) -> Operator {
        let operator = Operator::new(name, key_pair(&self.fresh("key")));
        let key = format!("{}.pub", operator.key.display());
        let words = [
            "operator",
            "enrol",
            name,
            "--public-key",
            &key,
            "--password-stdin",
            "--totp-secret",
            &operator.base32(),
        ];
        Running::run(&mut self.command(&words), format!("{}\n", operator.password).as_bytes(), PATIENCE).ok();
        operator
    }

    /// Replaces a piece of the policy's text and puts it in force.
    pub fn change_policy(&self, from: &str, to: &str) -> Outcome {
        let path = self.path("policies/all.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from:?} is not in the policy");
        fs::write(&path, text.replace(from, to)).unwrap();
        self.juyong(&["policy", "apply", "--reason", "test"])
    }

    /// The key by which clients know the gateway.
    pub fn host_key(&self) -> String {
        public_key(&self.path("data/host_key"))
    }

    fn log_path(&self) -> PathBuf {
        self.path("gateway.log")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

/// The last lines of a log.
fn tail(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(mut child) = self.process.lock().unwrap().take() {
            let _ = child.kill(); // it may have ended
            let _ = child.wait();
        }
        let log = self.log();
        if std::thread::panicking() {
            eprintln!("--- gateway's log\n{}\n--- asset's log\n{}", tail(&log), tail(&self.asset.log()));
        } else {
            assert!(!log.contains("panicked"), "the gateway panicked:\n{}", tail(&log));
        }
    }
}
