//! The questions of a dialogue, and what was wrong with the code before: told to whoever has proven
//! the first factor, and to nobody else. It is told in the prompt: the instruction (RFC 4256 §3.2) goes through the log
//! of OpenSSH, which escapes all that is not ASCII.

use rust_i18n::t;

use super::code;
use crate::access::services::Services;
use crate::access::words::clause;
use crate::auth::LoginQuestion;
use crate::auth::code::CodeKind;

/// What a person is asked: prompts, whose answers are not shown.
pub(crate) struct Questions {
    pub prompts: Vec<String>,
}

/// What becomes of a code is told by one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Used,
    Old,
    Wrong,
    /// The way is locked until then.
    Locked(jiff::Timestamp),
}

impl Trouble {
    /// By the journal's word; what is not about the code is not told.
    pub(crate) fn of(reason: &str, locked_until: Option<jiff::Timestamp>) -> Option<Self> {
        match (reason, locked_until) {
            (_, Some(until)) => Some(Self::Locked(until)),
            ("code-reused", None) => Some(Self::Used),
            ("code-old", None) => Some(Self::Old),
            ("wrong-code", None) => Some(Self::Wrong),
            _ => None,
        }
    }

    fn text(self, services: &Services, codes: CodeKind) -> String {
        let tag = services.language().tag();
        let seconds = codes.next_in(services.config.auth.gm_otp(), code::seconds(services));
        match self {
            Self::Used => t!("login.code-used", locale = tag, seconds = seconds),
            Self::Old => t!("login.code-old", locale = tag, seconds = seconds),
            Self::Wrong => t!("login.code-wrong", locale = tag, seconds = seconds),
            Self::Locked(until) => {
                let until = services.told_time(until);
                t!("login.code-locked", locale = tag, until = until)
            }
        }
        .into_owned()
    }
}

/// Asks this, after saying what was wrong before.
pub(crate) fn ask(
    services: &Services,
    asked: &[LoginQuestion],
    (codes, trouble): (CodeKind, Option<Trouble>),
) -> Questions {
    let tag = services.language().tag();
    let text = |prompt: &LoginQuestion| match prompt {
        LoginQuestion::Password => t!("login.password", locale = tag).into_owned(),
        LoginQuestion::Code => t!("login.code", locale = tag).into_owned(),
    };
    let mut prompts: Vec<_> = asked.iter().map(text).collect();
    let about = asked.iter().position(|prompt| matches!(prompt, LoginQuestion::Code)).unwrap_or(0);
    if let (Some(trouble), Some(prompt)) = (trouble, prompts.get_mut(about)) {
        *prompt = told_before(services, &trouble.text(services, codes), prompt);
    }
    Questions { prompts }
}

/// A prompt, and in one line with it what is said first.
pub(super) fn told_before(services: &Services, said: &str, prompt: &str) -> String {
    t!("login.told", locale = services.language().tag(), said = clause(said), prompt = prompt).into_owned()
}
