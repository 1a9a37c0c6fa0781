//! Orders as files, for automation: who can put a file into `data_dir/orders` gives the same orders as on
//! the command line, as `local:OWNER`.
//!
//! `NAME.toml` holds `command` and the command's options by their names. It becomes `NAME.toml.done` or
//! `NAME.toml.failed`, with what the command printed in `NAME.toml.result`. A file is taken by renaming it
//! before anything is done: what a crash interrupts is never done twice.

mod door;
mod file;

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::super::command_line::CommandLine;
use super::super::command_row::not_run;
use super::super::input::Input;
use super::super::out::Chunk;
use super::super::run::run;
use super::super::tree::{Cli, Command, LockdownCommand};
use crate::admin::{self, Admin, Caller};
use crate::event::{Actor, Event};
use clap::Parser;
use door::{Door, Since};
use file::{Signal, read};

/// How often the directory is looked at.
const TICK: Duration = Duration::from_millis(500);
/// Files that are looked at each time.
const AT_ONCE: usize = 256;
/// Files that a row names.
const NAMED: usize = 20;

/// Why a file confirms nothing that draws codes.
const CODES: &str = "break-glass codes would stay in the result: confirm this at a terminal";

/// Makes the directory, closed to everybody else.
pub fn inbox(data_dir: &Path) -> std::io::Result<PathBuf> {
    let dir = data_dir.join("orders");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
    Ok(dir)
}

/// Carries out what lies in the directory, until it is dropped.
pub async fn watch(admin: Arc<Admin>, dir: PathBuf) {
    let mut inbox = Inbox { admin, dir, door: Door::default(), open: None };
    let first = inbox.look().await;
    if first.is_some() {
        for path in listed(&inbox.dir, ".toml.taken").await {
            let whole = path.with_extension("");
            let why = "the gateway ended while this was carried out: see `juyong lockdown status`";
            apart(move || settle(&path, &whole, b"", Some(why), 1)).await;
        }
    }
    let mut since = first;
    loop {
        if let Some(since) = since {
            inbox.carry_out(since).await;
        }
        tokio::time::sleep(TICK).await;
        since = inbox.look().await;
    }
}

struct Inbox {
    admin: Arc<Admin>,
    dir: PathBuf,
    door: Door,
    /// Why it is open, as it was told last.
    open: Option<String>,
}

impl Inbox {
    /// From when on a file counts; `None` while none does, which is told once.
    async fn look(&mut self) -> Option<Since> {
        let (mut door, dir) = (std::mem::take(&mut self.door), self.dir.clone());
        let looked = apart(move || {
            let since = door.look(&dir);
            (door, since)
        });
        let (door, since) = looked.await?;
        self.door = door;
        match since {
            Ok(since) => {
                self.open = None;
                Some(since)
            }
            Err(why) => {
                if self.open.as_ref() != Some(&why) {
                    let there = listed(&self.dir, ".toml").await;
                    tracing::error!(%why, "orders are not carried out");
                    self.refused(&why, &there).await;
                    self.open = Some(why);
                }
                None
            }
        }
    }

    async fn carry_out(&self, since: Since) {
        let mut refused: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for path in listed(&self.dir, ".toml").await.into_iter().take(AT_ONCE) {
            if let Some(why) = carry_out(&self.admin, &path, since).await {
                refused.entry(why).or_default().push(path);
            }
        }
        for (why, files) in refused {
            self.refused(&why, &files).await;
        }
    }

    /// One row of many files: whoever plants them does not fill the journal.
    async fn refused(&self, why: &str, files: &[PathBuf]) {
        let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
        let event = Event::OrdersRefused {
            reason: why.to_owned(),
            count: files.len() as u64,
            files: files.iter().filter_map(name).take(NAMED).collect(),
        };
        if let Err(error) = self.admin.services.journal(Actor::Gateway, None, event).await {
            tracing::error!(%error, why, "orders were refused, and that could not be journaled");
        }
    }
}

/// Does what waits for a disk where no session is carried. `None` where it failed, which is told: what was not done is
/// not done twice.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|error| tracing::error!(%error, "the orders could not be looked at")).ok()
}

async fn listed(dir: &Path, ending: &'static str) -> Vec<PathBuf> {
    let dir = dir.to_owned();
    apart(move || files(&dir, ending)).await.unwrap_or_default()
}

/// The files whose name ends so, in the order of their names.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let named = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        !name.starts_with('.') && name.ends_with(ending)
    };
    let mut found: Vec<PathBuf> = entries.filter(named).collect();
    found.sort();
    found
}

/// Why it was not carried out at all, if so.
async fn carry_out(admin: &Arc<Admin>, path: &Path, since: Since) -> Option<String> {
    let (path, taken) = (path.to_owned(), path.with_added_extension("taken"));
    let (from, to) = (path.clone(), taken.clone());
    match apart(move || take(&from, &to, since)).await?? {
        Ok(signal) => {
            let (output, errors, exit) = execute(admin, signal).await;
            let settled = move || {
                settle(&taken, &path, &output, (exit != 0).then_some(errors.trim()), exit);
            };
            apart(settled).await;
            None
        }
        Err(why) => {
            let told = format!("{}: {why}", path.display());
            apart(move || settle(&taken, &path, b"", Some(&told), 2)).await;
            Some(why)
        }
    }
}

/// Reads an order and renames it, so that it is not read again; `None` where it is left for later.
fn take(path: &Path, taken: &Path, since: Since) -> Option<Result<Signal, String>> {
    let signal = match read(path, since) {
        Ok(signal) => Ok(signal),
        Err((_, true)) => return None,
        Err((why, false)) => Err(why),
    };
    match std::fs::rename(path, taken) {
        Ok(()) => Some(signal),
        Err(error) => {
            tracing::error!(file = %path.display(), %error, "an order could not be taken");
            None
        }
    }
}

async fn execute(admin: &Arc<Admin>, signal: Signal) -> (Vec<u8>, String, u8) {
    let words = std::iter::once("juyong").chain(signal.words.iter().map(String::as_str));
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => return (Vec::new(), error.to_string(), 2),
    };
    let caller = Caller::Local(signal.owner);
    if let Command::Lockdown(LockdownCommand::Confirm { id }) = &cli.command
        && admin::draws_codes(&admin.services, id).await
    {
        not_run(&admin.services, &caller, &signal.words, 1).await;
        return (Vec::new(), CODES.to_owned(), 1);
    }
    let line = CommandLine { caller, cli, words: signal.words, input: Input::default() };
    let mut running = run(admin, line);
    let (mut output, mut errors) = (Vec::new(), String::new());
    while let Some(piece) = running.next().await {
        match piece {
            Chunk::Out(bytes) => output.extend_from_slice(&bytes),
            Chunk::Err(bytes) => errors += &String::from_utf8_lossy(&bytes),
        }
    }
    (output, errors, running.exit().await)
}

/// Writes the result beside the file, and then gives the file its last name: who waits for that name finds
/// the result.
fn settle(taken: &Path, path: &Path, output: &[u8], error: Option<&str>, exit: u8) {
    let mut result = output.to_vec();
    let last = match error {
        None if asks(output) => serde_json::json!({ "exit": exit, "state": "requested", "in_force": false }),
        None => serde_json::json!({ "exit": exit }),
        Some(error) => serde_json::json!({ "exit": exit, "error": error }),
    };
    result.extend_from_slice(format!("{last}\n").as_bytes());
    let name = path.with_added_extension(if exit == 0 { "done" } else { "failed" });
    let written =
        write(&path.with_added_extension("result"), &result).and_then(|()| std::fs::rename(taken, name));
    if let Err(error) = written {
        tracing::error!(file = %path.display(), %error, "an order's result could not be written");
    }
    match error {
        None => tracing::info!(file = %path.display(), "an order was carried out"),
        Some(error) => tracing::error!(file = %path.display(), error, "an order was refused"),
    }
}

/// Was it only asked for? Then it waits for a second person.
fn asks(output: &[u8]) -> bool {
    let lines = output.split(|byte| *byte == b'\n');
    let mut records = lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
    records.any(|record| record.get("state").is_some_and(|state| state == "requested"))
}

/// A new file, whatever stood there: nothing is written through somebody's link.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.symlink_metadata().is_ok() {
        std::fs::remove_file(path)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?;
    file.write_all(bytes)
}
