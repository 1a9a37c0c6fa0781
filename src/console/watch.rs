//! `juyong approve list --watch`: the same question again and again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::command_line::CommandLine;
use super::failure::Failure;
use super::out::Out;
use super::readers::Readers;
use super::render;
use crate::admin::{
    self, Admin, AdminOutcome, AdminRequest, ApproveOutcome, ApproveRequest, WaitingApproval,
};

/// How often it looks.
const LOOK: Duration = Duration::from_millis(500);

/// Shows each request once, until nobody reads any more or the caller may not ask any more.
pub(super) async fn watch(admin: &Arc<Admin>, line: &CommandLine, out: &Out) -> Result<(), Failure> {
    let readers = Readers(admin.services.language());
    let mut shown = HashSet::new();
    loop {
        let request = AdminRequest::Approve(ApproveRequest::Waiting);
        let outcome = admin::execute(admin, &line.caller, request).await;
        let outcome = outcome.map_err(|error| Failure::text(error.told(readers.language())))?;
        if let AdminOutcome::Approve(ApproveOutcome::Waiting(waiting)) = outcome {
            let new = |one: &WaitingApproval| shown.insert((one.approval.clone(), one.asked_at));
            let new = waiting.into_iter().filter(new).collect();
            render::print(&AdminOutcome::Approve(ApproveOutcome::Waiting(new)), readers, out).await?;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = out.unread() => return Ok(()),
        }
    }
}
