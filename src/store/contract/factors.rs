#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Duration;

use super::pages::each_page;
use crate::auth::attestation::KeyMake;
use crate::auth::code::CodeKind;
use crate::domain::{OperatorName, RequestId, Role, SourceNet};
use crate::lockdown::{Act, PendingRequest};
use crate::store::testing::at;
use crate::store::{
    EnrolError, EnrolledAs, EnrolledKey, Enrolment, Given, GuessPlace, Lock, LockRule, MOST_KEYS, OwnChange,
    SealedCodes, Second, Set, Store, WayIn,
};

fn name(text: &str) -> OperatorName {
    text.parse().unwrap()
}

fn key(fingerprint: &str) -> EnrolledKey {
    EnrolledKey::new(fingerprint.to_owned(), format!("ssh-ed25519 {fingerprint}"))
}

fn sealed() -> SealedCodes {
    SealedCodes { kind: CodeKind::Totp, sealed: b"sealed".to_vec() }
}

fn set(second: i64) -> Set<'static> {
    Set { at: at(second), by: "local:root", role: Role::Operator }
}

async fn enrol(store: &Store, operator: &str, seats: u32) -> Result<(), EnrolError> {
    let operator = &name(operator);
    let new = Enrolment { operator, password: None, codes: Some(&sealed()), public_keys: &[], set: set(0) };
    store.factors().enrol(&new, seats).await
}

const RULE: LockRule = LockRule { after: 3, lock_for: Duration::from_secs(100) };

/// A guess at that second: how many are counted with it, or that the way is locked.
async fn guess(store: &Store, way: WayIn<'_>, second: i64) -> Option<u64> {
    match store.factors().take_place(way, at(second), RULE).await.unwrap() {
        GuessPlace::Taken(lockout) => Some(lockout.failures),
        GuessPlace::Locked => None,
    }
}

pub(super) async fn what_is_not_given_stays(store: &Store) {
    let operator = &name("wang-fang");
    let first = Enrolment {
        operator,
        password: Some("$argon2id$x"),
        codes: None,
        public_keys: &[key("a")],
        set: set(0),
    };
    let then = Enrolment {
        operator,
        password: None,
        codes: Some(&sealed()),
        public_keys: &[key("b"), key("a")],
        set: set(9),
    };
    let factors = store.factors();
    factors.enrol(&first, 1).await.unwrap();
    factors.enrol(&then, 1).await.unwrap();
    let found = factors.find(operator).await.unwrap().unwrap();
    assert_eq!(found.password.unwrap().expose_str(), Some("$argon2id$x"));
    assert_eq!(found.codes, Some(sealed()));
    assert_eq!(found.public_keys, [key("a"), key("b")]);
    assert_eq!((found.enrolled_at, found.set_at), (at(0), at(9)));
    assert_eq!((found.set_by.as_str(), found.set_as), ("local:root", Some(Role::Operator)));
    assert_eq!(factors.key_of_another("a", operator).await.unwrap(), None, "it is their own");
    assert_eq!(factors.key_of_another("a", &name("li")).await.unwrap().as_ref(), Some(operator));
    assert_eq!(factors.key_of_another("c", &name("li")).await.unwrap(), None);
    assert!(factors.remove_key(operator, "a").await.unwrap());
    assert!(factors.reset(operator).await.unwrap());
    assert!(factors.find(operator).await.unwrap().is_none());
    assert!(!factors.reset(operator).await.unwrap());
}

pub(super) async fn an_account_has_so_many_keys(store: &Store) {
    let operator = &name("wang-fang");
    let add = async |keys: &[EnrolledKey]| {
        let new = Enrolment { operator, password: None, codes: None, public_keys: keys, set: set(0) };
        store.factors().enrol(&new, 1).await
    };
    let keys: Vec<_> = (0..MOST_KEYS).map(|n| key(&format!("k{n:02}"))).collect();
    add(&keys).await.unwrap();
    add(&keys[..1]).await.unwrap();
    let error = add(&[key("one-more")]).await.unwrap_err();
    assert!(error.to_string().starts_with("an account has at most 32 public keys: "), "{error}");
    assert_eq!(store.factors().find(operator).await.unwrap().unwrap().public_keys, keys);
    assert!(store.factors().remove_key(operator, "k07").await.unwrap());
    add(&[key("one-more")]).await.unwrap();
}

/// A security key of which its maker has said whose it is.
fn made(fingerprint: &str) -> EnrolledKey {
    let aaguid = "cb69481e-8ff7-4039-93ec-0a2729a154a8".parse().unwrap();
    EnrolledKey { make: Some(KeyMake { maker: "Yubico".into(), aaguid }), ..key(fingerprint) }
}

pub(super) async fn whose_make_a_key_is_stays_with_it_and_waits_with_it(store: &Store) {
    let operator = &name("wang-fang");
    let keys = [key("a"), made("b")];
    let (again, third) = ([made("a"), key("b")], [made("c")]);
    let new = |keys| Enrolment { operator, password: None, codes: None, public_keys: keys, set: set(0) };
    let (factors, found) = (store.factors(), async || store.factors().find(operator).await.unwrap().unwrap());
    factors.enrol(&new(&keys), 1).await.unwrap();
    assert_eq!(found().await.public_keys, keys);
    assert_eq!(factors.everybody(None, 9).await.unwrap()[0].public_keys, keys);
    // The same key once more: what is known of it is not forgotten, and may become known.
    factors.enrol(&new(&again), 1).await.unwrap();
    assert_eq!(found().await.public_keys, [made("a"), made("b")]);

    let act = Act::Enrol { operator: operator.clone(), factors: vec!["publickey".into()] };
    let id = RequestId::new(1, 0);
    let request = PendingRequest { id: id.clone(), act, by: "qian".into(), at: at(0), lapses: at(60) };
    factors.ask(&request, &new(&third)).await.unwrap();
    let given = Given { at: at(9), by: "qian", second: Some(Second { by: "sun", request: &id }) };
    let set = async || factors.enrol_asked(operator, Role::Operator, given, 1).await.unwrap();
    assert_eq!(set().await, Some(vec![made("c")]));
    assert_eq!(set().await, None, "it is settled");
    assert_eq!(found().await.public_keys, [made("a"), made("b"), made("c")]);
}

pub(super) async fn a_code_is_accepted_once_by_two_logins_at_once(store: &Store) {
    enrol(store, "wang-fang", 1).await.unwrap();
    let operator = name("wang-fang");
    let mut logins = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (store, operator) = (store.clone(), operator.clone());
        logins.spawn(async move { store.factors().accept_step(&operator, 1000).await.unwrap() });
    }
    let accepted = logins.join_all().await.into_iter().filter(|accepted| *accepted).count();
    assert_eq!(accepted, 1);
    assert!(!store.factors().accept_step(&operator, 999).await.unwrap());
    assert!(store.factors().accept_step(&operator, 1001).await.unwrap());
    assert!(!store.factors().accept_step(&name("nobody"), 1).await.unwrap());
}

pub(super) async fn a_new_secret_brings_its_kind_and_counts_anew(store: &Store) {
    let operator = &name("wang-fang");
    let token = SealedCodes { kind: CodeKind::GmOtp, sealed: b"token".to_vec() };
    let phone = sealed();
    let enrol = async |codes| {
        let new = Enrolment { operator, password: None, codes, public_keys: &[], set: set(0) };
        store.factors().enrol(&new, 1).await.unwrap();
        store.factors().find(operator).await.unwrap().unwrap().codes.unwrap()
    };
    assert_eq!(enrol(Some(&phone)).await.kind, CodeKind::Totp);
    assert!(store.factors().accept_step(operator, 1000).await.unwrap());
    assert_eq!(enrol(Some(&token)).await, token);
    assert!(store.factors().accept_step(operator, 999).await.unwrap(), "another secret's codes");
    assert_eq!(enrol(None).await, token, "what is not given stays");
    assert!(!store.factors().accept_step(operator, 999).await.unwrap());
}

pub(super) async fn a_security_key_that_counts_never_counts_back(store: &Store) {
    let operator = &name("wang-fang");
    let keys = [key("counts"), key("never")];
    let new = Enrolment { operator, password: None, codes: None, public_keys: &keys, set: set(0) };
    store.factors().enrol(&new, 1).await.unwrap();
    let used = |key, counter| store.factors().accept_counter(operator, key, counter);
    for (counter, accepted) in
        [(0, true), (5, true), (6, true), (6, false), (5, false), (0, false), (7, true), (u32::MAX, true)]
    {
        assert_eq!(used("counts", counter).await.unwrap(), accepted, "{counter}");
    }
    assert!(used("never", 0).await.unwrap() && used("never", 0).await.unwrap());
    assert!(!used("another", 9).await.unwrap());
    store.factors().enrol(&new, 1).await.unwrap();
    assert!(!used("counts", 8).await.unwrap(), "enrolled again, it is the same key");
}

pub(super) async fn the_last_seat_is_given_once(store: &Store) {
    for n in 0..3 {
        enrol(store, &format!("op{n}"), 4).await.unwrap();
    }
    let (a, b) = tokio::join!(enrol(store, "a", 4), enrol(store, "b", 4));
    assert!(a.is_ok() != b.is_ok());
    let error = a.and(b).unwrap_err();
    assert!(error.to_string().starts_with("all 4 seats are taken: "), "{error}");
    assert_eq!(store.factors().activated().await.unwrap(), 4);
    enrol(store, "op0", 2).await.unwrap();
    store.factors().reset(&name("op0")).await.unwrap();
    enrol(store, "c", 4).await.unwrap();
    assert_eq!(store.factors().enrolled(None, 9).await.unwrap().len(), 4);
}

/// Two accounts that take one key at once: asked before, both were told that it was nobody's.
pub(super) async fn of_two_who_take_a_key_one_has_it(store: &Store) {
    for operator in ["a", "b"] {
        enrol(store, operator, 9).await.unwrap();
    }
    let key = EnrolledKey { fingerprint: "SHA256:same".into(), line: "ssh-ed25519 same".into(), make: None };
    let take = async |operator: &str| {
        let operator = name(operator);
        let of = store.factors().find(&operator).await.unwrap().unwrap().changed_at;
        let nothing = OwnChange {
            operator: &operator,
            of,
            password: None,
            totp: None,
            add_key: Some(&key),
            remove_key: None,
            at: at(9),
        };
        store.factors().change_own(&nothing).await
    };
    let (a, b) = tokio::join!(take("a"), take("b"));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert!(matches!(a.and(b), Err(EnrolError::KeyOfAnother)));
}

pub(super) async fn failures_in_a_row_lock(store: &Store) {
    let operator = name("wang-fang");
    let way = WayIn { operator: Some(&operator), key: None, home: None };
    // The first one is too old by the time of the third.
    for (second, failures) in [(0, 1), (99, 2), (100, 1), (101, 2), (102, 3)] {
        assert_eq!(guess(store, way, second).await, Some(failures), "{second}");
    }
    let locked = store.factors().lockout(way, at(0)).await.unwrap().0.unwrap();
    assert_eq!(locked.locked_until, Some(at(202)));
    assert_eq!(guess(store, way, 150).await, None);
    assert_eq!(
        store.factors().lockout(way, at(0)).await.unwrap().0,
        Some(locked),
        "hammering changes nothing"
    );
    assert!(locked.is_locked(at(201)) && !locked.is_locked(at(202)));
    assert_eq!(guess(store, way, 203).await, Some(1));
    assert!(store.factors().unlock(&operator, at(204)).await.unwrap().is_empty(), "it was open");
    assert_eq!(store.factors().lockout(way, at(0)).await.unwrap(), (None, None));
}

/// attack 4: of guesses side by side, no more are looked at than there are places.
pub(super) async fn places_are_taken_before_anything_is_looked_at(store: &Store) {
    let operator = name("wang-fang");
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let (store, operator) = (store.clone(), operator.clone());
        guesses.spawn(async move {
            let way = WayIn { operator: Some(&operator), key: None, home: None };
            store.factors().take_place(way, at(0), RULE).await.unwrap()
        });
    }
    let places = guesses.join_all().await;
    assert_eq!(places.iter().filter(|place| matches!(place, GuessPlace::Taken(_))).count(), 3);
}

pub(super) async fn what_is_right_gives_its_place_back_and_nobody_elses(store: &Store) {
    let operator = name("wang-fang");
    let way = WayIn { operator: Some(&operator), key: None, home: None };
    for second in [0, 1, 2] {
        assert!(guess(store, way, second).await.is_some());
    }
    let back = |places, since| store.factors().give_back(way, places, since, at(3), RULE);
    assert!(!back(1, at(1)).await.unwrap(), "another row of failures is not touched");
    assert!(back(1, at(0)).await.unwrap(), "the last place locked, and is given back");
    assert_eq!(store.factors().lockout(way, at(0)).await.unwrap().0.unwrap().failures, 2);
    assert_eq!(guess(store, way, 4).await, Some(3));
    assert!(back(9, at(0)).await.unwrap());
    assert_eq!(guess(store, way, 5).await, Some(1), "a new row begins");
}

/// trial 22: a stranger's guesses lock the way that they came, and no other.
pub(super) async fn each_way_in_is_locked_apart(store: &Store) {
    let operator = name("wang-fang");
    let way = |key| WayIn { operator: Some(&operator), key, home: None };
    for second in [0, 1, 2] {
        guess(store, way(None), second).await;
        guess(store, WayIn { operator: None, key: None, home: None }, second).await;
    }
    assert_eq!(guess(store, way(None), 3).await, None);
    assert_eq!(guess(store, way(Some("SHA256:a")), 3).await, Some(1));
    let until = at(102);
    let lock = Lock { operator: operator.clone(), key: None, home: None, until };
    assert_eq!(
        store.factors().locks(at(3), None, 9).await.unwrap(),
        std::slice::from_ref(&lock),
        "names of nobody are not listed"
    );
    assert!(store.factors().locks(until, None, 9).await.unwrap().is_empty());
    assert_eq!(store.factors().unlock(&operator, at(3)).await.unwrap(), [lock]);
    for second in [4, 5, 6] {
        assert_eq!(guess(store, way(Some("SHA256:a")), second).await, Some(second as u64 - 3), "of all ways");
    }
    // Behind a key guesses who has it: that locks what he could try next, and no other key.
    assert_eq!(guess(store, way(None), 7).await, None);
    assert_eq!(guess(store, way(Some("SHA256:b")), 7).await, Some(1));
    assert_eq!(store.factors().lockout(way(None), at(7)).await.unwrap().1, Some(at(106)));
}

/// Behind a stolen key somebody guesses from elsewhere: at home its owner is not locked out, and everywhere else the key is.
pub(super) async fn what_is_guessed_elsewhere_locks_nobody_at_home(store: &Store) {
    let (operator, key) = (name("wang-fang"), Some("SHA256:a"));
    let [home, other] = ["192.0.2.1", "2001:db8::1"].map(|source| source.parse::<SourceNet>().unwrap());
    let way = |home| WayIn { operator: Some(&operator), key, home };
    for second in [0, 1, 2] {
        guess(store, way(None), second).await;
    }
    assert_eq!(guess(store, way(None), 3).await, None);
    assert_eq!(guess(store, way(Some(home)), 3).await, Some(1), "at home");
    for second in [4, 5] {
        guess(store, way(Some(home)), second).await;
    }
    assert_eq!(guess(store, way(Some(home)), 6).await, None, "its own guesses lock it");
    assert_eq!(guess(store, way(Some(other)), 6).await, Some(1), "and no other home");
    store.factors().unlock(&operator, at(6)).await.unwrap();
    for second in [7, 8, 9] {
        guess(store, way(Some(other)), second).await;
    }
    assert_eq!(guess(store, way(None), 10).await, None, "what locks a home locks what is none");
    let locks = store.factors().locks(at(10), None, 9).await.unwrap();
    assert_eq!(locks.iter().map(|lock| lock.home).collect::<Vec<_>>(), [Some(other)]);
}

pub(super) async fn the_lists_go_by_pages(store: &Store) {
    for operator in ["c", "a", "d", "b"] {
        enrol(store, operator, 9).await.unwrap();
    }
    each_page(4, |after, limit| store.factors().enrolled(after, limit)).await;
    let everybody = store.factors().everybody(Some(name("a")), 2).await.unwrap();
    assert_eq!(everybody.iter().map(|one| one.operator.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    let first = EnrolledAs { operator: name("a"), role: Some(Role::Operator) };
    assert_eq!(store.factors().enrolled(None, 1).await.unwrap(), [first]);
    for (operator, key) in [("b", None), ("a", None), ("a", Some("k")), ("a", Some("j"))] {
        let operator = name(operator);
        for second in [0, 1, 2] {
            guess(store, WayIn { operator: Some(&operator), key, home: None }, second).await;
        }
    }
    each_page(4, |after, limit| store.factors().locks(at(3), after, limit)).await;
}
