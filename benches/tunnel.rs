//! `make bench-tunnel`: logins and copies through WireGuard, and what is thrown at it.
//!
//! The copies are OpenSSH's `scp` by `wireguard-go`, between two network namespaces of this bench (that takes root);
//! the rest are clients in this process, on loopback. The result is printed; at its full size it is also written to
//! `docs/evaluate/performance-tunnel.md`, as a whole.
//!
//! | variable | default | |
//! |---|---|---|
//! | `JUYONG_BENCH_MIB` | 200 | the size of a copy; 0: none |
//! | `JUYONG_BENCH_LINES` | 3 | copies each way over each line with delay and loss; 0: none |
//! | `JUYONG_BENCH_LINE` | all | the lines, by round trip in milliseconds and share that is lost: `100:0.02,20:0` |
//! | `JUYONG_BENCH_PEERS` | 315 | peers of the storm |
//! | `JUYONG_BENCH_TUNNELS` | 100 | tunnels that one order cuts |
//! | `JUYONG_BENCH_DATAGRAMS` | 1000000 | random datagrams |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::needless_pass_by_value,
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "a measurement that goes wrong stops with a message, and its result is for standard output"
)]

#[path = "../tests/integration/tunnel/client.rs"]
mod client;
#[path = "tunnel/copies.rs"]
mod copies;
#[path = "tunnel/crowd.rs"]
mod crowd;
#[path = "tunnel/cut.rs"]
mod cut;
#[path = "tunnel/flood.rs"]
mod flood;
#[path = "../tests/integration/harness/mod.rs"]
mod harness;
#[path = "tunnel/line.rs"]
mod line;
#[path = "lockdown/client.rs"]
mod login;
#[path = "../tests/integration/tunnel/net.rs"]
mod net;
#[path = "compare/operators.rs"]
mod operators;
#[path = "tunnel/page.rs"]
mod page;
#[path = "tunnel/relay.rs"]
mod relay;
#[path = "compare/samples.rs"]
mod samples;
#[path = "compare/verdict.rs"]
mod verdict;

use verdict::Verdict;

fn number(name: &str, full: usize) -> usize {
    std::env::var(name)
        .map_or(full, |text| text.parse().unwrap_or_else(|_| panic!("{text:?}: a whole number")))
}

fn main() {
    let (mib, lines, peers, tunnels, datagrams) = (
        number("JUYONG_BENCH_MIB", 200),
        number("JUYONG_BENCH_LINES", 3),
        number("JUYONG_BENCH_PEERS", 315),
        number("JUYONG_BENCH_TUNNELS", 100),
        number("JUYONG_BENCH_DATAGRAMS", 1_000_000),
    );
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut add = |more: Vec<Verdict>| {
        more.iter().for_each(|verdict| eprintln!("{}", verdict.line()));
        verdicts.extend(more);
    };
    if mib > 0 {
        add(copies::measure(mib));
    }
    let (over_lines, table) = line::measure(lines);
    add(over_lines);
    if peers > 0 {
        let crowd = crowd::Crowd::new(peers.max(tunnels + cut::ESSENTIAL));
        add(crowd.storm(peers));
        add(flood::measure(&crowd, datagrams));
        add(cut::measure(&crowd, tunnels));
    }
    let page = page::page(&verdicts, [mib, peers, tunnels, datagrams]) + &table;
    println!("{page}");
    if [mib, lines, peers, tunnels, datagrams] == [200, 3, 315, 100, 1_000_000] {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evaluate/performance-tunnel.md");
        std::fs::write(path, &page).expect("docs/evaluate/performance-tunnel.md");
    }
}
