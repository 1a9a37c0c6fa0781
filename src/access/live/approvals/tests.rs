#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use std::time::Duration;

use super::*;
use crate::access::live::{LiveState, Standing, keep_approvals as keep};
use crate::approval::ApprovalScope;
use crate::domain::{LockdownId, SessionId};
use crate::lockdown::{Lockdown, Lockdowns, Scope};
use crate::platform::clock::Clock;
use crate::policy::{SourceFile, load};

fn standing() -> Standing {
    let text =
        "[operator.op1]\n[operator.op2]\n[asset.box]\naddress = \"192.0.2.1:22\"\nlogins = [\"root\"]\n"
            .to_owned();
    let policy = load(&[SourceFile { path: "p.toml".into(), text }], &TimeZone::UTC).unwrap();
    Standing {
        policy: Arc::new(policy),
        policy_version: 1,
        lockdowns: Lockdowns::default(),
        disabled: BTreeMap::new(),
        devices: Arc::default(),
        draining: false,
        killed: Default::default(),
        over: false,
    }
}

fn subject(operator: &str) -> Subject {
    let (asset, login) = ("box".parse().unwrap(), "root".parse().unwrap());
    Subject { operator: operator.parse().unwrap(), asset, login, what: ApprovalScope::Session }
}

fn request(approvals: &Approvals, operator: &str) -> ApprovalRequest {
    let mut chance = 0;
    let id = approvals.fresh(|| {
        chance += 1;
        chance
    });
    ApprovalRequest {
        id,
        subject: subject(operator),
        session: SessionId::new(1, 1),
        source: "192.0.2.9".parse().unwrap(),
        judged: None,
        danger: None,
        programs: Vec::new(),
        reason: String::new(),
        at: Timestamp::UNIX_EPOCH,
        lapses: Timestamp::MAX,
    }
}

fn granted() -> ApprovalAnswer {
    ApprovalAnswer::Granted { by: "officer".into() }
}

#[tokio::test]
async fn an_answer_reaches_whoever_waits_and_nobody_answers_twice() {
    let approvals = Approvals::default();
    let request = request(&approvals, "op1");
    let mut pending = approvals.ask(request.clone());
    let claimed = approvals.claim(&request.id).unwrap();
    assert!(approvals.claim(&request.id).is_none());
    assert!(!pending.withdraw(), "an officer has it in hand");
    claimed.answer(granted(), None);
    assert_eq!(pending.answered().await, Some(granted()));
    assert_eq!(approvals.opening(&request.subject, Timestamp::UNIX_EPOCH), None);
}

#[tokio::test]
async fn an_officer_who_cannot_finish_is_no_answer() {
    let approvals = Approvals::default();
    let request = request(&approvals, "op1");
    let mut pending = approvals.ask(request.clone());
    drop(approvals.claim(&request.id).unwrap());
    assert_eq!(pending.answered().await, None);
}

#[test]
fn a_withdrawn_request_cannot_be_answered() {
    let approvals = Approvals::default();
    let first = request(&approvals, "op1");
    let pending = approvals.ask(first.clone());
    let second = request(&approvals, "op2");
    assert_ne!(first.id, second.id, "an id that waits is not given again");
    assert!(pending.withdraw());
    assert!(!pending.withdraw());
    assert!(approvals.claim(&first.id).is_none());
    assert!(approvals.waiting().is_empty());
}

fn open(live: &LiveState, operator: &str) {
    let approvals = live.approvals();
    let request = request(approvals, operator);
    let _pending = approvals.ask(request.clone());
    approvals.claim(&request.id).unwrap().answer(granted(), Some(Timestamp::MAX));
}

async fn ends(live: &LiveState, operator: &str) {
    let open = || live.approvals().opening(&subject(operator), Timestamp::UNIX_EPOCH).is_some();
    while open() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn what_was_granted_for_a_while_ends_with_a_lockdown_and_with_the_account() {
    let live = LiveState::new(standing());
    let keeper = tokio::spawn(keep(live.clone(), Clock::set(Timestamp::UNIX_EPOCH)));
    open(&live, "op1");
    open(&live, "op2");
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(live.approvals().openings(Timestamp::UNIX_EPOCH).len(), 2);

    live.update(|standing| standing.disable(&"op1".parse().unwrap(), "left"));
    ends(&live, "op1").await;
    assert_eq!(live.approvals().openings(Timestamp::UNIX_EPOCH).len(), 1);

    let (id, scope) = (LockdownId::new(1, 1), Scope::parse("all").unwrap());
    let (started_at, started_by) = (Timestamp::UNIX_EPOCH, "local:root".to_owned());
    let reason = "drill".to_owned();
    let order = Lockdown {
        id: id.clone(),
        scope,
        except: vec![],
        reason,
        order: None,
        started_at,
        started_by,
        until: None,
        held: Default::default(),
    };
    live.update(|standing| standing.order(order));
    ends(&live, "op2").await;
    live.update(|standing| standing.lift(&id));
    assert_eq!(live.approvals().openings(Timestamp::UNIX_EPOCH), [], "a lift brings nothing back");
    live.end();
    keeper.await.unwrap();
}
