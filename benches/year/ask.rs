//! Starts the gateway on the store, and asks it what an auditor asks.

use std::io::Read as _;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::place::Place;

const ROUNDS: usize = 7;

/// One question: what it is, the words, and over SSH or on the host.
pub(crate) struct Asked {
    pub(crate) what: String,
    pub(crate) median_ms: f64,
    pub(crate) worst_ms: f64,
}

pub(crate) struct Answers {
    pub(crate) start_s: f64,
    pub(crate) lists: Vec<Asked>,
    pub(crate) verify_cpu_s: f64,
    pub(crate) verify_s: f64,
    pub(crate) all_s: f64,
    /// Resident memory before the questions, at most while listing everything, and at most in `verify`; MiB.
    pub(crate) memory: [f64; 3],
    pub(crate) store_mib: f64,
    /// Programs that run or wait for a processor, on average over a minute, at the beginning and at the end.
    pub(crate) load: [f64; 2],
}

fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").expect("the load");
    text.split(' ').next().unwrap_or_default().parse().expect("a number")
}

/// A gateway that is ended with this value.
struct Gateway(Child);

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended
        let _ = self.0.wait();
    }
}

impl Gateway {
    fn start(place: &Place) -> Self {
        let log = std::fs::File::create(place.path("gateway.log")).expect("a log");
        let child = place.juyong(&["serve"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let gateway = Self(child.expect("the gateway: build it first, or name it in JUYONG_BENCH_BIN"));
        let began = Instant::now();
        while !greets(place.port) {
            assert!(began.elapsed() < Duration::from_secs(120), "the gateway does not greet");
            std::thread::sleep(Duration::from_millis(5));
        }
        gateway
    }

    fn status(&self, key: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix(key)).expect("a line");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
    }

    /// Forgets how much memory there was at most.
    fn forget_peak(&self) {
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.0.id()), "5"); // then the peak is of all so far
    }

    /// Processor time so far, in seconds.
    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("its times");
        let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: f64 = [11, 12].iter().map(|at| fields[*at].parse::<f64>().expect("ticks")).sum();
        ticks / 100.0
    }
}

fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut greeting = [0; 8];
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a limit");
    stream.read_exact(&mut greeting).is_ok() && &greeting == b"SSH-2.0-"
}

fn run(mut command: Command) -> (f64, Vec<u8>) {
    let began = Instant::now();
    let out = command.stdin(Stdio::null()).output().expect("a program");
    let took = began.elapsed().as_secs_f64();
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
    (took, out.stdout)
}

fn asked(what: &str, command: impl Fn() -> Command) -> Asked {
    let mut times: Vec<_> = (0..ROUNDS).map(|_| run(command()).0 * 1e3).collect();
    times.sort_by(f64::total_cmp);
    Asked { what: what.to_owned(), median_ms: times[ROUNDS / 2], worst_ms: times[ROUNDS - 1] }
}

/// The filters of each list, one at a time.
const FILTERS: &[&[&str]] = &[
    &[],
    &["--operator", "op7"],
    &["--operator", "seldom"],
    &["--asset", "db7"],
    &["--asset", "remote"],
    &["--source", "198.51.100.77"],
    &["--source", "198.51.100.0/24"],
    &["--source", "10.3.0.0/16"],
    &["--source", "192.0.2.0/24"],
    &["--since", "1d"],
    &["--since", "300d"],
    &["--until", "350d"],
    &["--until", "180d"],
];

pub(crate) fn ask(place: &Place) -> Answers {
    let at_first = load();
    enrol(place);
    let began = Instant::now();
    let gateway = Gateway::start(place);
    let start_s = began.elapsed().as_secs_f64();
    let resting = gateway.status("VmRSS:");
    let mut lists = Vec::new();
    for list in ["sessions", "commands", "events"] {
        for filter in FILTERS {
            let words = [&["audit", list], *filter, &["--limit", "50", "--json"]].concat();
            lists.push(asked(&format!("audit {list} {}", filter.join(" ")), || place.juyong(&words)));
        }
        let (_, out) = run(place.juyong(&["audit", "sessions", "--operator", "seldom", "--json"]));
        let session: serde_json::Value = serde_json::from_slice(&out).expect("one session");
        let id = session["session"].as_str().expect("an id");
        let words = ["audit", list, "--session", id, "--limit", "50", "--json"];
        lists.push(asked(&format!("audit {list} --session"), || place.juyong(&words)));
    }
    lists.push(asked("audit events --event login-refused", || {
        place.juyong(&["audit", "events", "--event", "login-refused", "--limit", "50", "--json"])
    }));
    lists.push(asked("whoami over SSH, for comparison", || ssh(place, "whoami")));
    for list in ["sessions", "commands", "events"] {
        let words = format!("audit {list} --limit 50 --json");
        lists.push(asked(&format!("audit {list} over SSH, scope of one rare asset"), || ssh(place, &words)));
    }
    gateway.forget_peak();
    let all = run(place.juyong(&["audit", "events", "--json"]));
    let listing = gateway.status("VmHWM:");
    gateway.forget_peak();
    let before = gateway.cpu();
    let (verify_s, _) = run(place.juyong(&["audit", "verify"]));
    Answers {
        start_s,
        lists,
        verify_cpu_s: gateway.cpu() - before,
        verify_s,
        all_s: all.0,
        memory: [resting, listing, gateway.status("VmHWM:")],
        store_mib: std::fs::metadata(place.database()).expect("the database").len() as f64 / 1_048_576.0,
        load: [at_first, load()],
    }
}

fn enrol(place: &Place) {
    let key = place.path("key");
    if !key.exists() {
        run({
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key);
            command
        });
    }
    let public = place.path("key.pub").display().to_string();
    run(place.juyong(&["operator", "enrol", "aud", "--public-key", &public]));
}

fn ssh(place: &Place, line: &str) -> Command {
    let mut command = Command::new("ssh");
    command.args([
        "-F",
        "none",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
    ]);
    command.args(["LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-p", &place.port.to_string(), "-i"]);
    command.arg(place.path("key")).args(["aud@127.0.0.1", line]);
    command
}
