//! The command string of an exec request, judged before it is sent.

use super::audience::Screen;
use super::prompt::ChannelPrompt;
use super::select::ChannelRequest;
use crate::access::Services;
use crate::access::audience::{Notifier, tell};
use crate::access::outcome::{Confirmation, NotRelayed};
use crate::access::record::ChannelRecorder;
use crate::access::review::{
    CommandReview, PendingApproval, PendingConfirmation, ReviewAnswer, ReviewLine, Ruling,
};
use crate::command::{Confidence, Place};
use crate::domain::plain;
use crate::policy::Mode;
use crate::ssh::{Channel, Inbox, Start};
use crate::ssh_session::words;
use crate::strict::{self, Refused};

/// Lets the command go on, or says why not. Someone at a terminal is asked; a program is only told, and so is one
/// that made itself a terminal (`ssh -tt` of ansible, cron, expect): such a terminal has no size, and nobody
/// would answer. Whoever wants to be told only may leave the terminal out, so nothing is gained by hiding its size.
pub(super) async fn clear(
    services: &Services,
    referee: &CommandReview,
    tape: &ChannelRecorder,
    near: &mut Channel,
    purpose: &mut ChannelRequest,
) -> Result<(), NotRelayed> {
    let Start::Exec(command) = &purpose.start else { return Ok(()) };
    let (line, confidence) = read(command);
    // An asset may start a shell for it, which nobody could judge.
    if referee.mode().is_some() && line.trim().is_empty() {
        referee.refuse(&line, "an empty command may be a shell without a terminal").await?;
        return Err(NotRelayed::Refused(words::with(services, "command.no-terminal", "")));
    }
    let line = match referee.mode() {
        Some(Mode::Strict) => anew(services, referee, purpose, &line, confidence).await?,
        _ => ReviewLine::from(line.as_str()),
    };
    match referee.rule_line(&line, Place::Exec, confidence).await? {
        Ruling::Pass => Ok(()),
        Ruling::Refuse { text } => Err(NotRelayed::Refused(text)),
        Ruling::Warn { text, warned } => confirm(services, referee, tape, near, purpose, &text, warned).await,
        Ruling::Approve { text, asked } => {
            let terminal = purpose.terminal.is_some();
            let screen = Screen { outlet: &near.outlet, terminal };
            let ear = Some(Notifier { audience: &screen, tape });
            tell(ear, &text).await;
            let by = wait(services, referee, &mut near.inbox, terminal, asked).await?;
            tell(ear, &words::granted(services, &by)).await;
            Ok(())
        }
    }
}

/// Under a set of mode `strict` not the text is sent, but the words that were understood, quoted anew.
async fn anew(
    services: &Services,
    referee: &CommandReview,
    purpose: &mut ChannelRequest,
    line: &str,
    confidence: Confidence,
) -> Result<ReviewLine, NotRelayed> {
    let read = if confidence == Confidence::Exact { strict::plan(line) } else { Err(Refused::encoding()) };
    match read {
        Ok(plan) => {
            purpose.start = Start::Exec(strict::render(&plan, None).into_bytes());
            Ok(ReviewLine { typed: line.to_owned(), judged: plan.to_string(), directory: None, told: None })
        }
        Err(refused) => {
            referee.refuse(line, &words::strict_reason(&refused)).await?;
            Err(NotRelayed::Refused(words::strict_refused(services, &refused)))
        }
    }
}

/// Shells read bytes: what is no UTF-8, or goes on after a zero byte, is read in part.
fn read(command: &[u8]) -> (String, Confidence) {
    match std::str::from_utf8(command) {
        Ok(line) if !line.contains('\0') => (line.to_owned(), Confidence::Exact),
        _ => (String::from_utf8_lossy(command).into_owned(), Confidence::Partial),
    }
}

async fn confirm(
    services: &Services,
    referee: &CommandReview,
    tape: &ChannelRecorder,
    near: &mut Channel,
    purpose: &mut ChannelRequest,
    text: &str,
    warned: PendingConfirmation,
) -> Result<(), NotRelayed> {
    let Some(terminal) = purpose.terminal.take_if(|terminal| terminal.sized) else {
        let screen = Screen { outlet: &near.outlet, terminal: false };
        tell(Some(Notifier { audience: &screen, tape }), text).await;
        return Ok(());
    };
    let mut prompt = ChannelPrompt::new(near, terminal, services.config.limits.question.as_duration());
    let question = words::confirm(services);
    tape.said(text, &format!("{text}\r\n{question}")).await.map_err(NotRelayed::NotRecorded)?;
    prompt.show(&format!("{text}\n")).await;
    let answer = prompt.line(&question).await;
    let deserted = prompt.deserted().is_some();
    purpose.terminal = Some(prompt.finish());
    tape.said_line(answer.as_deref().map(plain).as_deref().unwrap_or_default());
    let said = match answer.map(|answer| answer.to_lowercase()).as_deref() {
        Some("y" | "yes") => Confirmation::Yes,
        _ if deserted => Confirmation::Nothing,
        _ => Confirmation::No,
    };
    match referee.confirmed(warned, said).await? {
        None => Ok(()),
        Some(text) => Err(NotRelayed::Refused(text)),
    }
}

/// Who granted it.
async fn wait(
    services: &Services,
    referee: &CommandReview,
    inbox: &mut Inbox,
    terminal: bool,
    asked: PendingApproval,
) -> Result<String, NotRelayed> {
    let answer = tokio::select! {
        answer = referee.ask(asked) => answer?,
        () = inbox.interrupted(), if terminal => return Err(NotRelayed::Refused(words::given_up(services))),
    };
    match answer {
        ReviewAnswer::Granted { by } => Ok(by),
        ReviewAnswer::Refused { text } => Err(NotRelayed::Refused(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_may_read_otherwise_is_read_in_part() {
        assert_eq!(read("ls 文件".as_bytes()), ("ls 文件".to_owned(), Confidence::Exact));
        assert_eq!(read(b"ls\0rm").1, Confidence::Partial);
        assert_eq!(read(b"ls \xb5\x5c").1, Confidence::Partial);
    }
}
