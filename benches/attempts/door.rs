//! A gateway without an asset: only its door is measured.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use juyong::console;
use juyong::domain::Secret;
use russh::client::{self, AuthResult, Handle, KeyboardInteractiveAuthResponse as Reply};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::operators::Operators;
use crate::process::{Running, resident_mib, run};
use crate::servers::{START, answers, free_port, read, write};

pub(crate) const PASSWORD: &str = "Correct-Horse-Battery-7";

/// What counts as logged in there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Factors {
    KeyAndCode,
    Key,
}

impl Factors {
    fn setting(self) -> &'static str {
        match self {
            Self::KeyAndCode => "\"publickey+totp\", \"password+totp\"",
            Self::Key => "\"publickey\"",
        }
    }
}

pub(crate) struct Door {
    gateway: Running,
    factors: Factors,
    operators: Operators,
    names: Vec<String>,
    port: u16,
    key: Arc<PrivateKey>,
    foreign: Arc<PrivateKey>,
    dir: TempDir,
}

impl Door {
    /// All clients have one address, which is not blocked however much fails from there.
    pub(crate) fn open(factors: Factors, people: usize) -> Self {
        Self::start(factors, people, "block_after = 0\n")
    }

    /// Key and code, and sources are blocked as the gateway comes.
    pub(crate) fn open_blocking(people: usize) -> Self {
        Self::start(Factors::KeyAndCode, people, "")
    }

    fn start(factors: Factors, people: usize, auth: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        for key in ["key", "foreign"] {
            let file = root.join(key);
            run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(file), START);
        }
        let (operators, port) = (Operators::new(people), free_port());
        let names: Vec<_> = operators.names().map(|(name, _)| name).collect();
        configure(root, port, &format!("factors = [{}]\n{auth}", factors.setting()), &names);
        let log = File::create(root.join("gateway.log")).expect("a log");
        let gateway = Running::spawn(juyong(root).arg("serve").stdout(Stdio::null()).stderr(log));
        answers(port);
        enrol(root, factors, &operators);
        let load = |name: &str| Arc::new(russh::keys::load_secret_key(root.join(name), None).expect("a key"));
        let (key, foreign) = (load("key"), load("foreign"));
        Self { gateway, factors, operators, names, port, key, foreign, dir }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What the gateway's process holds.
    pub(crate) fn resident_mib(&self) -> f64 {
        resident_mib(self.gateway.pid())
    }

    /// What its database takes on the disk, with what is not merged yet.
    pub(crate) fn stored_mib(&self) -> f64 {
        let bytes = |name: &str| {
            std::fs::metadata(self.dir.path().join("data").join(name)).map_or(0, |file| file.len())
        };
        (bytes("juyong.db") + bytes("juyong.db-wal")) as f64 / f64::from(1 << 20)
    }

    pub(crate) fn name(&self, index: usize) -> String {
        self.names[index].clone()
    }

    pub(crate) fn foreign_key(&self) -> Arc<PrivateKey> {
        Arc::clone(&self.foreign)
    }

    /// A connection that has exchanged keys.
    pub(crate) async fn connect(&self) -> Handle<Trusting> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        client::connect_stream(config(), stream, Trusting).await.expect("a key exchange")
    }

    /// A login that is accepted, from its TCP connection on.
    pub(crate) async fn accepted(&mut self) -> Duration {
        let (user, code) = match self.factors {
            Factors::KeyAndCode => self.operators.log_in(),
            Factors::Key => (self.name(0), String::new()),
        };
        let key = PrivateKeyWithHashAlg::new(Arc::clone(&self.key), None);
        let began = Instant::now();
        let mut connection = self.connect().await;
        let reply = connection.authenticate_publickey(&user, key).await.expect("an answer");
        match (self.factors, reply) {
            (Factors::Key, AuthResult::Success) => {}
            (Factors::KeyAndCode, AuthResult::Failure { partial_success: true, .. }) => {
                give(&mut connection, &user, code).await;
            }
            (_, reply) => panic!("{user}: {reply:?}"),
        }
        began.elapsed()
    }
}

async fn give(connection: &mut Handle<Trusting>, user: &str, code: String) {
    let asked = connection.authenticate_keyboard_interactive_start(user, None::<String>).await;
    assert!(matches!(asked, Ok(Reply::InfoRequest { .. })), "{user}: {asked:?}");
    let reply = connection.authenticate_keyboard_interactive_respond(vec![code]).await;
    assert!(matches!(reply, Ok(Reply::Success)), "{user}: {reply:?}");
}

/// Takes any host key: the server is the bench's own.
pub(crate) struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _key: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// The cheapest that is still common: the clients share the machine with what is measured.
pub(crate) fn config() -> Arc<client::Config> {
    let preferred =
        russh::Preferred { kex: Cow::Borrowed(&[russh::kex::CURVE25519]), ..russh::Preferred::default() };
    Arc::new(client::Config { preferred, nodelay: true, ..client::Config::default() })
}

fn juyong(root: &Path) -> Command {
    let built = || env!("CARGO_BIN_EXE_juyong").to_owned();
    let mut juyong = Command::new(std::env::var("JUYONG_BENCH_BIN").unwrap_or_else(|_| built()));
    juyong.arg("--config").arg(root.join("juyong.toml")).stdin(Stdio::null());
    juyong
}

fn configure(root: &Path, port: u16, auth: &str, names: &[String]) {
    let at = root.display();
    let config = format!(
        "data_dir = \"{at}/data\"\npolicy_dir = \"{at}/policies\"\nlanguage = \"en\"\nseats = {}\n\
         [listen]\nssh = [\"127.0.0.1:{port}\"]\n\
         [auth]\n{auth}",
        names.len(),
    );
    write(root, "juyong.toml", &config);
    let policy: String = names.iter().map(|name| format!("[operator.{name}]\n")).collect();
    std::fs::create_dir(root.join("policies")).expect("a directory");
    write(root, "policies/bench.toml", &policy);
}

/// Through the door of the running gateway, without a process for each.
fn enrol(root: &Path, factors: Factors, operators: &Operators) {
    let (key, password) = (Secret::new(read(root, "key.pub")), Secret::new(format!("{PASSWORD}\n")));
    let enrol = async {
        for (name, secret) in operators.names() {
            let mut words = vec!["operator", "enrol", &name, "--public-key", "key.pub"];
            if factors == Factors::KeyAndCode {
                words.extend(["--totp-secret", &secret, "--password-stdin"]);
            }
            let words = words.into_iter().map(str::to_owned).collect();
            let stdin = (factors == Factors::KeyAndCode).then(|| password.clone());
            let input = console::Input { file: Some(key.clone()), stdin, ..console::Input::default() };
            let answer = console::send(&root.join("data"), words, &input, |_| Ok(())).await;
            assert!(matches!(answer, Some(Ok(0))), "{name} cannot be enrolled: {answer:?}");
        }
    };
    // Within a runtime, by one of its own: a thread may have one at a time.
    std::thread::scope(|scope| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        scope.spawn(move || runtime.block_on(enrol));
    });
}
