//! The steps of one login: which factor may come next, when it is enough, and when to stop asking.

use std::time::Duration;

use super::code::CodeKind;
use super::factors::{Alternatives, Factor, Factors};

/// Wrong passwords and codes in one connection, as OpenSSH counts them (`MaxAuthTries`).
const MAX_FAILURES: u32 = 6;

/// Keys that no account has: an agent offers all it holds, and that is not guessing.
const MAX_FOREIGN_KEYS: u32 = 20;

/// One factor, tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A key, by its SHA-256 fingerprint as OpenSSH prints it; and whether it is a security key that knew its owner.
    PublicKey {
        fingerprint: String,
        verified: bool,
    },
    Password,
    Code,
}

/// Authentication methods of RFC 4252 and RFC 4256 that may go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Methods {
    pub publickey: bool,
    pub password: bool,
    pub keyboard_interactive: bool,
}

impl Methods {
    fn any(self) -> bool {
        self.publickey || self.password || self.keyboard_interactive
    }
}

/// What the client hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Proven. `fingerprint` is the key's, where one was among the factors. `remembered`: the code was proven at an
    /// earlier login, so long ago.
    Done { factors: Factors, fingerprint: Option<String>, remembered: Option<Duration> },
    /// `SSH_MSG_USERAUTH_FAILURE` with these methods; `partial` where the last step was right (RFC 4252 §5.1).
    Continue { methods: Methods, partial: bool },
    /// No further try on this connection.
    Failed,
}

/// One question of keyboard-interactive; the answer is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginQuestion {
    Password,
    Code,
}

/// One connection's way to a proven operator.
#[derive(Debug, Clone)]
pub struct Attempt {
    user: Option<String>,
    alternatives: Alternatives,
    /// Which codes the account has.
    codes: CodeKind,
    proven: Factors,
    fingerprint: Option<String>,
    remembered: Option<Duration>,
    failures: u32,
    foreign_keys: u32,
}

impl Attempt {
    /// `alternatives` hold until a user name brings its own.
    pub fn new(alternatives: Alternatives) -> Self {
        Self {
            user: None,
            alternatives,
            codes: CodeKind::default(),
            proven: Factors::NONE,
            fingerprint: None,
            remembered: None,
            failures: 0,
            foreign_keys: 0,
        }
    }

    /// The user name of a request, to be told before each step. Another name than before, or other factors that
    /// are asked of it, forgets all that was proven (RFC 4252 §5); failures stay counted.
    /// True when it begins anew by this.
    pub fn name(&mut self, user: &str, alternatives: &Alternatives) -> bool {
        if self.user.as_deref() == Some(user) && self.alternatives == *alternatives {
            return false;
        }
        self.user = Some(user.to_owned());
        self.alternatives = alternatives.clone();
        self.proven = Factors::NONE;
        self.fingerprint = None;
        self.remembered = None;
        true
    }

    /// Which codes the account has: a right one proves that kind, and who is asked for a code is not told which.
    pub fn has_codes(&mut self, kind: CodeKind) {
        self.codes = kind;
    }

    /// Forgets all that was proven, as another name does: the account is not what it was any more.
    pub fn forget(&mut self) {
        self.user = None;
    }

    /// The fingerprint of the key that is proven.
    pub fn key(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// What is proven so far.
    pub fn so_far(&self) -> Factors {
        self.proven
    }

    /// A code of an earlier login, so long ago, covers this one: nothing where more than a code is missing, or none is asked for.
    pub fn remembered(&mut self, ago: Duration) -> Option<Next> {
        if !self.expects(&Step::Code) {
            return None;
        }
        self.accept(Step::Code);
        self.remembered = Some(ago);
        Some(self.next(true))
    }

    /// A step that was right. One that was not asked for counts as failed: a code opens nothing before
    /// its first factor.
    pub fn proven(&mut self, step: Step) -> Next {
        if !self.expects(&step) {
            return self.failed(&step);
        }
        self.accept(step);
        self.next(true)
    }

    /// A step that was wrong.
    pub fn failed(&mut self, step: &Step) -> Next {
        match step {
            Step::PublicKey { .. } => self.foreign_keys += 1,
            Step::Password | Step::Code => self.failures += 1,
        }
        self.next(false)
    }

    /// What keyboard-interactive asks, all of it in one request: a password's fate is not told before the
    /// code was given too. Empty where there is nothing to ask.
    pub fn prompts(&self) -> Vec<LoginQuestion> {
        let askable = self.alternatives.missing(self.proven).filter(|set| !set.has_key());
        // The shortest way to the end; first written, first asked.
        let Some(set) = askable.min_by_key(|set| set.iter().count()) else { return Vec::new() };
        set.iter().filter_map(prompt).collect()
    }

    /// The answers to [`Self::prompts`], each right or wrong. One wrong answer makes all of them wrong,
    /// and nothing says which.
    pub fn answered(&mut self, answers: &[(LoginQuestion, bool)]) -> Next {
        let asked = self.prompts();
        let complete =
            !asked.is_empty() && asked.iter().copied().eq(answers.iter().map(|(prompt, _)| *prompt));
        if !complete || answers.iter().any(|(_, right)| !right) {
            return self.failed(&Step::Code);
        }
        for (prompt, _) in answers {
            self.accept(match prompt {
                LoginQuestion::Password => Step::Password,
                LoginQuestion::Code => Step::Code,
            });
        }
        self.next(true)
    }

    /// What may be tried next, as the first answer to a client that only asks.
    pub fn methods(&self) -> Methods {
        let mut methods = Methods::default();
        for missing in self.alternatives.missing(self.proven) {
            methods.publickey |= missing.has_key();
            methods.password |= missing.contains(Factor::Password);
        }
        methods.keyboard_interactive = !self.prompts().is_empty();
        methods
    }

    /// Is this of use now? A key that is not verified is not where a verified one is asked for.
    pub fn expects(&self, step: &Step) -> bool {
        match step {
            Step::PublicKey { verified: true, .. } => self.methods().publickey,
            Step::PublicKey { verified: false, .. } => {
                self.alternatives.missing(self.proven).any(|set| set.contains(Factor::PublicKey))
            }
            Step::Password => self.methods().password,
            Step::Code => self.prompts() == [LoginQuestion::Code],
        }
    }

    fn accept(&mut self, step: Step) {
        let factor = match step {
            Step::PublicKey { fingerprint, verified } => {
                self.fingerprint = Some(fingerprint);
                if verified {
                    self.proven = self.proven.with(Factor::SkVerified);
                }
                Factor::PublicKey
            }
            Step::Password => Factor::Password,
            Step::Code => self.codes.factor(),
        };
        self.proven = self.proven.with(factor);
    }

    fn next(&self, partial: bool) -> Next {
        if self.failures >= MAX_FAILURES || self.foreign_keys >= MAX_FOREIGN_KEYS {
            return Next::Failed;
        }
        if let Some(factors) = self.alternatives.completed_by(self.proven).filter(|_| partial) {
            let (fingerprint, remembered) = (self.fingerprint.clone(), self.remembered);
            return Next::Done { factors, fingerprint, remembered };
        }
        match self.methods() {
            methods if methods.any() => Next::Continue { methods, partial },
            _ => Next::Failed,
        }
    }
}

fn prompt(factor: Factor) -> Option<LoginQuestion> {
    match factor {
        Factor::PublicKey | Factor::SkVerified => None,
        Factor::Password => Some(LoginQuestion::Password),
        Factor::Totp | Factor::GmOtp => Some(LoginQuestion::Code),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn attempt(sets: &[&str]) -> Attempt {
        let alternatives = Alternatives::parse(sets).unwrap();
        let mut attempt = Attempt::new(alternatives.clone());
        attempt.name("zhou", &alternatives);
        attempt
    }

    fn both() -> Attempt {
        attempt(&["publickey+totp", "password+totp"])
    }

    fn key() -> Step {
        Step::PublicKey { fingerprint: "SHA256:x".into(), verified: false }
    }

    const CODE_ONLY: Methods = Methods { publickey: false, password: false, keyboard_interactive: true };
    const ALL: Methods = Methods { publickey: true, password: true, keyboard_interactive: true };

    #[test]
    fn after_the_first_factor_only_the_code_remains() {
        for first in [key(), Step::Password] {
            let mut attempt = both();
            assert_eq!(attempt.methods(), ALL);
            assert_eq!(attempt.proven(first), Next::Continue { methods: CODE_ONLY, partial: true });
            assert_eq!(attempt.prompts(), [LoginQuestion::Code]);
            assert_eq!(attempt.failed(&Step::Code), Next::Continue { methods: CODE_ONLY, partial: false });
            assert!(matches!(attempt.answered(&[(LoginQuestion::Code, true)]), Next::Done { .. }));
        }
    }

    #[test]
    fn done_names_the_factors_and_the_key() {
        let mut attempt = both();
        attempt.proven(key());
        let done = attempt.proven(Step::Code);
        let factors = "publickey+totp".parse().unwrap();
        assert_eq!(done, Next::Done { factors, fingerprint: Some("SHA256:x".into()), remembered: None });
    }

    #[test]
    fn what_is_remembered_is_a_code_and_nothing_before_it() {
        let mut attempt = both();
        assert_eq!(attempt.remembered(HOUR), None, "the first factor is not proven");
        attempt.proven(key());
        assert!(matches!(attempt.remembered(HOUR), Some(Next::Done { remembered: Some(HOUR), .. })));
        let mut three = self::attempt(&["publickey+password+totp"]);
        three.proven(key());
        assert_eq!(three.remembered(HOUR), None, "the password is not proven");
        let mut other = both();
        other.proven(key());
        other.remembered(HOUR);
        other.forget();
        let alternatives = other.alternatives.clone();
        other.name("zhou", &alternatives);
        assert!(other.remembered.is_none() && other.so_far() == Factors::NONE, "another name starts again");
    }

    #[test]
    fn interactive_alone_asks_both_and_tells_neither() {
        let wrong = |password, code| {
            let mut attempt = both();
            assert_eq!(attempt.prompts(), [LoginQuestion::Password, LoginQuestion::Code]);
            let next = attempt.answered(&[(LoginQuestion::Password, password), (LoginQuestion::Code, code)]);
            (next, attempt.prompts())
        };
        assert_eq!(wrong(false, true), wrong(true, false));
        assert_eq!(wrong(false, true), wrong(false, false));
        assert_eq!(wrong(false, true).0, Next::Continue { methods: ALL, partial: false });
        assert!(matches!(wrong(true, true).0, Next::Done { .. }));
    }

    #[test]
    fn a_code_is_nothing_without_what_comes_before_it() {
        let mut attempt = both();
        assert_eq!(attempt.proven(Step::Code), Next::Continue { methods: ALL, partial: false });
        assert_eq!(
            attempt.answered(&[(LoginQuestion::Code, true)]),
            Next::Continue { methods: ALL, partial: false }
        );
        assert_eq!(attempt.answered(&[]), Next::Continue { methods: ALL, partial: false });
        assert!(matches!(attempt.proven(key()), Next::Continue { partial: true, .. }));
    }

    #[test]
    fn another_name_starts_again_but_keeps_the_count() {
        let mut attempt = both();
        let alternatives = attempt.alternatives.clone();
        attempt.proven(key());
        attempt.name("li", &alternatives);
        assert_eq!(attempt.methods(), ALL);
        for _ in 0..MAX_FAILURES {
            attempt.name("zhou", &alternatives);
            attempt.name("li", &alternatives);
            assert!(attempt.failures < MAX_FAILURES);
            attempt.failed(&Step::Password);
        }
        assert_eq!(attempt.proven(key()), Next::Failed);
    }

    #[test]
    fn an_agent_full_of_keys_is_no_guessing() {
        let mut attempt = both();
        for _ in 0..10 {
            assert!(matches!(attempt.failed(&key()), Next::Continue { .. }));
        }
        assert!(matches!(attempt.proven(key()), Next::Continue { partial: true, .. }));
    }

    #[test]
    fn a_key_only_account_is_never_asked_for_a_password() {
        let mut attempt = attempt(&["publickey+totp"]);
        assert_eq!(attempt.methods(), Methods { publickey: true, ..Methods::default() });
        assert!(matches!(attempt.proven(Step::Password), Next::Continue { partial: false, .. }));
        assert!(attempt.prompts().is_empty());
    }

    #[test]
    fn a_verified_security_key_is_enough_where_that_is_said_and_a_key_elsewhere() {
        let verified = || Step::PublicKey { fingerprint: "SHA256:x".into(), verified: true };
        let mut alone = attempt(&["sk-verified"]);
        assert!(!alone.expects(&key()), "touched is not verified");
        assert!(matches!(alone.proven(key()), Next::Continue { partial: false, .. }));
        let Next::Done { factors, .. } = alone.proven(verified()) else { panic!("not enough") };
        assert_eq!(factors.to_string(), "sk-verified");
        let mut usual = both();
        assert_eq!(usual.proven(verified()), Next::Continue { methods: CODE_ONLY, partial: true });
        let Next::Done { factors, .. } = usual.proven(Step::Code) else { panic!("not enough") };
        assert_eq!(factors.to_string(), "publickey+totp");
        let mut either = attempt(&["publickey+totp", "sk-verified"]);
        assert_eq!(either.proven(key()), Next::Continue { methods: CODE_ONLY, partial: true });
    }

    #[test]
    fn a_code_proves_the_kind_that_the_account_has() {
        for (codes, factors) in [(CodeKind::Totp, "password+totp"), (CodeKind::GmOtp, "password+gm-otp")] {
            let mut attempt = attempt(&["password+totp", "password+gm-otp"]);
            attempt.has_codes(codes);
            assert_eq!(attempt.prompts(), [LoginQuestion::Password, LoginQuestion::Code]);
            let Next::Done { factors: found, .. } =
                attempt.answered(&[(LoginQuestion::Password, true), (LoginQuestion::Code, true)])
            else {
                panic!("not enough")
            };
            assert_eq!(found.to_string(), factors);
        }
        let mut other = attempt(&["password+totp"]);
        other.has_codes(CodeKind::GmOtp);
        let next = other.answered(&[(LoginQuestion::Password, true), (LoginQuestion::Code, true)]);
        assert_eq!(next, Next::Failed, "a token is not a phone");
    }

    #[test]
    fn three_factors_come_in_any_order() {
        let mut attempt = attempt(&["publickey+password+totp"]);
        attempt.proven(key());
        assert_eq!(attempt.prompts(), [LoginQuestion::Password, LoginQuestion::Code]);
        attempt.proven(Step::Password);
        assert!(matches!(attempt.proven(Step::Code), Next::Done { .. }));
    }
}
