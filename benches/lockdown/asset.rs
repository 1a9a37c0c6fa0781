//! What runs on the asset, seen from outside the gateway: the processes below its `sshd`.

use rustix::process::Pid;

use crate::emit;

/// What an asset is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy {
    /// Connections that `sshd` serves: its own children.
    pub(crate) connections: usize,
    /// Programs of this bench, whoever their parent is by now.
    pub(crate) programs: usize,
}

pub(crate) fn busy(sshd: Pid) -> Busy {
    let listener = sshd.as_raw_nonzero().get();
    let connections = processes().filter(|&process| parent(process) == Some(listener)).count();
    Busy { connections, programs: programs().len() }
}

/// The command lines of the bench's programs.
pub(crate) fn programs() -> Vec<String> {
    processes().filter_map(command_line).filter(|line| emit::is_one(line)).collect()
}

/// Where the kernel groups processes by session, a priority counts within the group only: each group of those
/// that have this one gets it, too.
pub(crate) fn groups_give_way(priority: i32) {
    for process in processes().filter(|&process| priority_of(process) == Some(priority)) {
        // Not every kernel has groups, and not everybody may rank them: then it is as it is.
        let _ = std::fs::write(format!("/proc/{process}/autogroup"), priority.to_string());
    }
}

fn priority_of(process: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(16)?.parse().ok() // field 19 of proc(5)
}

fn processes() -> impl Iterator<Item = i32> {
    let all = std::fs::read_dir("/proc").expect("/proc");
    all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

/// `None`: it has ended meanwhile, or is a zombie and runs nothing.
fn parent(process: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?; // the name before may hold anything
    let mut fields = fields.split_whitespace();
    let state = fields.next()?;
    (state != "Z").then(|| fields.next()?.parse().ok())?
}

fn command_line(process: i32) -> Option<String> {
    let words = std::fs::read(format!("/proc/{process}/cmdline")).ok()?;
    let words = String::from_utf8_lossy(&words).trim_end_matches('\0').replace('\0', " ");
    (!words.is_empty()).then_some(words)
}
