//! The words for how far the targets are met.

use std::fmt::Write as _;

use crate::report::Row;
use crate::verdict::Verdict;

/// What the numbers say, in words that hold whatever they are.
pub(crate) fn reading(verdicts: &[&Verdict], rows: &[Row]) -> String {
    let missed: Vec<_> = verdicts.iter().filter(|verdict| !verdict.met()).collect();
    let mut text = String::new();
    if missed.is_empty() {
        text.push_str("All targets are met.\n");
    } else {
        let _ = writeln!(text, "{} of the targets are missed:\n", missed.len());
        for verdict in missed {
            let _ = writeln!(text, "- {}: {:.2}, wanted {}", verdict.what, verdict.value, verdict.target());
        }
    }
    if let Some(set_up) = rows.first() {
        let [direct, jump, gateway] = set_up.values;
        let _ = write!(
            text,
            "\nA login through the gateway takes {:.0} ms more than a direct one, and {:.0} ms {} than one by\n\
             `ssh -J`: two key exchanges, as there, and besides a second factor, a decision, and the rows of\n\
             the journal that are written before anything else happens.\n",
            gateway - direct,
            (gateway - jump).abs(),
            if gateway > jump { "more" } else { "less" }
        );
    }
    text.push_str(
        "\nA direct connection decrypts and encrypts each byte once, the gateway twice, since it has to read\n\
         what it records. `ssh -J` encrypts twice as well, at the client, and carries one connection inside\n\
         another. On one machine all of them share the processors with both ends; where each end has its\n\
         own, the slowest single stage decides. That is not measured here.\n\
         \n\
         Loopback has no latency: the numbers say what the programs cost, not how a session feels over a\n\
         long line, where the window of a channel (2 MiB) bounds a transfer to 2 MiB for each round trip.\n\
         Memory is what the system counts as resident, so it holds pages that the allocator has not given back.\n",
    );
    text
}
