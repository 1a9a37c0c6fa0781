//! What the demo prints: how to log in, who got locked, and that it is over.

use std::io::Write;
use std::time::Duration;

use rust_i18n::t;

use super::moment;
use super::stage::Stage;
use crate::console::{self, Failure};
use crate::store::{Lock, PAGE, WHOLE, gather};

/// How often the demo looks for accounts that got locked.
const GLANCE: Duration = Duration::from_secs(1);

pub(super) fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// What a person needs to log in, and nothing else. The QR code stands above it, so that a small window shows
/// the lines that matter; the secret in letters is among them.
pub(super) fn announce(stage: &Stage) -> Result<(), Failure> {
    let tag = stage.language().tag();
    let address = stage.address();
    let (code, seconds) = moment::now(stage);
    let host = match address.ip() {
        ip if ip.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.to_string(),
        ip => ip.to_string(),
    };
    let here = std::env::current_dir().map(|path| path.display().to_string()).unwrap_or_default();
    let text = t!(
        "demo.screen",
        locale = tag,
        secret = stage.totp_secret(),
        password = stage.password(),
        port = address.port(),
        host = host,
        user = stage.user(),
        here = here,
        fingerprint = stage.fingerprint(),
        log_key = stage.log_key(),
        code = code,
        seconds = seconds
    );
    say(&format!("{}\n{}\n", console::qr(&stage.url())?, text.trim_end()))
}

/// Tells whenever one of the demo's people got locked by wrong passwords or codes, and how to open the
/// account: the person at the client is told nothing. Returns only if nothing can be printed.
pub(super) async fn locks(stage: &Stage) -> Failure {
    let mut known = Vec::new();
    loop {
        tokio::time::sleep(GLANCE).await;
        match tell_new(stage, &known).await {
            Ok(now) => known = now,
            Err(failure) => return failure,
        }
    }
}

/// Tells of the locks that were not there before, and returns those that are there now.
async fn tell_new(stage: &Stage, known: &[Lock]) -> Result<Vec<Lock>, Failure> {
    let services = stage.services();
    let now = services.clock.now();
    let locks = gather(WHOLE, |after| services.store.factors().locks(now, after, PAGE)).await?;
    let (tag, port) = (stage.language().tag(), stage.address().port());
    for lock in locks.iter().filter(|lock| !known.contains(lock)) {
        let line = t!("demo.locked", locale = tag, name = lock.operator, port = port);
        say(&format!("{line}\n"))?;
    }
    Ok(locks)
}

pub(super) fn farewell(stage: &Stage) -> Result<(), Failure> {
    say(&format!("\n{}\n", t!("demo.over", locale = stage.language().tag())))
}
