//! `make bench-disk`: what a disk that takes two seconds for each write does to whoever it does not record.
//!
//! A gateway, a real `sshd` as the asset, and SSH clients inside this process, all on loopback. The slow disk is a fail
//! point of the gateway, so that the program has to be built with debug assertions. The result is printed; at its full
//! size it is also written to `docs/evaluate/performance-disk.md`, as a whole.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_TYPISTS` | 50 | sessions whose disk answers |
//! | `JUYONG_BENCH_SECONDS` | 20 | how long they type before it is slow, and as long while it is |
//! | `JUYONG_BENCH_BIN` | this build | the program to measure |

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
#[allow(dead_code, reason = "`lockdown` uses the rest")]
mod aside;
#[path = "lockdown/asset.rs"]
#[allow(dead_code, reason = "`lockdown` uses the rest")]
mod asset;
#[path = "lockdown/client.rs"]
mod client;
#[path = "lockdown/emit.rs"]
#[allow(dead_code, reason = "`lockdown` uses the rest")]
mod emit;
#[path = "lockdown/lab.rs"]
#[allow(dead_code, reason = "`lockdown` uses the rest")]
mod lab;
#[path = "compare/operators.rs"]
mod operators;
#[path = "disk/page.rs"]
mod page;
#[path = "compare/process.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod process;
#[path = "compare/samples.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod samples;
#[path = "compare/servers.rs"]
mod servers;
#[path = "disk/slow.rs"]
mod slow;
#[path = "disk/typist.rs"]
mod typist;
#[path = "compare/verdict.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod verdict;

use std::time::Duration;

fn number(name: &str, full: usize) -> usize {
    std::env::var(name)
        .map_or(full, |text| text.parse().unwrap_or_else(|_| panic!("{text:?}: a whole number")))
}

fn main() {
    let (typists, seconds) = (number("JUYONG_BENCH_TYPISTS", 50), number("JUYONG_BENCH_SECONDS", 20));
    let found = slow::measure(typists, Duration::from_secs(seconds as u64));
    let page = page::page(&found);
    println!("{page}");
    if (typists, seconds) == (50, 20) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evaluate/performance-disk.md");
        std::fs::write(path, &page).expect("docs/evaluate/performance-disk.md");
    }
}
