//! One's own account: `juyong keys`, `password`, `totp`, `recovery`, `sessions`, `devices`; and what each of them asks for.

use super::input::Input;
use super::readers::{Readers, Told};
use super::say::say;
use super::secrets::qr;
use super::table::aligned;
use super::tree::{Codes, Command, Keys, Sessions};
use super::vpn;
use crate::admin::{
    DrawnSecret, FreshProof, NewOwnKey, NewRecoveryCodes, OwnChanged, OwnKey, OwnOutcome, OwnRequest,
    OwnSession,
};
use crate::domain::{Secret, plain};

/// How many rows are asked for at a time.
const ROWS: u32 = 1000;

/// What a command asks of whoever gives it, an answer each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// A one-time code that was not given yet.
    Code,
    /// A code of the secret that was drawn.
    NewCode,
    /// The same password twice.
    NewPassword,
    /// A line of a `.pub` file.
    PublicKey,
    /// What the maker of a security key says of it. Of another kind of key it is not asked for.
    Attestation,
}

/// What one's own account is asked for by this command, in its order. A password and a key come first: one that is not
/// taken costs no code.
/// `attests`: where makers of security keys have to say whose they are.
pub(super) fn asks(command: &Command, attests: bool) -> &'static [Ask] {
    match command {
        Command::Keys { what: Some(Keys::Add { key }) } if key.is_empty() => match attests {
            true => &[Ask::PublicKey, Ask::Attestation, Ask::Code],
            false => &[Ask::PublicKey, Ask::Code],
        },
        Command::Keys { what: Some(Keys::Add { key }) }
            if attests && is_security_key(key.concat().as_bytes()) =>
        {
            &[Ask::Attestation, Ask::Code]
        }
        Command::Keys { what: Some(Keys::Add { .. } | Keys::Remove { .. }) } => &[Ask::Code],
        Command::Password => &[Ask::NewPassword, Ask::Code],
        Command::Totp { what: None | Some(Codes::New) } | Command::Recovery => &[Ask::Code],
        Command::Totp { what: Some(Codes::Confirm) } => &[Ask::NewCode],
        _ => &[],
    }
}

/// Whether a line begins as a security key's does.
fn is_security_key(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"sk-")
}

/// Whether this is asked, after these answers, a line each: an attestation only of a security key, where the answers began
/// with a key.
pub(super) fn is_asked(ask: Ask, asked: &[Ask], answers: &[u8]) -> bool {
    ask != Ask::Attestation || asked.first() != Some(&Ask::PublicKey) || is_security_key(answers)
}

/// The request that the words of one's own account make, with the answers, a line each.
pub(super) fn request(command: &Command, input: &Input, attests: bool) -> Option<OwnRequest> {
    let mut answers = input
        .stdin
        .as_ref()
        .map(|text| text.expose().split(|byte| *byte == b'\n').map(Secret::new).collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter();
    let mut next = || answers.next().filter(|answer| !answer.is_empty());
    Some(match command {
        Command::Keys { what: None | Some(Keys::List) } => OwnRequest::Keys,
        Command::Keys { what: Some(Keys::Add { key }) } => {
            let typed = (!key.is_empty()).then(|| Secret::new(key.join(" ")));
            let line = typed.or_else(&mut next).unwrap_or_else(|| Secret::new(""));
            let attestation = if attests && is_security_key(line.expose()) { next() } else { None };
            OwnRequest::AddKey { key: NewOwnKey { line, attestation }, proof: FreshProof(next()) }
        }
        Command::Keys { what: Some(Keys::Remove { fingerprint }) } => {
            OwnRequest::RemoveKey { fingerprint: fingerprint.clone(), proof: FreshProof(next()) }
        }
        Command::Password => {
            let new = next().unwrap_or_else(|| Secret::new(""));
            OwnRequest::SetPassword { new, proof: FreshProof(next()) }
        }
        Command::Totp { what: None | Some(Codes::New) } => {
            OwnRequest::DrawCodes { proof: FreshProof(next()) }
        }
        Command::Totp { what: Some(Codes::Confirm) } => OwnRequest::TakeCodes { code: next() },
        Command::Recovery => OwnRequest::Recovery { proof: FreshProof(next()) },
        Command::Sessions { what: None | Some(Sessions::List) } => OwnRequest::Sessions,
        Command::Sessions { what: Some(Sessions::End { id }) } => OwnRequest::EndSession { id: id.clone() },
        Command::Devices => OwnRequest::Devices { after: None, limit: ROWS },
        _ => return None,
    })
}

pub(super) fn told(outcome: &OwnOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        OwnOutcome::Keys(keys) => keys.iter().map(|key| Told::Line(key_line(key, readers))).collect(),
        OwnOutcome::Changed(changed) => vec![Told::Line(changed_line(changed, readers))],
        OwnOutcome::Drawn(drawn) => to_scan(drawn, readers),
        OwnOutcome::Recovery(new) => vec![Told::Lines(recovery(new, readers))],
        OwnOutcome::Sessions(sessions) => running(sessions, readers),
        OwnOutcome::Devices(page) => vpn::list(&page.rows, readers),
    }
}

fn key_line(key: &OwnKey, readers: Readers) -> String {
    let mark = if key.in_use { say!(readers, "own.this-login") } else { String::new() };
    let make = key.make.as_ref().map(|make| format!(" {} {}", plain(&make.maker), make.aaguid));
    format!("{} {}{}{mark}", key.fingerprint, key.kind, make.unwrap_or_default())
}

fn changed_line(changed: &OwnChanged, readers: Readers) -> String {
    let key = changed.key.as_deref().unwrap_or_default();
    say!(readers, format!("own.done-{}", changed.changed), key = key)
}

fn to_scan(drawn: &DrawnSecret, readers: Readers) -> Vec<Told> {
    let text = say!(readers, "own.drawn", secret = drawn.secret.expose());
    qr(drawn.totp_url.expose()).ok().map(Told::Lines).into_iter().chain([Told::Lines(text)]).collect()
}

fn recovery(new: &NewRecoveryCodes, readers: Readers) -> String {
    let codes: Vec<_> = new.recovery.iter().map(|code| format!("    {}", code.expose())).collect();
    say!(readers, "own.recovery", codes = codes.join("\n"))
}

fn running(sessions: &[OwnSession], readers: Readers) -> Vec<Told> {
    if sessions.is_empty() {
        return vec![Told::Line(say!(readers, "own.no-sessions"))];
    }
    let cells: Vec<_> = sessions
        .iter()
        .map(|session| {
            let place = format!("{}@{}", session.login, session.asset);
            [session.session.to_string(), place, session.source.clone(), session.started.told()]
        })
        .collect();
    aligned("", &cells).into_iter().map(Told::Line).collect()
}
