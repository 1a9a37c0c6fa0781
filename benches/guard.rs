//! `make bench-guard`: what judging commands costs whoever types them.
//!
//! One gateway, one real `sshd` with bash, reached under two names: one whose commands nothing judges, and one
//! under a set of mode `guard`. The same things are done on both, by turns. The result is printed and written
//! to `docs/evaluate/performance-guard.md`, as a whole.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_ROUNDS` | 5 | turns of each |
//! | `JUYONG_BENCH_KEYS` | 400 | keys and Enters in each turn: so many of the former, a tenth of the latter |
//! | `JUYONG_BENCH_MIB` | 200 | MiB that `cat` prints |
//! | `JUYONG_BENCH_BIN` | this build; by `make` what is handed out | the program to measure |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that goes wrong stops with a message, and its result is for standard output"
)]

#[path = "lockdown/client.rs"]
mod client;
#[path = "guard/lab.rs"]
mod lab;
#[path = "compare/operators.rs"]
mod operators;
#[path = "guard/page.rs"]
mod page;
#[path = "compare/process.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod process;
#[path = "compare/samples.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod samples;
#[path = "compare/servers.rs"]
mod servers;
#[path = "guard/typist.rs"]
mod typist;
#[path = "compare/verdict.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod verdict;

use std::time::{Duration, Instant};

use lab::{Asset, Lab};
use typist::Typist;

/// What is done in each turn.
struct Plan {
    rounds: usize,
    keys: usize,
    mib: u64,
}

/// What one of the two took.
#[derive(Default)]
struct Taken {
    keys: Vec<Duration>,
    enters: Vec<Duration>,
    bulk: Vec<Duration>,
    /// The gateway's processor time while bulk passed.
    bulk_cpu: Vec<f64>,
}

fn number(name: &str, default: usize) -> usize {
    match std::env::var(name) {
        Ok(text) => text.parse().ok().filter(|&n| n > 0).unwrap_or_else(|| panic!("{name}: a whole number")),
        Err(_) => default,
    }
}

fn main() {
    let began = Instant::now();
    let plan = Plan {
        rounds: number("JUYONG_BENCH_ROUNDS", 5),
        keys: number("JUYONG_BENCH_KEYS", 400),
        mib: number("JUYONG_BENCH_MIB", 200) as u64,
    };
    let lab = Lab::new(8, plan.mib);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let taken = runtime.block_on(turns(&lab, &plan));
    drop(lab);
    let page = page::page(&plan, &taken);
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evaluate/performance-guard.md"), &page)
        .expect("docs/");
    println!("{page}");
    eprintln!("{:.0} s in all", began.elapsed().as_secs_f64());
}

/// Both in turn, so that a machine that slows down slows down both.
async fn turns(lab: &Lab, plan: &Plan) -> [Taken; 2] {
    let mut typists = Vec::new();
    for asset in Asset::BOTH {
        typists.push(Typist::sit_down(&lab.log_in(asset)).await);
    }
    let mut taken = [Taken::default(), Taken::default()];
    for round in 0..plan.rounds {
        eprintln!("round {} of {}", round + 1, plan.rounds);
        for (typist, taken) in typists.iter_mut().zip(&mut taken) {
            typist.type_lines(plan.keys, taken).await;
        }
        for (typist, taken) in typists.iter_mut().zip(&mut taken) {
            let before = process::cpu_seconds(lab.gateway());
            taken.bulk.push(typist.print(&lab.bulk()).await);
            taken.bulk_cpu.push(process::cpu_seconds(lab.gateway()) - before);
        }
    }
    taken
}
