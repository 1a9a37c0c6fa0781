//! The steps that an enrolment shares with whatever else a person sets on a terminal. `None`: they left.

use rust_i18n::t;

use crate::access::Services;
use crate::access::passwords::UnfitPassword;
use crate::access::terms::WorkTerms;
use crate::domain::{Secret, plain_lines};
use crate::ssh_session::prompt::ChannelPrompt;
use crate::terminal::qr;

/// Longest line that is typed or pasted: what the maker of a security key says of it, with a large certificate.
pub(super) const LONGEST_LINE: usize = 8192;

/// The rows of a terminal that has not said how many it has.
const ROWS: usize = 24;

async fn said(prompt: &ChannelPrompt<'_>, text: &str) -> Option<()> {
    prompt.show(&format!("{text}\n")).await.then_some(())
}

/// One of so many, from nothing upwards.
pub(super) async fn choice(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    most: usize,
) -> Option<usize> {
    let tag = services.language().tag();
    loop {
        let line = prompt.line(&t!("enrol.which", locale = tag, last = most.to_string())).await?;
        match line.parse::<usize>() {
            Ok(number) if (1..=most).contains(&number) => return Some(number - 1),
            _ => said(prompt, &t!("enrol.not-one", locale = tag, last = most.to_string())).await?,
        }
    }
}

/// Yes or no; Enter is yes.
pub(super) async fn yes(services: &Services, prompt: &mut ChannelPrompt<'_>) -> Option<bool> {
    let line = prompt.line(&t!("enrol.take-it", locale = services.language().tag())).await?;
    Some(matches!(line.to_lowercase().as_str(), "" | "y" | "yes" | "是"))
}

/// Shows the terms of work, a screen at a time, and waits for the word that accepts them.
pub(in crate::ssh_session) async fn accept_terms(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    terms: &WorkTerms,
) -> Option<()> {
    let tag = services.language().tag();
    said(prompt, &t!("enrol.terms", locale = tag)).await?;
    let rows = usize::try_from(prompt.terminal.rows).ok().filter(|rows| *rows > 4).unwrap_or(ROWS) - 2;
    let text = plain_lines(terms.text().trim_end());
    let lines: Vec<_> = text.lines().collect();
    let mut screens = lines.chunks(rows).peekable();
    while let Some(screen) = screens.next() {
        said(prompt, &screen.join("\n")).await?;
        if screens.peek().is_some() {
            prompt.line(&t!("enrol.more", locale = tag)).await?;
        }
    }
    loop {
        let line = prompt.line(&t!("enrol.accept", locale = tag)).await?;
        match line.to_lowercase().as_str() {
            "yes" | "是" | "同意" => return Some(()),
            "no" | "n" | "否" | "不同意" => return None,
            _ => {}
        }
    }
}

/// A password, the same twice.
pub(crate) async fn new_password(services: &Services, prompt: &mut ChannelPrompt<'_>) -> Option<Secret> {
    let tag = services.language().tag();
    let least = services.config.auth.password_length.get().to_string();
    said(prompt, &t!("enrol.password", locale = tag, least = least)).await?;
    loop {
        let first = prompt.secret(&t!("enrol.new-password", locale = tag)).await?;
        let second = prompt.secret(&t!("enrol.again", locale = tag)).await?;
        if first.expose() == second.expose() {
            return Some(first);
        }
        said(prompt, &t!("enrol.differ", locale = tag)).await?;
    }
}

/// Why a password is not taken.
pub(in crate::ssh_session) async fn unfit(
    services: &Services,
    prompt: &ChannelPrompt<'_>,
    unfit: &UnfitPassword,
) -> Option<()> {
    if let UnfitPassword::Failed(error) = unfit {
        tracing::error!(%error, "a password could not be looked at");
    }
    let least = services.config.auth.password_length.get().to_string();
    let key = format!("password.{}", unfit.word());
    said(prompt, &t!(key, locale = services.language().tag(), least = least)).await
}

/// The secret of the codes: as text, and as a drawing, where there is room and it is wanted. The drawing comes last: it
/// fills a screen of 24 rows, but for the question behind it.
pub(super) async fn show_secret(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    secret: &str,
    url: &str,
) -> Option<()> {
    let tag = services.language().tag();
    let wish = prompt.line(&t!("enrol.draw", locale = tag)).await?;
    let drawn = qr::drawn(url).ok().filter(|drawn| {
        let columns = usize::try_from(prompt.terminal.columns).unwrap_or_default();
        let width = drawn.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        !wish.eq_ignore_ascii_case("t") && (columns == 0 || width <= columns)
    });
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    said(prompt, &t!("enrol.secret", locale = tag, secret = groups.join(" "))).await?;
    match drawn {
        Some(drawn) => said(prompt, &drawn).await,
        None => Some(()),
    }
}

/// The recovery codes, once, and a word that they were kept.
pub(super) async fn show_recovery(
    services: &Services,
    prompt: &mut ChannelPrompt<'_>,
    codes: &[Secret],
) -> Option<()> {
    let tag = services.language().tag();
    let shown = |code: &Secret| format!("    {}", code.expose_str().unwrap_or_default());
    let rows: Vec<_> = codes.chunks(2).map(|pair| pair.iter().map(shown).collect::<String>()).collect();
    said(prompt, &t!("enrol.recovery", locale = tag, codes = rows.join("\n"))).await?;
    prompt.line(&t!("enrol.kept", locale = tag)).await.map(drop)
}
