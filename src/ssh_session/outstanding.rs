//! What a proven person owes is settled on the first channel that can ask; until then nothing else is served.

use std::sync::Arc;

use super::banished::banished;
use super::enrolment::{accept_terms, new_password, unfit};
use super::farewell;
use super::prompt::ChannelPrompt;
use super::select::ChannelRequest;
use super::visit::Visit;
use super::words;
use crate::access::outstanding::{Outstanding, may_wait, owed, replace_password};
use crate::access::{passwords, terms};
use crate::ssh::Channel;

/// True: nothing is owed any more, and the channel goes on. Else it was told why it does not.
pub(super) async fn settled(visit: &Arc<Visit>, near: &mut Channel, request: &mut ChannelRequest) -> bool {
    let mut watch = visit.services.live.watch();
    let line = tokio::select! {
        biased;
        banished = banished(visit, &mut watch) => Some(banished.line.shown),
        why = visit.ended() => Some(why),
        line = settle(visit, near, request) => line,
    };
    match line {
        None => true,
        Some(line) => {
            farewell::dismiss(&near.outlet, request.terminal.is_some(), &line).await;
            false
        }
    }
}

/// What stands in the way of a forward: nobody can be asked there.
pub(super) async fn refusal(visit: &Visit) -> Option<String> {
    let due = next_due(visit).await;
    if may_wait(&visit.services, &visit.who) {
        return None;
    }
    match due {
        Ok(due) => due.map(|owed| told(visit, &owed)),
        Err(line) => Some(line),
    }
}

/// What is owed next; the line for a person of whom that cannot be read.
async fn next_due(visit: &Visit) -> Result<Option<Outstanding>, String> {
    if visit.owes_nothing() {
        return Ok(None);
    }
    let due = owed(&visit.services, &visit.who).await.map_err(|error| unread(visit, &error))?;
    if due.is_none() {
        visit.owe_nothing();
    }
    Ok(due)
}

fn unread(visit: &Visit, error: &terms::UnreadTerms) -> String {
    tracing::error!(%error, "what somebody owes cannot be read");
    words::with(&visit.services, "owed.unread", "")
}

fn told(visit: &Visit, owed: &Outstanding) -> String {
    words::with(&visit.services, &format!("owed.{}", owed.word()), "")
}

/// How the asking ended, where something is still owed.
enum Unsettled {
    /// With this line for whoever has to settle it first.
    Owing(String),
    /// Nobody was there to answer.
    Deserted(String),
}

/// Asks for one thing after the other. The line for a person who does not go on: an officer goes on whatever they answer,
/// and when what they owe cannot be read.
async fn settle(visit: &Visit, near: &mut Channel, request: &mut ChannelRequest) -> Option<String> {
    match asked(visit, near, request).await {
        Ok(()) => None,
        Err(Unsettled::Owing(_)) if may_wait(&visit.services, &visit.who) => None,
        Err(Unsettled::Owing(line) | Unsettled::Deserted(line)) => Some(line),
    }
}

async fn asked(visit: &Visit, near: &mut Channel, request: &mut ChannelRequest) -> Result<(), Unsettled> {
    while let Some(owed) = next_due(visit).await.map_err(Unsettled::Owing)? {
        let line = || told(visit, &owed);
        let Some(terminal) = request.terminal.take_if(|terminal| terminal.sized) else {
            return Err(Unsettled::Owing(line()));
        };
        let mut prompt = ChannelPrompt::new(near, terminal, visit.patience()).attended(visit.activity());
        let done = ask(visit, &mut prompt, &owed).await;
        let deserted = prompt.deserted().is_some();
        request.terminal = Some(prompt.finish());
        match (done, deserted) {
            (true, _) => {}
            (false, true) => return Err(Unsettled::Deserted(line())),
            (false, false) => return Err(Unsettled::Owing(line())),
        }
    }
    Ok(())
}

async fn ask(visit: &Visit, prompt: &mut ChannelPrompt<'_>, owed: &Outstanding) -> bool {
    match owed {
        Outstanding::Terms(text) => {
            accept_terms(&visit.services, prompt, text).await.is_some()
                && terms::accept(&visit.services, &visit.who, text)
                    .await
                    .inspect_err(|error| tracing::error!(%error, "accepted terms could not be kept"))
                    .is_ok()
        }
        Outstanding::Password { of } => password(visit, prompt, *of).await.is_some(),
    }
}

async fn password(visit: &Visit, prompt: &mut ChannelPrompt<'_>, of: jiff::Timestamp) -> Option<()> {
    let services = &visit.services;
    let told = words::with(services, "owed.password-now", "");
    prompt.show(&format!("{told}\n")).await.then_some(())?;
    loop {
        let text = new_password(services, prompt).await?;
        match passwords::fit(services, &visit.who.operator, &text).await {
            Ok(hash) => {
                let kept = replace_password(services, &visit.who, &hash, of).await;
                let kept = kept.inspect_err(|error| tracing::error!(%error, "a password could not be kept"));
                return kept.is_ok_and(|kept| kept).then_some(());
            }
            Err(why) => unfit(services, prompt, &why).await?,
        }
    }
}
