//! The threads that write recordings. None of them carries a session: a disk that makes one of them wait keeps nobody
//! else waiting, since another thread takes what comes next.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::shortcut::Shortcut;

/// Threads at most: as many recordings may wait for their disk at once before others wait with them.
const MOST: usize = 512;

/// How long a thread with nothing to write stays.
const STAYS: Duration = Duration::from_secs(10);

/// Files that are being made, or asked of the disk to be kept, at once.
const APART: usize = 128;

/// A recording that has something to write.
pub(super) trait Work: Send + Sync {
    /// Writes what waits; whether more came meanwhile.
    fn piece(&self) -> bool;
}

/// Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Writers(Arc<Pool>);

struct Pool {
    state: Mutex<State>,
    came: Condvar,
    /// Bytes that wait, of all recordings.
    waiting: AtomicU64,
    apart: Arc<Semaphore>,
    shortcut: Shortcut,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Arc<dyn Work>>,
    threads: usize,
    /// Threads that are about to look into the queue. There is one for each that waits in it, as far as there may be.
    free: usize,
}

impl Default for Writers {
    fn default() -> Self {
        Self(Arc::new(Pool {
            state: Mutex::default(),
            came: Condvar::new(),
            waiting: AtomicU64::new(0),
            apart: Arc::new(Semaphore::new(APART)),
            shortcut: Shortcut::default(),
        }))
    }
}

impl Writers {
    /// Has it written.
    ///
    /// # Errors
    /// Where the system gives no thread, and there is none yet.
    pub(super) fn take(&self, work: Arc<dyn Work>) -> io::Result<()> {
        let mut state = self.0.lock();
        state.queue.push_back(work);
        if state.queue.len() <= state.free || state.threads >= MOST {
            drop(state);
            self.0.came.notify_one();
            return Ok(());
        }
        (state.threads, state.free) = (state.threads + 1, state.free + 1);
        drop(state);
        let pool = Arc::clone(&self.0);
        let begun = std::thread::Builder::new().name("recording".into()).spawn(move || pool.serve());
        match begun {
            Ok(_) => Ok(()),
            Err(error) => self.0.without(error),
        }
    }

    /// The way without a thread.
    pub(super) fn shortcut(&self) -> &Shortcut {
        &self.0.shortcut
    }

    /// Bytes that wait, of all recordings.
    pub(super) fn waiting(&self) -> u64 {
        self.0.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn wait(&self, bytes: u64) {
        self.0.waiting.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn wrote(&self, bytes: u64) {
        self.0.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Does something that waits for the disk and is not a write. A disk that never answers has so many threads, and
    /// not those that logins need.
    ///
    /// # Errors
    /// Its own, or when it did not come to its end.
    pub async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let permit = Arc::clone(&self.0.apart).acquire_owned().await.map_err(io::Error::other)?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(io::Error::other)?
    }
}

impl Pool {
    /// What is in it is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on without the thread that could not be had.
    fn without(&self, error: io::Error) -> io::Result<()> {
        let mut state = self.lock();
        (state.threads, state.free) = (state.threads - 1, state.free - 1);
        if state.threads == 0 {
            state.queue.clear();
            return Err(error);
        }
        tracing::warn!(%error, threads = state.threads, "no further thread for recordings");
        Ok(())
    }

    fn serve(&self) {
        let _leaves = Leaves(self);
        while let Some(work) = self.next() {
            let more = work.piece();
            let mut state = self.lock();
            if more {
                state.queue.push_back(work); // behind the others: this thread takes the next
            }
            state.free += 1;
        }
    }

    /// Whoever calls counts as free.
    fn next(&self) -> Option<Arc<dyn Work>> {
        let mut state = self.lock();
        loop {
            if let Some(work) = state.queue.pop_front() {
                state.free -= 1;
                return Some(work);
            }
            let (again, waited) =
                self.came.wait_timeout(state, STAYS).unwrap_or_else(PoisonError::into_inner);
            state = again;
            if waited.timed_out() && state.queue.is_empty() {
                state.free -= 1;
                return None;
            }
        }
    }
}

/// A thread that ends, however it does.
struct Leaves<'a>(&'a Pool);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.lock().threads -= 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Waits for a word before it is done.
    struct Slow(Mutex<Receiver<()>>);

    impl Work for Slow {
        fn piece(&self) -> bool {
            let _ = self.0.lock().unwrap().recv(); // or nobody is there to give it
            false
        }
    }

    /// Says that it was done, as often as it is told to.
    struct Quick(Sender<()>, AtomicU64);

    impl Work for Quick {
        fn piece(&self) -> bool {
            self.0.send(()).unwrap();
            self.1.fetch_sub(1, Ordering::Relaxed) > 1
        }
    }

    #[test]
    fn who_waits_for_the_disk_keeps_nobody_else_waiting() {
        let writers = Writers::default();
        let held: Vec<_> = (0..50).map(|_| channel()).collect();
        let mut words = Vec::new();
        for (word, answer) in held {
            words.push(word);
            writers.take(Arc::new(Slow(Mutex::new(answer)))).unwrap();
        }
        let (tell, told) = channel();
        for _ in 0..20 {
            writers.take(Arc::new(Quick(tell.clone(), AtomicU64::new(3)))).unwrap();
        }
        for _ in 0..60 {
            told.recv_timeout(Duration::from_secs(30)).unwrap();
        }
        assert!(writers.0.lock().threads > 50, "those are waiting still");
        drop(words);
    }

    #[test]
    fn a_thread_that_is_free_is_used_again() {
        let writers = Writers::default();
        let (tell, told) = channel();
        for _ in 0..100 {
            writers.take(Arc::new(Quick(tell.clone(), AtomicU64::new(1)))).unwrap();
            told.recv_timeout(Duration::from_secs(30)).unwrap();
            while writers.0.lock().free == 0 {
                std::thread::yield_now();
            }
        }
        assert_eq!(writers.0.lock().threads, 1);
    }

    #[tokio::test]
    async fn a_fault_apart_is_told() {
        let fault = Writers::default().apart(|| Err::<(), _>(io::ErrorKind::NotFound.into())).await;
        assert_eq!(fault.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
