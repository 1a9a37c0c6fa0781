#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::Timestamp;

use super::pages::each_page;
use crate::auth::Factor;
use crate::auth::code::CodeKind;
use crate::domain::{Digest, OperatorName, Role};
use crate::store::testing::at;
use crate::store::{
    Disabled, EnrolError, EnrolledKey, Enrolment, Invitation, OwnChange, Redeemed, SealedCodes, Set, Store,
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
        confirmed: digest == 2,
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
    let of = store.factors().find(operator).await?.map(|enrolled| enrolled.changed_at);
    redeem_of(store, (operator, of), digest, second, seats).await
}

/// The same, begun when the factors were changed last at `of`.
async fn redeem_of(
    store: &Store,
    (operator, of): (&OperatorName, Option<Timestamp>),
    digest: u8,
    second: i64,
    seats: u32,
) -> Result<bool, EnrolError> {
    let set = Set { at: at(second), by: "admin", role: Role::Operator };
    let sealed = SealedCodes { kind: CodeKind::Totp, sealed: b"sealed".to_vec() };
    let new =
        Enrolment { operator, password: Some("$argon2id$x"), codes: Some(&sealed), public_keys: &[], set };
    let recovery = [Digest([1; 32]), Digest([2; 32])];
    let redeemed = Redeemed {
        digest: Digest([digest; 32]),
        of,
        new,
        step: Some(7),
        recovery: &recovery,
        terms: Some("v1"),
    };
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
    assert!(!codes.replace(&li, &[Digest([5; 32])], at(3), at(0)).await.unwrap(), "of other factors");
    assert!(codes.replace(&li, &[Digest([5; 32])], at(3), at(1)).await.unwrap());
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
    let key = EnrolledKey::new("a".into(), "ssh-ed25519 a".into());
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
    assert!(
        !store.factors().change_own(&nothing_of(li)).await.unwrap(),
        "its factors are not those any more"
    );
    let without = |least| OwnChange { of: at(5), remove_key: Some(("a", least)), ..nothing_of(li) };
    assert!(!store.factors().change_own(&without(1)).await.unwrap(), "the last one that is needed stays");
    assert!(store.factors().change_own(&without(0)).await.unwrap());
    assert!(!store.factors().change_own(&without(0)).await.unwrap(), "there is none any more");
}

fn nothing_of(operator: &OperatorName) -> OwnChange<'_> {
    OwnChange { operator, of: at(1), password: None, totp: None, add_key: None, remove_key: None, at: at(5) }
}

/// Whatever an administrator does to the factors, and whoever closes the account, ends what its owner has begun.
pub(super) async fn what_was_begun_ends_with_the_factors_that_it_was_begun_for(store: &Store) {
    let (li, factors) = (&name("li"), store.factors());
    let enrol = async |second| {
        let sealed = SealedCodes { kind: CodeKind::Totp, sealed: b"the administrator's".to_vec() };
        let set = Set { at: at(second), by: "admin", role: Role::Operator };
        let new = Enrolment {
            operator: li,
            password: Some("$argon2id$x"),
            codes: Some(&sealed),
            public_keys: &[],
            set,
        };
        factors.enrol(&new, 9).await.unwrap();
    };
    let of = async || factors.find(li).await.unwrap().map(|enrolled| enrolled.changed_at);
    let is_over = async |of: Timestamp, after: &str| {
        let drawn = OwnChange { of, totp: Some((b"drawn", 3)), at: at(90), ..nothing_of(li) };
        assert!(!factors.change_own(&drawn).await.unwrap(), "{after}");
        assert!(!store.recovery().replace(li, &[Digest([7; 32])], at(90), of).await.unwrap(), "{after}");
        store.invitations().invite(&[invitation("li", 4)]).await.unwrap();
        assert!(!redeem_of(store, (li, Some(of)), 4, 90, 9).await.unwrap(), "{after}");
        assert!(!redeem_of(store, (li, None), 4, 90, 9).await.unwrap(), "{after}");
    };
    enrol(1).await;
    let begun = of().await.unwrap();
    enrol(1).await;
    is_over(begun, "new factors, at the same moment").await;
    let begun = of().await.unwrap();
    factors.take_away(li, Factor::Password, at(0)).await.unwrap();
    is_over(begun, "a factor taken away, by a clock that was set back").await;
    let begun = of().await.unwrap();
    let order = Disabled { operator: li.clone(), reason: String::new(), at: at(3), by: "admin".into() };
    store.accounts().disable(&order).await.unwrap();
    store.accounts().enable(li).await.unwrap();
    is_over(begun, "disabled, and enabled again").await;
    let begun = of().await.unwrap();
    factors.outdate(li, at(4)).await.unwrap();
    is_over(begun, "out of the policy, and back").await;
    let begun = of().await.unwrap();
    factors.reset(li).await.unwrap();
    enrol(5).await;
    is_over(begun, "reset, and enrolled anew").await;
    let kept = factors.find(li).await.unwrap().unwrap();
    assert_eq!(kept.codes.unwrap().sealed, b"the administrator's");
}

/// A dialogue that began for an account without factors sets nothing beside what an administrator set meanwhile.
pub(super) async fn an_enrolment_that_was_overtaken_adds_nothing(store: &Store) {
    let li = &name("li");
    store.invitations().invite(&[invitation("li", 1)]).await.unwrap();
    let set = Set { at: at(1), by: "admin", role: Role::Operator };
    let new =
        Enrolment { operator: li, password: Some("$argon2id$theirs"), codes: None, public_keys: &[], set };
    store.factors().enrol(&new, 9).await.unwrap();
    assert!(!redeem_of(store, (li, None), 1, 2, 9).await.unwrap());
    let kept = store.factors().find(li).await.unwrap().unwrap();
    assert_eq!((kept.kinds().to_string().as_str(), kept.set_at), ("password", at(1)));
    assert!(store.invitations().find(Some(li)).await.unwrap().is_some(), "it is not spent");
    assert!(redeem(store, "li", 1, 3, 9).await.unwrap(), "begun anew, it adds what is lacking");
}

/// Recovery codes go with the secret that they stand in for, and with nothing else.
pub(super) async fn a_new_secret_leaves_no_recovery_code(store: &Store) {
    let li = &name("li");
    store.invitations().invite(&[invitation("li", 1)]).await.unwrap();
    redeem(store, "li", 1, 1, 9).await.unwrap();
    let set = Set { at: at(2), by: "admin", role: Role::Operator };
    let password =
        Enrolment { operator: li, password: Some("$argon2id$y"), codes: None, public_keys: &[], set };
    store.factors().enrol(&password, 9).await.unwrap();
    assert_eq!(store.recovery().left(li).await.unwrap(), 2);
    let sealed = SealedCodes { kind: CodeKind::Totp, sealed: b"anew".to_vec() };
    let codes = Enrolment { password: None, codes: Some(&sealed), ..password };
    store.factors().enrol(&codes, 9).await.unwrap();
    assert_eq!(store.recovery().left(li).await.unwrap(), 0);
}

pub(super) async fn the_list_goes_by_pages(store: &Store) {
    let old = Invitation { expires_at: at(5), ..invitation("old", 0) };
    let new: Vec<_> = ["a", "b", "c", "d", "e"].iter().map(|operator| invitation(operator, 1)).collect();
    store.invitations().invite(&[&new[..], &[old]].concat()).await.unwrap();
    each_page(5, |after, limit| store.invitations().open(at(5), after, limit)).await;
}
