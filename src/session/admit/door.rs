//! One connection's door: what is offered as proof, found right or wrong.

use std::sync::Arc;

use tokio::sync::{MutexGuard, Semaphore};
use tokio_util::sync::CancellationToken;

use super::super::services::{Authenticated, Services};
use super::account::Account;
use super::ask::{self, Trouble};
use super::guess::{self, Tries};
use super::said::Said;
use super::{Approach, code, glass};
use crate::auth::totp::Found;
use crate::auth::{Attempt, Next, Prompt, Step, password};
use crate::domain::{Origin, Secret};
use crate::event::Actor;
use crate::ssh::PublicKey;
use crate::ssh::server::{Answer, Authenticator, Methods, Proof};
use crate::store::{Lockout, StoreError};

/// Passwords that are checked at once. Each takes 19 MiB and a processor for some 20 ms: a flood of logins
/// waits its turn, and the memory that it can claim is bounded.
static HASHING: Semaphore = Semaphore::const_new(4);

/// One connection's door.
pub(super) struct Door {
    services: Arc<Services>,
    origin: Origin,
    said: Said,
    approach: Arc<dyn Approach>,
    /// Cancelled when the keys are exchanged.
    greeted: CancellationToken,
    /// The SSH user name that the fields below belong to.
    user: Option<String>,
    account: Account,
    attempt: Attempt,
    tries: Tries,
    /// When the factors were set of which one is proven.
    proven_of: Option<jiff::Timestamp>,
    /// One factor is proven; from here on the methods may tell what is missing.
    halfway: bool,
    asked: Vec<Prompt>,
    /// What was wrong with the last code, where that may be told.
    trouble: Option<Trouble>,
    login: Option<Authenticated>,
    /// Proven, locked out, and asked for a break-glass code.
    locked: Option<Authenticated>,
}

/// One guess, which has its turn and its place in the count.
struct Guess {
    turn: Option<MutexGuard<'static, ()>>,
    /// The key that was proven before it.
    key: Option<String>,
    taken: Option<Lockout>,
    /// Why nothing that is offered counts, if so.
    open: Result<(), &'static str>,
}

impl Door {
    pub(super) fn new(
        services: Arc<Services>,
        (origin, said): (Origin, Said),
        approach: Arc<dyn Approach>,
        greeted: CancellationToken,
    ) -> Self {
        let attempt = Attempt::new(services.config.auth.factors.clone());
        Self {
            services,
            origin,
            said,
            approach,
            greeted,
            user: None,
            account: Account::default(),
            attempt,
            tries: Tries::default(),
            proven_of: None,
            halfway: false,
            asked: vec![],
            trouble: None,
            login: None,
            locked: None,
        }
    }

    /// Looks up whose name this is and which factors it has, at each step. Another name than before forgets what
    /// was proven (RFC 4252 §5), and so do factors that somebody has set meanwhile.
    async fn look(&mut self, user: &str) -> Result<(), StoreError> {
        self.said.heard(user);
        let (account, alternatives) = Account::of(&self.services, user);
        let other = self.user.as_deref() != Some(user) || self.account.name != account.name;
        self.account = account;
        self.account.look(&self.services).await?;
        let stale = !other && self.halfway && self.proven_of != self.account.set_at();
        if stale {
            self.journal_refusal("factors-changed").await;
        }
        if other || stale {
            self.attempt.forget();
        }
        if self.attempt.name(user, &alternatives) {
            (self.user, self.halfway, self.trouble) = (Some(user.to_owned()), false, None);
            self.asked.clear();
            self.tries = Tries::after(self.account.lockout(&self.services, None).await?.0);
        }
        Ok(())
    }

    /// Waits for the turn of this way in, takes a place in the count, and reads the factors as they are then.
    /// Whatever is wrong, as much is done.
    async fn guess(&mut self, user: &str) -> Guess {
        let key = self.attempt.key().map(str::to_owned);
        let turn = self.account.turn(key.as_deref()).await;
        let looked = self.look(user).await.map_err(|error| {
            tracing::error!(%error, "an account could not be looked up");
            "store-failed"
        });
        // Factors that were set meanwhile have forgotten the key.
        let changed = if self.attempt.key() == key.as_deref() { Ok(()) } else { Err("wrong-factor") };
        let place = guess::take(&self.services, self.account.way(key.as_deref()), &mut self.tries).await;
        let obstacle = self.account.obstacle().map_or(Ok(()), Err);
        let open = looked.and(obstacle).and(place.map(drop)).and(changed);
        Guess { turn, key, taken: place.ok(), open }
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
                let way = self.account.way(guess.key.as_deref());
                guess::right(&self.services, way, &mut self.tries).await.and(found)
            }
        };
        guess.turn = None; // what is left to be written down keeps nobody waiting
        if let Err(reason) = settled {
            // Side by side they share a flush of the disk: the guess that locks an account takes as long as one at a
            // name that nobody has.
            tokio::join!(self.journal_refusal(reason), self.journal_lock(guess, reason));
        }
        settled
    }

    /// A guess was wrong, and may have been the last one.
    async fn journal_lock(&self, guess: &Guess, reason: &str) {
        if let (Some(lockout), Some(name), true) = (guess.taken, &self.account.name, code::is_guess(reason)) {
            guess::wrong(&self.services, &self.origin, name, guess.key.as_deref(), lockout).await;
        }
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
    async fn answers(&mut self, user: &str, given: Vec<Secret>) -> Next {
        let asked = std::mem::take(&mut self.asked);
        self.trouble = None;
        if asked.is_empty() {
            return self.attempt.failed(&Step::Code); // nothing was asked: there is nothing to guess
        }
        let mut guess = self.guess(user).await;
        let expected = self.attempt.prompts() == asked;
        let (mut before, mut code) = (Ok(()), None);
        for (at, prompt) in asked.iter().enumerate() {
            let answer = given.get(at).cloned().unwrap_or_else(|| Secret::new(""));
            match prompt {
                Prompt::Password => before = self.password(answer).await,
                Prompt::Code => code = Some(self.account.code(&self.services, &answer)),
            }
        }
        let before = if expected { before } else { Err("wrong-factor") };
        let found = match guess.open.and(before) {
            Ok(()) => self.spend(code).await,
            Err(reason) => Err(reason),
        };
        let first = self.halfway || (guess.open.is_ok() && before.is_ok());
        match self.settle(&mut guess, found).await {
            Ok(()) => self.attempt.answered(&asked.iter().map(|prompt| (*prompt, true)).collect::<Vec<_>>()),
            Err(reason) => {
                self.trouble = self.trouble(reason, guess.key.as_deref()).await.filter(|_| first);
                self.attempt.failed(&Step::Code)
            }
        }
    }

    /// Spends the code that is all that is left to prove.
    async fn spend(&self, code: Option<Found>) -> Result<(), &'static str> {
        match (code, &self.account.name) {
            (Some(found), Some(name)) => code::spend(&self.services, name, found).await,
            _ => Ok(()),
        }
    }

    async fn trouble(&self, reason: &str, key: Option<&str>) -> Option<Trouble> {
        let (_, locked_until) = self.account.lockout(&self.services, key).await.ok()?;
        Trouble::of(reason, locked_until)
    }

    async fn journal_refusal(&self, reason: &str) {
        let actor = Actor::unproven(self.account.typed());
        super::super::refused_login(&self.services, actor, &self.origin, reason, None).await;
    }

    /// A key, which is proven already: is it this account's, and is its way open?
    async fn key(&mut self, key: &PublicKey) -> Next {
        let step = Step::PublicKey { fingerprint: key.fingerprint() };
        let print = key.fingerprint();
        let found = match (self.account.knows(key), self.account.obstacle()) {
            (_, Some(obstacle)) => Err(obstacle),
            (false, None) => Err("wrong-key"),
            (true, None) => match self.account.lockout(&self.services, Some(&print)).await {
                Ok((_, Some(_))) => Err("locked"),
                Ok((lockout, None)) => Ok(lockout),
                Err(_) => Err("store-failed"),
            },
        };
        match found {
            Ok(lockout) => {
                self.tries = Tries::after(lockout);
                self.attempt.proven(step)
            }
            Err(reason) => {
                // Not counted: an agent offers all the keys it holds, and that is no guessing.
                self.journal_refusal(reason).await;
                self.attempt.failed(&step)
            }
        }
    }

    /// What the client hears.
    async fn answer(&mut self, next: Next, interactive: bool) -> Answer {
        match next {
            Next::Done { factors, fingerprint } => self.done(factors.names(), fingerprint, interactive).await,
            Next::Continue { partial: true, methods } => {
                (self.halfway, self.proven_of) = (true, self.account.set_at());
                self.approach.halfway();
                Answer::Refused { methods: told(methods), partial: true }
            }
            // A wrong code, a wrong password and a wrong name are refused with the same words.
            Next::Continue { .. } | Next::Failed => self.refuse(),
        }
    }

    fn usual(&self) -> Methods {
        told(Attempt::new(self.services.config.auth.factors.clone()).methods())
    }

    async fn done(&mut self, factors: Vec<String>, key: Option<String>, interactive: bool) -> Answer {
        // A store that cannot be written cannot be trusted with what comes after.
        let forgotten = guess::done(&self.services, self.account.way(key.as_deref()), &self.tries).await;
        if let Some(reason) = self.account.obstacle().or(forgotten.err()) {
            self.journal_refusal(reason).await;
            return self.refuse();
        }
        let Some(operator) = self.account.name.clone() else { return self.refuse() };
        let who = Authenticated {
            operator,
            origin: self.origin.clone(),
            factors,
            key,
            wish: self.user.clone().unwrap_or_default(),
            client: String::new(),
            since: self.services.clock.anchor(),
        };
        // Only a dialogue can go on with one more question (RFC 4256 §3.2).
        if interactive && let Some(question) = glass::question(&self.services, &who).await {
            self.locked = Some(who);
            return question;
        }
        self.login = Some(who);
        Answer::Accepted
    }

    fn refuse(&self) -> Answer {
        Answer::Refused { methods: self.usual(), partial: false }
    }

    /// The questions of keyboard-interactive. An account that has none gets the usual ones all the same.
    fn ask(&mut self) -> Answer {
        let mut asked = self.attempt.prompts();
        if asked.is_empty() && !self.halfway {
            asked = Attempt::new(self.services.config.auth.factors.clone()).prompts();
        }
        if asked.is_empty() {
            return self.refuse();
        }
        self.asked = asked;
        ask::ask(&self.services, &self.asked, self.trouble.take())
    }
}

fn told(methods: crate::auth::Methods) -> Methods {
    Methods {
        public_key: methods.publickey,
        password: methods.password,
        interactive: methods.keyboard_interactive,
    }
}

impl Authenticator for Door {
    type Login = Authenticated;

    fn greeted(&mut self) {
        self.greeted.cancel();
        self.approach.greeted();
    }

    async fn offered(&mut self, user: &str, key: &PublicKey) -> bool {
        self.look(user).await.is_ok() && self.account.knows(key)
    }

    async fn prove(&mut self, user: &str, proof: Proof) -> Answer {
        if let Err(error) = self.look(user).await {
            tracing::error!(%error, "an account could not be looked up");
            return self.refuse();
        }
        let interactive = matches!(proof, Proof::Interactive(Some(_)));
        let locked = self.locked.take().filter(|who| who.wish == user);
        let next = match proof {
            Proof::Interactive(Some(given)) if let Some(who) = locked => {
                glass::answer(&self.services, &who, given.first()).await;
                self.login = Some(who);
                return Answer::Accepted;
            }
            Proof::None => return self.refuse(),
            Proof::Interactive(None) => return self.ask(),
            Proof::Interactive(Some(given)) => self.answers(user, given).await,
            Proof::PublicKey(key) => self.key(&key).await,
            Proof::Password(given) => {
                let mut guess = self.guess(user).await;
                let found = self.password(given).await;
                match self.settle(&mut guess, found).await {
                    Ok(()) => self.attempt.proven(Step::Password),
                    Err(_) => self.attempt.failed(&Step::Password),
                }
            }
        };
        self.answer(next, interactive).await
    }

    fn banner(&self) -> Option<String> {
        self.services.config.login.banner.clone()
    }

    fn login(&mut self) -> Option<Authenticated> {
        self.login.take()
    }
}
