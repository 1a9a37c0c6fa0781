//! Explanations of drawn policies against the decisions that they explain.

use std::cell::Cell;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use juyong::domain::{FileAccess, Protocol, Via};
use juyong::lockdown::Lockdowns;
use juyong::policy::explain::{Access, Beside, Explanation, Inquiry, Outlook};
use juyong::policy::{Decision, Policy, Request, SourceFile};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::draw::{self, Draw};
use crate::{NUMBERS, REQUESTS, clock, loaded, started};

const PROTOCOLS: [Protocol; 5] =
    [Protocol::Shell, Protocol::Exec, Protocol::Sftp, Protocol::Scp, Protocol::Forward];
const FILES: [FileAccess; 4] =
    [FileAccess::List, FileAccess::Download, FileAccess::Upload, FileAccess::Change];

fn drawn_cases(
    cases: u32,
    check: impl Fn(&Policy, &Lockdowns, &Draw<'_>, &draw::Drawn) -> Result<(), TestCaseError>,
) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let numbers = proptest::collection::vec(any::<u16>(), NUMBERS);
    let run = |numbers: Vec<u16>| {
        let draw = Draw::new(&numbers);
        let rest = Draw::new(&numbers[NUMBERS / 2..]);
        let drawn = draw::policy(&draw);
        let orders = draw::orders(&rest);
        let files = [SourceFile { path: "all.toml".to_owned(), text: drawn.text.clone() }];
        check(&loaded(&files, drawn.gateway), &started(&orders), &rest, &drawn)
    };
    TestRunner::new(config).run(&numbers, run).unwrap_or_else(|error| panic!("{error}"));
}

fn request(drawn: &serde_json::Value) -> Request {
    let text = |key: &str| drawn[key].as_str().map(ToOwned::to_owned);
    let word = |key: &str| drawn[key].clone();
    Request {
        operator: text("operator").unwrap(),
        source: text("source").unwrap().parse().unwrap(),
        via: if drawn["via"].is_null() { Via::Direct } else { serde_json::from_value(word("via")).unwrap() },
        asset: text("asset").unwrap(),
        login: text("login").unwrap(),
        protocol: serde_json::from_value(word("protocol")).unwrap(),
        file: serde_json::from_value(word("file")).unwrap_or_default(),
        forward_to: text("forward_to").map(|to| juyong::policy::Address::parse(&to).unwrap()),
        at: text("at").unwrap().parse().unwrap(),
    }
}

fn allows(decision: &Decision) -> bool {
    matches!(decision, Decision::Allow(_))
}

/// Minute by minute: every change of a drawn policy falls on a whole one.
#[test]
fn nothing_changes_before_an_explanation_says_so() {
    let changes = Cell::new(0);
    drawn_cases(100, |policy, lockdowns, rest, drawn| {
        let zone = clock::zone(drawn.gateway);
        let beside = Beside { lockdowns, disabled: None, zone: &zone };
        for number in 0..REQUESTS {
            let request = request(&draw::request(rest, drawn));
            let explanation = policy.explain(&request, &beside, |request| policy.decide(request, lockdowns));
            agrees(policy, lockdowns, &request, &explanation)?;
            let changing = matches!(explanation.outlook, Outlook::Changes(_));
            changes.set(changes.get() + u32::from(changing));
            if changing || number == 0 {
                stays(policy, lockdowns, &request, &explanation)?;
            }
        }
        Ok(())
    });
    assert!(changes.get() > 12, "a comparison without changes says nothing: {}", changes.get());
}

/// The decision, the first check that failed, and what is said to come after.
fn agrees(
    policy: &Policy,
    lockdowns: &Lockdowns,
    request: &Request,
    explanation: &Explanation,
) -> Result<(), TestCaseError> {
    let decision = policy.decide(request, lockdowns);
    prop_assert_eq!(&explanation.decision, &decision);
    let failed = explanation.checks.iter().find(|check| !check.passed).map(|check| check.reason);
    let reason = match &decision {
        Decision::Deny(denial) => Some(denial.reason),
        Decision::Allow(_) => None,
    };
    prop_assert_eq!(failed, reason);
    if let Outlook::Changes(change) = &explanation.outlook {
        let then = policy.decide(&Request { at: change.at, ..request.clone() }, lockdowns);
        prop_assert_eq!(&change.then, &then);
        prop_assert_ne!(allows(&then), allows(&decision));
    }
    Ok(())
}

/// For a day and a bit, or until the change.
fn stays(
    policy: &Policy,
    lockdowns: &Lockdowns,
    request: &Request,
    explanation: &Explanation,
) -> Result<(), TestCaseError> {
    let mut last = request.at + SignedDuration::from_hours(30);
    if let Outlook::Changes(change) = &explanation.outlook {
        last = last.min(change.at);
    }
    let mut second = request.at.as_second() + 1;
    second += (-second).rem_euclid(60);
    while second < last.as_second() {
        let at = Timestamp::from_second(second).unwrap();
        let now = policy.decide(&Request { at, ..request.clone() }, lockdowns);
        let same = allows(&now) == allows(&explanation.decision);
        prop_assert!(same, "{} {:?} {:?}", at, request, explanation.outlook);
        second += 60;
    }
    Ok(())
}

/// Every address of note, every login, protocol and use: in the answer if, and only if, the decision allows it.
#[test]
fn who_may_is_who_would_be_allowed() {
    let granted = Cell::new(0);
    drawn_cases(25, |policy, lockdowns, rest, drawn| {
        let Request { at, via, .. } = request(&draw::request(rest, drawn));
        let inquiry = Inquiry {
            operator: None,
            asset: None,
            login: None,
            source: None,
            via,
            protocol: None,
            file: None,
            forward_to: None,
            at,
            denied: false,
        };
        let found = policy.accesses(&inquiry, |request| policy.decide(request, lockdowns)).unwrap();
        granted.set(granted.get() + found.len());
        for request in every(policy, via, at, &found) {
            let decision = policy.decide(&request, lockdowns);
            let said: Vec<_> = found.iter().filter(|access| says(access, &request)).collect();
            prop_assert_eq!(said.len(), usize::from(allows(&decision)), "{:?} {}", request, drawn.text);
            prop_assert!(
                said.iter().all(|access| access.decision == decision),
                "{:?} {}",
                request,
                drawn.text
            );
        }
        Ok(())
    });
    assert!(granted.get() > 50, "{}", granted.get());
}

fn says(access: &Access, request: &Request) -> bool {
    let source = request.source.to_canonical();
    access.operator.as_str() == request.operator
        && access.asset.as_str() == request.asset
        && access.login.as_str() == request.login
        && access.protocol == request.protocol
        && (access.files.is_empty() || access.files.contains(&request.file))
        && request.forward_to.as_ref().is_none_or(|to| access.forward_to.contains(to))
        && access.from.iter().any(|range| range.contains(source))
        && !access.except.iter().any(|range| range.contains(source))
}

fn every(policy: &Policy, via: Via, at: Timestamp, found: &[Access]) -> Vec<Request> {
    let mut requests = Vec::new();
    for operator in policy.operators() {
        for asset in policy.assets() {
            for login in &asset.logins {
                for protocol in PROTOCOLS {
                    for (file, forward_to) in uses(protocol) {
                        for source in sources(found) {
                            requests.push(Request {
                                operator: operator.name.to_string(),
                                source,
                                via,
                                asset: asset.name.to_string(),
                                login: login.to_string(),
                                protocol,
                                file,
                                forward_to: forward_to.clone(),
                                at,
                            });
                        }
                    }
                }
            }
        }
    }
    requests
}

fn uses(protocol: Protocol) -> Vec<(FileAccess, Option<juyong::policy::Address>)> {
    match protocol {
        Protocol::Shell | Protocol::Exec => vec![(FileAccess::default(), None)],
        Protocol::Sftp | Protocol::Scp => FILES.map(|file| (file, None)).to_vec(),
        Protocol::Forward => {
            draw::PLACES.map(|to| (FileAccess::default(), juyong::policy::Address::parse(to).ok())).to_vec()
        }
    }
}

/// Drawn ones, and both ends of every range that an answer names.
fn sources(found: &[Access]) -> Vec<IpAddr> {
    let mut sources: Vec<IpAddr> = draw::ADDRESSES.iter().map(|text| text.parse().unwrap()).collect();
    let ranges = found.iter().flat_map(|access| access.from.iter().chain(&access.except));
    sources.extend(ranges.flat_map(|range| [range.network(), range.broadcast()]));
    sources.sort();
    sources.dedup();
    sources
}
