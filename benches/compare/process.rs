//! Processes that end with the value that stands for them, waits that end, and what a process costs.

use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A process that is killed when this value goes.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn spawn(command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.0)
    }

    pub(crate) fn stdout(&mut self) -> ChildStdout {
        self.0.stdout.take().expect("standard output was piped")
    }

    pub(crate) fn is_over(&mut self) -> bool {
        self.0.try_wait().expect("own child").is_some()
    }

    /// Waits until it ends, at most for `bound`: then it is killed, and has failed.
    pub(crate) fn succeeds(&mut self, bound: Duration) -> bool {
        let leash = Leash::new(self.pid(), bound);
        let status = self.0.wait().expect("own child");
        leash.let_go() && status.success()
    }
}

impl From<Child> for Running {
    fn from(child: Child) -> Self {
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended by itself
        let _ = self.0.wait();
    }
}

/// Runs to the end, and expects success.
pub(crate) fn run(command: &mut Command, bound: Duration) {
    assert!(Running::spawn(command).succeeds(bound), "{command:?} failed, or took more than {bound:?}");
}

/// Attempts that failed and were made again.
static AGAIN: AtomicUsize = AtomicUsize::new(0);

pub(crate) fn failed_attempts() -> usize {
    AGAIN.load(Ordering::Relaxed)
}

/// How long a command takes that succeeds, and what feeds it. One that fails is prepared anew a few times,
/// and told of on the page.
pub(crate) fn timed(bound: Duration, mut prepare: impl FnMut() -> (Command, Option<Running>)) -> Duration {
    for _ in 0..4 {
        let (mut command, _feeder) = prepare();
        let began = Instant::now();
        if Running::spawn(&mut command).succeeds(bound) {
            return began.elapsed();
        }
        eprintln!("failed, and made again: {command:?}");
        AGAIN.fetch_add(1, Ordering::Relaxed);
    }
    panic!("a command keeps failing, or takes more than {bound:?}")
}

/// What a command prints.
pub(crate) fn output(command: &mut Command, bound: Duration) -> String {
    let mut child = Running::spawn(command.stdout(Stdio::piped()));
    let leash = Leash::new(child.pid(), bound);
    let text = std::io::read_to_string(child.stdout()).expect("text");
    assert!(leash.let_go(), "{command:?} took more than {bound:?}");
    text.trim().to_owned()
}

/// Kills a process if it is not let go in time, so that blocking reads from it end.
pub(crate) struct Leash {
    release: Sender<()>,
    guard: JoinHandle<bool>,
}

impl Leash {
    pub(crate) fn new(pid: Pid, bound: Duration) -> Self {
        let (release, released) = channel();
        let guard = std::thread::spawn(move || {
            let in_time = released.recv_timeout(bound) != Err(RecvTimeoutError::Timeout);
            if !in_time {
                let _ = kill_process(pid, Signal::KILL); // it may have ended just now
            }
            in_time
        });
        Self { release, guard }
    }

    /// Was it in time?
    pub(crate) fn let_go(self) -> bool {
        drop(self.release);
        self.guard.join().unwrap_or(false)
    }
}

/// Ticks of `/proc/PID/stat` in a second: the same on every Linux that matters here.
const TICKS: f64 = 100.0;

/// Processor time that a process and its threads have used, in seconds.
pub(crate) fn cpu_seconds(pid: Pid) -> f64 {
    let stat = proc_file(pid, "stat");
    let (_, fields) = stat.rsplit_once(')').expect("stat"); // the name before may hold anything
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).map(|n| n.parse::<u64>().expect("ticks")).sum();
    ticks as f64 / TICKS
}

/// Memory that a process holds, in MiB (`VmRSS`).
pub(crate) fn resident_mib(pid: Pid) -> f64 {
    let status = proc_file(pid, "status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    let kib = line.trim().trim_end_matches(" kB").parse::<f64>().expect("kB");
    kib / 1024.0
}

fn proc_file(pid: Pid, name: &str) -> String {
    let path = format!("/proc/{}/{name}", pid.as_raw_nonzero());
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}: has the gateway died?"))
}
