//! From files to a policy: finds every definition, then every fault, and gives a policy only if there are none.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use sha2::Digest as _;
use toml::de::DeTable;

use crate::domain::{Digest, NetworkName};

use super::asset::Asset;
use super::commands::{CommandSet, DangerEntry};
use super::context::Context;
use super::fields::Fields;
use super::items::{Item, Items, define};
use super::names::Names;
use super::operator::Operator;
use super::period;
use super::rule::Rule;
use super::schedule::Schedule;
use super::sources::{Sources, parse_range};
use super::testcase::TestCase;
use super::user_ca::UserCa;
use super::whole::Policy;
use crate::diagnostic::syntax;
use crate::diagnostic::{Diagnostic, Diagnostics, Fault, Location, SourceFile};

/// Reads all files as one set. Dates without a timezone are days of `default_timezone`.
pub fn load(files: &[SourceFile], default_timezone: &TimeZone) -> Result<Policy, Vec<Diagnostic>> {
    let mut faults = Diagnostics::new(files);
    let mut parsed = Vec::with_capacity(files.len());
    for (number, file) in files.iter().enumerate() {
        let text = if syntax::add_undecoded(number, file, &mut faults) { "" } else { &file.text };
        let (document, errors) = DeTable::parse_recoverable(text);
        syntax::add(number, &errors, file, &mut faults);
        parsed.push(document);
    }
    let mut items = Items::default();
    for (number, document) in parsed.iter().enumerate() {
        items.add_document(number, document.get_ref(), &mut faults);
    }
    let policy = build(&items, default_timezone, &mut faults);
    let diagnostics = faults.into_diagnostics();
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    Ok(Policy { digest: digest(files), ..policy })
}

/// Builds what can be built, and tells the faults of the rest.
fn build<'a>(items: &Items<'a>, timezone: &'a TimeZone, faults: &mut Diagnostics<'a>) -> Policy {
    let mut context = Context {
        names: Names::collect(items, !faults.all_read()),
        timezone,
        schedules: BTreeMap::new(),
        networks: BTreeMap::new(),
        known_networks: items.networks.keys().map(|name| format!("@{name}")).collect(),
    };
    for item in items.schedules.values() {
        let schedule = Schedule::read(item, timezone, faults);
        context.schedules.extend(schedule.map(|schedule| (item.name, Arc::new(schedule))));
    }
    for item in items.networks.values() {
        context.networks.extend(read_network(item, faults).map(|network| (item.name, network)));
    }
    let mut policy = Policy::empty();
    let operators = items.operators.values().filter_map(|item| Operator::read(item, &context, faults));
    policy.operators = operators.map(|operator| (operator.name.clone(), operator)).collect();
    refuse_same_names(items, faults);
    let assets = items.assets.values().filter_map(|item| Asset::read(item, &context, faults));
    policy.assets = assets.map(|asset| (asset.name.clone(), asset)).collect();
    let commands = items.commands.values().filter_map(|item| CommandSet::read(item, faults));
    policy.command_sets = commands.map(|set| (set.name.clone(), set)).collect();
    policy.dangers = items.dangers.iter().filter_map(|item| DangerEntry::read(item, faults)).collect();
    let periods = items.lockdowns.values().filter_map(|item| period::read(item, &context, faults));
    policy.periods = periods.collect();
    let user_cas = items.user_cas.values().filter_map(|item| UserCa::read(item, &context, faults));
    policy.user_cas = user_cas.collect();
    policy.tests = items.tests.iter().filter_map(|item| TestCase::read(item, &context, faults)).collect();
    policy.places = places(items, faults);
    policy.ruled_by(read_rules(items, &context, faults))
}

/// Names of assets are looked up without case: two that differ in nothing else would be one.
fn refuse_same_names(items: &Items<'_>, faults: &mut Diagnostics<'_>) {
    let mut named: Vec<&Item<'_>> = items.assets.values().collect();
    named.sort_by_key(|item| (item.place.file, item.place.span.start));
    let mut seen: BTreeMap<String, &Item<'_>> = BTreeMap::new();
    for item in named {
        let Some(first) = seen.insert(item.name.to_ascii_lowercase(), item) else { continue };
        let at = faults.position(&first.place);
        let fault = Fault::new(format_args!(
            "asset {:?} differs from {:?} only in case; that is at {at}",
            item.name, first.name
        ));
        faults.add(
            item.place.clone(),
            fault.hint("names of assets are looked up without case, as those of hosts are: rename one"),
        );
    }
}

/// By the words by which warnings name what they are about.
fn places(items: &Items<'_>, faults: &Diagnostics<'_>) -> BTreeMap<String, String> {
    let named = [
        ("operator", &items.operators),
        ("asset", &items.assets),
        ("commands", &items.commands),
        ("lockdown", &items.lockdowns),
    ];
    let named = named.into_iter().flat_map(|(kind, items)| {
        items.values().map(move |item| (format!("{kind} {}", item.name), &item.place))
    });
    let rules = items.rules.iter().filter_map(|item| {
        let id = item.table.get("id")?.get_ref().as_str()?;
        Some((format!("rule {id}"), &item.place))
    });
    named.chain(rules).map(|(subject, place)| (subject, faults.position(place))).collect()
}

fn read_rules<'a>(items: &Items<'a>, context: &Context<'a>, faults: &mut Diagnostics<'a>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::with_capacity(items.rules.len());
    let mut seen: BTreeMap<&str, Location> = BTreeMap::new();
    for item in &items.rules {
        if let Some(id) = item.table.get("id")
            && let Some(name) = id.get_ref().as_str()
        {
            let place = Location { file: item.place.file, span: id.span() };
            define(&mut seen, "rule", name, place.clone(), &place, faults);
        }
        rules.extend(Rule::read(item, context, faults));
    }
    rules
}

fn read_network<'a>(item: &Item<'a>, faults: &mut Diagnostics<'a>) -> Option<Sources> {
    let mut fields = Fields::new(item.table, item.place.clone(), &["ranges"], faults);
    fields.name(item.name, NetworkName::parse);
    fields.require(&["ranges"]);
    fields.list("ranges", parse_range).map(Sources::new)
}

/// SHA-256 over the sources in order of their paths, each part with its length before it, so that no
/// text can pass for two.
fn digest(files: &[SourceFile]) -> Digest {
    let mut sorted: Vec<&SourceFile> = files.iter().collect();
    sorted.sort();
    let mut hash = sha2::Sha256::new();
    for part in sorted.iter().flat_map(|file| [&file.path, &file.text]) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Digest(hash.finalize().into())
}
