//! What was measured, as a table.

use std::fmt::Write as _;
use std::time::Duration;

use crate::flood::Flooded;
use crate::samples::percentile;
use crate::verdict::Verdict;
use crate::{Plan, Taken};

pub(crate) fn page(plan: &Plan, taken: &Taken) -> String {
    let mut text = format!(
        "# What an attempt to log in takes\n\n\
         By `make bench-attempts`. Clients and gateways share one machine of {} processors, over loopback.\n\n\
         - Refusals: {} attempts of each kind, by turns, six side by side, each on a connection of its own. The time is that from\n  \
           the wrong answer to the refusal. All but the key are answers to the dialogue that asks for password and code.\n\
         - Logins that are accepted: {} with a key and a code, and as many with a key alone, which is enough at another gateway, by\n  \
           turns, from the TCP connection on.\n\n\
         | ms | p50 | p1 | p99 |\n|---|--:|--:|--:|\n",
        std::thread::available_parallelism().map_or(1, usize::from),
        plan.attempts,
        plan.logins,
    );
    let mut row = |what: &str, times: &[Duration]| {
        let [middle, low, high] = [0.5, 0.01, 0.99].map(|share| percentile(times, share));
        let _ = writeln!(text, "| {what} | {middle:.1} | {low:.1} | {high:.1} |");
        middle
    };
    let medians: Vec<f64> =
        taken.refused.iter().map(|(attempt, times)| row(attempt.as_str(), times)).collect();
    let (code, key) =
        (row("accepted, key and code", &taken.with_code), row("accepted, key alone", &taken.key_alone));
    let flooded = taken.flooded.as_ref().map(|flooded| {
        (flooded, row("accepted, in calm", &flooded.calm), row("accepted, beside a flood", &flooded.beside))
    });
    let most = medians.iter().copied().fold(f64::MIN, f64::max);
    let least = medians.iter().copied().fold(f64::MAX, f64::min);
    let mut verdicts = vec![
        Verdict::most("medians of refusals, greatest : least", most / least, 1.05),
        Verdict::most("accepted, key and code : key alone", code / key, 1.1),
    ];
    if let Some((flooded, calm, beside)) = flooded {
        text += &told(flooded);
        verdicts.push(Verdict::below("accepted, beside a flood : in calm", beside / calm, 2.0));
    }
    text += "\n## Targets\n\n| | measured | target | |\n|---|--:|--:|---|\n";
    for verdict in verdicts {
        let _ = writeln!(text, "{}", verdict.line());
    }
    text
}

fn told(flooded: &Flooded) -> String {
    let ([early, late], [first, last]) = (flooded.resident, flooded.stored);
    format!(
        "\n## The flood\n\n\
         {} attempts in {:.0} s, by a process that gives way to the others: passwords for names that nobody has, 19 of 20 from\n\
         thirty addresses, which are blocked soon, and one from an address that was never seen. Logins in calm and beside it are with\n\
         key and code, from a source that has logged in before.\n\n\
         | MiB | after a tenth | after all |\n|---|--:|--:|\n\
         | resident | {early:.1} | {late:.1} |\n| database | {first:.1} | {last:.1} |\n",
        flooded.attempts,
        flooded.lasted.as_secs_f64(),
    )
}
