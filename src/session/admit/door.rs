//! One connection's door: what is offered as proof, found right or wrong.

use std::sync::Arc;

use rust_i18n::t;
use tokio::sync::Semaphore;

use super::super::select::Knock;
use super::super::services::{Authenticated, Services};
use super::{code, glass};
use crate::auth::{Attempt, Next, Prompt, Step, password};
use crate::domain::{OperatorName, Origin, Secret};
use crate::event::Actor;
use crate::ssh::PublicKey;
use crate::ssh::server::{Answer, Authenticator, Methods, Proof};
use crate::store::{Enrolled, StoreError};

/// Passwords that are checked at once. Each takes 19 MiB and a processor for some 20 ms: a flood of logins
/// waits its turn, and the memory that it can claim is bounded.
static HASHING: Semaphore = Semaphore::const_new(4);

/// Who a name turned out to be.
struct Account {
    name: OperatorName,
    enrolled: Option<Enrolled>,
    locked: bool,
}

/// One connection's door.
pub(super) struct Door {
    services: Arc<Services>,
    origin: Origin,
    /// The SSH user name that the fields below belong to.
    user: Option<String>,
    account: Option<Account>,
    attempt: Attempt,
    /// One factor is proven; from here on the methods may tell what is missing.
    halfway: bool,
    asked: Vec<Prompt>,
    login: Option<Authenticated>,
    /// Proven, locked out, and asked for a break-glass code.
    locked: Option<Authenticated>,
}

/// What one step found.
struct Finding {
    right: bool,
    /// For the journal, where it is wrong.
    reason: &'static str,
}

impl Finding {
    fn wrong(reason: &'static str) -> Self {
        Self { right: false, reason }
    }

    const RIGHT: Self = Self { right: true, reason: "" };
}

impl Door {
    pub(super) fn new(services: Arc<Services>, origin: Origin) -> Self {
        let attempt = Attempt::new(services.config.auth.factors.clone());
        Self {
            services,
            origin,
            user: None,
            account: None,
            attempt,
            halfway: false,
            asked: vec![],
            login: None,
            locked: None,
        }
    }

    /// Looks up whose name this is; another name than before forgets what was proven (RFC 4252 §5).
    async fn name(&mut self, user: &str) -> Result<(), StoreError> {
        if self.user.as_deref() == Some(user) {
            return self.look_at_lock().await;
        }
        let standing = self.services.live.standing();
        let knock = Knock::parse(user);
        let operator = standing.policy.operator(&knock.operator);
        let own = operator.and_then(|operator| operator.factors.clone());
        let alternatives = own.unwrap_or_else(|| self.services.config.auth.factors.clone());
        self.account = match operator.map(|operator| operator.name.clone()) {
            None => None,
            Some(name) => {
                let enrolled = self.services.store.factors().find(&name).await?;
                Some(Account { enrolled, name, locked: true }) // until it was looked at
            }
        };
        self.attempt.name(user, &alternatives);
        self.user = Some(user.to_owned());
        self.halfway = false;
        self.asked.clear();
        self.look_at_lock().await
    }

    /// Before each step: a lock that this connection, or one beside it, has caused holds at once.
    async fn look_at_lock(&mut self) -> Result<(), StoreError> {
        if let Some(account) = &mut self.account {
            account.locked = true;
            let lockout = self.services.store.factors().lockout(&account.name).await?;
            account.locked = lockout.is_some_and(|lockout| lockout.is_locked(self.services.clock.now()));
        }
        Ok(())
    }

    fn enrolled(&self) -> Option<&Enrolled> {
        self.account.as_ref().and_then(|account| account.enrolled.as_ref())
    }

    fn knows(&self, key: &PublicKey) -> bool {
        let print = key.fingerprint();
        self.enrolled()
            .is_some_and(|enrolled| enrolled.public_keys.iter().any(|known| known.fingerprint == print))
    }

    /// What is wrong with the account itself, whatever was offered.
    fn obstacle(&self) -> Option<&'static str> {
        match &self.account {
            None => Some("operator-unknown"),
            Some(account) if account.locked => Some("locked"),
            Some(account) if account.enrolled.is_none() => Some("not-enrolled"),
            Some(_) => None,
        }
    }

    /// Checks a password, or pretends to: off the runtime's threads, since it is slow by intent.
    async fn password(&self, given: Secret) -> Finding {
        let known = self.enrolled().and_then(|enrolled| enrolled.password.clone());
        let work = move || match known.as_ref().and_then(Secret::expose_str) {
            Some(hash) => password::verify(&given, hash).unwrap_or(false),
            None => password::verify_nobody(&given).unwrap_or(false),
        };
        // Known and unknown names wait alike, so waiting tells nothing.
        let Ok(_turn) = HASHING.acquire().await else { return Finding::wrong("wrong-password") };
        match tokio::task::spawn_blocking(work).await {
            Ok(true) => Finding::RIGHT,
            _ => Finding::wrong("wrong-password"),
        }
    }

    /// The answers to our questions, each found right or wrong; all are looked at, whatever the first one is.
    async fn answers(&mut self, given: Vec<Secret>) -> Next {
        let asked = std::mem::take(&mut self.asked);
        let (mut found, mut step, mut wrong) = (Vec::new(), None, None);
        for (at, prompt) in asked.iter().enumerate() {
            let answer = given.get(at).cloned().unwrap_or_else(|| Secret::new(""));
            let finding = match prompt {
                Prompt::Password => self.password(answer).await,
                Prompt::Code => {
                    step = code::step(&self.services, self.enrolled(), &answer);
                    if step.is_some() { Finding::RIGHT } else { Finding::wrong("wrong-code") }
                }
            };
            wrong = wrong.or((!finding.right).then_some(finding.reason));
            found.push((*prompt, finding.right));
        }
        wrong = self.obstacle().or(wrong);
        if let (None, Some(step), Some(account)) = (wrong, step, &self.account) {
            wrong = code::spend(&self.services, &account.name, step).await.err();
        }
        if wrong.is_some() || found != self.expected(&asked) {
            self.count(wrong.unwrap_or("wrong-factor")).await;
            return self.attempt.failed(&Step::Code);
        }
        self.attempt.answered(&found)
    }

    fn expected(&self, asked: &[Prompt]) -> Vec<(Prompt, bool)> {
        let real = self.attempt.prompts();
        if real == asked { asked.iter().map(|prompt| (*prompt, true)).collect() } else { vec![] }
    }

    async fn journal_refusal(&self, reason: &str) {
        let typed = Knock::parse(self.user.as_deref().unwrap_or_default()).operator;
        super::super::refused_login(&self.services, Actor::unproven(&typed), &self.origin, reason, None)
            .await;
    }

    /// Journals a failure, and counts it against the account if there is one.
    async fn count(&self, reason: &'static str) {
        self.journal_refusal(reason).await;
        if let Some(account) = &self.account {
            code::count(&self.services, &self.origin, &account.name, account.locked).await;
        }
    }

    /// What the client hears.
    async fn answer(&mut self, next: Next, interactive: bool) -> Answer {
        match next {
            Next::Done { factors, .. } => self.done(factors.names(), interactive).await,
            Next::Continue { partial: true, methods } => {
                self.halfway = true;
                Answer::Refused { methods: told(methods), partial: true }
            }
            // A wrong code, a wrong password and a wrong name are refused with the same words.
            Next::Continue { .. } | Next::Failed => self.refuse(),
        }
    }

    fn usual(&self) -> Methods {
        told(Attempt::new(self.services.config.auth.factors.clone()).methods())
    }

    async fn done(&mut self, factors: Vec<String>, interactive: bool) -> Answer {
        // Once more, since checking took its time: of logins side by side, one may have locked the account.
        if self.look_at_lock().await.is_err() || self.obstacle().is_some() {
            self.journal_refusal(self.obstacle().unwrap_or("store-failed")).await;
            return self.refuse();
        }
        let Some(account) = &self.account else { return self.refuse() };
        if self.services.store.factors().unlock(&account.name).await.is_err() {
            return self.refuse(); // a store that cannot be written cannot be trusted with what comes after
        }
        let who = Authenticated {
            operator: account.name.clone(),
            origin: self.origin.clone(),
            factors,
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
        let tag = self.services.language().tag();
        let text = |prompt: &Prompt| match prompt {
            Prompt::Password => t!("login.password", locale = tag).into_owned(),
            Prompt::Code => t!("login.code", locale = tag).into_owned(),
        };
        let prompts = asked.iter().map(|prompt| (text(prompt), false)).collect();
        self.asked = asked;
        Answer::Ask { instructions: String::new(), prompts }
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

    async fn offered(&mut self, user: &str, key: &PublicKey) -> bool {
        self.name(user).await.is_ok() && self.knows(key)
    }

    async fn prove(&mut self, user: &str, proof: Proof) -> Answer {
        if let Err(error) = self.name(user).await {
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
            Proof::Interactive(Some(given)) => self.answers(given).await,
            Proof::PublicKey(key) => {
                let step = Step::PublicKey { fingerprint: key.fingerprint() };
                match (self.knows(&key), self.obstacle()) {
                    (true, None) => self.attempt.proven(step),
                    (_, reason) => {
                        // Not counted: an agent offers all the keys it holds, and that is no guessing.
                        self.journal_refusal(reason.unwrap_or("wrong-key")).await;
                        self.attempt.failed(&step)
                    }
                }
            }
            Proof::Password(given) => {
                let found = self.password(given).await;
                match (found.right, self.obstacle()) {
                    (true, None) => self.attempt.proven(Step::Password),
                    (_, reason) => {
                        self.count(reason.unwrap_or("wrong-password")).await;
                        self.attempt.failed(&Step::Password)
                    }
                }
            }
        };
        self.answer(next, interactive).await
    }

    fn login(&mut self) -> Option<Authenticated> {
        self.login.take()
    }
}
