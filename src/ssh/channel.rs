//! One channel, the same whether its peer is the operator's client or the asset's server.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use russh::{ChannelWriteHalf, client, server};

use super::inbox::{Inbox, Start};
use super::terminal::Terminal;

/// The connection is gone; whoever hears this stops.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the connection is gone")]
pub struct Gone;

/// Both directions of one channel.
pub struct Channel {
    pub inbox: Inbox,
    pub outlet: Arc<Outlet>,
}

impl Channel {
    /// Drops what was typed up to the last Ctrl-C that waits, so that it interrupts nothing more.
    pub async fn drop_interrupt(&mut self) {
        let dropped = self.inbox.drop_interrupt();
        let _ = self.outlet.credit(dropped).await; // the client may be gone
    }
}

pub(super) enum Half {
    /// Towards an operator's client.
    Server(ChannelWriteHalf<server::Msg>, server::Handle),
    /// Towards an asset.
    Client(Arc<ChannelWriteHalf<client::Msg>>),
}

/// What goes to the peer. Messages arrive in the order in which they are sent here; sending data waits
/// for the peer's window.
///
/// Towards an asset a channel that nobody has any more is closed: a program that somebody started and left would
/// run on, and count among the sessions that the asset allows.
pub struct Outlet {
    half: Half,
    closed: AtomicBool,
    /// Taken by the far side and not yet granted anew.
    owed: Mutex<u32>,
}

/// Ends a channel when whoever serves it cannot.
pub struct Closer(Option<(server::Handle, russh::ChannelId)>);

impl Closer {
    /// The program failed, and the channel is over.
    pub async fn fail(self, status: u32) {
        let Some((handle, id)) = self.0 else { return };
        let end = async {
            handle.exit_status_request(id, status).await?;
            handle.eof(id).await?;
            handle.close(id).await
        };
        let _: Result<(), ()> = end.await; // gone: closed with its connection
    }

    /// What ran there was no program.
    pub async fn close(self) {
        if let Some((handle, id)) = self.0 {
            let _ = handle.close(id).await; // gone: closed with its connection
        }
    }
}

/// Window is granted in steps, not for every packet.
const CREDIT_STEP: u32 = super::WINDOW / 16;

macro_rules! on_either {
    ($self:ident, $half:ident => $send:expr) => {
        match &$self.half {
            Half::Server($half, _) => $send.await.map_err(|_| Gone),
            Half::Client($half) => $send.await.map_err(|_| Gone),
        }
    };
}

/// Requests that only a client makes; towards a client of ours they cannot be made.
macro_rules! on_client {
    ($self:ident, $half:ident => $send:expr) => {
        match &$self.half {
            Half::Client($half) => $send.await.map_err(|_| Gone),
            Half::Server(..) => Err(Gone),
        }
    };
}

impl Outlet {
    pub(super) fn new(half: Half) -> Self {
        Self { half, closed: AtomicBool::new(false), owed: Mutex::new(0) }
    }

    pub fn closer(&self) -> Closer {
        match &self.half {
            Half::Server(half, handle) => Closer(Some((handle.clone(), half.id()))),
            Half::Client(_) => Closer(None),
        }
    }

    pub async fn data(&self, bytes: Bytes) -> Result<(), Gone> {
        on_either!(self, half => half.data_bytes(bytes))
    }

    /// Standard error (RFC 4254 §5.2).
    pub async fn errors(&self, bytes: Bytes) -> Result<(), Gone> {
        on_either!(self, half => half.extended_data_bytes(1, bytes))
    }

    pub async fn eof(&self) -> Result<(), Gone> {
        on_either!(self, half => half.eof())
    }

    pub async fn close(&self) -> Result<(), Gone> {
        let closed = on_either!(self, half => half.close());
        self.closed.store(closed.is_ok(), Ordering::Relaxed);
        closed
    }

    /// Did this side close it?
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Grants the peer window for `bytes` that have left this process, or were thrown away.
    pub async fn credit(&self, bytes: usize) -> Result<(), Gone> {
        let due = {
            let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
            *owed = owed.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
            if *owed < CREDIT_STEP {
                return Ok(());
            }
            std::mem::take(&mut *owed)
        };
        on_either!(self, half => half.credit_window(due))
    }

    pub async fn exit_status(&self, status: u32) -> Result<(), Gone> {
        match &self.half {
            Half::Server(half, _) => half.exit_status(status).await.map_err(|_| Gone),
            Half::Client(_) => Err(Gone),
        }
    }

    pub async fn exit_signal(&self, signal: &str, core_dumped: bool, message: &str) -> Result<(), Gone> {
        match &self.half {
            Half::Server(half, handle) => handle
                .exit_signal_request(half.id(), sig(signal), core_dumped, message.to_owned(), String::new())
                .await
                .map_err(|()| Gone),
            Half::Client(_) => Err(Gone),
        }
    }

    /// Asks for a pseudo-terminal; the answer comes through the inbox, as for [`Self::start`].
    pub async fn terminal(&self, terminal: &Terminal) -> Result<(), Gone> {
        let modes: Vec<_> = terminal
            .modes
            .iter()
            .filter_map(|&(code, value)| Some((russh::Pty::from_u8(code)?, value)))
            .collect();
        let Terminal { term, columns, rows, pixel_width, pixel_height, .. } = terminal;
        on_client!(self, half => half.request_pty(true, term, *columns, *rows, *pixel_width, *pixel_height, &modes))
    }

    /// Sets a variable, if the asset likes to: no answer is asked for.
    pub async fn env(&self, name: &str, value: &str) -> Result<(), Gone> {
        on_client!(self, half => half.set_env(false, name, value))
    }

    pub async fn start(&self, start: &Start) -> Result<(), Gone> {
        match start {
            Start::Shell => on_client!(self, half => half.request_shell(true)),
            Start::Exec(command) => on_client!(self, half => half.exec(true, command.clone())),
            Start::Subsystem(name) => on_client!(self, half => half.request_subsystem(true, name.as_str())),
        }
    }

    pub async fn resize(
        &self,
        columns: u32,
        rows: u32,
        pixel_width: u32,
        pixel_height: u32,
    ) -> Result<(), Gone> {
        on_client!(self, half => half.window_change(columns, rows, pixel_width, pixel_height))
    }

    pub async fn signal(&self, name: &str) -> Result<(), Gone> {
        on_client!(self, half => half.signal(sig(name)))
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        let Half::Client(half) = &self.half else { return };
        if let (false, Ok(runtime)) =
            (self.closed.load(Ordering::Relaxed), tokio::runtime::Handle::try_current())
        {
            let half = Arc::clone(half);
            runtime.spawn(async move { half.close().await });
        }
    }
}

/// The library's own names and ours are the same, but for those that it does not list.
fn sig(name: &str) -> russh::Sig {
    use russh::Sig;
    match name {
        "ABRT" => Sig::ABRT,
        "ALRM" => Sig::ALRM,
        "FPE" => Sig::FPE,
        "HUP" => Sig::HUP,
        "ILL" => Sig::ILL,
        "INT" => Sig::INT,
        "KILL" => Sig::KILL,
        "PIPE" => Sig::PIPE,
        "QUIT" => Sig::QUIT,
        "SEGV" => Sig::SEGV,
        "TERM" => Sig::TERM,
        "USR1" => Sig::USR1,
        other => Sig::Custom(other.to_owned()),
    }
}

pub(super) fn sig_name(signal: &russh::Sig) -> String {
    match signal {
        russh::Sig::Custom(name) => name.clone(),
        known => format!("{known:?}"),
    }
}
