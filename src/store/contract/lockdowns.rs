#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Duration;

use jiff::Timestamp;

use super::pages::each_page;
use crate::domain::{Digest, LockdownId, OperatorSelector, PermitId, RequestId};
use crate::lockdown::{Act, Lockdown, PendingRequest, Permit, Scope, State};
use crate::store::testing::at;
use crate::store::{Given, NewCode, Second, Store};

fn lockdown(number: u64, until: Option<Timestamp>) -> Lockdown {
    Lockdown {
        id: LockdownId::new(number, 0),
        reason: "holiday".to_owned(),
        order: Some("2026-17".to_owned()),
        scope: Scope::All,
        except: vec![OperatorSelector::parse("@oncall").unwrap()],
        started_at: at(0),
        started_by: "qian".to_owned(),
        until,
        held: std::sync::Arc::new(["li-lei".parse().unwrap()].into()),
    }
}

fn given(second: i64) -> Given<'static> {
    Given { at: at(second), by: "qian", second: None }
}

fn request(number: u64, act: Act) -> PendingRequest {
    PendingRequest { id: RequestId::new(number, 0), act, by: "qian".to_owned(), at: at(0), lapses: at(60) }
}

pub(super) async fn an_order_stays_as_it_was_given_whatever_becomes_of_it(store: &Store) {
    let orders = store.lockdowns();
    let (timed, open) = (lockdown(1, Some(at(10))), lockdown(2, None));
    assert!(orders.start(&timed, Some(&"may".parse().unwrap()), given(0)).await.unwrap());
    assert!(orders.start(&open, None, given(1)).await.unwrap());
    assert!(!orders.start(&open, None, given(2)).await.unwrap(), "once");
    let rows = orders.open(None, 9).await.unwrap();
    assert_eq!(rows.iter().map(|row| &row.lockdown).collect::<Vec<_>>(), [&timed, &open]);
    assert_eq!(rows[0].period.as_ref().map(|name| name.as_str()), Some("may"));
    assert_eq!([rows[0].state(at(9)), rows[0].state(at(10))], [State::InForce, State::Ended]);

    assert!(orders.end(&timed.id, at(10)).await.unwrap());
    assert!(!orders.end(&timed.id, at(11)).await.unwrap());
    assert!(!orders.lift(&timed.id, "late", given(12)).await.unwrap(), "it is over");
    assert!(orders.lift(&open.id, "over", given(20)).await.unwrap());
    assert!(!orders.lift(&open.id, "again", given(21)).await.unwrap());
    assert!(orders.open(None, 9).await.unwrap().is_empty());
    let all = orders.list(None, 9).await.unwrap();
    assert_eq!((all.len(), all[1].lift.as_ref().unwrap().reason.as_str()), (2, "over"));
    assert_eq!([all[0].over_at(at(30)), all[1].over_at(at(30))], [Some(at(10)), Some(at(20))]);
    assert_eq!(all[1].lockdown, open);
}

pub(super) async fn what_two_people_order_is_done_once(store: &Store) {
    // Whom it covers is settled when it begins: a request holds no names.
    let order = lockdown(1, None);
    let asked = request(1, Act::Start(order.clone().holding(std::sync::Arc::default())));
    store.requests().add(&asked).await.unwrap();
    assert_eq!(store.requests().open(None, 9).await.unwrap(), std::slice::from_ref(&asked));
    let confirmed =
        |second| Given { at: at(second), by: "qian", second: Some(Second { by: "sun", request: &asked.id }) };
    assert!(!store.lockdowns().start(&order, None, confirmed(60)).await.unwrap(), "it has lapsed");
    assert!(store.lockdowns().list(None, 9).await.unwrap().is_empty());
    assert!(store.lockdowns().start(&order, None, confirmed(59)).await.unwrap());
    assert!(!store.lockdowns().start(&lockdown(2, None), None, confirmed(59)).await.unwrap(), "settled");
    let rows = store.lockdowns().list(None, 9).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].confirmed_by.as_deref(), Some("sun"));
    assert!(store.requests().open(None, 9).await.unwrap().is_empty());
}

pub(super) async fn what_nobody_confirms_lapses_once(store: &Store) {
    let asked = request(1, Act::Lift { lockdown: LockdownId::new(1, 0), reason: "over".to_owned() });
    store.requests().add(&asked).await.unwrap();
    assert!(store.requests().lapse(at(59)).await.unwrap().is_empty());
    assert_eq!(store.requests().lapse(at(60)).await.unwrap(), [asked]);
    assert!(store.requests().lapse(at(61)).await.unwrap().is_empty());
}

pub(super) async fn permits_are_kept_when_they_are_over(store: &Store) {
    let permit = |number, asset: Option<&str>| Permit {
        id: PermitId::new(number, 0),
        lockdown: LockdownId::new(1, 0),
        operator: "li-lei".parse().unwrap(),
        asset: asset.map(|name| name.parse().unwrap()),
        until: asset.map(|_| at(5)),
        ticket: "T-1".to_owned(),
    };
    let (narrow, wide) = (permit(1, Some("db1")), permit(2, None));
    assert!(store.permits().add(&narrow, given(0)).await.unwrap());
    assert!(store.permits().add(&wide, given(1)).await.unwrap());
    store.permits().end(&narrow.id, at(5)).await.unwrap();
    let open: Vec<_> =
        store.permits().open(None, 9).await.unwrap().into_iter().map(|row| row.permit).collect();
    assert_eq!(open, std::slice::from_ref(&wide));
    let all = store.permits().list(None, 9).await.unwrap();
    assert_eq!((all[0].permit.clone(), all[0].ended_at), (narrow, Some(at(5))));
}

pub(super) async fn a_code_works_once_and_for_its_account(store: &Store) {
    let [alice, bob] = ["alice", "bob"].map(|name| name.parse().unwrap());
    let opens = Duration::from_secs(7200);
    let codes = [1, 2].map(|byte| NewCode { digest: Digest([byte; 32]), opens });
    assert!(store.break_glass().replace(&alice, &codes, given(0)).await.unwrap());
    assert_eq!(store.break_glass().left(&alice).await.unwrap(), 2);
    let spend = |who, byte| store.break_glass().spend(who, Digest([byte; 32]), at(1), "10.0.0.1");
    assert_eq!(spend(&bob, 1).await.unwrap(), None);
    assert_eq!(spend(&alice, 3).await.unwrap(), None);
    assert_eq!(spend(&alice, 1).await.unwrap(), Some(opens));
    assert_eq!(spend(&alice, 1).await.unwrap(), None, "once");
    assert_eq!(store.break_glass().left(&alice).await.unwrap(), 1);
    assert!(store.break_glass().replace(&alice, &codes, given(2)).await.is_err(), "no code twice");
    assert_eq!(store.break_glass().left(&alice).await.unwrap(), 1, "all or none");
    assert!(store.break_glass().replace(&bob, &[], given(2)).await.unwrap());
    assert_eq!(store.break_glass().left(&alice).await.unwrap(), 1, "another's stay");
    assert!(store.break_glass().replace(&alice, &[], given(2)).await.unwrap());
    assert_eq!(spend(&alice, 2).await.unwrap(), None, "void");
}

pub(super) async fn the_lists_go_by_pages(store: &Store) {
    for number in 1..=4 {
        let order = lockdown(number, None);
        assert!(store.lockdowns().start(&order, None, given(0)).await.unwrap());
        let (id, until, ticket) = (PermitId::new(number, 0), None, "T-1".to_owned());
        let operator = "li-lei".parse().unwrap();
        let permit = Permit { id, lockdown: order.id.clone(), operator, asset: None, until, ticket };
        assert!(store.permits().add(&permit, given(0)).await.unwrap());
        let act = Act::Lift { lockdown: order.id, reason: "over".to_owned() };
        store.requests().add(&request(number, act)).await.unwrap();
    }
    each_page(4, |after, limit| store.lockdowns().list(after, limit)).await;
    each_page(4, |after, limit| store.permits().list(after, limit)).await;
    each_page(4, |after, limit| store.requests().open(after, limit)).await;
    // A lifted order takes its permit with it.
    assert!(store.lockdowns().lift(&LockdownId::new(2, 0), "over", given(9)).await.unwrap());
    each_page(3, |after, limit| store.lockdowns().open(after, limit)).await;
    each_page(3, |after, limit| store.permits().open(after, limit)).await;
}
