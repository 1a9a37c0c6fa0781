//! OpenSSH and what builds on it, answering both factors by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::running::{Outcome, Running};
use super::{Gateway, Operator, PATIENCE, tool, within};

/// What a client shows is kept; passwords and codes come from files, a code once.
const ASKPASS: &str = r#"#!/bin/sh
printf '%s\n' "$1" >> "$JUYONG_ANSWERS/prompts"
case "$1" in
*PIN*) echo 1234 ;;
*presence*) ;;
*assword*|*密码*) cat "$JUYONG_ANSWERS/password" ;;
*) head -n 1 "$JUYONG_ANSWERS/codes"; sed -i 1d "$JUYONG_ANSWERS/codes" ;;
esac
"#;

/// The answers of one person for one login, and a configuration to give them with.
pub struct Login {
    dir: PathBuf,
    user: String,
}

impl Gateway {
    /// A login with the key, and a fresh code.
    pub fn login(&self, operator: &Operator) -> Login {
        self.login_with(operator, &operator.password, &operator.next_code())
    }

    /// A login with these answers.
    pub fn login_with(&self, operator: &Operator, password: &str, code: &str) -> Login {
        let dir = self.fresh("login");
        fs::create_dir(&dir).unwrap();
        let write = |name: &str, text: String| fs::write(dir.join(name), text).unwrap();
        write("password", format!("{password}\n"));
        write("codes", format!("{code}\n"));
        write("askpass", ASKPASS.to_owned());
        fs::set_permissions(dir.join("askpass"), PermissionsExt::from_mode(0o755)).unwrap();
        write("known_hosts", format!("gw,box,[127.0.0.1]:{} {}\n", self.port, self.host_key()));
        write("config", config(&dir, &operator.key, self.port));
        Login { dir, user: operator.name.clone() }
    }

    /// `ssh` to what stands behind the operator's name (`+box`, or nothing for the gateway itself).
    pub fn ssh(&self, operator: &Operator, to: &str) -> Command {
        self.login(operator).ssh(to)
    }

    /// Runs one command line there.
    pub fn exec(&self, operator: &Operator, to: &str, line: &str) -> Outcome {
        Running::run(self.ssh(operator, to).arg(line), b"", PATIENCE)
    }

    /// What a script in tests/python needs for one login, as a file of JSON.
    pub fn script_input(&self, operator: &Operator) -> PathBuf {
        let path = self.fresh("input");
        let input = serde_json::json!({
            "host": "127.0.0.1",
            "port": self.port,
            "host_key": self.host_key(),
            "user": format!("{}+box", operator.name),
            "key": operator.key,
            "password": operator.password,
            "code": operator.next_code(),
            "dir": self.dir(),
        });
        fs::write(&path, input.to_string()).unwrap();
        path
    }

    /// One connection for many commands.
    pub fn master(&self, operator: &Operator, to: &str) -> Master {
        let login = self.login(operator);
        let socket = login.dir.join("mux");
        let mut running = Running::start(login.ssh(to).args(["-N", "-M", "-S"]).arg(&socket));
        within(PATIENCE, "a shared connection stands", || {
            let failed = running.ended();
            assert!(!failed, "the shared connection failed: {}", running.err.text());
            socket.exists().then_some(())
        });
        Master { running, socket, login }
    }
}

fn config(dir: &Path, key: &Path, port: u16) -> String {
    format!(
        "Host gw\n  HostName 127.0.0.1\n  Port {port}\n\
         Host *\n  StrictHostKeyChecking yes\n  UserKnownHostsFile {at}/known_hosts\n  GlobalKnownHostsFile none\n  \
         IdentityFile {key}\n  IdentitiesOnly yes\n  IdentityAgent none\n  NumberOfPasswordPrompts 1\n  \
         ConnectTimeout 30\n  UpdateHostKeys no\n",
        at = dir.display(),
        key = key.display(),
    )
}

impl Login {
    /// Where its answers are.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The name and host for a client that takes them in one word.
    pub fn at(&self, to: &str) -> String {
        format!("{}{to}@gw", self.user)
    }

    /// `ssh` with its options, for programs that run it themselves.
    pub fn remote_shell(&self) -> String {
        format!("ssh -F {}/config", self.dir.display())
    }

    /// Any program, with the answers at hand.
    pub fn tool(&self, program: &str) -> Command {
        let mut command = tool(program);
        command
            .env("SSH_ASKPASS", self.dir.join("askpass"))
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env("JUYONG_ANSWERS", &self.dir)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("SSH_AUTH_SOCK")
            .env_remove("DISPLAY");
        command
    }

    /// One of OpenSSH's programs.
    pub fn openssh(&self, program: &str) -> Command {
        let mut command = self.tool(program);
        command.arg("-F").arg(self.dir.join("config"));
        command
    }

    pub fn ssh(&self, to: &str) -> Command {
        let mut command = self.openssh("ssh");
        command.arg(self.at(to));
        command
    }

    /// What it was asked so far, a question a line.
    pub fn prompts(&self) -> String {
        fs::read_to_string(self.dir.join("prompts")).unwrap_or_default()
    }
}

/// A connection that others share.
pub struct Master {
    running: Running,
    socket: PathBuf,
    login: Login,
}

impl Master {
    /// `ssh` over the shared connection.
    pub fn ssh(&self) -> Command {
        let mut command = self.login.openssh("ssh");
        command.args(["-o", "ControlMaster=no", "-S"]).arg(&self.socket).arg("gw");
        command
    }

    /// One of OpenSSH's programs over it; the host is `gw`.
    pub fn openssh(&self, program: &str) -> Command {
        let mut command = self.login.openssh(program);
        command.arg("-oControlMaster=no").arg(format!("-oControlPath={}", self.socket.display()));
        command
    }

    /// `ssh` over it, for programs that run it themselves.
    pub fn remote_shell(&self) -> String {
        format!("{} -o ControlMaster=no -S {}", self.login.remote_shell(), self.socket.display())
    }

    pub fn tool(&self, program: &str) -> Command {
        self.login.tool(program)
    }

    pub fn exec(&self, line: &str) -> Outcome {
        Running::run(self.ssh().arg(line), b"", PATIENCE)
    }

    pub fn run(&self, line: &str, input: &[u8]) -> Outcome {
        Running::run(self.ssh().arg(line), input, PATIENCE)
    }

    /// `ssh` on a connection of its own inside of the shared one, as `-J` makes it.
    pub fn inner(&self, user: &str, asset: &str) -> Command {
        let outer = format!("{} -S {} -W %h:%p gw", self.login.remote_shell(), self.socket.display());
        let mut command = self.login.openssh("ssh");
        command.arg("-o").arg(format!("ProxyCommand={outer}"));
        command.args(["-o", "HostKeyAlias=box", "-l", user, asset]);
        command
    }

    /// The connection's own end, which somebody else brings about.
    pub fn wait(self) -> Outcome {
        self.running.wait(PATIENCE)
    }
}
