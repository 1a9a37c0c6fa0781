//! What is open to a person now.

use serde::Serialize;

use super::live::Standing;
use super::services::{Authenticated, Services};
use crate::domain::{Danger, Protocol};

/// One asset with one login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub asset: String,
    pub login: String,
    pub protocols: Vec<Protocol>,
    pub danger: Danger,
    pub groups: Vec<String>,
}

/// What this person could enter now.
pub(crate) fn reachable(services: &Services, standing: &Standing, who: &Authenticated) -> Vec<Choice> {
    let (operator, origin) = (who.operator.as_str(), &who.origin);
    let open = standing.policy.reachable(
        operator,
        origin.address(),
        origin.via(),
        who.now(&services.clock),
        &standing.lockdowns,
    );
    open.into_iter()
        .map(|entry| Choice {
            asset: entry.asset.name.to_string(),
            login: entry.login.to_string(),
            protocols: entry.protocols,
            danger: entry.asset.danger,
            groups: entry.asset.groups.iter().map(ToString::to_string).collect(),
        })
        .collect()
}
