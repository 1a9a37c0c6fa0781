//! `juyong operator …`.

mod invite;
mod list;
mod show;
mod state;

use std::path::PathBuf;

use super::import;
use super::input::{Input, first_line, split};
use super::readers::{Readers, Told};
use super::say::say;
use super::secrets::qr;
use super::tree::{LostFactor, OperatorCommand};
use crate::access::Services;
use crate::admin::{
    AdminError, AdminErrorKind, AdminRequest, EnrolledFactors, FactorsOutcome, InvitationForm, Invitees,
    NewCodes, NewFactors, NewInvitations, OperatorOutcome, OperatorRequest, ToldOnce,
};
use crate::domain::{OperatorName, OperatorSelector, Secret};
use crate::roster::RosterSubject;

pub(super) use list::csv;
pub(super) use state::cannot_log_in;
pub(crate) use state::{kept_out, mend, missing};

pub(super) fn request(
    services: &Services,
    command: &OperatorCommand,
    input: Input,
) -> Result<AdminRequest, AdminError> {
    let named = |name: &String| OperatorName::parse(name).map_err(AdminError::from);
    Ok(AdminRequest::Operator(match command {
        OperatorCommand::Import(asked) => {
            let request = import::request(services, RosterSubject::Operators, asked, input)?;
            return Ok(AdminRequest::Import(request));
        }
        OperatorCommand::List(asked) => list::request(services, asked)?,
        OperatorCommand::Show { name } => OperatorRequest::Show { operator: named(name)? },
        OperatorCommand::Enrol {
            name,
            password_stdin,
            totp_secret,
            totp_secret_stdin,
            gm_otp_secret,
            gm_otp_secret_stdin,
            ..
        } => {
            let is_read = *totp_secret_stdin || *gm_otp_secret_stdin;
            let (input, read) = split(services, input, *password_stdin, is_read)?;
            let password = input.stdin.as_ref().map(|text| first_line(services, text)).transpose()?;
            let given = totp_secret.as_deref().or(gm_otp_secret.as_deref());
            let secret = given.or(read.as_ref().map(|text| text.as_str())).map(Secret::new);
            let kind = match *gm_otp_secret_stdin || gm_otp_secret.is_some() {
                true => NewCodes::GmOtp,
                false => NewCodes::Totp,
            };
            let codes = secret.map(kind);
            OperatorRequest::Enrol(NewFactors {
                operator: named(name)?,
                public_key: input.file,
                attestation: input.attestation,
                password,
                codes,
            })
        }
        OperatorCommand::Disable { name, reason } => {
            OperatorRequest::Disable { operator: named(name)?, reason: reason.clone() }
        }
        OperatorCommand::Enable { name, reason } => {
            OperatorRequest::Enable { operator: named(name)?, reason: reason.clone() }
        }
        OperatorCommand::Leave { name, reason } => {
            OperatorRequest::Leave { operator: named(name)?, reason: reason.clone() }
        }
        OperatorCommand::Unlock { name } => OperatorRequest::Unlock { operator: named(name)? },
        OperatorCommand::Forget { name } => OperatorRequest::Forget { operator: named(name)? },
        OperatorCommand::Reset { name, factor } => {
            OperatorRequest::Reset { operator: named(name)?, factor: factor.map(LostFactor::factor) }
        }
        OperatorCommand::Invite { names, withdraw: true, .. } => match names.as_slice() {
            [name] => OperatorRequest::Withdraw { operator: named(name)? },
            _ => return Err(AdminError::new(AdminErrorKind::Invalid, say!(services, "invite.withdraw-one"))),
        },
        OperatorCommand::Invite { names, csv, sheet, .. } => {
            OperatorRequest::Invite(NewInvitations { whom: invitees(names)?, form: form(csv, sheet) })
        }
    }))
}

/// Nobody named: the grammar wants `--all` then.
fn invitees(names: &[String]) -> Result<Invitees, AdminError> {
    let selectors = names.iter().map(|name| OperatorSelector::parse(name)).collect::<Result<Vec<_>, _>>()?;
    Ok(if selectors.is_empty() { Invitees::Everybody } else { Invitees::Selected(selectors) })
}

fn form(csv: &Option<PathBuf>, sheet: &Option<PathBuf>) -> InvitationForm {
    match (csv, sheet) {
        (Some(_), _) => InvitationForm::Csv,
        (None, Some(_)) => InvitationForm::Sheet,
        (None, None) => InvitationForm::Lines,
    }
}

pub(super) fn told(outcome: &OperatorOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        OperatorOutcome::List(accounts) => show::table(accounts, readers),
        OperatorOutcome::Shown(account) => vec![Told::Lines(show::whole(account, readers))],
        OperatorOutcome::Factors(outcome) => factors(outcome, readers),
        OperatorOutcome::Invited(outcome) => invite::told(outcome, readers),
        OperatorOutcome::Withdrawn(done) => {
            vec![Told::Line(say!(readers, "invite.withdrawn", operator = done.operator.as_str()))]
        }
        OperatorOutcome::Disabled(done) => {
            let (name, sessions) = (done.operator.as_str(), readers.count("sessions", done.sessions_cut));
            vec![Told::Line(say!(readers, "operator.is-disabled", operator = name, sessions = sessions))]
        }
        OperatorOutcome::Enabled(done) => {
            vec![Told::Line(say!(readers, "operator.is-enabled", operator = done.operator.as_str()))]
        }
        OperatorOutcome::Left(left) => show::left(left, readers).into_iter().map(Told::Line).collect(),
        OperatorOutcome::Unlocked(done) => {
            let key = if done.was_locked { "operator.unlocked" } else { "operator.not-locked" };
            vec![Told::Line(say!(readers, key, operator = done.operator.as_str()))]
        }
        OperatorOutcome::Forgotten(done) => {
            let (name, places) = (done.operator.as_str(), readers.count("places", done.forgotten as u64));
            vec![Told::Line(say!(readers, "operator.forgotten", operator = name, places = places))]
        }
    }
}

/// What became of an account's factors, be it by an administrator or by an officer's word.
pub(super) fn factors(outcome: &FactorsOutcome, readers: Readers) -> Vec<Told> {
    let (first, drawn) = match outcome {
        FactorsOutcome::Enrolled(done) => (Told::Lines(enrolled(done, readers)), &done.totp_url),
        FactorsOutcome::Reset(done) => {
            let text = say!(readers, "operator.reset", operator = done.operator.as_str());
            (Told::Line(text), &None)
        }
        FactorsOutcome::Invited(invited) => return invite::told(invited, readers),
        FactorsOutcome::Asked(asked) => {
            (Told::Lines(super::waiting::told(&asked.waiting, readers)), &asked.totp_url)
        }
    };
    std::iter::once(first).chain(drawn.iter().flat_map(|url| to_scan(url, readers))).collect()
}

fn enrolled(done: &EnrolledFactors, readers: Readers) -> String {
    let EnrolledFactors { operator, enrolled, replaced, key_also_of, lacking, .. } = done;
    let factors = enrolled.join(", ");
    let mut done = say!(readers, "operator.enrolled", operator = operator.as_str(), factors = factors);
    if !replaced.is_empty() {
        done += &say!(readers, "operator.replaced", factors = replaced.join(", "));
    }
    if let Some(other) = key_also_of {
        done += &say!(readers, "operator.key-also-of", other = other.as_str());
    }
    match lacking.as_slice() {
        [] => done,
        lacking => format!("{done}\n{}", cannot_log_in(operator, lacking, readers.language())),
    }
}

/// What was drawn here: nobody else knows it.
fn to_scan(url: &ToldOnce, readers: Readers) -> Vec<Told> {
    let text = format!("{}\n{}", url.expose(), say!(readers, "operator.scan"));
    qr(url.expose()).ok().map(Told::Lines).into_iter().chain([Told::Lines(text)]).collect()
}
