//! An enrolment by the account's own hand: what was set so far, and the one transaction at its end. Whoever breaks it off
//! leaves nothing behind, and the invitation stays good.

use std::sync::Arc;

use jiff::Timestamp;

use super::attestation::{self, Unattested};
use super::guarded;
use super::login::{Invited, refused_login, seconds};
use super::own_key::may_take_key;
use super::passwords::{UnfitPassword, fit};
use super::services::{Authenticated, Services};
use super::terms::{UnreadTerms, WorkTerms};
use crate::auth::code::{self, CodeKind, CodeSecret, Found};
use crate::auth::totp::TotpSecret;
use crate::auth::{Factor, Factors, PaperCode};
use crate::domain::{Digest, OperatorName, Secret};
use crate::event::Event;
use crate::platform::random;
use crate::store::{EnrolError, EnrolledKey, Enrolment, Redeemed, SealedCodes, Set};
use crate::vault;

/// Recovery codes that a person gets.
const RECOVERY_CODES: usize = 10;

/// Why an enrolment came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unenrolled {
    /// It was withdrawn, used or replaced, or has expired; or the account is not what it was when it was invited.
    #[error("the invitation is not good any more")]
    Over,
    #[error("all seats are taken")]
    NoSeat,
    #[error(transparent)]
    NoTerms(#[from] UnreadTerms),
    /// What it lacks is not set by a person.
    #[error("the account lacks factors that only an administrator sets")]
    Administrators,
    /// Somebody else was quicker.
    #[error("the key is another account's")]
    KeyOfAnother,
    #[error("{0}")]
    Failed(String),
}

impl Unenrolled {
    fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// The word by which people are told.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::NoSeat => "no-seat",
            Self::NoTerms(_) => "no-terms",
            Self::Administrators => "administrators",
            Self::KeyOfAnother => "key-not-taken",
            Self::Failed(_) => "failed",
        }
    }
}

/// Why a key is not taken.
#[derive(Debug)]
pub(crate) enum UnfitKey {
    OfAnother,
    Unattested(Unattested),
}

/// The secret of one-time codes, as it was drawn; proven once a code of it was given.
struct Codes {
    secret: CodeSecret,
    /// Of the code that proved it.
    step: Option<u64>,
}

/// Nobody scans a secret for nothing: who would be one too many is told before. At the end it is looked at once more.
async fn has_seat(services: &Services, invited: &Invited) -> Result<(), Unenrolled> {
    let taken = services.store.factors().activated().await.map_err(Unenrolled::failed)?;
    match taken < services.config.seats.get().into() {
        true => Ok(()),
        false => Err(no_seat(services, invited.who()).await),
    }
}

async fn no_seat(services: &Services, who: &Authenticated) -> Unenrolled {
    refused_login(services, who.actor(), &who.origin, "no-seat", None).await;
    Unenrolled::NoSeat
}

/// One enrolment on its way.
pub(crate) struct Enrolling {
    services: Arc<Services>,
    invited: Invited,
    /// When the account's factors were changed last, as this began.
    of: Option<Timestamp>,
    ways: Vec<Factors>,
    terms: Option<WorkTerms>,
    key: Option<EnrolledKey>,
    password: Option<String>,
    codes: Option<Codes>,
}

impl Enrolling {
    /// What this account lacks, and what else is asked of it.
    pub(crate) async fn begin(services: &Arc<Services>, invited: Invited) -> Result<Self, Unenrolled> {
        let name = &invited.who().operator;
        let enrolled = services.store.factors().find(name).await.map_err(Unenrolled::failed)?;
        if enrolled.is_none() {
            has_seat(services, &invited).await?;
        }
        let of = enrolled.as_ref().map(|enrolled| enrolled.changed_at);
        let have = enrolled.map(|enrolled| enrolled.kinds()).unwrap_or_default();
        let standing = services.live.standing();
        let operator = standing.policy.operator(name.as_str());
        let certified = operator.is_some_and(|operator| standing.policy.certifies(operator));
        let have = if certified { have.with(Factor::PublicKey) } else { have };
        let own = operator.and_then(|operator| operator.factors.clone());
        let asked = own.unwrap_or_else(|| services.config.auth.factors.clone());
        let lacking = asked.lacking(have);
        if lacking.is_empty() {
            return Err(Unenrolled::Over);
        }
        let ways: Vec<_> = own_ways(lacking).collect();
        if ways.is_empty() {
            return Err(Unenrolled::Administrators);
        }
        let terms = super::terms::owed(services, name).await?;
        let services = Arc::clone(services);
        Ok(Self { services, invited, of, ways, terms, key: None, password: None, codes: None })
    }

    pub(crate) fn who(&self) -> &Authenticated {
        self.invited.who()
    }

    fn name(&self) -> &OperatorName {
        &self.invited.who().operator
    }

    /// Each of these would complete the account's factors.
    pub(crate) fn ways(&self) -> &[Factors] {
        &self.ways
    }

    /// The terms of work that have to be accepted.
    pub(crate) fn terms(&self) -> Option<&WorkTerms> {
        self.terms.as_ref()
    }

    /// Sets a key, with what its maker says of it, where that is asked for. Whether it knows its owner shows only when it
    /// signs: the first login proves it.
    pub(crate) async fn set_key(
        &mut self,
        key: EnrolledKey,
        statement: Option<&Secret>,
    ) -> Result<Result<(), UnfitKey>, Unenrolled> {
        let who = self.invited.who();
        if !may_take_key(&self.services, who, &key).await.map_err(Unenrolled::failed)? {
            return Ok(Err(UnfitKey::OfAnother));
        }
        let fingerprint = key.fingerprint.clone();
        match attestation::attested(&self.services, &who.operator, key, statement).await {
            Ok(key) => self.key = Some(key),
            Err(error) => {
                attestation::journal_unattested(&self.services, who, &error, &fingerprint).await;
                return Ok(Err(UnfitKey::Unattested(error)));
            }
        }
        Ok(Ok(()))
    }

    pub(crate) async fn set_password(&mut self, text: &Secret) -> Result<(), UnfitPassword> {
        self.password = Some(fit(&self.services, self.name(), text).await?);
        Ok(())
    }

    /// A secret of one-time codes: its text, and what a phone scans.
    pub(crate) fn draw_codes(&mut self) -> Result<(String, String), Unenrolled> {
        let bytes = Secret::new(random::bytes::<20>().map_err(Unenrolled::failed)?);
        let secret = TotpSecret::new(&bytes).map_err(Unenrolled::failed)?;
        let drawn = (secret.base32(), secret.scanned(self.name().as_str()));
        self.codes = Some(Codes { secret: CodeSecret::Totp(secret), step: None });
        Ok(drawn)
    }

    /// A code of the secret that was drawn.
    pub(crate) fn prove(&mut self, given: &Secret) -> bool {
        let now = seconds(&self.services);
        let Some(codes) = &mut self.codes else { return false };
        let given = code::typed(given);
        codes.step = match codes.secret.find(&given, now) {
            Found::Right(step) => Some(step),
            _ => None,
        };
        codes.step.is_some()
    }

    /// The codes that stand in for the phone. They are kept at the end.
    pub(crate) fn recovery_codes(&self) -> Result<Vec<Secret>, Unenrolled> {
        if self.codes.is_none() {
            return Ok(Vec::new());
        }
        recovery_codes().map_err(Unenrolled::failed)
    }

    /// Keeps all of it, and spends the invitation. No policy comes into force meanwhile, and one is finished after the
    /// other: what is asked here holds to the end.
    pub(crate) async fn finish(self, recovery: &[Secret]) -> Result<Vec<String>, Unenrolled> {
        let (services, name) = (&self.services, self.name());
        let Some(factors) = self.complete() else { return Err(Unenrolled::failed("not all was set")) };
        let _one_after_another = services.policy_change.lock().await;
        self.still_good().await?;
        let context = vault::otp_context(CodeKind::Totp, name);
        let seal = |codes: &Codes| services.vault.seal(&context, &codes.secret.bytes());
        let sealed = self.codes.as_ref().map(seal).transpose().map_err(Unenrolled::failed)?;
        let codes = sealed.map(|sealed| SealedCodes { kind: CodeKind::Totp, sealed });
        let recovery: Vec<_> = recovery.iter().map(|code| digest(services, name, code)).collect();
        let keys: Vec<_> = self.key.iter().cloned().collect();
        let invitation = &self.invited.invitation;
        let set = Set { at: services.clock.now(), by: &invitation.issued_by, role: invitation.role };
        let new = Enrolment {
            operator: name,
            password: self.password.as_deref(),
            codes: codes.as_ref(),
            public_keys: &keys,
            set,
        };
        let redeemed = Redeemed {
            digest: invitation.digest,
            of: self.of,
            new,
            step: self.codes.as_ref().and_then(|codes| codes.step),
            recovery: &recovery,
            terms: self.terms.as_ref().map(WorkTerms::version),
        };
        self.alarm().await?;
        match services.store.invitations().redeem(&redeemed, services.config.seats.get()).await {
            Ok(true) => {}
            Ok(false) => return Err(Unenrolled::Over),
            Err(EnrolError::NoSeat { .. }) => return Err(no_seat(services, self.who()).await),
            Err(EnrolError::KeyOfAnother) => return Err(Unenrolled::KeyOfAnother),
            Err(error) => return Err(Unenrolled::failed(error)),
        }
        self.tell(factors.names()).await
    }

    /// Is the invitation still good for this account: as it is now, not as it was when the dialogue began?
    async fn still_good(&self) -> Result<(), Unenrolled> {
        let (services, invitation) = (&self.services, &self.invited.invitation);
        let standing = services.live.standing();
        let role = standing.policy.operator(self.name().as_str()).map(|operator| operator.role);
        let lacks_second = guarded::lacks_second(services, invitation).await.map_err(Unenrolled::failed)?;
        let over = services.clock.decisive() >= self.invited.until()
            || role != Some(invitation.role)
            || standing.disabled.contains_key(self.name())
            || lacks_second;
        if over { Err(Unenrolled::Over) } else { Ok(()) }
    }

    /// Of an officer's or an auditor's factors, as wherever else they are set: before anything is.
    async fn alarm(&self) -> Result<(), Unenrolled> {
        let (services, who) = (&self.services, self.who());
        if !guarded::is_guarded(services, self.name()).await.map_err(Unenrolled::failed)? {
            return Ok(());
        }
        let (alarm, operator) = ("officer-factors", self.name().clone());
        tracing::error!(%operator, by = %who.actor(), "ALARM: {alarm}");
        let (owner, device, lockdowns, until) = (None, None, Vec::new(), None);
        let event = Event::Alarm { alarm, operator: Some(operator), owner, device, lockdowns, until };
        services.journal(who.actor(), Some(&who.origin), event).await.map(drop).map_err(Unenrolled::failed)
    }

    /// What was set, where it completes the account's factors.
    fn complete(&self) -> Option<Factors> {
        let is_security_key = self.key.as_ref().is_some_and(EnrolledKey::is_security_key);
        let set = [
            (Factor::PublicKey, self.key.is_some()),
            (Factor::SkVerified, is_security_key),
            (Factor::Password, self.password.is_some()),
            (Factor::Totp, self.codes.as_ref().is_some_and(|codes| codes.step.is_some())),
        ];
        let set = set.into_iter().filter(|(_, set)| *set).fold(Factors::NONE, |all, (one, _)| all.with(one));
        let complete = self.ways.iter().any(|way| way.is_within(set));
        complete.then_some(set.without(Factors::NONE.with(Factor::SkVerified)))
    }

    async fn tell(&self, factors: Vec<String>) -> Result<Vec<String>, Unenrolled> {
        let (services, who) = (&self.services, self.who());
        if let Some(terms) = &self.terms {
            let event = Event::TermsAccepted { version: terms.version().to_owned() };
            services.journal(who.actor(), Some(&who.origin), event).await.map_err(Unenrolled::failed)?;
        }
        let event = enrolled_event(who.operator.clone(), factors.clone(), self.key.as_slice());
        services.journal(who.actor(), Some(&who.origin), event).await.map_err(Unenrolled::failed)?;
        Ok(factors)
    }
}

/// Those of the ways that would complete an account's factors which its owner can go alone.
pub(crate) fn own_ways(lacking: Vec<Factors>) -> impl Iterator<Item = Factors> {
    let can = [Factor::PublicKey, Factor::SkVerified, Factor::Password, Factor::Totp];
    let can = can.into_iter().fold(Factors::NONE, Factors::with);
    lacking.into_iter().filter(move |way| way.is_within(can))
}

/// The row that tells of factors which were set, with these keys among them: one, or none.
pub(crate) fn enrolled_event(operator: OperatorName, factors: Vec<String>, keys: &[EnrolledKey]) -> Event {
    let key = keys.first();
    let make = key.and_then(|key| key.make.clone());
    Event::OperatorEnrolled { operator, factors, key: key.map(|key| key.fingerprint.clone()), make }
}

/// New recovery codes.
pub(crate) fn recovery_codes() -> Result<Vec<Secret>, random::RandomError> {
    let draw = |_| random::bytes().map(|bytes| PaperCode::Recovery.draw(u128::from_le_bytes(bytes)));
    (0..RECOVERY_CODES).map(draw).collect()
}

/// What is kept of one.
pub(crate) fn digest(services: &Services, name: &OperatorName, code: &Secret) -> Digest {
    let plain = PaperCode::Recovery.read(code);
    let context = vault::code_context(PaperCode::Recovery, Some(name));
    services.vault.digest(&context, plain.as_ref().unwrap_or(code))
}
