//! Whatever is typed and shown, the capture goes on, and what it holds is bounded by what was typed.
#![no_main]

use std::time::Duration;

use juyong::guard::{Capture, Step};
use libfuzzer_sys::fuzz_target;

/// Steps without anything new before the target counts as stuck.
const MOST: usize = 10_000;

fuzz_target!(|events: Vec<(u8, Vec<u8>)>| {
    let mut capture = Capture::new(80, 24);
    let (mut now, mut typed) = (Duration::ZERO, 0);
    for (kind, bytes) in events {
        now += Duration::from_millis(u64::from(kind >> 3));
        match kind % 8 {
            0..3 => {
                typed += bytes.len();
                capture.typed(&bytes);
            }
            3 => capture.resize(u32::from(kind), bytes.first().map_or(24, |rows| u32::from(*rows))),
            _ => capture.output(&bytes, now),
        }
        settle(&mut capture, now, kind);
        assert!(capture.queued() <= typed);
    }
});

fn settle(capture: &mut Capture, now: Duration, kind: u8) {
    for _ in 0..MOST {
        match capture.next(now) {
            Step::Wait(_) => return,
            Step::Judge(_) if kind & 1 == 0 => drop(capture.refuse(now)),
            Step::Judge(_) if kind & 2 == 0 => drop(capture.refuse_told(now)),
            Step::Unfinished(line) => drop(capture.go_on(line, now)),
            Step::Judge(_) => drop(capture.pass(now)),
            Step::Late(_) => drop(capture.refuse_late(now)),
            Step::Send(_) => {}
        }
    }
    panic!("it never waits");
}
