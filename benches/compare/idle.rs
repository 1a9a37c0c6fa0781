//! Sessions in which nobody does anything, and the memory that they hold.

use std::io::Read as _;
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use pty_process::blocking::{Pty, open};

use crate::lab::Lab;
use crate::process::{Leash, Running, resident_mib};
use crate::route::{LOGIN, Master, Route};

/// Logins at once: the gateway lets only so many wait at its door.
const AT_ONCE: usize = 10;
/// Channels on one connection.
const CHANNELS: usize = 50;
/// How long things may settle before memory is looked at.
const SETTLE: Duration = Duration::from_secs(3);

/// A shell on a terminal, and where it prints.
struct Shell {
    ssh: Running, // goes before its terminal does
    prints: ChildStdout,
    _terminal: Pty,
}

impl Shell {
    fn start(mut ssh: Command, route: Route) -> Self {
        ssh.args(["-tt", route.host()]);
        let (terminal, end) = open().expect("a terminal");
        let ssh = pty_process::blocking::Command::from(ssh).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut ssh = Running::from(ssh.spawn(end).expect("ssh"));
        let prints = ssh.stdout();
        Self { ssh, prints, _terminal: terminal }
    }

    /// Waits for its prompt.
    fn is_there(&mut self) {
        let leash = Leash::new(self.ssh.pid(), LOGIN);
        self.prints.read_exact(&mut [0]).expect("a prompt");
        assert!(leash.let_go(), "no prompt within {LOGIN:?}");
    }
}

/// Each session on a connection of its own: MiB of the gateway's memory for each.
pub(crate) fn separate(lab: &mut Lab, sessions: usize) -> f64 {
    lab.restart();
    let mut warm = log_in(lab, AT_ONCE);
    std::thread::sleep(SETTLE);
    let before = resident_mib(lab.gateway());
    let mut shells = Vec::new();
    while shells.len() < sessions {
        shells.extend(log_in(lab, AT_ONCE.min(sessions - shells.len())));
    }
    std::thread::sleep(SETTLE);
    let after = resident_mib(lab.gateway());
    assert!(warm.iter_mut().chain(&mut shells).all(|shell| !shell.ssh.is_over()), "a session ended");
    (after - before) / sessions as f64
}

fn log_in(lab: &mut Lab, count: usize) -> Vec<Shell> {
    let mut shells: Vec<_> =
        (0..count).map(|_| Shell::start(lab.log_in(Route::Gateway), Route::Gateway)).collect();
    shells.iter_mut().for_each(Shell::is_there);
    shells
}

/// Sessions that share connections.
pub(crate) fn channels(lab: &mut Lab, sessions: usize) -> f64 {
    lab.restart();
    let masters: Vec<_> =
        (0..sessions.div_ceil(CHANNELS)).map(|_| Master::open(lab, Route::Gateway)).collect();
    let shell = |index: usize| {
        let master = &masters[index % masters.len()];
        let mut shell = Shell::start(master.command("ssh"), master.route);
        shell.is_there();
        shell
    };
    let mut warm: Vec<_> = (0..masters.len()).map(shell).collect();
    std::thread::sleep(SETTLE);
    let before = resident_mib(lab.gateway());
    let mut shells: Vec<_> = (0..sessions).map(shell).collect();
    std::thread::sleep(SETTLE);
    let after = resident_mib(lab.gateway());
    assert!(warm.iter_mut().chain(&mut shells).all(|shell| !shell.ssh.is_over()), "a session ended");
    (after - before) / sessions as f64
}
