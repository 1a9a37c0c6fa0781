//! Which login on the asset, where the client named none.

use rust_i18n::t;

use super::prompt::ChannelPrompt;
use super::visit::Visit;
use super::wanted::Wanted;
use super::words;
use crate::access::decide::AccessRequest;
use crate::access::target::LoginChoice;
use crate::domain::halfwidth;
use crate::ssh::{Channel, Terminal};

/// The login to use where none was named: the only one that is open to this person. The error is the line for them; a
/// terminal is asked.
pub(super) async fn choose_login(
    visit: &Visit,
    wish: &AccessRequest,
    near: &mut Channel,
    terminal: bool,
) -> Result<LoginChoice, String> {
    let asset = wish.asset.as_str();
    let logins = visit.logins(wish);
    match logins.as_slice() {
        [] => Ok(LoginChoice::NotGiven), // the decision says what is wrong, and is journaled
        [only] => Ok(LoginChoice::Named(only.clone())),
        _ if terminal => ask(visit, asset, &logins, near).await.map(LoginChoice::Named),
        _ => {
            let choices: Vec<_> =
                logins.iter().map(|login| format!("{}+{login}@{asset}", visit.who.operator)).collect();
            Err(words::with(&visit.services, "refused.which-login", &choices.join(", ")))
        }
    }
}

/// Asks which login to use on `asset`. The error is the line for a person who chose none.
async fn ask(visit: &Visit, asset: &str, logins: &[String], near: &mut Channel) -> Result<String, String> {
    let none = || words::with(&visit.services, "refused.which-login", &logins.join(", "));
    let mut prompt =
        ChannelPrompt::new(near, Terminal::default(), visit.patience()).attended(visit.activity());
    let rows: Vec<_> =
        logins.iter().enumerate().map(|(at, login)| format!("{:>4}  {login}@{asset}", at + 1)).collect();
    prompt.show(&format!("\n{}\n", rows.join("\n"))).await;
    let tag = visit.services.language().tag();
    let label = t!("menu.prompt-login", locale = tag);
    while let Some(line) = prompt.line(&label).await {
        let by_number = line.parse::<usize>().ok().and_then(|number| logins.get(number.checked_sub(1)?));
        let by_name = || logins.iter().find(|login| **login == line);
        let alike = || logins.iter().find(|login| halfwidth(login) == line);
        if let Some(login) = by_number.or_else(by_name).or_else(alike) {
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
    Err(prompt.deserted().map_or_else(none, |alone| words::deserted(&visit.services, alone)))
}
