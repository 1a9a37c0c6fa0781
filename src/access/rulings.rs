//! What a person is told of a command that was judged, and of somebody else's word.

use rust_i18n::t;

use super::decide::GrantEnd;
use super::outcome::{Confirmation, Outcome};
use super::services::Services;
use super::words::{clause, gap, head, lapsed};
use crate::approval::{ApprovalRequest, Unseen};
use crate::command::Judgement;
use crate::domain::{ApprovalId, plain};

/// So much of a command is repeated to whoever typed it.
const SHOWN: usize = 200;

fn say(services: &Services, text: &str) -> String {
    head(services.language(), text, "")
}

/// Which command, and why; whom to ask where it is not run.
pub(crate) fn of_command(services: &Services, key: &str, judgement: &Judgement) -> String {
    let command: String = plain(&judgement.culprit).chars().take(SHOWN).collect();
    let reason = plain(&judgement.reason.text(services.language()));
    let text = t!(key, locale = services.language().tag(), command = command, reason = reason);
    let contact = if key == "command.deny" { services.config.contact.as_str() } else { "" };
    head(services.language(), &text, contact)
}

/// Which request waits, and until when.
pub(crate) fn waits(services: &Services, request: &ApprovalRequest) -> String {
    let time = services.told_time(request.lapses);
    let (tag, id) = (services.language().tag(), request.id.as_str());
    t!("approval.waits", locale = tag, id = id, time = time).into_owned()
}

/// What a session waits for.
pub(crate) fn session_waits(services: &Services, request: &ApprovalRequest) -> String {
    let text = t!("approval.session", locale = services.language().tag());
    head(
        services.language(),
        &format!("{text}{}{}", gap(services.language()), waits(services, request)),
        &services.config.contact,
    )
}

/// What a channel waits for while another one of its session does.
pub(crate) fn asked_already(services: &Services) -> String {
    say(services, &t!("approval.asked-already", locale = services.language().tag()))
}

/// Why nobody can be asked for a command.
pub(crate) fn unseen(services: &Services, why: Unseen) -> String {
    let tag = services.language().tag();
    let why = t!(format!("approval.unseen-{}", why.word()), locale = tag);
    head(services.language(), &t!("approval.unseen", locale = tag, why = why), &services.config.contact)
}

pub(crate) fn granted(services: &Services, by: &str) -> String {
    say(services, &t!("approval.granted", locale = services.language().tag(), by = by))
}

/// Why nothing comes of a request.
pub(crate) fn unanswered(services: &Services, id: &ApprovalId, outcome: &Outcome) -> String {
    let tag = services.language().tag();
    let text = match outcome {
        Outcome::Granted { by } => return granted(services, by),
        Outcome::Refused { by, reason } if reason.is_empty() => {
            t!("approval.refused", locale = tag, by = by).into_owned()
        }
        Outcome::Refused { by, reason } => {
            t!("approval.refused-because", locale = tag, by = by, reason = clause(reason)).into_owned()
        }
        Outcome::Withdrawn => return given_up(services),
        Outcome::Lapsed => t!("approval.lapsed", locale = tag, id = id.as_str()).into_owned(),
    };
    head(services.language(), &text, &services.config.contact)
}

pub(crate) fn given_up(services: &Services) -> String {
    say(services, &t!("approval.given-up", locale = services.language().tag()))
}

/// The question after a warning.
pub(crate) fn confirm(services: &Services) -> String {
    t!("command.confirm", locale = services.language().tag()).into_owned()
}

/// The answer to it, if it was not yes.
pub(crate) fn declined(services: &Services, said: Confirmation) -> String {
    let tag = services.language().tag();
    let limit = services.config.limits.question.as_duration().as_secs().to_string();
    say(
        services,
        &match said {
            Confirmation::Nothing => t!("command.unanswered", locale = tag, seconds = limit),
            Confirmation::No | Confirmation::Yes => t!("command.declined", locale = tag),
        },
    )
}

/// Why a line is not even judged: nothing may be done here any more.
pub(crate) fn over(services: &Services, lapse: &GrantEnd) -> String {
    head(services.language(), &lapsed(services, lapse), &services.config.contact)
}
