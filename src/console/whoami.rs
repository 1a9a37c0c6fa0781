//! `juyong whoami` and `juyong assets`: what everybody may ask.

use super::readers::{Readers, Told};
use super::say::say;
use crate::admin::{AdminRequest, CallerIdentity, OpenAssets};
use crate::domain::Role;
use crate::ssh_session::menu;

/// How many rows are asked for at a time.
const ROWS: u32 = 1000;

pub(super) fn identity(outcome: &CallerIdentity, readers: Readers) -> Vec<Told> {
    let CallerIdentity { operator, role, login } = outcome;
    let Some(login) = login else {
        return vec![Told::Line(say!(readers, "console.local", operator = operator))];
    };
    let (role, factors) = (say!(readers, format!("role.{role}")), login.factors.join("+"));
    vec![Told::Line(say!(
        readers,
        "console.whoami",
        operator = operator,
        role = role,
        factors = factors,
        source = &login.source
    ))]
}

pub(super) fn request() -> AdminRequest {
    AdminRequest::Assets { after: 0, limit: ROWS }
}

pub(super) fn assets(outcome: &OpenAssets, readers: Readers) -> Vec<Told> {
    let text = match outcome.page.rows.as_slice() {
        [] => none(outcome.role, readers),
        rows => menu::table(rows, outcome.first as usize),
    };
    vec![Told::Lines(text)]
}

/// Why there is none: an account of another role has none at any time.
fn none(role: Option<Role>, readers: Readers) -> String {
    match role {
        Some(Role::System) => say!(readers, "operator.no-assets-system"),
        Some(role @ (Role::Security | Role::Auditor)) => {
            say!(readers, "operator.no-assets-role", role = readers.role(role))
        }
        _ => say!(readers, "operator.no-assets"),
    }
}
