//! Who may in, as a server asks it.

use super::PublicKey;
use crate::auth::SecurityKeyUse;
use crate::auth::certificate::{UnfitCertificate, UserCertificate};
use crate::domain::Secret;

/// A key that a client wants to be known by.
#[derive(Debug)]
pub enum OfferedKey {
    Plain(PublicKey),
    /// With what an authority says of it, or why that cannot be believed.
    Certified(Box<Result<UserCertificate, UnfitCertificate>>),
    /// Its signature would be one with SHA-1.
    Sha1,
}

/// What a client offers as proof of who it is.
#[derive(Debug)]
pub enum Proof {
    /// Nothing (RFC 4252 §5.2): how a client asks which methods there are.
    None,
    /// A key, whose possession the library has verified; of a security key with what it says of this use.
    PublicKey {
        key: PublicKey,
        security: Option<SecurityKeyUse>,
    },
    /// The same of a certificate's key.
    Certificate(Box<Result<UserCertificate, UnfitCertificate>>),
    Password(Secret),
    /// Keyboard-interactive (RFC 4256): `None` starts it, then come the answers to our questions.
    Interactive(Option<Vec<Secret>>),
}

/// Authentication methods as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuthMethods {
    pub public_key: bool,
    pub password: bool,
    pub interactive: bool,
}

/// What a proof leads to.
#[derive(Debug)]
pub enum AuthAnswer {
    Accepted,
    /// Ask this: prompts, each with whether its answer may be echoed.
    Ask {
        prompts: Vec<(String, bool)>,
    },
    Refused {
        methods: AuthMethods,
        partial: bool,
    },
}

/// Decides who may in. One value serves one connection.
pub trait Authenticator: Send + 'static {
    /// What a successful login proves.
    type Login: Send + 'static;

    /// The first key exchange is done, and the client asks to be let in.
    fn greeted(&mut self) {}
    /// Could this key be accepted? Nothing is proven yet.
    fn offered(&mut self, user: &str, key: &OfferedKey) -> impl Future<Output = bool> + Send;
    fn prove(&mut self, user: &str, proof: Proof) -> impl Future<Output = AuthAnswer> + Send;
    /// What everybody is shown before the first question (RFC 4252 §5.4).
    fn banner(&self) -> Option<String> {
        None
    }
    /// The login, once [`AuthAnswer::Accepted`] was given.
    fn login(&mut self) -> Option<Self::Login>;
}
