//! `make bench-lockdown`: how fast one order cuts everybody, and whether anybody slips through.
//!
//! A gateway, a real `sshd` as the asset, and SSH clients inside this process, all on loopback. The result is
//! printed; at its full size it is also written to `docs/evaluate/performance-lockdown.md`, as a whole.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_CUTS` | 315,2000 | how many sessions to cut, one measurement each |
//! | `JUYONG_BENCH_ORDERS` | 200 | orders in the race, each started and lifted; 0: no race |
//! | `JUYONG_BENCH_LOGINS` | 2000 | logins in the race |
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

#[path = "lockdown/aside.rs"]
mod aside;
#[path = "lockdown/asset.rs"]
mod asset;
#[path = "lockdown/client.rs"]
mod client;
#[path = "lockdown/cut.rs"]
mod cut;
#[path = "lockdown/door.rs"]
mod door;
#[path = "lockdown/emit.rs"]
mod emit;
#[path = "lockdown/lab.rs"]
mod lab;
#[path = "compare/operators.rs"]
mod operators;
#[path = "lockdown/page.rs"]
mod page;
#[path = "compare/process.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod process;
#[path = "lockdown/race.rs"]
mod race;
#[path = "compare/samples.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod samples;
#[path = "compare/servers.rs"]
mod servers;
#[path = "lockdown/traffic.rs"]
mod traffic;
#[path = "compare/verdict.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod verdict;

use std::time::Instant;

/// What is asked for.
struct Plan {
    cuts: Vec<usize>,
    orders: usize,
    logins: usize,
}

impl Plan {
    fn full() -> Self {
        Self { cuts: vec![315, 2000], orders: 200, logins: 2000 }
    }

    fn from_environment() -> Self {
        let full = Self::full();
        let given = |name| std::env::var(name).ok();
        let number = |text: &str| text.trim().parse().unwrap_or_else(|_| panic!("{text:?}: a whole number"));
        let cuts = given("JUYONG_BENCH_CUTS")
            .map(|text| text.split(',').filter(|text| !text.is_empty()).map(number).collect());
        Self {
            cuts: cuts.unwrap_or(full.cuts),
            orders: given("JUYONG_BENCH_ORDERS").map_or(full.orders, |text| number(&text)),
            logins: given("JUYONG_BENCH_LOGINS").map_or(full.logins, |text| number(&text)),
        }
    }

    fn is_full(&self) -> bool {
        let full = Self::full();
        (&self.cuts, self.orders, self.logins) == (&full.cuts, full.orders, full.logins)
    }
}

/// Every session costs this process, the gateway and the asset a few descriptors.
fn raise_limits() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).expect("a limit of one's own");
}

fn main() {
    if let Some(words) = emit::words() {
        return emit::run(&words);
    }
    let (began, plan) = (Instant::now(), Plan::from_environment());
    raise_limits();
    let cuts: Vec<_> = plan.cuts.iter().map(|&sessions| cut::measure(sessions)).collect();
    let race = (plan.orders > 0).then(|| race::run(plan.orders, plan.logins));
    let page = page::page(&cuts, race.as_ref());
    println!("{page}");
    if plan.is_full() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evaluate/performance-lockdown.md");
        std::fs::write(path, &page).expect("docs/evaluate/performance-lockdown.md");
    }
    eprintln!("{:.0} s in all", began.elapsed().as_secs_f64());
    let broken = race.is_some_and(|race| !race.holds());
    assert!(!broken, "something ran that the state forbids");
}
