//! The asset: a real sshd of the test's own, which knows one key.

use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use super::running::Running;
use super::{PATIENCE, free_port, need, tool, within};

/// Who runs the tests, and so who an asset's login is.
pub fn user() -> String {
    let out = Running::run(tool("id").arg("-un"), b"", PATIENCE).ok().text();
    out.trim().to_owned()
}

/// Makes an Ed25519 key pair at `path`.
pub fn key_pair(path: &Path) -> PathBuf {
    let mut command = tool("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"]).arg(path);
    Running::run(&mut command, b"", PATIENCE).ok();
    path.to_owned()
}

/// `TYPE BASE64` of a private key's public half.
pub fn public_key(private: &Path) -> String {
    let out = Running::run(tool("ssh-keygen").arg("-y").arg("-f").arg(private), b"", PATIENCE).ok().text();
    out.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// Everything a gateway must refuse by itself is open here.
const CONFIG: &str = "
ListenAddress 127.0.0.1
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
PrintMotd no
PrintLastLog no
AcceptEnv LANG LC_*
AllowAgentForwarding yes
AllowTcpForwarding yes
X11Forwarding yes
Subsystem sftp internal-sftp
MaxStartups 200
MaxSessions 200
LogLevel VERBOSE
";

pub struct Sshd {
    pub port: u16,
    /// Its host key, as `known_hosts` and the policy write it.
    pub host_key: String,
    /// The key that logs in to it.
    pub private_key: PathBuf,
    log: PathBuf,
    process: Child,
}

impl Sshd {
    /// `options` win over the usual ones.
    pub fn start(dir: &Path, options: &str) -> Self {
        fs::create_dir_all(dir).unwrap();
        let host_key = key_pair(&dir.join("host_key"));
        let private_key = key_pair(&dir.join("login"));
        fs::copy(dir.join("login.pub"), dir.join("authorized_keys")).unwrap();
        if rustix::process::getuid().is_root() {
            fs::create_dir_all("/run/sshd").unwrap(); // sshd will not start without
        }
        let (port, log) = (free_port(), dir.join("sshd.log"));
        // What whoever runs the tests has in their home (`.bashrc`, histories) is none of the asset's.
        fs::create_dir_all(dir.join("home")).unwrap();
        let at = dir.display();
        let config = format!(
            "{options}\nPort {port}\nHostKey {at}/host_key\nAuthorizedKeysFile {at}/authorized_keys\n\
             SetEnv HOME={at}/home\n{CONFIG}"
        );
        fs::write(dir.join("sshd_config"), config).unwrap();
        let process = std::process::Command::new(need("sshd"))
            .args(["-D", "-e", "-f"])
            .arg(dir.join("sshd_config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .expect("sshd starts");
        let sshd = Self { port, host_key: public_key(&host_key), private_key, log, process };
        within(Duration::from_secs(20), "sshd listens", || TcpStream::connect(("127.0.0.1", port)).ok());
        sshd
    }

    /// What it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.process.kill(); // it may have ended
        let _ = self.process.wait();
    }
}
