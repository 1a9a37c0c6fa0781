//! How operators prove themselves: password hash, sealed one-time-code secret, public keys. Who has a
//! row here is enrolled and takes one seat.

use jiff::Timestamp;

use super::error::StoreError;
use super::future::StoreFuture;
use super::given::Given;
use super::lockout::{GuessPlace, Lock, LockKey, LockRule, Lockout, WayIn};
use super::page::Listed;
use crate::auth::attestation::KeyMake;
use crate::auth::code::CodeKind;
use crate::auth::{Factor, Factors as Kinds};
use crate::domain::{Language, OperatorName, RequestId, Role, Secret, Tell, english, text};
use crate::lockdown::PendingRequest;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledKey {
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// As in `authorized_keys`, without options.
    pub line: String,
    /// Whose make it is, where its maker said so when it was enrolled.
    pub make: Option<KeyMake>,
}

/// The secret of one-time codes, sealed by the vault, and which codes it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedCodes {
    pub kind: CodeKind,
    pub sealed: Vec<u8>,
}

impl EnrolledKey {
    /// A key of which no maker has said anything.
    pub fn new(fingerprint: String, line: String) -> Self {
        Self { fingerprint, line, make: None }
    }

    /// Whether it could verify its owner shows only when it does.
    pub fn is_security_key(&self) -> bool {
        self.line.starts_with("sk-")
    }
}

/// Factors to set: what is `None` or empty stays as it is.
#[derive(Debug)]
pub struct Enrolment<'a> {
    pub operator: &'a OperatorName,
    /// The password's hash as a PHC string.
    pub password: Option<&'a str>,
    pub codes: Option<&'a SealedCodes>,
    /// Added to those that the operator has.
    pub public_keys: &'a [EnrolledKey],
    pub set: Set<'a>,
}

/// Who sets factors, when, and which role the account has then.
#[derive(Debug, Clone, Copy)]
pub struct Set<'a> {
    pub at: Timestamp,
    /// As in the journal.
    pub by: &'a str,
    pub role: Role,
}

/// What an operator can prove.
#[derive(Debug, Clone)]
pub struct Enrolled {
    pub operator: OperatorName,
    /// A PHC string: no secret in itself, but food for guessing, so it is not printed.
    pub password: Option<Secret>,
    pub codes: Option<SealedCodes>,
    pub public_keys: Vec<EnrolledKey>,
    pub enrolled_at: Timestamp,
    /// When somebody set a factor last.
    pub set_at: Timestamp,
    /// Who did; empty where that is not known. What an account changes of its own leaves that as it is.
    pub set_by: String,
    /// The role that the account had then.
    pub set_as: Option<Role>,
    /// When a factor was changed last, by whomever, or the account was closed: what was proven or begun before does not
    /// count. It never goes back, whatever the clock does.
    pub changed_at: Timestamp,
}

/// What an account changes of its own factors; what is `None` stays.
#[derive(Debug)]
pub struct OwnChange<'a> {
    pub operator: &'a OperatorName,
    /// [`Enrolled::changed_at`] of the factors that this changes. Of others it is not a change any more: an administrator
    /// has set them meanwhile.
    pub of: Timestamp,
    /// As in [`Enrolment`].
    pub password: Option<&'a str>,
    /// Sealed by the vault; and the step of the code that proved it, which is spent.
    pub totp: Option<(&'a [u8], u64)>,
    pub add_key: Option<&'a EnrolledKey>,
    /// The fingerprint of a key, and how many have to be left.
    pub remove_key: Option<(&'a str, u32)>,
    pub at: Timestamp,
}

impl Enrolled {
    /// Which kinds of factors they are, where keys may also be `certified`.
    pub fn kinds_with(&self, certified: bool) -> Kinds {
        if certified { self.kinds().with(Factor::PublicKey) } else { self.kinds() }
    }

    /// Which kinds of factors they are.
    pub fn kinds(&self) -> Kinds {
        let kinds = [
            (Factor::PublicKey, !self.public_keys.is_empty()),
            (Factor::SkVerified, self.public_keys.iter().any(EnrolledKey::is_security_key)),
            (Factor::Password, self.password.is_some()),
        ];
        let there = kinds.into_iter().filter(|(_, there)| *there).map(|(kind, _)| kind);
        let codes = self.codes.as_ref().map(|codes| codes.kind.factor());
        there.chain(codes).fold(Kinds::NONE, Kinds::with)
    }
}

/// A password that an account has, or had.
#[derive(Debug, Clone)]
pub struct OldPassword {
    /// A PHC string.
    pub hash: Secret,
    pub set_at: Timestamp,
}

impl Listed for Enrolled {
    type Key = OperatorName;

    fn key(&self) -> OperatorName {
        self.operator.clone()
    }
}

/// Who has factors, and the role that they were set in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledAs {
    pub operator: OperatorName,
    pub role: Option<Role>,
}

impl Listed for EnrolledAs {
    type Key = OperatorName;

    fn key(&self) -> OperatorName {
        self.operator.clone()
    }
}

/// Public keys of one account, at most. All are read at each login of it.
pub const MOST_KEYS: u32 = 32;

#[derive(Debug, Clone, thiserror::Error)]
pub enum EnrolError {
    NoSeat {
        seats: u32,
    },
    TooManyKeys,
    /// Somebody takes it for their own.
    KeyOfAnother,
    Store(#[from] StoreError),
}

english!(EnrolError);

impl Tell for EnrolError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::NoSeat { seats } => text!(language, "store.no-seat", seats = seats),
            Self::TooManyKeys => text!(language, "store.too-many-keys", most = MOST_KEYS),
            Self::KeyOfAnother => text!(language, "own.key-not-taken"),
            Self::Store(error) => error.told(language),
        }
    }
}

pub trait FactorStore: Send + Sync {
    /// Sets factors. With a new secret of one-time codes the recovery codes go that stood in for the one before it. An
    /// operator without any takes a seat; the count and the row are one transaction,
    /// so that two enrolments cannot share the last one.
    ///
    /// # Errors
    /// When `seats` are taken, the account would have more than [`MOST_KEYS`], or the database cannot be written.
    fn enrol<'a>(&'a self, new: &'a Enrolment<'a>, seats: u32) -> StoreFuture<'a, (), EnrolError>;

    /// What an operator can prove; `None` when not enrolled.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn find<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Option<Enrolled>>;

    /// Another account that has the public key with this fingerprint, if one has.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn key_of_another<'a>(
        &'a self,
        fingerprint: &'a str,
        operator: &'a OperatorName,
    ) -> StoreFuture<'a, Option<OperatorName>>;

    /// What everybody can prove, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn everybody(&self, after: Option<OperatorName>, limit: u32) -> StoreFuture<'_, Vec<Enrolled>>;

    /// Asks as much of the database as [`Self::find`] does, for a name that nobody has.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn find_nobody(&self) -> StoreFuture<'_, ()>;

    /// Accepts the one-time code of `step` (half minutes since 1970) if no code of this step or a
    /// later one was accepted before. Compare and set in one statement: of two logins with the same
    /// code at the same moment, one is refused.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn accept_step<'a>(&'a self, operator: &'a OperatorName, step: u64) -> StoreFuture<'a, bool>;

    /// The step of the last code that was accepted from this operator.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn last_step<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Option<u64>>;

    /// Accepts a use of a security key, if it has signed more often than when it was used last; one that never counts is
    /// always accepted. Compare and set in one statement, as of a code.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn accept_counter<'a>(
        &'a self,
        operator: &'a OperatorName,
        fingerprint: &'a str,
        counter: u32,
    ) -> StoreFuture<'a, bool>;

    /// Takes one public key away; false when the operator did not have it.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn remove_key<'a>(&'a self, operator: &'a OperatorName, fingerprint: &'a str) -> StoreFuture<'a, bool>;

    /// Takes every factor away, and an invitation, and frees the seat; false when there was no factor. A lockout stays:
    /// it ends by itself or by `unlock`.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn reset<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, bool>;

    /// Takes one kind of factor away, and with the codes those that stand in for them; the seat stays taken. False when
    /// there was none.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn take_away<'a>(
        &'a self,
        operator: &'a OperatorName,
        factor: Factor,
        at: Timestamp,
    ) -> StoreFuture<'a, bool>;

    /// Ends what was proven or begun by these factors, and leaves them as they are.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn outdate<'a>(&'a self, operator: &'a OperatorName, at: Timestamp) -> StoreFuture<'a, ()>;

    /// Changes what belongs to an account by its own hand. False: its factors are not those any more, or it has no such
    /// key to spare.
    ///
    /// # Errors
    /// When the account would have more than [`MOST_KEYS`], or the database cannot be written.
    fn change_own<'a>(&'a self, change: &'a OwnChange<'a>) -> StoreFuture<'a, bool, EnrolError>;

    /// The last passwords of this name, the one that it has now first; a reset leaves them.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn passwords<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Vec<OldPassword>>;

    /// How many seats are taken.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn activated(&self) -> StoreFuture<'_, u64>;

    /// Who has factors, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn enrolled(&self, after: Option<OperatorName>, limit: u32) -> StoreFuture<'_, Vec<EnrolledAs>>;

    /// Notes a role that nobody has noted: factors from before this was kept.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn note_role<'a>(&'a self, operator: &'a OperatorName, role: Role) -> StoreFuture<'a, ()>;

    /// Keeps factors beside the request that they wait with.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn ask<'a>(&'a self, request: &'a PendingRequest, new: &'a Enrolment<'a>) -> StoreFuture<'a, ()>;

    /// Sets the factors that waited with the request, if nobody else has settled it and it has not lapsed: the keys among
    /// them. `None`: nothing was set.
    ///
    /// # Errors
    /// When `seats` are taken, the account would have more than [`MOST_KEYS`], or the database cannot be written.
    fn enrol_asked<'a>(
        &'a self,
        operator: &'a OperatorName,
        role: Role,
        given: Given<'a>,
        seats: u32,
    ) -> StoreFuture<'a, Option<Vec<EnrolledKey>>, EnrolError>;

    /// Takes every factor away, where a second person has agreed. False: somebody else has settled the request,
    /// or it has lapsed.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn reset_asked<'a>(&'a self, operator: &'a OperatorName, given: Given<'a>) -> StoreFuture<'a, bool>;

    /// Forgets what waited with requests that were settled: they lapsed.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn forget_asked<'a>(&'a self, request: &'a RequestId) -> StoreFuture<'a, ()>;

    /// Takes a place in the count, before a guess is looked at: of guesses side by side, no more are looked at
    /// than there are places. While locked nothing is counted: hammering must not keep the rightful owner out for
    /// longer. It is a write whatever comes of it, so that it takes the same time.
    ///
    /// # Errors
    /// When the database cannot be written: then the guess must not be looked at.
    fn take_place<'a>(
        &'a self,
        way: WayIn<'a>,
        now: Timestamp,
        rule: LockRule,
    ) -> StoreFuture<'a, GuessPlace>;

    /// Gives places back that were taken in the row of failures that began at `since`; the lock that they alone
    /// had brought about is gone with them. True when the way is open now.
    ///
    /// # Errors
    /// When the database cannot be written: then what was guessed must not count as right.
    fn give_back<'a>(
        &'a self,
        way: WayIn<'a>,
        places: u64,
        since: Timestamp,
        now: Timestamp,
        rule: LockRule,
    ) -> StoreFuture<'a, bool>;

    /// What is counted against a way in, if anything, and until when it is locked at `now`.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn lockout<'a>(
        &'a self,
        way: WayIn<'a>,
        now: Timestamp,
    ) -> StoreFuture<'a, (Option<Lockout>, Option<Timestamp>)>;

    /// The locks that hold at `now`, by name and key.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn locks(&self, now: Timestamp, after: Option<LockKey>, limit: u32) -> StoreFuture<'_, Vec<Lock>>;

    /// Forgets the failures of every way into an account, on an administrator's word. Returns the locks that
    /// ended by it: an account has as many ways as keys were proven for it.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn unlock<'a>(&'a self, operator: &'a OperatorName, now: Timestamp) -> StoreFuture<'a, Vec<Lock>>;
}
