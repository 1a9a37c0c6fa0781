//! What the gateway logs in to assets with: sealed by the vault before it comes here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::future::StoreFuture;
use super::page::Listed;
use crate::domain::{AssetName, LoginName};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CredentialKind {
    Key,
    Password,
}

impl CredentialKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Password => "password",
        }
    }
}

#[derive(Debug, Clone)]
pub struct NewCredential<'a> {
    pub asset: &'a AssetName,
    pub login: &'a LoginName,
    pub kind: CredentialKind,
    pub sealed: &'a [u8],
    pub at: Timestamp,
    pub by: &'a str,
}

/// What the vault opens to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedCredential {
    pub kind: CredentialKind,
    pub sealed: Vec<u8>,
}

/// What may be shown of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    pub asset: AssetName,
    pub login: LoginName,
    pub kind: CredentialKind,
    pub set_at: Timestamp,
    pub set_by: String,
}

impl Listed for CredentialRow {
    type Key = (AssetName, LoginName);

    fn key(&self) -> (AssetName, LoginName) {
        (self.asset.clone(), self.login.clone())
    }
}

pub trait CredentialStore: Send + Sync {
    /// Keeps a credential in place of any other for the same asset and login.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn set<'a>(&'a self, new: &'a NewCredential<'a>) -> StoreFuture<'a, ()>;

    /// The sealed credential, if there is one.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn find<'a>(
        &'a self,
        asset: &'a AssetName,
        login: &'a LoginName,
    ) -> StoreFuture<'a, Option<SealedCredential>>;

    /// Credentials without what is secret in them, by asset and login.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn list(&self, after: Option<(AssetName, LoginName)>, limit: u32) -> StoreFuture<'_, Vec<CredentialRow>>;

    /// Forgets a credential; false when there was none.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn remove<'a>(&'a self, asset: &'a AssetName, login: &'a LoginName) -> StoreFuture<'a, bool>;
}
