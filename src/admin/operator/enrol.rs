//! Factors, set and taken away.

use super::super::account::known;
use super::super::attest;
use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::lockdown::{asked, request};
use super::super::officers::alarm;
use super::super::once::ToldOnce;
use super::super::say::no;
use super::factors::{
    AskedFactors, EnrolledFactors, FactorsOutcome, ResetFactors, enrolled, role, with_seat,
};
use super::guarded::enrolment_takes_two;
use crate::access::enrolment::enrolled_event;
use crate::access::{Services, attestation, guarded};
use crate::auth::code::CodeSecret;
use crate::auth::gm_otp::GmOtpSecret;
use crate::auth::password;
use crate::auth::totp::TotpSecret;
use crate::domain::{OperatorName, Secret};
use crate::event::Event;
use crate::lockdown::Act;
use crate::store::{Enrolled, EnrolledKey, Enrolment, SealedCodes, Set};
use crate::vault;

/// Factors to set: what is not given stays as it is. Of nothing given, a secret of one-time codes is drawn.
#[derive(Debug, Clone)]
pub struct NewFactors {
    pub operator: OperatorName,
    /// A line, as in `id_ed25519.pub`.
    pub public_key: Option<Secret>,
    /// What its maker says of it, as `ssh-keygen -O write-attestation` writes it.
    pub attestation: Option<Secret>,
    pub password: Option<Secret>,
    pub codes: Option<NewCodes>,
}

/// The secret of one-time codes, as it was given.
#[derive(Debug, Clone)]
pub enum NewCodes {
    /// For a phone, in Base32.
    Totp(Secret),
    /// Of a token of GM/T 0021, in hexadecimal digits.
    GmOtp(Secret),
}

impl NewCodes {
    fn read(&self, services: &Services) -> Result<CodeSecret, AdminError> {
        let (Self::Totp(given) | Self::GmOtp(given)) = self;
        let text = given.expose_str().unwrap_or_default();
        let read = match self {
            Self::Totp(_) => TotpSecret::parse(text).map(CodeSecret::Totp),
            Self::GmOtp(_) => GmOtpSecret::parse(text, services.config.auth.gm_otp()).map(CodeSecret::GmOtp),
        };
        read.map_err(AdminError::invalid)
    }
}

/// The same, ready to be kept.
struct Ready {
    key: Vec<EnrolledKey>,
    password: Option<String>,
    codes: Option<SealedCodes>,
    /// What was drawn here: nobody else knows it.
    drawn: Option<ToldOnce>,
}

impl Ready {
    async fn of(admin: &Admin, new: &NewFactors) -> Result<Self, AdminError> {
        let services = &admin.services;
        let key = match &new.public_key {
            Some(line) => Some(public_key(admin, new, line).await?),
            None => None,
        };
        let password = match &new.password {
            Some(text) => Some(hash(services, &new.operator, text).await?),
            None => None,
        };
        let mut secret = new.codes.as_ref().map(|codes| codes.read(services)).transpose()?;
        let mut drawn = None;
        if key.is_none() && password.is_none() && secret.is_none() {
            let random = Secret::new(crate::platform::random::bytes::<20>()?);
            let code = TotpSecret::new(&random).map_err(AdminError::failed)?;
            drawn = Some(ToldOnce::new(code.url(new.operator.as_str())));
            secret = Some(CodeSecret::Totp(code));
        }
        let seal = |secret: CodeSecret| {
            let kind = secret.kind();
            let sealed = services.vault.seal(&vault::otp_context(kind, &new.operator), &secret.bytes())?;
            Ok::<_, AdminError>(SealedCodes { kind, sealed })
        };
        let codes = secret.map(seal).transpose()?;
        Ok(Self { key: key.into_iter().collect(), password, codes, drawn })
    }

    fn names(&self) -> Vec<String> {
        let has = [(!self.key.is_empty(), "publickey"), (self.password.is_some(), "password")];
        let has = has.into_iter().filter(|(has, _)| *has).map(|(_, name)| name.to_owned());
        has.chain(self.codes.as_ref().map(word)).collect()
    }
}

/// Sets factors, or asks a second person to.
pub(super) async fn enrol(
    admin: &Admin,
    caller: &Caller,
    new: NewFactors,
) -> Result<FactorsOutcome, AdminError> {
    let (services, name) = (&admin.services, &new.operator);
    known(services, name)?;
    let ready = Ready::of(admin, &new).await?;
    let told = ready.names();
    let by = caller.actor().to_string();
    let enrolment = Enrolment {
        operator: name,
        password: ready.password.as_deref(),
        codes: ready.codes.as_ref(),
        public_keys: &ready.key,
        set: Set { at: services.clock.now(), by: &by, role: role(services, name) },
    };
    let key_also_of = key_also_of(services, name, &ready.key).await?;
    if enrolment_takes_two(services, caller, name, &told).await? {
        let act = Act::Enrol { operator: name.clone(), factors: told };
        let request = request(services, caller, act)?;
        services.store.factors().ask(&request, &enrolment).await?;
        let waiting = asked(services, caller, &request).await?;
        return Ok(FactorsOutcome::Asked(Box::new(AskedFactors { waiting, totp_url: ready.drawn })));
    }
    if guarded::is_guarded(services, name).await? {
        alarm(services, caller, "officer-factors", name).await?;
    }
    let before = services.store.factors().find(name).await?;
    let seated = services.store.factors().enrol(&enrolment, services.config.seats.get()).await;
    with_seat(services, caller, name, seated).await?;
    let event = enrolled_event(name.clone(), told.clone(), &ready.key);
    admin.journal(caller, event).await?;
    let done = enrolled(services, name.clone(), told, ready.drawn).await?;
    let replaced = replaced(before.as_ref(), &enrolment);
    Ok(FactorsOutcome::Enrolled(EnrolledFactors { replaced, key_also_of, ..done }))
}

/// Another account that has the key. Two accounts of one person may share one; of two officers, one person could be both.
async fn key_also_of(
    services: &Services,
    name: &OperatorName,
    keys: &[EnrolledKey],
) -> Result<Option<OperatorName>, AdminError> {
    let Some(key) = keys.first() else { return Ok(None) };
    let Some(other) = services.store.factors().key_of_another(&key.fingerprint, name).await? else {
        return Ok(None);
    };
    if guarded::is_guarded(services, name).await? || guarded::is_guarded(services, &other).await? {
        let (name, other) = (name.as_str(), other.as_str());
        return Err(no!(services, Conflict, "operator.officers-key", operator = name, other = other));
    }
    Ok(Some(other))
}

/// What was there and is not any more: an account may have several keys, and one of anything else.
fn replaced(before: Option<&Enrolled>, new: &Enrolment<'_>) -> Vec<String> {
    let Some(before) = before else { return Vec::new() };
    let password = (before.password.is_some() && new.password.is_some()).then(|| "password".to_owned());
    let codes = before.codes.as_ref().filter(|_| new.codes.is_some()).map(word);
    password.into_iter().chain(codes).collect()
}

/// What these codes prove.
fn word(codes: &SealedCodes) -> String {
    codes.kind.factor().as_str().to_owned()
}

/// The key, with whose make it is where that is asked for.
async fn public_key(admin: &Admin, new: &NewFactors, line: &Secret) -> Result<EnrolledKey, AdminError> {
    let (services, name) = (&admin.services, &new.operator);
    let read = admin.assets.read_public_key(line.expose_str().unwrap_or_default());
    let read = read.map_err(AdminError::invalid)?;
    let key = EnrolledKey::new(read.fingerprint, read.line);
    let attested = attestation::attested(services, name, key, new.attestation.as_ref()).await;
    attested.map_err(|error| attest::told(services, name, &error))
}

/// Slow by intent, and so off the threads that carry sessions.
async fn hash(services: &Services, name: &OperatorName, text: &Secret) -> Result<String, AdminError> {
    let least = services.config.auth.password_length.get();
    password::check(text, name.as_str(), least).map_err(AdminError::invalid)?;
    let (salt, text) = (crate::platform::random::bytes::<16>()?, text.clone());
    let hashed = crate::access::blocking(move || password::hash(&text, &salt)).await;
    hashed.map_err(AdminError::internal)?.map_err(AdminError::internal)
}

/// Whose factors take two persons is invited once a second one has agreed, who is told the code.
pub(super) async fn ask_to_invite(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
) -> Result<FactorsOutcome, AdminError> {
    let request = request(services, caller, Act::Invite { operator })?;
    services.store.requests().add(&request).await?;
    let waiting = asked(services, caller, &request).await?;
    Ok(FactorsOutcome::Asked(Box::new(AskedFactors { waiting, totp_url: None })))
}

/// Takes every factor away: the account has to be enrolled anew. The name need not be in the policy any more.
pub(super) async fn reset(
    services: &Services,
    caller: &Caller,
    name: OperatorName,
) -> Result<FactorsOutcome, AdminError> {
    if guarded::takes_two(services, &name).await? {
        let request = request(services, caller, Act::Reset { operator: name })?;
        services.store.requests().add(&request).await?;
        let waiting = asked(services, caller, &request).await?;
        return Ok(FactorsOutcome::Asked(Box::new(AskedFactors { waiting, totp_url: None })));
    }
    if guarded::is_guarded(services, &name).await? {
        alarm(services, caller, "officer-factors", &name).await?;
    }
    if !services.store.factors().reset(&name).await? {
        return Err(no!(services, NotFound, "operator.nothing-enrolled", operator = name.as_str()));
    }
    let event = Event::OperatorReset { operator: name.clone(), factor: None };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(FactorsOutcome::Reset(ResetFactors::of(name)))
}
