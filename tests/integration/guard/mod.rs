//! The guard of a terminal: real shells in a real sshd's terminal, typed at as a person does.
//!
//! Each case is a way to come by a command line. It is driven twice: with a program that may run, which must
//! run once and as typed, and with one that must not, which must leave no trace.

mod ahead;
mod alternate;
mod cases;
mod cost;
mod expanding;
mod modes;
mod random;
mod rulings;
mod shell;
mod slow;
mod transfers;

use cases::{BOURNE, Case, SHARED};
use shell::{Kind, Shell, unseen};

/// How often a case is driven again.
const TRIES: u32 = 3;

/// Drives every case in one session of one shell, and says which went wrong.
fn all(kind: Kind, cases: &[&[Case]]) {
    let only = std::env::var("JUYONG_GUARD_CASE").ok();
    let mut shell = Shell::start(kind);
    let mut faults = Vec::new();
    for case in cases.iter().copied().flatten() {
        if only.as_ref().is_some_and(|only| only != case.name) {
            continue;
        }
        for program in ["good", "evil"] {
            let mut driven = shell.drive(case, program);
            for _ in 0..TRIES {
                // What was not seen in time is refused, which is not what this case is about: it is typed again.
                if program == "good" && driven.as_ref().is_err_and(|fault| unseen(fault)) {
                    shell = Shell::start(kind);
                    driven = shell.drive(case, program);
                }
            }
            if let Err(fault) = driven {
                faults.push(format!("{kind:?}, {}, {program}: {fault}", case.name));
                if faults.len() > 8 {
                    break;
                }
                shell = Shell::start(kind);
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn bash_runs_what_may_run_and_nothing_else() {
    all(Kind::Bash, &[SHARED, BOURNE, cases::BASH]);
}

#[test]
fn zsh_runs_what_may_run_and_nothing_else() {
    all(Kind::Zsh, &[SHARED, BOURNE, cases::ZSH]);
}

#[test]
fn fish_runs_what_may_run_and_nothing_else() {
    all(Kind::Fish, &[SHARED, cases::FISH]);
}
