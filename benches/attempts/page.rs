//! What was measured, as a table.

use std::fmt::Write as _;
use std::time::Duration;

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
    let most = medians.iter().copied().fold(f64::MIN, f64::max);
    let least = medians.iter().copied().fold(f64::MAX, f64::min);
    text += "\n## Targets\n\n| | measured | target | |\n|---|--:|--:|---|\n";
    for verdict in [
        Verdict::most("medians of refusals, greatest : least", most / least, 1.05),
        Verdict::most("accepted, key and code : key alone", code / key, 1.1),
    ] {
        let _ = writeln!(text, "{}", verdict.line());
    }
    text
}
