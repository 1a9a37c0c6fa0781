//! The page: how it was measured, and how far the targets are met.

use std::fmt::Write as _;

use crate::samples::{milliseconds, percentile};
use crate::slow::{Found, KEY, WRITE};
use crate::verdict::Verdict;

pub(crate) fn page(found: &Found) -> String {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let (typists, key) = (found.typists, KEY.as_millis());
    let mut page = format!(
        "# Performance beside a slow disk\n\n<!-- Written by `make bench-disk`; changes here are lost. -->\n\n\
         One session whose recording's disk takes {} s for each write, {typists} sessions whose disk answers, and one\n\
         `lockdown start` for the account of the first. Gateway, asset and clients share {cpus} processors and speak over\n\
         loopback. The program has debug assertions, since the slow disk is one of its fail points.\n\n\
         - Each session is a terminal with a raw `cat` behind it, on a connection of its own. A key is struck every\n  \
           {key} ms, after the echo of the one before.\n\
         - The times of the order are from just before the command is started.\n\n\
         | | measured | target | |\n|---|--:|--:|---|\n",
        WRITE.as_secs()
    );
    for verdict in verdicts(found) {
        let _ = writeln!(page, "{}", verdict.line());
    }
    page
}

fn verdicts(found: &Found) -> Vec<Verdict> {
    let typists = found.typists;
    vec![
        Verdict::only("keystroke p50 before, ms", percentile(&found.before, 0.50)),
        Verdict::only("keystroke p99 before, ms", percentile(&found.before, 0.99)),
        Verdict::least("a key in the session whose disk is slow, ms", milliseconds(found.own), 2000.0),
        Verdict::only(&format!("keystroke p50 of the {typists} others, ms"), percentile(&found.beside, 0.50)),
        Verdict::below(
            &format!("keystroke p99 of the {typists} others, ms"),
            percentile(&found.beside, 0.99),
            20.0,
        ),
        Verdict::most("others that ended", found.ended as f64, 0.0),
        Verdict::below(
            "the order cuts the slow one, by the gateway's account, ms",
            found.slowest_cut(),
            1000.0,
        ),
        Verdict::below("the order's answer, ms", milliseconds(found.answered), 1000.0),
        Verdict::below("the slow session's channel ended, ms", found.over_ms(), 1000.0),
    ]
}
