//! What comes of a judged line before it runs: the person's own word, or an officer's.

use super::reading::PASTE_OFF;
use super::{Desk, LineEvent, Step, words};
use crate::access::outcome::Confirmation;
use crate::access::review::{PendingApproval, PendingConfirmation, ReviewAnswer, ReviewLine, Ruling};
use crate::command::{Confidence, Place};
use crate::domain::halfwidth;
use crate::ssh_session::farewell::REFUSED;

impl Desk<'_> {
    /// Whether a line may run; the person has been told where it may not.
    pub(super) async fn may_run(&mut self, line: &ReviewLine) -> Step<bool> {
        // What a program is told on its input is nobody's to judge, as in an exec request.
        let text = match self.room.referee.rule_line(line, Place::Exec, Confidence::Exact).await? {
            Ruling::Pass => return Ok(true),
            Ruling::Warn { text, warned } => match self.confirm(&text, warned).await? {
                None => return Ok(true),
                Some(text) => text,
            },
            Ruling::Approve { text, asked } => match self.ask(&text, asked).await? {
                Ok(granted) => {
                    self.say(&granted).await?;
                    return Ok(true);
                }
                Err(text) => text,
            },
            Ruling::Refuse { text } => text,
        };
        self.status = Some(REFUSED.to_string());
        self.say(&text).await?;
        Ok(false)
    }

    /// Only a key that is pressed after the question is an answer to it.
    async fn confirm(&mut self, text: &str, warned: PendingConfirmation) -> Step<Option<String>> {
        self.forget_typed().await?;
        self.say(text).await?;
        let question = words::confirm(self.services());
        let limit = self.services().config.limits.question.as_duration();
        let said = match tokio::time::timeout(limit, self.read(&question)).await {
            Ok(event) => answer(&event?),
            Err(_) => {
                self.show(&format!("{PASTE_OFF}\r\n")).await?;
                Confirmation::Nothing
            }
        };
        Ok(self.room.referee.confirmed(warned, said).await?)
    }

    /// Waits for an officer, or for Ctrl-C. What is typed meanwhile is meant for nobody.
    async fn ask(&mut self, text: &str, asked: PendingApproval) -> Step<Result<String, String>> {
        self.forget_typed().await?;
        self.say(text).await?;
        let answer = tokio::select! {
            answer = self.room.referee.ask(asked) => Some(answer?),
            () = self.inbox.interrupted() => None,
        };
        self.forget_typed().await?;
        Ok(match answer {
            Some(ReviewAnswer::Granted { by }) => Ok(words::granted(self.services(), &by)),
            Some(ReviewAnswer::Refused { text }) => Err(text),
            None => Err(words::given_up(self.services())),
        })
    }
}

fn answer(event: &LineEvent) -> Confirmation {
    match event {
        LineEvent::Line(answer)
            if ["y", "yes"].contains(&halfwidth(answer).trim().to_lowercase().as_str()) =>
        {
            Confirmation::Yes
        }
        _ => Confirmation::No,
    }
}
