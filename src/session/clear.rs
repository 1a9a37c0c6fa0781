//! The step before anything is dialled: a second person's word where a rule asks for it, and the judging of a
//! command that is known already.

use super::approve::Ear;
use super::hold::Stopped;
use super::record::Tape;
use super::referee::Referee;
use super::running::Session;
use super::select::Purpose;
use super::visit::Visit;
use super::{approve, exec, words};
use crate::domain::Protocol;
use crate::event::Ending;
use crate::policy::{Handling, Mode};
use crate::ssh::Channel;

/// Lets a channel go on to its asset, or says why not. `approval` names the rules that want a second person.
pub(super) async fn clear(
    visit: &Visit,
    session: &Session,
    referee: &Referee,
    tape: &Tape,
    (approval, handling): (Option<String>, Handling),
    near: &mut Channel,
    purpose: &mut Purpose,
) -> Result<(), Stopped> {
    let terminal = purpose.terminal.is_some();
    let protocol = purpose.protocol().map(|(protocol, _)| protocol);
    if handling.terminal && !terminal && matches!(protocol, Some(Protocol::Shell | Protocol::Exec)) {
        session.note(Ending::Cut, "no-terminal".into());
        return Err(Stopped::Refused(words::with(&visit.services, "refused.no-terminal", "")));
    }
    if let Some(rules) = approval {
        let ear = Some(Ear { outlet: &near.outlet, terminal, tape });
        tokio::select! {
            word = approve::session(visit, session, &rules, ear) => word?,
            () = near.inbox.interrupted(), if terminal => {
                return Err(Stopped::Unapproved(words::given_up(&visit.services)));
            }
        }
    }
    if referee.mode().is_some() {
        purpose.speak_utf8();
    }
    match protocol {
        Some(Protocol::Exec) => exec::clear(&visit.services, referee, tape, near, purpose).await,
        // Where a line cannot be seen, none can be judged.
        Some(Protocol::Shell) if !terminal && matches!(referee.mode(), Some(Mode::Audit | Mode::Guard)) => {
            Err(Stopped::Refused(words::with(&visit.services, "command.no-terminal", "")))
        }
        _ => Ok(()),
    }
}
