//! The menu: what is open to this person now, with search.

use rust_i18n::t;

use super::channel;
use super::prompt::{Prompt, column};
use super::select::{Purpose, Target};
use super::services::{Authenticated, Services};
use super::visit::Visit;
use crate::domain::{Danger, Protocol};
use crate::live::Standing;
use crate::ssh::{Channel, Terminal};

/// One line of the menu.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub asset: String,
    pub login: String,
    pub protocols: Vec<Protocol>,
    pub danger: Danger,
    pub groups: Vec<String>,
}

/// What this person could enter now.
pub(crate) fn reachable(services: &Services, standing: &Standing, who: &Authenticated) -> Vec<Choice> {
    let (operator, origin) = (who.operator.as_str(), &who.origin);
    let open = standing.policy.reachable(
        operator,
        origin.address(),
        origin.via(),
        who.now(&services.clock),
        &standing.lockdowns,
    );
    open.into_iter()
        .map(|entry| Choice {
            asset: entry.asset.name.to_string(),
            login: entry.login.to_string(),
            protocols: entry.protocols,
            danger: entry.asset.danger,
            groups: entry.asset.groups.iter().map(ToString::to_string).collect(),
        })
        .collect()
}

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

/// Shows the menu until something is chosen or the person leaves; then serves the choice.
pub(super) async fn serve(visit: &Visit, mut near: Channel, purpose: Purpose) {
    let Some(terminal) = purpose.terminal.clone() else {
        return list(visit, &near).await;
    };
    let mut watch = visit.services.live.watch();
    let mut prompt = Prompt::new(&mut near, terminal, visit.patience()).attended(&visit.activity);
    let chosen = tokio::select! {
        biased;
        banished = super::banished(visit, &mut watch) => Err(banished.line),
        chosen = choose(visit, &mut prompt) => match (chosen, prompt.deserted()) {
            (None, Some(alone)) => Err(deserted(visit, alone)),
            (chosen, _) => Ok(chosen),
        },
    };
    let terminal = prompt.finish();
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(line) => return channel::dismiss(&near.outlet, true, &format!("\r\n{line}")).await,
    };
    match chosen {
        Some(choice) => {
            let target = Target { login: Some(choice.login), asset: choice.asset };
            let purpose = channel::shell(Some(terminal), purpose.env);
            channel::serve(visit, &target, near, purpose).await;
        }
        None => channel::farewell(&near.outlet, true, "", 0).await,
    }
}

fn deserted(visit: &Visit, alone: std::time::Duration) -> String {
    super::words::with(&visit.services, "cut.deserted", &alone.as_secs().to_string())
}

async fn choose(visit: &Visit, prompt: &mut Prompt<'_>) -> Option<Choice> {
    let tag = visit.services.language().tag();
    let operator = visit.who.operator.as_str();
    let mut filter = String::new();
    loop {
        let standing = visit.services.live.standing();
        let all = reachable(&visit.services, &standing, &visit.who);
        let shown: Vec<_> = all.into_iter().filter(|choice| choice.matches(&filter)).collect();
        let title = t!("menu.title", locale = tag, operator = operator);
        let body = match (shown.is_empty(), filter.is_empty()) {
            (true, true) => t!("menu.none", locale = tag).into_owned(),
            (true, false) => t!("menu.no_match", locale = tag, filter = filter).into_owned(),
            _ => table(&shown),
        };
        if !prompt.show(&format!("\n{title}\n{body}\n")).await {
            return None;
        }
        let line = prompt.line(&t!("menu.prompt", locale = tag)).await?;
        match (line.parse::<usize>(), line.as_str()) {
            (_, "q" | "Q" | "quit" | "exit") => return None,
            (Ok(number), _) if number >= 1 && number <= shown.len() => {
                let choice = shown.into_iter().nth(number - 1)?;
                let (login, asset) = (choice.login.as_str(), choice.asset.as_str());
                prompt.show(&t!("menu.connecting", locale = tag, login = login, asset = asset)).await;
                prompt.show("\n").await;
                return Some(choice);
            }
            _ => filter = line,
        }
    }
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
    let none = || super::words::with(&visit.services, "refused.which-login", &logins.join(", "));
    let mut prompt = Prompt::new(near, Terminal::default(), visit.patience()).attended(&visit.activity);
    let rows: Vec<_> =
        logins.iter().enumerate().map(|(at, login)| format!("{:>4}  {login}@{asset}", at + 1)).collect();
    prompt.show(&format!("\n{}\n", rows.join("\n"))).await;
    let label = t!("menu.prompt", locale = visit.services.language().tag());
    while let Some(line) = prompt.line(&label).await {
        let by_number = line.parse::<usize>().ok().and_then(|number| logins.get(number.checked_sub(1)?));
        if let Some(login) = by_number.or_else(|| logins.iter().find(|login| **login == line)) {
            prompt.finish();
            return Ok(login.clone());
        }
        if line == "q" {
            break;
        }
    }
    Err(prompt.deserted().map_or_else(none, |alone| deserted(visit, alone)))
}
