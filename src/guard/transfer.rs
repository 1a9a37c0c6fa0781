//! Files that a program moves through a terminal: how such a transfer begins (ZMODEM of `rz` and `sz`, trzsz).
//!
//! From then on the terminal carries no keys and no text, so no line of it could be read. That somebody can print
//! the same bytes is no harm as long as noticing them opens nothing: it only ends what has begun.

/// A transfer that begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    pub how: &'static str,
    /// `up` to the target, `down` from it.
    pub way: &'static str,
}

impl Transfer {
    /// What ends the program on either side: ZMODEM's abort, eight CAN and the backspaces that wipe them from a
    /// prompt (ZMODEM §8.4, as lrzsz sends it); trzsz ends at Ctrl-C.
    pub fn cancel(self) -> &'static [u8] {
        match self.how {
            ZMODEM => b"\x18\x18\x18\x18\x18\x18\x18\x18\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08",
            _ => b"\x03",
        }
    }

    /// What ends it on the person's side, where ZMODEM's client has begun by itself.
    pub fn cancel_client(self) -> &'static [u8] {
        if self.how == ZMODEM { self.cancel() } else { b"" }
    }
}

const ZMODEM: &str = "zmodem";

/// Beginnings and what they mean. ZMODEM's are hexadecimal headers: ZRQINIT of who sends, ZRINIT of who receives.
const BEGINNINGS: [(&[u8], Transfer); 5] = [
    (b"**\x18B00", Transfer { how: ZMODEM, way: "down" }),
    (b"**\x18B01", Transfer { how: ZMODEM, way: "up" }),
    (b"::TRZSZ:TRANSFER:S:", Transfer { how: "trzsz", way: "down" }),
    (b"::TRZSZ:TRANSFER:R:", Transfer { how: "trzsz", way: "up" }),
    (b"::TRZSZ:TRANSFER:D:", Transfer { how: "trzsz", way: "up" }),
];

/// The longest beginning, without its last byte: so much may lie in the output before.
const OVERLAP: usize = b"::TRZSZ:TRANSFER:S:".len() - 1;

/// Looks for beginnings in a target's output, however it is cut.
#[derive(Default)]
pub struct Starts {
    tail: Vec<u8>,
}

impl Starts {
    /// The last transfer that begins in these bytes.
    pub fn find(&mut self, bytes: &[u8]) -> Option<Transfer> {
        let joint = [&self.tail, bytes.get(..OVERLAP.min(bytes.len())).unwrap_or_default()].concat();
        let found = last(bytes).or_else(|| last(&joint));
        // One that lay before these bytes was found then.
        let kept = if bytes.len() >= OVERLAP { bytes } else { &joint };
        self.tail = match found {
            Some(_) => Vec::new(),
            None => kept.get(kept.len().saturating_sub(OVERLAP)..).unwrap_or_default().to_vec(),
        };
        found
    }
}

fn last(bytes: &[u8]) -> Option<Transfer> {
    // Most output has neither byte pair; both are looked for at the speed of memory.
    let at = |what: &[u8]| memchr::memmem::rfind(bytes, what);
    let found = BEGINNINGS.iter().filter_map(|(what, transfer)| Some((at(what)?, *transfer)));
    found.max_by_key(|(at, _)| *at).map(|(_, transfer)| transfer)
}

/// What a client's own transfer program answers: nobody typed it, and no shell should get it.
pub fn is_reply(typed: &[u8]) -> bool {
    typed.starts_with(b"**\x18") || typed.starts_with(b"#ACT:") || typed.starts_with(b"\x18\x18\x18\x18\x18")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOWN: &[u8] = b"rz\r**\x18B00000000000000\r\x8a\x11";
    const UP: &[u8] = b"rz waiting to receive.**\x18B0100000023be50\r\x8a\x11";

    /// trial 26
    #[test]
    fn transfers_are_seen_where_they_begin_however_they_are_cut() {
        let cases = [
            (DOWN, "zmodem", "down"),
            (UP, "zmodem", "up"),
            (&b"\x1b7\x07::TRZSZ:TRANSFER:R:1.1.5:1234567890123\r\n"[..], "trzsz", "up"),
            (b"::TRZSZ:TRANSFER:S:1.1.5:0\r\n", "trzsz", "down"),
        ];
        for (bytes, how, way) in cases {
            for size in 1..=bytes.len() {
                let mut starts = Starts::default();
                let found: Vec<_> = bytes.chunks(size).filter_map(|piece| starts.find(piece)).collect();
                assert_eq!(found, [Transfer { how, way }], "{size}");
            }
        }
    }

    #[test]
    fn other_output_begins_nothing() {
        let mut starts = Starts::default();
        for text in
            ["** bold **", "B00 **\u{18}C", "\u{18}B00", "::TRZSZ:", "**\u{18}B0", "2 **\u{18}\u{18}B01"]
        {
            assert_eq!(starts.find(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(starts.find(&[0x18; 100_000]), None);
        assert!(starts.tail.len() <= OVERLAP);
    }

    #[test]
    fn a_client_that_answers_is_known() {
        assert!(is_reply(UP.get(22..).unwrap_or_default()) && is_reply(b"#ACT:eJyr"));
        for typed in [&b"ls **\r"[..], b"\x18\x05", b"# ACT:", b""] {
            assert!(!is_reply(typed));
        }
    }
}
