#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod duties;
mod planned;
mod reports;

use jiff::Timestamp;

use super::*;
use crate::domain::{Account, GroupName, LockdownId, OperatorName, Role, VendorName};

struct Person {
    name: OperatorName,
    groups: Vec<GroupName>,
    vendor: Option<VendorName>,
    role: Role,
}

impl Person {
    fn new(name: &str, group: &str, vendor: &str, role: Role) -> Self {
        Self {
            name: OperatorName::parse(name).unwrap(),
            groups: vec![GroupName::parse(group).unwrap()],
            vendor: VendorName::parse(vendor).ok(),
            role,
        }
    }

    fn account(&self) -> Account<'_> {
        Account { name: &self.name, groups: &self.groups, vendor: self.vendor.as_ref(), role: self.role }
    }
}

fn order(number: u64, scope: &str, except: &str) -> Lockdown {
    Lockdown {
        id: LockdownId::new(number, 0),
        reason: "drill".to_owned(),
        order: None,
        scope: Scope::parse(scope).unwrap(),
        except: parse_except(except).unwrap(),
        started_at: "2026-04-08T00:00:00Z".parse().unwrap(),
        started_by: "qian-security".to_owned(),
        until: None,
        held: Default::default(),
    }
}

fn now() -> Timestamp {
    "2026-04-08T12:00:00Z".parse().unwrap()
}

#[test]
fn all_covers_operators_and_names_cover_any_role() {
    let worker = Person::new("li-lei", "dba", "acme-db", Role::Operator);
    let auditor = Person::new("zhou", "dba", "acme-db", Role::Auditor);
    assert!(order(1, "all", "").covers(&worker.account(), now()));
    assert!(!order(1, "all", "").covers(&auditor.account(), now()));
    for scope in ["zhou", "@dba", "vendor:acme-db", "nobody, zhou"] {
        assert!(order(1, scope, "").covers(&auditor.account(), now()), "{scope}");
    }
}

#[test]
fn an_exemption_holds_for_its_own_order_only() {
    let worker = Person::new("li-lei", "dba", "acme-db", Role::Operator);
    let mut orders = Lockdowns::new(vec![order(1, "all", "li-lei")]);
    assert_eq!(orders.covers(&worker.account(), now()), None);
    orders.insert(order(2, "vendor:acme-db", "@network"));
    let covering = orders.covers(&worker.account(), now()).map(|order| order.id.clone());
    assert_eq!(covering, Some(LockdownId::new(2, 0)));
    orders.remove(&LockdownId::new(2, 0));
    assert_eq!(orders.covers(&worker.account(), now()), None);
}

#[test]
fn an_order_ends_at_its_until() {
    let worker = Person::new("li-lei", "dba", "", Role::Operator);
    let mut order = order(1, "all", "");
    order.until = Some(now());
    assert!(!order.covers(&worker.account(), now()));
    assert!(order.covers(&worker.account(), "2026-04-08T11:59:59.999Z".parse().unwrap()));
}

#[test]
fn a_clock_that_steps_back_lets_nobody_in() {
    let worker = Person::new("li-lei", "dba", "", Role::Operator);
    assert!(order(1, "all", "").covers(&worker.account(), "2020-01-01T00:00:00Z".parse().unwrap()));
}

/// attack: a policy frees from a lockdown.
#[test]
fn whom_an_order_covered_when_it_began_stays_covered() {
    let after = Person::new("li-lei", "other", "", Role::Security);
    let exempted = Person::new("li-lei", "network", "", Role::Operator);
    let comes = Person::new("han", "dba", "", Role::Operator);
    let spared = Person::new("han", "network", "acme-db", Role::Operator);
    let held = std::sync::Arc::new([after.name.clone()].into());
    for scope in ["@dba", "vendor:acme-db", "all"] {
        let order = order(1, scope, "@network").holding(std::sync::Arc::clone(&held));
        for person in [&after, &exempted] {
            assert!(order.covers(&person.account(), now()), "{scope}");
            assert!(!order.spares(&person.account()), "{scope}");
        }
        assert!(!order.covers(&spared.account(), now()), "{scope}");
    }
    let order = order(1, "@dba", "@network").holding(held);
    assert!(order.covers(&comes.account(), now()), "and whom its scope names now");
}

#[test]
fn scopes_read_and_write() {
    for good in ["all", "li-lei", "@dba,vendor:acme-db,li-lei"] {
        assert_eq!(Scope::parse(good).unwrap().to_string(), good);
    }
    for bad in ["", " ", ",", "all,li-lei", "li-lei,", "@", "a b"] {
        assert!(Scope::parse(bad).is_err(), "{bad:?}");
    }
    assert_eq!(parse_except(""), Ok(Vec::new()));
}

#[test]
fn orders_survive_storage() {
    let orders = vec![order(1, "all", "@network"), order(2, "@dba,li-lei", "")];
    let text = serde_json::to_string(&orders).unwrap();
    assert!(text.contains(r#""scope":["all"]"#), "{text}");
    assert_eq!(serde_json::from_str::<Vec<Lockdown>>(&text).unwrap(), orders);
    assert!(serde_json::from_str::<Vec<Lockdown>>(&text.replace("[\"all\"]", "[]")).is_err());
}
