//! An organisation and its rules, in no policy language yet: both sides of the comparison are written from it.

use crate::chance::Chance;
use crate::hours::{HOURS, Hours};

pub(crate) const OPERATORS: usize = 315;
pub(crate) const ASSETS: usize = 1000;
pub(crate) const LOGINS: [&str; 4] = ["root", "oracle", "deploy", "monitor"];
pub(crate) const WAYS: [&str; 3] = ["direct", "tunnel", "tls"];
pub(crate) const PROTOCOLS: [&str; 4] = ["shell", "exec", "sftp", "scp"];
pub(crate) const FILES: [&str; 4] = ["list", "download", "upload", "change"];
pub(crate) const DANGERS: [&str; 4] = ["low", "medium", "high", "critical"];

/// How wide the rules are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breadth {
    /// A team of some people, a pool of some assets: a request meets a rule or two of thousands.
    Narrow,
    /// Whole departments and sites: a request meets dozens of thousands.
    Broad,
}

pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) teams: Vec<usize>,
    pub(crate) vendor: usize,
    pub(crate) network: Option<usize>,
    pub(crate) hours: Option<usize>,
    pub(crate) disabled: bool,
}

pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) pools: Vec<usize>,
    pub(crate) danger: usize,
    pub(crate) logins: Vec<&'static str>,
    pub(crate) hours: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Name(usize),
    Team(usize),
    Vendor(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Name(usize),
    Pool(usize),
}

/// A field that is `None` matches everything.
pub(crate) struct Rule {
    pub(crate) denies: bool,
    pub(crate) who: Vec<Who>,
    pub(crate) networks: Option<Vec<usize>>,
    pub(crate) ways: Option<Vec<&'static str>>,
    pub(crate) what: Vec<What>,
    pub(crate) logins: Option<Vec<&'static str>>,
    pub(crate) protocols: Option<Vec<&'static str>>,
    pub(crate) files: Option<Vec<&'static str>>,
    pub(crate) max_danger: Option<usize>,
    pub(crate) hours: Option<usize>,
}

pub(crate) struct World {
    pub(crate) people: Vec<Person>,
    pub(crate) machines: Vec<Machine>,
    /// Ranges of addresses, each network some.
    pub(crate) networks: Vec<Vec<String>>,
    pub(crate) hours: &'static [Hours],
    pub(crate) rules: Vec<Rule>,
}

impl World {
    pub(crate) fn draw(rules: usize, breadth: Breadth) -> Self {
        let (teams, pools) = match breadth {
            Breadth::Narrow => (60, 120),
            Breadth::Broad => (5, 6),
        };
        // The people and machines of a breadth are the same, however many rules there are.
        let mut chance = Chance::new(7);
        let people = (0..OPERATORS).map(|number| person(&mut chance, number, teams)).collect();
        let machines = (0..ASSETS).map(|number| machine(&mut chance, number, pools)).collect();
        let networks = (0..NETWORKS).map(network).collect();
        // Where rules are wide, a few that deny leave little to allow.
        let denials = if breadth == Breadth::Narrow { 25 } else { 1000 };
        let rules = (0..rules).map(|_| rule(&mut chance, teams, pools, denials)).collect();
        Self { people, machines, networks, hours: &HOURS, rules }
    }
}

const NETWORKS: usize = 24;
const VENDORS: usize = 10;

/// Every other network has IPv6 as well, and some of them many ranges.
fn network(number: usize) -> Vec<String> {
    let mut ranges: Vec<_> =
        (0..=number % 8 * 4).map(|part| format!("10.{number}.{}.0/24", part * 5)).collect();
    if number.is_multiple_of(2) {
        ranges.push(format!("2001:db8:{number:x}::/48"));
    }
    ranges
}

fn person(chance: &mut Chance, number: usize, teams: usize) -> Person {
    let all: Vec<_> = (0..teams).collect();
    // Everybody is in the team of their number, so that no team is empty.
    let mut of = chance.some(2, &all);
    if !of.contains(&(number % teams)) {
        of.push(number % teams);
    }
    Person {
        name: format!("operator-{number}"),
        teams: of,
        vendor: number % VENDORS,
        network: chance.once_in(8).then(|| chance.below(NETWORKS)),
        hours: chance.once_in(3).then(|| chance.below(HOURS.len())),
        disabled: chance.once_in(50),
    }
}

fn machine(chance: &mut Chance, number: usize, pools: usize) -> Machine {
    let all: Vec<_> = (0..pools).collect();
    let mut of = chance.some(1, &all);
    if !of.contains(&(number % pools)) {
        of.push(number % pools);
    }
    let mut logins = chance.some(2, &LOGINS);
    if !logins.contains(&LOGINS[number % LOGINS.len()]) {
        logins.push(LOGINS[number % LOGINS.len()]);
    }
    Machine {
        name: format!("asset-{number}"),
        pools: of,
        danger: chance.below(DANGERS.len()),
        logins,
        hours: chance.once_in(4).then(|| chance.below(HOURS.len())),
    }
}

fn rule(chance: &mut Chance, teams: usize, pools: usize, denials: usize) -> Rule {
    let denies = chance.once_in(denials);
    let who = match chance.below(6) {
        0 => vec![Who::Name(chance.below(OPERATORS))],
        1 => vec![Who::Vendor(chance.below(VENDORS)), Who::Name(chance.below(OPERATORS))],
        2 => vec![Who::Team(chance.below(teams)), Who::Team(chance.below(teams))],
        _ => vec![Who::Team(chance.below(teams))],
    };
    let what = match chance.below(6) {
        0 => (0..4).map(|_| What::Name(chance.below(ASSETS))).collect(),
        1 => vec![What::Pool(chance.below(pools)), What::Name(chance.below(ASSETS))],
        _ => vec![What::Pool(chance.below(pools))],
    };
    let protocols = (!chance.once_in(4)).then(|| chance.some(3, &PROTOCOLS));
    Rule {
        denies,
        who,
        networks: chance.once_in(4).then(|| chance.some(3, &(0..NETWORKS).collect::<Vec<_>>())),
        ways: chance.once_in(5).then(|| chance.some(2, &WAYS)),
        what,
        logins: (!chance.once_in(3)).then(|| chance.some(2, &LOGINS)),
        protocols,
        files: chance.once_in(2).then(|| chance.some(3, &FILES)),
        max_danger: chance.once_in(4).then(|| chance.below(DANGERS.len())),
        hours: chance.once_in(3).then(|| chance.below(HOURS.len())),
    }
}
