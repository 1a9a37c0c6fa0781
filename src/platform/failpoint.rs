//! Where a test may let the program die, as by kill -9: between two steps that have to hold together; and where it may
//! let one task panic. A release has no such places.

/// Dies here, at once and without a word, if `JUYONG_DIE_AT` names this place.
#[cfg(debug_assertions)]
pub(crate) fn point(place: &str) {
    if std::env::var_os("JUYONG_DIE_AT").is_some_and(|named| named == place) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::thread::sleep(std::time::Duration::from_secs(5)); // the signal is on its way
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
pub(crate) fn point(_: &str) {}

/// Panics if `JUYONG_PANIC_AT` is this place and this account, as `PLACE:ACCOUNT`.
#[cfg(debug_assertions)]
#[allow(clippy::panic, reason = "it is what a test asks for")]
pub(crate) fn panic(place: &str, account: &str) {
    let named = std::env::var("JUYONG_PANIC_AT").unwrap_or_default();
    if named.split_once(':') == Some((place, account)) {
        std::panic::panic_any("a test asked for it");
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
pub(crate) fn panic(_: &str, _: &str) {}

/// Waits if this is the account of `JUYONG_STUCK_WRITE`, `ACCOUNT:FILE`: its disk does not answer for as long as the file
/// is there, or for as many milliseconds as it says.
#[cfg(debug_assertions)]
pub(crate) fn stuck_write(account: &str) {
    use std::time::{Duration, Instant};
    let named = std::env::var("JUYONG_STUCK_WRITE").unwrap_or_default();
    let Some((_, file)) = named.split_once(':').filter(|(stuck, _)| *stuck == account) else { return };
    let began = Instant::now();
    while let Ok(text) = std::fs::read_to_string(file) {
        if text.trim().parse().is_ok_and(|most| began.elapsed() >= Duration::from_millis(most)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
pub(crate) fn stuck_write(_: &str) {}
