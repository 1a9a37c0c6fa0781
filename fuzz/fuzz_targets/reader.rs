//! Any text is read without a panic, and what is read is bounded.
#![no_main]

use juyong::command::{Place, runs};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    for place in [Place::Terminal, Place::Exec] {
        assert!(runs(line, place).commands.len() <= 8192);
    }
});
