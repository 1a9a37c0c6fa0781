//! `make bench-accounts`: 315 people in one day: a roster, invitations, an enrolment each at a real terminal; then all of
//! them log in at once, with both factors, and hold a recorded session each, beside the same storm on OpenSSH alone.
//!
//! Everything runs on loopback with a real `sshd` and the stock client. The result is printed; at its full size it is also
//! written to `docs/evaluate/performance-accounts.md`, as a whole.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_PEOPLE` | 315 | accounts |
//! | `JUYONG_BENCH_ROUNDS` | 3 | storms by each route |
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

#[path = "accounts/enrol.rs"]
mod enrol;
#[path = "accounts/house.rs"]
mod house;
#[path = "accounts/page.rs"]
mod page;
#[path = "accounts/phone.rs"]
mod phone;
#[path = "compare/process.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod process;
#[path = "compare/samples.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod samples;
#[path = "compare/servers.rs"]
mod servers;
#[path = "accounts/storm.rs"]
mod storm;

use std::time::{Duration, Instant};

use house::House;
use storm::{Storm, Way};

fn number(name: &str, full: usize) -> usize {
    std::env::var(name)
        .map_or(full, |text| text.parse().unwrap_or_else(|_| panic!("{name}: {text:?}: a whole number")))
}

/// What was measured.
struct Found {
    people: usize,
    imported: Duration,
    invited: Duration,
    enrolled: Duration,
    direct: Vec<Storm>,
    gateway: Vec<Storm>,
}

fn main() {
    if phone::answers() {
        return;
    }
    let (people, rounds) = (number("JUYONG_BENCH_PEOPLE", 315), number("JUYONG_BENCH_ROUNDS", 3));
    let mut house = House::new(people);
    let imported = timed(|| house.import());
    let began = Instant::now();
    let codes = house.invite();
    let invited = began.elapsed();
    let began = Instant::now();
    let secrets = enrol::all(&house, &codes);
    let enrolled = began.elapsed();
    let mut found = Found { people, imported, invited, enrolled, direct: vec![], gateway: vec![] };
    for _ in 0..rounds {
        found.direct.push(storm::storm(&mut house, &secrets, Way::Direct));
        found.gateway.push(storm::storm(&mut house, &secrets, Way::Gateway));
    }
    let page = page::page(&found);
    println!("{page}");
    if (people, rounds) == (315, 3) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evaluate/performance-accounts.md");
        std::fs::write(path, &page).expect("docs/evaluate/performance-accounts.md");
    }
}

fn timed(act: impl FnOnce()) -> Duration {
    let began = Instant::now();
    act();
    began.elapsed()
}
