//! What an auditor may look at, by the names that a policy knows.

use std::net::IpAddr;

use super::operator::AuditScope;
use super::whole::Policy;

impl AuditScope {
    /// Whether something that is known by these names is in view. What names no operator, asset or source
    /// of the policy is in view only where the scope does not ask for one.
    pub fn covers(&self, policy: &Policy, operator: &str, asset: &str, source: Option<IpAddr>) -> bool {
        let operator = match policy.operator(operator) {
            Some(operator) => self.covers_operator(&operator.account()),
            None => self.operators.is_none(),
        };
        let asset = match policy.asset(asset) {
            Some(asset) => self.covers_asset(&asset.name, &asset.groups),
            None => self.assets.is_none(),
        };
        operator && asset && source.map_or(self.sources.is_none(), |source| self.covers_source(source))
    }
}
