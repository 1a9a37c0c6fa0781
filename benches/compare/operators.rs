//! Operators to log in as. A code works once, and an operator's codes only ascend, so they take turns.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret};

/// Seconds a code lasts.
const STEP: u64 = 30;

pub(crate) struct Operators {
    /// The last step that each has used.
    used: Vec<u64>,
    next: usize,
}

impl Operators {
    pub(crate) fn new(count: usize) -> Self {
        Self { used: vec![0; count], next: 0 }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = (String, String)> + use<> {
        (0..self.used.len()).map(|index| (name(index), secret(index)))
    }

    /// The next operator's name and a code that is good now; waits for one if need be.
    pub(crate) fn log_in(&mut self) -> (String, String) {
        let index = self.next;
        self.next = (index + 1) % self.used.len();
        let step = loop {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() / STEP;
            // The gateway takes the steps on both sides of its own, too.
            let step = now.max(self.used[index] + 1);
            if step <= now + 1 {
                break step;
            }
            std::thread::sleep(Duration::from_millis(200));
        };
        self.used[index] = step;
        (name(index), code(&secret(index), step))
    }
}

fn name(index: usize) -> String {
    format!("bench-{index}")
}

/// Good for a gateway that lives for minutes on loopback, with a key made for it.
fn secret(index: usize) -> String {
    const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digit = |shift: usize| char::from(BASE32[(index >> shift) & 31]);
    format!("JUYONGBENCHJUYONGBENCHJUYONG{}{}AA", digit(5), digit(0))
}

fn code(secret: &str, step: u64) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let totp = Builder::new().with_step_duration(STEP).with_secret(secret.as_bytes()).build_noncompliant();
    totp.generate(step * STEP).to_string()
}
