//! One session whose recording's disk is slow, beside many whose disk is not, and an order that cuts it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::lab::{Lab, Order};
use crate::samples::milliseconds;
use crate::typist::Typist;

/// What the disk takes for each write.
pub(crate) const WRITE: Duration = Duration::from_secs(2);
/// How often somebody strikes a key.
pub(crate) const KEY: Duration = Duration::from_millis(200);
/// Logins at once.
const AT_ONCE: usize = 8;
/// How long the session may take to notice its disk, and its channel to end.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Found {
    pub(crate) before: Vec<Duration>,
    pub(crate) beside: Vec<Duration>,
    /// Sessions that ended although nothing of theirs was slow.
    pub(crate) ended: usize,
    pub(crate) typists: usize,
    /// A key in the session whose disk is slow.
    pub(crate) own: Duration,
    pub(crate) order: Order,
    pub(crate) answered: Duration,
    pub(crate) over: Duration,
}

pub(crate) fn measure(typists: usize, long: Duration) -> Found {
    let dir = tempfile::tempdir().expect("a directory");
    let slow = dir.path().join("slow");
    // Operators log in in their order: the first is the one whose disk is slow.
    let lab = Lab::with(typists + 1, &[("JUYONG_STUCK_WRITE", format!("bench-0:{}", slow.display()))]);
    let (own, others) = (runtime(), runtime());
    let mut one = own.block_on(Typist::open(&lab.log_in())).expect("the session whose disk will be slow");
    let (all, before) = others.block_on(type_for(open(&lab, typists), long));
    std::fs::write(&slow, WRITE.as_millis().to_string()).expect("a slow disk");
    let stalls = own.spawn(async move {
        let first = one.strike().await;
        while one.strike().await.is_some() {}
        (first, Instant::now())
    });
    let (all, beside) = others.block_on(type_for(async { all }, long));
    let order = lab.order(&["--scope", "bench-0"]);
    let answered = order.sent.elapsed();
    let ended = own.block_on(async { tokio::time::timeout(PATIENCE, stalls).await });
    let (first, over) = ended.expect("the session that is cut ends").expect("a task");
    let own = first.expect("a key within the time");
    assert!(own >= WRITE, "the disk was not slow: has the program fail points (debug assertions)?");
    let over = over.saturating_duration_since(order.sent);
    Found { before, beside, ended: typists - all.len(), typists, own, order, answered, over }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

async fn open(lab: &Lab, typists: usize) -> Vec<Typist> {
    let (turns, mut opening) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    for _ in 0..typists {
        let (login, turns) = (lab.log_in(), Arc::clone(&turns));
        opening.spawn(async move {
            let _turn = turns.acquire().await;
            Typist::open(&login).await
        });
    }
    let opened = opening.join_all().await;
    opened.into_iter().collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}"))
}

/// Those whose session still stands, and how long each echo took.
async fn type_for(
    typists: impl Future<Output = Vec<Typist>>,
    long: Duration,
) -> (Vec<Typist>, Vec<Duration>) {
    let mut typing = JoinSet::new();
    let typists = typists.await;
    let (began, count) = (Instant::now(), typists.len().max(1) as u32);
    for (index, mut typist) in typists.into_iter().enumerate() {
        typing.spawn(async move {
            let mut echoes = Vec::new();
            tokio::time::sleep(KEY / count * index as u32).await; // they are not in step
            while began.elapsed() < long {
                match typist.strike().await {
                    Some(echo) => echoes.push(echo),
                    None => return (None, echoes),
                }
                tokio::time::sleep(KEY).await;
            }
            (Some(typist), echoes)
        });
    }
    let typed = typing.join_all().await;
    let (typists, echoes): (Vec<_>, Vec<_>) = typed.into_iter().unzip();
    (typists.into_iter().flatten().collect(), echoes.into_iter().flatten().collect())
}

impl Found {
    /// By the gateway's own account.
    pub(crate) fn slowest_cut(&self) -> f64 {
        self.order.answer["slowest_cut_ms"].as_f64().unwrap_or(f64::INFINITY)
    }

    pub(crate) fn over_ms(&self) -> f64 {
        milliseconds(self.over)
    }
}
