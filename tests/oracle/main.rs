//! The policy core against a second reading of its definition, one that is slow and plain: it asks the wall's
//! clock minute by minute and compares strings.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unreachable_pub)]

mod clock;
mod draw;
mod explain;
mod met;
mod naive;

use std::cell::RefCell;
use std::collections::BTreeMap;

use juyong::domain::LockdownId;
use juyong::lockdown::{Lockdown, Lockdowns, Scope, parse_except};
use juyong::policy::{Policy, SourceFile, decide_line, load};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use toml::Table;

use draw::Draw;
use met::Met;
use naive::{Order, World};

const POLICIES: u32 = 3000;
const REQUESTS: usize = 8;
/// More than any policy and its requests ask for.
const NUMBERS: usize = 700;

fn loaded(files: &[SourceFile], gateway: &str) -> Policy {
    load(files, &clock::zone(gateway)).unwrap_or_else(|faults| panic!("{faults:?}\n{files:?}"))
}

fn started(orders: &[Order]) -> Lockdowns {
    let order = |(number, order): (usize, &Order)| Lockdown {
        held: Default::default(),
        id: LockdownId::new(1, number as u64),
        reason: "drill".to_owned(),
        order: None,
        scope: Scope::parse(&order.scope).unwrap(),
        except: parse_except(&order.except).unwrap(),
        started_at: jiff::Timestamp::UNIX_EPOCH,
        started_by: "qian-security".to_owned(),
        until: order.until,
    };
    Lockdowns::new(orders.iter().enumerate().map(order).collect())
}

fn decided(policy: &Policy, lockdowns: &Lockdowns, request: &Value) -> Value {
    serde_json::from_str(&decide_line(policy, lockdowns, &request.to_string())).unwrap()
}

#[test]
fn the_core_decides_as_the_plain_reading_does() {
    let seen: RefCell<BTreeMap<String, u32>> = RefCell::default();
    let met = Met::default();
    let config = ProptestConfig { cases: POLICIES, failure_persistence: None, ..ProptestConfig::default() };
    let numbers = proptest::collection::vec(any::<u16>(), NUMBERS);
    let compare = |numbers: Vec<u16>| {
        let draw = Draw::new(&numbers);
        let rest = Draw::new(&numbers[NUMBERS / 2..]);
        let drawn = draw::policy(&draw);
        let orders = draw::orders(&rest);
        let files = [SourceFile { path: "all.toml".to_owned(), text: drawn.text.clone() }];
        let (policy, lockdowns) = (loaded(&files, drawn.gateway), started(&orders));
        let table: Table = drawn.text.parse().unwrap();
        let world = World { policy: &table, gateway: drawn.gateway, met: &met };
        for _ in 0..REQUESTS {
            let request = draw::request(&rest, &drawn);
            let (got, want) = (decided(&policy, &lockdowns, &request), world.decide(&orders, &request));
            let kind = format!("{} {}", want["decision"], want["reason"]);
            *seen.borrow_mut().entry(kind).or_default() += 1;
            let case = || format!("{request}\n{orders:?} in {}\n{}", drawn.gateway, drawn.text);
            prop_assert_eq!(&got, &want, "core, then plain reading, of {}", case());
        }
        Ok(())
    };
    TestRunner::new(config).run(&numbers, compare).unwrap_or_else(|error| panic!("{error}"));
    // A comparison that never gets as far as a grant would say nothing.
    let seen = seen.into_inner();
    let total: u32 = seen.values().sum();
    assert!(seen.len() == 13, "every reason, and a grant: {seen:?}");
    assert!(seen[r#""allow" "rule""#] > total / 25, "{seen:?}");
    met.check();
}

#[test]
fn the_plain_reading_passes_the_table() {
    let data = format!("{}/tests/data", env!("CARGO_MANIFEST_DIR"));
    let files = ["assets", "commands", "networks", "operators", "rules", "schedules"];
    let text: String = files
        .iter()
        .map(|name| std::fs::read_to_string(format!("{data}/policies/{name}.toml")).unwrap() + "\n")
        .collect();
    let policy: Table = text.parse().unwrap();
    let world = World { policy: &policy, gateway: "Asia/Shanghai", met: &Met::default() };
    for line in std::fs::read_to_string(format!("{data}/decisions.jsonl")).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        assert_eq!(world.decide(&[], &case["request"]), case["expect"], "{}", case["request"]);
    }
}
