//! The gate on one SFTP channel.

use bytes::{Bytes, BytesMut};

use super::access::{Need, ON_OWN, SPECIAL};
use super::lane::Lane;
use super::own::Own;
use super::request::{FileOp, Look, Request, look};
use super::server::Position;
use super::wire::{self, Code, GateError};
use crate::domain::FileAccess;

/// Answers that may wait for the server to end its packet; a client that has more refused floods us.
const MAX_ANSWERS: usize = 256 * 1024;

const UNSUPPORTED: &str = "Operation unsupported";

/// Asks policy. A request that needs two accesses asks for each, until the answer is known.
type May<'a> = dyn FnMut(FileAccess, &FileOp) -> bool + 'a;

/// Passes on what policy allows and answers the rest in the server's stead.
///
/// Requests on a handle are judged by what they do, for the handle came from an `OPEN` that was judged; stamps, and
/// requests on names, belong to their upload where this channel made the file ([`Own`]).
/// What both methods return for the client has to reach it in the order of the calls. After an error
/// every call is an error: the channel is to be closed.
pub struct Gate {
    refusal: String,
    /// The beginning of a packet that cannot be judged yet.
    held: BytesMut,
    /// Bytes of a judged packet that are still to come, and whether they are passed on.
    left: usize,
    pass: bool,
    server: Position,
    own: Own,
    answers: BytesMut,
    broken: Option<GateError>,
}

/// What becomes of bytes from the client.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct GateOutput {
    pub to_server: Vec<Bytes>,
    pub to_client: Vec<Bytes>,
}

impl Gate {
    /// `refusal` is what the client shows its user when policy refuses.
    pub fn new(refusal: impl Into<String>) -> Self {
        Self {
            refusal: refusal.into(),
            held: BytesMut::new(),
            left: 0,
            pass: false,
            server: Position::default(),
            own: Own::default(),
            answers: BytesMut::new(),
            broken: None,
        }
    }

    pub fn from_client(&mut self, bytes: Bytes, may: &mut May<'_>) -> Result<GateOutput, GateError> {
        self.unbroken(|gate| {
            let mut lane = Lane::new(bytes);
            while gate.step(&mut lane, may)? {}
            Ok(GateOutput { to_server: lane.finish(), to_client: gate.release()? })
        })
    }

    /// Bytes for the client: the server's own, and at the first end of a packet the answers that wait.
    pub fn from_server(&mut self, bytes: Bytes) -> Result<Vec<Bytes>, GateError> {
        self.unbroken(|gate| {
            let mut lane = Lane::new(bytes);
            while !lane.rest().is_empty() {
                let step = gate.server.advance(lane.rest())?;
                lane.take(step, true);
                if !gate.server.is_boundary() {
                    continue;
                }
                if let Some(answer) = gate.server.answer() {
                    gate.own.answered(answer);
                }
                if !gate.answers.is_empty() {
                    lane.put(gate.answers.split().freeze());
                }
            }
            Ok(lane.finish())
        })
    }

    /// Once framing is lost, reading on would judge packets that the server does not see.
    fn unbroken<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, GateError>) -> Result<T, GateError> {
        match self.broken {
            Some(error) => Err(error),
            None => work(self).inspect_err(|error| self.broken = Some(*error)),
        }
    }

    /// One step through the client's bytes; false when there is nothing more to do.
    fn step(&mut self, lane: &mut Lane, may: &mut May<'_>) -> Result<bool, GateError> {
        if self.left > 0 {
            let taken = lane.take(self.left, self.pass);
            self.left -= taken;
            return Ok(taken > 0);
        }
        let view: &[u8] = if self.held.is_empty() { lane.rest() } else { &self.held };
        match look(view)? {
            Look::Wants(size) => {
                let more = lane.pull(size.saturating_sub(self.held.len()));
                self.held.extend_from_slice(&more);
                Ok(!more.is_empty())
            }
            Look::Judge(request) => {
                self.settle(lane, request, may);
                Ok(true)
            }
        }
    }

    fn settle(&mut self, lane: &mut Lane, request: Request, may: &mut May<'_>) {
        let own = request.deed.as_ref().is_some_and(|deed| self.own.covers(deed));
        let need = if own { ON_OWN } else { request.need };
        let special = if request.special { SPECIAL } else { Need::All(&[]) };
        let judged = judge(need, &request.op, may).and_then(|()| judge(special, &request.op, may));
        let pass = match judged {
            Ok(()) => {
                if let Some(id) = request.id {
                    self.own.sent(id, request.deed);
                }
                true
            }
            Err(code) => {
                let message = if code == Code::PermissionDenied { &self.refusal } else { UNSUPPORTED };
                wire::put_status(&mut self.answers, request.id.unwrap_or_default(), code, message);
                false
            }
        };
        let held = self.held.split().freeze();
        self.left = request.size.saturating_sub(held.len());
        self.pass = pass && request.instead.is_none();
        if pass {
            lane.put(request.instead.unwrap_or(held));
        }
    }

    /// Answers that the client can have now, without splitting a packet of the server's.
    fn release(&mut self) -> Result<Vec<Bytes>, GateError> {
        if self.server.is_boundary() && !self.answers.is_empty() {
            return Ok(vec![self.answers.split().freeze()]);
        }
        if self.answers.len() > MAX_ANSWERS {
            return Err(GateError::Flooded);
        }
        Ok(Vec::new())
    }
}

fn judge(need: Need, op: &FileOp, may: &mut May<'_>) -> Result<(), Code> {
    let allowed = match need {
        Need::All(accesses) => accesses.iter().all(|access| may(*access, op)),
        Need::Any(accesses) => accesses.iter().any(|access| may(*access, op)),
        Need::Unknown => return Err(Code::OpUnsupported),
    };
    if allowed { Ok(()) } else { Err(Code::PermissionDenied) }
}

#[cfg(test)]
mod tests;
