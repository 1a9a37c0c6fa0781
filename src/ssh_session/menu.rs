//! The menu: what is open to this person now, with search.

use std::time::Duration;

use rust_i18n::t;
use tokio::sync::mpsc;

use super::banished::banished;
use super::channel;
use super::farewell::{self, Then};
use super::prompt::ChannelPrompt;
use super::select::ChannelRequest;
use super::wanted::Wanted;
use super::words;
use crate::access::outstanding::greeting;
use crate::access::reachable::{Choice, reachable};
use crate::access::target::{LoginChoice, Target};
use crate::access::watch::TICK;
use crate::access::whereabouts::ToldElsewhere;
use crate::access::words::{self as access_words, locks};
use crate::domain::{Role, halfwidth, plain, plain_lines};
use crate::ssh::{Channel, Terminal};
use crate::ssh_session::visit::Visit;
use crate::terminal::reset::RESET;
use crate::terminal::width::column;

impl Choice {
    fn matches(&self, filter: &str) -> bool {
        let text = format!("{}@{} {}", self.login, self.asset, self.groups.join(" "));
        let text = halfwidth(&text).to_lowercase();
        filter.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }

    fn row(&self, number: usize, width: usize) -> String {
        let place = column(&format!("{}@{}", self.login, self.asset), width);
        let protocols: Vec<_> = self.protocols.iter().map(|protocol| protocol.as_str()).collect();
        format!("{number:>4}  {place}  {}  {}", column(&protocols.join(","), 20), self.groups.join(","))
    }
}

/// The choices as a table, numbered from `first`.
pub(crate) fn table(choices: &[Choice], first: usize) -> String {
    let width = choices.iter().map(|c| c.login.len() + c.asset.len() + 1).max().unwrap_or(0).min(60);
    let rows: Vec<_> = choices.iter().enumerate().map(|(at, choice)| choice.row(at + first, width)).collect();
    rows.join("\n")
}

/// Shows the menu, serves what is chosen, and shows it again, until the person leaves. Each choice is decided anew;
/// what was entered before on this connection is the same session still.
pub(super) async fn serve(visit: &Visit, mut near: Channel, purpose: ChannelRequest) {
    if let Some(role) = other_role(visit) {
        return commands(visit, &near, role, purpose.terminal.is_some()).await;
    }
    let Some(mut terminal) = purpose.terminal.clone() else {
        return list(visit, &near).await;
    };
    let greeting = greeting(&visit.services, &visit.who).await;
    if !greeting.is_empty() {
        let told = format!("{}\r\n", plain_lines(&greeting.join("\n")).replace('\n', "\r\n"));
        let _ = near.outlet.data(told.into_bytes().into()).await; // gone: the menu finds out
    }
    loop {
        let (chosen, shown_on) = ask(visit, &mut near, terminal).await;
        let choice = match chosen {
            Ok(Some(choice)) => choice,
            Ok(None) => return farewell::farewell(&near.outlet, true, "", 0).await,
            Err(line) => return farewell::dismiss(&near.outlet, true, &format!("\r\n{line}")).await,
        };
        let target = Target { login: LoginChoice::Named(choice.login), asset: choice.asset };
        let shell = ChannelRequest::shell(Some(shown_on.clone()), purpose.env.clone());
        if channel::serve(visit, &target, &mut near, shell, Then::Menu).await == Then::Close {
            return;
        }
        terminal = near.inbox.as_large(shown_on);
        // A program may have left the terminal in any state. A client that is gone is found by the next word to it.
        let _ = near.outlet.data(RESET.as_bytes().into()).await;
    }
}

/// One choice, or why there is none; and the terminal as it is by now.
async fn ask(
    visit: &Visit,
    near: &mut Channel,
    terminal: Terminal,
) -> (Result<Option<Choice>, String>, Terminal) {
    let mut watch = visit.services.live.watch();
    let (say, notices) = mpsc::channel(1);
    let mut prompt =
        ChannelPrompt::new(near, terminal, visit.patience()).attended(visit.activity()).hearing(notices);
    let chosen = tokio::select! {
        biased;
        banished = banished(visit, &mut watch) => Err(banished.line.shown),
        why = visit.ended() => Err(why),
        () = announce(visit, &say) => Ok(None),
        chosen = choose(visit, &mut prompt) => match (chosen, prompt.deserted()) {
            (None, Some(alone)) => Err(words::deserted(&visit.services, alone)),
            (chosen, _) => Ok(chosen),
        },
    };
    (chosen, prompt.finish())
}

/// Tells of each login of the same account from elsewhere, and of a planned lockdown that will shut it, once for each lead; goes on for as long as the menu does.
async fn announce(visit: &Visit, say: &mpsc::Sender<String>) {
    let services = &visit.services;
    let (mut told, mut elsewhere) = (None, ToldElsewhere::default());
    loop {
        let (operator, here) = (&visit.who.operator, visit.who.origin.address());
        if let Some(other) = elsewhere.news(&services.whereabouts, operator, here)
            && say.send(access_words::elsewhere(services, "notice.elsewhere", other)).await.is_err()
        {
            return;
        }
        let (standing, now) = (services.live.standing(), visit.who.now(&services.clock));
        if let Some((from, order)) = standing.shut_from(visit.who.operator.as_str(), now) {
            let left = Duration::try_from(from.duration_since(now)).unwrap_or_default();
            let leads = services.config.lockdown.announce.iter().map(|lead| lead.as_duration());
            let due = leads.filter(|lead| left <= *lead).min().map(|lead| (from, lead));
            if due.is_some() && due != told {
                told = due;
                if say.send(locks(services, order, from, left)).await.is_err() {
                    return;
                }
            }
        }
        tokio::time::sleep(TICK).await;
    }
}

/// The role of somebody who does not work on assets.
fn other_role(visit: &Visit) -> Option<Role> {
    let standing = visit.services.live.standing();
    let operator = standing.policy.operator(visit.who.operator.as_str())?;
    Some(operator.role).filter(|role| *role != Role::Operator)
}

/// For whom there is no menu: what there is instead.
async fn commands(visit: &Visit, near: &Channel, role: Role, terminal: bool) {
    let tag = visit.services.language().tag();
    let operator = visit.who.operator.as_str();
    let role = t!(format!("role.{}", role.as_str()), locale = tag);
    let about = t!("menu.commands", locale = tag, operator = operator, role = role);
    let greeting: String =
        greeting(&visit.services, &visit.who).await.into_iter().map(|line| plain(&line) + "\n").collect();
    let overview = visit.front.commands.overview(&visit.services, &visit.who);
    let text = format!("{greeting}{about}\n{overview}");
    let text = if terminal { text.replace('\n', "\r\n") } else { text };
    farewell::farewell(&near.outlet, terminal, &text, 1).await;
}

async fn choose(visit: &Visit, prompt: &mut ChannelPrompt<'_>) -> Option<Choice> {
    let tag = visit.services.language().tag();
    let mut filter = String::new();
    loop {
        let shown = list_open(visit, prompt, &mut filter).await?;
        loop {
            let line = prompt.line(&t!("menu.prompt", locale = tag)).await?;
            let answer = match Wanted::parse(&line, shown.len()) {
                Wanted::Leave => return None,
                Wanted::Search(text) => {
                    text.clone_into(&mut filter);
                    break;
                }
                Wanted::Number(number) => {
                    let choice = shown.into_iter().nth(number - 1)?;
                    let (login, asset) = (choice.login.as_str(), choice.asset.as_str());
                    let line = t!("menu.connecting", locale = tag, login = login, asset = asset);
                    return prompt.show(&format!("{line}\n")).await.then_some(choice);
                }
                Wanted::Help => t!("menu.help", locale = tag),
                Wanted::NoSuchNumber(_) if shown.is_empty() => t!("menu.none", locale = tag),
                Wanted::NoSuchNumber(text) => {
                    t!("menu.range", locale = tag, text = text, last = shown.len().to_string())
                }
            };
            if !prompt.show(&format!("{answer}\n")).await {
                return None;
            }
        }
    }
}

/// Shows what is open now and matches; where nothing does, says so, and shows all. Whatever number is on the screen
/// is the number of a choice.
async fn list_open(
    visit: &Visit,
    prompt: &mut ChannelPrompt<'_>,
    filter: &mut String,
) -> Option<Vec<Choice>> {
    let tag = visit.services.language().tag();
    let standing = visit.services.live.standing();
    let mut shown = reachable(&visit.services, &standing, &visit.who);
    let mut text = String::from("\n");
    if shown.iter().any(|choice| choice.matches(filter)) {
        shown.retain(|choice| choice.matches(filter));
    } else if !filter.is_empty() {
        text += &plain(&t!("menu.no_match", locale = tag, filter = std::mem::take(filter)));
        text.push('\n');
    }
    text += &t!("menu.title", locale = tag, operator = visit.who.operator.as_str());
    text.push('\n');
    text += &if shown.is_empty() { t!("menu.none", locale = tag).into_owned() } else { table(&shown, 1) };
    prompt.show(&format!("{text}\n")).await.then_some(shown)
}

/// Without a terminal there is nobody to ask: the list, and how to go straight there.
async fn list(visit: &Visit, near: &Channel) {
    let tag = visit.services.language().tag();
    let standing = visit.services.live.standing();
    let choices = reachable(&visit.services, &standing, &visit.who);
    let usage = t!("menu.usage", locale = tag, operator = visit.who.operator.as_str());
    farewell::farewell(&near.outlet, false, &format!("{}\n{usage}", table(&choices, 1)), 1).await;
}
