//! Invitations, as they are handed out: lines, a table, a page to print.

use qrcode::{Color, EcLevel, QrCode};

use super::super::readers::{Readers, Told};
use super::super::say::say;
use crate::admin::{AdminError, ClosedInvitation, InvitationForm, InvitedAccount, InvitedAccounts};
use crate::domain::{cell, plain};

const HEAD: [&str; 6] = ["operator", "name", "code", "expires", "login", "fingerprint"];

pub(super) fn told(outcome: &InvitedAccounts, readers: Readers) -> Vec<Told> {
    let codes = match outcome.form {
        InvitationForm::Lines => {
            outcome.invited.iter().map(|invited| Told::Lines(lines(invited, readers))).collect()
        }
        InvitationForm::Csv => vec![csv(outcome).map_or_else(|error| failed(&error, readers), Told::Raw)],
        InvitationForm::Sheet => vec![Told::Raw(sheet(outcome, readers))],
    };
    codes.into_iter().chain(beside(outcome, readers)).collect()
}

fn failed(error: &AdminError, readers: Readers) -> Told {
    Told::Error(error.told(readers.language()))
}

/// What whoever invites should know, and those who are invited should not.
fn beside(outcome: &InvitedAccounts, readers: Readers) -> Vec<Told> {
    let mut told = Vec::new();
    if outcome.form != InvitationForm::Lines {
        told.push(Told::Error(say!(readers, "invite.count", count = outcome.invited.len().to_string())));
    }
    for invited in &outcome.invited {
        told.extend(warned(invited, readers).map(Told::Error));
    }
    for passed in &outcome.passed_over {
        let reason = say!(readers, format!("invite.passed-{}", passed.reason));
        let operator = passed.operator.as_str();
        told.push(Told::Error(say!(readers, "invite.passed-over", operator = operator, reason = reason)));
    }
    if !outcome.address_known && !outcome.invited.is_empty() {
        told.push(Told::Error(say!(readers, "invite.check-address")));
    }
    told
}

/// What whoever hands the code on should say with it.
fn warned(invited: &InvitedAccount, readers: Readers) -> impl Iterator<Item = String> {
    let operator = invited.operator.as_str();
    let closed = invited.closed.as_ref().map(|closed| match closed {
        ClosedInvitation::NotYetValid { from } => {
            say!(readers, "invite.closed-until", operator = operator, from = from.told())
        }
        ClosedInvitation::LockedDown => say!(readers, "invite.closed-locked", operator = operator),
    });
    let replaced = invited.replaced.then(|| say!(readers, "invite.replaced", operator = operator));
    closed.into_iter().chain(replaced)
}

fn lines(invited: &InvitedAccount, readers: Readers) -> String {
    let InvitedAccount { operator, code, expires, login, fingerprint, .. } = invited;
    say!(
        readers,
        "invite.told",
        operator = operator.as_str(),
        code = code.expose(),
        until = expires.told(),
        login = login,
        fingerprint = fingerprint
    )
}

fn csv(outcome: &InvitedAccounts) -> Result<String, AdminError> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEAD).map_err(AdminError::internal)?;
    for InvitedAccount { operator, name, code, expires, login, fingerprint, .. } in &outcome.invited {
        let name = cell(name.as_deref().unwrap_or_default());
        let fields = [operator.as_str(), &name, code.expose(), &expires.told(), login, fingerprint];
        writer.write_record(fields).map_err(AdminError::internal)?;
    }
    let written = writer.into_inner().map_err(AdminError::internal)?;
    String::from_utf8(written).map_err(AdminError::internal)
}

/// A card a person, cut out and handed over. It asks nothing of any network.
fn sheet(outcome: &InvitedAccounts, readers: Readers) -> String {
    let cards: String = outcome.invited.iter().map(|invited| card(invited, readers)).collect();
    let (tag, title) = (readers.language().tag(), say!(readers, "invite.sheet-title"));
    format!(
        "<!doctype html>\n<html lang=\"{tag}\"><meta charset=\"utf-8\"><title>{title}</title>\n<style>{STYLE}</style>\n\
         {cards}</html>\n"
    )
}

const STYLE: &str = "body{font:11pt sans-serif;margin:1cm}\
article{border:1px dashed #888;padding:.6cm;margin-bottom:.6cm;break-inside:avoid;display:flex;gap:.8cm}\
h2{margin:0 0 .3cm}code{font:12pt monospace}.code{font-size:16pt}svg{width:3.6cm;height:3.6cm;flex:none}\
p,ol{margin:.15cm 0}ol{padding-left:.6cm}";

fn card(invited: &InvitedAccount, readers: Readers) -> String {
    let InvitedAccount { operator, name, code, expires, login, fingerprint, .. } = invited;
    let who = match name {
        Some(name) => format!("{} ({operator})", escaped(name)),
        None => operator.to_string(),
    };
    let steps = say!(readers, "invite.sheet-steps");
    let steps: String = steps.lines().map(|step| format!("<li>{}</li>", escaped(step))).collect();
    let row = |key: &str, value: &str, class: &str| {
        let word = say!(readers, format!("invite.sheet-{key}"));
        format!("<p>{word} <code class=\"{class}\">{}</code></p>", escaped(value))
    };
    format!(
        "<article>{}<div><h2>{who}</h2>{}{}{}{}<ol>{steps}</ol></div></article>\n",
        square(login).unwrap_or_default(),
        row("login", login, ""),
        row("code", code.expose(), "code"),
        row("until", &expires.told(), ""),
        row("fingerprint", fingerprint, ""),
    )
}

/// A QR code as a drawing.
fn square(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path: String = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width, at / width)).collect();
    Some(format!(
        "<svg viewBox=\"-2 -2 {side} {side}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>",
        side = width + 4
    ))
}

/// Text in a page.
fn escaped(text: &str) -> String {
    let plain = plain(text);
    plain.chars().fold(String::with_capacity(plain.len()), |mut text, c| {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            c => text.push(c),
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{escaped, square};

    #[test]
    fn no_name_writes_into_the_page() {
        assert_eq!(escaped("<b>&\"x\"\n"), "&lt;b&gt;&amp;&quot;x&quot;\\n");
    }

    #[test]
    fn a_square_holds_the_command() {
        let drawn = square("ssh -p 2222 li@gw.example.org").unwrap_or_default();
        assert!(drawn.starts_with("<svg viewBox=") && drawn.matches("h1v1h-1z").count() > 200, "{drawn}");
    }
}
