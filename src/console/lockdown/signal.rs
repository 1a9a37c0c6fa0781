//! Orders as files, for automation: who can put a file into `data_dir/orders` gives the same orders as on
//! the command line, as `local:OWNER`.
//!
//! `NAME.toml` holds `command` and the command's options by their names. It becomes `NAME.toml.done` or
//! `NAME.toml.failed`, with what the command printed in `NAME.toml.result`. A file is taken by renaming it
//! before anything is done: what a crash interrupts is never done twice.

use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use rustix::fs::{Mode, OFlags};

use super::super::control::user_name;
use super::super::out::{Chunk, Out};
use super::super::run::{Caller, Failure, Input, run};
use super::super::tree::Cli;
use crate::session::Services;

/// How often the directory is looked at.
const TICK: Duration = Duration::from_millis(500);

/// A file that cannot be read yet may still be in the making for so long.
const MAKING: Duration = Duration::from_secs(2);

/// Longest file in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// What files may order. Codes may not: they would stay in the result.
const COMMANDS: [&str; 4] = ["start", "lift", "allow", "confirm"];

/// These stand without an option's name, in this order.
const PLACES: [&str; 2] = ["id", "operator"];

/// Makes the directory, closed to everybody else.
pub fn inbox(data_dir: &Path) -> std::io::Result<PathBuf> {
    let dir = data_dir.join("orders");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
    Ok(dir)
}

/// Carries out what lies in the directory, until it is dropped.
pub async fn watch(services: Arc<Services>, dir: PathBuf) {
    for path in files(&dir, ".toml.taken") {
        let whole = path.with_extension("");
        let why = "the gateway ended while this was carried out: see `juyong lockdown status`";
        settle(&path, &whole, b"", Some(why), 1);
    }
    loop {
        for path in files(&dir, ".toml") {
            carry_out(&services, &path).await;
        }
        tokio::time::sleep(TICK).await;
    }
}

/// The files whose name ends so, in the order of their names.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let open = std::fs::metadata(dir).is_ok_and(|about| about.mode() & 0o002 != 0);
    if open {
        tracing::error!(dir = %dir.display(), "anybody could order here: take the right to write from others");
        return Vec::new();
    }
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let named = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        !name.starts_with('.') && name.ends_with(ending)
    };
    let mut found: Vec<PathBuf> = entries.filter(named).collect();
    found.sort();
    found
}

/// What a file orders, and who did.
struct Signal {
    words: Vec<String>,
    owner: String,
}

async fn carry_out(services: &Arc<Services>, path: &Path) {
    let signal = match read(path) {
        Ok(signal) => Ok(signal),
        Err((_, true)) => return,
        Err((failure, false)) => Err(failure),
    };
    let taken = path.with_added_extension("taken");
    if let Err(error) = std::fs::rename(path, &taken) {
        return tracing::error!(file = %path.display(), %error, "an order could not be taken");
    }
    match signal {
        Ok(signal) => {
            let (output, errors, exit) = execute(services, signal).await;
            settle(&taken, path, &output, (exit != 0).then_some(errors.trim()), exit);
        }
        Err(failure) => settle(&taken, path, b"", Some(&failure.0), 2),
    }
}

/// Reads a file that one owner alone could write. Beside a failure: whether the file may still be in the
/// making.
fn read(path: &Path) -> Result<Signal, (Failure, bool)> {
    let fault = |why: String| (Failure(format!("{}: {why}", path.display())), false);
    // Not through a link, and without waiting for a pipe's other end.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| fault(error.to_string()))?;
    let file = std::fs::File::from(file);
    let about = file.metadata().map_err(|error| fault(error.to_string()))?;
    if !about.is_file() || about.nlink() != 1 || about.mode() & 0o022 != 0 {
        return Err(fault("not a file of its own that its owner alone can write: chmod go-w".into()));
    }
    let mut text = String::new();
    let length = file.take(MAX_FILE).read_to_string(&mut text).map_err(|error| fault(error.to_string()))?;
    let fresh = about.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age < MAKING));
    if length == 0 && fresh {
        return Err((Failure("it is empty".into()), true));
    }
    let words = words(&text).map_err(|failure| (fault(failure.0).0, fresh))?;
    Ok(Signal { words, owner: user_name(about.uid()) })
}

/// The words of the command line that say the same.
fn words(text: &str) -> Result<Vec<String>, Failure> {
    let table: toml::Table = toml::from_str(text).map_err(|error| Failure(error.message().to_owned()))?;
    let command = table.get("command").and_then(toml::Value::as_str).unwrap_or_default();
    if !COMMANDS.contains(&command) {
        return Err(Failure(format!("`command` is one of {}", COMMANDS.join(", "))));
    }
    let mut words = vec!["--json".to_owned(), "lockdown".to_owned(), command.to_owned()];
    for (key, value) in table.iter().filter(|(key, _)| *key != "command" && !PLACES.contains(&key.as_str())) {
        words.push(format!("--{key}={}", spelled(key, value)?));
    }
    words.push("--".to_owned()); // what follows is no option, whatever it looks like
    for key in PLACES {
        words.extend(table.get(key).map(|value| spelled(key, value)).transpose()?);
    }
    Ok(words)
}

fn spelled(key: &str, value: &toml::Value) -> Result<String, Failure> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Datetime(at) => Ok(at.to_string()),
        toml::Value::Array(items) => {
            let items = items.iter().map(|item| spelled(key, item)).collect::<Result<Vec<_>, _>>()?;
            Ok(items.join(","))
        }
        _ => Err(Failure(format!("`{key}` must be a text or a list of texts"))),
    }
}

async fn execute(services: &Arc<Services>, signal: Signal) -> (Vec<u8>, String, u8) {
    let words = std::iter::once("juyong").chain(signal.words.iter().map(String::as_str));
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => return (Vec::new(), error.to_string(), 2),
    };
    let (out, mut pieces) = Out::new(cli.json);
    let caller = Caller::Local(signal.owner);
    let work = async {
        let exit = run(services, &caller, &cli.command, &signal.words, Input::default(), &out).await;
        drop(out);
        exit
    };
    let gather = async {
        let (mut output, mut errors) = (Vec::new(), String::new());
        while let Some(piece) = pieces.recv().await {
            match piece {
                Chunk::Out(bytes) => output.extend_from_slice(&bytes),
                Chunk::Err(bytes) => errors += &String::from_utf8_lossy(&bytes),
            }
        }
        (output, errors)
    };
    let (exit, (output, errors)) = tokio::join!(work, gather);
    (output, errors, exit)
}

/// Writes the result beside the file, and then gives the file its last name: who waits for that name finds
/// the result.
fn settle(taken: &Path, path: &Path, output: &[u8], error: Option<&str>, exit: u8) {
    let mut result = output.to_vec();
    let last = match error {
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

/// A new file, whatever stood there: nothing is written through somebody's link.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.symlink_metadata().is_ok() {
        std::fs::remove_file(path)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?;
    file.write_all(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_says_what_a_command_line_says() {
        let said = |text: &str| words(text).unwrap().join(" ");
        assert_eq!(
            said("command = 'start'\nreason = 'drill'\nscope = ['@dba', 'vendor:x']\nuntil = '2h'"),
            "--json lockdown start --reason=drill --scope=@dba,vendor:x --until=2h --"
        );
        assert_eq!(
            said(
                "command = 'allow'\noperator = 'li-lei'\nid = 'may'\nticket = 'T-1'\nuntil = 2026-05-01T08:00:00Z"
            ),
            "--json lockdown allow --ticket=T-1 --until=2026-05-01T08:00:00Z -- may li-lei"
        );
        assert_eq!(
            said("command = 'lift'\nid = '--help'\nreason = '-x'"),
            "--json lockdown lift --reason=-x -- --help"
        );
    }

    #[test]
    fn what_is_no_order_is_refused() {
        for text in
            ["", "command = 5", "command = 'codes'", "command = 'start'\nreason = 5", "command = ", "x"]
        {
            assert!(words(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_a_file_that_its_owner_alone_can_write_is_read() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        std::fs::write(&path, "command = 'lift'\nid = 'x'\nreason = 'y'").unwrap();
        assert!(read(&path).is_ok());
        for mode in [0o620, 0o602] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(read(&path).is_err_and(|(why, _)| why.0.contains("chmod go-w")), "{mode:o}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let (link, twin) = (dir.path().join("b.toml"), dir.path().join("c.toml"));
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(read(&link).is_err(), "a link");
        std::fs::hard_link(&path, &twin).unwrap();
        assert!(read(&path).is_err(), "a file of two names");
        std::fs::remove_file(&twin).unwrap();
        assert!(read(&path).is_ok());
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(files(dir.path(), ".toml").is_empty(), "where anybody can put files, none counts");
    }

    #[test]
    fn a_file_in_the_making_is_left_alone_for_a_while() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        for text in ["", "command = 'sta"] {
            std::fs::write(&path, text).unwrap();
            assert!(read(&path).is_err_and(|(_, making)| making), "{text:?}");
        }
        let old = std::time::SystemTime::now() - Duration::from_secs(10);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        assert!(read(&path).is_err_and(|(_, making)| !making));
    }
}
