//! A gateway with one asset and many operators, in a directory that goes with them.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use juyong::console;
use juyong::domain::Secret;
use russh::keys::PrivateKey;
use rustix::process::Pid;
use serde_json::Value;
use tempfile::TempDir;

use crate::aside::{LEAST, put_aside};
use crate::client::Login;
use crate::operators::Operators;
use crate::process::{Running, output, run};
use crate::servers::{START, answers, free_port, read, sshd, write};

/// Operators whom no order covers: the first that log in.
pub(crate) const ESSENTIAL: usize = 10;
/// A bash that thinks itself inside another reads no start-up files: whoever runs this may have long ones.
const PLAIN: &str = "SetEnv SHLVL=2\n";
/// How long an order may take to answer.
const ORDER: Duration = Duration::from_secs(60);

pub(crate) struct Lab {
    gateway: Running,
    asset: Running,
    operators: Mutex<Operators>,
    port: u16,
    key: Arc<PrivateKey>,
    /// Where the asset finds something that sends back what it gets.
    pub(crate) echo: u16,
    dir: TempDir,
}

/// What an order did, by the gateway's own account.
pub(crate) struct Order {
    /// Just before the command was given.
    pub(crate) sent: Instant,
    pub(crate) answer: Value,
}

impl Order {
    pub(crate) fn id(&self) -> &str {
        self.answer["lockdown"].as_str().expect("an id")
    }
}

impl Lab {
    pub(crate) fn new(operators: usize) -> Self {
        Self::with(operators, &[])
    }

    /// With something in the gateway's environment.
    pub(crate) fn with(operators: usize, environment: &[(&str, String)]) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        for key in ["key", "gateway-key", "host-key"] {
            let file = root.join(key);
            run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(file), START);
        }
        write(root, "authorized_keys", &read(root, "gateway-key.pub"));
        let (asset, asset_port) = sshd(root, "asset", PLAIN);
        let user = output(Command::new("id").arg("-un"), START);
        let (operators, port, echo) = (Operators::new(operators), free_port(), echo());
        configure(root, port, operators.names().count());
        policy(root, &user, asset_port, echo, &operators);
        let log = File::create(root.join("gateway.log")).expect("a log");
        let mut serve = juyong(root);
        serve.arg("serve").envs(environment.iter().cloned()).stdout(Stdio::null()).stderr(log);
        let gateway = Running::spawn(&mut serve);
        answers(port);
        let set = ["credential", "set", "box", &user, "--private-key"];
        run(juyong(root).args(set).arg(root.join("gateway-key")).stdout(Stdio::null()), START);
        enrol(root, &operators);
        let key = russh::keys::load_secret_key(root.join("key"), None).expect("a key");
        Self { gateway, asset, operators: Mutex::new(operators), port, key: Arc::new(key), echo, dir }
    }

    /// What the next operator logs in with, to the asset. Waits for a fresh code if it must.
    pub(crate) fn log_in(&self) -> Login {
        let (name, code) = self.operators.lock().expect("operators").log_in();
        Login { port: self.port, user: format!("{name}+box"), key: Arc::clone(&self.key), code }
    }

    /// The order for all but a few, as an officer on the host gives it.
    pub(crate) fn lock_down(&self) -> Order {
        self.order(&["--scope", "all", "--except", "@essential"])
    }

    /// An order for some.
    pub(crate) fn order(&self, whom: &[&str]) -> Order {
        let words = [&["lockdown", "start", "--reason", "drill", "--json"], whom].concat();
        let sent = Instant::now();
        let answer = output(juyong(self.dir.path()).args(words), ORDER);
        let answer = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
        Order { sent, answer }
    }

    pub(crate) fn lift(&self, order: &Order) {
        let words = ["lockdown", "lift", order.id(), "--reason", "the drill is over"];
        run(juyong(self.dir.path()).args(words).stdout(Stdio::null()), ORDER);
    }

    /// What the gateway says of somebody.
    pub(crate) fn journal_of(&self, name: &str) -> String {
        output(juyong(self.dir.path()).args(["audit", "events", "--operator", name, "--json"]), ORDER)
    }

    /// Holds for what the asset starts from now on: at a cut it all ends at once.
    pub(crate) fn asset_gives_way(&self) {
        put_aside(self.asset.pid());
    }

    /// The same for what it has started since.
    pub(crate) fn asset_stays_out_of_the_way(&self) {
        crate::asset::groups_give_way(LEAST);
    }

    pub(crate) fn gateway(&self) -> Pid {
        self.gateway.pid()
    }

    pub(crate) fn asset(&self) -> Pid {
        self.asset.pid()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

fn juyong(root: &Path) -> Command {
    let built = || env!("CARGO_BIN_EXE_juyong").to_owned();
    let mut juyong = Command::new(std::env::var("JUYONG_BENCH_BIN").unwrap_or_else(|_| built()));
    juyong.arg("--config").arg(root.join("juyong.toml")).stdin(Stdio::null());
    juyong
}

/// Through the door of the running gateway, without a process for each: thousands would take minutes.
fn enrol(root: &Path, operators: &Operators) {
    let key = Secret::new(read(root, "key.pub"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (name, secret) in operators.names() {
        let words = ["operator", "enrol", &name, "--totp-secret", &secret, "--public-key", "key.pub"];
        let words = words.map(str::to_owned).to_vec();
        let input = console::Input { file: Some(key.clone()), ..console::Input::default() };
        let show = |_| Ok(());
        let answer = runtime.block_on(console::send(&root.join("data"), words, &input, show));
        assert!(matches!(answer, Some(Ok(0))), "{name} cannot be enrolled: {answer:?}");
    }
}

/// All clients have one address, and more than usual of them log in at once.
fn configure(root: &Path, port: u16, seats: usize) {
    let at = root.display();
    let config = format!(
        "data_dir = \"{at}/data\"\npolicy_dir = \"{at}/policies\"\nlanguage = \"en\"\nseats = {seats}\n\
         [listen]\nssh = [\"127.0.0.1:{port}\"]\n\
         [limits]\nstarts = 200\nstarts_per_source = 200\nconnect_timeout = \"60s\"\n"
    );
    write(root, "juyong.toml", &config);
}

fn policy(root: &Path, user: &str, asset: u16, echo: u16, operators: &Operators) {
    let key = read(root, "host-key.pub");
    let key: Vec<_> = key.split_whitespace().take(2).collect();
    let mut policy = format!(
        "[asset.box]\naddress = \"127.0.0.1:{asset}\"\nlogins = [\"{user}\"]\nhost_keys = [\"{}\"]\n\
         [[rule]]\nid = \"work\"\neffect = \"allow\"\noperators = [\"@bench\"]\nassets = [\"box\"]\n\
         protocols = [\"shell\", \"exec\", \"sftp\"]\n\
         [[rule]]\nid = \"forward\"\neffect = \"allow\"\noperators = [\"@bench\"]\nassets = [\"box\"]\n\
         protocols = [\"forward\"]\nforward_to = [\"127.0.0.1:{echo}\"]\n",
        key.join(" ")
    );
    for (index, (name, _)) in operators.names().enumerate() {
        let groups = if index < ESSENTIAL { "\"bench\", \"essential\"" } else { "\"bench\"" };
        policy.push_str(&format!("[operator.{name}]\ngroups = [{groups}]\n"));
    }
    std::fs::create_dir(root.join("policies")).expect("a directory");
    write(root, "policies/bench.toml", &policy);
}

/// Sends back whatever comes, on every connection.
fn echo() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    listener.set_nonblocking(true).expect("a socket");
    let serve = async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut reading, mut writing) = stream.split();
                tokio::io::copy(&mut reading, &mut writing).await
            });
        }
    };
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(serve);
    });
    port
}
