//! What is open to the caller now.

use serde::Serialize;

use super::context::Admin;
use super::page::Page;
use crate::access::Authenticated;
use crate::access::reachable::{Choice, reachable};
use crate::domain::Role;

/// Some of the assets that are open to somebody, each by its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenAssets {
    #[serde(flatten)]
    pub page: Page<Choice, u32>,
    /// The number of the first.
    pub first: u32,
    /// Whose assets these are: of another role than `operator`, none are at any time.
    pub role: Option<Role>,
}

pub(super) fn open(admin: &Admin, who: &Authenticated, after: u32, limit: u32) -> OpenAssets {
    let standing = admin.services.live.standing();
    let role = standing.policy.operator(who.operator().as_str()).map(|operator| operator.role);
    let all = reachable(&admin.services, &standing, who);
    let rows = all.into_iter().skip(after as usize).take((limit as usize).saturating_add(1)).collect();
    let page = Page::cut(rows, limit, |_| after.saturating_add(limit));
    OpenAssets { page, first: after.saturating_add(1), role }
}
