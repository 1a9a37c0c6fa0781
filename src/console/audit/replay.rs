//! A session's recordings, played in the caller's terminal.

use std::time::Duration;

use super::{View, find, recordings};
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::evidence::Reader;
use crate::evidence::cast::What;
use crate::session::Services;

/// Plays what was shown, with its pauses.
pub(super) async fn play(
    services: &Services,
    view: &View,
    id: &str,
    speed: f64,
    idle_limit: Option<f64>,
    out: &Out,
) -> Result<(), Failure> {
    if !(speed.is_finite() && speed > 0.0) {
        return Err(Failure("--speed is a number above 0".into()));
    }
    let longest = match idle_limit {
        None => Duration::MAX,
        Some(seconds) => Duration::try_from_secs_f64(seconds)?,
    };
    let row = find(services, view, id).await?;
    for (_, bytes) in recordings(services, &row)? {
        let mut last = Duration::ZERO;
        for event in Reader::open(bytes.as_slice())? {
            let event = event?;
            let pause = event.at.saturating_sub(last).min(longest);
            last = event.at;
            let What::Output(shown) = event.what else { continue };
            if !pause.is_zero() {
                tokio::select! {
                    () = tokio::time::sleep(pause.div_f64(speed)) => {}
                    () = out.unread() => return Ok(()),
                }
            }
            out.raw(shown).await?;
        }
    }
    Ok(())
}
