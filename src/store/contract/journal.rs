//! Whatever a list skips, it finds what a filter asks for.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::domain::{Digest, Origin, Via};
use crate::event::{Actor, Event, JournalEntry};
use crate::journal::Journal;
use crate::store::testing::{at, id};
use crate::store::{Filter, Head, JournalRow, NewRow, Pages as _, Store, StoreError};

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
pub(in crate::store) async fn mixed(store: &Store, rows: usize) {
    let journal = Journal::start(store.clone());
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

async fn numbers(store: &Store, filter: &Filter) -> Vec<u64> {
    store.journal().list(filter, |_| true).await.unwrap().iter().map(|row| row.seq).collect()
}

pub(super) async fn what_is_found_is_what_reading_everything_finds(store: &Store) {
    mixed(store, 700).await;
    let everything = store.journal().list(&Filter::default(), |_| true).await.unwrap();
    assert_eq!(everything.len(), 700);
    let mut dice = Dice(11);
    let mut hits = 0;
    for _ in 0..300 {
        let filter = asked(&mut dice);
        let right: Vec<u64> = everything.iter().filter(|row| filter.takes(row)).map(|row| row.seq).collect();
        hits += usize::from(!right.is_empty());
        assert_eq!(numbers(store, &filter).await, right, "{filter:?}");
        let last = Filter { limit: Some(3), ..filter.clone() };
        assert_eq!(numbers(store, &last).await, right[right.len().saturating_sub(3)..], "{last:?}");
        let Some(middle) = right.get(right.len() / 2).copied() else { continue };
        let before = Filter { before: Some(middle), ..last.clone() };
        let older: Vec<u64> = right.iter().copied().filter(|seq| *seq < middle).collect();
        assert_eq!(numbers(store, &before).await, older[older.len().saturating_sub(3)..], "{before:?}");
        let after = Filter { after: Some(middle), ..last };
        let newer: Vec<u64> = right.iter().copied().filter(|seq| *seq > middle).take(3).collect();
        assert_eq!(numbers(store, &after).await, newer, "{after:?}");
    }
    assert!(hits > 100, "{hits} of 300 found something");
}

/// newcomer, auditor: the failed logins of a name are found by that name.
pub(super) async fn a_name_that_was_only_typed_is_found_by_the_name(store: &Store) {
    let journal = Journal::start(store.clone());
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
    assert_eq!(numbers(store, &filter).await, [1]);
}

fn row(seq: u64) -> NewRow {
    NewRow { seq, at: at(0), body: format!("{{\"seq\":{seq}}}"), hash: Digest([7; 32]) }
}

/// Rows are written all or none, and each writer follows what the one before it wrote.
pub(super) async fn writers_follow_one_head(store: &Store) {
    let journal = store.journal();
    assert_eq!(journal.head().await.unwrap(), Head::EMPTY);
    let two = |head: Head| Ok(vec![row(head.seq + 1), row(head.seq + 2)]);
    let heads = tokio::join!(journal.append(Box::new(two)), journal.append(Box::new(two)));
    let mut followed = [heads.0.unwrap().seq, heads.1.unwrap().seq];
    followed.sort_unstable();
    assert_eq!(followed, [0, 2]);
    let failed = journal.append(Box::new(|_| Err(StoreError::Full))).await;
    assert!(matches!(failed, Err(StoreError::Full)));
    let doubled = journal.append(Box::new(|head| Ok(vec![row(head.seq + 1), row(head.seq)]))).await;
    assert!(doubled.is_err(), "a number is given once");
    assert_eq!(journal.head().await.unwrap(), Head { seq: 4, hash: Digest([7; 32]) });
    let raw: Vec<i64> = journal.raw(None).await.unwrap().iter().map(|row| row.seq).collect();
    assert_eq!(raw, [1, 2, 3, 4]);
    assert!(journal.raw(Some(4)).await.unwrap().is_empty());
}

/// What is written while somebody reads is read once where it comes behind, and not at all where that was passed.
pub(super) async fn a_search_goes_on_where_it_was(store: &Store) {
    mixed(store, 1300).await;
    for (limit, forwards) in [(None, true), (Some(9999), false)] {
        let before = store.journal().head().await.unwrap().seq;
        let filter = Filter { limit, ..Filter::default() };
        let mut pages = store.journal().pages(&filter);
        let number = |row: &JournalRow| row.seq;
        let mut numbers: Vec<u64> = pages.next().await.unwrap().unwrap().iter().map(number).collect();
        assert!(numbers.len() < 1300, "a page is not everything");
        store.session(before, "zhao", &Origin::new("10.0.0.1:1".parse().unwrap(), Via::Direct)).await;
        while let Some(rows) = pages.next().await.unwrap() {
            numbers.extend(rows.iter().map(number));
        }
        let last = if forwards { before + 1 } else { before };
        let mut expected: Vec<u64> = (1..=last).collect();
        if !forwards {
            expected.reverse();
        }
        assert_eq!(numbers, expected);
    }
}
