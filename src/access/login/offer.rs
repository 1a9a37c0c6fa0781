//! What somebody offers at the door, and what comes of it.

use super::certificate::CertificateOffer;
use super::invited::Invited;
use super::questions::Questions;
use crate::access::services::Authenticated;
use crate::auth::{Methods, SecurityKeyUse};
use crate::domain::Secret;

/// What somebody offers, by whatever protocol.
pub(crate) enum Offer {
    /// They hold the private half of the key with this fingerprint: the front has checked that. A security key says more
    /// of it.
    Key(String, Option<SecurityKeyUse>),
    /// The same of a certificate's key.
    Certificate(Box<CertificateOffer>),
    Password(Secret),
    /// They want to be asked.
    Questions,
    /// The answers to what was asked, in its order.
    Answers(Vec<Secret>),
    /// Nothing.
    None,
}

/// What a proof leads to.
pub(crate) enum Reply {
    Accepted,
    Ask(Questions),
    /// `partial`: the proof was right, and more is needed.
    Refused {
        methods: Methods,
        partial: bool,
    },
}

/// What a login came to.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one a login, and nearly always the large one")]
pub(crate) enum LoggedIn {
    Proven(Authenticated),
    /// They may enrol, and nothing else.
    Invited(Box<Invited>),
}
