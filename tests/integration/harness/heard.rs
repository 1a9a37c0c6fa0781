//! What a program has said so far, and waiting for what it will say.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    /// Up to here, somebody has waited for it.
    seen: usize,
    ended: bool,
}

/// Collects a stream in a thread of its own.
#[derive(Clone)]
pub struct Heard(Arc<(Mutex<State>, Condvar)>);

impl Heard {
    pub fn of(mut stream: impl Read + Send + 'static) -> Self {
        let heard = Self(Arc::default());
        let shared = Arc::clone(&heard.0);
        std::thread::spawn(move || {
            let mut piece = vec![0; 64 * 1024];
            while let Ok(length @ 1..) = stream.read(&mut piece) {
                shared.0.lock().unwrap().bytes.extend_from_slice(&piece[..length]);
                shared.1.notify_all();
            }
            shared.0.lock().unwrap().ended = true;
            shared.1.notify_all();
        });
        heard
    }

    /// Waits until `look` finds something in what nobody has waited for yet; it says where that ends.
    fn wait<T>(
        &self,
        limit: Duration,
        mut look: impl FnMut(&[u8], bool) -> Option<(T, usize)>,
    ) -> Option<(T, String)> {
        let start = Instant::now();
        let mut state = self.0.0.lock().unwrap();
        loop {
            if let Some((found, length)) = look(&state.bytes[state.seen..], state.ended) {
                let from = state.seen;
                state.seen += length;
                return Some((
                    found,
                    String::from_utf8_lossy(&state.bytes[from..from + length]).into_owned(),
                ));
            }
            let left = limit.checked_sub(start.elapsed()).filter(|_| !state.ended)?;
            state = self.0.1.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Waits for one of some texts; returns which, and all up to its end.
    pub fn any(&self, texts: &[&str], limit: Duration) -> Option<(usize, String)> {
        self.wait(limit, |bytes, _| {
            let found = texts.iter().enumerate().filter_map(|(which, text)| {
                let at = bytes.windows(text.len()).position(|window| window == text.as_bytes())?;
                Some((which, at + text.len()))
            });
            found.min_by_key(|&(_, end)| end)
        })
    }

    /// Waits for a text; returns all up to its end.
    pub fn expect(&self, text: &str, limit: Duration) -> String {
        match self.any(&[text], limit) {
            Some((_, heard)) => heard,
            None => panic!("waited {limit:?} for {text:?}, heard:\n{}", self.text()),
        }
    }

    /// Waits for the end of the stream; false if it does not come.
    pub fn end(&self, limit: Duration) -> bool {
        self.wait(limit, |_, ended| ended.then_some(((), 0))).is_some()
    }

    /// Waits for so many bytes in all, or the end; whoever asked looks at what came.
    pub fn at_least(&self, length: usize, limit: Duration) {
        let _ = super::soon(limit, || {
            let state = self.0.0.lock().unwrap();
            (state.ended || state.bytes.len() >= length).then_some(())
        });
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.0.0.lock().unwrap().bytes.clone()
    }

    pub fn length(&self) -> usize {
        self.0.0.lock().unwrap().bytes.len()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}
