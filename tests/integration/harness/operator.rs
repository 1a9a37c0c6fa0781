//! An enrolled person: password, key, and the phone with the codes.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Totp};

const STEP: u64 = 30;

/// A code of the step before is not worth trying when that step will be too old in this many seconds.
const MARGIN: u64 = 10;

pub struct Operator {
    pub name: String,
    pub password: String,
    pub key: PathBuf,
    codes: Totp,
    secret: [u8; 20],
    last: Mutex<u64>,
}

impl Operator {
    pub fn new(name: &str, key: PathBuf) -> Self {
        let mut secret = [0; 20];
        getrandom::fill(&mut secret).unwrap();
        let codes = Builder::new().with_step_duration(STEP).with_secret(&secret[..]).build_noncompliant();
        let password = "Correct-Horse-Battery-7".to_owned();
        Self { name: name.to_owned(), password, key, codes, secret, last: Mutex::new(0) }
    }

    /// Somebody whose phone got this secret, in Base32 as it is shown.
    pub fn with_phone(name: &str, key: PathBuf, base32: &str) -> Self {
        let digits = base32.chars().filter(|c| !c.is_whitespace()).map(|c| {
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap_or_else(|| panic!("{base32:?} is not Base32"))
        });
        let bits: Vec<_> = digits.flat_map(|five| (0..5).rev().map(move |at| (five >> at) & 1)).collect();
        let bytes: Vec<u8> =
            bits.chunks(8).map(|eight| eight.iter().fold(0, |byte, bit| (byte << 1) | *bit as u8)).collect();
        let secret: [u8; 20] = bytes.try_into().unwrap();
        let codes = Builder::new().with_step_duration(STEP).with_secret(&secret[..]).build_noncompliant();
        Self { codes, secret, ..Self::new(name, key) }
    }

    /// The secret as an administrator types it.
    pub fn base32(&self) -> String {
        let bits: Vec<u8> =
            self.secret.iter().flat_map(|byte| (0..8).rev().map(move |at| (byte >> at) & 1)).collect();
        let digit = |five: &[u8]| five.iter().fold(0, |number, bit| (number << 1) | usize::from(*bit));
        bits.chunks(5).map(|five| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[digit(five)])).collect()
    }

    /// A code that was not given yet and is good now. A gateway takes the codes of the step before, of this
    /// one and of the next, each once and in ascending order: three logins are to be had without waiting.
    pub fn next_code(&self) -> String {
        let mut last = self.last.lock().unwrap();
        loop {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            let step = now / STEP;
            let oldest = if now % STEP < STEP - MARGIN { step - 1 } else { step };
            let next = oldest.max(*last + 1);
            if next <= step + 1 {
                *last = next;
                return self.codes.generate(next * STEP).to_string();
            }
            std::thread::sleep(Duration::from_secs(STEP - now % STEP));
        }
    }

    /// The code that was given last.
    pub fn last_code(&self) -> String {
        self.codes.generate(*self.last.lock().unwrap() * STEP).to_string()
    }

    /// The code of so many seconds from now, for a gateway whose clock is ahead.
    pub fn code_in(&self, seconds: u64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.codes.generate(now + seconds).to_string()
    }

    /// A code that was good a minute ago.
    pub fn old_code(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.codes.generate((now / STEP - 3) * STEP).to_string()
    }

    /// A code that no step around now has.
    pub fn wrong_code(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / STEP;
        let near: Vec<_> =
            (now - 7..now + 4).map(|step| self.codes.generate(step * STEP).to_string()).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}
