//! The login service: whose name it is, what is offered as proof, found right or wrong, and what locks. Only here
//! [`Authenticated`] is made. A front hands in proofs by its own protocol.
//!
//! Wrong name, wrong password and wrong code do the same work, take the same time and get the same answer;
//! what was wrong is in the journal.

mod account;
mod approach;
mod break_glass;
mod certificate;
mod certified;
mod claimed;
mod code;
pub(crate) mod device;
mod guess;
mod home;
mod invited;
mod key;
mod offer;
mod questions;
mod refusal;
mod remember;
mod room;
mod source;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{MutexGuard, Semaphore};

use super::guarded;
use super::services::{Authenticated, Services};
use super::target::LoginSpec;
use crate::auth::certificate::UserCertificate;
use crate::auth::{Attempt, LoginQuestion, Methods, Next, Step, password};
use crate::domain::{OperatorName, Origin, Secret, SourceNet};
use crate::event::Actor;
use crate::store::{Invitation, Lockout, StoreError, WayIn};
use account::LoginAccount;
pub use approach::Approach;
use certificate::Disbelief;
pub(crate) use certificate::stands as certificate_stands;
pub(crate) use claimed::ClaimedName;
use code::{GivenCode, ProvenBy};
pub(crate) use code::{fresh_code, seconds};
use guess::Tries;
pub(crate) use invited::Invited;
pub(crate) use offer::{LoggedIn, Offer, Reply};
pub(crate) use questions::Questions;
use questions::Trouble;
pub(crate) use refusal::refused_login;
use remember::Proven;
pub(crate) use remember::span as remembers_for;
pub(crate) use room::has_room;
use source::LoginSource;

/// Passwords that are checked at once. Each takes 19 MiB and a processor for some 20 ms: a flood of logins
/// waits its turn, and the memory that it can claim is bounded.
pub(in crate::access) static HASHING: Semaphore = Semaphore::const_new(4);

/// One login on its way, of one connection.
pub(crate) struct LoginAttempt {
    services: Arc<Services>,
    origin: Origin,
    source: LoginSource,
    claimed: ClaimedName,
    approach: Arc<dyn Approach>,
    /// The user name that the fields below belong to.
    spec: Option<LoginSpec>,
    account: LoginAccount,
    /// The source, if the account was at home there when its key was proven.
    home: Option<SourceNet>,
    attempt: Attempt,
    tries: Tries,
    /// What made the proven key this account's, where it is not enrolled.
    certificate: Option<Arc<UserCertificate>>,
    /// Why the last one that was offered proves nothing.
    disbelief: Option<Disbelief>,
    /// A key was offered whose signature would be weak.
    weak: bool,
    /// When the factors were set of which one is proven.
    proven_of: Option<jiff::Timestamp>,
    /// One factor is proven; from here on the methods may tell what is missing.
    halfway: bool,
    asked: Vec<LoginQuestion>,
    /// A recovery code was given in the place of a code.
    recovered: bool,
    /// What was wrong with the last code, where that may be told.
    trouble: Option<Trouble>,
    login: Option<LoggedIn>,
    /// Proven, locked out, and asked for a break-glass code.
    locked: Option<(Option<LoginSpec>, Authenticated)>,
}

/// One guess, which has its turn and its place in the count.
struct Guess {
    turn: Option<MutexGuard<'static, ()>>,
    /// By what it is counted: the key that was proven before it, or who certified that.
    key: Option<String>,
    taken: Option<Lockout>,
    /// Why nothing that is offered counts, if so.
    open: Result<(), &'static str>,
    /// Whether the code of an invitation counts: nothing is wrong but that the account lacks factors.
    invitable: bool,
}

impl LoginAttempt {
    pub(crate) fn new(
        services: Arc<Services>,
        (origin, claimed): (Origin, ClaimedName),
        approach: Arc<dyn Approach>,
    ) -> Self {
        let attempt = Attempt::new(services.config.auth.factors.clone());
        let source = LoginSource::of(&services, &origin);
        Self {
            services,
            origin,
            source,
            claimed,
            approach,
            spec: None,
            account: LoginAccount::default(),
            home: None,
            attempt,
            tries: Tries::default(),
            certificate: None,
            disbelief: None,
            weak: false,
            proven_of: None,
            halfway: false,
            asked: vec![],
            recovered: false,
            trouble: None,
            login: None,
            locked: None,
        }
    }

    /// Looks up whose name this is and which factors it has, at each step. Another name than before forgets what
    /// was proven (RFC 4252 §5), and so do factors that somebody has set meanwhile.
    async fn look(&mut self, spec: &LoginSpec) -> Result<(), StoreError> {
        self.claimed.heard(spec);
        let (account, alternatives) = LoginAccount::of(&self.services, spec);
        let other = self.spec.as_ref() != Some(spec) || self.account.name != account.name;
        self.account = account;
        self.account.look(&self.services).await?;
        let stale = !other && self.halfway && self.proven_of != self.account.set_at();
        if stale {
            self.journal_refusal("factors-changed").await;
        }
        if other || stale {
            self.attempt.forget();
        }
        self.attempt.has_codes(self.account.code_kind());
        if self.attempt.name(&spec.operator, &alternatives) {
            (self.spec, self.halfway, self.trouble) = (Some(spec.clone()), false, None);
            self.asked.clear();
            self.recovered = false;
            self.certificate = None;
            self.tries = Tries::after(self.account.lockout(&self.services, self.way(None)).await?.0);
        }
        Ok(())
    }

    /// Waits for the turn of this way in, takes a place in the count, and reads the factors as they are then.
    /// Whatever is wrong, as much is done.
    async fn guess(&mut self, spec: &LoginSpec) -> Guess {
        let (proven, key) = (self.attempt.key().map(str::to_owned), self.way_key());
        let turn = self.account.turn(self.way(key.as_deref())).await;
        let looked = self.look(spec).await.map_err(|error| {
            tracing::error!(%error, "an account could not be looked up");
            "store-failed"
        });
        // Factors that were set meanwhile have forgotten the key.
        let changed = if self.attempt.key() == proven.as_deref() { Ok(()) } else { Err("wrong-factor") };
        let way = self.account.way(key.as_deref(), self.home);
        let blocked = self.source.serves(way);
        let place = match blocked {
            Ok(()) => guess::take(&self.services, way, &mut self.tries).await,
            Err(reason) => Err(reason),
        };
        let obstacle = self.account.obstacle().map_or(Ok(()), Err);
        let sound = looked.and(blocked).and(place.map(drop)).and(changed);
        let open = looked.and(blocked).and(obstacle).and(place.map(drop)).and(changed);
        let invitable = sound.is_ok() && self.account.lacks_factors();
        Guess { turn, key, taken: place.ok(), open, invitable }
    }

    /// What a guess came to. Right, its place is given back, and whether the way is still open asked once more;
    /// so it is of a code that was right moments ago.
    async fn settle(
        &mut self,
        guess: &mut Guess,
        found: Result<(), &'static str>,
    ) -> Result<(), &'static str> {
        let settled = match guess.open.and(found) {
            Err(reason) if guess.open.is_err() || code::is_guess(reason) => Err(reason),
            found => {
                let way = self.account.way(guess.key.as_deref(), self.home);
                guess::right(&self.services, way, &mut self.tries).await.and(found)
            }
        };
        guess.turn = None; // what is left to be written down keeps nobody waiting
        if let Err(reason) = settled {
            self.source.failed(reason);
            // Side by side they share a flush of the disk: the guess that locks an account takes as long as one at a
            // name that nobody has.
            tokio::join!(self.journal_refusal(reason), self.journal_lock(guess, reason));
        }
        settled
    }

    /// A guess was wrong, and may have been the last one.
    async fn journal_lock(&self, guess: &Guess, reason: &str) {
        if let (Some(lockout), true) = (guess.taken, code::is_guess(reason)) {
            guess::wrong(&self.services, &self.origin, self.way(guess.key.as_deref()), lockout).await;
        }
    }

    /// Is this the code of the account's invitation? Asked of every password, so that waiting tells nothing. One that was
    /// made by one person alone is void once two are asked for: the row says so, and the client hears what it always does.
    async fn invitation(&self, guess: &mut Guess, given: &Secret) -> Option<Invitation> {
        let matching = invited::matching(&self.services, &self.account, given).await;
        let matching = matching.inspect_err(|error| tracing::error!(%error, "an invitation cannot be read"));
        let invitation = matching.ok().flatten().filter(|_| guess.invitable)?;
        match guarded::lacks_second(&self.services, &invitation).await {
            Ok(false) => return Some(invitation),
            Ok(true) => guess.open = Err("invitation-two-persons"),
            Err(error) => tracing::error!(%error, "whether an invitation is still good cannot be read"),
        }
        None
    }

    /// The code of an invitation was right: they may enrol.
    async fn invited(&mut self, mut guess: Guess, invitation: Invitation) -> Reply {
        guess.open = Ok(());
        let Ok(()) = self.settle(&mut guess, Ok(())).await else { return self.refuse() };
        let who = self.proven(invitation.operator.clone(), vec!["invitation".to_owned()], (None, None));
        self.source.right();
        self.login = Some(LoggedIn::Invited(Box::new(Invited { who, invitation })));
        Reply::Accepted
    }

    fn proven(
        &self,
        operator: OperatorName,
        factors: Vec<String>,
        (key, code_age): (Option<String>, Option<Duration>),
    ) -> Authenticated {
        Authenticated {
            operator,
            origin: self.origin.clone(),
            factors,
            key,
            certificate: self.certificate.clone(),
            code_age,
            target: self.spec.as_ref().and_then(|spec| spec.target.clone()),
            client: String::new(),
            since: self.services.clock.anchor(),
            broke_nothing: false,
        }
    }

    fn way<'a>(&'a self, key: Option<&'a str>) -> WayIn<'a> {
        self.account.way(key, self.home)
    }

    /// Checks a password, or pretends to: off the runtime's threads, since it is slow by intent.
    async fn password(&self, given: Secret) -> Result<(), &'static str> {
        let known = self.account.password();
        let work = move || match known.as_ref().and_then(Secret::expose_str) {
            Some(hash) => password::verify(&given, hash).unwrap_or(false),
            None => password::verify_nobody(&given).unwrap_or(false),
        };
        // Known and unknown names wait alike, so waiting tells nothing.
        let Ok(_turn) = HASHING.acquire().await else { return Err("wrong-password") };
        match tokio::task::spawn_blocking(work).await {
            Ok(true) => Ok(()),
            _ => Err("wrong-password"),
        }
    }

    /// The answers to our questions, each found right or wrong; all are looked at, whatever the first one is.
    async fn answers(&mut self, spec: &LoginSpec, given: Vec<Secret>) -> Result<Next, Reply> {
        let asked = std::mem::take(&mut self.asked);
        self.trouble = None;
        if asked.is_empty() {
            return Ok(self.attempt.failed(&Step::Code)); // nothing was asked: there is nothing to guess
        }
        let mut guess = self.guess(spec).await;
        let expected = self.attempt.prompts() == asked;
        let (mut before, mut code, mut invitation) = (Ok(()), None, None);
        for (at, prompt) in asked.iter().enumerate() {
            let answer = given.get(at).cloned().unwrap_or_else(|| Secret::new(""));
            match prompt {
                LoginQuestion::Password => {
                    invitation = self.invitation(&mut guess, &answer).await;
                    before = self.password(answer).await;
                }
                LoginQuestion::Code => code = Some(self.account.code(&self.services, &answer).await),
            }
        }
        if let Some(invitation) = invitation {
            return Err(self.invited(guess, invitation).await);
        }
        let before = if expected { before } else { Err("wrong-factor") };
        // Whatever the others are: nothing is told of them, so nothing is guessed.
        let nothing = given.len() < asked.len() || given.iter().any(code::is_nothing);
        let before = if nothing { Err(code::NOTHING_GIVEN) } else { before };
        let found = match guess.open.and(before) {
            Ok(()) => self.spend(code).await,
            Err(reason) => Err(reason),
        };
        let first = self.halfway || (guess.open.is_ok() && before.is_ok());
        match self.settle(&mut guess, found).await {
            Ok(()) => {
                Ok(self.attempt.answered(&asked.iter().map(|prompt| (*prompt, true)).collect::<Vec<_>>()))
            }
            Err(reason) => {
                self.trouble = self.trouble(reason, guess.key.as_deref()).await.filter(|_| first);
                Ok(self.attempt.failed(&Step::Code))
            }
        }
    }

    /// Spends the code that is all that is left to prove.
    async fn spend(&mut self, code: Option<Result<GivenCode, StoreError>>) -> Result<(), &'static str> {
        let (Some(code), Some(name)) = (code, &self.account.name) else { return Ok(()) };
        let code = code.map_err(|_| "store-failed")?;
        let by = code::spend(&self.services, (name, &self.origin), code).await?;
        self.recovered = matches!(by, ProvenBy::Recovery(_));
        Ok(())
    }

    async fn trouble(&self, reason: &str, key: Option<&str>) -> Option<Trouble> {
        let (_, locked_until) = self.account.lockout(&self.services, self.way(key)).await.ok()?;
        Trouble::of(reason, locked_until)
    }

    async fn journal_refusal(&self, reason: &str) {
        let actor = Actor::unproven(self.account.typed());
        refused_login(&self.services, actor, &self.origin, reason, None).await;
    }

    /// What the client hears.
    async fn answer(&mut self, next: Next, interactive: bool) -> Reply {
        match next {
            Next::Done { factors, fingerprint, remembered } => {
                let first = self.attempt.so_far().before_the_code();
                let recovered = self.recovered;
                let proven = Proven { factors, first, key: fingerprint, remembered, recovered };
                self.done(proven, interactive).await
            }
            Next::Continue { partial: true, methods } => {
                self.source.right();
                (self.halfway, self.proven_of) = (true, self.account.set_at());
                self.approach.halfway();
                Reply::Refused { methods, partial: true }
            }
            // A wrong code, a wrong password and a wrong name are refused with the same words.
            Next::Continue { .. } | Next::Failed => self.refuse(),
        }
    }

    /// Questions are open to all: whoever is invited gives their code there.
    fn usual(&self) -> Methods {
        let usual = Attempt::new(self.services.config.auth.factors.clone()).methods();
        Methods { keyboard_interactive: true, ..usual }
    }

    async fn done(&mut self, proven: Proven, interactive: bool) -> Reply {
        // A store that cannot be written cannot be trusted with what comes after. Without a code nothing is forgotten:
        // else whoever is remembered could guess at codes for ever.
        let forgotten = match proven.remembered {
            Some(_) => Ok(()),
            None => {
                let way = self.way_key();
                guess::done(&self.services, self.way(way.as_deref()), &self.tries).await
            }
        };
        if !self.certificate_holds().await {
            return self.refuse();
        }
        if let Some(reason) = self.account.obstacle().or(forgotten.err()) {
            self.journal_refusal(reason).await;
            return self.refuse();
        }
        let Some(operator) = self.account.name.clone() else { return self.refuse() };
        let who = self.proven(operator, proven.names(), (proven.key.clone(), proven.remembered));
        self.source.right();
        remember::keep(&self.services, &who, &proven, self.account.set_at());
        home::keep(&self.services, &who, &proven, self.account.set_at());
        // Only a dialogue can go on with one more question (RFC 4256 §3.2).
        if interactive && let Some(question) = break_glass::question(&self.services, &who).await {
            self.locked = Some((self.spec.clone(), who));
            return Reply::Ask(question);
        }
        self.login = Some(LoggedIn::Proven(who));
        Reply::Accepted
    }

    fn refuse(&self) -> Reply {
        Reply::Refused { methods: self.usual(), partial: false }
    }

    /// The questions of a dialogue. An account that has none gets the usual ones all the same.
    fn ask(&mut self) -> Reply {
        let mut asked = self.attempt.prompts();
        if asked.is_empty() && !self.halfway {
            asked = Attempt::new(self.services.config.auth.factors.clone()).prompts();
            if asked.is_empty() {
                asked = vec![LoginQuestion::Password];
            }
        }
        if asked.is_empty() {
            return self.refuse();
        }
        self.asked = asked;
        Reply::Ask(questions::ask(
            &self.services,
            &self.asked,
            (self.account.code_kind(), self.trouble.take()),
        ))
    }

    /// The keys are exchanged.
    pub(crate) fn greeted(&self) {
        self.approach.greeted();
    }

    /// Could this key be accepted? Nothing is proven yet.
    pub(crate) async fn knows(&mut self, spec: &LoginSpec, fingerprint: &str) -> bool {
        let known = self.look(spec).await.is_ok() && self.account.knows(fingerprint);
        if !known {
            self.source.foreign_key();
        }
        known
    }

    /// Takes one proof, and says what comes of it.
    pub(crate) async fn prove(&mut self, spec: &LoginSpec, proof: Offer) -> Reply {
        if let Err(error) = self.look(spec).await {
            tracing::error!(%error, "an account could not be looked up");
            return self.refuse();
        }
        let interactive = matches!(proof, Offer::Answers(_));
        let locked = self.locked.take().filter(|(of, _)| of.as_ref() == Some(spec));
        let next = match proof {
            Offer::Answers(given) if let Some((_, mut who)) = locked => {
                who.broke_nothing = break_glass::answer(&self.services, &who, given.first()).await;
                self.login = Some(LoggedIn::Proven(who));
                return Reply::Accepted;
            }
            Offer::None => return self.refuse(),
            Offer::Questions => return self.ask(),
            Offer::Answers(given) => match self.answers(spec, given).await {
                Ok(next) => next,
                Err(reply) => return reply,
            },
            Offer::Key(fingerprint, security) => self.key(fingerprint, security).await,
            Offer::Certificate(offer) => self.certificate(*offer).await,
            Offer::Password(given) => {
                let mut guess = self.guess(spec).await;
                let nothing = code::is_nothing(&given);
                let invitation = self.invitation(&mut guess, &given).await;
                let found = self.password(given).await;
                if let Some(invitation) = invitation {
                    return self.invited(guess, invitation).await;
                }
                let found = if nothing { Err(code::NOTHING_GIVEN) } else { found };
                match self.settle(&mut guess, found).await {
                    Ok(()) => {
                        let next = self.attempt.proven(Step::Password);
                        self.recall(next)
                    }
                    Err(_) => self.attempt.failed(&Step::Password),
                }
            }
        };
        self.answer(next, interactive).await
    }

    /// What everybody is shown before the first question.
    pub(crate) fn banner(&self) -> Option<String> {
        let notices = [self.services.config.login.banner.clone(), self.source.notice()];
        notices.into_iter().flatten().reduce(|all, notice| all + &notice)
    }

    /// Who was proven, once [`Reply::Accepted`] was given.
    pub(crate) fn take(&mut self) -> Option<LoggedIn> {
        self.login.take()
    }
}

#[cfg(test)]
mod tests;
