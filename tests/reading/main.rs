//! The reader held against a real bash and a real zsh: every command that they run is one that reading the line has
//! found, or reading says that it cannot tell.
//!
//! Lines are drawn at random from the whole grammar, of programs with made-up names that only write down how
//! they were called; half of them are then damaged. `JUYONG_READING_CASES` says how many of each
//! kind, drawn anew; without it they are the same 200 each time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod bounds;
mod draw;
mod sandbox;

use juyong::command::{Place, runs};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use sandbox::{Sandbox, Shell};

/// How many lines were asked for: those are drawn anew each time, and else always the same.
fn asked() -> Option<u32> {
    std::env::var("JUYONG_READING_CASES").ok().and_then(|text| text.parse().ok())
}

fn runner() -> TestRunner {
    let cases = asked().unwrap_or(200);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    match asked() {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    }
}

/// Whether a command that was run is one that was read: `None` stands for any number of words.
fn is(read: &[Option<String>], ran: &[String]) -> bool {
    // Which beginnings of what ran the words read so far may be.
    let mut places = vec![false; ran.len() + 1];
    places[0] = true;
    for word in read {
        let mut next = vec![false; places.len()];
        for (at, _) in places.iter().enumerate().filter(|(_, here)| **here) {
            match word {
                None => next[at..].fill(true),
                Some(word) if ran.get(at) == Some(word) => next[at + 1] = true,
                Some(_) => {}
            }
        }
        places = next;
    }
    places[ran.len()]
}

/// Runs the line, and says which command of it was not read. Whether reading could tell.
fn unread(sandbox: &Sandbox, line: &str) -> (Option<Vec<String>>, bool) {
    let reading = runs(line, Place::Exec);
    if reading.opaque {
        return (None, false);
    }
    let ran = sandbox.run(line);
    let read = |ran: &[String]| {
        reading.commands.iter().any(|read| match sandbox.shell {
            Shell::Bash => is(read, ran),
            // It expands words in ways of its own: it is the programs that count.
            Shell::Zsh => read.first().is_some_and(|name| name.as_ref() == ran.first()),
        })
    };
    let missed = ran.into_iter().find(|ran| !read(ran));
    (missed, true)
}

fn hold(shell: Shell, lines: impl Strategy<Value = String>, least_told: f64) {
    let Some(sandbox) = Sandbox::new(shell) else {
        return eprintln!("there is no {shell:?} here: nothing is held against it");
    };
    let (told, all) = (std::cell::Cell::new(0_u32), std::cell::Cell::new(0_u32));
    let outcome = runner().run(&lines, |line| {
        let (missed, could_tell) = unread(&sandbox, &line);
        all.set(all.get() + 1);
        told.set(told.get() + u32::from(could_tell));
        match missed {
            None => Ok(()),
            Some(ran) => Err(TestCaseError::fail(format!(
                "{shell:?} ran {ran:?}\nof {line}\nbut reading found {:?}",
                runs(&line, Place::Exec).commands
            ))),
        }
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let share = f64::from(told.get()) / f64::from(all.get());
    eprintln!("{} lines, {:.0} % of them could be told", all.get(), share * 100.0);
    assert!(share > least_told, "reading gives up on nearly everything: {share}");
}

#[test]
fn what_bash_runs_was_read() {
    hold(Shell::Bash, draw::line(), 0.2);
}

#[test]
fn what_bash_runs_of_a_damaged_line_was_read() {
    hold(Shell::Bash, draw::damaged(), 0.1);
}

#[test]
fn what_zsh_runs_was_read() {
    hold(Shell::Zsh, draw::line(), 0.2);
}

#[test]
fn what_zsh_runs_of_a_damaged_line_was_read() {
    hold(Shell::Zsh, draw::damaged(), 0.1);
}

#[test]
fn lines_that_once_were_misread() {
    let Some(sandbox) = Sandbox::new(Shell::Bash) else { return };
    for line in include_str!("misread.txt").split("\n%%\n").map(|line| line.trim_end_matches("\n%%")) {
        let (missed, _) = unread(&sandbox, line);
        assert_eq!(missed, None, "{line}");
    }
}
