//! Ids as people give them: whole, or as much of the beginning as tells one from the others.

use crate::access::Services;
use crate::console::run::Failure;
use crate::domain::SessionId;

/// An id begins with its time: fewer characters would mean everything of a day.
const LEAST: usize = 6;
/// Sessions that are looked at for being in view.
const MOST: u32 = 200;

/// The sessions that may be meant: by their own id, or by that of a recording.
pub(super) async fn candidates(services: &Services, id: &str) -> Result<Vec<SessionId>, Failure> {
    let likely = id.len() >= LEAST && id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !likely {
        return Ok(Vec::new());
    }
    Ok(services.store.sessions().beginning(id, MOST).await?)
}
