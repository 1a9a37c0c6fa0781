//! The page: how it was measured, the tables, and whether the targets were met.

use std::fmt::Write as _;

use crate::case::{Loads, Measured};
use crate::tails::Tails;
use crate::world::{ASSETS, OPERATORS};

pub(crate) fn page(requests: usize, results: &[Measured], loads: &Loads) -> String {
    let mut page = String::from(
        "# Performance of policy decisions\n\n<!-- Written by `make bench-policy`; changes here are lost. -->\n\n",
    );
    page.push_str(&how(requests));
    page.push_str("\n## Results\n\nMicroseconds for one decision.\n\n");
    page.push_str("| | allowed | rules named | p50 | p99 | Cedar p50 | Cedar p99 | Cedar : ours, p50 |\n");
    page.push_str("|---|--:|--:|--:|--:|--:|--:|--:|\n");
    for result in results {
        let Measured { name, allowed, named, ours, theirs } = result;
        let times = [ours.within(0.5), ours.within(0.99), theirs.within(0.5), theirs.within(0.99)];
        let [p50, p99, other_p50, other_p99] = times.map(|nanos| nanos / 1e3);
        let _ = writeln!(
            page,
            "| {name} | {:.0} % | {named:.1} | {p50:.2} | {p99:.2} | {other_p50:.0} | {other_p99:.0} | {:.0} |",
            allowed * 100.0,
            other_p50 / p50
        );
    }
    let clock = Tails::clock();
    let _ = writeln!(
        page,
        "\nEach time includes one look at the clock: {:.0} ns (p50) when there is nothing else to do.\n\
         An answer is made and thrown away within its time; \"rules named\" is the average length of the list\n\
         of rules in answers that have one.\n",
        clock.within(0.5)
    );
    page.push_str("## Targets\n\n| | measured | target | |\n|---|--:|--:|---|\n");
    for (what, measured, target, met) in targets(results, loads) {
        let _ =
            writeln!(page, "| {what} | {measured} | {target} | {} |", if met { "met" } else { "**missed**" });
    }
    page
}

fn how(requests: usize) -> String {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "One organisation of {OPERATORS} operators and {ASSETS} assets with its networks and schedules, drawn the\n\
         same in every run, written as policy files and as policies of Cedar (cedar-policy 4). Both answer the\n\
         same {requests} requests, of which most are drawn around 50 of the rules; a run stops where one allows\n\
         and the other denies. One thread of a machine with {cpus} processors; no lockdown is ordered.\n\n\
         - *Few match*: teams of some people, pools of some assets. *Many match*: departments and sites.\n\
         - Ours answers with the rules, the conditions and the end of the grant, Cedar with the policies that\n  \
           decided. What a clock on the wall shows is part of our time; Cedar gets it with the request.\n\
         - Every decision is timed by itself. Cedar's requests and entities are built beforehand; where a policy's\n  \
           head can say what a rule names, it does.\n\
         - Loading is from the texts to something that decides, for Cedar policies and entities.\n"
    )
}

fn targets(results: &[Measured], loads: &Loads) -> Vec<(String, String, &'static str, bool)> {
    let large = &results[1].ours;
    let many = &results[3].ours;
    let ratio = results.iter().map(|case| case.theirs.within(0.5) / case.ours.within(0.5));
    let ratio = ratio.fold(f64::INFINITY, f64::min);
    let growth = large.within(0.5) / results[0].ours.within(0.5);
    let load = loads.ours.within(0.5) / 1e6;
    let other = loads.theirs.within(0.5) / 1e6;
    let micros = |nanos: f64| format!("{:.2} µs", nanos / 1e3);
    let decided = |what: &str, tails: &Tails, share, target, most: f64| {
        let nanos = tails.within(share);
        (what.to_owned(), micros(nanos), target, nanos < most * 1e3)
    };
    vec![
        decided("p50, few match, 5,000 rules", large, 0.5, "< 2 µs", 2.0),
        decided("p99, few match, 5,000 rules", large, 0.99, "< 10 µs", 10.0),
        decided("p50, many match, 5,000 rules", many, 0.5, "< 2 µs", 2.0),
        decided("p99, many match, 5,000 rules", many, 0.99, "< 10 µs", 10.0),
        (
            "times faster than Cedar, least of the cases".to_owned(),
            format!("{ratio:.0}"),
            "≥ 20",
            ratio >= 20.0,
        ),
        ("5,000 rules : 50 rules, p50, few match".to_owned(), format!("{growth:.2}"), "≤ 2", growth <= 2.0),
        (
            format!("load and compile 5,000 rules (Cedar: {other:.0} ms)"),
            format!("{load:.0} ms"),
            "< 200 ms",
            load < 200.0,
        ),
    ]
}
