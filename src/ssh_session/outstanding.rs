//! What a proven person owes is settled on the first channel that can ask; until then nothing else is served.

use std::sync::Arc;

use super::banished::banished;
use super::enrolment::{accept_terms, new_password, unfit};
use super::farewell;
use super::prompt::Prompt;
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
    if visit.owes_nothing() {
        return None;
    }
    match owed(&visit.services, &visit.who).await {
        Ok(None) => {
            visit.owe_nothing();
            None
        }
        Ok(Some(_)) if may_wait(&visit.services, &visit.who) => None,
        Ok(Some(owed)) => Some(words::with(&visit.services, &format!("owed.{}", owed.word()), "")),
        Err(error) => Some(unread(visit, &error)),
    }
}

fn unread(visit: &Visit, error: &terms::UnreadTerms) -> String {
    tracing::error!(%error, "what somebody owes cannot be read");
    words::with(&visit.services, "owed.unread", "")
}

/// Asks for one thing after the other. The line for a person who does not go on.
async fn settle(visit: &Visit, near: &mut Channel, request: &mut ChannelRequest) -> Option<String> {
    while !visit.owes_nothing() {
        let owed = match owed(&visit.services, &visit.who).await {
            Ok(Some(owed)) => owed,
            Ok(None) => {
                visit.owe_nothing();
                return None;
            }
            Err(error) => return Some(unread(visit, &error)),
        };
        let line = || words::with(&visit.services, &format!("owed.{}", owed.word()), "");
        let Some(terminal) = request.terminal.take_if(|terminal| terminal.sized) else {
            return (!may_wait(&visit.services, &visit.who)).then(line);
        };
        let mut prompt = Prompt::new(near, terminal, visit.patience()).attended(visit.activity());
        let done = ask(visit, &mut prompt, &owed).await;
        request.terminal = Some(prompt.finish());
        if !done {
            return Some(line());
        }
    }
    None
}

async fn ask(visit: &Visit, prompt: &mut Prompt<'_>, owed: &Outstanding) -> bool {
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

async fn password(visit: &Visit, prompt: &mut Prompt<'_>, of: jiff::Timestamp) -> Option<()> {
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
