//! Where the store lies, and what the gateway needs beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub(crate) const OPERATORS: usize = 60;
pub(crate) const ASSETS: usize = 120;

pub(crate) struct Place {
    root: PathBuf,
    pub(crate) port: u16,
    _goes: Option<TempDir>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let (root, goes) = match std::env::var_os("JUYONG_BENCH_STORE") {
            Some(root) => (PathBuf::from(root), None),
            None => {
                let dir = tempfile::tempdir().expect("a directory");
                (dir.path().to_owned(), Some(dir))
            }
        };
        fs::create_dir_all(root.join("policies")).expect("a directory");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let place = Self { root, port, _goes: goes };
        fs::write(place.policies().join("all.toml"), policy()).expect("the policy");
        fs::write(place.config(), place.settings()).expect("the configuration");
        place
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.root.join("juyong.toml")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("data/juyong.db")
    }

    pub(crate) fn recordings(&self) -> PathBuf {
        self.root.join("recordings")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn policies(&self) -> PathBuf {
        self.root.join("policies")
    }

    /// Written last.
    fn mark(&self) -> PathBuf {
        self.root.join("made")
    }

    pub(crate) fn is_made(&self) -> bool {
        self.mark().exists()
    }

    pub(crate) fn made(&self) {
        fs::write(self.mark(), "").expect("the mark");
    }

    fn settings(&self) -> String {
        format!(
            "data_dir = \"{root}/data\"\npolicy_dir = \"{root}/policies\"\nrecordings = \"{root}/recordings\"\n\
             language = \"en\"\n[listen]\nssh = [\"127.0.0.1:{}\"]\n[auth]\nfactors = [\"publickey\"]\n",
            self.port,
            root = self.root.display(),
        )
    }

    /// The program with its configuration.
    pub(crate) fn juyong(&self, words: &[&str]) -> Command {
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/release/juyong");
        let program = std::env::var_os("JUYONG_BENCH_BIN").map_or(built, PathBuf::from);
        let mut command = Command::new(program);
        command.arg("--config").arg(self.config()).args(words);
        command
    }
}

/// The rare ones have a session each, early in the year.
pub(crate) fn operator(n: usize) -> String {
    if n == 0 { "seldom".to_owned() } else { format!("op{n}") }
}

pub(crate) fn asset(n: usize) -> String {
    if n == 0 { "remote".to_owned() } else { format!("db{n}") }
}

fn policy() -> String {
    let mut text = "[operator.aud]\nroles = [\"auditor\"]\naudit = { assets = [\"remote\"] }\n".to_owned();
    for n in 0..OPERATORS {
        text += &format!("[operator.{}]\ngroups = [\"ops\"]\n", operator(n));
    }
    for n in 0..ASSETS {
        let (high, low) = (n / 250, n % 250 + 1);
        text += &format!("[asset.{}]\naddress = \"192.0.{high}.{low}:22\"\nlogins = [\"root\"]\n", asset(n));
    }
    text + "[[rule]]\nid = \"all\"\neffect = \"allow\"\noperators = [\"@ops\"]\n\
            protocols = [\"shell\"]\n"
}
