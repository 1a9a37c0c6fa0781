//! The page: how it was measured, the numbers, and how far the targets are met.

use std::fmt::Write as _;

use crate::verdict::Verdict;

pub(crate) fn page(verdicts: &[Verdict], [mib, peers, tunnels, datagrams]: [usize; 4]) -> String {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let mut page = format!(
        "# Performance of tunnels\n\n<!-- Written by `make bench-tunnel`; changes here are lost. -->\n\n\
         Everything shares {cpus} processors.\n\n\
         - Copies: {mib} MiB by OpenSSH's `scp`, from a network namespace with `wireguard-go` over a cable to another.\n  \
           Through the gateway the file goes on to an asset's `sshd` and is judged and recorded; beside it, the same\n  \
           `scp` goes through a second `wireguard-go` to a plain `sshd`. By turns, three times each way; medians.\n\
         - Storm: {peers} peers in one process begin their handshakes in one moment. Memory is what it costs a gateway that\n  \
           has just started.\n\
         - Flood: {datagrams} random datagrams, half of them with a beginning like WireGuard's; as they go on, operators\n  \
           log in through tunnels of their own.\n\
         - Cut: {tunnels} tunnels with a session each that prints 20 lines a second, and one `lockdown start`. Times are\n  \
           from just before that command is started.\n\n\
         | | measured | target | |\n|---|--:|--:|---|\n"
    );
    for verdict in verdicts {
        let _ = writeln!(page, "{}", verdict.line());
    }
    page
}
