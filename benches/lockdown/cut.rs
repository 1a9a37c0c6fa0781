//! Many sessions with traffic in them, and one order that cuts all but a few.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::aside::Crowd;
use crate::asset::{self, Busy};
use crate::door::{self, Knock};
use crate::lab::{ESSENTIAL, Lab, Order};
use crate::process::cpu_seconds;
use crate::samples::milliseconds;
use crate::traffic::{Kind, Seen, Session};

/// Logins at once.
const AT_ONCE: usize = 24;
/// For the knocking at the door.
const SPARE: usize = 300;
/// How often there is something to see in a session that no order covers.
pub(crate) const FINE: Duration = Duration::from_millis(10);
/// How long everything runs before the order, and what is left after it.
pub(crate) const STEADY: Duration = Duration::from_secs(10);
const AFTER: Duration = Duration::from_secs(2);
/// How long sessions may take to have traffic, and to end.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often a session has traffic: as much for all of them together as the machine carries at half its strength.
fn pace(sessions: usize) -> Duration {
    Duration::from_millis(if sessions <= 500 { 100 } else { 500 })
}

/// Times are milliseconds from just before the order was given, as the clients saw them.
pub(crate) struct Cut {
    pub(crate) sessions: usize,
    pub(crate) every: Duration,
    pub(crate) last_byte: Vec<Duration>,
    pub(crate) channel_over: Vec<Duration>,
    pub(crate) connection_over: Vec<Duration>,
    /// Covered sessions whose channel was still open at the end.
    pub(crate) left: usize,
    pub(crate) order: Order,
    pub(crate) answered: Duration,
    /// The last login that still reached the asset, and the first that did not.
    pub(crate) last_in: Option<f64>,
    pub(crate) first_out: Option<f64>,
    /// Largest pauses in the sessions that go on.
    pub(crate) pause_before: Duration,
    pub(crate) pause_during: Duration,
    pub(crate) going_on: usize,
    /// What was left on the asset, and when it was looked at.
    pub(crate) on_asset: (Busy, Duration),
    /// Share of one processor that the gateway used before the order.
    pub(crate) load: f64,
}

type Seens = Vec<Arc<Mutex<Seen>>>;

pub(crate) fn measure(sessions: usize) -> Cut {
    eprintln!("{sessions} sessions: enrolling");
    let lab = Arc::new(Lab::new(sessions + SPARE));
    let every = pace(sessions);
    // Those that go on have a runtime of their own, as they would have a machine.
    let (calm, crowd) = (calm(), Crowd::new());
    let essential = calm.block_on(fill(&lab, ESSENTIAL, FINE));
    lab.asset_gives_way();
    let covered = crowd.runtime.block_on(fill(&lab, sessions - ESSENTIAL, every));
    wait_for("traffic in every session", || covered.iter().chain(&essential).all(flows));
    let stop = Arc::new(AtomicBool::new(false));
    let knocking = crowd.runtime.spawn(door::keep_knocking(Arc::clone(&lab), Arc::clone(&stop)));
    lab.asset_stays_out_of_the_way();
    crowd.put_aside();
    let (steady, before) = (Instant::now(), cpu_seconds(lab.gateway()));
    std::thread::sleep(STEADY);
    let load = (cpu_seconds(lab.gateway()) - before) / steady.elapsed().as_secs_f64();
    let order = lab.lock_down();
    let answered = order.sent.elapsed();
    let patience = Instant::now();
    while !covered.iter().all(is_over) && patience.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(AFTER.saturating_sub(patience.elapsed()));
    stop.store(true, Ordering::Relaxed);
    let knocks = crowd.runtime.block_on(knocking).expect("knocking");
    let on_asset = settled(&lab, order.sent);
    let essential: Vec<Seen> = essential.iter().map(look).collect();
    let pauses = |from, to| essential.iter().map(|seen| pause(seen, from, to)).max().unwrap_or_default();
    let (last_in, first_out) = door(&knocks, order.sent);
    let covered: Vec<Seen> = covered.iter().map(look).collect();
    let since = |at: Option<&Instant>| at.map(|at| at.saturating_duration_since(order.sent));
    Cut {
        sessions,
        every,
        last_byte: covered.iter().filter_map(|seen| since(seen.traffic.last())).collect(),
        channel_over: covered.iter().filter_map(|seen| since(seen.channel_over.as_ref())).collect(),
        connection_over: covered.iter().filter_map(|seen| since(seen.connection_over.as_ref())).collect(),
        left: covered.iter().filter(|seen| seen.channel_over.is_none()).count(),
        answered,
        last_in,
        first_out,
        pause_before: pauses(steady, order.sent),
        pause_during: pauses(order.sent, order.sent + AFTER),
        going_on: essential.iter().filter(|seen| seen.channel_over.is_none()).count(),
        on_asset,
        load,
        order,
    }
}

fn calm() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

/// Opens that many sessions, of all kinds by turns, and leaves them to run.
async fn fill(lab: &Arc<Lab>, sessions: usize, every: Duration) -> Seens {
    let (places, mut opening) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    for index in 0..sessions {
        let (lab, place) = (Arc::clone(lab), Arc::clone(&places).acquire_owned().await);
        if index % 100 == 99 {
            eprintln!("{} of {sessions}", index + 1);
        }
        opening.spawn(async move {
            let _place = place;
            let session = Session::open(&lab.log_in(), Kind::of(index), every, lab.echo).await;
            let session = session.unwrap_or_else(|error| panic!("{error}"));
            let seen = session.seen();
            tokio::spawn(session.go_on());
            seen
        });
    }
    opening.join_all().await
}

fn look(seen: &Arc<Mutex<Seen>>) -> Seen {
    seen.lock().expect("what was seen").clone()
}

fn flows(seen: &Arc<Mutex<Seen>>) -> bool {
    let seen = seen.lock().expect("what was seen");
    assert!(seen.channel_over.is_none(), "a session ended before it was to");
    !seen.traffic.is_empty()
}

fn is_over(seen: &Arc<Mutex<Seen>>) -> bool {
    seen.lock().expect("what was seen").connection_over.is_some()
}

/// The longest that nothing came, in that stretch of time.
fn pause(seen: &Seen, from: Instant, to: Instant) -> Duration {
    let inside = seen.traffic.iter().copied().filter(|at| (from..to).contains(at));
    let marks: Vec<_> = [from].into_iter().chain(inside).chain([to]).collect();
    marks.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}

/// The last login that still got in, and the first that began later and did not; milliseconds from the order.
fn door(knocks: &[Knock], sent: Instant) -> (Option<f64>, Option<f64>) {
    let since = |at: Instant| match at.checked_duration_since(sent) {
        Some(after) => milliseconds(after),
        None => -milliseconds(sent - at),
    };
    let last_in = knocks.iter().filter_map(|knock| knock.inside).max().map(since);
    let refused = knocks.iter().filter(|knock| knock.inside.is_none() && knock.began >= sent);
    (last_in, refused.map(|knock| since(knock.began)).reduce(f64::min))
}

/// Waits until the asset has nothing but the sessions that go on, and says what it has.
fn settled(lab: &Lab, sent: Instant) -> (Busy, Duration) {
    let began = Instant::now();
    loop {
        let (busy, looked) = (asset::busy(lab.asset()), sent.elapsed());
        if busy.connections <= ESSENTIAL && busy.programs <= ESSENTIAL || began.elapsed() > PATIENCE {
            return (busy, looked);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn wait_for(what: &str, done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < PATIENCE, "no {what} within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
