#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Duration;

use super::*;
use crate::store::testing::{TestStore, at, store};

fn name(text: &str) -> OperatorName {
    text.parse().unwrap()
}

fn key(fingerprint: &str) -> PublicKey {
    PublicKey { fingerprint: fingerprint.to_owned(), line: format!("ssh-ed25519 {fingerprint}") }
}

async fn enrol(store: &TestStore, operator: &str, seats: u32) -> Result<(), EnrolError> {
    let operator = &name(operator);
    let new = Enrolment { operator, password: None, totp: Some(b"sealed"), public_keys: &[], at: at(0) };
    store.factors().enrol(&new, seats).await
}

#[tokio::test]
async fn what_is_not_given_stays() {
    let store = store().await;
    let operator = &name("wang-fang");
    let first = Enrolment {
        operator,
        password: Some("$argon2id$x"),
        totp: None,
        public_keys: &[key("a")],
        at: at(0),
    };
    let then = Enrolment {
        operator,
        password: None,
        totp: Some(b"sealed"),
        public_keys: &[key("b"), key("a")],
        at: at(9),
    };
    let factors = store.factors();
    factors.enrol(&first, 1).await.unwrap();
    factors.enrol(&then, 1).await.unwrap();
    let found = factors.find(operator).await.unwrap().unwrap();
    assert_eq!(found.password.unwrap().expose_str(), Some("$argon2id$x"));
    assert_eq!(found.totp.as_deref(), Some(&b"sealed"[..]));
    assert_eq!(found.public_keys, [key("a"), key("b")]);
    assert_eq!(found.enrolled_at, at(0));
    assert!(factors.remove_key(operator, "a").await.unwrap());
    assert!(factors.reset(operator).await.unwrap());
    assert!(factors.find(operator).await.unwrap().is_none());
    assert!(!factors.reset(operator).await.unwrap());
}

#[tokio::test]
async fn a_code_is_accepted_once_by_two_logins_at_once() {
    let store = store().await;
    enrol(&store, "wang-fang", 1).await.unwrap();
    let operator = name("wang-fang");
    let mut logins = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (store, operator) = (store.store.clone(), operator.clone());
        logins.spawn(async move { store.factors().accept_step(&operator, 1000).await.unwrap() });
    }
    let accepted = logins.join_all().await.into_iter().filter(|accepted| *accepted).count();
    assert_eq!(accepted, 1);
    assert!(!store.factors().accept_step(&operator, 999).await.unwrap());
    assert!(store.factors().accept_step(&operator, 1001).await.unwrap());
    assert!(!store.factors().accept_step(&name("nobody"), 1).await.unwrap());
}

#[tokio::test]
async fn the_last_seat_is_given_once() {
    let store = store().await;
    for n in 0..3 {
        enrol(&store, &format!("op{n}"), 4).await.unwrap();
    }
    let (a, b) = tokio::join!(enrol(&store, "a", 4), enrol(&store, "b", 4));
    assert!(a.is_ok() != b.is_ok());
    let error = a.and(b).unwrap_err();
    assert!(error.to_string().starts_with("all 4 seats are taken: "), "{error}");
    assert_eq!(store.factors().activated().await.unwrap(), 4);
    enrol(&store, "op0", 2).await.unwrap();
    store.factors().reset(&name("op0")).await.unwrap();
    enrol(&store, "c", 4).await.unwrap();
    assert_eq!(store.factors().operators().await.unwrap().len(), 4);
}

#[tokio::test]
async fn failures_in_a_row_lock() {
    let store = store().await;
    let (factors, operator) = (store.factors(), name("wang-fang"));
    let rule = LockRule { after: 3, lock_for: Duration::from_secs(100) };
    // The first one is too old by the time of the third.
    for (second, failures) in [(0, 1), (99, 2), (100, 1), (101, 2)] {
        let state = factors.failed(&operator, at(second), rule).await.unwrap();
        assert_eq!((state.failures, state.is_locked(at(second))), (failures, false), "{second}");
    }
    let locked = factors.failed(&operator, at(102), rule).await.unwrap();
    assert_eq!((locked.failures, locked.locked_until), (3, Some(at(202))));
    assert_eq!(factors.failed(&operator, at(150), rule).await.unwrap(), locked);
    assert!(locked.is_locked(at(201)) && !locked.is_locked(at(202)));
    assert_eq!(factors.failed(&operator, at(203), rule).await.unwrap().failures, 1);
    assert!(factors.unlock(&operator).await.unwrap());
    assert_eq!(factors.lockout(&operator).await.unwrap(), None);
}
