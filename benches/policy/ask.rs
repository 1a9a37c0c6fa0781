//! The requests: drawn around the rules, so that many of them match something.

use jiff::{SignedDuration, Timestamp};

use crate::chance::Chance;
use crate::world::{ASSETS, FILES, LOGINS, Machine, OPERATORS, PROTOCOLS, Person, WAYS, What, Who, World};

pub(crate) struct Ask {
    pub(crate) operator: String,
    pub(crate) source: String,
    pub(crate) via: &'static str,
    pub(crate) asset: String,
    pub(crate) login: &'static str,
    pub(crate) protocol: &'static str,
    pub(crate) file: &'static str,
    pub(crate) at: Timestamp,
}

/// Requests around the first `among` rules of a world.
pub(crate) fn asks(world: &World, among: usize, count: usize) -> Vec<Ask> {
    let mut chance = Chance::new(11);
    (0..count).map(|_| ask(world, &world.rules[chance.below(among)], &mut chance)).collect()
}

fn ask(world: &World, rule: &crate::world::Rule, chance: &mut Chance) -> Ask {
    let who = chance.pick(&rule.who);
    let people: Vec<_> = world.people.iter().filter(|person| is_of(who, person)).collect();
    let what = chance.pick(&rule.what);
    let machines: Vec<_> = world.machines.iter().filter(|machine| is_in(what, machine)).collect();
    let mut person = chance.pick(&people);
    let mut machine = chance.pick(&machines);
    // One in eight asks for something that the rule was not made for.
    match chance.below(16) {
        0 => person = &world.people[chance.below(OPERATORS)],
        1 => machine = &world.machines[chance.below(ASSETS)],
        _ => {}
    }
    let logins = rule.logins.as_deref().unwrap_or(&LOGINS);
    let known: Vec<_> = machine.logins.iter().copied().filter(|login| logins.contains(login)).collect();
    let network = person.network.or(rule.networks.as_ref().map(|networks| chance.pick(networks)));
    let host = 1 + chance.below(250);
    let source = match network {
        Some(number) => format!("10.{number}.0.{host}"),
        None if chance.once_in(10) => format!("2001:db8:{:x}::{host}", chance.below(40)),
        None => format!("10.{}.{}.{host}", chance.below(40), 5 * chance.below(10)),
    };
    Ask {
        operator: person.name.clone(),
        source,
        via: chance.pick(rule.ways.as_deref().unwrap_or(&WAYS)),
        asset: machine.name.clone(),
        login: if known.is_empty() { machine.logins[0] } else { chance.pick(&known) },
        protocol: chance.pick(rule.protocols.as_deref().unwrap_or(&PROTOCOLS)),
        file: if chance.once_in(2) { "list" } else { chance.pick(rule.files.as_deref().unwrap_or(&FILES)) },
        at: instant(chance),
    }
}

fn is_of(who: Who, person: &Person) -> bool {
    match who {
        Who::Name(number) => person.name == format!("operator-{number}"),
        Who::Team(number) => person.teams.contains(&number),
        Who::Vendor(number) => person.vendor == number,
    }
}

fn is_in(what: What, machine: &Machine) -> bool {
    match what {
        What::Name(number) => machine.name == format!("asset-{number}"),
        What::Pool(number) => machine.pools.contains(&number),
    }
}

/// Any second of 2026.
fn instant(chance: &mut Chance) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    start + SignedDuration::from_secs(chance.below(365 * 86_400) as i64)
}
