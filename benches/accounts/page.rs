//! What was measured, as a page.

use std::fmt::Write as _;

use crate::Found;
use crate::samples::Samples;
use crate::storm::Storm;

pub(crate) fn page(found: &Found) -> String {
    let Found { people, imported, invited, enrolled, .. } = found;
    let mut page = format!(
        "# Performance of many people\n\n<!-- Written by `make bench-accounts`; changes here are lost. -->\n\n\
         {people} people, from a roster to their first session. All ends are on one machine, over loopback, with {} processors.\n\n\
         - The roster is a table in GB18030 that comes into force as a version of the policy. The invitations are one command.\n\
         - Each person enrols at a real terminal with the stock client: the code of the invitation, the key that the client shows,\n  \
           a secret of one-time codes, a code that proves it, ten recovery codes. Eight of them at once.\n\
         - Then all log in at once and hold a session each: directly by public key, and through a fresh gateway by public key and\n  \
           code, recorded, over a second connection from the gateway to the same `sshd`.\n\
         - The server is the `sshd` with all its processes, or the gateway's one. The `sshd` behind the gateway works as well, and\n  \
           so do the clients: on one machine they share the processors with what is measured.\n\n\
         | | seconds | for each |\n|---|--:|--:|\n",
        std::thread::available_parallelism().map_or(1, usize::from),
    );
    for (what, took) in [("roster in force", imported), ("invitations", invited), ("enrolments", enrolled)] {
        let seconds = took.as_secs_f64();
        let _ = writeln!(page, "| {what} | {seconds:.1} | {:.1} ms |", seconds * 1000.0 / *people as f64);
    }
    page += "\nMedians, with the least and the most in brackets.\n\n| | direct | gateway | gateway : direct |\n|---|--:|--:|--:|\n";
    let mut row = |what: &str, value: fn(&Storm) -> f64| {
        let [direct, gateway] = [&found.direct, &found.gateway].map(|storms| {
            let mut samples = Samples::default();
            storms.iter().for_each(|storm| samples.push(value(storm)));
            samples
        });
        let told = |all: &Samples| {
            format!("{:.1} <small>({:.1} … {:.1})</small>", all.median(), all.least(), all.most())
        };
        let ratio = gateway.median() / direct.median();
        let _ = writeln!(page, "| {what} | {} | {} | {ratio:.2} |", told(&direct), told(&gateway));
    };
    row("until all are in, s", |storm| storm.all_in.as_secs_f64());
    row("CPU seconds of the server", |storm| storm.cpu);
    row("memory of the server with all in, MiB", |storm| storm.mib);
    page
}
