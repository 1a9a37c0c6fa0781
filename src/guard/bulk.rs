//! Output that floods is not shown to the emulator as a whole: only its end can still be seen.

/// Up to this many bytes are kept for when somebody looks.
const KEPT: usize = 32 * 1024;
/// What is left of them when they are too many.
const TAIL: usize = 8 * 1024;
/// A longer piece belongs to a flood.
pub(super) const PIECE: usize = 2048;

/// What was not shown yet.
#[derive(Default)]
pub(super) struct Bulk {
    bytes: Vec<u8>,
    /// Something was left out: only switches of it are here.
    switches: Vec<u8>,
    skipped: bool,
}

/// What the emulator needs of it.
pub(super) struct Unseen {
    /// Modes that were switched in what was left out; `None`: nothing was left out.
    pub switches: Option<Vec<u8>>,
    pub bytes: Vec<u8>,
}

impl Bulk {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > KEPT {
            self.skip();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.skipped
    }

    pub(super) fn take(&mut self) -> Unseen {
        let bulk = std::mem::take(self);
        Unseen { switches: bulk.skipped.then_some(bulk.switches), bytes: bulk.bytes }
    }

    /// Leaves out all but the last lines.
    fn skip(&mut self) {
        let least = self.bytes.len() - TAIL;
        let line_end = self.bytes.iter().skip(least).position(|&b| b == b'\n');
        let from = line_end.map_or(least, |at| least + at + 1);
        let tail = self.bytes.split_off(from);
        if self.bytes.contains(&0x1b) {
            switches(&self.bytes, &mut self.switches);
        }
        self.bytes = tail;
        self.skipped = true;
    }
}

/// The sequences that set or reset a private mode (DECSET, DECRST): the screen in use, and bracketed paste.
fn switches(bytes: &[u8], into: &mut Vec<u8>) {
    for part in bytes.split(|&b| b == 0x1b).skip(1) {
        let Some(rest) = part.strip_prefix(b"[?") else { continue };
        let digits = rest.iter().take_while(|b| b.is_ascii_digit() || **b == b';').count();
        if let (Some(numbers), Some(last @ (b'h' | b'l'))) = (rest.get(..digits), rest.get(digits)) {
            into.extend_from_slice(b"\x1b[?");
            into.extend_from_slice(numbers);
            into.push(*last);
        }
    }
    // A flood of switches: the last ones count.
    let excess = into.len().saturating_sub(KEPT);
    into.drain(..excess);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_flood_the_end_and_the_switches_are_left() {
        let mut bulk = Bulk::default();
        bulk.push(b"\x1b[?1049h\x1b[?2004;1l\x1b[31mred");
        for line in 0..100_000 {
            bulk.push(format!("line {line}\r\n").as_bytes());
        }
        let Unseen { switches, bytes } = bulk.take();
        assert_eq!(switches.as_deref(), Some(&b"\x1b[?1049h\x1b[?2004;1l"[..]));
        assert!(bytes.len() <= KEPT && bytes.starts_with(b"line ") && bytes.ends_with(b"line 99999\r\n"));
        assert!(bulk.is_empty());
    }

    #[test]
    fn a_little_is_kept_as_it_is() {
        let mut bulk = Bulk::default();
        bulk.push(b"one\r\n");
        let Unseen { switches, bytes } = bulk.take();
        assert_eq!((switches, &*bytes), (None, &b"one\r\n"[..]));
    }
}
