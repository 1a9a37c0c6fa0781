//! Everybody at once: a login each, and a session that is held until all are in.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Pid;

use crate::house::{House, name};
use crate::phone;
use crate::process::{Leash, Running};

/// How long a storm may take.
const BOUND: Duration = Duration::from_secs(300);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the `sshd`, by public key alone.
    Direct,
    /// Through the gateway, by public key and code, recorded.
    Gateway,
}

/// What one storm took.
pub(crate) struct Storm {
    pub(crate) all_in: Duration,
    /// Of the server's processes, with those that ended meanwhile.
    pub(crate) cpu: f64,
    /// Of the same, with all in; what they share is counted once.
    pub(crate) mib: f64,
}

pub(crate) fn storm(house: &mut House, secrets: &[String], way: Way) -> Storm {
    if way == Way::Gateway {
        house.restart();
        // A code works once: the next is due.
        std::thread::sleep(Duration::from_secs(2 * phone::STEP));
    }
    let server = match way {
        Way::Direct => house.sshd(),
        Way::Gateway => house.gateway(),
    };
    let before = cpu(server);
    let began = Instant::now();
    let clients: Vec<_> = (0..house.people()).map(|index| client(house, secrets, index, way)).collect();
    let mut clients: Vec<_> =
        clients.into_iter().map(|client| (Leash::new(client.pid(), BOUND), client)).collect();
    for (index, (_, client)) in clients.iter_mut().enumerate() {
        let mut line = String::new();
        let _ = BufReader::new(client.stdout()).read_line(&mut line); // what is wrong is said below
        assert_eq!(line.trim(), "in", "{} by way of {way:?}", name(index));
    }
    let storm = Storm { all_in: began.elapsed(), cpu: cpu(server) - before, mib: mib(server) };
    drop(clients);
    storm
}

fn client(house: &House, secrets: &[String], index: usize, way: Way) -> Running {
    let mut ssh = house.ssh(index);
    match way {
        Way::Direct => ssh.arg("direct"),
        Way::Gateway => {
            ssh.env("SSH_ASKPASS", std::env::current_exe().expect("this program"));
            ssh.env("SSH_ASKPASS_REQUIRE", "force").env(phone::SECRET, &secrets[index]);
            ssh.args(["-l", &format!("{}+box", name(index)), "gateway"])
        }
    };
    Running::spawn(ssh.arg("echo in; exec sleep 600").stdin(Stdio::null()).stdout(Stdio::piped()))
}

/// A process and all below it.
fn family(first: Pid) -> Vec<u32> {
    let told = Command::new("ps").args(["-eo", "pid=,ppid="]).output().expect("ps").stdout;
    let told = String::from_utf8_lossy(&told).into_owned();
    let pairs: Vec<(u32, u32)> = told
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().map(|word| word.parse().ok());
            Some((words.next()??, words.next()??))
        })
        .collect();
    let mut all = vec![first.as_raw_nonzero().get().unsigned_abs()];
    let mut at = 0;
    while let Some(parent) = all.get(at).copied() {
        all.extend(pairs.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    all
}

/// Processor time of a family and of those of it that have ended, in seconds.
fn cpu(server: Pid) -> f64 {
    const TICKS: f64 = 100.0;
    let ticks = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default(); // it may have ended
        let fields = stat.rsplit_once(')').map(|(_, fields)| fields.to_owned()).unwrap_or_default();
        fields.split_whitespace().skip(11).take(4).filter_map(|n| n.parse::<f64>().ok()).sum::<f64>()
    };
    family(server).into_iter().map(ticks).sum::<f64>() / TICKS
}

/// Memory of a family in MiB, what is shared in parts (`Pss`).
fn mib(server: Pid) -> f64 {
    let kib = |pid: u32| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default()
    };
    family(server).into_iter().map(kib).sum::<f64>() / 1024.0
}
