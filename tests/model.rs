//! The admission protocol under every order of events: does a session ever run that the state forbids?
//!
//! The pieces are the product's own ([`LiveState::enter`], [`LiveState::call_out`], [`Standing::decide`]); only time and
//! wires are left out. Shuttle runs two people against each other in every interleaving of their steps, and
//! more people in many drawn ones. That it would find a gap is shown by opening one: a login that decides
//! first and subscribes afterwards.

#![allow(clippy::unwrap_used)] // a test that cannot set up has failed

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use juyong::access::live::{LiveState, Standing};
use juyong::domain::{LockdownId, OperatorName, Protocol, SessionId, Via};
use juyong::lockdown::{Lockdown, Lockdowns, Scope};
use juyong::policy::{self, Decision, Policy, Request, SourceFile};
use shuttle::future::{block_on, spawn, yield_now};

const POLICY: &str = r#"
[operator.op]
[asset.box]
address = "192.0.2.1:22"
logins = ["root"]
[[rule]]
id = "all"
effect = "allow"
"#;

fn policy() -> Arc<Policy> {
    let file = SourceFile { path: "p.toml".into(), text: POLICY.into() };
    Arc::new(policy::load(&[file], &TimeZone::UTC).unwrap())
}

fn live(policy: &Arc<Policy>) -> LiveState {
    LiveState::new(Standing {
        policy: Arc::clone(policy),
        policy_version: 1,
        lockdowns: Lockdowns::default(),
        disabled: BTreeMap::new(),
        devices: Arc::default(),
        draining: false,
        killed: Default::default(),
        over: false,
    })
}

fn id(number: u64) -> LockdownId {
    LockdownId::new(number, number)
}

fn order(number: u64) -> Lockdown {
    Lockdown {
        id: id(number),
        scope: Scope::parse("all").unwrap(),
        except: Vec::new(),
        reason: "drill".into(),
        order: None,
        started_at: Timestamp::UNIX_EPOCH,
        started_by: "local:root".into(),
        until: None,
        held: Default::default(),
    }
}

fn allowed(standing: &Standing) -> bool {
    let request = Request {
        operator: "op".into(),
        source: "192.0.2.9".parse().unwrap(),
        via: Via::Direct,
        asset: "box".into(),
        login: "root".into(),
        protocol: Protocol::Shell,
        file: Default::default(),
        forward_to: None,
        at: Timestamp::UNIX_EPOCH,
    };
    matches!(standing.decide(&request), Decision::Allow(_))
}

/// What somebody outside would see: how many sessions run, and how many there were.
#[derive(Default)]
struct Outside {
    running: AtomicUsize,
    ran: AtomicUsize,
}

/// A login as `session::channel` tells it, a step at a time.
async fn login(live: LiveState, outside: Arc<Outside>, number: u64) {
    let mut entry = live.enter(&SessionId::new(number, number), &OperatorName::parse("op").unwrap());
    yield_now().await;
    let standing = entry.watch.now(); // decide
    yield_now().await; // the decision is journaled, the recording opened, the asset dialled
    run(allowed(&standing), &mut entry, &outside).await;
}

/// The same with a gap in it: what changes between the decision and the subscription is not heard.
async fn careless_login(live: LiveState, outside: Arc<Outside>, number: u64) {
    let standing = live.standing();
    yield_now().await;
    let mut entry = live.enter(&SessionId::new(number, number), &OperatorName::parse("op").unwrap());
    entry.watch.now();
    run(allowed(&standing), &mut entry, &outside).await;
}

/// The relay: runs until the state forbids it. In the model a session that is allowed does not end by itself.
async fn run(allowed_to: bool, entry: &mut juyong::access::live::Entry, outside: &Outside) {
    if !allowed_to {
        return;
    }
    outside.running.fetch_add(1, Ordering::SeqCst);
    outside.ran.fetch_add(1, Ordering::SeqCst);
    while entry.watch.changed().await && allowed(&entry.watch.now()) {
        yield_now().await;
    }
    outside.running.fetch_sub(1, Ordering::SeqCst);
}

/// An order, and its answer: when it says that all are out, nobody runs.
async fn lock(live: LiveState, outside: Arc<Outside>, number: u64) {
    let covers = |_: &OperatorName| true;
    let mut leaving = live.call_out(|standing| standing.order(order(number)), covers);
    leaving.gone().await;
    assert_eq!(leaving.cut().left_over, 0);
    assert_eq!(outside.running.load(Ordering::SeqCst), 0, "a session runs that the state forbids");
}

/// A login and an order side by side; at the end of both nobody may run, since the order stands. A login that
/// hears of nothing waits for ever, which Shuttle reports as a deadlock.
fn one_against_one<F>(login: impl Fn(LiveState, Arc<Outside>, u64) -> F, seen: &AtomicUsize)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (live, outside) = (live(&policy()), Arc::new(Outside::default()));
    let person = spawn(login(live.clone(), Arc::clone(&outside), 1));
    let officer = spawn(lock(live, Arc::clone(&outside), 1));
    block_on(async {
        officer.await.unwrap();
        person.await.unwrap();
    });
    assert_eq!(outside.running.load(Ordering::SeqCst), 0);
    seen.fetch_add(outside.ran.load(Ordering::SeqCst), Ordering::SeqCst);
}

#[test]
fn no_order_of_events_lets_a_session_run_that_is_locked() {
    let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let (all, ran) = (Arc::clone(&counts), Arc::clone(&counts));
    let story = move || {
        all.0.fetch_add(1, Ordering::SeqCst);
        one_against_one(login, &ran.1);
    };
    shuttle::check_dfs(story, None);
    let (all, ran) = (counts.0.load(Ordering::SeqCst), counts.1.load(Ordering::SeqCst));
    // Both happened: sessions that were cut, and logins that came too late.
    assert!(ran > 0 && ran < all, "{ran} of {all} interleavings had a session to cut");
}

#[test]
fn the_model_finds_a_login_that_subscribes_too_late() {
    let story = || one_against_one(careless_login, &AtomicUsize::new(0));
    let found = std::panic::catch_unwind(|| shuttle::check_dfs(story, None)).is_err();
    assert!(found, "the gap was open, and the model did not see it");
}

#[test]
fn many_logins_against_orders_that_come_and_go() {
    let policy = policy();
    let story = move || {
        let (live, outside) = (live(&policy), Arc::new(Outside::default()));
        let people: Vec<_> = (1..=4).map(|n| spawn(login(live.clone(), Arc::clone(&outside), n))).collect();
        let officer = spawn(officer(live, Arc::clone(&outside)));
        block_on(async {
            officer.await.unwrap();
            for person in people {
                person.await.unwrap();
            }
        });
        assert_eq!(outside.running.load(Ordering::SeqCst), 0);
    };
    shuttle::check_random(story, 2_000);
}

/// Two orders that overlap: while either stands nobody runs; the last one stands at the end.
async fn officer(live: LiveState, outside: Arc<Outside>) {
    lock(live.clone(), Arc::clone(&outside), 1).await;
    lock(live.clone(), Arc::clone(&outside), 2).await;
    live.update(|standing| standing.lift(&id(1)));
    yield_now().await;
    assert_eq!(outside.running.load(Ordering::SeqCst), 0, "the second order still stands");
    live.update(|standing| standing.lift(&id(2)));
    yield_now().await;
    lock(live, outside, 3).await;
}

/// A session that ends for an order before the order has looked around is one that it cut.
#[test]
fn whoever_leaves_at_once_is_counted() {
    let live = live(&policy());
    let entry = live.enter(&SessionId::new(1, 1), &OperatorName::parse("op").unwrap());
    let mut leaves = None;
    let hears = |_: &mut Standing| {
        leaves = Some(std::thread::spawn(move || drop(entry)));
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    assert_eq!(live.call_out(hears, |_| true).cut().sessions, 1);
    leaves.unwrap().join().unwrap();
    assert_eq!(live.sessions(), 0);
}

/// The end comes between two looks, the second sees it and goes on to wait: it must not wait for another.
#[test]
fn an_end_that_was_looked_at_is_an_end_still() {
    let live = live(&policy());
    let mut watch = live.watch();
    live.end();
    let _seen = watch.now();
    for _ in 0..2 {
        let changed = std::pin::pin!(watch.changed());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert_eq!(changed.poll(&mut context), std::task::Poll::Ready(false));
    }
}
