//! A terminal session in which every key that is struck comes back.

use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, Pty, open};

use crate::process::{Leash, Running};
use crate::route::{LOGIN, Master};

/// How long all echoes of one run may take.
const BOUND: Duration = Duration::from_secs(60);

pub(crate) struct Keyboard {
    ssh: Running, // goes before its terminal does
    pty: Pty,
}

impl Keyboard {
    pub(crate) fn open(master: &Master) -> Self {
        let mut ssh = master.command("ssh");
        ssh.args(["-t", master.route.host(), "stty raw -echo; echo ready; cat"]);
        let (pty, end) = open().expect("a terminal");
        let ssh = Running::from(Command::from(ssh).stderr(Stdio::inherit()).spawn(end).expect("ssh"));
        let mut keyboard = Self { ssh, pty };
        let leash = Leash::new(keyboard.ssh.pid(), LOGIN);
        let mut shown = Vec::new();
        while !(shown.ends_with(b"ready\n") || shown.ends_with(b"ready\r\n")) {
            shown.push(keyboard.read());
        }
        assert!(leash.let_go(), "no terminal by way of {:?}", master.route);
        keyboard
    }

    fn read(&mut self) -> u8 {
        let mut byte = [0];
        self.pty.read_exact(&mut byte).expect("the terminal session ended");
        byte[0]
    }

    /// Strikes keys, each after the echo of the one before, and says how long each echo took.
    pub(crate) fn strike(&mut self, keys: usize) -> Vec<Duration> {
        let leash = Leash::new(self.ssh.pid(), BOUND);
        let echoes = (b'a'..=b'z').cycle().take(keys).map(|key| {
            let began = Instant::now();
            self.pty.write_all(&[key]).expect("the terminal session ended");
            assert_eq!(self.read(), key, "the echo of a key");
            began.elapsed()
        });
        let echoes = echoes.collect();
        assert!(leash.let_go(), "echoes took more than {BOUND:?}");
        echoes
    }
}
