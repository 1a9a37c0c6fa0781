//! A channel's client as an audience.

use crate::access::audience::Audience;
use crate::ssh::Outlet;

/// Where a program's output goes, and what the gateway says.
#[derive(Clone, Copy)]
pub(super) struct Screen<'a> {
    pub outlet: &'a Outlet,
    /// Without a terminal, a program may read the output: what the gateway says goes beside it.
    pub terminal: bool,
}

impl Audience for Screen<'_> {
    async fn show(&self, text: String) {
        let bytes = text.into_bytes().into();
        let _ = match self.terminal {
            true => self.outlet.data(bytes).await,
            false => self.outlet.errors(bytes).await,
        }; // gone: the end of the channel is heard elsewhere
    }
}
