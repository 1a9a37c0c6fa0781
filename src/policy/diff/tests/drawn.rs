//! The diff of drawn policies says of drawn requests what deciding twice says.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::domain::{FileAccess, Protocol, Via};
use crate::lockdown::Lockdowns;
use crate::policy::{Address, Conditions, Decision, Request};

/// A rule of a drawn policy.
fn drawn_rule() -> impl Strategy<Value = String> {
    let field = |name: &'static str, values: &'static [&'static str]| prop_oneof![2 => Just(String::new()), 3 => prop::sample::select(values).prop_map(move |v| format!("{name} = {v}\n"))];
    (
        prop_oneof![4 => Just("allow"), 1 => Just("deny")],
        field("operators", &["['@dba']", "['li']", "['zhao', 'wang']", "['vendor:acme']"]),
        field("assets", &["['@oracle']", "['db1']", "['web1', 'db2']"]),
        field("logins", &["['root']", "['oracle', 'www']"]),
        field("protocols", &["['shell']", "['exec', 'sftp']", "['scp', 'forward']", "['forward', 'shell']"]),
        field("sources", &["['10.0.0.0/8']", "['192.0.2.0/24', '2001:db8::/32']"]),
        field("via", &["['tunnel']", "['direct', 'tls']"]),
        field("schedule", &["'day'", "'night'"]),
        field("files", &["['download']", "['list', 'upload']"]),
        field("forward_to", &["['10.0.0.9:80']", "['10.0.0.9:80', '10.0.0.9:81']"]),
        field("max_danger", &["'low'", "'medium'"]),
    )
        .prop_map(|(effect, a, b, c, d, e, f, g, h, i, j)| {
            format!("effect = '{effect}'\n{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}")
        })
        .prop_flat_map(|rule| {
            let conditions =
                ["", "approval = true\n", "max_session = '1h'\n", "commands = ['dba']\nidle = '5m'\n"];
            let allow = rule.starts_with("effect = 'allow'");
            prop::sample::select(conditions.to_vec())
                .prop_map(move |more| if allow { format!("{rule}{more}") } else { rule.clone() })
        })
}

fn drawn_world() -> impl Strategy<Value = String> {
    let changes = [
        ("", ""),
        ("valid = \"..2026-05-31\"", "valid = '..2026-05-08'"),
        ("vendor = \"acme\"", "vendor = 'acme'\nschedule = 'day'\nsources = ['10.0.0.0/8']"),
        ("danger = \"high\"", "danger = 'low'\nschedule = 'night'"),
        ("[operator.li]\ngroups = [\"dba\"]", "[operator.li]\ngroups = ['web']\nroles = ['auditor']"),
        ("logins = [\"www\"]", "logins = ['www', 'root']"),
    ];
    prop::sample::select(changes.to_vec()).prop_map(|(from, to)| WORLD.replace(from, to))
}

fn drawn_policy(world: &str, rules: &[&String]) -> Policy {
    let rules = rules.iter().enumerate().map(|(number, rule)| format!("[[rule]]\nid = 'r{number}'\n{rule}"));
    // Selectors have to name something whatever the world is.
    let anchor = "[operator.anchor]\ndisabled = true\nvendor = 'acme'\ngroups = ['dba']\n\
                  [schedule.never]\nextra = ['2000-01-01 00:00-00:01']\n";
    // A rule that names every range and never matches: with it every pair tells all of them apart.
    let ranges =
        format!("[[rule]]\nid = 'ranges'\neffect = 'deny'\nschedule = 'never'\nsources = {RANGES:?}\n");
    policy(&[world.to_owned(), anchor.to_owned(), ranges, rules.collect()].concat())
}

/// What the diff says of a request: the kinds of the changes that cover it.
fn covering(diff: &Diff, request: &Request) -> Vec<(Option<Conditions>, Option<Conditions>)> {
    let access = AccessKind {
        protocol: request.protocol,
        file: matches!(request.protocol, Protocol::Sftp | Protocol::Scp).then_some(request.file),
        forward_to: request.forward_to.clone(),
    };
    let from = |scope: &ChangeScope| {
        scope.from.as_ref().is_none_or(|from| {
            from.iter().any(|label| match label.as_str() {
                // The drawn ranges do not overlap, so a range means all of it.
                "other IPv4" => {
                    request.source.is_ipv4() && !RANGES.iter().any(|range| holds(range, request.source))
                }
                "other IPv6" => {
                    request.source.is_ipv6() && !RANGES.iter().any(|range| holds(range, request.source))
                }
                range => holds(range, request.source),
            })
        })
    };
    let when = |scope: &ChangeScope| {
        scope
            .when
            .as_ref()
            .is_none_or(|when| when.iter().any(|one| one.from <= request.at && request.at < one.until))
    };
    let covers = |change: &&Change| {
        change.operators.iter().any(|name| name.as_str() == request.operator)
            && change.assets.iter().any(|name| name.as_str() == request.asset)
            && change.logins.iter().any(|name| name.as_str() == request.login)
            && change.access.contains(&access)
            && change.scope.via.as_ref().is_none_or(|via| via.contains(&request.via))
            && from(&change.scope)
            && when(&change.scope)
    };
    diff.changes.iter().filter(covers).map(|change| (change.before.clone(), change.after.clone())).collect()
}

const RANGES: [&str; 3] = ["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"];

fn holds(range: &str, address: IpAddr) -> bool {
    range.parse::<IpNetwork>().unwrap().contains(address)
}

fn terms_of(decision: &Decision) -> Option<Conditions> {
    let Decision::Allow(allowance) = decision else { return None };
    Some(Conditions {
        approval: allowance.approval,
        commands: allowance.commands.clone(),
        max_session: allowance.max_session,
        idle: allowance.idle,
        remember: allowance.remember,
        handling: allowance.handling,
    })
}

fn drawn_request() -> impl Strategy<Value = Request> {
    let accesses = prop_oneof![
        prop::sample::select(&[Protocol::Shell, Protocol::Exec][..]).prop_map(|protocol| (
            protocol,
            FileAccess::List,
            None
        )),
        (
            prop::sample::select(&[Protocol::Sftp, Protocol::Scp][..]),
            prop::sample::select(
                &[FileAccess::List, FileAccess::Download, FileAccess::Upload, FileAccess::Change][..]
            )
        )
            .prop_map(|(protocol, file)| (protocol, file, None)),
        prop::sample::select(&["10.0.0.9:80", "10.0.0.9:81", "10.0.0.9:82"][..]).prop_map(|to| (
            Protocol::Forward,
            FileAccess::List,
            Address::parse(to).ok()
        )),
    ];
    let sources = ["10.1.1.1", "192.0.2.255", "192.0.3.0", "9.255.255.255", "2001:db8::1", "2001:db9::"];
    (
        prop::sample::select(&["li", "wang", "zhao"][..]),
        prop::sample::select(sources.to_vec()),
        prop::sample::select(&[Via::Direct, Via::Tunnel, Via::Tls][..]),
        prop::sample::select(
            &[("db1", "oracle"), ("db1", "root"), ("db2", "oracle"), ("web1", "www"), ("web1", "root")][..],
        ),
        accesses,
        0..7 * 24 * 3600_i64,
    )
        .prop_map(|(operator, source, via, (asset, login), (protocol, file, forward_to), seconds)| {
            Request {
                operator: operator.to_owned(),
                source: source.parse().unwrap(),
                via,
                asset: asset.to_owned(),
                login: login.to_owned(),
                protocol,
                file,
                forward_to,
                at: now() + SignedDuration::from_secs(seconds),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// The diff says of a request what deciding it twice says.
    #[test]
    fn the_diff_is_what_deciding_twice_says(
        old_world in drawn_world(), new_world in drawn_world(),
        rules in prop::collection::vec((drawn_rule(), 0..4_u8), 1..7), put in drawn_rule(),
        requests in prop::collection::vec(drawn_request(), 60),
    ) {
        // A rule stays in three of four; else it comes, goes, or becomes another.
        let old: Vec<_> = rules.iter().filter(|(_, how)| *how != 1).map(|(rule, _)| rule).collect();
        let new: Vec<_> = rules.iter().filter(|(_, how)| *how != 2).map(|(rule, how)| if *how == 3 { &put } else { rule }).collect();
        let (old, new) = (drawn_policy(&old_world, &old), drawn_policy(&new_world, &new));
        let diff = Diff::between(&old, &new, now());
        for request in requests {
            let decide = |policy: &Policy| terms_of(&policy.decide(&request, &Lockdowns::default()));
            let (before, after) = (decide(&old), decide(&new));
            let expected = if before == after { vec![] } else { vec![(before, after)] };
            prop_assert_eq!(covering(&diff, &request), expected, "{:?}\n{:#?}", request, diff.changes);
        }
    }
}
