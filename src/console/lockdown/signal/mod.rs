//! Orders as files, for automation: who can put a file into `data_dir/orders` gives the same orders as on
//! the command line, as `local:OWNER`.
//!
//! `NAME.toml` holds `command` and the command's options by their names. It becomes `NAME.toml.done` or
//! `NAME.toml.failed`, with what the command printed in `NAME.toml.result`. A file is taken by renaming it
//! before anything is done: what a crash interrupts is never done twice.

mod file;

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::super::out::{Chunk, Out};
use super::super::run::{Caller, Input, run};
use super::super::tree::Cli;
use crate::session::Services;
use clap::Parser;
use file::{Signal, read};

/// How often the directory is looked at.
const TICK: Duration = Duration::from_millis(500);

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

/// Could somebody beside the owner put something here? A directory that cannot be looked at counts as one.
fn others_write(dir: &Path) -> bool {
    std::fs::metadata(dir).map_or(true, |about| about.mode() & 0o022 != 0)
}

/// The files whose name ends so, in the order of their names; none where others than the owner may write, be it
/// to the directory that this one stands in.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    if let Some(open) = [Some(dir), dir.parent()].into_iter().flatten().find(|dir| others_write(dir)) {
        let mend = "its group or others could order here: chmod go-w";
        tracing::error!(dir = %open.display(), "{mend}");
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

async fn execute(services: &Arc<Services>, signal: Signal) -> (Vec<u8>, String, u8) {
    let words = std::iter::once("juyong").chain(signal.words.iter().map(String::as_str));
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => return (Vec::new(), error.to_string(), 2),
    };
    let (out, mut pieces) = Out::new(cli.json, cli.lang);
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

    use super::{Path, files};

    /// attack 21: a group counts as anybody.
    #[test]
    fn where_others_can_put_files_none_counts() {
        use std::os::unix::fs::PermissionsExt;
        let above = tempfile::tempdir().unwrap();
        let dir = above.path().join("orders");
        let mode = |dir: &Path, mode| {
            std::fs::set_permissions(dir, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        std::fs::create_dir(&dir).unwrap();
        mode(&dir, 0o700);
        for name in ["b.toml", "a.toml", ".c.toml", "d.toml.done"] {
            std::fs::write(dir.join(name), "").unwrap();
        }
        let found = || files(&dir, ".toml");
        let names: Vec<_> = found().iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["a.toml", "b.toml"]);
        for open in [0o777, 0o770, 0o702] {
            mode(&dir, open);
            assert!(found().is_empty(), "{open:o}");
            mode(&dir, 0o700);
            mode(above.path(), open);
            assert!(found().is_empty(), "{open:o} above");
            mode(above.path(), 0o700);
        }
        assert_eq!(found().len(), 2);
    }
}
