//! Logins come without a pause while orders start and are lifted: nothing of a covered account runs on the
//! asset between an order's answer and its lift. Seen from the asset's side, by what a login starts there.
//! `benches/lockdown/race.rs` runs the same at its full size.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::harness::{Gateway, Operator, Running, Setup, field};

const ORDERS: u64 = 6;
/// Each has three codes at once and one more every 30 s: enough for two logins a second.
const OPERATORS: usize = 24;
/// People who log in one time after the other.
const AT_ONCE: usize = 4;
/// What the asset may need to end a program that has lost its line, on a machine that is busy with other tests; a
/// program that nobody cut goes on for longer. How fast an order cuts is for the bench to say.
const GRACE: u64 = 4000;
const TENTHS: u32 = 120;

/// One whom no order covers.
const ESSENTIAL: &str = "op1";

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_millis()).unwrap()
}

/// Notes whose it is and that it is alive, until nobody reads any more; otherwise for about that many tenths
/// of a second.
fn alive(name: &str, file: &Path, tenths: u32) -> String {
    format!(
        "n=0; while [ $n -lt {tenths} ]; do echo {name} $(date +%s%3N) >> {file}; echo tick || exit; \
         sleep 0.1; n=$((n+1)); done",
        file = file.display()
    )
}

/// Milliseconds since 1970 at which an order had answered, and at which its lift was given.
struct Stretch {
    answered: u64,
    given: u64,
}

fn round(gateway: &Gateway, number: u64) -> Stretch {
    std::thread::sleep(Duration::from_millis(700 + number * 97 % 600));
    let words = ["lockdown", "start", "--reason", "drill", "--except", ESSENTIAL];
    let order = gateway.records(&words).remove(0);
    let answered = now();
    std::thread::sleep(Duration::from_millis(GRACE + 300));
    let given = now();
    gateway.juyong(&["lockdown", "lift", field(&order, "lockdown"), "--reason", "over"]).ok();
    Stretch { answered, given }
}

#[derive(Default)]
struct Counts {
    inside: AtomicUsize,
    refused: AtomicUsize,
    stop: AtomicBool,
}

/// These people log in again and again.
fn hammer(gateway: &Gateway, people: &[Operator], file: &Path, counts: &Counts) {
    for person in people.iter().cycle() {
        if counts.stop.load(Ordering::Relaxed) {
            return;
        }
        let outcome = gateway.exec(person, "+box", &alive(&person.name, file, TENTHS));
        let count = if outcome.out.is_empty() { &counts.refused } else { &counts.inside };
        count.fetch_add(1, Ordering::Relaxed);
        if !outcome.status.success() {
            outcome.refused("access is locked");
        }
    }
}

#[test]
fn no_login_slips_through_an_order() {
    let names: Vec<String> = (0..OPERATORS).map(|number| format!("racer-{number}")).collect();
    let tables: String =
        names.iter().map(|name| format!("[operator.{name}]\ngroups = [\"ops\"]\n")).collect();
    let gateway = Setup::new().policy(&tables).start();
    let people: Vec<Operator> = names.iter().map(|name| gateway.operator(name)).collect();
    let (file, counts) = (gateway.path("alive"), Counts::default());
    let essential = gateway.operator(ESSENTIAL);
    let kept = Running::start(gateway.ssh(&essential, "+box").arg(alive(ESSENTIAL, &file, 9000)));
    kept.expect("tick");
    let stretches: Vec<Stretch> = std::thread::scope(|scope| {
        for people in people.chunks(OPERATORS / AT_ONCE) {
            scope.spawn(|| hammer(&gateway, people, &file, &counts));
        }
        let stretches = (0..ORDERS).map(|number| round(&gateway, number)).collect();
        counts.stop.store(true, Ordering::Relaxed);
        stretches
    });

    let signs = fs::read_to_string(&file).unwrap();
    for sign in signs.lines() {
        let (name, at) = sign.split_once(' ').unwrap();
        let at: u64 = at.parse().unwrap();
        let under = stretches.iter().find(|stretch| (stretch.answered + GRACE..stretch.given).contains(&at));
        let late = under.map(|stretch| at - stretch.answered);
        assert!(name == ESSENTIAL || late.is_none(), "{name} was alive {late:?} ms after an order's answer");
    }
    let essential = |stretch: &Stretch| {
        let signs = signs.lines().filter_map(|sign| sign.strip_prefix(ESSENTIAL)?.trim().parse().ok());
        signs.filter(|at| (stretch.answered..stretch.given).contains(at)).count()
    };
    assert!(stretches.iter().all(|stretch| essential(stretch) > 0), "the exempt session did not go on");
    // Had nobody been let in, or nobody refused, there would have been no race.
    let (inside, refused) = (counts.inside.load(Ordering::Relaxed), counts.refused.load(Ordering::Relaxed));
    assert!(inside >= 5 && refused >= 10, "{inside} logins reached the asset, {refused} were refused");
    drop(kept);
    let cut = gateway.sessions().iter().filter(|session| field(session, "ending") == "cut").count();
    assert!(cut > 0, "no order found anybody at work");
}
