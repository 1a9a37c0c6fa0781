//! A person's phone: this program itself, when `ssh` calls it as its `SSH_ASKPASS`.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret};

/// Whose phone is asked: the secret of the codes, in base32.
pub(crate) const SECRET: &str = "JUYONG_BENCH_SECRET";

/// Seconds that a code lasts.
pub(crate) const STEP: u64 = 30;

/// Prints the code of now, if that is what this process was called for.
pub(crate) fn answers() -> bool {
    let secret = std::env::var(SECRET);
    secret.inspect(|secret| println!("{}", code(secret))).is_ok()
}

pub(crate) fn code(secret: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let secret = Secret::try_from_base32(secret).expect("base32");
    let totp = Builder::new().with_step_duration(STEP).with_secret(secret.as_bytes()).build_noncompliant();
    totp.generate(now).to_string()
}
