//! The page: how it was measured, the tables, and how far the targets are met.

use std::fmt::Write as _;

use crate::Size;
use crate::ask::Answers;
use crate::verdict::Verdict;

pub(crate) fn page(size: Size, made_s: Option<f64>, answers: &Answers) -> String {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let [resting, listing, verifying] = answers.memory;
    let mut page = format!(
        "# Performance of reading the evidence\n\n<!-- Written by `make bench-year`; changes here are lost. -->\n\n\
         A store as a year leaves it: {} rows of the journal, {} sessions with a recording each ({:.0} MiB of database),\n\
         written by the journal's own code. Times are of whole commands, as whoever types them waits: the program\n\
         starts, asks the running gateway, and prints. Seven times each, on {cpus} processors;\n\
         {:.1} programs ran or waited to, on average, when it began and {:.1} at its end: below {cpus} the machine was free.\n\n\
         `seldom`, `remote` and 198.51.100.77 stand in one session early in the year: the rest of it lies between them\n\
         and the end that a list begins at. 192.0.2.0/24 stands nowhere.\n\n\
         | first page of 50 | median ms | worst ms |\n|---|--:|--:|\n",
        size.rows, size.sessions, answers.store_mib, answers.load[0], answers.load[1]
    );
    for asked in &answers.lists {
        let _ =
            writeln!(page, "| `{}` | {:.0} | {:.0} |", asked.what.trim(), asked.median_ms, asked.worst_ms);
    }
    let local = answers.lists.iter().filter(|asked| !asked.what.contains("SSH"));
    let slowest = local.map(|asked| asked.median_ms).fold(0.0, f64::max);
    let remote = answers.lists.iter().filter(|asked| asked.what.contains("scope"));
    let farthest = remote.map(|asked| asked.median_ms).fold(0.0, f64::max);
    page.push_str("\n## Targets\n\n| | measured | target | |\n|---|--:|--:|---|\n");
    for verdict in made_s.map(|s| Verdict::below("making the store, s", s, 30.0)).into_iter().chain([
        Verdict::below("slowest first page on the host, ms", slowest, 200.0),
        Verdict::below("slowest first page over SSH, in the scope of one rare asset, ms", farthest, 200.0),
        Verdict::below("start until the gateway greets, s", answers.start_s, 2.0),
        Verdict::below("`audit verify`, s of processor time", answers.verify_cpu_s, 60.0),
        Verdict::only("`audit verify`, s", answers.verify_s),
        Verdict::only("`audit events --json`, all rows, s", answers.all_s),
        Verdict::only("memory of the gateway at rest, MiB", resting),
        Verdict::below("more memory at most, listing all rows, MiB", listing - resting, 64.0),
        Verdict::below("more memory at most, in `audit verify`, MiB", verifying - resting, 64.0),
    ]) {
        let _ = writeln!(page, "{}", verdict.line());
    }
    page
}
