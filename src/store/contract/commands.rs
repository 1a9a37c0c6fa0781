#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::command::Confidence;
use crate::domain::{ApprovalId, Danger, Digest, Origin, RecordingId, Via};
use crate::event::{Actor, Event, JournalEntry};
use crate::journal::Journal;
use crate::policy::Verdict;
use crate::store::api::commands::CommandAnswer;
use crate::store::testing::{at, id};
use crate::store::{Filter, Store};

async fn start(store: &Store, n: u64, operator: &str) {
    store.session(n, operator, &Origin::new("203.0.113.7:50022".parse().unwrap(), Via::Direct)).await;
}

fn judged(n: u64, command: &str, verdict: Verdict) -> Event {
    Event::CommandJudged {
        session: id(n),
        recording: RecordingId::new(n, n),
        command: command.to_owned(),
        verdict,
        sets: [("dba".parse().unwrap(), verdict)].into(),
        programs: vec!["reboot".to_owned()],
        danger: Some(Danger::High),
        opaque: false,
        confidence: Confidence::Exact,
        reason: "maintenance".to_owned(),
        approval: None,
        approved_by: None,
        policy: Digest::ZERO,
    }
}

async fn write(journal: &Journal, actor: &str, second: i64, event: Event) -> u64 {
    let actor = Actor::Operator(actor.parse().unwrap());
    journal.append(JournalEntry { at: at(second), actor, source: None, through: None, event }).await.unwrap()
}

async fn commands(store: &Store, filter: Filter) -> Vec<String> {
    let rows = store.commands().list(&filter, |_| true).await.unwrap();
    rows.into_iter().map(|row| row.judged.command).collect()
}

pub(super) async fn what_was_approved_before_says_by_whom(store: &Store) {
    start(store, 1, "wang-fang").await;
    let journal = Journal::start(store.clone());
    let mut event = judged(1, "reboot", Verdict::Approve);
    if let Event::CommandJudged { approval, approved_by, .. } = &mut event {
        (*approval, *approved_by) = (Some(ApprovalId::new(7)), Some("officer".to_owned()));
    }
    write(&journal, "wang-fang", 1, event).await;
    let rows = store.commands().list(&Filter::default(), |_| true).await.unwrap();
    assert_eq!(rows[0].answer, Some(CommandAnswer { what: "granted".into(), by: "officer".into() }));
    assert_eq!(rows[0].judged.approval, Some(ApprovalId::new(7)));
}

pub(super) async fn commands_are_found_and_counted(store: &Store) {
    start(store, 1, "wang-fang").await;
    start(store, 2, "zhou").await;
    let journal = Journal::start(store.clone());
    for (second, n, command) in [(1, 1, "a"), (2, 2, "b"), (3, 1, "c")] {
        write(&journal, "wang-fang", second, judged(n, command, Verdict::Allow)).await;
    }
    assert_eq!(commands(store, Filter::default()).await, ["a", "b", "c"]);
    let one = Filter { operator: Some("wang-fang".parse().unwrap()), ..Filter::default() };
    assert_eq!(commands(store, one.clone()).await, ["a", "c"]);
    assert_eq!(commands(store, Filter { limit: Some(1), ..one }).await, ["c"]);
    assert_eq!(commands(store, Filter { session: Some(id(2)), ..Filter::default() }).await, ["b"]);
    let between = Filter { since: Some(at(2)), until: Some(at(3)), ..Filter::default() };
    assert_eq!(commands(store, between).await, ["b"]);
    let elsewhere = Filter { source: Some("192.0.2.0/24".parse().unwrap()), ..Filter::default() };
    assert!(commands(store, elsewhere).await.is_empty());
    let hidden = store.commands().list(&Filter::default(), |row| row.operator.as_str() == "zhou").await;
    assert_eq!(hidden.unwrap().len(), 1);
    let sessions = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
    assert_eq!(sessions.iter().map(|row| row.commands).collect::<Vec<_>>(), [2, 1]);
}

pub(super) async fn an_answer_stands_beside_its_command(store: &Store) {
    start(store, 1, "wang-fang").await;
    let journal = Journal::start(store.clone());
    let number = write(&journal, "wang-fang", 5, judged(1, "reboot", Verdict::Approve)).await;
    let requested = Event::ApprovalRequested {
        approval: ApprovalId::new(1),
        session: id(1),
        judged: Some(number),
        asset: "db1".parse().unwrap(),
        login: "oracle".parse().unwrap(),
        reason: String::new(),
        lapses: at(60),
    };
    write(&journal, "wang-fang", 6, requested).await;
    let rows = store.commands().list(&Filter::default(), |_| true).await.unwrap();
    assert_eq!(rows[0].answer, None, "it waits");
    let granted = Event::ApprovalGranted {
        approval: ApprovalId::new(1),
        session: id(1),
        judged: Some(number),
        operator: "wang-fang".parse().unwrap(),
        reason: String::new(),
        until: None,
    };
    write(&journal, "officer", 7, granted).await;
    let rows = store.commands().list(&Filter::default(), |_| true).await.unwrap();
    assert_eq!(rows[0].answer, Some(CommandAnswer { what: "granted".into(), by: "officer".into() }));
}
