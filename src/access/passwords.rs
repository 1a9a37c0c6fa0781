//! A new password: is it good enough, is it new, and what is kept of it.

use super::login::HASHING;
use super::services::Services;
use crate::auth::password::{self, Weak};
use crate::domain::{Language, OperatorName, Secret, Tell, english, text};

/// Why a password is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnfitPassword {
    Weak(#[from] Weak),
    Used,
    Failed(String),
}

english!(UnfitPassword);

impl Tell for UnfitPassword {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Weak(weak) => weak.told(language),
            Self::Used => text!(language, "password.used"),
            Self::Failed(_) => text!(language, "password.failed"),
        }
    }
}

impl UnfitPassword {
    fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// The word by which people are told.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Weak(weak) => weak.word(),
            Self::Used => "used",
            Self::Failed(_) => "failed",
        }
    }
}

/// The hash of a password that this account may have from now on.
pub(crate) async fn fit(
    services: &Services,
    name: &OperatorName,
    text: &Secret,
) -> Result<String, UnfitPassword> {
    password::check(text, name.as_str(), services.config.auth.password_length.get())?;
    let old = services.store.factors().passwords(name).await.map_err(UnfitPassword::failed)?;
    let (salt, text) = (crate::platform::random::bytes().map_err(UnfitPassword::failed)?, text.clone());
    let work = move || {
        let is_old = |hash: &Secret| {
            hash.expose_str().is_some_and(|hash| password::verify(&text, hash).unwrap_or(true))
        };
        match old.iter().any(|old| is_old(&old.hash)) {
            true => Err(UnfitPassword::Used),
            false => password::hash(&text, &salt).map_err(UnfitPassword::failed),
        }
    };
    let _turn = HASHING.acquire().await.map_err(UnfitPassword::failed)?;
    tokio::task::spawn_blocking(work).await.map_err(UnfitPassword::failed)?
}
