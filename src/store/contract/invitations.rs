#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::pages::each_page;
use crate::auth::Factor;
use crate::auth::code::CodeKind;
use crate::domain::{Digest, OperatorName, Role};
use crate::store::testing::at;
use crate::store::{
    EnrolError, EnrolledKey, Enrolment, Invitation, OwnChange, Redeemed, SealedCodes, Set, Store,
};

fn name(text: &str) -> OperatorName {
    text.parse().unwrap()
}

fn invitation(operator: &str, digest: u8) -> Invitation {
    Invitation {
        operator: name(operator),
        digest: Digest([digest; 32]),
        role: Role::Operator,
        issued_at: at(0),
        issued_by: "admin".into(),
        expires_at: at(100),
    }
}

async fn redeem(
    store: &Store,
    operator: &str,
    digest: u8,
    second: i64,
    seats: u32,
) -> Result<bool, EnrolError> {
    let operator = &name(operator);
    let set = Set { at: at(second), by: "admin", role: Role::Operator };
    let sealed = SealedCodes { kind: CodeKind::Totp, sealed: b"sealed".to_vec() };
    let new =
        Enrolment { operator, password: Some("$argon2id$x"), codes: Some(&sealed), public_keys: &[], set };
    let recovery = [Digest([1; 32]), Digest([2; 32])];
    let redeemed =
        Redeemed { digest: Digest([digest; 32]), new, step: Some(7), recovery: &recovery, terms: Some("v1") };
    store.invitations().redeem(&redeemed, seats).await
}

pub(super) async fn a_new_one_takes_the_place_of_the_last(store: &Store) {
    let invitations = store.invitations();
    invitations.invite(&[invitation("li", 1), invitation("wang", 2)]).await.unwrap();
    invitations.invite(&[invitation("li", 3)]).await.unwrap();
    assert_eq!(invitations.find(Some(&name("li"))).await.unwrap(), Some(invitation("li", 3)));
    assert_eq!(invitations.find(None).await.unwrap(), None);
    assert!(!redeem(store, "li", 1, 1, 9).await.unwrap(), "the first one is void");
    assert!(invitations.withdraw(&name("li")).await.unwrap());
    assert!(!invitations.withdraw(&name("li")).await.unwrap());
    assert!(!redeem(store, "li", 3, 1, 9).await.unwrap(), "taken back");
}

pub(super) async fn all_that_came_of_one_is_kept_or_nothing(store: &Store) {
    let (invitations, li) = (store.invitations(), name("li"));
    invitations.invite(&[invitation("li", 1), invitation("wang", 2)]).await.unwrap();
    assert!(!redeem(store, "li", 1, 100, 9).await.unwrap(), "expired");
    assert!(!redeem(store, "li", 2, 1, 9).await.unwrap(), "somebody else's");
    assert!(store.factors().find(&li).await.unwrap().is_none());
    assert!(redeem(store, "li", 1, 1, 1).await.unwrap());
    assert!(!redeem(store, "li", 1, 1, 1).await.unwrap(), "it is spent");
    assert!(matches!(redeem(store, "wang", 2, 1, 1).await, Err(EnrolError::NoSeat { .. })));
    assert!(invitations.find(Some(&name("wang"))).await.unwrap().is_some(), "it is still good");
    let enrolled = store.factors().find(&li).await.unwrap().unwrap();
    assert_eq!((enrolled.set_by.as_str(), enrolled.set_at), ("admin", at(1)));
    assert!(!store.factors().accept_step(&li, 7).await.unwrap(), "the code that proved the secret is spent");
    assert_eq!(store.recovery().left(&li).await.unwrap(), 2);
}

pub(super) async fn one_of_two_side_by_side_is_redeemed(store: &Store) {
    store.invitations().invite(&[invitation("li", 1)]).await.unwrap();
    let (one, other) = tokio::join!(redeem(store, "li", 1, 1, 9), redeem(store, "li", 1, 1, 9));
    assert!(one.unwrap() ^ other.unwrap());
}

pub(super) async fn a_recovery_code_works_once_and_for_its_account(store: &Store) {
    for (operator, digest) in [("li", 1), ("wang", 2)] {
        store.invitations().invite(&[invitation(operator, digest)]).await.unwrap();
        redeem(store, operator, digest, 1, 9).await.unwrap();
    }
    let (codes, li, first) = (store.recovery(), name("li"), Digest([1; 32]));
    assert!(codes.holds(Some(&li), first).await.unwrap() && !codes.holds(None, first).await.unwrap());
    assert_eq!(codes.spend(&li, Digest([9; 32]), at(2), "192.0.2.7").await.unwrap(), None);
    let (one, other) = tokio::join!(
        codes.spend(&li, first, at(2), "192.0.2.7"),
        codes.spend(&li, first, at(2), "192.0.2.7")
    );
    assert_eq!([one.unwrap(), other.unwrap()].into_iter().flatten().collect::<Vec<_>>(), [1]);
    assert!(!codes.holds(Some(&li), first).await.unwrap());
    assert_eq!(codes.left(&name("wang")).await.unwrap(), 2, "nobody else's are touched");
    codes.replace(&li, &[Digest([5; 32])], at(3)).await.unwrap();
    assert_eq!(codes.left(&li).await.unwrap(), 1);
    assert_eq!(codes.spend(&li, Digest([2; 32]), at(4), "").await.unwrap(), None, "those before are void");
    assert!(store.factors().take_away(&li, Factor::Totp, at(5)).await.unwrap());
    assert_eq!(codes.left(&li).await.unwrap(), 0, "they stand in for codes, and go with them");
}

pub(super) async fn one_factor_is_taken_away_and_the_others_stay(store: &Store) {
    let li = name("li");
    store.invitations().invite(&[invitation("li", 1)]).await.unwrap();
    redeem(store, "li", 1, 1, 9).await.unwrap();
    let factors = store.factors();
    assert!(!factors.take_away(&li, Factor::PublicKey, at(2)).await.unwrap(), "there is no key");
    assert!(factors.take_away(&li, Factor::Totp, at(2)).await.unwrap());
    let left = factors.find(&li).await.unwrap().unwrap();
    assert_eq!(left.kinds().to_string(), "password");
    assert_eq!((left.set_at, left.changed_at), (at(1), at(2)));
    assert!(!factors.take_away(&li, Factor::Totp, at(3)).await.unwrap());
    assert!(factors.take_away(&li, Factor::Password, at(3)).await.unwrap());
    assert_eq!(factors.passwords(&li).await.unwrap().len(), 1, "an old password stays known");
    store.invitations().invite(&[invitation("li", 4)]).await.unwrap();
    assert!(factors.reset(&li).await.unwrap());
    assert!(
        store.invitations().find(Some(&li)).await.unwrap().is_none(),
        "a reset takes the invitation, too"
    );
}

pub(super) async fn the_last_passwords_are_kept(store: &Store) {
    let li = &name("li");
    for second in 0..9 {
        let set = Set { at: at(second), by: "admin", role: Role::Operator };
        let hash = format!("$argon2id${second}");
        let new = Enrolment { operator: li, password: Some(&hash), codes: None, public_keys: &[], set };
        store.factors().enrol(&new, 9).await.unwrap();
    }
    let kept = store.factors().passwords(li).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|old| (old.hash.expose_str().unwrap(), old.set_at)).collect();
    assert_eq!((kept.len(), kept[0], kept[5]), (6, ("$argon2id$8", at(8)), ("$argon2id$3", at(3))));
}

pub(super) async fn what_an_account_changes_of_its_own_leaves_whose_hand_it_was(store: &Store) {
    let li = &name("li");
    store.invitations().invite(&[invitation("li", 1)]).await.unwrap();
    assert!(!store.factors().change_own(&nothing_of(li)).await.unwrap(), "it has no factors");
    redeem(store, "li", 1, 1, 9).await.unwrap();
    let key = EnrolledKey { fingerprint: "a".into(), line: "ssh-ed25519 a".into() };
    let change = OwnChange {
        password: Some("$argon2id$new"),
        totp: Some((b"anew", 3)),
        add_key: Some(&key),
        ..nothing_of(li)
    };
    assert!(store.factors().change_own(&change).await.unwrap());
    let own = store.factors().find(li).await.unwrap().unwrap();
    assert_eq!((own.set_by.as_str(), own.set_at, own.changed_at), ("admin", at(1), at(5)));
    assert_eq!(own.password.unwrap().expose_str(), Some("$argon2id$new"));
    let anew = SealedCodes { kind: CodeKind::Totp, sealed: b"anew".to_vec() };
    assert_eq!((own.codes, own.public_keys), (Some(anew), vec![key]));
    assert!(!store.factors().accept_step(li, 3).await.unwrap(), "the code that proved it is spent");
    assert_eq!(store.factors().passwords(li).await.unwrap().len(), 2);
    let without = |least| OwnChange { remove_key: Some(("a", least)), ..nothing_of(li) };
    assert!(!store.factors().change_own(&without(1)).await.unwrap(), "the last one that is needed stays");
    assert!(store.factors().change_own(&without(0)).await.unwrap());
    assert!(!store.factors().change_own(&without(0)).await.unwrap(), "there is none any more");
}

fn nothing_of(operator: &OperatorName) -> OwnChange<'_> {
    OwnChange { operator, password: None, totp: None, add_key: None, remove_key: None, at: at(5) }
}

pub(super) async fn the_list_goes_by_pages(store: &Store) {
    let old = Invitation { expires_at: at(5), ..invitation("old", 0) };
    let new: Vec<_> = ["a", "b", "c", "d", "e"].iter().map(|operator| invitation(operator, 1)).collect();
    store.invitations().invite(&[&new[..], &[old]].concat()).await.unwrap();
    each_page(5, |after, limit| store.invitations().open(at(5), after, limit)).await;
}
