//! `make bench-year`: what reading the evidence of a year costs.
//!
//! Makes a store as a year leaves it, through the product's own encoding and chaining, starts the gateway on it, and
//! asks. The result is printed; at its full size, and of a store that it made, it is also
//! written to `docs/evaluate/performance-audit.md`, as a whole.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_ROWS` | 1000000 | rows of the journal |
//! | `JUYONG_BENCH_SESSIONS` | 10000 | sessions, each with a recording |
//! | `JUYONG_BENCH_STORE` | a directory that goes | where to make the store, and leave it; one that is there is used |
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

#[path = "year/ask.rs"]
mod ask;
#[path = "year/make.rs"]
mod make;
#[path = "year/page.rs"]
mod page;
#[path = "year/place.rs"]
mod place;
#[path = "compare/verdict.rs"]
#[allow(dead_code, reason = "`compare` uses the rest")]
mod verdict;

use std::time::Instant;

/// How large a year is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    rows: u64,
    sessions: u64,
}

impl Size {
    const FULL: Self = Self { rows: 1_000_000, sessions: 10_000 };

    fn from_environment() -> Self {
        let number = |name: &str, usual: u64| {
            std::env::var(name)
                .map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name}: a number")))
        };
        Self {
            rows: number("JUYONG_BENCH_ROWS", Self::FULL.rows),
            sessions: number("JUYONG_BENCH_SESSIONS", Self::FULL.sessions),
        }
    }
}

fn main() {
    let size = Size::from_environment();
    let place = place::Place::new();
    let made_s = (!place.is_made()).then(|| {
        let began = Instant::now();
        make::make(&place, size);
        began.elapsed().as_secs_f64()
    });
    eprintln!("made in {made_s:.0?} s");
    let answers = ask::ask(&place);
    let page = page::page(size, made_s, &answers);
    println!("{page}");
    if size == Size::FULL && made_s.is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evaluate/performance-audit.md");
        std::fs::write(path, &page).expect("docs/evaluate/performance-audit.md");
    }
}
