//! A person at a terminal: reads what a program shows, types.

use std::io::Write;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::Pty;

use super::heard::Heard;
use super::{Operator, PATIENCE, within};

pub struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    pub heard: Heard,
}

/// A reader of its own for the thread that listens.
struct Listening(Arc<Pty>);

impl std::io::Read for Listening {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        (&*self.0).read(into)
    }
}

impl Terminal {
    /// Runs a program in a terminal of 24 lines of 80 columns.
    pub fn start(command: Command) -> Self {
        let (pty, pts) = pty_process::blocking::open().expect("a pseudo-terminal");
        pty.resize(Size::new(24, 80)).unwrap();
        let what = format!("{command:?}");
        let child = pty_process::blocking::Command::from(command)
            .env("TERM", "xterm-256color")
            .spawn(pts)
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        let pty = Arc::new(pty);
        Self { heard: Heard::of(Listening(Arc::clone(&pty))), pty, child }
    }

    pub fn resize(&self, rows: u16, columns: u16) {
        self.pty.resize(Size::new(rows, columns)).unwrap();
    }

    pub fn send(&self, text: &str) {
        self.send_bytes(text.as_bytes());
    }

    pub fn send_bytes(&self, bytes: &[u8]) {
        (&*self.pty).write_all(bytes).expect("the terminal is open");
    }

    /// Types a line and Enter.
    pub fn line(&self, text: &str) {
        self.send(&format!("{text}\r"));
    }

    /// Waits for a text; returns all up to its end.
    #[track_caller]
    pub fn expect(&self, text: &str) -> String {
        self.heard.expect(text, PATIENCE)
    }

    /// Waits until a shell asks for a command: what is typed before that is the terminal's own to change.
    #[track_caller]
    pub fn prompt(&self) {
        assert!(self.heard.any(&["# ", "$ "], PATIENCE).is_some(), "no shell:\n{}", self.heard.text());
    }

    /// Answers questions for a password and a code until `done` shows.
    #[track_caller]
    pub fn log_in(&self, operator: &Operator, done: &str) -> String {
        let questions = [done, "assword:", "code:", "(y/n"];
        for _ in 0..8 {
            match self.heard.any(&questions, PATIENCE) {
                Some((0, heard)) => return heard,
                Some((1, _)) => self.line(&operator.password),
                Some((2, _)) => self.line(&operator.next_code()),
                Some(_) => self.line("y"),
                None => break,
            }
        }
        panic!("{done:?} never showed:\n{}", self.heard.text());
    }

    /// Waits until the program has ended.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        let heard = self.heard.clone();
        let status = within(limit, "the program in the terminal ends", || self.child.try_wait().unwrap());
        heard.end(Duration::from_secs(2));
        status
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- on the terminal\n{}", self.heard.text());
        }
    }
}
