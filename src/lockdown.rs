//! Lockdown orders as values: whom an order covers, and whom several cover together.
//!
//! Cutting sessions and remembering orders is done elsewhere; here is only the question "is this
//! account locked out at this instant, and by which order".

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Account, InvalidName, LockdownId, OperatorSelector, Role};

/// Whom an order is aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<String>", try_from = "Vec<String>")]
pub enum Scope {
    /// Every account of role operator: whoever could reach an asset. The officers who lift the order
    /// and the auditors who watch it are not locked out by it.
    All,
    /// Whoever is named, whatever their role.
    Of(Vec<OperatorSelector>),
}

/// A scope that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidScope {
    #[error("the list is empty")]
    Empty,
    #[error("`all` already covers everyone of role operator: name nobody beside it")]
    AllAndMore,
    #[error(transparent)]
    Name(#[from] InvalidName),
}

impl Scope {
    /// Reads `all` or `@group,vendor:X,NAME`, separated by commas.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        Self::from_items(text.split(',').map(str::trim))
    }

    fn from_items<'a>(items: impl Iterator<Item = &'a str> + Clone) -> Result<Self, InvalidScope> {
        if items.clone().all(str::is_empty) {
            return Err(InvalidScope::Empty);
        }
        if items.clone().any(|item| item == "all") {
            let alone = items.count() == 1;
            return if alone { Ok(Self::All) } else { Err(InvalidScope::AllAndMore) };
        }
        Ok(Self::Of(items.map(OperatorSelector::parse).collect::<Result<_, _>>()?))
    }

    pub fn covers(&self, account: &Account<'_>) -> bool {
        match self {
            Self::All => account.role == Role::Operator,
            Self::Of(selectors) => selectors.iter().any(|selector| selector.matches(account)),
        }
    }
}

/// Reads an `except` list: selectors separated by commas. An empty text exempts nobody.
pub fn parse_except(text: &str) -> Result<Vec<OperatorSelector>, InvalidName> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(|item| OperatorSelector::parse(item.trim())).collect()
}

impl From<Scope> for Vec<String> {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::All => vec!["all".to_owned()],
            Scope::Of(selectors) => selectors.iter().map(ToString::to_string).collect(),
        }
    }
}

impl TryFrom<Vec<String>> for Scope {
    type Error = InvalidScope;

    fn try_from(items: Vec<String>) -> Result<Self, InvalidScope> {
        Self::from_items(items.iter().map(String::as_str))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Vec::<String>::from(self.clone()).join(","))
    }
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lockdown {
    pub id: LockdownId,
    pub reason: String,
    /// The number of the paper order behind it.
    pub order: Option<String>,
    pub scope: Scope,
    pub except: Vec<OperatorSelector>,
    pub started_at: Timestamp,
    pub started_by: String,
    /// The first instant at which it no longer covers anybody.
    pub until: Option<Timestamp>,
}

impl Lockdown {
    /// `started_at` is not asked: an order holds from when it is known, even if the clock steps back.
    pub fn covers(&self, account: &Account<'_>, at: Timestamp) -> bool {
        self.until.is_none_or(|until| at < until)
            && self.scope.covers(account)
            && !self.except.iter().any(|selector| selector.matches(account))
    }
}

/// The orders that were started and not lifted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lockdowns(Vec<Lockdown>);

impl Lockdowns {
    pub fn new(orders: Vec<Lockdown>) -> Self {
        Self(orders)
    }

    /// The first order that covers the account. An exemption holds for its own order only, so the
    /// union of what the orders cover counts.
    pub fn covers(&self, account: &Account<'_>, at: Timestamp) -> Option<&Lockdown> {
        self.0.iter().find(|order| order.covers(account, at))
    }

    pub fn find(&self, id: &LockdownId) -> Option<&Lockdown> {
        self.0.iter().find(|order| order.id == *id)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Lockdown> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an order; one of the same id is replaced.
    pub fn insert(&mut self, order: Lockdown) {
        self.remove(&order.id.clone());
        self.0.push(order);
    }

    pub fn remove(&mut self, id: &LockdownId) -> Option<Lockdown> {
        let place = self.0.iter().position(|order| order.id == *id)?;
        Some(self.0.remove(place))
    }
}

#[cfg(test)]
mod tests;
