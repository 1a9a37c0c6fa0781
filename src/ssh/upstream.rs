//! The SSH library's callbacks towards an asset. What an asset wants opened (agent, X11, forwards back) is
//! refused: it is the operator who asks here, never the machine.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use russh::client::{ChannelOpenHandle, Handler, Msg, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{ChannelId, Sig};

use super::channel::sig_name;
use super::inbox::{Feed, Flooded};
use super::{Event, PublicKey};

#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error(transparent)]
    Ssh(#[from] russh::Error),
    #[error(transparent)]
    Flooded(#[from] Flooded),
}

/// Where the events of each open channel go.
#[derive(Clone, Default)]
pub(super) struct Feeds(Arc<Mutex<HashMap<ChannelId, Feed>>>);

impl Feeds {
    fn lock(&self) -> MutexGuard<'_, HashMap<ChannelId, Feed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn insert(&self, id: ChannelId, feed: Feed) {
        self.lock().insert(id, feed);
    }

    fn event(&self, id: ChannelId, event: Event) -> Result<(), Broken> {
        Ok(self.lock().get(&id).map_or(Ok(()), |feed| feed.event(event))?)
    }

    fn data(&self, id: ChannelId, bytes: &[u8], errors: bool, session: &mut Session) -> Result<(), Broken> {
        let taken = self.lock().get(&id).is_some_and(|feed| feed.data(bytes, errors));
        if !taken {
            session.credit_window(id, u32::try_from(bytes.len()).unwrap_or(u32::MAX))?;
        }
        Ok(())
    }
}

pub(super) struct Upstream {
    pub(super) pinned: Vec<PublicKey>,
    /// The host key that was refused.
    pub(super) shown: Arc<Mutex<Option<PublicKey>>>,
    pub(super) feeds: Feeds,
}

/// The connection is gone: whoever waits for an event hears it, though the map is still held elsewhere.
impl Drop for Upstream {
    fn drop(&mut self) {
        self.feeds.lock().clear();
    }
}

impl Handler for Upstream {
    type Error = Broken;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Broken> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else { return Ok(false) };
        let Ok(key) = PublicKey::checked(key.clone()) else { return Ok(false) };
        if self.pinned.iter().any(|pinned| pinned.same(&key)) {
            return Ok(true);
        }
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
        Ok(false)
    }

    async fn data(&mut self, id: ChannelId, data: &[u8], session: &mut Session) -> Result<(), Broken> {
        self.feeds.data(id, data, false, session)
    }

    async fn extended_data(
        &mut self,
        id: ChannelId,
        _: u32,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Broken> {
        self.feeds.data(id, data, true, session)
    }

    async fn channel_eof(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.feeds.event(id, Event::Eof)
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        if let Some(feed) = self.feeds.lock().remove(&id) {
            feed.close();
        }
        Ok(())
    }

    async fn channel_success(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.feeds.event(id, Event::Answer(true))
    }

    async fn channel_failure(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.feeds.event(id, Event::Answer(false))
    }

    async fn exit_status(&mut self, id: ChannelId, status: u32, _: &mut Session) -> Result<(), Broken> {
        self.feeds.event(id, Event::ExitStatus(status))
    }

    async fn exit_signal(
        &mut self,
        id: ChannelId,
        signal: Sig,
        core_dumped: bool,
        message: &str,
        _language: &str,
        _: &mut Session,
    ) -> Result<(), Broken> {
        let message = message.chars().take(256).collect();
        self.feeds.event(id, Event::ExitSignal { signal: sig_name(&signal), core_dumped, message })
    }

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        _refused_when_dropped: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        Ok(())
    }

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _refused_when_dropped: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        Ok(())
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        _: russh::Channel<Msg>,
        _refused_when_dropped: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        Ok(())
    }

    async fn server_channel_open_x11(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _: u32,
        _refused_when_dropped: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        Ok(())
    }

    async fn server_channel_open_session(
        &mut self,
        _: russh::Channel<Msg>,
        _refused_when_dropped: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        Ok(())
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        _refused_when_dropped: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        Ok(())
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _refused_when_dropped: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        Ok(())
    }
}
