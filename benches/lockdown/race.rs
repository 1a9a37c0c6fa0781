//! Logins that hammer while orders start and are lifted: does anything run that the state forbids?
//!
//! Seen from the asset: what a login starts there notes every few milliseconds that it is alive, and whose it
//! is. Between an order's answer and its lift nothing of anybody covered may be alive, but for the moment that
//! the asset itself needs to end what has lost its line.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use russh::ChannelMsg;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::client::Login;
use crate::lab::{ESSENTIAL, Lab};
use crate::{asset, emit};

/// Logins at once.
const AT_ONCE: usize = 12;
/// Each has a code every 30 s.
const OPERATORS: usize = 800;
/// How often what runs on the asset notes that it is alive.
const TICK: Duration = Duration::from_millis(20);
/// What the asset may need to end a program that has lost its line.
pub(crate) const GRACE: Duration = Duration::from_millis(250);
/// All of it, whatever happens.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

#[derive(Default)]
struct Counts {
    logins: AtomicUsize,
    inside: AtomicUsize,
    refused: AtomicUsize,
    stop: AtomicBool,
}

pub(crate) struct Race {
    pub(crate) orders: usize,
    pub(crate) logins: usize,
    /// Logins that reached the asset, and that heard from the gateway why they may not, or not any more.
    pub(crate) inside: usize,
    pub(crate) refused: usize,
    /// Programs of covered accounts that lived later than [`GRACE`] after an answer, and before the lift.
    pub(crate) forbidden: usize,
    /// Programs that the asset was told to start before the cut, started after [`GRACE`], and that ended at their
    /// first word: nobody was there to read it.
    pub(crate) stillborn: usize,
    /// Programs of covered accounts that were there just before a lift.
    pub(crate) alive: usize,
    /// The latest sign of life of a covered account after an answer.
    pub(crate) latest: Duration,
    /// Of the sessions that no order covers: how many were there at the end, and their longest silence.
    pub(crate) going_on: usize,
    pub(crate) silence: Duration,
    pub(crate) took: Duration,
}

impl Race {
    pub(crate) fn holds(&self) -> bool {
        self.forbidden == 0 && self.alive == 0 && self.going_on == ESSENTIAL
    }
}

/// Milliseconds since 1970 at which an order had answered, and at which its lift was given.
type Stretch = (u64, u64);

pub(crate) fn run(orders: usize, logins: usize) -> Race {
    eprintln!("the race: enrolling");
    let (lab, counts) = (Arc::new(Lab::new(OPERATORS)), Arc::new(Counts::default()));
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let began = Instant::now();
    let mut essential = JoinSet::new();
    for _ in 0..ESSENTIAL {
        let (login, command) = worker(&lab);
        essential.spawn_on(async move { visit(&login, command, PATIENCE).await.is_ok() }, runtime.handle());
    }
    let hammers: Vec<_> =
        (0..AT_ONCE).map(|_| runtime.spawn(hammer(Arc::clone(&lab), Arc::clone(&counts)))).collect();
    let (mut stretches, mut alive) = (Vec::new(), 0);
    while stretches.len() < orders || counts.logins.load(Ordering::Relaxed) < logins {
        assert!(began.elapsed() < PATIENCE, "the race takes more than {PATIENCE:?}");
        let (stretch, left) = round(&lab, stretches.len() as u64);
        stretches.push(stretch);
        alive += left;
        if stretches.len().is_multiple_of(20) {
            eprintln!("{} orders, {} logins", stretches.len(), counts.logins.load(Ordering::Relaxed));
        }
    }
    counts.stop.store(true, Ordering::Relaxed);
    hammers.into_iter().for_each(|hammer| runtime.block_on(hammer).expect("a hammer"));
    let ended = runtime.block_on(async { essential.try_join_next().into_iter().count() });
    let lives = Lives::read(&lab);
    let (stillborn, forbidden): (Vec<_>, Vec<_>) =
        lives.after_grace(&stretches).partition(|late| late.signs == 1);
    if let Some(late) = forbidden.first() {
        eprintln!("forbidden: {forbidden:?}\n{}", lab.journal_of(&late.name));
    }
    Race {
        orders: stretches.len(),
        logins: counts.logins.load(Ordering::Relaxed),
        inside: counts.inside.load(Ordering::Relaxed),
        refused: counts.refused.load(Ordering::Relaxed),
        forbidden: forbidden.len(),
        stillborn: stillborn.len(),
        alive,
        latest: lives.latest(&stretches),
        going_on: essential.len() - ended,
        silence: lives.silence(),
        took: began.elapsed(),
    }
}

/// One order: how long the door is open before it, and shut under it, is different each time.
fn round(lab: &Lab, number: u64) -> (Stretch, usize) {
    std::thread::sleep(Duration::from_millis(300 + number * 37 % 1200));
    let order = lab.lock_down();
    let answered = emit::now();
    std::thread::sleep(GRACE * 2 + Duration::from_millis(number * 53 % 200));
    let alive = asset::programs().iter().filter(|line| is_covered(line)).count();
    let given = emit::now();
    lab.lift(&order);
    ((answered, given), alive)
}

/// By the name, which stands behind the interval in the command line.
fn is_covered(command_line: &str) -> bool {
    let name = command_line.split_whitespace().rev().nth(1);
    name.is_some_and(|name| !is_essential(name))
}

fn is_essential(name: &str) -> bool {
    let number = name.rsplit_once('-').and_then(|(_, number)| number.parse::<usize>().ok());
    number.is_some_and(|number| number < ESSENTIAL)
}

/// Somebody, and what they run on the asset.
fn worker(lab: &Lab) -> (Login, String) {
    let login = lab.log_in();
    let (name, _) = login.user.split_once('+').expect("a name and an asset");
    let command = emit::noted(TICK, name, &lab.path("alive"));
    (login, command)
}

async fn hammer(lab: Arc<Lab>, counts: Arc<Counts>) {
    while !counts.stop.load(Ordering::Relaxed) {
        let number = counts.logins.fetch_add(1, Ordering::Relaxed) as u64;
        let (login, command) = worker(&lab);
        let stay = Duration::from_millis(200 + number * 41 % 1500);
        let Heard { asset, gateway } = visit(&login, command, stay).await.unwrap_or_default();
        counts.inside.fetch_add(usize::from(asset), Ordering::Relaxed);
        counts.refused.fetch_add(usize::from(gateway), Ordering::Relaxed);
    }
}

/// Whom a visitor heard.
#[derive(Default)]
struct Heard {
    asset: bool,
    gateway: bool,
}

/// Logs in, runs a command, and stays for a while if it may.
async fn visit(login: &Login, command: String, stay: Duration) -> Result<Heard, String> {
    let connection = login.connect().await?;
    let mut heard = Heard::default();
    let inside = async {
        let mut channel = connection.channel_open_session().await?;
        channel.exec(false, command).await?;
        while let Some(message) = channel.wait().await {
            heard.asset |= matches!(message, ChannelMsg::Data { .. });
            heard.gateway |= matches!(message, ChannelMsg::ExtendedData { .. }); // its words are standard error
        }
        Ok::<_, russh::Error>(())
    };
    let _ = tokio::time::timeout(stay, inside).await; // cut, refused, or stayed long enough
    let _ = connection.disconnect(russh::Disconnect::ByApplication, "", "").await; // it may be cut already
    Ok(heard)
}

/// A program that showed itself too late.
#[derive(Debug)]
#[allow(dead_code, reason = "all of it is for whoever reads that the state was broken")]
struct Late {
    name: String,
    order: usize,
    signs: usize,
}

/// When whose programs were alive, in milliseconds since 1970.
struct Lives(Vec<(String, u64)>);

impl Lives {
    fn read(lab: &Lab) -> Self {
        let text = std::fs::read_to_string(lab.path("alive")).expect("signs of life");
        let sign = |line: &str| {
            let (name, at) = line.split_once(' ')?;
            Some((name.to_owned(), at.parse().ok()?))
        };
        Self(text.lines().map(|line| sign(line).unwrap_or_else(|| panic!("{line:?}"))).collect())
    }

    /// Whose programs were alive under which order that covers them, and how long after its answer.
    fn under_orders(&self, stretches: &[Stretch]) -> impl Iterator<Item = (&str, usize, Duration)> {
        let covered = self.0.iter().filter(|(name, _)| !is_essential(name));
        covered.filter_map(|(name, at)| {
            let order = stretches.partition_point(|(answered, _)| answered < at).checked_sub(1)?;
            let (answered, given) = stretches[order];
            (*at < given).then(|| (name.as_str(), order, Duration::from_millis(at - answered)))
        })
    }

    fn latest(&self, stretches: &[Stretch]) -> Duration {
        self.under_orders(stretches).map(|(.., late)| late).max().unwrap_or_default()
    }

    /// Who showed later than [`GRACE`], under which order, and how often.
    fn after_grace(&self, stretches: &[Stretch]) -> impl Iterator<Item = Late> {
        let mut signs: HashMap<(&str, usize), usize> = HashMap::new();
        for (name, order, _) in self.under_orders(stretches).filter(|&(.., late)| late > GRACE) {
            *signs.entry((name, order)).or_default() += 1;
        }
        signs.into_iter().map(|((name, order), signs)| Late { name: name.to_owned(), order, signs })
    }

    /// The longest that a program of somebody essential, once there, did not show itself.
    fn silence(&self) -> Duration {
        let (mut last, mut longest) = (HashMap::new(), 0);
        for (name, at) in self.0.iter().filter(|(name, _)| is_essential(name)) {
            if let Some(before) = last.insert(name, *at) {
                longest = longest.max(at.saturating_sub(before));
            }
        }
        Duration::from_millis(longest)
    }
}
