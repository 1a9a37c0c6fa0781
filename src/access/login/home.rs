//! A login with key and code makes its source a home of the account: what is guessed elsewhere keeps nobody out there who
//! comes with both.

use jiff::Timestamp;

use super::remember::Proven;
use crate::access::homes::MOST_HOMES;
use crate::access::services::{Authenticated, Services};
use crate::auth::Factor;
use crate::domain::SourceNet;

/// A login is done. With a new code it speaks for its source; with a key, too, it makes it a home. Through somebody else's
/// device it does neither.
pub(super) fn keep(services: &Services, who: &Authenticated, proven: &Proven, set_at: Option<Timestamp>) {
    if !proven.has_new_code() || who.stranger().is_some() {
        return;
    }
    let source = SourceNet::of(who.origin.address());
    services.sources.proven(source);
    if !proven.factors.contains(Factor::PublicKey) {
        return;
    }
    let now = who.now(&services.clock);
    let home = set_at.and_then(|set_at| services.homes.note(&who.operator, source, set_at, now));
    let Some(home) = home else { return };
    let store = services.store.clone();
    // For the next start: this one knows it. Nobody waits for it.
    tokio::spawn(async move {
        if let Err(error) = store.homes().keep(&home, MOST_HOMES).await {
            tracing::error!(%error, operator = %home.operator, "a home is not kept, and forgotten at the next start");
        }
    });
}
