//! Invitations: what lets a person enrol by themself, once, until it expires. Of the code only a digest is kept.

use jiff::Timestamp;

use super::factors::{EnrolError, Enrolment};
use super::future::StoreFuture;
use super::given::Given;
use super::page::Listed;
use crate::domain::{Digest, OperatorName, Role};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub operator: OperatorName,
    /// Keyed, of the code.
    pub digest: Digest,
    /// The account's when it was invited: in another one it opens nothing.
    pub role: Role,
    pub issued_at: Timestamp,
    /// As in the journal. Whoever gave a code could have used it: factors that are set by it are theirs, too.
    pub issued_by: String,
    /// A second person has agreed: it stays good where one alone may not set these factors.
    pub confirmed: bool,
    pub expires_at: Timestamp,
}

impl Listed for Invitation {
    type Key = OperatorName;

    fn key(&self) -> OperatorName {
        self.operator.clone()
    }
}

/// What came of an invitation: all of it is kept, or nothing.
#[derive(Debug)]
pub struct Redeemed<'a> {
    /// Of the invitation's code.
    pub digest: Digest,
    /// When the account's factors were changed last, as they were when this began; `None`: it had none.
    pub of: Option<Timestamp>,
    pub new: Enrolment<'a>,
    /// The step of the one-time code that proved the new secret: it is spent.
    pub step: Option<u64>,
    /// Digests of the recovery codes that take the place of those before.
    pub recovery: &'a [Digest],
    /// The version of the terms of work that was accepted.
    pub terms: Option<&'a str>,
}

pub trait InvitationStore: Send + Sync {
    /// Keeps invitations, all or none; each takes the place of the account's last.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn invite<'a>(&'a self, new: &'a [Invitation]) -> StoreFuture<'a, ()>;

    /// Keeps one where a second person has agreed. False: somebody else has settled the request, or it has lapsed.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn invite_asked<'a>(&'a self, new: &'a Invitation, given: Given<'a>) -> StoreFuture<'a, bool>;

    /// The account's last invitation, whether it has expired or not. For `None`, a name that nobody has, as much is asked
    /// of the database.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn find<'a>(&'a self, operator: Option<&'a OperatorName>) -> StoreFuture<'a, Option<Invitation>>;

    /// Those that are good at `now`, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn open(
        &self,
        now: Timestamp,
        after: Option<OperatorName>,
        limit: u32,
    ) -> StoreFuture<'_, Vec<Invitation>>;

    /// Takes it back; false when there was none.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn withdraw<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, bool>;

    /// Sets the factors, and spends the invitation: one transaction. False: it is not the account's any more, or has
    /// expired, or the account's factors are not those of which the person was told what they lack.
    ///
    /// # Errors
    /// As [`FactorStore::enrol`](super::factors::FactorStore::enrol).
    fn redeem<'a>(&'a self, redeemed: &'a Redeemed<'a>, seats: u32) -> StoreFuture<'a, bool, EnrolError>;
}
