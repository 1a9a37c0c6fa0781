//! Attempts that are refused, each wrong in its own way, and all alike for whoever makes them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use russh::client::{AuthResult, KeyboardInteractiveAuthResponse as Reply};
use russh::keys::PrivateKeyWithHashAlg;

use crate::door::{Door, PASSWORD};

/// Wrong guesses at one account, in turn: fewer than lock it.
const AT_ONE: usize = 2;

/// Guesses that lock an account, as the gateway comes.
const LOCKS: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    UnknownUser,
    WrongPassword,
    LockedAccount,
    WrongCode,
    WrongKey,
}

/// Each account has some guesses at its password, and as many others at its code; one more is locked.
pub(crate) fn accounts(attempts: usize) -> usize {
    1 + 2 * attempts.div_ceil(AT_ONE)
}

/// Locks the first account.
pub(crate) async fn lock(door: &Arc<Door>) {
    for _ in 0..LOCKS {
        dialogue(door, &door.name(0), "wrong").await;
    }
}

impl Attempt {
    pub(crate) const ALL: [Self; 5] =
        [Self::UnknownUser, Self::WrongPassword, Self::LockedAccount, Self::WrongCode, Self::WrongKey];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::UnknownUser => "unknown user",
            Self::WrongPassword => "wrong password",
            Self::LockedAccount => "locked account, right password",
            Self::WrongCode => "right password, wrong code",
            Self::WrongKey => "wrong key",
        }
    }

    /// From the answer that is wrong to the refusal.
    pub(crate) async fn make(self, door: &Door, number: usize) -> Duration {
        let own = |half: usize| door.name(1 + 2 * (number / AT_ONE) + half);
        match self {
            Self::UnknownUser => dialogue(door, &format!("nobody-{number}"), "wrong").await,
            Self::WrongPassword => dialogue(door, &own(0), "wrong").await,
            Self::LockedAccount => dialogue(door, &door.name(0), PASSWORD).await,
            Self::WrongCode => dialogue(door, &own(1), PASSWORD).await,
            Self::WrongKey => foreign_key(door, &own(0)).await,
        }
    }
}

/// Password and code in one dialogue, the code wrong in any case.
async fn dialogue(door: &Door, user: &str, password: &str) -> Duration {
    let mut connection = door.connect().await;
    let asked =
        connection.authenticate_keyboard_interactive_start(user, None::<String>).await.expect("an answer");
    let Reply::InfoRequest { prompts, .. } = asked else { panic!("{user} is asked nothing: {asked:?}") };
    assert_eq!(prompts.len(), 2, "{user} is asked for both");
    let began = Instant::now();
    let answers = vec![password.to_owned(), "000000".to_owned()];
    let reply = connection.authenticate_keyboard_interactive_respond(answers).await.expect("an answer");
    let took = began.elapsed();
    assert!(matches!(reply, Reply::Failure { .. }), "{user}: {reply:?}");
    took
}

async fn foreign_key(door: &Door, user: &str) -> Duration {
    let mut connection = door.connect().await;
    let key = PrivateKeyWithHashAlg::new(door.foreign_key(), None);
    let began = Instant::now();
    let reply = connection.authenticate_publickey(user, key).await.expect("an answer");
    let took = began.elapsed();
    assert!(matches!(reply, AuthResult::Failure { partial_success: false, .. }), "{user}: {reply:?}");
    took
}
