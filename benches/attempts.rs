//! `make bench-attempts`: whether the time of a refusal tells what was wrong, what a code costs a login that is accepted, and
//! what a flood of attempts costs who logs in meanwhile.
//!
//! Two gateways and SSH clients inside this process, on loopback. Kinds of attempts take turns, so that a machine that slows
//! down slows down all of them. The result is printed; at its full size it is also written to
//! `docs/evaluate/performance-attempts.md`, as a whole.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_ATTEMPTS` | 500 | attempts of each kind |
//! | `JUYONG_BENCH_LOGINS` | 200 | logins that are accepted, with a code and without |
//! | `JUYONG_BENCH_FLOOD` | 1000000 | attempts of the flood; 0: none |
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

#[path = "attempts/attempt.rs"]
mod attempt;
#[path = "attempts/door.rs"]
mod door;
#[path = "attempts/flood.rs"]
mod flood;
#[path = "compare/operators.rs"]
mod operators;
#[path = "attempts/page.rs"]
mod page;
#[path = "compare/process.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod process;
#[path = "compare/samples.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod samples;
#[path = "compare/servers.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod servers;
#[path = "compare/verdict.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod verdict;

use std::sync::Arc;
use std::time::{Duration, Instant};

use attempt::Attempt;
use door::{Door, Factors};
use flood::Flooded;

/// Attempts that are under way at once: a refusal mostly waits.
const SIDE_BY_SIDE: usize = 6;

/// What is asked for.
#[derive(PartialEq, Eq)]
struct Plan {
    attempts: usize,
    logins: usize,
    flood: usize,
}

const FULL: Plan = Plan { attempts: 500, logins: 200, flood: 1_000_000 };

/// What each took.
struct Taken {
    refused: Vec<(Attempt, Vec<Duration>)>,
    with_code: Vec<Duration>,
    key_alone: Vec<Duration>,
    flooded: Option<Flooded>,
}

fn number(name: &str, default: usize) -> usize {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}: a whole number")),
        Err(_) => default,
    }
}

fn main() {
    let began = Instant::now();
    let plan = Plan {
        attempts: number("JUYONG_BENCH_ATTEMPTS", FULL.attempts),
        logins: number("JUYONG_BENCH_LOGINS", FULL.logins),
        flood: number("JUYONG_BENCH_FLOOD", FULL.flood),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let mut words = std::env::args().skip_while(|word| word != flood::ARGUMENT).skip(1);
    if let Some(port) = words.next() {
        return runtime.block_on(flood::flood(port.parse().expect("a port")));
    }
    let page = page::page(&plan, &runtime.block_on(measure(&plan)));
    println!("{page}");
    if plan == FULL {
        std::fs::write("docs/evaluate/performance-attempts.md", page).expect("the page");
    }
    eprintln!("{:.0} s in all", began.elapsed().as_secs_f64());
}

async fn measure(plan: &Plan) -> Taken {
    let (with_code, key_alone) = logins(plan).await;
    let refused = refusals(plan).await;
    let flooded = match plan.flood {
        0 => None,
        attempts => Some(flood::measure(plan.logins, attempts).await),
    };
    Taken { refused, with_code, key_alone, flooded }
}

/// Accepted logins, from the TCP connection on, by turns.
async fn logins(plan: &Plan) -> (Vec<Duration>, Vec<Duration>) {
    // A code works once; so many people that nobody has to wait for the next.
    let mut both = Door::open(Factors::KeyAndCode, plan.logins + 1);
    let mut alone = Door::open(Factors::Key, 1);
    let (mut with_code, mut key_alone) = (Vec::new(), Vec::new());
    // The first of each is not counted: what is made once is made then.
    for turn in 0..=plan.logins {
        let (code, key) = (both.accepted().await, alone.accepted().await);
        if turn > 0 {
            with_code.push(code);
            key_alone.push(key);
        }
    }
    (with_code, key_alone)
}

/// Refused attempts, a few side by side, all kinds by turns.
async fn refusals(plan: &Plan) -> Vec<(Attempt, Vec<Duration>)> {
    // Fewer at each account than lock it.
    let door = Arc::new(Door::open(Factors::KeyAndCode, attempt::accounts(plan.attempts)));
    attempt::lock(&door).await;
    let turns = Arc::new(tokio::sync::Semaphore::new(SIDE_BY_SIDE));
    let mut under_way = tokio::task::JoinSet::new();
    for number in 0..plan.attempts {
        for attempt in Attempt::ALL {
            let turn = Arc::clone(&turns).acquire_owned().await.expect("a turn");
            let door = Arc::clone(&door);
            under_way.spawn(async move {
                let took = attempt.make(&door, number).await;
                drop(turn);
                (attempt, took)
            });
        }
    }
    let mut refused: Vec<(Attempt, Vec<Duration>)> = Attempt::ALL.map(|attempt| (attempt, Vec::new())).into();
    while let Some(done) = under_way.join_next().await {
        let (attempt, took) = done.expect("an attempt");
        let all = refused.iter_mut().find(|(known, _)| *known == attempt);
        all.expect("a kind").1.push(took);
    }
    refused
}
