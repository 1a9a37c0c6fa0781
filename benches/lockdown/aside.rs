//! What would be on other machines: it shares this one, and must not stand in the way of what is measured.

use std::sync::{Arc, Mutex};

use rustix::process::{Pid, setpriority_process};
use rustix::thread::{CpuSet, gettid, sched_getaffinity, sched_setaffinity};
use tokio::runtime::{Builder, Runtime};

/// The weakest claim to a processor that there is.
pub(crate) const LEAST: i32 = 19;

/// From now on this process or thread, and what it starts, has the weakest claim to a processor, and to one of
/// them only. The priority alone does not do: where the kernel groups processes by their terminal's session, it
/// counts within a group.
pub(crate) fn put_aside(what: Pid) {
    setpriority_process(Some(what), LEAST).expect("a priority");
    let ours = sched_getaffinity(None).expect("our processors");
    let mut its = CpuSet::new();
    its.set((0..CpuSet::MAX_CPU).rev().find(|cpu| ours.is_set(*cpu)).expect("a processor"));
    sched_setaffinity(Some(what), &its).expect("a processor for it");
}

/// The clients that are cut.
pub(crate) struct Crowd {
    pub(crate) runtime: Runtime,
    threads: Arc<Mutex<Vec<Pid>>>,
}

impl Crowd {
    pub(crate) fn new() -> Self {
        let threads = Arc::<Mutex<Vec<Pid>>>::default();
        let begun = Arc::clone(&threads);
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .on_thread_start(move || begun.lock().expect("threads").push(gettid()))
            .enable_all()
            .build()
            .expect("a runtime");
        Self { runtime, threads }
    }

    /// Once they are logged in.
    pub(crate) fn put_aside(&self) {
        self.threads.lock().expect("threads").iter().copied().for_each(put_aside);
    }
}
