//! A time of day that a test can set: the gateway runs with libfaketime, whose monotonic clock goes on as
//! it should, as after a step by NTP or by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The library, wherever Debian puts it for this machine.
fn library() -> PathBuf {
    let below = fs::read_dir("/usr/lib").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let library = below.map(|dir| dir.join("faketime/libfaketimeMT.so.1")).find(|path| path.exists());
    library.expect("faketime is installed (tools/test-needs)")
}

/// Lets a program's time of day be `offset` seconds from the true one, as that file says.
pub fn follow(command: &mut Command, file: &Path) {
    command
        .env("LD_PRELOAD", library())
        .env("FAKETIME_TIMESTAMP_FILE", file)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
}

/// Sets the time of day of whoever follows `file`.
pub fn set(file: &Path, offset: i64) {
    // Replaced as a whole: a reader never sees half of it.
    let next = file.with_extension("next");
    fs::write(&next, format!("{offset:+}\n")).unwrap();
    fs::rename(next, file).unwrap();
}
