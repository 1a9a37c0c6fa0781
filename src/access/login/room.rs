//! Whether there is room for what a proven person does.

use crate::access::services::{Authenticated, Services};
use crate::domain::Role;

/// Has the database's disk room for what this person does? What is kept of it is kept for orders, too.
pub(crate) async fn has_room(services: &Services, who: &Authenticated) -> bool {
    services.space.room_in_time().await.is_ok() || {
        let standing = services.live.standing();
        let account = standing.policy.operator(who.operator.as_str());
        account.is_some_and(|account| account.role == Role::Security)
    }
}
