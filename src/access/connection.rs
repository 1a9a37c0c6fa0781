//! One connection: a proven person on it, and the session that its channels belong to.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::decide::{AccessRequest, Grant, would_allow};
use super::outcome::NotRecorded;
use super::places::Full;
use super::running::Session;
use super::services::{Authenticated, Services};
use super::target::LoginChoice;
use super::term::{Activity, Over, Span, Term};
use super::words;
use crate::access::live::Standing;
use crate::domain::{SessionId, Tell};
use crate::event::{Actor, Ending, Event};
use crate::journal::JournalFailed;
use crate::recorder::Exceeded;

/// The asset and the login as they were typed.
type Place = (String, LoginChoice);

/// What one login has, whatever number of connections it carries: an inner one (`ssh -J`) shares it with its outer
/// one, and so begins neither a time nor a patience anew.
pub(crate) struct Presence {
    spans: Mutex<Vec<(Place, Arc<Span>)>>,
    /// What is done here outside of any session.
    activity: Activity,
    /// Commands of the console that run.
    commands: AtomicUsize,
}

impl Presence {
    fn begin() -> Self {
        Self { spans: Mutex::default(), activity: Activity::begin(), commands: AtomicUsize::new(0) }
    }

    fn spans(&self) -> std::sync::MutexGuard<'_, Vec<(Place, Arc<Span>)>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn span(&self, place: &Place) -> Arc<Span> {
        let mut spans = self.spans();
        if let Some((_, span)) = spans.iter().find(|(known, _)| known == place) {
            return Arc::clone(span);
        }
        let span = Arc::new(Span::begin());
        spans.push((place.clone(), Arc::clone(&span)));
        span
    }

    /// A granted channel or a command of the console has a watch of its own. What merely is open has none: a menu,
    /// an inner connection, a channel that comes to nothing.
    fn is_carrying(&self) -> bool {
        self.commands.load(Ordering::Relaxed) > 0 || self.spans().iter().any(|(_, span)| span.is_open())
    }

    fn idle(&self) -> Duration {
        let own = self.activity.idle();
        self.spans().iter().map(|(_, span)| span.idle()).chain([own]).min().unwrap_or(own)
    }
}

/// A command of the console that runs.
pub(crate) struct RunningCommand(Arc<Presence>);

impl RunningCommand {
    /// Its end is the last that was done. Of what is not a command, or not this person's, nothing was.
    pub(crate) fn worked(&self) {
        self.0.activity.touch();
    }
}

impl Drop for RunningCommand {
    fn drop(&mut self) {
        self.0.commands.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(crate) struct Connection {
    pub(crate) services: Arc<Services>,
    pub(crate) who: Authenticated,
    /// One per asset and login that this connection has entered.
    sessions: tokio::sync::Mutex<Vec<Arc<Session>>>,
    /// Cancelled when the connection is over, for whoever waits and hears nothing from the client.
    pub(crate) left: CancellationToken,
    /// Known before their session begins, so that a decision's row can name it, and after it is over.
    terms: Mutex<Vec<(Place, Arc<Term>)>>,
    presence: Arc<Presence>,
    /// Cancelled when too much was refused.
    pub(crate) spent: CancellationToken,
    refusals: AtomicU32,
}

impl Connection {
    pub(crate) fn new(services: Arc<Services>, who: Authenticated) -> Self {
        Self::with(services, who, Arc::new(Presence::begin()))
    }

    /// The same person on a connection inside of this one.
    pub(crate) fn inner(&self, who: Authenticated) -> Self {
        Self::with(Arc::clone(&self.services), who, Arc::clone(&self.presence))
    }

    fn with(services: Arc<Services>, who: Authenticated, presence: Arc<Presence>) -> Self {
        Self {
            services,
            who,
            sessions: tokio::sync::Mutex::default(),
            left: CancellationToken::new(),
            terms: Mutex::default(),
            presence,
            spent: CancellationToken::new(),
            refusals: AtomicU32::new(0),
        }
    }

    pub(crate) async fn journal(&self, event: Event) -> Result<(), JournalFailed> {
        self.services.journal(self.who.actor(), Some(&self.who.origin), event).await
    }

    /// The session that this wish belongs to, begun or not, over or not.
    pub(crate) fn term(&self, wish: &AccessRequest) -> Arc<Term> {
        let place = (wish.asset.clone(), wish.login.clone());
        let mut terms = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, term)) = terms.iter().find(|(known, _)| *known == place) {
            return Arc::clone(term);
        }
        let id = SessionId::new(words::millis(self.services.clock.now()), self.services.random());
        let term = Arc::new(Term::new(id, self.presence.span(&place)));
        terms.push((place, Arc::clone(&term)));
        term
    }

    /// How long somebody may leave this connection alone: the gateway's limit, or a session's where that is
    /// shorter.
    pub(crate) fn patience(&self) -> Duration {
        let limit = self.services.config.limits.idle.as_duration();
        let spans = self.presence.spans();
        spans.iter().filter_map(|(_, span)| span.patience()).chain([limit]).min().unwrap_or(limit)
    }

    /// What is done here outside of any session.
    pub(crate) fn activity(&self) -> &Activity {
        &self.presence.activity
    }

    /// A command of the console begins.
    pub(crate) fn command(&self) -> RunningCommand {
        self.presence.commands.fetch_add(1, Ordering::Relaxed);
        RunningCommand(Arc::clone(&self.presence))
    }

    /// Resolves when nobody has done anything for too long on a connection that carries nothing.
    pub(crate) async fn deserted(&self) -> Duration {
        loop {
            let (patience, idle) = (self.patience(), self.presence.idle());
            let left = match patience.checked_sub(idle).filter(|left| !left.is_zero()) {
                Some(left) => left,
                None if self.presence.is_carrying() => super::watch::TICK,
                None => return patience,
            };
            // What an inner connection does is heard of by nobody here: it is looked at.
            tokio::time::sleep(left.min(super::watch::TICK)).await;
        }
    }

    /// The session of this grant; the first channel begins it.
    pub(crate) async fn session(&self, grant: &Grant, term: &Arc<Term>) -> Result<Arc<Session>, String> {
        let mut sessions = self.sessions.lock().await;
        if let Some(session) = sessions.iter().find(|session| session.id == term.id) {
            return Ok(Arc::clone(session));
        }
        let session = Session::begin(&self.services, &self.who, grant.asset(), grant.login(), term).await?;
        let session = Arc::new(session);
        sessions.push(Arc::clone(&session));
        Ok(session)
    }

    /// Gives up the sessions' places in the registry: from here on only channels that still carry something
    /// count as running, and whoever gave the order does not wait for a disk to take the evidence.
    pub(crate) async fn step_out(&self) {
        for session in self.sessions.lock().await.iter() {
            session.step_out();
        }
    }

    /// Leaves every asset at once, because this person may not be here any more. False when there was none.
    pub(crate) async fn cut_sessions(&self, reason: &str) -> bool {
        let sessions = self.sessions.lock().await;
        for session in sessions.iter() {
            session.note(Ending::Cut, reason.to_owned());
            session.leave();
        }
        !sessions.is_empty()
    }

    /// Ends a session that is over, once nothing of it is left: its connection may stand for long.
    pub(crate) async fn retire(&self, session: &Session) {
        let ended = {
            let mut sessions = self.sessions.lock().await;
            let place = sessions.iter().position(|known| known.id == session.id);
            place.filter(|_| session.term.is_spent()).map(|place| sessions.remove(place))
        };
        let Some(session) = ended else { return };
        let services = Arc::clone(&self.services);
        // Whoever waits for this may be dropped; the session's last row is written all the same.
        let ending = tokio::spawn(async move { session.end(&services).await });
        if let Ok(Err(error)) = ending.await {
            self.evidence_failed("session", error).await;
        }
    }

    /// Ends the sessions that an officer ended while nothing was open in them: whatever is open hears by itself.
    pub(crate) async fn bury(&self, standing: &Standing) {
        if standing.killed.is_empty() {
            return;
        }
        let sessions = self.sessions.lock().await.clone();
        for session in sessions {
            let Some(kill) = standing.killed.get(&session.id) else { continue };
            session.step_out();
            session.term.end(Over::Killed);
            if !session.term.is_open() {
                session.note(Ending::Cut, kill.to_string());
                self.retire(&session).await;
            }
        }
    }

    /// A channel's story broke off by a fault of ours.
    pub(crate) async fn failed(&self, fault: String) {
        tracing::error!(%fault, operator = %self.who.operator, "a channel failed");
        if let Err(error) = self.journal(Event::ChannelFailed { fault }).await {
            tracing::error!(%error, "a failed channel could not be journaled");
        }
    }

    /// Ends the sessions that were begun. Called at the end of the connection.
    pub(crate) async fn end_sessions(&self) {
        let sessions: Vec<_> = self.sessions.lock().await.drain(..).collect();
        for session in sessions {
            self.end(&session).await;
        }
        let terms = std::mem::take(&mut *self.terms.lock().unwrap_or_else(PoisonError::into_inner));
        let killed =
            |standing: &Standing| terms.iter().any(|(_, term)| standing.killed.contains_key(&term.id));
        if killed(&self.services.live.standing()) {
            self.services.live.update(|standing| {
                standing.killed.retain(|id, _| {
                    let ours = terms.iter().find(|(_, term)| term.id == *id);
                    // Known by its span from now on, while the login lasts.
                    ours.inspect(|(_, term)| term.end(Over::Killed)).is_none()
                });
            });
        }
    }

    async fn end(&self, session: &Session) {
        if let Err(error) = session.end(&self.services).await {
            self.evidence_failed("session", error).await;
        }
    }

    /// The login that a wish without one is meant for: the first that is open for it, else the asset's first,
    /// so that the answer says what is wrong.
    pub(crate) fn first_login(&self, wish: &AccessRequest) -> LoginChoice {
        self.logins(wish).into_iter().next().map_or(LoginChoice::NotGiven, LoginChoice::Named)
    }

    /// Logins of an asset on which this person may do what they wish now; where none is, the asset's first.
    pub(crate) fn logins(&self, wish: &AccessRequest) -> Vec<String> {
        let standing = self.services.live.standing();
        let Some(asset) = standing.policy.asset(&wish.asset) else { return vec![] };
        let all: Vec<String> = asset.logins.iter().map(ToString::to_string).collect();
        let at = self.who.now(&self.services.clock);
        let open: Vec<String> = all
            .iter()
            .filter(|login| {
                would_allow(
                    &standing,
                    &self.who,
                    AccessRequest { login: LoginChoice::Named((*login).clone()), ..wish.clone() },
                    at,
                )
            })
            .cloned()
            .collect();
        if open.is_empty() { all.into_iter().take(1).collect() } else { open }
    }

    /// Journals that no recording could be made, and says so to the person.
    pub(crate) async fn not_recorded(&self, error: NotRecorded) -> String {
        self.count_refusal().await;
        if let Some(exceeded) = error.exceeded() {
            self.recorded_too_much(exceeded).await;
            return words::with(&self.services, words::exceeded_key(exceeded), "");
        }
        let line = words::with(
            &self.services,
            "refused.disk",
            &std::io::Error::from(error.0.kind()).told(self.services.language()),
        );
        self.evidence_failed("recording", error.to_string()).await;
        line
    }

    /// Raises an alarm: somebody fills the disk with recordings.
    pub(crate) async fn recorded_too_much(&self, exceeded: Exceeded) {
        let operator = self.who.operator.clone();
        tracing::error!(%operator, %exceeded, "ALARM: recording-limit");
        let (owner, lockdowns, until) = (None, Vec::new(), None);
        let event = Event::Alarm {
            alarm: "recording-limit",
            operator: Some(operator),
            owner,
            device: None,
            lockdowns,
            until,
        };
        if let Err(error) = self.journal(event).await {
            tracing::error!(%error, "an alarm could not be journaled");
        }
    }

    /// Journals that the store failed, and says so to the person.
    pub(crate) async fn not_stored(&self, error: String) -> String {
        self.evidence_failed("store", error).await;
        words::with(&self.services, "cut.journal", "")
    }

    /// Counts a request that was refused. Each is a row, and a client that goes on all the same would fill the
    /// disk with them: its connection ends, which is the last row.
    pub(crate) async fn count_refusal(&self) {
        let count = self.refusals.fetch_add(1, Ordering::Relaxed) + 1;
        let here = count < self.services.config.limits.refusals.get();
        let of_account = self.services.places.refused(&self.who.operator);
        if (here && of_account) || self.spent.is_cancelled() {
            return;
        }
        self.spent.cancel();
        let whose = if here { "of this account within an hour" } else { "of this connection" };
        self.broken_off(format!("too many requests {whose} were refused; of this connection {count}")).await;
    }

    /// Waits for the next channel's turn; false when the connection ends before it.
    pub(crate) async fn turn(&self) -> bool {
        let turn = self.services.places.turn(&self.who.operator);
        tokio::select! {
            biased;
            () = self.left.cancelled() => false,
            () = tokio::time::sleep(turn) => true,
        }
    }

    /// Journals that the account, or the gateway, has too many open.
    pub(crate) async fn full(&self, what: &str, session: Option<SessionId>, full: Full) {
        let (what, reason) = (what.to_owned(), full.as_str().to_owned());
        if let Err(error) = self.journal(Event::ChannelRefused { session, what, reason }).await {
            tracing::error!(%error, "a refusal could not be journaled");
        }
        self.count_refusal().await;
    }

    /// Journals something that is not served.
    pub(crate) async fn refused(&self, what: &str, session: Option<SessionId>) {
        if self.spent.is_cancelled() {
            return;
        }
        let event = Event::ChannelRefused { session, what: what.to_owned(), reason: "not served".into() };
        if let Err(error) = self.journal(event).await {
            tracing::error!(%error, "a refusal could not be journaled");
        }
        self.count_refusal().await;
    }

    /// Journals that the client broke the protocol's rules, and the connection with it.
    pub(crate) async fn broken_off(&self, reason: String) {
        let event = Event::ChannelRefused { session: None, what: "connection".into(), reason };
        if let Err(error) = self.journal(event).await {
            tracing::error!(%error, "a broken connection could not be journaled");
        }
    }

    /// If even the journal cannot be written, the diagnostics are all that is left.
    pub(crate) async fn evidence_failed(&self, what: &str, reason: String) {
        tracing::error!(what, %reason, "evidence failed");
        let event = Event::EvidenceFailed { what: what.to_owned(), reason };
        if let Err(error) = self.services.journal(Actor::Gateway, None, event).await {
            tracing::error!(%error, "the journal failed");
        }
    }
}
