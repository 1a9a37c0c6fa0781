//! The step before anything is dialled: a second person's word where a rule asks for it, and the judging of a
//! command that is known already.

use super::audience::Screen;
use super::select::ChannelRequest;
use super::{exec, words};
use crate::access::approve;
use crate::access::audience::Notifier;
use crate::access::outcome::NotRelayed;
use crate::access::record::ChannelRecorder;
use crate::access::review::CommandReview;
use crate::access::running::Session;
use crate::domain::Protocol;
use crate::event::Ending;
use crate::policy::{Handling, Mode};
use crate::ssh::Channel;
use crate::ssh_session::visit::Visit;

/// Lets a channel go on to its asset, or says why not. `approval` names the rules that want a second person.
pub(super) async fn clear(
    visit: &Visit,
    session: &Session,
    referee: &CommandReview,
    tape: &ChannelRecorder,
    (approval, handling): (Option<String>, Handling),
    near: &mut Channel,
    purpose: &mut ChannelRequest,
) -> Result<(), NotRelayed> {
    let terminal = purpose.terminal.is_some();
    let protocol = purpose.protocol().map(|(protocol, _)| protocol);
    if handling.terminal && !terminal && matches!(protocol, Some(Protocol::Shell | Protocol::Exec)) {
        session.note(Ending::Cut, "no-terminal".into());
        return Err(NotRelayed::Refused(words::with(&visit.services, "refused.no-terminal", "")));
    }
    if let Some(rules) = approval {
        let screen = Screen { outlet: &near.outlet, terminal };
        let ear = Some(Notifier { audience: &screen, tape });
        tokio::select! {
            word = approve::session(visit, session, &rules, ear) => word?,
            () = near.inbox.interrupted(), if terminal => {
                near.drop_interrupt().await;
                return Err(NotRelayed::Unapproved(words::given_up(&visit.services)));
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
            Err(NotRelayed::Refused(words::with(&visit.services, "command.no-terminal", "")))
        }
        _ => Ok(()),
    }
}
