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
use super::diagnostic::{Diagnostic, Fault, Faults, Place, SourceFile};
use super::fields::Fields;
use super::items::{Item, Items, define, defined_twice};
use super::names::Names;
use super::operator::Operator;
use super::period;
use super::rule::Rule;
use super::schedule::Schedule;
use super::sources::{Sources, parse_range};
use super::{Policy, word::Effect};

/// Reads all files as one set. Dates without a timezone are days of `default_timezone`.
pub fn load(files: &[SourceFile], default_timezone: &TimeZone) -> Result<Policy, Vec<Diagnostic>> {
    let mut faults = Faults::new(files);
    let parsed: Vec<_> = files.iter().map(|file| DeTable::parse_recoverable(&file.text)).collect();
    let mut items = Items::default();
    for (file, (document, errors)) in parsed.iter().enumerate() {
        for error in errors {
            match files.get(file) {
                Some(source) if is_duplicate(error) => add_duplicate(file, error, source, &mut faults),
                source => add_cut(file, error, source, &mut faults),
            }
        }
        items.add_document(file, document.get_ref(), &mut faults);
    }
    let policy = build(&items, default_timezone, &mut faults);
    let diagnostics = faults.into_diagnostics();
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    Ok(Policy { digest: digest(files), ..policy })
}

/// TOML itself lets no key stand twice in a file. All that follows could still be read.
fn is_duplicate(error: &toml::de::Error) -> bool {
    error.message() == "duplicate key"
}

/// What TOML could not read, and by that where a file was cut short.
fn add_cut(file: usize, error: &toml::de::Error, source: Option<&SourceFile>, faults: &mut Faults<'_>) {
    let end = source.map_or(0, |source| source.text.len());
    faults.cut_short(file);
    faults.add(Place { file, span: error.span().unwrap_or(end..end) }, Fault::new(error.message()));
}

/// Says of a second `[KIND.NAME]` where the first one stands; of any other key only that it is the second.
fn add_duplicate(file: usize, error: &toml::de::Error, source: &SourceFile, faults: &mut Faults<'_>) {
    let (span, text) = (error.span().unwrap_or_default(), source.text.as_str());
    let name = text.get(span.clone()).unwrap_or_default();
    let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let before = text.get(start..span.start).unwrap_or_default();
    // With the closing bracket, or `a` would be found in `ab`.
    let header = text.get(start..span.end + 1).filter(|_| before.starts_with('['));
    let first = header.and_then(|header| text.find(header)).filter(|first| *first < start);
    let first = first.map(|first| first + before.len());
    let fault = match first {
        Some(first) => {
            let first = faults.position(&Place { file, span: first..first });
            defined_twice(before.trim_matches(['[', '.', ' ']), name, &first)
        }
        None => Fault::new(format_args!("{name:?} stands here a second time")),
    };
    faults.add(Place { file, span }, fault);
}

/// Builds what can be built, and tells the faults of the rest.
fn build<'a>(items: &Items<'a>, timezone: &'a TimeZone, faults: &mut Faults<'a>) -> Policy {
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
    let assets = items.assets.values().filter_map(|item| Asset::read(item, &context, faults));
    policy.assets = assets.map(|asset| (asset.name.clone(), asset)).collect();
    let commands = items.commands.values().filter_map(|item| CommandSet::read(item, faults));
    policy.command_sets = commands.map(|set| (set.name.clone(), set)).collect();
    policy.dangers = items.dangers.iter().filter_map(|item| DangerEntry::read(item, faults)).collect();
    let periods = items.lockdowns.values().filter_map(|item| period::read(item, &context, faults));
    policy.periods = periods.collect();
    let mut rules = read_rules(items, &context, faults);
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    (policy.allow, policy.deny) = rules.into_iter().partition(|rule| rule.effect == Effect::Allow);
    policy
}

fn read_rules<'a>(items: &Items<'a>, context: &Context<'a>, faults: &mut Faults<'a>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::with_capacity(items.rules.len());
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for item in &items.rules {
        if let Some(id) = item.table.get("id")
            && let Some(name) = id.get_ref().as_str()
        {
            let place = Place { file: item.place.file, span: id.span() };
            define(&mut seen, "rule", name, place.clone(), &place, faults);
        }
        rules.extend(Rule::read(item, context, faults));
    }
    rules
}

fn read_network<'a>(item: &Item<'a>, faults: &mut Faults<'a>) -> Option<Sources> {
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
