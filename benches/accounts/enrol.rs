//! Enrolments: each person sits at a terminal, with the client's own key, and does what the gateway asks.

use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use crate::house::{House, name};
use crate::phone;
use crate::process::{Leash, Running};

/// People who enrol at once.
const SIDE_BY_SIDE: usize = 8;

/// How long one enrolment may take.
const BOUND: Duration = Duration::from_secs(120);

/// All of them; the secrets of their codes.
pub(crate) fn all(house: &House, codes: &[String]) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let secrets = Mutex::new(vec![String::new(); codes.len()]);
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(code) = codes.get(index) else { return };
                    let secret = one(house, index, code);
                    secrets.lock().expect("whole")[index] = secret;
                }
            });
        }
    });
    secrets.into_inner().expect("whole")
}

/// What this person sees.
struct Seen {
    pty: Pty,
    text: String,
}

fn one(house: &House, index: usize, code: &str) -> String {
    let mut ssh = house.ssh(index);
    ssh.env("SSH_ASKPASS_REQUIRE", "never").args(["-tt", "-l", &name(index), "gateway"]);
    let (pty, end) = open().expect("a terminal");
    pty.resize(Size::new(40, 100)).expect("a size");
    let ssh = Running::from(Command::from(ssh).stderr(Stdio::inherit()).spawn(end).expect("ssh"));
    let leash = Leash::new(ssh.pid(), BOUND);
    let mut seen = Seen { pty, text: String::new() };
    seen.answer("assword: ", code);
    seen.answer("code: ", "");
    seen.answer("Number (1 to 2): ", "1"); // a key
    seen.answer("Number (1 to 2): ", "1"); // the one that the client has shown
    seen.answer("QR code", "t");
    let shown = seen.until("that the app shows now: ");
    let is_secret =
        |line: &&str| line.trim().len() == 39 && line.trim().split(' ').all(|group| group.len() == 4);
    let secret: String = shown.lines().find(is_secret).expect("a secret").split_whitespace().collect();
    seen.line(&phone::code(&secret));
    seen.answer("Press Enter when you have them", "");
    seen.until("is enrolled");
    assert!(leash.let_go(), "an enrolment took more than {BOUND:?}");
    secret
}

impl Seen {
    /// What came up to this text, which is taken.
    fn until(&mut self, what: &str) -> String {
        loop {
            if let Some(at) = self.text.find(what) {
                let rest = self.text.split_off(at + what.len());
                return std::mem::replace(&mut self.text, rest);
            }
            let mut piece = [0; 1024];
            let count =
                self.pty.read(&mut piece).unwrap_or_else(|_| panic!("{what:?} never came: {}", self.text));
            self.text += &String::from_utf8_lossy(&piece[..count]);
        }
    }

    fn line(&mut self, line: &str) {
        self.pty.write_all(format!("{line}\r").as_bytes()).expect("the terminal");
    }

    fn answer(&mut self, what: &str, line: &str) {
        self.until(what);
        self.line(line);
    }
}
