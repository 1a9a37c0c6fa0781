//! `make bench`: the same work through OpenSSH directly, through `ssh -J`, and through the gateway.
//!
//! Everything runs on loopback with real `sshd`s and the stock client. The routes take turns, so that a
//! machine that slows down slows down all three. The result is printed; at its full size it is also written to
//! `docs/evaluate/performance.md`, as a whole.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_MIB` | 1024 | MiB of each bulk transfer |
//! | `JUYONG_BENCH_ROUNDS` | 5 | turns of each route |
//! | `JUYONG_BENCH_IDLE` | 100 | idle sessions to hold |
//! | `JUYONG_BENCH_BIN` | this build; by `make` what is handed out | the program to measure |
//! | `JUYONG_BENCH_ONLY` | everything | `keystrokes`: prints those alone, and writes nothing |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that goes wrong stops with a message, and its result is for standard output"
)]

#[path = "compare/bulk.rs"]
mod bulk;
#[path = "compare/idle.rs"]
mod idle;
#[path = "compare/keyboard.rs"]
mod keyboard;
#[path = "compare/lab.rs"]
mod lab;
#[path = "compare/operators.rs"]
mod operators;
#[path = "compare/process.rs"]
mod process;
#[path = "compare/reading.rs"]
mod reading;
#[path = "compare/report.rs"]
mod report;
#[path = "compare/rounds.rs"]
mod rounds;
#[path = "compare/route.rs"]
mod route;
#[path = "compare/samples.rs"]
mod samples;
#[path = "compare/servers.rs"]
mod servers;
#[path = "compare/verdict.rs"]
mod verdict;

use std::time::Instant;

use lab::Lab;

const FULL: rounds::Plan = rounds::Plan { rounds: 5, bulk: 1024 * rounds::MIB, idle: 100 };

fn number(name: &str, default: usize) -> usize {
    match std::env::var(name) {
        Ok(text) => text.parse().ok().filter(|&n| n > 0).unwrap_or_else(|| panic!("{name}: a whole number")),
        Err(_) => default,
    }
}

fn main() {
    let began = Instant::now();
    let plan = rounds::Plan {
        rounds: number("JUYONG_BENCH_ROUNDS", FULL.rounds),
        bulk: number("JUYONG_BENCH_MIB", 1024) as u64 * rounds::MIB,
        idle: number("JUYONG_BENCH_IDLE", FULL.idle),
    };
    // A login needs an operator who has not just logged in: a code works once.
    let mut lab = Lab::new(plan.idle + 6 * plan.rounds + 30);
    if std::env::var_os("JUYONG_BENCH_ONLY").is_some_and(|only| only == "keystrokes") {
        let [direct, jumped, gateway] = rounds::keystrokes(&mut lab, &plan).map(|echo| echo.p50.median());
        println!("keystroke p50, ms: direct {direct:.3}, `ssh -J` {jumped:.3}, gateway {gateway:.3}");
        return println!("gateway : `ssh -J` {:.3}", gateway / jumped);
    }
    let results = rounds::Results {
        stalled: rounds::stalled(&mut lab),
        set_up: rounds::set_up(&mut lab, &plan),
        keystrokes: rounds::keystrokes(&mut lab, &plan),
        bulk: rounds::bulk(&mut lab, &plan),
        files: rounds::files(&mut lab, &plan),
        late: rounds::late_readers(&mut lab),
        idle: idle::separate(&mut lab, plan.idle),
        shared: idle::channels(&mut lab, plan.idle),
        algorithms: lab.algorithms(),
        client: lab.client_version(),
    };
    drop(lab);
    let page = report::page(&plan, &results);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evaluate/performance.md");
    if plan == FULL {
        std::fs::write(path, &page).expect("docs/evaluate/performance.md");
    }
    println!("{page}");
    eprintln!("{:.0} s in all", began.elapsed().as_secs_f64());
}
