//! The page that tells what was measured.

use std::fmt::Write as _;
use std::time::Duration;

use crate::samples::{Samples, percentile};
use crate::verdict::Verdict;
use crate::{Plan, Taken};

pub(crate) fn page(plan: &Plan, taken: &[Taken; 2]) -> String {
    let [plain, guarded] = taken;
    let mut text = format!(
        "# What judging commands costs\n\n\
         Written by `make bench-guard`, as a whole. Client, gateway and a real `sshd` with bash share one machine of\n\
         {} processors, over loopback.\n\n\
         - The same machine stands behind two names: one whose commands nothing judges, and one under a set of mode\n  \
           `guard`. Everything is recorded. They take turns, {} each: {} keys, an Enter after each line of\n  \
           {} (a builtin that does nothing), and `cat` of {} MiB of lines.\n\
         - A key is done when its echo is there, Enter when the next prompt is. The hold of Enter is what the guarded\n  \
           one takes longer, by the same rank. The first key of a line comes 50 ms after its prompt: what is typed\n  \
           ahead waits until the prompt has settled, about 10 ms.\n\n",
        std::thread::available_parallelism().map_or(1, usize::from),
        plan.rounds,
        plan.keys,
        guarded.enters.len(),
        plan.mib,
    );
    let _ = writeln!(
        text,
        "| ms | not judged p50 | p99 | max | guarded p50 | p99 | max |\n|---|--:|--:|--:|--:|--:|--:|"
    );
    for (what, plain, guarded) in
        [("a key", &plain.keys, &guarded.keys), ("Enter", &plain.enters, &guarded.enters)]
    {
        let of = |times: &[Duration]| [0.5, 0.99, 1.0].map(|share| percentile(times, share));
        let ([a, b, c], [d, e, f]) = (of(plain), of(guarded));
        let _ = writeln!(text, "| {what} | {a:.2} | {b:.2} | {c:.2} | {d:.2} | {e:.2} | {f:.2} |");
    }
    let median = |times: &[Duration]| samples(times.iter().map(Duration::as_secs_f64)).median();
    let cpu = |seconds: &[f64]| samples(seconds.iter().copied()).median() * 1024.0 / plan.mib as f64;
    let (slow, fast) = (median(&guarded.bulk), median(&plain.bulk));
    let _ = write!(
        text,
        "\n`cat` of {} MiB: {fast:.2} s not judged, {slow:.2} s guarded (medians); the gateway's processor seconds per GiB:\n\
         {:.2} and {:.2}.\n\n## Targets\n\n| | measured | target | |\n|---|--:|--:|---|\n",
        plan.mib,
        cpu(&plain.bulk_cpu),
        cpu(&guarded.bulk_cpu),
    );
    let over = |share, of: fn(&Taken) -> &Vec<Duration>| {
        percentile(of(guarded), share) - percentile(of(plain), share)
    };
    let keys: fn(&Taken) -> &Vec<Duration> = |taken| &taken.keys;
    let enters: fn(&Taken) -> &Vec<Duration> = |taken| &taken.enters;
    for verdict in [
        Verdict::below("a key's p99 over the unguarded relay's, ms", over(0.99, keys), 1.0),
        Verdict::below("Enter held, p50, ms", over(0.5, enters), 30.0),
        Verdict::below("Enter held, p99, ms", over(0.99, enters), 30.0),
        Verdict::least("bulk, speed of guarded : not judged", fast / slow, 0.9),
    ] {
        let _ = writeln!(text, "{}", verdict.line());
    }
    text
}

fn samples(values: impl Iterator<Item = f64>) -> Samples {
    let mut samples = Samples::default();
    values.for_each(|value| samples.push(value));
    samples
}
