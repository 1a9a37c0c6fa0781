//! The SSH library's callbacks, turned into proofs for the authenticator and events for the inboxes.
//!
//! Nothing here waits for a channel, or the whole connection would. Requests that OpenSSH's server would
//! refuse are refused here, at once and in order; what starts a program is answered with success before
//! anything runs, since the story of a refusal is told in words on the channel, not by a bare failure.

use std::sync::Arc;

use russh::keys::{Algorithm, Certificate};
use russh::server::{
    Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Response, Session, VerifiedPublicKey,
};
use russh::{ChannelId, MethodKind, MethodSet, Pty, Sig};
use tokio::sync::{mpsc, oneshot};

use super::authenticator::{AuthAnswer, AuthMethods, Authenticator, OfferedKey, Proof};
use super::certificate::{self, is_sha1};
use super::channel::{Half, sig_name};
use super::inbox::inbox;
use super::incoming::{Direct, Incoming};
use super::slots::{Broken, Slot, Slots};
use super::{Channel, ChannelEvent, Outlet, PublicKey, Start, Terminal};
use crate::auth::SecurityKeyUse;
use crate::domain::Secret;
use crate::evidence::brief;
use crate::terminal::size::TerminalSize;

/// Longest value of an environment variable, in bytes.
const MAX_ENV: usize = 1024;

/// Longest SSH user name, `USER+LOGIN@ASSET`. No three names together are as long, so what is cut names nothing.
const MAX_USER: usize = 512;

/// Longest name of a host (RFC 1035 section 2.3.4), of a subsystem, and of a signal.
const MAX_HOST: usize = 253;
const MAX_SUBSYSTEM: usize = 256;
const MAX_SIGNAL: usize = 32;

pub(super) struct Front<A: Authenticator> {
    authenticator: A,
    proven: Option<oneshot::Sender<(A::Login, String)>>,
    opened: mpsc::Sender<Incoming>,
    slots: Slots,
    /// Channels open at once.
    most: usize,
}

impl<A: Authenticator> Front<A> {
    pub(super) fn new(
        authenticator: A,
        proven: oneshot::Sender<(A::Login, String)>,
        opened: mpsc::Sender<Incoming>,
        most: usize,
    ) -> Self {
        Self { authenticator, proven: Some(proven), opened, slots: Slots::default(), most }
    }

    pub(super) fn slots(&self) -> Slots {
        self.slots.clone()
    }

    async fn prove(&mut self, user: &str, proof: Proof) -> Auth {
        match self.authenticator.prove(&brief(user, MAX_USER), proof).await {
            AuthAnswer::Accepted => Auth::Accept,
            AuthAnswer::Ask { prompts } => Auth::Partial {
                name: "".into(),
                instructions: "".into(), // OpenSSH escapes all in it that is not ASCII
                prompts: prompts.into_iter().map(|(prompt, echo)| (prompt.into(), echo)).collect(),
            },
            AuthAnswer::Refused { methods, partial } => {
                Auth::Reject { proceed_with_methods: Some(method_set(methods)), partial_success: partial }
            }
        }
    }

    /// Makes our end of a channel; `None` when the client has too many.
    fn adopt(&self, channel: russh::Channel<Msg>, session: &Session) -> Option<(ChannelId, Channel)> {
        let mut slots = self.slots.lock();
        if slots.len() >= self.most {
            return None;
        }
        let id = channel.id();
        let (feed, inbox) = inbox();
        slots.insert(id, Slot::new(feed));
        let (_, half) = channel.split(); // its queue is not ours: see `inbox`
        Some((id, Channel { inbox, outlet: Arc::new(Outlet::new(Half::Server(half, session.handle()))) }))
    }

    /// Thrown away, and so credited at once.
    fn drop_data(id: ChannelId, bytes: &[u8], session: &mut Session) -> Result<(), Broken> {
        Ok(session.credit_window(id, u32::try_from(bytes.len()).unwrap_or(u32::MAX))?)
    }

    fn start(&self, id: ChannelId, start: Start, session: &mut Session) -> Result<(), Broken> {
        if self.slots.start(id) {
            session.channel_success(id)?;
            self.slots.event(id, ChannelEvent::Start(start))?;
        } else {
            session.channel_failure(id)?;
        }
        Ok(())
    }

    /// A client that opens faster than we look loses the row in the journal, not the refusal.
    fn refused(&self, what: &'static str) {
        let _ = self.opened.try_send(Incoming::Refused(what));
    }
}

/// The connection is gone: whoever waits for an event hears it, though the map is still held elsewhere.
impl<A: Authenticator> Drop for Front<A> {
    fn drop(&mut self) {
        self.slots.clear();
    }
}

fn method_set(methods: AuthMethods) -> MethodSet {
    let all = [
        (methods.public_key, MethodKind::PublicKey),
        (methods.password, MethodKind::Password),
        (methods.interactive, MethodKind::KeyboardInteractive),
    ];
    let some: Vec<_> = all.iter().filter(|(on, _)| *on).map(|&(_, kind)| kind).collect();
    MethodSet::from(some.as_slice())
}

/// `None`: a kind of key that is not accepted.
fn offered(
    key: &russh::keys::PublicKey,
    signature: &Algorithm,
    certificate: Option<&Certificate>,
) -> Option<OfferedKey> {
    match certificate {
        _ if is_sha1(signature) => Some(OfferedKey::Sha1),
        Some(certificate) => Some(OfferedKey::Certified(Box::new(certificate::read(certificate)))),
        None => PublicKey::of_person(key.clone()).ok().map(OfferedKey::Plain),
    }
}

impl<A: Authenticator> Handler for Front<A> {
    type Error = Broken;

    /// Asked for with the service, which a client does by itself as soon as the keys are exchanged.
    async fn authentication_banner(&mut self) -> Result<Option<String>, Broken> {
        self.authenticator.greeted();
        Ok(self.authenticator.banner())
    }

    async fn auth_none(&mut self, user: &str) -> Result<Auth, Broken> {
        Ok(self.prove(user, Proof::None).await)
    }

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Broken> {
        Ok(self.prove(user, Proof::Password(Secret::new(password))).await)
    }

    async fn auth_publickey_offered(
        &mut self,
        user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, Broken> {
        let Some(key) = offered(offer.public_key, offer.algorithm, offer.certificate) else {
            return Ok(Auth::reject());
        };
        let known = self.authenticator.offered(&brief(user, MAX_USER), &key).await;
        Ok(if known { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Broken> {
        let Some(OfferedKey::Plain(public)) = offered(key.public_key, key.algorithm, None) else {
            return Ok(Auth::reject());
        };
        let security = public.is_security_key().then(|| SecurityKeyUse::read(key.signature.as_bytes()));
        match security {
            // What it says stands where its own kind of signature has it.
            Some(None) => Ok(Auth::reject()),
            Some(_) if key.signature.algorithm() != key.public_key.algorithm() => Ok(Auth::reject()),
            said => {
                let proof = Proof::PublicKey { key: public, security: said.flatten() };
                Ok(self.prove(user, proof).await)
            }
        }
    }

    async fn auth_openssh_certificate(
        &mut self,
        user: &str,
        certificate: &Certificate,
    ) -> Result<Auth, Broken> {
        let read = Box::new(certificate::read(certificate));
        Ok(self.prove(user, Proof::Certificate(read)).await)
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, Broken> {
        let answers = response.map(|answers| answers.map(|answer| Secret::new(answer.to_vec())).collect());
        Ok(self.prove(user, Proof::Interactive(answers)).await)
    }

    async fn auth_succeeded(&mut self, session: &mut Session) -> Result<(), Broken> {
        let client: String = String::from_utf8_lossy(session.remote_sshid())
            .chars()
            .filter(|c| !c.is_control())
            .take(128)
            .collect();
        if let (Some(proven), Some(login)) = (self.proven.take(), self.authenticator.login()) {
            let _ = proven.send((login, client)); // nobody waits for it: the line is being cut
        }
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: russh::Channel<Msg>,
        reply: ChannelOpenHandle,
        session: &mut Session,
    ) -> Result<(), Broken> {
        // Room first: what is accepted is looked at.
        let room = self.opened.clone().try_reserve_owned().ok();
        match room.and_then(|room| Some((room, self.adopt(channel, session)?.1))) {
            Some((room, channel)) => {
                reply.accept().await;
                room.send(Incoming::Session(channel));
            }
            None => reply.reject(russh::ChannelOpenFailure::ResourceShortage).await,
        }
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: russh::Channel<Msg>,
        host: &str,
        port: u32,
        _originator: &str,
        _originator_port: u32,
        reply: ChannelOpenHandle,
        session: &mut Session,
    ) -> Result<(), Broken> {
        let port = u16::try_from(port).ok().filter(|_| host.len() <= MAX_HOST);
        let Some(port) = port else {
            self.refused("forward to what is not a host and a port");
            reply.reject(russh::ChannelOpenFailure::ConnectFailed).await;
            return Ok(());
        };
        let Some((id, channel)) = self.adopt(channel, session) else {
            reply.reject(russh::ChannelOpenFailure::ResourceShortage).await;
            return Ok(());
        };
        let host = host.chars().filter(|c| !c.is_control()).collect();
        let direct = Direct { host, port, channel, reply, slots: self.slots.clone(), id };
        if self.opened.try_send(Incoming::Direct(direct)).is_err() {
            drop(self.slots.remove(id)); // the request went with the error, and was refused by that
        }
        Ok(())
    }

    async fn data(&mut self, id: ChannelId, data: &[u8], session: &mut Session) -> Result<(), Broken> {
        let taken = self.slots.lock().get(&id).is_some_and(|slot| slot.data(data));
        if taken { Ok(()) } else { Self::drop_data(id, data, session) }
    }

    /// No program reads it: it goes nowhere, and is not kept either.
    async fn extended_data(
        &mut self,
        id: ChannelId,
        _: u32,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Broken> {
        Self::drop_data(id, data, session)
    }

    async fn channel_eof(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        Ok(self.slots.event(id, ChannelEvent::Eof)?)
    }

    /// The story of the channel closes it from our side, too; one that has no story is closed here.
    async fn channel_close(&mut self, id: ChannelId, session: &mut Session) -> Result<(), Broken> {
        match self.slots.remove(id) {
            Some(slot) => slot.close(),
            None => session.close(id)?,
        }
        Ok(())
    }

    async fn pty_request(
        &mut self,
        id: ChannelId,
        term: &str,
        columns: u32,
        rows: u32,
        pixel_width: u32,
        pixel_height: u32,
        modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Broken> {
        let term = term.chars().filter(char::is_ascii_graphic).take(64).collect();
        let modes = modes.iter().map(|&(code, value)| (code as u8, value)).collect();
        session.channel_success(id)?;
        let sized = columns > 0 && rows > 0;
        let TerminalSize { columns, rows } = TerminalSize::readable(columns, rows);
        let terminal = Terminal { term, columns, rows, sized, pixel_width, pixel_height, modes };
        Ok(self.slots.event(id, ChannelEvent::Terminal(terminal))?)
    }

    async fn env_request(
        &mut self,
        id: ChannelId,
        name: &str,
        value: &str,
        session: &mut Session,
    ) -> Result<(), Broken> {
        let welcome =
            (name == "LANG" || name.starts_with("LC_")) && name.len() <= 64 && value.len() <= MAX_ENV;
        if welcome && self.slots.env(id, name, value)? {
            session.channel_success(id)?;
        } else {
            session.channel_failure(id)?;
        }
        Ok(())
    }

    async fn shell_request(&mut self, id: ChannelId, session: &mut Session) -> Result<(), Broken> {
        self.start(id, Start::Shell, session)
    }

    async fn exec_request(
        &mut self,
        id: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Broken> {
        self.start(id, Start::Exec(command.to_vec()), session)
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Broken> {
        self.start(id, Start::Subsystem(brief(name, MAX_SUBSYSTEM).into_owned()), session)
    }

    async fn window_change_request(
        &mut self,
        id: ChannelId,
        columns: u32,
        rows: u32,
        pixel_width: u32,
        pixel_height: u32,
        session: &mut Session,
    ) -> Result<(), Broken> {
        session.channel_success(id)?;
        let TerminalSize { columns, rows } = TerminalSize::readable(columns, rows);
        Ok(self.slots.event(id, ChannelEvent::Resize { columns, rows, pixel_width, pixel_height })?)
    }

    async fn signal(&mut self, id: ChannelId, signal: Sig, session: &mut Session) -> Result<(), Broken> {
        let name = sig_name(&signal);
        if name.len() > MAX_SIGNAL {
            return Ok(session.channel_failure(id)?);
        }
        session.channel_success(id)?;
        Ok(self.slots.event(id, ChannelEvent::Signal(name))?)
    }

    async fn x11_request(
        &mut self,
        id: ChannelId,
        _single: bool,
        _protocol: &str,
        _cookie: &str,
        _screen: u32,
        session: &mut Session,
    ) -> Result<(), Broken> {
        session.channel_failure(id)?;
        Ok(self.slots.refused(id, "x11-forwarding")?)
    }

    async fn agent_request(&mut self, id: ChannelId, _: &mut Session) -> Result<bool, Broken> {
        self.slots.refused(id, "agent-forwarding")?;
        Ok(false)
    }

    async fn tcpip_forward(&mut self, _: &str, _: &mut u32, _: &mut Session) -> Result<bool, Broken> {
        self.refused("remote-forward");
        Ok(false)
    }

    async fn streamlocal_forward(&mut self, _: &str, _: &mut Session) -> Result<bool, Broken> {
        self.refused("remote-forward");
        Ok(false)
    }

    async fn channel_open_direct_streamlocal(
        &mut self,
        _: russh::Channel<Msg>,
        _: &str,
        _refused_when_dropped: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Broken> {
        self.refused("unix-socket-forward");
        Ok(())
    }
}
