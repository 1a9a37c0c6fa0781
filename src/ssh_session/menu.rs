//! The menu: what is open to this person now, with search.

use rust_i18n::t;

use super::channel::{self, Then};
use super::prompt::{Prompt, column};
use super::select::Purpose;
use crate::access::reachable::{Choice, reachable};
use crate::access::target::Target;
use crate::domain::{Role, plain};
use crate::evidence::player::SANE;
use crate::ssh::{Channel, Terminal};
use crate::ssh_session::visit::Visit;

impl Choice {
    fn matches(&self, filter: &str) -> bool {
        let text = format!("{}@{} {}", self.login, self.asset, self.groups.join(" ")).to_lowercase();
        filter.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }

    fn row(&self, number: usize, width: usize) -> String {
        let place = column(&format!("{}@{}", self.login, self.asset), width);
        let protocols: Vec<_> = self.protocols.iter().map(|protocol| protocol.as_str()).collect();
        format!("{number:>4}  {place}  {}  {}", column(&protocols.join(","), 20), self.groups.join(","))
    }
}

/// The choices as a table, numbered from 1.
pub(crate) fn table(choices: &[Choice]) -> String {
    let width = choices.iter().map(|c| c.login.len() + c.asset.len() + 1).max().unwrap_or(0).min(60);
    let rows: Vec<_> = choices.iter().enumerate().map(|(at, choice)| choice.row(at + 1, width)).collect();
    rows.join("\n")
}

/// Shows the menu, serves what is chosen, and shows it again, until the person leaves. Each choice is decided anew;
/// what was entered before on this connection is the same session still.
pub(super) async fn serve(visit: &Visit, mut near: Channel, purpose: Purpose) {
    if let Some(role) = other_role(visit) {
        return commands(visit, &near, role, purpose.terminal.is_some()).await;
    }
    let Some(mut terminal) = purpose.terminal.clone() else {
        return list(visit, &near).await;
    };
    loop {
        let (chosen, shown_on) = ask(visit, &mut near, terminal).await;
        let choice = match chosen {
            Ok(Some(choice)) => choice,
            Ok(None) => return channel::farewell(&near.outlet, true, "", 0).await,
            Err(line) => return channel::dismiss(&near.outlet, true, &format!("\r\n{line}")).await,
        };
        let target = Target { login: Some(choice.login), asset: choice.asset };
        let shell = channel::shell(Some(shown_on.clone()), purpose.env.clone());
        if channel::serve(visit, &target, &mut near, shell, Then::Menu).await == Then::Close {
            return;
        }
        terminal = near.inbox.as_large(shown_on);
        // A program may have left the terminal in any state. A client that is gone is found by the next word to it.
        let _ = near.outlet.data(SANE.as_bytes().into()).await;
    }
}

/// One choice, or why there is none; and the terminal as it is by now.
async fn ask(
    visit: &Visit,
    near: &mut Channel,
    terminal: Terminal,
) -> (Result<Option<Choice>, String>, Terminal) {
    let mut watch = visit.services.live.watch();
    let mut prompt = Prompt::new(near, terminal, visit.patience()).attended(visit.activity());
    let chosen = tokio::select! {
        biased;
        banished = super::banished(visit, &mut watch) => Err(banished.line),
        () = visit.left.cancelled() => Err(left(visit)),
        chosen = choose(visit, &mut prompt) => match (chosen, prompt.deserted()) {
            (None, Some(alone)) => Err(deserted(visit, alone)),
            (chosen, _) => Ok(chosen),
        },
    };
    (chosen, prompt.finish())
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
    let text = format!("{about}\n{}", visit.front.commands.overview(&visit.services, &visit.who));
    let text = if terminal { text.replace('\n', "\r\n") } else { text };
    channel::farewell(&near.outlet, terminal, &text, 1).await;
}

/// The connection ends under the menu.
fn left(visit: &Visit) -> String {
    match visit.spent.is_cancelled() {
        true => crate::ssh_session::words::with(&visit.services, "cut.refusals", ""),
        false => deserted(visit, visit.patience()),
    }
}

fn deserted(visit: &Visit, alone: std::time::Duration) -> String {
    crate::ssh_session::words::with(&visit.services, "cut.deserted", &alone.as_secs().to_string())
}

/// What somebody typed at the menu.
#[derive(Debug, PartialEq, Eq)]
enum Wanted<'a> {
    Leave,
    Help,
    /// A number that stands on the screen.
    Number(usize),
    NoSuchNumber(&'a str),
    /// Nothing to search for is everything.
    Search(&'a str),
}

impl<'a> Wanted<'a> {
    /// `shown` is how many the list on the screen has.
    fn parse(line: &'a str, shown: usize) -> Self {
        match (line, line.strip_prefix('/')) {
            ("q" | "Q" | "quit" | "exit", _) => Self::Leave,
            ("?" | "h" | "help", _) => Self::Help,
            (_, Some(text)) => Self::Search(text.trim()),
            _ if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) => {
                let number = line.parse().ok().filter(|number| (1..=shown).contains(number));
                number.map_or(Self::NoSuchNumber(line), Self::Number)
            }
            _ => Self::Search(line),
        }
    }
}

async fn choose(visit: &Visit, prompt: &mut Prompt<'_>) -> Option<Choice> {
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
async fn list_open(visit: &Visit, prompt: &mut Prompt<'_>, filter: &mut String) -> Option<Vec<Choice>> {
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
    text += &if shown.is_empty() { t!("menu.none", locale = tag).into_owned() } else { table(&shown) };
    prompt.show(&format!("{text}\n")).await.then_some(shown)
}

/// Without a terminal there is nobody to ask: the list, and how to go straight there.
async fn list(visit: &Visit, near: &Channel) {
    let tag = visit.services.language().tag();
    let standing = visit.services.live.standing();
    let choices = reachable(&visit.services, &standing, &visit.who);
    let usage = t!("menu.usage", locale = tag, operator = visit.who.operator.as_str());
    channel::farewell(&near.outlet, false, &format!("{}\n{usage}", table(&choices)), 1).await;
}

/// Asks which login to use on `asset`. The error is the line for a person who chose none.
pub(super) async fn which_login(
    visit: &Visit,
    asset: &str,
    logins: &[String],
    near: &mut Channel,
) -> Result<String, String> {
    let none = || crate::ssh_session::words::with(&visit.services, "refused.which-login", &logins.join(", "));
    let mut prompt = Prompt::new(near, Terminal::default(), visit.patience()).attended(visit.activity());
    let rows: Vec<_> =
        logins.iter().enumerate().map(|(at, login)| format!("{:>4}  {login}@{asset}", at + 1)).collect();
    prompt.show(&format!("\n{}\n", rows.join("\n"))).await;
    let tag = visit.services.language().tag();
    let label = t!("menu.prompt-login", locale = tag);
    while let Some(line) = prompt.line(&label).await {
        let by_number = line.parse::<usize>().ok().and_then(|number| logins.get(number.checked_sub(1)?));
        if let Some(login) = by_number.or_else(|| logins.iter().find(|login| **login == line)) {
            prompt.finish();
            return Ok(login.clone());
        }
        match Wanted::parse(&line, logins.len()) {
            Wanted::Leave => break,
            Wanted::Help => drop(prompt.show(&format!("{}\n", t!("menu.help-login", locale = tag))).await),
            _ => {
                let last = logins.len().to_string();
                prompt.show(&format!("{}\n", t!("menu.range", locale = tag, text = line, last = last))).await;
            }
        }
    }
    Err(prompt.deserted().map_or_else(none, |alone| deserted(visit, alone)))
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn what_is_typed_at_the_menu_means_one_thing() {
        for (line, wanted) in [
            ("q", Wanted::Leave),
            ("exit", Wanted::Leave),
            ("?", Wanted::Help),
            ("h", Wanted::Help),
            ("1", Wanted::Number(1)),
            ("012", Wanted::Number(12)),
            ("0", Wanted::NoSuchNumber("0")),
            ("13", Wanted::NoSuchNumber("13")),
            ("99999999999999999999999", Wanted::NoSuchNumber("99999999999999999999999")),
            ("/13", Wanted::Search("13")),
            ("/ h", Wanted::Search("h")),
            ("/", Wanted::Search("")),
            ("", Wanted::Search("")),
            ("-1", Wanted::Search("-1")),
            ("db 1", Wanted::Search("db 1")),
        ] {
            assert_eq!(Wanted::parse(line, 12), wanted, "{line}");
        }
    }
}
