//! The page: how it was measured, the tables, and what they say.

use std::fmt::Write as _;

use crate::process::failed_attempts;
use crate::reading::reading;
use crate::rounds::{FILE, KEYS, LATE, Plan, Results, UNREAD};
use crate::samples::Samples;
use crate::verdict::Verdict;

/// A row of the table of routes.
pub(crate) struct Row {
    pub(crate) what: String,
    /// Direct, by `ssh -J`, by the gateway.
    pub(crate) values: [f64; 3],
    spread: Option<[(f64, f64); 3]>,
    decimals: usize,
    pub(crate) verdicts: Vec<Verdict>,
}

impl Row {
    fn of(what: &str, samples: [&Samples; 3], decimals: usize, verdicts: Vec<Verdict>) -> Self {
        let spread = Some(samples.map(|all| (all.least(), all.most())));
        Self { what: what.to_owned(), values: samples.map(Samples::median), spread, decimals, verdicts }
    }

    fn at_least(mut self, name: &str, of_direct: f64, of_jump: f64) -> Self {
        let [direct, jump, gateway] = self.values;
        self.verdicts = vec![
            Verdict::least(&format!("{name}, of direct"), gateway / direct, of_direct),
            Verdict::least(&format!("{name}, of `ssh -J`"), gateway / jump, of_jump),
        ];
        self
    }

    fn line(&self) -> String {
        let mut line = format!("| {} |", self.what);
        for (index, value) in self.values.iter().enumerate() {
            let spread = self.spread.map(|all| all[index]);
            let _ = match spread {
                Some((least, most)) => {
                    let d = self.decimals;
                    write!(line, " {value:.d$} <small>({least:.d$} … {most:.d$})</small> |")
                }
                None => write!(line, " {value:.*} |", self.decimals),
            };
        }
        let [direct, jump, gateway] = self.values;
        let _ = write!(line, " {:.2} | {:.2} |", gateway / direct, gateway / jump);
        line
    }
}

pub(crate) fn page(plan: &Plan, results: &Results) -> String {
    let rows = rows(results);
    let costs = costs(results);
    let mut page =
        String::from("# Performance\n\n<!-- Written by `make bench`; changes here are lost. -->\n\n");
    page.push_str(&how(plan, results));
    page.push_str("\n## Results\n\n");
    page.push_str("Medians, with the least and the most in brackets.\n\n");
    page.push_str("| | direct | `ssh -J` | gateway | gateway : direct | gateway : `ssh -J` |\n");
    page.push_str("|---|--:|--:|--:|--:|--:|\n");
    for row in &rows {
        let _ = writeln!(page, "{}", row.line());
    }
    let told = |done: bool| if done { "yes" } else { "**no**" };
    let [direct, jump, gateway] = results.late.map(told);
    let (mib, pause) = (LATE.0, LATE.1.as_secs());
    let _ = writeln!(
        page,
        "| {mib} MiB both ways arrive although the reader sleeps {pause} s | {direct} | {jump} | {gateway} | | |"
    );
    page.push_str("\n## Targets\n\n| | measured | target | |\n|---|--:|--:|---|\n");
    let verdicts: Vec<_> = rows.iter().flat_map(|row| &row.verdicts).chain(&costs).collect();
    for verdict in &verdicts {
        let _ = writeln!(page, "{}", verdict.line());
    }
    if let failed @ 1.. = failed_attempts() {
        let _ = writeln!(page, "\n**{failed} runs ended with a failure and were made again.**");
    }
    page.push_str("\n## Reading\n\n");
    page.push_str(&reading(&verdicts, &rows));
    page
}

fn rows(results: &Results) -> Vec<Row> {
    let [down, up, both] = &results.bulk;
    let rate = |what, bulk: &crate::rounds::Bulk| Row::of(what, bulk.rate.each_ref(), 0, vec![]);
    let keys = results.keystrokes.each_ref();
    let (stalled, _) = &results.stalled;
    let stalled = stalled.each_ref();
    let mut rows = vec![
        Row::of("connection set-up, ms", results.set_up.each_ref(), 0, vec![]),
        rate("download, MiB/s", down).at_least("download", 0.85, 1.3),
        rate("upload, MiB/s", up).at_least("upload", 0.85, 1.3),
        rate("both ways at once, MiB/s in sum", both),
    ];
    let names = ["upload, SFTP", "download, SFTP", "upload, legacy", "download, legacy"];
    for (name, samples) in names.iter().zip(&results.files) {
        rows.push(Row::of(&format!("`scp` {name}, MiB/s"), samples.each_ref(), 0, vec![]));
    }
    let mut p50 = Row::of("keystroke echo p50, ms", keys.map(|echo| &echo.p50), 3, vec![]);
    p50.verdicts = vec![Verdict::below("keystroke p50, of `ssh -J`", p50.values[2] / p50.values[1], 1.0)];
    rows.push(p50);
    rows.push(Row::of("keystroke echo p99, ms", keys.map(|echo| &echo.p99), 3, vec![]));
    rows.push(Row::of("beside a stalled channel p50, ms", stalled.map(|echo| &echo.p50), 3, vec![]));
    let mut p99 = Row::of("beside a stalled channel p99, ms", stalled.map(|echo| &echo.p99), 3, vec![]);
    p99.verdicts = vec![Verdict::below("keystroke p99 beside a stalled channel, ms", p99.values[2], 20.0)];
    rows.push(p99);
    rows
}

/// What only the gateway is asked.
fn costs(results: &Results) -> Vec<Verdict> {
    let names = ["download", "upload", "both ways"];
    let cpu = names.iter().zip(&results.bulk).map(|(name, bulk)| {
        Verdict::most(
            &format!("the gateway's CPU seconds for each GiB carried, {name}"),
            bulk.cpu.median(),
            2.5,
        )
    });
    let mut all: Vec<_> = cpu.collect();
    all.push(Verdict::below("growth beside a stalled channel, MiB", results.stalled.1.most(), 32.0));
    all.push(Verdict::most("MiB for each idle session on its own connection", results.idle, 0.25));
    all.push(Verdict::only("MiB for each idle session among 50 on one connection", results.shared));
    all
}

fn how(plan: &Plan, results: &Results) -> String {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let mut text = format!(
        "The same work by three routes to the same `sshd`: directly, by `ssh -J` over a second `sshd`, and\n\
         through the gateway, recording: of a channel without a terminal the first 16 MiB each way and a digest\n\
         of all, of a terminal everything. All ends are on one machine, over loopback, with {cpus} processors;\n\
         the client is {} with its default algorithms:\n\n",
        results.client
    );
    for (route, algorithms) in &results.algorithms {
        let _ = writeln!(text, "- {}: {algorithms}", route.host());
    }
    let _ = write!(
        text,
        "\nTowards the machine behind it the gateway speaks AES-256-GCM where that is known.\n\n\
         - The routes take turns, {} times (set-up three times as often, the stalled channel three times, `scp` at\n  \
           most three).\n\
         - Set-up is a whole `ssh HOST true`: for the gateway a login with a key and a fresh one-time code, a\n  \
           decision, a recording, and a second login from the gateway to the machine.\n\
         - All else runs over a connection that is logged in (`ControlMaster`), on every route.\n\
         - Download is `ssh HOST 'head -c N /dev/zero' >/dev/null`, upload `head -c N /dev/zero | ssh HOST\n  \
           'cat >/dev/null'`, with N = {} MiB; both ways at once `head -c N/2 /dev/zero | ssh HOST cat`.\n\
         - `scp` copies {FILE} MiB, from memory to memory.\n\
         - A keystroke is one byte written to a terminal whose other end is a raw `cat`; the next follows its\n  \
           echo. {KEYS} each time.\n\
         - The stalled channel is on the same connection as the keystrokes, and sends {UNREAD} MiB that nobody\n  \
           reads. The gateway is freshly started, so that its memory shows all that it needs.\n\
         - CPU time is user and system time of the gateway's process.\n\
         - An idle session is a shell on a terminal; {} of them, in a fresh gateway,\n  \
           over what it holds with ten.\n",
        plan.rounds,
        plan.bulk / crate::rounds::MIB,
        plan.idle
    );
    text
}
