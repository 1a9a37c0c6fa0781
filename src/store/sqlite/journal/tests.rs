//! Blocks are skipped, and nothing that a filter asks for with them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::domain::{Origin, Via};
use crate::event::{Actor, Event, JournalEntry};
use crate::journal::Journal;
use crate::store::testing::{TestStore, at, id, store};

/// Numbers without an order, the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 40).unwrap() % sides
    }

    fn of<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        &some[self.roll(some.len())]
    }
}

const PEOPLE: [&str; 5] = ["zhang", "li-lei", "wang-fang", "zhao", "Qian"];
const ASSETS: [&str; 4] = ["db1", "db2", "web1", "WEB2"];
const SOURCES: [&str; 4] = ["203.0.113.7", "203.0.113.200", "198.51.100.9", "2001:db8::7"];

/// Rows of all sorts; names that are seldom are in few blocks.
async fn mixed(rows: usize) -> TestStore {
    let store = store().await;
    let journal = Journal::start(store.store.clone());
    let mut dice = Dice(7);
    let mut writing = tokio::task::JoinSet::new();
    for n in 0..rows {
        let rare = n / 130 % 4;
        let person = PEOPLE[if dice.roll(9) == 0 { rare } else { dice.roll(2) }];
        let session = (dice.roll(3) > 0).then(|| id(dice.roll(40) as u64));
        let source = dice.of(&SOURCES).to_string();
        let event = match (dice.roll(6), session) {
            (0, Some(session)) => Event::SessionStarted {
                session,
                via: Via::Direct,
                asset: ASSETS[rare].parse().unwrap(),
                login: "root".parse().unwrap(),
            },
            (1, Some(session)) => Event::CommandConfirmed { session, judged: 1 },
            (2, _) => Event::LoginRefused { operator: None, reason: "wrong-code".into(), detail: None },
            (3, _) => Event::OperatorUnlocked { operator: PEOPLE[dice.roll(5)].parse().unwrap() },
            (4, Some(session)) => Event::AssetUnreachable {
                session: Some(session),
                asset: "db2".parse().unwrap(),
                reason: "x".into(),
            },
            _ => Event::ConsoleCommand { command: "whoami".into(), exit: 0 },
        };
        let actor = match dice.roll(4) {
            0 => Actor::unproven(person),
            1 => Actor::Gateway,
            _ => Actor::Operator(person.parse().unwrap()),
        };
        let source = (dice.roll(5) > 0).then_some(source);
        let second = i64::try_from(n).unwrap() - if dice.roll(50) == 0 { 200 } else { 0 };
        let entry = JournalEntry { at: at(second), actor, source, through: None, event };
        let journal = journal.clone();
        writing.spawn(async move { journal.append(entry).await.unwrap() });
    }
    writing.join_all().await;
    store
}

fn asked(dice: &mut Dice) -> Filter {
    let mut filter = Filter::default();
    let mut some = |sides| dice.roll(sides) == 0;
    if some(3) {
        filter.operator = Some(PEOPLE[dice.roll(5)].parse().unwrap());
    }
    if dice.roll(4) == 0 {
        filter.asset = Some(ASSETS[dice.roll(4)].parse().unwrap());
    }
    if dice.roll(3) == 0 {
        let nets = ["203.0.113.0/25", "0.0.0.0/0", "2001:db8::/32", "198.51.100.9", "192.0.2.0/24"];
        filter.source = Some(dice.of(&nets).parse().unwrap());
    }
    if dice.roll(6) == 0 {
        filter.session = Some(id(dice.roll(40) as u64));
    }
    if dice.roll(3) == 0 {
        filter.since = Some(at(i64::try_from(dice.roll(700)).unwrap()));
    }
    if dice.roll(3) == 0 {
        filter.until = Some(at(i64::try_from(dice.roll(700)).unwrap()));
    }
    if dice.roll(4) == 0 {
        filter.kinds = vec!["login-refused".into(), "session-started".into()];
    }
    filter
}

async fn numbers(store: &TestStore, filter: &Filter) -> Vec<u64> {
    store.journal().list(filter, |_| true).await.unwrap().iter().map(|row| row.seq).collect()
}

#[tokio::test]
async fn what_is_found_is_what_reading_everything_finds() {
    let store = mixed(700).await;
    let everything = store.journal().list(&Filter::default(), |_| true).await.unwrap();
    assert_eq!(everything.len(), 700);
    let mut dice = Dice(11);
    let mut hits = 0;
    for _ in 0..300 {
        let filter = asked(&mut dice);
        let right: Vec<u64> = everything.iter().filter(|row| filter.takes(row)).map(|row| row.seq).collect();
        hits += usize::from(!right.is_empty());
        assert_eq!(numbers(&store, &filter).await, right, "{filter:?}");
        let last = Filter { limit: Some(3), ..filter.clone() };
        assert_eq!(numbers(&store, &last).await, right[right.len().saturating_sub(3)..], "{last:?}");
        let Some(middle) = right.get(right.len() / 2).copied() else { continue };
        let before = Filter { before: Some(middle), ..last.clone() };
        let older: Vec<u64> = right.iter().copied().filter(|seq| *seq < middle).collect();
        assert_eq!(numbers(&store, &before).await, older[older.len().saturating_sub(3)..], "{before:?}");
        let after = Filter { after: Some(middle), ..last };
        let newer: Vec<u64> = right.iter().copied().filter(|seq| *seq > middle).take(3).collect();
        assert_eq!(numbers(&store, &after).await, newer, "{after:?}");
    }
    assert!(hits > 100, "{hits} of 300 found something");
}

/// Rows from before there were summaries are summed up when the store is opened.
#[tokio::test]
async fn summaries_that_are_not_there_are_made() {
    let store = mixed(200).await;
    let kept = |store: &Store| {
        let pool = store.read.clone();
        async move {
            let sql = "SELECT group_concat(block || last || earliest || latest || names) FROM journal_block";
            sqlx::query_scalar::<_, String>(sql).fetch_one(&pool).await.unwrap()
        }
    };
    let before = kept(&store).await;
    store.run("DELETE FROM journal_block").await;
    store.close().await;
    let again = Store::open(&store.file).await.unwrap();
    assert_eq!(kept(&again).await, before);
}

/// newcomer, auditor: the failed logins of a name are found by that name.
#[tokio::test]
async fn a_name_that_was_only_typed_is_found_by_the_name() {
    let store = store().await;
    let journal = Journal::start(store.store.clone());
    let event = Event::LoginRefused { operator: None, reason: "wrong-code".into(), detail: None };
    let typed = |name| JournalEntry {
        at: at(0),
        actor: Actor::unproven(name),
        source: None,
        through: None,
        event: event.clone(),
    };
    for name in ["zhang", "zhang2"] {
        journal.append(typed(name)).await.unwrap();
    }
    let filter = Filter { operator: Some("zhang".parse().unwrap()), ..Filter::default() };
    assert_eq!(numbers(&store, &filter).await, [1]);
}

/// newcomer, auditor: every time in a row is in the zone, to the second.
#[tokio::test]
async fn other_times_of_a_row_are_shown_in_the_zone() {
    let store = store().await;
    let until = "2026-04-24T03:06:40.123456789Z".parse().unwrap();
    let event = Event::OperatorLocked {
        operator: "x\",\"until\":\"2026-04-24T03:06:40Z".into(),
        until,
        failures: 5,
        key: None,
    };
    store
        .journal_row("wang-fang", Some(&Origin::new("10.0.0.1:1".parse().unwrap(), Via::Direct)), 0, event)
        .await;
    let row = store.journal().list(&Filter::default(), |_| true).await.unwrap().remove(0);
    let line = row.line(&jiff::tz::TimeZone::get("Asia/Shanghai").unwrap());
    assert!(line.contains(r#""until":"2026-04-24T11:06:40+08:00","failures""#), "{line}");
    assert!(line.contains(r#"\"until\":\"2026-04-24T03:06:40Z"#), "a text stays as it is: {line}");
}
