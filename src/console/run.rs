//! Runs one command for one caller, and journals that it ran and how it ended.
//!
//! A command runs in a task of its own. Its front carries what it prints to wherever the caller is; a caller who leaves
//! is not printed for any more, and the command goes on to its row all the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::command_line::CommandLine;
use super::command_row;
use super::duty::duty;
use super::help::overview;
use super::out::{Chunk, Out, ReaderGone};
use super::readers::Readers;
use super::say::say;
use super::tree::{Approve, Audit, Cli, Command, LockdownCommand, OperatorCommand};
use super::{
    approve, asset, audit, clock, credential, lockdown, operator, own, policy, render, source, vpn, watch,
    whoami,
};
use crate::access::{Authenticated, Services, attestation, speaking};
use crate::admin::{
    self, Admin, AdminError, AdminErrorKind, AdminOutcome, AdminRequest, AuditOutcome, OperatorOutcome,
};
use crate::domain::{Role, Tell};

pub(super) use super::failure::Failure;
pub(super) use super::input::Input;
pub(super) use crate::admin::Caller;

/// A command that runs.
pub struct Running {
    pieces: mpsc::Receiver<Chunk>,
    exit: JoinHandle<u8>,
}

impl Running {
    /// The next piece of its output; `None` at the end.
    pub async fn next(&mut self) -> Option<Chunk> {
        self.pieces.recv().await
    }

    /// The exit code: 0 done, 1 refused, not found or failed. What it still prints is read by nobody.
    pub async fn exit(self) -> u8 {
        drop(self.pieces);
        self.exit.await.unwrap_or_else(|fault| {
            tracing::error!(%fault, "a command broke off");
            1
        })
    }
}

/// Begins to run a command.
pub fn run(admin: &Arc<Admin>, line: CommandLine) -> Running {
    let (out, pieces) = Out::new(line.cli.json, line.cli.lang);
    let out = out.read_by(role_of(&admin.services, &line.caller), admin.services.language());
    let admin = Arc::clone(admin);
    let work = async move {
        let language = out.language;
        speaking(language, Box::pin(to_its_row(&admin, line, &out))).await
    };
    Running { pieces, exit: tokio::spawn(work) }
}

async fn to_its_row(admin: &Arc<Admin>, mut line: CommandLine, out: &Out) -> u8 {
    let input = std::mem::take(&mut line.input);
    let exit = match permitted(&admin.services, &line.caller, &line.cli) {
        Err(refusal) => report(out, refusal.told(admin.services.language())).await,
        Ok(()) => match dispatch(admin, &line, input, out).await {
            Ok(()) => 0,
            Err(failure) => report(out, failure.told(admin.services.language())).await,
        },
    };
    let patience = if is_urgent(&line) { URGENT } else { Duration::MAX };
    let services = Arc::clone(&admin.services);
    let row = tokio::spawn(async move { command_row::ran(&services, &line, exit).await });
    match tokio::time::timeout(patience, row).await {
        Ok(Ok(Ok(()))) => exit,
        Ok(Ok(Err(error))) => {
            let error = error.told(admin.services.language());
            report(out, say!(admin.services, "console.not-journaled", error = error)).await
        }
        Ok(Err(broken)) => report(out, AdminError::internal(broken).told(admin.services.language())).await,
        Err(_) => report(out, say!(admin.services, "console.not-journaled-yet")).await,
    }
}

/// How long the end of a command that locks, or tells what is locked, waits for its row.
const URGENT: Duration = Duration::from_millis(500);

fn is_urgent(line: &CommandLine) -> bool {
    matches!(&line.cli.command, Command::Lockdown(LockdownCommand::Start { .. } | LockdownCommand::Status))
}

async fn report(out: &Out, text: String) -> u8 {
    let _: Result<(), ReaderGone> = out.error(format!("juyong: {text}")).await; // told to nobody, then
    1
}

/// May this caller run this command, and does it work where they are? The host's own user may run every one.
pub(super) fn permitted(services: &Services, caller: &Caller, cli: &Cli) -> Result<(), AdminError> {
    let Caller::Operator(_) = caller else { return Ok(()) };
    let words = cli.path.as_str();
    admin::permit(services, caller, duty(words), words)?;
    match cli.command.is_local() || cli.command.names_directory() {
        true => {
            let text = say!(services, "console.files-on-host", command = words);
            Err(AdminError::new(AdminErrorKind::Refused, text))
        }
        false => Ok(()),
    }
}

/// Asks the gateway for something, and prints what came of it: of a list, page after page.
async fn ask(
    admin: &Arc<Admin>,
    line: &CommandLine,
    request: Result<AdminRequest, AdminError>,
    out: &Out,
) -> Result<(), Failure> {
    let readers = Readers(admin.services.language());
    let told = |error: AdminError| Failure::text(error.told(readers.language()));
    let mut request = request.map_err(told)?;
    loop {
        let outcome = admin::execute(admin, &line.caller, request.clone()).await.map_err(told)?;
        let Some(outcome) = streamed(admin, line, outcome, out).await? else { return Ok(()) };
        match table(line, &outcome) {
            Some(table) => out.raw(table.map_err(told)?).await?,
            None => render::print(&outcome, readers, out).await?,
        }
        if let Some(failed) = render::failed(&outcome, readers) {
            return Err(Failure::text(failed));
        }
        match admin::continued(request, &outcome) {
            Some(next) if is_whole(line) => request = next,
            _ => return Ok(()),
        }
    }
}

/// Whether a list is printed to its end.
fn is_whole(line: &CommandLine) -> bool {
    match &line.cli.command {
        Command::Audit(command) => audit::is_whole(command, line.cli.json),
        Command::Operator(OperatorCommand::List(asked)) => asked.limit.is_none(),
        _ => true,
    }
}

/// The bytes of what was asked for as a table for spreadsheets.
fn table(line: &CommandLine, outcome: &AdminOutcome) -> Option<Result<Vec<u8>, AdminError>> {
    match (outcome, &line.cli.command) {
        (
            AdminOutcome::Operator(OperatorOutcome::List(page)),
            Command::Operator(OperatorCommand::List(asked)),
        ) => asked.csv.then(|| operator::csv(page)),
        _ => None,
    }
}

/// Prints what comes in pieces; gives back what does not.
async fn streamed(
    admin: &Arc<Admin>,
    line: &CommandLine,
    outcome: AdminOutcome,
    out: &Out,
) -> Result<Option<AdminOutcome>, Failure> {
    let language = admin.services.language();
    match (outcome, &line.cli.command) {
        (AdminOutcome::Audit(AuditOutcome::Exported(bytes)), _) => {
            let ended = audit::export(bytes, out).await?;
            ended.map(|()| None).map_err(|error| Failure::text(error.told(language)))
        }
        (AdminOutcome::Audit(AuditOutcome::Playback(frames)), Command::Audit(Audit::Replay(asked))) => {
            audit::play(&admin.services, frames, asked, out).await.map(|()| None)
        }
        (outcome, _) => Ok(Some(outcome)),
    }
}

async fn dispatch(admin: &Arc<Admin>, line: &CommandLine, input: Input, out: &Out) -> Result<(), Failure> {
    let services = &admin.services;
    let request = match &line.cli.command {
        Command::Whoami => Ok(AdminRequest::Whoami),
        Command::Logout => Ok(AdminRequest::Logout),
        Command::Assets => Ok(whoami::request()),
        Command::Asset(command) => asset::request(services, command, input),
        Command::Audit(command) => audit::request(services, command, line.cli.json).map(AdminRequest::Audit),
        Command::Clock(command) => Ok(AdminRequest::Clock(clock::request(command))),
        Command::Credential(command) => {
            credential::request(services, command, input).map(AdminRequest::Credential)
        }
        Command::Policy(command) => policy::request(services, command).map(AdminRequest::Policy),
        Command::Lockdown(command) => {
            lockdown::request(services, command, line.cli.json).map(AdminRequest::Lockdown)
        }
        Command::Operator(command) => operator::request(services, command, input),
        Command::Source(command) => Ok(AdminRequest::Source(source::request(command))),
        Command::Vpn(command) => vpn::request(command, input).map(AdminRequest::Vpn),
        Command::Approve(Approve::List { watch: true }) => return watch::watch(admin, line, out).await,
        Command::Approve(command) => approve::request(command).map(AdminRequest::Approve),
        own @ (Command::Keys { .. }
        | Command::Password
        | Command::Totp { .. }
        | Command::Recovery
        | Command::Sessions { .. }
        | Command::Devices) => match own::request(own, &input, attestation::is_asked(services)) {
            Some(request) => Ok(AdminRequest::Own(request)),
            None => return Ok(()), // each of these makes one
        },
        Command::Help => {
            let role = role_of(services, &line.caller);
            return Ok(out.lines(overview(role, services.language())).await?);
        }
        Command::Demo(_) | Command::Serve | Command::Doctor | Command::Completions { .. } => {
            return Err(Failure::text(say!(services, "console.on-host", commands = "juyong")));
        }
    };
    ask(admin, line, request, out).await
}

/// What somebody may run here, for a person who came without a command.
pub(crate) fn commands(services: &Services, who: &Authenticated) -> String {
    overview(role_of(services, &Caller::Operator(who.clone())), services.language())
}

/// `None`: the host's own user, who may do everything.
pub(super) fn role_of(services: &Services, caller: &Caller) -> Option<Role> {
    let Caller::Operator(who) = caller else { return None };
    let standing = services.live.standing();
    Some(standing.policy.operator(who.operator().as_str()).map(|operator| operator.role).unwrap_or_default())
}
