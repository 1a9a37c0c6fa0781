//! Servers on loopback, each with its files in one directory.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::Running;

/// How long a server may take to start, and a tool to run.
pub(crate) const START: Duration = Duration::from_secs(20);

/// A real `sshd`, with `more` in its configuration.
pub(crate) fn sshd(root: &Path, name: &str, more: &str) -> (Running, u16) {
    let _ = std::fs::create_dir_all("/run/sshd"); // where sshd separates privileges, if it has any
    let port = free_port();
    let at = root.display();
    let config = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host-key\nAuthorizedKeysFile {at}/authorized_keys\n\
         PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPrintMotd no\n\
         Subsystem sftp internal-sftp\nMaxStartups 1000\nMaxSessions 1000\n{more}"
    );
    write(root, name, &config);
    let mut sshd = Command::new("/usr/sbin/sshd"); // it starts itself anew, and so wants its whole path
    sshd.arg("-D").arg("-f").arg(root.join(name)).arg("-E").arg(root.join(format!("{name}.log")));
    let running = Running::spawn(&mut sshd);
    answers(port);
    (running, port)
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port()
}

pub(crate) fn answers(port: u16) {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < START, "nothing listens on port {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) fn write(root: &Path, name: &str, text: &str) {
    std::fs::write(root.join(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
}

pub(crate) fn read(root: &Path, name: &str) -> String {
    std::fs::read_to_string(root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
