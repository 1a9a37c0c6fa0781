//! A roster of people or of machines, read into the policy files and put in force as any other change of them.
//!
//! An import begins with what is in force: while the files say something else, it would bring in force what somebody else
//! has not applied yet. Files are written first and then put in force; what does not come into force is taken back.

mod outcome;

use std::path::Path;

use sha2::Digest as _;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::policy::{
    PolicyApplied, PolicyChange, PolicyComparison, UnappliedPolicy, files, is_same, prove_apart, put, refuse,
};
use super::say::no;
use crate::access::Services;
use crate::domain::{Digest, Remark, Secret, Tell};
use crate::event::Event;
use crate::platform::regular;
use crate::policy::SourceFile;
use crate::roster::{RosterEdit, RosterSubject, Unmerged, merge};

pub use outcome::{FlawEntry, ImportOutcome, ImportedRoster};

#[derive(Debug, Clone)]
pub struct ImportRequest {
    pub subject: RosterSubject,
    /// The file's bytes: names and how to reach people.
    pub sheet: Secret,
    /// Why; without it nothing is changed.
    pub reason: Option<Remark>,
    /// Takes groups that nobody is in yet.
    pub new_groups: bool,
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: ImportRequest,
) -> Result<ImportOutcome, AdminError> {
    let services = &*admin.services;
    let _one_after_another = services.policy_change.lock().await;
    let before = in_force(services).await?;
    let (before, merged) = merged(before, &request).await?;
    let edit = match merged {
        Ok(edit) => edit,
        Err(Unmerged::Flawed(flaws)) => return Ok(ImportOutcome::flawed(flaws)),
        Err(Unmerged::Unreadable(why)) => return Err(AdminError::invalid(why)),
        Err(Unmerged::Uneditable(why)) => return Err(AdminError::internal(why)),
    };
    if edit.changes.is_empty() {
        return Ok(ImportOutcome::Same { rows: edit.rows, applied: false });
    }
    let after = with(&before, &edit.files);
    let policy = match &request.reason {
        None => rehearsed(services, after).await?,
        Some(reason) => applied(services, caller, (&before, after), &edit, reason).await?,
    };
    if let PolicyApplied::InForce(done) = &policy {
        let event = row(&request, &edit, done.version);
        services.journal(caller.actor(), caller.origin(), event).await?;
    }
    Ok(ImportOutcome::Done(Box::new(ImportedRoster::of(edit, policy))))
}

/// The files, if they are those in force. Where none is yet, those that there are.
async fn in_force(services: &Services) -> Result<Vec<SourceFile>, AdminError> {
    let files = files(services, None).await?;
    match services.store.policies().in_force().await? {
        Some(found) if !is_same(&files, &found.files) => {
            let dir = services.config.policy_dir.display().to_string();
            Err(no!(
                services,
                Conflict,
                "roster.differs",
                dir = dir,
                version = found.version.version.to_string()
            ))
        }
        _ => Ok(files),
    }
}

/// Reading and comparing thousands of rows takes long, and the runtime's threads carry sessions.
async fn merged(
    before: Vec<SourceFile>,
    request: &ImportRequest,
) -> Result<(Vec<SourceFile>, Result<RosterEdit, Unmerged>), AdminError> {
    let (subject, sheet, new_groups) = (request.subject, request.sheet.clone(), request.new_groups);
    let work = move || {
        let merged = merge(subject, sheet.expose(), &before, new_groups);
        (before, merged)
    };
    crate::access::blocking(work).await.map_err(AdminError::internal)
}

/// The files with these in the place of those of their names, in the order of a directory.
fn with(before: &[SourceFile], edited: &[SourceFile]) -> Vec<SourceFile> {
    let stays = |file: &&SourceFile| !edited.iter().any(|edited| edited.path == file.path);
    let mut files: Vec<_> = before.iter().filter(stays).chain(edited).cloned().collect();
    files.sort_by(|one, two| one.path.cmp(&two.path));
    files
}

async fn rehearsed(services: &Services, files: Vec<SourceFile>) -> Result<PolicyApplied, AdminError> {
    Ok(match prove_apart(files, &services.config.timezone).await?.1 {
        Ok(policy) => {
            let changes = PolicyComparison::with_in_force(services, &policy).await?;
            PolicyApplied::DryRun { dry_run: true, digest: policy.digest(), changes }
        }
        Err(unfit) => PolicyApplied::Unfit(UnappliedPolicy { unfit, dry_run: true }),
    })
}

async fn applied(
    services: &Services,
    caller: &Caller,
    (before, after): (&[SourceFile], Vec<SourceFile>),
    edit: &RosterEdit,
    reason: &Remark,
) -> Result<PolicyApplied, AdminError> {
    let (after, policy) = match prove_apart(after, &services.config.timezone).await? {
        (after, Ok(policy)) => (after, policy),
        (_, Err(unfit)) => return refuse(services, caller, unfit).await,
    };
    write(services, edit.files.clone()).await?;
    let change = PolicyChange { reason, rollback_of: None };
    let done = put(services, caller, (after, policy), &change).await;
    if done.is_err() {
        take_back(before, &edit.files).await;
    }
    done
}

async fn write(services: &Services, files: Vec<SourceFile>) -> Result<(), AdminError> {
    let work = move || {
        files.iter().try_for_each(|file| {
            regular::replace_linked(Path::new(&file.path), file.text.as_bytes())
                .map_err(|error| (file.path.clone(), error))
        })
    };
    let written = crate::access::blocking(work).await.map_err(AdminError::internal)?;
    written.map_err(|(file, error)| {
        no!(services, Failed, "roster.unwritten", file = file, error = error.told(services.language()))
    })
}

/// Puts the files as they were: they did not come into force.
async fn take_back(before: &[SourceFile], edited: &[SourceFile]) {
    let old = |file: &SourceFile| before.iter().find(|before| before.path == file.path).cloned();
    let files: Vec<_> = edited.iter().map(|file| (file.path.clone(), old(file))).collect();
    let work = move || {
        for (path, old) in files {
            let path = Path::new(&path);
            let done = match old {
                Some(old) => regular::replace_linked(path, old.text.as_bytes()),
                None => std::fs::remove_file(path),
            };
            if let Err(error) = done {
                tracing::error!(%error, path = %path.display(), "a policy file could not be put back");
            }
        }
    };
    if let Err(fault) = crate::access::blocking(work).await {
        tracing::error!(%fault, "policy files could not be put back");
    }
}

fn row(request: &ImportRequest, edit: &RosterEdit, version: u64) -> Event {
    let of = match request.subject {
        RosterSubject::Operators => "operators",
        RosterSubject::Assets => "assets",
    };
    let added = edit.changes.iter().filter(|change| change.added).count() as u64;
    Event::RosterImported {
        of,
        file: Digest(sha2::Sha256::digest(request.sheet.expose()).into()),
        rows: edit.rows as u64,
        added,
        changed: edit.changes.len() as u64 - added,
        version,
    }
}
