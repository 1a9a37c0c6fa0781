//! An `sshd`, a gateway whose accounts come from a roster, and a key for each person, in a directory that goes with them.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Pid;
use tempfile::TempDir;

use crate::process::{Running, output, run};
use crate::servers::{START, answers, free_port, read, sshd, write};

/// How long a command for all people may take.
const FOR_ALL: Duration = Duration::from_secs(300);

/// A bash that thinks itself inside another reads no start-up files: whoever runs this may have long ones.
const PLAIN: &str = "SetEnv SHLVL=2\nMaxStartups 1000\n";

pub(crate) struct House {
    people: usize,
    gateway: Option<Running>,
    sshd: Running,
    port: u16,
    dir: TempDir,
}

impl House {
    pub(crate) fn new(people: usize) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        key(&root.join("gateway-key"));
        key(&root.join("host-key"));
        (0..people).for_each(|index| key(&root.join(name(index))));
        let allowed: String = (0..people).map(|index| read(root, &format!("{}.pub", name(index)))).collect();
        write(root, "authorized_keys", &(allowed + &read(root, "gateway-key.pub")));
        let (sshd, sshd_port) = sshd(root, "asset", PLAIN);
        let user = output(Command::new("id").arg("-un"), START);
        let port = free_port();
        configure(root, port);
        policy(root, &user, sshd_port);
        client(root, &user, sshd_port, port);
        write(root, "roster.csv", "");
        std::fs::write(root.join("roster.csv"), roster(people)).expect("a roster");
        let mut house = Self { people, gateway: None, sshd, port, dir };
        let set = ["credential", "set", "box", &user, "--private-key"];
        run(house.juyong().args(set).arg(house.path("gateway-key")), START);
        house.restart();
        house
    }

    /// A gateway that has done nothing yet: what it holds from earlier work would hide what later work needs.
    pub(crate) fn restart(&mut self) {
        self.gateway = None;
        let log = File::create(self.path("gateway.log")).expect("a log");
        self.gateway = Some(Running::spawn(self.juyong().arg("serve").stderr(log)));
        answers(self.port);
    }

    pub(crate) fn juyong(&self) -> Command {
        let built = || env!("CARGO_BIN_EXE_juyong").to_owned();
        let mut juyong = Command::new(std::env::var("JUYONG_BENCH_BIN").unwrap_or_else(|_| built()));
        juyong.arg("--config").arg(self.path("juyong.toml")).stdin(Stdio::null()).stdout(Stdio::null());
        juyong
    }

    /// The roster comes into force.
    pub(crate) fn import(&self) {
        let words = ["operator", "import"];
        let file = self.path("roster.csv");
        run(self.juyong().args(words).arg(file).args(["--reason", "contract 7"]), FOR_ALL);
    }

    /// A code for each.
    pub(crate) fn invite(&self) -> Vec<String> {
        let mut invite = self.juyong();
        invite.args(["operator", "invite", "--all", "--csv", "-"]).stderr(Stdio::null());
        let told = output(&mut invite, FOR_ALL);
        let rows: Vec<Vec<&str>> = told.lines().map(|row| row.split(',').collect()).collect();
        let code = |index| {
            let row = rows.iter().find(|row| row[0] == name(index)).expect("a row for each");
            row[2].to_owned()
        };
        (0..self.people).map(code).collect()
    }

    /// `ssh` as this person, up to where the host is named.
    pub(crate) fn ssh(&self, index: usize) -> Command {
        let mut ssh = Command::new("ssh");
        ssh.arg("-F").arg(self.path("client")).arg("-i").arg(self.path(&name(index)));
        ssh
    }

    pub(crate) fn people(&self) -> usize {
        self.people
    }

    pub(crate) fn gateway(&self) -> Pid {
        self.gateway.as_ref().expect("a gateway").pid()
    }

    pub(crate) fn sshd(&self) -> Pid {
        self.sshd.pid()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

pub(crate) fn name(index: usize) -> String {
    format!("person{index:03}")
}

fn key(file: &Path) {
    run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(file), START);
}

/// As Excel saves it in Chinese.
fn roster(people: usize) -> Vec<u8> {
    let mut text = "账号,姓名,厂商,组,有效期止,联系方式\r\n".to_owned();
    for index in 0..people {
        let vendor = ["神州数码", "浪潮", "东软"][index % 3];
        let _ = writeln!(text, "{},张{index},{vendor},vendors,2099/12/31,1380000{index:04}\r", name(index));
    }
    encoding_rs::GB18030.encode(&text).0.into_owned()
}

/// All clients have one address, and more than usual of them log in at once.
fn configure(root: &Path, port: u16) {
    let at = root.display();
    let config = format!(
        "data_dir = \"{at}/data\"\npolicy_dir = \"{at}/policies\"\nlanguage = \"en\"\nseats = 1000\n\
         [listen]\nssh = [\"127.0.0.1:{port}\"]\n\
         [limits]\nstarts = 500\nstarts_per_source = 500\nconnections = 1000\nchannels = 1000\nlogin_grace = \"120s\"\nconnect_timeout = \"120s\"\n"
    );
    write(root, "juyong.toml", &config);
}

fn policy(root: &Path, user: &str, asset: u16) {
    let key = read(root, "host-key.pub");
    let key: Vec<_> = key.split_whitespace().take(2).collect();
    let policy = format!(
        "[asset.box]\naddress = \"127.0.0.1:{asset}\"\nlogins = [\"{user}\"]\nhost_keys = [\"{}\"]\n\
         [[rule]]\nid = \"work\"\neffect = \"allow\"\noperators = [\"@vendors\"]\nassets = [\"box\"]\n\
         protocols = [\"shell\", \"exec\"]\n[operator.first]\ngroups = [\"vendors\"]\n",
        key.join(" ")
    );
    std::fs::create_dir(root.join("policies")).expect("a directory");
    write(root, "policies/bench.toml", &policy);
}

fn client(root: &Path, user: &str, direct: u16, gateway: u16) {
    let at = root.display();
    let config = format!(
        "Host direct\n Port {direct}\n User {user}\nHost gateway\n Port {gateway}\n\
         Host *\n HostName 127.0.0.1\n IdentitiesOnly yes\n StrictHostKeyChecking no\n\
         UserKnownHostsFile {at}/known_hosts\n LogLevel ERROR\n NumberOfPasswordPrompts 1\n\
         PreferredAuthentications publickey,keyboard-interactive\n"
    );
    write(root, "client", &config);
}
