//! The same world in Cedar: a rule is a policy, groups are parents, and what the account and the asset ask for
//! themselves is forbidden unless it holds.
//!
//! What can be said in a policy's head is said there, which is what Cedar finds fastest. What a clock on the
//! wall shows is worked out before the clock runs and given with the request.

use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};

use crate::ask::Ask;
use crate::hours::{Hours, Wall, ZONES, number};
use crate::world::{FILES, Machine, PROTOCOLS, Person, Rule, What, Who, World};

pub(crate) struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

impl Cedar {
    pub(crate) fn new(world: &World, text: &str) -> Self {
        let policies = PolicySet::from_str(text).unwrap_or_else(|error| panic!("{error:?}"));
        let people = world.people.iter().map(|person| person_entity(person, world));
        let machines = world.machines.iter().map(|machine| machine_entity(machine, world));
        let entities = Entities::from_entities(people.chain(machines), None).expect("entities");
        Self { authorizer: Authorizer::new(), policies, entities }
    }

    pub(crate) fn allows(&self, request: &Request) -> bool {
        self.authorizer.is_authorized(request, &self.policies, &self.entities).decision() == Decision::Allow
    }

    /// An error in a policy would make Cedar pass it over.
    pub(crate) fn answers(&self, request: &Request) -> bool {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        let errors: Vec<_> = response.diagnostics().errors().collect();
        assert!(errors.is_empty(), "{errors:?}");
        response.decision() == Decision::Allow
    }
}

fn uid(text: &str) -> EntityUid {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn entity(name: &str, parents: Vec<String>, attributes: Vec<(&str, RestrictedExpression)>) -> Entity {
    let attributes: HashMap<_, _> =
        attributes.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let parents: HashSet<_> = parents.iter().map(|parent| uid(parent)).collect();
    Entity::new(uid(name), attributes, parents).expect("an entity")
}

fn person_entity(person: &Person, world: &World) -> Entity {
    let teams = person.teams.iter().map(|team| format!("Team::\"{team}\""));
    let hours = person.hours.map(|hours| format!("Hours::\"{}\"", world.hours[hours].name));
    let network = person.network.map(|network| format!("Network::\"{network}\""));
    let parents =
        teams.chain([format!("Vendor::\"{}\"", person.vendor)]).chain(hours).chain(network).collect();
    let disabled = RestrictedExpression::new_bool(person.disabled);
    entity(&format!("Operator::{:?}", person.name), parents, vec![("disabled", disabled)])
}

fn machine_entity(machine: &Machine, world: &World) -> Entity {
    let pools = machine.pools.iter().map(|pool| format!("Pool::\"{pool}\""));
    let hours = machine.hours.map(|hours| format!("Hours::\"{}\"", world.hours[hours].name));
    let logins = machine.logins.iter().map(|login| RestrictedExpression::new_string((*login).to_owned()));
    let attributes = vec![
        ("danger", RestrictedExpression::new_long(machine.danger as i64)),
        ("logins", RestrictedExpression::new_set(logins)),
    ];
    entity(&format!("Asset::{:?}", machine.name), pools.chain(hours).collect(), attributes)
}

pub(crate) fn request(ask: &Ask) -> Request {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let mut pairs = vec![
        ("source".to_owned(), RestrictedExpression::new_ip(&ask.source)),
        ("via".to_owned(), text(ask.via)),
        ("login".to_owned(), text(ask.login)),
    ];
    for (key, zone) in ["shanghai", "berlin"].iter().zip(ZONES) {
        let wall = Wall::at(zone, ask.at);
        let fields = [("date", wall.date), ("day", wall.day), ("minute", wall.minute)];
        let fields = fields.map(|(key, value)| (key.to_owned(), RestrictedExpression::new_long(value)));
        pairs.push(((*key).to_owned(), RestrictedExpression::new_record(fields).expect("a record")));
    }
    let action = format!("Action::{:?}", action(ask.protocol, ask.file));
    let (principal, resource) = (format!("Operator::{:?}", ask.operator), format!("Asset::{:?}", ask.asset));
    let context = Context::from_pairs(pairs).expect("a context");
    Request::new(uid(&principal), uid(&action), uid(&resource), context, None).expect("a request")
}

fn action(protocol: &str, file: &str) -> String {
    if matches!(protocol, "sftp" | "scp") { format!("{protocol}-{file}") } else { protocol.to_owned() }
}

pub(crate) fn text(world: &World) -> String {
    let mut policies = vec![
        "forbid (principal, action, resource) when { principal.disabled };".to_owned(),
        "forbid (principal, action, resource) unless { resource.logins.contains(context.login) };".to_owned(),
    ];
    for hours in world.hours {
        let (name, open) = (hours.name, open(hours));
        policies
            .push(format!("forbid (principal in Hours::\"{name}\", action, resource) unless {{ {open} }};"));
        policies
            .push(format!("forbid (principal, action, resource in Hours::\"{name}\") unless {{ {open} }};"));
    }
    for (number, ranges) in world.networks.iter().enumerate() {
        let within = within(ranges.iter());
        let head = format!("forbid (principal in Network::\"{number}\", action, resource)");
        policies.push(format!("{head} unless {{ {within} }};"));
    }
    policies.extend(world.rules.iter().map(|rule| policy(rule, world)));
    policies.join("\n")
}

fn within<'a>(ranges: impl Iterator<Item = &'a String>) -> String {
    let each: Vec<_> = ranges.map(|range| format!("context.source.isInRange(ip({range:?}))")).collect();
    each.join(" || ")
}

/// What a schedule asks of the clock on the wall.
fn open(hours: &Hours) -> String {
    let wall = if hours.zone == ZONES[0] { "context.shanghai" } else { "context.berlin" };
    let days = |shift: i64, first: i64, last: i64| {
        let days: Vec<_> = (first..=last).map(|day| ((day + shift) % 7).to_string()).collect();
        format!("[{}].contains({wall}.day)", days.join(", "))
    };
    let stretch = |(first, last, from, to): &(i64, i64, i64, i64)| {
        let today = days(0, *first, *last);
        if to > from {
            format!("({today} && {wall}.minute >= {from} && {wall}.minute < {to})")
        } else {
            let next = days(1, *first, *last);
            format!("({today} && {wall}.minute >= {from}) || ({next} && {wall}.minute < {to})")
        }
    };
    let stretches: Vec<_> = hours.open.iter().map(stretch).collect();
    let open = format!("({})", stretches.join(" || "));
    if hours.closed.is_empty() {
        return open;
    }
    let dates: Vec<_> =
        hours.closed.iter().map(|date| number(date.parse().expect("a date")).to_string()).collect();
    format!("{open} && !([{}].contains({wall}.date))", dates.join(", "))
}

fn policy(rule: &Rule, world: &World) -> String {
    let mut asked = Vec::new();
    let who: Vec<_> = rule.who.iter().map(|who| principal(*who, world)).collect();
    let what: Vec<_> = rule.what.iter().map(|what| resource(*what, world)).collect();
    let mut head = |name: &str, named: &[String]| match named {
        [one] => format!("{name} in {one}"),
        more => {
            asked.push(format!("{name} in [{}]", more.join(", ")));
            name.to_owned()
        }
    };
    let (principal, resource) = (head("principal", &who), head("resource", &what));
    let mut listed = |key: &str, list: &Option<Vec<&str>>| {
        asked.extend(list.as_ref().map(|list| format!("{list:?}.contains(context.{key})")));
    };
    listed("via", &rule.ways);
    listed("login", &rule.logins);
    asked.extend(rule.max_danger.map(|most| format!("resource.danger <= {most}")));
    asked.extend(rule.networks.as_ref().map(|networks| {
        format!("({})", within(networks.iter().flat_map(|number| &world.networks[*number])))
    }));
    asked.extend(rule.hours.map(|hours| format!("({})", open(&world.hours[hours]))));
    let (effect, action) = (if rule.denies { "forbid" } else { "permit" }, actions(rule));
    let when = if asked.is_empty() { String::new() } else { format!(" when {{ {} }}", asked.join(" && ")) };
    format!("{effect} ({principal}, action{action}, {resource}){when};")
}

fn principal(who: Who, world: &World) -> String {
    match who {
        Who::Name(number) => format!("Operator::{:?}", world.people[number].name),
        Who::Team(number) => format!("Team::\"{number}\""),
        Who::Vendor(number) => format!("Vendor::\"{number}\""),
    }
}

fn resource(what: What, world: &World) -> String {
    match what {
        What::Name(number) => format!("Asset::{:?}", world.machines[number].name),
        What::Pool(number) => format!("Pool::\"{number}\""),
    }
}

/// `files` left out allows looking only, and denies everything.
fn actions(rule: &Rule) -> String {
    if rule.protocols.is_none() && rule.files.is_none() && rule.denies {
        return String::new();
    }
    let files = rule.files.as_deref().unwrap_or(if rule.denies { &FILES } else { &FILES[..1] });
    let mut all: Vec<_> = rule
        .protocols
        .as_deref()
        .unwrap_or(&PROTOCOLS)
        .iter()
        .flat_map(|protocol| files.iter().map(|file| action(protocol, file)))
        .collect();
    all.dedup();
    let all: Vec<_> = all.iter().map(|action| format!("Action::{action:?}")).collect();
    format!(" in [{}]", all.join(", "))
}
