//! kill -9 at every step of an order: what was acknowledged holds, what was not is one or the other and never
//! half, and the journal explains it.

use serde_json::Value;

use crate::harness::{Gateway, Operator, PATIENCE, Running, Setup, field, has_event};

/// Between which steps of `lockdown start` the gateway dies, and whether the order holds after that.
const START: [(&str, bool); 6] = [
    ("start:asked", false),
    ("start:stored", true),
    ("start:in-force", true),
    ("start:cut", true),
    ("start:journaled", true),
    ("start:enforced", true),
];

/// The same of `lockdown lift`; whether it holds still.
const LIFT: [(&str, bool); 4] =
    [("lift:asked", true), ("lift:journaled", true), ("lift:stored", false), ("lift:open", false)];

struct Scene {
    gateway: Gateway,
    operator: Operator,
}

impl Scene {
    fn new() -> Self {
        let gateway = Setup::new().start();
        let operator = gateway.operator("op1");
        Self { gateway, operator }
    }

    /// Gives an order to a gateway that will die of it.
    fn dies(&self, place: &str, words: &[&str]) {
        self.gateway.stop();
        self.gateway.start_with("JUYONG_DIE_AT", place);
        let out = self.gateway.juyong(words);
        assert!(!out.status.success(), "{place}: nobody may be told of success: {out}");
        self.gateway.kill(); // reaps it
    }

    /// After the next start state, journal and what a login meets are of one mind, and stay so.
    fn settled(&self, place: &str, holds: bool) -> Vec<Value> {
        for _ in 0..2 {
            self.gateway.start();
            assert_eq!(self.in_force().is_some(), holds, "{place}");
            let tried = self.gateway.exec(&self.operator, "+box", "true");
            assert_eq!(tried.status.success(), !holds, "{place}: {tried}");
            self.gateway.juyong(&["audit", "verify"]).ok();
            self.gateway.stop();
        }
        self.gateway.start();
        self.gateway.events()
    }

    fn in_force(&self) -> Option<String> {
        let rows = self.gateway.records(&["lockdown", "status"]);
        rows.first().map(|row| field(row, "lockdown").to_owned())
    }
}

#[test]
fn a_death_at_any_step_of_a_start_leaves_it_whole_or_undone() {
    for (place, holds) in START {
        let scene = Scene::new();
        let operator = scene.gateway.operator("op2");
        scene.dies(place, &["lockdown", "start", "--reason", "drill"]);
        let rows = scene.settled(place, holds);
        // An order that holds has its row: its own, or that of the start that found it.
        let told = |event| has_event(&rows, event, &[("reason", "drill")]);
        assert_eq!(told("lockdown-started") || told("lockdown-resumed"), holds, "{place}");
        if holds {
            let id = scene.in_force().unwrap();
            scene.gateway.juyong(&["lockdown", "lift", &id, "--reason", "over"]).ok();
        }
        let mut ssh = scene.gateway.ssh(&operator, "+box");
        Running::run(ssh.arg("true"), b"", PATIENCE).ok();
    }
}

#[test]
fn a_death_at_any_step_of_a_lift_leaves_it_whole_or_undone() {
    for (place, holds) in LIFT {
        let scene = Scene::new();
        scene.gateway.juyong(&["lockdown", "start", "--reason", "drill"]).ok();
        let id = scene.in_force().unwrap();
        scene.dies(place, &["lockdown", "lift", &id, "--reason", "over"]);
        let rows = scene.settled(place, holds);
        let lifted = has_event(&rows, "lockdown-lifted", &[("lockdown", &id)]);
        assert!(lifted || holds, "{place}: what is open has its row");
        if holds {
            scene.gateway.juyong(&["lockdown", "lift", &id, "--reason", "over"]).ok();
        }
    }
}
