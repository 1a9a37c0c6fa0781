//! One policy in both languages with its requests, and what is measured of it.

use std::hint::black_box;

use ::juyong::policy::{Decision, Request, SourceFile};
use criterion::Criterion;

use crate::ask::asks;
use crate::cedar::{self, Cedar};
use crate::juyong::{self, Juyong};
use crate::tails::Tails;
use crate::world::{Breadth, World};

/// Requests are drawn around so many rules, in a small policy and in a large one.
const AMONG: usize = 50;

/// Every request is asked so often.
const ROUNDS: usize = 50;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    world: World,
    files: Vec<SourceFile>,
    text: String,
    ours: Juyong,
    theirs: Cedar,
    requests: Vec<Request>,
    cedar_requests: Vec<cedar_policy::Request>,
}

pub(crate) struct Measured {
    pub(crate) name: &'static str,
    /// Of all requests.
    pub(crate) allowed: f64,
    /// Rules that an answer names, on average of those that name any.
    pub(crate) named: f64,
    pub(crate) ours: Tails,
    pub(crate) theirs: Tails,
}

impl Case {
    pub(crate) fn draw(name: &'static str, rules: usize, breadth: Breadth, requests: usize) -> Self {
        let world = World::draw(rules, breadth);
        let (files, text) = (juyong::files(&world), cedar::text(&world));
        let (ours, theirs) = (Juyong::new(&files), Cedar::new(&world, &text));
        let asks = asks(&world, AMONG, requests);
        let cedar_requests = asks.iter().map(cedar::request).collect();
        let requests = asks.iter().map(juyong::request).collect();
        Self { name, world, files, text, ours, theirs, requests, cedar_requests }
    }

    pub(crate) fn measure(&self) -> Measured {
        let (allowed, named) = self.agree();
        let count = self.requests.len();
        Measured {
            name: self.name,
            allowed,
            named,
            ours: Tails::measure(count * ROUNDS, |n| self.ours.decide(&self.requests[n % count])),
            theirs: Tails::measure(count, |n| self.theirs.allows(&self.cedar_requests[n])),
        }
    }

    /// Asks both sides everything, and stops where they disagree.
    fn agree(&self) -> (f64, f64) {
        let (mut allowed, mut naming, mut named) = (0, 0, 0);
        for (request, other) in self.requests.iter().zip(&self.cedar_requests) {
            let decision = self.ours.decide(request);
            let rules = match &decision {
                Decision::Allow(allowance) => &allowance.rules,
                Decision::Deny(denial) => &denial.rules,
            };
            let allows = matches!(decision, Decision::Allow(_));
            assert_eq!(allows, self.theirs.answers(other), "{}: {request:?}\n{decision:?}", self.name);
            allowed += usize::from(allows);
            naming += usize::from(!rules.is_empty());
            named += rules.len();
        }
        (allowed as f64 / self.requests.len() as f64, named as f64 / naming.max(1) as f64)
    }

    /// Criterion's means and medians, over the same requests in turn.
    pub(crate) fn estimate(&self, criterion: &mut Criterion) {
        let mut group = criterion.benchmark_group(self.name);
        let mut next = self.requests.iter().cycle();
        group.bench_function("juyong", |bench| bench.iter(|| next.next().map(|ask| self.ours.decide(ask))));
        let mut next = self.cedar_requests.iter().cycle();
        group.bench_function("cedar", |bench| bench.iter(|| next.next().map(|ask| self.theirs.allows(ask))));
        group.finish();
    }

    pub(crate) fn estimate_load(&self, criterion: &mut Criterion) {
        let mut group = criterion.benchmark_group(format!("load, {}", self.name));
        group.bench_function("juyong", |bench| bench.iter(|| Juyong::new(&self.files)));
        group.bench_function("cedar", |bench| bench.iter(|| Cedar::new(&self.world, &self.text)));
        group.finish();
    }
}

/// From texts to something that decides.
pub(crate) struct Loads {
    pub(crate) ours: Tails,
    pub(crate) theirs: Tails,
}

impl Loads {
    pub(crate) fn measure(case: &Case) -> Self {
        Self {
            ours: Tails::measure(20, |_| black_box(Juyong::new(&case.files))),
            theirs: Tails::measure(5, |_| black_box(Cedar::new(&case.world, &case.text))),
        }
    }
}
