//! Programs with pipes: started, fed, and ended for sure.

use std::fmt;
use std::io::Write;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::heard::Heard;
use super::{PATIENCE, within};

/// A program that runs.
pub struct Running {
    what: String,
    child: Child,
    stdin: Option<ChildStdin>,
    pub out: Heard,
    pub err: Heard,
    since: Instant,
}

/// A program that has ended.
pub struct Outcome {
    what: String,
    pub status: ExitStatus,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    pub took: Duration,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let what = format!("{command:?}");
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap_or_else(|error| panic!("{what}: {error}"));
        let (stdin, out, err) =
            (child.stdin.take(), child.stdout.take().unwrap(), child.stderr.take().unwrap());
        Self { what, child, stdin, out: Heard::of(out), err: Heard::of(err), since: Instant::now() }
    }

    /// The program, run to its end with this input.
    pub fn run(command: &mut Command, input: &[u8], limit: Duration) -> Outcome {
        let mut running = Self::start(command);
        running.feed(input.to_vec());
        running.wait(limit)
    }

    /// Writes and closes, from a thread: the program may want to be read before it reads.
    pub fn feed(&mut self, input: Vec<u8>) {
        if let Some(mut stdin) = self.stdin.take() {
            std::thread::spawn(move || {
                let _ = stdin.write_all(&input); // a program that ended does not read; its status tells
            });
        }
    }

    pub fn send(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().expect("input is closed");
        stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()).expect("the program reads");
    }

    /// Waits for a text on standard output; returns all up to its end.
    pub fn expect(&self, text: &str) -> String {
        match self.out.any(&[text], PATIENCE) {
            Some((_, heard)) => heard,
            None => panic!("{} never said {text:?}\n{}{}", self.what, self.out.text(), self.err.text()),
        }
    }

    pub fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub fn wait(mut self, limit: Duration) -> Outcome {
        self.stdin = None;
        let left = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            let heard = || format!("{}\n{}", self.out.text(), self.err.text());
            assert!(left.elapsed() < limit, "{} still ran after {limit:?}\n{}", self.what, heard());
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = self.since.elapsed();
        // Somebody else may hold a pipe open; what the program itself wrote is there at once.
        self.out.end(Duration::from_secs(5));
        self.err.end(Duration::from_secs(1));
        Outcome { what: self.what.clone(), status, out: self.out.bytes(), err: self.err.bytes(), took }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}

impl Outcome {
    /// Checks that it ended well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.status.success(), "this should work: {self}");
        self
    }

    /// Checks that it failed and said why.
    #[track_caller]
    pub fn refused(self, why: &str) -> Self {
        assert!(!self.status.success(), "this should be refused: {self}");
        assert!(self.errors().contains(why), "this should say {why:?}: {self}");
        self
    }

    #[track_caller]
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("this should end by itself: {self}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.err).into_owned()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clip = |text: String| text.chars().take(4000).collect::<String>();
        let Self { what, status, took, .. } = self;
        write!(
            f,
            "{what}\n{status} after {took:?}\n-- out\n{}\n-- err\n{}",
            clip(self.text()),
            clip(self.errors())
        )
    }
}

/// Ends a child that takes a signal as a request; by force where it does not.
pub fn stop(child: &mut Child, signal: rustix::process::Signal, limit: Duration) {
    let id = rustix::process::Pid::from_child(child);
    let _ = rustix::process::kill_process(id, signal); // it may have ended
    within(limit, "a process takes its signal", || child.try_wait().unwrap().map(drop));
}
