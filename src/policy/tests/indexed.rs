//! The index against asking every rule: the same rules match, whatever they name.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::rule::Attempt;
use super::*;
use crate::domain::{FileAccess, LoginName, Protocol, Via};

const PEOPLE: &str = "
[operator.o0]
groups = ['g0']
vendor = 'v0'
[operator.o1]
groups = ['g0', 'g1']
[operator.o2]
vendor = 'v0'
[operator.g0]
[asset.a0]
address = 'a0:22'
groups = ['h0']
logins = ['root', 'oracle']
danger = 'critical'
[asset.a1]
address = 'a1:22'
groups = ['h0', 'h1']
logins = ['root', 'deploy', 'nobody']
[asset.h0]
address = 'h0:22'
logins = ['nobody']
danger = 'low'
";

/// A field that each of three numbers narrows, or that is left out.
fn field(text: &mut String, key: &str, words: &[&str], number: u8) {
    let (count, first) = (usize::from(number % 3), usize::from(number / 3));
    let chosen: Vec<_> = (0..count).map(|step| words[(first + step * 2) % words.len()]).collect();
    if !chosen.is_empty() {
        writeln!(text, "{key} = {chosen:?}").unwrap();
    }
}

fn rule(text: &mut String, id: usize, numbers: [u8; 6]) {
    let [who, what, logins, protocols, ways, danger] = numbers;
    let effect = if danger % 7 == 0 { "deny" } else { "allow" };
    writeln!(text, "[[rule]]\nid = 'r{id}'\neffect = '{effect}'").unwrap();
    field(text, "operators", &["o0", "@g0", "vendor:v0", "o2", "@g1", "g0"], who);
    field(text, "assets", &["a0", "@h0", "a1", "@h1", "h0"], what);
    field(text, "logins", &["root", "oracle", "deploy"], logins);
    field(text, "protocols", &["shell", "exec", "sftp", "scp", "forward"], protocols);
    field(text, "files", &["list", "download", "upload"], who / 2);
    field(text, "via", &["direct", "tunnel", "tls"], ways);
    if let Some(most) = ["low", "medium", "high", "critical"].get(usize::from(danger) / 40) {
        writeln!(text, "max_danger = '{most}'").unwrap();
    }
}

/// Every operator with every asset, login, protocol and way in.
fn attempts(policy: &Policy) -> Vec<Attempt<'_>> {
    let mut attempts = Vec::new();
    let protocols = [Protocol::Shell, Protocol::Exec, Protocol::Sftp, Protocol::Scp, Protocol::Forward];
    for (operator, asset) in policy.operators().flat_map(|o| policy.assets().map(move |a| (o, a))) {
        for (login, protocol) in
            asset.logins.iter().flat_map(|l| protocols.map(|p| (LoginName::as_str(l), p)))
        {
            let file = if operator.vendor.is_some() { FileAccess::List } else { FileAccess::Upload };
            attempts.extend([Via::Direct, Via::Tunnel, Via::Tls].map(|via| Attempt {
                operator,
                source: "203.0.113.7".parse().unwrap(),
                via,
                asset,
                login,
                protocol,
                file,
                forward_to: None,
                at: jiff::Timestamp::UNIX_EPOCH,
            }));
        }
    }
    attempts
}

#[track_caller]
fn check(policy: &Policy) -> usize {
    let ids = |rules: Vec<&Rule>| rules.into_iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
    let mut matching = 0;
    for attempt in attempts(policy) {
        let every = policy.deny.iter().chain(&policy.allow).filter(|rule| rule.matches(&attempt)).collect();
        let found = ids(policy.matching(&attempt).collect());
        matching += found.len();
        assert_eq!(found, ids(every), "{attempt:?}");
    }
    matching
}

#[test]
fn the_index_leaves_out_no_rule_of_the_table() {
    assert!(check(&loaded(&table_files())) > 0);
    assert!(check(&example()) > 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// More rules than one word of a set has bits.
    #[test]
    fn the_index_finds_what_asking_every_rule_finds(
        rules in prop::collection::vec(any::<[u8; 6]>(), 60..200),
    ) {
        let mut text = PEOPLE.to_owned();
        rules.into_iter().enumerate().for_each(|(id, numbers)| rule(&mut text, id, numbers));
        prop_assert!(check(&loaded_text(&text)) > 100);
    }
}

#[test]
fn what_is_reachable_is_what_is_decided() {
    let policy = loaded(&table_files());
    let (source, at) = ("203.0.113.7".parse().unwrap(), "2026-04-08T10:00:00+08:00".parse().unwrap());
    let lockdowns = crate::lockdown::Lockdowns::default();
    let mut told = 0;
    for operator in policy.operators() {
        let name = operator.name.as_str();
        let reachable = policy.reachable(name, source, Via::Direct, at, &lockdowns);
        let reaches = |asset: &Asset, login: &LoginName, protocol| {
            let known = |r: &&Reachable<'_>| r.asset.name == asset.name && r.login == login;
            reachable.iter().find(known).is_some_and(|r| r.protocols.contains(&protocol))
        };
        for (asset, login) in policy.assets().flat_map(|a| a.logins.iter().map(move |l| (a, l))) {
            for protocol in [Protocol::Shell, Protocol::Exec, Protocol::Sftp, Protocol::Scp] {
                let request = Request {
                    operator: name.to_owned(),
                    source,
                    via: Via::Direct,
                    asset: asset.name.as_str().to_owned(),
                    login: login.as_str().to_owned(),
                    protocol,
                    file: FileAccess::List,
                    forward_to: None,
                    at,
                };
                let allowed = matches!(policy.decide(&request, &lockdowns), Decision::Allow(_));
                told += usize::from(allowed);
                assert_eq!(reaches(asset, login, protocol), allowed, "{request:?}");
            }
        }
    }
    assert!(told > 5, "{told}");
}
