//! Names that the policy knows, and what is said of one that it does not.

use crate::diagnostic::suggest::closest;
use crate::domain::{Language, Tell, english, text};
use crate::policy::{Asset, Operator, Policy};

/// A name that the policy does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Unknown {
    kind: &'static str,
    name: String,
    nearest: Option<String>,
}

english!(Unknown);

impl Tell for Unknown {
    fn told(&self, language: Language) -> String {
        let Self { kind, name, nearest } = self;
        match nearest {
            None => text!(language, format!("unknown.{kind}"), name = name),
            Some(near) => text!(language, format!("unknown.{kind}-near"), name = name, near = near),
        }
    }
}

impl Unknown {
    fn new<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self { kind, name: name.to_owned(), nearest: closest(name, known).map(ToOwned::to_owned) }
    }
}

impl Policy {
    pub fn known_operator(&self, name: &str) -> Result<&Operator, Unknown> {
        let known = || self.operators().map(|operator| operator.name.as_str());
        self.operator(name).ok_or_else(|| Unknown::new("operator", name, known()))
    }

    pub fn known_asset(&self, name: &str) -> Result<&Asset, Unknown> {
        let known = || self.assets().map(|asset| asset.name.as_str());
        self.asset(name).ok_or_else(|| Unknown::new("asset", name, known()))
    }
}

impl Asset {
    pub fn known_login(&self, name: &str) -> Result<(), Unknown> {
        let mut known = self.logins.iter().map(|login| login.as_str());
        if known.clone().any(|login| login == name) {
            return Ok(());
        }
        Err(Unknown::new("login", name, known.by_ref()))
    }
}
