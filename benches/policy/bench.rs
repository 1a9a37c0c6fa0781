//! `make bench-policy`: how long a decision takes, how that grows with the rules, and how Cedar does the same.
//!
//! One organisation, drawn the same in every run, is written as policy files and as Cedar's policies; both
//! answer the same requests, and the run stops where they disagree. Single decisions are timed for the page
//! `docs/evaluate/performance-policy.md`; Criterion's own estimates are printed, and kept below `target/criterion`.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_REQUESTS` | 2000 | different requests of each case |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that goes wrong stops with a message, and its result is for standard output"
)]

mod ask;
mod case;
mod cedar;
mod chance;
mod hours;
mod juyong;
mod report;
mod tails;
mod world;

use std::time::Duration;

use criterion::Criterion;

use case::{Case, Loads};
use world::Breadth;

fn main() {
    let requests = match std::env::var("JUYONG_BENCH_REQUESTS") {
        Ok(text) => text.parse().ok().filter(|&n| n > 0).expect("JUYONG_BENCH_REQUESTS: a whole number"),
        Err(_) => 2000,
    };
    let draw = |name, rules, breadth| Case::draw(name, rules, breadth, requests);
    let cases = [
        draw("few match, 50 rules", 50, Breadth::Narrow),
        draw("few match, 5,000 rules", 5000, Breadth::Narrow),
        draw("many match, 50 rules", 50, Breadth::Broad),
        draw("many match, 5,000 rules", 5000, Breadth::Broad),
    ];
    let results: Vec<_> = cases.iter().map(Case::measure).collect();
    let loads = Loads::measure(&cases[1]);
    let page = report::page(requests, &results, &loads);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/evaluate/performance-policy.md");
    std::fs::write(path, &page).expect("docs/evaluate/performance-policy.md");
    println!("{page}");
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    cases.iter().for_each(|case| case.estimate(&mut criterion));
    cases[1].estimate_load(&mut criterion);
    criterion.final_summary();
}
