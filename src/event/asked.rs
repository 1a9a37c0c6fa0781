//! Events by what they mean for those who write them.

use super::vocabulary::Event;
use crate::lockdown::Permit;

impl Event {
    /// Does it tell of something that a client asked for, and that does not happen without its row? Such rows are
    /// refused while there is still room for ends and for orders.
    pub fn is_asked_for(&self) -> bool {
        matches!(
            self,
            Self::LoginRefused { .. }
                | Self::LoginsRefused { .. }
                | Self::Decision { .. }
                | Self::SessionStarted { .. }
                | Self::ChannelOpened { .. }
                | Self::ChannelRefused { .. }
                | Self::CommandJudged { .. }
                | Self::ApprovalRequested { .. }
        )
    }

    pub fn permit_given(permit: &Permit) -> Self {
        let Permit { id, lockdown, operator, asset, until, ticket } = permit.clone();
        Self::PermitGiven { permit: id, lockdown, operator, asset, until, ticket }
    }
}
