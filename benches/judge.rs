//! `make bench-judge`: how long it takes to judge a line under the example's set `dba`.
//!
//! The lines are those of the tests' tables and some longer ones, as they are typed; each is judged many times,
//! and every single time is kept.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that goes wrong stops with a message, and its result is for standard output"
)]

use std::hint::black_box;
use std::time::Instant;

use juyong::command::{Place, judge};
use juyong::domain::CommandSetName;
use juyong::policy::{Policy, SourceFile, load};

const ROUNDS: usize = 200;
const TABLES: [&str; 2] =
    [include_str!("../tests/data/commands.jsonl"), include_str!("../tests/data/danger.jsonl")];
/// What people type that is longer than the tables' lines.
const LONG: &[&str] = &[
    "ps -ef | grep -v grep | grep ora_pmon | awk '{print $2}' | sort -n | uniq -c | head -20",
    "for f in /var/log/*.log; do echo \"== $f\"; tail -n 5 \"$f\" | grep -i error; done",
    "find /data/backup -type f -name '*.dmp' -mtime +30 -size +100M -printf '%s %p\\n' | sort -rn | head",
    "tar -czf /backup/etc-$(date +%F).tar.gz --exclude=/etc/ssl /etc && ls -lh /backup | tail -3",
    "sudo -u oracle bash -lc 'sqlplus -s / as sysdba <<< \"select name, open_mode from v$database;\"'",
    "docker ps --format '{{.Names}}\\t{{.Status}}' | while read n s; do echo \"$n is $s\"; done",
    "if [ -f /etc/redhat-release ]; then cat /etc/redhat-release; else lsb_release -a 2>/dev/null; fi",
    "cat <<EOF | tee /tmp/report.txt\nhost: $(hostname)\nload: $(uptime)\nEOF\n",
    "ssh -o ConnectTimeout=5 db2 'df -h /u01 /u02; free -m; vmstat 1 3' 2>&1 | tee -a check.log",
    "kubectl -n prod get pods -o wide --sort-by=.status.startTime | grep -v Running | head",
];

fn main() {
    let policy = example();
    let sets = [CommandSetName::parse("dba").expect("a name")];
    let lines = lines();
    let judged = |line: &str| black_box(judge(&policy, &sets, line, Place::Terminal));
    lines.iter().for_each(|line| drop(judged(line)));
    let mut times = Vec::with_capacity(lines.len() * ROUNDS);
    for _ in 0..ROUNDS {
        for (index, line) in lines.iter().enumerate() {
            let start = Instant::now();
            judged(line);
            times.push((u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX), index));
        }
    }
    times.sort_unstable();
    let within = |share: f64| times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1];
    let micros = |(nanos, _): (u64, usize)| nanos as f64 / 1e3;
    println!("{} lines, {} times each, set `dba` of the example", lines.len(), ROUNDS);
    for (name, share, most) in [("p50", 0.5, 25.0), ("p99", 0.99, 250.0)] {
        let measured = micros(within(share));
        let met = if measured < most { "met" } else { "MISSED" };
        println!("{name}  {measured:8.2} µs   target < {most} µs   {met}");
    }
    println!("max  {:8.2} µs", micros(within(1.0)));
    println!("the slowest within p99: {}", lines[within(0.99).1]);
}

fn lines() -> Vec<String> {
    let command = |line: &str| {
        let case: serde_json::Value = serde_json::from_str(line).expect("a table of JSON lines");
        case["command"].as_str().expect("a command").to_owned()
    };
    let tables = TABLES.iter().flat_map(|table| table.lines().map(command));
    tables.chain(LONG.iter().map(|line| (*line).to_owned())).collect()
}

fn example() -> Policy {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    let paths = std::fs::read_dir(dir).expect("policies/").map(|entry| entry.expect("an entry").path());
    let is_file = |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    let read = |path: std::path::PathBuf| SourceFile {
        text: std::fs::read_to_string(&path).expect("a policy file"),
        path: path.display().to_string(),
    };
    let files: Vec<_> = paths.filter(is_file).map(read).collect();
    load(&files, &jiff::tz::TimeZone::UTC).unwrap_or_else(|faults| panic!("{}", faults[0]))
}
