//! One SSH connection of a proven person: what [`access`](crate::access) keeps of it, and the ways to assets that its
//! sessions share.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::front::SshFront;
use super::line::Lines;
use crate::access::Authenticated;
use crate::access::connection::Connection;
use crate::access::live::Standing;
use crate::access::running::Session;

pub(super) struct Visit {
    pub(super) front: Arc<SshFront>,
    connection: Connection,
    /// For each session that dialled.
    lines: tokio::sync::Mutex<Vec<(Arc<Session>, Arc<Lines>)>>,
    /// What the person is told, where it was the gateway that ended the connection.
    why: OnceLock<String>,
    /// Terms are accepted, and the password is not too old.
    owes_nothing: AtomicBool,
}

impl Deref for Visit {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Visit {
    pub(super) fn new(front: Arc<SshFront>, who: Authenticated) -> Self {
        let connection = Connection::new(Arc::clone(&front.services), who);
        Self::on(front, connection)
    }

    fn on(front: Arc<SshFront>, connection: Connection) -> Self {
        let (lines, why, owes_nothing) = Default::default();
        Self { front, connection, lines, why, owes_nothing }
    }

    /// The same person on a connection inside of this one.
    pub(super) fn inner(&self, who: Authenticated) -> Self {
        let (front, connection) = (Arc::clone(&self.front), self.connection.inner(who));
        Self::on(front, connection)
    }

    pub(super) fn owes_nothing(&self) -> bool {
        self.owes_nothing.load(Ordering::Relaxed)
    }

    /// Asked once a connection.
    pub(super) fn owe_nothing(&self) {
        self.owes_nothing.store(true, Ordering::Relaxed);
    }

    /// The connection is over: whoever waits in it hears that, and can ask why.
    pub(super) fn end(&self, why: Option<&str>) {
        if let Some(why) = why {
            self.why.get_or_init(|| why.to_owned());
        }
        self.left.cancel();
    }

    /// Resolves once the connection is over; with what the person is told, if anything.
    pub(super) async fn ended(&self) -> String {
        self.left.cancelled().await;
        self.why.get().cloned().unwrap_or_default()
    }

    /// The ways to the asset that the channels of this session share.
    pub(super) async fn lines(&self, session: &Arc<Session>) -> Arc<Lines> {
        let mut all = self.lines.lock().await;
        if let Some((_, lines)) = all.iter().find(|(known, _)| known.id == session.id) {
            return Arc::clone(lines);
        }
        let lines = Arc::new(Lines::default());
        all.push((Arc::clone(session), Arc::clone(&lines)));
        lines
    }

    /// Gives up the ways of sessions that have left their assets.
    pub(super) async fn hang_up(&self) {
        self.lines.lock().await.retain(|(session, _)| !session.has_left());
    }

    /// Leaves every asset at once, because this person may not be here any more. False when there was none.
    pub(super) async fn cut_sessions(&self, reason: &str) -> bool {
        let any = self.connection.cut_sessions(reason).await;
        self.hang_up().await;
        any
    }

    /// Ends the sessions that an officer ended while nothing was open in them.
    pub(super) async fn bury(&self, standing: &Standing) {
        self.connection.bury(standing).await;
        self.hang_up().await;
    }

    /// Ends the sessions that were begun. Called at the end of the connection.
    pub(super) async fn end_sessions(&self) {
        self.connection.end_sessions().await;
        self.hang_up().await;
    }
}
