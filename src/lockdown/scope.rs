//! Whom an order is aimed at, and whom it leaves out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{Account, InvalidName, OperatorSelector, Role, halfwidth};

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
        Self::from_items(halfwidth(text).split(',').map(str::trim))
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

    /// The selectors that it is made of; none for everybody.
    pub fn selectors(&self) -> &[OperatorSelector] {
        match self {
            Self::All => &[],
            Self::Of(selectors) => selectors,
        }
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
    halfwidth(text).split(',').map(|item| OperatorSelector::parse(item.trim())).collect()
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
