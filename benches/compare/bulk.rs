//! Many bytes at once.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Pid;

use crate::process::{Leash, Running, cpu_seconds, output, timed};
use crate::route::Master;

/// How long one transfer may take.
const BOUND: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Download,
    Upload,
    Duplex,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Download, Self::Upload, Self::Duplex];
}

/// Moves `bytes`, there and back for [`Way::Duplex`]: how long it takes, and the gateway's CPU seconds.
pub(crate) fn transfer(master: &Master, way: Way, bytes: u64, gateway: Pid) -> (Duration, f64) {
    let mut before = 0.0;
    let time = timed(BOUND, || {
        before = cpu_seconds(gateway);
        let (mut ssh, zeros) = match way {
            Way::Download => (zeros_there(master, bytes), None),
            Way::Upload => feed(bytes, master.remote("cat >/dev/null")),
            Way::Duplex => feed(bytes, master.remote("cat")),
        };
        ssh.stdout(Stdio::null());
        (ssh, zeros)
    });
    (time, cpu_seconds(gateway) - before)
}

/// Runs once what is measured later, and sees that what went in comes out.
pub(crate) fn warm_up(master: &Master, bytes: u64) {
    let want = bytes.to_string();
    let down = output(&mut count(zeros_there(master, bytes)), BOUND);
    let up = {
        let mut zeros = zeros_here(bytes);
        output(master.remote("wc -c").stdin(zeros.stdout()), BOUND)
    };
    let both = {
        let mut zeros = zeros_here(bytes);
        let mut cat = master.remote("cat");
        cat.stdin(zeros.stdout());
        output(&mut count(cat), BOUND)
    };
    assert_eq!([down, up, both], [want.as_str(); 3], "bytes by way of {:?}", master.route);
}

fn zeros_there(master: &Master, bytes: u64) -> Command {
    let mut ssh = master.remote(&format!("head -c {bytes} /dev/zero"));
    ssh.stdin(Stdio::null());
    ssh
}

fn zeros_here(bytes: u64) -> Running {
    Running::spawn(Command::new("head").args(["-c", &bytes.to_string(), "/dev/zero"]).stdout(Stdio::piped()))
}

fn feed(bytes: u64, mut ssh: Command) -> (Command, Option<Running>) {
    let mut zeros = zeros_here(bytes);
    ssh.stdin(zeros.stdout());
    (ssh, Some(zeros))
}

/// `wc -c` of what a command prints, as a command of its own.
fn count(mut command: Command) -> Command {
    let mut printing = Running::spawn(command.stdout(Stdio::piped()));
    let mut wc = Command::new("wc");
    wc.arg("-c").stdin(printing.stdout());
    std::thread::spawn(move || printing.succeeds(BOUND)); // ends with its output
    wc
}

/// `scp` of a file, to or from the machine; `legacy` is its own protocol, else SFTP.
pub(crate) fn copy(master: &Master, legacy: bool, upload: bool, from: &Path, to: &Path) -> Duration {
    let (from, to) = (from.display().to_string(), to.display().to_string());
    let there = |path| format!("{}:{path}", master.route.host());
    let (from, to) = if upload { (from, there(to)) } else { (there(from), to) };
    timed(BOUND, || {
        let mut scp = master.command("scp");
        scp.args([if legacy { "-Oq" } else { "-sq" }, &from, &to]);
        (scp, None)
    })
}

/// Sends there and back with a reader that begins only after `pause`: does everything arrive?
pub(crate) fn late_reader(master: &Master, bytes: u64, pause: Duration) -> bool {
    let mut zeros = zeros_here(bytes);
    let mut ssh = Running::spawn(master.remote("cat").stdin(zeros.stdout()).stdout(Stdio::piped()));
    let leash = Leash::new(ssh.pid(), BOUND);
    std::thread::sleep(pause);
    let (mut came, mut back, mut buffer) = (0, ssh.stdout(), vec![0; 64 * 1024]);
    while let Ok(n @ 1..) = back.read(&mut buffer) {
        came += n as u64;
    }
    leash.let_go() && came == bytes
}
