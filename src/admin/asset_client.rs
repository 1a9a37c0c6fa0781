//! What asks assets, in the protocol that they speak: a front gives it, and this room names none.

use std::pin::Pin;

use crate::access::Services;
use crate::domain::{Language, LoginName, Secret, Tell};
use crate::policy::Asset;

/// What an asset will have answered.
pub type AssetAnswer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A public key, by which an asset or a person is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetKey {
    /// `SHA256:…`, as people compare it.
    pub fingerprint: String,
    /// Kind and key, without a comment: the same for the same key.
    pub line: String,
}

/// Why something is not as it has to be, for people.
pub type Why = Box<dyn Tell + Send>;

/// Why an asset shows no host key.
pub enum Unreached {
    /// Nothing answers at its address.
    Silent(Why),
    /// What answers does not speak the protocol.
    Stranger(Why),
}

impl Tell for Unreached {
    fn told(&self, language: Language) -> String {
        let (Self::Silent(why) | Self::Stranger(why)) = self;
        why.told(language)
    }
}

/// Why the gateway cannot log in to an asset.
pub enum Unentered {
    NothingStored,
    /// The asset does not accept what is stored.
    Refused(Why),
    Failed(Why),
}

/// Reads keys, and goes the way to an asset as a session would.
pub trait AssetClient: Send + Sync {
    /// # Errors
    /// Why the gateway cannot log in with this private key.
    fn check_private_key(&self, key: &Secret) -> Result<(), Why>;

    /// # Errors
    /// Why this line is not a public key that counts.
    fn read_public_key(&self, line: &str) -> Result<AssetKey, Why>;

    /// The host key that the asset shows now.
    fn host_key<'a>(
        &'a self,
        services: &'a Services,
        asset: &'a Asset,
    ) -> AssetAnswer<'a, Result<AssetKey, Unreached>>;

    /// Logs in with what is stored, to an asset that is known by its host key, and leaves.
    fn enter<'a>(
        &'a self,
        services: &'a Services,
        asset: &'a Asset,
        login: &'a LoginName,
    ) -> AssetAnswer<'a, Result<(), Unentered>>;
}
