//! The sessions that run now, of which an order would cut some.

use super::super::error::AdminError;
use crate::access::Services;
use crate::store::{Filter, SessionRow};

pub(super) async fn running(services: &Services) -> Result<Vec<SessionRow>, AdminError> {
    let filter = Filter { since: Some(services.clock.now()), ..Filter::default() };
    Ok(services.store.sessions().list(&filter, |row| row.ended.is_none()).await?)
}
