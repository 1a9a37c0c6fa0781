//! Holds a channel of SFTP or classic scp to what the rules' `files` allow; every other channel passes untouched.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;

use crate::access::Services;
use crate::access::decide::Grant;
use crate::access::running::Session;
use crate::domain::{FileAccess, Protocol};
use crate::event::Event;
use crate::files::scp::{Sink, SinkError};
use crate::files::{FileOp, Gate, GateOutput};

/// One channel's gate, if it has one.
pub(super) struct Transfer {
    services: Arc<Services>,
    session: Arc<Session>,
    grant: Grant,
    gate: Option<Mutex<Gate>>,
    sink: Option<Mutex<Sink>>,
    /// What a person reads where the policy refuses.
    refusal: String,
    answers: Mutex<Answers>,
}

/// What the policy said, per kind of access, for as long as the same state is in force.
#[derive(Default)]
struct Answers {
    version: u64,
    /// Until when it is allowed; `None` where it is not.
    known: HashMap<FileAccess, Option<Timestamp>>,
}

impl Transfer {
    pub(super) fn new(
        services: &Arc<Services>,
        session: &Arc<Session>,
        grant: &Grant,
        refusal: &str,
    ) -> Self {
        let gate = (grant.protocol() == Protocol::Sftp).then(|| Mutex::new(Gate::new(refusal)));
        let sink = (grant.protocol() == Protocol::Scp).then(Mutex::default);
        Self {
            services: Arc::clone(services),
            session: Arc::clone(session),
            grant: grant.clone(),
            gate,
            sink,
            refusal: refusal.to_owned(),
            answers: Mutex::default(),
        }
    }

    /// Bytes from the client: what goes on to the asset, and what is answered at once.
    pub(super) async fn upward(&self, bytes: Bytes) -> Result<GateOutput, String> {
        let mut rows = Vec::new();
        let passed = self.judge(bytes, &mut rows);
        for row in rows {
            self.journal(row).await?;
        }
        passed
    }

    fn judge(&self, bytes: Bytes, rows: &mut Vec<Event>) -> Result<GateOutput, String> {
        let mut may = |access, _: &FileOp| self.may(access, rows);
        if let Some(gate) = &self.gate {
            let mut gate = gate.lock().unwrap_or_else(PoisonError::into_inner);
            return gate.from_client(bytes, &mut may).map_err(|fault| fault.to_string());
        }
        if let Some(sink) = &self.sink {
            let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
            sink.from_client(&bytes, &mut may).map_err(|fault| match fault {
                SinkError::Special => self.refusal.clone(),
                fault => fault.to_string(),
            })?;
        }
        Ok(GateOutput { to_server: vec![bytes], to_client: vec![] })
    }

    /// Bytes from the asset, with answers of ours between them.
    pub(super) fn downward(&self, bytes: Bytes) -> Result<Vec<Bytes>, String> {
        match &self.gate {
            None => Ok(vec![bytes]),
            Some(gate) => {
                let mut gate = gate.lock().unwrap_or_else(PoisonError::into_inner);
                gate.from_server(bytes).map_err(|fault| fault.to_string())
            }
        }
    }

    /// The policy's answer; asked, and journaled, once per kind of access and state in force.
    fn may(&self, access: FileAccess, rows: &mut Vec<Event>) -> bool {
        let standing = self.services.live.standing();
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.version != standing.policy_version {
            *answers = Answers { version: standing.policy_version, known: HashMap::new() };
        }
        let now = self.session.who.now(&self.services.clock);
        let known = answers.known.get(&access).copied();
        if let Some(answer) = known.filter(|until| until.is_none_or(|until| now < until)) {
            return answer.is_some();
        }
        let decision = self.grant.permits(&standing, access, now);
        rows.push(self.grant.file_row(access, &decision, &self.session.id, standing.policy.digest()));
        let answer = self.grant.relied_on(&decision, now);
        answers.known.insert(access, answer);
        answer.is_some()
    }

    async fn journal(&self, row: Event) -> Result<(), String> {
        let who = &self.session.who;
        self.services.journal(who.actor(), Some(&who.origin), row).await.map_err(|error| error.to_string())
    }

    /// A request inside a running channel that is not served.
    pub(super) async fn refused_request(&self, what: &'static str) -> Result<(), String> {
        let session = Some(self.session.id.clone());
        self.journal(Event::ChannelRefused { session, what: what.into(), reason: "not served".into() }).await
    }
}
