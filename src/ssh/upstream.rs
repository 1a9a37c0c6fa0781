//! The SSH library's callbacks towards an asset. What an asset wants opened (agent, X11, forwards back) is
//! refused: it is the operator who asks here, never the machine.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use russh::client::{ChannelOpenHandle, Handler, Msg, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{ChannelId, Names, Sig};

use super::channel::sig_name;
use super::inbox::{Feed, Flooded, inbox};
use super::{ChannelEvent, Inbox, PublicKey, algorithms};
use crate::domain::Legacy;

#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error(transparent)]
    Ssh(#[from] russh::Error),
    #[error(transparent)]
    Flooded(#[from] Flooded),
}

/// Where the events of each open channel go.
///
/// A channel is here from the moment when the asset confirms it, before whoever asked for it hears so: an asset
/// that speaks first, or closes at once, is not missed.
#[derive(Clone, Default)]
pub(super) struct Feeds(Arc<Mutex<Fed>>);

#[derive(Default)]
struct Fed {
    open: HashMap<ChannelId, Feed>,
    /// What came on channels that nobody has claimed yet, whether or not they are still open.
    unclaimed: HashMap<ChannelId, Inbox>,
    /// The connection is over.
    gone: bool,
}

impl Feeds {
    /// The maps are whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Fed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The asset confirmed the channel. Whoever asked for it may have been faster.
    fn confirmed(&self, id: ChannelId) {
        let fed = &mut *self.lock();
        if let Entry::Vacant(entry) = fed.open.entry(id) {
            let (feed, inbox) = inbox();
            entry.insert(feed);
            fed.unclaimed.insert(id, inbox);
        }
    }

    /// What came and comes on a channel that the asset confirmed.
    pub(super) fn claim(&self, id: ChannelId) -> Inbox {
        let mut fed = self.lock();
        if let Some(inbox) = fed.unclaimed.remove(&id) {
            return inbox;
        }
        let (feed, inbox) = inbox();
        if !fed.gone {
            fed.open.insert(id, feed);
        }
        inbox
    }

    fn closed(&self, id: ChannelId) {
        if let Some(feed) = self.lock().open.remove(&id) {
            feed.close();
        }
    }

    /// Whoever waits for an event hears that there will be none, though the maps are still held elsewhere.
    fn end(&self) {
        let mut fed = self.lock();
        fed.gone = true;
        fed.open.clear();
    }

    fn event(&self, id: ChannelId, event: ChannelEvent) -> Result<(), Broken> {
        Ok(self.lock().open.get(&id).map_or(Ok(()), |feed| feed.event(event))?)
    }

    fn data(&self, id: ChannelId, bytes: &[u8], errors: bool, session: &mut Session) -> Result<(), Broken> {
        let taken = self.lock().open.get(&id).is_some_and(|feed| feed.data(bytes, errors));
        if !taken {
            session.credit_window(id, u32::try_from(bytes.len()).unwrap_or(u32::MAX))?;
        }
        Ok(())
    }
}

pub(super) struct Upstream {
    pub(super) pinned: Vec<PublicKey>,
    pub(super) shown: Arc<Mutex<Shown>>,
    pub(super) feeds: Feeds,
}

/// What came out in the key exchange.
#[derive(Default)]
pub(super) struct Shown {
    /// The host key that was refused.
    pub(super) refused: Option<PublicKey>,
    /// The weak algorithms that were agreed on.
    pub(super) weak: Vec<Legacy>,
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.feeds.end();
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
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).refused = Some(key);
        Ok(false)
    }

    async fn kex_done(
        &mut self,
        _shared_secret: Option<&[u8]>,
        names: &Names,
        _: &mut Session,
    ) -> Result<(), Broken> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).weak = algorithms::weak_among(names);
        Ok(())
    }

    async fn channel_open_confirmation(
        &mut self,
        id: ChannelId,
        _max_packet: u32,
        _window: u32,
        _: &mut Session,
    ) -> Result<(), Broken> {
        self.feeds.confirmed(id);
        Ok(())
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
        self.feeds.event(id, ChannelEvent::Eof)
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.feeds.closed(id);
        Ok(())
    }

    async fn channel_success(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.feeds.event(id, ChannelEvent::Answer(true))
    }

    async fn channel_failure(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.feeds.event(id, ChannelEvent::Answer(false))
    }

    async fn exit_status(&mut self, id: ChannelId, status: u32, _: &mut Session) -> Result<(), Broken> {
        self.feeds.event(id, ChannelEvent::ExitStatus(status))
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
        let signal = sig_name(&signal).chars().take(64).collect();
        self.feeds.event(id, ChannelEvent::ExitSignal { signal, core_dumped, message })
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
