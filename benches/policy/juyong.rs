//! The world as policy files, and the requests as the gateway asks them.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use juyong::lockdown::Lockdowns;
use juyong::policy::{Decision, Policy, Request, SourceFile, load};

use crate::ask::Ask;
use crate::hours::{Hours, ZONES};
use crate::world::{DANGERS, Machine, Person, Rule, What, Who, World};

/// Decides as a running gateway does, where no lockdown is ordered.
pub(crate) struct Juyong {
    policy: Policy,
    lockdowns: Lockdowns,
}

impl Juyong {
    pub(crate) fn new(files: &[SourceFile]) -> Self {
        let zone = TimeZone::get(ZONES[0]).expect("a timezone");
        let policy = load(files, &zone).unwrap_or_else(|faults| panic!("{}", faults[0]));
        Self { policy, lockdowns: Lockdowns::default() }
    }

    pub(crate) fn decide(&self, request: &Request) -> Decision {
        self.policy.decide(request, &self.lockdowns)
    }
}

pub(crate) fn request(ask: &Ask) -> Request {
    let parsed = |word: &str| serde_json::Value::from(word);
    Request {
        operator: ask.operator.clone(),
        source: ask.source.parse().expect("an address"),
        via: serde_json::from_value(parsed(ask.via)).expect("a way"),
        asset: ask.asset.clone(),
        login: ask.login.to_owned(),
        protocol: serde_json::from_value(parsed(ask.protocol)).expect("a protocol"),
        file: serde_json::from_value(parsed(ask.file)).expect("an access"),
        forward_to: None,
        at: ask.at,
    }
}

/// The files of an administrator who keeps one for each kind of thing.
pub(crate) fn files(world: &World) -> Vec<SourceFile> {
    let joined = |items: Vec<String>| items.join("\n");
    let file = |path: &str, text| SourceFile { path: path.to_owned(), text };
    let numbered = |(number, rule)| rule_text(number, rule, world);
    vec![
        file(
            "operators.toml",
            joined(world.people.iter().map(|person| person_text(person, world)).collect()),
        ),
        file(
            "assets.toml",
            joined(world.machines.iter().map(|machine| machine_text(machine, world)).collect()),
        ),
        file("networks.toml", joined(world.networks.iter().enumerate().map(network_text).collect())),
        file("schedules.toml", joined(world.hours.iter().map(hours_text).collect())),
        file("rules.toml", joined(world.rules.iter().enumerate().map(numbered).collect())),
    ]
}

fn line(text: &mut String, key: &str, value: impl Into<serde_json::Value>) {
    let _ = writeln!(text, "{key} = {}", value.into());
}

fn person_text(person: &Person, world: &World) -> String {
    let mut text = format!("[operator.{}]\n", person.name);
    line(&mut text, "groups", person.teams.iter().map(|team| format!("team-{team}")).collect::<Vec<_>>());
    line(&mut text, "vendor", format!("vendor-{}", person.vendor));
    if let Some(network) = person.network {
        line(&mut text, "sources", vec![format!("@net-{network}")]);
    }
    if let Some(hours) = person.hours {
        line(&mut text, "schedule", world.hours[hours].name);
    }
    line(&mut text, "disabled", person.disabled);
    text
}

fn machine_text(machine: &Machine, world: &World) -> String {
    let mut text = format!("[asset.{}]\naddress = \"{}.example:22\"\n", machine.name, machine.name);
    line(&mut text, "groups", machine.pools.iter().map(|pool| format!("pool-{pool}")).collect::<Vec<_>>());
    line(&mut text, "danger", DANGERS[machine.danger]);
    line(&mut text, "logins", machine.logins.clone());
    if let Some(hours) = machine.hours {
        line(&mut text, "schedule", world.hours[hours].name);
    }
    text
}

fn network_text((number, ranges): (usize, &Vec<String>)) -> String {
    let mut text = format!("[network.net-{number}]\n");
    line(&mut text, "ranges", ranges.clone());
    text
}

fn hours_text(hours: &Hours) -> String {
    let day = |number: i64| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][number as usize];
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let open: Vec<_> = hours
        .open
        .iter()
        .map(|(first, last, from, to)| {
            format!("{}-{} {}-{}", day(*first), day(*last), clock(*from), clock(*to))
        })
        .map(|entry| entry.replace("Sat-Sat", "Sat"))
        .collect();
    let mut text = format!("[schedule.{}]\n", hours.name);
    line(&mut text, "timezone", hours.zone);
    line(&mut text, "open", open);
    if !hours.closed.is_empty() {
        line(&mut text, "closed", hours.closed.to_vec());
    }
    text
}

fn rule_text(number: usize, rule: &Rule, world: &World) -> String {
    let who = |who: &Who| match who {
        Who::Name(number) => world.people[*number].name.clone(),
        Who::Team(number) => format!("@team-{number}"),
        Who::Vendor(number) => format!("vendor:vendor-{number}"),
    };
    let what = |what: &What| match what {
        What::Name(number) => world.machines[*number].name.clone(),
        What::Pool(number) => format!("@pool-{number}"),
    };
    let mut text = format!("[[rule]]\nid = \"r{number}\"\n");
    line(&mut text, "effect", if rule.denies { "deny" } else { "allow" });
    line(&mut text, "operators", rule.who.iter().map(who).collect::<Vec<_>>());
    line(&mut text, "assets", rule.what.iter().map(what).collect::<Vec<_>>());
    if let Some(networks) = &rule.networks {
        line(
            &mut text,
            "sources",
            networks.iter().map(|number| format!("@net-{number}")).collect::<Vec<_>>(),
        );
    }
    let lists = [
        ("via", &rule.ways),
        ("logins", &rule.logins),
        ("protocols", &rule.protocols),
        ("files", &rule.files),
    ];
    for (key, list) in lists {
        if let Some(list) = list {
            line(&mut text, key, list.clone());
        }
    }
    if let Some(most) = rule.max_danger {
        line(&mut text, "max_danger", DANGERS[most]);
    }
    if let Some(hours) = rule.hours {
        line(&mut text, "schedule", world.hours[hours].name);
    }
    text
}
